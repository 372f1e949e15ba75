"""Which bags come from the same component: the probabilities of all pairs, darker where they are higher."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.image import AxesImage

from handful.arrays import Floats
from handful.errors import ParameterError
from handful.inference.fits import Fit
from handful.plots.component_styles import bag_names, by_component, component_name, component_styles
from handful.plots.meaning import describe
from handful.plots.panels import panel
from handful.plots.styles import INK, luminance
from handful.plots.wording import doubts, marked, printable
from handful.results.assigning.probabilities import of_fitted
from handful.results.assigning.source import rows_of
from handful.results.assigning.words import called
from handful.results.same_source import SameSource, same_source

TITLE = "Which bags come from the same component?"
MOST_BAGS = 300
NAMED_BAGS = 40
FIGURES = 8
"""Of so few bags the figures are written into the cells."""
SHADES = LinearSegmentedColormap.from_list(
    "same source",
    ["#ffffff", "#d3e5f5", "#a4cbec", "#6fb2e2", "#4998ca", "#267eae", "#1a648c", "#164b69", "#113348"],
)
"""One hue, in even steps of lightness: L* of CIELAB falls from 100 to 20."""


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """The probabilities of pairs of bags, in the order in which assignments are shown.

    Parameters
    ----------
    components : tuple of str
        The K names.
    bags : tuple of str
        The B shown, in their order.
    most_probable : tuple of str
        The most probable component of each.
    probabilities : array, shape (B, B)
        P(two bags come from the same component | data).
    n_bags : int
        How many bags there are.
    words : str
        What the probabilities of all pairs say.
    doubts : str
        What is wrong with the fit, if anything is.
    """

    components: tuple[str, ...]
    bags: tuple[str, ...]
    most_probable: tuple[str, ...]
    probabilities: Annotated[Floats, "B B"]
    n_bags: int
    words: str
    doubts: str

    @property
    def runs(self) -> Iterator[tuple[str, slice]]:
        """The components, and where the bags stand of which each is the most probable one."""
        for name in dict.fromkeys(self.most_probable):
            first, own = self.most_probable.index(name), self.most_probable.count(name)
            yield name, slice(first, first + own)


def plot_same_source(fit: Fit, *, ax: Axes | None = None) -> Axes:
    """The axes with the probability that two bags come from the same component, a cell a pair.

    The order of the bags is that of ``plot_assignments``. The probabilities are the same whatever the components are
    called; a bag and itself are crossed out.

    Parameters
    ----------
    fit : Fit
        Of a mixture, to 2,000 bags at most. Of more than 300 every so-many-th in their order is shown.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Raises
    ------
    ParameterTypeError
        If `fit` is no fit of a mixture.
    ParameterError
        If there are too many bags, or none.

    Examples
    --------
    >>> import handful as hf
    >>> counts = hf.Counts([[3, 17], [15, 5], [2, 18]], categories=["blue", "red"], ids=["A", "B", "C"])
    >>> ax = plot_same_source(hf.fit(hf.Mixture(2), counts, rng=1))
    >>> [tick.get_text() for tick in ax.get_yticklabels()]
    ['C', 'A', 'B']
    """
    data = pairs_data(fit)
    n = len(data.bags)
    size = min(3.4 + 0.13 * n, 7.4)
    names = 0.07 * max(map(len, bag_names(data.bags))) if n <= NAMED_BAGS else 0.0
    ax = panel(ax, width=size + names + 0.8, height=size + names)
    _layout(ax, data)
    _marks(ax, data)
    describe(ax, "same-source", title=TITLE, text=_words(data), data=data)
    return ax


def pairs_data(fit: Fit) -> Pairs:
    """The probabilities of the bags to show, in their order."""
    found: SameSource = same_source(fit)
    rows = rows_of(fit)
    shares = of_fitted(fit, np.arange(len(rows.known))).mean[rows.row_of_bag]
    order = by_component(shares)
    if not order.size:
        raise ParameterError("there are no bags to show", name="fit", found=fit)
    if order.size > MOST_BAGS:
        order = order[np.linspace(0, order.size - 1, MOST_BAGS).round().astype(np.int64)]
    return Pairs(
        components=rows.components,
        bags=tuple(found.bags[b] for b in order.tolist()),
        most_probable=tuple(rows.components[k] for k in shares[order].argmax(axis=1).tolist()),
        probabilities=found.probabilities[np.ix_(order, order)],
        n_bags=len(found.bags),
        words=found.words,
        doubts=doubts(fit.verdict),
    )


def _layout(ax: Axes, data: Pairs) -> None:
    n = len(data.bags)
    ax.set_title(marked(TITLE, data.doubts), loc="left", pad=20.0)
    ax.set_xlabel(
        (
            "1 bag"
            if n == 1
            else f"{n:,} bags"
            if n == data.n_bags
            else f"{n:,} of {data.n_bags:,} bags, evenly chosen"
        )
        + ", by the most probable component,\nthe surest first"
    )
    ax.set_xlim(-0.5, n - 0.5)
    ax.set_ylim(n - 0.5, -0.5)
    ax.set_aspect("equal")
    if n <= NAMED_BAGS:
        names, size = bag_names(data.bags), "small" if n <= 25 else "x-small"
        ax.set_xticks(range(n), names, fontsize=size, rotation=90 if max(map(len, names)) > 2 else 0)
        ax.set_yticks(range(n), names, fontsize=size)
        ax.tick_params(length=0)
    else:
        ax.set_xticks([])
        ax.set_yticks([])


def _marks(ax: Axes, data: Pairs) -> None:
    n = len(data.bags)
    others = np.ma.masked_array(data.probabilities, mask=np.eye(n, dtype=bool))
    image = ax.imshow(others, cmap=SHADES, vmin=0.0, vmax=1.0, interpolation="nearest", aspect="equal")
    ax.plot([-0.5, n - 0.5], [-0.5, n - 0.5], color=INK, linewidth=1.0, solid_capstyle="butt")
    looks = {look.name: look for look in component_styles(data.components)}
    for name, places in data.runs:
        middle, room = (places.start + places.stop - 1) / 2, (places.stop - places.start) / n
        text = component_name(looks[name])
        ax.text(middle, 1.015, text if len(text) < 38 * room else looks[name].code, ha="center", va="bottom",
                fontsize="small", transform=ax.get_xaxis_transform())  # fmt: skip
        if places.start:
            for line in (ax.axhline, ax.axvline):
                line(places.start - 0.5, color=INK, linewidth=0.9)
    if n <= FIGURES:
        _figures(ax, data.probabilities)
    _scale(ax, image)


def _figures(ax: Axes, probabilities: Annotated[Floats, "B B"]) -> None:
    """The probabilities in their cells, in black or white, whichever can be read there."""
    for i, j in zip(*np.nonzero(~np.eye(len(probabilities), dtype=bool)), strict=True):
        p = float(probabilities[i, j])
        shade = "#{:02x}{:02x}{:02x}".format(*SHADES(p, bytes=True)[:3])
        ax.text(j, i, f"{p:.2f}", ha="center", va="center", fontsize="x-small",
                color="#ffffff" if luminance(shade) < 0.3 else INK)  # fmt: skip


def _scale(ax: Axes, image: AxesImage) -> None:
    """What the shades mean, beside the matrix: within these axes, so that the figure gets no others."""
    beside = ax.inset_axes((1.03, 0.0, 0.035, 1.0))
    ax.figure.colorbar(
        image, cax=beside, label="probability of the same component", ticks=[0, 0.25, 0.5, 0.75, 1]
    )


def _words(data: Pairs) -> str:
    runs = list(data.runs)
    own = [
        f"{printable(called(name))}, {places.stop - places.start:,} bags{_mean(data, places)}"
        for name, places in runs
    ]
    return (
        f"A matrix of {len(data.bags):,} of {data.n_bags:,} bags: the darker a cell, the more probable it is that its "
        f"two bags come from the same component. Bags by their most probable component: {'; '.join(own)}. "
        f"{data.words}{data.doubts}"
    )


def _mean(data: Pairs, places: slice) -> str:
    """The mean probability of the pairs of some bags, and that of a pair with another bag."""
    n, inside = places.stop - places.start, data.probabilities[places, places]
    outside = np.delete(data.probabilities[places], np.arange(places.start, places.stop), axis=1)
    parts = [f"pairs of them {(inside.sum() - np.trace(inside)) / (n * (n - 1)):.2f}"] if n > 1 else []
    parts += [f"pairs with others {outside.mean():.2f}"] if outside.size else []
    return f" ({', '.join(parts)} on average)" if parts else ""
