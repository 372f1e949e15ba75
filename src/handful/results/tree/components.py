"""Draws of a mixture's components: from its prior, or from a posterior that is known in closed form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from handful.arrays import Floats
from handful.data.labelled import LabelledRows
from handful.distributions.dirichlet import Dirichlet
from handful.distributions.fixed import Fixed
from handful.models.mixture_prior import MixturePrior
from handful.models.precision import draw_log

LARGEST_LOG = 700.0
"""A double holds e^700."""


def given_labels(prior: MixturePrior, statistic: LabelledRows) -> MixturePrior:
    """The prior once the known components are seen, and no counts: each of their bags is a bag more for its weight."""
    if not isinstance(prior.weights, Dirichlet):
        return prior
    concentration = prior.weights.concentration + statistic.n_known_of(prior.n_components)
    return replace(prior, weights=Dirichlet(concentration, statistic.components or None))


def draw_of_prior(prior: MixturePrior, n_draws: int, *, rng: np.random.Generator) -> Mapping[str, Floats]:
    """Draws of weights and components from their prior."""
    each = [Fixed(own) if prior.concentration is None else Dirichlet(own) for own in prior.per_component]
    found = draw_components(prior.weights, each, n_draws=n_draws, rng=rng)
    if prior.precision is None:
        return found
    log_precision = draw_log(prior.precision, n_draws * len(each), rng=rng).reshape(n_draws, -1)
    return {**found, "precision": np.exp(np.clip(log_precision, -LARGEST_LOG, LARGEST_LOG))}


def draw_components(
    weights: Dirichlet | Fixed | None,
    recipes: Sequence[Dirichlet | Fixed],
    *,
    n_draws: int,
    rng: np.random.Generator,
) -> dict[str, Floats]:
    """Draws of 'weights' (S, K) and 'proportions' (S, K, C); what is known is the same in every draw."""
    return {
        "weights": np.ones((n_draws, 1)) if weights is None else weights.draw(n_draws, rng=rng),
        "proportions": np.stack([one.draw(n_draws, rng=rng) for one in recipes], axis=1),
    }
