"""The mean of all draws so far: it settles where the chain has come to know it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from matplotlib.axes import Axes

from handful.arrays import Floats
from handful.distributions.checks import finite
from handful.mcmc.chains import Chains
from handful.plots.chain_styles import chain_style
from handful.plots.chains import MOST_POINTS
from handful.plots.meaning import describe
from handful.plots.panels import panel, tidy
from handful.plots.styles import INK
from handful.plots.wording import printable, shown


@dataclass(frozen=True, slots=True, eq=False)
class RunningMean:
    """What was drawn.

    Parameters
    ----------
    name : str
        The quantity.
    draw : array (T,)
        The numbers of the draws, from 1 on.
    means : array (M, T)
        The mean of a chain's draws up to each of them, a chain a row.
    exact : float or None
        The true mean.
    """

    name: str
    draw: Annotated[Floats, "T"]
    means: Annotated[Floats, "M T"]
    exact: float | None


def plot_running_mean(
    chains: Chains, name: str, *, exact: float | None = None, ax: Axes | None = None
) -> Axes:
    """The axes with the mean of the first 1, 2, 3, ... draws of each chain.

    Parameters
    ----------
    chains : Chains
        Of ``handful.mcmc``.
    name : str
        The quantity.
    exact : float, optional
        The true mean, where it is known.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Raises
    ------
    ParameterError
        If nothing is called `name`, or `exact` is no finite number.

    Examples
    --------
    >>> two = Chains.of([[0.1, 0.2], [0.2, 0.3]], names=["q"], acceptance=[1, 1], sampler="metropolis")
    >>> plot_running_mean(two, "q", exact=0.2).get_ylabel()
    'mean of q so far'
    """
    data = running_mean(chains, name, exact=exact)
    ax = panel(ax)
    tidy(ax)
    ax.set_title("The mean of all draws so far", loc="left")
    ax.set_xlabel("draw")
    ax.set_ylabel(f"mean of {shown(name)} so far")
    for number, means in enumerate(data.means):
        ax.plot(data.draw, means, label=f"chain {number + 1}", **chain_style(number).line())
    if data.exact is not None:
        ax.axhline(data.exact, color=INK, linewidth=2.4, alpha=0.5, label=f"exact {data.exact:.4g}", zorder=1)
    ax.legend(frameon=False, loc="best", ncols=2)
    describe(ax, "running_mean", title="The mean of all draws so far", text=_words(data), data=data)
    return ax


def running_mean(chains: Chains, name: str, *, exact: float | None = None) -> RunningMean:
    """The means of the first draws of each chain, for not more numbers than a picture can show."""
    values = chains.values(name)
    means = np.cumsum(values, axis=1) / np.arange(1, values.shape[1] + 1)
    place = np.arange(0, values.shape[1], -(-values.shape[1] // MOST_POINTS))
    return RunningMean(
        name, place + 1.0, means[:, place], None if exact is None else finite(exact, name="exact")
    )


def _words(data: RunningMean) -> str:
    ends = ", ".join(f"{end:.4g}" for end in data.means[:, -1])
    truth = "" if data.exact is None else f"; the exact mean is {data.exact:.4g}"
    return (
        f"The mean of {printable(data.name)} over the first draws of each of {len(data.means)} chains, against the "
        f"number of draws. At the end the means are {ends}{truth}."
    )
