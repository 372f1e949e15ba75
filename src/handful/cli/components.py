"""What ``handful fit --model mixture:K`` prints besides weights and shares: where the bags come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handful.data.counts import Counts
    from handful.inference.fits import Fit
    from handful.results.parameters import Summary

MOST_SHOWN = 40


def print_components(found: Fit, table: Summary, *, counts: Counts) -> None:
    """The precisions, if there are any, the component of each bag, if bags are few, and what labels say to that."""
    from handful.results.assign import assign
    from handful.results.table import aligned

    for line in table.further_lines:
        print(line)
    assigned = assign(found, counts)
    if found.data.n_bags <= MOST_SHOWN:
        print("Which component did each bag come from?")
        print("\n".join(aligned(assigned.cells())))
    else:
        print(f"Which component did each of the {found.data.n_bags:,} bags come from? handful assign tells.")
    print(assigned.words)
    if assigned.together:
        print("\n".join(["If several bags are all from one component:", *aligned(assigned.odds_cells())]))
    for note in assigned.verdict.notes:
        if note not in found.verdict.notes:
            print(f"Note: {note}")
