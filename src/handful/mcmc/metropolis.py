"""Random-walk Metropolis: propose a step, go there or stay.

    propose:  a normal step from where you are
    accept:   uphill always; downhill with the probability p(there)/p(here)

Staying counts: the place where the chain stays is its next draw once more. That is all of it, and it is enough for the
chain to visit every place as often as the density says, whatever constant the density lacks.

References
----------
Metropolis, Rosenbluth, Rosenbluth, Teller & Teller (1953), Journal of Chemical Physics 21:1087.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from handful.mcmc.checks import Step, checked_step
from handful.mcmc.place import LogDensity, Place, Point, moved


@dataclass(frozen=True, slots=True, eq=False)
class Metropolis:
    """The random walk with normal steps.

    Parameters
    ----------
    log_density : callable
        Of a float, or of an array (D,): the log density in nats, up to a constant; −inf where a point is impossible.
    step : float or array (D,)
        The standard deviation of a step, of each coordinate if there are several.

    Raises
    ------
    ParameterError
        If a step is not above 0.

    Examples
    --------
    >>> walker = Metropolis(lambda q: -0.5 * q**2, step=1.0)
    >>> rng = np.random.default_rng(1)
    >>> here = walker.start(0.0)
    >>> there = walker.propose(here, rng=rng)
    >>> here, accepted = walker.accept(here, there, rng=rng)
    >>> accepted, round(here.point, 3)
    (True, 0.346)
    """

    log_density: LogDensity
    step: Step

    name: ClassVar[str] = "metropolis"

    def __post_init__(self) -> None:
        """Refuse a step that leads nowhere."""
        object.__setattr__(self, "step", checked_step(self.step))

    def start(self, point: Point) -> Place:
        """The place where a chain begins."""
        return Place.at(point, self.log_density)

    def propose(self, here: Place, *, rng: np.random.Generator) -> Place:
        """A place nearby."""
        return Place.at(
            moved(here.point, self.step * rng.standard_normal(np.shape(here.point))), self.log_density
        )

    def accept(self, here: Place, there: Place, *, rng: np.random.Generator) -> tuple[Place, bool]:
        """Where the chain goes on from, and whether it has moved: `there` with probability min(1, p(there)/p(here))."""
        accepted = math.log(1.0 - rng.random()) < there.log_density - here.log_density
        return (there if accepted else here), accepted

    def move(self, here: Place, *, rng: np.random.Generator) -> tuple[Place, bool]:
        """One step of the chain: where it is then, and whether it has moved."""
        return self.accept(here, self.propose(here, rng=rng), rng=rng)

    def aim(self, n_dims: int) -> float:
        """The part of the proposals to accept: Roberts & Rosenthal (2001), Statistical Science 16:351."""
        return 0.44 if n_dims == 1 else 0.234

    def with_step(self, step: Step) -> Metropolis:
        """The same walk with steps of another size."""
        return replace(self, step=step)
