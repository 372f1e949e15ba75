"""Mixtures with a closed form: every bag's component is known, or the recipes and the weights are."""

from __future__ import annotations

import math

import numpy as np

from handful.data.labelled import UNKNOWN, LabelledRows
from handful.distributions.components import Components
from handful.distributions.dirichlet import Dirichlet
from handful.distributions.fixed import Fixed
from handful.errors import EngineError
from handful.inference.evidence import Evidence
from handful.inference.identified import notes_of
from handful.inference.outcome import Model, Outcome, Statistic
from handful.models.mixture import Mixture
from handful.models.mixture_prior import MixturePrior
from handful.models.mixture_target import MixtureTarget


def is_closed(model: Model, statistic: Statistic) -> bool:
    """Whether the posterior of a mixture has a closed form."""
    if not (isinstance(model, Mixture) and isinstance(statistic, LabelledRows)) or model.overdispersed:
        return False
    return _all_known(model, statistic) or (model.recipes_are_known and isinstance(model.weights, Fixed))


def closed(model: Model, statistic: Statistic) -> Outcome:
    """The closed form, and the evidence of the counts given the components that are known.

    Raises
    ------
    EngineError
        If there is none.
    """
    if not (
        isinstance(model, Mixture) and isinstance(statistic, LabelledRows) and is_closed(model, statistic)
    ):
        raise EngineError(engine="exact", reason="the components of some bags are unknown")
    prior = model.prior_over(statistic.categories)
    if not _all_known(model, statistic):
        target, nowhere = MixtureTarget.of(prior, statistic), np.zeros((1, 0))
        value, told = (
            target.log_likelihood(nowhere),
            notes_of(target, target.layout.split(nowhere), weights=np.ones(1)),
        )
        recipes = tuple(_recipe(prior, k, categories=statistic.categories) for k in range(model.size))
        posterior = Components(_named(prior.weights, statistic), recipes, statistic.components)
        return Outcome(posterior, Evidence(float(value[0])), told)
    known = np.zeros_like(statistic.known) if model.size == 1 else statistic.known
    bags = statistic.rows.table
    of_bag = known[statistic.row_of_bag]
    conditioned = [
        _recipe(prior, k, categories=statistic.categories).condition(bags[of_bag == k])
        for k in range(model.size)
    ]
    weights = prior.weights
    if isinstance(weights, Dirichlet):
        n_known = np.bincount(of_bag, minlength=model.size)
        weights = Dirichlet(weights.concentration + n_known)
    posterior = Components(
        _named(weights, statistic), tuple(one.posterior for one in conditioned), statistic.components
    )
    return Outcome(posterior, Evidence(math.fsum(one.log_evidence for one in conditioned)))


def _named(weights: Dirichlet | Fixed | None, statistic: LabelledRows) -> Dirichlet | Fixed | None:
    """The weights by the components' names, which labels may have given them."""
    if isinstance(weights, Dirichlet):
        return Dirichlet(weights.concentration, statistic.components)
    return None if weights is None else Fixed(weights.proportions, statistic.components)


def _all_known(model: Mixture, statistic: LabelledRows) -> bool:
    return model.size == 1 or bool((statistic.known != UNKNOWN).all())


def _recipe(prior: MixturePrior, k: int, *, categories: tuple[str, ...]) -> Dirichlet | Fixed:
    own = prior.per_component[k]
    return Fixed(own, categories) if prior.concentration is None else Dirichlet(own, categories)
