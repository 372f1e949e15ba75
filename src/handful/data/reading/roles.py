"""What each column of a wide table is: id, label, total, left out, or the counts of a category."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np

from handful.arrays import Integers
from handful.data.complaints import escaped
from handful.data.names import fold, position_of, suggestion
from handful.data.reading.cells import WHITE
from handful.data.reading.columns import Parsed, parse_column
from handful.data.reading.grid import Column, Grid
from handful.data.reading.headers import id_rank, names_a_total
from handful.errors import ParameterError

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

    Raises
    ------
    ParameterError
        If a column is to be left out and yet to be the id or a label.
    """

    id: tuple[str, ...] = ()
    drop: Mapping[str, str] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    blank_is_zero: bool = False

    def __post_init__(self) -> None:
        """Refuse what contradicts itself."""
        dropped = set(map(fold, self.drop))
        for parameter, names in (("id", self.id), ("labels", self.labels)):
            for name in names:
                if fold(name) in dropped:
                    raise ParameterError(
                        f"column {name!r} is in drop and in {parameter}: it cannot be both; take it out of one",
                        name="drop",
                        found=name,
                    )


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
    left_out = find_all(grid, wishes.drop, parameter="drop")
    told = find_all(grid, wishes.labels, parameter="labels")
    ids = find_all(grid, wishes.id, parameter="id")
    free = [c for c in grid.columns if c not in (*left_out, *told, *ids)]
    if not ids:
        found = best_id(free) or next((c for c in free if c.mark == "unnamed"), None)
        ids = (found,) if found else ()
    # Numbers of rows are of no use beside an id.
    left_out += tuple(c for c in free if c.mark == "unnamed" and c not in ids and parse_column(c).whole)
    # A second column that could be an id is a label: never a category.
    spare = tuple(
        c for c in free if c not in (*ids, *left_out) and (c.mark == "unnamed" or id_rank(c.name) is not None)
    )
    rest = [parse_column(c) for c in free if c not in (*left_out, *ids, *spare)]
    named_totals = [p for p in rest if names_a_total(p.name)]
    others = [p for p in rest if p not in named_totals]
    counts = [p for p in others if p.n_counts or (p.all_blank and wishes.blank_is_zero)]
    labels = [p for p in others if p not in counts]
    hidden = None if named_totals else _hidden_total(counts)
    if hidden is not None:
        counts.remove(hidden)
    return Roles(
        ids=ids,
        labels=(*(Parsed(c, _zeros(grid)) for c in (*told, *spare)), *labels),
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
    position = position_of(name, grid.names)
    if position is not None:
        return grid.columns[position]
    hint = suggestion(name, grid.names)
    raise ParameterError(
        escaped(f"{parameter}: {grid.source} has no column {name!r}; {hint}"), name=parameter, found=name
    )


def find_all(grid: Grid, names: Iterable[str], *, parameter: str) -> tuple[Column, ...]:
    """The columns of `grid` called by `names`; one that is named twice is there once.

    Raises
    ------
    ParameterError
        If there is none of a name.
    """
    return tuple(dict.fromkeys(find(grid, name, parameter=parameter) for name in names))


def best_id(columns: Sequence[Column]) -> Column | None:
    """The column whose header is the best name of an id, if one is; the first of equals."""
    ranked = [(rank, column) for column in columns if (rank := id_rank(column.name)) is not None]
    return min(ranked, key=lambda pair: pair[0])[1] if ranked else None


def bag_ids(grid: Grid, roles: Roles) -> list[str]:
    """The id of each row: its id cells joined by '-', or its number where there is no id column."""
    if not roles.ids:
        return [str(row + 1) for row in range(grid.n_rows)]
    return [
        "-".join(str(cell).strip(WHITE) for cell in cells)
        for cells in zip(*(c.cells for c in roles.ids), strict=True)
    ]


def _zeros(grid: Grid) -> Integers:
    return np.zeros(grid.n_rows, dtype=np.int64)


def _hidden_total(counts: Sequence[Parsed]) -> Parsed | None:
    """The column that equals the sum of all others in every row, if there is one.

    Of two categories either would equal 'the sum of the others' whenever they are alike, and in an
    empty row any column does, so two other columns and two rows that are not empty are asked for.
    """
    if len(counts) < 3:
        return None
    # Floats do not wrap around; the sums are exact below 2**53, where all real tables live.
    everything = np.sum([p.counts.astype(np.float64) for p in counts], axis=0)
    if np.count_nonzero(everything) < 2:
        return None
    for parsed in counts:
        if not parsed.flaws and np.array_equal(2.0 * parsed.counts, everything):
            return parsed
    return None
