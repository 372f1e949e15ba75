"""The shares of a fit with their intervals: a row a category, and a mark for every bag or component."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from matplotlib.axes import Axes

from handful.arrays import Floats
from handful.distributions.intervals import Kind, Parts
from handful.errors import ParameterError
from handful.inference.fits import Fit
from handful.models.mixture import Mixture
from handful.plots.meaning import describe
from handful.plots.panels import panel, tidy
from handful.plots.styles import INK, CategoryStyle, category_styles
from handful.plots.wording import percent, printable, shown
from handful.results.parameters import INTERVAL_NAMES, Parameter
from handful.results.summary import summary

MOST_ROWS = 120
ROOM = 0.78
"""How much of a row's height its marks take."""
MARKERS = ("o", "s", "D", "^", "v", "P", "X", "p", "h", "<", ">", "*")


@dataclass(frozen=True, slots=True, eq=False)
class Proportions:
    """The shares of a fit with their intervals.

    Parameters
    ----------
    model : str
        The SPEC of the model.
    categories : tuple of str
        A row each, C.
    whose : tuple of str
        The bags or components that have shares of their own, W; one empty text for a pooled fit.
    mean : array, shape (W, C)
        The expected shares.
    intervals : tuple of tuple of parts
        For each of `whose` and each category the stretches of its interval.
    kind : {'eti', 'hdi'}
        Of the intervals.
    mass : float
        Of the intervals.
    """

    model: str
    categories: tuple[str, ...]
    whose: tuple[str, ...]
    mean: Annotated[Floats, "W C"]
    intervals: tuple[tuple[Parts, ...], ...]
    kind: Kind
    mass: float

    @property
    def right(self) -> float:
        """Where the axis ends."""
        highest = max(part[1] for row in self.intervals for parts in row for part in parts)
        return min(1.08 * highest, 1.02) if highest > 0 else 1.0


def plot_proportions(fit: Fit, *, mass: float = 0.95, kind: Kind = "eti", ax: Axes | None = None) -> Axes:
    """The axes with the share of each category and its interval; for few bags apart, of each bag.

    Parameters
    ----------
    fit : Fit
        What ``fit`` returned.
    mass : float, optional
        The posterior probability of each interval.
    kind : {'eti', 'hdi'}, optional
        Equal-tailed or highest-density.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Raises
    ------
    ParameterError
        If `mass` or `kind` is out of range, or there are too many shares for a picture.

    Examples
    --------
    >>> import handful as hf
    >>> counts = hf.Counts([[12, 7, 9], [9, 8, 12]], categories=["blue", "brown", "green"])
    >>> ax = plot_proportions(hf.fit(hf.Pooled(), counts))
    >>> ax.get_xlabel()
    'share, with 95% intervals (equal-tailed)'
    """
    data = proportions_data(fit, mass=mass, kind=kind)
    rows = len(data.categories) * max(len(data.whose), 2)
    ax = panel(ax, height=min(max(1.3 + 0.19 * rows, 2.4), 14.0))
    _layout(ax, data)
    _marks(ax, data)
    describe(ax, "proportions", title=_title(data), text=_words(data), data=data)
    return ax


def proportions_data(fit: Fit, *, mass: float, kind: Kind) -> Proportions:
    """The means and intervals of a fit's shares."""
    if isinstance(fit.model, Mixture):
        message = "the components of a mixture are shown by plot_components (--kind components)"
        raise ParameterError(message, name="fit", found=fit.model.spec)
    found = [one for one in summary(fit, mass=mass, kind=kind).parameters if one.name == "proportions"]
    if not found:
        message = f"a {fit.model.spec} fit has no proportions to show"
        raise ParameterError(message, name="fit", found=fit.model.spec)
    categories = tuple(dict.fromkeys(str(one.category) for one in found))
    whose = tuple(dict.fromkeys(_owner(one) for one in found))
    if len(found) > MOST_ROWS or len(whose) > len(MARKERS):
        raise ParameterError(
            f"{len(whose)} bags × {len(categories)} categories: too many shares for one picture; "
            "choose bags with counts.select, or see plot_bags",
            name="fit",
            found=len(found),
        )
    by_place = {(_owner(one), str(one.category)): one for one in found}
    mean = np.array([[by_place[who, name].mean for name in categories] for who in whose])
    intervals = tuple(tuple(by_place[who, name].interval.parts for name in categories) for who in whose)
    return Proportions(fit.model.spec, categories, whose, mean, intervals, kind, mass)


def _owner(parameter: Parameter) -> str:
    return parameter.bag or parameter.component or ""


def _layout(ax: Axes, data: Proportions) -> None:
    tidy(ax)
    ax.set_title(_title(data), loc="left")
    ax.set_xlabel(f"share, with {percent(data.mass)} intervals ({INTERVAL_NAMES[data.kind]})")
    looks = category_styles(data.categories)
    ax.set_yticks(range(len(looks)), [f"{shown(look.name)} ({look.code})" for look in looks])
    ax.set_ylim(len(looks) - 0.5, -0.5)
    ax.set_xlim(0.0, data.right)
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="x", color="#dddddd", linewidth=0.7)
    ax.set_axisbelow(True)


def _marks(ax: Axes, data: Proportions) -> None:
    n = len(data.whose)
    offsets = (np.arange(n) - (n - 1) / 2) * (ROOM / n)
    for column, look in enumerate(category_styles(data.categories)):
        for row, offset in enumerate(offsets):
            _mark(
                ax,
                (float(data.mean[row, column]), column + float(offset)),
                parts=data.intervals[row][column],
                look=look,
                marker=MARKERS[row],
            )
        if n > 1 and column:
            ax.axhline(column - 0.5, color="#bbbbbb", linewidth=0.6)
    if n > 1:
        keys = [
            ax.plot([], [], marker=MARKERS[row], color="#ffffff", markeredgecolor=INK, linestyle="none")[0]
            for row in range(n)
        ]
        names = [shown(who) for who in data.whose]
        ax.legend(keys, names, frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5), title="bag")


def _mark(ax: Axes, place: tuple[float, float], *, parts: Parts, look: CategoryStyle, marker: str) -> None:
    """A share: its interval as a coloured bar with a dark outline, its mean as a dot."""
    mean, y = place
    for low, high in parts:
        ax.plot([low, high], [y, y], color=INK, linewidth=5.0, solid_capstyle="butt", zorder=2)
        ax.plot([low, high], [y, y], color=look.colour, linewidth=3.4, solid_capstyle="butt", zorder=3)
    ax.plot(
        [mean],
        [y],
        marker=marker,
        markersize=7,
        color=look.colour,
        markeredgecolor=INK,
        markeredgewidth=1.1,
        zorder=4,
    )


def _title(data: Proportions) -> str:
    if data.whose == ("",):
        return "Share of each category"
    return f"Share of each category in each of {len(data.whose)} bags"


def _words(data: Proportions) -> str:
    rows = [
        " ".join(
            [
                *((f"bag {printable(who)}",) if who else ()),
                f"{printable(name)} {data.mean[i, j]:.3f} ({_interval(data.intervals[i][j])})",
            ]
        )
        for i, who in enumerate(data.whose)
        for j, name in enumerate(data.categories)
    ]
    return (
        f"Dots and bars: the expected share of each category under the {data.model} model, with its "
        f"{percent(data.mass)} interval ({INTERVAL_NAMES[data.kind]}): {'; '.join(rows)}."
    )


def _interval(parts: Parts) -> str:
    return " and ".join(f"{low:.3f} to {high:.3f}" for low, high in parts)
