"""p-values by made-up values: one rule for equal ones, and one way to write a p."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from handful.arrays import Floats

TIE = 1e-9
"""Values that differ by no more than this part of themselves are the same."""


def mid_p(
    observed: float | Annotated[Floats, "s"], made_up: Annotated[Floats, "S"], *, tie: float = TIE
) -> float:
    """The part of all values, the one seen among them, that is larger; of equal ones, and of itself, half.

    Where what was seen has a value for each draw, each made-up one is compared with that of its own draw.

    Parameters
    ----------
    observed : float or array (s,)
        What was seen.
    made_up : array (S,)
        What the model makes.
    tie : float, optional
        Values that differ by no more than this part of themselves are equal.

    Examples
    --------
    >>> mid_p(2.0, np.array([1.0, 2.0, 3.0]))
    0.5
    """
    ties = np.isclose(made_up, observed, rtol=tie, atol=0.0)
    larger = np.count_nonzero((made_up > observed) & ~ties)
    return float((larger + 0.5 * (np.count_nonzero(ties) + 1)) / (len(made_up) + 1))


def p_text(p: float) -> str:
    """A p as text for a table; none is told as 0 or 1.

    Examples
    --------
    >>> p_text(0.4321), p_text(0.0321), p_text(0.0001), p_text(0.996), p_text(0.99999)
    ('0.43', '0.032', '<0.001', '0.996', '>0.999')
    """
    if p < 0.001:
        return "<0.001"
    return ">0.999" if p > 0.999 else f"{p:.2g}" if p < 0.1 else f"{p:.3f}" if p >= 0.995 else f"{p:.2f}"


def p_words(p: float) -> str:
    """A p as text for a sentence.

    Examples
    --------
    >>> p_words(0.4321), p_words(0.0001)
    ('p = 0.43', 'p < 0.001')
    """
    text = p_text(p)
    return f"p {text[0]} {text[1:]}" if text[0] in "<>" else f"p = {text}"
