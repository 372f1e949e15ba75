"""Log scores of bags left out where the fit without a bag has a closed form."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from handful.arrays import Floats, Integers
from handful.data.labelled import UNKNOWN, LabelledRows
from handful.data.statistics import Rows
from handful.distributions import dirichlet_multinomial, multinomial
from handful.distributions.beta import Beta
from handful.distributions.components import Components
from handful.distributions.dirichlet import Dirichlet
from handful.distributions.fixed import Fixed
from handful.distributions.negative_binomial import log_evidence
from handful.distributions.positive import Gamma
from handful.distributions.special import log_sum_exp
from handful.inference.dealt import known_items
from handful.inference.fits import Fit
from handful.models.mixture import Mixture
from handful.models.mixture_target import MixtureTarget
from handful.models.poisson import Poisson
from handful.models.pooled import Pooled
from handful.models.separate import Separate
from handful.results.assigning.components import logs_of


def closed_scores(fit: Fit, rows: Rows | LabelledRows) -> Annotated[Floats, "U"] | None:
    """The log score of a bag of each row, that bag left out; None where it takes more than a formula."""
    model = fit.model
    if isinstance(model, Separate):
        return dirichlet_multinomial.log_pmf(rows.distinct, model.prior_over(rows.categories).concentration)
    if isinstance(model, Pooled):
        return _of_one_recipe(model.prior_over(rows.categories), rows)
    if isinstance(model, Poisson):
        return _of_rate(model.prior_over(rows.categories), rows)
    if (
        isinstance(model, Mixture)
        and isinstance(rows, LabelledRows)
        and isinstance(fit.posterior, Components)
    ):
        return _of_components(model, rows)
    return None


def _of_one_recipe(prior: object, rows: Rows | LabelledRows) -> Annotated[Floats, "U"] | None:
    """Dirichlet-multinomial: what the prior and all other bags say of the recipe."""
    if isinstance(prior, Fixed):
        return multinomial.log_pmf(rows.distinct, logs_of(prior.proportions))
    if isinstance(prior, Beta):
        concentration = np.array([prior.a, prior.b])
    elif isinstance(prior, Dirichlet):
        concentration = np.asarray(prior.concentration)
    else:
        return None
    others = rows.multiplicities @ rows.distinct - rows.distinct
    return dirichlet_multinomial.log_pmf(rows.distinct, concentration + others)


def _of_rate(prior: Gamma, rows: Rows | LabelledRows) -> Annotated[Floats, "U"]:
    """Negative binomial, in the same way."""
    events, totals = rows.distinct[:, 0], rows.distinct.sum(axis=1)
    shape = prior.shape + (rows.multiplicities @ events - events)
    rate = prior.rate + (rows.multiplicities @ totals - totals)
    cells = zip(events.tolist(), totals.tolist(), shape.tolist(), rate.tolist(), strict=True)
    return np.array([log_evidence(k, float(n), prior=Gamma(c, d)) for k, n, c, d in cells])


def _of_components(model: Mixture, rows: LabelledRows) -> Annotated[Floats, "U"]:
    """All components known, or all recipes and weights: the counts of a bag whose component is known, given that."""
    target = MixtureTarget.of(model.prior_over(rows.categories), rows)
    known: Annotated[Integers, "U"] = np.zeros_like(rows.known) if model.size == 1 else rows.known
    if target.prior.concentration is None:
        logs = multinomial.log_pmf(rows.distinct[:, None, :], logs_of(target.prior.per_component))
        weights = np.ones(1) if target.prior.weights is None else target.prior.weights.mean
        mixed = log_sum_exp(logs + logs_of(weights))
        own = logs[np.arange(len(known)), np.maximum(known, 0)]
        return np.where(known == UNKNOWN, mixed, own)
    items = known_items(target) if model.size > 1 else (rows.multiplicities @ rows.distinct)[None]
    others = (target.prior.concentration + items)[known] - rows.distinct
    return dirichlet_multinomial.log_pmf(rows.distinct, others)
