"""The likelihood of single bags when every component is a population of recipes, for many draws at once.

A bag with counts k from a component with precision κ and mean m, α = κ m, has

    log f(k) = Σ_c [k_c log m_c + g(α_c, k_c)] − g(κ, N),      g(a, n) = Σ_{j<n} log(1 + j/a)

(less its multinomial coefficient). Bags share their counts: of 278 × 130 cells a few thousand pairs of a
category and a count are different. So g is found once for each pair, from cumulative sums where counts are
small or by Stirling's formula, and then dealt out to the bags by one sparse matrix.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, TypeAlias

import numpy as np
from scipy import sparse

from handful.arrays import Floats, Integers, read_only_floats, read_only_integers
from handful.distributions.rising_sums import CELLS_AT_ONCE, FEW_TERMS, TINIEST
from handful.distributions.slopes import curvature_by_stirling, deficit_by_stirling
from handful.distributions.special import LONGEST_TABLE, rising_excess_by_stirling

STEPS_PER_VALUE = 30
"""Stirling's formula for one value costs about as much as so many steps of a cumulative sum."""

LARGEST_SQUARED = 1e150

Function: TypeAlias = Callable[[Floats, Floats], Floats]


@dataclass(frozen=True, slots=True, eq=False)
class RowSlopes:
    """First or second derivatives of the sums over bags by the logs of their bases.

    Parameters
    ----------
    categories : array (S, K, C)
        F′_kc = −Σ_b r_bk Σ_{i<k_bc} i/(α_kc + i), or F″_kc.
    totals : array (S, K)
        G′_k, the same sum for κ_k and the bags' totals, or G″_k.
    counts : array (S, K, C)
        n_kc = Σ_b r_bk k_bc.
    """

    categories: Annotated[Floats, "S K C"]
    totals: Annotated[Floats, "S K"]
    counts: Annotated[Floats, "S K C"]


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """The different pairs of a base and a count above 0; the bases are the C categories' and the totals'.

    Parameters
    ----------
    base : array of int, shape (P,)
        Which base; C stands for the totals. Rising, and for equal bases the counts rise.
    values : array (P,)
        The counts.
    steps, step_base : array (T,)
        The steps 0, 1, ... of the cumulative sums, one sum after the other, and their bases.
    starts : tuple of int
        Where in `steps` each sum begins, and T.
    place : array of int, shape (P,)
        Where in `steps` the sum up to a pair's count ends; −1 for those by Stirling's formula.
    """

    base: Annotated[Integers, "P"]
    values: Annotated[Floats, "P"]
    steps: Annotated[Floats, "T"]
    step_base: Annotated[Integers, "T"]
    starts: tuple[int, ...]
    place: Annotated[Integers, "P"]

    @staticmethod
    def of(base: Annotated[Integers, "P"], values: Annotated[Integers, "P"]) -> Pairs:
        """The pairs with the plan of how each is evaluated."""
        place = np.full(len(base), -1)
        lengths: list[int] = []
        bases = np.unique(base)
        for one in bases:
            own = np.flatnonzero((base == one) & (values <= LONGEST_TABLE))
            longest = int(values[own].max(initial=0))
            if longest > max(FEW_TERMS, STEPS_PER_VALUE * own.size):
                longest = 0
            else:
                place[own] = sum(lengths) + values[own] - 1
            lengths.append(longest)
        steps = [np.arange(length) for length in lengths]
        return Pairs(
            read_only_integers(base),
            read_only_floats(values),
            read_only_floats(np.concatenate([*steps, []])),
            read_only_integers(np.repeat(bases, lengths)),
            tuple(int(start) for start in np.cumsum([0, *lengths])),
            read_only_integers(place),
        )

    def summed(
        self, of_step: Function, by_stirling: Function, *, a: Annotated[Floats, "n X"]
    ) -> Annotated[Floats, "P X"]:
        """Σ_{j<count} of_step(a, j) for every pair and every column of bases `a`; `by_stirling` is that sum."""
        found = np.empty((len(self.base), a.shape[1]))
        table = of_step(a[self.step_base], self.steps[:, None])
        for start, stop in zip(self.starts[:-1], self.starts[1:], strict=True):
            np.cumsum(table[start:stop], axis=0, out=table[start:stop])
        short, long = np.flatnonzero(self.place >= 0), np.flatnonzero(self.place < 0)
        found[short] = table[self.place[short]]
        if long.size:
            found[long] = by_stirling(a[self.base[long]], self.values[long, None])
        return found


@dataclass(frozen=True, slots=True, eq=False)
class OverdispersedRows:
    """The log likelihood of U different rows under components κ_k m_k, and its derivatives.

    Parameters
    ----------
    rows : array of int, shape (U, C)
        The counts.
    pairs : Pairs
        The pairs of a category, or the total, and a count that occur in them.
    pairs_of_row : sparse array (U, P)
        1 where a row has a pair.
    pairs_of_base : sparse array (C + 1, P)
        1 where a pair is of a category, or of the totals.

    Examples
    --------
    >>> one = OverdispersedRows.of(np.array([[1, 1], [2, 0]]))
    >>> np.exp(one.log_pmf(np.log([[2.0]]), np.log([[[0.5, 0.5]]]))).round(12)
    array([[[0.16666667, 0.33333333]]])
    """

    rows: Annotated[Integers, "U C"]
    pairs: Pairs
    pairs_of_row: sparse.csr_array
    pairs_of_base: sparse.csr_array

    @staticmethod
    def of(rows: Annotated[Integers, "U C"]) -> OverdispersedRows:
        """The likelihood of `rows`, which need not all be different."""
        n_rows, n_categories = rows.shape
        bases, values, row, pair = [], [], [], []
        n_pairs = 0
        for base, column in enumerate([*rows.T, rows.sum(axis=1)]):
            seen = np.flatnonzero(column)
            different, which = np.unique(column[seen], return_inverse=True)
            bases.append(np.full(len(different), base))
            values.append(different)
            row.append(seen)
            pair.append(n_pairs + which)
            n_pairs += len(different)
        of_base = np.concatenate(bases).astype(np.int64)
        return OverdispersedRows(
            read_only_integers(rows),
            Pairs.of(of_base, np.concatenate(values).astype(np.int64)),
            _ones(np.concatenate(row), np.concatenate(pair), shape=(n_rows, n_pairs)),
            _ones(of_base, np.arange(n_pairs), shape=(n_categories + 1, n_pairs)),
        )

    def log_pmf(
        self, log_precision: Annotated[Floats, "S K"], log_mean: Annotated[Floats, "S K C"]
    ) -> Annotated[Floats, "S K U"]:
        """The log probability of each row from each component, in nats, without the multinomial coefficient.

        In memory the draws of one row lie side by side: what is computed from it elementwise keeps that order.
        """
        log_a = _bases(log_precision, log_mean)
        found = np.empty((len(self.rows), log_a.shape[1]))
        of_total = self.pairs.base == self.rows.shape[1]
        log_shares = _bases(np.zeros_like(log_precision), log_mean)
        for some in self._chunks(log_a.shape[1]):
            parts = self._excess(log_a[:, some])
            parts += self.pairs.values[:, None] * log_shares[self.pairs.base, some]
            np.negative(parts, out=parts, where=of_total[:, None])
            found[:, some] = self.pairs_of_row @ parts
        return found.reshape(-1, *log_precision.shape[::-1]).transpose(2, 1, 0)

    def slopes(
        self,
        log_precision: Annotated[Floats, "S K"],
        log_mean: Annotated[Floats, "S K C"],
        *,
        responsibilities: Annotated[Floats, "S K U"],
    ) -> RowSlopes:
        """F′ and G′ of the rows, each counted as often as its responsibility says (times its multiplicity)."""
        log_a = _bases(log_precision, log_mean)
        return self._weighted(
            _step_deficit, deficit_by_stirling, log_a=log_a, weights=responsibilities, sign=-1.0
        )

    def curvatures(
        self,
        log_precision: Annotated[Floats, "S K"],
        log_mean: Annotated[Floats, "S K C"],
        *,
        responsibilities: Annotated[Floats, "S K U"],
    ) -> RowSlopes:
        """F″ and G″, likewise."""
        log_a = _bases(log_precision, log_mean)
        return self._weighted(
            _step_curve, _curve_by_stirling, log_a=log_a, weights=responsibilities, sign=1.0
        )

    def slopes_by_row(
        self, log_precision: Annotated[Floats, "K"], log_mean: Annotated[Floats, "K C"]
    ) -> tuple[Annotated[Floats, "K U C"], Annotated[Floats, "K U"]]:
        """F′ and G′ of every row by itself, for one draw of K components."""
        log_a = _bases(log_precision[None], log_mean[None])
        each = -self.pairs.summed(_step_deficit, deficit_by_stirling, a=_base_of(log_a))
        lines, places = self.pairs_of_row.nonzero()
        # One pair of every category at most is a row's own: its place is the category's.
        found = np.zeros((len(log_precision), len(self.rows), self.rows.shape[1] + 1))
        found[:, lines, self.pairs.base[places]] = each[places].T
        return found[:, :, :-1], found[:, :, -1]

    def scores(
        self, log_precision: Annotated[Floats, "K"], log_mean: Annotated[Floats, "K C"]
    ) -> Annotated[Floats, "K U C"]:
        """The derivatives of every row's log probability by log α_kc, for one draw of K components."""
        categories, totals = self.slopes_by_row(log_precision, log_mean)
        of_total = self.rows.sum(axis=1) + totals
        return np.asarray(self.rows + categories - of_total[:, :, None] * np.exp(log_mean)[:, None, :])

    def _excess(self, log_a: Annotated[Floats, "n X"]) -> Annotated[Floats, "P X"]:
        """The sum g(a, n) of every pair."""
        found = self.pairs.summed(_step_excess, rising_excess_by_stirling, a=_base_of(log_a))
        beyond = np.log(TINIEST) - log_a
        if (beyond > 0).any():
            # Of a base that is next to nothing log(1 + j/a) is log j − log a.
            lost = np.maximum(beyond, 0.0)[self.pairs.base]
            found += np.maximum(self.pairs.values[:, None] - 1.0, 0.0) * lost
        return found

    def _weighted(
        self,
        of_step: Function,
        by_stirling: Function,
        *,
        log_a: Annotated[Floats, "n X"],
        weights: Annotated[Floats, "S K U"],
        sign: float,
    ) -> RowSlopes:
        shape = weights.shape[:2]
        by_row = weights.transpose(2, 1, 0).reshape(len(self.rows), -1)
        found, counts = np.empty(log_a.shape), np.empty(log_a.shape)
        dealt = self.pairs_of_row.T.tocsr()
        for some in self._chunks(log_a.shape[1]):
            of_pair = dealt @ np.ascontiguousarray(by_row[:, some])
            each = self.pairs.summed(of_step, by_stirling, a=_base_of(log_a[:, some]))
            found[:, some] = sign * (self.pairs_of_base @ (of_pair * each))
            counts[:, some] = self.pairs_of_base @ (of_pair * self.pairs.values[:, None])
        sums, items = (one.reshape(-1, *shape[::-1]).transpose(2, 1, 0) for one in (found, counts))
        return RowSlopes(sums[..., :-1], sums[..., -1], items[..., :-1])

    def _chunks(self, n_columns: int) -> Iterator[slice]:
        """Some columns at a time, so that work stays in cache."""
        cells = len(self.pairs.base) + len(self.pairs.steps) + len(self.rows)
        at_once = max(1, CELLS_AT_ONCE // max(cells, 1))
        return (slice(start, start + at_once) for start in range(0, n_columns, at_once))


def _ones(lines: Integers, columns: Integers, *, shape: tuple[int, int]) -> sparse.csr_array:
    return sparse.csr_array((np.ones(len(lines)), (lines, columns)), shape=shape)


def _bases(
    log_precision: Annotated[Floats, "S K"], log_mean: Annotated[Floats, "S K C"]
) -> Annotated[Floats, "n X"]:
    """The logs of the C + 1 bases κ m_c and κ, as rows; the columns go through draws, then components."""
    log_a = np.concatenate([log_precision[..., None] + log_mean, log_precision[..., None]], axis=-1)
    return np.ascontiguousarray(log_a.transpose(2, 1, 0)).reshape(log_a.shape[2], -1)


def _base_of(log_a: Floats) -> Floats:
    return np.exp(np.clip(log_a, np.log(TINIEST), -np.log(TINIEST)))


def _step_excess(a: Floats, j: Floats) -> Floats:
    return np.asarray(np.log1p(j / a))


def _step_deficit(a: Floats, j: Floats) -> Floats:
    return np.asarray(j / (a + j))


def _step_curve(a: Floats, j: Floats) -> Floats:
    lifted = a + j
    return np.asarray(j / lifted * (a / lifted))


def _curve_by_stirling(a: Floats, n: Floats) -> Floats:
    # The squares of larger bases overflow; there the curve falls like 1/a.
    some = np.minimum(a, LARGEST_SQUARED)
    return curvature_by_stirling(some, n) * (some / a)
