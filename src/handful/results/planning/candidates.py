"""Candidates: so many bags of such a size, how probably each meets the aim, and the search for the least that does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from handful.progress import so_far

MOST_ITEMS = 10_000_000
"""Nobody counts more; a search ends there."""

LOOK_BACK = 12
PLACES = 64
"""Of whole items a probability rises in teeth: so many numbers below one that is found are tried, too."""


class Estimate(NamedTuple):
    """A probability, and the standard error of its estimate; 0 where it is exact."""

    probability: float
    error: float = 0.0


@dataclass(frozen=True, slots=True)
class Planned:
    """A candidate.

    Parameters
    ----------
    n_bags : int or None
        How many bags; None where each bag is judged by itself.
    size : int
        How many items a bag holds.
    probability : float
        That the aim is met; of assignments, the part of the bags that is put right.
    error : float
        Its standard error, 0 where it is exact.

    Examples
    --------
    >>> Planned(28, 55, 0.81, 0.0).n_items
    1540
    """

    n_bags: int | None
    size: int
    probability: float
    error: float

    @property
    def n_items(self) -> int:
        """How many items there are to be counted."""
        return (1 if self.n_bags is None else self.n_bags) * self.size


def least(chance: Callable[[int], Estimate], *, aim: float, most: int) -> int | None:
    """The least number up to `most` whose chance reaches `aim`; None if none does.

    Doubled until it is reached, halved in between. Of whole items a chance rises in teeth, long ones where a category
    is rare: where it is exact, places over the last quarter below are tried, too, and then the dozen just below.

    Examples
    --------
    >>> least(lambda n: Estimate(1 - 0.5**n), aim=0.9, most=100)
    4
    """
    if most < 0:
        return None

    def reaches(number: int) -> bool:
        return chance(number).probability >= aim

    if reaches(0):
        return 0
    low, high = 0, 1
    while high <= most and not reaches(high):
        low, high = high, 2 * high
    if high > most:
        if low >= most or not reaches(most):
            return None
        high = most
    high = _crossing(reaches, low=low, high=high)
    if chance(high).error:  # of estimates the first of many would be the luckiest
        return high
    low = 3 * high // 4
    step = max((high - low) // PLACES, 1)
    first = next((n for n in range(low + step, high, step) if reaches(n)), high)
    high = _crossing(reaches, low=max(first - step, 0), high=first)
    return next((n for n in range(max(high - LOOK_BACK, 1), high) if reaches(n)), high)


def _crossing(reaches: Callable[[int], bool], *, low: int, high: int) -> int:
    """A number above `low`, up to `high`, that reaches it while the one before does not; `high` does."""
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reaches(middle) else (middle, high)
    return high


def table(
    chance: Callable[[int, int], Estimate],
    *,
    sizes: Sequence[int],
    bags: Sequence[int] | None,
    aim: float,
) -> tuple[Planned, ...]:
    """Rows for every number of bags and every size; where no numbers are given, the least that will do and others.

    Parameters
    ----------
    chance : callable
        Of a number of bags and a size: the probability that the aim is met.
    sizes, bags : sequence of int
        The candidates.
    aim : float
        What shall be reached.
    """
    rows, chance = [], cache(chance)
    for size in sizes:
        numbers = bags if bags is not None else around(_search(chance, size=size, aim=aim), size=size)
        rows += [Planned(number, size, *chance(number, size)) for number in numbers]
    return tuple(rows)


def tried(
    work: Callable[[int, int], tuple[Planned, int]], *, sizes: Sequence[int], bags: Sequence[int]
) -> tuple[tuple[Planned, ...], list[str]]:
    """Rows by fits to made-up bags, and what went wrong with them; after an interrupt those that are done.

    Parameters
    ----------
    work : callable
        Of a size and a number of bags: the row, and how many of its fits had a verdict that was not ok.
    sizes, bags : sequence of int
        The candidates.
    """
    pairs = [(size, number) for size in sizes for number in bags]
    found = so_far(lambda pair: work(*pair), pairs, what="candidate")
    wrong = []
    if len(found) < len(pairs):
        wrong.append(f"Interrupted: {len(found)} of {len(pairs)} candidates were tried.")
    if n_bad := sum(bad for _, bad in found):
        wrong.append(f"The verdict of {n_bad:,} of these fits was not ok.")
    return tuple(row for row, _ in found), wrong


def around(number: int | None, *, size: int) -> tuple[int, ...]:
    """Numbers to show beside the one that was found; the largest there is where none was."""
    if number is None:
        return (max(MOST_ITEMS // max(size, 1), 1),)
    return tuple(sorted({1, number // 4, number // 2, number - 1, number, 2 * number} - {0, -1} | {number}))


def cheapest(rows: Sequence[Planned], *, aim: float) -> Planned | None:
    """The row with the fewest items, and then the fewest bags, that reaches the aim."""
    reaching = [row for row in rows if row.probability >= aim]
    return min(reaching, key=lambda row: (row.n_items, row.n_bags or 0), default=None)


def _search(chance: Callable[[int, int], Estimate], *, size: int, aim: float) -> int | None:
    return least(lambda number: chance(number, size), aim=aim, most=MOST_ITEMS // max(size, 1))
