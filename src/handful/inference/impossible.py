"""Counts to which a prior gives no chance: which bag, and what in it."""

from __future__ import annotations

import numpy as np

from handful.arrays import Floats
from handful.data.counts import Counts
from handful.data.histograms import Histograms
from handful.distributions.fixed import Fixed
from handful.errors import ImpossibleData
from handful.inference.outcome import Model
from handful.models.hierarchical import PopulationPrior
from handful.models.mixture import Mixture
from handful.models.mixture_prior import MixturePrior


def impossible(model: Model, counts: Counts | Histograms) -> ImpossibleData:
    """The error that names the first bag with an item that the prior rules out."""
    prior = model.prior_over(counts.categories)
    if isinstance(prior, MixturePrior) and isinstance(model, Mixture) and isinstance(counts, Counts):
        return _under_all(model, prior, counts=counts)
    mean = prior.mean if isinstance(prior, PopulationPrior) else prior
    shares = mean.proportions if isinstance(mean, Fixed) else np.ones(len(counts.categories))
    if isinstance(counts, Histograms):
        category = int(np.flatnonzero((shares == 0) & (counts.counts > 0))[0])
        return ImpossibleData(
            bag="(one of those in the histograms)",
            category=counts.categories[category],
            found=int(counts.counts[category]),
        )
    return _named(counts, np.broadcast_to(shares, counts.table.shape))


def _under_all(model: Mixture, prior: MixturePrior, *, counts: Counts) -> ImpossibleData:
    """The first bag that none of the components can have filled; of a known component, that one cannot."""
    statistic = model.compress(counts)
    known = statistic.known[statistic.row_of_bag]
    shares = prior.per_component
    weights = prior.weights.proportions if isinstance(prior.weights, Fixed) else np.ones(len(shares))
    here = (counts.table @ (shares == 0).astype(np.int64).T == 0) & (weights > 0)
    here &= (known[:, None] < 0) | (known[:, None] == np.arange(len(shares)))
    bag = int(np.flatnonzero(~here.any(axis=1))[0])
    of_bag = shares[known[bag]] if known[bag] >= 0 else shares[int(np.argmax(weights > 0))]
    one = np.ones(counts.table.shape)
    one[bag] = of_bag
    return _named(counts, one)


def _named(counts: Counts, shares: Floats) -> ImpossibleData:
    """The first cell that holds what has no share."""
    bag, category = (int(i) for i in np.argwhere((shares == 0) & (counts.table > 0))[0])
    return ImpossibleData(
        bag=counts.bags[bag], category=counts.categories[category], found=int(counts.table[bag, category])
    )
