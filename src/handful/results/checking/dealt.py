"""Tables with given margins, dealt at random: what one recipe makes once the totals of the categories are known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import numpy as np

from handful.arrays import Integers


def dealt_rows(
    rows: Annotated[Integers, "R"],
    columns: Annotated[Integers, "C"],
    *,
    n_tables: int,
    rng: np.random.Generator,
) -> Iterator[Annotated[Integers, "S C"]]:
    """The rows of `n_tables` tables, one row of all of them after another.

    Parameters
    ----------
    rows, columns : array of int
        The sums of the rows and of the columns, which sum to the same; at most 10^9 − 1.
    n_tables : int
    rng : Generator

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> sum(dealt_rows(np.array([1, 2]), np.array([2, 1]), n_tables=1, rng=rng)).tolist()
    [[2, 1]]
    """
    left = np.tile(columns, (n_tables, 1))
    for size in rows[:-1]:
        row = np.zeros_like(left)
        wanted = np.full(n_tables, size)
        others = left.sum(axis=1)
        for category in range(len(columns)):
            others = others - left[:, category]
            row[:, category] = rng.hypergeometric(left[:, category], others, wanted)
            wanted -= row[:, category]
        left -= row
        yield row
    yield left
