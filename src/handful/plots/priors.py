"""Several priors of a share, side by side on the same axes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from matplotlib.axes import Axes

from handful.arrays import Floats
from handful.distributions.intervals import Univariate
from handful.errors import ParameterError
from handful.plots.curves import density_of, draw_curve, ends_in_words, height_of, share_grid
from handful.plots.meaning import describe
from handful.plots.panels import Panel, name_axes, panels, tidy
from handful.plots.styles import CURVES, INK
from handful.plots.wording import capital, printable, shown

MOST = 24
COLUMNS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Prior:
    """One prior as a curve.

    Parameters
    ----------
    name, spec : str
        What it is called, and which distribution it is.
    share, density : array, shape (G,)
        inf at an end where the density is infinite.
    mean : float
        The expected share.
    note : str
        Where the density is infinite, and how much of the probability is there.
    """

    name: str
    spec: str
    share: Annotated[Floats, "G"]
    density: Annotated[Floats, "G"]
    mean: float
    note: str


@dataclass(frozen=True, slots=True, eq=False)
class Priors:
    """Several priors, and the height that all their pictures have.

    Parameters
    ----------
    priors : tuple of Prior
        In the order given.
    top : float
        The height.
    """

    priors: tuple[Prior, ...]
    top: float


def plot_priors(
    priors: Mapping[str, Univariate] | Sequence[Univariate],
    *,
    category: str | None = None,
    axes: Sequence[Axes] | None = None,
) -> tuple[Axes, ...]:
    """The axes with a prior each, all of the same scale.

    Parameters
    ----------
    priors : sequence of Univariate, or mapping of names to them
        Densities on [0, 1], such as Betas; at most 24.
    category : str, optional
        The name of the category.
    axes : sequence of Axes, optional
        Where to draw, a prior each; a new figure if not given.

    Raises
    ------
    ParameterError
        If there are no priors or too many, or another number of axes.

    Examples
    --------
    >>> from handful.distributions.beta import Beta
    >>> [ax.get_title(loc="left") for ax in plot_priors([Beta(1, 1), Beta(1, 5)])]
    ['Beta(1,1)', 'Beta(1,5)']
    """
    data = priors_data(priors)
    n = len(data.priors)
    columns = n if n <= COLUMNS else 3 if n in (5, 6, 9) else COLUMNS
    places = panels(axes, n, columns=columns, size=(6.4, 4.0) if n == 1 else (2.6, 2.5))
    for place, prior in zip(places, data.priors, strict=True):
        _layout(place, prior, top=data.top, category=category)
        _marks(place.ax, prior)
    describe(places[0].ax, "priors", title="Priors side by side", text=_words(data, category), data=data)
    return tuple(place.ax for place in places)


def priors_data(priors: Mapping[str, Univariate] | Sequence[Univariate]) -> Priors:
    """The densities of the priors, each on its own grid of shares."""
    named = dict(priors) if isinstance(priors, Mapping) else dict(enumerate(priors))
    if not 0 < len(named) <= MOST:
        message = f"priors: {len(named)} given; from 1 to {MOST} fit side by side (see plot_class_priors)"
        raise ParameterError(message, name="priors", found=len(named))
    found, tops = [], []
    for name, dist in named.items():
        share = share_grid([dist])
        density = density_of(dist, share)
        title = name if isinstance(name, str) else ""
        note = ends_in_words(dist, density)
        found.append(Prior(title, dist.spec, share, density, float(dist.mean), note))
        tops.append(height_of(dist, share))
    return Priors(tuple(found), 1.25 * max(tops))


def _layout(place: Panel, prior: Prior, *, top: float, category: str | None) -> None:
    ax = place.ax
    tidy(ax)
    title = f"{shown(prior.name)}\n{capital(prior.spec)}" if prior.name else capital(prior.spec)
    ax.set_title(title, loc="left", fontsize="medium")
    name_axes(place, x="share q" if category is None else f"share of {shown(category)}", y="density")
    ax.set_xlim(0.0, 1.0)
    ax.set_xticks([0.0, 0.5, 1.0], ["0", "0.5", "1"])
    ax.set_ylim(0.0, top)


def _marks(ax: Axes, prior: Prior) -> None:
    draw_curve(ax, prior.share, density=prior.density, style=CURVES["prior"], label="prior")
    ax.axvline(prior.mean, ymax=0.96, color=INK, linewidth=0.8)
    # The text goes where the curve is not.
    right = prior.mean <= 0.5
    ax.text(
        prior.mean + (0.03 if right else -0.03),
        0.97,
        f"mean {prior.mean:.2f}",
        transform=ax.get_xaxis_transform(),
        ha="left" if right else "right",
        va="top",
        fontsize="small",
    )


def _words(data: Priors, category: str | None) -> str:
    of = "" if category is None else f" of {printable(category)}"
    each = [
        f"{printable(prior.name) + ': ' if prior.name else ''}{prior.spec}, mean {prior.mean:.3g}"
        + (f", {prior.note}" if prior.note else "")
        for prior in data.priors
    ]
    return (
        f"Density curves of {len(each)} priors of a share{of}, side by side on one scale: {'; '.join(each)}."
    )
