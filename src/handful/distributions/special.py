"""Logarithms of sums, products and rising factorials that keep their digits.

The textbook forms subtract log gammas of 10^18 from one another and lose everything. The forms
here subtract nothing large, or carry what a subtraction would lose along with it.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Annotated

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from handful.arrays import Floats, Integers
from handful.compensated import sum_compensated, times_log_ratio
from handful.stirling import LARGE_BASE, SERIES_LIMIT, log1pmx, stirling_remainder

LONGEST_TABLE = 300
"""Longer cumulative sums lose digits (DESIGN.md, section 4)."""


def log_ratio(low: float, high: float) -> float:
    """The value of log(low/high) for 0 < low ≤ high: accurate for a ratio near 1, and for one near 0.

    Examples
    --------
    >>> log_ratio(1e-300, 1e300) == -math.log(1e300) * 2
    True
    """
    if low < 0.5 * high:
        return math.log(low) - math.log(high)
    return math.log1p((low - high) / high)


def log_factorial(n: ArrayLike) -> Annotated[Floats, "..."]:
    """The log factorial log n!, in nats.

    Parameters
    ----------
    n : array (...)
        Whole numbers >= 0.

    Examples
    --------
    >>> round(float(log_factorial(5)), 12) == round(float(np.log(120)), 12)
    True
    """
    return np.asarray(special.gammaln(np.asarray(n, dtype=np.float64) + 1.0))


def log_multinomial_coefficient(counts: ArrayLike) -> Annotated[Floats, "..."]:
    """The log multinomial coefficient log N!/∏k_c! of the counts along the last axis, in nats.

    Stirling's formula turns it into an entropy, whose terms all have one sign: log factorials
    would cancel each other instead.

    Parameters
    ----------
    counts : array (..., C)
        Whole numbers >= 0.

    Examples
    --------
    >>> np.exp(log_multinomial_coefficient([2, 1, 0])).round(12)
    np.float64(3.0)
    """
    return sum_compensated(coefficient_terms(np.asarray(counts, dtype=np.float64)))


def coefficient_terms(counts: Annotated[Floats, "... C"]) -> Annotated[Floats, "... n"]:
    """Terms along the last axis whose sum is log N!/∏k_c!, not yet added."""
    total = counts.sum(axis=-1, keepdims=True)
    seen = counts > 0
    known = np.where(seen, counts, 1.0)
    # A category that is nearly all of the bag: N/k would be rounded to 1, the others are exact.
    others = (total - counts) / known
    most = seen & (others <= SERIES_LIMIT)
    plain = seen & ~most
    high, low = times_log_ratio(counts, over=np.where(plain, total, 1.0), under=np.where(plain, known, 1.0))
    low = np.where(most, counts * np.log1p(np.where(most, others, 0.0)), low)
    # log k! = k log k − k + ½ log 2πk + s(k).
    small = np.where(seen, low - log_factorial_excess(known), low)
    n = np.maximum(total, 1.0)
    of_total = np.where(total > 0, log_factorial_excess(n), 0.0)
    return np.concatenate((high, small, of_total), axis=-1)


def log_factorial_excess(n: Annotated[Floats, "..."]) -> Annotated[Floats, "..."]:
    """The remainder log n! − (n log n − n) for n ≥ 1, in nats: half a log 2πn and Stirling's remainder."""
    return 0.5 * np.log(2.0 * np.pi * n) + stirling_remainder(n)


def log_rising_excess(a: ArrayLike, n: ArrayLike) -> Annotated[Floats, "..."]:
    """g(a, n) = Σ_{0≤j<n} log(1 + j/a), in nats: a rising factorial over aⁿ, for every size of a.

    A table of cumulative sums for n ≤ 300; beyond it a difference of Stirling's formulas with
    what cancels taken out by hand (a ≥ 10), or of log gammas (a < 10).

    Parameters
    ----------
    a : array (...)
        Positive bases.
    n : array (...)
        Whole numbers >= 0; broadcasts with `a`.

    References
    ----------
    DESIGN.md, section 4; Yu & Shaw (2014), Bioinformatics 30:1547, on the same sums.

    Examples
    --------
    >>> float(log_rising_excess(1e16, 3))
    2.9999999999999994e-16
    """
    base, number = np.asarray(a, dtype=np.float64), np.asarray(n, dtype=np.float64)
    shape = np.broadcast_shapes(base.shape, number.shape)
    result = np.zeros(shape)
    number = np.broadcast_to(number, shape)
    short = number <= LONGEST_TABLE
    if short.any():
        rows = np.broadcast_to(np.arange(base.size).reshape(base.shape), shape)
        result[short] = _from_table(base.ravel(), rows=rows[short], numbers=number[short].astype(np.int64))
    long = ~short
    if long.any():
        result[long] = rising_excess_by_stirling(np.broadcast_to(base, shape)[long], number[long])
    return result


def _from_table(bases: Floats, *, rows: Integers, numbers: Integers) -> Floats:
    """g(bases[rows], numbers) from cumulative sums, some thousand bases at a time."""
    result = np.zeros(numbers.shape)
    steps = np.arange(int(numbers.max(initial=0)))
    chunk = max(1, 1_000_000 // (steps.size + 1))
    order = np.argsort(rows, kind="stable")
    starts = np.searchsorted(rows[order], np.arange(0, bases.size + chunk, chunk))
    for block, (start, stop) in enumerate(pairwise(starts)):
        here = order[start:stop]
        some = bases[block * chunk : (block + 1) * chunk]
        with np.errstate(over="ignore"):
            ratios = steps / some[:, None]
        # j/a overflows only where log1p(j/a) = log j − log a to the last digit.
        huge = np.isinf(ratios)
        terms = np.log1p(np.where(huge, 0.0, ratios))
        if huge.any():
            far = np.log(np.maximum(steps, 1)) - np.log(some[:, None])
            terms = np.where(huge, far, terms)
        result[here] = _cumulative(terms)[rows[here] - block * chunk, numbers[here]]
    return result


def _cumulative(terms: Annotated[Floats, "n m"]) -> Annotated[Floats, "n m+1"]:
    """The sums of the first 0, 1, ..., m terms of each row, each rounded once (Knuth's two-sum)."""
    table = np.zeros((terms.shape[0], terms.shape[1] + 1))
    total, lost = table[:, 0], np.zeros(terms.shape[0])
    for j, term in enumerate(terms.T):
        new = total + term
        back = new - total
        lost = lost + ((total - (new - back)) + (term - back))
        total = new
        table[:, j + 1] = total + lost
    return table


def rising_excess_by_stirling(
    a: Annotated[Floats, "..."], n: Annotated[Floats, "..."]
) -> Annotated[Floats, "..."]:
    """g(a, n) without a table, in nats: good to a few units in the last place of n log(1 + n/a).

    Examples
    --------
    >>> bool(abs(rising_excess_by_stirling(np.array(1.0), np.array(3.0)) - np.log(6.0)) < 1e-12)
    True
    """
    big = np.maximum(a, LARGE_BASE)
    x = n / big
    remainder = stirling_remainder(big + n) - stirling_remainder(big)
    near = (big + n - 0.5) * log1pmx(np.minimum(x, SERIES_LIMIT)) + n * ((n - 0.5) / big)
    far = (big + n - 0.5) * np.log1p(x) - n
    small = np.minimum(a, LARGE_BASE)
    direct = special.gammaln(small + n) - special.gammaln(small) - n * np.log(small)
    return np.where(a >= LARGE_BASE, np.where(x < SERIES_LIMIT, near, far) + remainder, direct)


def log_sum_exp(values: ArrayLike, *, axis: int = -1) -> Annotated[Floats, "..."]:
    """The log of a sum of exponentials, log Σ exp(values), along an axis, in nats; −inf where all are −inf.

    Parameters
    ----------
    values : array (..., n)
        Logarithms; −inf is a zero.
    axis : int
        The axis to sum over.

    Examples
    --------
    >>> float(log_sum_exp([-1000.0, -1000.0])) == -1000 + float(np.log(2))
    True
    """
    values = np.asarray(values, dtype=np.float64)
    peak = values.max(axis=axis, keepdims=True)
    peak = np.where(np.isfinite(peak), peak, 0.0)
    with np.errstate(divide="ignore"):
        logs = np.log(np.exp(values - peak).sum(axis=axis))
    return np.asarray(logs + np.squeeze(peak, axis=axis))
