"""Densities of a share as curves: where to compute them, how high to draw, what to do at a pole.

A density may be infinite at 0 or 1 (a Beta with a parameter below 1). It is then computed as
infinite there, the picture ends at a stated height, and an arrow says that the curve goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import numpy as np
from matplotlib.axes import Axes

from handful.arrays import Floats
from handful.distributions.beta import Beta
from handful.distributions.intervals import Univariate
from handful.plots.styles import CurveStyle
from handful.plots.wording import listing, percent

NEAR_END = 0.01
"""How near an end the probability is told where the density is infinite."""
ZOOM = 1.0 / 12.0
"""Curves that fill less than this of the axis are shown larger."""


def share_grid(dists: Sequence[Univariate]) -> Annotated[Floats, "G"]:
    """Shares from 0 to 1, dense wherever one of the distributions has its probability or an edge."""
    ends = 10.0 ** -np.arange(3.0, 10.0)
    parts = [np.linspace(0.0, 1.0, 201), ends, 1.0 - ends]
    for dist in dists:
        edges = np.asarray(dist.quantile(np.array([0.0, 1.0])), dtype=np.float64)
        parts += [
            edges,
            np.nextafter(
                edges, np.array([-1.0, 2.0])
            ),  # a density that jumps at its edge jumps in the picture
            np.asarray(dist.quantile(np.linspace(0.005, 0.995, 100)), dtype=np.float64),
            dist.mean + dist.sd * np.linspace(-6.0, 6.0, 121),
        ]
    points = np.unique(np.concatenate(parts))
    return np.asarray(points[(points >= 0) & (points <= 1)])


def density_of(dist: Univariate, share: Annotated[Floats, "G"]) -> Annotated[Floats, "G"]:
    """The density of `dist` at these shares; inf where it is infinite."""
    density = np.array(np.exp(dist.log_prob(share)), dtype=np.float64)
    if not isinstance(dist, Beta):
        # A table ends a hair before a pole, and is still rising there.
        for place, (near, far) in ((0, (1e-100, 1e-50)), (-1, (1.0 - 1e-15, 1.0 - 1e-9))):
            if float(dist.log_prob(near)) > float(dist.log_prob(far)) + 1.0:
                density[place] = np.inf
    return density


def height_of(dist: Univariate, share: Annotated[Floats, "G"]) -> float:
    """How high to draw the curve: its highest point, or, where it has a pole, its height a little off it."""
    density = density_of(dist, share)
    ends = infinite_ends(density)
    low, high = NEAR_END if 0 in ends else 0.0, 1.0 - NEAR_END if 1 in ends else 1.0
    return float(density[(share >= low) & (share <= high)].max())


def infinite_ends(density: Annotated[Floats, "G"]) -> tuple[int, ...]:
    """Which of the ends 0 and 1 have an infinite density."""
    return tuple(end for end, value in ((0, density[0]), (1, density[-1])) if np.isinf(value))


def ends_in_words(dist: Univariate, density: Annotated[Floats, "G"]) -> str:
    """That the density is infinite at an end, and how much of the probability is near it; else nothing."""
    ends = infinite_ends(density)
    if not ends:
        return ""
    near = [float(dist.cdf(NEAR_END)) if end == 0 else float(dist.sf(1.0 - NEAR_END)) for end in ends]
    parts = [f"{percent(p)} within {NEAR_END:g} of {end}" for end, p in zip(ends, near, strict=True)]
    return f"infinite at {listing([str(end) for end in ends])} ({listing(parts)})"


def window(dists: Sequence[Univariate]) -> tuple[float, float]:
    """The part of 0 to 1 to show: all of it, unless the curves fill less than a twelfth."""
    low = min(float(dist.quantile(1e-4)) for dist in dists)
    high = max(float(dist.upper_quantile(1e-4)) for dist in dists)
    if high - low >= ZOOM:
        return 0.0, 1.0
    room = 0.6 * max(high - low, 1e-9)
    return max(low - room, 0.0), min(high + room, 1.0)


def of_the_axis(shown: tuple[float, float]) -> str:
    """What to add to the axis' name when it does not go from 0 to 1."""
    return "" if shown == (0.0, 1.0) else "  (a part of 0 to 1, enlarged)"


def draw_curve(
    ax: Axes,
    share: Annotated[Floats, "G"],
    *,
    density: Annotated[Floats, "G"],
    style: CurveStyle,
    label: str,
    zorder: float = 3.0,
) -> None:
    """Draw a density, with an arrow at an end where it is infinite."""
    ax.plot(
        share, np.where(np.isfinite(density), density, np.nan), label=label, zorder=zorder, **style.line()
    )
    for end in infinite_ends(density):
        mark_infinite(ax, end, colour=style.colour)


def mark_infinite(ax: Axes, end: int, *, colour: str) -> None:
    """An arrow at the top of an end: the curve goes on beyond the picture."""
    to_axis = ax.get_xaxis_transform()
    ax.plot([end], [1.0], marker="^", markersize=7, color=colour, transform=to_axis, clip_on=False, zorder=5)
    ax.annotate(
        "∞",
        (end, 1.0),
        xycoords=to_axis,
        xytext=(6 if end == 0 else -6, 0),
        textcoords="offset points",
        ha="left" if end == 0 else "right",
        va="center",
        color=colour,
        fontsize="large",
        annotation_clip=False,
    )
