"""What ``handful fit --model hierarchical`` prints besides the shares: how much the bags differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handful.inference.draws_fit import DrawsFit
    from handful.results.parameters import Summary


def print_population(found: DrawsFit, table: Summary, *, noun: str) -> None:
    """The precision, the spread of the bags next to that of counting alone, and the bags that stand out."""
    from handful.data.histograms import Histograms
    from handful.inference.extra_variation import is_identified
    from handful.results.bag_variation import bag_variation
    from handful.results.population_words import furthest_words, variation_words
    from handful.results.table import aligned

    print("\n".join(table.further_lines))
    if not (isinstance(found.statistic, Histograms) and is_identified(found.statistic)):
        return
    variation = bag_variation(found, mass=table.mass)
    bags = "bag" if variation.n_bags == 1 else "bags"
    print(
        f"How much do bags differ? The sd of a bag's share in percentage points ({variation.n_bags:,} {bags}):"
    )
    print("\n".join(aligned(variation.cells(noun))))
    print(variation_words(variation))
    furthest = furthest_words(found)
    if furthest is not None:
        print(furthest)
