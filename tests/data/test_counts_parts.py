"""What can be made of counts: one category against the rest, some bags, two sets together."""

from __future__ import annotations

import pytest

from handful.data.counts import Counts
from handful.errors import CountsError, HandfulError
from tests.data.door import content_of

CATEGORIES = ("red", "green", "blue")
TABLE = [[3, 4, 5], [1, 0, 22], [9, 7, 2], [0, 0, 0]]
BAGS = ("A", "B", "C", "D")
PLACES = ("Ulm", "Köln", "Ulm", "")


def made(**changes) -> Counts:
    """Four bags of three colours, with these changes."""
    arguments = {"categories": CATEGORIES, "ids": BAGS, "labels": {"place": PLACES}} | changes
    return Counts(arguments.pop("table", TABLE), **arguments)


def test_collapse_to_one_category():
    blue = made().collapse("blue")
    assert blue.categories == ("blue", "not blue")
    assert blue.table.tolist() == [[5, 7], [22, 1], [2, 16], [0, 0]]
    assert blue.bags == BAGS
    assert blue.named
    assert dict(blue.labels) == {"place": PLACES}


@pytest.mark.parametrize("bags", [("A", "C"), ["B"], ("A", "B", "C", "D")], ids=str)
def test_select_bags(bags):
    counts = made().select(bags)
    rows = [BAGS.index(bag) for bag in bags]
    assert counts.bags == tuple(bags)
    assert counts.table.tolist() == [TABLE[row] for row in rows]
    assert dict(counts.labels) == {"place": tuple(PLACES[row] for row in rows)}
    assert counts.named


def test_without_bags():
    counts = made().without_bags(("B", "D"))
    assert content_of(counts) == content_of(made().select(("A", "C")))


def test_drop_categories():
    counts = made().drop(("green",))
    assert counts.categories == ("red", "blue")
    assert counts.table.tolist() == [[3, 5], [1, 22], [9, 2], [0, 0]]
    assert counts.totals.tolist() == [8, 23, 11, 0]
    assert counts.bags == BAGS


@pytest.mark.parametrize(
    ("method", "argument", "nearest"),
    [
        pytest.param("collapse", "bleu", "blue", id="collapse"),
        pytest.param("select", ("A", "Z"), "Z", id="select"),
        pytest.param("without_bags", ("Z",), "Z", id="without_bags"),
        pytest.param("drop", ("gren",), "gren", id="drop"),
    ],
)
def test_an_unknown_name_is_refused(method, argument, nearest):
    with pytest.raises(HandfulError, match=nearest) as caught:
        getattr(made(), method)(argument)
    assert isinstance(caught.value, ValueError)


def test_dropping_down_to_one_category_is_refused():
    with pytest.raises(HandfulError):
        made().drop(("green", "red"))


def test_C10_merge_matches_by_name():
    other = Counts(
        [[50, 30, 40]], categories=("blue", "red", "green"), ids=("E",), labels={"place": ("Bonn",)}
    )
    both = made().merge(other)
    assert both.categories == CATEGORIES
    assert both.table.tolist() == [*TABLE, [30, 40, 50]]
    assert both.bags == (*BAGS, "E")
    assert both.labels["place"] == (*PLACES, "Bonn")
    assert both.named


@pytest.mark.parametrize(
    ("categories", "named"),
    [(("red", "green", "grey"), "grey"), (("red", "green"), "blue"), ((*CATEGORIES, "grey"), "grey")],
    ids=["another", "missing", "unknown"],
)
def test_C10_merge_refuses_other_categories(categories, named):
    other = Counts([[1] * len(categories)], categories=categories, ids=("E",))
    with pytest.raises(CountsError, match=named):
        made().merge(other)


def test_merge_refuses_a_bag_that_is_in_both():
    other = Counts([[1, 1, 1]], categories=CATEGORIES, ids=("C",))
    with pytest.raises(CountsError, match="C"):
        made().merge(other)
