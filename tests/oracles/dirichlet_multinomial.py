"""Log pmfs of counts by log gamma functions at 80 digits and more (mpmath): the textbook formula.

It shares nothing with the package, which never subtracts log gammas: here the digits that the
subtraction loses are simply there. Written for the suite; checked against enumeration in
tests/distributions/test_dirichlet_multinomial.py.
"""

from __future__ import annotations

from functools import lru_cache

import mpmath

DIGITS = 80


def digits_for(*values: float) -> int:
    """80, and as many more as the largest value has before its point."""
    largest = max([abs(value) for value in values] + [1.0])
    return DIGITS + int(mpmath.log10(largest)) + 2


@lru_cache(maxsize=200_000)
def log_gamma(value: float, shift: int, digits: int):
    """log Γ(value + shift)."""
    with mpmath.workdps(digits):
        return mpmath.loggamma(mpmath.mpf(value) + shift)


def dirichlet_multinomial_log_pmf(counts, concentration):
    """The log pmf as an mpmath number."""
    counts, concentration = [int(k) for k in counts], [float(a) for a in concentration]
    digits = digits_for(*concentration, *map(float, counts))
    with mpmath.workdps(digits):
        total = mpmath.fsum(mpmath.mpf(a) for a in concentration)
        n = sum(counts)
        value = log_gamma(1.0, n, digits) + mpmath.loggamma(total) - mpmath.loggamma(total + n)
        for k, a in zip(counts, concentration, strict=True):
            if k:
                value += log_gamma(a, k, digits) - log_gamma(a, 0, digits) - log_gamma(1.0, k, digits)
        return value


def multinomial_log_pmf(counts, log_proportions):
    """The log pmf as an mpmath number; the log proportions are taken as they are."""
    with mpmath.workdps(DIGITS):
        counts = [int(k) for k in counts]
        value = log_gamma(1.0, sum(counts), DIGITS)
        for k, log_q in zip(counts, log_proportions, strict=True):
            if k:
                value += k * mpmath.mpf(float(log_q)) - log_gamma(1.0, k, DIGITS)
        return value


def log_factorial(n: int) -> float:
    return float(log_gamma(1.0, int(n), DIGITS))


def gradient(counts, concentration):
    """The derivatives of the Dirichlet-multinomial log pmf by log concentration, by digamma functions."""
    counts, concentration = [int(k) for k in counts], [float(a) for a in concentration]
    with mpmath.workdps(digits_for(*concentration) + 20):
        a = [mpmath.mpf(value) for value in concentration]
        total = mpmath.fsum(a)
        common = mpmath.digamma(total) - mpmath.digamma(total + sum(counts))
        return [
            value * (common + mpmath.digamma(value + k) - mpmath.digamma(value))
            for k, value in zip(counts, a, strict=True)
        ]


def rising_excess(a: float, n: int):
    """g(a, n) = log Γ(a + n) − log Γ(a) − n log a."""
    digits = digits_for(a) + 20
    with mpmath.workdps(digits):
        return log_gamma(a, n, digits) - log_gamma(a, 0, digits) - n * mpmath.log(mpmath.mpf(a))
