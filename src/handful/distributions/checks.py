"""What every distribution asks of its parameters, and how it prints them.

A parameter is refused with its name, what was found and the rule; nothing is repaired.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from numbers import Real
from typing import Annotated, SupportsIndex

import numpy as np
from numpy.typing import ArrayLike

from handful.arrays import Floats, Integers, read_only_floats
from handful.errors import CountsError, CountsTypeError, ParameterError, ParameterTypeError

SIMPLEX_TOLERANCE = 1e-9
LARGEST_COUNT = 2**53 - 1
LARGEST_SUM = 2**62 - 1
"""Of all bags together, as at the door of the data."""


def finite(value: object, *, name: str) -> float:
    """The number `value`, refused unless it is real and finite."""
    if isinstance(value, bool) or not isinstance(value, Real):
        raise ParameterTypeError(f"{name} = {value!r}: must be a number", name=name, found=value)
    number = float(value)
    if not math.isfinite(number):
        raise ParameterError(f"{name} = {number:g}: must be finite", name=name, found=value)
    return number


def positive(value: object, *, name: str) -> float:
    """The number `value`, refused unless it is positive and finite."""
    if isinstance(value, bool) or not isinstance(value, Real):
        raise ParameterTypeError(f"{name} = {value!r}: must be a number", name=name, found=value)
    number = float(value)
    if not 0 < number < math.inf:
        raise ParameterError(f"{name} = {number:g}: must be > 0 and finite", name=name, found=value)
    return number


def whole(value: object, *, name: str, least: int = 0) -> int:
    """The whole number `value`, from `least` to 2^53 − 1."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, SupportsIndex):
        if isinstance(value, Real):
            message = f"{name} = {value}: must be a whole number"
            raise ParameterError(message, name=name, found=value)
        raise ParameterTypeError(f"{name} = {value!r}: must be a whole number", name=name, found=value)
    number = operator.index(value)
    if not least <= number <= LARGEST_COUNT:
        message = f"{name} = {number}: must be a whole number from {least} to 2^53 - 1"
        raise ParameterError(message, name=name, found=value)
    return number


def probability(value: object, *, name: str) -> float:
    """The number `value`, refused unless it lies strictly between 0 and 1."""
    number = finite(value, name=name)
    if not 0 < number < 1:
        raise ParameterError(f"{name} = {number:g}: must lie between 0 and 1", name=name, found=value)
    return number


def probabilities(values: ArrayLike, *, name: str) -> Annotated[Floats, "..."]:
    """The numbers `values`, refused unless all lie in [0, 1]."""
    array = numbers(values, name=name)
    wrong = ~((array >= 0) & (array <= 1))
    if wrong.any():
        found = float(array[wrong].flat[0])
        raise ParameterError(f"{name} = {found:g}: must lie in [0, 1]", name=name, found=found)
    return array


def numbers(values: object, *, name: str) -> Annotated[Floats, "..."]:
    """The array `values` as floats, refused where it holds anything but numbers."""
    try:
        array = np.asarray(values)
    except ValueError:
        array = np.asarray(None)
    if array.dtype.kind not in "iuf":
        raise ParameterTypeError(f"{name} = {values!r}: must be numbers", name=name, found=values)
    return array.astype(np.float64)


def category_names(categories: Sequence[str] | None, *, n: int) -> tuple[str, ...] | None:
    """The names of `n` categories as a tuple, all different; None stays None."""
    if categories is None:
        return None
    if isinstance(categories, str) or not all(isinstance(name, str) for name in categories):
        message = f"categories = {categories!r}: must be a sequence of names"
        raise ParameterTypeError(message, name="categories", found=categories)
    names = tuple(categories)
    if len(names) != n:
        message = f"categories: {len(names)} names for {n} categories"
        raise ParameterError(message, name="categories", found=names)
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        message = f"categories: {twice[0]!r} stands there twice; every name must differ"
        raise ParameterError(message, name="categories", found=names)
    return names


def category_index(category: str | int, *, categories: tuple[str, ...] | None, n: int) -> int:
    """The place of a category given by name or by number (from 0)."""
    if isinstance(category, str):
        if categories is not None and category in categories:
            return categories.index(category)
        known = "they have no names" if categories is None else "there are " + ", ".join(categories)
        raise ParameterError(f"category = {category!r}: {known}", name="category", found=category)
    place = whole(category, name="category")
    if place >= n:
        message = f"category = {place}: there are {n}, numbered from 0"
        raise ParameterError(message, name="category", found=category)
    return place


def vector(values: object, *, name: str) -> Annotated[Floats, "C"]:
    """A read-only vector of at least two numbers."""
    array = numbers(values, name=name)
    if array.ndim != 1:
        message = f"{name}: must be one number a category, not an array with {array.ndim} axes"
        raise ParameterError(message, name=name, found=values)
    if array.size < 2:
        message = (
            f"{name}: {array.size} category; there must be two or more, "
            "since the share of a single category is always 1"
        )
        raise ParameterError(message, name=name, found=values)
    return read_only_floats(array)


def concentration_vector(
    values: object, *, categories: Sequence[str] | None
) -> tuple[Annotated[Floats, "C"], tuple[str, ...] | None]:
    """A read-only concentration, every part positive, and the names of its categories."""
    array = vector(values, name="concentration")
    names = category_names(categories, n=array.size)
    wrong = np.flatnonzero(~((array > 0) & np.isfinite(array)))
    if wrong.size:
        place = int(wrong[0])
        label = "" if names is None else f" ({names[place]!r})"
        message = f"concentration[{place}]{label} = {array[place]:g}: must be > 0 and finite"
        raise ParameterError(message, name="concentration", found=float(array[place]))
    with np.errstate(over="ignore"):
        total = array.sum()
    if not np.isfinite(total):
        raise ParameterError("concentration: its sum must be finite", name="concentration", found=values)
    return array, names


def simplex_vector(values: object, *, name: str) -> Annotated[Floats, "C"]:
    """A read-only point on the simplex; refused, not repaired, if it is further than 1e-9 off."""
    array = vector(values, name=name)
    on_simplex(array, name=name)
    return array


def on_simplex(array: Annotated[Floats, "... C"], *, name: str) -> None:
    """Nothing, if all points along the last axis lie on the simplex within 1e-9."""
    wrong = ~((array >= 0) & (array <= 1 + SIMPLEX_TOLERANCE))
    if wrong.any():
        place = tuple(int(i) for i in np.argwhere(wrong)[0])
        where = ", ".join(map(str, place))
        found = float(array[place])
        raise ParameterError(f"{name}[{where}] = {found:g}: must lie in [0, 1]", name=name, found=found)
    totals = array.sum(axis=-1)
    off = np.abs(totals - 1.0) > SIMPLEX_TOLERANCE
    if np.any(off):
        found = float(np.asarray(totals)[off].flat[0])
        message = f"{name}: their sum is {found:.12g}; shares of a whole must sum to 1 (within 1e-9)"
        raise ParameterError(message, name=name, found=found)


def as_counts(values: ArrayLike, *, n_categories: int | None = None) -> Annotated[Integers, "... C"]:
    """Counts, or sums of them over bags, as integers; refused unless whole, >= 0 and below 2^62."""
    array = np.asarray(values)
    if array.dtype.kind not in "iuf" and array.size:
        raise CountsTypeError(f"counts of type {array.dtype}: must be whole numbers", found=values)
    if array.ndim == 0:
        raise CountsError("counts: must be one count a category, not a single number", found=values)
    if n_categories is not None and array.shape[-1] != n_categories:
        message = f"counts: {array.shape[-1]} categories where the distribution has {n_categories}"
        raise CountsError(message, found=values)
    wrong = ~((array >= 0) & (array <= LARGEST_SUM) & (array == np.floor(array)))
    if wrong.any():
        place = tuple(int(i) for i in np.argwhere(wrong)[0])
        where = ", ".join(map(str, place))
        message = f"counts[{where}] is {array[place]}; counts must be whole numbers from 0 to 2^62 - 1"
        raise CountsError(message, found=array[place].item())
    return array.astype(np.int64)


def with_total(counts: Annotated[Integers, "... C"], total: int) -> None:
    """Nothing, if every row of counts sums to `total`."""
    sums = np.asarray(counts.sum(axis=-1))
    off = sums != total
    if off.any():
        found = int(sums[off].flat[0])
        message = f"counts: they sum to {found}, but the total of this distribution is {total}"
        raise ParameterError(message, name="counts", found=found)


def plain(number: float) -> str:
    """A number as people write it: no '.0' after whole ones, all digits of others."""
    if float(number).is_integer() and abs(number) < 1e15:
        return str(int(number))
    return repr(float(number))


def listed(values: Annotated[Floats, "C"], comma: str = ",") -> str:
    """The numbers of a vector as a prior SPEC has them: '2,1,0.5'."""
    return comma.join(plain(value) for value in values.tolist())
