"""Numbers of the document as people read them, and formulas as a page shows them."""

from __future__ import annotations

import re
from html import escape

from markupsafe import Markup

_LETTER = re.compile(r"(?<![\w&#;√])([A-Za-zκθρα])(?:_(\w+))?(?![\w;(])")


def formula(line: str) -> Markup:
    """A formula whose letters are set as variables, with their indices below.

    Examples
    --------
    >>> formula("k_b ~ Multinomial(N_b, q)")
    Markup('<var>k</var><sub>b</sub> ~ Multinomial(<var>N</var><sub>b</sub>, <var>q</var>)')
    """
    found = _LETTER.sub(
        lambda one: f"<var>{one[1]}</var>" + (f"<sub>{one[2]}</sub>" if one[2] else ""), escape(line)
    )
    return Markup(found)  # noqa: S704  # it was escaped above


def whole(number: int) -> str:
    """1,650."""
    return f"{number:,}"


def capital(text: str) -> str:
    """The text as a sentence begins.

    Examples
    --------
    >>> capital("given the model")
    'Given the model'
    """
    return text[:1].upper() + text[1:]
