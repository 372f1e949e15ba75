"""The Beta distribution at 40 digits (mpmath), by a continued fraction: for quantiles and intervals.

A quantile or an interval is not computed again but judged: one Newton step at 40 digits, taken from the
answer under test, is as long as that answer is wrong.
"""

from __future__ import annotations

import mpmath

DIGITS = 40


def log_density(a, b, x):
    return (a - 1) * mpmath.log(x) + (b - 1) * mpmath.log(1 - x) - log_beta(a, b)


def log_beta(a, b):
    return mpmath.loggamma(a) + mpmath.loggamma(b) - mpmath.loggamma(a + b)


def cdf(a, b, x):
    """P(Q <= x); NIST DLMF 8.17.22, evaluated by Lentz's method from the side where it converges."""
    if x > (a + 1) / (a + b + 2):
        return 1 - _lower(b, a, 1 - x)
    return _lower(a, b, x)


def sf(a, b, x):
    if x > (a + 1) / (a + b + 2):
        return _lower(b, a, 1 - x)
    return 1 - _lower(a, b, x)


def _lower(a, b, x):
    tiny = mpmath.mpf(10) ** (-300)
    enough = mpmath.mpf(10) ** (3 - DIGITS)
    c, d = mpmath.mpf(1), 1 / (1 - (a + b) * x / (a + 1) or tiny)
    value = d
    for m in range(1, 200_000):
        change = mpmath.mpf(1)
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / (1 + term * d or tiny)
            c = 1 + term / c or tiny
            change *= c * d
        value *= change
        if abs(change - 1) < enough:
            return mpmath.exp(a * mpmath.log(x) + b * mpmath.log(1 - x) - log_beta(a, b)) * value / a
    raise ArithmeticError(f"no convergence at a = {a}, b = {b}, x = {x}")


def quantile_error(a: float, b: float, *, found: float, lower: float) -> float:
    """How far `found` is from the quantile, relative to it."""
    with mpmath.workdps(DIGITS):
        a, b, x = mpmath.mpf(a), mpmath.mpf(b), mpmath.mpf(found)
        return float((cdf(a, b, x) - mpmath.mpf(lower)) / (mpmath.exp(log_density(a, b, x)) * x))


def upper_quantile_error(a: float, b: float, *, found: float, upper: float) -> float:
    """How far `found` is from the point above which lies `upper`, relative to it."""
    with mpmath.workdps(DIGITS):
        a, b, x = mpmath.mpf(a), mpmath.mpf(b), mpmath.mpf(found)
        return float((mpmath.mpf(upper) - sf(a, b, x)) / (mpmath.exp(log_density(a, b, x)) * x))


def balanced_error(a: float, b: float, *, low: float, high: float, between: float) -> tuple[float, float]:
    """How far two points are, relative to each, from holding `between` with equal density at both."""
    with mpmath.workdps(DIGITS):
        a, b, low, high = (mpmath.mpf(value) for value in (a, b, low, high))
        miss = mpmath.matrix(
            [cdf(a, b, high) - cdf(a, b, low) - mpmath.mpf(between), _log_ratio(a, b, low, high)]
        )
        slopes = mpmath.matrix(
            [
                [-low * mpmath.exp(log_density(a, b, low)), high * mpmath.exp(log_density(a, b, high))],
                [_log_score(a, b, low), -_log_score(a, b, high)],
            ]
        )
        # By the logs of both points: the step is relative to each.
        step = mpmath.lu_solve(slopes, miss)
        return float(step[0]), float(step[1])


def _log_ratio(a, b, low, high):
    return log_density(a, b, low) - log_density(a, b, high)


def _log_score(a, b, x):
    return (a - 1) - (b - 1) * x / (1 - x)
