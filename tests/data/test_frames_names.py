"""The names of a frame's columns and rows: integers, levels, an index with a name; lazy frames."""

from __future__ import annotations

import pandas as pd
import polars as pl
import pytest

from handful.data.read import read_counts
from handful.errors import TableError
from tests.data.door import note

COLUMNS = {"bag": ["A", "B"], "red": [3, 1], "blue": [5, 22]}


def refusal(frame: object):
    """The one complaint about a frame that must be refused."""
    with pytest.raises(TableError) as caught:
        read_counts(frame)
    (complaint,) = caught.value.complaints
    return complaint


def test_columns_may_be_called_by_integers():
    counts = read_counts(pd.DataFrame({"bag": ["A", "B"], 2019: [3, 1], 2020: [5, 22]}))
    assert (counts.bags, counts.categories) == (("A", "B"), ("2019", "2020"))
    assert counts.table.tolist() == [[3, 5], [1, 22]]
    assert read_counts(pd.DataFrame([[3, 5], [1, 22]])).categories == ("0", "1")
    assert refusal(pd.DataFrame([[3, 5, 6]], columns=[1, "1", 2])).code == "duplicate_column"


def test_levels_of_names_are_refused_in_a_sentence():
    frame = pd.DataFrame([[3, 5]], columns=pd.MultiIndex.from_tuples([("x", "red"), ("x", "blue")]))
    complaint = refusal(frame)
    assert complaint.code == "no_header"
    assert "2 levels" in complaint.rule
    assert "frame.columns" in complaint.cure


def test_an_index_with_a_name_is_a_column():
    frame = pd.DataFrame(COLUMNS).set_index("bag")
    counts = read_counts(frame)
    assert counts.bags == ("A", "B")
    assert list(frame.columns) == ["red", "blue"]
    two = pd.DataFrame(COLUMNS | {"place": ["x", "y"]}).set_index(["bag", "place"])
    assert dict(read_counts(two).labels) == {"place": ("x", "y")}
    assert refusal(frame.assign(bag=[1, 2])).code == "duplicate_column"


def test_a_pivot_table_is_read():
    long = pd.DataFrame({"bag": ["A", "A", "B"], "year": [2019, 2020, 2019], "n": [3, 4, 5]})
    counts = read_counts(long.pivot_table(index="bag", columns="year", values="n", fill_value=0))
    assert (counts.bags, counts.categories) == (("A", "B"), ("2019", "2020"))
    assert counts.table.tolist() == [[3, 4], [5, 0]]


def test_a_lazy_frame_warns_of_nothing():
    """Every warning is an error in these tests."""
    assert read_counts(pl.LazyFrame(COLUMNS)).bags == ("A", "B")


def test_a_saved_index_is_the_id_in_polars_too():
    counts = read_counts(pl.DataFrame({"": [0, 1], "red": [3, 1], "blue": [5, 22]}))
    assert counts.bags == ("0", "1")
    assert "no name" in note(counts, "id").text
