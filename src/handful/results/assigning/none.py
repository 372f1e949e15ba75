"""Whether a bag may be from none of the components: its p, the bag itself left out of the fit.

A bag that the fit has learnt from looks like its component, since its component looks like it. So it is left out: in
closed form where the components of all bags are known; else by draws, which weigh the more the less they foretell the
bag, p(draw | others) ∝ p(draw | all) / p(bag | draw); and where no draw can stand for that, by draws of the assignments
of all bags, given which the recipes have a closed form without the bag (``left_out``).

References
----------
Gelfand, Dey & Chang (1992), Bayesian Statistics 4:147, for leaving out by weights; Vehtari, Gelman & Gabry (2017),
Statistics and Computing 27:1413, for smoothing them and for when to trust them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from handful.arrays import Floats, Integers
from handful.data.labelled import UNKNOWN
from handful.distributions.components import Components
from handful.distributions.dirichlet import Dirichlet
from handful.distributions.special import log_multinomial_coefficient, log_sum_exp
from handful.inference.fits import Fit
from handful.progress import each
from handful.results.assigning.anew import Anew
from handful.results.assigning.components import KnownComponents
from handful.results.assigning.left_out import Dealt
from handful.results.assigning.source import components_of, model_of, rows_of
from handful.results.assigning.unlikely import Effort, of_dirichlets, points_of, unlikely

MANY_BAGS = 2_000
"""Of so many bags no single one has a say: components are taken as they are expected to be."""

MOST_POINTS = 2_000

NEGLIGIBLE = 1e-4
"""A component that no bag is more probably of than this needs no simulation."""

CELLS_AT_ONCE = 1 << 18


@dataclass(frozen=True, slots=True, eq=False)
class Unlikely:
    """How seldom bags from the components are as improbable as some rows.

    Parameters
    ----------
    p : array (R,)
        Small means none of the components.
    rough : array of int
        The rows without which the fit would be another, so that their p is rough.
    """

    p: Annotated[Floats, "R"]
    rough: Annotated[Integers, "n"]


def of_new(
    components: KnownComponents,
    table: Annotated[Integers, "R C"],
    *,
    chances: Annotated[Floats, "R K"],
    rng: np.random.Generator,
) -> Annotated[Floats, "R"]:
    """The p of rows that the fit has never seen; nothing has to be left out."""
    known = np.full(len(table), UNKNOWN)
    return _by_scope(equal(components), Asked(table, known, chances), ratios=None, rng=rng)


def of_fitted(
    fit: Fit, places: Annotated[Integers, "R"], *, chances: Annotated[Floats, "R K"], rng: np.random.Generator
) -> Unlikely:
    """The p of some rows of the fit, each of them left out in its turn."""
    rows, components = rows_of(fit), components_of(fit)
    asked = Asked(rows.distinct[places], rows.known[places], chances)
    nothing_rough = np.zeros(0, dtype=np.int64)
    if model_of(fit).recipes_are_known and components.at.log_precision is None:
        return Unlikely(_by_scope(components.expected(), asked, ratios=None, rng=rng), nothing_rough)
    if rows.n_bags > MANY_BAGS or (components.n_points == 1 and not isinstance(fit.posterior, Components)):
        return Unlikely(_by_scope(components.expected(), asked, ratios=None, rng=rng), nothing_rough)
    if isinstance(fit.posterior, Components):
        return Unlikely(_closed(fit.posterior, asked, rng=rng), nothing_rough)
    points = equal(components)
    anew = _anew(points, asked)
    p = _by_scope(points, asked, ratios=np.stack([one.ratios for one in anew]), rng=rng)
    rough = np.array([row for row, one in enumerate(anew) if not one.trusted], dtype=np.int64)
    dealt = Dealt.of(fit, points, rng=rng) if rough.size else None
    if dealt is None:
        return Unlikely(p, rough)
    still_rough = []
    for row in each(rough.tolist(), "bag left out"):
        without = dealt.without(int(places[row]), rng=rng)
        one = asked.part(np.array([row]))
        p[row] = _by_scope(without.components, one, ratios=without.ratios, rng=rng)[0]
        if not without.trusted:
            still_rough.append(row)
    return Unlikely(p, np.array(still_rough, dtype=np.int64))


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """Rows of bags that are asked about.

    Parameters
    ----------
    table : array of int, shape (R, C)
        Their counts.
    known : array of int, shape (R,)
        Their component where it is known, else -1.
    chances : array (R, K)
        P(component | row).
    """

    table: Annotated[Integers, "R C"]
    known: Annotated[Integers, "R"]
    chances: Annotated[Floats, "R K"]

    def part(self, rows: Annotated[Integers, "r"]) -> Asked:
        """Some of them."""
        return Asked(self.table[rows], self.known[rows], self.chances[rows])

    def components_of(self, rows: Annotated[Integers, "r"], known: int) -> Annotated[Integers, "J"]:
        """The components that some of them may come from at all."""
        if known != UNKNOWN:
            return np.array([known])
        return np.flatnonzero(self.chances[rows].max(axis=0) > NEGLIGIBLE)

    def scopes(self) -> list[tuple[int, Integers]]:
        """The known component (-1: any) and the rows that have it and hold equally many items, some at least."""
        totals = self.table.sum(axis=1)
        pairs, scope = np.unique(np.column_stack([self.known, totals]), axis=0, return_inverse=True)
        order = np.argsort(scope, kind="stable")
        parts = np.split(order, np.cumsum(np.bincount(scope, minlength=len(pairs)))[:-1])
        return [(int(known), own) for (known, total), own in zip(pairs.tolist(), parts, strict=True) if total]


def _by_scope(
    components: KnownComponents,
    asked: Asked,
    *,
    ratios: Annotated[Floats, "R S"] | None,
    rng: np.random.Generator,
) -> Annotated[Floats, "R"]:
    """The p of all rows; those of equal totals share the bags that are simulated. An empty bag is like any other."""
    found = np.ones(len(asked.table))
    scopes = asked.scopes()
    effort = Effort.for_(len(scopes), components.size, n_categories=asked.table.shape[1])
    measuring, drawing = points_of(components, effort)
    measure = components.chosen(measuring, np.ones(len(measuring)))
    batches = list(_batches(scopes, measure, n_bags=effort.n_bags))
    for batch in each(batches, "part of the simulated bags"):
        active = [asked.components_of(rows, known) for known, rows in batch]
        tables = []
        for own, (_, rows) in zip(active, batch, strict=True):
            bags, total = asked.table[rows], int(asked.table[rows[0]].sum())
            tables += [components.bags(int(k), drawing, total=total, rng=rng) for k in own] + [bags]
        every = np.concatenate(tables)
        logs = measure.log_pmf(every)
        logs += log_multinomial_coefficient(every)
        ends = np.cumsum(
            [len(own) * effort.n_bags + len(rows) for own, (_, rows) in zip(active, batch, strict=True)]
        )
        parts = np.split(logs, ends[:-1], axis=2)
        for own, part, (_, rows) in zip(active, parts, batch, strict=True):
            chances = asked.chances[rows][:, own]
            found[rows] = unlikely(
                part[:, own],
                chances=chances / chances.sum(axis=1, keepdims=True),
                measuring=None if ratios is None else ratios[rows][:, measuring],
                counting=None if ratios is None else ratios[rows][:, drawing],
                n_bags=effort.n_bags,
            )
    return found


def _batches(
    scopes: list[tuple[int, Integers]], measure: KnownComponents, *, n_bags: int
) -> Iterator[list[tuple[int, Integers]]]:
    """Some scopes at a time: one where there is much to be found for each, many where there is little."""
    batch: list[tuple[int, Integers]] = []
    cells = 0
    for scope in scopes:
        own = measure.n_points * measure.size * (measure.size * n_bags + len(scope[1]))
        if batch and cells + own > CELLS_AT_ONCE:
            yield batch
            batch, cells = [], 0
        batch.append(scope)
        cells += own
    if batch:
        yield batch


def _closed(posterior: Components, asked: Asked, *, rng: np.random.Generator) -> Annotated[Floats, "R"]:
    """The p of rows whose component is known, from Dirichlets less what the row has told them."""
    of_recipes = [one.concentration for one in posterior.recipes if isinstance(one, Dirichlet)]
    own = np.stack(of_recipes)[np.maximum(asked.known, 0)] - asked.table
    return of_dirichlets(asked.table, np.maximum(own, np.finfo(np.float64).tiny), rng=rng)


def equal(components: KnownComponents) -> KnownComponents:
    """Points of equal weight, not too many."""
    if not components.sampled:
        return components
    number = min(components.n_points, MOST_POINTS)
    points = components.resampled(np.arange(components.n_points), number)
    return components.chosen(points, np.full(number, 1.0 / number))


def _anew(points: KnownComponents, asked: Asked) -> list[Anew]:
    """By what factor each point counts more where a row is left out, row by row."""
    found = []
    of_any = asked.known == UNKNOWN
    for part in points.chunks(len(asked.table)):
        joint = points.log_pmf(asked.table[part]) + points.at.log_weights[:, :, None]
        own = joint[:, np.maximum(asked.known[part], 0), np.arange(joint.shape[2])]
        log_pmf = np.where(of_any[part], log_sum_exp(joint, axis=1), own)
        found += [Anew.of(logs) for logs in -log_pmf.T]
    return found
