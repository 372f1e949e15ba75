"""A population's posterior across its ridge: the peak in the mean m given κ, and the curvature there.

With u_c + a_c the slope by log m_c (that of the likelihood and the prior), W their sum, F″_c the second derivatives of
the likelihood's sums and

    τ_c = u_c + a_c − F″_c > 0,  T = Σ τ,  d_c = F″_c − (ΣF″) m_c,

minus the second derivatives by log m, on directions that sum to 0, are M + d dᵀ/T, M = diag τ − τ τᵀ/T (at
the peak, where u + a = W m; elsewhere it is what keeps every step uphill). M has the inverse 1/τ there, and the
determinant C ∏τ_c/T: steps and volumes cost C operations, not C³. M is the curvature of a scaled Dirichlet
with concentrations τ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from handful.arrays import Floats
from handful.distributions.simplex import basis, log_to_simplex
from handful.models.population_mean import PopulationTarget

MOST_STEPS = 100
CONVERGED = 1e-7
"""A peak is known well enough where another step would gain less than this, in nats: draws are corrected."""

LONGEST = 4.0
"""No step changes the log of a share by more."""

HALVINGS = 20
LEAST_COUNT = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Across:
    """The posterior across its ridge at some places along log κ.

    Parameters
    ----------
    points : array (J, D)
        log κ, and the coordinates y of the peak given it.
    log_peaks : array (J, C)
        The log of the mean there.
    concentrations : array (J, C)
        τ.
    log_marginal : array (J,)
        The log of Laplace's approximation to the density of log κ, in nats, not normalised.
    widths : array (J,)
        The root of the inverse determinant of the curvature by y: for two categories the standard deviation of y.
    """

    points: Annotated[Floats, "J D"]
    log_peaks: Annotated[Floats, "J C"]
    concentrations: Annotated[Floats, "J C"]
    log_marginal: Annotated[Floats, "J"]
    widths: Annotated[Floats, "J"]


@dataclass(frozen=True, slots=True, eq=False)
class _Local:
    """Slope and curvature by log m: g = u + a − W m, τ and d."""

    slope: Annotated[Floats, "J C"]
    concentrations: Annotated[Floats, "J C"]
    tilt: Annotated[Floats, "J C"]

    @property
    def step(self) -> Annotated[Floats, "J C"]:
        """Newton's step in log m, (M + d dᵀ/T)⁻¹ g (Sherman & Morrison)."""
        plain, tilted = self.slope / self.concentrations, self.tilt / self.concentrations
        overlap = (self.tilt * plain).sum(axis=1) / (self._total + (self.tilt * tilted).sum(axis=1))
        return np.asarray(plain - tilted * overlap[:, None])

    @property
    def log_volume(self) -> Annotated[Floats, "J"]:
        """Minus half the log determinant of M + d dᵀ/T on directions that sum to 0."""
        n_categories = self.concentrations.shape[1]
        of_scaled = np.log(n_categories) + np.log(self.concentrations).sum(axis=1) - np.log(self._total)
        stretch = (self.tilt**2 / self.concentrations).sum(axis=1) / self._total
        return np.asarray(-0.5 * (of_scaled + np.log1p(stretch)))

    @property
    def _total(self) -> Annotated[Floats, "J"]:
        total: Floats = self.concentrations.sum(axis=1)
        return total


def start(target: PopulationTarget) -> Annotated[Floats, "D-1"]:
    """The mean that all items together suggest, in coordinates."""
    items = target.likelihood.counts + np.maximum(target.mean.concentration, LEAST_COUNT)
    return np.asarray(np.log(items / items.sum()) @ basis(target.n_dims).T)


def across(target: PopulationTarget, points: Annotated[Floats, "J D"]) -> Across:
    """The peaks given each log κ, by Newton's method from `points`, and the posterior around them.

    Given κ the log posterior is concave in m, a sum of logs of linear functions: there is one peak.
    """
    heights = _log_density(target, points)
    v = basis(target.n_dims)
    for _ in range(MOST_STEPS):
        local = _local(target, points)
        step = local.step
        if not ((local.slope * step).sum(axis=1) > CONVERGED).any():
            break
        longest = np.abs(step).max(axis=1, keepdims=True)
        step *= np.minimum(1.0, LONGEST / np.maximum(longest, LONGEST))
        points, heights = _climbed(target, points, heights=heights, step=step @ v.T)
    local = _local(target, points)
    # For two categories τ_1 τ_2/T times 2 is the curvature by y, and C ∏τ/T the same.
    return Across(
        points,
        log_to_simplex(points[:, 1:]),
        local.concentrations,
        heights + local.log_volume,
        np.exp(local.log_volume),
    )


def _local(target: PopulationTarget, points: Annotated[Floats, "J D"]) -> _Local:
    x, log_mean = points[:, 0], log_to_simplex(points[:, 1:])
    m, bent = np.exp(log_mean), target.likelihood.curvatures(x, log_mean).categories
    slope = (
        target.likelihood.counts
        + target.likelihood.slopes(x, log_mean).categories
        + target.mean.concentration
    )
    return _Local(
        slope=slope - slope.sum(axis=1, keepdims=True) * m,
        concentrations=slope - bent,
        tilt=bent - bent.sum(axis=1, keepdims=True) * m,
    )


def _climbed(
    target: PopulationTarget,
    points: Annotated[Floats, "J D"],
    *,
    heights: Annotated[Floats, "J"],
    step: Annotated[Floats, "J D-1"],
) -> tuple[Annotated[Floats, "J D"], Annotated[Floats, "J"]]:
    """The points after a step each, halved until it climbs."""
    part, tried, found, falls = np.ones(len(points)), points, heights, np.ones(len(points), dtype=bool)
    # The last digits of a large log density, be it of the data or of a far-off κ, do not tell up from down.
    ground = heights - target.likelihood.rounding - 4e-16 * np.abs(heights)
    for _ in range(HALVINGS):
        tried = points.copy()
        tried[:, 1:] += part[:, None] * step
        found = _log_density(target, tried)
        falls = ~(found >= ground)
        if not falls.any():
            break
        part = np.where(falls, 0.5 * part, part)
    return np.where(falls[:, None], points, tried), np.where(falls, heights, found)


def _log_density(target: PopulationTarget, points: Annotated[Floats, "S D"]) -> Annotated[Floats, "S"]:
    return target.log_prior(points) + target.log_likelihood(points)
