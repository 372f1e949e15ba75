"""The truth about small mixtures by brute force: every labelling of the bags without a label, one by one.

z_b ~ θ, k_b ~ Multinomial(N_b, q_{z_b}), θ ~ Dirichlet(weights_concentration), q_k ~ Dirichlet(a_k). Instead of
their priors, θ may be given (`weights`) and so may the q_k (`recipes`; with `precisions` κ_k the bags are
DirichletMultinomial(N_b, κ_k recipe_k)). Given a labelling all is conjugate, so that the posterior is a finite sum.
The evidence is that of the counts given the known labels, multinomial coefficients included.

All labellings are taken at once, with SciPy's log gamma function: right to 1e-10 or so for bags of tens of items.
Compared with other oracles, which share no formula with it, in tests/test_mixture_oracles.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import special

UNKNOWN = -1
CHUNK = 1 << 16  # labellings worked on at once


@dataclass(frozen=True)
class MixtureTruth:
    """The posterior of B bags and K components, summed over M labellings."""

    log_evidence: float
    labellings: np.ndarray  # (M, B), the known labels in their places
    probabilities: np.ndarray  # (M,)
    weights: np.ndarray  # (K,), the mean of θ
    proportions: np.ndarray  # (K, C), the mean of each q_k
    predictive: np.ndarray  # (C,), the mean of Σ_k θ_k q_k
    sorted_weights: np.ndarray | None  # (K,), the mean of θ in falling order; None where K > 2, θ unknown

    @property
    def assignments(self) -> np.ndarray:
        """P(z_b = k) (B, K)."""
        return np.stack(
            [self.probabilities @ (self.labellings == k) for k in range(len(self.weights))], axis=1
        )

    @property
    def same_source(self) -> np.ndarray:
        """P(z_i = z_j) (B, B)."""
        members = [(self.labellings == k).astype(float) for k in range(len(self.weights))]
        return sum((one * self.probabilities[:, None]).T @ one for one in members)

    def partitions(self) -> dict[tuple[int, ...], float]:
        """The probability of every way to divide the bags by source.

        A partition is a labelling whose labels are numbered as they first appear: (0, 0, 1, 0, 2).
        """
        numbered = numbered_by_appearance(self.labellings)
        codes = numbered @ len(self.weights) ** np.arange(numbered.shape[1])
        _, first, place = np.unique(codes, return_index=True, return_inverse=True)
        found, masses = numbered[first], np.bincount(place, weights=self.probabilities)
        return {tuple(map(int, one)): float(mass) for one, mass in zip(found, masses, strict=True)}


def numbered_by_appearance(labellings) -> np.ndarray:
    """The labellings (M, B) with labels 0, 1, ... in the order in which they appear."""
    n_labellings, n_bags = labellings.shape
    names = np.full((n_labellings, int(labellings.max(initial=0)) + 1), UNKNOWN)
    used = np.zeros(n_labellings, dtype=int)
    rows = np.arange(n_labellings)
    renamed = np.empty((n_labellings, n_bags), dtype=int)
    for b in range(n_bags):
        label = labellings[:, b]
        new = names[rows, label] == UNKNOWN
        names[rows[new], label[new]] = used[new]
        used += new
        renamed[:, b] = names[rows, label]
    return renamed


# ---- all labellings at once ------------------------------------------------------------------------------


@dataclass(frozen=True)
class UnknownWeights:
    """θ ~ Dirichlet(concentration), the labels that are known already counted in."""

    concentration: np.ndarray

    def log_chance(self, n) -> np.ndarray:
        """The log probability (M,) of labellings, n (M, K) bags in each component."""
        return log_beta(self.concentration + n) - log_beta(self.concentration)

    def mean(self, n) -> np.ndarray:
        found = self.concentration + n
        return found / found.sum(axis=1, keepdims=True)

    def sorted_mean(self, n) -> np.ndarray | None:
        if len(self.concentration) == 1:
            return np.ones((len(n), 1))
        if len(self.concentration) > 2:
            return None
        largest = mean_of_larger(*(self.concentration + n).T)
        return np.stack([largest, 1 - largest], axis=1)


@dataclass(frozen=True)
class KnownWeights:
    weights: np.ndarray

    def log_chance(self, n) -> np.ndarray:
        return special.xlogy(n, self.weights).sum(axis=1)

    def mean(self, n) -> np.ndarray:
        return np.broadcast_to(self.weights, n.shape)

    def sorted_mean(self, n) -> np.ndarray:
        return np.broadcast_to(np.sort(self.weights)[::-1], n.shape)


@dataclass(frozen=True)
class UnknownRecipes:
    """q_k ~ Dirichlet(concentrations[k]), independent."""

    table: np.ndarray
    concentrations: np.ndarray

    def log_chance(self, labellings) -> np.ndarray:
        """The log probability (M,) of the sequences of items, without multinomial coefficients."""
        return (log_beta(self._after(labellings)) - log_beta(self.concentrations)).sum(axis=1)

    def mean(self, labellings) -> np.ndarray:
        found = self._after(labellings)
        return found / found.sum(axis=2, keepdims=True)

    def _after(self, labellings) -> np.ndarray:
        n_components = len(self.concentrations)
        sums = [(labellings == k).astype(float) @ self.table for k in range(n_components)]
        return self.concentrations + np.stack(sums, axis=1)


@dataclass(frozen=True)
class KnownRecipes:
    """Proportions (K, C) that are known; a zero makes a component impossible for bags that hold that category."""

    table: np.ndarray
    recipes: np.ndarray
    precisions: np.ndarray | None

    def log_chance(self, labellings) -> np.ndarray:
        return self._of_bags()[np.arange(len(self.table)), labellings].sum(axis=1)

    def mean(self, labellings) -> np.ndarray:
        return np.broadcast_to(self.recipes, (len(labellings), *self.recipes.shape))

    def _of_bags(self) -> np.ndarray:
        counts = self.table[:, None, :]
        if self.precisions is None:
            return special.xlogy(counts, self.recipes).sum(axis=2)
        alpha = self.precisions[:, None] * self.recipes
        possible = np.where(alpha > 0, alpha, 1.0)
        rise = special.gammaln(possible + counts) - special.gammaln(possible)
        of_categories = np.where(alpha > 0, rise, np.where(counts > 0, -np.inf, 0.0)).sum(axis=2)
        totals = self.table.sum(axis=1)[:, None]
        return of_categories + special.gammaln(self.precisions) - special.gammaln(self.precisions + totals)


def enumerate_mixture(
    table,
    weights_concentration,
    component_concentrations,
    known=None,
    *,
    weights=None,
    recipes=None,
    precisions=None,
) -> MixtureTruth:
    """The posterior by a sum over all K^U labellings of the U bags whose label is unknown (-1).

    Give None for `weights_concentration` with `weights`, and for `component_concentrations` with `recipes`.
    """
    table = np.asarray(table, dtype=float)
    known = np.full(len(table), UNKNOWN) if known is None else np.asarray(known)
    if recipes is None:
        of_recipes = UnknownRecipes(table, np.asarray(component_concentrations, dtype=float))
        n_components = len(of_recipes.concentrations)
    else:
        precisions = None if precisions is None else np.asarray(precisions, dtype=float)
        of_recipes = KnownRecipes(table, np.asarray(recipes, dtype=float), precisions)
        n_components = len(of_recipes.recipes)
    if weights is None:
        n_known = np.bincount(known[known != UNKNOWN], minlength=n_components)
        of_weights = UnknownWeights(np.asarray(weights_concentration, dtype=float) + n_known)
    else:
        of_weights = KnownWeights(np.asarray(weights, dtype=float))
    labellings = all_labellings(known, n_components)
    unlabelled = labellings[:, known == UNKNOWN]
    n = np.stack([(unlabelled == k).sum(axis=1) for k in range(n_components)], axis=1)

    log_joint = np.concatenate(
        [
            of_weights.log_chance(n[part]) + of_recipes.log_chance(labellings[part])
            for part in parts(labellings)
        ]
    )
    if log_joint.max() == -np.inf:
        raise ArithmeticError("no labelling is possible")
    log_sum = special.logsumexp(log_joint)
    probabilities = np.exp(log_joint - log_sum)
    return MixtureTruth(
        float(log_sum + log_coefficients(table)),
        labellings,
        probabilities,
        **means(labellings, probabilities, n=n, of_weights=of_weights, of_recipes=of_recipes),
    )


def means(labellings, probabilities, *, n, of_weights, of_recipes) -> dict[str, np.ndarray | None]:
    """The means over all labellings; given a labelling, weights and recipes are independent."""
    proportions, predictive = 0.0, 0.0
    for part in parts(labellings):
        recipe, weight = of_recipes.mean(labellings[part]), of_weights.mean(n[part])
        proportions = proportions + np.einsum("m,mkc->kc", probabilities[part], recipe)
        predictive = predictive + np.einsum("m,mk,mkc->c", probabilities[part], weight, recipe)
    in_order = of_weights.sorted_mean(n)
    return {
        "weights": probabilities @ of_weights.mean(n),
        "proportions": proportions,
        "predictive": predictive,
        "sorted_weights": None if in_order is None else probabilities @ in_order,
    }


def all_labellings(known, n_components) -> np.ndarray:
    """Every labelling (M, B) that agrees with the known labels."""
    free = np.flatnonzero(known == UNKNOWN)
    numbers = np.arange(n_components ** len(free))
    labellings = np.repeat(known[None, :].astype(np.int8), len(numbers), axis=0)
    for place, bag in enumerate(free):
        labellings[:, bag] = numbers // n_components**place % n_components
    return labellings


def parts(labellings) -> Iterator[slice]:
    for start in range(0, len(labellings), CHUNK):
        yield slice(start, start + CHUNK)


def log_beta(a) -> np.ndarray:
    """log ∏Γ(a_c)/Γ(Σa), over the last axis."""
    return special.gammaln(a).sum(axis=-1) - special.gammaln(a.sum(axis=-1))


def log_coefficients(table) -> float:
    """The sum of the log multinomial coefficients."""
    return float((special.gammaln(table.sum(axis=1) + 1) - special.gammaln(table + 1).sum(axis=1)).sum())


def mean_of_larger(a, b) -> np.ndarray:
    """E[max(θ, 1 − θ)] for θ ~ Beta(a, b): θ times its density is a Beta(a + 1, b) density but for E[θ]."""
    above = a / (a + b) * special.betaincc(a + 1, b, 0.5)
    below = b / (a + b) * special.betainc(a, b + 1, 0.5)
    return above + below
