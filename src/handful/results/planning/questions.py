"""What bags can be asked for before they are counted: a share, which of two recipes, where each bag comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from handful.distributions.checks import finite, probability
from handful.errors import ParameterError


@dataclass(frozen=True, slots=True)
class ShareWithin:
    """The question whether the interval of a category's share will be short enough.

    The interval is equal-tailed, and is short enough where half its length is at most `within`.

    Parameters
    ----------
    within : float
        Half the length, as a share: 0.02 for ±2 points.
    category : str, optional
        Which one; the first if not given.
    mass : float, optional
        The probability of the interval.
    probability : float, optional
        The aim: with what probability, before any bag is counted, the interval shall be short enough.

    Raises
    ------
    ParameterError
        If a number is not between 0 and 1 (`within`: a half).

    Examples
    --------
    >>> ShareWithin(0.02, category="blue").aim
    0.8
    """

    within: float
    category: str | None = None
    mass: float = 0.95
    probability: float = 0.8

    kind: ClassVar[str] = "share"

    def __post_init__(self) -> None:
        """Check the numbers."""
        within = finite(self.within, name="within")
        if not 0 < within < 0.5:
            message = f"within = {within:g}: half the length of an interval of a share lies between 0 and 0.5"
            raise ParameterError(message, name="within", found=within)
        object.__setattr__(self, "mass", probability(self.mass, name="mass"))
        object.__setattr__(self, "probability", probability(self.probability, name="probability"))

    @property
    def aim(self) -> float:
        """The probability that is aimed at."""
        return self.probability


@dataclass(frozen=True, slots=True)
class RecipesApart:
    """The question whether bags that all come from one of two known recipes will tell which, with odds high enough.

    Parameters
    ----------
    odds : float, optional
        How much more probable the bags must be under the recipe that filled them than under the other.
    probability : float, optional
        The aim: with what probability they will be, whichever of the two it is.

    Raises
    ------
    ParameterError
        If the odds are not above 1, or the probability is none.

    Examples
    --------
    >>> RecipesApart(odds=100).aim
    0.9
    """

    odds: float = 20.0
    probability: float = 0.9

    kind: ClassVar[str] = "recipes"

    def __post_init__(self) -> None:
        """Check the numbers."""
        odds = finite(self.odds, name="odds")
        if odds <= 1:
            message = f"odds = {odds:g}: must be > 1; at 1 the bags say nothing"
            raise ParameterError(message, name="odds", found=odds)
        object.__setattr__(self, "probability", probability(self.probability, name="probability"))

    @property
    def aim(self) -> float:
        """The probability that is aimed at."""
        return self.probability


@dataclass(frozen=True, slots=True)
class BagsRight:
    """The question whether enough bags will be put where they come from.

    Parameters
    ----------
    share : float, optional
        The aim: what part of the bags shall be put right, on average.

    Raises
    ------
    ParameterError
        If it is not between 0 and 1.

    Examples
    --------
    >>> BagsRight(0.95).aim
    0.95
    """

    share: float = 0.9

    kind: ClassVar[str] = "assignments"

    def __post_init__(self) -> None:
        """Check the number."""
        object.__setattr__(self, "share", probability(self.share, name="share"))

    @property
    def aim(self) -> float:
        """The part that is aimed at."""
        return self.share


Question: TypeAlias = ShareWithin | RecipesApart | BagsRight
