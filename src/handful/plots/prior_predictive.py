"""What bags a model and its prior expect, beside those that were counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from handful.arrays import Floats
from handful.plots.meaning import describe
from handful.plots.panels import panel, tidy
from handful.plots.styles import CURVES, INK, category_styles
from handful.plots.wording import percent, printable, shown
from handful.results.made_up.expected import MASS
from handful.results.prior_predictive import PriorPredictive

TITLE = "What the prior expects of a bag"
MOST_CATEGORIES = 24
MOST_BAGS = 200
"""More bags are not drawn one by one."""
HALF = 0.5
"""The mass of the thick part of a bar."""
ABOVE, BAGS_AT, BELOW = 0.18, 0.1, 0.34
"""Where in a row the prior's bar is, the bags that were counted, and all of them together."""
OF_SETS = "#777777"


@dataclass(frozen=True, slots=True, eq=False)
class ExpectedShares:
    """The shares that are drawn, a row a category.

    Parameters
    ----------
    categories : tuple of str
        The C shown; of very many those that the prior expects most of.
    median, lower, upper, inner_lower, inner_upper : array (C,)
        Of the share in a bag, and the ends of the 95 % and 50 % intervals, equal-tailed.
    n_bags : int
        How many bags there are, B.
    seen : array (C,) or None
        The shares in all counted bags together.
    seen_lower, seen_upper : array (C,) or None
        The ends of the 95 % interval of that in the made-up sets of B bags.
    bags : array (B, C) or None
        The shares in each, of very many bags those at even distances in their order.
    model, prior : str
        What expects them.
    typical_total : float
        The median number of items of the bags.
    named : tuple of str
        All categories, whose colours are the same in every picture.
    words : str
        What the prior expects, and what it is surprised by.
    """

    categories: tuple[str, ...]
    median: Annotated[Floats, "C"]
    lower: Annotated[Floats, "C"]
    upper: Annotated[Floats, "C"]
    inner_lower: Annotated[Floats, "C"]
    inner_upper: Annotated[Floats, "C"]
    n_bags: int
    seen: Annotated[Floats, "C"] | None
    seen_lower: Annotated[Floats, "C"] | None
    seen_upper: Annotated[Floats, "C"] | None
    bags: Annotated[Floats, "B C"] | None
    model: str
    prior: str
    typical_total: float
    named: tuple[str, ...]
    words: str


def plot_prior_predictive(expected: PriorPredictive, *, ax: Axes | None = None) -> Axes:
    """The axes with a row a category: what share of a bag the prior expects, and what was counted.

    The thin bar holds 95 % of the made-up bags, the thick one half of them, both equal-tailed. Ticks below are the bags
    that were counted. The diamond is all of them together, on a bar of its own: 95 % of made-up sets of as many bags.

    Parameters
    ----------
    expected : PriorPredictive
        What ``prior_predictive`` returned. Of more than 24 categories those that the prior expects most of are shown.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Examples
    --------
    >>> import handful as hf
    >>> expected = hf.prior_predictive(hf.Pooled(hf.Beta(1, 5)), bags=30, size=55, rng=1)
    >>> plot_prior_predictive(expected).get_title(loc="left")
    'What the prior expects of a bag'
    """
    data = expected_data(expected)
    ax = panel(ax, width=7.2, height=min(max(1.5 + 0.5 * len(data.categories), 2.9), 12.0))
    _layout(ax, data)
    _marks(ax, data)
    describe(ax, "prior-predictive", title=TITLE, text=_words(data), data=data)
    return ax


def expected_data(expected: PriorPredictive) -> ExpectedShares:
    """The shares of the categories to show."""
    median = np.array([one.median for one in expected.shares])
    kept = np.sort(np.argsort(-median, kind="stable")[:MOST_CATEGORIES])
    tails = 0.5 * np.array([1.0 - MASS, 1.0 - HALF, 1.0 + HALF, 1.0 + MASS])
    lower, inner_lower, inner_upper, upper = np.quantile(expected.draws[:, kept], tails, axis=0)
    all_bags = expected.together
    of_all = np.array([[one.seen, one.lower, one.upper] for one in all_bags], dtype=np.float64)[kept].T
    bags = expected.bags
    if bags is not None:
        some = np.unique(np.linspace(0, len(bags) - 1, min(len(bags), MOST_BAGS)).astype(np.int64))
        bags = bags[some][:, kept]
    return ExpectedShares(
        categories=tuple(expected.categories[c] for c in kept.tolist()),
        median=median[kept],
        lower=lower,
        upper=upper,
        inner_lower=inner_lower,
        inner_upper=inner_upper,
        n_bags=expected.n_bags,
        seen=None if bags is None else of_all[0],
        seen_lower=None if bags is None else of_all[1],
        seen_upper=None if bags is None else of_all[2],
        bags=bags,
        model=expected.model,
        prior=expected.prior,
        typical_total=expected.typical_total,
        named=expected.categories,
        words=" ".join((expected.words, *expected.surprises)),
    )


def _layout(ax: Axes, data: ExpectedShares) -> None:
    tidy(ax)
    n = len(data.categories)
    ax.set_title(TITLE, loc="left")
    ax.set_xlabel(f"share in a bag of {data.typical_total:g}\n({shown(data.model)}: {shown(data.prior, 60)})")
    looks = {look.name: look for look in category_styles(data.named)}
    ax.set_yticks(range(n), [f"{shown(name)} ({looks[name].code})" for name in data.categories])
    ax.set_ylim(n - 0.5, -0.5)
    tops = [float(one.max()) for one in (data.upper, data.bags, data.seen_upper) if one is not None]
    ax.set_xlim(0.0, 1.05 * max(*tops, 0.01))
    ax.xaxis.set_major_formatter(lambda value, _: percent(value))
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="x", color="#dddddd", linewidth=0.7)
    ax.set_axisbelow(True)


def _marks(ax: Axes, data: ExpectedShares) -> None:
    colour = CURVES["prior"].colour
    for place in range(len(data.categories)):
        row = place if data.bags is None else place - ABOVE
        ax.plot([data.lower[place], data.upper[place]], [row, row], color=colour, linewidth=1.8, zorder=2.0)
        ax.plot([data.inner_lower[place], data.inner_upper[place]], [row, row], color=colour, linewidth=6.0,
                solid_capstyle="butt", zorder=2.1)  # fmt: skip
        ax.plot([data.median[place]], [row], marker="|", color=INK, markersize=12, markeredgewidth=2.0,
                zorder=2.5)  # fmt: skip
    _seen(ax, data)
    _key(ax, data)


def _seen(ax: Axes, data: ExpectedShares) -> None:
    """The counted bags one by one, and all of them on the bar of what sets of as many hold together."""
    if data.bags is None or data.seen is None or data.seen_lower is None or data.seen_upper is None:
        return
    looks = {look.name: look for look in category_styles(data.named)}
    for place, name in enumerate(data.categories):
        row = place + BELOW
        ax.plot(data.bags[:, place], np.full(len(data.bags), place + BAGS_AT), linestyle="none", marker="|", color=INK,
                markersize=6, markeredgewidth=0.8, alpha=0.6, zorder=2.2)  # fmt: skip
        ax.plot([data.seen_lower[place], data.seen_upper[place]], [row, row], color=OF_SETS, linewidth=3.0,
                zorder=2.3)  # fmt: skip
        ax.plot([data.seen[place]], [row], marker="D", color=looks[name].colour, markeredgecolor=INK, markersize=6,
                zorder=3.0)  # fmt: skip


def _key(ax: Axes, data: ExpectedShares) -> None:
    colour = CURVES["prior"].colour
    keys = [
        Line2D([], [], color=colour, linewidth=6.0),
        Line2D([], [], color=colour, linewidth=1.8),
        Line2D([], [], color=INK, marker="|", markersize=12, markeredgewidth=2.0, linestyle="none"),
    ]
    names = ["half of the\nmade-up bags", f"{percent(MASS)} of them", "median"]
    if data.bags is not None:
        keys += [
            Line2D([], [], color=INK, marker="|", markersize=6, linestyle="none"),
            Line2D([], [], color="#999999", marker="D", markeredgecolor=INK, linestyle="none"),
            Line2D([], [], color=OF_SETS, linewidth=3.0),
        ]
        names += ["a counted bag", "all counted\nbags together", f"{percent(MASS)} of made-up\n{_sets(data)}"]
    ax.legend(keys, names, frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize="small")


def _sets(data: ExpectedShares) -> str:
    return "bags" if data.n_bags == 1 else f"sets of {data.n_bags:,} bags"


def _words(data: ExpectedShares) -> str:
    of = "" if len(data.categories) == len(data.named) else f", the most expected of {len(data.named)}"
    rows = "; ".join(_row(data, c) for c in range(len(data.categories)))
    return (
        f"Bars of the share in a bag that the prior expects of {len(data.categories)} categories{of}, with "
        f"{percent(MASS)} intervals: {rows}. {printable(data.words)}"
    )


def _row(data: ExpectedShares, c: int) -> str:
    text = f"{printable(data.categories[c])} {_between(data.lower, data.upper, at=c)}"
    if data.seen is None or data.seen_lower is None or data.seen_upper is None:
        return text
    all_bags = "the bag" if data.n_bags == 1 else f"all {data.n_bags:,} bags together"
    expected = _between(data.seen_lower, data.seen_upper, at=c)
    return f"{text}, counted in {all_bags} {percent(float(data.seen[c]))} (made-up {_sets(data)}: {expected})"


def _between(lower: Annotated[Floats, "C"], upper: Annotated[Floats, "C"], *, at: int) -> str:
    return f"{percent(float(lower[at]))} to {percent(float(upper[at]))}"
