"""Distributions of a positive quantity: a rate, or how tightly bags follow their recipe."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from handful.arrays import Floats
from handful.distributions.checks import finite, numbers, plain, positive, probabilities, probability, whole
from handful.distributions.intervals import Interval, Kind, Parts, balanced_tails, interval
from handful.distributions.special import log_ratio
from handful.rng import RNG, as_generator
from handful.stirling import HALF_LOG_TWO_PI, deviance, stirling_remainder


@dataclass(frozen=True, slots=True, repr=False)
class Gamma:
    """The Gamma distribution of a positive quantity.

    Parameters
    ----------
    shape, rate : float
        Positive and finite; the mean is shape/rate.

    Raises
    ------
    ParameterError
        If a parameter is not positive and finite.

    Examples
    --------
    >>> Gamma(3, 6).mean, Gamma(3, 6).spec
    (0.5, 'gamma(3,6)')
    """

    shape: float
    rate: float

    def __post_init__(self) -> None:
        """Check both parameters."""
        object.__setattr__(self, "shape", positive(self.shape, name="shape"))
        object.__setattr__(self, "rate", positive(self.rate, name="rate"))

    @property
    def mean(self) -> float:
        """The expected value."""
        return self.shape / self.rate

    @property
    def variance(self) -> float:
        """The expected squared distance from the mean."""
        return self.shape / self.rate / self.rate

    @property
    def sd(self) -> float:
        """The standard deviation."""
        return math.sqrt(self.shape) / self.rate

    @property
    def mode(self) -> float:
        """The point of highest density; 0 for shapes up to 1."""
        return max(self.shape - 1.0, 0.0) / self.rate

    @property
    def spec(self) -> str:
        """The distribution as the command line has it: 'gamma(3,6)'."""
        return f"gamma({plain(self.shape)},{plain(self.rate)})"

    def log_prob(self, x: ArrayLike) -> float | Annotated[Floats, "..."]:
        """The log density at x (...), in nats; −inf below 0."""
        value = numbers(x, name="x")
        inside = value > 0
        point = np.where(inside, value, 1.0)
        scaled = np.maximum(self.rate * point, np.finfo(np.float64).tiny)
        high, low = deviance(np.full(point.shape, self.shape), scaled, excess=self.shape - scaled)
        scale = 0.5 * math.log(self.shape) - HALF_LOG_TWO_PI - stirling_remainder(self.shape)
        log_density = scale - high - low - np.log(point)
        # The limit at 0: a pole, the rate, or nothing.
        at_zero = math.log(self.rate) if self.shape == 1 else math.copysign(math.inf, 1.0 - self.shape)
        edge = np.where(value == 0, at_zero, np.where(np.isnan(value), np.nan, -np.inf))
        return _plain(np.where(inside, log_density, edge))

    def cdf(self, x: ArrayLike) -> float | Annotated[Floats, "..."]:
        """The probability of at most x (...)."""
        return _plain(special.gammainc(self.shape, self.rate * np.maximum(numbers(x, name="x"), 0.0)))

    def sf(self, x: ArrayLike) -> float | Annotated[Floats, "..."]:
        """The probability of more than x (...), accurate also when tiny."""
        return _plain(special.gammaincc(self.shape, self.rate * np.maximum(numbers(x, name="x"), 0.0)))

    def quantile(self, p: ArrayLike) -> float | Annotated[Floats, "..."]:
        """The point below which lies the probability p (...)."""
        return _plain(special.gammaincinv(self.shape, probabilities(p, name="p")) / self.rate)

    def upper_quantile(self, p: ArrayLike) -> float | Annotated[Floats, "..."]:
        """The point above which lies the probability p (...)."""
        return _plain(special.gammainccinv(self.shape, probabilities(p, name="p")) / self.rate)

    def highest_density_parts(self, mass: float) -> Parts:
        """The stretch where the density is highest and that holds `mass`."""
        outside = 1.0 - probability(mass, name="mass")
        if self.shape <= 1:
            return ((0.0, float(self.upper_quantile(outside))),)

        def difference(lower: float, upper: float) -> float:
            low = float(special.gammaincinv(self.shape, lower))
            high = float(special.gammainccinv(self.shape, upper))
            if low <= 0 or math.isinf(high):
                return -math.inf if low <= 0 else math.inf
            return (self.shape - 1.0) * log_ratio(low, high) + (high - low)

        tails = balanced_tails(difference, outside)
        return ((float(self.quantile(tails[0])), float(self.upper_quantile(tails[1]))),)

    def interval(self, *, mass: float = 0.95, kind: Kind = "eti") -> Interval:
        """The equal-tailed or highest-density interval of this mass.

        Examples
        --------
        >>> round(Gamma(1, 1).interval(mass=0.5, kind="hdi").upper, 12) == round(math.log(2), 12)
        True
        """
        return interval(self, mass=mass, kind=kind)

    def draw(self, n_draws: int, *, rng: RNG = None) -> Annotated[Floats, "S"]:
        """Draws (S,)."""
        number, generator = whole(n_draws, name="n_draws"), as_generator(rng)
        return np.asarray(generator.standard_gamma(self.shape, size=number) / self.rate)

    def __repr__(self) -> str:
        return f"Gamma({plain(self.shape)}, {plain(self.rate)})"


@dataclass(frozen=True, slots=True, repr=False)
class LogNormal:
    """The distribution of a positive quantity whose logarithm is normal.

    Parameters
    ----------
    mu, sigma : float
        Mean and standard deviation of the logarithm; sigma is positive.

    Raises
    ------
    ParameterError
        If mu is not finite or sigma is not positive and finite.

    Examples
    --------
    >>> LogNormal(4, 2).spec, round(LogNormal(4, 2).quantile(0.5), 1)
    ('lognormal(4,2)', 54.6)
    """

    mu: float
    sigma: float

    def __post_init__(self) -> None:
        """Check both parameters."""
        object.__setattr__(self, "mu", finite(self.mu, name="mu"))
        object.__setattr__(self, "sigma", positive(self.sigma, name="sigma"))

    @property
    def mean(self) -> float:
        """The expected value; inf where a double cannot hold it."""
        return _exp(self.mu + 0.5 * self.sigma**2)

    @property
    def variance(self) -> float:
        """The expected squared distance from the mean; inf where a double cannot hold it."""
        return _exp(2.0 * math.log(self.sigma) + self._log_sd_over_sigma() * 2.0)

    @property
    def sd(self) -> float:
        """The standard deviation; inf where a double cannot hold it."""
        return _exp(math.log(self.sigma) + self._log_sd_over_sigma())

    @property
    def mode(self) -> float:
        """The point of highest density."""
        return _exp(self.mu - self.sigma**2)

    @property
    def spec(self) -> str:
        """The distribution as the command line has it: 'lognormal(4,2)'."""
        return f"lognormal({plain(self.mu)},{plain(self.sigma)})"

    def log_prob(self, x: ArrayLike) -> float | Annotated[Floats, "..."]:
        """The log density at x (...), in nats; −inf at 0 and below."""
        value = numbers(x, name="x")
        inside = value > 0
        log_x = np.log(np.where(inside, value, 1.0))
        z = (log_x - self.mu) / self.sigma
        log_density = -0.5 * z * z - HALF_LOG_TWO_PI - math.log(self.sigma) - log_x
        return _plain(np.where(inside, log_density, np.where(np.isnan(value), np.nan, -np.inf)))

    def cdf(self, x: ArrayLike) -> float | Annotated[Floats, "..."]:
        """The probability of at most x (...)."""
        return _plain(special.ndtr(self._score(x)))

    def sf(self, x: ArrayLike) -> float | Annotated[Floats, "..."]:
        """The probability of more than x (...), accurate also when tiny."""
        return _plain(special.ndtr(-self._score(x)))

    def quantile(self, p: ArrayLike) -> float | Annotated[Floats, "..."]:
        """The point below which lies the probability p (...)."""
        with np.errstate(over="ignore"):
            return _plain(np.exp(self.mu + self.sigma * special.ndtri(probabilities(p, name="p"))))

    def upper_quantile(self, p: ArrayLike) -> float | Annotated[Floats, "..."]:
        """The point above which lies the probability p (...)."""
        with np.errstate(over="ignore"):
            return _plain(np.exp(self.mu - self.sigma * special.ndtri(probabilities(p, name="p"))))

    def highest_density_parts(self, mass: float) -> Parts:
        """The stretch where the density is highest and that holds `mass`."""
        from scipy.optimize import brentq

        mass = probability(mass, name="mass")
        sigma = self.sigma

        # In z = (log x − mu)/sigma the log density is −(z + sigma)²/2 up to a constant: the
        # stretch is symmetric around −sigma, and only its half-width is to be found.
        def missing(half: float) -> float:
            inside = special.ndtr(half - sigma) - special.ndtr(-half - sigma)
            return (
                float(inside - mass)
                if mass < 0.5
                else float((1.0 - mass) - special.ndtr(sigma - half) - special.ndtr(-half - sigma))
            )

        half = float(brentq(missing, 0.0, sigma + 40.0, xtol=1e-14, rtol=1e-14, maxiter=500))
        return ((_exp(self.mu - sigma * (sigma + half)), _exp(self.mu + sigma * (half - sigma))),)

    def interval(self, *, mass: float = 0.95, kind: Kind = "eti") -> Interval:
        """The equal-tailed or highest-density interval of this mass.

        Examples
        --------
        >>> [round(end, 1) for end in LogNormal(4, 2).interval(mass=0.95).parts[0]]
        [1.1, 2751.6]
        """
        return interval(self, mass=mass, kind=kind)

    def draw(self, n_draws: int, *, rng: RNG = None) -> Annotated[Floats, "S"]:
        """Draws (S,)."""
        number, generator = whole(n_draws, name="n_draws"), as_generator(rng)
        with np.errstate(over="ignore"):
            return np.asarray(np.exp(self.mu + self.sigma * generator.standard_normal(number)))

    def _score(self, x: ArrayLike) -> Annotated[Floats, "..."]:
        with np.errstate(divide="ignore"):
            return np.asarray((np.log(np.maximum(numbers(x, name="x"), 0.0)) - self.mu) / self.sigma)

    def _log_sd_over_sigma(self) -> float:
        square = self.sigma**2
        # log of sqrt(exp(s²) − 1)/s, near s = 0 and where exp(s²) overflows.
        growth = square + math.log(-math.expm1(-square)) if square > 1 else math.log(math.expm1(square))
        return self.mu + 0.5 * square + 0.5 * growth - math.log(self.sigma)

    def __repr__(self) -> str:
        return f"LogNormal({plain(self.mu)}, {plain(self.sigma)})"


def _plain(value: ArrayLike) -> float | Annotated[Floats, "..."]:
    array = np.asarray(value, dtype=np.float64)
    return float(array) if array.ndim == 0 else array


def _exp(x: float) -> float:
    return math.exp(x) if x < 709.7 else math.inf
