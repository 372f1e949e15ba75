"""A picture in a notebook, with its words for those who cannot see it."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from html import escape

from handful.plots.by_hand import told
from handful.plots.meaning import Drawn, alt_text
from handful.plots.save import png_of

WIDTH = "min(100%, 46em)"


@dataclass(frozen=True, slots=True, repr=False)
class Picture:
    """A picture as a notebook shows it.

    Parameters
    ----------
    alt : str
        What it shows, in words.
    png : bytes
        The picture.
    """

    alt: str
    png: bytes

    def __repr__(self) -> str:
        """Its words."""
        return self.alt

    def _repr_html_(self) -> str:
        data = b64encode(self.png).decode()
        # White behind it: the lines are dark, and a dark page would swallow them.
        style = f"background: white; width: {WIDTH}"
        return f'<img alt="{escape(self.alt)}" style="{style}" src="data:image/png;base64,{data}">'


def show(drawn: Drawn, *, alt: str | None = None) -> Picture:
    """The picture on these axes, for a notebook.

    Parameters
    ----------
    drawn : Axes, sequence of Axes or Figure
        What a plot of handful returned, or axes that were drawn on by hand.
    alt : str, optional
        What it shows, in words; a plot of handful knows it by itself.

    Raises
    ------
    ParameterError
        If no plot of handful is on them, and nobody says what they show.

    Examples
    --------
    >>> from handful.plots.binomial import plot_binomial
    >>> show(plot_binomial(2, 0.5)).alt.partition(":")[0]
    'Bar chart of the probabilities of all 3 outcomes from 0 to 2'
    """
    if alt is not None:
        told(drawn, alt)
    return Picture(alt_text(drawn), png_of(drawn))
