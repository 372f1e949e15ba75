"""How much bags differ in each category: what was seen, what counting alone makes, and what recipes add."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from handful.arrays import Floats, Integers
from handful.inference.fits import Fit
from handful.plots.meaning import describe
from handful.plots.panels import panel, tidy
from handful.plots.styles import INK, CategoryStyle, category_styles
from handful.plots.wording import doubts, marked, percent, printable, shown
from handful.results.bag_variation import BagVariation, Spread, bag_variation

MOST_CATEGORIES = 24
MASS = 0.95
COUNTING, TOGETHER, RECIPES = -0.25, 0.0, 0.25
"""Where the three stand in a category's row; downwards."""
TITLE = "How much bags differ, and how much of it is counting"


@dataclass(frozen=True, slots=True, eq=False)
class Variation:
    """The standard deviations between bags of the share of each category shown.

    Parameters
    ----------
    categories : tuple of str
        The C shown, in their order; of very many the commonest.
    counting, together, recipes : Spread
        In a bag of the typical total if all had one recipe; with their recipes too; of the recipes alone.
    recipes_at_most : array (C,)
        What the last is below with probability `mass`.
    seen : array (C,) or None
        Of the counted shares.
    typical_total : float
        The harmonic mean of the totals.
    extra : bool
        Whether bags differ more than counting alone makes them; if not, the mean of `recipes` is not drawn.
    mass : float
        Of the intervals.
    named : tuple of str
        All categories, whose colours and letters are the same in every picture.
    n_bags : int
        How many bags have items.
    doubts : str
        What is wrong with the fit, if anything is.
    """

    categories: tuple[str, ...]
    counting: Spread
    together: Spread
    recipes: Spread
    recipes_at_most: Annotated[Floats, "C"]
    seen: Annotated[Floats, "C"] | None
    typical_total: float
    extra: bool
    mass: float
    named: tuple[str, ...]
    n_bags: int
    doubts: str

    @property
    def right(self) -> float:
        """Where the axis ends."""
        tops = [
            self.counting.upper,
            self.together.upper,
            self.recipes.upper if self.extra else self.recipes_at_most,
        ]
        return 1.06 * max(float(one.max()) for one in (*tops, *(() if self.seen is None else (self.seen,))))


def plot_variation(fit: Fit, *, ax: Axes | None = None) -> Axes:
    """The axes with a row a category: the sd of its share between bags, in parts and together.

    With the population's mean m and precision κ, for a bag of N items, each with its interval:

    - *counting alone*, √(m (1 − m)/N): if all bags had one recipe;
    - *counting and recipes*, √(m (1 − m) [1/N + (1 − 1/N)/(κ + 1)]): what the model expects to see;
    - *recipes alone*, √(m (1 − m)/(κ + 1)); where the bags show no sign of it, how large it is at most.

    N is the harmonic mean of the totals of all bags with items: the mean square of the counted shares' distance
    from m over these bags is then expected to be exactly the square of the second. A bar across
    the row is the sd of the shares that were *seen*, √(Σ_b (x_b − x̄)²/(B − 1)).

    Parameters
    ----------
    fit : DrawsFit
        Of a hierarchical model. Of more than 24 categories the commonest are shown.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Raises
    ------
    ParameterTypeError
        If the fit has no population.
    ParameterError
        If all bags are empty.

    Examples
    --------
    >>> import handful as hf
    >>> counts = hf.Counts([[12, 43], [30, 25], [8, 22]], categories=["blue", "not blue"])
    >>> plot_variation(hf.fit(hf.Hierarchical(), counts)).get_title(loc="left")
    'How much bags differ, and how much of it is counting'
    """
    data = variation_data(fit)
    ax = panel(ax, width=8.0, height=min(max(1.3 + 0.55 * len(data.categories), 2.9), 12.0))
    _layout(ax, data)
    _marks(ax, data)
    describe(ax, "variation", title=TITLE, text=_words(data), data=data)
    return ax


def variation_data(fit: Fit) -> Variation:
    """The standard deviations of the categories to show."""
    found: BagVariation = bag_variation(fit, mass=MASS)
    # m (1 − m) rises with m up to a half: the commonest are those that vary most by counting.
    order = np.argsort(-found.expected_by_counting.mean, kind="stable")[:MOST_CATEGORIES]
    kept = np.sort(order)
    return Variation(
        categories=tuple(found.categories[c] for c in kept.tolist()),
        counting=_of(found.expected_by_counting, kept),
        together=_of(found.expected, kept),
        recipes=_of(found.between_recipes, kept),
        recipes_at_most=found.recipes_at_most[kept],
        seen=None if found.seen is None else found.seen[kept],
        typical_total=found.typical_total,
        extra=found.extra,
        mass=found.mass,
        named=found.categories,
        n_bags=found.n_bags,
        doubts=doubts(fit.verdict),
    )


def _of(spread: Spread, kept: Annotated[Integers, "n"]) -> Spread:
    return Spread(spread.mean[kept], spread.lower[kept], spread.upper[kept])


def _layout(ax: Axes, data: Variation) -> None:
    tidy(ax)
    n = len(data.categories)
    ax.set_title(marked(TITLE, data.doubts), loc="left")
    ax.set_xlabel(
        f"sd of the share between bags, with {percent(data.mass)} intervals\n"
        f"({data.n_bags:,} bags; typical total {data.typical_total:.4g})"
    )
    ax.set_yticks(range(n), [f"{shown(one.name)} ({one.code})" for one in _looks(data)])
    if n < len(data.named):
        ax.set_ylabel(f"the {n} commonest of {len(data.named)} categories")
    ax.set_ylim(n - 0.5, -0.5)
    ax.set_xlim(0.0, data.right)
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="x", color="#dddddd", linewidth=0.7)
    ax.set_axisbelow(True)


def _looks(data: Variation) -> list[CategoryStyle]:
    known = {look.name: look for look in category_styles(data.named)}
    return [known[name] for name in data.categories]


def _marks(ax: Axes, data: Variation) -> None:
    for row, look in enumerate(_looks(data)):
        if row:
            ax.axhline(row - 0.5, color="#bbbbbb", linewidth=0.6)
        if data.seen is not None:
            ax.plot([data.seen[row]] * 2, [row - 0.4, row + 0.4], zorder=2.0, **_seen_line())
        _mark(ax, data.counting, row=row, at=COUNTING, marker="s", colour="#ffffff")
        _mark(ax, data.together, row=row, at=TOGETHER, marker="D", colour=look.colour)
        if data.extra:
            _mark(ax, data.recipes, row=row, at=RECIPES, marker="o", colour=look.colour)
        else:
            _at_most(ax, float(data.recipes_at_most[row]), y=row + RECIPES, colour=look.colour)
    _key(ax, data)


def _mark(ax: Axes, spread: Spread, *, row: int, at: float, marker: str, colour: str) -> None:
    """One standard deviation: its interval as a line, its mean as a mark."""
    y = row + at
    ax.plot([spread.lower[row], spread.upper[row]], [y, y], color=INK, linewidth=1.3, zorder=2.5)
    ax.plot([spread.mean[row]], [y], zorder=3.0, **_look(marker, colour))


def _at_most(ax: Axes, high: float, *, y: float, colour: str) -> None:
    """From nothing to what it is at most: a bar that ends in a stop, and no mean."""
    ax.plot([0.0, high], [y, y], color=INK, linewidth=5.0, solid_capstyle="butt", zorder=2.5)
    ax.plot([0.0, high], [y, y], color=colour, linewidth=3.4, solid_capstyle="butt", zorder=2.6)
    ax.plot([high], [y], color=INK, marker="|", markersize=9, markeredgewidth=1.6, zorder=3.0)


def _look(marker: str, colour: str) -> dict[str, Any]:
    return {"marker": marker, "color": colour, "markeredgecolor": INK, "markeredgewidth": 1.0, "markersize": 6,
            "linestyle": "none"}  # fmt: skip


def _seen_line() -> dict[str, Any]:
    return {"color": INK, "linewidth": 2.6, "solid_capstyle": "butt"}


def _key(ax: Axes, data: Variation) -> None:
    """The legend, in the order of a row from above."""
    keys = [Line2D([], [], **_look("s", "#ffffff")), Line2D([], [], **_look("D", "#999999"))]
    names = ["counting alone", "counting and recipes"]
    if data.extra:
        keys.append(Line2D([], [], **_look("o", "#999999")))
        names.append("recipes alone")
    else:
        keys.append(
            Line2D([], [], color="#999999", linewidth=4.0, marker="|", markeredgecolor=INK, markersize=9)
        )
        names.append(f"recipes alone:\nat most ({percent(data.mass)})")
    if data.seen is not None:
        keys.append(
            Line2D([], [], marker="|", markersize=14, markeredgewidth=2.6, color=INK, linestyle="none")
        )
        names.append("seen")
    ax.legend(keys, names, frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))


def _words(data: Variation) -> str:
    of = "" if len(data.categories) == len(data.named) else f", the commonest of {len(data.named)}"
    return (
        f"The standard deviation between {data.n_bags:,} bags of the share of each of {len(data.categories)} "
        f"categories{of}, for bags of {data.typical_total:.4g} items, in percentage points: "
        f"{'; '.join(_row(data, c) for c in range(len(data.categories)))}.{data.doubts}"
    )


def _row(data: Variation, c: int) -> str:
    parts = [] if data.seen is None else [f"seen {100 * data.seen[c]:.2f}"]
    parts += [
        f"expected {_points(data.together, c, mass=data.mass)}",
        f"by counting alone {100 * data.counting.mean[c]:.2f}",
        f"by recipes alone {_points(data.recipes, c, mass=data.mass)}"
        if data.extra
        else f"by recipes alone at most {100 * data.recipes_at_most[c]:.2f} with {percent(data.mass)} probability",
    ]
    return f"{printable(data.categories[c])}: {', '.join(parts)}"


def _points(spread: Spread, c: int, *, mass: float) -> str:
    low, high = 100 * spread.lower[c], 100 * spread.upper[c]
    return f"{100 * spread.mean[c]:.2f} ({percent(mass)} interval {low:.2f} to {high:.2f})"
