"""Where a picture is drawn: on the axes that are given, or on a figure of its own.

The figure is made without pyplot, so that nothing is registered, shown or left behind.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from handful.errors import ParameterError, ParameterTypeError

WIDTH, HEIGHT = 6.4, 4.0
"""Inches of a picture with one panel."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One place of several, and whether the axes' names belong on it.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    left, bottom : bool
        Whether it stands at the left or the bottom edge.
    """

    ax: Axes
    left: bool
    bottom: bool


def new_figure(width: float, height: float) -> Figure:
    """An empty figure of this size in inches, known to nobody else."""
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def panel(ax: Axes | None, *, width: float = WIDTH, height: float = HEIGHT) -> Axes:
    """The axes `ax`, or those of a new figure.

    Raises
    ------
    ParameterTypeError
        If `ax` is no Axes.
    """
    if ax is None:
        ax = new_figure(width, height).add_subplot()
    return _checked(ax, name="ax")


def panels(axes: Sequence[Axes] | None, n: int, *, columns: int, size: tuple[float, float]) -> list[Panel]:
    """`n` places to draw on: the given axes, or a new figure's in this many columns.

    Parameters
    ----------
    axes : sequence of Axes or None
        Exactly `n` of them.
    n, columns : int
        How many, and how many side by side.
    size : tuple of float
        Width and height of one, in inches.

    Raises
    ------
    ParameterError, ParameterTypeError
        If `axes` are no Axes, or another number of them.
    """
    if axes is not None:
        given = [axes] if isinstance(axes, Axes) else list(axes)
        if len(given) != n:
            raise ParameterError(f"axes: {len(given)} given, {n} needed", name="axes", found=axes)
        return [Panel(_checked(ax, name="axes"), left=True, bottom=True) for ax in given]
    rows = math.ceil(n / columns)
    figure = new_figure(size[0] * columns, size[1] * rows)
    return [
        Panel(
            figure.add_subplot(rows, columns, place + 1),
            left=place % columns == 0,
            bottom=place + columns >= n,
        )
        for place in range(n)
    ]


def tidy(ax: Axes) -> None:
    """Take away the frame's top and right, which carry nothing."""
    ax.spines[["top", "right"]].set_visible(False)


def name_axes(one: Panel, *, x: str, y: str) -> None:
    """Name the axes of a panel where it stands at an edge, and hide the figures where its neighbour has them."""
    if one.bottom:
        one.ax.set_xlabel(x)
    if one.left:
        one.ax.set_ylabel(y)
    else:
        one.ax.tick_params(labelleft=False)


def _checked(ax: object, *, name: str) -> Axes:
    if not isinstance(ax, Axes):
        raise ParameterTypeError(
            f"{name} = {ax!r}: give matplotlib's Axes, or nothing for a new figure", name=name, found=ax
        )
    return ax
