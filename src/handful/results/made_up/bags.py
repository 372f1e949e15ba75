"""Counts of bags that nobody has counted, one table for each draw of a model's quantities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from handful.arrays import Floats, Integers
from handful.data.labelled import UNKNOWN
from handful.distributions.multinomial import draw_categorical, draw_counts
from handful.distributions.scaled_dirichlet import draw_log_scaled_dirichlet
from handful.results.made_up.quantities import Quantities

TINIEST = 1e-300


@dataclass(frozen=True, slots=True, eq=False)
class MadeUp:
    """B bags for each of S draws.

    Parameters
    ----------
    counts : array of int, shape (S, B, C)
        What they hold; for a rate (S, B, 1), the category's own counts.
    assignments : array of int, shape (S, B), or None
        The component that filled each bag; None where the model has no components.
    """

    counts: Annotated[Integers, "S B C"]
    assignments: Annotated[Integers, "S B"] | None = None


def make_bags(
    quantities: Quantities,
    totals: Annotated[Integers, "B"],
    *,
    known: Annotated[Integers, "B"] | None = None,
    rng: np.random.Generator,
) -> MadeUp:
    """A fresh bag of each total for every draw; a recipe that is a bag's own is drawn anew.

    Parameters
    ----------
    quantities : mapping of str to array
        As ``quantities`` draws them. Under 'bag_proportions' each bag keeps the recipe of its place.
    totals : array of int, shape (B,)
        How many items the bags hold.
    known : array of int, shape (B,), optional
        The component of each bag; -1, or not given: drawn by the weights.
    rng : Generator

    Examples
    --------
    >>> one = {"proportions": np.array([[1.0, 0.0]])}
    >>> make_bags(one, np.array([3, 5]), rng=np.random.default_rng(1)).counts
    array([[[3, 0],
            [5, 0]]])
    """
    if "rate" in quantities:
        events = rng.poisson(quantities["rate"][:, None] * totals)
        return MadeUp(np.asarray(events, dtype=np.int64)[:, :, None])
    if "bag_proportions" in quantities:
        return MadeUp(draw_counts(totals[None, :], quantities["bag_proportions"], rng=rng))
    recipes, precision, assignments = quantities["proportions"][:, None, :], quantities.get("precision"), None
    if "weights" in quantities:
        assignments = _assigned(quantities["weights"], len(totals), known=known, rng=rng)
        draw = np.arange(len(assignments))[:, None]
        recipes = quantities["proportions"][draw, assignments]
        precision = None if precision is None else precision[draw, assignments]
    elif precision is not None:
        recipes = np.broadcast_to(recipes, (len(precision), len(totals), recipes.shape[-1]))
        precision = precision[:, None]
    if precision is not None:
        recipes = _recipe_of_each(recipes, precision[:, :, None], rng=rng)
    return MadeUp(draw_counts(totals[None, :], recipes, rng=rng), assignments)


def _assigned(
    weights: Annotated[Floats, "S K"],
    n_bags: int,
    *,
    known: Annotated[Integers, "B"] | None,
    rng: np.random.Generator,
) -> Annotated[Integers, "S B"]:
    """The component of each bag, drawn by the weights where nobody knows it."""
    n_draws, size = weights.shape
    drawn = draw_categorical(np.broadcast_to(weights[:, None], (n_draws, n_bags, size)), rng=rng)
    return drawn if known is None else np.where(known == UNKNOWN, drawn, known)


def _recipe_of_each(
    mean: Annotated[Floats, "S B C"], precision: Annotated[Floats, "S b 1"], *, rng: np.random.Generator
) -> Annotated[Floats, "S B C"]:
    """A recipe for each bag, around its mean."""
    # A share that is 0, or lost to underflow, is lifted so far that κ m is still a number.
    lifted = np.maximum(mean, TINIEST / np.minimum(precision, 1.0))
    return np.exp(draw_log_scaled_dirichlet(np.log(lifted), precision * lifted, rng=rng))
