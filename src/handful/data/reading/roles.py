"""What each column of a wide table is: id, label, total, left out, or the counts of a category."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np

from handful.arrays import Integers
from handful.data.complaints import shown
from handful.data.reading.cells import WHITE
from handful.data.reading.columns import Parsed, parse_column
from handful.data.reading.grid import Column, Grid, fold
from handful.data.reading.shape import ID_NAMES
from handful.errors import ParameterError

TOTAL_NAMES = ("total", "recorded total")
Role: TypeAlias = Literal["id", "label", "total", "left out", "counts"]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the reader was told about the columns.

    Parameters
    ----------
    id : tuple of str
        The columns that together name a bag; empty: found by name.
    drop : mapping of str to str
        Columns to leave out, each with the reason.
    labels : tuple of str
        Columns that hold labels even if they look like counts.
    blank_is_zero : bool
        Whether a blank cell among counts is a 0.
    """

    id: tuple[str, ...] = ()
    drop: Mapping[str, str] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    blank_is_zero: bool = False


@dataclass(frozen=True, slots=True)
class Roles:
    """The columns of a table by what they are; every column is in exactly one place."""

    ids: tuple[Column, ...]
    labels: tuple[Parsed, ...]
    totals: tuple[Parsed, ...]
    left_out: tuple[Column, ...]
    counts: tuple[Parsed, ...]

    def of(self, column: Column) -> Role:
        """What `column` is."""
        if column in self.ids:
            return "id"
        if column in self.left_out:
            return "left out"
        if any(parsed.column is column for parsed in self.labels):
            return "label"
        return "total" if any(parsed.column is column for parsed in self.totals) else "counts"


def assign_roles(grid: Grid, wishes: Wishes) -> Roles:
    """The role of each column of `grid`.

    Raises
    ------
    ParameterError
        If a column that was named is not there.
    """
    left_out = tuple(find(grid, name, parameter="drop") for name in wishes.drop)
    ids = _ids(grid, wishes, left_out=left_out)
    told = tuple(find(grid, name, parameter="labels") for name in wishes.labels)
    # A second column that could be an id is a label: never a category.
    spare = tuple(c for c in grid.columns if not wishes.id and fold(c.name) in ID_NAMES and c not in ids)
    rest = [parse_column(c) for c in grid.columns if c not in (*left_out, *ids, *told, *spare)]
    named_totals = [p for p in rest if fold(p.name) in TOTAL_NAMES]
    others = [p for p in rest if p not in named_totals]
    counts = [p for p in others if p.n_counts or (p.all_blank and wishes.blank_is_zero)]
    labels = [p for p in others if p not in counts]
    hidden = None if named_totals else _hidden_total(counts)
    if hidden is not None:
        counts.remove(hidden)
    return Roles(
        ids=ids,
        labels=(*(Parsed(c, _zeros(grid)) for c in (*told, *spare) if c not in left_out), *labels),
        totals=tuple(named_totals) if hidden is None else (hidden,),
        left_out=left_out,
        counts=tuple(counts),
    )


def find(grid: Grid, name: str, *, parameter: str) -> Column:
    """The column of `grid` called `name`; case and outer spaces do not matter.

    Raises
    ------
    ParameterError
        If there is none; the message names the nearest.
    """
    for column in grid.columns:
        if fold(column.name) == fold(name):
            return column
    near = difflib.get_close_matches(name, grid.names, n=1, cutoff=0.5)
    hint = (
        f"; did you mean {shown(near[0])!r}?"
        if near
        else f"; there are {', '.join(map(shown, grid.names[:12]))}"
    )
    raise ParameterError(
        f"{parameter}: {grid.source} has no column {name!r}{hint}", name=parameter, found=name
    )


def bag_ids(grid: Grid, roles: Roles) -> list[str]:
    """The id of each row: its id cells joined by '-', or its number where there is no id column."""
    if not roles.ids:
        return [str(row + 1) for row in range(grid.n_rows)]
    return [
        "-".join(str(cell).strip(WHITE) for cell in cells)
        for cells in zip(*(c.cells for c in roles.ids), strict=True)
    ]


def _ids(grid: Grid, wishes: Wishes, *, left_out: Sequence[Column]) -> tuple[Column, ...]:
    if wishes.id:
        return tuple(find(grid, name, parameter="id") for name in wishes.id)
    told = {fold(name) for name in wishes.labels}
    for name in ID_NAMES:
        for column in grid.columns:
            if fold(column.name) == name and column not in left_out and name not in told:
                return (column,)
    return ()


def _zeros(grid: Grid) -> Integers:
    return np.zeros(grid.n_rows, dtype=np.int64)


def _hidden_total(counts: Sequence[Parsed]) -> Parsed | None:
    """The column that equals the sum of all others in every row, if there is one.

    Of two categories either would equal 'the sum of the others' whenever they are alike, so two
    other columns and two rows are asked for.
    """
    if len(counts) < 3 or len(counts[0].counts) < 2:
        return None
    # Floats do not wrap around; the sums are exact below 2**53, where all real tables live.
    everything = np.sum([p.counts.astype(np.float64) for p in counts], axis=0)
    for parsed in counts:
        if parsed.counts.any() and not parsed.flaws and np.array_equal(2.0 * parsed.counts, everything):
            return parsed
    return None
