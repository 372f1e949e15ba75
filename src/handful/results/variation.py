"""between_bags: whether the bags differ more than counting alone would make them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from scipy.special import ndtr

from handful.arrays import Floats, Integers
from handful.data.counts import Counts
from handful.results.checking.dealt import dealt_rows
from handful.results.p_values import mid_p, p_words
from handful.rng import RNG, as_generator

DRAWS = 2_000
MOST_CELLS = 2_000_000
"""Beyond so many simulated cells the discrepancy is a sum of so many terms that it is normal."""

MOST_ITEMS = 10**9 - 1
"""NumPy deals no more items than this."""

UNLIKELY, TOO_LIKELY = 0.05, 0.99
TIE = 1e-12
"""The sums that are compared are near 1 for all tables: what tells them apart is in their last digits."""


@dataclass(frozen=True, slots=True)
class BetweenBags:
    """How the variation between bags compares with that of bags filled from one recipe.

    Parameters
    ----------
    p : float
        The predictive probability of a discrepancy as large as the one seen (mid-p).
    simulated : int
        How many tables were dealt for it; 0 where it was taken as normal.
    """

    p: float
    simulated: int

    @property
    def words(self) -> str:
        """The finding in words."""
        if self.p < UNLIKELY:
            return "the bags differ more than one common mix explains"
        if self.p > TOO_LIKELY:
            return "the bags are more alike than chance would make them"
        return "no sign of it"

    @property
    def p_text(self) -> str:
        """The probability as text: 'p = 0.42', 'p < 0.001'."""
        return p_words(self.p)


def between_bags(counts: Counts, *, rng: RNG = None) -> BetweenBags | None:
    """The predictive p of the chi-squared discrepancy between bags, if one recipe is behind them all.

    The discrepancy is sum_bc (k_bc - E_bc)^2 / E_bc with E_bc = N_b n_c / N. It is compared with
    that of tables predicted under one recipe *given* the totals n_c of the categories: they are
    sufficient for the recipe, so that the prediction rests on no prior and p is uniform where one recipe
    is behind the bags. (The plain posterior predictive p is not: with many rare categories a flat
    prior predicts more kinds than there are, and calls every table too alike.) With very many bags the
    discrepancy is taken as normal, with its exact mean and variance.

    Parameters
    ----------
    counts : Counts
        Bags by categories.
    rng : int, Generator or None, optional
        The source of randomness.

    Returns
    -------
    BetweenBags or None
        None where there are not two bags with something in them, or only one category was seen.

    References
    ----------
    Bayarri & Berger (2000), Journal of the American Statistical Association 95:1127, on predictive
    p-values given a sufficient statistic; Dawson (1954), Biometrika 41:280, for the variance.

    Examples
    --------
    >>> between_bags(Counts([[30, 5], [4, 28]], categories=["blue", "brown"]), rng=1).words
    'the bags differ more than one common mix explains'
    """
    generator = as_generator(rng, use="variation")
    table = counts.table[counts.totals > 0]
    table = table[:, table.any(axis=0)]
    if min(table.shape) < len(("one", "another")):
        return None
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    if DRAWS * table.size > MOST_CELLS or rows.sum() > MOST_ITEMS:
        return BetweenBags(_normal(rows, columns, chi_squared=_chi_squared(table)), 0)
    observed = float((table.astype(np.float64) ** 2 / np.outer(rows, columns)).sum())
    dealt = _dealt(rows, columns, rng=generator)
    return BetweenBags(mid_p(observed, dealt, tie=TIE), DRAWS)


def _chi_squared(table: Annotated[Integers, "R C"]) -> float:
    """The sum of (k - E)^2 / E, without the loss of N sum k^2/(N_b n_c) - N."""
    k = table.astype(np.float64)
    rows, columns = k.sum(axis=1), k.sum(axis=0)
    expected = rows[:, None] * (columns / columns.sum())
    return float(((k - expected) ** 2 / expected).sum())


def _dealt(
    rows: Annotated[Integers, "R"], columns: Annotated[Integers, "C"], *, rng: np.random.Generator
) -> Annotated[Floats, "S"]:
    """sum_bc k_bc^2 / (N_b n_c), all that the discrepancy depends on, of tables dealt at random."""
    found = np.zeros(DRAWS)
    for size, k in zip(rows, dealt_rows(rows, columns, n_tables=DRAWS, rng=rng), strict=True):
        found += (k.astype(np.float64) ** 2 / (float(size) * columns)).sum(axis=1)
    return found


def _normal(
    rows: Annotated[Integers, "R"], columns: Annotated[Integers, "C"], *, chi_squared: float
) -> float:
    """The chance of a larger discrepancy, taken as normal given the margins of the table.

    With N items, v_1 = (R-1)(N-R)/(N-1), w_1 = (sum_b N/N_b - R^2)/(N-2), and v_2, w_2 alike for the
    columns, its mean is (R-1)(C-1)N/(N-1) and its variance
    2N/(N-3) (v_1-w_1)(v_2-w_2) + N^2/(N-1) w_1 w_2 (Dawson 1954).
    """
    n = float(rows.sum())
    v, w = [], []
    for margin in (rows, columns):
        size = len(margin)
        v.append((size - 1) * (n - size) / (n - 1))
        w.append((float((n / margin).sum()) - size**2) / (n - 2))
    mean = (len(rows) - 1) * (len(columns) - 1) * n / (n - 1)
    variance = 2 * n / (n - 3) * (v[0] - w[0]) * (v[1] - w[1]) + n**2 / (n - 1) * w[0] * w[1]
    return float(ndtr((mean - chi_squared) / math.sqrt(variance)))
