"""The second derivatives of a mixture's log posterior at a point, the assignments summed out, in one pass.

With s_k the derivatives of component k's log weight and log probability of a row (its score), r_k the part of the
row that it takes, and m the row's multiplicity,

    Σ_rows m [Σ_kl r_k (δ_kl − r_l) s_k s_lᵀ + Σ_k r_k ∇² (log θ_k + log f_k)] + ∇² log prior.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np

from handful.arrays import Floats
from handful.distributions.simplex import basis
from handful.models import precision as precisions
from handful.models.component_rows import spread
from handful.models.mixture_layout import Layout, MixturePoints
from handful.models.mixture_likelihood import Chunk
from handful.models.mixture_target import MixtureTarget
from handful.products import product


def hessian(target: MixtureTarget, point: Annotated[Floats, "D"]) -> Annotated[Floats, "D D"]:
    """The Hessian of log prior plus log likelihood at one point."""
    layout = target.layout
    at = layout.split(point[None])
    found = np.zeros((target.n_dims, target.n_dims))
    for chunk in target.likelihood.chunks:
        found += _of_rows(chunk, at, layout=layout)
    return found + _of_prior(target, at)


def _of_rows(chunk: Chunk, at: MixturePoints, *, layout: Layout) -> Annotated[Floats, "D D"]:
    """What some of the rows add."""
    taken = chunk.taken(at)[0]
    scores = [np.column_stack([chunk.rows.scores(at, k), chunk.unknown]) for k in range(len(taken))]
    by_weights = _log_weights_by_coordinates(np.exp(at.log_weights[0]), layout)
    found = np.zeros((layout.n_dims, layout.n_dims))
    theta = slice(0, layout.n_weights)
    for k, own in enumerate(scores):
        mine = layout.component(k)
        found[mine, mine] += chunk.rows.curvature(at, k, taken=chunk.bags * taken[k])
        for other in range(k, len(scores)):
            shared = chunk.bags * taken[k] * ((other == k) - taken[other])
            crossed = product(np.ascontiguousarray(own.T), shared[:, None] * scores[other])
            for one, two, block in ((k, other, crossed), (other, k, crossed.T))[: 1 if other == k else 2]:
                found[layout.component(one), layout.component(two)] += block[:-1, :-1]
                found[layout.component(one), theta] += np.outer(block[:-1, -1], by_weights[two])
                found[theta, layout.component(two)] += np.outer(by_weights[one], block[-1, :-1])
                found[theta, theta] += block[-1, -1] * np.outer(by_weights[one], by_weights[two])
    if layout.n_weights:
        found[theta, theta] -= float(chunk.bags @ chunk.unknown) * spread(np.exp(at.log_weights[0]))
    return found


def _log_weights_by_coordinates(weights: Annotated[Floats, "K"], layout: Layout) -> Annotated[Floats, "K d"]:
    """The derivatives of each log θ_k by the coordinates of θ: (I − 1 θᵀ) Vᵀ."""
    if not layout.n_weights:
        return np.zeros((len(weights), 0))
    v = basis(len(weights))
    return np.asarray(v.T - v @ weights)


def _of_prior(target: MixtureTarget, at: MixturePoints) -> Annotated[Floats, "D D"]:
    """What the prior adds: nothing but the blocks of its parts."""
    layout, found = target.layout, np.zeros((target.n_dims, target.n_dims))
    t, a = target.weights_concentration, target.prior.concentration
    if t is not None:
        theta = slice(0, layout.n_weights)
        found[theta, theta] = -t.sum() * spread(np.exp(at.log_weights[0]))
    for k in range(layout.n_components):
        mine = layout.component(k)
        if at.log_precision is not None and target.prior.precision is not None:
            bent = precisions.curvature(target.prior.precision, at.log_precision[0, k : k + 1])
            found[mine.start, mine.start] = bent[0]
        if a is not None:
            mean = slice(mine.stop - layout.n_means, mine.stop)
            found[mean, mean] = -a[k].sum() * spread(np.exp(at.log_mean[0, k]))
    return found
