"""Which component each bag came from: a stacked bar of probabilities a bag, the bags sorted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from handful.arrays import Floats, Integers
from handful.errors import ParameterError
from handful.inference.fits import Fit
from handful.inference.identified import SURE
from handful.plots.component_styles import (
    bag_names,
    by_component,
    component_key,
    component_name,
    component_styles,
)
from handful.plots.meaning import describe
from handful.plots.panels import HEIGHT, panel, tidy
from handful.plots.styles import INK, CategoryStyle
from handful.plots.wording import doubts, marked, percent, printable
from handful.results.assign import assign
from handful.results.assigning.words import VERY_UNLIKELY, called
from handful.results.assignments import Assignments

TITLE = "Which component did each bag come from?"
MOST_BARS = 1_000
NAMED_BARS = 40
ROOM_FOR = 60
"""So many letters of bags' names stand beside each other."""
SMALLEST = 0.07
"""A piece lower than this has no room for a letter, and neither has one that is crossed by the line."""
KNOWN: dict[str, Any] = {"marker": "v", "color": INK, "markersize": 5.0, "linestyle": "none"}
NONE: dict[str, Any] = KNOWN | {"marker": "x", "markersize": 5.5, "markeredgewidth": 1.5}
"""The marks of bags whose component was told, and of those that may be from none."""
ABOVE, HIGHER = 1.025, 1.065
"""Where the marks of a bar stand, in parts of the axes' height."""


@dataclass(frozen=True, slots=True, eq=False)
class SortedBags:
    """The probabilities of the components of each bag, sorted by the most probable one, the surest first.

    Parameters
    ----------
    components : tuple of str
        The K names.
    bags : tuple of str
        The B shown, in their order.
    probabilities : array, shape (B, K)
        P(component | bag).
    known : tuple of (str or None)
        The component, where it is known.
    none : array, shape (B,)
        How seldom bags from the components are as improbable as this one.
    sure : float
        The line: a component as probable as this is named.
    n_bags : int
        How many bags there are.
    words : str
        What the probabilities of all bags say.
    doubts : str
        What is wrong with the fit, if anything is.
    """

    components: tuple[str, ...]
    bags: tuple[str, ...]
    probabilities: Annotated[Floats, "B K"]
    known: tuple[str | None, ...]
    none: Annotated[Floats, "B"]
    sure: float
    n_bags: int
    words: str
    doubts: str

    @property
    def runs(self) -> Iterator[tuple[slice, list[int]]]:
        """Bags beside each other of one most probable component, and how their bars are stacked: that one first."""
        best = self.probabilities.argmax(axis=1)
        for k in range(len(self.components)):
            places = np.flatnonzero(best == k)
            if places.size:
                others = [j for j in range(len(self.components)) if j != k]
                yield slice(int(places[0]), int(places[-1]) + 1), [k, *others]


def plot_assignments(fit: Fit, *, ax: Axes | None = None) -> Axes:
    """The axes with a stacked bar a bag: how probable each component is, the most probable one lowest.

    A bag's component is as good as certain where the lowest piece of its bar reaches the line at 0.9. Bags whose
    component was told are marked, and so are those that look as if they were from none of the components.

    Parameters
    ----------
    fit : Fit
        Of a mixture. Of more than 1000 bags every so-many-th in their order is shown.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Raises
    ------
    ParameterTypeError
        If `fit` is no fit of a mixture.
    ParameterError
        If there are no bags.

    Examples
    --------
    >>> import handful as hf
    >>> counts = hf.Counts([[3, 17], [15, 5], [2, 18]], categories=["blue", "red"], ids=["A", "B", "C"])
    >>> ax = plot_assignments(hf.fit(hf.Mixture(2), counts, rng=1))
    >>> [tick.get_text() for tick in ax.get_xticklabels()]
    ['C', 'A', 'B']
    """
    data = assignments_data(fit)
    ax = panel(ax, width=min(max(3.8 + 0.24 * len(data.bags), 6.4), 11.0), height=HEIGHT)
    looks = component_styles(data.components)
    _layout(ax, data)
    _marks(ax, data, looks=looks)
    _key(ax, data, looks=looks)
    describe(ax, "assignments", title=TITLE, text=_words(data), data=data)
    return ax


def assignments_data(fit: Fit) -> SortedBags:
    """The probabilities of the bags to show, in their order."""
    found: Assignments = assign(fit)
    order = by_component(found.probabilities)
    if not order.size:
        raise ParameterError("there are no bags to show", name="fit", found=fit)
    if order.size > MOST_BARS:
        order = order[np.linspace(0, order.size - 1, MOST_BARS).round().astype(np.int64)]
    return SortedBags(
        components=found.components,
        bags=tuple(found.bags[b] for b in order.tolist()),
        probabilities=found.probabilities[order],
        known=tuple(found.known[b] for b in order.tolist()),
        none=found.none[order],
        sure=SURE,
        n_bags=len(found.bags),
        words=found.words,
        doubts=doubts(found.verdict),
    )


def _layout(ax: Axes, data: SortedBags) -> None:
    tidy(ax)
    n = len(data.bags)
    ax.set_title(marked(TITLE, data.doubts), loc="left", pad=_room(data))
    which = f"{n:,} bags" if n == data.n_bags else f"{n:,} of {data.n_bags:,} bags, evenly chosen"
    ax.set_xlabel(f"{which if n != 1 else '1 bag'}, by the most probable component, the surest first")
    ax.set_ylabel("probability of the component")
    ax.set_xlim(-0.6, n - 0.4)
    ax.set_ylim(0.0, 1.0)
    ax.set_yticks([0.0, 0.25, 0.5, 0.75, data.sure, 1.0], ["0", "0.25", "0.5", "0.75", f"{data.sure:g}", "1"])
    if n <= NAMED_BARS:
        names = bag_names(data.bags)
        ax.set_xticks(range(n), names, rotation=90 if n * max(map(len, names)) > ROOM_FOR else 0)
        ax.tick_params(axis="x", length=0)
    else:
        ax.set_xticks([])


def _room(data: SortedBags) -> float:
    """The points between the bars and the title: there is room for marks, if there are any."""
    return 20.0 if _none(data).size else 13.0 if _known(data).size else 7.0


def _marks(ax: Axes, data: SortedBags, *, looks: tuple[CategoryStyle, ...]) -> None:
    for places, stack in data.runs:
        bottom = np.zeros(places.stop - places.start)
        for k in stack:
            heights = data.probabilities[places, k]
            _pieces(ax, looks[k], places=places, bottom=bottom, heights=heights)
            bottom = bottom + heights
    # Dashes with a light edge can be seen on every colour.
    ax.axhline(data.sure, color="#ffffff", linewidth=2.2, zorder=3.0)
    ax.axhline(data.sure, color=INK, linewidth=1.2, linestyle=(0, (5.0, 2.0)), zorder=3.1)
    higher = HIGHER if _known(data).size else ABOVE
    for marker, rows, y in ((KNOWN, _known(data), ABOVE), (NONE, _none(data), higher)):
        ax.plot(rows, np.full(rows.size, y), transform=ax.get_xaxis_transform(), clip_on=False, **marker)


def _pieces(
    ax: Axes,
    look: CategoryStyle,
    *,
    places: slice,
    bottom: Annotated[Floats, "B"],
    heights: Annotated[Floats, "B"],
) -> None:
    """The pieces of one component in some bars beside each other."""
    n = len(heights)
    hatch = look.hatch or None
    if ax.get_xticks().size:
        ax.bar(np.arange(places.start, places.stop), heights, bottom=bottom, width=0.86, color=look.colour,
               edgecolor=INK, linewidth=0.8, hatch=hatch)  # fmt: skip
        letters = range(n)
    else:
        edges = np.arange(places.start, places.stop + 1) - 0.5
        ax.stairs(bottom + heights, edges, baseline=bottom, fill=True, facecolor=look.colour, edgecolor=INK,
                  linewidth=0.4, hatch=hatch)  # fmt: skip
        letters = range(n // 2, n // 2 + 1)
    for i in letters:
        middle = bottom[i] + heights[i] / 2
        if heights[i] > SMALLEST and abs(middle - SURE) > SMALLEST / 2:
            box = {"facecolor": look.colour, "edgecolor": "none", "pad": 0.8} if hatch else None
            ax.text(places.start + i, middle, look.code, ha="center", va="center",
                    fontsize="x-small" if n > 20 else "small", color=look.ink, bbox=box)  # fmt: skip


def _key(ax: Axes, data: SortedBags, *, looks: tuple[CategoryStyle, ...]) -> None:
    keys: list[Artist] = [*component_key(looks)]
    names = [component_name(look) for look in looks]
    for marker, rows, name in (
        (KNOWN, _known(data), "component known"),
        (NONE, _none(data), f"from none of them?\n({_by_chance(data)} by chance)"),
    ):
        if rows.size:
            keys.append(Line2D([], [], **marker))
            names.append(name)
    ax.legend(keys, names, frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))


def _by_chance(data: SortedBags) -> str:
    """How many bags are to be expected to look as if they were from none."""
    expected = VERY_UNLIKELY * len(data.bags)
    return f"about {expected:,.0f}" if expected >= 1 else "hardly one"


def _known(data: SortedBags) -> Integers:
    return np.flatnonzero([one is not None for one in data.known])


def _none(data: SortedBags) -> Integers:
    return np.flatnonzero(data.none < VERY_UNLIKELY)


def _words(data: SortedBags) -> str:
    n = len(data.bags)
    parts = []
    for places, (k, *_) in data.runs:
        own = data.probabilities[places, k]
        first, last = printable(data.bags[places.start]), printable(data.bags[places.stop - 1])
        ends = f"bag {first} with {own[0]:.3f}" + (
            f" to bag {last} with {own[-1]:.3f}" if own.size > 1 else ""
        )
        parts.append(
            f"{printable(called(data.components[k]))}: {own.size:,}, from {ends}, "
            f"{int((own >= data.sure).sum()):,} of them at {percent(data.sure)} or more"
        )
    known = _known(data).size
    told = f" Of {known:,} of them the component was known." if known else ""
    return (
        f"A stacked bar for each of {n:,} of {data.n_bags:,} bags: the probability that it came from each of "
        f"{len(data.components)} components. Bags by their most probable component: {'; '.join(parts)}.{told} "
        f"{data.words}{data.doubts}"
    )
