"""Places to climb from in a mixture's posterior: expectation-maximisation from bags that are far apart.

EM goes a long way cheaply where Newton's method would be lost.

References
----------
Dempster, Laird & Rubin (1977), Journal of the Royal Statistical Society B 39:1; Arthur & Vassilvitskii (2007),
Proceedings of the 18th ACM-SIAM Symposium on Discrete Algorithms: 1027, for starts that are far apart.
"""

from __future__ import annotations

from itertools import combinations, permutations
from typing import Annotated

import numpy as np

from handful.arrays import Floats
from handful.data.labelled import UNKNOWN
from handful.models.mixture_layout import MixturePoints
from handful.models.mixture_target import MixtureTarget
from handful.progress import each

N_STARTS = 24
N_KEPT = 6
EM_STEPS = 60

FIRST_PRECISION = 50.0
ALL_ORDERS = 4
"""Of up to so many components every order is tried, of more any two exchanged."""


def starts(target: MixtureTarget, *, rng: np.random.Generator) -> Annotated[Floats, "S D"]:
    """Points from which peaks can be climbed: the best that EM has found."""
    at = _seeds(target, rng=rng)
    for _ in each(range(EM_STEPS), "step to a start"):
        at = em_step(target, at)
    points = _joined(target, at)
    heights = target.log_prior(points) + target.log_likelihood(points)
    return np.asarray(points[np.argsort(-heights, kind="stable")[:N_KEPT]])


def exchanged(target: MixtureTarget, points: Annotated[Floats, "S D"]) -> Annotated[Floats, "T D"]:
    """The points with their components in every other order, or with any two exchanged where orders are many."""
    k = target.layout.n_components
    orders = list(permutations(range(k)))[1:] if k <= ALL_ORDERS else _pairs(k)
    at = target.layout.split(points)
    every = [at.of(np.array(order)) for order in orders]
    return np.concatenate([_joined(target, one) for one in every])


def em_step(target: MixtureTarget, at: MixturePoints) -> MixturePoints:
    """A step of EM, for all points at once: the mode in these coordinates of (t + bags) and (a + items).

    Overdispersed components are taken for multinomial ones here: their precision stays.
    """
    found = target.likelihood.slopes(at)
    log_weights, log_mean = at.log_weights, at.log_mean
    if target.weights_concentration is not None:
        log_weights = _log_shares(target.weights_concentration + found.bags)
    if target.prior.concentration is not None:
        log_mean = _log_shares(target.prior.concentration + np.maximum(found.by_mean, 0.0))
    return MixturePoints(log_weights, at.log_precision, log_mean)


def _seeds(target: MixtureTarget, *, rng: np.random.Generator) -> MixturePoints:
    """Components that begin as single bags far apart, each drawn towards all bags and towards its own prior."""
    layout, few = target.layout, target.statistic
    n_components = layout.n_components
    table = few.distinct.astype(np.float64)
    totals = table.sum(axis=1)
    pool = np.flatnonzero((few.known == UNKNOWN) & (totals > 0))
    everything = table.sum(axis=0) + 1.0
    prior = target.prior.per_component
    means = np.empty((N_STARTS, n_components, layout.n_categories))
    for start in range(N_STARTS):
        for k in range(n_components):
            means[start, k] = prior[k] + 0.1 * everything / everything.sum()
        if start and pool.size:
            chosen = _far_apart(table[pool], n_components, rng=rng)
            means[start] += table[pool[chosen]]
        elif start == 0 and target.prior.concentration is not None:
            # Around what all bags together are, each its own way.
            means[start] += everything * (1.0 + 0.1 * rng.standard_normal(means[start].shape))
    for k in range(n_components):
        own = few.known == k
        means[:, k] += (few.multiplicities[own] @ table[own])[None] if own.any() else 0.0
    log_mean = layout.log_recipes if layout.log_recipes is not None else _log_shares(np.maximum(means, 1e-9))
    weights = np.full((N_STARTS, n_components), 1.0 / n_components)
    fixed = layout.log_weights
    precision = np.full(weights.shape, np.log(FIRST_PRECISION)) if layout.overdispersed else None
    return MixturePoints(
        np.log(weights) if fixed is None else np.broadcast_to(fixed, weights.shape),
        precision,
        np.broadcast_to(log_mean, means.shape),
    )


def _far_apart(table: Annotated[Floats, "U C"], n: int, *, rng: np.random.Generator) -> list[int]:
    """Rows one after another, each chosen in proportion to its squared distance from the nearest chosen one.

    The distance is Hellinger's, between the rows' shares, times the root of the items.
    """
    totals = table.sum(axis=1)
    roots = np.sqrt(table / totals[:, None])
    chosen = [int(rng.integers(len(table)))]
    squares = np.full(len(table), np.inf)
    for _ in range(n - 1):
        squares = np.minimum(squares, ((roots - roots[chosen[-1]]) ** 2).sum(axis=1) * totals)
        whole = squares.sum()
        chosen.append(int(rng.choice(len(table), p=squares / whole)) if whole > 0 else chosen[-1])
    return chosen


def _log_shares(values: Annotated[Floats, "... C"]) -> Annotated[Floats, "... C"]:
    return np.asarray(np.log(values) - np.log(values.sum(axis=-1, keepdims=True)))


def _joined(target: MixtureTarget, at: MixturePoints) -> Annotated[Floats, "S D"]:
    """The coordinates of what is known by its logs."""
    return target.layout.join(at.log_weights, at.log_precision, by_mean=at.log_mean)


def _pairs(size: int) -> list[tuple[int, ...]]:
    """All orders in which two of the components are exchanged."""
    found = []
    for i, j in combinations(range(size), 2):
        order = list(range(size))
        order[i], order[j] = j, i
        found.append(tuple(order))
    return found
