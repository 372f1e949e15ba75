"""The draws of all chains as a histogram, against an exact density where there is one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from matplotlib.axes import Axes

from handful.arrays import Floats
from handful.distributions.checks import whole
from handful.distributions.intervals import Univariate
from handful.errors import ParameterError
from handful.mcmc.chains import Chains
from handful.plots.curves import density_of, share_grid
from handful.plots.meaning import describe
from handful.plots.panels import panel, tidy
from handful.plots.styles import BASE, CURVES, INK
from handful.plots.wording import capital, printable, shown


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """What was drawn.

    Parameters
    ----------
    name : str
        The quantity.
    edges : array (W + 1,)
        Of the bars.
    height : array (W,)
        Densities: their area is 1.
    mean : float
        Of all draws.
    share, density : array (G,) or None
        The exact curve.
    exact : str or None
        What the exact distribution is.
    """

    name: str
    edges: Annotated[Floats, "E"]
    height: Annotated[Floats, "W"]
    mean: float
    share: Annotated[Floats, "G"] | None
    density: Annotated[Floats, "G"] | None
    exact: str | None


def plot_histogram(
    chains: Chains, name: str, *, exact: Univariate | None = None, bars: int = 40, ax: Axes | None = None
) -> Axes:
    """The axes with the histogram of all draws of a quantity.

    Parameters
    ----------
    chains : Chains
        Of ``handful.mcmc``.
    name : str
        The quantity.
    exact : Univariate, optional
        A density of a share on [0, 1] to compare with, such as a Beta.
    bars : int, optional
        How many.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Raises
    ------
    ParameterError
        If nothing is called `name`, or a draw is no finite number.

    Examples
    --------
    >>> from handful.distributions.beta import Beta
    >>> chain = Chains.of([[0.1, 0.2, 0.1, 0.3]], names=["q"], acceptance=[1], sampler="metropolis")
    >>> plot_histogram(chain, "q", exact=Beta(2, 8)).get_ylabel()
    'density'
    """
    data = histogram(chains, name, exact=exact, bars=bars)
    ax = panel(ax)
    tidy(ax)
    ax.set_title(f"{chains.n_chains * chains.n_draws:,} draws of {shown(name)}", loc="left")
    ax.set_xlabel(shown(name))
    ax.set_ylabel("density")
    ax.stairs(data.height, data.edges, fill=True, color=BASE, edgecolor=INK, linewidth=0.6, label="draws")
    if data.share is not None and data.density is not None and exact is not None:
        finite = np.where(np.isfinite(data.density), data.density, np.nan)
        ax.plot(data.share, finite, label=f"exact {capital(exact.spec)}", **CURVES["posterior"].line())
        wide = data.edges[-1] - data.edges[0]
        ax.set_xlim(data.edges[0] - 0.1 * wide, data.edges[-1] + 0.1 * wide)
    ax.legend(frameon=False, loc="best")
    describe(ax, "histogram", title=f"Histogram of {printable(name)}", text=_words(data), data=data)
    return ax


def histogram(chains: Chains, name: str, *, exact: Univariate | None = None, bars: int = 40) -> Histogram:
    """The bars' heights, and the exact density on a grid."""
    values = chains.flat(name)
    if not np.isfinite(values).all():
        raise ParameterError(f"{name}: a draw is no finite number", name="chains", found=name)
    height, edges = np.histogram(values, bins=whole(bars, name="bars", least=1), density=True)
    share = None if exact is None else share_grid((exact,))
    density = None if exact is None or share is None else density_of(exact, share)
    return Histogram(
        name, edges, height, float(values.mean()), share, density, None if exact is None else exact.spec
    )


def _words(data: Histogram) -> str:
    tallest = int(np.argmax(data.height))
    middle = 0.5 * (data.edges[tallest] + data.edges[tallest + 1])
    against = "" if data.exact is None else f" The curve is the exact {data.exact}."
    return (
        f"Histogram of the draws of {printable(data.name)}: they lie between {data.edges[0]:.3g} and "
        f"{data.edges[-1]:.3g}, most densely near {middle:.3g}, with the mean {data.mean:.4g}."
        f"{against}"
    )
