"""What engines that draw are given and give back: the posterior of a population or of a mixture, and draws by name."""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np

from handful.inference.draws import Draws
from handful.inference.evidence import Evidence
from handful.inference.mixture import is_mixture, mixture_outcome, mixture_target
from handful.inference.outcome import Model, Outcome, Statistic
from handful.inference.particles import Particles
from handful.inference.population import has_unknown_mean, population_outcome, population_target
from handful.models.mixture_target import MixtureTarget
from handful.models.population_mean import PopulationTarget

Drawable: TypeAlias = PopulationTarget | MixtureTarget

REFUSAL = "it answers hierarchical models whose mean is not fixed, and mixtures of which something is unknown"


HOPELESS = Outcome(Draws.of({}, weights=[]), Evidence(-math.inf))
"""What is found where recipes that are known leave some bag no chance."""


def is_drawable(model: Model, statistic: Statistic) -> bool:
    """Whether `model` is of a population whose mean has a prior, or a mixture of which something is unknown."""
    return has_unknown_mean(model, statistic) or is_mixture(model, statistic)


def target_of(model: Model, statistic: Statistic, *, engine: str) -> Drawable:
    """The posterior of `model` as `engine` needs it.

    Raises
    ------
    EngineError
        If the model is of another kind.
    """
    if is_mixture(model, statistic):
        return mixture_target(model, statistic, engine=engine)
    return population_target(model, statistic, engine=engine)


def is_hopeless(target: Drawable) -> bool:
    """Whether some bag is impossible, whatever is drawn: under known recipes that have nothing of what it holds."""
    if not isinstance(target, MixtureTarget) or target.layout.log_recipes is None:
        return False
    nowhere = target.layout.split(np.zeros((1, target.n_dims)))
    return not bool(np.isfinite(target.likelihood.value(nowhere)[0]))


def outcome_of(target: Drawable, particles: Particles, *, instead: tuple[str, str] | None = None) -> Outcome:
    """The outcome of an engine that drew `particles` from `target`."""
    if isinstance(target, MixtureTarget):
        return mixture_outcome(target, particles, instead=instead)
    return population_outcome(target, particles, instead=instead)
