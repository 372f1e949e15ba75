"""The plan for putting bags where they come from: by known recipes, or by those that the bags themselves tell."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Annotated

import numpy as np

from handful.arrays import Floats, Integers
from handful.data.counts import Counts
from handful.distributions.fixed import Fixed
from handful.errors import ParameterError
from handful.inference.evidence import Verdict
from handful.inference.fit import fit
from handful.inference.fits import Fit
from handful.models.mixture import Mixture
from handful.models.mixture_prior import MixturePrior
from handful.progress import each
from handful.results.assigning.probabilities import of_fitted
from handful.results.assigning.source import rows_of
from handful.results.made_up.bags import make_bags
from handful.results.made_up.quantities import prior_quantities
from handful.results.planning.answers import Plan, percent_of
from handful.results.planning.candidates import MOST_ITEMS, Estimate, Planned, around, least, tried
from handful.results.planning.outcomes import MADE_UP, Recipe
from handful.results.planning.questions import BagsRight

FORBIDDEN = -1e9
"""What it is worth to call a component by the name of one that its prior tells apart."""


def plan_right(
    question: BagsRight,
    model: Mixture,
    *,
    categories: tuple[str, ...],
    sizes: Sequence[int] | None,
    seed: int,
) -> Plan:
    """How large a bag must be to be put right by those who know recipes and weights; nobody can do better.

    Raises
    ------
    ParameterError
        If there is only one component.
    """
    prior = model.prior_over(categories)
    recipes, weights = prior.per_component, _weights(prior)
    law, best = Recipe(recipes, seed), _best(recipes, weights)

    @cache
    def chance(size: int) -> Estimate:
        return law.accuracy(weights, size)

    notes = []
    if not isinstance(prior.weights, Fixed):
        notes.append(
            "The weights are not known: their prior mean stands for them, which is right for a bag by itself; many "
            "bags tell the weights, and are put right a little more often: give their number to see how much."
        )
    if sizes is None:
        found = least(chance, aim=question.aim, most=MOST_ITEMS) if question.aim < best else None
        sizes = (0, *around(found, size=1)) if found else ((0,) if found == 0 else (MOST_ITEMS,))
    rows = tuple(Planned(None, size, *chance(size)) for size in dict.fromkeys(sizes))
    if any(row.error for row in rows):
        notes.append(f"Where a row has an error, {MADE_UP:,} bags from each recipe were made up.")
    return Plan.of(
        question,
        model,
        categories=categories,
        rows=rows,
        words=lambda enough: _words(question, rows, enough=enough, best=best),
        verdict=Verdict(True, tuple(notes)),
    )


def plan_right_by_fits(
    question: BagsRight,
    model: Mixture,
    *,
    categories: tuple[str, ...],
    sizes: Sequence[int],
    bags: Sequence[int],
    simulations: int,
    rng: np.random.Generator,
) -> Plan:
    """What part of the bags is put right by a fit to them, which learns what is not known of recipes and weights.

    Components that nothing tells apart are called by whatever names put most bags right.
    """
    model = replace(model, labels=None)
    prior, most = model.prior_over(categories), max(bags)
    _weights(prior)  # a single component is told at the door
    drawn = prior_quantities(model, categories, n_bags=most, n_draws=simulations, rng=rng)
    made = {size: make_bags(drawn, np.full(most, size), rng=rng) for size in sizes}

    def work(size: int, n_bags: int) -> tuple[Planned, int]:
        tables = list(made[size].counts[:, :n_bags])
        fits = [
            fit(model, Counts(table, categories=categories), rng=rng) for table in each(tables, "made-up set")
        ]
        truths = np.asarray(made[size].assignments)[:, :n_bags]
        right = np.array([_right(*both, prior=prior) for both in zip(truths, fits, strict=True)])
        # Where all of few sets are put right alike, there is an error all the same.
        error = max(float(right.std(ddof=1)), 1.0 / simulations) / math.sqrt(simulations)
        return Planned(n_bags, size, float(right.mean()), error), sum(not found.verdict.ok for found in fits)

    rows, wrong = tried(work, sizes=sizes, bags=bags)
    notes = [*wrong, f"Each row: {simulations:,} sets of bags made up from the prior, and a fit to each."]
    if (prior.classes(np.zeros(model.size, dtype=np.int64)) != np.arange(model.size)).any():
        notes.append("Components without names are called by those that put most bags right.")
    return Plan.of(
        question,
        model,
        categories=categories,
        rows=rows,
        words=lambda enough: _words(question, rows, enough=enough, best=1.0),
        verdict=Verdict(not wrong, tuple(notes)),
    )


def _weights(prior: MixturePrior) -> Annotated[Floats, "K"]:
    """The weights, or what is expected of them."""
    if prior.weights is None:
        message = "there is only one component: every bag comes from it"
        raise ParameterError(message, name="n_components", found=1)
    return prior.weights.mean


def _best(recipes: Annotated[Floats, "K C"], weights: Annotated[Floats, "K"]) -> float:
    """The part that endless bags put right: of components with the same recipe the heaviest is guessed."""
    _, alike = np.unique(recipes, axis=0, return_inverse=True)
    return float(sum(weights[alike.ravel() == one].max() for one in np.unique(alike)))


def _right(truth: Annotated[Integers, "B"], found: Fit, *, prior: MixturePrior) -> float:
    """The part of the bags that a fit puts right, exchangeable components being called by the best names."""
    # Imported here: scipy.optimize takes 0.2 s to import.
    from scipy.optimize import linear_sum_assignment

    rows, size = rows_of(found), prior.n_components
    chances = of_fitted(found, np.arange(len(rows.known))).mean
    put = chances.argmax(axis=1)[rows.row_of_bag]
    agree = np.bincount(truth * size + put, minlength=size**2).reshape(size, size).astype(np.float64)
    classes = prior.classes(np.zeros(size, dtype=np.int64))
    value = np.where(classes[:, None] == classes[None, :], agree, FORBIDDEN)
    names = linear_sum_assignment(value, maximize=True)
    return float(agree[names].sum() / len(truth))


def _words(question: BagsRight, rows: Sequence[Planned], *, enough: Planned | None, best: float) -> str:
    aim = f"To put {100 * question.aim:g}% of the bags where they come from"
    if enough is not None and enough.size == 0:
        return f"{aim} you need count nothing: to call all bags by the commonest component is right so often."
    if enough is not None:
        return f"{aim}{_bags(enough)} are enough: {percent_of(enough)} of them are put right."
    if best <= question.aim:
        return (
            f"{aim} no bag is large enough: some recipes are the same, and {100 * best:.1f}% is the most that anybody "
            "can put right."
        )
    top = max(rows, key=lambda row: row.probability)
    return f"{aim} none of these is enough: of{_bags(top)}, {percent_of(top)} are put right."


def _bags(row: Planned) -> str:
    """' 12 bags of 55 items', after a word; of bags that are judged one by one ' bags of 55 items'."""
    how_many = "" if row.n_bags is None else f" {row.n_bags:,}"
    return f"{how_many} bags of {row.size:,} items"
