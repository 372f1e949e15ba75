"""Chains as they were drawn: the value of a quantity against the number of the draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from matplotlib.axes import Axes

from handful.arrays import Floats
from handful.mcmc.chains import Chains
from handful.plots.chain_styles import chain_style
from handful.plots.meaning import describe
from handful.plots.panels import panel, tidy
from handful.plots.wording import printable, shown

MOST_POINTS = 2_000
"""Of a longer chain every second, third, ... draw is drawn: a line has no more pixels."""


@dataclass(frozen=True, slots=True, eq=False)
class ChainPaths:
    """What was drawn.

    Parameters
    ----------
    name : str
        The quantity.
    draw : array (T,)
        The numbers of the draws, from 1 on.
    values : array (M, T)
        A chain a row.
    """

    name: str
    draw: Annotated[Floats, "T"]
    values: Annotated[Floats, "M T"]


def plot_chains(chains: Chains, name: str, *, ax: Axes | None = None) -> Axes:
    """The axes with the values of a quantity along each chain.

    Good chains look like a hairy caterpillar, all of them in the same place. A slow wave means few effective draws;
    chains in different places have not met.

    Parameters
    ----------
    chains : Chains
        Of ``handful.mcmc``.
    name : str
        The quantity.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Raises
    ------
    ParameterError
        If nothing is called `name`.

    Examples
    --------
    >>> two = Chains.of([[0.1, 0.2], [0.2, 0.3]], names=["q"], acceptance=[1, 1], sampler="metropolis")
    >>> plot_chains(two, "q").get_ylabel()
    'q'
    """
    data = chain_paths(chains, name)
    ax = panel(ax)
    tidy(ax)
    ax.set_title(f"{len(data.values)} chain{'s' * (len(data.values) > 1)}, draw by draw", loc="left")
    ax.set_xlabel("draw")
    ax.set_ylabel(shown(name))
    for number, values in enumerate(data.values):
        ax.plot(data.draw, values, label=f"chain {number + 1}", **chain_style(number, width=0.8).line())
    if len(data.values) > 1:
        ax.legend(frameon=False, loc="best", ncols=2)
    describe(ax, "chains", title="Chains, draw by draw", text=_words(data, chains), data=data)
    return ax


def chain_paths(chains: Chains, name: str) -> ChainPaths:
    """The values along each chain, not more than a picture can show."""
    values = chains.values(name)
    every = -(-values.shape[1] // MOST_POINTS)
    place = np.arange(0, values.shape[1], every)
    return ChainPaths(name, place + 1.0, values[:, place])


def _words(data: ChainPaths, chains: Chains) -> str:
    each = [
        f"chain {number} goes between {low:.3g} and {high:.3g}, about its mean {mean:.3g}"
        for number, (low, high, mean) in enumerate(
            zip(data.values.min(axis=1), data.values.max(axis=1), data.values.mean(axis=1), strict=True), 1
        )
    ]
    return (
        f"The values of {printable(data.name)} along {len(data.values)} chains of {chains.n_draws:,} draws: "
        f"{'; '.join(each)}."
    )
