"""How things look in every picture: prior, likelihood and posterior, and the categories.

Each curve has a colour and a dash of its own; each category a colour, an outline and a letter
code, so that a picture can be read in grey and by colour-blind readers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from matplotlib import colors

from handful.results.palette import NEUTRAL, PALETTE, colour_of

Role: TypeAlias = Literal["prior", "likelihood", "posterior"]

INK = "#1a1a1a"
"""The colour of outlines and marks."""
FAINT = "#b8b8b8"
"""The colour of what stands in the background."""
BASE = "#a9bcd0"
"""The fill of what belongs to no category."""

OTHERS = ("#332288", "#88ccee", "#117733", "#ddcc77", "#882255", "#44aa99", "#aa4499", "#999933", "#cc6677")
"""For categories that name no colour: Paul Tol's 'muted' scheme, distinct for colour-blind readers,
in an order in which neighbours differ in grey too."""
HATCHES = ("", "///", "...", "xxx", "---", "\\\\\\", "+++", "ooo")


@dataclass(frozen=True, slots=True)
class CurveStyle:
    """The look of a curve: colour, dash and width in points.

    Parameters
    ----------
    colour : str
        As '#rrggbb'.
    dash : str or tuple
        As matplotlib has it.
    width : float
        In points.
    """

    colour: str
    dash: str | tuple[int, tuple[float, ...]]
    width: float

    def line(self) -> dict[str, Any]:
        """The properties of a line of this look."""
        return {"color": self.colour, "linestyle": self.dash, "linewidth": self.width}


CURVES: dict[Role, CurveStyle] = {
    "prior": CurveStyle("#c27a1f", (0, (6.0, 2.5)), 1.8),
    # Drawn above the posterior, which it can coincide with.
    "likelihood": CurveStyle("#00899b", (0, (1.2, 1.6)), 2.4),
    "posterior": CurveStyle(INK, "-", 2.6),
}
"""Of the three curves of Bayes' rule, everywhere."""

SEVERAL = (
    CurveStyle(INK, "-", 2.2),
    CurveStyle("#c27a1f", (0, (6.0, 2.5)), 2.0),
    CurveStyle("#00899b", (0, (1.2, 1.6)), 2.4),
    CurveStyle("#7b5ea7", (0, (8.0, 2.0, 1.5, 2.0)), 2.0),
    CurveStyle("#4d4d4d", (0, (3.0, 1.2)), 1.4),
)
"""Of curves that are compared with each other."""


@dataclass(frozen=True, slots=True)
class CategoryStyle:
    """The look of a category.

    Parameters
    ----------
    name, code : str
        Its name, and the letters that stand for it.
    colour, hatch : str
        Its fill: '#rrggbb', and matplotlib's hatch where there are more categories than colours.
    """

    name: str
    code: str
    colour: str
    hatch: str

    @property
    def ink(self) -> str:
        """Black or white, whichever can be read on the colour."""
        return "#ffffff" if luminance(self.colour) < 0.3 else INK


def category_styles(categories: Sequence[str]) -> tuple[CategoryStyle, ...]:
    """The look of each of these categories.

    Examples
    --------
    >>> [(one.code, one.colour) for one in category_styles(["blue", "brown"])]
    [('BL', '#296fb4'), ('BR', '#462c26')]
    """
    codes = letter_codes(categories)
    styles = []
    unnamed = 0
    for name, code in zip(categories, codes, strict=True):
        colour, hatch = _own_colour(name), ""
        if colour is None:
            colour = OTHERS[unnamed % len(OTHERS)]
            hatch = HATCHES[unnamed // len(OTHERS) % len(HATCHES)]
            unnamed += 1
        styles.append(CategoryStyle(name, code, colour, hatch))
    return tuple(styles)


def letter_codes(names: Sequence[str]) -> tuple[str, ...]:
    """The fewest first letters that tell the names apart; numbers where more than three are needed.

    Examples
    --------
    >>> letter_codes(["blue", "brown", "green"])
    ('BL', 'BR', 'G')
    """
    folded = [name.strip().upper() for name in names]
    codes = [_shortest(name, [*folded[:i], *folded[i + 1 :]]) for i, name in enumerate(folded)]
    if all(codes) and len(set(codes)) == len(codes):
        return tuple(codes)
    return tuple(str(number) for number in range(1, len(names) + 1))


def luminance(colour: str) -> float:
    """How bright a colour is to the eye, from 0 to 1 (sRGB, IEC 61966-2-1)."""
    linear = [((c + 0.055) / 1.055) ** 2.4 if c > 0.04045 else c / 12.92 for c in colors.to_rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _own_colour(name: str) -> str | None:
    """The colour that a category is named after; grey for the rest of a colour; None if it names none."""
    folded = name.strip().casefold()
    if folded in PALETTE:
        return colour_of(folded)
    if folded.startswith("not ") or folded == "other":
        return NEUTRAL
    return colors.to_hex(folded) if folded in colors.CSS4_COLORS else None


def _shortest(name: str, others: Sequence[str]) -> str:
    for length in range(1, 4):
        code = name[:length]
        if len(code) == length and not any(other.startswith(code) for other in others):
            return code
    return ""
