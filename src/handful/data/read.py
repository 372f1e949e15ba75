"""The reader: a text, a Parquet file or a data frame becomes Counts, or is refused with reasons.

Nothing is guessed and nothing is half-read. The steps are those of the folder ``reading``: bytes to
text, text to records, records to a grid, columns to roles, and the complaints about all of it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, TypeAlias

import numpy as np

from handful.arrays import Integers
from handful.data.complaints import Note
from handful.data.counts import Counts
from handful.data.datasets import catalogue
from handful.data.door import LARGEST
from handful.data.names import fold
from handful.data.reading.cells import WHITE
from handful.data.reading.frames import grid_of_frame, grid_of_parquet
from handful.data.reading.grid import Grid, refuse
from handful.data.reading.judge import complaints_of, too_few_categories
from handful.data.reading.long import widen
from handful.data.reading.recognise import recognise
from handful.data.reading.remarks import remarks
from handful.data.reading.roles import Role, Roles, Wishes, assign_roles, bag_ids
from handful.data.reading.shape import shape
from handful.data.reading.sources import STDIN, Readable, check_file, read_bytes
from handful.data.reading.text import decode
from handful.data.reading.tokens import records
from handful.progress import Doing, stage

Source: TypeAlias = str | os.PathLike[str] | Readable | object

DATASET = "data:"


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What was read and how: the counts, and the role that each column of the source was given.

    Parameters
    ----------
    counts : Counts
        The table, with the notes of the reader.
    roles : tuple of (str, str)
        For each column of the source its name and role: id, label, total, left out, or counts.
    """

    counts: Counts
    roles: tuple[tuple[str, Role], ...]


def read_counts(
    source: Source,
    *,
    id: str | Sequence[str] | None = None,
    drop: str | Sequence[str] = (),
    labels: str | Sequence[str] | None = None,
    blank_is_zero: bool = False,
    encoding: str | None = None,
) -> Counts:
    r"""The counts in a file or a data frame, checked; notes say what was left out or assumed.

    Parameters
    ----------
    source : path, '-', 'data:NAME', open file or data frame
        A CSV text (separated by commas, semicolons, tabs or bars), a Parquet file, standard input,
        a data set that ships with handful, or a pandas, polars or pyarrow frame. Wide (a row a bag,
        a column a category) or long (bag, category, count).
    id : str or sequence of str, optional
        The column that names the bags (several are joined by '-'). Found by name if not given.
    drop : str or sequence of str, optional
        Columns to leave out.
    labels : str or sequence of str, optional
        Columns that hold labels of the bags although they look like counts.
    blank_is_zero : bool, optional
        Whether a blank cell means that none was counted.
    encoding : str, optional
        The encoding of a text that is neither UTF-8 nor UTF-16.

    Raises
    ------
    SourceError
        If the source cannot be opened.
    TableError
        If the table is refused; ``.complaints`` holds every reason.
    ParameterError
        If a column that was named is not there.
    MissingExtra
        If a Parquet file is given and DuckDB is not installed.

    Examples
    --------
    >>> import io
    >>> read_counts(io.StringIO("bag,blue,brown\nA,12,7\nB,9,8\n")).totals
    array([19, 17])
    """
    return inspect(
        source, id=id, drop=drop, labels=labels, blank_is_zero=blank_is_zero, encoding=encoding
    ).counts


def inspect(
    source: Source,
    *,
    id: str | Sequence[str] | None = None,
    drop: str | Sequence[str] = (),
    labels: str | Sequence[str] | None = None,
    blank_is_zero: bool = False,
    encoding: str | None = None,
) -> Reading:
    r"""The counts of `source` together with the role of each of its columns.

    Parameters and errors are those of `read_counts`.

    Examples
    --------
    >>> import io
    >>> inspect(io.StringIO("bag,blue,brown\nA,12,7\n")).roles
    (('bag', 'id'), ('blue', 'counts'), ('brown', 'counts'))
    """
    wishes = Wishes(
        id=_several(id),
        drop=dict.fromkeys(_several(drop), "as asked"),
        labels=_several(labels),
        blank_is_zero=blank_is_zero,
    )
    with _said(source):
        if isinstance(source, str) and source.startswith(DATASET):
            return _dataset(source, wishes)
        return _reading(_grid(source, encoding), wishes)


def _said(source: Source) -> Doing:
    """The reading, for whoever watches."""
    if isinstance(source, str) and source == STDIN:  # a frame would compare its cells
        return stage("reading standard input", typed=sys.stdin is not None and sys.stdin.isatty())
    if isinstance(source, str | os.PathLike):
        return stage(f"reading {os.fspath(source)}")
    return stage("reading a table")


def _several(names: str | Sequence[str] | None) -> tuple[str, ...]:
    return () if names is None else (names,) if isinstance(names, str) else tuple(names)


def _grid(source: Source, encoding: str | None) -> Grid:
    if not isinstance(source, str | os.PathLike | Readable):
        return grid_of_frame(source, "the data frame")
    if isinstance(source, str | os.PathLike) and Path(source).suffix == ".parquet":
        check_file(Path(source))
        return grid_of_parquet(Path(source), os.fspath(source))
    data, name = read_bytes(source)
    text, notes = decode(data, name, encoding=encoding)
    rows, separator_notes = records(text, name)
    return shape(rows, name, notes=notes + separator_notes)


def _dataset(source: str, wishes: Wishes) -> Reading:
    """A shipped data set, read by its file of roles; what the caller asks for comes on top."""
    dataset = catalogue.find(source.removeprefix(DATASET))
    text, _ = decode(dataset.path.read_bytes(), source)
    grid = shape(
        records(text, source)[0], source, notes=tuple(Note("dataset", said) for said in dataset.notes)
    )
    wanted, dropped = set(map(fold, (*wishes.id, *wishes.labels))), set(map(fold, wishes.drop))
    said = {name: why for name, why in dataset.drop.items() if fold(name) not in wanted}
    told = Wishes(
        id=wishes.id or tuple(name for name in dataset.id if fold(name) not in dropped),
        drop=said | {name: why for name, why in wishes.drop.items() if fold(name) not in map(fold, said)},
        labels=wishes.labels or tuple(name for name in dataset.labels if fold(name) not in dropped),
        blank_is_zero=wishes.blank_is_zero,
    )
    return _reading(grid, told)


def _reading(grid: Grid, wishes: Wishes) -> Reading:
    long = recognise(grid, wishes)
    if long is not None:
        wide, roles = widen(grid, long, blank_is_zero=wishes.blank_is_zero)
        complaints = list(too_few_categories(wide, roles))
        # In a long table no column of the source is one category: all three are said at once.
        said: dict[str, Role] = {c.name: roles.of(c) for c in (*roles.ids, *roles.left_out)}
        said |= {p.name: "label" for p in roles.labels}
        by_column = tuple((name, said.get(name, "counts")) for name in grid.names)
    else:
        wide, roles = grid, assign_roles(grid, wishes)
        complaints = complaints_of(grid, roles, wishes=wishes)
        by_column = tuple((column.name, roles.of(column)) for column in grid.columns)
    if complaints:
        raise refuse(*complaints)
    return Reading(_counts(wide, roles, wishes=wishes), by_column)


def _counts(grid: Grid, roles: Roles, *, wishes: Wishes) -> Counts:
    table = np.column_stack([parsed.counts for parsed in roles.counts])
    _refuse_large_totals(grid, roles, table=table)
    return Counts(
        table,
        categories=tuple(parsed.name for parsed in roles.counts),
        ids=tuple(bag_ids(grid, roles)) if roles.ids else None,
        labels={p.name: tuple(str(cell).strip(WHITE) for cell in p.column.cells) for p in roles.labels},
        source=grid.source,
        notes=tuple(_all_notes(grid, roles, wishes=wishes)),
    )


def _refuse_large_totals(grid: Grid, roles: Roles, *, table: Annotated[Integers, "B C"]) -> None:
    # Floats cannot wrap around, and are exact up to the limit itself.
    for row in np.flatnonzero(table.sum(axis=1, dtype=np.float64) > LARGEST):
        rule = f"the counts add up to more than {LARGEST} (2**53 - 1), the largest total that stays exact."
        complaint = grid.complaint("too_large", rule, cure="Is this a table of counts?", row=int(row))
        raise refuse(replace(complaint, bag=bag_ids(grid, roles)[row] if roles.ids else None))


def _all_notes(grid: Grid, roles: Roles, *, wishes: Wishes) -> Iterable[Note]:
    yield from grid.notes
    yield from remarks(grid, roles, wishes=wishes)
