"""The engine of tempered particles, for the models that it can answer."""

from __future__ import annotations

from handful.inference import smc
from handful.inference.outcome import Model, Outcome, Sampling, Statistic
from handful.inference.particles import Particles
from handful.inference.population import has_unknown_mean, outcome_of, target_of
from handful.models.target import Target

FEWEST_EACH = 64


def supports(model: Model, statistic: Statistic) -> bool:
    """Whether `model` is of a population whose mean has a prior."""
    return has_unknown_mean(model, statistic)


def run(model: Model, statistic: Statistic, *, sampling: Sampling) -> Outcome:
    """The particles of all replicates, and the evidence with its standard error."""
    target = target_of(model, statistic, engine="smc")
    return outcome_of(target, particles(target, sampling))


def particles(target: Target, sampling: Sampling) -> Particles:
    """As many particles as draws are wanted, shared out among the replicates."""
    each = max(FEWEST_EACH, -(-sampling.n_draws // smc.N_REPLICATES))
    return smc.tempered(target, n_particles=each, rng=sampling.rng)
