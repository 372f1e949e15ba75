"""How far the share of scores below each point may stray if all scores are uniform: at all points at once.

Of n independent scores the number below a point z is binomial(n, z). The band holds the numbers whose two-sided
binomial tail is larger than γ, with one γ for all points, so that the whole curve leaves the band with a stated
probability. That probability is computed, not simulated: cut into parts of equal length, the numbers in the parts are
independent Poisson counts given that they sum to n, so that a curve within the limits is a chain of convolutions.

References
----------
Säilynoja, Bürkner & Vehtari (2022), Statistics and Computing 32:32 (arXiv:2103.10522), section 2, for such bands;
Moscovich & Nadler (2017), Statistics & Probability Letters 123:177, for their probability by Poisson counts.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated

import numpy as np
from scipy.special import bdtr, bdtrc, gammaln

from handful.arrays import Floats, Integers, read_only_floats, read_only_integers

POINTS = 63
"""Where the curve is looked at: at 1/64, ..., 63/64."""

HALVINGS = 60
SAME = 1e-9
"""Two tails are the same up to rounding."""


@lru_cache(maxsize=32)
def points() -> Annotated[Floats, "J"]:
    """The places 1/64, ..., 63/64."""
    return read_only_floats(np.arange(1, POINTS + 1) / (POINTS + 1))


def numbers_below(scores: Annotated[Floats, "n"]) -> Annotated[Integers, "J"]:
    """How many scores are below each point."""
    return np.searchsorted(np.sort(scores), points()).astype(np.int64)


def chance_inside(lower: Annotated[Integers, "J"], upper: Annotated[Integers, "J"], *, n: int) -> float:
    """The probability that of `n` uniform scores between `lower` and `upper` are below each of J even points.

    Examples
    --------
    >>> round(chance_inside(np.array([1]), np.array([1]), n=2), 12)
    0.5
    """
    mean = n / (len(lower) + 1)
    k = np.arange(n + 1)
    kernel = np.exp(k * np.log(mean) - mean - gammaln(k + 1.0))
    start, inside = 0, np.ones(1)
    for low, high in zip(lower.tolist(), upper.tolist(), strict=True):
        if high < max(low, start):
            return 0.0
        reached = np.convolve(inside, kernel[: high - start + 1])[: high - start + 1]
        first = max(low - start, 0)
        start, inside = start + first, reached[first:]
    last = np.arange(start, start + len(inside))
    whole = np.exp(n * np.log(n) - n - gammaln(n + 1.0))
    return float(inside @ kernel[n - last] / whole)


def p_value(scores: Annotated[Floats, "n"]) -> float:
    """How probable it is that uniform scores stray as far as these: exact, and small where they are not uniform.

    Examples
    --------
    >>> p_value((np.arange(500) + 0.5) / 500)
    1.0
    """
    n = len(scores)
    table = _tails(n)
    least = float(table[np.arange(POINTS), numbers_below(scores)].min())
    # Of tiny probabilities the difference from 1 loses its digits; the tail at a single point bounds them.
    return max(1.0 - _chance(n, least), 0.5 * least)


@lru_cache(maxsize=64)
def band(n: int, level: float) -> tuple[Annotated[Integers, "J"], Annotated[Integers, "J"]]:
    """The fewest and the most of `n` uniform scores below each point; left with probability `level` at most."""
    low, high = np.log(level) - 20.0, 0.0
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if 1.0 - _chance(n, float(np.exp(middle))) <= level else (low, middle)
    lower, upper = _limits(n, float(np.exp(low)))
    return read_only_integers(lower), read_only_integers(upper)


def _chance(n: int, least: float) -> float:
    """The probability that no point's tail is `least` or less."""
    return chance_inside(*_limits(n, least), n=n)


def _limits(n: int, least: float) -> tuple[Annotated[Integers, "J"], Annotated[Integers, "J"]]:
    """Between which numbers every tail is larger than `least`; upside down where none is."""
    allowed = _tails(n) > least * (1.0 + SAME)
    lower = np.where(allowed.any(axis=1), allowed.argmax(axis=1), n)
    upper = np.where(allowed.any(axis=1), n - allowed[:, ::-1].argmax(axis=1), 0)
    return lower.astype(np.int64), upper.astype(np.int64)


@lru_cache(maxsize=8)
def _tails(n: int) -> Annotated[Floats, "J m"]:
    """The two-sided tail of k scores below each point, k = 0..n."""
    k, z = np.arange(n + 1.0), points()[:, None]
    at_most = bdtr(k, n, z)
    at_least = np.where(k > 0, bdtrc(np.maximum(k - 1.0, 0.0), n, z), 1.0)
    return read_only_floats(np.minimum(1.0, 2.0 * np.minimum(at_most, at_least)))
