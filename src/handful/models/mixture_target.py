"""The posterior of a mixture in unbounded coordinates, the assignments summed out.

With r_bk = P(component k | bag b), S_k = Σ_b r_bk k_b and V the isometric log-ratio basis, the gradient by the
coordinates of q_k is V (a_k + S_k − (Σ a_k + S_k) q_k), and by those of θ V (t + Σ_b r_b − (Σt + B) θ).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

import numpy as np

from handful.arrays import Floats, Integers
from handful.data.labelled import LabelledRows
from handful.distributions.dirichlet import Dirichlet
from handful.distributions.draws import draw_log_dirichlet
from handful.distributions.saddlepoint import log_dirichlet_density_of_logs
from handful.models import precision as precisions
from handful.models.mixture_layout import Layout, MixturePoints
from handful.models.mixture_likelihood import MixtureLikelihood
from handful.models.mixture_prior import MixturePrior
from handful.models.rough_slopes import RoughSlopes
from handful.products import folded

FURTHEST = 700.0
TINIEST = 1e-300


@dataclass(frozen=True, slots=True, eq=False)
class MixtureTarget:
    """The posterior of weights and components, given the components that are known of some bags.

    Parameters
    ----------
    prior : MixturePrior
        Of all of them, before any label is seen.
    statistic : LabelledRows
        The rows.
    layout : Layout
        Which coordinate is what.
    likelihood : MixtureLikelihood
        Of all bags' counts.
    n_known : array of int, shape (K,)
        How many bags are known to come from each component. They add to the prior on the weights: the
        evidence is that of the counts, given the labels.
    rough : RoughSlopes or None
        A quick way to the slope, where there is one.
    """

    prior: MixturePrior
    statistic: LabelledRows
    layout: Layout
    likelihood: MixtureLikelihood
    n_known: Annotated[Integers, "K"]
    rough: RoughSlopes | None

    @staticmethod
    def of(prior: MixturePrior, statistic: LabelledRows) -> MixtureTarget:
        """The posterior under `prior`, given these rows."""
        layout = Layout.of(prior)
        n_known = statistic.n_known_of(layout.n_components)
        likelihood = MixtureLikelihood.of(statistic, layout)
        rough = RoughSlopes.of(
            statistic,
            layout,
            weights=weights_given(prior, n_known),
            components=prior.concentration,
        )
        return MixtureTarget(prior, statistic, layout, likelihood, n_known, rough)

    @property
    def n_dims(self) -> int:
        """D."""
        return self.layout.n_dims

    @property
    def weights_concentration(self) -> Annotated[Floats, "K"] | None:
        """That of the prior on θ after the labels: t + n_known; None where θ is known."""
        return weights_given(self.prior, self.n_known)

    def log_prior(self, points: Annotated[Floats, "S D"]) -> Annotated[Floats, "S"]:
        """The log density of the prior."""
        at = self.layout.split(points)
        found = np.zeros(len(points))
        if self.weights_concentration is not None:
            found += log_dirichlet(self.weights_concentration, at.log_weights)
        if self.prior.concentration is not None:
            found += sum(log_dirichlet(a, at.log_mean[:, k]) for k, a in enumerate(self.prior.concentration))
        if at.log_precision is not None and self.prior.precision is not None:
            flat = precisions.log_density(self.prior.precision, at.log_precision.ravel())
            found += flat.reshape(at.log_precision.shape).sum(axis=1)
        return found

    def log_likelihood(self, points: Annotated[Floats, "S D"]) -> Annotated[Floats, "S"]:
        """The log probability of all bags' counts."""
        return self.likelihood.value(self.layout.split(points))

    def prior_gradient(self, points: Annotated[Floats, "S D"]) -> Annotated[Floats, "S D"]:
        """The derivatives of the log prior."""
        at = self.layout.split(points)
        t = self.weights_concentration
        by_weights = np.zeros(at.log_weights.shape) if t is None else t - t.sum() * np.exp(at.log_weights)
        a = self.prior.concentration
        by_mean = np.zeros(at.log_mean.shape)
        if a is not None:
            by_mean += a - a.sum(axis=1, keepdims=True) * np.exp(at.log_mean)
        by_precision = None
        if at.log_precision is not None and self.prior.precision is not None:
            flat = precisions.slope(self.prior.precision, at.log_precision.ravel())
            by_precision = flat.reshape(at.log_precision.shape)
        return self.layout.join(by_weights, by_precision, by_mean=by_mean)

    def likelihood_gradient(self, points: Annotated[Floats, "S D"]) -> Annotated[Floats, "S D"]:
        """The derivatives of the log likelihood."""
        at = self.layout.split(points)
        found = self.likelihood.slopes(at)
        by_weights = found.bags - folded(np.add, found.bags, axis=1)[:, None] * np.exp(at.log_weights)
        u = found.by_mean
        by_mean = u - folded(np.add, u, axis=2)[:, :, None] * np.exp(at.log_mean)
        return self.layout.join(by_weights, found.by_precision, by_mean=by_mean)

    def slope(self, points: Annotated[Floats, "S D"], temperature: float) -> Annotated[Floats, "S D"]:
        """The derivatives of log prior + temperature · log likelihood, in seven digits where those will do."""
        if self.rough is not None:
            return self.rough.at(points, temperature)
        return self.prior_gradient(points) + temperature * self.likelihood_gradient(points)

    def draw_prior(self, n_draws: int, *, rng: np.random.Generator) -> Annotated[Floats, "S D"]:
        """Points drawn from the prior."""
        k = self.layout.n_components
        t, a = self.weights_concentration, self.prior.concentration
        shape = (n_draws, k, self.layout.n_categories)
        log_weights = np.zeros((n_draws, k)) if t is None else draw_log_dirichlet(t, n_draws, rng=rng)
        log_mean = np.zeros(shape) if a is None else draw_log_dirichlet(a, n_draws, rng=rng)
        log_precision = None
        if self.prior.precision is not None:
            log_precision = precisions.draw_log(self.prior.precision, n_draws * k, rng=rng).reshape(
                n_draws, k
            )
        return self.layout.join(log_weights, log_precision, by_mean=log_mean)

    def quantities(self, points: Annotated[Floats, "S D"]) -> Mapping[str, Floats]:
        """'weights' (S, K), the components' 'proportions' (S, K, C) and, overdispersed, 'precision' (S, K)."""
        return quantities_of(self.layout.split(points))


def weights_given(prior: MixturePrior, n_known: Annotated[Integers, "K"]) -> Annotated[Floats, "K"] | None:
    """The concentration of the weights after so many labels; None where they are known."""
    if not isinstance(prior.weights, Dirichlet):
        return None
    return np.asarray(prior.weights.concentration + n_known)


def log_dirichlet(a: Annotated[Floats, "C"], log_q: Annotated[Floats, "S C"]) -> Annotated[Floats, "S"]:
    """The log density of Dirichlet(a) in coordinates, counted from its mean: the careful form is slow for many."""
    log_mean, height = _mean_of(tuple(a.tolist()))
    return np.asarray(height + (log_q - log_mean) @ a)


@lru_cache(maxsize=64)
def _mean_of(a: tuple[float, ...]) -> tuple[Annotated[Floats, "C"], float]:
    """The log of the mean of Dirichlet(a), and the log density there, which are asked for thousands of times."""
    log_mean = np.log(np.array(a) / np.sum(a))
    log_mean.flags.writeable = False
    return log_mean, float(log_dirichlet_density_of_logs(np.array(a), log_mean))


def quantities_of(at: MixturePoints) -> dict[str, Floats]:
    """Weights, proportions and precisions themselves."""
    found = {"weights": np.exp(at.log_weights), "proportions": np.exp(at.log_mean)}
    if at.log_precision is not None:
        found["precision"] = np.exp(np.clip(at.log_precision, -FURTHEST, FURTHEST))
    return found


def points_of(quantities: Mapping[str, Floats]) -> MixturePoints:
    """The points whose quantities these are; of what underflowed, the log of the least that could have been kept."""
    logs = {name: np.log(np.maximum(values, TINIEST)) for name, values in quantities.items()}
    return MixturePoints(logs["weights"], logs.get("precision"), logs["proportions"])
