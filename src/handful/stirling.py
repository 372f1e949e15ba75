"""Stirling's formula and the series of log(1 + x): what every floor needs to lose no digits."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from handful.arrays import Floats
from handful.compensated import times_log_ratio

LARGE_BASE = 10.0
"""From here on eight terms of Stirling's series are good to 3e-17."""

SERIES_LIMIT = 0.5

# 1/(2n+3): the series of log1p(x) in r = x/(2+x) after its first term. At |x| <= 1/2, r^2 <= 1/9, and
# 18 terms leave less than 1e-17.
_LOG1P_COEFFICIENTS = 1.0 / (2.0 * np.arange(18) + 3.0)

# B_2n / (2n(2n-1)) of Stirling's series; NIST DLMF 5.11.1.
_STIRLING_COEFFICIENTS = (
    1 / 12,
    -1 / 360,
    1 / 1260,
    -1 / 1680,
    1 / 1188,
    -691 / 360360,
    1 / 156,
    -3617 / 122400,
)
HALF_LOG_TWO_PI = 0.91893853320467274178


def log1pmx(x: ArrayLike) -> Annotated[Floats, "..."]:
    """The value of log(1 + x) − x, in nats, with full relative accuracy near 0.

    Parameters
    ----------
    x : array (...)
        Numbers above −1.

    Examples
    --------
    >>> float(log1pmx(1e-8))
    -4.999999966666667e-17
    """
    x = np.asarray(x, dtype=np.float64)
    near = np.where(np.abs(x) <= SERIES_LIMIT, x, 0.0)
    ratio = near / (2.0 + near)
    square = ratio * ratio
    tail = np.zeros_like(square)
    for coefficient in _LOG1P_COEFFICIENTS[::-1]:
        tail = tail * square + coefficient
    # log1p(x) = 2 artanh(r) = 2r + 2r³ tail, and 2r − x = −r x.
    series = ratio * (2.0 * square * tail - near)
    far = np.where(np.abs(x) <= SERIES_LIMIT, 1.0, x)
    return np.asarray(np.where(np.abs(x) <= SERIES_LIMIT, series, np.log1p(far) - far))


def stirling_remainder(x: ArrayLike) -> Annotated[Floats, "..."]:
    """What Stirling's formula lacks, log Γ(x) − [(x − ½) log x − x + ½ log 2π], in nats.

    Parameters
    ----------
    x : array (...)
        Positive numbers.

    References
    ----------
    NIST Digital Library of Mathematical Functions, equation 5.11.1.

    Examples
    --------
    >>> float(stirling_remainder(1e6))
    8.333333333333055e-08
    """
    x = np.asarray(x, dtype=np.float64)
    large = np.maximum(x, LARGE_BASE)
    inverse = 1.0 / large
    square = inverse * inverse
    series = np.zeros_like(large)
    for coefficient in _STIRLING_COEFFICIENTS[::-1]:
        series = series * square + coefficient
    small = np.minimum(x, LARGE_BASE)
    direct = special.gammaln(small) - ((small - 0.5) * np.log(small) - small + HALF_LOG_TWO_PI)
    return np.asarray(np.where(x >= LARGE_BASE, series * inverse, direct))


def deviance(
    x: Annotated[Floats, "..."], mean: Annotated[Floats, "..."], *, excess: Annotated[Floats, "..."]
) -> tuple[Floats, Floats]:
    """The deviance x log(x/mean) − x + mean ≥ 0 as a large and a small part not yet added.

    Parameters
    ----------
    x, mean : array (...)
        Positive numbers.
    excess : array (...)
        x − mean, which the caller knows better than the subtraction does.

    References
    ----------
    Loader (2000): his bd0(x, mean).

    Examples
    --------
    >>> high, low = deviance(np.array(1e9 + 1), np.array(1e9), excess=np.array(1.0))
    >>> float(high + low)
    4.999999998333335e-10
    """
    with np.errstate(over="ignore"):
        relative = excess / mean
    near = np.abs(relative) <= SERIES_LIMIT
    t = np.where(near, relative, 0.0)
    # (1 + t) log(1 + t) − t = (1 + t) log1pmx(t) + t².
    small = mean * ((1.0 + t) * log1pmx(t) + t * t)
    far = np.where(near, 0.0, x)
    high, low = times_log_ratio(far, over=np.where(near, 1.0, x), under=np.where(near, 1.0, mean))
    return np.where(near, small, high), np.where(near, 0.0, low - excess)


def deviance_of_counts(
    k: Annotated[Floats, "..."], mean: Annotated[Floats, "..."], *, excess: Annotated[Floats, "..."]
) -> Annotated[Floats, "..."]:
    """The deviance of counts, 0 included, from what is expected of them: its limit is the mean there.

    Examples
    --------
    >>> deviance_of_counts(np.array([0.0, 2.0]), np.array([3.0, 2.0]), excess=np.array([-3.0, 0.0]))
    array([3., 0.])
    """
    some = k > 0
    tiny = np.finfo(np.float64).tiny
    high, low = deviance(np.where(some, k, 1.0), np.where(some, np.maximum(mean, tiny), 1.0), excess=excess)
    return np.asarray(np.where(some, high + low, mean))


def factorial_remainder(n: Annotated[Floats, "..."]) -> Annotated[Floats, "..."]:
    """What log n! is beyond n log n − n, in nats; 0 for n = 0.

    Examples
    --------
    >>> round(float(factorial_remainder(np.array(5.0)) + 5 * np.log(5) - 5 - np.log(120)), 12)
    0.0
    """
    some = np.maximum(n, 1.0)
    return np.asarray(np.where(n > 0, 0.5 * np.log(2 * np.pi * some) + stirling_remainder(some), 0.0))
