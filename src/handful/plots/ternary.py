"""The density of a recipe of three categories, over the triangle of all recipes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.tri import Triangulation

from handful.arrays import Floats
from handful.data.counts import Counts
from handful.distributions.dirichlet import Dirichlet
from handful.errors import ParameterError
from handful.plots.meaning import describe
from handful.plots.panels import panel
from handful.plots.styles import INK, CategoryStyle, category_styles
from handful.plots.triangle import HEIGHT, THREE, equal_mass_points, lattice, on_paper
from handful.plots.wording import capital, listing, percent, printable, shown

MASSES = (0.95, 0.8, 0.5)
"""Of the regions of highest density, from the outermost in."""
SHADES = ("#d5e3ef", "#8fb4d4", "#3f77ad")
SMALL = 0.06
"""Regions that reach less far from the mean, with sides of 1, are shown enlarged too."""


@dataclass(frozen=True, slots=True, eq=False)
class Ternary:
    """A density on the triangle, and the heights at which its regions of highest density end.

    Parameters
    ----------
    categories : tuple of str
        Three names: left, right and top corner.
    spec : str
        The distribution.
    recipes : array, shape (P, 3)
        Inner points of the triangle.
    log_density : array, shape (P,)
        There, in nats, on the first two proportions.
    masses : tuple of float
        Of the regions of highest density, falling.
    levels : tuple of float
        The log density at the edge of each region, rising.
    flat : bool
        Whether the density is the same everywhere.
    infinite_where : tuple of str
        The categories without which the density is infinite.
    mean : array, shape (3,)
        The expected recipe.
    bags : array, shape (B, 3)
        The shares counted in bags, where they are shown too.
    """

    categories: tuple[str, str, str]
    spec: str
    recipes: Annotated[Floats, "P 3"]
    log_density: Annotated[Floats, "P"]
    masses: tuple[float, ...]
    levels: tuple[float, ...]
    flat: bool
    infinite_where: tuple[str, ...]
    mean: Annotated[Floats, "3"]
    bags: Annotated[Floats, "B 3"]

    @property
    def spread(self) -> float:
        """How far the outermost region reaches from the mean, on paper."""
        inside = self.recipes[self.log_density >= self.levels[0]]
        if not inside.size:
            return 1.0
        x, y = on_paper(inside - self.mean)
        return float(np.hypot(x, y).max())


def plot_ternary(dirichlet: Dirichlet, *, counts: Counts | None = None, ax: Axes | None = None) -> Axes:
    """The axes with the triangle of all recipes of three categories, shaded by density.

    The shades are the regions of highest density that hold 50%, 80% and 95%.

    Parameters
    ----------
    dirichlet : Dirichlet
        Of three categories.
    counts : Counts, optional
        Bags whose counted shares are to be shown as circles.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Raises
    ------
    ParameterError
        If there are not three categories.

    Examples
    --------
    >>> ax = plot_ternary(Dirichlet([13, 8, 10], ("blue", "brown", "red")))
    >>> ax.get_aspect()
    1.0
    """
    data = ternary_data(dirichlet, counts=counts)
    ax = panel(ax, width=6.4, height=5.2)
    _layout(ax, data)
    _marks(ax, data)
    describe(ax, "ternary", title="Density of a recipe of three categories", text=_words(data), data=data)
    return ax


def ternary_data(dirichlet: Dirichlet, *, counts: Counts | None = None) -> Ternary:
    """The log density inside the triangle, and the levels of its regions of highest density."""
    a = dirichlet.concentration
    if a.size != THREE:
        message = f"{a.size} categories: a triangle shows three; leave others out (counts.drop, --drop)"
        raise ParameterError(message, name="dirichlet", found=dirichlet)
    names = dirichlet.categories or ("1", "2", "3")
    bags = np.empty((0, THREE))
    if counts is not None:
        if set(counts.categories) != set(names):
            message = f"counts of {listing(counts.categories)}: the recipe is of {listing(names)}"
            raise ParameterError(message, name="counts", found=counts.categories)
        table = counts.table[:, [counts.categories.index(name) for name in names]]
        bags = table[counts.totals > 0] / counts.totals[counts.totals > 0][:, None]
    points = lattice(dirichlet)
    at_points = np.asarray(dirichlet.log_prob(points))
    at_equal_mass = np.asarray(dirichlet.log_prob(equal_mass_points(dirichlet)))
    levels = tuple(float(np.quantile(at_equal_mass, 1.0 - mass)) for mass in MASSES)
    return Ternary(
        categories=(names[0], names[1], names[2]),
        spec=dirichlet.spec,
        recipes=points,
        log_density=at_points,
        masses=MASSES,
        levels=levels,
        flat=bool((a == 1.0).all()),
        infinite_where=tuple(name for name, value in zip(names, a.tolist(), strict=True) if value < 1),
        mean=dirichlet.mean,
        bags=bags,
    )


def _layout(ax: Axes, data: Ternary) -> None:
    ax.set_aspect("equal")
    ax.set_axis_off()
    ax.set_title(capital(data.spec), loc="left")
    ax.set_xlim(-0.14, 1.14)
    ax.set_ylim(-0.13, HEIGHT + 0.1)
    for share in (0.2, 0.4, 0.6, 0.8):
        for place in range(THREE):
            _grid_line(ax, share, place=place)
    corners = np.eye(THREE)
    for corner, look in zip(corners, category_styles(data.categories), strict=True):
        _corner(ax, look, corner=corner)


def _grid_line(ax: Axes, share: float, *, place: int) -> None:
    """The line on which one category has this share, with its figure at the end."""
    ends = np.zeros((2, THREE))
    ends[:, place] = share
    # The figures of the left corner stand below, those of the right one to the right, of the top one to the left.
    ends[0, (place + 1) % THREE] = ends[1, (place + 2) % THREE] = 1.0 - share
    x, y = on_paper(ends)
    ax.plot(x, y, color="#999999", linewidth=0.5, zorder=2)
    away, ha, va = ((0.0, -0.012), "center", "top") if place == 0 else (
        ((0.015, 0.0), "left", "center") if place == 1 else ((-0.015, 0.0), "right", "center")
    )  # fmt: skip
    ax.text(x[0] + away[0], y[0] + away[1], f"{share:g}", ha=ha, va=va, fontsize="x-small", color="#555555")


def _corner(ax: Axes, look: CategoryStyle, *, corner: Annotated[Floats, "3"]) -> None:
    x, y = (float(value) for value in on_paper(corner))
    top = y > 0
    ax.plot(
        [x], [y], marker="o", markersize=11, color=look.colour, markeredgecolor=INK, zorder=6, clip_on=False
    )
    text = f"{shown(look.name)} ({look.code})"
    ax.text(x, y + 0.045 if top else y - 0.055, text, ha="center", va="bottom" if top else "top", zorder=6)


def _marks(ax: Axes, data: Ternary) -> None:
    x, y = on_paper(np.vstack((np.eye(THREE), np.eye(THREE)[:1])))
    ax.plot(x, y, color=INK, linewidth=1.4, zorder=4)
    keys = [
        Patch(facecolor=shade, edgecolor=INK, label=percent(mass))
        for shade, mass in zip(SHADES[::-1], data.masses[::-1], strict=True)
    ]
    if data.flat:
        ax.fill(x, y, facecolor=SHADES[0], zorder=1)
        keys = [Patch(facecolor=SHADES[0], edgecolor=INK, label="flat: every recipe alike")]
    else:
        _regions(ax, data)
    points = _points(ax, data, size=9.0 if data.spread > SMALL else 4.0)
    title = None if data.flat else "highest density,\nprobability inside"
    ax.legend(handles=[*keys, *points], frameon=False, loc="upper left", bbox_to_anchor=(0.78, 1.0), title=title,
              alignment="left", fontsize="small", title_fontsize="small")  # fmt: skip
    if data.infinite_where:
        names = listing([shown(name) for name in data.infinite_where], "or")
        ax.text(-0.14, HEIGHT + 0.04, f"∞ along each edge\nwithout {names}", fontsize="small", va="center")
    elif data.spread < SMALL:
        _enlarged(ax, data)


def _regions(ax: Axes, data: Ternary) -> None:
    """The regions of highest density, shaded and outlined."""
    shape = Triangulation(*on_paper(data.recipes))
    clipped = np.clip(data.log_density, data.levels[0] - 5.0, data.levels[-1] + 5.0)
    ax.tricontourf(
        shape, clipped, levels=[*data.levels, data.levels[-1] + 6.0], colors=list(SHADES), zorder=1
    )
    ax.tricontour(shape, clipped, levels=list(data.levels), colors=INK, linewidths=(0.6, 0.9, 1.3), zorder=3,
                  linestyles="-")  # fmt: skip


def _points(ax: Axes, data: Ternary, *, size: float) -> list[Line2D]:
    """The expected recipe, and the bags."""
    marks = ax.plot(*on_paper(data.mean[None, :]), marker="P", markersize=size, color="#ffffff", markeredgecolor=INK,
                    zorder=5, linestyle="none", label="mean")  # fmt: skip
    if data.bags.size:
        marks += ax.plot(*on_paper(data.bags), "o", markersize=4.5, color="none", markeredgecolor=INK, zorder=4,
                         label="a bag's counts")  # fmt: skip
    return marks


def _enlarged(ax: Axes, data: Ternary) -> None:
    """The neighbourhood of a small region, enlarged beside the triangle."""
    inset = ax.inset_axes((0.0, 0.6, 0.3, 0.36))
    x, y = (float(value) for value in on_paper(data.mean))
    half = 1.3 * data.spread
    inset.set(xlim=(x - half, x + half), ylim=(y - half, y + half), xticks=[], yticks=[], aspect="equal")
    _regions(inset, data)
    _points(inset, data, size=8.0)
    ax.indicate_inset_zoom(inset, edgecolor=INK, alpha=0.8)
    inset.set_title("enlarged", fontsize="small", loc="left", pad=3.0)


def _words(data: Ternary) -> str:
    names = [printable(name) for name in data.categories]
    mean = ", ".join(f"{name} {share:.3f}" for name, share in zip(names, data.mean.tolist(), strict=True))
    masses = [percent(mass) for mass in data.masses[::-1]]
    shades = (
        "The density is the same everywhere."
        if data.flat
        else f"The shades are the regions of highest density that hold {listing(masses)}."
    )
    poles = [printable(name) for name in data.infinite_where]
    edge = f" It is infinite where there is no {listing(poles, 'or')}." if poles else ""
    bags = f" Circles: the shares counted in {len(data.bags)} bags." if len(data.bags) else ""
    return (
        f"A triangle with {names[0]} at its left, {names[1]} at its right and {names[2]} at its top corner, shaded by "
        f"the density of {data.spec}. {shades}{edge} Expected recipe: {mean}.{bags}"
    )
