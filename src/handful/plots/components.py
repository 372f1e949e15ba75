"""The recipes of a mixture's components side by side: for each category a mark and an interval a component."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from handful.arrays import Floats, Integers
from handful.errors import ParameterTypeError
from handful.inference.fits import Fit
from handful.models.mixture import Mixture
from handful.plots.component_styles import component_name, component_styles
from handful.plots.meaning import describe
from handful.plots.panels import panel, tidy
from handful.plots.styles import INK, CategoryStyle, category_styles
from handful.plots.wording import doubts, marked, percent, printable, shown
from handful.results.assigning.words import called
from handful.results.parameters import INTERVAL_NAMES, Parameter, number_text
from handful.results.summary import summary

MOST_CATEGORIES = 24
MOST_ROWS = 120
ROOM = 0.8
"""How much of a category's height the marks of its components take."""
MARKERS = ("o", "s", "D", "^", "v", "P", "X", "p", "h", "<", ">", "*")


@dataclass(frozen=True, slots=True, eq=False)
class Recipe:
    """What is known of one component.

    Parameters
    ----------
    name : str
        What it is called.
    mean, low, high : array, shape (C,)
        The expected shares of the categories shown, and their equal-tailed intervals.
    weight : float
        The expected share of bags that come from it.
    weight_interval : tuple of float
        Its equal-tailed interval.
    precision : tuple of float or None
        Where its bags have recipes of their own around it, the median of the precision and its equal-tailed interval.
    """

    name: str
    mean: Annotated[Floats, "C"]
    low: Annotated[Floats, "C"]
    high: Annotated[Floats, "C"]
    weight: float
    weight_interval: tuple[float, float]
    precision: tuple[float, float, float] | None


@dataclass(frozen=True, slots=True, eq=False)
class ComponentRecipes:
    """The recipes of a mixture's components.

    Parameters
    ----------
    model : str
        The SPEC of the model.
    categories : tuple of str
        The C shown.
    components : tuple of Recipe
        In their order.
    mass : float
        Of the intervals, which are equal-tailed.
    named : tuple of str
        All categories, whose colours and letters are the same in every picture.
    notes : tuple of str
        What should be known of the components and cannot be seen.
    doubts : str
        What is wrong with the fit, if anything is.
    """

    model: str
    categories: tuple[str, ...]
    components: tuple[Recipe, ...]
    mass: float
    named: tuple[str, ...]
    notes: tuple[str, ...]
    doubts: str

    @property
    def right(self) -> float:
        """Where the axis ends."""
        highest = max(float(one.high.max()) for one in self.components)
        return min(1.1 * highest, 1.04) if highest > 0 else 1.0


def plot_components(fit: Fit, *, mass: float = 0.95, ax: Axes | None = None) -> Axes:
    """The axes with a row a category, in it the expected share and its interval in each component's recipe.

    Parameters
    ----------
    fit : Fit
        Of a mixture. Where there are too many shares for one picture, the categories in which the components differ
        most are shown.
    mass : float, optional
        The posterior probability of each interval, which is equal-tailed.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Raises
    ------
    ParameterTypeError
        If `fit` is no fit of a mixture.
    ParameterError
        If `mass` is out of range.

    Examples
    --------
    >>> import handful as hf
    >>> counts = hf.Counts([[3, 17], [15, 5], [2, 18]], categories=["blue", "red"])
    >>> ax = plot_components(hf.fit(hf.Mixture(2), counts, rng=1))
    >>> [tick.get_text() for tick in ax.get_yticklabels()]
    ['blue (B)', 'red (R)']
    """
    data = components_data(fit, mass=mass)
    rows = len(data.categories) * max(len(data.components), 2)
    ax = panel(ax, width=7.6, height=min(max(1.5 + 0.2 * rows, 2.8), 14.0))
    _layout(ax, data)
    _marks(ax, data)
    _key(ax, data)
    describe(ax, "components", title=_title(data), text=_words(data), data=data)
    return ax


def components_data(fit: Fit, *, mass: float) -> ComponentRecipes:
    """The shares of the categories to show in each component's recipe, and the components' weights."""
    if not isinstance(fit.model, Mixture):
        message = f"a {fit.model.spec} fit has no components: fit a mixture, such as hf.Mixture(2)"
        raise ParameterTypeError(message, name="fit", found=fit.model.spec)
    table = summary(fit, mass=mass)
    weights = [one for one in table.parameters if one.name == "weights"]
    precisions = {one.component: one for one in table.parameters if one.name == "precision"}
    shares = {(one.component, one.category): one for one in table.parameters if one.name == "proportions"}
    rows = [[shares[one.component, name] for name in fit.data.categories] for one in weights]
    kept = _most_different(np.array([[one.mean or 0.0 for one in row] for row in rows]))
    return ComponentRecipes(
        model=fit.model.spec,
        categories=tuple(fit.data.categories[c] for c in kept.tolist()),
        components=tuple(
            _recipe(one, [row[c] for c in kept.tolist()], precision=precisions.get(one.component))
            for one, row in zip(weights, rows, strict=True)
        ),
        mass=mass,
        named=fit.data.categories,
        notes=fit.verdict.notes if fit.verdict.ok else (),
        doubts=doubts(fit.verdict),
    )


def _most_different(mean: Annotated[Floats, "K C"]) -> Integers:
    """Which categories to show: all, or those whose shares differ most between components."""
    most = min(MOST_CATEGORIES, max(MOST_ROWS // len(mean), 1))
    return np.sort(np.argsort(-mean.var(axis=0), kind="stable")[:most])


def _recipe(weight: Parameter, shares: list[Parameter], *, precision: Parameter | None) -> Recipe:
    """What is known of a component."""
    return Recipe(
        name=str(weight.component),
        mean=np.array([one.mean for one in shares], dtype=np.float64),
        low=np.array([one.interval.lower for one in shares]),
        high=np.array([one.interval.upper for one in shares]),
        weight=float(weight.mean or 0.0),
        weight_interval=(weight.interval.lower, weight.interval.upper),
        precision=None
        if precision is None or precision.median is None
        else (precision.median, precision.interval.lower, precision.interval.upper),
    )


def _layout(ax: Axes, data: ComponentRecipes) -> None:
    tidy(ax)
    n = len(data.categories)
    ax.set_title(marked(_title(data), data.doubts), loc="left")
    ax.set_xlabel(f"share in the component, with {percent(data.mass)} intervals ({INTERVAL_NAMES['eti']})")
    if n < len(data.named):
        ax.set_ylabel(f"the {n} of {len(data.named)} categories that differ most")
    ax.set_yticks(range(n), [f"{shown(one.name)} ({one.code})" for one in _looks(data)])
    ax.set_ylim(n - 0.5, -0.5)
    ax.set_xlim(0.0, data.right)
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="x", color="#dddddd", linewidth=0.7)
    ax.set_axisbelow(True)


def _looks(data: ComponentRecipes) -> list[CategoryStyle]:
    known = {look.name: look for look in category_styles(data.named)}
    return [known[name] for name in data.categories]


def _marks(ax: Axes, data: ComponentRecipes) -> None:
    n = len(data.components)
    offsets = (np.arange(n) - (n - 1) / 2) * (ROOM / n)
    codes = [look.code for look in component_styles([one.name for one in data.components])]
    for row, look in enumerate(_looks(data)):
        if row:
            ax.axhline(row - 0.5, color="#bbbbbb", linewidth=0.6)
        for k, (recipe, offset) in enumerate(zip(data.components, offsets.tolist(), strict=True)):
            ends = [float(recipe.low[row]), float(recipe.high[row])]
            y = row + offset
            ax.plot(ends, [y, y], color=INK, linewidth=4.6, solid_capstyle="butt", zorder=2.0)
            ax.plot(ends, [y, y], color=look.colour, linewidth=3.0, solid_capstyle="butt", zorder=2.1)
            # White as in the legend, so that its shape is seen on dark bars; without a bar it has the colour.
            fill = "#ffffff" if ends[1] > ends[0] else look.colour
            ax.plot([float(recipe.mean[row])], [y], zorder=3.0, **_mark(k, fill))
            ax.annotate(codes[k], (max(ends[1], float(recipe.mean[row])), y), xytext=(7, 0),
                        textcoords="offset points", va="center", fontsize="small", color=INK)  # fmt: skip


def _mark(k: int, colour: str) -> dict[str, Any]:
    return {"marker": MARKERS[k % len(MARKERS)], "color": colour, "markeredgecolor": INK,
            "markeredgewidth": 1.0, "markersize": 6, "linestyle": "none"}  # fmt: skip


def _key(ax: Axes, data: ComponentRecipes) -> None:
    """The legend: what each component is called, how many bags come from it, how alike its bags are."""
    looks = component_styles([one.name for one in data.components])
    keys = [Line2D([], [], **_mark(k, "#ffffff")) for k in range(len(looks))]
    names = [
        "\n".join([component_name(look), *_facts(one)])
        for look, one in zip(looks, data.components, strict=True)
    ]
    ax.legend(keys, names, frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5), labelspacing=0.8)


def _facts(recipe: Recipe) -> list[str]:
    """The weight of a component and its precision, with their intervals."""
    low, high = recipe.weight_interval
    weight = f"{percent(recipe.weight)} of bags"
    facts = [weight if low == high else f"{weight} ({percent(low)} to {percent(high)})"]
    if recipe.precision is not None:
        middle, least, most = map(number_text, recipe.precision)
        facts.append(f"precision {middle} ({least} to {most})")
    return facts


def _title(data: ComponentRecipes) -> str:
    n = len(data.components)
    return "The recipe of the component" if n == 1 else f"The recipes of {n} components"


def _words(data: ComponentRecipes) -> str:
    of = "" if len(data.categories) == len(data.named) else f", those of {len(data.named)} that differ most"
    each = [
        f"{printable(called(one.name))}, {', '.join(_facts(one))}: "
        + ", ".join(
            f"{printable(name)} {one.mean[c]:.3f}{_interval(one, c)}"
            for c, name in enumerate(data.categories)
        )
        for one in data.components
    ]
    text = (
        f"Marks and bars: the expected share of each of {len(data.categories)} categories{of} in the recipes of the "
        f"{len(data.components)} components under the {data.model} model, with {percent(data.mass)} intervals "
        f"({INTERVAL_NAMES['eti']}). {'; '.join(each)}.{data.doubts}"
    )
    return " ".join([text, *data.notes])


def _interval(recipe: Recipe, c: int) -> str:
    """The interval of a share in words; nothing where the share is known."""
    low, high = float(recipe.low[c]), float(recipe.high[c])
    return f" ({low:.3f} to {high:.3f})" if low < high else ""
