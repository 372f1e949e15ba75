"""The plan for telling two known recipes apart, when all bags are from the same."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated

import numpy as np
from scipy.special import rel_entr

from handful.arrays import Floats
from handful.errors import ParameterError
from handful.inference.evidence import Verdict
from handful.models.mixture import Mixture
from handful.results.planning.answers import Fact, Plan, bags_of, nearest, percent_of
from handful.results.planning.candidates import Estimate, Planned, table
from handful.results.planning.outcomes import MADE_UP, Recipe
from handful.results.planning.questions import RecipesApart

PAIR = 2
EVEN = np.array([0.5, 0.5])


def plan_apart(
    question: RecipesApart,
    model: Mixture,
    *,
    categories: tuple[str, ...],
    sizes: Sequence[int],
    bags: Sequence[int] | None,
    seed: int,
) -> Plan:
    """How many bags, all from one of two recipes, tell which one it is.

    Raises
    ------
    ParameterError
        If there are not two known recipes, or they are the same.
    """
    recipes = known_recipes(model, categories)
    if len(recipes) != PAIR:
        message = f"{model.spec}: odds are of two recipes, but there are {len(recipes)}: give those two"
        raise ParameterError(message, name="recipes", found=len(recipes))
    if (recipes[0] == recipes[1]).all():
        message = f"the recipes of {' and '.join(model.components)} are the same: no number of bags tells them apart"
        raise ParameterError(message, name="recipes", found=model.recipes)
    law, log_odds = Recipe(recipes, seed), math.log(question.odds)

    def chance(n_bags: int, size: int) -> Estimate:
        return law.decisive(n_bags * size, log_odds=log_odds)

    rows = table(chance, sizes=sizes, bags=bags, aim=question.aim)
    notes = [f"Where a row has an error, {MADE_UP:,} sets of bags from each recipe were made up."]
    return Plan.of(
        question,
        model,
        categories=categories,
        rows=rows,
        words=lambda enough: _words(question, model.components, rows=rows, enough=enough),
        facts=tuple(fact for size in sizes for fact in _facts(law, size, names=model.components)),
        verdict=Verdict(True, tuple(notes if any(row.error for row in rows) else ())),
    )


def known_recipes(model: Mixture, categories: tuple[str, ...]) -> Annotated[Floats, "K C"]:
    """The recipes of `model` over these categories.

    Raises
    ------
    ParameterError
        If they are not known exactly, or bags vary around them.
    """
    prior = model.prior_over(categories)
    if prior.recipes is None or model.overdispersed:
        message = (
            f"{model.spec}, {prior.spec}: the recipes are not known exactly, so that the odds are not either; "
            "give recipes (recipes=..., strength='fixed') that bags follow"
        )
        raise ParameterError(message, name="recipes", found=model)
    return prior.recipes


def chernoff(first: Annotated[Floats, "C"], second: Annotated[Floats, "C"]) -> float:
    """The least over s of Σ_c p_c^s q_c^(1−s): n items are put wrong with probability ρ^n/2 at most, at even weights.

    References
    ----------
    Chernoff (1952), Annals of Mathematical Statistics 23:493; at s = 1/2 the coefficient of Bhattacharyya (1943).

    Examples
    --------
    >>> round(chernoff(np.array([0.5, 0.5]), np.array([0.5, 0.5])), 6)
    1.0
    """
    # Imported here: scipy.optimize takes 0.2 s to import.
    from scipy.optimize import minimize_scalar

    both = (first > 0) & (second > 0)
    p, q = first[both], second[both]

    def affinity(s: float) -> float:
        return float((p**s * q ** (1.0 - s)).sum())

    return float(min(affinity(0.5), minimize_scalar(affinity, bounds=(0.0, 1.0), method="bounded").fun))


def _facts(law: Recipe, size: int, *, names: tuple[str, ...]) -> list[Fact]:
    """What a single bag says: its expected log odds, and how often it is put wrong."""
    first, second = law.proportions
    right = law.accuracy(EVEN, size)
    pairs = ((names[0], first, second), (names[1], second, first))
    return [
        *(
            Fact(
                f"expected log odds of a bag of {size:,} from {name}, in nats",
                size * float(rel_entr(own, other).sum()),
            )
            for name, own, other in pairs
        ),
        Fact(f"a bag of {size:,} is put wrong, the weights being even", 1.0 - right.probability, right.error),
        Fact("... and at most (Chernoff)", 0.5 * chernoff(first, second) ** size),
    ]


def _words(
    question: RecipesApart,
    names: tuple[str, ...],
    *,
    rows: Sequence[Planned],
    enough: Planned | None,
) -> str:
    aim = f"For odds of {question.odds:g} or more for the right one of {names[0]} and {names[1]}"
    if enough is None:
        return f"{aim} with {100 * question.aim:g}% probability none of these is enough: {nearest(rows)}"
    return (
        f"{aim} you need about {enough.n_items:,} items ({bags_of(enough)}), all from the same: that is enough with "
        f"{percent_of(enough)} probability, whichever it is."
    )
