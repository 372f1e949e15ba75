"""Dirichlet densities of two categories, in two panels: the share of one, and of the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from matplotlib.axes import Axes

from handful.arrays import Floats
from handful.distributions.dirichlet import Dirichlet
from handful.errors import ParameterError
from handful.plots.curves import density_of, draw_curve, ends_in_words, height_of, share_grid
from handful.plots.meaning import describe
from handful.plots.panels import Panel, name_axes, panels, tidy
from handful.plots.styles import SEVERAL, category_styles
from handful.plots.wording import capital, printable, shown

PAIR = 2


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """The densities of the shares of two categories.

    Parameters
    ----------
    categories : tuple of str
        The two names.
    specs : tuple of str
        The D distributions.
    share : array, shape (G,)
        From 0 to 1.
    first, second : array, shape (D, G)
        The density of the first and of the second category's share; each is the other's mirror.
        inf at an end where it is infinite.
    top : float
        The height of both pictures.
    notes : tuple of str
        Where a density is infinite, a text a distribution; empty where nowhere.
    """

    categories: tuple[str, str]
    specs: tuple[str, ...]
    share: Annotated[Floats, "G"]
    first: Annotated[Floats, "D G"]
    second: Annotated[Floats, "D G"]
    top: float
    notes: tuple[str, ...]


def plot_pair(
    dirichlets: Dirichlet | Sequence[Dirichlet], *, axes: Sequence[Axes] | None = None
) -> tuple[Axes, ...]:
    """The two axes with the densities of two-category Dirichlets, a category each.

    Where a concentration is below 1 the density is infinite at an end: an arrow says so.

    Parameters
    ----------
    dirichlets : Dirichlet or sequence of Dirichlet
        One to five, of two categories.
    axes : sequence of Axes, optional
        Two, where to draw; a new figure if not given.

    Raises
    ------
    ParameterError
        If there are too many, or one is of more than two categories.

    Examples
    --------
    >>> left, right = plot_pair(Dirichlet([0.5, 2], ("blue", "not blue")))
    >>> left.get_title(loc="left"), right.get_title(loc="left")
    ('blue (B)', 'not blue (N)')
    """
    data = pair_data(dirichlets)
    places = panels(axes, PAIR, columns=PAIR, size=(3.6, 3.4))
    for place, position in zip(places, range(PAIR), strict=True):
        _layout(place, data, position=position)
        _marks(place.ax, data, densities=(data.first, data.second)[position])
    if len(data.specs) > 1:
        places[0].ax.legend(frameon=False, fontsize="small", handlelength=3.2)
    title = f"Densities of the shares of {data.categories[0]} and {data.categories[1]}"
    describe(places[0].ax, "pair", title=title, text=_words(data), data=data)
    return tuple(place.ax for place in places)


def pair_data(dirichlets: Dirichlet | Sequence[Dirichlet]) -> Pair:
    """The densities of both shares on one grid, symmetric around one half."""
    given = (dirichlets,) if isinstance(dirichlets, Dirichlet) else tuple(dirichlets)
    if not 0 < len(given) <= len(SEVERAL):
        message = f"dirichlets: {len(given)} given; give from 1 to {len(SEVERAL)}"
        raise ParameterError(message, name="dirichlets", found=len(given))
    for one in given:
        if one.concentration.size != PAIR:
            message = f"{one!r} has {one.concentration.size} categories; this picture is for two"
            raise ParameterError(message, name="dirichlets", found=one)
    margins = [(one.margin(0), one.margin(1)) for one in given]
    share = share_grid([margin for both in margins for margin in both])
    first, second = (np.stack([density_of(both[i], share) for both in margins]) for i in range(PAIR))
    notes = tuple(ends_in_words(both[0], row) for both, row in zip(margins, first, strict=True))
    top = 1.08 * max(height_of(margin, share) for both in margins for margin in both)
    names = given[0].categories or ("1", "2")
    return Pair((names[0], names[1]), tuple(one.spec for one in given), share, first, second, top, notes)


def _layout(place: Panel, data: Pair, *, position: int) -> None:
    ax, look = place.ax, category_styles(data.categories)[position]
    tidy(ax)
    ax.set_title(f"{shown(look.name)} ({look.code})", loc="left")
    if len(data.specs) == 1 and position == 1:
        ax.set_title(capital(data.specs[0]), loc="right", fontsize="small")
    name_axes(place, x="share", y="density")
    ax.set_xlabel(f"share of {shown(look.name)}")
    ax.set_xlim(0.0, 1.0)
    ax.set_ylim(0.0, data.top)
    ax.spines["bottom"].set(color=look.colour, linewidth=4.0)


def _marks(ax: Axes, data: Pair, *, densities: Annotated[Floats, "D G"]) -> None:
    for density, style, spec in zip(densities, SEVERAL, data.specs, strict=False):
        draw_curve(ax, data.share, density=density, style=style, label=capital(spec))


def _words(data: Pair) -> str:
    first, second = map(printable, data.categories)
    notes = [
        f" The density of {first} under {spec} is {note}."
        for spec, note in zip(data.specs, data.notes, strict=True)
        if note
    ]
    return (
        f"Two panels with density curves under {', '.join(data.specs)}: left the share of {first}, right that "
        f"of {second}, its mirror image.{''.join(notes)}"
    )
