"""How well each bag is foretold by all the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from handful.arrays import Floats
from handful.errors import ParameterError
from handful.plots.meaning import describe
from handful.plots.panels import panel, tidy
from handful.plots.styles import BASE, INK
from handful.plots.wording import printable, shown
from handful.results.checking.result import Check

TITLE = "How well each bag is foretold by the others"
MOST_NAMED = 3
MOST_TICKS = 20
KINDS = ("weights of draws, or exact", "fitted anew without the bag", "rough")
LOOKS = (("o", BASE), ("s", "#ffffff"), ("X", INK))


@dataclass(frozen=True, slots=True, eq=False)
class LeftOutBags:
    """The log scores of B bags.

    Parameters
    ----------
    bags : tuple of str
        Which.
    log_scores : array (B,)
        In nats; −inf where the bag is impossible.
    pareto_k : array (B,)
        The shape of the tail of the weights; NaN where none were needed.
    how : tuple of int
        0: by weights or exact; 1: by a refit; 2: rough.
    total, se : float
        The sum, and its standard error over bags.
    worst : tuple of int
        The places of the least likely bags for their totals, the worst first.
    """

    bags: tuple[str, ...]
    log_scores: Annotated[Floats, "B"]
    pareto_k: Annotated[Floats, "B"]
    how: tuple[int, ...]
    total: float
    se: float
    worst: tuple[int, ...]


def plot_left_out(check: Check, *, ax: Axes | None = None) -> Axes:
    """The axes with the log score of each bag, left out; how it was found is told by the mark.

    Parameters
    ----------
    check : Check
        What ``check`` returned.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Raises
    ------
    ParameterError
        If no bag was left out.

    Examples
    --------
    >>> import handful as hf
    >>> counts = hf.Counts([[12, 43], [9, 46], [30, 25]], categories=["blue", "not blue"])
    >>> plot_left_out(hf.check(hf.fit(hf.Pooled(), counts), counts, rng=1)).get_ylabel()
    'log score (nats)'
    """
    data = left_out_bags(check)
    ax = panel(ax, width=7.2)
    _layout(ax, data)
    _marks(ax, data)
    describe(ax, "left_out", title=TITLE, text=_words(data, check.model), data=data)
    return ax


def left_out_bags(check: Check) -> LeftOutBags:
    """The scores, and which bags are the least likely of their size."""
    scores = check.left_out
    if scores is None:
        raise ParameterError(
            f"no bag was left out: {' '.join(check.verdict.notes)}", name="check", found=check
        )
    how = np.zeros(len(scores.bags), dtype=np.int64)
    how[scores.refitted], how[scores.rough] = 1, 2
    place = {bag: b for b, bag in enumerate(scores.bags)}
    order = np.argsort(-check.unlikely, kind="stable")[:MOST_NAMED]
    return LeftOutBags(
        bags=scores.bags,
        log_scores=scores.log_scores,
        pareto_k=scores.pareto_k,
        how=tuple(how.tolist()),
        total=scores.total,
        se=scores.se,
        worst=tuple(place[check.bags[b]] for b in order.tolist()),
    )


def _layout(ax: Axes, data: LeftOutBags) -> None:
    tidy(ax)
    ax.set_title(TITLE, loc="left")
    ax.set_ylabel("log score (nats)")
    n = len(data.bags)
    if n <= MOST_TICKS:
        long = max(map(len, data.bags)) > 3
        ax.set_xticks(range(n), [shown(bag, 12) for bag in data.bags], rotation=90 if long else 0)
    ax.set_xlabel("bag" if n <= MOST_TICKS else f"{n:,} bags, in their order")
    ax.set_xlim(-0.6, n - 0.4)
    ax.grid(axis="y", color="#dddddd", linewidth=0.7)
    ax.set_axisbelow(True)


def _marks(ax: Axes, data: LeftOutBags) -> None:
    finite = np.isfinite(data.log_scores)
    low = float(data.log_scores[finite].min()) if finite.any() else 0.0
    how = np.array(data.how)
    keys = []
    for kind, (marker, colour) in enumerate(LOOKS):
        places = np.flatnonzero(how == kind)
        if not len(places):
            continue
        look: dict[str, Any] = {
            "marker": marker,
            "markersize": 6,
            "color": colour,
            "markeredgecolor": INK,
            "linestyle": "none",
        }
        scores = np.where(finite, data.log_scores, low)[places]
        ax.plot(places, scores, **look)
        keys.append(Line2D([], [], label=KINDS[kind], **look))
    for place in np.flatnonzero(~finite).tolist():
        ax.annotate("impossible", (place, low), ha="center", va="top", fontsize="small")
    for place in data.worst:
        if finite[place]:
            ax.annotate(
                shown(data.bags[place], 12),
                (place, data.log_scores[place]),
                xytext=(4, -9),
                textcoords="offset points",
                fontsize="small",
            )
    if len(keys) > 1:
        ax.legend(handles=keys, frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))


def _words(data: LeftOutBags, model: str) -> str:
    parts = [
        f"Dots: the log score of each of {len(data.bags):,} bags under the model {model}, foretold from all the "
        f"others; together {data.total:.1f} nats"
        + (f" with standard error {data.se:.1f} over bags." if np.isfinite(data.se) else ".")
    ]
    known = data.pareto_k[~np.isnan(data.pareto_k)]
    if known.size:
        parts.append(f"The largest pareto_k is {float(known.max()):.2f}.")
    for kind, said in ((1, "scores took a fit without the bag"), (2, "scores are rough")):
        if data.how.count(kind):
            parts.append(f"{data.how.count(kind):,} {said}.")
    if data.worst:
        worst = ", ".join(
            f"{printable(data.bags[place])} ({data.log_scores[place]:.2f})" for place in data.worst
        )
        parts.append(f"The least likely for their size: {worst}.")
    return " ".join(parts)
