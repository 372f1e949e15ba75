"""A long table (bag, category, count) to the columns of a wide one; ``recognise`` finds that it is one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from handful.data.complaints import Complaint, Note, shown
from handful.data.reading.cells import BLANK, WHITE
from handful.data.reading.columns import Parsed, parse_column
from handful.data.reading.grid import Column, Grid, refuse
from handful.data.reading.recognise import LongColumns
from handful.data.reading.roles import Roles
from handful.data.reading.shape import check_names


def widen(grid: Grid, columns: LongColumns, *, blank_is_zero: bool) -> tuple[Grid, Roles]:
    """The wide grid of a long one, and its roles: a row a bag, 0 where a pair is not listed.

    The roles follow from the long table: a category may be called 'total' or 'name' here.

    Raises
    ------
    TableError
        If a count is no count, an id or a category is blank, or a pair is there twice.
    """
    counts = parse_column(columns.count)
    bags = [str(cell).strip(WHITE) for cell in columns.id.cells]
    categories = [str(cell).strip(WHITE) for cell in columns.category.cells]
    complaints = [
        *_cell_complaints(grid, columns, counts=counts, bags=bags, blank_is_zero=blank_is_zero),
        *_pair_complaints(grid, columns, bags=bags, categories=categories),
        *_label_complaints(grid, columns, bags=bags),
        *check_names([category for category in dict.fromkeys(categories) if category], grid.source),
    ]
    if complaints:
        raise refuse(*complaints)
    row_of = {bag: row for row, bag in enumerate(dict.fromkeys(bags))}
    column_of = {category: c for c, category in enumerate(dict.fromkeys(categories))}
    table = np.zeros((len(row_of), len(column_of)), dtype=np.int64)
    rows = [row_of[bag] for bag in bags]
    table[rows, [column_of[category] for category in categories]] = counts.counts
    first = {row: i for i, row in reversed(list(enumerate(rows)))}
    firsts = [first[row] for row in range(len(row_of))]
    bag = Column(columns.id.name, tuple(row_of))
    labels = [Column(c.name, tuple(c.cells[i] for i in firsts)) for c in columns.labels]
    wide = [Column(name, tuple(map(str, table[:, c])), table[:, c]) for name, c in column_of.items()]
    roles = Roles(
        ids=(bag,),
        labels=tuple(Parsed(column, np.zeros(len(row_of), dtype=np.int64)) for column in labels),
        totals=(),
        left_out=columns.left_out,
        counts=tuple(parse_column(column) for column in wide),
    )
    told = "Read as a long table: a row for each bag and category; a pair that is not listed counts as 0."
    notes = (*grid.notes, Note("long", told), *_overlooked(counts))
    lines = [grid.lines[i] for i in firsts]
    return Grid(grid.source, (bag, *labels, *wide), lines, grid.unit, notes), roles


def _cell_complaints(
    grid: Grid, columns: LongColumns, *, counts: Parsed, bags: Sequence[str], blank_is_zero: bool
) -> list[Complaint]:
    complaints = []
    for row, flaw in counts.flaws.items():
        if flaw is BLANK and blank_is_zero:
            continue
        complaint = grid.complaint(
            flaw.code,
            flaw.rule,
            cure=flaw.cure,
            row=row,
            column=columns.count.name,
            found=shown(columns.count.cells[row]),
        )
        complaints.append(replace(complaint, bag=bags[row]))
    return complaints


def _pair_complaints(
    grid: Grid, columns: LongColumns, *, bags: Sequence[str], categories: Sequence[str]
) -> list[Complaint]:
    complaints = []
    first: dict[tuple[str, str], int] = {}
    for row, pair in enumerate(zip(bags, categories, strict=True)):
        for cell, column in zip(pair, (columns.id, columns.category), strict=True):
            if not cell:
                rule, cure = (
                    f"the {shown(column.name)} is blank.",
                    "Every row needs a bag, a category and a count.",
                )
                complaints.append(
                    grid.complaint("blank", rule, cure=cure, row=row, column=column.name, found="")
                )
        if pair in first:
            rule = f'of bag "{shown(pair[0])}" was counted before, on {grid.unit} {grid.lines[first[pair]]}.'
            cure = "Add the two up, or take one out."
            name = columns.category.name
            complaint = grid.complaint(
                "duplicate_cell", rule, cure=cure, row=row, column=name, found=shown(pair[1])
            )
            complaints.append(replace(complaint, bag=pair[0]))
        first.setdefault(pair, row)
    return complaints


def _label_complaints(grid: Grid, columns: LongColumns, *, bags: Sequence[str]) -> list[Complaint]:
    """A further column must say the same on all rows of a bag, or it is no label of the bag."""
    complaints = []
    for column in columns.labels:
        first: dict[str, str] = {}
        for row, (bag, cell) in enumerate(zip(bags, column.cells, strict=True)):
            if first.setdefault(bag, cell) != cell:
                rule = f'differs within bag "{shown(bag)}": it was "{shown(first[bag])}" before.'
                cure = "A label goes with the whole bag; leave the column out (--drop) if it does not."
                complaints.append(
                    grid.complaint("unknown", rule, cure=cure, row=row, column=column.name, found=shown(cell))
                )
                break
    return complaints


def _overlooked(counts: Parsed) -> tuple[Note, ...]:
    if not counts.whole_floats:
        return ()
    return (Note("whole_floats", f"{counts.whole_floats:,} counts written like 3.0 were taken as 3."),)
