"""Work on many draws shared out among two threads: NumPy lets go of the interpreter while it computes.

The parts are the same on every machine, so that the numbers are, too.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TypeVar

import numpy as np

T = TypeVar("T")

PARTS = 2
FEWEST = 256
"""Fewer draws than this are not worth a thread of their own."""


def in_parts(work: Callable[[slice], T], number: int) -> list[T]:
    """What `work` gives for each part of `number` draws, in their order.

    Parameters
    ----------
    work : callable
        Of a slice of the draws; it must change nothing that other parts see.
    number : int
        How many draws there are.

    Examples
    --------
    >>> in_parts(lambda part: part.stop - part.start, 1001)
    [501, 500]
    """
    if number < PARTS * FEWEST:
        return [work(slice(0, number))]
    edges = [-(-number * place // PARTS) for place in range(PARTS + 1)]
    handling = np.geterr()  # NumPy's care of overflow is each thread's own

    def handled(part: slice) -> T:
        with np.errstate(**handling):
            return work(part)

    parts = [slice(start, stop) for start, stop in pairwise(edges)]
    pool = ThreadPoolExecutor(PARTS - 1)
    try:
        others = [pool.submit(handled, part) for part in parts[1:]]
        return [work(parts[0]), *(other.result() for other in others)]
    finally:
        pool.shutdown(
            wait=False, cancel_futures=True
        )  # after an interrupt nobody waits for what is not wanted
