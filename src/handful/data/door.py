"""The checks on counts given in code: whole, not negative, not too many."""

from __future__ import annotations

import math
import numbers
from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any

import numpy as np

from handful.arrays import Integers, read_only_integers
from handful.errors import CountsError, CountsTypeError

LARGEST = 2**53 - 1
"""The largest count and the largest total of a bag: exact in floats, in JSON and in browsers."""

MOST_ITEMS = 2**62
"""All items of all bags stay below it, so that no 64-bit sum wraps around."""

FEWEST_CATEGORIES = 2


def checked_table(values: object, categories: Sequence[str]) -> Annotated[Integers, "B C"]:
    """A read-only table of counts, B bags by C categories, from any array or nested sequence.

    Raises
    ------
    CountsTypeError
        If a cell is no whole number (a text, a bool, a missing value).
    CountsError
        If the shape is wrong, a cell is negative, has a fraction or is above 2**53 - 1.
    """
    table = _rectangle(values, len(categories))
    if table.dtype.kind in "iu":
        _refuse(table < 0, table, categories=categories, rule="counts must be >= 0")
        _refuse(
            table > LARGEST, table, categories=categories, rule=f"counts must be <= {LARGEST} (2**53 - 1)"
        )
    elif table.dtype.kind == "f":
        _refuse(
            ~np.isfinite(table), table, categories=categories, rule="counts must be whole numbers 0, 1, 2 ..."
        )
        _refuse(table < 0, table, categories=categories, rule="counts must be >= 0")
        _refuse(
            table > LARGEST, table, categories=categories, rule=f"counts must be <= {LARGEST} (2**53 - 1)"
        )
        _refuse(
            table != np.floor(table),
            table,
            categories=categories,
            rule="counts must be whole numbers 0, 1, 2 ...",
        )
    else:
        _refuse_objects(table, categories)
    counts = read_only_integers(table)
    _refuse_totals(counts)
    return counts


def _rectangle(values: object, n_categories: int) -> np.ndarray[Any, Any]:
    if n_categories < FEWEST_CATEGORIES:
        raise CountsError(
            f"{n_categories} category: at least two are needed, since a share is a share of something. "
            "If only one thing was counted, add what was counted besides it (the rest).",
            found=n_categories,
        )
    try:
        table = np.asarray(values)
    except ValueError as error:
        raise CountsError("counts must be a table, bags by categories: its rows differ in length") from error
    if table.ndim != 2 or table.shape[1] != n_categories:
        if table.size == 0 and table.ndim <= 2:
            return np.zeros((0, n_categories), dtype=np.int64)
        raise CountsError(
            f"counts have shape {table.shape}; a table of bags by {n_categories} categories is needed",
            found=table.shape,
        )
    if not isinstance(values, np.ndarray) and (table.dtype.kind == "f" or _has_bool(values)):
        # NumPy turns [True, 3] into [1, 3], and 2**63 beside a 3 into a rounded float.
        return np.array(values, dtype=object)
    return table


def _has_bool(values: object) -> bool:
    return isinstance(values, list | tuple) and any(
        isinstance(cell, bool | np.bool_) for row in values if isinstance(row, list | tuple) for cell in row
    )


def _refuse(
    bad: np.ndarray[Any, np.dtype[np.bool_]],
    table: np.ndarray[Any, Any],
    *,
    categories: Sequence[str],
    rule: str,
) -> None:
    if bad.any():
        row, column = (int(i) for i in np.argwhere(bad)[0])
        found = table[row, column].item()
        raise CountsError(f"counts[{row}, {categories[column]!r}] is {found}; {rule}", found=found)


def _refuse_objects(table: np.ndarray[Any, np.dtype[np.object_]], categories: Sequence[str]) -> None:
    """Raise at the first cell that is no whole number; Python integers too large for 64 bits too."""
    cell: Any
    for (row, column), cell in np.ndenumerate(table):
        where = f"counts[{row}, {categories[column]!r}] is {cell!r}"
        if not _number(cell):
            raise CountsTypeError(f"{where}; counts must be whole numbers 0, 1, 2 ...", found=cell)
        if not _whole(cell):
            raise CountsError(f"{where}; counts must be whole numbers 0, 1, 2 ...", found=cell)
        if cell < 0:
            raise CountsError(f"{where}; counts must be >= 0", found=cell)
        if cell > LARGEST:
            raise CountsError(f"{where}; counts must be <= {LARGEST} (2**53 - 1)", found=cell)


def _number(cell: object) -> bool:
    """Whether `cell` is a number; for Python a bool is one, and for NumPy a duration."""
    return isinstance(cell, numbers.Real | Decimal) and not isinstance(cell, bool | np.bool_ | np.timedelta64)


def _whole(number: Any) -> bool:
    """Whether `number` has no fraction; an infinite one is too large or negative, which is said later."""
    return number in (math.inf, -math.inf) or (not math.isnan(number) and number == int(number))


def _refuse_totals(counts: Annotated[Integers, "B C"]) -> None:
    # Floats cannot wrap around, and are exact where it matters (below 2**53).
    totals = counts.sum(axis=1, dtype=np.float64)
    if (totals > LARGEST).any():
        row = int(np.argmax(totals > LARGEST))
        raise CountsError(
            f"counts[{row}] adds up to {sum(map(int, counts[row]))}; a bag's total must be <= {LARGEST} (2**53 - 1)",
            found=row,
        )
    if totals.sum() >= MOST_ITEMS:
        raise CountsError(
            f"all bags together hold {totals.sum():.3g} items; at most 2**62 fit", found=totals.sum()
        )
