"""The colours of candy, the same everywhere, distinct for colour-blind readers too."""

from __future__ import annotations

PALETTE = {
    "blue": "#296fb4",
    "brown": "#462c26",
    "green": "#6fc88e",
    "orange": "#e87d00",
    "red": "#bd3c2a",
    "yellow": "#ffec54",
}
NEUTRAL = "#8c8c8c"


def colour_of(category: str) -> str:
    """The colour of `category` as '#rrggbb'; grey where it names none of the palette.

    Examples
    --------
    >>> colour_of("blue")
    '#296fb4'
    """
    return PALETTE.get(category.casefold(), NEUTRAL)
