"""Peaks of a density in one dimension, and the region above a level of it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Annotated, Any, Protocol

import numpy as np
from numpy.typing import ArrayLike

from handful.arrays import Floats

LogDensity = Callable[[Floats], Any]

RIPPLE = 1e-9
"""Rises of the log density of less than this are rounding, not peaks."""

FAINT = 1e-12
"""A peak so much lower than the highest one is none that anybody would see."""

DEEPEST = 1e6
"""So far below its top no density holds any mass that a double could tell."""

GOLDEN_SECTIONS = 60
GOLDEN = 0.5 * (math.sqrt(5.0) - 1.0)


class _Dense(Protocol):
    def log_prob(self, value: ArrayLike, /) -> Any: ...
    def cdf(self, value: ArrayLike, /) -> Any: ...


def local_maxima(
    log_prob: LogDensity, grid: Annotated[Floats, "G"], *, ripple: float = 0.0
) -> tuple[float, ...]:
    """The local maxima of a log density, rising; an end of the grid may be one.

    Parameters
    ----------
    log_prob : callable
        Points to log densities.
    grid : array (G,)
        Rising points, so close that the density turns at most once between two of them.
    ripple : float, optional
        Rises of the log density of less than this are rounding.

    Examples
    --------
    >>> grid = np.linspace(-3, 3, 40)
    >>> tuple(round(m, 6) for m in local_maxima(lambda x: np.cos(2 * x), grid))
    (-3.0, 0.0, 3.0)
    """
    values = np.asarray(log_prob(grid))
    ripple = max(ripple, RIPPLE)
    if values.max() - values[np.isfinite(values)].min(initial=np.inf) < ripple:
        return ()
    tops = _turning_points(values, ripple)
    inner = [i for i in tops if 0 < i < len(grid) - 1]
    highest = max((values[i] for i in inner), default=-np.inf)
    # An end may be a pole, which is higher than anything; it is no measure for the others.
    ends = [float(grid[i]) for i in tops if i in (0, len(grid) - 1)]
    inside = [
        _climbed(log_prob, grid[i - 1], high=grid[i + 1])
        for i in inner
        if values[i] > highest + math.log(FAINT)
    ]
    return tuple(sorted(ends + inside))


def highest_parts(
    density: _Dense, grid: Annotated[Floats, "G"], *, mass: float
) -> tuple[tuple[float, float], ...]:
    """The stretches where a density is above the level that leaves `mass` above it, rising.

    Examples
    --------
    >>> from handful.distributions.beta import Beta
    >>> highest_parts(Beta(1, 3), np.linspace(0, 1, 50), mass=0.875)[0][0]
    0.0
    """
    from scipy.optimize import brentq

    values = np.asarray(density.log_prob(grid))
    top = float(values.max())

    def missing(depth: float) -> float:
        parts = _above(density, grid, values=values, level=top - depth)
        held = sum(float(density.cdf(high)) - float(density.cdf(low)) for low, high in parts)
        return held - mass

    deepest = 1.0
    while missing(deepest) < 0 and deepest < DEEPEST:
        deepest *= 2.0
    # A density that is flat at its top holds too much at once: the shallowest level is all of it.
    depth = float(brentq(missing, 0.0, deepest, xtol=1e-13)) if missing(0.0) < 0 < missing(deepest) else 0.0
    return _above(density, grid, values=values, level=top - depth)


def _turning_points(values: Floats, ripple: float) -> list[int]:
    """The places of local maxima, plateaus and ripples counted once."""
    places: list[int] = []
    best, rising = 0, True
    lowest = -np.inf
    for i, value in enumerate(values):
        if rising and value > values[best]:
            best = i
        elif rising and value < values[best] - ripple:
            places.append(best)
            rising, lowest = False, value
        elif not rising:
            if value > lowest + ripple:
                rising, best = True, i
            lowest = min(lowest, value)
    return [*places, best] if rising else places


def _climbed(log_prob: LogDensity, low: float, *, high: float) -> float:
    """The highest point between `low` and `high`, by golden sections; an end if it is there."""
    ends = (float(low), float(high))
    for _ in range(GOLDEN_SECTIONS):
        first, second = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
        if float(log_prob(np.asarray(first))) < float(log_prob(np.asarray(second))):
            low = first
        else:
            high = second
    return float(max((0.5 * (low + high), *ends), key=lambda point: float(log_prob(np.asarray(point)))))


def _above(density: _Dense, grid: Floats, *, values: Floats, level: float) -> tuple[tuple[float, float], ...]:
    """The stretches of the grid where the log density is at least `level`, ends by bisection."""
    from scipy.optimize.elementwise import find_root

    inside = values >= level
    changes = np.flatnonzero(inside[1:] != inside[:-1])
    brackets = (grid[changes], grid[changes + 1])
    # From a point of no density at all only a step leads up: any finite depth stands for it.
    ends = find_root(lambda q: np.maximum(density.log_prob(q) - level, -DEEPEST), brackets).x.tolist()
    if inside[0]:
        ends.insert(0, grid[0])
    if inside[-1]:
        ends.append(grid[-1])
    return tuple((float(a), float(b)) for a, b in zip(ends[::2], ends[1::2], strict=True))
