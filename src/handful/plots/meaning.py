"""What a picture says in words and in numbers, kept in the axes that it is drawn on."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, TypeAlias

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure

from handful.errors import ParameterError

Drawn: TypeAlias = Axes | Figure | Sequence[Axes]


class Meaning(Artist):
    """An artist that draws nothing: it keeps the title, the words and the numbers of a picture.

    Parameters
    ----------
    kind, title, text : str
        Which plot it is; a line about it; what it shows, for those who cannot see it.
    data : dataclass
        The numbers that were drawn.
    """

    def __init__(self, kind: str, *, title: str, text: str, data: object) -> None:
        super().__init__()
        self.kind = kind
        self.title = title
        self.text = text
        self.data = data
        self.set_in_layout(False)

    def draw(self, renderer: RendererBase) -> None:
        """Draw nothing."""


def describe(ax: Axes, kind: str, *, title: str, text: str, data: object) -> None:
    """Keep on `ax` what was drawn there, in words and numbers."""
    ax.add_artist(Meaning(kind, title=title, text=text, data=data))


def meanings(drawn: Drawn) -> tuple[Meaning, ...]:
    """What the axes, or all axes of a figure, say; in the order of drawing.

    Raises
    ------
    ParameterError
        If no plot of handful is on them.
    """
    found = tuple(child for ax in _axes(drawn) for child in ax.get_children() if isinstance(child, Meaning))
    if not found:
        raise ParameterError("on these axes is no plot of handful's", name="axes", found=drawn)
    return found


def alt_text(axes: Drawn) -> str:
    """What a picture shows, in sentences for those who cannot see it.

    Parameters
    ----------
    axes : Axes, sequence of Axes or Figure
        What a plot returned, or the figure it is on.

    Raises
    ------
    ParameterError
        If no plot of handful is on them.

    Examples
    --------
    >>> from handful.plots.binomial import plot_binomial
    >>> alt_text(plot_binomial(2, 0.5)).partition(":")[0]
    'Bar chart of the probabilities of all 3 outcomes from 0 to 2'
    """
    return " ".join(one.text for one in meanings(axes))


def plot_numbers(axes: Drawn) -> dict[str, Any]:
    """The numbers behind a picture, as JSON can hold them: what is infinite is None.

    Parameters
    ----------
    axes : Axes, sequence of Axes or Figure
        What a plot returned. Of several plots the first one's numbers are given.

    Raises
    ------
    ParameterError
        If no plot of handful is on them.

    Examples
    --------
    >>> from handful.plots.binomial import plot_binomial
    >>> plot_numbers(plot_binomial(1, 0.25))["probability"]
    [0.75, 0.25]
    """
    return dict(plain_data(meanings(axes)[0].data))


def plain_data(value: object) -> Any:
    """`value` as JSON can hold it: dataclasses as mappings, arrays as lists, no infinities."""
    if is_dataclass(value):
        return {field.name: plain_data(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, np.ndarray | np.generic):
        return plain_data(value.tolist())
    if isinstance(value, Mapping):
        return {str(key): plain_data(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain_data(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _axes(drawn: Drawn) -> Iterator[Axes]:
    if isinstance(drawn, Axes):
        yield drawn
    else:
        yield from drawn.axes if isinstance(drawn, Figure) else drawn
