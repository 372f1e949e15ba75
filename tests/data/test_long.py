"""Long tables: a row for each bag and category."""

from __future__ import annotations

import pytest

from tests.data.door import Door, cells_of, codes, note, where

LONG = "{bag},{category},{count}\nA,red,3\nA,blue,4\nB,blue,2\nB,red,1\nC,red,0\nC,blue,9\n"
LONG_CELLS = {
    ("A", "red"): 3,
    ("A", "blue"): 4,
    ("B", "red"): 1,
    ("B", "blue"): 2,
    ("C", "red"): 0,
    ("C", "blue"): 9,
}


@pytest.mark.parametrize(
    ("bag", "category", "count"),
    [
        ("bag", "category", "count"),
        ("bag", "color", "n"),
        ("bag", "colour", "count"),
        ("sample", "category", "n"),
    ],
)
def test_J1c_a_long_table_is_recognised_and_stated(door: Door, bag: str, category: str, count: str) -> None:
    counts = door.read(LONG.format(bag=bag, category=category, count=count))
    assert cells_of(counts) == LONG_CELLS
    assert counts.bags == ("A", "B", "C")
    assert note(counts, "long").kind == "note"


def test_a_pair_that_a_long_table_leaves_out_is_zero(door: Door) -> None:
    counts = door.read("bag,color,n\nA,red,3\nA,blue,4\nB,blue,2\nC,red,5\nC,green,1\n")
    cells = cells_of(counts)
    assert cells["B", "red"] == 0
    assert cells["A", "green"] == 0
    assert sum(cells.values()) == 15


def test_a_pair_that_comes_twice_in_a_long_table_is_refused(door: Door) -> None:
    complaint = door.only("bag,color,n\nA,red,3\nA,blue,4\nB,red,2\nB,blue,1\nA,red,5\n")
    assert (complaint.code, complaint.line, complaint.bag) == ("duplicate_cell", 6, "A")
    assert "red" in str(complaint)
    assert "2" in str(complaint).split("line 6", 1)[1]


@pytest.mark.parametrize(
    ("cell", "code"), [("-3", "negative"), ("2.5", "decimal"), ("30%", "percent"), ("", "blank")]
)
def test_a_long_table_is_as_strict(door: Door, cell: str, code: str) -> None:
    text = f"bag,color,n\nA,red,3\nA,blue,4\nB,red,{cell}\nB,blue,1\n"
    complaint = door.only(text)
    assert where(complaint)[:4] == (code, 4, "n", "B")


def test_C9_categories_that_differ_only_in_case_are_refused_as_in_a_header(door: Door) -> None:
    """Counts of one colour would be split over two, silently."""
    complaints = door.refuse("bag,color,n\nA,red,3\nA,blue,4\nB,Red,2\nB,blue,1\n")
    assert codes(complaints) <= {"duplicate_column", "duplicate_cell"}
