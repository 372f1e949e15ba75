"""The engine for populations of bags: Newton to the peaks, their curvature, importance draws around them.

The weights of the draws correct what the proposals get wrong. Where the tail of the weights says that they
cannot be trusted to, the particles of ``smc`` take over.
"""

from __future__ import annotations

import math

import numpy as np

from handful.arrays import read_only_floats
from handful.inference import smc_engine
from handful.inference.evidence import Evidence
from handful.inference.outcome import Model, Outcome, Sampling, Statistic
from handful.inference.particles import Particles
from handful.inference.population import has_unknown_mean, outcome_of, target_of
from handful.inference.psis import Smoothed, smoothed
from handful.inference.ridge import Ridge
from handful.models.population_mean import PopulationTarget

MOST_PARETO_K = 0.5
"""A tail of the weights that is heavier has no variance: no error of the evidence could be told from it."""

NO_MEAN = 1.0
"""A tail with this k or more has not even a mean."""

LITTLE = 0.01
"""A tail whose excess over the place where it begins is less than this part of all weight cannot spoil an answer."""


def supports(model: Model, statistic: Statistic) -> bool:
    """Whether `model` is of a population whose mean has a prior."""
    return has_unknown_mean(model, statistic)


def run(model: Model, statistic: Statistic, *, sampling: Sampling) -> Outcome:
    """The draws, weighted, with the evidence and its standard error."""
    target = target_of(model, statistic, engine="laplace")
    log_weights, drawn = importance(target, sampling)
    if trusted(log_weights, error=drawn.log_evidence.error):
        return outcome_of(target, drawn)
    why = f"the weights of laplace's draws have too heavy a tail (pareto_k = {log_weights.pareto_k:.2f})"
    return outcome_of(target, smc_engine.particles(target, sampling), instead=("smc", why))


def importance(target: PopulationTarget, sampling: Sampling) -> tuple[Smoothed, Particles]:
    """Importance draws from the posterior, and their smoothed weights before they are scaled to 1.

    The evidence is the mean weight, and its standard error that of the mean (delta method).
    """
    ridge = Ridge.of(target)
    points = ridge.draw(sampling.n_draws, rng=sampling.rng)
    log_weights = target.log_prior(points) + target.log_likelihood(points) - ridge.log_density(points)
    found = smoothed(log_weights)
    top = float(found.log_weights.max())
    weights = np.exp(found.log_weights - top)
    mean = float(weights.mean())
    error = float(weights.std(ddof=1)) / (mean * math.sqrt(len(weights))) + target.likelihood.rounding
    evidence = Evidence(top + math.log(mean), error, sampled=True)
    normalised = read_only_floats(weights / weights.sum())
    return found, Particles.independent(points, normalised, log_evidence=evidence, pareto_k=found.pareto_k)


def trusted(weights: Smoothed, *, error: float) -> bool:
    """Whether importance weights give means and an evidence with an error that can be told.

    A heavy tail matters only where it holds something: its excess over the place where it begins must be little
    of all weight; less than the standard error, where the tail has no mean.
    """
    if weights.pareto_k <= MOST_PARETO_K:
        return True
    return weights.excess < (LITTLE if weights.pareto_k < NO_MEAN else error)
