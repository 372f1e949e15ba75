"""The log prior and the log likelihood of all bags together, at draws."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import numpy as np
from scipy.special import gammaln, xlogy

from handful.arrays import Floats
from handful.data.histograms import Histograms
from handful.data.statistics import Exposure, Totals
from handful.distributions.beta import Beta
from handful.distributions.density import Density
from handful.distributions.dirichlet import Dirichlet
from handful.distributions.fixed import Fixed
from handful.distributions.positive import Gamma
from handful.distributions.saddlepoint import log_dirichlet_density
from handful.distributions.special import log_multinomial_coefficient
from handful.distributions.tabulated import Tabulated
from handful.inference.fits import Fit
from handful.models.hierarchical import PopulationPrior
from handful.models.mixture_prior import MixturePrior
from handful.models.population import PopulationLikelihood
from handful.models.precision import log_density
from handful.results.made_up.bags import TINIEST


def log_prior(prior: object, quantities: Mapping[str, Floats]) -> Annotated[Floats, "S"]:
    """The log density of `prior`, in nats: of the first C − 1 proportions, of log κ, of the rate.

    Of a mixture it is that of the first K − 1 weights, and of all components. What is known exactly has no density,
    and adds 0.
    """
    if isinstance(prior, PopulationPrior):
        of_mean = log_prior(prior.mean, quantities)
        return np.asarray(of_mean + log_density(prior.precision, np.log(quantities["precision"])))
    if isinstance(prior, MixturePrior):
        return _log_mixture_prior(prior, quantities)
    if isinstance(prior, Gamma):
        return np.asarray(prior.log_prob(quantities["rate"]))
    proportions = quantities["proportions"]
    if isinstance(prior, Fixed):
        return np.zeros(len(proportions))
    if isinstance(prior, Density):
        prior = prior.tabulated()
    if isinstance(prior, Tabulated):
        return np.asarray(prior.log_prob(proportions[:, 0]))
    if isinstance(prior, Beta):
        return log_dirichlet_density(np.array([prior.a, prior.b]), proportions)
    if isinstance(prior, Dirichlet):
        return log_dirichlet_density(prior.concentration, proportions)
    raise TypeError(prior)


def _log_mixture_prior(prior: MixturePrior, quantities: Mapping[str, Floats]) -> Annotated[Floats, "S"]:
    # What underflow has made a 0 is lifted: of a concentration below 1 the density is infinite there.
    shares = {name: np.maximum(quantities[name], TINIEST) for name in ("weights", "proportions")}
    found = np.zeros(len(shares["weights"]))
    if isinstance(prior.weights, Dirichlet):
        found += log_dirichlet_density(prior.weights.concentration, shares["weights"])
    if prior.concentration is not None:
        found += log_dirichlet_density(prior.concentration, shares["proportions"]).sum(axis=1)
    if prior.precision is not None:
        x = np.log(quantities["precision"])
        found += log_density(prior.precision, x.ravel()).reshape(x.shape).sum(axis=1)
    return found


def log_likelihood_of_all(fit: Fit, quantities: Mapping[str, Floats]) -> Annotated[Floats, "S"]:
    """The log probability of the counts of all bags, in nats, from the statistic that the fit has kept."""
    statistic = fit.statistic
    if isinstance(statistic, Exposure):
        expected = quantities["rate"] * statistic.items
        found = xlogy(statistic.events, expected) - expected - gammaln(statistic.events + 1.0)
        return np.asarray(found + statistic.log_split)
    log_mean = np.log(np.maximum(quantities["proportions"], TINIEST))
    if isinstance(statistic, Histograms):
        return PopulationLikelihood.of(statistic).value(np.log(quantities["precision"]), log_mean)
    if isinstance(statistic, Totals):
        found = np.einsum("sc,c->s", log_mean, statistic.counts.astype(np.float64))
        return np.asarray(found + log_multinomial_coefficient(statistic.counts) + statistic.log_split)
    raise TypeError(statistic)
