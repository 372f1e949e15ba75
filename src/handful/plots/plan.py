"""How probably so many bags of such a size answer a question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import NullFormatter

from handful.arrays import Floats, Integers
from handful.plots.meaning import describe
from handful.plots.panels import panel, tidy
from handful.plots.styles import INK, SEVERAL
from handful.plots.wording import doubts, marked, percent, printable
from handful.results.planning.answers import Plan

TITLES = {
    "share": "How many bags to know the share?",
    "recipes": "How many bags to tell the recipes apart?",
    "assignments": "How large must bags be to be put right?",
}
ERRORS = 2.0
"""Bars go so many standard errors to either side."""
MARKERS = ("o", "s", "D", "^", "v")
SHARES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
WIDE = 20.0
"""Numbers that differ by more than so many times are shown on a log scale."""


@dataclass(frozen=True, slots=True)
class Line:
    """The candidates of one size, or all sizes of bags that are judged one by one.

    Parameters
    ----------
    size : int or None
        How many items a bag holds; None where that is what varies.
    numbers : array of int, shape (n,)
        How many bags, or of what size.
    probability, error : array (n,)
        That the aim is met, and its standard error.
    """

    size: int | None
    numbers: Annotated[Integers, "n"]
    probability: Annotated[Floats, "n"]
    error: Annotated[Floats, "n"]


@dataclass(frozen=True, slots=True, eq=False)
class PlanLines:
    """What is drawn of a plan.

    Parameters
    ----------
    kind : str
        What was asked: share, recipes or assignments.
    aim : float
        What shall be reached.
    lines : tuple of Line
        By size.
    enough : tuple of (int or None, int, float) or None
        Size, number and probability of what will do: the point that is marked.
    words : str
        The answer.
    doubts : str
        What is wrong with the plan, if anything is.
    """

    kind: str
    aim: float
    lines: tuple[Line, ...]
    enough: tuple[int | None, int, float] | None
    words: str
    doubts: str


def plot_plan(plan: Plan, *, ax: Axes | None = None) -> Axes:
    """The axes with the probability that the aim is met, against the number of bags (of assignments: their size).

    A line for each size; bars are two standard errors to either side, and are left out where a probability is exact.
    The dashed line is the aim, the ring what will do with the fewest items.

    Parameters
    ----------
    plan : Plan
        What ``plan`` returned.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Examples
    --------
    >>> import handful as hf
    >>> ax = plot_plan(hf.plan(hf.ShareWithin(0.05), hf.Pooled(hf.Beta(1, 5)), size=55))
    >>> ax.get_title(loc="left")
    'How many bags to know the share?'
    """
    data = plan_data(plan)
    ax = panel(ax)
    _layout(ax, data)
    _marks(ax, data)
    describe(ax, "plan", title=TITLES[data.kind], text=_words(data), data=data)
    return ax


def plan_data(plan: Plan) -> PlanLines:
    """The candidates by size, in rising order."""
    single = plan.question.kind == "assignments" and all(row.n_bags is None for row in plan.rows)
    sizes = (None,) if single else tuple(dict.fromkeys(row.size for row in plan.rows))
    lines = []
    for size in sizes:
        rows = [row for row in plan.rows if size is None or row.size == size]
        numbers = np.array([row.size if row.n_bags is None else row.n_bags for row in rows])
        order = np.argsort(numbers, kind="stable")
        lines.append(
            Line(
                size,
                numbers[order],
                np.array([row.probability for row in rows])[order],
                np.array([row.error for row in rows])[order],
            )
        )
    best = plan.enough
    return PlanLines(
        kind=plan.question.kind,
        aim=plan.aim,
        lines=tuple(lines),
        enough=None
        if best is None
        else (
            None if single else best.size,
            best.size if best.n_bags is None else best.n_bags,
            best.probability,
        ),
        words=plan.words,
        doubts=doubts(plan.verdict),
    )


def _layout(ax: Axes, data: PlanLines) -> None:
    tidy(ax)
    ax.set_title(marked(TITLES[data.kind], data.doubts), loc="left")
    by_size = data.lines[0].size is None
    ax.set_xlabel("items in a bag" if by_size else "number of bags")
    ax.set_ylabel(
        "part of the bags put right" if data.kind == "assignments" else "probability of reaching the aim"
    )
    numbers = np.concatenate([line.numbers for line in data.lines])
    low, high = int(numbers.min()), int(numbers.max())
    if low > 0 and high > WIDE * low:
        ax.set_xscale("log")
        ax.set_xlim(0.8 * low, 1.25 * high)
    else:
        room = max(0.06 * (high - low), 0.5)
        ax.set_xlim(low - room, high + room)
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}" if value >= 0 and value % 1 == 0 else "")
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.set_ylim(-0.04, 1.06)
    ax.set_yticks(SHARES, [percent(share) for share in SHARES])
    ax.grid(axis="y", color="#dddddd", linewidth=0.7)
    ax.set_axisbelow(True)


def _marks(ax: Axes, data: PlanLines) -> None:
    ax.axhline(data.aim, color=INK, linewidth=0.9, linestyle="--", zorder=1.5)
    ax.annotate(f"aim: {percent(data.aim)}", (1.0, data.aim), xycoords=("axes fraction", "data"),
                xytext=(3, 0), textcoords="offset points", va="center", fontsize="small")  # fmt: skip
    for place, line in enumerate(data.lines):
        style = SEVERAL[place % len(SEVERAL)]
        ax.errorbar(
            line.numbers,
            line.probability,
            yerr=_bars(line) if line.error.any() else None,
            marker=MARKERS[place % len(MARKERS)],
            markersize=5,
            capsize=3,
            label=None if line.size is None else f"bags of {line.size:,}",
            zorder=2.5,
            **style.line(),
        )
    if data.enough is not None:
        ax.plot([data.enough[1]], [data.enough[2]], zorder=3.0, label="enough", **_ring())
    if data.enough is not None or data.lines[0].size is not None:
        ax.legend(frameon=False, loc="lower right", fontsize="small")


def _bars(line: Line) -> Annotated[Floats, "2 n"]:
    """How far the bars go down and up: no probability is below 0 or above 1."""
    reach = ERRORS * line.error
    return np.stack([np.minimum(reach, line.probability), np.minimum(reach, 1.0 - line.probability)])


def _ring() -> dict[str, Any]:
    return {"marker": "o", "markersize": 13, "markerfacecolor": "none", "markeredgecolor": INK,
            "markeredgewidth": 1.8, "linestyle": "none"}  # fmt: skip


def _words(data: PlanLines) -> str:
    what = (
        "the part of the bags put right"
        if data.kind == "assignments"
        else "the probability of reaching the aim"
    )
    each = "; ".join(_line_words(line) for line in data.lines)
    return f"Lines: {what}, the aim being {percent(data.aim)}. {each}. {printable(data.words)}{data.doubts}"


def _line_words(line: Line) -> str:
    unit = "items" if line.size is None else f"bags of {line.size:,}"
    points = zip(line.numbers.tolist(), line.probability.tolist(), strict=True)
    return ", ".join(f"{number:,} {unit} {percent(probability)}" for number, probability in points)
