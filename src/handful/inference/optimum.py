"""The highest point of a mixture's posterior, where coordinates are so many that no weighted draws can follow it.

The evidence that goes with it is Laplace's: that of a normal density of this height and curvature. With hundreds of
coordinates it is low by tens of nats.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

import numpy as np

from handful.arrays import Floats, Integers
from handful.data.labelled import UNKNOWN
from handful.distributions.dirichlet import Dirichlet
from handful.distributions.fixed import Fixed
from handful.distributions.special import log_sum_exp
from handful.inference import newton
from handful.inference.mixture_laplace import log_copies
from handful.inference.mixture_modes import climbable, mass, pivot_at
from handful.inference.newton import Peak
from handful.inference.optimum_climb import Climbed, Mixtures, Problem, climb
from handful.inference.optimum_pool import APART
from handful.inference.optimum_search import Ladder
from handful.inference.optimum_splits import Splits
from handful.inference.optimum_starts import anchored, roots_of
from handful.inference.thinned import thinned
from handful.models.mixture_target import MixtureTarget
from handful.models.precision import PrecisionPrior
from handful.models.quick_components import Components, QuickOverdispersed
from handful.models.quick_multinomial import QuickMultinomial

FIRST_PRECISION = 30.0
LAST_STEPS = 100


@dataclass(frozen=True, slots=True, eq=False)
class Optimum:
    """The highest point that was found.

    Parameters
    ----------
    peak : Peak
        The point, its height (log prior plus log likelihood, in nats) and the curvature there.
    log_evidence : float
        Laplace's approximation, in nats; all orders of components that nothing tells apart are counted.
    others : tuple of float
        How much lower the next peaks are that the search has kept, in nats.
    """

    peak: Peak
    log_evidence: float
    others: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the search needs of a target whose components can all be exchanged, but for their number.

    Parameters
    ----------
    shape : tuple of int
        U and C.
    table, bags : bytes
        The rows, and how many bags have each.
    concentration : bytes
        Of the prior on each component's mean.
    precision : LogNormal, Gamma, HalfNormal or None
        The prior on the precision.
    weight : float
        Of the prior on the weights.
    """

    shape: tuple[int, int]
    table: bytes
    bags: bytes
    concentration: bytes
    precision: PrecisionPrior | None
    weight: float


def optimum(target: MixtureTarget) -> Optimum | None:
    """The highest point of the posterior of a mixture whose recipes are unknown; None if no peak was found.

    It is the same for every seed and order of the bags. Many rows are thinned out for the search.
    """
    few = thinned(target)
    found = _searched(few)
    if few is not target:
        bags = np.repeat(_bags(target)[:, None], len(found.heights), axis=1)
        found = climb(_problem(target), found.mixtures, bags=bags, n_steps=LAST_STEPS, tolerance=1e-4)
    order = np.argsort(-found.heights, kind="stable")
    for place, one in enumerate(order):
        peak = newton.climb(climbable(target), _point(target, found.mixtures, one=int(one)))
        if peak is not None:
            lower = [float(found.heights[one] - found.heights[other]) for other in order[place + 1 :]]
            rest = tuple(gap for gap in lower if gap > APART)  # of many rows several may have led to one peak
            return Optimum(peak, mass(peak) + log_copies(pivot_at(target, peak.point)), rest)
    return None


def _searched(target: MixtureTarget) -> Climbed:
    """The best mixtures that a search finds."""
    classes = target.prior.classes(target.n_known)
    if (classes > 0).any() or isinstance(target.prior.weights, Fixed):
        return anchored(_problem(target), _of_priors(target), roots=_roots(target), bags=_bags(target))
    best = _ladder(_asked(target)).up_to(target.layout.n_components)
    mixtures = Mixtures(
        np.stack([one.parameters for one in best], axis=1), np.stack([one.log_weights for one in best])
    )
    return Climbed(
        mixtures, np.array([one.height for one in best]), np.stack([one.taken for one in best], axis=1)
    )


def _asked(target: MixtureTarget) -> Asked:
    weights = target.prior.weights
    n_rows, n_categories = target.statistic.distinct.shape
    return Asked(
        (n_rows, n_categories),
        target.statistic.distinct.tobytes(),
        _bags(target).tobytes(),
        target.prior.per_component[0].tobytes(),
        target.prior.precision,
        float(weights.concentration[0]) if isinstance(weights, Dirichlet) else 1.0,
    )


@lru_cache(maxsize=1)
def _ladder(asked: Asked) -> Ladder:
    """The search for these rows and priors: who asks for one component more finds the others there."""
    table = np.frombuffer(asked.table, dtype=np.int64).reshape(asked.shape)
    own = np.frombuffer(asked.concentration)[:, None]
    bags = np.frombuffer(asked.bags)
    components = _components(table, concentration=own, precision=asked.precision)
    return Ladder(Splits(components, roots_of(table), bags, np.array([asked.weight])))


def _problem(target: MixtureTarget) -> Problem:
    """All rows, each component with its own prior and its known bags."""
    prior, known = target.prior, target.statistic.known
    barred = None
    if (known != UNKNOWN).any():
        free = (known == UNKNOWN)[:, None] | (known[:, None] == np.arange(prior.n_components))
        barred = np.where(free, 0.0, -np.inf)
    weights = prior.weights
    return Problem(
        _components(
            target.statistic.distinct,
            concentration=np.ascontiguousarray(prior.per_component.T),
            precision=prior.precision,
        ),
        weights.concentration if isinstance(weights, Dirichlet) else np.ones(1),
        np.log(weights.proportions) if isinstance(weights, Fixed) else None,
        barred,
    )


def _of_priors(target: MixtureTarget) -> Mixtures:
    """A mixture that follows the priors of its components, and the bags that are known to be theirs."""
    a, weights = target.prior.per_component, target.prior.weights
    known = target.statistic.known[:, None] == np.arange(len(a))
    parameters = np.log(a / a.sum(axis=1, keepdims=True)).T
    if target.prior.precision is not None:
        parameters += math.log(FIRST_PRECISION)
    from_known = _problem(target).components.start(known * _bags(target)[:, None])
    parameters = np.where(known.any(axis=0), from_known, parameters)
    shares = weights.proportions if isinstance(weights, Fixed) else np.full(len(a), 1.0 / len(a))
    return Mixtures(parameters[:, None], np.log(shares)[None])


def _components(
    table: Annotated[Integers, "U C"],
    *,
    concentration: Annotated[Floats, "C J"],
    precision: PrecisionPrior | None,
) -> Components:
    if precision is None:
        return QuickMultinomial.of(table, concentration=concentration)
    return QuickOverdispersed.of(table, concentration=concentration, precision=precision)


def _bags(target: MixtureTarget) -> Annotated[Floats, "U"]:
    """How many bags have each of the rows."""
    return target.statistic.multiplicities.astype(np.float64)


def _roots(target: MixtureTarget) -> Annotated[Floats, "U C"]:
    """The square roots of the rows' proportions."""
    return roots_of(target.statistic.distinct)


def _point(target: MixtureTarget, mixtures: Mixtures, *, one: int) -> Annotated[Floats, "D"]:
    """One of the mixtures in the target's coordinates."""
    parameters = mixtures.parameters[:, one]
    log_precision = log_sum_exp(parameters, axis=0)
    by_mean = (parameters - log_precision).T[None]
    own = None if target.prior.precision is None else log_precision[None]
    point: Floats = target.layout.join(mixtures.log_weights[one][None], own, by_mean=by_mean)[0]
    return point
