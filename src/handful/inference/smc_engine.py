"""The engine of tempered particles, for the models that it can answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from handful.inference import smc
from handful.inference.across import across, start
from handful.inference.outcome import Model, Outcome, Sampling, Statistic
from handful.inference.particles import Particles
from handful.inference.targets import (
    HOPELESS,
    Drawable,
    is_drawable,
    is_hopeless,
    outcome_of,
    target_of,
)
from handful.models import precision as precisions
from handful.models.population_mean import PopulationTarget

FEWEST_EACH = 64
ENOUGH_EACH, ENOUGH_NAMED = 320, 512
"""Particles of a replicate; more draws of a mixture than these give come out of further moves of theirs. Components
that something names need more: how likely it is that two of them have swapped is told by the particles alone, while of
components that can be exchanged every labelling counts as much ..."""

MOST_STATES = 5
"""... and so many draws of each particle, but no more: what lies in each mode they cannot tell better."""

OF_POPULATION = 10_000
"""Draws of a population's posterior, if nobody says how many."""

MOST_UNEVEN = 25.0
"""Seen: right at 10 (bags of 55), low by 0.1 nat at 50 (bags of 1,800)."""


def supports(model: Model, statistic: Statistic) -> bool:
    """Whether there is something to draw."""
    return is_drawable(model, statistic)


def run(model: Model, statistic: Statistic, *, sampling: Sampling) -> Outcome:
    """The particles of all replicates, and the evidence with its standard error."""
    target = target_of(model, statistic, engine="smc")
    if is_hopeless(target):
        return HOPELESS
    return outcome_of(target, particles(target, sampling))


def particles(target: Drawable, sampling: Sampling) -> Particles:
    """As many draws as are wanted, shared out among the replicates, the particles and their moves at the end."""
    if isinstance(target, PopulationTarget):
        each = max(FEWEST_EACH, -(-sampling.number(OF_POPULATION) // smc.N_REPLICATES))
        found = smc.tempered(target, n_particles=each, rng=sampling.rng)
        return replace(found, notes=(*found.notes, *_funnel(target)))
    classes = target.prior.classes(target.n_known)
    enough = ENOUGH_NAMED if len(np.unique(classes)) == len(classes) else ENOUGH_EACH
    wanted = -(-sampling.number(smc.N_REPLICATES * enough * MOST_STATES) // smc.N_REPLICATES)
    each = max(min(max(wanted, FEWEST_EACH), enough), -(-wanted // MOST_STATES))
    return smc.tempered(target, n_particles=each, n_states=-(-wanted // each), rng=sampling.rng)


def _funnel(target: PopulationTarget) -> tuple[str, ...]:
    """A sentence where the posterior is far narrower at one end of the precision than at the other."""
    x = np.array([precisions.quantile(target.precision, p) for p in (0.01, 0.99)])
    widths = across(target, np.column_stack([x, np.tile(start(target), (2, 1))])).widths
    ratio = float(widths.max() / widths.min()) ** (1.0 / (target.n_dims - 1))
    if ratio <= MOST_UNEVEN:
        return ()
    sentence = (
        f"The mean is known {ratio:.0f} times better where bags are alike than where they differ, and one step "
        "size serves all particles: their evidence may be off by more than its stated error."
    )
    return (sentence,)
