"""How far each bag's recipe is drawn from what was counted in it towards the population."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from handful.arrays import Floats, Integers
from handful.data.counts import Counts
from handful.data.names import position_of, suggestion
from handful.distributions.beta import Beta
from handful.distributions.checks import whole
from handful.distributions.weighted import Weighted
from handful.errors import CountsError, ParameterError
from handful.inference.draws_fit import DrawsFit
from handful.inference.fits import Fit
from handful.plots.meaning import describe
from handful.plots.panels import panel, tidy
from handful.plots.styles import FAINT, INK, CategoryStyle, category_styles
from handful.plots.wording import doubts, marked, percent, printable, shown
from handful.results.bag_variation import of_population

TITLE = "Each bag's share: as counted, and as estimated"
MOST = 40
FURTHEST = 6
"""So many of the bags furthest from the population are kept when not all are shown."""
MASS = 0.95
AT_ONCE = 1 << 20
APART = 0.2
"""How far from the middle of its row a mark stands."""


@dataclass(frozen=True, slots=True, eq=False)
class Shrinkage:
    """One category's share in each bag: counted, and estimated.

    Parameters
    ----------
    category : str
        Whose share.
    bags : tuple of str
        The B shown, rising by their estimate.
    totals : array of int, shape (B,)
        N_b.
    counted : array (B,)
        k_b / N_b.
    estimate : array (B,)
        The expected share in the bag's own recipe.
    low, high : array (B,)
        The equal-tailed interval of the Beta that has the estimate's mean and sd.
    population : float
        The expected mean of the population.
    interval : tuple of float
        Its equal-tailed interval.
    mass : float
        Of the intervals.
    named : tuple of str
        All categories, whose colours and letters are the same in every picture.
    n_bags, n_empty : int
        How many bags there are, and how many of them are empty and not shown.
    doubts : str
        What is wrong with the fit, if anything is.
    """

    category: str
    bags: tuple[str, ...]
    totals: Annotated[Integers, "B"]
    counted: Annotated[Floats, "B"]
    estimate: Annotated[Floats, "B"]
    low: Annotated[Floats, "B"]
    high: Annotated[Floats, "B"]
    population: float
    interval: tuple[float, float]
    mass: float
    named: tuple[str, ...]
    n_bags: int
    n_empty: int
    doubts: str

    @property
    def ends(self) -> tuple[float, float]:
        """Where the axis of shares begins and ends."""
        low = float(min(self.counted.min(), self.low.min(), self.interval[0]))
        high = float(max(self.counted.max(), self.high.max(), self.interval[1]))
        room = 0.04 * (high - low)
        return max(low - room, -0.01), min(high + room, 1.01)


def plot_shrinkage(
    fit: Fit, *, category: str | None = None, most: int = MOST, ax: Axes | None = None
) -> Axes:
    """The axes with a row a bag: the share counted in it, an arrow to its estimate, the population behind.

    Parameters
    ----------
    fit : DrawsFit
        Of a hierarchical model, fitted to bags (not to histograms).
    category : str, optional
        Whose share; the commonest one's if not given.
    most : int, optional
        How many bags to show at most. Of more bags the six furthest from the population are shown,
        and others evenly chosen over their order.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Raises
    ------
    ParameterTypeError
        If the fit has no population.
    CountsError
        If the fit has seen histograms only.
    ParameterError
        If there is no such category, `most` is below 1, or all bags are empty.

    Examples
    --------
    >>> import handful as hf
    >>> counts = hf.Counts([[12, 43], [30, 25]], categories=["blue", "not blue"], ids=["A", "B"])
    >>> ax = plot_shrinkage(hf.fit(hf.Hierarchical(), counts), category="blue")
    >>> [tick.get_text() for tick in ax.get_yticklabels()]
    ['A', 'B']
    """
    data = shrinkage_data(fit, category=category, most=most)
    ax = panel(ax, width=7.6, height=min(max(1.5 + 0.21 * len(data.bags), 2.6), 10.5))
    look = next(one for one in category_styles(data.named) if one.name == data.category)
    _layout(ax, data, look=look)
    _marks(ax, data, look=look)
    describe(ax, "shrinkage", title=TITLE, text=_words(data), data=data)
    return ax


def shrinkage_data(fit: Fit, *, category: str | None, most: int) -> Shrinkage:
    """The counted and the estimated shares of the bags to show, rising by the estimate."""
    found, histograms = of_population(fit)
    counts, most = found.counts, whole(most, name="most", least=1)
    if counts is None:
        raise CountsError("this fit has seen histograms, and no single bag: fit the bags' counts to see them")
    filled = np.flatnonzero(counts.totals)
    if not filled.size:
        message = "nothing was counted: there are no shares to show"
        raise ParameterError(message, name="fit", found=counts.n_bags)
    place = _position(counts, category, commonest=int(histograms.counts.argmax()))
    share = Weighted(found.draws["proportions"][:, place], found.weights)
    rows = filled[_chosen(_estimates(found, counts, place=place)[filled], share.mean, most=most)]
    # The ids, without naming all of very many bags.
    ids = tuple(str(row + 1) if counts.ids is None else counts.ids[row] for row in rows.tolist())
    bags = found.bag_proportions(Counts(counts.table[rows], categories=counts.categories, ids=ids))
    order = np.argsort(bags.mean[:, place], kind="stable")
    mean, sd = bags.mean[order, place], bags.sd[order, place]
    ends = np.array([_interval(float(m), float(s)) for m, s in zip(mean, sd, strict=True)])
    return Shrinkage(
        category=counts.categories[place],
        bags=tuple(ids[i] for i in order.tolist()),
        totals=counts.totals[rows[order]],
        counted=bags.counted[order, place],
        estimate=mean,
        low=ends[:, 0],
        high=ends[:, 1],
        population=share.mean,
        interval=share.interval(mass=MASS).parts[0],
        mass=MASS,
        named=counts.categories,
        n_bags=counts.n_bags,
        n_empty=counts.n_bags - filled.size,
        doubts=doubts(found.verdict),
    )


def _position(counts: Counts, category: str | None, *, commonest: int) -> int:
    """Where the category stands."""
    if category is None:
        return commonest
    place = position_of(category, counts.categories)
    if place is None:
        message = f"there is no category {category!r}; {suggestion(category, counts.categories)}"
        raise ParameterError(message, name="category", found=category)
    return place


def _estimates(fit: DrawsFit, counts: Counts, *, place: int) -> Annotated[Floats, "B"]:
    """The expected share of one category in the recipe of every bag.

    Given a draw it is (κ m + k)/(κ + N), so its mean is a(N) + b(N) k: of very many bags too there are
    few different totals N.
    """
    precision = fit.draws["precision"]
    base = fit.weights * precision * fit.draws["proportions"][:, place]
    totals, which = np.unique(counts.totals, return_inverse=True)
    constant, slope = np.empty(len(totals)), np.empty(len(totals))
    step = max(1, AT_ONCE // len(precision))
    for start in range(0, len(totals), step):
        part = slice(start, start + step)
        inverse = 1.0 / (precision + totals[part, None])
        constant[part], slope[part] = inverse @ base, inverse @ fit.weights
    return np.asarray(constant[which] + slope[which] * counts.table[:, place])


def _chosen(estimate: Annotated[Floats, "B"], population: float, *, most: int) -> Integers:
    """Which bags to show: all, or those furthest from the population and others evenly over their order."""
    order = np.argsort(estimate, kind="stable")
    if order.size <= most:
        return np.asarray(order)
    distance = np.abs(estimate[order] - population)
    furthest = np.argsort(-distance, kind="stable")[: min(FURTHEST, most)]
    others = np.setdiff1d(np.arange(order.size), furthest)
    even = np.linspace(0, others.size - 1, most - furthest.size).round().astype(np.int64)
    return np.asarray(order[np.sort(np.concatenate([furthest, others[even]]))])


def _interval(mean: float, sd: float) -> tuple[float, float]:
    """The equal-tailed interval of the Beta of this mean and sd."""
    if not (sd > 0 and 0 < mean < 1):
        return mean, mean
    worth = mean * (1.0 - mean) / sd**2 - 1.0
    return Beta(mean * worth, (1.0 - mean) * worth).interval(mass=MASS).parts[0]


def _layout(ax: Axes, data: Shrinkage, *, look: CategoryStyle) -> None:
    tidy(ax)
    n = len(data.bags)
    ax.set_title(marked(TITLE, data.doubts), loc="left")
    ax.set_xlabel(f"share of {shown(look.name)} ({look.code})")
    ax.set_ylabel("\n".join(_which(data)))
    ax.set_xlim(*data.ends)
    ax.set_ylim(-0.7, n - 0.3)
    ax.set_yticks(range(n), [shown(bag, 22) for bag in data.bags], fontsize="small" if n > 12 else "medium")
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="y", color="#e4e4e4", linewidth=0.6)
    ax.set_axisbelow(True)


def _marks(ax: Axes, data: Shrinkage, *, look: CategoryStyle) -> None:
    ax.axvspan(*data.interval, color=FAINT, alpha=0.45, linewidth=0, zorder=0.5)
    ax.axvline(data.population, color=INK, linewidth=1.2, linestyle=(0, (5.0, 2.0)), zorder=1.5)
    for row in range(len(data.bags)):
        _row(ax, data, row=row, colour=look.colour)
    mass = percent(data.mass)
    keys = [
        Line2D([], [], marker="o", color="#ffffff", markeredgecolor=INK, markersize=5, linestyle="none"),
        Line2D([], [], marker="o", color=INK, markerfacecolor=look.colour, markeredgecolor=INK, markersize=6),
        Line2D([], [], color=INK, linewidth=1.2, linestyle=(0, (5.0, 2.0))),
        Patch(facecolor=FAINT, alpha=0.45),
    ]
    names = ["counted", f"estimate,\n{mass} interval", "population mean", f"its {mass} interval"]
    ax.legend(keys, names, frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))


def _row(ax: Axes, data: Shrinkage, *, row: int, colour: str) -> None:
    """A bag: what was counted a little above, the estimate a little below, and an arrow from one to the other."""
    above, below = row + APART, row - APART
    counted, estimate = float(data.counted[row]), float(data.estimate[row])
    ax.plot([data.low[row], data.high[row]], [below, below], color=INK, linewidth=1.3, zorder=2.2)
    ax.plot([estimate], [below], marker="o", markersize=5.5, color=colour, markeredgecolor=INK,
            markeredgewidth=0.9, zorder=4)  # fmt: skip
    ax.plot([counted], [above], marker="o", markersize=4.5, color="#ffffff", markeredgecolor=INK,
            markeredgewidth=1.0, zorder=3, clip_on=False)  # fmt: skip
    look = {
        "arrowstyle": "-|>",
        "mutation_scale": 6.0,
        "color": INK,
        "linewidth": 0.7,
        "shrinkA": 2.6,
        "shrinkB": 2.8,
    }
    ax.annotate("", (estimate, below), xytext=(counted, above), arrowprops=look, zorder=2.6)


def _which(data: Shrinkage) -> list[str]:
    """Which bags are shown, in lines."""
    n, filled = len(data.bags), data.n_bags - data.n_empty
    lines = [
        f"{n:,} bags" if n == filled else f"{n:,} of {filled:,} bags, the furthest and others evenly chosen"
    ]
    if data.n_empty:
        lines.append(f"{data.n_empty:,} empty left out")
    return lines


def _words(data: Shrinkage) -> str:
    mass = percent(data.mass)
    first, last = 0, len(data.bags) - 1
    each = [
        f"bag {printable(data.bags[i])}: {data.counted[i]:.3f} counted among {data.totals[i]:,}, estimate "
        f"{data.estimate[i]:.3f} ({data.low[i]:.3f} to {data.high[i]:.3f})"
        for i in dict.fromkeys((last, first))
    ]
    low, high = data.interval
    return (
        f"The share of {printable(data.category)} in each bag, as it was counted and as it is estimated for the "
        f"bag's own recipe, with arrows from one to the other ({', '.join(_which(data))}, sorted by the estimate). "
        f"Population mean {data.population:.3f} ({mass} interval, equal-tailed, {low:.3f} to {high:.3f}). "
        f"From top to bottom, first and last: {'; '.join(each)}.{data.doubts}"
    )
