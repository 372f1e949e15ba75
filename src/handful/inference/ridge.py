"""Proposals for a population's posterior: along log κ a table, across it a scaled Dirichlet.

Given κ there is one peak (``across``), and along log κ the whole range of the prior is looked at: no mode can be
missed, whatever their number. A scaled Dirichlet at the peak has the posterior's curvature but for one
direction, whatever the number of categories; where κ → ∞ it is the exact posterior, a Dirichlet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from handful.arrays import Floats
from handful.distributions.scaled_dirichlet import draw_log_scaled_dirichlet, log_scaled_dirichlet
from handful.distributions.simplex import basis, log_to_simplex
from handful.inference.across import across, start
from handful.models import precision as precisions
from handful.models.population_mean import PopulationTarget

TAIL = 1e-9
"""So much of the prior on κ is left out at either end."""

LOOKS = 97
"""At so many places along log κ the posterior is looked at, each time."""

FEWEST_ROUNDS, MOST_ROUNDS = 2, 20
"""The first look spans the prior, each of the others what the one before has found."""

STEEPEST = 2.0
"""The posterior is followed when its log changes by no more between two places, where it matters."""

WORTH_FOLLOWING = 0.02
"""A panel matters that holds more than this part of the mass."""

FAINTEST = 1e-12
"""Places where the posterior is fainter than this, relative to its peak, are left out."""

FLOOR = 0.05
"""A part of the draws is spread evenly over the range, so that no tail is too thin."""

Places = np.ndarray[Any, np.dtype[np.intp]]


@dataclass(frozen=True, slots=True, eq=False)
class Ridge:
    """Proposals along the ridge of a population's posterior.

    Parameters
    ----------
    edges : array (J,)
        Places along log κ, rising.
    log_heights : array (J,)
        The log of the proposal's density of log κ there; linear in between.
    log_peaks : array (J, C)
        The log of the mean at which the posterior is highest, given κ.
    concentrations : array (J, C)
        τ of the scaled Dirichlet there.
    """

    edges: Annotated[Floats, "J"]
    log_heights: Annotated[Floats, "J"]
    log_peaks: Annotated[Floats, "J C"]
    concentrations: Annotated[Floats, "J C"]

    @staticmethod
    def of(target: PopulationTarget) -> Ridge:
        """The ridge of `target`."""
        low, high = (precisions.quantile(target.precision, p) for p in (TAIL, 1.0 - TAIL))
        x = np.linspace(low, high, LOOKS)
        found = across(target, np.column_stack([x, np.tile(start(target), (LOOKS, 1))]))
        for done in range(MOST_ROUNDS):
            if done >= FEWEST_ROUNDS and _is_followed(x, found.log_marginal):
                break
            closer = _places(x, found.log_marginal)
            between = [np.interp(closer, x, column) for column in found.points.T[1:]]
            x = closer
            found = across(target, np.column_stack([x, *between]))
        return Ridge(x, _floored(x, found.log_marginal), found.log_peaks, found.concentrations)

    def draw(self, n_draws: int, *, rng: np.random.Generator) -> Annotated[Floats, "S D"]:
        """Draws (S, D) of log κ and y."""
        masses = _masses(self.edges, self.log_heights)
        place = rng.choice(len(masses), size=n_draws, p=masses / masses.sum())
        x = self._within(place, rng.random(n_draws))
        near = self._nearest(x)
        log_mean = draw_log_scaled_dirichlet(self.log_peaks[near], self.concentrations[near], rng=rng)
        return np.column_stack([x, log_mean @ basis(log_mean.shape[1]).T])

    def log_density(self, points: Annotated[Floats, "S D"]) -> Annotated[Floats, "S"]:
        """The log density of the draws, in nats."""
        x = points[:, 0]
        near = self._nearest(x)
        of_mean = log_scaled_dirichlet(
            log_to_simplex(points[:, 1:]), self.log_peaks[near], concentration=self.concentrations[near]
        )
        whole = float(_masses(self.edges, self.log_heights).sum())
        return np.asarray(np.interp(x, self.edges, self.log_heights) - np.log(whole) + of_mean)

    def _within(self, place: Places, uniform: Annotated[Floats, "S"]) -> Annotated[Floats, "S"]:
        """Where in their panels draws lie: the density rises or falls exponentially across each."""
        width = self.edges[place + 1] - self.edges[place]
        rise = self.log_heights[place + 1] - self.log_heights[place]
        flat = np.abs(rise) < 1e-9
        safe = np.where(flat, 1.0, rise)
        # Counted from the higher end, so that nothing overflows: part · rise = log(1 + u (e^rise − 1)).
        from_top = np.log1p(-uniform * -np.expm1(-np.abs(safe))) / -np.abs(safe)
        part = np.where(flat, uniform, np.where(rise > 0, 1.0 - from_top, from_top))
        return np.asarray(self.edges[place] + width * part)

    def _nearest(self, x: Annotated[Floats, "S"]) -> Places:
        return np.searchsorted(0.5 * (self.edges[1:] + self.edges[:-1]), x)


def _masses(edges: Annotated[Floats, "J"], log_heights: Annotated[Floats, "J"]) -> Annotated[Floats, "J-1"]:
    """The integral of a density whose log is linear between the edges, panel by panel."""
    rise = np.abs(np.diff(log_heights))
    flat = rise < 1e-9
    # From the higher of the two ends, so that nothing overflows.
    mean = np.where(flat, 1.0, -np.expm1(-rise) / np.where(flat, 1.0, rise))
    return np.asarray(np.exp(np.maximum(log_heights[1:], log_heights[:-1])) * mean * np.diff(edges))


def _floored(x: Annotated[Floats, "J"], log_marginal: Annotated[Floats, "J"]) -> Annotated[Floats, "J"]:
    """The log density of log κ with an even part added, whose integral is about 1."""
    log_heights = log_marginal - log_marginal.max()
    whole = float(_masses(x, log_heights).sum())
    density = (1.0 - FLOOR) * np.exp(log_heights) / whole + FLOOR / (x[-1] - x[0])
    return np.asarray(np.log(density))


def _is_followed(x: Annotated[Floats, "J"], log_marginal: Annotated[Floats, "J"]) -> bool:
    """Whether the places are close enough together wherever there is mass."""
    log_heights = log_marginal - log_marginal.max()
    masses = _masses(x, log_heights)
    return bool((np.abs(np.diff(log_heights))[masses > WORTH_FOLLOWING * masses.sum()] < STEEPEST).all())


def _places(x: Annotated[Floats, "J"], log_marginal: Annotated[Floats, "J"]) -> Annotated[Floats, "J"]:
    """Places for the next look: half of them where the mass is, half evenly over where there is any."""
    log_heights = log_marginal - log_marginal.max()
    some = np.flatnonzero(log_heights > np.log(FAINTEST))
    first, last = max(some[0] - 1, 0), min(some[-1] + 1, len(x) - 1)
    within, log_heights = x[first : last + 1], log_heights[first : last + 1]
    masses = _masses(within, log_heights)
    masses = masses / masses.sum() + np.diff(within) / (within[-1] - within[0])
    passed = np.concatenate([[0.0], np.cumsum(masses)])
    return np.interp(np.linspace(0.0, passed[-1], LOOKS), passed, within)
