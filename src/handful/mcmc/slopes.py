"""The slope of a function that gives none, by differences."""

from __future__ import annotations

import numpy as np

from handful.mcmc.place import LogDensity, Point

WIDTH = 6e-6
"""The cube root of the rounding of a double: there the errors of rounding and of curvature are alike."""


def central_differences(function: LogDensity, point: Point) -> Point:
    """The derivatives of `function` at `point`: half the change between either side of it, to about ten digits.

    Examples
    --------
    >>> round(central_differences(lambda q: q**3, 2.0), 6)
    12.0
    """
    if isinstance(point, int | float) or np.ndim(point) == 0:
        width = WIDTH * max(1.0, abs(float(point)))
        return float((function(point + width) - function(point - width)) / (2.0 * width))
    at = np.asarray(point, dtype=np.float64)
    slopes = np.empty(at.shape)
    for place, value in enumerate(at):
        aside = np.zeros(at.shape)
        aside[place] = WIDTH * max(1.0, abs(float(value)))
        slopes[place] = (function(at + aside) - function(at - aside)) / (2.0 * aside[place])
    return slopes
