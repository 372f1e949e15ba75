"""How fast a rising factorial grows with its base, and how that changes.

The derivative of log (a)_n by log a is S(a, n) = Σ_{j<n} a/(a + j). For a large base it is nearly
n, and what matters is what it lacks, e(a, n) = n − S(a, n) = Σ_{j<n} j/(a + j). The derivative of
S by log a is Σ_{j<n} a j/(a + j)².
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
from scipy import special

from handful.arrays import Floats
from handful.compensated import sum_compensated, times_exact
from handful.distributions.special import LONGEST_TABLE
from handful.stirling import LARGE_BASE, log1pmx

# B_2n / 2n: the series of the digamma function; NIST DLMF 5.11.2.
_DIGAMMA_COEFFICIENTS = (1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12)


def slope(a: Annotated[Floats, "..."], n: Annotated[Floats, "..."]) -> Annotated[Floats, "..."]:
    """S(a, n) = Σ_{j<n} a/(a + j), the derivative of a log rising factorial by log a.

    Parameters
    ----------
    a : array (...)
        Positive bases.
    n : array (...)
        Whole numbers >= 0; broadcasts with `a`.

    Examples
    --------
    >>> float(slope(np.array(1.0), np.array(3.0))).__round__(12)
    1.833333333333
    """
    a, n = np.broadcast_arrays(a, n)
    big = np.maximum(a, LARGE_BASE)
    x = n / big
    stirling = big * np.log1p(x) + 0.5 * (x / (1.0 + x)) - _tail_difference(big, n)
    small = np.minimum(a, LARGE_BASE)
    direct = 1.0 + small * (special.digamma(small + np.maximum(n, 1.0)) - special.digamma(small + 1.0))
    long = np.where(a >= LARGE_BASE, stirling, direct)
    return np.where(n > LONGEST_TABLE, long, _short_sum(a, n, of_ties=False))


def slope_deficit(a: Annotated[Floats, "..."], n: Annotated[Floats, "..."]) -> Annotated[Floats, "..."]:
    """e(a, n) = Σ_{j<n} j/(a + j), what the slope lacks to n; to its own last digits where n ≤ a or n ≤ 300.

    Parameters
    ----------
    a : array (...)
        Positive bases.
    n : array (...)
        Whole numbers >= 0; broadcasts with `a`.

    Examples
    --------
    >>> float(slope_deficit(np.array(1e20), np.array(2.0)))
    1e-20
    """
    a, n = np.broadcast_arrays(a, n)
    return np.where(n > LONGEST_TABLE, deficit_by_stirling(a, n), _short_sum(a, n, of_ties=True))


def deficit_by_stirling(a: Annotated[Floats, "..."], n: Annotated[Floats, "..."]) -> Annotated[Floats, "..."]:
    """e(a, n) without a sum, for every a and n: good to a few units in the last place of n.

    Parameters
    ----------
    a : array (...)
        Positive bases.
    n : array (...)
        Whole numbers >= 0; broadcasts with `a`.

    Examples
    --------
    >>> float(deficit_by_stirling(np.array(1.0), np.array(3.0))).__round__(12)
    1.166666666667
    """
    big = np.maximum(a, LARGE_BASE)
    x = n / big
    stirling = -big * log1pmx(x) - 0.5 * (x / (1.0 + x)) + _tail_difference(big, n)
    small = np.minimum(a, LARGE_BASE)
    some = np.maximum(n, 1.0)
    direct = some - 1.0 - small * (special.digamma(small + some) - special.digamma(small + 1.0))
    return np.where(a >= LARGE_BASE, stirling, np.where(n > 0, direct, 0.0))


def curvature_by_stirling(
    a: Annotated[Floats, "..."], n: Annotated[Floats, "..."]
) -> Annotated[Floats, "..."]:
    """The second derivative Σ_{j<n} a j/(a + j)² of a log rising factorial by log a, without a sum.

    With x = n/a it is a [log(1 + x) − x/(1 + x)] − ½ x/(1 + x)² and the tails of the digamma and
    trigamma series, whose large parts have been taken out by hand.

    Parameters
    ----------
    a : array (...)
        Positive bases.
    n : array (...)
        Whole numbers >= 0; broadcasts with `a`.

    References
    ----------
    NIST Digital Library of Mathematical Functions, equations 5.11.2 and 5.15.8.

    Examples
    --------
    >>> float(curvature_by_stirling(np.array(1.0), np.array(3.0))).__round__(12)
    0.472222222222
    """
    big = np.maximum(a, LARGE_BASE)
    x = n / big
    main = big * (log1pmx(x) + x * (x / (1.0 + x))) - 0.5 * (x / (1.0 + x)) / (1.0 + x)
    tails = big * big * (_trigamma_tail(big + n) - _trigamma_tail(big)) - _tail_difference(big, n)
    small = np.minimum(a, LARGE_BASE)
    some = np.maximum(n, 1.0)
    of_first = special.digamma(small + some) - special.digamma(small + 1.0)
    of_second = special.zeta(2.0, small + 1.0) - special.zeta(2.0, small + some)
    direct = small * (of_first - small * of_second)
    return np.where(a >= LARGE_BASE, main + tails, np.where(n > 0, direct, 0.0))


def exact_excess(
    k: Annotated[Floats, "... C"], a: Annotated[Floats, "... C"], *, n: Annotated[Floats, "... 1"]
) -> Annotated[Floats, "... C"]:
    """The excess k_c − N a_c/Σa of counts over what their total leads one to expect, losing no digit.

    Examples
    --------
    >>> exact_excess(np.array([2.0, 2.0]), np.array([2.0, 1.0]), n=np.array([4.0])).round(12)
    array([-0.66666667,  0.66666667])
    """
    precision = sum_compensated(a)[..., None]
    lost_by_sum = sum_compensated(np.concatenate((a, -precision), axis=-1))[..., None]
    # Scaled by a power of two, exactly: N a may overflow.
    _, exponent = np.frexp(precision)
    scaled, scaled_precision = np.ldexp(a, -exponent), np.ldexp(precision, -exponent)
    left, left_lost = times_exact(k, np.broadcast_to(scaled_precision, k.shape))
    right, right_lost = times_exact(np.broadcast_to(n, k.shape), scaled)
    low = (left_lost - right_lost) + k * np.ldexp(lost_by_sum, -exponent)
    return ((left - right) + low) / scaled_precision


def _tail_difference(a: Floats, n: Floats) -> Floats:
    """The difference a [σ(a + n) − σ(a)], σ(x) = log x − 1/2x − ψ(x), for a ≥ 10."""
    return a * (_digamma_tail(a + n) - _digamma_tail(a))


def _digamma_tail(x: Floats) -> Floats:
    inverse = 1.0 / x
    square = inverse * inverse
    series = np.zeros_like(x)
    for coefficient in _DIGAMMA_COEFFICIENTS[::-1]:
        series = (series + coefficient) * square
    return series


def _trigamma_tail(x: Floats) -> Floats:
    """The trigamma function less 1/x + 1/2x², for x ≥ 10: minus the derivative of the digamma's tail."""
    inverse = 1.0 / x
    square = inverse * inverse
    series = np.zeros_like(x)
    for order, coefficient in reversed(list(enumerate(_DIGAMMA_COEFFICIENTS, start=1))):
        series = (series + 2 * order * coefficient) * square
    return series * inverse


def _short_sum(a: Floats, n: Floats, *, of_ties: bool) -> Floats:
    """Σ_{j<n} j/(a + j) or Σ_{j<n} a/(a + j) term by term, for n ≤ 300."""
    short = np.where(n <= LONGEST_TABLE, n, 0.0)
    total = np.zeros(a.shape)
    for j in range(int(short.max(initial=0.0))):
        total += np.where(j < short, (j if of_ties else a) / (a + j), 0.0)
    return total
