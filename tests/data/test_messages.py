"""How a complaint reads: its sentence, twenty at a time, and the tree of errors."""

from __future__ import annotations

import pytest

from handful.data.read import read_counts
from handful.errors import HandfulError, TableError
from tests.data.door import Door


def rows_with(bad: dict[int, str], bags: int) -> str:
    """A table whose column blue holds these texts on these lines, and counts elsewhere."""
    rows = [f"A-{line:02d},{line % 7},{bad.get(line, str(line % 5))}" for line in range(2, bags + 2)]
    lines = ["bag,red,blue", *rows]
    return "\n".join(lines) + "\n"


def test_the_sentence_is_as_specified(door: Door) -> None:
    complaint = door.only(rows_with({14: '"3,5"'}, bags=20))
    assert str(complaint).startswith(
        'bags.csv line 14, column "blue" (bag "A-14"): "3,5" is not a whole number. Counts must be 0, 1, 2'
    )
    assert complaint.cure in str(complaint)


def test_twenty_are_shown_and_all_are_kept(door: Door) -> None:
    name = door.put(rows_with(dict.fromkeys(range(2, 334), "x"), bags=340))
    with pytest.raises(TableError) as caught:
        read_counts(name)
    assert len(caught.value.complaints) == 332
    text = str(caught.value)
    assert text.count('"x"') == 20
    assert text.endswith("... and 312 more")
    assert [each.line for each in caught.value.complaints] == list(range(2, 334))


def test_twenty_exactly_are_shown_without_a_rest(door: Door) -> None:
    name = door.put(rows_with(dict.fromkeys(range(2, 22), "x"), bags=40))
    with pytest.raises(TableError) as caught:
        read_counts(name)
    assert "more" not in str(caught.value).splitlines()[-1].rsplit("...", 1)[-1]
    assert len(caught.value.complaints) == 20


def test_faults_of_different_kinds_come_in_one_go(door: Door) -> None:
    complaints = door.refuse("bag,red,blue\nA,-1,3\nB,2,30%\nC,2.5,\nD,4,4\n")
    assert [(each.code, each.line, each.column) for each in complaints] == [
        ("negative", 2, "red"),
        ("percent", 3, "blue"),
        ("decimal", 4, "red"),
        ("blank", 4, "blue"),
    ]


def test_a_table_error_is_a_value_error(door: Door) -> None:
    name = door.put("bag,red,blue\nA,-1,3\nB,2,3\n")
    with pytest.raises(ValueError, match=r"bags\.csv line 2") as caught:
        read_counts(name)
    assert isinstance(caught.value, HandfulError)


def test_a_bag_without_an_id_is_not_given_a_name(door: Door) -> None:
    complaint = door.only("red,blue\n4,3\n-2,3\n")
    assert (complaint.line, complaint.column, complaint.found) == (3, "red", "-2")
    assert complaint.bag in {None, "2"}
