"""How far out in its prior a posterior lies: whether prior and bags are at odds, or only both have a say.

Each draw of the posterior has its tail: the part of the prior whose density is no higher than there. Over all worlds
that the prior makes, a draw of the posterior is a draw of the prior, so that its tail is uniform; and the mean of the
tails of a posterior is below α at most in a part 2α of these worlds, whatever the model and however few the bags (Meng
1994). Nothing of it depends on how components are numbered.

References
----------
Meng (1994), Posterior predictive p-values, Annals of Statistics 22:1142, for the bound; Evans & Moshonov (2006),
Checking for prior-data conflict, Bayesian Analysis 1:893, for the question.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from handful.arrays import Floats
from handful.distributions.dirichlet import Dirichlet
from handful.distributions.fixed import Fixed
from handful.distributions.independent import IndependentDirichlets
from handful.distributions.saddlepoint import log_dirichlet_density
from handful.inference.fits import Fit
from handful.models.hierarchical import PopulationPrior
from handful.models.mixture_prior import MixturePrior
from handful.models.precision import log_density
from handful.results.made_up.bags import TINIEST
from handful.results.sensitive.estimates import Key
from handful.results.tree.chains import N_DRAWS, Chains, prior_chains
from handful.results.tree.joint import log_prior

Parts = dict[Key, Floats]
"""The log density of each part of a prior at S draws, S first: of the weights, the shares, the precisions, each bag."""


def prior_tails(fit: Fit, posterior: Chains, *, rng: np.random.Generator) -> dict[Key, float]:
    """The part of the prior that is no likelier than where the posterior lies, for each part of the model.

    It is multiplied by the number of parts, so that the smallest of them may be judged alone, and is 1 at most.

    Parameters
    ----------
    fit : Fit
        What was fitted.
    posterior : Chains
        Draws of its posterior, without weights.
    rng : Generator
        Of the draws of the prior.
    """
    many = replace(posterior, n_draws=N_DRAWS, origin=None)
    before = _parts(fit, prior_chains(fit, like=many, rng=rng).quantities)
    after = _parts(fit, posterior.quantities)
    if isinstance(fit.posterior, IndependentDirichlets):
        # All bags have the same prior, and so many more draws of it.
        together = np.concatenate(list(before.values())) if before else np.zeros(0)
        before = dict.fromkeys(before, together)
    return {key: min(1.0, len(after) * _mean_rank(before[key], after[key])) for key in after}


def part_of(key: Key) -> Key:
    """The part of the prior that a parameter belongs to."""
    return Key(key.name, None, key.bag, None)


def _mean_rank(before: ArrayLike, after: ArrayLike) -> float:
    """The part of `before` that is below each of `after`, half of what is equal to it, and the mean of these."""
    ordered = np.sort(np.asarray(before))
    ranks = sum(np.searchsorted(ordered, after, side=side) for side in ("left", "right"))
    return float(np.mean(ranks)) / (2.0 * len(ordered))


def _parts(fit: Fit, quantities: Mapping[str, Floats]) -> Parts:
    prior = fit.model.prior_over(fit.data.categories)
    if "bag_proportions" in quantities and isinstance(prior, Dirichlet):
        shares = _lifted(quantities["bag_proportions"])
        each = log_dirichlet_density(prior.concentration, shares)
        return {Key("proportions", None, bag, None): each[:, b] for b, bag in enumerate(fit.data.bags)}
    if isinstance(prior, MixturePrior):
        return _of_mixture(prior, quantities)
    if isinstance(prior, PopulationPrior):
        of_precision = log_density(prior.precision, np.log(quantities["precision"]))
        return {
            **_of_shares(prior.mean, quantities),
            Key("log precision", None, None, None): of_precision,
        }
    return {} if not quantities else _of_shares(prior, quantities)


def _of_shares(prior: object, quantities: Mapping[str, Floats]) -> Parts:
    if isinstance(prior, Fixed):
        return {}
    name = "rate" if "rate" in quantities else "proportions"
    return {Key(name, None, None, None): log_prior(prior, {name: _lifted(quantities[name])})}


def _of_mixture(prior: MixturePrior, quantities: Mapping[str, Floats]) -> Parts:
    found: Parts = {}
    if isinstance(prior.weights, Dirichlet):
        weights = log_dirichlet_density(prior.weights.concentration, _lifted(quantities["weights"]))
        found[Key("weights", None, None, None)] = weights
    if prior.concentration is not None:
        shares = log_dirichlet_density(prior.concentration, _lifted(quantities["proportions"]))
        found[Key("proportions", None, None, None)] = shares.sum(axis=1)
    if prior.precision is not None:
        x = np.log(quantities["precision"])
        of_precision = log_density(prior.precision, x.ravel()).reshape(x.shape)
        found[Key("log precision", None, None, None)] = of_precision.sum(axis=1)
    return found


def _lifted(shares: Floats) -> Floats:
    """What underflow has made a 0 is lifted: of a concentration below 1 the density is infinite there."""
    return np.maximum(shares, TINIEST)
