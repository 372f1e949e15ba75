"""The probabilities of all outcomes 0..N of drawing N items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from handful.arrays import Floats, Integers
from handful.distributions.checks import finite, whole
from handful.distributions.multinomial import Multinomial
from handful.errors import ParameterError
from handful.plots.meaning import describe
from handful.plots.panels import panel, tidy
from handful.plots.styles import BASE, INK

MOST_ITEMS = 1_000_000
SINGLE_BARS = 60
"""Up to so many items every outcome has a bar of its own, and all are in sight."""


@dataclass(frozen=True, slots=True, eq=False)
class Binomial:
    """The probability of every outcome.

    Parameters
    ----------
    total : int
        N, how many items are drawn.
    share : float
        The share of the category in the recipe.
    outcome : array of int, shape (N + 1,)
        0, 1, ..., N.
    probability : array, shape (N + 1,)
        Of each outcome; they sum to 1.
    """

    total: int
    share: float
    outcome: Annotated[Integers, "outcomes"]
    probability: Annotated[Floats, "outcomes"]

    @property
    def mean(self) -> float:
        """The expected outcome."""
        return self.total * self.share

    @property
    def in_sight(self) -> tuple[int, int]:
        """The first and last outcome to show: all, or of many those that are not vanishingly rare."""
        if self.total <= SINGLE_BARS:
            return 0, self.total
        seen = np.flatnonzero(self.probability > 1e-5 * self.probability.max())
        room = max(int(0.15 * (seen[-1] - seen[0])), 3)
        return max(int(seen[0]) - room, 0), min(int(seen[-1]) + room, self.total)


def plot_binomial(total: int, share: float, *, ax: Axes | None = None) -> Axes:
    """The axes with the binomial probabilities of all N + 1 outcomes, 0 and N included.

    Parameters
    ----------
    total : int
        N, how many items are drawn; at most a million.
    share : float
        The share of the category, in [0, 1].
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Raises
    ------
    ParameterError
        If there are too many items or the share is not in [0, 1].

    Examples
    --------
    >>> ax = plot_binomial(10, 0.2)
    >>> len(ax.patches)
    11
    """
    data = binomial_data(total, share)
    ax = panel(ax)
    _layout(ax, data)
    _marks(ax, data)
    describe(ax, "binomial", title=_title(data), text=_words(data), data=data)
    return ax


def binomial_data(total: int, share: float) -> Binomial:
    """The probabilities of the outcomes 0..N of a binomial."""
    n, q = whole(total, name="total"), finite(share, name="share")
    if n > MOST_ITEMS:
        raise ParameterError(f"total = {n}: at most {MOST_ITEMS:,} can be drawn", name="total", found=total)
    if not 0 <= q <= 1:
        raise ParameterError(f"share = {q:g}: must lie in [0, 1]", name="share", found=share)
    outcome = np.arange(n + 1)
    log_probability = Multinomial(n, [q, 1.0 - q]).log_prob(np.stack((outcome, n - outcome), axis=-1))
    return Binomial(n, q, outcome, np.atleast_1d(np.exp(log_probability)))


def _layout(ax: Axes, data: Binomial) -> None:
    first, last = data.in_sight
    tidy(ax)
    ax.set_title(_title(data), loc="left")
    seen = "" if (first, last) == (0, data.total) else f"; {first} to {last} are in sight"
    ax.set_xlabel(f"how many of {data.total} (outcomes 0 to {data.total}{seen})")
    ax.set_ylabel("probability")
    ax.set_xlim(first - 0.7, last + 0.7)
    ax.set_ylim(0.0, 1.3 * float(data.probability.max()))
    if data.total <= 12:
        ax.set_xticks(data.outcome)
    else:
        ax.xaxis.set_major_locator(MaxNLocator(nbins="auto", steps=[1, 2, 5, 10], integer=True))


def _marks(ax: Axes, data: Binomial) -> None:
    if data.total <= SINGLE_BARS:
        ax.bar(
            data.outcome,
            data.probability,
            width=0.9,
            color=BASE,
            edgecolor=INK,
            linewidth=0.8,
            label="probability",
        )
    else:
        edges = np.append(data.outcome - 0.5, data.total + 0.5)
        ax.stairs(
            data.probability,
            edges,
            fill=True,
            facecolor=BASE,
            edgecolor=INK,
            linewidth=0.6,
            label="probability",
        )
    ax.axvline(data.mean, color=INK, linestyle="--", linewidth=1.2, label=f"expected: {data.mean:g}")
    ax.legend(frameon=False)


def _title(data: Binomial) -> str:
    return f"Drawing {data.total} items when the share is {data.share:g}"


def _words(data: Binomial) -> str:
    top = int(data.probability.argmax())
    return (
        f"Bar chart of the probabilities of all {data.total + 1} outcomes from 0 to {data.total}: "
        f"how many of {data.total} items belong to a category whose share is {data.share:g}. "
        f"The likeliest outcome is {top}, with probability {data.probability[top]:.3g}; "
        f"the expected one is {data.mean:g}."
    )
