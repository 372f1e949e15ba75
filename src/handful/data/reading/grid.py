"""A table before it means anything: named columns of cells, and the line each row stands on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from handful.arrays import Integers
from handful.data.complaints import Complaint, Note
from handful.errors import TableError


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One column.

    Parameters
    ----------
    name : str
        The header.
    cells : sequence of str
        The cells as typed, one a row.
    counts : array of int, shape (B,), optional
        The same as whole numbers >= 0, where the source had a type for them.
    mark : {'unnamed', 'boolean'}, optional
        What is odd about it: its header was blank, or a frame says that it is true or false.
    """

    name: str
    cells: Sequence[str]
    counts: Annotated[Integers, "B"] | None = None
    mark: Literal["unnamed", "boolean"] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """A rectangle of cells with a header.

    Parameters
    ----------
    source : str
        The file as the user named it.
    columns : tuple of Column
        In the order of the file.
    lines : sequence of int
        For each row its 1-based physical line, or its 1-based number in a data frame.
    unit : {'line', 'row'}
        Which of the two.
    notes : tuple of Note
        What was said on the way here.
    """

    source: str
    columns: tuple[Column, ...]
    lines: Sequence[int]
    unit: Literal["line", "row"] = "line"
    notes: tuple[Note, ...] = ()

    @property
    def n_rows(self) -> int:
        """How many rows there are."""
        return len(self.lines)

    @property
    def names(self) -> tuple[str, ...]:
        """The headers."""
        return tuple(column.name for column in self.columns)

    def complaint(
        self,
        code: str,
        rule: str,
        *,
        cure: str,
        row: int | None = None,
        column: str | None = None,
        found: str | None = None,
    ) -> Complaint:
        """A complaint about this table, at `row` (counted from 0) or about all of it."""
        return Complaint(
            code=code,
            rule=rule,
            cure=cure,
            source=self.source,
            line=None if row is None else self.lines[row],
            column=column,
            found=found,
            unit=self.unit,
        )


def refuse(*complaints: Complaint) -> TableError:
    """The error that carries `complaints`, to be raised."""
    return TableError(complaints)


def empty_file(source: str) -> Complaint:
    """The complaint about a source in which nothing is written."""
    cure = "Give a table: a header line, then a row a bag."
    return Complaint(code="empty_file", rule="is empty.", cure=cure, source=source)
