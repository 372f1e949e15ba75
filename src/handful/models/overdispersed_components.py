"""Rows of counts under K components whose bags have recipes of their own: Dirichlet-multinomials."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from handful.arrays import Floats, Integers
from handful.distributions.simplex import basis
from handful.models.component_rows import Slopes
from handful.models.mixture_layout import MixturePoints
from handful.models.overdispersed_rows import OverdispersedRows
from handful.models.population_curvature import population_hessian


@dataclass(frozen=True, slots=True, eq=False)
class OverdispersedComponents:
    """Rows whose bags vary around their component's mean m_k with precision κ_k.

    Parameters
    ----------
    rows : OverdispersedRows
        The rows, with what speeds them up.
    mean_is_known : bool
        Whether log κ is the only coordinate of a component.
    """

    rows: OverdispersedRows
    mean_is_known: bool

    @staticmethod
    def of(table: Annotated[Integers, "U C"], *, mean_is_known: bool) -> OverdispersedComponents:
        """The rows of `table`."""
        return OverdispersedComponents(OverdispersedRows.of(table), mean_is_known)

    @property
    def n_rows(self) -> int:
        """U."""
        return len(self.rows.rows)

    def log_pmf(self, points: MixturePoints) -> Annotated[Floats, "S K U"]:
        """The log probability of each row under each component, without its coefficient."""
        return self.rows.log_pmf(_log_precision(points), points.log_mean)

    def slopes(self, points: MixturePoints, taken: Annotated[Floats, "S K U"]) -> Slopes:
        """By log m: u = n + F′; by log κ: ΣF′ − G′."""
        found = self.rows.slopes(_log_precision(points), points.log_mean, responsibilities=taken)
        by_precision = found.categories.sum(axis=2) - found.totals
        return Slopes(found.counts + found.categories, by_precision)

    def scores(self, points: MixturePoints, component: int) -> Annotated[Floats, "U D"]:
        """The slopes of each row by (log κ, y) of one component."""
        one = slice(component, component + 1)
        categories, totals = self.rows.slopes_by_row(_log_precision(points)[0, one], points.log_mean[0, one])
        by_precision = categories[0].sum(axis=1) - totals[0]
        if self.mean_is_known:
            return np.asarray(by_precision[:, None])
        u = self.rows.rows + categories[0]
        m = np.exp(points.log_mean[0, component])
        return np.column_stack([by_precision, (u - u.sum(axis=1, keepdims=True) * m) @ basis(m.size).T])

    def curvature(
        self, points: MixturePoints, component: int, *, taken: Annotated[Floats, "U"]
    ) -> Annotated[Floats, "D D"]:
        """The sum of second derivatives by (log κ, y) of one component."""
        one = slice(component, component + 1)
        at = _log_precision(points)[:, one], points.log_mean[:, one]
        part = taken[None, None, :]
        slopes = self.rows.slopes(*at, responsibilities=part)
        bends = self.rows.curvatures(*at, responsibilities=part)
        found = population_hessian(
            np.exp(at[1][:, 0]),
            u=(slopes.counts + slopes.categories)[:, 0],
            bent=bends.categories[:, 0],
            bent_total=bends.totals[:, 0],
        )[0]
        return np.asarray(found[:1, :1] if self.mean_is_known else found)


def _log_precision(points: MixturePoints) -> Annotated[Floats, "S K"]:
    return np.zeros(points.log_weights.shape) if points.log_precision is None else points.log_precision
