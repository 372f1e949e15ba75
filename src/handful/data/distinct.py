"""The different rows of a table of whole numbers: each row packed into one integer, and those sorted."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from handful.arrays import Integers

MOST_KEYS = 2**63 - 1
"""So many different keys, and what each is multiplied by, fit into 64-bit integers."""


def distinct_rows(
    table: Annotated[Integers, "B C"],
) -> tuple[Annotated[Integers, "U C"], Annotated[Integers, "B"]]:
    """The different rows of `table` in lexicographic order, and for each row the one of them that it is.

    Parameters
    ----------
    table : array of int, shape (B, C)
        Whole numbers from 0 on.

    Examples
    --------
    >>> distinct, row_of_bag = distinct_rows(np.array([[9, 8], [12, 7], [9, 8]]))
    >>> distinct.tolist(), row_of_bag.tolist()
    ([[9, 8], [12, 7]], [0, 1, 0])
    """
    keys, n_keys = np.zeros(len(table), dtype=np.int64), 1
    for column in table.T:
        # How many keys there can be is known before anything is multiplied: no key wraps around.
        digits, n_digits = column, int(column.max(initial=0)) + 1
        if n_keys * n_digits > MOST_KEYS:
            keys, n_keys = _ranks(keys)
        if n_keys * n_digits > MOST_KEYS:
            # Counts near 2^53 beside many different rows. Of B bags, two ranks always fit.
            digits, n_digits = _ranks(column)
        keys = keys * n_digits + digits
        n_keys *= n_digits
    row_of_bag, n_distinct = _ranks(keys)
    first = np.empty(n_distinct, dtype=np.int64)
    first[row_of_bag] = np.arange(len(table))  # any bag of the row will do: they are alike
    return table[first], row_of_bag


def _ranks(keys: Annotated[Integers, "B"]) -> tuple[Annotated[Integers, "B"], int]:
    """For each of `keys` how many different ones are smaller, and how many different ones there are."""
    different, ranks = np.unique(keys, return_inverse=True)
    return ranks.astype(np.int64, copy=False), len(different)
