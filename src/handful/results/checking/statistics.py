"""What a table of counts is looked at for: one number a table, for as many tables at once as are given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeAlias

import numpy as np

from handful.arrays import Floats, Integers
from handful.errors import ParameterError

Tables: TypeAlias = Annotated[Integers, "S B C"]

PAIR, THREE = 2, 3

MIX = (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9)
"""Odd numbers whose bits look random: what a row is told apart by."""


FAINTEST = 1e-250
"""What is expected less often than this cannot happen; a square divided by it is still a number."""

OF_VARIATION = ("var_between_bags", "chi2")
"""The statistics that a spread between bags makes larger."""


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """Tables with what their statistics need to know of them.

    Parameters
    ----------
    tables : array of int, shape (S, B, C)
        Counts; of a rate one category, whose count may exceed the total.
    totals : array (B,)
        The items of each bag, 1 or more.
    expected : array (s, b, C), optional
        The shares that each draw expects of a bag in each place; s = 1: of the same draw, b = 1: of any bag. None for
        tables that are held against each other only.
    """

    tables: Tables
    totals: Annotated[Floats, "B"]
    expected: Annotated[Floats, "s b C"] | None = None

    @property
    def shares(self) -> Annotated[Floats, "S B C"]:
        """k_bc / N_b."""
        return np.asarray(self.tables / self.totals[:, None])


Measure: TypeAlias = Callable[[Looked], Annotated[Floats, "S"]]


@dataclass(frozen=True, slots=True)
class Statistic:
    """One number of a table, and what it means when it is large or small.

    Parameters
    ----------
    name : str
        As in ``check(statistics=[...])``.
    title : str
        What it is, for a table and a picture.
    sides : {'both', 'upper'}
        Whether a small value is as telling as a large one.
    large, small : str
        What such a value says of the bags.
    measure : callable or None
        The number of each table; None for the farthest bag, which takes all tables together.
    of_expected : bool
        Whether it is measured from what the fit expects, and not from the bags themselves: then the bags seen and
        the made-up ones are measured from the very same draw, draw by draw.
    fewest_categories : int
        With fewer it says nothing.
    """

    name: str
    title: str
    sides: Literal["both", "upper"]
    large: str
    small: str
    measure: Measure | None
    of_expected: bool = False
    fewest_categories: int = 1


def var_between_bags(looked: Looked) -> Annotated[Floats, "S"]:
    """The variance of the shares between bags, each bag by its items, summed over the categories.

    Σ_b (N_b/N) Σ_c (k_bc/N_b − n_c/N)².
    """
    weights = looked.totals / looked.totals.sum()
    mean = (looked.tables.sum(axis=1) / looked.totals.sum())[:, None, :]
    return np.asarray(((looked.shares - mean) ** 2).sum(axis=2) @ weights)


def max_share(looked: Looked) -> Annotated[Floats, "S"]:
    """The largest share of any category in any bag."""
    return np.asarray(looked.shares.max(axis=(1, 2)))


def zeros(looked: Looked) -> Annotated[Floats, "S"]:
    """How often a bag holds nothing of a category."""
    return np.asarray((looked.tables == 0).sum(axis=(1, 2)), dtype=np.float64)


def chi2(looked: Looked) -> Annotated[Floats, "S"]:
    """Pearson's Σ (k − E)²/E with E what each draw expects; categories that it rules out have no part in it.

    A discrepancy between a table and a draw, not a number of the table alone (Gelman, Meng & Stern 1996, equation 6).

    Raises
    ------
    ParameterError
        If nobody said what is expected.
    """
    if looked.expected is None:
        raise ParameterError("chi2 is measured from what is expected, which is not given", name="expected")
    expected = looked.totals[:, None] * looked.expected
    possible = expected > FAINTEST
    safe = np.where(possible, expected, 1.0)
    return np.asarray(np.where(possible, (looked.tables - expected) ** 2 / safe, 0.0).sum(axis=(1, 2)))


def identical_pairs(looked: Looked) -> Annotated[Floats, "S"]:
    """How many pairs of bags hold the very same counts.

    Each row is boiled down to 64 bits: two different ones are taken for the same once in 10^19 pairs.
    """
    mixed: np.ndarray[Any, np.dtype[np.uint64]] = np.full(looked.tables.shape[:2], 0, dtype=np.uint64)
    columns = [*np.moveaxis(looked.tables, 2, 0), np.broadcast_to(looked.totals, mixed.shape)]
    with np.errstate(over="ignore"):
        for column in columns:
            mixed = (mixed ^ column.astype(np.uint64)) * np.uint64(MIX[0])
            mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(MIX[1])
            mixed ^= mixed >> np.uint64(32)
    mixed.sort(axis=1)
    place = np.broadcast_to(np.arange(mixed.shape[1]), mixed.shape)
    first = np.ones(mixed.shape, dtype=bool)
    first[:, 1:] = mixed[:, 1:] != mixed[:, :-1]
    start = np.maximum.accumulate(np.where(first, place, 0), axis=1)
    return np.asarray((place - start).sum(axis=1), dtype=np.float64)


def correlations(looked: Looked) -> Annotated[Floats, "S"]:
    """How strongly shares rise together: the root mean square, over pairs of categories, of positive correlations.

    Negative ones count as 0: shares that sum to 1 have them anyway. The sum over all pairs sees blocks of categories
    that rise together, each pair weakly; the largest of all correlations would be that of two rare categories.
    """
    away = looked.shares - looked.shares.mean(axis=1, keepdims=True)
    covariance = np.matmul(away.transpose(0, 2, 1), away)
    spread = np.sqrt(np.einsum("scc->sc", covariance))
    spread = np.where(spread > 0, spread, 1.0)
    positive = np.maximum(covariance / (spread[:, :, None] * spread[:, None, :]), 0.0)
    first, second = np.triu_indices(away.shape[2], 1)
    return np.asarray(np.sqrt((positive[:, first, second] ** 2).mean(axis=1)))


STATISTICS = (
    Statistic(
        name="var_between_bags",
        title="variance of the shares between bags",
        sides="both",
        large="the bags differ more than the model expects",
        small="the bags are more alike than the model expects",
        measure=var_between_bags,
    ),
    Statistic(
        name="max_share",
        title="largest share of a category in a bag",
        sides="both",
        large="some bag is fuller of one category than the model expects of any",
        small="no bag is as full of one category as the model expects of some",
        measure=max_share,
    ),
    Statistic(
        name="zeros",
        title="categories missing from a bag",
        sides="both",
        large="categories are missing from more bags than the model expects",
        small="categories are missing from fewer bags than the model expects",
        measure=zeros,
    ),
    Statistic(
        name="chi2",
        title="distance from what each draw of the fit expects (chi-squared)",
        sides="both",
        large="the counts are farther from what the fit expects than its own bags would be",
        small="the counts are closer to what the fit expects than its own bags would be",
        measure=chi2,
        of_expected=True,
    ),
    Statistic(
        name="identical_pairs",
        title="pairs of bags with the same counts",
        sides="upper",
        large="more bags have the very same counts than the model expects: was a bag entered twice?",
        small="fewer bags have the same counts than the model expects",
        measure=identical_pairs,
    ),
    Statistic(
        name="correlations",
        title="how strongly categories rise together",
        sides="upper",
        large="categories rise and fall together from bag to bag more than the model lets them",
        small="categories rise together less than the model expects",
        measure=correlations,
        fewest_categories=THREE,
    ),
    Statistic(
        name="farthest_bag",
        title="how far the least likely bag is from the others",
        sides="upper",
        large="at least one bag is less likely than the model expects of any",
        small="no bag is as unlikely as the model expects of some",
        measure=None,
    ),
)

NAMES = tuple(one.name for one in STATISTICS)
