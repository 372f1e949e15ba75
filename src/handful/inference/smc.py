"""Sequential Monte Carlo: particles from the prior are led to the posterior by tempering the likelihood.

    particles from the prior -> next temperature -> weights -> resampling -> Hamiltonian moves -> ... -> 1 -> draws

At temperature 1 the particles may go on, and every place where they have been is a draw: within a mode a few moves
forget where they began, and cost less than a particle's way through all temperatures. How much lies in each mode
remains what the particles brought along, and their kinship says so.

Several replicates walk in lockstep and share what is adapted: temperatures, metric, step size and the number of
moves come from all particles together, so that one replicate's luck hardly bends its own path. Given those,
replicates know nothing of each other, and their spread is the error.

References
----------
Del Moral, Doucet & Jasra (2006), Journal of the Royal Statistical Society B 68:411, section 3.3.2.3;
Buchholz, Chopin & Jacob (2021), Bayesian Analysis 16:745 (arXiv:1808.07730), for Hamiltonian moves;
Lee & Whiteley (2018), Biometrika 105:609 (arXiv:1509.00394), for what ancestors are good for; Dau & Chopin (2022),
Journal of the Royal Statistical Society B 84:114 (arXiv:2011.02328), for draws out of every move.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from handful.arrays import Floats
from handful.distributions.special import log_sum_exp
from handful.errors import EngineError
from handful.inference.evidence import Evidence
from handful.inference.hamiltonian_moves import Flow, Swarm, covariance_factor
from handful.inference.particles import Particles
from handful.inference.tempering import next_temperature, resampled
from handful.models.target import Target
from handful.progress import Doing, stage

N_REPLICATES = 8
FIRST_STEP = 0.8
"""Standard deviations; the first moves find a better one."""

SHARED_BIAS = 0.0035
"""Nats by which D dimensions and S particles lower every replicate alike are about this times D³/S (measured on
normal targets of 40 to 100 dimensions): the metric that they share is measured on the particles it moves."""

LEAST_BIAS = 0.02

STUCK = (
    "The particles could not follow from the prior to the posterior: what the prior allows is far wider than what the "
    "bags leave. Give the components a prior with larger concentrations, or another engine."
)

MOST_RUNGS = 200
"""Particles that have not arrived after so many temperatures are stuck, and take the rest at once."""

LARGEST_SHARE = 0.5
"""Where one replicate holds more than this part of the evidence, the others have missed what it found."""


def tempered(
    target: Target,
    *,
    n_particles: int = 384,
    n_states: int = 1,
    n_replicates: int = N_REPLICATES,
    rng: np.random.Generator,
) -> Particles:
    """Draws from a posterior that may have several modes, and its evidence.

    Parameters
    ----------
    target : Target
        The posterior.
    n_particles : int
        Of each replicate.
    n_states : int
        How many draws each of them leaves: its places after so many moves at the end.
    n_replicates : int
        How many there are, 3 or more: their spread gives the error of the evidence.
    rng : Generator
        Where the luck comes from.

    Raises
    ------
    EngineError
        If the data are impossible at every point drawn from the prior.
    """
    # What overflows is rejected as a move or has no weight; nothing of it comes out.
    with np.errstate(all="ignore"):
        with stage("tempering") as doing:
            arrived = _tempered(
                target, n_particles=n_particles, n_replicates=n_replicates, doing=doing, rng=rng
            )
        swarms = arrived.flow.walked(arrived.swarm, n_states - 1, step=arrived.step, rng=rng)
    evidence, shares = _pooled(arrived.log_evidences)
    shape, stuck = arrived.swarm.points.shape, (STUCK,) if arrived.stuck else ()
    return Particles(
        points=np.concatenate([one.points for one in swarms]),
        weights=np.tile(np.repeat(shares / (n_particles * n_states), n_particles), n_states),
        replicate=np.tile(np.repeat(np.arange(n_replicates), n_particles), n_states),
        ancestor=np.concatenate([one.ancestor for one in swarms]),
        log_evidence=evidence,
        notes=(*_disagreement(shares), *_shared_bias(shape, evidence.error), *stuck),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Arrived:
    """The particles at temperature 1, and what their way there has told.

    Parameters
    ----------
    swarm : Swarm
        Replicate after replicate.
    flow : Flow
        What moves them there.
    step : float
        The step size that suits them.
    log_evidences : array (R,)
        Of each replicate, in nats.
    stuck : bool
        Whether they had to be brought there at last.
    """

    swarm: Swarm
    flow: Flow
    step: float
    log_evidences: Annotated[Floats, "R"]
    stuck: bool


def _tempered(
    target: Target, *, n_particles: int, n_replicates: int, doing: Doing, rng: np.random.Generator
) -> Arrived:
    """The particles of all replicates, led from the prior to the posterior."""
    number = np.arange(n_replicates * n_particles)
    swarm = Swarm.at(target.draw_prior(len(number), rng=rng), target, ancestor=number)
    if not np.isfinite(swarm.log_likelihood).any():
        raise EngineError(
            engine="smc",
            reason=f"the data are impossible at each of {len(number)} points drawn from the prior",
        )
    log_evidences, flow, step, rungs = np.zeros(n_replicates), Flow(target, 0.0, np.eye(0)), FIRST_STEP, 0
    first = 1.0
    while flow.temperature < 1.0:
        if rungs:  # each temperature is about so many times the one before, and as much work
            first = min(first, flow.temperature)
            doing.at(1.0 - math.log(flow.temperature) / math.log(first))
        rungs += 1
        raised = next_temperature(swarm.log_likelihood, flow.temperature) if rungs < MOST_RUNGS else 1.0
        log_weights = (raised - flow.temperature) * swarm.log_likelihood
        by_replicate = log_weights.reshape(n_replicates, n_particles)
        log_evidences = log_evidences + log_sum_exp(by_replicate) - math.log(n_particles)
        # Of the particles before they are resampled: there are more different ones.
        factor = covariance_factor(swarm.points, np.exp(log_weights - log_sum_exp(log_weights)))
        swarm = swarm.chosen(resampled(by_replicate, rng=rng))
        flow = Flow(target, raised, factor)
        swarm, step = flow.settled(swarm, step=step, rng=rng)
    return Arrived(swarm, flow, step, log_evidences, stuck=rungs >= MOST_RUNGS)


def _pooled(log_evidences: Annotated[Floats, "R"]) -> tuple[Evidence, Annotated[Floats, "R"]]:
    """The log of the mean of the replicates' evidences, with its error, and each one's share in it.

    Evidences are averaged, not their logarithms: their mean is without bias. Twice the error covers 95 %: that of
    few replicates is Student's, which for 8 of them asks for 1.18 times their standard error.
    """
    from scipy.special import stdtrit

    n_replicates = len(log_evidences)
    log_total = float(log_sum_exp(log_evidences))
    shares = np.exp(log_evidences - log_total)
    student = 0.5 * float(stdtrit(n_replicates - 1, 0.975))
    error = student * float(np.std(shares, ddof=1)) * math.sqrt(n_replicates)
    return Evidence(log_total - math.log(n_replicates), error, sampled=True), shares


def _shared_bias(shape: tuple[int, ...], error: float) -> tuple[str, ...]:
    """A sentence where what all replicates may have in common is more than their spread can show."""
    n_particles, n_dims = shape
    bias = SHARED_BIAS * n_dims**3 / n_particles
    if bias <= max(error, LEAST_BIAS):
        return ()
    sentence = (
        f"With {n_dims} dimensions and {n_particles:,} particles the evidence may be low by {bias:.1g} nats in all "
        "replicates alike, which their spread cannot show. Draw more."
    )
    return (sentence,)


def _disagreement(shares: Annotated[Floats, "R"]) -> tuple[str, ...]:
    """A sentence where one replicate outweighs all others."""
    largest = float(shares.max())
    if not largest > LARGEST_SHARE:
        return ()
    sentence = (
        f"The replicates disagree: one of the {len(shares)} holds {largest:.0%} of the evidence, so that neither the "
        "evidence nor the draws can be trusted. Draw more."
    )
    return (sentence,)
