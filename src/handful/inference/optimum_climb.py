"""Expectation-maximisation for many mixtures at once, and a kind of it in which no bag votes for itself.

EM stops where every bag likes its own component best. With hundreds of categories a component has bent towards
each of its bags, so that all of them do, and almost any way to share out the bags is a peak of its own. What a bag
gains from that bend is known to second order (its leverage): taking it away from the component where the bag is,
and adding it where the bag may go, leaves few of those peaks.

References
----------
Dempster, Laird & Rubin (1977), Journal of the Royal Statistical Society B 39:1; Telgarsky & Vattani (2010),
Proceedings of Machine Learning Research 9:820, on Hartigan's rule for means, which is the same idea.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from handful.arrays import Floats, Integers
from handful.models.quick_components import Components

SHORTENED = 0.4
SHORTENINGS = 6
SLACK = 1e-7
"""A loss smaller than this, in nats, is rounding."""

LARGEST_LEVERAGE = 1e6


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """Rows to be shared out among components.

    Parameters
    ----------
    components : Components
        The rows under any components.
    concentration : array (K,) or (1,)
        Of the Dirichlet prior on the weights.
    log_weights : array (K,) or None
        The logs of the weights, where they are known.
    barred : array (U, K) or None
        0, and −inf for components that a row is known not to come from.
    """

    components: Components
    concentration: Annotated[Floats, "k"]
    log_weights: Annotated[Floats, "K"] | None = None
    barred: Annotated[Floats, "U K"] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Mixtures:
    """M mixtures of K components each.

    Parameters
    ----------
    parameters : array (C, M, K)
        Of the components.
    log_weights : array (M, K)
        In nats.
    """

    parameters: Annotated[Floats, "C M K"]
    log_weights: Annotated[Floats, "M K"]

    def of(self, chosen: Annotated[Integers, "m"]) -> Mixtures:
        """Some of them."""
        return Mixtures(self.parameters[:, chosen], self.log_weights[chosen])


@dataclass(frozen=True, slots=True, eq=False)
class Climbed:
    """M mixtures and what they are worth.

    Parameters
    ----------
    mixtures : Mixtures
    heights : array (M,)
        Log posterior, but for a constant, in nats.
    taken : array (U, M, K)
        P(component | row).
    """

    mixtures: Mixtures
    heights: Annotated[Floats, "M"]
    taken: Annotated[Floats, "U M K"]


def climb(
    problem: Problem,
    start: Mixtures,
    *,
    bags: Annotated[Floats, "U M"],
    n_steps: int,
    tolerance: float,
) -> Climbed:
    """EM from `start`, until no mixture gains as much as `tolerance` nats by a step.

    Parameters
    ----------
    problem : Problem
        The rows.
    start : Mixtures
        Where to begin.
    bags : array (U, M)
        How many bags each row stands for, in each of the mixtures.
    n_steps : int
        The most steps.
    tolerance : float
        In nats.
    """
    now = _judged(problem, start, bags=bags)
    for _ in range(n_steps):
        raised, log_weights, _ = _raised(problem, now, bags=bags)
        step = raised - now.mixtures.parameters
        length = np.ones(len(now.heights))
        after = _judged(problem, Mixtures(raised, log_weights), bags=bags)
        for _ in range(SHORTENINGS):
            down = ~(after.heights >= now.heights - SLACK)
            if not down.any():
                break
            length[down] *= SHORTENED
            tried = Mixtures(now.mixtures.parameters + step * length[:, None], log_weights)
            after = _judged(problem, tried, bags=bags)
        gain = after.heights - now.heights
        now = _better(now, after, up=gain >= -SLACK)
        if not (gain >= tolerance).any():
            break
    return now


def loosen(
    problem: Problem,
    start: Mixtures,
    *,
    bags: Annotated[Floats, "U M"],
    n_steps: int,
    strength: float,
) -> Mixtures:
    """Steps of EM in which no bag votes for itself; they may lead down.

    Parameters
    ----------
    problem : Problem
        The rows.
    start : Mixtures
        Where to begin.
    bags : array (U, M)
        How many bags each row stands for, in each of the mixtures.
    n_steps : int
        How many steps.
    strength : float
        1: a bag is judged as if it had not been in its component, and was to join the others. 0: EM.
    """
    now = _judged(problem, start, bags=bags)
    for step in range(n_steps):
        parameters, log_weights, leverages = _raised(problem, now, bags=bags)
        mixtures = Mixtures(parameters, log_weights)
        if step == n_steps - 1:
            return mixtures
        bend = 0.5 * strength * (1.0 - 2.0 * now.taken) * np.minimum(leverages, LARGEST_LEVERAGE)
        now = _judged(problem, mixtures, bags=bags, bend=bend)
    return start


def follow(
    problem: Problem,
    start: Mixtures,
    *,
    taken: Annotated[Floats, "U M K"],
    bags: Annotated[Floats, "U M"],
    n_steps: int,
) -> Mixtures:
    """Steps towards the best parameters for given assignments."""
    now = Climbed(start, np.zeros(len(start.log_weights)), taken)
    for _ in range(n_steps):
        parameters, log_weights, _ = _raised(problem, now, bags=bags)
        now = Climbed(Mixtures(parameters, log_weights), now.heights, taken)
    return now.mixtures


def votes(
    problem: Problem, mixtures: Mixtures, *, bags: Annotated[Floats, "U M"]
) -> Annotated[Floats, "U M K"]:
    """How much each row wants to be in each component, in nats, where no bag votes for itself."""
    now = _judged(problem, mixtures, bags=bags)
    leverages = np.minimum(_raised(problem, now, bags=bags)[2], LARGEST_LEVERAGE)
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(now.taken) + (0.5 - now.taken) * leverages)


def _judged(
    problem: Problem,
    mixtures: Mixtures,
    *,
    bags: Annotated[Floats, "U M"],
    bend: Annotated[Floats, "U M K"] | None = None,
) -> Climbed:
    """Heights and responsibilities; the latter by log probabilities to which `bend` is added."""
    parameters, log_weights = mixtures.parameters, mixtures.log_weights
    flat = parameters.reshape(len(parameters), -1)
    joint = problem.components.log_pmf(flat).reshape(-1, *log_weights.shape)
    joint += log_weights
    if problem.barred is not None:
        joint += problem.barred[:, None]
    if bend is not None:
        joint += bend
    peak = joint.max(axis=2, keepdims=True)
    taken = np.exp(joint - peak)
    whole = taken.sum(axis=2, keepdims=True)
    taken /= whole
    heights = (bags * (peak + np.log(whole))[:, :, 0]).sum(axis=0)
    heights += problem.components.log_prior(flat).reshape(log_weights.shape).sum(axis=1)
    heights += (problem.concentration * log_weights).sum(axis=1)
    return Climbed(mixtures, heights, taken)


def _raised(
    problem: Problem, now: Climbed, *, bags: Annotated[Floats, "U M"]
) -> tuple[Annotated[Floats, "C M K"], Annotated[Floats, "M K"], Annotated[Floats, "U M K"]]:
    """Parameters and weights one step further, and the leverages of the bags."""
    shape = now.mixtures.parameters.shape
    taken = now.taken * bags[:, :, None]
    parameters, leverages = problem.components.raised(
        now.mixtures.parameters.reshape(shape[0], -1), taken.reshape(len(taken), -1)
    )
    if problem.log_weights is None:
        counted = taken.sum(axis=0) + problem.concentration
        log_weights = np.log(counted / counted.sum(axis=1, keepdims=True))
    else:
        log_weights = np.broadcast_to(problem.log_weights, shape[1:])
    return parameters.reshape(shape), log_weights, leverages.reshape(taken.shape)


def _better(now: Climbed, after: Climbed, *, up: object) -> Climbed:
    """Each mixture as it is after the step where that led up, else as it was."""
    up = np.asarray(up)
    if up.all():
        return after
    return Climbed(
        Mixtures(
            np.where(up[:, None], after.mixtures.parameters, now.mixtures.parameters),
            np.where(up[:, None], after.mixtures.log_weights, now.mixtures.log_weights),
        ),
        np.where(up, after.heights, now.heights),
        np.where(up[:, None], after.taken, now.taken),
    )
