"""The peaks of a mixture's posterior, each once: components that nothing tells apart are put into one order."""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np

from handful.arrays import Floats, Integers
from handful.inference.mixture_starts import exchanged, starts
from handful.inference.newton import Climbable, Peak, climb
from handful.inference.relabel import Pivot
from handful.inference.thinned import thinned
from handful.models.mixture_hessian import hessian
from handful.models.mixture_layout import MixturePoints
from handful.models.mixture_target import MixtureTarget
from handful.products import product
from handful.progress import each

SAME = 1e-3
"""Two peaks nearer than this, in standard deviations, are one."""

WORTH = 20.0
"""A peak whose mass is e^20 times less than that of the heaviest changes nothing."""


def modes(target: MixtureTarget, *, rng: np.random.Generator) -> tuple[tuple[Peak, ...], Pivot]:
    """The peaks that matter, the heaviest first, and the pivot that it is.

    Where components are told apart by their priors, every peak is also looked for with its components
    exchanged: it may be a peak of its own there.

    Many bags are thinned out for a first look. There is no peak where the density rises for ever.
    """
    few = thinned(target)
    rough = _climbed(few, starts(few, rng=rng))
    if not rough:
        return (), pivot_at(target, None)
    if few is not target:
        rough = _different(few, rough, pivot=pivot_at(few, rough[0].point))
        rough = _climbed(target, np.stack([one.point for one in rough]))
    pivot = pivot_at(target, rough[0].point)
    found = _different(target, rough, pivot=pivot)
    if len(np.unique(pivot.classes)) > 1:
        others = np.concatenate([exchanged(target, one.point[None]) for one in found])
        found = _different(target, [*found, *_climbed(target, others)], pivot=pivot)
    best = mass(found[0])
    return tuple(one for one in found if mass(one) > best - WORTH), pivot


def mass(peak: Peak) -> float:
    """Laplace's approximation to the log of the posterior's integral around a peak."""
    return peak.height + peak.log_volume


def pivot_at(target: MixtureTarget, point: Annotated[Floats, "D"] | None) -> Pivot:
    """What each component takes at a point; without one every component takes nothing."""
    classes = target.prior.classes(target.n_known)
    k, c = target.layout.n_components, target.layout.n_categories
    if point is None:
        return Pivot(np.zeros(k), np.zeros((k, c)), classes)
    return pivot_of(target, target.layout.split(point[None]), weights=np.ones(1), classes=classes)


def pivot_of(
    target: MixtureTarget,
    at: MixturePoints,
    *,
    weights: Annotated[Floats, "S"],
    classes: Annotated[Integers, "K"],
) -> Pivot:
    """What each component takes on the average over weighted points."""
    statistic = target.statistic
    bags = target.likelihood.assignments(at, weights) * statistic.multiplicities
    return Pivot(bags.sum(axis=1), product(bags, statistic.distinct.astype(np.float64)), classes)


def climbable(target: MixtureTarget) -> Climbable:
    """The log posterior as Newton's method takes it."""
    return Climbable(
        height=lambda some: target.log_prior(some) + target.log_likelihood(some),
        gradient=lambda some: target.prior_gradient(some) + target.likelihood_gradient(some),
        hessian=lambda point: hessian(target, point),
    )


def _climbed(target: MixtureTarget, points: Annotated[Floats, "S D"]) -> list[Peak]:
    """The peaks above these points, the heaviest first."""
    look = climbable(target)
    found = [one for point in each(list(points), "start") if (one := climb(look, point)) is not None]
    return sorted(found, key=lambda one: -mass(one))


def _different(target: MixtureTarget, peaks: list[Peak], *, pivot: Pivot) -> list[Peak]:
    """The peaks without those that are one of the others, or one of them with its components in another order."""
    found: list[Peak] = []
    for peak in sorted((in_order(target, one, pivot=pivot) for one in peaks), key=lambda one: -mass(one)):
        if not any(_distance(other, peak) < SAME for other in found):
            found.append(peak)
    return found


def in_order(target: MixtureTarget, peak: Peak, *, pivot: Pivot) -> Peak:
    """The same peak with its components in the pivot's order."""
    if not pivot.exchanges:
        return peak
    order = pivot.orders(target.layout.split(peak.point[None]))[0]
    if (order == np.arange(len(order))).all():
        return peak
    return moved(target, peak, order=order)


def moved(target: MixtureTarget, peak: Peak, *, order: Annotated[Integers, "K"]) -> Peak:
    """The peak with its components in another order: coordinates are exchanged, those of θ turned."""
    turn = _turn(target, order)
    return Peak(turn @ peak.point, peak.height, turn @ peak.precision @ turn.T)


def _turn(target: MixtureTarget, order: Annotated[Integers, "K"]) -> Annotated[Floats, "D D"]:
    """The orthogonal matrix that puts components into another order: V P Vᵀ for θ, blocks for the others."""
    at = target.layout.split(np.eye(target.n_dims)).of(order)
    ordered = target.layout.join(at.log_weights, at.log_precision, by_mean=at.log_mean)
    return np.ascontiguousarray(ordered.T)


def _distance(one: Peak, other: Peak) -> float:
    """In standard deviations of the first."""
    apart = one.point - other.point
    return math.sqrt(max(float(apart @ one.precision @ apart), 0.0))
