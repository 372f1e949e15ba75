"""What a bag from known recipes says of where it comes from: summed over all outcomes, or over made-up bags."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb
from typing import Annotated

import numpy as np

from handful.arrays import Floats, Integers
from handful.distributions.multinomial import draw_counts, log_pmf
from handful.distributions.special import log_sum_exp
from handful.inference.dealings import compositions
from handful.results.planning.candidates import Estimate
from handful.rng import as_generator

MOST_OUTCOMES = 200_000
"""Of so many all are summed over."""
MADE_UP = 40_000
"""Else so many bags are drawn from each recipe."""
SAME = 1e-9
"""In nats: odds that are those that were asked for, but for rounding, reach them."""


@dataclass(frozen=True, slots=True, eq=False)
class Recipe:
    """The recipes to be told apart, and a seed: every size meets the same stream of chances.

    Parameters
    ----------
    proportions : array (K, C)
        The recipes.
    seed : int
        For outcomes that are too many to be summed over.

    Examples
    --------
    >>> Recipe(np.array([[0.5, 0.5], [0.2, 0.8]]), 1).accuracy(np.array([0.5, 0.5]), 1)
    Estimate(probability=0.65, error=0.0)
    """

    proportions: Annotated[Floats, "K C"]
    seed: int

    def is_exact(self, n_items: int) -> bool:
        """Whether all outcomes of so many items are summed over."""
        n_categories = self.proportions.shape[1]
        return comb(n_items + n_categories - 1, n_categories - 1) <= MOST_OUTCOMES

    def accuracy(self, weights: Annotated[Floats, "K"], n_items: int) -> Estimate:
        """The part of bags that is put right by those who know recipes and weights: Σ_k max_j θ_j f_j(k).

        Parameters
        ----------
        weights : array (K,)
            The share of bags from each recipe.
        n_items : int
            How many items a bag holds.
        """
        with np.errstate(divide="ignore"):
            log_weights, logs = np.log(weights), np.log(self.proportions)
        if self.is_exact(n_items):
            counts = compositions(n_items, self.proportions.shape[1])
            joint = log_pmf(counts[:, None, :], logs) + log_weights
            return Estimate(min(float(np.exp(joint.max(axis=1)).sum()), 1.0))
        rng, value, variance = as_generator(self.seed), 0.0, 0.0
        for weight, recipe in zip(weights, self.proportions, strict=True):
            joint = _scores(self._drawn(recipe, n_items, rng=rng), logs) + log_weights
            # Not whether the bag is put right, but how probably: the same mean, and less of chance in it.
            surest = np.exp(joint.max(axis=1) - log_sum_exp(joint, axis=1))
            value += float(weight * surest.mean())
            variance += float(weight**2 * surest.var() / MADE_UP)
        return Estimate(value, float(np.sqrt(variance)))

    def decisive(self, n_items: int, *, log_odds: float) -> Estimate:
        """The probability that items from one of two recipes speak for it with these odds, for the harder of the two.

        Parameters
        ----------
        n_items : int
            How many there are, all from one recipe.
        log_odds : float
            In nats.
        """
        each = [self._decisive(true, n_items, log_odds=log_odds) for true in (0, 1)]
        return min(each)

    def _decisive(self, true: int, n_items: int, *, log_odds: float) -> Estimate:
        with np.errstate(divide="ignore"):
            logs = np.log(self.proportions)
        if self.is_exact(n_items):
            counts = compositions(n_items, self.proportions.shape[1])
            own, other = (log_pmf(counts, logs[k]) for k in (true, 1 - true))
            return Estimate(min(float(np.exp(own[_above(own, other, log_odds=log_odds)]).sum()), 1.0))
        rng = as_generator(self.seed + true)
        scores = _scores(self._drawn(self.proportions[true], n_items, rng=rng), logs)
        share = float(_above(scores[:, true], scores[:, 1 - true], log_odds=log_odds).mean())
        return Estimate(share, float(np.sqrt(max(share * (1.0 - share), 1.0 / MADE_UP) / MADE_UP)))

    def _drawn(
        self, recipe: Annotated[Floats, "C"], n_items: int, *, rng: np.random.Generator
    ) -> Annotated[Integers, "S C"]:
        return draw_counts(np.full(MADE_UP, n_items), recipe, rng=rng)


def _scores(counts: Annotated[Integers, "S C"], logs: Annotated[Floats, "K C"]) -> Annotated[Floats, "S K"]:
    """Σ_c k_c log q_c under each recipe, 0 · log 0 being 0; the coefficient is the same for all."""
    finite = np.where(np.isneginf(logs), 0.0, logs)
    impossible = (counts > 0).astype(np.float64) @ np.isneginf(logs).T.astype(np.float64) > 0
    return np.where(impossible, -np.inf, counts.astype(np.float64) @ finite.T)


def _above(
    own: Annotated[Floats, "S"], other: Annotated[Floats, "S"], *, log_odds: float
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Where the log odds are reached; what is impossible under its own recipe does not happen."""
    possible = np.isfinite(own)
    return np.asarray(possible & (np.where(possible, own, 0.0) - other >= log_odds - SAME))
