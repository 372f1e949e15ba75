"""The log score of each bag, foretold from all the others."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from handful.arrays import Floats, Integers

MOST_SHOWN = 8


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class LeftOut:
    """How well each bag is foretold by all the others: the log probability of its counts once it is left out.

    The bag is the unit, not the item: items of one bag go together.

    Parameters
    ----------
    bags : tuple of str
        The B bags.
    log_scores : array (B,)
        The log probability of each bag's counts given all the others', in nats; −inf where they are impossible.
    pareto_k : array (B,)
        The shape of the tail of the weights that stand for the fit without the bag; NaN where none were needed.
    refitted : array of int
        The bags for which the weights would not do, and the model was fitted anew without them.
    rough : array of int
        The bags for which they would not do either, and whose score is rough.
    method : str
        How the scores were found, in words.

    Examples
    --------
    >>> import handful as hf
    >>> counts = hf.Counts([[1, 0], [0, 1]], categories=["blue", "brown"])
    >>> hf.check(hf.fit(hf.Pooled(), counts), counts, rng=1).left_out.log_scores.round(3)
    array([-1.099, -1.099])
    """

    bags: tuple[str, ...]
    log_scores: Annotated[Floats, "B"]
    pareto_k: Annotated[Floats, "B"]
    refitted: Annotated[Integers, "n"]
    rough: Annotated[Integers, "m"]
    method: str

    @property
    def total(self) -> float:
        """The sum over all bags, in nats."""
        return math.fsum(self.log_scores)

    @property
    def se(self) -> float:
        """Its standard error: how far it would move with other bags, √B times the sd of the scores; NaN for one bag."""
        return standard_error(self.log_scores)

    @property
    def words(self) -> str:
        """The sum in a sentence."""
        error = f" (standard error {self.se:.1f}, over bags)" if math.isfinite(self.se) else ""
        return (
            f"Left out one at a time, the bags have a log score of {self.total:.1f} nats together{error}; "
            f"the unit is the bag. {self.method}"
        )

    def __repr__(self) -> str:
        return self.words


def standard_error(values: Annotated[Floats, "B"]) -> float:
    """The standard error of a sum over bags, √B times their sd."""
    n = len(values)
    if n < len(("one", "another")) or not np.isfinite(values).all():
        return math.nan
    return math.sqrt(n) * float(np.std(values, ddof=1))
