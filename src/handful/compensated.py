"""Sums and products that keep what rounding would lose: for terms much larger than their sum."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from handful.arrays import Floats

# log 2 in two doubles whose sum is good to 107 bits, and Dekker's splitting constant 2^27 + 1.
_LOG_2 = 0.6931471805599453
_LOG_2_REST = 2.3190468138462996e-17
_SPLIT = 134217729.0


def sum_compensated(terms: Annotated[Floats, "... n"]) -> Annotated[Floats, "..."]:
    """The sum along the last axis as if with twice the digits, rounded once.

    Pairs are added with Knuth's exact two-sum, and what every addition lost is added at the end.

    References
    ----------
    Ogita, Rump & Oishi (2005), SIAM J. Sci. Comput. 26:1955, on compensated sums.

    Examples
    --------
    >>> float(sum_compensated(np.array([1e16, 1.0, -1e16])))
    1.0
    """
    lost = np.zeros(terms.shape[:-1])
    while terms.shape[-1] > 1:
        if terms.shape[-1] % 2:
            terms = np.concatenate((terms, np.zeros((*terms.shape[:-1], 1))), axis=-1)
        left, right = terms[..., ::2], terms[..., 1::2]
        total = left + right
        back = total - left
        with np.errstate(invalid="ignore"):
            rest = (left - (total - back)) + (right - back)
        lost = lost + np.where(np.isfinite(total), rest, 0.0).sum(axis=-1)
        terms = total
    return np.asarray(terms[..., 0] + lost)


def times_exact(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """The product of two arrays as a rounded part and what the rounding lost (Dekker 1971)."""
    product = x * y
    # Beyond, the splitting would overflow; no sum of such products needs their last digits.
    x = np.where(np.abs(x) < 1e290, x, 0.0)
    product_of_split = x * y
    x_high = _SPLIT * x - (_SPLIT * x - x)
    y_high = _SPLIT * y - (_SPLIT * y - y)
    x_low, y_low = x - x_high, y - y_high
    lost = ((x_high * y_high - product_of_split) + x_high * y_low + x_low * y_high) + x_low * y_low
    return product, lost


def times_log_ratio(
    n: Annotated[Floats, "..."], *, over: Annotated[Floats, "..."], under: Annotated[Floats, "..."]
) -> tuple[Floats, Floats]:
    """The product n log(over/under) as a large and a small part: n · exponent · log 2, and the rest.

    A logarithm of 40 rounded to a double, times 10^4, is off by 3e-11; its exponent part is exact.
    The ratio itself may lie beyond the doubles.

    Examples
    --------
    >>> high, low = times_log_ratio(np.array(1.0), over=np.array(1e-300), under=np.array(1e300))
    >>> float(high + low).__round__(9)
    -1381.551055796
    """
    mantissa_over, exponent_over = np.frexp(over)
    mantissa_under, exponent_under = np.frexp(under)
    mantissa = mantissa_over / mantissa_under
    # Of 10^15 items even the product with the exponent is beyond what a double holds exactly.
    power, lost_power = times_exact(n, (exponent_over - exponent_under).astype(np.float64))
    product, lost = times_exact(power, np.full_like(power, _LOG_2))
    return product, lost + lost_power * _LOG_2 + power * _LOG_2_REST + n * np.log(mantissa)
