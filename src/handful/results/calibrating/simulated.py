"""One simulation: a truth, bags made from it, an engine's posterior, and where the truth lies among its draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from handful.arrays import Floats
from handful.results.calibrating.quantities import Ranked
from handful.results.calibrating.setting import drawn
from handful.results.made_up.quantities import Quantities

AMONG = 63
"""A truth is ranked among so many draws, which are few enough to know nothing of each other: 64 ranks."""

TIE, TINY = 1e-9, 1e-12
"""Where quantities are equal, or known, only rounding could say which is larger."""


@dataclass(frozen=True, slots=True, eq=False)
class Simulation:
    """What one simulation found.

    Parameters
    ----------
    names : tuple of str
        The Q quantities.
    scores : array (Q,)
        The rank of each truth as a number in [0, 1], uniform if the engine is right: (rank + V)/64, V uniform.
    engine : str
        Which engine answered.
    ok : bool
        Whether it had nothing to complain of.
    """

    names: tuple[str, ...]
    scores: Annotated[Floats, "Q"]
    engine: str
    ok: bool


def simulated(ranked: Ranked, truth: Quantities | None, *, rng: np.random.Generator) -> Simulation:
    """A simulation, whose numbers all come from its own `rng`; a `truth` that is not given is drawn from the prior."""
    setting = ranked.setting
    one = setting.truth(rng) if truth is None else truth
    table = setting.table(one, rng)
    outcome = setting.answer(table, rng=rng)
    draws = drawn(outcome, AMONG, rng=rng)
    together = {name: np.concatenate([values, draws[name]]) for name, values in one.items()}
    found = ranked.values(together, table, rng=rng)
    scores = scores_of(np.column_stack(list(found.values())), rng=rng)
    engine, _ = outcome.instead or ("", "")
    return Simulation(tuple(found), scores, engine, outcome.ok)


def scores_of(values: Annotated[Floats, "S Q"], *, rng: np.random.Generator) -> Annotated[Floats, "Q"]:
    """Where the first of S values lies among the others, from 0 to 1; ties fall by chance.

    Among S − 1 independent draws of its own distribution it has each of the S ranks with the same probability; spread
    evenly over its Sth part of [0, 1], the rank is uniform (Talts et al. 2018, arXiv:1804.06788, section 4).

    Examples
    --------
    >>> bool(0.25 < scores_of(np.array([[2.0], [1.0], [3.0], [4.0]]), rng=np.random.default_rng(1))[0] < 0.5)
    True
    """
    first, others = values[0], values[1:]
    ties = np.isclose(others, first, rtol=TIE, atol=TINY)
    rank = ((others < first) & ~ties).sum(axis=0) + rng.integers(0, ties.sum(axis=0) + 1)
    return np.asarray((rank + rng.random(len(first))) / len(values))
