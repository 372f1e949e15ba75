"""Axes that somebody drew on by hand: what they show can be said of them, too."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from handful.plots.meaning import Drawn, describe


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is known of a picture that was drawn by hand.

    Parameters
    ----------
    text : str
        What it shows.
    """

    text: str


def told(drawn: Drawn, text: str) -> None:
    """Keep on the axes what they show, in words."""
    several = drawn.axes if isinstance(drawn, Figure) else drawn
    describe(
        several if isinstance(several, Axes) else several[0],
        "drawing",
        title="Drawn by hand",
        text=text,
        data=Drawing(text),
    )
