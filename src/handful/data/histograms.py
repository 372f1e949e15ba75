"""How many bags hold how many of each category: all that a model of one population of bags needs.

The histograms of 10^9 bags are a few hundred pairs of whole numbers, and those of two sets of bags add up.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated

import numpy as np

from handful.arrays import Integers, read_only_integers
from handful.compensated import times_log_ratio
from handful.data.counts import Counts
from handful.errors import CountsError
from handful.stirling import stirling_remainder

MOST_ITEMS = 2.0**62
"""Sums of counts are kept in 64 bits; beyond this they might not fit."""

DENSE = 1 << 16
"""Values below this are tallied by their place; larger ones are sorted."""


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """How many bags have which value.

    Parameters
    ----------
    values : array of int, shape (V,)
        The different values, rising.
    bags : array of int, shape (V,)
        How many bags have each of them, 1 or more.

    Examples
    --------
    >>> Histogram.of(np.array([7, 9, 7])).bags
    array([2, 1])
    """

    values: Annotated[Integers, "V"]
    bags: Annotated[Integers, "V"]

    @staticmethod
    def of(column: Annotated[Integers, "B"]) -> Histogram:
        """The histogram of a value a bag."""
        if column.size and int(column.max()) < max(DENSE, column.size):
            tally = np.bincount(column)
            values = np.flatnonzero(tally)
            return Histogram(read_only_integers(values), read_only_integers(tally[values]))
        values, bags = np.unique(column, return_counts=True)
        return Histogram(read_only_integers(values), read_only_integers(bags))

    def __add__(self, other: Histogram) -> Histogram:
        """The histogram of the bags of both."""
        values, place = np.unique(np.concatenate([self.values, other.values]), return_inverse=True)
        bags = np.zeros(len(values), dtype=np.int64)
        np.add.at(bags, place, np.concatenate([self.bags, other.bags]))
        return Histogram(read_only_integers(values), read_only_integers(bags))

    @property
    def n_bags(self) -> int:
        """How many bags there are."""
        return int(self.bags.sum())

    @property
    def total(self) -> int:
        """The sum of the values of all bags.

        Raises
        ------
        CountsError
            If it may not fit into 64 bits.
        """
        if float(self.values.astype(np.float64) @ self.bags.astype(np.float64)) >= MOST_ITEMS:
            raise CountsError("more than 4.6e18 items: their sum does not fit into 64 bits")
        return int(self.values @ self.bags)

    @property
    def log_factorials(self) -> tuple[float, ...]:
        """Parts whose sum is Σ_bags log value! + value, in nats, the small ones apart from the large ones.

        log n! = n log n − n + ½ log 2πn + s(n); the −n is left out, since where totals meet their
        categories all of them cancel.
        """
        some = self.values > 0
        n, bags = self.values[some].astype(np.float64), self.bags[some].astype(np.float64)
        high, low = times_log_ratio(bags * n, over=n, under=np.ones_like(n))
        rest = bags * (0.5 * np.log(2 * np.pi * n) + stirling_remainder(n))
        return tuple(np.concatenate([high, low, rest]).tolist())


@dataclass(frozen=True, slots=True, eq=False)
class Histograms:
    """The histogram of the counts of each category, and that of the bags' totals.

    Parameters
    ----------
    by_category : tuple of Histogram
        One for each of the C categories.
    of_totals : Histogram
        Of the sums of the bags.
    categories : tuple of str
        The C names.

    Raises
    ------
    CountsError
        If the histograms are of different bags.

    Examples
    --------
    >>> bags = Counts([[9, 8], [12, 7], [9, 8]], categories=["blue", "brown"])
    >>> Histograms.of(bags).by_category[0].values
    array([ 9, 12])
    >>> Histograms.of(bags).counts
    array([30, 23])
    """

    by_category: tuple[Histogram, ...]
    of_totals: Histogram
    categories: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse histograms that cannot be of the same bags."""
        bags = {histogram.n_bags for histogram in (*self.by_category, self.of_totals)}
        if len(bags) > 1 or sum(histogram.total for histogram in self.by_category) != self.of_totals.total:
            raise CountsError("the histograms of the categories and of the totals are of different bags")

    @staticmethod
    def of(counts: Counts) -> Histograms:
        """The histograms of `counts`."""
        by_category = tuple(Histogram.of(column) for column in counts.table.T)
        return Histograms(by_category, Histogram.of(counts.totals), counts.categories)

    def __add__(self, other: Histograms) -> Histograms:
        """The histograms of the bags of both."""
        if self.categories != other.categories:
            raise CountsError(
                f"histograms of {self.categories} and of {other.categories} do not add up",
                found=other.categories,
            )
        pairs = zip(self.by_category, other.by_category, strict=True)
        both = tuple(one + another for one, another in pairs)
        return Histograms(both, self.of_totals + other.of_totals, self.categories)

    @property
    def n_bags(self) -> int:
        """How many bags there are, empty ones included."""
        return self.of_totals.n_bags

    @property
    def n_items(self) -> int:
        """How many items all bags hold."""
        return self.of_totals.total

    @property
    def n_empty(self) -> int:
        """How many bags hold nothing."""
        return int(self.of_totals.bags[self.of_totals.values == 0].sum())

    @property
    def counts(self) -> Annotated[Integers, "C"]:
        """How many items of each category all bags hold together."""
        return read_only_integers([histogram.total for histogram in self.by_category])

    @property
    def log_coefficient(self) -> float:
        """The sum over bags of the log multinomial coefficients log N_b!/∏k_bc!, in nats."""
        categories = [-part for histogram in self.by_category for part in histogram.log_factorials]
        return math.fsum([*self.of_totals.log_factorials, *categories])

    @property
    def sha256(self) -> str:
        """The SHA-256 of names, values and frequencies: the same however the bags were ordered or parted."""
        digest = sha256("\x1f".join(self.categories).encode("utf-8", "surrogatepass"))
        for histogram in (*self.by_category, self.of_totals):
            digest.update(f"\x1e{len(histogram.values)}\x1e".encode())
            digest.update(histogram.values.astype("<i8").tobytes() + histogram.bags.astype("<i8").tobytes())
        return digest.hexdigest()
