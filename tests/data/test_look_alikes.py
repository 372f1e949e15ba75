"""Texts that look like numbers, dates that do not, and what the cure of each names."""

from __future__ import annotations

import pytest

from handful.data.reading import text as reading_text
from tests.data.door import Door, codes, note, where

CENSORED = [
    "<5",
    ">5",
    "~5",
    "5*",
    "(5)",
    "5?",
    "c.5",
    "ca. 5",
    "\u22655",
    "\u22645",
    "< 5",
    "<0.5",
    "5**",
    "[5]",
]


@pytest.mark.parametrize("cell", CENSORED)
def test_a_number_with_a_mark_is_no_quiet_label(door: Door, cell: str) -> None:
    among_counts = door.only(f"bag,red,blue\nA,3,4\nB,1,{cell}\n")
    assert where(among_counts) == ("censored", 3, "blue", "B", cell)
    alone = door.only(f"bag,red,green,few\nA,3,4,x\nB,1,5,{cell}\n")
    assert where(alone) == ("censored", 3, "few", "B", cell)
    assert '--labels "few"' in alone.cure
    assert '--drop "few"' in alone.cure


NO_COUNTS = [
    "05.01.2024",
    "5.1.24",
    "1.2.3",
    "1.2.20",
    "+44 20 7946 0958",
    "c5",
    "A*",
    "(x)",
    "<b>",
    "Camel 5x",
]


@pytest.mark.parametrize("cell", NO_COUNTS)
def test_dates_versions_and_telephones_are_labels(door: Door, cell: str) -> None:
    counts = door.read(f"bag,red,green,extra\nA,3,4,{cell}\nB,1,5,{cell}\n")
    assert counts.labels["extra"] == (cell, cell)


def test_a_german_date_among_counts_is_a_date(door: Door) -> None:
    assert door.only("bag,red,blue\nA,3,4\nB,1,05.01.2024\n").code == "excel_date"
    assert door.only("bag,red,blue\nA,3,4\nB,1,1.2.3\n").code == "not_a_number"
    assert door.only("bag,red,blue\nA,3,4\nB,1,\u0663.5\n").code == "non_ascii_digit"


@pytest.mark.parametrize("cell", ["3,0", "3,00", "+3,0"])
def test_a_decimal_comma_before_zeros_is_a_whole_number(door: Door, cell: str) -> None:
    counts = door.read(f"bag;red;blue\nA;{cell};4\nB;1;2\n")
    assert counts.table.tolist() == [[3, 4], [1, 2]]
    assert note(counts, "whole_floats").kind == "note"


@pytest.mark.parametrize("cell", ["3,000", "3,05"])
def test_other_commas_stay_refused(door: Door, cell: str) -> None:
    assert door.only(f"bag;red;blue\nA;{cell};4\nB;1;2\n").found == cell


def test_a_table_of_fractions_is_refused_once(door: Door) -> None:
    assert door.only("bag,red,green,blue\nA,0.22,0.38,0.40\nB,1,0,0\nC,0.1,0.5,0.4\n").code == "fractions"


def test_other_cells_beside_fractions_are_still_named(door: Door) -> None:
    complaints = door.refuse("bag,red,blue,share\nA,0.2,0.8,30%\nB,0.5,0.5,x\n")
    assert codes(complaints) == {"fractions", "percent"}


class Counted(str):
    """A text that counts how often it is searched."""

    searches = 0
    __slots__ = ()

    def find(self, *arguments):  # type: ignore[no-untyped-def, override]
        Counted.searches += 1
        return super().find(*arguments)


def test_long_lines_are_looked_for_in_one_go() -> None:
    """A search to the end of the text for each line would be quadratic: a minute for these."""
    reading_text._refuse_oddities(Counted("A,3,4\n" * 400_000), "bags.csv")
    assert Counted.searches < 10


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"], ids=ascii)
def test_a_long_line_is_found_after_any_line_end(door: Door, end: str) -> None:
    long = "x" * (reading_text.LONGEST_LINE + 1)
    complaint = door.only(f"bag,red,blue,place{end}A,3,4,x{end}B,3,4,{long}{end}C,1,2,y{end}")
    assert (complaint.code, complaint.line) == ("line_too_long", 3)
    assert f"{len(long) + 6:,}" in complaint.rule
