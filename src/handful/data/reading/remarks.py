"""The notes about a table that is taken: what each column was taken for, and what looks odd."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from handful.data.complaints import Note, shown
from handful.data.names import fold, listed
from handful.data.reading.cells import BLANK
from handful.data.reading.grid import Grid
from handful.data.reading.roles import Roles, Wishes

PERCENT = 100


def remarks(grid: Grid, roles: Roles, *, wishes: Wishes) -> Iterable[Note]:
    """The notes on `roles`, then those on the numbers."""
    yield from _on_columns(roles, wishes)
    yield from _on_cells(roles, wishes)
    table = np.column_stack([parsed.counts for parsed in roles.counts])
    totals = table.sum(axis=1)
    if grid.n_rows > 1 and (totals == PERCENT).all():
        text = "Every bag adds up to exactly 100: percentages? If these are not counts, the answer is far too sure."
        yield Note("percentages", text, "warning")
    empty = int((totals == 0).sum())
    if empty:
        yield Note(
            "empty_bags",
            f"{_several(empty, 'empty bag')}: nothing was counted, so nothing is learnt from it.",
        )
    unseen = [parsed.name for parsed in roles.counts if not parsed.counts.any()]
    if unseen:
        yield Note("never_seen", f"Never seen, but kept as a category: {_listed(unseen)}.")


def _on_columns(roles: Roles, wishes: Wishes) -> Iterable[Note]:
    if any(column.mark == "unnamed" for column in roles.ids):
        yield Note("id", "Bag id: the first column, which has no name.")
    elif roles.ids:
        yield Note("id", f"Bag id: {_listed([column.name for column in roles.ids])}.")
    else:
        yield Note(
            "numbered", "No id column: the bags are numbered, and cannot be recognised in another file."
        )
    if roles.labels:
        text = f"Labels or notes, not counts: {_listed([p.name for p in roles.labels])}."
        yield Note("labels", text)
    yield Note("counts", f"Counts: {listed([p.name for p in roles.counts])}.")
    for total in roles.totals:
        yield Note("total", f"Left out the column of totals {shown(total.name)!r}.")
    reasons = {fold(name): why for name, why in wishes.drop.items()}
    for column in roles.left_out:
        if column.mark == "unnamed" and fold(column.name) not in reasons:
            yield Note("left_out", "Left out the first column, which has no name: it numbers the rows.")
            continue
        why = reasons.get(fold(column.name), "as asked")
        yield Note("left_out" if why != "as asked" else "dropped", f"Left out {shown(column.name)!r}: {why}.")


def _on_cells(roles: Roles, wishes: Wishes) -> Iterable[Note]:
    whole = sum(parsed.whole_floats for parsed in roles.counts)
    if whole:
        yield Note("whole_floats", f"{_several(whole, 'count')} written like 3.0 taken as 3.")
    spaced = sum(parsed.no_break_spaces for parsed in roles.counts)
    if spaced:
        yield Note("nbsp", f"{_several(spaced, 'count')} with no-break spaces around, which were ignored.")
    blank = sum(flaw is BLANK for parsed in roles.counts for flaw in parsed.flaws.values())
    if blank and wishes.blank_is_zero:
        yield Note("blank_is_zero", f"{_several(blank, 'blank cell')} taken as 0.")


def _listed(names: list[str]) -> str:
    return ", ".join(repr(shown(name)) for name in names)


def _several(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
