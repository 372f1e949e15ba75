"""Priors on the proportions of one recipe: which there are, and how they meet the categories of the data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from handful.data.fingerprints import Seen
from handful.distributions.beta import Beta
from handful.distributions.density import Density
from handful.distributions.dirichlet import Dirichlet, SymmetricDirichlet
from handful.distributions.fixed import Fixed
from handful.distributions.shapes import Frozen
from handful.distributions.tabulated import Tabulated
from handful.errors import ParameterError, ParameterTypeError

PAIR = 2

Known: TypeAlias = Beta | Dirichlet | Fixed
"""A distribution over known categories that meets counts in closed form."""

Shaped: TypeAlias = Density | Tabulated
"""A distribution of one share that has any shape, and meets counts by quadrature."""


@dataclass(frozen=True, slots=True)
class PriorFromData:
    """A posterior that has become a prior, and remembers which bags it has learnt from.

    Parameters
    ----------
    distribution : Beta, Dirichlet, Fixed or Tabulated
        The posterior.
    seen : Seen
        The bags behind it; none of them may be counted again.
    categories : tuple of str, optional
        What it was learnt of, in order: it is no prior for anything else.

    Examples
    --------
    >>> PriorFromData(Beta(14, 51)).distribution.mean
    0.2153846153846154
    """

    distribution: Known | Tabulated
    seen: Seen = field(default_factory=Seen, repr=False)
    categories: tuple[str, ...] | None = None


ProportionsPrior: TypeAlias = Known | Shaped | SymmetricDirichlet | PriorFromData


def proportions_prior(prior: object) -> ProportionsPrior:
    """The prior on proportions that `prior` is; a frozen scipy.stats distribution becomes a Density.

    Raises
    ------
    ParameterTypeError
        If it is something else.
    ParameterError
        If it has no mass on [0, 1].
    """
    if isinstance(prior, ProportionsPrior):
        return prior
    if isinstance(prior, Frozen) or hasattr(prior, "pmf"):
        return Density.of(prior)
    raise ParameterTypeError(
        f"prior = {prior!r}: give a Beta, a Dirichlet, a Fixed, a Density, a continuous scipy.stats "
        "distribution, or fit.as_prior()",
        name="prior",
        found=prior,
    )


def seen_by(prior: ProportionsPrior) -> Seen:
    """The bags that `prior` has learnt from."""
    return prior.seen if isinstance(prior, PriorFromData) else Seen()


def over(prior: ProportionsPrior, categories: Sequence[str]) -> Known | Shaped:
    """`prior` over `categories`, in their order.

    Raises
    ------
    ParameterError
        If its categories are others, or as many as it has parameters are not there.
    """
    if isinstance(prior, PriorFromData):
        _check_categories(prior, tuple(categories))
        prior = prior.distribution
    if isinstance(prior, SymmetricDirichlet):
        return prior.over(tuple(categories))
    if isinstance(prior, Beta | Density | Tabulated):
        if len(categories) != PAIR:
            raise ParameterError(
                f"{prior.spec} is a prior on one share, but there are {len(categories)} categories: "
                f"choose one of them (--category {categories[0]}, or counts.collapse({categories[0]!r})), "
                "or give a dirichlet prior",
                name="prior",
                found=prior,
            )
        return prior
    return _matched(prior, tuple(categories))


def _check_categories(prior: PriorFromData, categories: tuple[str, ...]) -> None:
    """Nothing, if `prior` was learnt of these; a Dirichlet knows its names, a prior on one share does not."""
    learnt = prior.categories
    if isinstance(prior.distribution, Dirichlet | Fixed) or learnt in (None, categories):
        return
    raise ParameterError(
        f"the prior was learnt of {' and '.join(learnt or ())}, but the data have {' and '.join(categories)}",
        name="prior",
        found=prior,
    )


def _matched(prior: Dirichlet | Fixed, categories: tuple[str, ...]) -> Dirichlet | Fixed:
    """`prior` with its parameters in the order of `categories`, matched by name where it has names."""
    values: Any = prior.concentration if isinstance(prior, Dirichlet) else prior.proportions
    if prior.categories is not None and set(prior.categories) != set(categories):
        raise ParameterError(
            f"the prior is over {', '.join(prior.categories)}, but the data have {', '.join(categories)}",
            name="prior",
            found=prior,
        )
    if len(values) != len(categories):
        raise ParameterError(
            f"{prior.spec} has {len(values)} parameters, but there are {len(categories)} categories: "
            f"{', '.join(categories)}",
            name="prior",
            found=prior,
        )
    if prior.categories is not None:
        values = np.asarray(values)[[prior.categories.index(c) for c in categories]]
    return Dirichlet(values, categories) if isinstance(prior, Dirichlet) else Fixed(values, categories)
