"""Sums that are no bag and no category, headers made of numbers, and repeated ids."""

from __future__ import annotations

import pytest

from tests.data.door import Door


def test_empty_rows_do_not_make_a_hidden_total(door: Door) -> None:
    counts = door.read("bag,red,green,blue\nA,3,4,7\nB,0,0,0\nC,0,0,0\n")
    assert counts.categories == ("red", "green", "blue")


def test_two_rows_that_are_not_empty_do(door: Door) -> None:
    counts = door.read("bag,red,green,all\nA,3,4,7\nB,0,0,0\nC,1,0,1\n")
    assert counts.categories == ("red", "green")


@pytest.mark.parametrize("rows", ["A,3,4\nB,1,2\n", "A,3,4\nB,1,2\nC,0,0\n"], ids=["two", "two-and-an-empty"])
def test_a_row_that_happens_to_be_the_sum_of_two_is_a_bag(door: Door, rows: str) -> None:
    assert door.read(f"bag,red,blue\n{rows}D,4,6\n").bags[-1] == "D"


@pytest.mark.parametrize("name", ["Total", "SUM", "all", "Gesamt", "total:"])
@pytest.mark.parametrize("rows", ["A,3,4\nB,1,2\n", "A,4,6\n"], ids=["two", "one"])
def test_unless_it_says_so(door: Door, name: str, rows: str) -> None:
    complaint = door.only(f"bag,red,blue\n{rows}{name},4,6\n")
    assert (complaint.code, complaint.bag) == ("totals_row", name)
    assert door.only(f"place,red,blue\n{rows}{name},4,6\n").code == "totals_row"


@pytest.mark.parametrize("name", ["totals", "Sum", "row total", "RowTotal", "grand_total"])
def test_a_total_by_another_name_is_a_total(door: Door, name: str) -> None:
    assert door.read(f"bag,red,blue,{name}\nA,3,4,7\n").categories == ("red", "blue")
    assert door.only(f"bag,red,blue,{name}\nA,3,4,8\n").code == "total_disagrees"


def test_rows_that_disagree_without_the_suspect_are_named_first(door: Door) -> None:
    rows = [(bag, 2, 3, 5) for bag in "ABCDEF"] + [("G", 2, 3, 6)]
    text = "".join(f"{bag},9,{red},{blue},{total}\n" for bag, red, blue, total in rows)
    complaint = door.only(f"bag,box,red,blue,total\n{text}")
    assert complaint.code == "total_disagrees"
    assert complaint.rule.index('"G"') < complaint.rule.index('"A"')
    assert "box" in complaint.cure


# --- headers of numbers -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "bags"),
    [
        pytest.param("site,2019,2020,2021", None, id="years"),
        pytest.param("sample_id,1,2,3", "AB", id="under-an-id"),
        pytest.param(",1,2,3", "AB", id="under-nothing"),
    ],
)
def test_numbers_may_be_names(door: Door, header: str, bags: str | None) -> None:
    counts = door.read(f"{header}\nA,4,5,60\nB,7,8,90\n")
    assert counts.categories == tuple(header.split(",")[1:])
    assert counts.table.tolist() == [[4, 5, 60], [7, 8, 90]]
    assert counts.bags == (tuple(bags) if bags else ("1", "2"))


def test_a_frame_that_was_saved_with_its_index_is_read(door: Door) -> None:
    assert door.read(",0,1,2\n0,4,5,60\n1,7,8,90\n").categories == ("0", "1", "2")


@pytest.mark.parametrize(
    "first",
    [
        "2018,2019,2020,2021",
        "A,3,4,5",
        "Ulm,3,4,5",
        "Ulm,2019,2019,2020",
        "bag,3,3,5",
        ",3,3,5",
        "Ulm,3.5,4,5",
    ],
)
def test_a_first_line_of_counts_is_refused(door: Door, first: str) -> None:
    complaint = door.only(f"{first}\nB,7,8,90\nC,1,2,3\n")
    assert (complaint.code, complaint.line) == ("no_header", 1)


# --- repeated ids -----------------------------------------------------------------------------


def test_repeated_ids_are_one_complaint(door: Door) -> None:
    rows = "".join(f"{bag},{count},7\n" for count, bag in enumerate("ABCDEFGABCDEFG"))
    complaint = door.only(f"bag,red,blue\n{rows}")
    assert (complaint.code, complaint.line, complaint.found) == ("duplicate_bag", 9, "A")
    assert "line 2." in complaint.rule
    assert '"E" on line 13 (first on 6)' in complaint.rule
    assert '"F"' not in complaint.rule
    assert "and 2 more" in complaint.rule
