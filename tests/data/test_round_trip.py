"""What is written in any dialect is read as it was meant.

Never generated, because the rules refuse it or read it otherwise on purpose (each has its own test
elsewhere):

- a category that equals the sum of all others in every one of two rows or more (a total; so is a
  table of zeros),
- a last row, of three or more, that equals the sum of those above (a totals row),
- a category that is 1..B with B >= 3 (a running number),
- names of columns that are an id's or a total's, or end like an id's, that are equal but for case and outer space, or
  that look like
  numbers; tables of three columns with a single category (long tables, or too few categories),
- ids that are blank or repeated,
- labels that look like numbers, a blank, a truth value or a date in every row: they begin and end
  with a letter,
- outer white space in names, ids and labels (a cell is stripped), NULs and other control characters,
- line ends other than LF inside quotes, so that it does not matter whether a reader normalises them,
- counts, totals and B·N above the limits,
- another separator in a bare text (see `dialects.cell`), and letters beyond ASCII in UTF-16 without
  a mark.
"""

from __future__ import annotations

import io
import string

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from handful.data.read import read_counts
from handful.errors import TableError
from tests.data.door import LARGEST, content_of
from tests.testing_tools.dialects import (
    ENCODINGS,
    LINE_ENDS,
    QUOTINGS,
    SEPARATORS,
    Dialect,
    Table,
    every_dialect,
    write,
)

RESERVED = frozenset(
    [
        "bag",
        "id",
        "name",
        "sample",
        "pack",
        "package",
        "unit",
        "participant",
        "total",
        "recorded_total",
        "sum",
        "na",
        "n/a",
        "nan",
        "null",
        "none",
        "nil",
        "true",
        "false",
        "inf",
        "infinity",
        "yes",
        "no",
        "n",
        "count",
        "category",
        "color",
        "colour",
    ]
)
ID_NAMES = ("bag", "id", "name", "sample", "pack", "package", "unit", "participant")
ID_HEADERS = (*ID_NAMES, "sample_id", "Bag #", "packNo")
LIKE_IDS = (*ID_NAMES, "no", "nr", "number", "code", "key", "index", "year", "date")

TRICKY = Table(
    categories=("red", 'dark "blue"', "a,b;c|d", "green"),
    rows=((3, 0, 5, 7), (0, 0, 0, 0), (LARGEST - 8, 0, 1, 7), (3, 0, 5, 7)),
    id_name="sample",
    bags=("A-07", 'the "second"', "x,y;z|u\tv", "two\nlines"),
    labels={"place": ("Ulm", "", 'a\n\n"quoted", text', "don't"), "seen, on": ("it's", ";|,", "x\ty", "")},
)  # fmt: skip


@pytest.mark.parametrize("dialect", list(every_dialect()), ids=str)
def test_a_tricky_table_survives_every_dialect(dialect):
    assert content_of(read_counts(io.BytesIO(write(TRICKY, dialect)))) == TRICKY.content()


def letters(only_ascii: bool) -> str:
    """What a text may begin and end with."""
    return string.ascii_letters + ("" if only_ascii else "äßéЖλあ漢😀")


def texts(only_ascii: bool, line_ends: bool):
    """Texts that begin and end with a letter, and hold anything awkward between."""
    middle = string.ascii_letters + string.digits + " ,;|\t\"'#%.-+=_" + "\n" * line_ends
    middle += "" if only_ascii else "éЖ漢\xa0\x85\u2028\u200b\ufeff\u202e😀"
    ends = st.sampled_from(letters(only_ascii))
    return st.builds("".join, st.tuples(ends, st.text(st.sampled_from(middle), max_size=8), ends)).filter(
        lambda text: text.casefold() not in RESERVED
    )


def is_refused(rows: list[list[int]]) -> bool:
    """Whether the counts by themselves mean something else to the reader (see the top of this file)."""
    bags, width = len(rows), len(rows[0])
    totals = [sum(row) for row in rows]
    columns = list(zip(*rows, strict=True))
    as_total = (
        bags >= 2
        and width >= 3
        and any(
            all(2 * row[c] == total for row, total in zip(rows, totals, strict=True)) for c in range(width)
        )
    )
    as_totals_row = bags >= 3 and all(2 * column[-1] == sum(column) for column in columns)
    running = bags >= 3 and tuple(range(1, bags + 1)) in columns
    return as_total or as_totals_row or running or max(totals) > LARGEST


@st.composite
def tables(draw, only_ascii: bool) -> Table:
    """Any table that is read as it is written."""
    bags, width = draw(st.integers(1, 6)), draw(st.integers(2, 5))
    counts = st.one_of(
        st.integers(0, 3), st.integers(0, 60), st.sampled_from([LARGEST, LARGEST - 60, 10**12, 100])
    )
    rows = draw(
        st.lists(st.lists(counts, min_size=width, max_size=width), min_size=bags, max_size=bags)
        .filter(lambda rows: not is_refused(rows))
    )  # fmt: skip
    label_count = draw(st.integers(0, 2))
    names = draw(
        st.lists(
            texts(only_ascii, line_ends=False).filter(lambda name: not name.casefold().endswith(LIKE_IDS)),
            min_size=width + label_count, max_size=width + label_count,
            unique_by=str.casefold,
        )
    )  # fmt: skip
    id_name = draw(st.sampled_from([None, *ID_HEADERS]))
    ids = st.one_of(texts(only_ascii, line_ends=True), st.integers(0, 10**6).map(str))
    column = st.lists(texts(only_ascii, line_ends=True), min_size=bags, max_size=bags).map(tuple)
    return Table(
        categories=tuple(names[:width]),
        rows=tuple(map(tuple, rows)),
        id_name=id_name,
        bags=tuple(draw(st.lists(ids, min_size=bags, max_size=bags, unique_by=str.casefold)))
        if id_name
        else (),
        labels={name: draw(column) for name in names[width:]},
    )


@st.composite
def written(draw) -> tuple[Table, Dialect]:
    """A table, and a dialect to write it in."""
    dialect = Dialect(
        separator=draw(st.sampled_from(SEPARATORS)),
        line_end=draw(st.sampled_from(LINE_ENDS)),
        encoding=draw(st.sampled_from(list(ENCODINGS))),
        quoting=draw(st.sampled_from(QUOTINGS)),
        blank_columns=draw(st.integers(0, 2)),
        sep_line=draw(st.booleans()),
        last_line_ended=draw(st.booleans()),
    )
    return draw(tables(dialect.ascii_only)), dialect


@settings(max_examples=600)
@given(written())
@example((Table(("red", "blue"), ((1, 0), (0, 1))), Dialect()))
@example((Table(("red", "blue"), ((0, 0),)), Dialect(";", "\r", "utf-16-le", "all", 2, True)))
def test_what_is_written_is_read(case):
    table, dialect = case
    assert content_of(read_counts(io.BytesIO(write(table, dialect)))) == table.content()


@settings(max_examples=100)
@given(written(), st.data())
def test_a_wrong_cell_is_found_in_any_dialect(case, data):
    """The line of the complaint is where an editor shows the row, line ends inside quotes and all."""
    table, dialect = case
    row = data.draw(st.integers(0, len(table.rows) - 1))
    category = data.draw(st.sampled_from(range(len(table.categories))))
    spoilt = [list(cells) for cells in table.rows]
    spoilt[row][category] = -1
    wrong = Table(table.categories, tuple(map(tuple, spoilt)), table.id_name, table.bags, table.labels)
    above = wrong.grid()[: row + 1]
    line = 1 + dialect.sep_line + len(above) + sum(text.count("\n") for cells in above for text in cells)
    (complaint,) = _complaints(write(wrong, dialect))
    assert (complaint.code, complaint.line) == ("negative", line)
    assert complaint.found == "-1"


def _complaints(raw: bytes):
    with pytest.raises(TableError) as caught:
        read_counts(io.BytesIO(raw))
    return caught.value.complaints
