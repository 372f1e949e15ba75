"""The array types, and how an array is made read-only.

A shape is written into the type with the letters of the glossary, and is checked while the
tests run (``tests/testing_tools/shapes.py``): B bags, C categories, K components, S draws,
U distinct rows. ``Annotated[Integers, "B C"]`` is bags by categories; ``...`` stands for any
leading axes.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]


def read_only_floats(values: object) -> Floats:
    """A read-only copy of `values` as 64-bit floats, row by row; the caller's array stays as it was.

    Sums go along the memory: of another layout the last digits would be others.
    """
    array = np.array(values, dtype=np.float64, order="C")
    array.flags.writeable = False
    return array


def read_only_integers(values: object) -> Integers:
    """A read-only copy of `values` as 64-bit integers, row by row; the caller's array stays as it was."""
    array = np.array(values, dtype=np.int64, order="C")
    array.flags.writeable = False
    return array
