"""Assignments in words: a component only where it is sure enough."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import numpy as np

from handful.arrays import Floats
from handful.inference.identified import SURE

UNLIKELY, VERY_UNLIKELY = 0.05, 0.01
ROUNDING = 1e-12
MOST_NAMED = 5


def from_words(
    row: Annotated[Floats, "K"], components: Sequence[str], *, known: str | None, none: float = 1.0
) -> str:
    """Where a bag comes from.

    Examples
    --------
    >>> from_words(np.array([0.95, 0.05]), ["NJ", "TN"], known=None)
    'NJ'
    >>> from_words(np.array([0.3, 0.65, 0.05]), ["NJ", "TN", "KS"], known=None)
    'could be TN or NJ'
    """
    order = np.argsort(-row, kind="stable")
    needed = int(np.searchsorted(np.cumsum(row[order]), SURE - ROUNDING)) + 1
    names = [called(components[k]) for k in order[:needed]]
    if known is not None:
        words = f"{called(known)} (known)"
    elif needed == 1:
        words = names[0]
    else:
        words = f"could be {', '.join(names[:-1])} or {names[-1]}"
    return f"{words}; or none?" if none < VERY_UNLIKELY else words


def accuracy_words(probabilities: Annotated[Floats, "B K"]) -> str:
    """How often bags of unknown component would be put right."""
    n_bags, size = probabilities.shape
    if not n_bags or size == 1:
        return ""
    largest = probabilities.max(axis=1)
    sure = int((largest >= SURE).sum())
    if n_bags == 1:
        return (
            f"Put where it most probably belongs, this bag would be right with probability {largest[0]:.2f}."
        )
    return (
        f"Put where they most probably belong, {largest.mean():.0%} of these {n_bags:,} bags would be right; "
        f"{sure:,} of them {'has' if sure == 1 else 'have'} a component that is {SURE:.0%} probable or more."
    )


def none_words(bags: Sequence[str], none: Annotated[Floats, "B"]) -> str:
    """Which bags may be from none of the components, and how many would look so by chance."""
    if not bags:
        return ""
    small = np.flatnonzero(none < UNLIKELY)
    if len(bags) == 1:
        rare = f"Of bags from the components, {none[0]:.1%} are as improbable as this one"
        return f"{rare}: it may be from none of them." if small.size else f"{rare}."
    if not small.size:
        return f"No bag looks as if it were from none of them ('none' below {UNLIKELY:g})."
    order = small[np.argsort(none[small], kind="stable")]
    named = ", ".join(bags[b] for b in order[:MOST_NAMED])
    more = f" and {small.size - MOST_NAMED:,} more" if small.size > MOST_NAMED else ""
    looks = "1 bag looks as if it were" if small.size == 1 else f"{small.size:,} bags look as if they were"
    expected = UNLIKELY * len(bags)
    chance = f"about {max(expected, 1.0):,.0f}" if expected >= 0.5 else "hardly one"
    return f"{looks} from none of them ('none' below {UNLIKELY:g}): {named}{more}; by chance {chance} would."


def called(component: str) -> str:
    """A component by its name, or as the one of its number.

    Examples
    --------
    >>> called("NJ"), called("2")
    ('NJ', 'component 2')
    """
    return f"component {component}" if component.isdecimal() else component
