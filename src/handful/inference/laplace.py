"""The engine of peaks: Newton's method to each of them, their curvature, importance draws around them.

The weights of the draws correct what the proposals get wrong. Where the tail of the weights says that they
cannot be trusted to, the particles of ``smc`` take over. No tail can tell of a peak that nobody has seen: of few bags a
mixture may have peaks that the search misses, and ``smc`` is asked first.
"""

from __future__ import annotations

from handful.data.labelled import LabelledRows
from handful.inference import mixture_laplace, smc_engine
from handful.inference.importance import FEWEST_EFFECTIVE, effective, trusted, weighed
from handful.inference.outcome import Model, Outcome, Sampling, Statistic
from handful.inference.particles import Particles
from handful.inference.psis import Smoothed
from handful.inference.ridge import Ridge
from handful.inference.targets import (
    HOPELESS,
    Drawable,
    is_drawable,
    is_hopeless,
    outcome_of,
    target_of,
)
from handful.models.mixture_target import MixtureTarget
from handful.models.population_mean import PopulationTarget

DRAWS = 10_000

LEAST_EFFICIENT = 0.25
"""Of few bags: proposals that are worth less than this part of their draws have not covered the posterior."""

MANY_BAGS = 100
"""So many bags of unknown component swamp the prior of a mixture: its peaks are few, and found."""


def supports(model: Model, statistic: Statistic) -> bool:
    """Whether there is something to draw."""
    return is_drawable(model, statistic)


def suits(model: Model, statistic: Statistic) -> bool:
    """Whether the peaks will all be found: of a population, or of a mixture with many bags."""
    if not is_drawable(model, statistic):
        return False
    return not isinstance(statistic, LabelledRows) or not _few(statistic)


def run(model: Model, statistic: Statistic, *, sampling: Sampling) -> Outcome:
    """The draws, weighted, with the evidence and its standard error."""
    target = target_of(model, statistic, engine="laplace")
    if is_hopeless(target):
        return HOPELESS
    found = importance(target, sampling)
    if found is None:
        why = "the posterior rises without end: there is no peak to draw around"
    else:
        log_weights, drawn = found
        if not trusted(log_weights, error=drawn.log_evidence.error):
            why = f"the weights of laplace's draws have too heavy a tail (pareto_k = {log_weights.pareto_k:.2f})"
        elif isinstance(target, MixtureTarget) and effective(drawn) < _fewest(target, len(drawn.weights)):
            why = f"laplace's draws are worth {effective(drawn):.0f} equal ones only"
        else:
            return outcome_of(target, drawn)
    return outcome_of(target, smc_engine.particles(target, sampling), instead=("smc", why))


def _fewest(target: MixtureTarget, n_draws: int) -> float:
    """How many equal draws the weighted ones must be worth of few bags, of which peaks may have been missed."""
    return max(FEWEST_EFFECTIVE, LEAST_EFFICIENT * n_draws) if _few(target.statistic) else 0.0


def _few(statistic: LabelledRows) -> bool:
    """Whether bags of unknown component are few, but not none: then there may be peaks that nobody finds."""
    return 0 < statistic.n_bags - statistic.n_known < MANY_BAGS


def importance(target: Drawable, sampling: Sampling) -> tuple[Smoothed, Particles] | None:
    """Importance draws, and their smoothed weights before they are scaled to 1; None where there is no peak."""
    if isinstance(target, MixtureTarget):
        return mixture_laplace.importance(target, sampling)
    return _along_the_ridge(target, sampling)


def _along_the_ridge(target: PopulationTarget, sampling: Sampling) -> tuple[Smoothed, Particles]:
    ridge = Ridge.of(target)
    points = ridge.draw(sampling.number(DRAWS), rng=sampling.rng)
    log_weights = target.log_prior(points) + target.log_likelihood(points) - ridge.log_density(points)
    return weighed(points, log_weights, rounding=target.likelihood.rounding)
