"""Counts made in code: what is refused at the door, and what holds of the rest."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from handful.data.counts import Counts
from handful.errors import CountsError, CountsTypeError, HandfulError
from tests.data.door import LARGEST, content_of

CATEGORIES = ("red", "green", "blue")
TABLE = [[3, 4, 5], [1, 0, 22], [9, 7, 2], [0, 0, 0]]
BAGS = ("A", "B", "C", "D")
PLACES = ("Ulm", "Köln", "Ulm", "")


def made(**changes) -> Counts:
    """Four bags of three colours, with these changes."""
    arguments = {"categories": CATEGORIES, "ids": BAGS, "labels": {"place": PLACES}} | changes
    return Counts(arguments.pop("table", TABLE), **arguments)


def changed(row: int, column: int, value: object) -> list[list[object]]:
    """The table with another value in one cell."""
    table: list[list[object]] = [list(cells) for cells in TABLE]
    table[row][column] = value
    return table


# --- what it holds ----------------------------------------------------------------------------


def test_it_holds_what_it_was_given():
    counts = made()
    assert content_of(counts) == {
        "table": TABLE, "categories": CATEGORIES, "bags": BAGS, "named": True, "labels": {"place": PLACES},
    }  # fmt: skip
    assert counts.totals.tolist() == [12, 23, 18, 0]
    assert counts.table.dtype == counts.totals.dtype == np.int64


def test_without_ids_bags_are_numbered():
    counts = Counts(TABLE, categories=CATEGORIES)
    assert counts.bags == ("1", "2", "3", "4")
    assert not counts.named
    assert dict(counts.labels) == {}


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(TABLE, id="lists"),
        pytest.param(tuple(map(tuple, TABLE)), id="tuples"),
        pytest.param(np.array(TABLE, dtype=np.uint8), id="uint8"),
        pytest.param(np.array(TABLE, dtype=np.uint64), id="uint64"),
        pytest.param(np.array(TABLE, dtype=np.int32), id="int32"),
        pytest.param(np.array(TABLE, dtype=">i8"), id="big-endian"),
        pytest.param(np.array(TABLE, dtype=float), id="whole-floats"),
        pytest.param(np.array(TABLE, dtype=object), id="python-integers"),
        pytest.param(np.asfortranarray(TABLE), id="column-order"),
        pytest.param(np.repeat(TABLE, 2, axis=1)[:, ::2], id="strided"),
    ],
)
def test_whole_numbers_of_any_type_are_taken(table):
    counts = made(table=table)
    assert counts.table.tolist() == TABLE
    assert counts.table.dtype == np.dtype("=i8")


# --- what is refused --------------------------------------------------------------------------


def test_N6_a_negative_count_says_what_where_and_how():
    with pytest.raises(CountsError) as caught:
        made(table=changed(3, 2, -5))
    assert str(caught.value).replace("≥", ">=").startswith("counts[3, 'blue'] is -5; counts must be >= 0")
    assert caught.value.found == -5
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, HandfulError)


BAD_VALUES = [
    pytest.param(np.array(changed(1, 2, -5)), CountsError, "-5", id="negative"),
    pytest.param(np.array(changed(1, 2, 2.5)), CountsError, "2.5", id="fraction"),
    pytest.param(np.array(changed(1, 2, 1 - 1e-12)), CountsError, "0.99", id="almost-one"),
    pytest.param(np.array(changed(1, 2, np.nan)), CountsError, "nan", id="NaN"),
    pytest.param(np.array(changed(1, 2, np.inf)), CountsError, "inf", id="infinite"),
    pytest.param(np.array(changed(1, 2, -np.inf)), CountsError, "inf", id="minus-infinite"),
    pytest.param(changed(1, 2, 2**53), CountsError, "9007199254740992", id="one-too-many"),
    pytest.param(changed(1, 2, 2**63), CountsError, "9223372036854775808", id="two-to-the-63"),
    pytest.param(changed(1, 2, 2**64), CountsError, "18446744073709551616", id="two-to-the-64"),
    pytest.param(changed(1, 2, -(2**63)), CountsError, "-9223372036854775808", id="least-int64"),
    pytest.param(
        np.array(changed(1, 2, 2**63), dtype=np.uint64), CountsError, "9223372036854775808", id="uint64"
    ),
    pytest.param(np.array(changed(1, 2, 1e300)), CountsError, "1e+300", id="huge-float"),
]


@pytest.mark.parametrize(("table", "kind", "found"), BAD_VALUES)
def test_a_bad_value_is_refused_by_its_place(table, kind, found):
    with pytest.raises(kind) as caught:
        made(table=table)
    said = str(caught.value).replace(",", "").replace("counts[1 'blue']", "counts[1, 'blue']")
    assert "counts[1, 'blue'] is " in said
    assert found in said


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(np.array(TABLE) > 2, id="booleans"),
        pytest.param([[True, False, True]] * 4, id="lists-of-booleans"),
        pytest.param(np.array(TABLE).astype(str), id="texts"),
        pytest.param([["3", "4", "5"]] * 4, id="lists-of-texts"),
        pytest.param(np.array(TABLE) * 1j, id="complex"),
        pytest.param(np.array(TABLE).astype("m8[s]"), id="durations"),
        pytest.param(np.array(changed(1, 1, None), dtype=object), id="None"),
        pytest.param(np.array(changed(1, 1, "3"), dtype=object), id="a-text-among-integers"),
        pytest.param(np.array(changed(1, 1, True), dtype=object), id="a-truth-value-among-integers"),
    ],
)
def test_T10_what_is_no_number_is_a_type_error(table):
    with pytest.raises(CountsTypeError) as caught:
        made(table=table)
    assert isinstance(caught.value, TypeError)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    "table",
    [
        pytest.param([3, 4, 5], id="one-axis"),
        pytest.param(7, id="a-number"),
        pytest.param(np.zeros((2, 3, 4), dtype=int), id="three-axes"),
        pytest.param([[1, 2, 3], [4, 5]], id="ragged"),
        pytest.param([[3, 4], [1, 0], [9, 7], [0, 0]], id="too-narrow"),
        pytest.param([[3, 4, 5], [1, 0, 22]], id="too-short"),
        pytest.param([], id="nothing"),
    ],
)
def test_a_table_of_another_shape_is_refused(table):
    with pytest.raises(CountsError):
        made(table=table)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        pytest.param({"categories": ("red", "green")}, "2", id="few-categories"),
        pytest.param({"categories": ("red", "green", "blue", "grey")}, "4", id="many-categories"),
        pytest.param({"categories": ("red", "green", "red")}, "red", id="a-category-twice"),
        pytest.param({"ids": ("A", "B", "C")}, "3", id="few-bags"),
        pytest.param({"ids": ("A", "B", "C", "D", "E")}, "5", id="many-bags"),
        pytest.param({"ids": ("A", "B", "C", "B")}, "B", id="a-bag-twice"),
        pytest.param({"labels": {"place": ("Ulm", "Köln")}}, "place", id="few-labels"),
    ],
)
def test_names_must_fit_and_be_unique(changes, named):
    with pytest.raises(CountsError, match=named) as caught:
        made(**changes)
    assert isinstance(caught.value, ValueError)


def test_N8_one_category_is_refused():
    with pytest.raises(CountsError, match=r"two|2"):
        Counts([[3], [4]], categories=("blue",))


def test_the_limits_of_a_cell_and_of_a_total():
    assert made(table=changed(3, 0, LARGEST)).totals[3] == LARGEST
    with pytest.raises(CountsError):
        made(table=changed(3, 0, LARGEST + 1))
    with pytest.raises(CountsError, match=r"total|sum|D"):
        made(table=[*TABLE[:3], [LARGEST, 1, 0]])


def full_bags(bags: int) -> np.ndarray:
    """So many bags of as many pieces as a bag may hold."""
    return np.tile(np.array([LARGEST - 1, 1]), (bags, 1))


def test_the_limit_of_bags_times_the_largest_total():
    """B·N < 2^62, so that a sum of totals can never wrap: 512 full bags are just below it."""
    assert Counts(full_bags(400), categories=("red", "blue")).totals.max() == LARGEST
    with pytest.raises(CountsError):
        Counts(full_bags(513), categories=("red", "blue"))


# --- read-only, and nobody else's -------------------------------------------------------------


def test_arrays_are_read_only():
    counts = made()
    for array in (counts.table, counts.totals):
        assert not array.flags.writeable
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
    with pytest.raises(dataclasses.FrozenInstanceError):
        counts.categories = ("a", "b", "c")
    with pytest.raises(TypeError):
        counts.labels["place"] = ()


@pytest.mark.parametrize("dtype", [np.int64, np.int32, float])
def test_the_callers_array_is_not_shared(dtype):
    table = np.array(TABLE, dtype=dtype)
    labels = {"place": list(PLACES)}
    counts = made(table=table, labels=labels)
    table[:] = 77
    labels["place"][0] = "Bonn"
    labels["other"] = list(PLACES)
    assert counts.table.tolist() == TABLE
    assert dict(counts.labels) == {"place": PLACES}
    assert table.flags.writeable


def test_equality():
    counts = made()
    assert counts == made(table=np.array(TABLE))
    for changes in (
        {"table": changed(0, 0, 4)}, {"categories": ("red", "green", "grey")},
        {"ids": ("A", "B", "C", "E")}, {"labels": None},
        {"table": [[3, 4, 5]], "ids": ("A",), "labels": None},
    ):  # fmt: skip
        assert counts != made(**changes)
    assert counts != TABLE
    assert counts is not None
