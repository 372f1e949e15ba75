"""The different rows against ``np.unique(axis=0)``, which compares whole rows and packs nothing."""

from __future__ import annotations

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handful.data.counts import Counts
from handful.data.distinct import distinct_rows
from handful.data.labelled import UNKNOWN, LabelledRows
from handful.data.statistics import Rows
from handful.errors import CountsError

LARGEST = 2**53 - 1
# Few values, so that rows are often equal; some so large that a few columns do not fit into one key.
VALUES = st.sampled_from([0, 1, 2, 3, 255, 2**16, 2**31 - 1, 2**31, 2**40, LARGEST - 1, LARGEST])
SHAPES = st.tuples(st.integers(0, 12), st.integers(1, 9))


def tables(elements=VALUES):
    return SHAPES.flatmap(lambda shape: hnp.arrays(np.int64, shape, elements=elements))


def by_numpy(table):
    distinct, row_of_bag = np.unique(table, axis=0, return_inverse=True)
    return distinct.tolist(), row_of_bag.ravel().tolist()


def by_us(table):
    distinct, row_of_bag = distinct_rows(table)
    assert distinct.dtype == row_of_bag.dtype == np.int64
    return distinct.tolist(), row_of_bag.tolist()


@given(tables())
def test_the_rows_are_those_of_numpy(table):
    assert by_us(table) == by_numpy(table)


@given(tables(st.integers(0, 2)))
def test_the_rows_of_small_counts_are_those_of_numpy(table):
    assert by_us(table) == by_numpy(table)


@given(tables(), st.data())
def test_the_order_of_the_bags_does_not_change_the_rows(table, data):
    order = data.draw(st.permutations(range(len(table))))
    assert by_us(table[order])[0] == by_us(table)[0]


def test_rows_that_would_meet_in_a_key_that_wraps_around_are_apart():
    """Five columns of 2^53 values: keys modulo 2^64 forget the first columns, and all rows would be one."""
    table = np.array([[first, LARGEST, 0, 0, 5] for first in (LARGEST, 7, 0, LARGEST, 1)])
    distinct, row_of_bag = distinct_rows(table)
    assert distinct[:, 0].tolist() == [0, 1, 7, LARGEST]
    assert row_of_bag.tolist() == [3, 2, 0, 3, 1]


def test_many_different_large_counts_are_ranked_before_they_are_packed(rng):
    """Neither the rows so far nor the next column fit beside the other: both become ranks."""
    table = rng.integers(0, LARGEST, size=(2_000, 4), endpoint=True)
    table = np.concatenate([table, table[::-1]])
    assert by_us(table) == by_numpy(table)
    assert len(distinct_rows(table)[0]) == 2_000


def test_many_columns_of_many_bags(rng):
    """130 categories make two to the power of hundreds of keys."""
    table = rng.multinomial(40, np.full(130, 1 / 130), size=300)
    table = table[rng.integers(0, 300, size=1_000)]
    assert by_us(table) == by_numpy(table)


def test_the_caller_keeps_its_table():
    table = np.array([[3, 1], [0, 2]])
    table.flags.writeable = False
    distinct, _ = distinct_rows(table)
    distinct[0, 0] = 9
    assert table.tolist() == [[3, 1], [0, 2]]


def counts_of(table):
    return Counts(table, categories=[f"c{c}" for c in range(table.shape[1])])


@given(hnp.arrays(np.int64, st.tuples(st.integers(0, 12), st.integers(2, 4)), elements=st.integers(0, 2)))
def test_the_statistic_holds_them(table):
    rows = Rows.of(counts_of(table))
    assert (rows.distinct.tolist(), rows.row_of_bag.tolist()) == by_numpy(table)
    assert rows.table.tolist() == table.tolist()


# --- bags of components that are known ---------------------------------------------------------


@st.composite
def labelled_tables(draw):
    """A table with few different rows, and for each bag a component of three, or none."""
    shape = draw(st.tuples(st.integers(0, 12), st.integers(2, 4)))
    table = draw(hnp.arrays(np.int64, shape, elements=st.sampled_from([0, 1, 2, 2**50])))
    return table, draw(hnp.arrays(np.int64, shape[0], elements=st.integers(UNKNOWN, 2)))


@given(labelled_tables())
def test_bags_are_told_apart_by_their_counts_and_by_what_is_known_of_them(given_table):
    table, known = given_table
    labelled = LabelledRows.of(counts_of(table), known)
    pairs = [(tuple(row), label) for row, label in zip(table.tolist(), known.tolist(), strict=True)]
    expected = sorted(set(pairs))  # by counts, then by component, unknown first
    found = [(tuple(r), k) for r, k in zip(labelled.distinct.tolist(), labelled.known.tolist(), strict=True)]
    assert found == expected
    assert [found[row] for row in labelled.row_of_bag] == pairs
    assert labelled.multiplicities.tolist() == [pairs.count(pair) for pair in expected]
    assert labelled.n_bags == len(table)
    assert labelled.n_known == sum(label != UNKNOWN for label in known.tolist())


@given(labelled_tables())
def test_with_nothing_known_they_are_the_rows(given_table):
    table, _ = given_table
    plain, labelled = (
        Rows.of(counts_of(table)),
        LabelledRows.of(counts_of(table), np.full(len(table), UNKNOWN)),
    )
    assert labelled.distinct.tolist() == plain.distinct.tolist()
    assert labelled.row_of_bag.tolist() == plain.row_of_bag.tolist()
    assert labelled.categories == plain.categories


@given(labelled_tables(), st.data())
def test_the_rows_of_two_tables_add_up(given_table, data):
    table, known = given_table
    cut = data.draw(st.integers(0, len(table)))
    parts = [LabelledRows.of(counts_of(table[part]), known[part]) for part in (slice(cut), slice(cut, None))]
    both, whole = parts[0] + parts[1], LabelledRows.of(counts_of(table), known)
    assert both.distinct.tolist() == whole.distinct.tolist()
    assert both.known.tolist() == whole.known.tolist()
    assert both.row_of_bag.tolist() == whole.row_of_bag.tolist()


BAGS = Counts([[9, 8], [12, 7]], categories=["blue", "brown"])


def test_rows_of_other_categories_or_components_do_not_add_up():
    known = np.array([0, UNKNOWN])
    rows = LabelledRows.of(BAGS, known, components=("NJ", "TN"))
    others = Counts(BAGS.table, categories=["blue", "red"])
    with pytest.raises(CountsError, match=r"blue.*brown.*blue.*red"):
        rows + LabelledRows.of(others, known, components=("NJ", "TN"))
    with pytest.raises(CountsError, match=r"NJ.*TN.*TN.*NJ"):
        rows + LabelledRows.of(BAGS, known, components=("TN", "NJ"))
    assert (rows + rows).components == ("NJ", "TN")
    assert (rows + rows).n_known == 2


@pytest.mark.parametrize(
    ("known", "components"),
    [([0, -2], ()), ([0, 2], ("NJ", "TN"))],
    ids=["below -1", "beyond the last component"],
)
def test_a_component_that_is_none_is_refused(known, components):
    with pytest.raises(CountsError, match="known components"):
        LabelledRows.of(BAGS, np.array(known), components=components)


def test_one_component_a_bag_is_asked_for():
    with pytest.raises(CountsError, match="3 known components for 2 bags"):
        LabelledRows.of(BAGS, np.array([0, 1, 0]))


def test_the_arrays_are_read_only():
    rows = LabelledRows.of(BAGS, np.array([0, UNKNOWN]))
    for array in (rows.distinct, rows.known, rows.row_of_bag):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
