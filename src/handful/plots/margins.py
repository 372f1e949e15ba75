"""The share of each category as an exact curve: every margin of a Dirichlet is a Beta."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from matplotlib.axes import Axes

from handful.arrays import Floats
from handful.distributions.beta import Beta
from handful.distributions.checks import whole
from handful.distributions.dirichlet import Dirichlet
from handful.distributions.independent import IndependentDirichlets
from handful.errors import ParameterError, ParameterTypeError
from handful.inference.fits import Fit
from handful.plots.curves import (
    density_of,
    ends_in_words,
    height_of,
    infinite_ends,
    mark_infinite,
    share_grid,
)
from handful.plots.meaning import describe
from handful.plots.panels import Panel, name_axes, panels, tidy
from handful.plots.styles import INK, CategoryStyle, category_styles
from handful.plots.wording import percent, printable, shown
from handful.rng import RNG, as_generator

MOST = 40
MASS = 0.95


@dataclass(frozen=True, slots=True, eq=False)
class Margin:
    """The share of one category.

    Parameters
    ----------
    category : str
        Its name.
    a, b : float
        The parameters of the Beta.
    share, density : array, shape (G,)
        inf at an end where the density is infinite.
    mean : float
        The expected share.
    interval : tuple of float
        The equal-tailed 95% interval.
    note : str
        Where the density is infinite.
    draws : array, shape (S,)
        Draws of the share; empty if none were asked for.
    """

    category: str
    a: float
    b: float
    share: Annotated[Floats, "G"]
    density: Annotated[Floats, "G"]
    mean: float
    interval: tuple[float, float]
    note: str
    draws: Annotated[Floats, "S"]


@dataclass(frozen=True, slots=True, eq=False)
class Margins:
    """The shares of all categories, and what their pictures have in common.

    Parameters
    ----------
    margins : tuple of Margin
        In the order of the categories.
    right, top : float
        Where the axes end.
    """

    margins: tuple[Margin, ...]
    right: float
    top: float


def plot_margins(
    posterior: Fit | Dirichlet | Beta, *, draws: int = 0, rng: RNG = None, axes: Sequence[Axes] | None = None
) -> tuple[Axes, ...]:
    """The axes with the density of each category's share, all of the same scale.

    Parameters
    ----------
    posterior : Fit, Dirichlet or Beta
        A pooled fit, or a distribution of proportions.
    draws : int, optional
        How many draws to show behind the curves as a histogram.
    rng : int, Generator or None, optional
        The source of randomness of the draws.
    axes : sequence of Axes, optional
        Where to draw, a category each; a new figure if not given (2 × 3 for six).

    Raises
    ------
    ParameterError
        If there are more than 40 categories, or another number of axes.
    ParameterTypeError
        If the proportions have no density: of bags that share nothing, or of a fixed recipe.

    Examples
    --------
    >>> [ax.get_title(loc="left") for ax in plot_margins(Dirichlet([13, 8, 10], ("blue", "brown", "red")))]
    ['blue (BL)', 'brown (BR)', 'red (R)']
    """
    data = margins_data(posterior, draws=draws, rng=as_generator(rng))
    n = len(data.margins)
    places = panels(axes, n, columns=columns_of(n), size=(2.5, 2.2))
    looks = category_styles([margin.category for margin in data.margins])
    for place, margin, look in zip(places, data.margins, looks, strict=True):
        _layout(place, data, look=look)
        _marks(place.ax, margin, look=look)
    title = "The share of each category, as densities"
    describe(places[0].ax, "margins", title=title, text=_words(data), data=data)
    return tuple(place.ax for place in places)


def margins_data(posterior: Fit | Dirichlet | Beta, *, draws: int, rng: np.random.Generator) -> Margins:
    """The Beta of every category's share on a grid of shares, and draws of all of them together."""
    dist = _dirichlet(posterior)
    number, n_categories = whole(draws, name="draws"), dist.concentration.size
    if n_categories > MOST:
        message = f"{n_categories} categories: at most {MOST} fit into one picture; choose with counts.drop"
        raise ParameterError(message, name="posterior", found=n_categories)
    names = dist.categories or tuple(map(str, range(1, n_categories + 1)))
    drawn = dist.draw(number, rng=rng)
    margins, tops, rights = [], [], []
    for position, name in enumerate(names):
        beta = dist.margin(position)
        share = share_grid([beta])
        density = density_of(beta, share)
        interval = beta.interval(mass=MASS, kind="eti").parts[0]
        note = ends_in_words(beta, density)
        margins.append(
            Margin(name, beta.a, beta.b, share, density, beta.mean, interval, note, drawn[:, position])
        )
        tops.append(height_of(beta, share))
        rights.append(float(beta.upper_quantile(1e-4)))
    right = 1.0 if max(rights) > 0.7 else 1.1 * max(rights)
    return Margins(tuple(margins), right, 1.3 * max(tops))


def columns_of(n: int) -> int:
    """How many panels stand side by side: three of six, two of four.

    Examples
    --------
    >>> [columns_of(n) for n in (2, 3, 4, 5, 6, 12)]
    [2, 3, 2, 3, 3, 4]
    """
    return n if n <= 3 else 2 if n == 4 else max(3, round(math.sqrt(n * 1.4)))


def _dirichlet(posterior: Fit | Dirichlet | Beta) -> Dirichlet:
    """The distribution of the proportions as a Dirichlet, with names where it has them."""
    if isinstance(posterior, Dirichlet):
        return posterior
    if isinstance(posterior, Beta):
        return Dirichlet([posterior.a, posterior.b])
    found = posterior.posterior
    if isinstance(found, Dirichlet):
        return found
    if isinstance(found, Beta):
        return Dirichlet([found.a, found.b], posterior.data.categories)
    if isinstance(found, IndependentDirichlets):
        message = "bags that share nothing have a posterior each: give one of them, fit.posterior[0]"
        raise ParameterTypeError(message, name="posterior", found=posterior)
    message = f"{found!r} is no Dirichlet: its margins are no Betas (of one share, see plot_update)"
    raise ParameterTypeError(message, name="posterior", found=posterior)


def _layout(place: Panel, data: Margins, *, look: CategoryStyle) -> None:
    ax = place.ax
    tidy(ax)
    ax.set_title(f"{shown(look.name, 18)} ({look.code})", loc="left", fontsize="medium")
    name_axes(place, x="share", y="density")
    ax.set_xlim(0.0, data.right)
    ax.set_ylim(0.0, data.top)
    ax.locator_params(axis="both", nbins=4)


def _marks(ax: Axes, margin: Margin, *, look: CategoryStyle) -> None:
    finite = np.where(np.isfinite(margin.density), margin.density, np.nan)
    if margin.draws.size:
        bins = max(8, round(2.0 * margin.draws.size ** (1.0 / 3.0)))
        ax.hist(
            margin.draws,
            bins=bins,
            density=True,
            facecolor=look.colour,
            edgecolor=INK,
            linewidth=0.4,
            alpha=0.55,
        )
    else:
        ax.fill_between(margin.share, finite, facecolor=look.colour, linewidth=0, hatch=look.hatch or None)
    ax.plot(
        margin.share, finite, color=INK, linewidth=1.1, zorder=3, label=f"Beta({margin.a:g}, {margin.b:g})"
    )
    low, high = margin.interval
    to_axis = ax.get_xaxis_transform()
    ax.plot([low, high], [0.94, 0.94], color=INK, linewidth=1.2, transform=to_axis, marker="|", markersize=6)
    ax.plot([margin.mean], [0.94], color=INK, marker="o", markersize=4, transform=to_axis)
    for end in infinite_ends(margin.density):
        mark_infinite(ax, end, colour=INK)


def _words(data: Margins) -> str:
    each = [
        f"{printable(one.category)} {one.mean:.3f} ({one.interval[0]:.3f} to {one.interval[1]:.3f})"
        + (f", {one.note}" if one.note else "")
        for one in data.margins
    ]
    drawn = data.margins[0].draws.size
    behind = f", with histograms of {drawn} draws behind them" if drawn else ""
    return (
        f"{len(each)} panels on one scale{behind}: the exact density of each category's share. Above each curve a "
        f"dot at the mean and a bar for the equal-tailed {percent(MASS)} interval: {'; '.join(each)}."
    )
