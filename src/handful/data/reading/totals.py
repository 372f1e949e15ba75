"""The complaints about a column of totals that disagrees with the counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

import numpy as np

from handful.arrays import Integers
from handful.data.complaints import Complaint, shown
from handful.data.reading.cells import BLANK
from handful.data.reading.columns import Parsed
from handful.data.reading.grid import Grid
from handful.data.reading.roles import Roles

MOST_NAMED = 5


@dataclass(frozen=True, slots=True, eq=False)
class Recorded:
    """A recorded total beside the sum of what was counted, in the rows where both can be read."""

    total: Parsed
    sums: Annotated[Integers, "B"]
    readable: np.ndarray[Any, np.dtype[np.bool_]]

    @property
    def wrong(self) -> list[int]:
        """The rows where the two differ."""
        return [int(row) for row in np.flatnonzero(self.readable & (self.total.counts != self.sums))]

    def without(self, column: Parsed) -> Recorded:
        """The same, were `column` no category."""
        return replace(self, sums=self.sums - column.counts)

    def words(self, grid: Grid, ids: Sequence[str]) -> str:
        """The wrong rows: which lines, which bags, what was recorded and what was counted."""
        each = [
            f'{grid.unit} {grid.lines[row]} (bag "{shown(ids[row])}": '
            f"{self.total.counts[row]} recorded, {self.sums[row]} counted)"
            for row in self.wrong[:MOST_NAMED]
        ]
        more = f" and {len(self.wrong) - MOST_NAMED:,} more" if len(self.wrong) > MOST_NAMED else ""
        return "on " + ", ".join(each) + more


def total_complaints(grid: Grid, roles: Roles, *, ids: Sequence[str]) -> Iterable[Complaint]:
    """One complaint for each column of totals that disagrees, naming the rows.

    Where most rows would agree if one column were no category, that column is named too.
    """
    if not roles.counts:
        return
    sums = np.asarray(np.sum([parsed.counts for parsed in roles.counts], axis=0, dtype=np.int64))
    flawed = [row for parsed in roles.counts for row, flaw in parsed.flaws.items() if flaw is not BLANK]
    for total in roles.totals:
        readable = np.ones(grid.n_rows, dtype=bool)
        readable[[*flawed, *total.flaws]] = False
        recorded = Recorded(total, sums, readable)
        if recorded.wrong:
            yield _complaint(grid, roles, ids=ids, recorded=recorded)


def _complaint(grid: Grid, roles: Roles, *, ids: Sequence[str], recorded: Recorded) -> Complaint:
    rule = f"disagrees with the sum of the counts {recorded.words(grid, ids)}."
    without = "it agrees everywhere"
    cure = "Mend the row, or leave the column out (--drop)."
    suspect = min(roles.counts, key=lambda parsed: len(recorded.without(parsed).wrong))
    fewer = recorded.without(suspect)
    if 2 * len(fewer.wrong) < len(recorded.wrong):
        name = shown(suspect.name)
        if fewer.wrong:
            without = f"it disagrees only {fewer.words(grid, ids)}"
        rule = f'without column "{name}" {without}; with it, it {rule}'
        cure = f'If "{name}" is no category, say so (--labels or --drop). {cure}'
    row = recorded.wrong[0] if len(recorded.wrong) == 1 else None
    complaint = grid.complaint("total_disagrees", rule, cure=cure, row=row, column=recorded.total.name)
    return complaint if row is None or not roles.ids else replace(complaint, bag=ids[row])
