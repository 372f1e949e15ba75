"""What is wrong with the figures of one recipe: beyond [0, 1], or not summing to 1."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from handful.data.complaints import shown
from handful.data.door import LARGEST

ROUNDING = 1e-3
"""Published figures are rounded: so far off 1 the shares of a recipe may sum."""

_OF_DOUBLES = 1e-12  # what the doubles of decimal figures may add to that
_NEAR_100 = 3.0  # six percentages, each rounded to a whole one, sum to 97 .. 103


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a recipe is refused.

    Parameters
    ----------
    code : str
        The stable name of the rule.
    found : float
        The figure, or the sum of all.
    place : int, optional
        Which figure, counted from 0; None: all of them.
    rule, cure : str
        Sentences; that of the rule goes on after 'the recipe of ...'.
    """

    code: str
    found: float
    place: int | None
    rule: str
    cure: str


def fault_of(shares: Sequence[float], *, categories: Sequence[str] | None = None) -> Fault | None:
    """What is wrong with the shares of one recipe; None if they lie in [0, 1] and sum to 1 within 1e-3.

    Examples
    --------
    >>> fault_of([0.25, 0.7]).rule
    'sums to 0.95, but the shares of a whole must sum to 1 (within 0.001, since published figures are rounded).'
    """
    if min(shares) < 0:
        return _beyond(shares, min(shares), code="negative", categories=categories)
    if max(shares) > LARGEST:
        return _beyond(shares, max(shares), code="too_large", categories=categories)
    total = math.fsum(shares)
    if abs(total - 1.0) > ROUNDING + _OF_DOUBLES:
        rule = (
            f"sums to {total:.10g}, but the shares of a whole must sum to 1 "
            f"(within {ROUNDING}, since published figures are rounded)."
        )
        code, cure = _cure_of_sum(shares, total)
        return Fault(code, total, None, rule, cure)
    if max(shares) > 1:
        return _beyond(shares, max(shares), code="too_large", categories=categories)
    return None


def _beyond(shares: Sequence[float], share: float, *, code: str, categories: Sequence[str] | None) -> Fault:
    place = list(shares).index(share)
    name = f"category {place + 1}" if categories is None else shown(categories[place])
    rule = f"gives {name} a share of {share:.10g}, but a share must lie in [0, 1]."
    return Fault(code, share, place, rule, "Look the figure up again.")


def _cure_of_sum(shares: Sequence[float], total: float) -> tuple[str, str]:
    """The code of a wrong sum, and what to do about it: nothing is repaired here."""
    if abs(total - 100.0) <= _NEAR_100:
        return "percent", "If these are percentages, divide each by 100."
    if total > 1.0 and all(float(share).is_integer() for share in shares):
        return "sum", "If these are counts, divide each by their sum."
    return (
        "sum",
        "Is a category missing, or there twice? If it is the rounding alone, divide each by the sum.",
    )
