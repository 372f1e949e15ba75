"""A quantity known by weighted points: draws with their importance, or the nodes of a quadrature."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, get_args

import numpy as np
from numpy.typing import ArrayLike

from handful.arrays import Floats
from handful.distributions.checks import probabilities, probability
from handful.distributions.intervals import Interval, Kind
from handful.errors import ParameterError


@dataclass(frozen=True, eq=False)
class Weighted:
    """The distribution of a quantity as points with probabilities.

    Parameters
    ----------
    values : array (S,)
        The points, in any order.
    weights : array (S,)
        Their probabilities, which sum to 1.

    Examples
    --------
    >>> four = Weighted(np.array([1.0, 2.0, 3.0, 4.0]), np.full(4, 0.25))
    >>> four.mean, four.quantile(0.5)
    (2.5, 2.5)
    """

    values: Annotated[Floats, "S"]
    weights: Annotated[Floats, "S"]

    @property
    def mean(self) -> float:
        """The expected value."""
        return float(self.weights @ self.values)

    @property
    def variance(self) -> float:
        """The expected squared distance from the mean."""
        return float(self.weights @ (self.values - self.mean) ** 2)

    @property
    def sd(self) -> float:
        """The square root of the variance."""
        return math.sqrt(self.variance)

    def cdf(self, value: ArrayLike) -> float | Annotated[Floats, "..."]:
        """The probability of at most `value`: half of a point's weight lies on either side of it."""
        points, middles = self._curve
        found = np.interp(np.asarray(value, dtype=np.float64), points, middles, left=0.0, right=1.0)
        return float(found) if np.ndim(value) == 0 else np.asarray(found)

    def quantile(self, p: ArrayLike) -> float | Annotated[Floats, "..."]:
        """The value below which lies the probability `p`, in between two points where it must be."""
        points, middles = self._curve
        found = np.interp(probabilities(p, name="p"), middles, points)
        return float(found) if np.ndim(p) == 0 else np.asarray(found)

    def interval(self, *, mass: float = 0.95, kind: Kind = "eti") -> Interval:
        """The equal-tailed interval of this mass, or the shortest one.

        Examples
        --------
        >>> even = Weighted(np.linspace(0, 1, 1001), np.full(1001, 1 / 1001))
        >>> round(even.interval(mass=0.9).lower, 3)
        0.05
        """
        if kind not in get_args(Kind):
            message = f"kind = {kind!r}: must be 'eti' (equal-tailed) or 'hdi' (highest density)"
            raise ParameterError(message, name="kind", found=kind)
        outside = 1.0 - probability(mass, name="mass")
        if kind == "eti":
            return Interval(((self.quantile(outside / 2), self.quantile(1.0 - outside / 2)),), kind, mass)  # type: ignore[arg-type]  # scalars in, scalars out
        points, middles = self._curve
        lows = points[middles <= outside]
        if not lows.size:
            return Interval(((float(points[0]), float(points[-1])),), kind, mass)
        highs = np.interp(middles[: lows.size] + mass, middles, points)
        best = int(np.argmin(highs - lows))
        return Interval(((float(lows[best]), float(highs[best])),), kind, mass)

    @cached_property
    def _curve(self) -> tuple[Floats, Floats]:
        """The points, rising, and the distribution function at each with half of its own weight."""
        points, place = np.unique(self.values, return_inverse=True)
        weights = np.bincount(place, weights=self.weights)
        return points, np.cumsum(weights) - 0.5 * weights
