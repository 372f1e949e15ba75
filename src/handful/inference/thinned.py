"""A mixture's posterior for a first look, or for what needs no exactness: of every so many-th row."""

from __future__ import annotations

import numpy as np

from handful.data.labelled import LabelledRows
from handful.data.statistics import Rows
from handful.models.mixture_target import MixtureTarget

ROWS_ENOUGH = 2_000


def thinned(target: MixtureTarget) -> MixtureTarget:
    """The target itself, or that of every so many-th of its rows with more bags each.

    The prior weighs as much beside it as beside all rows.
    """
    statistic = target.statistic
    n_rows = len(statistic.known)
    if n_rows <= ROWS_ENOUGH:
        return target
    kept = np.arange(0, n_rows, -(-n_rows // ROWS_ENOUGH))
    bags = statistic.multiplicities[kept]
    many = np.maximum(np.rint(bags * (statistic.n_bags / bags.sum())), 1).astype(np.int64)
    rows = Rows(statistic.distinct[kept], np.repeat(np.arange(len(kept)), many), statistic.categories)
    return MixtureTarget.of(target.prior, LabelledRows(rows, statistic.known[kept], statistic.components))
