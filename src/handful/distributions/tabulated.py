"""A density of one share as a table that follows it, however narrow or many-peaked.

The table lies in the log odds t = log(q/(1−q)): there a singularity at q = 0 or 1 is an exponential,
and q and 1 − q both keep all their digits. Each panel holds the density at Gauss-Legendre nodes; a
panel is halved until halving it changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, logit

from handful.arrays import Floats, read_only_floats
from handful.distributions.checks import probabilities, whole
from handful.distributions.intervals import Interval, Kind, Parts, interval
from handful.distributions.levels import highest_parts, local_maxima
from handful.distributions.panels import Panels
from handful.rng import RNG, as_generator

RIPPLES = 30.0
"""Rises of the log density of so many times its error are rounding, not peaks."""

LogDensity = Callable[[Floats], Floats]
"""The log of a density in the log odds, at log odds."""


@dataclass(frozen=True, eq=False, repr=False)
class Tabulated:
    """The distribution of a share q whose density is known in a table of panels.

    Parameters
    ----------
    log_density : callable
        The log density in the log odds (not normalised), at an array of log odds.
    panels : Panels
        Where it was evaluated, and its integral.
    spec : str
        The distribution as the command line has it, or what it is.

    Examples
    --------
    >>> from handful.distributions.density import Density
    >>> prior = Density.uniform(0.5, 1.0).tabulated()
    >>> round(prior.mean, 9), round(prior.quantile(0.1), 9)
    (0.75, 0.55)
    """

    log_density: LogDensity
    panels: Panels
    spec: str = "tabulated"

    @cached_property
    def nodes(self) -> Annotated[Floats, "Q"]:
        """The shares at which the density was evaluated, rising (Q,)."""
        return read_only_floats(expit(self.panels.nodes.ravel()))

    @cached_property
    def weights(self) -> Annotated[Floats, "Q"]:
        """The probability that each node stands for (Q,); they sum to 1."""
        return read_only_floats(self.panels.weights.ravel())

    @property
    def support(self) -> tuple[float, float]:
        """Between which shares the density is not 0."""
        return float(expit(self.panels.edges[0])), float(expit(self.panels.edges[-1]))

    @cached_property
    def mean(self) -> float:
        """The expected share."""
        return float(self.weights @ self.nodes)

    @cached_property
    def variance(self) -> float:
        """The expected squared distance from the mean."""
        return float(self.weights @ (self.nodes - self.mean) ** 2)

    @property
    def sd(self) -> float:
        """The square root of the variance."""
        return math.sqrt(self.variance)

    @cached_property
    def modes(self) -> tuple[float, ...]:
        """All local maxima of the density, rising; an end of the support may be one."""
        low, high = self.support
        ends = {self._grid[0]: low, self._grid[-1]: high}
        return tuple(
            ends.get(mode, mode)
            for mode in local_maxima(self.log_prob, self._grid, ripple=RIPPLES * self.panels.error)
        )

    @property
    def mode(self) -> float | None:
        """The point of highest density, None where there is not just one maximum."""
        return self.modes[0] if len(self.modes) == 1 else None

    def log_prob(self, value: ArrayLike, /) -> float | Annotated[Floats, "..."]:
        """The log density at shares, in nats."""
        q = np.asarray(value, dtype=np.float64)
        low, high = self.support
        inside = (q >= low) & (q <= high)
        t = logit(np.where(inside, np.clip(q, 1e-300, 1 - 1e-16), 0.5))
        # dt/dq = 1/(q (1 − q)), from log odds: log q + log(1 − q) = −2 log(2 cosh(t/2)).
        jacobian = np.logaddexp(0.0, t) + np.logaddexp(0.0, -t)
        found = np.where(inside, self.log_density(t) - self.panels.log_integral + jacobian, -np.inf)
        return float(found) if found.ndim == 0 else found

    def cdf(self, value: ArrayLike, /) -> float | Annotated[Floats, "..."]:
        """The probability of a share of at most `value`."""
        return _shaped(self.panels.below(_log_odds(value)), value)

    def sf(self, value: ArrayLike, /) -> float | Annotated[Floats, "..."]:
        """The probability of a share above `value`."""
        return _shaped(self.panels.above(_log_odds(value)), value)

    def quantile(self, p: ArrayLike, /) -> float | Annotated[Floats, "..."]:
        """The share below which lies the probability `p`."""
        return _shaped(expit(self.panels.quantile(probabilities(p, name="p"))), p)

    def upper_quantile(self, p: ArrayLike, /) -> float | Annotated[Floats, "..."]:
        """The share above which lies the probability `p`."""
        return _shaped(expit(self.panels.upper_quantile(probabilities(p, name="p"))), p)

    def highest_density_parts(self, mass: float, /) -> Parts:
        """The stretches where the density is highest and that hold `mass`; one for each peak."""
        return highest_parts(self, self._grid, mass=mass)

    def interval(self, *, mass: float = 0.95, kind: Kind = "eti") -> Interval:
        """The interval of this kind that holds `mass`."""
        return interval(self, mass=mass, kind=kind)

    def draw(self, n_draws: int, *, rng: RNG = None) -> Annotated[Floats, "S"]:
        """Draws (S,), by the inverse of the distribution function."""
        uniform = as_generator(rng).random(whole(n_draws, name="n_draws"))
        return np.asarray(expit(self.panels.quantile(uniform)))

    @cached_property
    def _grid(self) -> Annotated[Floats, "G"]:
        """Shares close enough to each other that between two of them the density has no second turn."""
        return np.unique(np.concatenate([expit(self.panels.edges), self.nodes]))

    def __repr__(self) -> str:
        return f"Tabulated({self.spec}, {len(self.panels.edges) - 1} panels)"


def tabulate(log_density: LogDensity, points: Sequence[float], *, spec: str, noise: float = 0.0) -> Tabulated:
    """The distribution with this log density in the log odds, tabulated where it lives.

    Parameters
    ----------
    log_density : callable
        Log odds (...) to the log density there, not normalised; −inf where it is 0.
    points : sequence of float
        Log odds that no panel straddles: the ends of the support first and last, and in between
        wherever the density turns or jumps.
    spec : str
        What it is called.
    noise : float, optional
        The rounding of the log density where it is highest, in nats.

    Raises
    ------
    ParameterError
        If there is no mass between the ends.

    Examples
    --------
    >>> flat = tabulate(lambda t: -np.logaddexp(0, t) - np.logaddexp(0, -t), [-40, 0, 40], spec="flat")
    >>> round(flat.cdf(0.3), 12)
    0.3
    """
    return Tabulated(log_density, Panels.adaptive(log_density, points, name=spec, noise=noise), spec)


def _log_odds(value: ArrayLike) -> Floats:
    return np.asarray(logit(np.clip(np.asarray(value, dtype=np.float64), 0.0, 1.0)))


def _shaped(found: Floats, like: ArrayLike) -> float | Floats:
    return float(found) if np.ndim(like) == 0 else found
