"""The way of a chain: on the curve of its density, or over the contours of one with two coordinates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from matplotlib.axes import Axes

from handful.arrays import Floats
from handful.distributions.checks import whole
from handful.errors import ParameterError
from handful.mcmc.chains import Chains
from handful.plots.meaning import describe
from handful.plots.panels import panel, tidy
from handful.plots.styles import CURVES, FAINT, INK, OTHERS
from handful.plots.wording import printable, shown

Flags = np.ndarray[Any, np.dtype[np.bool_]]

GRID_1, GRID_2 = 401, 81
LEVELS = (0.5, 2.0, 4.5, 8.0)
"""Nats below the top: of a normal density these are circles of 1, 2, 3 and 4 standard deviations."""


@dataclass(frozen=True, slots=True, eq=False)
class Walk:
    """What was drawn.

    Parameters
    ----------
    names : tuple of str
        One coordinate, or two.
    path : array (T, d)
        The first draws of the chain.
    stayed : array of int, shape (T,)
        1 where a draw is the one before once more: the proposal was rejected.
    grid : array (G, d)
        Where the density was asked for; of two coordinates the values of each axis.
    height : array (G,) or (G, G)
        The density relative to its top on the grid: e^(log density − top).
    """

    names: tuple[str, ...]
    path: Annotated[Floats, "T d"]
    stayed: Annotated[Floats, "T"]
    grid: Annotated[Floats, "G d"]
    height: Annotated[Floats, "..."]


def plot_walk(
    chains: Chains,
    names: tuple[str, ...] | str,
    *,
    log_density: Callable[..., float],
    chain: int = 0,
    most: int = 100,
    ax: Axes | None = None,
) -> Axes:
    """The axes with the first draws of a chain, joined in their order, on the density that it walks on.

    Parameters
    ----------
    chains : Chains
        Of ``handful.mcmc``.
    names : str or tuple of str
        One coordinate, or two.
    log_density : callable
        What the chain was drawn from: of a float, or of an array (2,).
    chain : int, optional
        Which one, from 0 on.
    most : int, optional
        How many draws.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Raises
    ------
    ParameterError
        If nothing is called so, or there are more than two names, or there is no such chain.

    Examples
    --------
    >>> from handful.mcmc.metropolis import Metropolis
    >>> from handful.mcmc.run import run
    >>> normal = lambda q: -0.5 * q**2
    >>> chains = run(Metropolis(normal, step=1.0), starts=0.0, n_draws=50, names=["q"], rng=1)
    >>> plot_walk(chains, "q", log_density=normal).get_xlabel()
    'q'
    """
    data = walk(chains, names, log_density=log_density, chain=chain, most=most)
    ax = panel(ax)
    tidy(ax)
    n_stayed = int(data.stayed.sum())
    ax.set_title(f"The first {len(data.path)} draws: {n_stayed} times it stayed", loc="left")
    ax.set_xlabel(shown(data.names[0]))
    if len(data.names) == 1:
        _on_the_curve(ax, data)
    else:
        _on_contours(ax, data)
    ax.legend(frameon=False, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    describe(ax, "walk", title="The way of a chain", text=_words(data), data=data)
    return ax


def walk(
    chains: Chains,
    names: tuple[str, ...] | str,
    *,
    log_density: Callable[..., float],
    chain: int = 0,
    most: int = 100,
) -> Walk:
    """The path, and the density around it."""
    named = (names,) if isinstance(names, str) else tuple(names)
    if len(named) not in {1, 2}:
        raise ParameterError(f"names = {named}: a picture has one or two axes", name="names", found=names)
    if not 0 <= whole(chain, name="chain") < chains.n_chains:
        message = f"chain = {chain}: there are {chains.n_chains}, counted from 0"
        raise ParameterError(message, name="chain", found=chain)
    number = min(whole(most, name="most", least=1), chains.n_draws)
    path = np.stack([chains.values(name)[chain, :number] for name in named], axis=1)
    stayed = np.concatenate([[0.0], (np.diff(path, axis=0) == 0).all(axis=1)])
    low, high = path.min(axis=0), path.max(axis=0)
    room = 0.25 * np.maximum(high - low, 1e-9)
    n_places = GRID_1 if len(named) == 1 else GRID_2
    grid = np.linspace(low - room, high + room, n_places)
    if len(named) == 1:
        heights = np.array([float(log_density(float(value))) for value in grid[:, 0]])
    else:
        heights = np.array([[float(log_density(np.array([x, y]))) for x in grid[:, 0]] for y in grid[:, 1]])
    heights = np.where(np.isnan(heights), -np.inf, heights)
    return Walk(named, path, stayed, grid, np.exp(heights - heights.max()))


def _on_the_curve(ax: Axes, data: Walk) -> None:
    """Each draw on the curve, joined to the next one; who stayed is ringed."""
    x = data.path[:, 0]
    y = np.interp(x, data.grid[:, 0], data.height)
    ax.set_ylabel("density, its top is 1")
    ax.plot(data.grid[:, 0], data.height, label="density", **CURVES["posterior"].line())
    _path(ax, x, y=y, stayed=data.stayed > 0)


def _on_contours(ax: Axes, data: Walk) -> None:
    """Contours at 1, 2, 3 and 4 standard deviations of a normal density, and the path over them."""
    ax.set_ylabel(shown(data.names[1]))
    levels = np.exp(-np.array(LEVELS[::-1]))
    ax.contour(data.grid[:, 0], data.grid[:, 1], data.height, levels=levels, colors=INK, linewidths=0.8)
    _path(ax, data.path[:, 0], y=data.path[:, 1], stayed=data.stayed > 0)


def _path(ax: Axes, x: Annotated[Floats, "T"], *, y: Annotated[Floats, "T"], stayed: Flags) -> None:
    ax.plot(x, y, color=FAINT, linewidth=0.8, zorder=2)
    ax.plot(x, y, ".", color=OTHERS[0], markersize=5, label="a draw", zorder=3)
    if stayed.any():
        ax.plot(
            x[stayed],
            y[stayed],
            "o",
            color=OTHERS[4],
            fillstyle="none",
            markersize=10,
            label="it stayed",
            zorder=4,
        )
    ax.plot(x[:1], y[:1], "s", color=INK, markersize=7, label="first draw", zorder=5)


def _words(data: Walk) -> str:
    where = " and ".join(
        f"{printable(name)} between {low:.3g} and {high:.3g}"
        for name, low, high in zip(data.names, data.path.min(axis=0), data.path.max(axis=0), strict=True)
    )
    return (
        f"The first {len(data.path)} draws of a chain, joined in their order over the density: {where}. "
        f"{int(data.stayed.sum())} times a proposal was rejected and the chain stayed where it was."
    )
