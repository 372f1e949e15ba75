"""Intervals that hold a given mass: equal-tailed, or of highest density.

Every interval says its kind and its mass. One of highest density may have two parts.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal, Protocol, TypeAlias, get_args

from numpy.typing import ArrayLike

from handful.arrays import Floats
from handful.distributions.checks import probability
from handful.errors import ParameterError
from handful.rng import RNG

Kind: TypeAlias = Literal["eti", "hdi"]
Parts: TypeAlias = tuple[tuple[float, float], ...]

FARTHEST = 700.0
"""The log odds beyond which a share of a tail is 0 to a double."""


@dataclass(frozen=True, slots=True)
class Interval:
    """One or two stretches of a quantity that together hold a mass.

    Parameters
    ----------
    parts : tuple of (low, high)
        The stretches, in rising order.
    kind : {'eti', 'hdi'}
        Equal-tailed, or of highest density.
    mass : float
        Their probability.

    Examples
    --------
    >>> Interval(((0.0, 0.1), (0.9, 1.0)), "hdi", 0.95).upper
    1.0
    """

    parts: Parts
    kind: Kind
    mass: float

    @property
    def lower(self) -> float:
        """The lowest point."""
        return self.parts[0][0]

    @property
    def upper(self) -> float:
        """The highest point."""
        return self.parts[-1][1]


class Univariate(Protocol):
    """A distribution of one continuous quantity, as summaries and plots use it."""

    @property
    def mean(self) -> float:
        """The expected value."""

    @property
    def variance(self) -> float:
        """The expected squared distance from the mean."""

    @property
    def sd(self) -> float:
        """The square root of the variance."""

    @property
    def mode(self) -> float | None:
        """The point of highest density, None where there is not just one."""

    @property
    def spec(self) -> str:
        """The distribution as the command line has it."""

    def log_prob(self, value: ArrayLike, /) -> float | Annotated[Floats, "..."]:
        """The log density, in nats."""

    def cdf(self, value: ArrayLike, /) -> float | Annotated[Floats, "..."]:
        """The probability of at most `value`."""

    def sf(self, value: ArrayLike, /) -> float | Annotated[Floats, "..."]:
        """The probability of more than `value`."""

    def quantile(self, p: ArrayLike, /) -> float | Annotated[Floats, "..."]:
        """The point below which lies the probability `p`."""

    def upper_quantile(self, p: ArrayLike, /) -> float | Annotated[Floats, "..."]:
        """The point above which lies the probability `p`."""

    def highest_density_parts(self, mass: float, /) -> Parts:
        """The stretches where the density is highest and that hold `mass`."""

    def interval(self, *, mass: float = 0.95, kind: Kind = "eti") -> Interval:
        """The interval of this kind that holds `mass`."""

    def draw(self, n_draws: int, *, rng: RNG = None) -> Annotated[Floats, "S"]:
        """Draws (S,)."""


def interval(dist: Univariate, *, mass: float = 0.95, kind: Kind = "eti") -> Interval:
    """The interval of a distribution, of this kind, that holds `mass`.

    Parameters
    ----------
    dist : Univariate
        A distribution of one quantity.
    mass : float
        Its probability, between 0 and 1.
    kind : {'eti', 'hdi'}
        Equal-tailed, or of highest density.

    Raises
    ------
    ParameterError
        If the mass is not between 0 and 1 or the kind is another.

    Examples
    --------
    >>> from handful.distributions.beta import Beta
    >>> interval(Beta(1, 3), mass=0.875, kind="hdi")
    Interval(parts=((0.0, 0.5),), kind='hdi', mass=0.875)
    """
    if kind not in get_args(Kind):
        message = f"kind = {kind!r}: must be 'eti' (equal-tailed) or 'hdi' (highest density)"
        raise ParameterError(message, name="kind", found=kind)
    return equal_tailed(dist, mass) if kind == "eti" else highest_density(dist, mass)


def equal_tailed(dist: Univariate, mass: float) -> Interval:
    """The interval with (1 − mass)/2 on either side.

    Raises
    ------
    ParameterError
        If the mass is not between 0 and 1.

    Examples
    --------
    >>> from handful.distributions.beta import Beta
    >>> equal_tailed(Beta(1, 1), 0.5).parts
    ((0.25, 0.75),)
    """
    mass = probability(mass, name="mass")
    tail = 0.5 * (1.0 - mass)
    parts = ((float(dist.quantile(tail)), float(dist.upper_quantile(tail))),)
    return Interval(parts, "eti", mass)


def highest_density(dist: Univariate, mass: float) -> Interval:
    """The shortest interval that holds `mass`; two parts where the density is lowest in between.

    Raises
    ------
    ParameterError
        If the mass is not between 0 and 1.

    Examples
    --------
    >>> from handful.distributions.beta import Beta
    >>> len(highest_density(Beta(0.5, 0.5), 0.9).parts)
    2
    """
    mass = probability(mass, name="mass")
    return Interval(dist.highest_density_parts(mass), "hdi", mass)


def balanced_tails(difference: Callable[[float, float], float], outside: float) -> tuple[float, float]:
    """The two tails that sum to `outside` and make a function of both vanish.

    Parameters
    ----------
    difference : function of (lower tail, upper tail)
        Monotone in the lower tail as long as both sum to `outside`.
    outside : float
        The probability to be shared out.

    Returns
    -------
    tuple of float
        Lower and upper tail. If one wants all, the other is 0 to a double.

    Examples
    --------
    >>> tuple(round(tail, 12) for tail in balanced_tails(lambda low, high: low - 3 * high, 0.2))
    (0.15, 0.05)
    """
    from scipy.optimize import brentq

    def tails(log_odds: float) -> tuple[float, float]:
        # Both shares from the log odds: a tail of 1e-200 keeps all its digits.
        odds = math.exp(-abs(log_odds))
        small, large = outside * odds / (1.0 + odds), outside / (1.0 + odds)
        return (small, large) if log_odds < 0 else (large, small)

    def target(log_odds: float) -> float:
        return min(max(difference(*tails(log_odds)), -1e300), 1e300)

    low, high = target(-FARTHEST), target(FARTHEST)
    if low * high >= 0:
        return tails(-FARTHEST if abs(low) <= abs(high) else FARTHEST)
    return tails(float(brentq(target, -FARTHEST, FARTHEST, xtol=1e-14, rtol=1e-14, maxiter=500)))
