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
from handful.results.prior_predictive import MASS, PriorPredictive

TITLE = "What the prior expects of a bag"
MOST_CATEGORIES = 24
MOST_BAGS = 200
"""More bags are not drawn one by one."""
HALF = 0.5
"""The mass of the thick part of a bar."""


@dataclass(frozen=True, slots=True, eq=False)
class ExpectedShares:
    """The shares that are drawn, a row a category.

    Parameters
    ----------
    categories : tuple of str
        The C shown; of very many those that the prior expects most of.
    median, lower, upper, inner_lower, inner_upper : array (C,)
        Of the share in a bag, and the ends of the 95 % and 50 % intervals, equal-tailed.
    seen : array (C,) or None
        The shares in all counted bags together.
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
    seen: Annotated[Floats, "C"] | None
    bags: Annotated[Floats, "B C"] | None
    model: str
    prior: str
    typical_total: float
    named: tuple[str, ...]
    words: str


def plot_prior_predictive(expected: PriorPredictive, *, ax: Axes | None = None) -> Axes:
    """The axes with a row a category: what share of a bag the prior expects, and what was counted.

    The thin bar holds 95 % of the made-up bags, the thick one half of them, both equal-tailed. Ticks below are the bags
    that were counted, the diamond all of them together.

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
        seen=None
        if bags is None
        else np.array([one.seen for one in expected.shares], dtype=np.float64)[kept],
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
    tops = [float(data.upper.max()), *(() if data.bags is None else (float(data.bags.max()),))]
    ax.set_xlim(0.0, 1.05 * max(*tops, 0.01))
    ax.xaxis.set_major_formatter(lambda value, _: percent(value))
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="x", color="#dddddd", linewidth=0.7)
    ax.set_axisbelow(True)


def _marks(ax: Axes, data: ExpectedShares) -> None:
    looks = {look.name: look for look in category_styles(data.named)}
    colour = CURVES["prior"].colour
    for row, name in enumerate(data.categories):
        ax.plot([data.lower[row], data.upper[row]], [row, row], color=colour, linewidth=1.8, zorder=2.0)
        ax.plot([data.inner_lower[row], data.inner_upper[row]], [row, row], color=colour, linewidth=6.0,
                solid_capstyle="butt", zorder=2.1)  # fmt: skip
        ax.plot(
            [data.median[row]], [row], marker="|", color=INK, markersize=12, markeredgewidth=2.0, zorder=2.5
        )
        if data.bags is None or data.seen is None:
            continue
        ax.plot(data.bags[:, row], np.full(len(data.bags), row + 0.3), linestyle="none", marker="|", color=INK,
                markersize=6, markeredgewidth=0.8, alpha=0.6, zorder=2.2)  # fmt: skip
        ax.plot([data.seen[row]], [row + 0.3], marker="D", color=looks[name].colour, markeredgecolor=INK, markersize=6,
                zorder=3.0)  # fmt: skip
    _key(ax, data)


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
        ]
        names += ["a counted bag", "all counted\nbags together"]
    ax.legend(keys, names, frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize="small")


def _words(data: ExpectedShares) -> str:
    of = "" if len(data.categories) == len(data.named) else f", the most expected of {len(data.named)}"
    rows = "; ".join(_row(data, c) for c in range(len(data.categories)))
    return (
        f"Bars of the share in a bag that the prior expects of {len(data.categories)} categories{of}, with "
        f"{percent(MASS)} intervals: {rows}. {printable(data.words)}"
    )


def _row(data: ExpectedShares, c: int) -> str:
    seen = "" if data.seen is None else f", counted {percent(float(data.seen[c]))}"
    between = f"{percent(float(data.lower[c]))} to {percent(float(data.upper[c]))}"
    return f"{printable(data.categories[c])} {between}{seen}"
