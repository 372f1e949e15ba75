"""Made-up bags from two or three sources, with priors: few enough to be enumerated, as different as they can be.

Half of the cases have exchangeable components (equal priors, no labels), where the posterior has every mode K! times.
In the others something tells the components apart: priors centred on recipes, priors of all shapes, unequal priors on
the weights, a few known labels, or two of these. All priors have the form base + strength · recipe_k, so that any of
them can be given to a model of recipes with a strength.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

UNKNOWN = -1
MOST_BAGS = {2: 14, 3: 11}  # at most 3^11 = 177,147 labellings
MOST_ITEMS = 60
EXCHANGEABLE = ("flat", "informed", "weak")
TOLD_APART = ("recipes", "asymmetric", "weights", "labels", "recipes and labels")


@dataclass(frozen=True)
class MixtureCase:
    """B bags, C categories, K components; the components' priors are base + strength · recipes."""

    name: str
    table: np.ndarray  # (B, C)
    weights_concentration: np.ndarray  # (K,)
    component_concentrations: np.ndarray  # (K, C)
    known: np.ndarray  # (B,), -1 where unknown
    base: np.ndarray  # (C,)
    strength: float  # 0 without recipes
    recipes: np.ndarray | None  # (K, C)

    @property
    def exchangeable(self) -> bool:
        """Whether nothing but the counts tells the components apart."""
        return (
            bool((self.component_concentrations == self.component_concentrations[0]).all())
            and bool((self.weights_concentration == self.weights_concentration[0]).all())
            and bool((self.known == UNKNOWN).all())
        )


@dataclass(frozen=True)
class Prior:
    weights: np.ndarray
    base: np.ndarray
    strength: float = 0.0
    recipes: np.ndarray | None = None

    @property
    def concentrations(self) -> np.ndarray:
        if self.recipes is None:
            return np.tile(self.base, (len(self.weights), 1))
        return self.base + self.strength * self.recipes


def mixture_cases(n: int, rng: np.random.Generator) -> tuple[MixtureCase, ...]:
    """`n` cases; every kind of prior comes again and again, and every other case is exchangeable."""
    return tuple(mixture_case(number, one) for number, one in enumerate(rng.spawn(n)))


def mixture_case(number: int, rng: np.random.Generator) -> MixtureCase:
    kinds = TOLD_APART if number % 2 else EXCHANGEABLE
    kind = kinds[number // 2 % len(kinds)]
    n_components, n_categories = int(rng.integers(2, 4)), int(rng.integers(2, 7))
    fewer_than_components = rng.random() < 0.08
    n_bags = int(
        rng.integers(1, n_components)
        if fewer_than_components
        else rng.integers(n_components, MOST_BAGS[n_components] + 1)
    )
    separated = rng.random() < 0.5
    sources = sources_of(n_components, n_categories, separated=separated, rng=rng)
    prior = prior_of(kind, sources, rng)
    origins = rng.choice(n_components, size=n_bags, p=rng.dirichlet(np.full(n_components, 2.0)))
    table = rng.multinomial(totals_of(n_bags, rng), sources[origins])
    if rng.random() < 0.3:
        table[rng.integers(n_bags)] = 0
    if n_bags > 1 and rng.random() < 0.3:
        one, other = rng.choice(n_bags, size=2, replace=False)
        table[one] = table[other]
    known = np.full(n_bags, UNKNOWN)
    if "labels" in kind:
        labelled = rng.choice(n_bags, size=min(n_bags, int(rng.integers(1, 4))), replace=False)
        known[labelled] = origins[labelled]
    name = (
        f"{number}: {kind}, {'separated' if separated else 'close'}, "
        f"B = {n_bags}, K = {n_components}, C = {n_categories}"
    )
    return MixtureCase(
        name, table, prior.weights, prior.concentrations, known, prior.base, prior.strength, prior.recipes
    )


def sources_of(n_components, n_categories, *, separated, rng) -> np.ndarray:
    """The true proportions (K, C): drawn independently, or all near one recipe."""
    if separated:
        return rng.dirichlet(np.full(n_categories, 0.8), size=n_components)
    middle = rng.dirichlet(np.full(n_categories, 5.0))
    return rng.dirichlet(100.0 * middle, size=n_components)


def totals_of(n_bags, rng) -> np.ndarray:
    """Items in each bag: all sizes, about 55 each, or a few."""
    style = rng.integers(3)
    if style == 0:
        return rng.integers(0, MOST_ITEMS + 1, size=n_bags)
    if style == 1:
        return rng.integers(50, MOST_ITEMS + 1, size=n_bags)
    return rng.integers(0, 8, size=n_bags)


def prior_of(kind, sources, rng) -> Prior:
    """The prior of this kind; its recipes, if any, may be right, nearly right or of something else."""
    n_components, n_categories = sources.shape
    flat_weights, flat = np.ones(n_components), np.ones(n_categories)
    unequal_weights = rng.gamma(2.0, 1.5, size=n_components) + 0.3
    unequal = rng.gamma(1.5, 2.0, size=n_categories) + 0.2
    if kind == "flat":
        return Prior(flat_weights, flat)
    if kind == "informed":
        return Prior(float(rng.choice([1.0, 4.0])) * flat_weights, unequal + 20.0 * sources.mean(axis=0))
    if kind == "weak":
        return Prior(0.5 * flat_weights, float(rng.choice([0.3, 0.5])) * flat)
    if kind == "labels":
        return Prior(flat_weights, flat)
    if kind == "weights":
        return Prior(unequal_weights, unequal)
    recipes = recipes_near(sources, rng)
    strength = float(rng.choice([5.0, 20.0, 50.0]))
    if kind == "asymmetric":
        return Prior(unequal_weights, unequal, strength, recipes)
    return Prior(flat_weights if kind == "recipes" else unequal_weights, flat, strength, recipes)


def recipes_near(sources, rng) -> np.ndarray:
    """Published recipes (K, C): near the truth, or two of them exchanged with it, or with a zero."""
    recipes = np.array([rng.dirichlet(60.0 * source + 0.5) for source in sources])
    trouble = rng.integers(4)
    if trouble == 0:
        recipes = recipes[::-1].copy()
    if trouble == 1:
        recipes[0, np.argmin(recipes[0])] = 0.0
    return recipes / recipes.sum(axis=1, keepdims=True)
