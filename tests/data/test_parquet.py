"""Parquet files: the same counts as the text, by the extra ``big``."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from handful.data.read import read_counts
from handful.errors import HandfulError, MissingExtra, TableError
from tests.data.door import content_of, where
from tests.data.test_frames import COLUMNS, TEXT
from tests.testing_tools.blocked_imports import run_python


def test_J1_parquet_gives_the_counts_of_the_text(door):
    pq.write_table(pa.table(COLUMNS), "bags.parquet")
    assert content_of(read_counts("bags.parquet")) == content_of(door.read(TEXT))


def test_a_bad_cell_of_parquet_is_refused_by_its_row(door):
    pq.write_table(pa.table(COLUMNS | {"green": [4, -2, 7]}), "bags.parquet")
    with pytest.raises(TableError) as caught:
        read_counts("bags.parquet")
    (complaint,) = caught.value.complaints
    assert where(complaint) == ("negative", 2, "green", "B", "-2")
    assert "row 2" in str(complaint)
    assert "bags.parquet" in str(complaint)


def test_truth_values_of_parquet_are_asked_about(door):
    pq.write_table(pa.table(COLUMNS | {"green": [True, None, False]}), "bags.parquet")
    with pytest.raises(TableError) as caught:
        read_counts("bags.parquet")
    assert [each.code for each in caught.value.complaints] == ["boolean"]
    assert read_counts("bags.parquet", labels="green").labels["green"] == ("True", "", "False")


def test_parquet_without_duckdb_names_the_extra(door):
    pq.write_table(pa.table(COLUMNS), "bags.parquet")
    done = run_python(
        "import sys; from handful.data.read import read_counts; from handful.errors import MissingExtra\n"
        "try: read_counts(sys.argv[1])\n"
        "except MissingExtra as error: print(error.extra)",
        without=("duckdb",), arguments=[str(door.directory / "bags.parquet")],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "big"
    assert issubclass(MissingExtra, HandfulError)


@pytest.mark.parametrize(
    "raw", [b"PAR1", b"PAR1" + bytes(100) + b"PAR1", b"bag,red\n"], ids=["cut", "hollow", "csv"]
)
def test_a_file_that_is_no_parquet_is_refused(door, raw):
    with pytest.raises(HandfulError):
        read_counts(door.put(raw, "bags.parquet"))
