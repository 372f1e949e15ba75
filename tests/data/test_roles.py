"""Which column is what: ids, labels, totals, running numbers (long tables: ``test_long.py``).

The rows C10 to C13 of the list 'Data at the door', with section 6 of the design.
"""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from handful.data.read import read_counts
from handful.errors import HandfulError
from tests.data.door import Door, content_of, note, note_codes, words

ID_NAMES = ["bag", "id", "name", "sample", "pack", "package", "unit", "participant"]


# --- C13: ids and running numbers -------------------------------------------------------------


@pytest.mark.parametrize("name", [*ID_NAMES, "Bag", "ID", " sample "])
@pytest.mark.parametrize("ids", [("1", "2", "3"), ("A", "B", "C"), ("30%", "1_000", "3.5")], ids=str)
def test_C13_an_id_is_known_by_its_name(door: Door, name: str, ids: tuple[str, ...]) -> None:
    rows = "".join(f"{bag},{count},7\n" for bag, count in zip(ids, (3, 1, 9), strict=True))
    counts = door.read(f"{name},red,blue\n{rows}")
    assert counts.bags == ids
    assert counts.named
    assert counts.categories == ("red", "blue")
    assert name.strip() in note(counts, "id").text


def test_C13_an_id_need_not_come_first(door: Door) -> None:
    counts = door.read("red,sample,blue\n3,x,4\n1,y,2\n")
    assert (counts.bags, counts.categories) == (("x", "y"), ("red", "blue"))


def test_C13_an_id_may_be_chosen(door: Door) -> None:
    counts = door.read("red,code,blue\n3,107,4\n1,108,2\n5,101,5\n", id="code")
    assert (counts.bags, counts.categories) == (("107", "108", "101"), ("red", "blue"))
    assert counts.named


def test_C13_without_an_id_bags_are_numbered(door: Door) -> None:
    counts = door.read("red,blue\n3,4\n1,2\n7,8\n")
    assert counts.bags == ("1", "2", "3")
    assert not counts.named
    assert note(counts, "numbered").kind == "note"
    assert "id" not in note_codes(counts)


RUNNING = "nr,red,blue\n1,30,4\n2,10,2\n3,50,9\n"


def test_C13_a_running_number_that_is_not_the_id_is_refused(door: Door) -> None:
    complaint = door.only(RUNNING)
    assert (complaint.code, complaint.column) == ("running_number", "nr")
    assert "--id" in words(complaint)
    assert "--drop" in words(complaint)


@pytest.mark.parametrize(
    ("options", "bags"),
    [({"id": "nr"}, ("1", "2", "3")), ({"drop": ("nr",)}, ("1", "2", "3"))],
    ids=["id", "drop"],
)
def test_C13_each_cure_of_a_running_number_works(
    door: Door, options: dict[str, object], bags: tuple[str, ...]
) -> None:
    counts = door.read(RUNNING, **options)
    assert (counts.categories, counts.bags) == (("red", "blue"), bags)
    assert counts.named == ("id" in options)


@pytest.mark.parametrize("numbers", [(1, 2), (1, 3, 2), (0, 1, 2), (2, 3, 4), (1, 2, 4)], ids=str)
def test_C13_other_numbers_are_counts(door: Door, numbers: tuple[int, ...]) -> None:
    others = [(30, 4), (10, 2), (50, 9)]
    rows = "".join(f"{n},{a},{b}\n" for n, (a, b) in zip(numbers, others, strict=False))
    assert door.read(f"pink,red,blue\n{rows}").categories == ("pink", "red", "blue")


# --- labels -----------------------------------------------------------------------------------

LABELLED = "bag,place,red,blue,seen on\nA,Ulm,3,4,2019-06-27\nB,,1,2,2019-07-01\n"


def test_columns_of_words_and_dates_are_labels(door: Door) -> None:
    counts = door.read(LABELLED)
    assert counts.categories == ("red", "blue")
    assert dict(counts.labels) == {"place": ("Ulm", ""), "seen on": ("2019-06-27", "2019-07-01")}
    said = " ".join(each.text for each in counts.notes if each.code == "labels")
    assert "place" in said
    assert "seen on" in said


def test_a_column_of_numbers_may_be_chosen_as_labels(door: Door) -> None:
    counts = door.read("bag,box,red,blue\nA,1,3,4\nB,1,1,2\nC,2,8,9\n", labels="box")
    assert counts.labels["box"] == ("1", "1", "2")
    assert counts.categories == ("red", "blue")


def test_a_chosen_label_is_free_text(door: Door) -> None:
    counts = door.read("bag,share,red,blue\nA,30%,3,4\nB,#REF!,1,2\n", labels="share")
    assert counts.labels["share"] == ("30%", "#REF!")


# --- drop -------------------------------------------------------------------------------------


def test_a_dropped_column_is_noted_and_not_judged(door: Door) -> None:
    counts = door.read("bag,weight,red,blue\nA,1.69,3,4\nB,heavy%,1,2\n", drop=("weight",))
    assert counts.categories == ("red", "blue")
    assert "weight" not in counts.labels
    assert "weight" in note(counts, "dropped").text


def test_dropping_all_but_one_is_refused(door: Door) -> None:
    complaint = door.only("bag,red,blue\nA,3,4\nB,1,2\n", drop=["red"])
    assert complaint.code == "too_few_categories"


# --- C11: totals ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["total", "Total", "recorded_total", "sum", "n", "Summe"])
def test_C11_a_column_that_is_the_sum_is_left_out_with_a_note(door: Door, name: str) -> None:
    counts = door.read(f"bag,red,green,blue,{name}\nA,3,4,5,12\nB,1,0,22,23\nC,2,2,2,6\n")
    assert counts.categories == ("red", "green", "blue")
    assert counts.totals.tolist() == [12, 23, 6]
    assert name in note(counts, "total").text


@pytest.mark.parametrize("position", [1, 2, 3])
def test_C11_a_total_may_stand_anywhere(door: Door, position: int) -> None:
    rows = [["bag", "red", "green", "blue"], ["A", "3", "4", "5"], ["B", "1", "0", "22"]]
    for row, cell in zip(rows, ["all", "12", "23"], strict=True):
        row.insert(position, cell)
    counts = door.read("\n".join(",".join(row) for row in rows) + "\n")
    assert counts.categories == ("red", "green", "blue")


def test_C11_a_named_total_is_left_out_even_in_one_row(door: Door) -> None:
    assert door.read("bag,red,blue,total\nA,3,4,7\n").categories == ("red", "blue")


def test_C11_an_unnamed_total_needs_two_rows(door: Door) -> None:
    counts = door.read("bag,red,green,blue\nA,3,4,7\n")
    assert counts.categories == ("red", "green", "blue")


def test_C11_an_unnamed_total_needs_two_other_columns(door: Door) -> None:
    counts = door.read("bag,red,blue\nA,3,3\nB,4,4\n")
    assert counts.categories == ("red", "blue")


def test_C11_an_unnamed_column_that_is_not_always_the_sum_is_a_category(door: Door) -> None:
    counts = door.read("bag,red,green,all\nA,3,4,7\nB,1,0,2\nC,2,2,4\n")
    assert counts.categories == ("red", "green", "all")


DISAGREEING = "bag,red,blue,{name}\nA,3,4,7\nB,1,2,4\nC,8,8,16\nD,2,2,5\n"


@pytest.mark.parametrize("name", ["total", "recorded_total", "Total"])
def test_C11_a_named_total_that_disagrees_names_the_rows(door: Door, name: str) -> None:
    complaint = door.only(DISAGREEING.format(name=name))
    assert (complaint.code, complaint.column) == ("total_disagrees", name)
    said = str(complaint).removeprefix("bags.csv")
    assert re.search(r"\b3\b.*\b5\b|\bB\b.*\bD\b", said), said
    assert not re.search(r"\bA\b|\bC\b", said), said
    assert "--drop" in words(complaint)


def test_C11_a_total_that_disagrees_may_be_dropped(door: Door) -> None:
    counts = door.read(DISAGREEING.format(name="total"), drop=("total",))
    assert counts.categories == ("red", "blue")


def test_C11_blank_cells_of_a_total_are_not_compared(door: Door) -> None:
    counts = door.read("bag,red,blue,recorded_total\nA,3,4,\nB,1,2,3\nC,5,5,\n")
    assert counts.categories == ("red", "blue")


def fruit_snacks() -> bytes:
    """The shipped file as bytes, without the roles that stand beside it."""
    return files("handful").joinpath("data", "datasets", "fruit-snacks.csv").read_bytes()


def of_total(complaints: tuple[object, ...]) -> object:
    """The one complaint about the recorded total."""
    (complaint,) = [each for each in complaints if each.code == "total_disagrees"]  # type: ignore[attr-defined]
    assert complaint.column == "recorded_total"  # type: ignore[attr-defined]
    return complaint


def assert_names_the_three(text: str) -> None:
    """Packages 37, 50 and 80 of box 3, or their lines 202, 215 and 245, and no other row."""
    assert re.search(r"\b37\b.*\b50\b.*\b80\b|\b202\b.*\b215\b.*\b245\b", text), text


def test_C11_the_recorded_total_of_the_fruit_snacks_disagrees_in_three_rows(door: Door) -> None:
    complaints = door.refuse(fruit_snacks(), labels="box")
    assert_names_the_three(str(of_total(complaints)))


def test_C11_without_options_it_is_said_that_the_box_is_in_the_way(door: Door) -> None:
    """The box is a number, so it is counted; without it only three rows disagree."""
    text = str(of_total(door.refuse(fruit_snacks())))
    assert "box" in text
    assert_names_the_three(text)


# --- C12: a row of totals ---------------------------------------------------------------------


@pytest.mark.parametrize("bag", ["Total", "sum", "D", "all bags"])
def test_C12_a_last_row_that_is_the_sum_is_refused(door: Door, bag: str) -> None:
    complaint = door.only(f"bag,red,blue\nA,3,4\nB,1,2\nC,8,8\n{bag},12,14\n")
    assert (complaint.code, complaint.line, complaint.bag) == ("totals_row", 5, bag)
    assert complaint.cure


def test_C12_it_is_found_beside_a_total_column_and_labels(door: Door) -> None:
    complaint = door.only("bag,red,blue,total,who\nA,3,4,7,x\nB,1,2,3,y\nAll,4,6,10,\n")
    assert (complaint.code, complaint.line) == ("totals_row", 4)


def test_C12_another_row_that_is_the_sum_is_a_bag(door: Door) -> None:
    counts = door.read("bag,red,blue\nA,3,4\nB,1,2\nC,4,6\nD,0,1\n")
    assert counts.bags == ("A", "B", "C", "D")


# --- C10: two files ---------------------------------------------------------------------------


def test_C10_files_are_merged_by_name_not_by_place(door: Door) -> None:
    first = door.read("bag,red,green,blue\nA,3,4,5\nB,1,0,22\n")
    second = door.read("bag,blue,red,green\nC,50,30,40\n")
    both = first.merge(second)
    assert both.categories == ("red", "green", "blue")
    assert both.bags == ("A", "B", "C")
    assert both.table.tolist() == [[3, 4, 5], [1, 0, 22], [30, 40, 50]]


@pytest.mark.parametrize(
    ("header", "named"),
    [("bag,red,green,violet", "violet"), ("bag,red,green", "blue"), ("bag,red,green,blue,grey", "grey")],
    ids=["another", "missing", "unknown"],
)
def test_C10_unknown_and_missing_colours_are_refused(door: Door, header: str, named: str) -> None:
    first = door.read("bag,red,green,blue\nA,3,4,5\n")
    second = door.read(f"{header}\nC{',2' * header.count(',')}\n")
    with pytest.raises(HandfulError, match=named) as caught:
        first.merge(second)
    assert isinstance(caught.value, ValueError)


def test_C10_a_bag_in_both_files_is_refused(door: Door) -> None:
    first = door.read("bag,red,blue\nA,3,4\nB,1,2\n")
    with pytest.raises(HandfulError, match="B"):
        first.merge(door.read("bag,red,blue\nB,9,9\n"))


def test_a_file_read_by_name_says_where_it_came_from(door: Door) -> None:
    counts = read_counts(door.put("bag,red,blue\nA,3,4\nB,1,2\n", "other.csv"))
    assert "other.csv" in counts.source
    assert content_of(counts)["bags"] == ("A", "B")
