"""All ways for a bag of N items to fall into C categories, counted out one by one."""

from __future__ import annotations

import itertools

import numpy as np


def compositions(total: int, n_categories: int) -> np.ndarray:
    """Every vector of counts that sums to `total` (rows)."""
    rows = [row for row in itertools.product(range(total + 1), repeat=n_categories - 1) if sum(row) <= total]
    return np.array([(*row, total - sum(row)) for row in rows], dtype=np.int64)
