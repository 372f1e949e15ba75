"""Worlds in which everything is right, and worlds with one fault: what an alarm must stay silent on, and fire on.

A world is a function of a seed that returns sentences: none where nothing is wrong. Each fault names words that one of
its sentences must hold: an alarm for the wrong reason does not count.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

import handful as hf
from handful import mcmc

COLOURS = ("blue", "brown", "green", "orange", "red", "yellow")
BAGS, ITEMS = 30, 55
DRAWS = 2_000
BLOCKS = 10  # categories of the pollen-like tables, in two blocks that rise together

Said = list[str]
World = Callable[[int], Said]


@dataclass(frozen=True)
class Alarm:
    """A fault and the same world without it."""

    name: str
    clean: World
    fault: World | None
    words: str = ""


def world_rng(seed: int) -> np.random.Generator:
    """The stream of a world, apart from that of the fit, which is given the seed itself."""
    return np.random.default_rng([seed, 1])


def counts(table: np.ndarray, **labels: list[str]) -> hf.Counts:
    """The table with names."""
    n_bags, n_categories = table.shape
    names = COLOURS[:n_categories] if n_categories <= len(COLOURS) else [f"c{c}" for c in range(n_categories)]
    return hf.Counts(table, categories=names, ids=[f"bag {b + 1}" for b in range(n_bags)], labels=labels)


def bags(rng: np.random.Generator, recipes: np.ndarray, items: int = ITEMS) -> np.ndarray:
    """A bag of each recipe."""
    return np.array([rng.multinomial(items, recipe / recipe.sum()) for recipe in recipes])


def of_one(rng: np.random.Generator, n_bags: int = BAGS) -> np.ndarray:
    """Bags of one recipe."""
    return bags(rng, np.tile(rng.dirichlet(np.ones(6)), (n_bags, 1)))


def of_many(rng: np.random.Generator, precision: float, n_bags: int = BAGS) -> np.ndarray:
    """Bags with recipes of their own."""
    mean = rng.dirichlet(np.ones(6)) * 0.9 + 0.1 / 6
    return bags(rng, rng.dirichlet(precision * mean, size=n_bags))


def of_two(rng: np.random.Generator, n_bags: int = BAGS) -> tuple[np.ndarray, np.ndarray]:
    """Bags of two factories, and which is whose; three tenths of their items at least are of other colours."""
    recipes = rng.dirichlet(np.ones(6), size=2)
    while 0.5 * np.abs(recipes[0] - recipes[1]).sum() < 0.3:
        recipes = rng.dirichlet(np.ones(6), size=2)
    factory = rng.permutation(np.arange(n_bags) % 2)
    return bags(rng, recipes[factory]), factory


def pollen(rng: np.random.Generator) -> np.ndarray:
    """Logistic-normal recipes, categories in two blocks that rise together: no Dirichlet can do that."""
    block = np.arange(BLOCKS) // (BLOCKS // 2)
    correlation = np.where(block[:, None] == block, 0.6, 0.0) + 0.4 * np.eye(BLOCKS)
    logs = rng.multivariate_normal(np.linspace(0.0, -1.5, BLOCKS), 0.6**2 * correlation, size=BAGS)
    return bags(rng, np.exp(logs), items=300)


def checked(model: object, table: hf.Counts, seed: int) -> Said:
    """The sentences of a check that raises an alarm."""
    found = hf.check(hf.fit(model, table, rng=seed), table, draws=DRAWS, rng=seed)
    return [] if found.verdict.ok else list(found.verdict.notes)


def pooled(make: Callable[[np.random.Generator], np.ndarray]) -> World:
    """A pooled fit of such bags."""
    return lambda seed: checked(hf.Pooled(), counts(make(world_rng(seed))), seed)


def tight(factor: float) -> World:
    """Recipes come from Dirichlet(1, ..., 1); the prior has a standard deviation so many times smaller."""
    own = factor**2 * (6 + 1) - 1  # the variance of a share is m (1 - m)/(precision + 1)

    def world(seed: int) -> Said:
        table = of_one(world_rng(seed))
        return checked(hf.Pooled(hf.Dirichlet([own / 6] * 6)), counts(table), seed)

    return world


def stranger(rng: np.random.Generator) -> np.ndarray:
    """Bags of one recipe, and one bag of the recipe turned round."""
    recipe = np.sort(rng.dirichlet(np.ones(6)))
    recipes = np.tile(recipe, (BAGS, 1))
    recipes[int(rng.integers(BAGS))] = recipe[::-1]
    return bags(rng, recipes)


def doubled(rng: np.random.Generator) -> np.ndarray:
    """Bags of one recipe, of which five were entered twice."""
    table = of_one(rng)
    table[:5] = table[5:10]
    return table


def labelled(swapped: int) -> World:
    """Two factories that are known by their labels, so many labels of either being the other's."""

    def world(seed: int) -> Said:
        table, factory = of_two(world_rng(seed))
        told = factory.copy()
        for k in (0, 1):
            told[np.flatnonzero(factory == k)[:swapped]] = 1 - k
        named = counts(table, factory=[("NJ", "TN")[k] for k in told])
        return checked(hf.Mixture(2, labels="factory"), named, seed)

    return world


def mixture(n_bags: int, *, overdispersed: bool = False) -> World:
    """Two factories fitted by two components, labels unknown; overdispersed ones with half of the labels known."""

    def world(seed: int) -> Said:
        rng = world_rng(seed)
        if not overdispersed:
            return checked(hf.Mixture(2), counts(of_two(rng, n_bags)[0]), seed)
        mean = rng.dirichlet(np.ones(6), size=2) * 0.9 + 0.1 / 6
        factory = np.arange(n_bags) % 2
        recipes = np.array([rng.dirichlet(60.0 * mean[k]) for k in factory])
        named = counts(bags(rng, recipes), factory=[("NJ", "TN")[k] for k in factory])
        return checked(hf.Mixture(2, overdispersed=True, labels="factory"), named, seed)

    return world


def known_recipes(seed: int) -> Said:
    """Two factories whose recipes are known, their shares of the bags not."""
    rng = world_rng(seed)
    recipes = hf.read_recipes("data:mms-recipes-2017")
    table = bags(rng, recipes.over(recipes.categories)[rng.integers(2, size=BAGS)])
    named = hf.Counts(table, categories=recipes.categories)
    return checked(hf.Mixture(recipes=recipes), named, seed)


def separate(seed: int) -> Said:
    """Recipes that share nothing."""
    rng = world_rng(seed)
    return checked(hf.Separate(), counts(bags(rng, rng.dirichlet(np.ones(6), size=BAGS))), seed)


def poisson(scatter: float) -> World:
    """A rate of one colour; or rates that scatter."""

    def world(seed: int) -> Said:
        rng = world_rng(seed)
        rate = rng.gamma(6.0, 1.0 / 30.0) * (
            1.0 if not scatter else rng.gamma(1 / scatter, scatter, size=BAGS)
        )
        events = np.minimum(rng.poisson(rate * ITEMS, size=BAGS), ITEMS)
        table = np.column_stack([events, ITEMS - events])
        return checked(hf.Poisson(), hf.Counts(table, categories=["blue", "not blue"]), seed)

    return world


def hierarchical(make: Callable[[np.random.Generator], np.ndarray], **priors: object) -> World:
    """A hierarchical fit of such bags."""
    return lambda seed: checked(hf.Hierarchical(**priors), counts(make(world_rng(seed))), seed)


def held(precision: float) -> World:
    """Bags of this precision, which the prior holds near 250, as if fifty times as much were known of it as is."""
    prior = hf.LogNormal(np.log(250.0), 0.04)
    return hierarchical(lambda rng: of_many(rng, precision), precision=prior)


def diagnosed(fault: str) -> World:
    """Four chains; one of them stuck, or all so short that they tell nothing, or two with the labels swapped."""

    def world(seed: int) -> Said:
        rng = world_rng(seed)
        draws = rng.normal(0.3, 0.05, size=(4, 8 if fault == "short" else 1_000, 1))
        if fault == "stuck":
            draws[2] = draws[2, :1]
        if fault == "swapped":
            draws[2:] = 1.0 - draws[2:]
        chains = mcmc.Chains.of(draws, names=["weight"], acceptance=[0.3] * 4, sampler="other")
        found = hf.diagnose(chains)
        return [] if found.ok else list(found.notes)

    return world


ONE_RECIPE = pooled(of_one)
CHAINS = diagnosed("")
TIGHT_BAGS = hierarchical(lambda rng: of_many(rng, 50.0))
DIFFER = "The bags differ more than the model expects"
UNLIKELY = "At least one bag is less likely than the model expects"

ALARMS = (
    Alarm("bags of precision 50, fitted by one recipe", ONE_RECIPE, pooled(lambda rng: of_many(rng, 50.0)), DIFFER),
    Alarm("bags of precision 30, fitted by one recipe", ONE_RECIPE, pooled(lambda rng: of_many(rng, 30.0)), DIFFER),
    Alarm("two factories, fitted by one recipe", ONE_RECIPE, pooled(lambda rng: of_two(rng)[0]), DIFFER),
    Alarm("a prior 50 times too tight", tight(1.0), tight(50.0), "farther from what the fit expects"),
    Alarm("one bag of 30 from nowhere", ONE_RECIPE, pooled(stranger), UNLIKELY),
    Alarm("five bags entered twice", ONE_RECIPE, pooled(doubled), "entered twice"),
    Alarm("two labels of either factory swapped", labelled(0), labelled(2), UNLIKELY),
    Alarm("categories that rise together (pollen)", TIGHT_BAGS, hierarchical(pollen), "rise and fall together"),
    Alarm("bags of precision 5, precision held near 250", held(250.0), held(5.0), DIFFER),
    Alarm("rates that scatter, fitted by one rate", poisson(0.0), poisson(0.5), DIFFER),
    Alarm("bags of one recipe, fitted as if they shared nothing", separate,
          lambda seed: checked(hf.Separate(), counts(of_one(world_rng(seed))), seed), "more alike"),
    Alarm("4 bags of one recipe, fitted by one recipe", pooled(lambda rng: of_one(rng, 4)), None),
    Alarm("two factories, recipes known", known_recipes, None),
    Alarm("two components, 10 bags", mixture(10), None),
    Alarm("two overdispersed components, 16 labelled bags", mixture(16, overdispersed=True), None),
    Alarm("a chain that is stuck", CHAINS, diagnosed("stuck"), "The chains have not met"),
    Alarm("two of four chains with swapped labels", CHAINS, diagnosed("swapped"), "The chains have not met"),
    Alarm("chains of 8 draws", CHAINS, diagnosed("short"), "no basis for a judgement"),
)  # fmt: skip
