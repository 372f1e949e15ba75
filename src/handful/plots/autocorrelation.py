"""How long a chain remembers: the correlation of a draw with one some draws later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from matplotlib.axes import Axes

from handful.arrays import Floats
from handful.distributions.checks import whole
from handful.errors import ParameterError
from handful.mcmc.chains import Chains
from handful.plots.chain_styles import chain_style
from handful.plots.meaning import describe
from handful.plots.panels import panel, tidy
from handful.plots.styles import FAINT
from handful.plots.wording import printable, shown


@dataclass(frozen=True, slots=True, eq=False)
class Autocorrelation:
    """What was drawn.

    Parameters
    ----------
    name : str
        The quantity.
    lag : array (L,)
        How many draws later: 0, 1, ...
    correlation : array (M, L)
        Of each chain; NaN where it never moves.
    by_chance : float
        Independent draws seldom exceed this: 1.96/√S.
    """

    name: str
    lag: Annotated[Floats, "L"]
    correlation: Annotated[Floats, "M L"]
    by_chance: float


def plot_autocorrelation(chains: Chains, name: str, *, most: int = 50, ax: Axes | None = None) -> Axes:
    """The axes with the correlation of draws that are 0, 1, 2, ... draws apart.

    Parameters
    ----------
    chains : Chains
        Of ``handful.mcmc``.
    name : str
        The quantity.
    most : int, optional
        The largest distance.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Raises
    ------
    ParameterError
        If nothing is called `name`, or the chains are shorter than two draws.

    Examples
    --------
    >>> chain = Chains.of([[0.1, 0.2, 0.1, 0.3]], names=["q"], acceptance=[1], sampler="metropolis")
    >>> plot_autocorrelation(chain, "q").get_xlabel()
    'draws apart'
    """
    data = autocorrelation(chains, name, most=most)
    ax = panel(ax)
    tidy(ax)
    ax.set_title(f"How long {shown(name)} is remembered", loc="left")
    ax.set_xlabel("draws apart")
    ax.set_ylabel("correlation")
    ax.axhspan(-data.by_chance, data.by_chance, color=FAINT, alpha=0.4, label="by chance alone", zorder=0)
    ax.axhline(0.0, color=FAINT, linewidth=0.8, zorder=1)
    for number, correlation in enumerate(data.correlation):
        ax.plot(data.lag, correlation, label=f"chain {number + 1}", **chain_style(number, width=1.6).line())
    ax.legend(frameon=False, loc="best", ncols=2)
    describe(ax, "autocorrelation", title="Autocorrelation of chains", text=_words(data), data=data)
    return ax


def autocorrelation(chains: Chains, name: str, *, most: int = 50) -> Autocorrelation:
    """The correlations of each chain with itself later, over all pairs of draws (divided by S, as is usual)."""
    values = chains.values(name)
    n_draws = values.shape[1]
    if n_draws < 2:
        raise ParameterError(
            "the chains have a single draw: nothing comes later", name="chains", found=n_draws
        )
    lags = np.arange(min(whole(most, name="most", least=1), n_draws - 1) + 1)
    centred = values - values.mean(axis=1, keepdims=True)
    sums = np.array([(centred[:, : n_draws - lag] * centred[:, lag:]).sum(axis=1) for lag in lags]).T
    with np.errstate(invalid="ignore", divide="ignore"):
        correlation = sums / sums[:, :1]
    return Autocorrelation(name, lags.astype(np.float64), correlation, float(1.96 / np.sqrt(n_draws)))


def _words(data: Autocorrelation) -> str:
    each = []
    for number, correlation in enumerate(data.correlation, 1):
        below = np.flatnonzero(np.abs(correlation) < data.by_chance)
        when = f"after {int(below[0])} draws" if below.size else f"not within {int(data.lag[-1])} draws"
        each.append(f"chain {number} {when}")
    return (
        f"The correlation of {printable(data.name)} with itself some draws later, falling from 1. It is what chance "
        f"alone would show ({data.by_chance:.2f}) for the first time: {'; '.join(each)}."
    )
