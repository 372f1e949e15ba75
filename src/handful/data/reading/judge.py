"""The complaints about a wide table whose columns have roles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from handful.data.complaints import Complaint, shown
from handful.data.door import FEWEST_CATEGORIES
from handful.data.names import fold
from handful.data.reading.cells import BLANK
from handful.data.reading.columns import Parsed
from handful.data.reading.grid import Grid
from handful.data.reading.headers import ends_like_an_id
from handful.data.reading.roles import Roles, Wishes, bag_ids
from handful.data.reading.totals import total_complaints

FEWEST_RUNNING = 3  # 1 and 2 in two rows are as likely two counts
FEWEST_ADDED = 3  # two rows and their sum are as likely three bags
SUM_WORDS = {"total", "totals", "sum", "all", "gesamt", "row total", "grand total"}
MOST_NAMED = 5
_TOLERANCE_OF_ONE = 0.01


def complaints_of(grid: Grid, roles: Roles, *, wishes: Wishes) -> list[Complaint]:
    """Everything that is wrong with the table, whole-table reasons first, then cell by cell."""
    ids = bag_ids(grid, roles)
    fractions = list(_fractions(grid, roles))
    complaints = [
        *too_few_categories(grid, roles),
        *fractions,
        *total_complaints(grid, roles, ids=ids),
        *_totals_row(grid, roles, ids=ids),
        *_numbers_of_rows(grid, roles),
        *_truth_values(grid, roles),
        *_id_complaints(grid, roles, ids=ids),
    ]
    cells = [
        (row, replace(complaint, bag=ids[row] if roles.ids else None))
        for row, complaint in _cell_complaints(grid, roles, wishes=wishes)
        if not (fractions and complaint.code in ("decimal", "scientific"))
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
            cure = flaw.cure if parsed in roles.counts else f"{flaw.cure} {_no_counts(parsed)}"
            yield (
                row,
                grid.complaint(flaw.code, flaw.rule, cure=cure, row=row, column=parsed.name, found=found),
            )


def _no_counts(parsed: Parsed) -> str:
    name = shown(parsed.name)
    return f'If the column holds no counts, say so: --labels "{name}" or --drop "{name}".'


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
        first = min(columns, key=lambda parsed: min(parsed.flaws))
        row = min(first.flaws)
        rule = "is not a whole number, and every row adds up to 1: these look like fractions."
        cure = "Counts are needed, because 22 of 100 says more than 0.22: give how many of each were counted."
        found = shown(str(first.column.cells[row]))
        complaint = grid.complaint("fractions", rule, cure=cure, row=row, column=first.name, found=found)
        yield replace(complaint, bag=bag_ids(grid, roles)[row] if roles.ids else None)


def _as_fraction(text: str) -> float:
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return float("nan")


def _totals_row(grid: Grid, roles: Roles, *, ids: Sequence[str]) -> Iterable[Complaint]:
    """A complaint where the last row is the sum of those above: of three not empty, or if it says so."""
    if grid.n_rows < 2 or not roles.counts:
        return
    table = np.column_stack([p.counts for p in roles.counts]).astype(np.float64)
    row = grid.n_rows - 1
    texts = [str(column.cells[row]) for column in (*roles.ids, *(p.column for p in roles.labels))]
    called = any(fold(text).strip(": ") in SUM_WORDS for text in texts)
    enough = called or np.count_nonzero(table[:-1].any(axis=1)) >= FEWEST_ADDED
    if enough and table[-1].any() and np.array_equal(table[:-1].sum(axis=0), table[-1]):
        rule = "the row holds the sums of all rows above: it is no bag."
        complaint = grid.complaint("totals_row", rule, cure="Take the row of totals out.", row=row)
        yield replace(complaint, bag=ids[row] if roles.ids else None)


def _numbers_of_rows(grid: Grid, roles: Roles) -> Iterable[Complaint]:
    """A complaint for each column among the counts that numbers the rows, or is called like an id."""
    running = np.arange(1, grid.n_rows + 1)
    answers = {"yes", "no"} <= {fold(name) for name in grid.names}
    for parsed in roles.counts:
        name = shown(parsed.name)
        if grid.n_rows >= FEWEST_RUNNING and not parsed.flaws and np.array_equal(parsed.counts, running):
            rule = f"is the running number 1 to {grid.n_rows:,} of the rows, not a count."
            cure = (
                f'Say what it is: --id "{name}" or --drop "{name}". '
                "If these are counts after all, put the rows in another order."
            )
            yield grid.complaint("running_number", rule, cure=cure, column=parsed.name)
        elif parsed.whole and ends_like_an_id(parsed.name) and not (answers and fold(parsed.name) == "no"):
            rule = "holds whole numbers, but is called like an id, a number or a year."
            cure = (
                f'Say what it is: --id "{name}", --labels "{name}" or --drop "{name}". '
                "If these are counts after all, give the column another name."
            )
            yield grid.complaint("looks_like_id", rule, cure=cure, column=parsed.name)


def _truth_values(grid: Grid, roles: Roles) -> Iterable[Complaint]:
    """A complaint for each column of a frame that is true or false by its type, and is not asked for."""
    for parsed in roles.labels:
        if parsed.column.mark == "boolean" and parsed.flaws and not parsed.all_blank:
            rule = "is true or false throughout: that is no count, and its type says that it is no text."
            yield grid.complaint("boolean", rule, cure=_no_counts(parsed), column=parsed.name)


def _id_complaints(grid: Grid, roles: Roles, *, ids: Sequence[str]) -> Iterable[Complaint]:
    if not roles.ids:
        return
    name = ", ".join(column.name for column in roles.ids)
    first: dict[str, int] = {}
    repeated: list[int] = []
    for row, bag in enumerate(ids):
        if not bag.strip("-"):
            rule = "the bag has no id."
            cure = "Give each bag an id of its own."
            yield grid.complaint("blank", rule, cure=cure, row=row, column=name, found="")
        elif first.setdefault(bag, row) != row:
            repeated.append(row)
    if repeated:
        row, *others = repeated
        rule = f"is the id of an earlier bag, on {grid.unit} {grid.lines[first[ids[row]]]}."
        each = [
            f'"{shown(ids[other])}" on {grid.unit} {grid.lines[other]} '
            f"(first on {grid.lines[first[ids[other]]]})"
            for other in others[: MOST_NAMED - 1]
        ]
        if each:
            left = len(others) - len(each)
            rule += f" So are {', '.join(each)}{f' and {left:,} more' if left else ''}."
        cure = "Give each bag an id of its own, take out the repeated row, or name another id column (--id)."
        found = shown(ids[row])
        yield grid.complaint("duplicate_bag", rule, cure=cure, row=row, column=name, found=found)
