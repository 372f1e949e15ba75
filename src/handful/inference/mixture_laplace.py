"""Importance draws from a mixture's posterior, around its peaks and where components are empty.

Every peak is a proposal, a multivariate t, and so is every component without bags (``proposals``); a draw's weight is
the posterior over the density of all proposals together. Components that nothing tells apart are put into the order
that fits the pivot best; the density of a draw there is the sum of the proposals' over all orders that could have been
drawn (or, where orders are too many, draws in another order do not count). Those draws stand for all K! orders,
and the evidence is K! times theirs.

References
----------
Veach & Guibas (1995), SIGGRAPH: 419, for draws from several proposals weighted by all of them; Hesterberg (1995),
Technometrics 37:185, for a part of the draws from wide ones.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from handful.arrays import Floats, Integers
from handful.distributions.special import log_sum_exp
from handful.inference.emptied import emptied
from handful.inference.importance import weighed
from handful.inference.mixture_modes import modes
from handful.inference.outcome import Sampling
from handful.inference.particles import Particles
from handful.inference.proposals import Proposal, Student
from handful.inference.psis import Smoothed
from handful.inference.relabel import Pivot
from handful.inference.thinned import thinned
from handful.models.mixture_target import MixtureTarget
from handful.parallel import in_parts
from handful.progress import stage

Flags = np.ndarray[Any, np.dtype[np.bool_]]

FEWEST_DRAWS, MOST_DRAWS = 1_000, 10_000
CELLS = 1 << 30
"""If nobody says how many draws: fewer where each of them costs many bags."""

PILOT = 0.1
"""A part of the draws tells how much of the posterior each proposal covers, and is then forgotten."""

LEAST_SHARE = 0.03
"""Every proposal makes this part of the draws or more."""


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """Draws of several proposals, and their log weights.

    Parameters
    ----------
    points : array (S, D)
        The draws.
    log_weights : array (S,)
        Log posterior minus the log density of all proposals together; −inf in another order of the components.
    densities : array (S, J)
        The log of the part of that density that each proposal has.
    """

    points: Annotated[Floats, "S D"]
    log_weights: Annotated[Floats, "S"]
    densities: Annotated[Floats, "S J"]

    @property
    def masses(self) -> Annotated[Floats, "J"]:
        """The part of the posterior that lies where each proposal is."""
        weights = np.exp(self.log_weights - self.log_weights.max())
        return np.asarray(weights @ np.exp(self.densities) / weights.sum())


def importance(target: MixtureTarget, sampling: Sampling) -> tuple[Smoothed, Particles] | None:
    """Weighted draws from the posterior, and their smoothed weights before they are scaled; None without a peak."""
    peaks, pivot = modes(target, rng=sampling.rng)
    if not peaks:
        return None
    proposals: tuple[Proposal, ...] = (
        *map(Student.around, peaks),
        *emptied(thinned(target), peaks[0].point, pivot=pivot),
    )
    right = min(max(CELLS // max(target.statistic.distinct.size, 1), FEWEST_DRAWS), MOST_DRAWS)
    n_draws = sampling.number(right)
    shares = np.full(len(proposals), 1.0 / len(proposals))
    if len(proposals) > 1:
        pilot = _drawn(
            target, proposals, numbers=np.ceil(PILOT * n_draws * shares), pivot=pivot, rng=sampling.rng
        )
        if not np.isfinite(pilot.log_weights).any():
            return None
        shares = np.maximum(pilot.masses, LEAST_SHARE)
    numbers = np.ceil(n_draws * shares / shares.sum())
    with stage("drawing"):
        found = _drawn(target, proposals, numbers=numbers, pivot=pivot, rng=sampling.rng)
    if not np.isfinite(found.log_weights).any():
        return None
    return weighed(found.points, found.log_weights + log_copies(pivot))


def log_copies(pivot: Pivot) -> float:
    """The log of the number of orders that components which nothing tells apart can have."""
    sizes = np.unique(pivot.classes, return_counts=True)[1]
    return float(sum(math.lgamma(size + 1.0) for size in sizes))


def _drawn(
    target: MixtureTarget,
    proposals: Sequence[Proposal],
    *,
    numbers: Annotated[Floats, "J"],
    pivot: Pivot,
    rng: np.random.Generator,
) -> Drawn:
    """So many draws of each proposal."""
    points = np.concatenate([one.draw(int(n), rng=rng) for one, n in zip(proposals, numbers, strict=True)])
    points, counted = _in_order(target, points, pivot=pivot)
    copies = (
        [points]
        if pivot.every_order is None
        else [_moved(target, points, order=order) for order in pivot.every_order]
    )
    each = [log_sum_exp(np.stack([one.log_density(copy) for copy in copies], axis=1)) for one in proposals]
    densities = np.stack(each, axis=1) + np.log(numbers / numbers.sum())
    together = log_sum_exp(densities)
    heights = in_parts(
        lambda part: target.log_prior(points[part]) + target.log_likelihood(points[part]), len(points)
    )
    log_weights = np.where(counted, np.concatenate(heights) - together, -np.inf)
    return Drawn(points, np.where(np.isnan(log_weights), -np.inf, log_weights), densities - together[:, None])


def _in_order(
    target: MixtureTarget, points: Annotated[Floats, "S D"], *, pivot: Pivot
) -> tuple[Annotated[Floats, "S D"], Flags]:
    """The points in the pivot's order, and which of them count: where orders are too many, those that were in it."""
    if not pivot.exchanges:
        return points, np.ones(len(points), dtype=bool)
    at = target.layout.split(points)
    orders = pivot.orders(at)
    if pivot.every_order is None:
        return points, np.asarray((orders == np.arange(orders.shape[1])).all(axis=1))
    rows = np.arange(len(points))[:, None]
    precision = None if at.log_precision is None else at.log_precision[rows, orders]
    ordered = target.layout.join(at.log_weights[rows, orders], precision, by_mean=at.log_mean[rows, orders])
    return ordered, np.ones(len(points), dtype=bool)


def _moved(
    target: MixtureTarget, points: Annotated[Floats, "S D"], *, order: Annotated[Integers, "K"]
) -> Annotated[Floats, "S D"]:
    """The points with their components in another order."""
    at = target.layout.split(points).of(order)
    return target.layout.join(at.log_weights, at.log_precision, by_mean=at.log_mean)
