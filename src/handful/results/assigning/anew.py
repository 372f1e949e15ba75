"""Draws that count anew once a bag is left out: by what factor, and whether they can stand for the rest at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from handful.arrays import Floats
from handful.inference.psis import smoothed

MOST_PARETO_K = 0.7
"""With a heavier tail of the factors, the draws cannot stand for the fit without the bag."""

LEAST = -600.0
"""No factor is so small that it would be 0: draws that count next to nothing can still be told apart from none."""

ENOUGH = 0.5
"""Unless so large a part of the draws is still there: then the tail holds next to nothing, or it is none, as of factors
that take few different values."""


@dataclass(frozen=True, slots=True, eq=False)
class Anew:
    """By what factors draws of equal weight count more.

    Parameters
    ----------
    ratios : array (S,)
        The factors, smoothed, the largest being 1.
    trusted : bool
        Whether the draws can stand for the fit without the bag.
    """

    ratios: Annotated[Floats, "S"]
    trusted: bool

    @staticmethod
    def of(log_ratios: Annotated[Floats, "S"]) -> Anew:
        """The factors with their tail smoothed.

        Examples
        --------
        >>> Anew.of(np.zeros(200)).trusted, Anew.of(100.0 * np.arange(200.0)).trusted
        (True, False)
        """
        found = smoothed(log_ratios)
        ratios = np.exp(np.maximum(found.log_weights - found.log_weights.max(), LEAST))
        effective = float(ratios.sum() ** 2 / (ratios @ ratios))
        return Anew(ratios, found.pareto_k <= MOST_PARETO_K or effective >= ENOUGH * len(ratios))
