"""Names given to Counts: found as people write them, never lost, and shown without doing harm."""

from __future__ import annotations

import re

import pytest

from handful.data.complaints import Note
from handful.data.counts import Counts
from handful.data.read import read_counts
from handful.errors import CountsError, HandfulError, ParameterError
from tests.data.door import LARGEST

COLOURS = Counts([[3, 4, 5], [1, 0, 22]], categories=("red", "light blue", "Green"), ids=("A", "B"))


@pytest.mark.parametrize("name", ["light blue", "Light_Blue", " LIGHT  BLUE "])
def test_a_category_is_found_without_case_and_space(name):
    assert COLOURS.collapse(name).categories == ("light blue", "not light blue")
    assert COLOURS.drop(name).categories == ("red", "Green")
    assert COLOURS.column(name).tolist() == [4, 0]


def test_the_very_same_name_wins_and_two_alike_are_not_guessed():
    twice = Counts([[1, 2, 3]], categories=("Red", "red", "blue"))
    assert twice.column("red").tolist() == [2]
    with pytest.raises(ParameterError):
        twice.column("RED")


@pytest.mark.parametrize("method", ["collapse", "drop", "column"])
def test_an_unknown_category_is_told_the_nearest(method):
    with pytest.raises(ParameterError, match="did you mean 'Green'"):
        getattr(COLOURS, method)("gren")
    with pytest.raises(ParameterError, match="there are red, light blue, Green"):
        getattr(COLOURS, method)("zzzz")


def test_merge_does_not_lose_ids():
    nameless = Counts([[1, 1, 1]], categories=COLOURS.categories, source="other.csv")
    for first, second in ((COLOURS, nameless), (nameless, COLOURS)):
        with pytest.raises(CountsError, match=r"'other\.csv' have no ids"):
            first.merge(second)
    assert not nameless.merge(nameless).named
    nothing = Counts([], categories=COLOURS.categories)
    assert nothing.merge(COLOURS).bags == COLOURS.merge(nothing).bags == ("A", "B")


WILD = "a\x1b[31m\nb"


def test_what_is_shown_holds_no_control_character():
    counts = Counts([[3, 4], [1, 2]], categories=("red", WILD), ids=("A", WILD))
    assert counts.categories[1] == WILD
    lines = repr(counts).splitlines()
    assert "\x1b" not in repr(counts)
    assert len({len(line) for line in lines[1:]}) == 1
    assert len(lines) == 4
    with pytest.raises(HandfulError) as caught:
        counts.column("zzzz")
    assert str(caught.value).isprintable()


def test_a_note_holds_no_control_character(tmp_path):
    assert Note("id", WILD).text.isprintable()
    path = tmp_path / "bags.csv"
    path.write_text(f'sep=\x07\nbag\x07"{WILD}"\x07blue\nA\x073\x074\n', newline="")
    assert all(re.fullmatch(r"[ -~]+", note.text) for note in read_counts(path).notes)


def test_a_category_may_hold_more_than_a_bag_may():
    """The limit is one of bags and cells; what is added up over bags stays below 2^62."""
    counts = Counts([[LARGEST, 0], [LARGEST, 0]], categories=("red", "blue"))
    assert counts.collapse("blue").table.tolist() == [[0, LARGEST]] * 2
    assert counts.n_items == 2 * LARGEST
