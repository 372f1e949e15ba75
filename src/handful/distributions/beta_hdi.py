"""Where the density of a Beta is highest, for each of its five shapes."""

from __future__ import annotations

import math

import numpy as np

from handful.distributions.beta_integral import SMALLEST_LOG, log_first_term, quantile
from handful.distributions.intervals import Parts, balanced_tails
from handful.distributions.special import log_ratio


def beta_parts(a: float, b: float, *, mass: float) -> Parts:
    """The stretches of a Beta(a, b) where the density is highest and that hold `mass`.

    A hump has one stretch with equal density at both ends; a slope one that touches 0 or 1; a
    valley (both parameters below 1) two, from either end; where it is flat, the middle is taken.

    Examples
    --------
    >>> beta_parts(1.0, 1.0, mass=0.5)
    ((0.25, 0.75),)
    """
    if a == 1 and b == 1:
        return ((0.5 * (1.0 - mass), 0.5 * (1.0 + mass)),)
    if a <= 1 <= b:
        return ((0.0, _point(a, b, lower=mass, upper=1.0 - mass)),)
    if b <= 1 <= a:
        return ((_point(a, b, lower=1.0 - mass, upper=mass), 1.0),)
    if a < 1:
        return _valley(a, b, mass=mass)
    if a <= b:
        lower, upper = _hump_tails(a, b, outside=1.0 - mass)
    else:
        upper, lower = _hump_tails(b, a, outside=1.0 - mass)
    return ((_point(a, b, lower=lower, upper=1.0 - lower), _point(a, b, lower=1.0 - upper, upper=upper)),)


def _hump_tails(a: float, b: float, *, outside: float) -> tuple[float, float]:
    """The tails, summing to `outside`, that end at equal density; 1 < a ≤ b, a hump left of ½."""

    def difference(lower: float, upper: float) -> float:
        low = _point(a, b, lower=lower, upper=1.0 - lower)
        high = _point(a, b, lower=1.0 - upper, upper=upper)
        if low <= 0 or high >= 1:
            return float("-inf") if low <= 0 else float("inf")
        return (a - 1.0) * log_ratio(low, high) + (b - 1.0) * math.log1p((high - low) / (1.0 - high))

    return balanced_tails(difference, outside)


def _valley(a: float, b: float, *, mass: float) -> Parts:
    """Two stretches, from 0 and from 1, that end at equal density; a, b < 1."""

    def difference(lower: float, upper: float) -> float:
        # Each end by its distance from the side it is near, which may be e^(-10^300).
        low, far_low = (
            _log_point(a, b, lower=lower, upper=1.0 - lower),
            _log_point(b, a, lower=1.0 - lower, upper=lower),
        )
        high, far_high = (
            _log_point(a, b, lower=1.0 - upper, upper=upper),
            _log_point(b, a, lower=upper, upper=1.0 - upper),
        )
        return (1.0 - a) * (low - high) + (1.0 - b) * (far_low - far_high)

    lower, upper = balanced_tails(difference, mass)
    return (
        (0.0, _point(a, b, lower=lower, upper=1.0 - lower)),
        (_point(a, b, lower=1.0 - upper, upper=upper), 1.0),
    )


def _point(a: float, b: float, *, lower: float, upper: float) -> float:
    return float(quantile(a, b, lower=np.asarray(lower), upper=np.asarray(upper)))


def _log_point(a: float, b: float, *, lower: float, upper: float) -> float:
    """The log of a quantile, also of one that a double cannot hold."""
    first_term = float(log_first_term(a, b, lower=np.asarray(lower)))
    return (
        first_term
        if first_term + max(0.0, math.log(b)) < SMALLEST_LOG
        else float(np.log(_point(a, b, lower=lower, upper=upper)))
    )
