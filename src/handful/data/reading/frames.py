"""Data frames of pandas, polars and pyarrow, and Parquet files, to a grid."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

from handful.arrays import Integers
from handful.data.complaints import Complaint, escaped
from handful.data.reading.first import with_unnamed_ids
from handful.data.reading.grid import Column, Grid, refuse
from handful.data.reading.shape import check_names
from handful.errors import MissingExtra, ParameterTypeError, SourceError

MISSING = {"None", "nan", "NaN", "<NA>", "NaT"}


def grid_of_frame(frame: object, source: str) -> Grid:
    """The grid of a data frame; its rows are numbered from 1.

    Raises
    ------
    ParameterTypeError
        If `frame` is no data frame.
    TableError
        If it has no rows, or a column has no name or another's.
    """
    import narwhals.stable.v2 as nw  # 0.08 s, and only frames need it

    if nw.dependencies.is_polars_lazyframe(frame):
        frame = frame.collect()  # its columns alone would cost a warning, and half the work
    if nw.dependencies.is_pandas_dataframe(frame):
        frame = _pandas(frame, source)
    else:
        _refuse_doubled(getattr(frame, "column_names", None) or getattr(frame, "columns", ()), source)
    table: Any = nw.from_native(frame, pass_through=True)
    if isinstance(table, nw.LazyFrame):
        table = table.collect()
    if not isinstance(table, nw.DataFrame):
        raise ParameterTypeError(
            f"cannot read counts from a {type(frame).__name__}; give a file name, an open file or a data frame",
            name="source",
            found=frame,
        )
    columns = [_series(name, table[name], boolean=table[name].dtype == nw.Boolean) for name in table.columns]
    return _grid(columns, len(table), source=source)


def grid_of_parquet(path: Path, source: str) -> Grid:
    """The grid of a Parquet file, read by DuckDB.

    Raises
    ------
    MissingExtra
        If DuckDB is not installed.
    SourceError
        If the file cannot be read as Parquet.
    """
    if importlib.util.find_spec("duckdb") is None:
        raise MissingExtra(extra="big", purpose=escaped(f"reading {source} (Parquet)"))
    import duckdb

    try:
        with duckdb.connect() as connection:
            arrays = connection.execute("SELECT * FROM read_parquet(?)", [str(path)]).fetchnumpy()
    except duckdb.Error as error:
        first = str(error).splitlines()[0]
        raise SourceError(escaped(f"cannot read {source} as Parquet: {first}"), source=source) from error
    columns = [_array(name, values) for name, values in arrays.items()]
    return _grid(columns, len(columns[0].cells) if columns else 0, source=source)


def _pandas(frame: Any, source: str) -> Any:
    """A pandas frame whose columns are all called by texts, with the named levels of its index among them."""
    if frame.columns.nlevels > 1:
        rule = f"the columns have {frame.columns.nlevels} levels of names (a MultiIndex)."
        cure = "Give each column one name: frame.columns = ['-'.join(map(str, names)) for names in frame.columns]"
        raise refuse(Complaint(code="no_header", rule=rule, cure=cure, source=source))
    levels = [name for name in frame.index.names if name is not None]
    _refuse_doubled([*levels, *frame.columns], source)
    ids = {str(name): frame.index.get_level_values(name) for name in levels}
    # A copy of the names alone: the caller's frame keeps its own.
    table = frame.set_axis([str(name) for name in frame.columns], axis="columns").reset_index(drop=True)
    for place, (name, values) in enumerate(ids.items()):
        table.insert(place, name, values)
    return table


def _refuse_doubled(names: object, source: str) -> None:
    """Raise if two columns have one name: narwhals stops there with a word of its own."""
    complaints = check_names([str(name) for name in names], source) if isinstance(names, Iterable) else []
    doubled = [complaint for complaint in complaints if complaint.code == "duplicate_column"]
    if doubled:
        raise refuse(*doubled)


def _grid(columns: Sequence[Column], n_rows: int, *, source: str) -> Grid:
    grid = Grid(source, with_unnamed_ids(columns), range(1, n_rows + 1), "row")
    complaints = check_names(grid.names, source)
    if n_rows == 0:
        complaints.append(
            grid.complaint(
                "no_bags", "there is no bag: the table has no rows.", cure="Add a row for each bag."
            )
        )
    if complaints:
        raise refuse(*complaints)
    return grid


def _series(name: str, series: Any, *, boolean: bool) -> Column:
    """A column of a frame; whole numbers stay numbers, all else becomes what one would have typed."""
    if series.dtype.is_integer() and not series.null_count():
        counts = _whole(series.to_numpy())
        if counts is not None:
            return Column(name, _Typed(counts), counts)
    return Column(name, tuple(map(_typed, series.to_list())), mark="boolean" if boolean else None)


def _array(name: str, values: Any) -> Column:
    missing = np.ma.getmaskarray(values)
    if values.dtype.kind in "iu" and not missing.any():
        counts = _whole(np.asarray(values))
        if counts is not None:
            return Column(name, _Typed(counts), counts)
    cells = [None if gone else value for value, gone in zip(values.tolist(), missing, strict=True)]
    mark: Literal["boolean"] | None = "boolean" if values.dtype.kind == "b" else None
    return Column(name, tuple(map(_typed, cells)), mark=mark)


def _whole(values: Any) -> Integers | None:
    """Integers as 64-bit counts, if none is negative or above what a count may be."""
    if values.size and (values.min() < 0 or values.max() >= 2**53):
        return None
    return np.asarray(values, dtype=np.int64)


def _typed(value: object) -> str:
    """`value` as one would have typed it: a missing one as nothing, 3.0 as '3.0'."""
    if isinstance(value, float) and value.is_integer():
        return f"{value:.1f}"
    return "" if str(value) in MISSING else str(value)


class _Typed(Sequence[str]):
    """Numbers as texts, made only when one is asked for: a million rows cost nothing."""

    def __init__(self, numbers: Integers) -> None:
        self._numbers = numbers

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, row: Any) -> Any:
        return (
            str(self._numbers[row])
            if isinstance(row, int | np.integer)
            else list(map(str, self._numbers[row]))
        )
