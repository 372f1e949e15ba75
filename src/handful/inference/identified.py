"""What the bags of a mixture can tell of their components, and what they cannot, in sentences."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from handful.arrays import Floats, Integers
from handful.data.labelled import UNKNOWN, LabelledRows
from handful.models.mixture_layout import MixturePoints
from handful.models.mixture_target import MixtureTarget

SURE = 0.9
"""Half of the bags should have a component that is as probable as this: else assignments are hardly identified."""

FEWEST_BAGS = 1.0
"""A component that takes fewer bags than this is known by its prior."""

ENOUGH_DRAWS = 400


def assignments_of(
    target: MixtureTarget, at: MixturePoints, *, weights: Annotated[Floats, "S"]
) -> Annotated[Floats, "U K"]:
    """P(component | row), averaged over the draws: over some of them, by their weights, where they are many."""
    some, own = _some(weights)
    return np.ascontiguousarray(target.likelihood.assignments(at.at(some), own).T)


def notes_of(
    target: MixtureTarget, at: MixturePoints, *, weights: Annotated[Floats, "S"], known: Floats | None = None
) -> tuple[str, ...]:
    """What should be known about components and assignments.

    Parameters
    ----------
    target : MixtureTarget
        The posterior.
    at : MixturePoints
        Draws from it, components in one order.
    weights : array (S,)
        Their weights.
    known : array (U, K), optional
        The assignments, where they are known exactly.
    """
    found = assignments_of(target, at, weights=weights) if known is None else known
    notes = [*_of_labels(target), *_of_numbers(target, found)]
    some, own = _some(weights)
    largest = target.likelihood.largest(at.at(some), own)
    return (*notes, *of_assignments(target.statistic, found, if_known=largest))


def of_assignments(
    statistic: LabelledRows, assignments: Annotated[Floats, "U K"], *, if_known: Annotated[Floats, "U"]
) -> tuple[str, ...]:
    """A sentence where most bags could be of more than one component.

    If each bag is put where it most probably belongs, the expected part that is right is the mean of the largest
    probabilities: nothing can be right more often (Bayes' rule).

    Parameters
    ----------
    statistic : LabelledRows
        The rows.
    assignments : array (U, K)
        P(component | row).
    if_known : array (U,)
        The largest probability of each row that is to be expected if weights and components were known.
    """
    bags = np.where(statistic.known == UNKNOWN, statistic.multiplicities, 0)
    if assignments.shape[1] == 1 or not bags.sum():
        return ()
    largest = assignments.max(axis=1)
    middle = _weighted_median(largest, bags)
    if not middle < SURE:
        return ()
    could = float(if_known @ bags) / float(bags.sum())
    sentence = (
        "Assignments are hardly identified: half of the bags have no component that is more probable than "
        f"{middle:.2f}. Even if weights and recipes were known, only {could:.0%} of such bags could be put right."
    )
    return (sentence,)


def _of_labels(target: MixtureTarget) -> list[str]:
    classes = target.prior.classes(target.n_known)
    shared = [c for c in np.unique(classes) if (classes == c).sum() > 1]
    if not shared:
        return []
    names = [target.statistic.components[k] for k in range(len(classes)) if classes[k] in shared]
    listed = f"{', '.join(names[:-1])} and {names[-1]}"
    sentence = (
        f"Nothing but their numbers tells components {listed} apart: they are numbered by falling weight, and "
        "another order would do as well."
    )
    return [sentence]


def _of_numbers(target: MixtureTarget, assignments: Annotated[Floats, "U K"]) -> list[str]:
    """What the number of bags, or what each component takes of them, leaves to the priors."""
    statistic, size = target.statistic, target.layout.n_components
    recipes = "and the recipes come" if target.prior.concentration is not None else "come"
    if size > 1 and int(statistic.multiplicities[statistic.distinct.any(axis=1)].sum()) == 1:
        return [f"One bag cannot tell components apart: the weights {recipes} from the priors, nearly."]
    if size > statistic.n_bags > 0:
        sentence = (
            f"There are {size} components and {statistic.n_bags} bags: at least {size - statistic.n_bags} of them "
            "filled none, and what is said of those comes from the priors."
        )
        return [sentence]
    if size == 1 or not statistic.n_bags or target.prior.concentration is None:
        return []
    taken = statistic.multiplicities @ assignments
    few = [
        f"{name} ({n:.1f})" for name, n in zip(statistic.components, taken, strict=True) if n < FEWEST_BAGS
    ]
    if not few:
        return []
    sentence = (
        f"Fewer than one bag is expected to come from component {', '.join(few)}: what is said of it comes from the "
        "priors. Compare models with fewer components."
    )
    return [sentence]


def _some(weights: Annotated[Floats, "S"]) -> tuple[Annotated[Integers, "s"], Annotated[Floats, "s"]]:
    """The draws with their weights; where they are many, some of them, chosen in proportion to their weights."""
    if len(weights) <= ENOUGH_DRAWS:
        return np.arange(len(weights)), weights
    ladder = (np.arange(ENOUGH_DRAWS) + 0.5) / ENOUGH_DRAWS
    passed = np.cumsum(weights)
    chosen = np.searchsorted(passed / passed[-1], ladder).astype(np.int64)
    return chosen, np.full(ENOUGH_DRAWS, 1.0 / ENOUGH_DRAWS)


def _weighted_median(values: Annotated[Floats, "U"], bags: Annotated[Integers, "U"]) -> float:
    """The median of the bags' values."""
    return float(np.median(np.repeat(values, bags)))
