"""A posterior that is known by its highest point and the curvature there, where no draws could follow it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated

import numpy as np

from handful.arrays import Floats, Integers, read_only_floats
from handful.distributions.simplex import basis
from handful.inference.newton import Peak
from handful.inference.relabel import by_falling_weight
from handful.models.mixture_layout import Layout, MixturePoints
from handful.models.mixture_target import quantities_of


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class HighestPoint:
    """Weights, proportions and precisions at the highest point, with the spread that the curvature gives them.

    Parameters
    ----------
    quantities : mapping of str to array
        'weights' (K,), 'proportions' (K, C) and, overdispersed, 'precision' (K,).
    sd : mapping of str to array
        Of each, as if the posterior were normal in its coordinates (delta method); of a precision, of its logarithm.
    n_dims : int
        How many coordinates there are.
    """

    quantities: Mapping[str, Floats]
    sd: Mapping[str, Floats]
    n_dims: int

    @staticmethod
    def of(peak: Peak, layout: Layout, *, classes: Annotated[Integers, "K"]) -> HighestPoint:
        """The point and its spread, components that nothing tells apart by falling weight."""
        at = layout.split(peak.point[None])
        falling = by_falling_weight(at.log_weights[0], classes)
        covariance = np.asarray(np.linalg.inv(peak.precision), dtype=np.float64)
        each = {name: values[0][falling] for name, values in quantities_of(at).items()}
        spread = {name: values[falling] for name, values in _spread(at, covariance, layout=layout).items()}
        return HighestPoint(
            MappingProxyType({name: read_only_floats(values) for name, values in each.items()}),
            MappingProxyType({name: read_only_floats(values) for name, values in spread.items()}),
            len(peak.point),
        )

    def __repr__(self) -> str:
        return f"HighestPoint({', '.join(self.quantities)}; {self.n_dims:,} coordinates)"


def _spread(
    at: MixturePoints, covariance: Annotated[Floats, "D D"], *, layout: Layout
) -> dict[str, Annotated[Floats, "..."]]:
    """The standard deviations of the quantities."""
    of_weights = slice(0, layout.n_weights)
    found = {"weights": _of_shares(np.exp(at.log_weights[0]), covariance[of_weights, of_weights])}
    means = []
    for k in range(layout.n_components):
        own = layout.component(k)
        mean = np.arange(own.stop - layout.n_means, own.stop)
        means.append(_of_shares(np.exp(at.log_mean[0, k]), covariance[np.ix_(mean, mean)]))
    found["proportions"] = np.stack(means)
    if at.log_precision is not None:
        first = _firsts(layout)
        found["precision"] = np.sqrt(np.diagonal(covariance)[first])
    return found


def _firsts(layout: Layout) -> Annotated[Integers, "K"]:
    return np.array([layout.component(k).start for k in range(layout.n_components)])


def _of_shares(q: Annotated[Floats, "n"], covariance: Annotated[Floats, "d d"]) -> Annotated[Floats, "n"]:
    """Of shares whose coordinates have this covariance; none of shares without coordinates."""
    if not covariance.size:
        return np.zeros(q.size)
    jacobian = (np.diag(q) - np.outer(q, q)) @ basis(q.size).T
    return np.asarray(np.sqrt(np.maximum(((jacobian @ covariance) * jacobian).sum(axis=1), 0.0)))
