"""Matrix products that are the same to the last bit however many threads a BLAS has.

A BLAS that shares one product out among threads adds in another order, and draws would not repeat on another
number of cores. Products so small that one thread does them are not shared out; a stack of small ones costs no
more than one large one, and often less.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np

from handful.arrays import Floats

SMALL = 1 << 17
"""So many multiplications OpenBLAS leaves to one thread (it begins to share at twice as many)."""

SHORT = 1 << 13
"""Sums of so many products too, where they are a single number (it begins to share at 10,000)."""


def product(a: Annotated[Floats, "n k"], b: Annotated[Floats, "k m"]) -> Annotated[Floats, "n m"]:
    """The matrix product a b.

    Examples
    --------
    >>> product(np.array([[1.0, 2.0]]), np.array([[3.0], [4.0]]))
    array([[11.]])
    """
    if a.shape[1] <= SHORT and a.size and b.size:
        return _short(a, b)
    found = np.zeros((a.shape[0], b.shape[1]))
    for start in range(0, a.shape[1] if found.size else 0, SHORT):
        part = slice(start, start + SHORT)
        found += _short(a[:, part], b[part])
    return found


def folded(add: np.ufunc, values: Annotated[Floats, "..."], *, axis: int) -> Annotated[Floats, "..."]:
    """The values along an axis of a few, taken together one after another: faster than NumPy's own reductions there.

    Examples
    --------
    >>> folded(np.maximum, np.array([[1.0, 3.0], [4.0, 2.0]]), axis=1)
    array([3., 4.])
    """
    first, *others = np.moveaxis(values, axis, 0)
    if not others:
        return np.asarray(first.copy())
    found: Floats = np.asarray(add(first, others[0]))
    for other in others[1:]:
        add(found, other, out=found)
    return found


def _short(a: Annotated[Floats, "n k"], b: Annotated[Floats, "k m"]) -> Annotated[Floats, "n m"]:
    n, k = a.shape
    at_once = max(1, SMALL // (k * b.shape[1]))
    whole = n - n % at_once
    found = np.empty((n, b.shape[1]))
    if whole:
        stack = a[:whole].reshape(-1, at_once, k)
        np.matmul(stack, b, out=found[:whole].reshape(-1, at_once, b.shape[1]))
    if whole < n:
        np.matmul(a[whole:], b, out=found[whole:])
    return found
