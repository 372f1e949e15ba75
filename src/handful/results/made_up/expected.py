"""What made-up bags hold of a quantity, and how far out among them is what was counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from handful.arrays import Floats, Integers
from handful.results.p_values import mid_p

MASS = 0.95
RARE = 0.01
"""Of the sets that the prior makes 1 in 100 has anything so far out that it is told as a surprise."""
DIGITS = 12
"""Shares that differ by less differ by rounding."""
TINY = 1e-12


@dataclass(frozen=True, slots=True)
class Expected:
    """What the prior expects of a quantity, and what was seen of it.

    Parameters
    ----------
    median, lower, upper : float
        The median, and the ends of the equal-tailed 95 % interval.
    seen : float or None
        In the bags that were counted.
    p : float or None
        How often the prior makes it as far out: twice the smaller mid-p of more and of less.
    surprising : bool
        Whether it is further out than anything that is held against the prior is in 99 of 100 made-up sets.

    Examples
    --------
    >>> Expected(0.5, 0.1, 0.9, 0.95, 0.02).inside
    False
    """

    median: float
    lower: float
    upper: float
    seen: float | None = None
    p: float | None = None
    surprising: bool = False

    @property
    def inside(self) -> bool | None:
        """Whether what was seen lies in the interval; None where nothing was."""
        return None if self.seen is None else self.lower <= self.seen <= self.upper


def expected(values: Annotated[Floats, "S M"]) -> tuple[Expected, ...]:
    """What the prior expects of M quantities, of which it has made S each.

    Examples
    --------
    >>> expected(np.array([[0.2], [0.4], [0.3]]))[0].median
    0.3
    """
    tail = 0.5 * (1.0 - MASS)
    ends = np.quantile(values, [0.5, tail, 1.0 - tail], axis=0)
    return tuple(Expected(*each) for each in ends.T.tolist())


def held_against(values: Annotated[Floats, "S M"], seen: Annotated[Floats, "M"]) -> tuple[Expected, ...]:
    """The same, with what was seen of a set of bags, and whether any of it is a surprise.

    Every set has a quantity that is further out than its others. A surprise is beyond those of all but 1 in 100 sets:
    of very many quantities one is far out by chance.

    Examples
    --------
    >>> values = np.random.default_rng(1).random((1_000, 2))
    >>> [one.surprising for one in held_against(values, np.array([0.5, 1.5]))]
    [False, True]
    """
    values, at = values.round(DIGITS), seen.round(DIGITS)
    ordered = np.sort(values, axis=0)
    mean, sd = values.mean(axis=0), np.maximum(values.std(axis=0), TINY)
    columns = range(values.shape[1])
    of_sets = np.column_stack([_out(ordered[:, m], values[:, m]) for m in columns])
    of_seen = np.array([_out(ordered[:, m], at[[m]])[0] for m in columns])
    above = np.array([mid_p(at[m], values[:, m]) for m in columns])
    p = 2.0 * np.minimum(above, 1.0 - above)
    # Beyond all draws, or as far out as few of them: who is further is told by standard deviations.
    far = np.abs(values - mean) / sd
    furthest = (of_sets - far / (1.0 + far)).min(axis=1)
    z = np.abs(at - mean) / sd
    # What was seen is in a tie with itself, as each of the others is.
    surprising = of_seen + 1 - z / (1.0 + z) < np.quantile(furthest, RARE, method="lower")
    return tuple(
        Expected(one.median, one.lower, one.upper, *each)
        for one, each in zip(
            expected(values), zip(seen.tolist(), p.tolist(), surprising.tolist(), strict=True), strict=True
        )
    )


def _out(ordered: Annotated[Floats, "S"], values: Annotated[Floats, "n"]) -> Annotated[Integers, "n"]:
    """S times the probability of being as far out as `values`: of 2 min(below, above) + ties."""
    below = np.searchsorted(ordered, values, side="left")
    up_to = np.searchsorted(ordered, values, side="right")
    return np.asarray(2 * np.minimum(below, len(ordered) - up_to) + (up_to - below), dtype=np.int64)
