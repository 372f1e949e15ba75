"""Hamiltonian moves of many particles at once, under a prior times a likelihood to some power.

All particles share the metric and the step size, so that one array holds them all. Whatever blows up
is rejected: a step too long, a NaN, a place where the likelihood is 0.

References
----------
Neal (2011), MCMC using Hamiltonian dynamics, in: Handbook of Markov Chain Monte Carlo, chapter 5
(arXiv:1206.1901).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from handful.arrays import Floats, Integers
from handful.models.target import Target
from handful.products import folded, product
from handful.progress import each

Flags = np.ndarray[Any, np.dtype[np.bool_]]

ACCEPTED = 0.75
"""The acceptance that the step size aims at: between 0.6 and 0.9 hardly anything changes (Betancourt,
Byrne & Girolami 2014, arXiv:1411.6669)."""

STEP_RANGE = (0.005, 1.6)
"""Of step sizes, in standard deviations; at 2 the leapfrog is unstable even on a normal density."""

LENGTHS = (1.3, 2.1)
"""Of trajectories, in standard deviations; with the jitter below they are about π/2, a quarter of an orbit, which
on a normal density forgets its start altogether."""

JITTER = (0.5, 1.2)
"""Each particle has its own part of the step, so that none comes back to where it was, and none is stuck
where the density is more curved than elsewhere."""

MOST_LEAPS = 32
MOST_MOVES = 4
"""A temperature has to mix what resampling has doubled, and no more."""

MEMORY = 0.3
"""Moves end when no correlation with the start is larger ..."""

FADING = 0.95
"""... or when a further move has left more than this part of it: separate modes remember for ever."""

FARTHEST = 1e4
"""A momentum so many standard deviations large belongs to a trajectory that has diverged."""

RIDGE = 1e-10
"""A direction in which particles do not differ is given this part of its coordinate's variance."""


@dataclass(frozen=True, slots=True, eq=False)
class Swarm:
    """Particles, and what the target says of the places where they are.

    Parameters
    ----------
    points : array (S, D)
        Where they are.
    log_prior, log_likelihood : array (S,)
        In nats; −inf where the target says so or says NaN.
    ancestor : array of int, shape (S,)
        Which particle of the first generation each of them descends from.
    """

    points: Annotated[Floats, "S D"]
    log_prior: Annotated[Floats, "S"]
    log_likelihood: Annotated[Floats, "S"]
    ancestor: Annotated[Integers, "S"]

    @staticmethod
    def at(points: Annotated[Floats, "S D"], target: Target, *, ancestor: Annotated[Integers, "S"]) -> Swarm:
        """The particles at `points`."""
        return Swarm(
            points,
            _finite(target.log_prior(points), -math.inf),
            _finite(target.log_likelihood(points), -math.inf),
            ancestor,
        )

    def chosen(self, index: Annotated[Integers, "T"]) -> Swarm:
        """The particles at these places of the list."""
        return Swarm(
            self.points[index],
            self.log_prior[index],
            self.log_likelihood[index],
            self.ancestor[index],
        )

    def replaced(self, where: Flags, by: Swarm) -> Swarm:
        """The particles of `by` at some places, and these elsewhere."""
        return Swarm(
            np.where(where[:, None], by.points, self.points),
            np.where(where, by.log_prior, self.log_prior),
            np.where(where, by.log_likelihood, self.log_likelihood),
            self.ancestor,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """The Hamiltonian flow under a target at one temperature.

    Parameters
    ----------
    target : Target
        The prior and the likelihood.
    temperature : float
        The power of the likelihood.
    factor : array (D, D)
        The Cholesky factor of the covariance by which distances are measured.
    """

    target: Target
    temperature: float
    factor: Annotated[Floats, "D D"]

    def settled(self, swarm: Swarm, *, step: float, rng: np.random.Generator) -> tuple[Swarm, float]:
        """The particles after enough moves, and the step size for the next ones.

        Enough is judged of all particles together, by how much their coordinates and their log
        likelihoods, on which the next weights depend, still correlate with those at the start.
        """
        start, memory = self._remembered(swarm), 1.0
        for number in range(MOST_MOVES):
            swarm, acceptance = self.moved(swarm, step=step, rng=rng)
            step = float(np.clip(step * math.exp(acceptance - ACCEPTED), *STEP_RANGE))
            before, memory = memory, largest_correlation(start, self._remembered(swarm))
            if memory < MEMORY or (number > 0 and memory > FADING * before):
                break
        return swarm, step

    def walked(self, swarm: Swarm, n_moves: int, *, step: float, rng: np.random.Generator) -> list[Swarm]:
        """The particles where they are, and after each of so many moves with a step size that nothing changes."""
        found = [swarm]
        for _ in each(range(n_moves), "further move"):
            found.append(self.moved(found[-1], step=step, rng=rng)[0])
        return found

    def moved(self, swarm: Swarm, *, step: float, rng: np.random.Generator) -> tuple[Swarm, float]:
        """The particles after one move each, and the part of them that moved."""
        n_leaps = min(max(1, round(rng.uniform(*LENGTHS) / step)), MOST_LEAPS)
        steps = step * rng.uniform(*JITTER, size=(len(swarm.points), 1))
        momentum = rng.standard_normal(swarm.points.shape)

        there, chance = self._tried(swarm, momentum, steps=steps, n_leaps=n_leaps)
        taken = rng.random(len(chance)) < chance
        return swarm.replaced(taken, there), float(chance.mean())

    def _tried(
        self,
        swarm: Swarm,
        momentum: Annotated[Floats, "S D"],
        *,
        steps: Annotated[Floats, "S 1"],
        n_leaps: int,
    ) -> tuple[Swarm, Annotated[Floats, "S"]]:
        """Where the particles would be after a trajectory each, and with which chance they go there."""
        ends, last, lost = self._leapt(swarm, momentum, steps=steps, n_leaps=n_leaps)
        there = Swarm.at(ends, self.target, ancestor=swarm.ancestor)
        gain = self._log_density(there) - self._log_density(swarm)
        gain = gain + 0.5 * folded(np.add, momentum**2 - last**2, axis=1)
        return there, np.where(lost | np.isnan(gain), 0.0, np.exp(np.minimum(gain, 0.0)))

    def _leapt(
        self,
        swarm: Swarm,
        momentum: Annotated[Floats, "S D"],
        *,
        steps: Annotated[Floats, "S 1"],
        n_leaps: int,
    ) -> tuple[Annotated[Floats, "S D"], Annotated[Floats, "S D"], Flags]:
        """Where the leapfrog ends, the momentum there, and who is lost (Neal 2011, figure 2).

        The momentum lives where the metric is the identity: positions are `factor` times as far. Who is lost
        waits at its start. The way back would be lost at the same place, so that the balance is kept.
        """
        points, lost = swarm.points, np.zeros(len(steps), dtype=bool)
        momentum = momentum + 0.5 * steps * self._slope(points)
        for leap in range(n_leaps):
            if not np.abs(momentum).max() < FARTHEST:
                lost |= ~(folded(np.maximum, np.abs(momentum), axis=1) < FARTHEST)
                momentum = np.where(lost[:, None], 0.0, momentum)
            points = points + steps * product(momentum, self.factor.T)
            if lost.any():
                points = np.where(lost[:, None], swarm.points, points)
            momentum = momentum + (1.0 if leap < n_leaps - 1 else 0.5) * steps * self._slope(points)
        return points, momentum, lost

    def _slope(self, points: Annotated[Floats, "S D"]) -> Annotated[Floats, "S D"]:
        """The slope of the tempered log density where the metric is the identity; 0 where there is none."""
        return product(_finite(self.target.slope(points, self.temperature), 0.0), self.factor)

    def _log_density(self, swarm: Swarm) -> Annotated[Floats, "S"]:
        return np.asarray(swarm.log_prior + self.temperature * swarm.log_likelihood)

    def _remembered(self, swarm: Swarm) -> Annotated[Floats, "S D+1"]:
        """What a move should make particles forget."""
        inverse = np.asarray(np.linalg.inv(self.factor), dtype=np.float64)
        coordinates = product(swarm.points, inverse.T)
        return np.column_stack([coordinates, _finite(swarm.log_likelihood, 0.0)])


def covariance_factor(
    points: Annotated[Floats, "S D"], weights: Annotated[Floats, "S"]
) -> Annotated[Floats, "D D"]:
    """The Cholesky factor of the covariance of weighted points, drawn to its diagonal where they are few.

    Examples
    --------
    >>> covariance_factor(np.array([[0.0], [2.0]]), np.array([0.5, 0.5])).round(6)
    array([[1.]])
    """
    centred = points - weights @ points
    covariance = product(np.ascontiguousarray((weights[:, None] * centred).T), centred)
    diagonal = np.diagonal(covariance).copy()
    # From n points D directions are known as well as their diagonal when n is many times D.
    trusted = 1.0 / (1.0 + len(diagonal) * float(weights @ weights))
    covariance *= trusted
    spread = np.where(diagonal > 0, diagonal, max(float(diagonal.max()), np.finfo(np.float64).tiny))
    covariance[np.diag_indices(len(diagonal))] = diagonal + RIDGE * spread
    return np.asarray(np.linalg.cholesky(covariance), dtype=np.float64)


def largest_correlation(before: Annotated[Floats, "S Q"], after: Annotated[Floats, "S Q"]) -> float:
    """The largest correlation of a column with itself later; columns that do not vary have none.

    Examples
    --------
    >>> largest_correlation(np.array([[1.0], [2.0], [3.0]]), np.array([[2.0], [4.0], [6.0]]))
    1.0
    """
    first, second = before - before.mean(axis=0), after - after.mean(axis=0)
    size = np.sqrt((first**2).sum(axis=0) * (second**2).sum(axis=0))
    varies = size > 0
    return float(((first * second).sum(axis=0)[varies] / size[varies]).max(initial=0.0))


def _finite(found: Annotated[Floats, "..."], otherwise: float) -> Annotated[Floats, "..."]:
    known = np.isfinite(found)
    return found if known.all() else np.where(known, found, otherwise)
