"""A search for the highest point of a mixture's posterior, where components can be exchanged.

One component has one peak. The best mixtures of K components come from the best of K − 1 by splitting one of their
components; then components are split and others merged, and pairs shared out anew, until nothing climbs higher.
Nothing is left to chance: the same rows give the same peak, whatever the seed and the order of the bags.

Beyond the number of components that the data ask for, peaks that differ by a nat are many, and no search that ends
can promise the highest.

References
----------
Ueda, Nakano, Ghahramani & Hinton (2000), Neural Computation 12:2109, for splitting and merging.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

import numpy as np

from handful.arrays import Floats, Integers
from handful.inference.optimum_climb import Mixtures, Problem, climb, follow, loosen, votes
from handful.inference.optimum_pool import APART, POOL, Change, Found, add_to, most_promising
from handful.inference.optimum_splits import HASTY, THOROUGH, Split, Splits
from handful.progress import each

TRIED = 3
"""So many changes are tried at a time."""

ROUNDS = 3
"""The most rounds of changes for each number of components."""

MOVED = 8
"""So many rows are moved from one component to another at a time."""

FIRST_STEPS, LAST_STEPS = 6, 40
CLOSE = 2.0
"""What is this much lower, in nats, after the first steps may still climb past."""

CONVERGED = 1e-4
STRENGTH = 0.7
SHAKES = 10


@dataclass(slots=True, eq=False)
class Ladder:
    """The best mixtures of 1, 2, 3, ... components, found one number after another and kept.

    Parameters
    ----------
    splits : Splits
        The rows, and the best ways to share them out.
    levels : list
        The best mixtures of each number, the highest first.
    above : list
        Mixtures of the next number, to begin with.
    """

    splits: Splits
    levels: list[list[Found]] = field(default_factory=list)
    above: list[Found] = field(default_factory=list)

    def up_to(self, n_components: int) -> list[Found]:
        """The best mixtures of so many components."""
        if not self.levels:
            start = self.splits.components.start(self.splits.bags[:, None])
            self.levels.append([self._settled(Mixtures(start[:, :, None], np.zeros((1, 1))))])
            self._split(self.levels[0], self.above)
        for _ in each(range(len(self.levels), n_components), "component"):
            self._next()
        return self.levels[n_components - 1]

    def _next(self) -> None:
        """The best mixtures of one component more."""
        pool, above = list(self.above), list[Found]()
        if not pool:  # hardly any rows: nothing can be split
            pool = [self._settled(self._with_empty(self.levels[-1][0]))]
        for turn in each(range(ROUNDS), "round"):
            before = pool[0].height
            self._share_anew(pool[0], pool)
            self._move(pool[0], pool)
            self._split(pool if turn == 0 else pool[:1], above)
            self._merge(above if turn == 0 else above[:2], pool)
            if turn and pool[0].height < before + 1e-3:
                break
        for _ in range(ROUNDS):
            before = pool[0].height
            self._move(pool[0], pool)
            if pool[0].height < before + 1e-3:
                break
        self._split(pool[:1], above)
        self.levels.append(pool)
        self.above = above

    def _split(self, mixtures: list[Found], pool: list[Found]) -> None:
        """Into the pool: mixtures with one of their components split."""
        changes = []
        for one in mixtures:
            for k, rows in enumerate(one.hard):
                for way in self.splits.ways(rows, THOROUGH)[:2]:
                    promise = one.height + way.height - self.splits.single(rows)
                    parameters = np.column_stack([np.delete(one.parameters, k, axis=1), way.parameters])
                    log_weights = np.append(
                        np.delete(one.log_weights, k), one.log_weights[k] + way.log_weights
                    )
                    changes.append(Change(promise, parameters, log_weights))
        best = most_promising(changes, TRIED)
        self._try(best, pool)
        self._try(best, pool, n_shakes=SHAKES)

    def _merge(self, mixtures: list[Found], pool: list[Found]) -> None:
        """Into the pool: mixtures with two of their components merged."""
        changes = []
        for one in mixtures:
            pairs = np.array([(i, j) for i in range(len(one.log_weights)) for j in range(i)])
            bags = one.taken.sum(axis=0)
            share = bags[pairs] / np.maximum(bags[pairs].sum(axis=1, keepdims=True), 1e-9)
            start = (one.parameters[:, pairs] * share).sum(axis=2)[:, :, None]
            held = one.taken[:, pairs].sum(axis=2)
            problem = self._problem
            merged = climb(
                problem,
                Mixtures(start, np.zeros((len(pairs), 1))),
                bags=held * self.splits.bags[:, None],
                n_steps=4,
                tolerance=0.1,
            )
            for place, pair in enumerate(pairs):
                promise = one.height + merged.heights[place] - self._together(one, pair, held=held[:, place])
                parameters = np.column_stack(
                    [np.delete(one.parameters, pair, axis=1), merged.mixtures.parameters[:, place]]
                )
                log_weights = np.append(
                    np.delete(one.log_weights, pair), np.logaddexp.reduce(one.log_weights[pair])
                )
                changes.append(Change(promise, parameters, log_weights))
        best = most_promising(changes, TRIED + 1)
        self._try(best, pool)
        self._try(best, pool, n_shakes=SHAKES)

    def _share_anew(self, one: Found, pool: list[Found]) -> None:
        """Into the pool: the mixture with the rows of two components shared out in another way."""
        changes, hard = [], one.hard
        for i in range(len(hard)):
            for j in range(i):
                rows, pair = hard[i] | hard[j], np.array([i, j])
                now = self._together(one, pair, held=rows.astype(np.float64))
                own = one.log_weights[pair] - np.logaddexp.reduce(one.log_weights[pair])
                self.splits.remember(rows, Split(now, one.parameters[:, pair], own, hard[j][rows]))
                for way in self.splits.ways(rows, HASTY):
                    if way.height > now + APART:
                        parameters, log_weights = one.parameters.copy(), one.log_weights.copy()
                        parameters[:, pair] = way.parameters
                        log_weights[pair] = np.logaddexp.reduce(one.log_weights[pair]) + way.log_weights
                        changes.append(Change(one.height + way.height - now, parameters, log_weights))
        self._try(most_promising(changes, TRIED + 1), pool)
        self._try([Change(one.height, one.parameters, one.log_weights)], pool, n_shakes=2 * SHAKES)

    def _move(self, one: Found, pool: list[Found]) -> None:
        """Into the pool: the mixture with those rows moved that are nearest to wanting it, one by one and together."""
        size = len(one.log_weights)
        if size == 1:
            return
        own = self.splits.bags[:, None]
        now = Mixtures(one.parameters[:, None], one.log_weights[None])
        wanted = votes(self._problem, now, bags=own)[:, 0]
        rows, here = np.arange(len(own)), one.taken.argmax(axis=1)
        staying = wanted[rows, here]
        wanted[rows, here] = -np.inf
        there = wanted.argmax(axis=1)
        first = np.argsort(staying - wanted[rows, there], kind="stable")[:MOVED]
        sets = [
            *(first[i : i + 1] for i in range(len(first))),
            *(first[:n] for n in range(2, len(first) + 1)),
        ]
        taken = np.repeat(one.taken[:, None], len(sets), axis=1)
        for place, moved in enumerate(sets):
            taken[moved, place] = np.eye(size)[there[moved]]
        everywhere = now.of(np.zeros(len(sets), dtype=np.int64))
        bags = np.repeat(own, len(sets), axis=1)
        self._keep(follow(self._problem, everywhere, taken=taken, bags=bags, n_steps=2), pool)

    def _together(self, one: Found, pair: Annotated[Integers, "2"], *, held: Annotated[Floats, "U"]) -> float:
        """The log posterior of two of the components for the rows that are held, but for a constant, in nats."""
        parameters, log_weights = one.parameters[:, pair], one.log_weights[pair]
        log_weights = log_weights - np.logaddexp.reduce(log_weights)
        components = self.splits.components
        logs = np.logaddexp.reduce(components.log_pmf(parameters) + log_weights, axis=1)
        weighed = (self.splits.concentration * log_weights).sum() + components.log_prior(parameters).sum()
        return float((held * self.splits.bags * logs).sum() + weighed)

    def _try(self, changes: list[Change], pool: list[Found], *, n_shakes: int = 0) -> None:
        """Into the pool: where the changes lead to, if that is high enough."""
        if not changes:
            return
        start = Mixtures(
            np.stack([one.parameters for one in changes], axis=1),
            np.stack([one.log_weights for one in changes]),
        )
        bags = np.repeat(self.splits.bags[:, None], len(changes), axis=1)
        if n_shakes:
            start = loosen(self._problem, start, bags=bags, n_steps=n_shakes, strength=STRENGTH)
        self._keep(start, pool)

    def _keep(self, start: Mixtures, pool: list[Found]) -> None:
        """Into the pool: the peaks above these mixtures, if they are high enough."""
        bags = np.repeat(self.splits.bags[:, None], len(start.log_weights), axis=1)
        rough = climb(self._problem, start, bags=bags, n_steps=FIRST_STEPS, tolerance=1e-2)
        fresh = [
            place
            for place in np.argsort(-rough.heights, kind="stable")
            if all(abs(rough.heights[place] - other.height) > APART / 2 for other in pool)
        ]
        for place in fresh[:TRIED]:
            if len(pool) < POOL or rough.heights[place] > pool[-1].height - CLOSE:
                found = self._settled(rough.mixtures.of(np.array([place])))
                add_to(pool, found)

    def _settled(self, start: Mixtures) -> Found:
        """The peak above a single mixture."""
        found = climb(
            self._problem, start, bags=self.splits.bags[:, None], n_steps=LAST_STEPS, tolerance=CONVERGED
        )
        mixtures = found.mixtures
        return Found(
            mixtures.parameters[:, 0], mixtures.log_weights[0], float(found.heights[0]), found.taken[:, 0]
        )

    def _with_empty(self, one: Found) -> Mixtures:
        """The mixture with one component more, which has no bags to begin with."""
        empty = self.splits.components.start(np.zeros((len(self.splits.bags), 1)))
        share = float(self.splits.concentration[0]) / float(self.splits.bags.sum() + 1.0)
        log_weights = np.append(one.log_weights, np.log(share)) - np.log1p(share)
        return Mixtures(np.column_stack([one.parameters, empty])[:, None], log_weights[None])

    @property
    def _problem(self) -> Problem:
        return Problem(self.splits.components, self.splits.concentration)
