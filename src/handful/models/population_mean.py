"""The posterior of a population's mean and precision in the coordinates (log κ, y), y = V log m.

The gradient and the Hessian are those of DESIGN.md, section 4: with r = i/(α_c + i), F′_c = −Σ H_c r,
F″_c = Σ H_c r (1 − r), u = n + F′, and G the same sum for the totals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from handful.arrays import Floats
from handful.distributions.dirichlet import Dirichlet
from handful.distributions.saddlepoint import log_dirichlet_density_of_logs
from handful.distributions.simplex import basis, log_to_simplex
from handful.models import precision as precisions
from handful.models.population import PopulationLikelihood
from handful.models.population_curvature import population_hessian
from handful.models.precision import PrecisionPrior


@dataclass(frozen=True, slots=True, eq=False)
class PopulationTarget:
    """The posterior of (log κ, y) of a population.

    Parameters
    ----------
    likelihood : PopulationLikelihood
        Of all bags.
    mean : Dirichlet
        The prior on m.
    precision : LogNormal, Gamma or HalfNormal
        The prior on κ.
    """

    likelihood: PopulationLikelihood
    mean: Dirichlet
    precision: PrecisionPrior

    @property
    def n_dims(self) -> int:
        """How many coordinates there are: 1 and C − 1."""
        return int(self.mean.concentration.size)

    def log_prior(self, points: Annotated[Floats, "S D"]) -> Annotated[Floats, "S"]:
        """The log prior of log κ and of y."""
        of_mean = log_dirichlet_density_of_logs(self.mean.concentration, log_to_simplex(points[:, 1:]))
        return np.asarray(precisions.log_density(self.precision, points[:, 0]) + of_mean)

    def log_likelihood(self, points: Annotated[Floats, "S D"]) -> Annotated[Floats, "S"]:
        """The log probability of all bags' counts."""
        return self.likelihood.value(points[:, 0], log_to_simplex(points[:, 1:]))

    def prior_gradient(self, points: Annotated[Floats, "S D"]) -> Annotated[Floats, "S D"]:
        """The derivatives of the log prior: those of y are V (a − (Σa) m)."""
        m = np.exp(log_to_simplex(points[:, 1:]))
        a = self.mean.concentration
        by_precision = precisions.slope(self.precision, points[:, 0])
        return np.column_stack([by_precision, (a - a.sum() * m) @ basis(a.size).T])

    def likelihood_gradient(self, points: Annotated[Floats, "S D"]) -> Annotated[Floats, "S D"]:
        """The derivatives of the log likelihood: ΣF′ − G′, and V (u − (Σu) m)."""
        log_mean = log_to_simplex(points[:, 1:])
        slopes = self.likelihood.slopes(points[:, 0], log_mean)
        u = self.likelihood.counts + slopes.categories
        by_mean = (u - u.sum(axis=1, keepdims=True) * np.exp(log_mean)) @ basis(self.n_dims).T
        return np.column_stack([slopes.categories.sum(axis=1) - slopes.total, by_mean])

    def slope(self, points: Annotated[Floats, "S D"], temperature: float) -> Annotated[Floats, "S D"]:
        """The derivatives of log prior + temperature · log likelihood."""
        return self.prior_gradient(points) + temperature * self.likelihood_gradient(points)

    def hessian(self, points: Annotated[Floats, "S D"]) -> Annotated[Floats, "S D D"]:
        """The second derivatives of log prior plus log likelihood; ``across`` has its inverse in closed form."""
        x, log_mean = points[:, 0], log_to_simplex(points[:, 1:])
        slopes, bends = self.likelihood.slopes(x, log_mean), self.likelihood.curvatures(x, log_mean)
        found = population_hessian(
            np.exp(log_mean),
            u=self.likelihood.counts + slopes.categories + self.mean.concentration,
            bent=bends.categories,
            bent_total=bends.total,
        )
        found[:, 0, 0] += precisions.curvature(self.precision, x)
        return found

    def draw_prior(self, n_draws: int, *, rng: np.random.Generator) -> Annotated[Floats, "S D"]:
        """Points drawn from the prior."""
        x = precisions.draw_log(self.precision, n_draws, rng=rng)
        return np.column_stack([x, self.mean.draw_log(n_draws, rng=rng) @ basis(self.n_dims).T])

    def quantities(self, points: Annotated[Floats, "S D"]) -> Mapping[str, Floats]:
        """The population's mean m as 'proportions' (S, C), and κ as 'precision' (S,)."""
        return {"proportions": np.exp(log_to_simplex(points[:, 1:])), "precision": _exp(points[:, 0])}


def _exp(x: Annotated[Floats, "S"]) -> Annotated[Floats, "S"]:
    """κ, which a double must be able to hold."""
    return np.exp(np.clip(x, -700.0, 700.0))
