"""The complaints about a wide table whose columns have roles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from handful.data.complaints import Complaint, shown
from handful.data.door import FEWEST_CATEGORIES
from handful.data.reading.cells import BLANK
from handful.data.reading.grid import Grid
from handful.data.reading.roles import Roles, Wishes, bag_ids
from handful.data.reading.totals import total_complaints

FEWEST_RUNNING = 3  # 1 and 2 in two rows are as likely two counts
_TOLERANCE_OF_ONE = 0.01


def complaints_of(grid: Grid, roles: Roles, *, wishes: Wishes) -> list[Complaint]:
    """Everything that is wrong with the table, whole-table reasons first, then cell by cell."""
    ids = bag_ids(grid, roles)
    complaints = [
        *too_few_categories(grid, roles),
        *_fractions(grid, roles),
        *total_complaints(grid, roles, ids=ids),
        *_totals_row(grid, roles, ids=ids),
        *_running_numbers(grid, roles),
        *_id_complaints(grid, roles, ids=ids),
    ]
    cells = [
        (row, replace(complaint, bag=ids[row] if roles.ids else None))
        for row, complaint in _cell_complaints(grid, roles, wishes=wishes)
    ]
    return complaints + [complaint for _, complaint in sorted(cells, key=lambda pair: pair[0])]


def _cell_complaints(grid: Grid, roles: Roles, *, wishes: Wishes) -> Iterable[tuple[int, Complaint]]:
    for parsed in (*roles.counts, *roles.labels, *roles.totals):
        # A column blank throughout may be a category that nobody filled in: it is asked about.
        among_counts = (
            parsed in roles.counts or parsed in roles.totals or (parsed.all_blank and bool(parsed.flaws))
        )
        blank_is_fine = parsed in roles.totals or (wishes.blank_is_zero and parsed in roles.counts)
        for row, flaw in parsed.worst(among_counts=among_counts).items():
            if flaw is BLANK and blank_is_fine:
                continue
            found = shown(str(parsed.column.cells[row]))
            yield (
                row,
                grid.complaint(
                    flaw.code, flaw.rule, cure=flaw.cure, row=row, column=parsed.name, found=found
                ),
            )


def too_few_categories(grid: Grid, roles: Roles) -> Iterable[Complaint]:
    """The complaint where fewer than two columns hold counts."""
    # Columns that are full of spoilt numbers get their own complaints.
    spoilt = [p for p in roles.labels if p.worst(among_counts=p.all_blank and bool(p.flaws))]
    if len(roles.counts) + len(spoilt) >= FEWEST_CATEGORIES:
        return
    names = [p.name for p in roles.counts]
    rule = f'there is only one category, "{shown(names[0])}".' if names else "no column holds counts."
    cure = (
        "A share is a share of something: at least two categories are needed. Add what was counted besides."
    )
    yield grid.complaint("too_few_categories", rule, cure=cure)


def _fractions(grid: Grid, roles: Roles) -> Iterable[Complaint]:
    """One complaint for a table of proportions, which would else give one a cell."""
    columns = [
        p for p in (*roles.counts, *roles.labels) if any(f.code == "decimal" for f in p.flaws.values())
    ]
    if not columns or grid.n_rows == 0:
        return
    sums = np.zeros(grid.n_rows)
    for parsed in (*columns, *(p for p in roles.counts if p not in columns)):
        for row in range(grid.n_rows):
            sums[row] += _as_fraction(str(parsed.column.cells[row]))
    if (np.abs(sums - 1.0) <= _TOLERANCE_OF_ONE).all():
        rule = "every row adds up to 1: these look like fractions."
        cure = "Counts are needed, because 22 of 100 says more than 0.22: give how many of each were counted."
        yield grid.complaint("fractions", rule, cure=cure)


def _as_fraction(text: str) -> float:
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return float("nan")


def _totals_row(grid: Grid, roles: Roles, *, ids: Sequence[str]) -> Iterable[Complaint]:
    """A complaint where the last row is the sum of the rows above."""
    if grid.n_rows < 3 or not roles.counts:
        return
    table = np.column_stack([p.counts for p in roles.counts]).astype(np.float64)
    if table[-1].any() and np.array_equal(table[:-1].sum(axis=0), table[-1]):
        rule = "the row holds the sums of all rows above: it is no bag."
        row = grid.n_rows - 1
        complaint = grid.complaint("totals_row", rule, cure="Take the row of totals out.", row=row)
        yield replace(complaint, bag=ids[row] if roles.ids else None)


def _running_numbers(grid: Grid, roles: Roles) -> Iterable[Complaint]:
    if grid.n_rows < FEWEST_RUNNING:
        return
    running = np.arange(1, grid.n_rows + 1)
    for parsed in roles.counts:
        if not parsed.flaws and np.array_equal(parsed.counts, running):
            rule = f"is the running number 1 to {grid.n_rows:,} of the rows, not a count."
            cure = (
                f'Say what it is: --id "{shown(parsed.name)}" or --drop "{shown(parsed.name)}". '
                "If these are counts after all, put the rows in another order."
            )
            yield grid.complaint("running_number", rule, cure=cure, column=parsed.name)


def _id_complaints(grid: Grid, roles: Roles, *, ids: Sequence[str]) -> Iterable[Complaint]:
    if not roles.ids:
        return
    name = ", ".join(column.name for column in roles.ids)
    first: dict[str, int] = {}
    for row, bag in enumerate(ids):
        if not bag.strip("-"):
            rule = "the bag has no id."
            yield grid.complaint(
                "blank", rule, cure="Give each bag an id of its own.", row=row, column=name, found=""
            )
        elif bag in first:
            rule = f"is the id of an earlier bag, on {grid.unit} {grid.lines[first[bag]]}."
            cure = (
                "Give each bag an id of its own, take out the repeated row, or name another id column (--id)."
            )
            yield grid.complaint("duplicate_bag", rule, cure=cure, row=row, column=name, found=shown(bag))
        else:
            first[bag] = row
