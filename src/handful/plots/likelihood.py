"""The likelihood of a share: the probability of what was counted, seen as a function of q."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from matplotlib.axes import Axes

from handful.arrays import Floats
from handful.distributions.beta import Beta
from handful.distributions.checks import whole
from handful.errors import ParameterError
from handful.plots.curves import density_of, of_the_axis, share_grid, window
from handful.plots.meaning import describe
from handful.plots.panels import panel, tidy
from handful.plots.styles import CURVES
from handful.plots.wording import axis_name


@dataclass(frozen=True, slots=True, eq=False)
class Likelihood:
    """A binomial likelihood as a function of the share.

    Parameters
    ----------
    successes, trials : int
        k of N items were of the category.
    share : array, shape (G,)
        From 0 to 1.
    likelihood : array, shape (G,)
        The probability of k, were this the share.
    area : float
        Under the whole curve: 1/(N + 1) (Bayes 1763; the Beta integral).
    peak : float or None
        Where it is highest: k/N; None when nothing was counted.
    in_sight : tuple of float
        The part of the axis that is shown.
    """

    successes: int
    trials: int
    share: Annotated[Floats, "G"]
    likelihood: Annotated[Floats, "G"]
    area: float
    peak: float | None
    in_sight: tuple[float, float]


def plot_likelihood(
    successes: int, trials: int, *, category: str | None = None, ax: Axes | None = None
) -> Axes:
    """The axes with the likelihood of a share q, its area 1/(N + 1) and its peak k/N.

    Parameters
    ----------
    successes, trials : int
        k of N items were of the category.
    category : str, optional
        The name of the category.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Raises
    ------
    ParameterError
        If they are no counts, or there are more successes than trials.

    Examples
    --------
    >>> plot_likelihood(12, 55).get_xlabel()
    'share q'
    """
    data = likelihood_data(successes, trials)
    ax = panel(ax)
    _layout(ax, data, category=category)
    _marks(ax, data)
    describe(ax, "likelihood", title=_title(data), text=_words(data, category), data=data)
    return ax


def likelihood_data(successes: int, trials: int) -> Likelihood:
    """The likelihood C(N, k) q^k (1 − q)^(N − k) on a grid of shares."""
    k, n = whole(successes, name="successes"), whole(trials, name="trials")
    if k > n:
        raise ParameterError(f"successes = {k}: more than trials = {n}", name="successes", found=successes)
    # A Beta(k + 1, N − k + 1) density is N + 1 times the likelihood.
    scaled = Beta(k + 1, n - k + 1)
    share = share_grid([scaled])
    if n:
        share = np.unique(np.append(share, k / n))
    likelihood = density_of(scaled, share) / (n + 1)
    return Likelihood(k, n, share, likelihood, 1.0 / (n + 1), k / n if n else None, window([scaled]))


def _layout(ax: Axes, data: Likelihood, *, category: str | None) -> None:
    tidy(ax)
    ax.set_title(_title(data), loc="left")
    ax.set_xlabel(axis_name(category) + of_the_axis(data.in_sight))
    ax.set_ylabel(f"probability of {data.successes} in {data.trials}, given q")
    ax.set_xlim(*data.in_sight)
    ax.set_ylim(0.0, 1.45 * float(data.likelihood.max()))


def _marks(ax: Axes, data: Likelihood) -> None:
    style = CURVES["likelihood"]
    ax.plot(data.share, data.likelihood, label="likelihood", zorder=3, **style.line())
    ax.fill_between(
        data.share,
        data.likelihood,
        facecolor=style.colour,
        alpha=0.15,
        linewidth=0,
        label=f"its area: 1/(N + 1) = 1/{data.trials + 1} = {data.area:.3g}",
    )
    if data.peak is not None:
        top = float(data.likelihood.max())
        ax.plot(
            [data.peak, data.peak],
            [0.0, top],
            color=style.colour,
            linewidth=1.0,
            marker="o",
            markevery=[1],
            label=f"its peak: k/N = {data.successes}/{data.trials} = {data.peak:.3g}",
        )
    ax.legend(frameon=False, loc="upper right" if (data.peak or 0.0) < 0.5 else "upper left")


def _title(data: Likelihood) -> str:
    return f"Likelihood of {data.successes} in {data.trials}"


def _words(data: Likelihood, category: str | None) -> str:
    of = "" if category is None else f" of {category}"
    top = float(data.likelihood.max())
    peak = (
        "It is 1 everywhere, since nothing was counted."
        if data.peak is None
        else f"It is highest at k/N = {data.successes}/{data.trials} = {data.peak:.4g}, where it is {top:.3g}."
    )
    return (
        f"Curve of the likelihood: the probability of counting {data.successes} in {data.trials} items, "
        f"for every share q{of} from 0 to 1. {peak} "
        f"The area under it is 1/(N + 1) = 1/{data.trials + 1} = {data.area:.4g}."
    )
