"""How seldom a bag from the components is as improbable as one that was counted.

What a bag is measured by is T(k) = log Σ_j f_j(k) / E_j f_j: how probable it is under the components, each on a scale
of its own, so that a rare component's bags or a wide one's are no worse than others. From each component, bags of the
same total are simulated, and

    p = Σ_k P(k | bag) P(T(K) ≤ T(bag)),   K from component k,

estimated by (1 + hits)/(M + 1). Given its component, p is uniform for a bag of the right model. Where components are
far apart T is f_k, the only one that counts, and p is uniform altogether. Where they overlap, a mean of the p-values of
single f_k would be none: of two uniform numbers the mean seldom is small. With one T for all of them it is, but where a
narrow component lies within a wide one that is hardly known; there fewer are small, the safe side.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from handful.arrays import Floats, Integers
from handful.distributions.draws import draw_log_dirichlet
from handful.distributions.multinomial import draw_counts
from handful.distributions.special import log_factorial, log_rising_excess
from handful.products import product
from handful.results.assigning.components import KnownComponents

TIE = 1e-9
AT_ONCE = 64
MOST = 700.0

FEWEST_BAGS, MOST_BAGS = 99, 999
FEWEST_POINTS, MOST_POINTS = 50, 100
CELLS, PRODUCTS = 20_000_000, 40_000_000
"""About so many counts are simulated, and so many probabilities of bags found."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is simulated.

    Parameters
    ----------
    n_bags : int
        From each component, M.
    n_points : int
        How many points the probability of a bag is averaged over, at most.
    """

    n_bags: int
    n_points: int

    @staticmethod
    def for_(n_scopes: int, n_components: int, *, n_categories: int) -> Effort:
        """As much as takes about a second for bags of so many different totals."""
        scopes = max(n_scopes, 1)
        n_bags = int(np.clip(CELLS // (scopes * n_components * n_categories), FEWEST_BAGS, MOST_BAGS))
        n_points = int(np.clip(PRODUCTS // (scopes * n_components**2 * n_bags), FEWEST_POINTS, MOST_POINTS))
        return Effort(n_bags, n_points)


def unlikely(
    logs: Annotated[Floats, "n J R"],
    *,
    chances: Annotated[Floats, "B J"],
    measuring: Annotated[Floats, "B n"] | None,
    counting: Annotated[Floats, "B M"] | None,
    n_bags: int,
) -> Annotated[Floats, "B"]:
    """The p of bags that hold equally many items.

    Parameters
    ----------
    logs : array (n, J, R)
        The log probabilities of bags at n points under J components: M simulated ones from each component in turn,
        then the B bags themselves.
    chances : array (B, J)
        P(component | bag).
    measuring, counting : array (B, n) and (B, M), or None
        What the points count that measure, and the simulated bags, when a bag is left out; None where no bag has to be.
    n_bags : int
        M.
    """
    first = chances.shape[1] * n_bags
    peaks = logs[:, :, :first].max(axis=(0, 2))
    relative = np.ascontiguousarray(np.exp(np.minimum(logs - peaks[:, None], MOST)).transpose(1, 0, 2))
    if measuring is None or counting is None:
        measured = _measured(relative, np.ones((1, len(logs))), v=np.ones((1, n_bags)))
        return _share_of_sorted(measured, chances, n_bags=n_bags)
    found = np.empty(len(chances))
    for start in range(0, len(chances), AT_ONCE):
        part = np.arange(start, min(start + AT_ONCE, len(chances)))
        v = counting[part] / counting[part].mean(axis=1, keepdims=True)
        measured = _measured(relative, measuring[part], v=v)
        simulated = measured[:, :first].reshape(len(part), -1, n_bags)
        own = measured[np.arange(len(part)), first + part]
        hits = simulated <= own[:, None, None] + TIE
        shares = (1.0 + (v[:, None] * hits).sum(axis=2)) / (n_bags + 1.0)
        found[part] = np.minimum((chances[part] * shares).sum(axis=1), 1.0)  # sums of weights are rounded
    return found


def of_dirichlets(
    table: Annotated[Integers, "R C"], concentration: Annotated[Floats, "R C"], *, rng: np.random.Generator
) -> Annotated[Floats, "R"]:
    """The p of bags whose component is known, where its recipe has a Dirichlet without the bag, for each another."""
    totals = table.sum(axis=1)
    n_bags = int(np.clip(CELLS // max(table.size, 1), FEWEST_BAGS, MOST_BAGS))
    found = np.ones(len(table))
    some = np.flatnonzero(totals)
    for start in range(0, len(some), AT_ONCE):
        part = some[start : start + AT_ONCE]
        shares = np.exp(draw_log_dirichlet(concentration[part], n_bags, rng=rng))
        bags = draw_counts(totals[part], shares, rng=rng)
        every = np.concatenate([table[None, part], bags])
        # What depends on the total alone is the same for all of them.
        log_mean = np.log(concentration[part] / concentration[part].sum(axis=1, keepdims=True))
        rising = every * log_mean + log_rising_excess(concentration[part], every)
        logs = (rising - log_factorial(every)).sum(axis=2)
        found[part] = (1.0 + (logs[1:] <= logs[0] + TIE).sum(axis=0)) / (n_bags + 1.0)
    return found


def points_of(
    components: KnownComponents, effort: Effort
) -> tuple[Annotated[Integers, "n"], Annotated[Integers, "M"]]:
    """The points that measure bags, and those that bags are simulated from, one a bag.

    They are not the same: else a simulated bag would be measured by the very point that it comes from, and a bag that
    was counted would not.
    """
    every = np.arange(components.n_points)
    if len(every) == 1:
        return every, np.zeros(effort.n_bags, dtype=np.int64)
    measuring, drawing = every[::2], every[1::2]
    n_measuring = min(len(measuring), effort.n_points)
    return components.resampled(measuring, n_measuring), components.resampled(drawing, effort.n_bags)


def _measured(
    relative: Annotated[Floats, "J n R"], weights: Annotated[Floats, "G n"], *, v: Annotated[Floats, "G M"]
) -> Annotated[Floats, "G R"]:
    """T of every bag, the first M of them simulated from the first component, and so on.

    Parameters
    ----------
    relative : array (J, n, R)
        How probable each bag is at each point under each component.
    weights : array (G, n)
        What the points count, in each of G ways.
    v : array (G, M)
        What the simulated bags count; their mean is 1.
    """
    n_bags = v.shape[1]
    found = np.zeros((len(weights), relative.shape[2]))
    for place, of_component in enumerate(relative):
        pmf = product(np.ascontiguousarray(weights), of_component)
        typical = (v * pmf[:, place * n_bags : (place + 1) * n_bags]).mean(axis=1, keepdims=True)
        found += pmf / np.maximum(typical, np.finfo(np.float64).tiny)
    with np.errstate(divide="ignore"):
        return np.log(found)


def _share_of_sorted(
    measured: Annotated[Floats, "1 R"], chances: Annotated[Floats, "B J"], *, n_bags: int
) -> Annotated[Floats, "B"]:
    """The p where all simulated bags count alike."""
    counted = measured[0, len(measured[0]) - len(chances) :] + TIE
    found = np.zeros(len(chances))
    for place in range(chances.shape[1]):
        simulated = np.sort(measured[0, place * n_bags : (place + 1) * n_bags])
        hits = np.searchsorted(simulated, counted, side="right")
        found += chances[:, place] * (1.0 + hits) / (n_bags + 1.0)
    return np.minimum(found, 1.0)
