"""What a model needs of the data, and no more: statistics that can be added up.

Merging the statistics of two sets of bags gives the statistic of all the bags.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from handful.arrays import Floats, Integers, read_only_integers
from handful.data.counts import Counts
from handful.data.distinct import distinct_rows
from handful.errors import CountsError
from handful.stirling import deviance_of_counts, factorial_remainder

ROWS_AT_ONCE = 65_536
"""So many bags at once keep memory flat, and the work in cache."""


@dataclass(frozen=True, slots=True, eq=False)
class Totals:
    """How many items of each category all bags hold together: all that a pooled model needs.

    Parameters
    ----------
    counts : array of int, shape (C,)
        n_c, the sum over bags.
    categories : tuple of str
        The C names.
    n_bags : int
        How many bags were added up.
    log_split : float
        The log probability, in nats, that the same items dealt at random into bags of these sizes
        give these very bags (hypergeometric). It is what an evidence of the single bags has more
        than that of one large bag with all items.

    Examples
    --------
    >>> bags = Counts([[12, 7], [9, 8]], categories=["blue", "brown"])
    >>> Totals.of(bags).counts
    array([21, 15])
    """

    counts: Annotated[Integers, "C"]
    categories: tuple[str, ...]
    n_bags: int
    log_split: float

    @staticmethod
    def of(counts: Counts) -> Totals:
        """The totals of `counts`."""
        return Totals(
            read_only_integers(counts.table.sum(axis=0, dtype=np.int64)),
            counts.categories,
            counts.n_bags,
            _log_split(counts.table),
        )

    def __add__(self, other: Totals) -> Totals:
        """The totals of the bags of both."""
        self._check(other)
        both = np.stack([self.counts, other.counts])
        return Totals(
            read_only_integers(both.sum(axis=0)),
            self.categories,
            self.n_bags + other.n_bags,
            self.log_split + other.log_split + _log_split(both),
        )

    def __sub__(self, other: Totals) -> Totals:
        """The totals without the bags of `other`, which must be among them."""
        self._check(other)
        rest = self.counts - other.counts
        if self.n_bags < other.n_bags or (rest < 0).any():
            raise CountsError("cannot take away bags that are not among the totals", found=other.n_bags)
        split = _log_split(np.stack([rest, other.counts]))
        return Totals(
            read_only_integers(rest),
            self.categories,
            self.n_bags - other.n_bags,
            self.log_split - other.log_split - split,
        )

    def _check(self, other: Totals) -> None:
        if self.categories != other.categories:
            raise CountsError(
                f"totals of {self.categories} and of {other.categories} do not add up", found=other.categories
            )


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The different rows of the table and which bag has which: what a model of single bags needs.

    Parameters
    ----------
    distinct : array of int, shape (U, C)
        The different rows, in lexicographic order.
    row_of_bag : array of int, shape (B,)
        For each bag the row of `distinct` that is its own.
    categories : tuple of str
        The C names.

    Examples
    --------
    >>> bags = Counts([[9, 8], [12, 7], [9, 8]], categories=["blue", "brown"])
    >>> Rows.of(bags).multiplicities
    array([2, 1])
    """

    distinct: Annotated[Integers, "U C"]
    row_of_bag: Annotated[Integers, "B"]
    categories: tuple[str, ...]

    @staticmethod
    def of(counts: Counts) -> Rows:
        """The rows of `counts`."""
        return _rows(counts.table, counts.categories)

    @property
    def multiplicities(self) -> Annotated[Integers, "U"]:
        """How many bags have each of the different rows."""
        return np.bincount(self.row_of_bag, minlength=len(self.distinct)).astype(np.int64)

    @property
    def table(self) -> Annotated[Integers, "B C"]:
        """The rows of all bags, in the order of the bags."""
        table: Integers = self.distinct[self.row_of_bag]
        return table

    def __add__(self, other: Rows) -> Rows:
        """The rows of the bags of both, those of `self` first."""
        if self.categories != other.categories:
            raise CountsError(
                f"rows of {self.categories} and of {other.categories} do not add up", found=other.categories
            )
        return _rows(np.concatenate([self.table, other.table]), self.categories)


def _rows(table: Annotated[Integers, "B C"], categories: tuple[str, ...]) -> Rows:
    distinct, row_of_bag = distinct_rows(table)
    return Rows(read_only_integers(distinct), read_only_integers(row_of_bag), categories)


def _log_split(table: Annotated[Integers, "R C"]) -> float:
    """The log probability of a table given its margins, rows dealt at random: hypergeometric.

    With log n! = n log n − n + r(n) the large parts of the factorials make up deviances from the
    table that is expected, sum k log(k/E) − k + E, which are never negative: nothing cancels.
    """
    table = table[table.any(axis=1)]
    rows = table.sum(axis=1, dtype=np.float64)
    columns = table.sum(axis=0, dtype=np.float64)
    whole = float(rows.sum())
    if len(rows) < len(("one row", "another")):
        return 0.0
    margins = math.fsum(factorial_remainder(rows)) + math.fsum(factorial_remainder(columns))
    chunks = (slice(start, start + ROWS_AT_ONCE) for start in range(0, len(rows), ROWS_AT_ONCE))
    cells = math.fsum(_cells(table[chunk], rows[chunk], shares=columns / whole) for chunk in chunks)
    return margins - float(factorial_remainder(np.asarray(whole))) - cells


def _cells(table: Annotated[Integers, "R C"], rows: Annotated[Floats, "R"], *, shares: Floats) -> float:
    """The sum over cells of the deviance from what is expected, and of r(k)."""
    k = table.astype(np.float64)
    expected = rows[:, None] * shares
    cells = deviance_of_counts(k, expected, excess=k - expected) + factorial_remainder(k)
    return math.fsum(cells.ravel())


@dataclass(frozen=True, slots=True, eq=False)
class Exposure:
    """One category's items and all items of the bags: all that a Poisson model needs.

    Parameters
    ----------
    events, items : int
        How many of the category, and of all, were counted: sum k_b of N.
    categories : tuple of str
        The category and the rest.
    n_bags : int
        How many bags were added up.
    log_split : float
        The log probability, in nats, that the events fall on the bags as they did, each bag drawn
        with a chance proportional to its total (multinomial).

    Examples
    --------
    >>> Exposure.of(Counts([[3, 7], [1, 9]], categories=["blue", "not blue"])).events
    4
    """

    events: int
    items: int
    categories: tuple[str, ...]
    n_bags: int
    log_split: float

    @staticmethod
    def of(counts: Counts) -> Exposure:
        """The exposure of the first of the categories of `counts`."""
        k, totals = counts.table[:, 0].astype(np.float64), counts.totals.astype(np.float64)
        events, items = int(counts.table[:, 0].sum()), counts.n_items
        expected = events * (totals / max(items, 1))
        cells = deviance_of_counts(k, expected, excess=k - expected) + factorial_remainder(k)
        whole = float(factorial_remainder(np.asarray(float(events))))
        log_split = whole - math.fsum(cells) if counts.n_bags > 1 else 0.0
        return Exposure(events, items, counts.categories, counts.n_bags, log_split)
