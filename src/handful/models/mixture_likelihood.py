"""The likelihood of a mixture with the assignments summed out: Σ_b log Σ_k θ_k f_k(k_b).

A bag whose component is known counts with that one alone. Different rows are taken once, with the number
of their bags; rows and points go a part at a time, so that work stays in cache and memory flat.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from handful.arrays import Floats, Integers
from handful.data.histograms import Histogram, Histograms
from handful.data.labelled import UNKNOWN, LabelledRows
from handful.models.component_rows import ComponentRows, KnownRows, MultinomialRows
from handful.models.mixture_layout import Layout, MixturePoints
from handful.products import folded, product

ROWS_AT_ONCE = 8192
CELLS_AT_ONCE = 1 << 19

FACTORS = 64
"""Logs are slow: the sums over components of so many rows are multiplied first. Each lies between 1 and K, so that
their product overflows only beyond 65,000 components."""


@dataclass(frozen=True, slots=True, eq=False)
class Chunk:
    """Some of the rows, in an order of rising multiplicity.

    Parameters
    ----------
    rows : ComponentRows
        What they hold.
    place : array of int, shape (U,)
        Where each of them is among all rows.
    bags : array (U,)
        How many bags have each.
    barred : array (K, U) or None
        0, and −inf for components that a row is known not to come from; None where no component is known.
    unknown : array (U,)
        1 where the component is unknown, else 0: only there do the weights have a say.
    starts : array of int, shape (F,)
        Where runs of rows of equal multiplicity begin, `FACTORS` long at most.
    """

    rows: ComponentRows
    place: Annotated[Integers, "U"]
    bags: Annotated[Floats, "U"]
    barred: Annotated[Floats, "K U"] | None
    unknown: Annotated[Floats, "U"]
    starts: Annotated[Integers, "F"]

    def value(self, points: MixturePoints) -> Annotated[Floats, "S"]:
        """The log probability of these rows' bags, without coefficients."""
        if (
            self.barred is None
            and isinstance(self.rows, MultinomialRows)
            and points.log_weights.shape[1] == 2
        ):
            return self._value_of_two(self.rows, points)
        _, level, total = self._shares(points)
        return self._log_sum(level, total)

    def _value_of_two(self, rows: MultinomialRows, points: MixturePoints) -> Annotated[Floats, "S"]:
        """Of two components: log f_1 + log(1 + e^d) with the log odds d, in half the time of two probabilities.

        log f_1 is linear in log q, so that it needs the bags' sums alone; log(1 + e^d) is max(d, 0) + log(1 + e^−|d|).
        """
        first, second = points.of(np.array([0])), points.of(np.array([1]))
        against = MixturePoints(
            second.log_weights - first.log_weights, None, second.log_mean - first.log_mean
        )
        odds = rows.log_pmf(against)[:, 0]
        odds += against.log_weights
        level = np.maximum(odds, 0.0)
        np.abs(odds, out=odds)
        np.negative(odds, out=odds)
        np.exp(odds, out=odds)
        odds += 1.0
        items = rows.sums(self.bags)
        of_first = product(first.log_mean[:, 0], items[:, None])[:, 0]
        return np.asarray(of_first + self.bags.sum() * first.log_weights[:, 0] + self._log_sum(level, odds))

    def taken(self, points: MixturePoints) -> Annotated[Floats, "S K U"]:
        """P(component | row) at each point; 0 for a row that is impossible."""
        return self.value_and_taken(points)[1]

    def value_and_taken(
        self, points: MixturePoints
    ) -> tuple[Annotated[Floats, "S"], Annotated[Floats, "S K U"]]:
        """Both."""
        shares, level, total = self._shares(points)
        value = self._log_sum(level, total)
        shares /= np.where(total > 0, total, 1.0)[:, None]
        return value, shares

    def _shares(
        self, points: MixturePoints
    ) -> tuple[Annotated[Floats, "S K U"], Annotated[Floats, "S U"], Annotated[Floats, "S U"]]:
        """θ_k f_k of each row relative to the largest of them, the log of that one, and the sum over components.

        Of a known component f_k alone counts: its weight is in the prior.
        """
        joint = self.rows.log_pmf(points)
        if not joint.flags.writeable:
            joint = joint.copy()
        if self.barred is None:
            joint += points.log_weights[:, :, None]
        else:
            joint += np.where(self.unknown > 0, points.log_weights[:, :, None], 0.0)
            joint += self.barred
        level = folded(np.maximum, joint, axis=1)
        # A row that is impossible under all components has a peak of −inf, and makes the sum −inf.
        if level.min(initial=0.0) == -np.inf:
            level[level == -np.inf] = 0.0
        joint -= level[:, None]
        np.exp(joint, out=joint)
        return joint, level, folded(np.add, joint, axis=1)

    def _log_sum(
        self, level: Annotated[Floats, "S U"], total: Annotated[Floats, "S U"]
    ) -> Annotated[Floats, "S"]:
        with np.errstate(divide="ignore"):
            logs = np.log(np.multiply.reduceat(total, self.starts, axis=1))
        found = product(np.ascontiguousarray(logs), self.bags[self.starts][:, None])
        return np.asarray((found + product(level, self.bags[:, None]))[:, 0])


@dataclass(frozen=True, slots=True, eq=False)
class MixtureSlopes:
    """The log likelihood and its first derivatives at S points.

    Parameters
    ----------
    value : array (S,)
        The log likelihood, in nats.
    bags : array (S, K)
        How many bags of unknown component each component takes.
    by_mean : array (S, K, C)
        By log m, taken as C free numbers; without overdispersion the items that each component takes.
    by_precision : array (S, K) or None
        By log κ.
    """

    value: Annotated[Floats, "S"]
    bags: Annotated[Floats, "S K"]
    by_mean: Annotated[Floats, "S K C"]
    by_precision: Annotated[Floats, "S K"] | None


@dataclass(frozen=True, slots=True, eq=False)
class MixtureLikelihood:
    """The log likelihood of a mixture as a function of weights and components.

    Parameters
    ----------
    chunks : tuple of Chunk
        All rows.
    n_rows : int
        How many different ones there are, U.
    log_coefficient : float
        Σ_b L(k_b), in nats.
    """

    chunks: tuple[Chunk, ...]
    n_rows: int
    log_coefficient: float

    @staticmethod
    def of(statistic: LabelledRows, layout: Layout) -> MixtureLikelihood:
        """The likelihood of these rows."""
        bags = statistic.multiplicities
        order = np.argsort(bags, kind="stable")
        parts = [order[start : start + ROWS_AT_ONCE] for start in range(0, len(order), ROWS_AT_ONCE)]
        table = statistic.rows.table
        histograms = Histograms(
            tuple(Histogram.of(column) for column in table.T),
            Histogram.of(table.sum(axis=1)),
            statistic.categories,
        )
        return MixtureLikelihood(
            tuple(
                _chunk(statistic, part, bags=bags[part].astype(np.float64), layout=layout) for part in parts
            ),
            len(bags),
            histograms.log_coefficient,
        )

    def value(self, points: MixturePoints) -> Annotated[Floats, "S"]:
        """The log likelihood of all bags' counts, in nats."""
        found = np.full(len(points.log_weights), self.log_coefficient)
        for chunk in self.chunks:
            for part in _parts(points, chunk):
                found[part] += chunk.value(points.at(part))
        return found

    def slopes(self, points: MixturePoints) -> MixtureSlopes:
        """The log likelihood, how many bags of unknown component each component takes, and the sums of its slopes."""
        value = np.full(len(points.log_weights), self.log_coefficient)
        bags, by_mean = np.zeros(points.log_weights.shape), np.zeros(points.log_mean.shape)
        by_precision = None if points.log_precision is None else np.zeros(points.log_precision.shape)
        for chunk in self.chunks:
            for part in _parts(points, chunk):
                some = points.at(part)
                log_sum, taken = chunk.value_and_taken(some)
                taken *= chunk.bags
                own = chunk.rows.slopes(some, taken)
                value[part] += log_sum
                bags[part] += taken @ chunk.unknown
                by_mean[part] += own.by_mean
                if by_precision is not None and own.by_precision is not None:
                    by_precision[part] += own.by_precision
        return MixtureSlopes(value, bags, by_mean, by_precision)

    def assignments(self, points: MixturePoints, weights: Annotated[Floats, "S"]) -> Annotated[Floats, "K U"]:
        """P(component | row), the mean over weighted points; rows in the order of the statistic."""
        found = np.zeros((points.log_weights.shape[1], self.n_rows))
        for chunk in self.chunks:
            for part in _parts(points, chunk):
                found[:, chunk.place] += np.tensordot(weights[part], chunk.taken(points.at(part)), axes=1)
        return found

    def largest(self, points: MixturePoints, weights: Annotated[Floats, "S"]) -> Annotated[Floats, "U"]:
        """The largest P(component | row, point), the mean over weighted points; rows as in the statistic."""
        found = np.zeros(self.n_rows)
        for chunk in self.chunks:
            for part in _parts(points, chunk):
                found[chunk.place] += weights[part] @ folded(np.maximum, chunk.taken(points.at(part)), axis=1)
        return found


def _chunk(
    statistic: LabelledRows,
    place: Annotated[Integers, "U"],
    *,
    bags: Annotated[Floats, "U"],
    layout: Layout,
) -> Chunk:
    table, known = statistic.distinct[place], statistic.known[place]
    barred = None
    if (known != UNKNOWN).any():
        others = (known != UNKNOWN) & (known != np.arange(layout.n_components)[:, None])
        barred = np.where(others, -np.inf, 0.0)
    return Chunk(
        rows=_component_rows(table, layout),
        place=place,
        bags=bags,
        barred=barred,
        unknown=(known == UNKNOWN).astype(np.float64),
        starts=_starts(bags),
    )


def _component_rows(table: Annotated[Integers, "U C"], layout: Layout) -> ComponentRows:
    if layout.overdispersed:
        from handful.models.overdispersed_components import OverdispersedComponents  # SciPy's sparse matrices

        return OverdispersedComponents.of(table, log_recipes=layout.log_recipes)
    if layout.log_recipes is not None:
        return KnownRows.of(table, np.exp(layout.log_recipes))
    return MultinomialRows.of(table)


def _starts(bags: Annotated[Floats, "U"]) -> Annotated[Integers, "F"]:
    """Where runs of equal numbers begin, none of them too long."""
    edges = np.flatnonzero(np.diff(bags, prepend=-1.0))
    runs = [np.arange(a, b, FACTORS) for a, b in zip(edges, [*edges[1:], len(bags)], strict=True)]
    return np.concatenate(runs).astype(np.int64) if runs else np.zeros(0, dtype=np.int64)


def _parts(points: MixturePoints, chunk: Chunk) -> Iterator[slice]:
    n_draws, n_components = points.log_weights.shape
    at_once = max(1, CELLS_AT_ONCE // max(n_components * chunk.rows.n_rows, 1))
    return (slice(start, start + at_once) for start in range(0, n_draws, at_once))
