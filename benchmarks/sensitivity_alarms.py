"""How often `sensitivity` raises its flag, on clean data and on planted conflicts: the table of docs/sensitivity.md.

Run it from the root of the repository: python benchmarks/sensitivity_alarms.py [how many worlds, 100 if not said].
It takes ten minutes or so and prints the table.
"""

import sys
from collections.abc import Callable

import numpy as np

import handful as hf
from handful.inference.outcome import Model

SEED = 20261126
CATEGORIES = tuple("abcde")
BLUE = ("blue", "not blue")
TOTAL = 55


def of_blue(rng: np.random.Generator, strength: float = 20) -> hf.Counts:
    """30 bags, the share of blue drawn from a Beta of mean 0.2."""
    blue = rng.binomial(TOTAL, rng.beta(0.2 * strength, 0.8 * strength), size=30)
    return hf.Counts(np.column_stack([blue, TOTAL - blue]), categories=BLUE)


def one_item(rng: np.random.Generator) -> hf.Counts:
    return hf.Counts([[1, 0] if rng.random() < 0.5 else [0, 1]], categories=BLUE)


def population(rng: np.random.Generator, precision: float | None) -> hf.Counts:
    """60 bags around a mean, at a precision, or all after one recipe."""
    mean = rng.dirichlet(np.full(5, 5.0))
    recipes = np.tile(mean, (60, 1)) if precision is None else rng.dirichlet(precision * mean, size=60)
    return hf.Counts(rng.multinomial(TOTAL, recipes), categories=CATEGORIES)


def two_recipes(rng: np.random.Generator) -> hf.Counts:
    """30 bags from two recipes, all drawn from the prior of `MIXTURE`."""
    recipes, share = rng.dirichlet(np.full(5, 2.0), size=2), rng.beta(2, 2)
    which = (rng.random(30) < share).astype(int)
    return hf.Counts(rng.multinomial(TOTAL, recipes[which]), categories=CATEGORIES)


def far_apart(rng: np.random.Generator) -> hf.Counts:
    """30 bags, 12 and 18 of them from two recipes that nobody would take for one."""
    recipes = np.array([[0.4, 0.3, 0.1, 0.1, 0.1], [0.1, 0.1, 0.2, 0.2, 0.4]])
    return hf.Counts(rng.multinomial(TOTAL, recipes[np.repeat([0, 1], [12, 18])]), categories=CATEGORIES)


TWO = hf.Dirichlet.symmetric(2)
MIXTURE = hf.Mixture(2, prior=TWO, weights=TWO)
TIGHT = hf.Mixture(2, prior=hf.Dirichlet([500, 1, 1, 1, 1]), weights=TWO)
SLOW = 10
"""Worlds of the tight mixture, whose prior is so far away that each fit takes ten seconds."""

ROWS: list[tuple[str, str, Model, Callable[[np.random.Generator], hf.Counts]]] = [
    ("clean", "pooled, beta(4,16)", hf.Pooled(hf.Beta(4, 16)), of_blue),
    ("clean", "hierarchical, precision 50", hf.Hierarchical(), lambda rng: population(rng, 50)),
    ("clean", "hierarchical, bags alike", hf.Hierarchical(), lambda rng: population(rng, None)),
    ("clean, anything that the prior holds", "mixture:2", MIXTURE, two_recipes),
    ("50 times too tight, elsewhere", "pooled, beta(500,500)", hf.Pooled(hf.Beta(500, 500)), of_blue),
    (
        "50 times too tight, elsewhere",
        "hierarchical, precision lognormal(8,0.04)",
        hf.Hierarchical(precision=hf.LogNormal(8, 0.04)),
        lambda rng: population(rng, 50),
    ),
    ("50 times too tight, elsewhere", "mixture:2, dirichlet(500,1,1,1,1)", TIGHT, two_recipes),
    ("one item counted", "pooled, beta(200,200)", hf.Pooled(hf.Beta(200, 200)), one_item),
    ("clean, recipes far apart", "mixture:2", MIXTURE, far_apart),
    (
        "clean, a fifth of what is known is the prior's",
        "pooled, beta(80,320)",
        hf.Pooled(hf.Beta(80, 320)),
        lambda rng: of_blue(rng, 400),
    ),
    (
        "clean, most of what is known is the prior's",
        "pooled, beta(800,3200)",
        hf.Pooled(hf.Beta(800, 3200)),
        lambda rng: of_blue(rng, 4_000),
    ),
]


def main() -> None:
    """Print the table."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    print("| data | model and prior | flagged | of |\n|---|---|---|---|")
    for number, (what, name, model, make) in enumerate(ROWS):
        rng = np.random.default_rng([SEED, number])
        worlds = min(n, SLOW) if model is TIGHT else n
        flagged = sum(
            not hf.sensitivity(hf.fit(model, make(rng), rng=rng), priors={}).verdict.ok for _ in range(worlds)
        )
        print(f"| {what} | {name} | {flagged} | {worlds} |", flush=True)


if __name__ == "__main__":
    main()
