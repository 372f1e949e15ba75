"""The best ways to share out some rows among two components, remembered: the same rows are asked about again and again.

Two bags that are far apart found two components, the others join the nearer one, and EM without self-votes does the
rest; of many such beginnings the promising ones go on. The best ways are then stirred: some rows change sides, and
what they settle to is often better still.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

import numpy as np

from handful.arrays import Floats, Integers
from handful.inference.optimum_climb import Climbed, Mixtures, Problem, climb, follow, loosen
from handful.inference.optimum_pool import Flags, nearly_alike
from handful.inference.optimum_starts import far_apart
from handful.models.quick_components import Components

LEAST_ROWS = 3
EACH = 4
"""No more beginnings than this for each row at a time."""

KEPT = 3

STIRRED, SIDES, STIRRINGS = 2, 8, 1
"""So many of the best ways are stirred in so many manners, so many times."""

CHANGED = 0.25
"""The part of the rows that change sides."""

GOLDEN, SILVER = 0.6180339887498949, 0.41421356237309515

LEAST_BAGS = 0.5
"""A component with less is empty."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to look for a way to share out rows.

    Parameters
    ----------
    n_starts, n_first : int
        How many beginnings, and how many steps each of them makes.
    n_kept, n_more, n_last : int
        How many go on, with how many steps, and with how many of plain EM at the end.
    strength : float
        How much of a bag's self-vote is taken away.
    """

    n_starts: int
    n_first: int
    n_kept: int
    n_more: int
    n_last: int
    strength: float


THOROUGH = (
    Effort(64, 4, 8, 14, 8, strength=0.6),
    Effort(32, 8, 8, 12, 8, strength=0.85),
    Effort(64, 4, 8, 14, 8, strength=0.5),
)
"""Each time that rows are asked about, one more is spent. Small components are found with little strength only."""

HASTY = (
    Effort(12, 4, 4, 10, 6, strength=0.7),
    Effort(12, 4, 4, 10, 6, strength=0.5),
    Effort(12, 4, 4, 10, 6, strength=0.85),
)


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """A way to share out rows among two components.

    Parameters
    ----------
    height : float
        Log posterior of the two, but for a constant, in nats.
    parameters : array (C, 2)
        Of the components.
    log_weights : array (2,)
        Of their weights.
    second : array of bool, shape (V,)
        The rows that the second takes more of than the first.
    """

    height: float
    parameters: Annotated[Floats, "C 2"]
    log_weights: Annotated[Floats, "2"]
    second: Annotated[Flags, "V"]


@dataclass(slots=True, eq=False)
class Remembered:
    """What is known of the ways to share out some rows."""

    components: Components
    spent: dict[tuple[Effort, ...], int] = field(default_factory=dict)
    n_starts: int = 0
    n_stirred: int = 0
    ways: list[Split] = field(default_factory=list)
    single: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Splits:
    """The best ways to share out rows, as far as somebody has asked.

    Parameters
    ----------
    components : Components
        All rows.
    roots : array (U, C)
        The square roots of their proportions; their distances are Hellinger's.
    bags : array (U,)
        How many bags each stands for.
    concentration : array (1,)
        Of the prior on weights.
    memory : dict
        By rows.
    """

    components: Components
    roots: Annotated[Floats, "U C"]
    bags: Annotated[Floats, "U"]
    concentration: Annotated[Floats, "1"]
    memory: dict[bytes, Remembered] = field(default_factory=dict)

    def ways(self, chosen: Annotated[Flags, "U"], efforts: tuple[Effort, ...]) -> list[Split]:
        """The best ways to share out the chosen rows, after one more of the `efforts`."""
        rows = np.flatnonzero(chosen)
        if len(rows) < LEAST_ROWS:
            return []
        known = self._remembered(chosen)
        turn = known.spent.get(efforts, 0)
        if turn < len(efforts):
            known.spent[efforts] = turn + 1
            self._look(known, rows, effort=efforts[turn])
            for _ in range(STIRRINGS):
                self._stir(known, rows)
        return known.ways

    def remember(self, chosen: Annotated[Flags, "U"], way: Split) -> None:
        """Add a way to those that are known."""
        if chosen.sum() >= LEAST_ROWS:
            _add(self._remembered(chosen), way)

    def single(self, chosen: Annotated[Flags, "U"]) -> float:
        """The log posterior of one component for all of the chosen rows, but for a constant, in nats."""
        known = self._remembered(chosen)
        if known.single is None:
            bags = self.bags[chosen][:, None]
            start = Mixtures(known.components.start(bags)[:, :, None], np.zeros((1, 1)))
            problem = Problem(known.components, self.concentration)
            known.single = float(climb(problem, start, bags=bags, n_steps=12, tolerance=1e-3).heights[0])
        return known.single

    def _remembered(self, chosen: Annotated[Flags, "U"]) -> Remembered:
        key = np.packbits(chosen).tobytes()
        if key not in self.memory:
            self.memory[key] = Remembered(self.components.of_rows(np.flatnonzero(chosen)))
        return self.memory[key]

    def _look(self, known: Remembered, rows: Annotated[Integers, "V"], *, effort: Effort) -> None:
        """One more effort for these rows."""
        number = min(effort.n_starts, EACH * len(rows))
        own = self.bags[rows]
        numbers = np.arange(number) + known.n_starts
        nearest = far_apart(self.roots[rows], own, size=2, numbers=numbers)
        known.n_starts += number
        both = (nearest[:, :, None] == np.arange(2)) * own[:, None, None]
        flat = known.components.start(both.reshape(len(rows), -1))
        start = Mixtures(flat.reshape(len(flat), number, 2), np.full((number, 2), np.log(0.5)))
        found = self._raced(Problem(known.components, self.concentration), start, own=own, effort=effort)
        self._add_all(known, found, own=own)

    def _stir(self, known: Remembered, rows: Annotated[Integers, "V"]) -> None:
        """Let some rows change sides in the best ways, and see what they settle to."""
        if not known.ways:
            return
        own, best = self.bags[rows], known.ways[:STIRRED]
        problem = Problem(known.components, self.concentration)
        start = Mixtures(
            np.repeat(np.stack([way.parameters for way in best], axis=1), SIDES, axis=1),
            np.repeat(np.stack([way.log_weights for way in best]), SIDES, axis=0),
        )
        numbers = np.arange(len(start.log_weights)) + known.n_stirred
        known.n_stirred += len(numbers)
        bags = np.repeat(own[:, None], len(numbers), axis=1)
        taken = climb(problem, start, bags=bags, n_steps=0, tolerance=0.0).taken
        # An additive recurrence again: about that part of the rows, and others for every number.
        changed = (np.arange(len(rows))[:, None] * GOLDEN + numbers * SILVER) % 1.0 < CHANGED
        taken = np.where(changed[:, :, None], taken[:, :, ::-1], taken)
        now = follow(problem, start, taken=taken, bags=bags, n_steps=2)
        now = loosen(problem, now, bags=bags, n_steps=6, strength=0.4)
        self._add_all(known, climb(problem, now, bags=bags, n_steps=8, tolerance=1e-2), own=own)

    @staticmethod
    def _add_all(known: Remembered, found: Climbed, *, own: Annotated[Floats, "V"]) -> None:
        """Remember the best of these ways, without those that leave a component empty."""
        held = (found.taken * own[:, None, None]).sum(axis=0)
        for i in np.argsort(-found.heights, kind="stable"):
            if held[i].min() >= LEAST_BAGS:
                mixtures = found.mixtures
                _add(
                    known,
                    Split(
                        float(found.heights[i]),
                        mixtures.parameters[:, i],
                        mixtures.log_weights[i],
                        found.taken[:, i, 1] > found.taken[:, i, 0],
                    ),
                )

    @staticmethod
    def _raced(problem: Problem, start: Mixtures, *, own: Annotated[Floats, "V"], effort: Effort) -> Climbed:
        """The mixtures that have climbed highest from these beginnings."""
        bags = np.repeat(own[:, None], len(start.log_weights), axis=1)
        now = loosen(problem, start, bags=bags, n_steps=effort.n_first, strength=effort.strength)
        if len(now.log_weights) > effort.n_kept:
            first = climb(problem, now, bags=bags, n_steps=1, tolerance=0.0)
            best = np.argsort(-first.heights, kind="stable")[: effort.n_kept]
            now, bags = first.mixtures.of(best), bags[:, best]
        now = loosen(problem, now, bags=bags, n_steps=effort.n_more, strength=effort.strength)
        return climb(problem, now, bags=bags, n_steps=effort.n_last, tolerance=1e-2)


def _add(known: Remembered, way: Split) -> None:
    """Among the best ways; of those that share out the rows nearly alike only the best is kept."""
    for place, other in enumerate(known.ways):
        if nearly_alike(np.stack([way.second, ~way.second]), np.stack([other.second, ~other.second])):
            if way.height > other.height:
                known.ways[place] = way
            break
    else:
        known.ways.append(way)
    known.ways.sort(key=lambda one: -one.height)
    del known.ways[KEPT:]
