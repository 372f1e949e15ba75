"""Ids under ordinary names: known by the words of the header, and never silently a category."""

from __future__ import annotations

import pytest

from handful.errors import ParameterError
from tests.data.door import Door, note, note_codes, words

ROWS = "107,3,4\n205,1,2\n111,7,8\n"


@pytest.mark.parametrize(
    "name",
    [
        "sample_id", "SampleID", "sampleId", "SAMPLE_ID", "pack no", "pack no.", "Bag #", "Bag#", "bag_id",
        "participant code", "package.number", "unit-key", "Bag Name", "id_number", "name id",
    ],
)  # fmt: skip
def test_a_header_is_an_id_by_its_words(door: Door, name: str) -> None:
    counts = door.read(f"{name},red,blue\n{ROWS}")
    assert (counts.bags, counts.categories) == (("107", "205", "111"), ("red", "blue"))
    assert name in note(counts, "id").text


@pytest.mark.parametrize(
    "name", ["bag weight", "sample red", "unitary", "bagel", "packs", "named", "pack unit"]
)
def test_other_words_beside_it_make_no_id(door: Door, name: str) -> None:
    assert door.read(f"{name},red,blue\n{ROWS}").categories == (name, "red", "blue")


def test_the_more_telling_of_two_ids_is_the_id_and_the_other_a_label(door: Door) -> None:
    counts = door.read("participant_id,Bag No,red,blue\n7,1,3,4\n7,2,1,2\n")
    assert counts.bags == ("1", "2")
    assert dict(counts.labels) == {"participant_id": ("7", "7")}


def test_a_second_id_is_no_category_when_the_id_is_chosen(door: Door) -> None:
    counts = door.read("box,pack,sample_id,red,blue\n1,5,9,3,4\n2,6,8,1,2\n", id="box")
    assert counts.categories == ("red", "blue")
    assert dict(counts.labels) == {"pack": ("5", "6"), "sample_id": ("9", "8")}


@pytest.mark.parametrize(
    "name",
    [
        "box_id", "BoxID", "pkg no", "nr", "lot number", "zip code", "key", "index", "year", "Expiry Date", "#",
        "box #", "barcode", "Unnamed: 0", "unnamed:0_level_1",
    ],
)  # fmt: skip
def test_numbers_under_a_name_like_an_id_are_asked_about(door: Door, name: str) -> None:
    text = f"bag,red,{name},blue\nA,3,107,4\nB,1,205,2\n"
    complaint = door.only(text)
    assert (complaint.code, complaint.column) == ("looks_like_id", name)
    for option in ("--id", "--labels", "--drop"):
        assert f'{option} "{name.lower()}"' in words(complaint)
    assert door.read(text, id=name).bags == ("107", "205")
    assert door.read(text, labels=name).labels[name] == ("107", "205")
    assert door.read(text, drop=name).categories == ("red", "blue")


def test_texts_under_such_a_name_are_labels(door: Door) -> None:
    counts = door.read("bag,red,lot no,blue,date\nA,3,x7,4,05.01.2024\nB,1,x9,2,06.01.2024\n")
    assert counts.categories == ("red", "blue")


def test_yes_and_no_are_answers(door: Door) -> None:
    assert door.read("bag,yes,no\nA,3,4\nB,1,2\n").categories == ("yes", "no")


# --- a first column without a name ------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "bags"),
    [(("0", "1", "2"), None), (("1", "2", "3"), None), (("x", "y", "z"), None), (("a 1", "", "z"), "refused"),
     (("5", "7", "9"), "refused"), (("x", "x", "z"), "refused"), (("30%", "40%", "50%"), "refused")],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("header", ["", '""'], ids=["pandas", "R"])
def test_a_first_column_without_a_name_is_the_id_if_it_can_be(
    door: Door, header: str, cells: tuple[str, ...], bags: str | None
) -> None:
    rows = "".join(f"{cell},{count},7\n" for cell, count in zip(cells, (3, 1, 9), strict=True))
    text = f"{header},red,blue\n{rows}"
    if bags:
        assert door.only(text).code == "unnamed_column"
        return
    counts = door.read(text)
    assert (counts.bags, counts.categories) == (cells, ("red", "blue"))
    assert "no name" in note(counts, "id").text


def test_a_number_of_rows_gives_way_to_an_id(door: Door) -> None:
    counts = door.read(",bag,red,blue\n0,A,3,4\n1,B,1,2\n")
    assert (counts.bags, counts.categories, dict(counts.labels)) == (("A", "B"), ("red", "blue"), {})
    assert "no name" in note(counts, "left_out").text


def test_a_short_row_is_all_that_is_said_of_such_a_table(door: Door) -> None:
    assert door.only(",red,blue\nx,3,4\ny,1\n").code == "row_too_short"
    assert door.only(",red,blue\nx,3,4\ny\n").code == "row_too_short"


def test_a_number_of_rows_is_left_out_of_a_long_table(door: Door) -> None:
    counts = door.read(",bag,color,n\n0,A,red,3\n1,A,blue,4\n2,B,red,1\n")
    assert counts.bags == ("A", "B")
    assert {"long", "left_out"} <= note_codes(counts)


# --- what is asked for ------------------------------------------------------------------------


@pytest.mark.parametrize("other", ["id", "labels"])
def test_a_column_cannot_be_dropped_and_kept(door: Door, other: str) -> None:
    with pytest.raises(ParameterError, match=rf"drop.*{other}") as caught:
        door.read("bag,box,red,blue\nA,1,3,4\n", **{"drop": "Box", other: "box"})
    assert caught.value.name == "drop"


def test_a_label_that_is_named_twice_is_one(door: Door) -> None:
    counts = door.read("bag,box,red,blue\nA,1,3,4\nB,2,5,6\n", labels=("box", "Box"))
    assert dict(counts.labels) == {"box": ("1", "2")}
    assert note(counts, "labels").text.count("box") == 1


def test_every_role_is_told(door: Door) -> None:
    counts = door.read("bag,place,blue,brown,green,total\nA,x,3,4,5,12\nB,y,1,2,3,6\n")
    assert note(counts, "counts").text == "Counts: blue, brown, green."
    many = ",".join(f"c{number}" for number in range(14))
    counts = door.read(f"bag,{many}\nA{',7' * 14}\n")
    assert note(counts, "counts").text.endswith("c10, c11 and 2 more.")
