"""Bags that are far apart, as beginnings of components; and a search where components cannot be exchanged.

The beginnings come from an additive recurrence, not from chance: whoever searches the same rows finds the same.

References
----------
Arthur & Vassilvitskii (2007), Proceedings of the 18th ACM-SIAM Symposium on Discrete Algorithms: 1027, for beginnings
that are far apart; Niederreiter (1992), Random Number Generation and Quasi-Monte Carlo Methods, section 3.1, for the
recurrence.
"""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from handful.arrays import Floats, Integers
from handful.inference.optimum_climb import Climbed, Mixtures, Problem, climb, loosen
from handful.inference.optimum_pool import APART

N_STARTS = 24
N_KEPT = 3
STRENGTH = 0.7
LOOSE_STEPS, STEPS = 20, 60


def roots_of(table: Annotated[Integers, "U C"]) -> Annotated[Floats, "U C"]:
    """The square roots of the rows' proportions; their distances are Hellinger's."""
    return np.asarray(np.sqrt(table / np.maximum(table.sum(axis=1, keepdims=True), 1)))


def far_apart(
    roots: Annotated[Floats, "V C"],
    bags: Annotated[Floats, "V"],
    *,
    size: int,
    numbers: Annotated[Integers, "M"],
) -> Annotated[Integers, "V M"]:
    """For each of the numbered beginnings which of `size` founding rows is the nearest to each row.

    The first founder is any bag; each of the others is chosen in proportion to its squared distance from the
    nearest one before.

    Parameters
    ----------
    roots : array (V, C)
        The square roots of proportions; their distances are Hellinger's.
    bags : array (V,)
        How many bags each row stands for.
    size : int
        How many founders.
    numbers : array of int, shape (M,)
        Which beginnings: the same number is the same beginning.
    """
    places = (0.5 + numbers[:, None] * _ratios(size)) % 1.0
    found = np.zeros((len(roots), len(numbers)), dtype=np.int64)
    for beginning, place in enumerate(places):
        nearest = np.ones(len(roots))
        for founder, part in enumerate(place):
            passed = np.cumsum(nearest * bags)
            if passed[-1] <= 0.0:  # all rows have the same proportions as one of the founders
                break
            row = min(int(np.searchsorted(passed, part * passed[-1])), len(roots) - 1)
            distance = ((roots - roots[row]) ** 2).sum(axis=1)
            nearer = distance < nearest if founder else np.ones(len(roots), dtype=bool)
            found[nearer, beginning] = founder
            nearest = np.where(nearer, distance, nearest)
    return found


def anchored(
    problem: Problem,
    start: Mixtures,
    *,
    roots: Annotated[Floats, "U C"],
    bags: Annotated[Floats, "U"],
) -> Climbed:
    """The best mixtures, the highest first, where priors or known bags tell the components apart.

    `start` is a single mixture that follows them. The others begin with rows that are far apart, each given to the
    component that it suits best.
    """
    size = start.log_weights.shape[1]
    nearest = far_apart(roots, bags, size=size, numbers=np.arange(N_STARTS - 1))
    held = (nearest[:, :, None] == np.arange(size)) * bags[:, None, None]
    flat = problem.components.start(held.reshape(len(bags), -1)).reshape(roots.shape[1], -1, size)
    ordered = np.stack([flat[:, i, _suited(problem, flat[:, i])] for i in range(flat.shape[1])], axis=1)
    every = Mixtures(
        np.concatenate([start.parameters, ordered], axis=1),
        np.repeat(start.log_weights, N_STARTS, axis=0),
    )
    all_bags = np.repeat(bags[:, None], N_STARTS, axis=1)
    loose = loosen(problem, every, bags=all_bags, n_steps=LOOSE_STEPS, strength=STRENGTH)
    # Without the loosening, too: where priors are strong it does no good.
    both = Mixtures(
        np.concatenate([every.parameters, loose.parameters], axis=1),
        np.concatenate([every.log_weights, loose.log_weights]),
    )
    found = climb(problem, both, bags=np.tile(all_bags, 2), n_steps=STEPS, tolerance=1e-4)
    best: list[int] = []
    for place in np.argsort(-found.heights, kind="stable"):
        if all(abs(found.heights[place] - found.heights[other]) > APART for other in best):
            best.append(int(place))
    del best[N_KEPT:]
    return Climbed(found.mixtures.of(np.array(best)), found.heights[best], found.taken[:, best])


def _suited(problem: Problem, parameters: Annotated[Floats, "C K"]) -> Annotated[Any, "K"]:
    """For each component the one of the columns that suits its prior and its known bags best."""
    from scipy.optimize import linear_sum_assignment

    size = parameters.shape[1]
    scores = np.empty((size, size))
    for turn in range(size):
        column = np.roll(np.arange(size), turn)
        scores[np.arange(size), column] = problem.components.log_prior(parameters[:, column])
    if problem.barred is not None:
        told = ~np.isfinite(problem.barred).all(axis=1, keepdims=True)
        own = np.isfinite(problem.barred) & told
        scores += own.T.astype(np.float64) @ problem.components.log_pmf(parameters)
    return np.asarray(linear_sum_assignment(scores, maximize=True)[1])


def _ratios(size: int) -> Annotated[Floats, "K"]:
    """The powers of 1/x with x^(K+1) = x + 1: their multiples cover the unit cube evenly."""
    x = 2.0
    for _ in range(60):
        x = (1.0 + x) ** (1.0 / (size + 1))
    return np.asarray((1.0 / x) ** np.arange(1, size + 1))
