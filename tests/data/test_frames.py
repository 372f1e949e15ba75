"""Data frames: the same counts as the text, and the same complaints (Parquet: ``test_parquet.py``)."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from handful.data.read import read_counts
from handful.errors import TableError
from tests.data.door import Door, codes, content_of, note, where, words
from tests.testing_tools.blocked_imports import run_python

COLUMNS = {
    "bag": ["A", "B", "C"],
    "place": ["Ulm", "Köln", "Ulm"],
    "red": [3, 1, 9],
    "green": [4, 0, 7],
    "blue": [5, 22, 2],
}
TEXT = "bag,place,red,green,blue\nA,Ulm,3,4,5\nB,Köln,1,0,22\nC,Ulm,9,7,2\n"

MAKERS = [
    pytest.param(pd.DataFrame, id="pandas"),
    pytest.param(pl.DataFrame, id="polars"),
    pytest.param(pa.table, id="pyarrow"),
]


def refused(frame) -> tuple:
    """The complaints about a frame that must be refused."""
    with pytest.raises(TableError) as caught:
        read_counts(frame)
    return caught.value.complaints


@pytest.fixture
def expected(door: Door) -> dict:
    """What the text gives."""
    return content_of(door.read(TEXT))


@pytest.mark.parametrize("make", MAKERS)
def test_a_frame_gives_the_counts_of_its_text(make, expected):
    counts = read_counts(make(COLUMNS))
    assert content_of(counts) == expected
    assert counts.table.dtype == np.int64
    assert not counts.table.flags.writeable


@pytest.mark.parametrize("make", MAKERS)
def test_a_frame_of_texts_is_read_as_the_text(make, expected):
    as_texts = {name: [str(cell) for cell in cells] for name, cells in COLUMNS.items()}
    assert content_of(read_counts(make(as_texts))) == expected


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param(pd.DataFrame(COLUMNS).astype({"place": "category"}), id="pandas-category"),
        pytest.param(pd.DataFrame(COLUMNS).astype({"place": "string"}), id="pandas-string"),
        pytest.param(pd.DataFrame(COLUMNS).astype({"place": object, "bag": object}), id="pandas-object"),
        pytest.param(pd.DataFrame(COLUMNS).astype({"red": "Int64", "blue": "Int32"}), id="pandas-nullable"),
        pytest.param(pd.DataFrame(COLUMNS).astype({"red": "uint8", "blue": "int16"}), id="pandas-small"),
        pytest.param(pd.DataFrame(COLUMNS).astype({"red": object}), id="pandas-counts-as-objects"),
        pytest.param(pd.DataFrame(COLUMNS).astype({"red": "int64[pyarrow]"}), id="pandas-pyarrow"),
        pytest.param(pd.DataFrame(COLUMNS, index=[7, 7, 8]), id="pandas-odd-index"),
        pytest.param(pl.DataFrame(COLUMNS).cast({"place": pl.Categorical}), id="polars-categorical"),
        pytest.param(pl.DataFrame(COLUMNS).cast({"place": pl.Enum(["Ulm", "Köln"])}), id="polars-enum"),
        pytest.param(pl.DataFrame(COLUMNS).cast({"red": pl.UInt64, "blue": pl.Int8}), id="polars-small"),
        pytest.param(pa.table(COLUMNS | {"place": pa.array(COLUMNS["place"]).dictionary_encode()}),
                     id="pyarrow-dictionary"),
        pytest.param(pa.concat_tables([pa.table(COLUMNS)[:1], pa.table(COLUMNS)[1:]]), id="pyarrow-chunks"),
    ],
)  # fmt: skip
def test_the_type_of_a_column_does_not_matter(frame, expected):
    assert content_of(read_counts(frame)) == expected


@pytest.mark.parametrize("make", MAKERS)
def test_ids_that_are_numbers_become_texts(make):
    counts = read_counts(make({"bag": [1, 2, 3], "red": [3, 1, 9], "blue": [5, 22, 2]}))
    assert counts.bags == ("1", "2", "3")
    assert counts.named


@pytest.mark.parametrize("make", MAKERS)
def test_whole_floats_are_taken_with_a_note(make, expected):
    counts = read_counts(make(COLUMNS | {"red": [3.0, 1.0, 9.0]}))
    assert content_of(counts) == expected
    assert note(counts, "whole_floats").kind == "note"


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("value", [0.25, 2.5], ids=str)
def test_a_fraction_in_a_frame_is_refused_by_its_row(make, value):
    (complaint,) = refused(make(COLUMNS | {"green": [4.0, value, 7.0]}))
    assert where(complaint) == ("decimal", 2, "green", "B", str(value))
    assert 'row 2, column "green" (bag "B")' in str(complaint)
    assert " line " not in str(complaint)


MISSING = [
    pytest.param(pd.DataFrame(COLUMNS | {"green": [4.0, float("nan"), 7.0]}), id="pandas-NaN"),
    pytest.param(pd.DataFrame(COLUMNS | {"green": pd.array([4, None, 7], dtype="Int64")}), id="pandas-NA"),
    pytest.param(pd.DataFrame(COLUMNS | {"green": [4, None, 7]}, dtype=object), id="pandas-None"),
    pytest.param(pd.DataFrame(COLUMNS | {"green": ["4", "", "7"]}), id="pandas-empty-text"),
    pytest.param(pl.DataFrame(COLUMNS | {"green": [4, None, 7]}), id="polars-null"),
    pytest.param(pl.DataFrame(COLUMNS | {"green": [4.0, float("nan"), 7.0]}), id="polars-NaN"),
    pytest.param(pa.table(COLUMNS | {"green": [4, None, 7]}), id="pyarrow-null"),
    pytest.param(pa.table(COLUMNS | {"green": pa.array([4.0, float("nan"), 7.0])}), id="pyarrow-NaN"),
]


@pytest.mark.parametrize("frame", MISSING)
def test_T5_what_is_missing_is_blank_and_not_zero(frame):
    (complaint,) = refused(frame)
    assert where(complaint)[:4] == ("blank", 2, "green", "B")
    assert "--blank-is-zero" in words(complaint) or "blank_is_zero" in words(complaint)
    counts = read_counts(frame, blank_is_zero=True)
    assert counts.table[:, 1].tolist() == [4, 0, 7]
    assert note(counts, "blank_is_zero").kind == "note"


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize(
    ("cells", "code", "found"),
    [
        pytest.param([4, -2, 7], "negative", "-2", id="negative"),
        pytest.param([4, 2**53, 7], "too_large", str(2**53), id="too-large"),
        pytest.param([4.0, float("inf"), 7.0], None, None, id="infinite"),
        pytest.param([4.0, 1e300, 7.0], "too_large", None, id="huge-float"),
        pytest.param(["4", "30%", "7"], "percent", "30%", id="percent"),
        pytest.param(["4", "three", "7"], "not_a_number", "three", id="word"),
    ],
)
def test_a_bad_cell_of_a_frame_is_refused_by_its_row(make, cells, code, found):
    (complaint,) = refused(make(COLUMNS | {"green": cells}))
    assert where(complaint)[1:4] == (2, "green", "B")
    assert code in {complaint.code, None}  # None: any code will do
    assert found in {complaint.found, None}


@pytest.mark.parametrize("make", MAKERS)
def test_a_column_of_truth_values_is_never_counted(make):
    """Its type says that it is no text: it is asked about, and taken as labels only when told so."""
    frame = make(COLUMNS | {"green": [True, False, True]})
    (complaint,) = refused(frame)
    assert (complaint.code, complaint.column) == ("boolean", "green")
    assert '--labels "green"' in complaint.cure
    assert read_counts(frame, drop="green").categories == ("red", "blue")
    counts = read_counts(frame, labels="green")
    assert counts.categories == ("red", "blue")
    assert [text.lower() for text in counts.labels["green"]] == ["true", "false", "true"]


def test_T10_a_truth_value_among_counts_is_refused():
    frame = pd.DataFrame(COLUMNS | {"green": pd.Series([4, True, 7], dtype=object)})
    (complaint,) = refused(frame)
    assert where(complaint) == ("boolean", 2, "green", "B", "True")


@pytest.mark.parametrize("make", MAKERS)
def test_dates_are_labels(make):
    dates = [dt.date(2019, 6, 27), dt.date(2019, 7, 1), dt.date(2019, 7, 2)]
    counts = read_counts(make(COLUMNS | {"seen": dates}))
    assert counts.categories == ("red", "green", "blue")
    assert [text[:10] for text in counts.labels["seen"]] == ["2019-06-27", "2019-07-01", "2019-07-02"]


@pytest.mark.parametrize("make", MAKERS)
def test_roles_are_those_of_the_text(make, door):
    columns = COLUMNS | {"total": [12, 23, 18], "box": [5, 5, 7], "weight": [1.5, 2.5, 0.1]}
    options = {"labels": "box", "drop": ("weight",)}
    text = "bag,place,red,green,blue,total,box,weight\nA,Ulm,3,4,5,12,5,1.5\nB,Köln,1,0,22,23,5,2.5\n"
    from_text = door.read(text + "C,Ulm,9,7,2,18,7,0.1\n", **options)
    counts = read_counts(make(columns), **options)
    assert content_of(counts) == content_of(from_text)
    assert codes(counts.notes) == codes(from_text.notes)


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize(
    ("change", "code", "row"),
    [
        pytest.param({"bag": ["A", "B", "A"]}, "duplicate_bag", 3, id="duplicate-bag"),
        pytest.param({"total": [12, 99, 18]}, "total_disagrees", None, id="total"),
        pytest.param({"nr": [1, 2, 3]}, "running_number", None, id="running-number"),
        pytest.param(
            {"bag": ["A", "B", "Sum"], "red": [3, 1, 4], "green": [4, 0, 4], "blue": [5, 22, 27]},
            "totals_row",
            3,
            id="totals",
        ),
        pytest.param({"Red": [3, 1, 9]}, "duplicate_column", None, id="duplicate-column"),
        pytest.param({" ": [3, 1, 9]}, "unnamed_column", None, id="unnamed-column"),
    ],
)
def test_a_bad_table_is_refused_as_a_frame_too(make, change, code, row):
    (complaint,) = refused(make(COLUMNS | change))
    assert complaint.code == code
    assert row in {complaint.line, None}


def test_a_frame_of_fractions_is_refused():
    shares = {"bag": ["A", "B"], "red": [0.25, 0.5], "green": [0.25, 0.3], "blue": [0.5, 0.2]}
    assert "fractions" in codes(refused(pd.DataFrame(shares)))


def test_C9_equal_names_in_pandas_are_refused():
    frame = pd.DataFrame([["A", 3, 4, 5], ["B", 1, 0, 22]], columns=["bag", "red", "green", "red"])
    (complaint,) = refused(frame)
    assert complaint.code == "duplicate_column"


@pytest.mark.parametrize("make", MAKERS)
def test_N13_an_empty_frame_is_refused(make):
    assert codes(refused(make({"bag": [], "red": [], "blue": []}))) == {"no_bags"}
    assert codes(refused(make({}))) <= {"no_bags", "empty_file", "too_few_categories"}


@pytest.mark.parametrize("make", MAKERS)
def test_a_long_frame_is_read_as_the_text(make):
    columns = {"bag": ["A", "A", "B", "B"], "color": ["red", "blue", "blue", "red"], "n": [3, 4, 2, 1]}
    counts = read_counts(make(columns))
    by_name = {name: counts.table[:, c].tolist() for c, name in enumerate(counts.categories)}
    assert by_name == {"red": [3, 1], "blue": [4, 2]}
    assert note(counts, "long")


def test_the_frame_stays_as_it_was():
    frame = pd.DataFrame(COLUMNS)
    copy = frame.copy(deep=True)
    counts = read_counts(frame)
    frame.loc[0, "red"] = 1_000
    assert counts.table[0, 0] == 3
    assert copy["red"].tolist() == COLUMNS["red"]


POLARS_ALONE = """
import json
import polars as pl
from handful.data.read import read_counts
counts = read_counts(pl.DataFrame(json.loads('''{columns}''')))
print(json.dumps([counts.table.tolist(), counts.categories, counts.bags, dict(counts.labels)]))
"""


def test_J1_polars_needs_neither_pyarrow_nor_pandas():
    script = POLARS_ALONE.replace("{columns}", json.dumps(COLUMNS))
    done = run_python(script, without=("pyarrow", "pandas", "duckdb"))
    assert done.returncode == 0, done.stderr
    table, categories, bags, labels = json.loads(done.stdout)
    assert table == [[3, 4, 5], [1, 0, 22], [9, 7, 2]]
    assert (categories, bags) == (["red", "green", "blue"], ["A", "B", "C"])
    assert labels == {"place": ["Ulm", "Köln", "Ulm"]}


def test_reading_text_imports_no_frame_library(door):
    door.put(TEXT)
    done = run_python(
        "import sys; from handful.data.read import read_counts; read_counts(sys.argv[1]);"
        "print({'pandas', 'polars', 'pyarrow', 'duckdb'} & set(sys.modules))",
        arguments=[str(door.directory / "bags.csv")],
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "set()"
