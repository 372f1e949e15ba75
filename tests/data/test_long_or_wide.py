"""Long or wide, where the names of the columns leave it open."""

from __future__ import annotations

import pytest

from tests.data.door import Door, note_codes, words

LONG = "{header}\nU,red,3\nU,blue,4\nV,red,1\nV,blue,2\n"


def test_a_long_table_without_a_known_id_is_asked_about(door: Door) -> None:
    text = LONG.format(header="site,color,n")
    complaint = door.only(text)
    assert complaint.code == "unknown"
    assert '--id "site"' in complaint.cure
    assert "long table" in words(complaint)
    assert door.read(text, id="site").bags == ("U", "V")


def test_so_is_one_with_a_column_like_an_id_among_others(door: Door) -> None:
    text = "place,box_no,color,n\nUlm,1,red,3\nUlm,1,blue,4\nUlm,2,red,7\nUlm,2,blue,1\n"
    assert '--id "box_no"' in door.only(text).cure
    assert door.read(text, id="box_no").labels["place"] == ("Ulm", "Ulm")


def test_a_wide_table_with_a_colour_of_the_bag_is_not_read_as_long(door: Door) -> None:
    """`n` is what was counted in all, `color` that of the wrapping."""
    counts = door.read("bag,color,n,red,blue\nA,gold,7,3,4\nB,gold,3,1,2\nC,gold,9,4,5\n")
    assert (counts.categories, counts.totals.tolist()) == (("red", "blue"), [7, 3, 9])
    assert "long" not in note_codes(counts)


def test_categories_may_be_called_word_and_pieces(door: Door) -> None:
    assert door.read("bag,word,pieces\nA,3,4\nB,5,6\nC,5,7\n").categories == ("word", "pieces")


AMBIGUOUS = "bag,color,n,spoilt\nA,red,7,1\nB,blue,3,2\nC,red,8,2\n"


def test_what_can_be_read_both_ways_is_asked_about(door: Door) -> None:
    complaint = door.only(AMBIGUOUS)
    assert complaint.code == "unknown"
    assert '--labels "color"' in complaint.cure
    assert '--labels "spoilt"' in complaint.cure


@pytest.mark.parametrize(("label", "categories"), [("color", ("n", "spoilt")), ("spoilt", ("red", "blue"))])
def test_each_cure_of_it_works(door: Door, label: str, categories: tuple[str, ...]) -> None:
    assert door.read(AMBIGUOUS, labels=label).categories == categories


def test_a_long_table_of_bags_with_one_category_each_is_long(door: Door) -> None:
    assert door.read("bag,color,n\nA,red,3\nB,blue,4\n").table.tolist() == [[3, 0], [0, 4]]


def test_numbers_as_categories_of_a_long_table_stay_categories(door: Door) -> None:
    counts = door.read("bag,category,n\nA,1,3\nA,2,4\nB,1,5\nB,2,6\n")
    assert counts.categories == ("1", "2")
