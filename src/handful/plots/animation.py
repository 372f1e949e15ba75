"""A sampler at work, step by step: where it is, what it proposes, whether it goes there."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Annotated, Any, Protocol

import numpy as np
from matplotlib.animation import FuncAnimation, PillowWriter
from matplotlib.axes import Axes

from handful.arrays import Floats
from handful.distributions.checks import whole
from handful.errors import ParameterError
from handful.files import write_whole
from handful.mcmc.place import Place
from handful.plots.meaning import alt_text, describe
from handful.plots.panels import new_figure, tidy
from handful.plots.styles import BASE, CURVES, INK, OTHERS
from handful.rng import RNG, as_generator

MOST_STEPS = 200
"""Of a film; longer ones are large files that nobody looks at to the end."""

INTERVAL = 400
"""Milliseconds a step."""

GRID, BARS = 301, 30
ENDINGS = (".html", ".gif")
ICONS = {
    "fa-minus": "−",
    "fa-plus": "+",
    "fa-fast-backward": "|◀",
    "fa-step-backward": "‹",
    "fa-play fa-flip-horizontal": "◀",
    "fa-pause": "‖",
    "fa-play": "▶",
    "fa-step-forward": "›",
    "fa-fast-forward": "▶|",
}


class Walker(Protocol):
    """What proposes and accepts, step by step."""

    @property
    def log_density(self) -> Callable[..., float]:
        """Of a float."""

    def start(self, point: float) -> Place:
        """The place where it begins."""

    def propose(self, here: Place, *, rng: np.random.Generator) -> Place:
        """A place nearby."""

    def accept(self, here: Place, there: Place, *, rng: np.random.Generator) -> tuple[Place, bool]:
        """Where it goes on from."""


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """What the film shows.

    Parameters
    ----------
    here, there : array (T,)
        Where the chain was, and what it proposed.
    accepted : array (T,)
        1 where it went there.
    grid, height : array (G,)
        The density relative to its top.
    """

    here: Annotated[Floats, "T"]
    there: Annotated[Floats, "T"]
    accepted: Annotated[Floats, "T"]
    grid: Annotated[Floats, "G"]
    height: Annotated[Floats, "G"]

    @property
    def after(self) -> Annotated[Floats, "T"]:
        """Where the chain is after each step: its draws."""
        return np.where(self.accepted > 0, self.there, self.here)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Film:
    """A film of a walk; a notebook shows it by itself.

    Parameters
    ----------
    steps : Steps
        What it shows.
    axes : Axes
        Where its last picture is.
    """

    steps: Steps
    axes: Axes
    _marks: Callable[[int], list[Any]]

    def save(self, path: str | Path) -> Path:
        """The path of the .html or .gif file that the film was written to.

        Raises
        ------
        ParameterError
            If the name ends in something else, or its folder is not there.
        """
        target = Path(path)
        if target.suffix.lower() not in ENDINGS or not target.parent.is_dir():
            message = f"{target}: give a file name that ends in .html or .gif, in a folder that is there"
            raise ParameterError(message, name="path", found=path)
        if target.suffix.lower() == ".html":
            write_whole(target, self._page().encode())
            return target
        with tempfile.TemporaryDirectory() as folder:
            made = Path(folder) / "film.gif"
            self._made().save(made, writer=PillowWriter(fps=1000 // INTERVAL))
            write_whole(target, made.read_bytes())
        return target

    def __repr__(self) -> str:
        """Its words."""
        return alt_text(self.axes)

    def _repr_html_(self) -> str:
        """The film with its knobs."""
        return self._page()

    def _page(self) -> str:
        page = str(self._made().to_jshtml(default_mode="once"))
        # The player asks the net for its icons; letters do, and the page is whole without it.
        page = re.sub(r"<link[^>]*>", "", page)
        page = page.replace("<img id=", f'<img alt="{escape(alt_text(self.axes))}" id=')
        return re.sub(r'<i class="fa ([^"]*)"></i>', lambda found: ICONS.get(found[1], ""), page)

    def _made(self) -> FuncAnimation:
        """The frames, made when they are asked for: matplotlib complains of films that nobody saw."""
        figure = self.axes.get_figure(root=True)
        if figure is None:
            raise ParameterError("the axes are on no figure any more", name="axes", found=self.axes)
        return FuncAnimation(
            figure,
            lambda number: self._marks(int(number)),
            frames=len(self.steps.here) + 1,
            interval=INTERVAL,
            init_func=lambda: self._marks(0),
        )


def animate_walk(walker: Walker, *, start: float, n_steps: int = 60, rng: RNG = None) -> Film:
    """A film of a sampler on a density of one share: propose, accept or reject, and the histogram as it grows.

    Parameters
    ----------
    walker : Metropolis
        Of ``handful.mcmc``, on a density of a float.
    start : float
        Where it begins.
    n_steps : int, optional
        How many steps; 200 at most.
    rng : int, Generator or None, optional
        Where the luck comes from.

    Raises
    ------
    ParameterError
        If there are no steps, or more than 200.

    Examples
    --------
    >>> from handful.mcmc.metropolis import Metropolis
    >>> film = animate_walk(Metropolis(lambda q: -0.5 * q**2, step=1.0), start=0.0, n_steps=5, rng=1)
    >>> film.steps.here.size
    5
    """
    steps = walked(walker, start, n_steps=n_steps, rng=as_generator(rng))
    figure = new_figure(6.4, 4.6)
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
    marks = _stage(above, below, steps=steps)
    marks(len(steps.here))
    moved = int(steps.accepted.sum())
    describe(
        above,
        "animation",
        title="A sampler, step by step",
        text=(
            f"A film of {len(steps.here)} steps on a density: from each place a new one is proposed, and {moved} times "
            "it is accepted. Below, the histogram of the places so far grows towards the density."
        ),
        data=steps,
    )
    return Film(steps, above, marks)


def walked(walker: Walker, start: float, *, n_steps: int, rng: np.random.Generator) -> Steps:
    """The steps of the walker, and the density around them."""
    number = whole(n_steps, name="n_steps", least=1)
    if number > MOST_STEPS:
        message = f"n_steps = {number}: a film has {MOST_STEPS} steps at most"
        raise ParameterError(message, name="n_steps", found=n_steps)
    place, rows = walker.start(start), []
    for _ in range(number):
        there = walker.propose(place, rng=rng)
        after, accepted = walker.accept(place, there, rng=rng)
        rows.append((float(place.point), float(there.point), float(accepted)))
        place = after
    here, there_, accepted_ = np.array(rows).T
    every = np.concatenate([here, there_])
    room = 0.1 * max(float(np.ptp(every)), 1e-9)
    grid = np.linspace(every.min() - room, every.max() + room, GRID)
    heights = np.array([float(walker.log_density(float(value))) for value in grid])
    heights = np.where(np.isnan(heights), -np.inf, heights)
    return Steps(here, there_, accepted_, grid, np.exp(heights - heights.max()))


def _stage(above: Axes, below: Axes, *, steps: Steps) -> Callable[[int], list[Any]]:
    """What is always there, and how to set what moves."""
    for ax in (above, below):
        tidy(ax)
    above.plot(steps.grid, steps.height, label="density", **CURVES["posterior"].line())
    above.set_ylabel("density, its top is 1")
    above.set_ylim(0.0, 1.25)
    (here,) = above.plot([], [], "o", color=INK, markersize=9, label="here")
    (good,) = above.plot([], [], "^", color=OTHERS[2], markersize=9, label="accepted")
    (bad,) = above.plot([], [], "x", color=OTHERS[4], markersize=10, markeredgewidth=2.5, label="rejected")
    (way,) = above.plot([], [], color=INK, linewidth=0.8, linestyle=":")
    above.legend(frameon=False, loc="upper right", ncols=2)
    edges = np.linspace(steps.grid[0], steps.grid[-1], BARS + 1)
    bars = below.stairs(np.zeros(BARS), edges, fill=True, color=BASE, edgecolor=INK, linewidth=0.6)
    below.set_xlabel("x")
    below.set_ylabel("draws")
    below.set_ylim(0.0, 1.1 * max(np.histogram(steps.after, edges)[0].max(), 1))

    def marks(number: int) -> list[Any]:
        """The picture after so many steps."""
        done = steps.after[:number]
        bars.set_data(np.histogram(done, edges)[0])
        if number == 0:
            above.set_title("The start", loc="left")
            here.set_data(steps.here[:1], np.interp(steps.here[:1], steps.grid, steps.height))
            for line in (good, bad, way):
                line.set_data([], [])
            return [bars, here, good, bad, way]
        at, to, accepted = steps.here[number - 1], steps.there[number - 1], steps.accepted[number - 1] > 0
        level = np.interp([at, to], steps.grid, steps.height)
        here.set_data([at], [level[0]])
        good.set_data([to] if accepted else [], [level[1]] if accepted else [])
        bad.set_data([] if accepted else [to], [] if accepted else [level[1]])
        way.set_data([at, to], level)
        above.set_title(f"Step {number}: {'accepted' if accepted else 'rejected, it stays'}", loc="left")
        return [bars, here, good, bad, way]

    return marks
