"""The likelihood of a population of bags, given how many bags have how many of each category.

With n_c the items of category c, F_c and G the sums over the histograms of the categories and of
the totals (``distributions/rising_sums.py``),

    log likelihood = Σ_b L(k_b) + Σ_c [n_c log m_c + F_c(κ m_c)] − G(κ).

As κ grows F and G vanish and the multinomial of one recipe is left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from handful.arrays import Floats, read_only_floats
from handful.compensated import sum_compensated
from handful.data.histograms import Histogram, Histograms
from handful.distributions.rising_sums import RisingSum

ROUNDING = 4.0 * float(np.finfo(np.float64).eps)


@dataclass(frozen=True, slots=True, eq=False)
class Slopes:
    """The first derivatives of the sums over histograms by the logs of their bases.

    Parameters
    ----------
    categories : array (S, C)
        F′_c.
    total : array (S,)
        G′.
    """

    categories: Annotated[Floats, "S C"]
    total: Annotated[Floats, "S"]


@dataclass(frozen=True, slots=True, eq=False)
class PopulationLikelihood:
    """The log likelihood of a population as a function of log κ and log m.

    Parameters
    ----------
    by_category : tuple of RisingSum
        F_c.
    of_totals : RisingSum
        G.
    counts : array (C,)
        n_c.
    log_coefficient : float
        Σ_b L(k_b), in nats.
    largest_part : float
        Σ_b N_b log N_b, in nats: how large the parts are that make up the likelihood.

    Examples
    --------
    >>> from handful.data.counts import Counts
    >>> one = PopulationLikelihood.of(Histograms.of(Counts([[1, 1]], categories=["blue", "red"])))
    >>> float(np.exp(one.value(np.log([2.0]), np.log([[0.5, 0.5]])))[0].round(12))
    0.333333333333
    """

    by_category: tuple[RisingSum, ...]
    of_totals: RisingSum
    counts: Annotated[Floats, "C"]
    log_coefficient: float
    largest_part: float

    @staticmethod
    def of(histograms: Histograms) -> PopulationLikelihood:
        """The likelihood of the bags behind `histograms`."""
        totals = histograms.of_totals
        return PopulationLikelihood(
            tuple(_rising(histogram) for histogram in histograms.by_category),
            _rising(histograms.of_totals),
            read_only_floats(histograms.counts),
            histograms.log_coefficient,
            float(totals.bags @ (totals.values * np.log(np.maximum(totals.values, 1)))),
        )

    @property
    def rounding(self) -> float:
        """By how much the log likelihood is rounded, about, in nats: its parts are as large as Σ_b N_b log N_b."""
        return ROUNDING * (1.0 + self.largest_part)

    def value(
        self, log_precision: Annotated[Floats, "S"], log_mean: Annotated[Floats, "S C"]
    ) -> Annotated[Floats, "S"]:
        """The log likelihood of all bags' counts, in nats."""
        parts = [np.full(log_precision.shape, self.log_coefficient), -self.of_totals.value(log_precision)]
        for category in np.flatnonzero(self.counts > 0):
            rising = self.by_category[category].value(log_precision + log_mean[:, category])
            parts.append(self.counts[category] * log_mean[:, category] + rising)
        # Of 10^9 items the parts are 10^10 nats: added one by one they would lose what is asked of their sum.
        return sum_compensated(np.stack(parts, axis=-1))

    def slopes(self, log_precision: Annotated[Floats, "S"], log_mean: Annotated[Floats, "S C"]) -> Slopes:
        """F′ and G′: how the sums change with the logs of their bases."""
        log_bases = log_precision[:, None] + log_mean
        each = [rising.slope(log_bases[:, c]) for c, rising in enumerate(self.by_category)]
        return Slopes(np.stack(each, axis=1), self.of_totals.slope(log_precision))

    def curvatures(self, log_precision: Annotated[Floats, "S"], log_mean: Annotated[Floats, "S C"]) -> Slopes:
        """F″ and G″: how the slopes change."""
        log_bases = log_precision[:, None] + log_mean
        each = [rising.curvature(log_bases[:, c]) for c, rising in enumerate(self.by_category)]
        return Slopes(np.stack(each, axis=1), self.of_totals.curvature(log_precision))


def _rising(histogram: Histogram) -> RisingSum:
    return RisingSum.over(histogram.values, histogram.bags)
