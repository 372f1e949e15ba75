"""Proposals for a population's posterior: along log κ a table, across it a scaled Dirichlet.

Given κ there is one peak (``across``), and along log κ everything is looked at where the posterior is not
faint (``along``): no mode of any width that matters is missed, whatever their number. A scaled Dirichlet at
the peak has the posterior's curvature but for one direction, whatever the number of categories; where κ → ∞ it
is the exact posterior, a Dirichlet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from handful.arrays import Floats
from handful.distributions.scaled_dirichlet import draw_log_scaled_dirichlet, log_scaled_dirichlet
from handful.distributions.simplex import basis, log_to_simplex
from handful.inference.across import Across, across, start
from handful.inference.along import along, masses
from handful.models.population_mean import PopulationTarget

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
        looked: list[Across] = []

        def look(x: Floats) -> Floats:
            if looked:
                before = looked[-1].points
                peaks = [np.interp(x, before[:, 0], column) for column in before.T[1:]]
            else:
                peaks = list(np.tile(start(target)[:, None], (1, len(x))))
            looked.append(across(target, np.column_stack([x, *peaks])))
            return looked[-1].log_marginal

        x, log_marginal = along(look, target.precision)
        found = looked[-1]
        return Ridge(x, _floored(x, log_marginal), found.log_peaks, found.concentrations)

    def draw(self, n_draws: int, *, rng: np.random.Generator) -> Annotated[Floats, "S D"]:
        """Draws (S, D) of log κ and y."""
        held = masses(self.edges, self.log_heights)
        place = rng.choice(len(held), size=n_draws, p=held / held.sum())
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
        whole = float(masses(self.edges, self.log_heights).sum())
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


def _floored(x: Annotated[Floats, "J"], log_marginal: Annotated[Floats, "J"]) -> Annotated[Floats, "J"]:
    """The log density of log κ with an even part added, whose integral is about 1."""
    log_heights = log_marginal - log_marginal.max()
    whole = float(masses(x, log_heights).sum())
    density = (1.0 - FLOOR) * np.exp(log_heights) / whole + FLOOR / (x[-1] - x[0])
    return np.asarray(np.log(density))
