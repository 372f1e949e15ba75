"""A mixture's posterior for a first look, or for what needs no exactness: of every so many-th row."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from handful.arrays import Integers
from handful.data.labelled import LabelledRows
from handful.data.statistics import Rows
from handful.models.mixture_target import MixtureTarget

ROWS_ENOUGH = 2_000


def thinned(target: MixtureTarget) -> MixtureTarget:
    """The target itself, or that of every so many-th of its rows with more bags each.

    Of every component that is known of some bag, and of the unknown ones, rows are kept: what tells components apart is
    not thinned out. The prior weighs as much beside it as beside all rows.
    """
    statistic = target.statistic
    n_rows = len(statistic.known)
    if n_rows <= ROWS_ENOUGH:
        return target
    step = -(-n_rows // ROWS_ENOUGH)
    strata = [np.flatnonzero(statistic.known == k)[::step] for k in np.unique(statistic.known)]
    kept = np.concatenate(strata)
    many = np.concatenate([_scaled(statistic, rows) for rows in strata])
    rows = Rows(statistic.distinct[kept], np.repeat(np.arange(len(kept)), many), statistic.categories)
    return MixtureTarget.of(target.prior, LabelledRows(rows, statistic.known[kept], statistic.components))


def _scaled(statistic: LabelledRows, rows: Annotated[Integers, "V"]) -> Annotated[Integers, "V"]:
    """How many bags each of these rows stands for: together as many as there are of their kind."""
    bags = statistic.multiplicities
    alike = bags[statistic.known == statistic.known[rows[0]]].sum()
    return np.asarray(np.maximum(np.rint(bags[rows] * (alike / bags[rows].sum())), 1), dtype=np.int64)
