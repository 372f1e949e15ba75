"""The recipe of each bag given a population: between what was counted in the bag and the population's mean.

Given a draw (κ, m) a bag's recipe is Dirichlet(κ m + k_b); its mean and variance over the posterior follow
in closed form from those of the draws.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from handful.arrays import Floats, Integers, read_only_floats
from handful.data.counts import Counts
from handful.distributions.scaled_dirichlet import draw_log_scaled_dirichlet
from handful.inference.draws import Draws

CELLS_AT_ONCE = 1 << 20
"""So many numbers at once keep memory flat."""

MOST_DRAWS = 4_000
"""More draws than this change no digit that is shown; they are chosen in proportion to their weights."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class BagProportions:
    """What is known of each bag's own recipe.

    Parameters
    ----------
    bags, categories : tuple of str
        The names.
    counted : array (B, C)
        The shares counted in each bag; the population's mean for an empty one.
    mean, sd : array (B, C)
        Of the share of each category in the recipe of each bag: shrunk from what was counted towards
        the population.
    population : array (C,)
        The expected mean of the population.

    Examples
    --------
    >>> import handful as hf
    >>> counts = hf.Counts([[12, 43], [30, 25]], categories=["blue", "not blue"], ids=["A", "B"])
    >>> found = hf.fit(hf.Hierarchical(), counts, rng=1).bag_proportions()
    >>> bool(12 / 55 < found.mean[0, 0] < found.population[0])
    True
    """

    bags: tuple[str, ...]
    categories: tuple[str, ...]
    counted: Annotated[Floats, "B C"]
    mean: Annotated[Floats, "B C"]
    sd: Annotated[Floats, "B C"]
    population: Annotated[Floats, "C"]

    @property
    def distance(self) -> Annotated[Floats, "B"]:
        """How far each bag's expected recipe lies from the population: half the sum of the differences.

        It is the part of the bag's items that would have to change their category (total variation).
        """
        return np.asarray(0.5 * np.abs(self.mean - self.population).sum(axis=1))

    def __repr__(self) -> str:
        return f"BagProportions({len(self.bags):,} bags x {len(self.categories)} categories)"


def bag_proportions(draws: Draws, counts: Counts) -> BagProportions:
    """The mean and sd of each bag's shares, bags in the order of `counts`."""
    chosen = _few(draws)
    precision = chosen.quantities["precision"]
    base = precision[:, None] * chosen.quantities["proportions"]
    totals = counts.totals.astype(np.float64)
    mean, square = np.empty(counts.table.shape), np.empty(counts.table.shape)
    for part in _parts(counts.n_bags, cells=base.size):
        above = base[:, None, :] + counts.table[None, part]
        whole = (precision[:, None] + totals[None, part])[:, :, None]
        share = above / whole
        mean[part] = np.einsum("s,sbc->bc", chosen.weights, share)
        # E q² of a Dirichlet: a (a + 1) / (A (A + 1)).
        square[part] = np.einsum("s,sbc->bc", chosen.weights, share * ((above + 1.0) / (whole + 1.0)))
    population = np.asarray(chosen.weights @ chosen.quantities["proportions"])
    return BagProportions(
        bags=counts.bags,
        categories=counts.categories,
        counted=read_only_floats(_shares(counts, where_empty=population)),
        mean=read_only_floats(mean),
        sd=read_only_floats(np.sqrt(np.maximum(square - mean**2, 0.0))),
        population=read_only_floats(population),
    )


def draw_bag_proportions(
    draws: Draws, counts: Counts, *, chosen: Integers, rng: np.random.Generator
) -> Annotated[Floats, "n B C"]:
    """A recipe for each bag and for each of the `chosen` draws."""
    precision = draws.quantities["precision"][chosen]
    base = precision[:, None] * draws.quantities["proportions"][chosen]
    found = np.empty((len(chosen), *counts.table.shape))
    for part in _parts(counts.n_bags, cells=base.size):
        concentration = base[:, None, :] + counts.table[None, part]
        log_mean = np.log(concentration) - np.log(concentration.sum(axis=-1, keepdims=True))
        found[:, part] = np.exp(draw_log_scaled_dirichlet(log_mean, concentration, rng=rng))
    return found


def _shares(counts: Counts, *, where_empty: Annotated[Floats, "C"]) -> Annotated[Floats, "B C"]:
    totals = counts.totals[:, None].astype(np.float64)
    return np.where(totals > 0, counts.table / np.maximum(totals, 1.0), where_empty)


def _few(draws: Draws) -> Draws:
    """The draws, or as many of them as are enough."""
    if draws.n_draws <= MOST_DRAWS or not draws.sampled:
        return draws
    # Every so many-th draw, with its weight: no further randomness.
    step = -(-draws.n_draws // MOST_DRAWS)
    kept = slice(None, None, step)
    weights = draws.weights[kept] / draws.weights[kept].sum()
    return Draws.of({name: values[kept] for name, values in draws.quantities.items()}, weights=weights)


def _parts(n_bags: int, *, cells: int) -> Iterator[slice]:
    at_once = max(1, CELLS_AT_ONCE // max(cells, 1))
    return (slice(start, start + at_once) for start in range(0, n_bags, at_once))
