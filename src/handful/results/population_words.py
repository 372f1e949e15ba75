"""What a hierarchical fit says of how bags differ, in sentences."""

from __future__ import annotations

from handful.data.complaints import escaped
from handful.data.histograms import Histograms
from handful.inference.draws_fit import DrawsFit
from handful.inference.extra_variation import is_identified
from handful.results.bag_variation import BagVariation

MOST_NAMED = 3
FEWEST_BAGS = 3


def variation_words(variation: BagVariation) -> str:
    """How much the share of the category that varies most differs between bags, and how much of it is counting."""
    spread = variation.expected.mean
    place = max(range(len(variation.categories)), key=lambda c: float(spread[c]))
    counting, both = float(variation.expected_by_counting.mean[place]), float(spread[place])
    recipes = variation.between_recipes
    text = (
        f"In words: the share of {variation.categories[place]} in bags of {variation.typical_total:.0f} differs by "
        f"{100 * both:.1f} percentage points (sd); counting alone would give {100 * counting:.1f}"
    )
    if not variation.extra:
        return escaped(f"{text}: the bags differ no more than that.")
    low, high = 100 * float(recipes.lower[place]), 100 * float(recipes.upper[place])
    return escaped(f"{text}, the bags' own recipes {low:.1f} to {high:.1f}.")


def furthest_words(fit: DrawsFit) -> str | None:
    """Which bags' recipes lie furthest from the population; None where none can be named."""
    identified = isinstance(fit.statistic, Histograms) and is_identified(fit.statistic)
    if fit.counts is None or fit.bound is not None or not identified or fit.data.n_bags < FEWEST_BAGS:
        return None
    found = fit.bag_proportions()
    order = (-found.distance).argsort(kind="stable")[:MOST_NAMED]
    named = ", ".join(f"{found.bags[b]} ({100 * found.distance[b]:.1f}%)" for b in order)
    return escaped(
        f"Furthest from the common mix: {named} (so much of the bag's recipe would have to change category)."
    )
