"""How well a Dirichlet prior foretold the counts of bags that share one recipe."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from numpy.typing import ArrayLike

from handful.arrays import Floats
from handful.distributions.checks import LARGEST_SUM, as_counts
from handful.distributions.dirichlet_multinomial import log_pmf
from handful.distributions.special import log_multinomial_coefficient
from handful.errors import CountsError


def log_evidence(
    counts: ArrayLike, concentration: Annotated[Floats, "C"]
) -> tuple[float, Annotated[Floats, "C"]]:
    """The log probability of all these bags, which share one recipe, and their counts added up.

    Parameters
    ----------
    counts : array (C,) or (B, C)
        Whole numbers >= 0.
    concentration : array (C,)
        Positive numbers.

    Raises
    ------
    CountsError
        If they are no counts, of another number of categories, or more than 2^62 − 1 in all.

    Examples
    --------
    >>> evidence, totals = log_evidence([[1, 0], [0, 1]], np.array([1.0, 1.0]))
    >>> float(np.exp(evidence).round(12)), totals
    (0.166666666667, array([1., 1.]))
    """
    k = as_counts(counts, n_categories=concentration.size)
    bags = k.reshape(-1, concentration.size)
    # Added as floats first: sums of integers wrap around silently.
    if bags.sum(dtype=np.float64) > LARGEST_SUM:
        raise CountsError("counts: they sum to more than 2^62 - 1 in all", found=counts)
    totals = bags.sum(axis=0)
    # Of the items thrown together; how they fell into bags is a matter of coefficients only.
    together = float(log_pmf(totals, concentration))
    ways = float(np.sum(log_multinomial_coefficient(k))) - float(log_multinomial_coefficient(totals))
    return together + (ways if k.ndim > 1 else 0.0), totals.astype(np.float64)
