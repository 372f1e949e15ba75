"""A column of cells to whole numbers, or to the reasons why it holds none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

import numpy as np

from handful.arrays import Integers
from handful.data.reading.cells import BLANK, Flaw, parse_cell, parse_plain
from handful.data.reading.grid import Column


@dataclass(frozen=True, slots=True, eq=False)
class Parsed:
    """A column after its cells were looked at.

    Parameters
    ----------
    column : Column
        As it was.
    counts : array of int, shape (B,)
        The counts; 0 in the rows that have a flaw.
    flaws : mapping of int to Flaw
        Row (from 0) to what is wrong there.
    n_counts : int
        How many cells are counts.
    whole_floats, no_break_spaces : int
        How many cells read like ``3.0``, or had no-break spaces around them.
    """

    column: Column
    counts: Annotated[Integers, "B"]
    flaws: Mapping[int, Flaw] = field(default_factory=dict)
    n_counts: int = 0
    whole_floats: int = 0
    no_break_spaces: int = 0

    @property
    def name(self) -> str:
        """The header."""
        return self.column.name

    @property
    def all_blank(self) -> bool:
        """Whether nothing is written in any row."""
        return self.n_counts == 0 and all(flaw is BLANK for flaw in self.flaws.values())

    @property
    def whole(self) -> bool:
        """Whether it holds whole numbers only, blanks apart."""
        return self.n_counts > 0 and all(flaw is BLANK for flaw in self.flaws.values())

    def worst(self, *, among_counts: bool) -> dict[int, Flaw]:
        """The rows to complain about: all flaws among counts, only spoilt numbers elsewhere."""
        return {row: flaw for row, flaw in self.flaws.items() if among_counts or flaw.anywhere}


def parse_column(column: Column) -> Parsed:
    """The whole numbers in `column`, and the flaws."""
    counts = column.counts if column.counts is not None else parse_plain(column.cells)
    if counts is not None:
        return Parsed(column, counts, n_counts=len(counts))
    cells = [parse_cell(cell) for cell in column.cells]
    return Parsed(
        column,
        np.array([cell.count for cell in cells], dtype=np.int64),
        {row: cell.flaw for row, cell in enumerate(cells) if cell.flaw is not None},
        n_counts=sum(cell.flaw is None for cell in cells),
        whole_floats=sum(cell.whole_float for cell in cells),
        no_break_spaces=sum(cell.no_break_space for cell in cells),
    )
