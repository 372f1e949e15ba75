"""The half-normal distribution: the size of a normal quantity around 0."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from handful.arrays import Floats
from handful.distributions.checks import numbers, plain, positive, probabilities, probability, whole
from handful.distributions.intervals import Interval, Kind, Parts, interval
from handful.rng import RNG, as_generator


@dataclass(frozen=True, slots=True, repr=False)
class HalfNormal:
    """The distribution of a positive quantity that is the size of a normal one around 0.

    As a prior of a hierarchical model it is on 1/√κ, which is nearly the between-bag standard deviation of
    a share relative to √(m(1 − m)); it is not on κ.

    Parameters
    ----------
    scale : float
        The standard deviation of the normal, positive and finite.

    Raises
    ------
    ParameterError
        If the scale is not positive and finite.

    Examples
    --------
    >>> HalfNormal(0.2).spec, round(HalfNormal(0.2).quantile(0.5), 4)
    ('halfnormal(0.2)', 0.1349)
    """

    scale: float

    def __post_init__(self) -> None:
        """Check the scale."""
        object.__setattr__(self, "scale", positive(self.scale, name="scale"))

    @property
    def mean(self) -> float:
        """The expected value."""
        return self.scale * math.sqrt(2.0 / math.pi)

    @property
    def variance(self) -> float:
        """The expected squared distance from the mean."""
        return self.sd**2

    @property
    def sd(self) -> float:
        """The standard deviation."""
        return self.scale * math.sqrt(1.0 - 2.0 / math.pi)

    @property
    def mode(self) -> float:
        """The point of highest density."""
        return 0.0

    @property
    def spec(self) -> str:
        """The distribution as the command line has it: 'halfnormal(0.2)'."""
        return f"halfnormal({plain(self.scale)})"

    def log_prob(self, x: ArrayLike) -> float | Annotated[Floats, "..."]:
        """The log density at x (...), in nats; −inf below 0."""
        z = numbers(x, name="x") / self.scale
        inside = 0.5 * math.log(2.0 / math.pi) - math.log(self.scale) - 0.5 * z * z
        return _shaped(np.where(z < 0, -np.inf, inside))

    def cdf(self, x: ArrayLike) -> float | Annotated[Floats, "..."]:
        """The probability of at most x (...)."""
        return _shaped(special.erf(np.maximum(numbers(x, name="x"), 0.0) / (self.scale * math.sqrt(2.0))))

    def sf(self, x: ArrayLike) -> float | Annotated[Floats, "..."]:
        """The probability of more than x (...), accurate also when tiny."""
        return _shaped(special.erfc(np.maximum(numbers(x, name="x"), 0.0) / (self.scale * math.sqrt(2.0))))

    def quantile(self, p: ArrayLike) -> float | Annotated[Floats, "..."]:
        """The point below which lies the probability p (...)."""
        return _shaped(self.scale * math.sqrt(2.0) * special.erfinv(probabilities(p, name="p")))

    def upper_quantile(self, p: ArrayLike) -> float | Annotated[Floats, "..."]:
        """The point above which lies the probability p (...)."""
        return _shaped(self.scale * math.sqrt(2.0) * special.erfcinv(probabilities(p, name="p")))

    def highest_density_parts(self, mass: float) -> Parts:
        """The stretch where the density is highest and that holds `mass`: it begins at 0."""
        return ((0.0, float(self.quantile(probability(mass, name="mass")))),)

    def interval(self, *, mass: float = 0.95, kind: Kind = "eti") -> Interval:
        """The equal-tailed or highest-density interval of this mass.

        Examples
        --------
        >>> round(HalfNormal(1).interval(mass=0.95, kind="hdi").upper, 6)
        1.959964
        """
        return interval(self, mass=mass, kind=kind)

    def draw(self, n_draws: int, *, rng: RNG = None) -> Annotated[Floats, "S"]:
        """Draws (S,)."""
        number, generator = whole(n_draws, name="n_draws"), as_generator(rng)
        return np.asarray(self.scale * np.abs(generator.standard_normal(number)))

    def __repr__(self) -> str:
        return f"HalfNormal({plain(self.scale)})"


def _shaped(value: ArrayLike) -> float | Annotated[Floats, "..."]:
    array = np.asarray(value, dtype=np.float64)
    return float(array) if array.ndim == 0 else array
