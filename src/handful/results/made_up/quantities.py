"""Draws of a model's quantities by their names, all of equal weight: from its prior, or from a posterior.

A pooled model has 'proportions' (S, C), a separate one 'bag_proportions' (S, B, C), Poisson a 'rate' (S,), a
hierarchical one 'proportions' (S, C) and 'precision' (S,), a mixture 'weights' (S, K), 'proportions' (S, K, C) and,
overdispersed, 'precision' (S, K).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from handful.arrays import Floats
from handful.distributions.components import Components
from handful.distributions.density import Density
from handful.distributions.dirichlet import Dirichlet
from handful.distributions.draws import draw_log_dirichlet
from handful.distributions.fixed import Fixed
from handful.distributions.independent import IndependentDirichlets
from handful.distributions.positive import Gamma
from handful.inference.draws_fit import DrawsFit
from handful.inference.fits import Fit
from handful.inference.mode_fit import ModeFit
from handful.inference.outcome import Model
from handful.models.hierarchical import PopulationPrior
from handful.models.mixture_prior import MixturePrior
from handful.models.precision import draw_log
from handful.models.separate import Separate
from handful.results.to_come import draw_recipes

Quantities = Mapping[str, Floats]

LARGEST_LOG = 700.0
"""A double holds e^700."""


def prior_quantities(
    model: Model, categories: Sequence[str], *, n_bags: int, n_draws: int, rng: np.random.Generator
) -> Quantities:
    """Draws from the prior of `model`; a separate model has a recipe for each of `n_bags`.

    Raises
    ------
    ParameterError
        If the prior is over other categories.

    Examples
    --------
    >>> from handful.models.pooled import Pooled
    >>> rng = np.random.default_rng(1)
    >>> prior_quantities(Pooled(), ["blue", "red"], n_bags=3, n_draws=5, rng=rng)["proportions"].shape
    (5, 2)
    """
    prior: object = model.prior_over(categories)
    if isinstance(model, Separate) and isinstance(prior, Dirichlet):
        each = np.broadcast_to(prior.concentration, (n_bags, prior.concentration.size))
        prior = IndependentDirichlets(each, tuple(categories))
    return draw_quantities(prior, n_draws, rng=rng)


def posterior_quantities(fit: Fit, n_draws: int, *, rng: np.random.Generator) -> Quantities:
    """Draws from the posterior of `fit`, weighted ones chosen in proportion to their weights.

    A fit that knows its highest point only gives that point again and again.

    Examples
    --------
    >>> import handful as hf
    >>> found = hf.fit(hf.Pooled(), hf.Counts([[12, 43]], categories=["blue", "not blue"]))
    >>> posterior_quantities(found, 3, rng=np.random.default_rng(1))["proportions"].shape
    (3, 2)
    """
    if isinstance(fit, DrawsFit):
        # Draws that were chosen twice stand side by side: they are shuffled, so that any part of them will do.
        chosen = rng.permutation(fit.posterior.resampled(n_draws, rng=rng))
        return {name: values[chosen] for name, values in fit.draws.items()}
    if isinstance(fit, ModeFit):
        point = fit.posterior.quantities
        return {name: np.broadcast_to(values, (n_draws, *values.shape)) for name, values in point.items()}
    return draw_quantities(fit.posterior, n_draws, rng=rng)


def draw_quantities(distribution: object, n_draws: int, *, rng: np.random.Generator) -> Quantities:
    """Draws from a prior, or from a posterior in closed form, by the names of what it is of.

    Raises
    ------
    ParameterTypeError
        If it is no such distribution.
    """
    if isinstance(distribution, IndependentDirichlets):
        return {"bag_proportions": np.exp(draw_log_dirichlet(distribution.concentration, n_draws, rng=rng))}
    if isinstance(distribution, PopulationPrior):
        log_precision = draw_log(distribution.precision, n_draws, rng=rng)
        return {
            "proportions": distribution.mean.draw(n_draws, rng=rng),
            "precision": np.exp(np.minimum(log_precision, LARGEST_LOG)),
        }
    if isinstance(distribution, MixturePrior):
        return _of_mixture_prior(distribution, n_draws, rng=rng)
    if isinstance(distribution, Components):
        return _of_components(distribution.weights, distribution.recipes, n_draws=n_draws, rng=rng)
    if isinstance(distribution, Gamma):
        return {"rate": distribution.draw(n_draws, rng=rng)}
    if isinstance(distribution, Density):
        distribution = distribution.tabulated()
    return {"proportions": draw_recipes(distribution, n_draws, rng=rng)}


def _of_mixture_prior(prior: MixturePrior, n_draws: int, *, rng: np.random.Generator) -> Quantities:
    each = [Fixed(own) if prior.concentration is None else Dirichlet(own) for own in prior.per_component]
    found = _of_components(prior.weights, each, n_draws=n_draws, rng=rng)
    if prior.precision is None:
        return found
    log_precision = draw_log(prior.precision, n_draws * len(each), rng=rng).reshape(n_draws, -1)
    return {**found, "precision": np.exp(np.clip(log_precision, -LARGEST_LOG, LARGEST_LOG))}


def _of_components(
    weights: Dirichlet | Fixed | None,
    recipes: Sequence[Dirichlet | Fixed],
    *,
    n_draws: int,
    rng: np.random.Generator,
) -> dict[str, Floats]:
    """Weights and components; what is known is the same in every draw."""
    return {
        "weights": np.ones((n_draws, 1)) if weights is None else weights.draw(n_draws, rng=rng),
        "proportions": np.stack([one.draw(n_draws, rng=rng) for one in recipes], axis=1),
    }
