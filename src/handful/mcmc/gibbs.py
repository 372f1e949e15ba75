"""Gibbs sampling of a mixture: each part in turn, drawn from its distribution given all the others.

    which component filled each bag       z_b  given θ and q:   P(k) ∝ θ_k ∏_c q_kc^k_bc
    how many bags each component fills    θ    given z:         Dirichlet(t + bags of each)
    the recipe of each component          q_k  given z:         Dirichlet(a_k + items of its bags)

Every one of these is known exactly, so that nothing is ever rejected. But z, θ and q hang together: where recipes are
clear a bag hardly ever changes sides, and all components together never do, so that chains stay in the labelling they
began in. Many chains move at once here (M of them, the first axis); read every line as if there were one.

References
----------
Geman & Geman (1984), IEEE Transactions on Pattern Analysis and Machine Intelligence 6:721; Diebolt & Robert (1994),
Journal of the Royal Statistical Society B 56:363, for mixtures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from handful.arrays import Floats, Integers
from handful.distributions.draws import draw_log_dirichlet
from handful.distributions.multinomial import draw_categorical


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """What M chains hold at one moment.

    Parameters
    ----------
    assignments : array of int, shape (M, B)
        Which component each bag comes from, from 0 on.
    log_weights : array (M, K)
        log θ.
    log_proportions : array (M, K, C)
        The logs of the components' recipes.
    """

    assignments: Annotated[Integers, "M B"]
    log_weights: Annotated[Floats, "M K"]
    log_proportions: Annotated[Floats, "M K C"]


@dataclass(frozen=True, slots=True, eq=False)
class Gibbs:
    """The bags, and the priors.

    Parameters
    ----------
    counts : array of int, shape (B, C) or (M, B, C)
        What each bag holds; the same for all chains, or for each chain another table.
    known : array of int, shape (B,)
        The component of a bag where it is known; -1 elsewhere.
    weights : array (K,)
        t, the concentration of the Dirichlet prior on θ; or θ itself, if `weights_are_known`.
    components : array (K, C)
        a_k, those of the recipes; or the recipes themselves, if `recipes_are_known`.
    weights_are_known, recipes_are_known : bool
        Whether there is nothing to draw.
    """

    counts: Annotated[Integers, "... B C"]
    known: Annotated[Integers, "B"]
    weights: Annotated[Floats, "K"]
    components: Annotated[Floats, "K C"]
    weights_are_known: bool = False
    recipes_are_known: bool = False

    def start(self, n_chains: int, *, rng: np.random.Generator) -> Parts:
        """Weights and recipes drawn from their priors, and then assignments."""
        nobody = np.full((n_chains, len(self.known)), -1)
        log_weights = self.draw_weights(nobody, rng=rng)
        log_proportions = self.draw_proportions(nobody, rng=rng)
        return Parts(
            self.draw_assignments(log_weights, log_proportions, rng=rng), log_weights, log_proportions
        )

    def sweep(self, parts: Parts, *, rng: np.random.Generator) -> Parts:
        """All three parts drawn anew, one after another."""
        assignments = self.draw_assignments(parts.log_weights, parts.log_proportions, rng=rng)
        log_weights = self.draw_weights(assignments, rng=rng)
        return Parts(assignments, log_weights, self.draw_proportions(assignments, rng=rng))

    def draw_assignments(
        self,
        log_weights: Annotated[Floats, "M K"],
        log_proportions: Annotated[Floats, "M K C"],
        *,
        rng: np.random.Generator,
    ) -> Annotated[Integers, "M B"]:
        """Each bag's component, given weights and recipes."""
        drawn = draw_categorical(self.probabilities(log_weights, log_proportions), rng=rng)
        return np.where(self.known < 0, drawn, self.known)

    def draw_weights(
        self, assignments: Annotated[Integers, "M B"], *, rng: np.random.Generator
    ) -> Annotated[Floats, "M K"]:
        """The log weights, given how many bags each component has."""
        if self.weights_are_known:
            with np.errstate(divide="ignore"):
                return np.tile(np.log(self.weights), (len(assignments), 1))
        return np.asarray(draw_log_dirichlet(self.weights_given(assignments), 1, rng=rng)[0])

    def draw_proportions(
        self, assignments: Annotated[Integers, "M B"], *, rng: np.random.Generator
    ) -> Annotated[Floats, "M K C"]:
        """The log recipes, given what the bags of each component hold."""
        if self.recipes_are_known:
            with np.errstate(divide="ignore"):
                return np.tile(np.log(self.components), (len(assignments), 1, 1))
        return np.asarray(draw_log_dirichlet(self.proportions_given(assignments), 1, rng=rng)[0])

    def probabilities(
        self, log_weights: Annotated[Floats, "M K"], log_proportions: Annotated[Floats, "M K C"]
    ) -> Annotated[Floats, "M B K"]:
        """P(component | bag), given weights and recipes."""
        # No item of a colour that a component lacks is no surprise: 0 · log 0 is 0, and −1e300 stands for log 0.
        logs = np.maximum(log_proportions, -1e300)
        heights = self.counts @ np.swapaxes(logs, 1, 2) + log_weights[:, None, :]
        shares = np.exp(heights - heights.max(axis=2, keepdims=True))
        return np.asarray(shares / shares.sum(axis=2, keepdims=True))

    def weights_given(self, assignments: Annotated[Integers, "M B"]) -> Annotated[Floats, "M K"]:
        """The concentration of θ: its prior's, and a bag is worth 1."""
        return np.asarray(self.weights + self.shares_of(assignments).sum(axis=1))

    def proportions_given(self, assignments: Annotated[Integers, "M B"]) -> Annotated[Floats, "M K C"]:
        """The concentrations of the recipes: their priors', and an item is worth 1."""
        return np.asarray(self.components + np.swapaxes(self.shares_of(assignments), 1, 2) @ self.counts)

    def shares_of(self, assignments: Annotated[Integers, "M B"]) -> Annotated[Floats, "M B K"]:
        """1 where a bag is a component's, else 0."""
        return np.asarray(assignments[:, :, None] == np.arange(len(self.weights)), dtype=np.float64)
