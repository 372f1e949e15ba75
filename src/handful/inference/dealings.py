"""All assignments of bags to components, and the exact posterior that they leave behind together.

Bags with equal counts are exchangeable: only how many of them each component filled is run through, with the
number of ways to do so.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Annotated

import numpy as np
from scipy.special import gammaln

from handful.arrays import Floats, Integers
from handful.data.labelled import UNKNOWN, LabelledRows
from handful.progress import each

AT_ONCE = 1 << 14


@dataclass(frozen=True, slots=True, eq=False)
class Dealings:
    """All ways in which the bags of unknown component can have been filled, numbered 0, 1, ...

    Parameters
    ----------
    n_components : int
        K.
    rows : tuple of int
        The rows with bags of unknown component.
    dealt : tuple of array (M, K)
        For each of them the ways to deal its bags out to components: how many each gets.
    log_ways : tuple of array (M,)
        The logs of the numbers of assignments behind them.
    """

    n_components: int
    rows: tuple[int, ...]
    dealt: tuple[Integers, ...]
    log_ways: tuple[Floats, ...]

    @staticmethod
    def of(statistic: LabelledRows, n_components: int) -> Dealings:
        """The dealings of these rows' bags."""
        rows = tuple(int(row) for row in np.flatnonzero(statistic.known == UNKNOWN))
        dealt = tuple(compositions(int(statistic.multiplicities[row]), n_components) for row in rows)
        ways = tuple(
            gammaln(one[0].sum() + 1.0) - gammaln(one + 1.0).sum(axis=1) if len(one) else np.zeros(0)
            for one in dealt
        )
        return Dealings(n_components, rows, dealt, ways)

    @property
    def number(self) -> int:
        """How many there are."""
        return math.prod(len(one) for one in self.dealt)

    def chunks(self) -> Iterator[Annotated[Integers, "T"]]:
        """The numbers of all dealings, some at a time."""
        for start in each(range(0, self.number, AT_ONCE), "part of the assignments"):
            yield np.arange(start, min(start + AT_ONCE, self.number))

    def taken(
        self, numbers: Annotated[Integers, "T"], distinct: Annotated[Integers, "U C"]
    ) -> tuple[Annotated[Floats, "T"], Annotated[Floats, "T K"], Annotated[Floats, "T K C"]]:
        """The log of the number of assignments behind some dealings, and the bags and items each component gets."""
        log_ways, bags = np.zeros(len(numbers)), np.zeros((len(numbers), self.n_components))
        items = np.zeros((len(numbers), self.n_components, distinct.shape[1]))
        for row, one, ways, digit in zip(
            self.rows, self.dealt, self.log_ways, self.digits(numbers), strict=True
        ):
            log_ways += ways[digit]
            bags += one[digit]
            items += one[digit][:, :, None] * distinct[row].astype(np.float64)
        return log_ways, bags, items

    def digits(self, numbers: Annotated[Integers, "T"]) -> Iterator[Annotated[Integers, "T"]]:
        """For each row which of its ways some of the dealings take."""
        rest = numbers
        for one in self.dealt:
            rest, digit = np.divmod(rest, len(one))
            yield digit


def n_dealings(statistic: LabelledRows, n_components: int) -> float:
    """How many dealings there are, without running through them."""
    some = statistic.multiplicities[statistic.known == UNKNOWN].astype(np.float64)
    k = float(n_components)
    with np.errstate(over="ignore"):  # more than a double holds is too many in any case
        return float(np.exp((gammaln(some + k) - gammaln(some + 1.0) - gammaln(k)).sum()))


def compositions(total: int, parts: int) -> Annotated[Integers, "M K"]:
    """All ways to write `total` as a sum of `parts` whole numbers, in order (stars and bars)."""
    if parts == 1:
        return np.array([[total]])
    bars = np.array(list(combinations(range(total + parts - 1), parts - 1)), dtype=np.int64)
    bars = bars.reshape(-1, parts - 1)
    edges = np.column_stack([np.full(len(bars), -1), bars, np.full(len(bars), total + parts - 1)])
    return np.asarray(np.diff(edges, axis=1) - 1)
