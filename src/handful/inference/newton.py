"""Newton's method to a peak of a log density, damped so that every step climbs.

Where the curvature has the wrong sign, its size is taken: the step then leads away from a saddle.

References
----------
Nocedal & Wright (2006), Numerical Optimization, 2nd edition, section 3.4, on modified Hessians.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from handful.arrays import Floats

MOST_STEPS = 100
CONVERGED = 1e-9
"""Another step would gain less than this, in nats."""

LONGEST = 3.0
"""No step moves a coordinate further."""

HALVINGS = 25
FLATTEST = 1e-8
"""A curvature less than this part of the largest is taken for this."""


@dataclass(frozen=True, slots=True, eq=False)
class Peak:
    """A place where a log density is highest, and the curvature there.

    Parameters
    ----------
    point : array (D,)
        Where.
    height : float
        The log density, in nats.
    precision : array (D, D)
        Minus its second derivatives.
    """

    point: Annotated[Floats, "D"]
    height: float
    precision: Annotated[Floats, "D D"]

    @property
    def log_volume(self) -> float:
        """½ log |2π precision⁻¹|: the log of the integral around the peak is this more than its height (Laplace)."""
        sign, log_det = np.linalg.slogdet(self.precision)
        n_dims = len(self.point)
        return 0.5 * (n_dims * math.log(2.0 * math.pi) - float(log_det)) if sign > 0 else math.nan


@dataclass(frozen=True, slots=True, eq=False)
class Climbable:
    """A log density with its derivatives at single points.

    Parameters
    ----------
    height : callable
        The log density at points (S, D).
    gradient : callable
        Its derivatives at points (S, D).
    hessian : callable
        Its second derivatives at a point (D,).
    """

    height: Callable[[Floats], Floats]
    gradient: Callable[[Floats], Floats]
    hessian: Callable[[Floats], Floats]


def climb(target: Climbable, point: Annotated[Floats, "D"]) -> Peak | None:
    """The peak above `point`; None where there is none: the density rises for ever, or is flat."""
    height = float(target.height(point[None])[0])
    for _ in range(MOST_STEPS):
        gradient, bent = target.gradient(point[None])[0], target.hessian(point)
        if not (np.isfinite(gradient).all() and np.isfinite(bent).all()):
            return None
        values, vectors = np.linalg.eigh(bent)
        size = np.maximum(np.abs(values), FLATTEST * np.abs(values).max(initial=FLATTEST))
        along = vectors.T @ gradient
        step = vectors @ (along / size)
        if float(gradient @ step) < CONVERGED:
            return Peak(point, height, -bent) if values.size == 0 or values[-1] < 0 else None
        step *= min(1.0, LONGEST / float(np.abs(step).max()))
        found = _up(target, point, height=height, step=step)
        if found is None:
            # No digit is left to climb by.
            return Peak(point, height, -bent) if values[-1] < 0 else None
        point, height = found
    return None


def _up(
    target: Climbable, point: Annotated[Floats, "D"], *, height: float, step: Annotated[Floats, "D"]
) -> tuple[Annotated[Floats, "D"], float] | None:
    """The place after the step, halved until it climbs; None where no part of it does."""
    for halving in range(HALVINGS):
        tried = point + 0.5**halving * step
        there = float(target.height(tried[None])[0])
        if there > height:
            return tried, there
    return None
