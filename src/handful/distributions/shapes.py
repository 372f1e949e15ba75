"""Priors that others have written, as densities in the log odds: SciPy's distributions and functions.

A function of a share sees too few digits of 1 − q near 1, and none of q below the smallest double.
There every power of q or of 1 − q is an exponential of the log odds, with one slope; beyond two
marks the density is continued with the slope that it has at them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
from scipy.special import expit, logit

from handful.arrays import Floats
from handful.distributions.tabulated import LogDensity
from handful.errors import ParameterError, ParameterTypeError

FARTHEST = 740.0
"""The log odds at which a share is the smallest double."""

NEAR = 700.0
"""The log odds up to which a share and what is left of it are both ordinary doubles."""

LAST = 20.0
"""The log odds above which a function of q sees too few digits of 1 − q."""

RUN_UP = 3.0
"""Over so much of the log odds the slope is measured with which a density goes on beyond."""

LEAST_SLOPE = 1e-3
"""A density that falls off more slowly has no area that could be told."""

LANDMARKS = (1e-12, 1e-9, 1e-6, 1e-4, 1e-3, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5)
COARSE = tuple(float(t) for t in np.arange(-36.0, 36.5, 1.5))

FAINTEST = -667.0
"""The log of a value of a function, 1e-290, that is about to be lost among the smallest doubles."""

N_LOOKS = 2_001
"""At so many evenly spaced shares a function is looked at, for peaks that nobody named."""


@runtime_checkable
class Frozen(Protocol):
    """A frozen continuous distribution of scipy.stats."""

    def logpdf(self, x: Any) -> Any:
        """The log density."""

    def cdf(self, x: Any) -> Any:
        """The probability of at most x."""

    def support(self) -> Any:
        """The two ends."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A density in the log odds, not normalised, and where to look at it.

    `points` are the ends and the places in between where it may turn; `cut` is the part of the
    original that lay outside [0, 1]; below `least_log` the density was too small for a double.
    """

    log_density: LogDensity
    points: tuple[float, ...]
    cut: float = 0.0
    least_log: float = -math.inf


def shape_of_frozen(frozen: Any, name: str) -> Shape:
    """The shape of a frozen scipy.stats distribution on [0, 1].

    Raises
    ------
    ParameterError
        If it has no mass there.
    """
    low, high = (float(end) for end in frozen.support())
    low, high = max(low, 0.0), min(high, 1.0)
    inside = max(float(frozen.cdf(1.0)) - float(frozen.cdf(0.0)), 0.0)
    if hasattr(frozen, "sf"):
        # In the upper tail the difference of the survival function keeps its digits.
        inside = max(inside, float(frozen.sf(0.0)) - float(frozen.sf(1.0)))
    if not (low < high and inside > 0):
        raise ParameterError(f"{name} has no mass on [0, 1]", name="prior", found=frozen)
    inverse = getattr(frozen, "ppf", None) or getattr(frozen, "icdf", None)
    levels = float(frozen.cdf(0.0)) + inside * np.array([*LANDMARKS, *(1.0 - np.array(LANDMARKS[:-1]))])
    marks = np.asarray(inverse(levels)) if inverse is not None else np.linspace(0.0, 1.0, N_LOOKS)
    density = lambda t: np.asarray(frozen.logpdf(expit(t)) - log_jacobian(t))  # noqa: E731
    return _continued(Shape(density, points_of(marks, (low, high)), max(1.0 - inside, 0.0)), name)


def shape_of_function(function: Callable[[Any], Any], points: Sequence[float], *, name: str) -> Shape:
    """The shape of a density that is given as a function of shares.

    Raises
    ------
    ParameterError
        If it is negative or no number somewhere, or falls off too slowly to have an area.
    ParameterTypeError
        If it takes no shares, or gives no numbers.
    """

    def log_density(t: Floats) -> Floats:
        values = _evaluated(function, expit(t), name=name)
        if (values < 0).any() or np.isnan(values).any():
            message = f"{name} is negative, or no number, inside [0, 1]: it is no density"
            raise ParameterError(message, name="prior", found=function)
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(values) - log_jacobian(t))

    marks = np.concatenate([np.asarray(points, dtype=np.float64), np.linspace(0.0, 1.0, N_LOOKS)])
    return _continued(Shape(log_density, points_of(marks, (0.0, 1.0)), least_log=FAINTEST), name)


def points_of(marks: Floats, support: tuple[float, float]) -> tuple[float, ...]:
    """The ends of the support, the marks inside, and a coarse grid, as log odds."""
    ends = log_odds(support[0]), log_odds(support[1])
    inside = marks[np.isfinite(marks) & (marks > support[0]) & (marks < support[1])]
    between = [*(log_odds(float(mark)) for mark in inside), *COARSE]
    return (ends[0], *sorted({t for t in between if ends[0] < t < ends[1]}), ends[1])


def log_odds(share: float) -> float:
    """The log odds of a share, those of 0 and 1 as far out as a double reaches."""
    return float(np.clip(logit(share), -FARTHEST, FARTHEST))


def log_jacobian(t: Floats) -> Floats:
    """The log of dt/dq = −log q − log(1 − q), at log odds t."""
    return np.asarray(np.logaddexp(0.0, t) + np.logaddexp(0.0, -t))


def _continued(shape: Shape, name: str) -> Shape:
    """The shape with both ends as exponentials, and so far out that nothing of it is left."""
    marks = np.array([-NEAR, -NEAR + RUN_UP, LAST - RUN_UP, LAST])
    with np.errstate(invalid="ignore"):
        first, second, third, fourth = shape.log_density(marks)
        slopes = (second - first) / RUN_UP, (third - fourth) / RUN_UP
    if any(math.isfinite(slope) and slope < LEAST_SLOPE for slope in slopes):
        message = f"{name} is no density: towards 0 or 1 it grows so fast that it has no area"
        raise ParameterError(message, name="prior", found=name)
    rise, fall = (slope if math.isfinite(slope) else 1.0 for slope in slopes)

    def continued(t: Floats) -> Floats:
        near = np.clip(t, -NEAR, LAST)
        beyond = rise * np.minimum(t - near, 0.0) - fall * np.maximum(t - near, 0.0)
        return np.asarray(shape.log_density(near) + beyond)

    low, *between, high = shape.points
    low = low if low > -FARTHEST else -FARTHEST / min(rise, 1.0)
    high = high if high < FARTHEST else FARTHEST / min(fall, 1.0)
    return Shape(continued, (low, *between, high), shape.cut, shape.least_log)


def _evaluated(function: Callable[[Any], Any], q: Floats, *, name: str) -> Floats:
    """The function at all shares at once, or one by one where it takes a single number only."""
    flat = q.ravel()
    try:
        values = np.asarray(function(flat), dtype=np.float64)
        if values.shape == flat.shape:
            return values.reshape(q.shape)
    except (TypeError, ValueError):
        pass
    try:
        each = [np.asarray(function(float(share)), dtype=np.float64).item() for share in flat]
    except (TypeError, ValueError) as error:
        message = f"{name} gives no number for a share: {error}"
        raise ParameterTypeError(message, name="prior", found=function) from error
    return np.asarray(each).reshape(q.shape)
