"""The slope of a tempered mixture in single precision, to lead trajectories by.

A trajectory of Hamilton's equations may be led by any function of the place: whatever it is, the leapfrog comes back
the way it went and keeps volumes, and what the slope gets wrong is rejected by the exact densities at the two ends
(Neal 2011, section 5.2.3: "approximate potential"). So the slope may have seven digits, which take half the time of
sixteen. Points are innermost, so that every step of the sums goes along memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np

from handful.arrays import Floats
from handful.data.labelled import UNKNOWN, LabelledRows
from handful.distributions.simplex import basis
from handful.models.mixture_layout import Layout
from handful.products import SMALL

if TYPE_CHECKING:
    from collections.abc import Iterator

Rough = np.ndarray[Any, np.dtype[np.float32]]

POINTS_AT_ONCE = 256
"""Rows are taken in parts so small that this many points, or more, go through a product of one thread."""

LARGEST_POWER = 80.0
"""Single precision holds exp(80)."""

MOST_ITEMS = 10**9
"""Of more items a posterior is so narrow that seven digits of a place no longer tell where in it one is."""

MOST_CELLS = 1 << 20
"""A larger table is not kept once more: particles do not walk on it, peaks are found."""

LOWEST_LOG = -1e30
"""Stands for log 0: a number that 0 times something does not make a NaN of."""


@dataclass(frozen=True, slots=True, eq=False)
class RoughSlopes:
    """The slope of prior times likelihood to a power, for components whose bags follow their recipes exactly.

    Parameters
    ----------
    layout : Layout
        Which coordinate is what.
    rows : array (U, C + 1)
        Counts of the rows of unknown component, and a 1.
    taken : array (C + 1, U)
        The same, times how many bags there are of each row.
    of_all : array (C + 1, 1)
        The sums of `taken`.
    known : array (K, C, 1)
        Items of bags whose component is known.
    weights : array (K, 1) or None
        The concentration of θ; None where θ has no coordinates.
    components : array (K, C, 1)
        Those of the recipes.
    of_weights, of_means : array
        The bases V of their coordinates, (K − 1, K) and (C − 1, C).
    """

    layout: Layout
    rows: Rough
    taken: Rough
    of_all: Rough
    known: Rough
    weights: Rough | None
    components: Rough
    of_weights: Rough
    of_means: Rough

    @staticmethod
    def of(
        statistic: LabelledRows,
        layout: Layout,
        *,
        weights: Annotated[Floats, "K"] | None,
        components: Annotated[Floats, "K C"] | None,
    ) -> RoughSlopes | None:
        """The slope for these rows; None where seven digits or one table will not do."""
        if layout.overdispersed or components is None or statistic.distinct.size > MOST_CELLS:
            return None
        n_items = float(statistic.multiplicities @ statistic.distinct.sum(axis=1, dtype=np.float64))
        if n_items > MOST_ITEMS:
            return None
        bags = statistic.multiplicities[:, None].astype(np.float64)
        labelled = [statistic.known == k for k in range(layout.n_components)]
        known = np.stack([(bags[own] * statistic.distinct[own]).sum(axis=0) for own in labelled])
        free = statistic.known == UNKNOWN
        rows = np.column_stack([statistic.distinct[free], np.ones(int(free.sum()))])
        taken = rows * bags[free]
        k = layout.n_components
        return RoughSlopes(
            layout,
            rows=_rough(rows),
            taken=_rough(taken.T),
            of_all=_rough(taken.sum(axis=0)[:, None]),
            known=_rough(known[:, :, None]),
            weights=None if weights is None else _rough(weights[:, None]),
            components=_rough(components[:, :, None]),
            of_weights=_rough(basis(k) if k > 1 else np.zeros((0, 1))),
            of_means=_rough(basis(layout.n_categories)),
        )

    def at(self, points: Annotated[Floats, "S D"], temperature: float) -> Annotated[Floats, "S D"]:
        """The derivatives of log prior + temperature · log likelihood, to about seven digits."""
        found = np.empty(points.shape)
        for part in _parts(len(points), self._at_once):
            found[part] = self._slope(_rough(points[part].T), temperature).T
        return found

    @property
    def _rows_at_once(self) -> int:
        return max(1, SMALL // (POINTS_AT_ONCE * int(self.rows.shape[1])))

    @property
    def _at_once(self) -> int:
        n_columns = int(self.rows.shape[1])
        cells = max(min(len(self.rows), self._rows_at_once) * n_columns, n_columns * n_columns)
        return max(1, SMALL // cells)

    def _slope(self, points: Rough, temperature: float) -> Rough:
        """Of points (D, s)."""
        k, c, n = self.layout.n_components, self.layout.n_categories, points.shape[1]
        n_weights = self.layout.n_weights
        log_mean = _log_shares(np.matmul(self.of_means.T, points[n_weights:].reshape(k, c - 1, n)))
        if self.layout.log_weights is None:
            log_weights = _log_shares(self.of_weights.T @ points[:n_weights])
        else:
            fixed = np.maximum(self.layout.log_weights, LOWEST_LOG)
            log_weights = np.broadcast_to(_rough(fixed[:, None]), (k, n))
        sums = self._sums(np.concatenate([log_mean, log_weights[:, None]], axis=1))
        sums *= np.float32(temperature)
        items = sums[:, :c]
        items += np.float32(temperature) * self.known + self.components
        by_mean = items - items.sum(axis=1, keepdims=True) * np.exp(log_mean)
        found = np.empty(points.shape, dtype=np.float32)
        found[n_weights:] = np.matmul(self.of_means, by_mean).reshape(k * (c - 1), n)
        if self.weights is not None:
            bags = sums[:, c] + self.weights
            found[:n_weights] = self.of_weights @ (bags - bags.sum(axis=0) * np.exp(log_weights))
        return found

    def _sums(self, logs: Rough) -> Rough:
        """Items and bags that each component takes (K, C + 1, s), of log recipes and log weights (K, C + 1, s)."""
        found = np.zeros_like(logs)
        found[0] = self.of_all
        against = logs[1:] - logs[0]  # only how components differ matters, and differences are small
        for part in _parts(len(self.rows) if len(against) else 0, self._rows_at_once):
            odds = np.matmul(self.rows[part], against)
            base: Any = np.float32(1.0)
            if odds.max() > LARGEST_POWER:
                level = np.maximum(odds.max(axis=0), 0)
                odds -= level
                base = np.exp(-level)
            # Numbers too small to be kept in full are slow, and nothing hangs on them.
            np.maximum(odds, -LARGEST_POWER, out=odds)
            np.exp(odds, out=odds)
            odds *= np.reciprocal(odds.sum(axis=0) + base)
            own = np.matmul(np.ascontiguousarray(self.taken[:, part]), odds)
            found[1:] += own
            found[0] -= own.sum(axis=0)
        return found


def _log_shares(scores: Rough) -> Rough:
    """Log proportions along the last axis but one, of the scores whose softmax they are."""
    scores -= scores.max(axis=-2, keepdims=True)
    scores -= np.log(np.exp(scores).sum(axis=-2, keepdims=True))
    return scores


def _parts(number: int, at_once: int) -> Iterator[slice]:
    return (slice(start, min(start + at_once, number)) for start in range(0, number, at_once))


def _rough(values: Any) -> Rough:
    return np.ascontiguousarray(values, dtype=np.float32)
