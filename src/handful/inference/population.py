"""What the engines for a population of bags share: its posterior as a target, and draws from it by name."""

from __future__ import annotations

from handful.data.histograms import Histograms
from handful.distributions.fixed import Fixed
from handful.errors import EngineError
from handful.inference.draws import Draws
from handful.inference.outcome import Model, Outcome, Statistic
from handful.inference.particles import Particles
from handful.models.hierarchical import Hierarchical
from handful.models.population import PopulationLikelihood
from handful.models.population_mean import PopulationTarget
from handful.models.target import Target


def has_unknown_mean(model: Model, statistic: Statistic) -> bool:
    """Whether `model` is of a population whose mean has a prior."""
    if not (isinstance(model, Hierarchical) and isinstance(statistic, Histograms)):
        return False
    return not isinstance(model.prior_over(statistic.categories).mean, Fixed)


def population_target(model: Model, statistic: Statistic, *, engine: str) -> PopulationTarget:
    """The posterior of a population as `engine` needs it.

    Raises
    ------
    EngineError
        If the model is another, or its mean is fixed.
    """
    if isinstance(model, Hierarchical) and isinstance(statistic, Histograms):
        prior = model.prior_over(statistic.categories)
        if not isinstance(prior.mean, Fixed):
            return PopulationTarget(PopulationLikelihood.of(statistic), prior.mean, prior.precision)
    raise EngineError(engine=engine, reason="it answers hierarchical models whose mean is not fixed")


def population_outcome(
    target: Target, particles: Particles, *, instead: tuple[str, str] | None = None
) -> Outcome:
    """The outcome of an engine that drew `particles` from `target`."""
    draws = Draws.of(
        target.quantities(particles.points),
        weights=particles.weights,
        replicate=particles.replicate,
        ancestor=particles.ancestor,
        pareto_k=particles.pareto_k,
    )
    return Outcome(draws, particles.log_evidence, particles.notes, ok=not particles.notes, instead=instead)
