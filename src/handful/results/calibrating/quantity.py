"""One quantity's scores: whether they are uniform, how often intervals hold the truth, and in words what is off."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from handful.arrays import Floats, read_only_floats
from handful.results.calibrating.bands import numbers_below, p_value

MASSES = (0.50, 0.90, 0.95)
CLEAR = 3.0
"""A mean or a spread of the scores that is off by so many standard errors says in which direction."""

SHAPE = "of another shape than it should be"
LIKELIHOODS = ("log likelihood", "joint log likelihood")


@dataclass(frozen=True, slots=True, eq=False)
class Quantity:
    """What the simulations say of one quantity.

    Parameters
    ----------
    name : str
        What was ranked.
    p : float
        The probability that uniform scores stray as far, of this quantity by itself.
    ok : bool
        Whether its curve stays in the band.
    direction : str
        How the posterior is off: 'too narrow', 'too wide', 'biased low', 'biased high', two of these, or its shape;
        empty where it is ok.
    coverage : tuple of float
        How often the equal-tailed interval of each mass (0.50, 0.90, 0.95) held the truth.
    errors : tuple of float
        The standard errors of the three, if the intervals hold what they say.
    below : array (J,)
        The share of scores below 1/64, ..., 63/64.
    """

    name: str
    p: float
    ok: bool
    direction: str
    coverage: tuple[float, ...]
    errors: tuple[float, ...]
    below: Annotated[Floats, "J"]

    @staticmethod
    def of(name: str, scores: Annotated[Floats, "n"], *, level: float) -> Quantity:
        """The findings about one quantity whose curve leaves the band with probability `level`, if all is well."""
        p = p_value(scores)
        off = np.abs(scores - 0.5)
        return Quantity(
            name=name,
            p=p,
            ok=p > level,
            direction="" if p > level else direction_of(scores),
            coverage=tuple(float((off < 0.5 * mass).mean()) for mass in MASSES),
            errors=tuple(math.sqrt(mass * (1.0 - mass) / len(scores)) for mass in MASSES),
            below=read_only_floats(numbers_below(scores) / len(scores)),
        )

    @property
    def words(self) -> str:
        """What is off, in a sentence; empty where nothing is."""
        if self.ok:
            return ""
        if self.name in LIKELIHOODS:
            return f"{self.name}: the draws fit the bags {self._fit}."
        return f"{self.name}: the posterior is {self.direction}."

    @property
    def _fit(self) -> str:
        """Draws whose likelihood is too low have not learnt enough from the bags."""
        if "low" in self.direction:
            return "worse than the truth does"
        return (
            "better than the truth does"
            if "high" in self.direction
            else "now better, now worse than they should"
        )


def direction_of(scores: Annotated[Floats, "n"]) -> str:
    """How a posterior is off whose truths have these scores.

    Scores near 1 are truths above the draws: the posterior is too low. Scores near both ends are truths outside of it.

    Examples
    --------
    >>> direction_of(np.linspace(0.5, 1, 100))
    'too wide and biased low'
    """
    n = len(scores)
    centre = (float(scores.mean()) - 0.5) * math.sqrt(12.0 * n)
    around = scores - scores.mean()
    spread = (float((around**2).mean()) - 1.0 / 12.0) * math.sqrt(180.0 * n)
    found = []
    if abs(spread) > CLEAR:
        found.append("too narrow" if spread > 0 else "too wide")
    if abs(centre) > CLEAR:
        found.append("biased low" if centre > 0 else "biased high")
    return " and ".join(found) or SHAPE
