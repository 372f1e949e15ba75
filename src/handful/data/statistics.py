"""What a model needs of the data, and no more: statistics that can be added up.

Merging the statistics of two sets of bags gives the statistic of all the bags.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from scipy.special import gammaln

from handful.arrays import Integers, read_only_integers
from handful.data.counts import Counts
from handful.errors import CountsError


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
    log_coefficients : float
        The sum over bags of log N_b! - sum_c log k_bc!, in nats: the multinomial coefficients
        that make an evidence one of the counts.

    Examples
    --------
    >>> bags = Counts([[12, 7], [9, 8]], categories=["blue", "brown"])
    >>> Totals.of(bags).counts
    array([21, 15])
    """

    counts: Annotated[Integers, "C"]
    categories: tuple[str, ...]
    n_bags: int
    log_coefficients: float

    @staticmethod
    def of(counts: Counts) -> Totals:
        """The totals of `counts`."""
        return Totals(
            read_only_integers(counts.table.sum(axis=0, dtype=np.int64)),
            counts.categories,
            counts.n_bags,
            # Whole sums first: a difference of two sums a bag would lose digits.
            math.fsum(gammaln(counts.totals + 1.0)) - math.fsum(gammaln(counts.table + 1.0).ravel()),
        )

    def __add__(self, other: Totals) -> Totals:
        """The totals of the bags of both."""
        return self._combined(other, 1)

    def __sub__(self, other: Totals) -> Totals:
        """The totals without the bags of `other`, which must be among them."""
        return self._combined(other, -1)

    def _combined(self, other: Totals, sign: int) -> Totals:
        if self.categories != other.categories:
            raise CountsError(
                f"totals of {self.categories} and of {other.categories} do not add up", found=other.categories
            )
        counts = read_only_integers(self.counts + sign * other.counts)
        n_bags = self.n_bags + sign * other.n_bags
        if n_bags < 0 or (counts < 0).any():
            raise CountsError("cannot take away bags that are not among the totals", found=n_bags)
        return Totals(counts, self.categories, n_bags, self.log_coefficients + sign * other.log_coefficients)


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
    distinct, row_of_bag = np.unique(table, axis=0, return_inverse=True)
    return Rows(read_only_integers(distinct), read_only_integers(row_of_bag.ravel()), categories)
