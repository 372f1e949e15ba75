"""The priors of a whole class: many thin curves, and their mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D

from handful.arrays import Floats
from handful.distributions.intervals import Univariate
from handful.errors import ParameterError
from handful.plots.curves import density_of, height_of, infinite_ends, mark_infinite
from handful.plots.meaning import describe
from handful.plots.panels import panel, tidy
from handful.plots.styles import CURVES
from handful.plots.wording import axis_name, listing, printable

MOST = 5_000
THIN = "#6e6e6e"


@dataclass(frozen=True, slots=True, eq=False)
class ClassPriors:
    """The priors of a class on one grid.

    Parameters
    ----------
    share : array, shape (G,)
        From 0 to 1.
    densities : array, shape (P, G)
        A prior a row; inf at an end where it is infinite.
    mean_density : array, shape (G,)
        The mean of the densities: what the class believes if everyone counts the same.
    mean : float
        The expected share under it.
    top : float
        The height of the picture.
    """

    share: Annotated[Floats, "G"]
    densities: Annotated[Floats, "P G"]
    mean_density: Annotated[Floats, "G"]
    mean: float
    top: float


def plot_class_priors(
    priors: Sequence[Univariate], *, category: str | None = None, ax: Axes | None = None
) -> Axes:
    """The axes with the priors of a class as thin curves, and their mean as a thick one.

    Parameters
    ----------
    priors : sequence of Univariate
        Densities on [0, 1], such as Betas; at most 5000.
    category : str, optional
        The name of the category.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Raises
    ------
    ParameterError
        If there are none, or too many.

    Examples
    --------
    >>> from handful.distributions.beta import Beta
    >>> ax = plot_class_priors([Beta(1, 5), Beta(2, 8), Beta(6, 16)])
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['3 priors', 'their mean']
    """
    data = class_priors_data(priors)
    ax = panel(ax)
    _layout(ax, data, category=category)
    _marks(ax, data)
    title = "The class's priors and their mean"
    describe(ax, "class_priors", title=title, text=_words(data, category), data=data)
    return ax


def class_priors_data(priors: Sequence[Univariate]) -> ClassPriors:
    """The densities of all priors on one grid, and their mean."""
    if not 0 < len(priors) <= MOST:
        message = f"priors: {len(priors)} given; give from 1 to {MOST:,}"
        raise ParameterError(message, name="priors", found=len(priors))
    ends = 10.0 ** -np.arange(4.0, 10.0)
    share = np.unique(np.concatenate((np.linspace(0.0, 1.0, 1001), ends, 1.0 - ends)))
    densities = np.stack([density_of(prior, share) for prior in priors])
    heights = np.array([height_of(prior, share) for prior in priors])
    # One very sure person must not flatten all others.
    top = min(float(heights.max()), 3.0 * float(np.quantile(heights, 0.9)))
    mean = float(np.mean([prior.mean for prior in priors]))
    return ClassPriors(share, densities, densities.mean(axis=0), mean, 1.06 * top)


def _layout(ax: Axes, data: ClassPriors, *, category: str | None) -> None:
    tidy(ax)
    ax.set_title("What the class believed before counting", loc="left")
    ax.set_xlabel(axis_name(category))
    ax.set_ylabel("density")
    ax.set_xlim(0.0, 1.0)
    ax.set_ylim(0.0, data.top)


def _marks(ax: Axes, data: ClassPriors) -> None:
    n = len(data.densities)
    curves = [np.column_stack((data.share, row))[np.isfinite(row)] for row in data.densities]
    # The more there are, the fainter each.
    alpha = float(np.clip(3.0 / np.sqrt(n), 0.12, 0.7))
    ax.add_collection(LineCollection(curves, colors=THIN, linewidths=0.7, alpha=alpha), autolim=False)
    style = CURVES["prior"]
    mean = np.where(np.isfinite(data.mean_density), data.mean_density, np.nan)
    (thick,) = ax.plot(data.share, mean, color=style.colour, linestyle=style.dash, linewidth=3.0, zorder=3)
    for end in infinite_ends(data.mean_density):
        mark_infinite(ax, end, colour=THIN)
    beyond = _beyond(data)
    label = f"{n} priors" + (f", {beyond} of them beyond the top" if beyond else "")
    keys, names = [Line2D([], [], color=THIN, linewidth=0.9), thick], [label, "their mean"]
    ax.legend(
        keys, names, frameon=False, loc="upper right" if data.mean < 0.5 else "upper left", handlelength=3.2
    )


def _beyond(data: ClassPriors) -> int:
    """How many priors rise above the picture."""
    return int((data.densities.max(axis=1) > data.top).sum())


def _words(data: ClassPriors, category: str | None) -> str:
    of = "" if category is None else f" of {printable(category)}"
    ends = infinite_ends(data.mean_density)
    poles = f" Some are infinite at {listing([str(end) for end in ends])}." if ends else ""
    cut = _beyond(data)
    above = f" Of the thin curves {cut} go beyond the top of the picture." if cut else ""
    return (
        f"{len(data.densities)} thin density curves, a person's prior of the share q{of} each, and one thick "
        f"curve, their mean, under which the expected share is {data.mean:.3f}.{poles}{above}"
    )
