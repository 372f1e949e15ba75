"""Hamiltonian Monte Carlo: a ball that is kicked, and rolls over the density turned upside down.

    kick:     a random momentum
    roll:     a few leaps, each half a push by the slope, a move, half a push
    accept:   with the probability exp(energy before - energy after)

The slope leads each move along the density and not away from it, so that a single move goes far and is still accepted.

References
----------
Duane, Kennedy, Pendleton & Roweth (1987), Physics Letters B 195:216; Neal (2011), MCMC using Hamiltonian dynamics
(arXiv:1206.1901), figure 2, for the leaps.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from handful.distributions.checks import whole
from handful.mcmc.checks import Step, checked_step
from handful.mcmc.place import LogDensity, Place, Point, moved
from handful.mcmc.slopes import central_differences


@dataclass(frozen=True, slots=True, eq=False)
class Hamiltonian:
    """The rolling ball.

    Parameters
    ----------
    log_density : callable
        Of a float, or of an array (D,): the log density in nats, up to a constant; −inf where a point is impossible.
    step : float or array (D,)
        How far a leap goes, in the units of each coordinate.
    n_leaps : int, optional
        How many leaps a move has.
    gradient : callable, optional
        The slope of `log_density` at a point; if not given, it is found by central differences.

    Raises
    ------
    ParameterError
        If a step is not above 0, or there is no leap.

    Examples
    --------
    >>> roller = Hamiltonian(lambda q: -0.5 * q**2, step=0.3, n_leaps=5)
    >>> here = roller.start(1.0)
    >>> there, accepted = roller.move(here, rng=np.random.default_rng(1))
    >>> accepted, there.point != here.point
    (True, True)
    """

    log_density: LogDensity
    step: Step
    n_leaps: int = 10
    gradient: Callable[..., Point] | None = None

    name: ClassVar[str] = "hamiltonian"

    def __post_init__(self) -> None:
        """Refuse what leads nowhere."""
        object.__setattr__(self, "step", checked_step(self.step))
        object.__setattr__(self, "n_leaps", whole(self.n_leaps, name="n_leaps", least=1))

    def start(self, point: Point) -> Place:
        """The place where a chain begins."""
        return Place.at(point, self.log_density)

    def leap(self, point: Point, momentum: Point) -> tuple[Point, Point]:
        """Point and momentum after one leap."""
        momentum = momentum + 0.5 * self.step * self.slope(point)
        point = moved(point, self.step * momentum)
        return point, momentum + 0.5 * self.step * self.slope(point)

    def move(self, here: Place, *, rng: np.random.Generator) -> tuple[Place, bool]:
        """One move of the chain: where it is then, and whether it has moved."""
        start = rng.standard_normal(np.shape(here.point))
        point: Point = here.point
        momentum: Point = start
        for _ in range(self.n_leaps):
            point, momentum = self.leap(point, momentum)
            if not np.all(np.isfinite(momentum)):  # it has rolled over an edge, where nothing has a slope
                return here, False
        there = Place.at(point, self.log_density)
        gain = there.log_density - here.log_density + 0.5 * float(np.sum(start**2) - np.sum(momentum**2))
        accepted = math.log(1.0 - rng.random()) < gain
        return (there if accepted else here), accepted

    def slope(self, point: Point) -> Point:
        """The derivatives of the log density."""
        if self.gradient is not None:
            return self.gradient(point)
        return central_differences(self.log_density, point)

    def aim(self, n_dims: int) -> float:  # noqa: ARG002  # as others
        """The part of the moves to accept: Beskos et al. (2013), Bernoulli 19:1501, ask for 0.651 or more."""
        return 0.75

    def with_step(self, step: Step) -> Hamiltonian:
        """The same with leaps of another length."""
        return replace(self, step=step)
