"""The bags seen beside bags that the model makes: one statistic, or all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from matplotlib.axes import Axes

from handful.arrays import Floats
from handful.plots.meaning import describe
from handful.plots.panels import panel, tidy
from handful.plots.styles import BASE, INK
from handful.results.checking.judged import CheckedStatistic
from handful.results.checking.result import Check
from handful.results.p_values import TIE, p_words

BARS = 40
FARTHEST = 6.0
"""Standard deviations: what is farther out stands at the edge, with an arrow."""
ALL = "The bags seen, among bags that the model makes"


@dataclass(frozen=True, slots=True, eq=False)
class OneStatistic:
    """One statistic of the bags seen, and how it is spread over made-up tables.

    Parameters
    ----------
    name, title, words : str
        Which it is, and what it says.
    observed : float
        Of the bags seen.
    observed_between : (float, float)
        Where that differs from draw to draw, the ends of the central 95 % of the draws.
    lower, upper, p : float
        The ends of the central 95 % of made-up tables; the mid-p.
    alarm : bool
        Whether it calls the model into question.
    edges : array (n + 1,)
        Of the bars.
    tables : array (n,)
        The part of the made-up tables in each bar.
    """

    name: str
    title: str
    words: str
    observed: float
    observed_between: tuple[float, float]
    lower: float
    upper: float
    p: float
    alarm: bool
    edges: Annotated[Floats, "n+1"]
    tables: Annotated[Floats, "n"]


@dataclass(frozen=True, slots=True, eq=False)
class AllStatistics:
    """Every statistic in standard deviations of its made-up tables, from their mean.

    Parameters
    ----------
    names : tuple of str
        The T statistics.
    observed, observed_lower, observed_upper : array (T,)
        Of the bags seen; where that differs from draw to draw the middle, and the ends of the central 95 % of draws.
    lower, upper : array (T,)
        The ends of the central 95 % of made-up tables.
    p : array (T,)
        The mid-p of each.
    alarm : tuple of bool
        Which call the model into question.
    words : tuple of str
        What each says.
    """

    names: tuple[str, ...]
    observed: Annotated[Floats, "T"]
    observed_lower: Annotated[Floats, "T"]
    observed_upper: Annotated[Floats, "T"]
    lower: Annotated[Floats, "T"]
    upper: Annotated[Floats, "T"]
    p: Annotated[Floats, "T"]
    alarm: tuple[bool, ...]
    words: tuple[str, ...]


def plot_check(check: Check, *, ax: Axes | None = None, statistic: str | None = None) -> Axes:
    """The axes with the statistics of the bags seen among those of made-up bags.

    Of all statistics, a row each: a bar over the central 95 % of made-up tables, in their standard deviations from
    their mean, and a mark where the bags seen are, with a line where that differs from draw to draw. Of one, the
    histogram of the made-up tables and a line for the bags seen, with a band where that differs.

    Parameters
    ----------
    check : Check
        What ``check`` returned.
    ax : Axes, optional
        Where to draw; a new figure if not given.
    statistic : str, optional
        The one to show; all if not given.

    Raises
    ------
    ParameterError
        If that statistic was not looked at.

    Examples
    --------
    >>> import handful as hf
    >>> counts = hf.Counts([[12, 43], [9, 46], [30, 25]], categories=["blue", "not blue"])
    >>> found = hf.check(hf.fit(hf.Pooled(), counts), counts, rng=1)
    >>> plot_check(found, statistic="zeros").get_title(loc="left")
    'Categories missing from a bag'
    """
    if statistic is not None:
        return _plot_one(one_statistic(check[statistic]), ax)
    data = all_statistics(check)
    ax = panel(ax, width=7.6, height=1.4 + 0.42 * max(len(data.names), 2))
    _layout_all(ax, data)
    _marks_all(ax, data)
    describe(ax, "check", title=ALL, text=_words_all(data, check.model), data=data)
    return ax


def one_statistic(one: CheckedStatistic) -> OneStatistic:
    """The bars of one statistic; of few whole numbers a bar each."""
    values = one.replicated
    distinct = np.unique(values)
    whole = bool((distinct == np.round(distinct)).all()) and distinct[-1] - distinct[0] < BARS
    edges = (
        np.arange(distinct[0] - 0.5, distinct[-1] + 1.0)
        if whole
        else np.histogram_bin_edges(values, bins=BARS)
    )
    tables = np.histogram(values, edges)[0] / len(values)
    return OneStatistic(
        name=one.name,
        title=one.title,
        words=one.words,
        observed=one.observed,
        observed_between=one.observed_between,
        lower=one.lower,
        upper=one.upper,
        p=one.p,
        alarm=one.alarm,
        edges=edges,
        tables=tables,
    )


def all_statistics(check: Check) -> AllStatistics:
    """The statistics on one scale; where all made-up tables have the same value, any other is infinitely far."""
    rows = [_standardised(one) for one in check.statistics]
    observed, observed_lower, observed_upper, lower, upper = np.array(rows).reshape(-1, 5).T
    return AllStatistics(
        names=tuple(one.name for one in check.statistics),
        observed=observed,
        observed_lower=observed_lower,
        observed_upper=observed_upper,
        lower=lower,
        upper=upper,
        p=np.array([one.p for one in check.statistics]),
        alarm=tuple(one.alarm for one in check.statistics),
        words=tuple(one.words for one in check.statistics),
    )


def _standardised(one: CheckedStatistic) -> Annotated[Floats, "5"]:
    """What is seen and the ends of both intervals, in standard deviations of the made-up tables from their mean."""
    values = np.array([one.observed, *one.observed_between, one.lower, one.upper])
    away = np.where(np.isclose(values, one.mean, rtol=TIE, atol=0.0), 0.0, values - one.mean)
    if np.ptp(one.replicated) == 0:
        return np.where(away == 0, 0.0, np.copysign(np.inf, away))
    return np.asarray(away / one.replicated.std())


def _plot_one(data: OneStatistic, ax: Axes | None) -> Axes:
    ax = panel(ax)
    tidy(ax)
    title = f"{data.title[0].upper()}{data.title[1:]}"
    ax.set_title(title, loc="left")
    ax.set_xlabel(data.name)
    ax.set_ylabel("part of the made-up tables")
    ax.stairs(data.tables, data.edges, fill=True, color=BASE, edgecolor=INK, linewidth=0.6, label="made up")
    low, high = data.observed_between
    if low < high:
        ax.axvspan(low, high, color=INK, alpha=0.12, linewidth=0, label="seen, by 95% of the draws")
    ax.axvline(
        data.observed,
        color=INK,
        linewidth=2.2,
        linestyle="--",
        label=f"seen ({p_words(data.p)})",
    )
    ax.legend(frameon=False, loc="best")
    describe(ax, "check", title=title, text=_words_one(data), data=data)
    return ax


def _layout_all(ax: Axes, data: AllStatistics) -> None:
    tidy(ax)
    ax.set_title(ALL, loc="left")
    line = (
        "; line: the bags seen, by 95% of the draws"
        if (data.observed_lower < data.observed_upper).any()
        else ""
    )
    ax.set_xlabel(
        f"standard deviations from the mean of made-up tables\n(bar: the central 95% of them{line})"
    )
    ax.set_xlim(-FARTHEST - 0.6, FARTHEST + 0.6)
    ax.set_ylim(max(len(data.names), 1) - 0.5, -0.5)
    ax.set_yticks(range(len(data.names)), data.names)
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="x", color="#dddddd", linewidth=0.7)
    ax.set_axisbelow(True)


def _marks_all(ax: Axes, data: AllStatistics) -> None:
    ax.axvline(0.0, color=INK, linewidth=0.8, linestyle=":")
    for row, (seen, low, high) in enumerate(zip(data.observed, data.lower, data.upper, strict=True)):
        ax.plot([low, high], [row, row], color=BASE, linewidth=9, solid_capstyle="butt", zorder=1.5)
        between = np.clip([data.observed_lower[row], data.observed_upper[row]], -FARTHEST, FARTHEST)
        ax.plot(between, [row, row], color=INK, linewidth=1.4, solid_capstyle="butt", zorder=2)
        far = abs(seen) > FARTHEST
        marker = (">" if seen > 0 else "<") if far else "o"
        ax.plot(
            [np.clip(seen, -FARTHEST, FARTHEST)],
            [row],
            marker=marker,
            markersize=9,
            color=INK if data.alarm[row] else "#ffffff",
            markeredgecolor=INK,
            markeredgewidth=1.4,
            zorder=3,
        )
        text = f"{p_words(float(data.p[row]))}{'  !' if data.alarm[row] else ''}"
        ax.text(1.02, row, text, transform=ax.get_yaxis_transform(), va="center")


def _words_one(data: OneStatistic) -> str:
    low, high = data.observed_between
    band = f", and a band their {low:.4g} to {high:.4g} by 95% of the draws" if low < high else ""
    return (
        f"Histogram of {data.name} ({data.title}) over made-up tables: 95% of them have {data.lower:.4g} to "
        f"{data.upper:.4g}. A line marks the bags seen, with {data.observed:.4g} ({p_words(data.p)}){band}: "
        f"{data.words}."
    )


def _away(sds: float) -> str:
    if np.isfinite(sds):
        return f"{sds:+.1f}"
    return f"{'above' if sds > 0 else 'below'} all of them, which are the same"


def _words_all(data: AllStatistics, model: str) -> str:
    if not data.names:
        return f"No statistic of the bags was looked at, so that nothing is said of the model {model} here."
    rows = [
        f"{name}: {_away(seen)} ({p_words(p)}; {words})"
        for name, seen, p, words in zip(
            data.names, data.observed.tolist(), data.p.tolist(), data.words, strict=True
        )
    ]
    return (
        f"Statistics of the bags seen among those of bags that the model {model} makes, in standard deviations from "
        f"their mean: {'; '.join(rows)}. A filled mark with ! calls the model into question."
    )
