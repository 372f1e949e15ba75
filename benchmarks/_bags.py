"""The bags of the benchmark of mixtures: simulated from their models with fixed seeds, so that all fit the same.

The class: 30 bags of 50 to 60 from the two recipes of 2017, each bag from either by the toss of a coin. Separated:
300 bags from three recipes that nobody mixes up, one half, three tenths and one fifth of them. Many: the class, 10^6
bags of it. Deep: 278 rows of 130 categories from four overdispersed components, mostly zeros, as microbiomes are.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import handful as hf

COLOURS = ("blue", "brown", "green", "orange", "red", "yellow")
RECIPES = "data:mms-recipes-2017"
TWO = np.array(
    [[0.25, 0.125, 0.125, 0.25, 0.125, 0.125], [0.207, 0.124, 0.198, 0.205, 0.131, 0.135]]
)  # NJ, TN
THREE = np.array(
    [[0.4, 0.2, 0.1, 0.1, 0.1, 0.1], [0.1, 0.1, 0.4, 0.2, 0.1, 0.1], [0.1, 0.1, 0.1, 0.1, 0.2, 0.4]]
)
AT_ONCE = 100_000
DEEP_ROWS, DEEP_CATEGORIES = 278, 130


@dataclass(frozen=True, eq=False)
class Case:
    """Bags and the prior of a model for them.

    Parameters
    ----------
    recipes : array (K, C)
        The components that they are simulated from.
    weights : tuple of float
        The shares of the components.
    n_bags, seed : int
    strength : int, optional
        How many items the prior's recipes are worth; 0 for flat priors.
    """

    recipes: np.ndarray
    weights: tuple[float, ...]
    n_bags: int
    seed: int
    strength: int = 0

    @property
    def concentrations(self) -> np.ndarray:
        """Of the Dirichlet prior of each recipe."""
        return 1.0 + self.strength * self.recipes

    @property
    def model(self) -> Any:
        """The same for handful."""
        if self.strength:
            return hf.Mixture(recipes=hf.read_recipes(RECIPES), strength=self.strength)
        return hf.Mixture(len(self.recipes))

    @property
    def options(self) -> tuple[str, ...]:
        """The same for its command."""
        centred = ("--recipes", RECIPES, "--recipe-strength", str(self.strength)) if self.strength else ()
        return ("--model", f"mixture:{len(self.recipes)}", *centred)

    def counts(self) -> np.ndarray:
        """The bags."""
        rng = np.random.default_rng(self.seed)
        table = np.empty((self.n_bags, len(COLOURS)), dtype=np.int64)
        for start in range(
            0, self.n_bags, AT_ONCE
        ):  # the recipes of all bags at once would double the memory
            part = table[start : start + AT_ONCE]
            component = rng.choice(len(self.weights), size=len(part), p=self.weights)
            part[:] = rng.multinomial(rng.integers(50, 61, size=len(part)), self.recipes[component])
        return table

    def store(self, folder: Path) -> Path:
        """The file for handful; the peers' file, which has the priors too, is beside it."""
        file, table = folder / "bags.csv", self.counts()
        np.savetxt(file, table, fmt="%d", delimiter=",", header=",".join(COLOURS), comments="")
        np.savez(file.with_suffix(".npz"), counts=table, concentrations=self.concentrations)
        return file


CASES = {
    "recipe-centred": Case(TWO, (0.5, 0.5), 30, seed=2017, strength=50),
    "flat": Case(TWO, (0.5, 0.5), 30, seed=2017),
    "separated": Case(THREE, (0.5, 0.3, 0.2), 300, seed=3),
}
MANY = Case(TWO, (0.5, 0.5), 1_000_000, seed=6)


def deep() -> np.ndarray:
    """Rows of about 1,500 from four components that share some of their commonness."""
    rng = np.random.default_rng(278)
    common = rng.normal(scale=1.2, size=DEEP_CATEGORIES)
    logits = common + rng.normal(size=(4, DEEP_CATEGORIES))
    means = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    component = rng.choice(4, size=DEEP_ROWS, p=(0.4, 0.3, 0.2, 0.1))
    precision = np.array([15.0, 25.0, 35.0, 50.0])[component]
    totals = np.maximum(rng.lognormal(np.log(1500.0), 0.6, size=DEEP_ROWS).astype(np.int64), 50)
    proportions = [rng.dirichlet(one * means[k]) for one, k in zip(precision, component, strict=True)]
    return rng.multinomial(totals, proportions)
