"""What the engines for mixtures share: the posterior as a target, and draws with their components in one order."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from handful.arrays import Floats
from handful.data.labelled import LabelledRows
from handful.distributions.fixed import Fixed
from handful.errors import EngineError
from handful.inference.draws import Draws
from handful.inference.identified import notes_of
from handful.inference.mixture_modes import pivot_of
from handful.inference.outcome import Model, Outcome, Statistic
from handful.inference.particles import Particles
from handful.inference.relabel import Pivot, by_falling_weight, reordered
from handful.inference.thinned import thinned
from handful.models.mixture import Mixture
from handful.models.mixture_layout import MixturePoints
from handful.models.mixture_target import MixtureTarget, points_of, quantities_of

ROUNDS = 3
"""The pivot is found anew from the draws that it has put in order, so many times."""

ENOUGH = 500
"""So many draws tell what the components of an order hold."""


def is_mixture(model: Model, statistic: Statistic) -> bool:
    """Whether `model` is a mixture of which something is unknown."""
    if not (isinstance(model, Mixture) and isinstance(statistic, LabelledRows)):
        return False
    weights_known = model.size == 1 or isinstance(model.weights, Fixed)
    return model.overdispersed or not (weights_known and model.recipes_are_known)


def mixture_target(model: Model, statistic: Statistic, *, engine: str) -> MixtureTarget:
    """The posterior of a mixture as `engine` needs it.

    Raises
    ------
    EngineError
        If the model is another.
    """
    if isinstance(model, Mixture) and isinstance(statistic, LabelledRows):
        return MixtureTarget.of(model.prior_over(statistic.categories), statistic)
    raise EngineError(engine=engine, reason="it answers mixtures")


def mixture_outcome(
    target: MixtureTarget, particles: Particles, *, instead: tuple[str, str] | None = None
) -> Outcome:
    """The outcome of an engine that drew `particles` from `target`; draws without any weight are left out."""
    kept = np.flatnonzero(particles.weights > 0)
    weights = particles.weights[kept]
    few = thinned(target)
    quantities = in_order(few, target.layout.split(particles.points[kept]), weights=weights)
    told = notes_of(few, points_of(quantities), weights=weights)
    draws = Draws.of(
        quantities,
        weights=weights,
        replicate=particles.replicate[kept],
        ancestor=particles.ancestor[kept],
        pareto_k=particles.pareto_k,
    )
    notes = (*particles.notes, *told)
    return Outcome(draws, particles.log_evidence, notes, ok=not particles.notes, instead=instead)


def in_order(
    target: MixtureTarget, at: MixturePoints, *, weights: Annotated[Floats, "S"]
) -> dict[str, Floats]:
    """The quantities of the draws, components that nothing tells apart in one order: by falling weight."""
    quantities = quantities_of(at)
    classes = target.prior.classes(target.n_known)
    first = Pivot(np.zeros(len(classes)), np.zeros(at.log_mean.shape[1:]), classes)
    if not first.exchanges:
        return quantities
    # A pivot that holds nothing sorts by weight.
    quantities = reordered(quantities, first.orders(at))
    few = np.linspace(0, len(weights) - 1, min(ENOUGH, len(weights))).astype(np.int64)
    for turn in range(ROUNDS):
        at = points_of(quantities)
        some = few if turn else few[:1]
        own = weights[some] / weights[some].sum()
        pivot = pivot_of(target, at.at(some), weights=own, classes=classes)
        quantities = reordered(quantities, pivot.orders(at))
    order = by_falling_weight(weights @ quantities["weights"], classes)
    return {name: values[:, order] for name, values in quantities.items()}
