"""What each bag held, as stacked bars beside each other, the bags sorted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from handful.arrays import Floats, Integers
from handful.data.counts import Counts
from handful.errors import ParameterError
from handful.plots.meaning import describe
from handful.plots.panels import HEIGHT, panel, tidy
from handful.plots.styles import INK, CategoryStyle, category_styles
from handful.plots.wording import percent, printable, shown
from handful.results.palette import NEUTRAL

MOST_CATEGORIES = 12
MOST_BARS = 1_000
NAMED_BARS = 40
OTHER = "other"


@dataclass(frozen=True, slots=True, eq=False)
class Bags:
    """The shares that were counted in each bag, bags sorted by one category's share.

    Parameters
    ----------
    categories : tuple of str
        The C shown; of very many the commonest, and 'other'.
    by : str
        The category that the bags are sorted by, from its largest share down.
    bags : tuple of str
        The B shown, in their order.
    shares : array, shape (B, C)
        k_bc / N_b.
    totals : array of int, shape (B,)
        N_b.
    named : tuple of str
        All categories of the counts, whose colours and letters are the same in every picture.
    n_bags, n_empty : int
        How many bags there are, and how many of them are empty and have no shares.
    """

    categories: tuple[str, ...]
    by: str
    bags: tuple[str, ...]
    shares: Annotated[Floats, "B C"]
    totals: Annotated[Integers, "B"]
    named: tuple[str, ...]
    n_bags: int
    n_empty: int


def plot_bags(counts: Counts, *, by: str | None = None, ax: Axes | None = None) -> Axes:
    """The axes with a stacked bar a bag: the shares that were counted in it, bags sorted.

    Parameters
    ----------
    counts : Counts
        Bags by categories. Of more than 12 categories the commonest 11 are shown, and 'other';
        of more than 1000 bags every so-many-th in their order.
    by : str, optional
        The category to sort by; the commonest one if not given.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Raises
    ------
    ParameterError
        If there is no such category, or nothing was counted.

    Examples
    --------
    >>> counts = Counts([[1, 3], [3, 1], [2, 2]], categories=["blue", "red"], ids=["A", "B", "C"])
    >>> [tick.get_text() for tick in plot_bags(counts, by="blue").get_xticklabels()]
    ['B', 'C', 'A']
    """
    data = bags_data(counts, by=by)
    ax = panel(ax, width=min(max(3.4 + 0.32 * len(data.bags), 5.0), 9.0), height=HEIGHT)
    _layout(ax, data)
    _marks(ax, data)
    describe(ax, "bags", title="What each bag held", text=_words(data), data=data)
    return ax


def bags_data(counts: Counts, *, by: str | None) -> Bags:
    """The shares counted in each bag, sorted."""
    filled = np.flatnonzero(counts.totals)
    if not filled.size:
        raise ParameterError(
            "nothing was counted: there are no shares to show", name="counts", found=counts.n_bags
        )
    sums = counts.table.sum(axis=0)
    chosen = counts.categories[int(sums.argmax())] if by is None else by
    key = counts.column(chosen)[filled] / counts.totals[filled]
    rows = filled[np.argsort(-key, kind="stable")]
    if rows.size > MOST_BARS:
        rows = rows[np.unique(np.linspace(0, rows.size - 1, MOST_BARS).round().astype(np.int64))]
    categories, table = _commonest(counts, first=chosen)
    table, totals = table[rows], counts.totals[rows]
    ids = counts.bags
    return Bags(
        categories,
        chosen,
        tuple(ids[row] for row in rows.tolist()),
        table / totals[:, None],
        totals,
        counts.categories,
        counts.n_bags,
        counts.n_bags - filled.size,
    )


def _commonest(counts: Counts, *, first: str) -> tuple[tuple[str, ...], Annotated[Integers, "B C"]]:
    """The columns in the order in which they are stacked, `first` at the bottom; rare ones together."""
    lead = counts.categories.index(first)
    others = [c for c in range(counts.n_categories) if c != lead]
    if counts.n_categories > MOST_CATEGORIES:
        sums = counts.table.sum(axis=0)
        others = sorted(others, key=lambda c: -int(sums[c]))
    kept = [lead, *others][: MOST_CATEGORIES - 1 if counts.n_categories > MOST_CATEGORIES else None]
    names, table = tuple(counts.categories[c] for c in kept), counts.table[:, kept]
    if len(kept) == counts.n_categories:
        return names, table
    rest = counts.totals - table.sum(axis=1)
    return (*names, _free_name(counts.categories)), np.column_stack((table, rest))


def _free_name(taken: tuple[str, ...]) -> str:
    name = OTHER
    while name in taken:
        name = f"all {name}"
    return name


def _layout(ax: Axes, data: Bags) -> None:
    tidy(ax)
    n = len(data.bags)
    skipped = data.n_bags - data.n_empty - n
    parts = [f"{data.n_bags:,} bags" if not skipped else f"{n:,} of {data.n_bags:,} bags, evenly chosen"]
    parts.append(f"sorted by their share of {shown(data.by)}")
    if data.n_empty:
        parts.append(f"{data.n_empty:,} empty left out")
    ax.set_xlabel(", ".join(parts))
    ax.set_ylabel("share counted in the bag")
    ax.set_title("What each bag held", loc="left")
    ax.set_xlim(-0.6, n - 0.4)
    ax.set_ylim(0.0, 1.0)
    if n <= NAMED_BARS:
        names = [shown(bag, 12) for bag in data.bags]
        ax.set_xticks(range(n), names, rotation=90 if max(map(len, names)) > 3 and n > 8 else 0)
        ax.tick_params(axis="x", length=0)
    else:
        ax.set_xticks([])


def _marks(ax: Axes, data: Bags) -> None:
    n = len(data.bags)
    place, bottom = np.arange(n), np.zeros(n)
    looks = _looks(data)
    named = n <= NAMED_BARS
    for look, heights in zip(looks, data.shares.T, strict=True):
        if named:
            ax.bar(place, heights, bottom=bottom, width=0.86, color=look.colour, edgecolor=INK, linewidth=0.8,
                   hatch=look.hatch or None)  # fmt: skip
        else:
            edges = np.arange(n + 1) - 0.5
            ax.stairs(bottom + heights, edges, baseline=bottom, fill=True, facecolor=look.colour,
                      edgecolor=INK, linewidth=0.25, hatch=look.hatch or None)  # fmt: skip
        _letters(ax, look, place=place, middle=bottom + heights / 2, heights=heights)
        bottom = bottom + heights
    _key(ax, looks)


def _looks(data: Bags) -> tuple[CategoryStyle, ...]:
    """The look of each category shown; of the rest taken together too."""
    known = {look.name: look for look in category_styles(data.named)}
    return tuple(known.get(name, CategoryStyle(name, "+", NEUTRAL, "")) for name in data.categories)


def _letters(
    ax: Axes,
    look: CategoryStyle,
    *,
    place: Annotated[Integers, "B"],
    middle: Annotated[Floats, "B"],
    heights: Annotated[Floats, "B"],
) -> None:
    """The letter code in each piece that is high enough for it; of many bags in a few."""
    n = place.size
    step = 1 if n <= NAMED_BARS else max(n // 8, 1)
    size = "small" if n <= 20 else "x-small"
    for i in range(step // 2, n, step):
        if heights[i] > 0.045:
            box = (
                {"facecolor": look.colour, "edgecolor": "none", "pad": 0.8}
                if look.hatch or n > NAMED_BARS
                else None
            )
            ax.text(
                place[i],
                middle[i],
                look.code,
                ha="center",
                va="center",
                fontsize=size,
                color=look.ink,
                bbox=box,
            )


def _key(ax: Axes, looks: tuple[CategoryStyle, ...]) -> None:
    """The legend, in the order of the stack from above."""
    patches = [
        Patch(facecolor=one.colour, edgecolor=INK, linewidth=0.8, hatch=one.hatch or None) for one in looks
    ]
    names = [f"{shown(one.name)} ({one.code})" for one in looks]
    ax.legend(patches[::-1], names[::-1], frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))


def _words(data: Bags) -> str:
    column = data.shares[:, 0]
    pooled = (data.shares * data.totals[:, None]).sum(axis=0) / data.totals.sum()
    each = ", ".join(
        f"{printable(name)} {percent(float(share))}"
        for name, share in zip(data.categories, pooled, strict=True)
    )
    first, last = printable(data.bags[0]), printable(data.bags[-1])
    empty = f" {data.n_empty} empty bags are left out." if data.n_empty else ""
    return (
        f"Stacked bars of the shares counted in {len(data.bags):,} of {data.n_bags:,} bags, sorted by the share of "
        f"{printable(data.by)}: from {percent(float(column[0]))} in bag {first} to {percent(float(column[-1]))} in "
        f"bag {last}. In these bags together: {each}.{empty}"
    )
