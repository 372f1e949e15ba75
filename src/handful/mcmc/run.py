"""Chains of a sampler: move, write down where it is, move on.

The warm-up is forgotten. Where the step is to be adapted, that happens in the warm-up alone: a sampler that went on to
learn from its own chain would no longer visit places as often as the density says.

References
----------
Robbins & Monro (1951), Annals of Mathematical Statistics 22:400, for steps that follow the acceptance; Andrieu & Thoms
(2008), Statistics and Computing 18:343, algorithm 4.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from handful.arrays import read_only_floats
from handful.distributions.checks import whole
from handful.errors import ParameterError
from handful.mcmc.chains import Chains
from handful.mcmc.checks import Step
from handful.mcmc.place import Place, Point
from handful.progress import each
from handful.rng import RNG, as_generator, fresh_seed

FADING = 0.6
"""The i-th move of the warm-up changes the logarithm of the step by i^-0.6 at most."""


class Sampler(Protocol):
    """What makes a chain."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def step(self) -> Step:
        """How far it goes."""

    def start(self, point: Point) -> Place:
        """The place where a chain begins."""

    def move(self, here: Place, *, rng: np.random.Generator) -> tuple[Place, bool]:
        """Where the chain goes on from, and whether it has moved."""

    def aim(self, n_dims: int) -> float:
        """The acceptance that its step should lead to."""

    def with_step(self, step: Step) -> Sampler:
        """The same with another step."""


def run(
    sampler: Sampler,
    *,
    starts: Sequence[Point] | Point,
    n_draws: int = 2000,
    warmup: int = 0,
    adapt: bool = False,
    names: Sequence[str] | None = None,
    rng: RNG = None,
) -> Chains:
    """The chains of a sampler, one from each start.

    Parameters
    ----------
    sampler : Metropolis or Hamiltonian
        What moves.
    starts : list of points
        Where each chain begins, far from one another if possible; one point makes a single chain.
    n_draws : int, optional
        How many draws of each chain to keep.
    warmup : int, optional
        How many moves to make first, and to forget.
    adapt : bool, optional
        Whether the warm-up changes the step until about the right part of the moves is accepted.
    names : list of str, optional
        What the coordinates are called; 'x', or 'x1', 'x2', ... if not given.
    rng : int, Generator or None, optional
        Where the luck comes from.

    Raises
    ------
    ParameterError
        If there is no start, one is impossible, or there is nothing to adapt in.

    Examples
    --------
    >>> from handful.mcmc.metropolis import Metropolis
    >>> walker = Metropolis(lambda q: -0.5 * q**2, step=2.5)
    >>> run(walker, starts=[-3.0, 3.0], n_draws=1000, warmup=100, rng=1)
    Chains(metropolis: 2 x 1,000 draws of x; accepted 42%, 42%)
    """
    number, forgotten = whole(n_draws, name="n_draws", least=1), whole(warmup, name="warmup")
    if adapt and not forgotten:
        message = "adapt=True: the step is adapted in the warm-up, and there is none; give warmup=500, say"
        raise ParameterError(message, name="warmup", found=warmup)
    seed = fresh_seed() if rng is None else (None if isinstance(rng, np.random.Generator) else rng)
    points: list[Point] = [float(starts)] if isinstance(starts, int | float | np.number) else list(starts)
    places = [_begun(sampler, point) for point in points]
    if not places:
        raise ParameterError(
            "starts = []: give a point for each chain to begin at", name="starts", found=starts
        )
    generators = as_generator(rng if seed is None else seed).spawn(len(places))
    chains = [
        _chain(sampler, here, n_draws=number, warmup=forgotten, adapt=adapt, rng=own)
        for here, own in each(list(zip(places, generators, strict=True)), "chain")
    ]
    draws = np.array([[np.ravel(place.point) for place in chain] for chain, _, _ in chains])
    n_dims = draws.shape[2]
    called = names or (["x"] if n_dims == 1 else [f"x{place}" for place in range(1, n_dims + 1)])
    if len(called) != n_dims:
        raise ParameterError(
            f"names = {list(called)}: a point has {n_dims} coordinates", name="names", found=names
        )
    return Chains(
        read_only_floats(draws),
        tuple(called),
        read_only_floats([[place.log_density for place in chain] for chain, _, _ in chains]),
        read_only_floats([accepted for _, accepted, _ in chains]),
        sampler.name,
        read_only_floats([np.ravel(step) for _, _, step in chains]),
        tuple(called),
        None if seed is None else int(seed),
    )


def _begun(sampler: Sampler, point: Point) -> Place:
    """The place of a start that is possible."""
    place = sampler.start(point)
    if place.log_density == -math.inf:
        message = f"starts: the log density is -inf at {point}; begin where something is possible"
        raise ParameterError(message, name="starts", found=point)
    return place


def _chain(
    sampler: Sampler, here: Place, *, n_draws: int, warmup: int, adapt: bool, rng: np.random.Generator
) -> tuple[list[Place], float, Step]:
    """The places of one chain, the part of its moves that were accepted, and its step."""
    for number in each(range(1, warmup + 1), "step of the warm-up"):
        here, accepted = sampler.move(here, rng=rng)
        if adapt:
            by = (accepted - sampler.aim(int(np.size(here.point)))) / number**FADING
            sampler = sampler.with_step(sampler.step * math.exp(by))
    places, moves = [], 0
    for _ in each(range(n_draws), "draw"):
        here, accepted = sampler.move(here, rng=rng)
        places.append(here)
        moves += accepted
    return places, moves / n_draws, sampler.step
