"""Rows of counts under K components whose bags have recipes of their own: Dirichlet-multinomials."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from handful.arrays import Floats, Integers
from handful.distributions.simplex import basis
from handful.models.component_rows import Slopes
from handful.models.mixture_layout import MixturePoints
from handful.models.overdispersed_rows import OverdispersedRows
from handful.models.population_curvature import population_hessian

Flags = np.ndarray[Any, np.dtype[np.bool_]]

LEAST_LOG = -690.0


@dataclass(frozen=True, slots=True, eq=False)
class OverdispersedComponents:
    """Rows whose bags vary around their component's mean m_k with precision κ_k.

    Parameters
    ----------
    rows : OverdispersedRows
        The rows, with what speeds them up.
    impossible : array of bool, shape (K, U), or None
        Where means are known: which rows hold what a component has none of. Then log κ is its only coordinate.
    """

    rows: OverdispersedRows
    impossible: Flags | None

    @staticmethod
    def of(
        table: Annotated[Integers, "U C"], *, log_recipes: Annotated[Floats, "K C"] | None
    ) -> OverdispersedComponents:
        """The rows of `table`, under components whose means are known or not."""
        impossible = None
        if log_recipes is not None:
            impossible = np.isneginf(log_recipes).astype(np.int64) @ table.T > 0
        return OverdispersedComponents(OverdispersedRows.of(table), impossible)

    @property
    def n_rows(self) -> int:
        """U."""
        return len(self.rows.rows)

    def log_pmf(self, points: MixturePoints) -> Annotated[Floats, "S K U"]:
        """The log probability of each row under each component, without its coefficient."""
        found = self.rows.log_pmf(_log_precision(points), _log_mean(points))
        return found if self.impossible is None else np.where(self.impossible, -np.inf, found)

    def slopes(self, points: MixturePoints, taken: Annotated[Floats, "S K U"]) -> Slopes:
        """By log m: u = n + F′; by log κ: ΣF′ − G′."""
        found = self.rows.slopes(_log_precision(points), _log_mean(points), responsibilities=taken)
        by_precision = found.categories.sum(axis=2) - found.totals
        return Slopes(found.counts + found.categories, by_precision)

    def scores(self, points: MixturePoints, component: int) -> Annotated[Floats, "U D"]:
        """The slopes of each row by (log κ, y) of one component."""
        one = slice(component, component + 1)
        categories, totals = self.rows.slopes_by_row(
            _log_precision(points)[0, one], _log_mean(points)[0, one]
        )
        by_precision = categories[0].sum(axis=1) - totals[0]
        if self.impossible is not None:
            return np.asarray(by_precision[:, None])
        u = self.rows.rows + categories[0]
        m = np.exp(points.log_mean[0, component])
        return np.column_stack([by_precision, (u - u.sum(axis=1, keepdims=True) * m) @ basis(m.size).T])

    def curvature(
        self, points: MixturePoints, component: int, *, taken: Annotated[Floats, "U"]
    ) -> Annotated[Floats, "D D"]:
        """The sum of second derivatives by (log κ, y) of one component."""
        one = slice(component, component + 1)
        at = _log_precision(points)[:, one], _log_mean(points)[:, one]
        part = taken[None, None, :]
        slopes = self.rows.slopes(*at, responsibilities=part)
        bends = self.rows.curvatures(*at, responsibilities=part)
        found = population_hessian(
            np.exp(at[1][:, 0]),
            u=(slopes.counts + slopes.categories)[:, 0],
            bent=bends.categories[:, 0],
            bent_total=bends.totals[:, 0],
        )[0]
        return np.asarray(found if self.impossible is None else found[:1, :1])


def _log_mean(points: MixturePoints) -> Annotated[Floats, "S K C"]:
    """The logs of the means; of a share of 0 that of one that no bag could show."""
    return np.maximum(points.log_mean, LEAST_LOG)


def _log_precision(points: MixturePoints) -> Annotated[Floats, "S K"]:
    return np.zeros(points.log_weights.shape) if points.log_precision is None else points.log_precision
