"""Where a chain is: a point and the height of the log density there."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, TypeAlias

import numpy as np

from handful.arrays import Floats
from handful.errors import ParameterError, ParameterTypeError

Point: TypeAlias = "float | Annotated[Floats, 'D']"
LogDensity: TypeAlias = Callable[..., float]
"""Of a point; in nats, up to a constant; −inf where the point is impossible."""


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A point, and how high the log density is there.

    Parameters
    ----------
    point : float or array (D,)
        Where it is.
    log_density : float
        In nats, up to a constant; −inf where the point is impossible.

    Examples
    --------
    >>> Place.at(0.5, lambda q: -(q**2))
    Place(point=0.5, log_density=-0.25)
    """

    point: Point
    log_density: float

    @staticmethod
    def at(point: Point, log_density: LogDensity) -> Place:
        """The place of `point`.

        Raises
        ------
        ParameterError
            If the log density is NaN or +∞ there: no chain can say how probable such a place is.
        ParameterTypeError
            If it is not one number.
        """
        found = log_density(point)
        try:
            height = float(found)
        except (TypeError, ValueError) as error:
            message = f"log_density({point}) gave {found!r}: it must give one number, in nats"
            raise ParameterTypeError(message, name="log_density", found=found) from error
        if math.isnan(height) or height == math.inf:
            message = f"log_density({point}) is {height}: it must be a number, or -inf where the point is impossible"
            raise ParameterError(message, name="log_density", found=height)
        return Place(point, height)


def moved(point: Point, by: Point) -> Point:
    """The point as far away as `by`, of the same kind."""
    return float(point + by) if np.ndim(point) == 0 else np.asarray(point + by, dtype=np.float64)
