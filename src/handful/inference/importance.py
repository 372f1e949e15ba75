"""Importance draws: their smoothed weights, the evidence with its error, and whether to trust them."""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np

from handful.arrays import Floats, read_only_floats
from handful.inference.evidence import Evidence
from handful.inference.particles import Particles
from handful.inference.psis import Smoothed, smoothed

MOST_PARETO_K = 0.5
"""A tail of the weights that is heavier has no variance: no error of the evidence could be told from it."""

NO_MEAN = 1.0
"""A tail with this k or more has not even a mean."""

LITTLE = 0.01
"""A tail whose excess over the place where it begins is less than this part of all weight cannot spoil an answer."""


def weighed(
    points: Annotated[Floats, "S D"], log_weights: Annotated[Floats, "S"], *, rounding: float = 0.0
) -> tuple[Smoothed, Particles]:
    """The smoothed weights before they are scaled to 1, and the draws with the evidence.

    The evidence is the mean weight, and its standard error that of the mean (delta method).

    Parameters
    ----------
    points : array (S, D)
        The draws.
    log_weights : array (S,)
        Log posterior, not normalised, minus log proposal; −inf for draws that do not count.
    rounding : float, optional
        By how much a log likelihood is rounded, in nats.
    """
    found = smoothed(log_weights)
    top = float(found.log_weights.max())
    weights = np.exp(found.log_weights - top)
    mean = float(weights.mean())
    error = float(weights.std(ddof=1)) / (mean * math.sqrt(len(weights))) + rounding
    evidence = Evidence(top + math.log(mean), error, sampled=True)
    normalised = read_only_floats(weights / weights.sum())
    return found, Particles.independent(points, normalised, log_evidence=evidence, pareto_k=found.pareto_k)


FEWEST_EFFECTIVE = 400.0


def effective(particles: Particles) -> float:
    """How many equal weights the weights are worth, (Σw)²/Σw²."""
    return 1.0 / float(particles.weights @ particles.weights)


def trusted(weights: Smoothed, *, error: float) -> bool:
    """Whether importance weights give means and an evidence with an error that can be told.

    A heavy tail matters only where it holds something: its excess over the place where it begins must be little
    of all weight; less than the standard error, where the tail has no mean.
    """
    if weights.pareto_k <= MOST_PARETO_K:
        return True
    return weights.excess < (LITTLE if weights.pareto_k < NO_MEAN else error)
