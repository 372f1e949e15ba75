"""The first line and the first column: a header or already counts, names of bags or nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from handful.data.names import fold
from handful.data.reading.cells import WHITE, parse_cell
from handful.data.reading.grid import Column
from handful.data.reading.headers import id_rank

UNNAMED = "unnamed"
"""What a first column without a name is called, once its cells show what it is."""

_NUMBER = re.compile(r"\s*[-+]?[0-9][0-9.,]*\s*", re.ASCII)
_YEAR = re.compile(r"\s*[12][0-9]{3}\s*", re.ASCII)
_WORD = re.compile(r"[^\W\d_]{2}[^\d]*")


def holds_counts(cells: Sequence[str], below: Sequence[str]) -> bool:
    """Whether a first line is a row of counts and no header; `below` are the cells under its first.

    It is a header as soon as one cell after the first is no number. Where all of them are numbers,
    it is a header if they are different, and

    - the first cell names an id: ``bag,1,2,3``;
    - or the first cell is blank, and the cells below it are the ids of bags: ``,1,2,3`` over ``A,4,5,60``;
    - or the first cell is a word, and they are years, 1000 to 2999: ``site,2019,2020,2021``.

    ``Ulm,3,4,5`` may be a bag and ``site,3,4,5`` a header, and nothing tells the two apart: such a
    line is refused, since a bag that is read as a header is lost without a sign.

    Examples
    --------
    >>> holds_counts(["site", "2019", "2020"], ["Ulm"]), holds_counts(["Ulm", "3", "4"], ["Bonn"])
    (False, True)
    """
    first, others = cells[0].strip(WHITE), [cell for cell in cells[1:] if cell.strip()]
    if not all(_NUMBER.fullmatch(cell) for cell in others) or (not others and not _NUMBER.fullmatch(first)):
        return False
    different = len({cell.strip() for cell in others}) == len(others)
    if not different or _NUMBER.fullmatch(first):
        return True
    if id_rank(first) is not None:
        return False
    if not first:
        return not names_rows(below)
    return not (_WORD.fullmatch(first) and all(_YEAR.fullmatch(cell) for cell in others))


def names_rows(cells: Sequence[str]) -> bool:
    """Whether `cells` number the rows, from 0 or 1 on, or are different texts: then they name the bags."""
    bare = [cell.strip(WHITE) for cell in cells]
    if bare in ([str(row) for row in range(len(bare))], [str(row + 1) for row in range(len(bare))]):
        return True
    flaws = [parse_cell(cell).flaw for cell in bare]
    texts = all(flaw is not None and flaw.code != "blank" and not flaw.anywhere for flaw in flaws)
    return texts and len(set(bare)) == len(bare)


def with_unnamed_ids(columns: Sequence[Column]) -> tuple[Column, ...]:
    """The columns; a first one without a name gets one if it names the rows, as pandas and R write it."""
    if not columns or columns[0].name.strip() or not names_rows(columns[0].cells):
        return tuple(columns)
    if any(fold(column.name) == UNNAMED for column in columns):
        return tuple(columns)
    return (replace(columns[0], name=UNNAMED, mark="unnamed"), *columns[1:])
