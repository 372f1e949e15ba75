"""The triangle of all recipes of three categories: points on it, and where they lie on paper."""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np

from handful.arrays import Floats
from handful.distributions.beta import Beta
from handful.distributions.dirichlet import Dirichlet

THREE = 3
EQUAL_MASS = 200
LATTICE = 120
HEIGHT = math.sqrt(3.0) / 2.0
"""Of the triangle, whose sides are 1."""


def equal_mass_points(dirichlet: Dirichlet) -> Annotated[Floats, "M 3"]:
    """Recipes that stand for equal parts of the probability: midpoints of a grid, by stick-breaking.

    The first share is a Beta, and so is the second one's part of the rest (Connor & Mosimann 1969).
    """
    a = dirichlet.concentration
    middle = (np.arange(EQUAL_MASS) + 0.5) / EQUAL_MASS
    first = np.asarray(Beta(float(a[0]), float(a[1] + a[2])).quantile(middle))
    part = np.asarray(Beta(float(a[1]), float(a[2])).quantile(middle))
    one, two = (grid.ravel() for grid in np.meshgrid(first, part, indexing="ij"))
    rest = 1.0 - one
    # A share below 1e-300 would make some densities infinite; no mass depends on it.
    points = np.stack((one, rest * two, rest * (1.0 - two)), axis=-1)
    points = np.maximum(points, 1e-300)
    return np.asarray(points / points.sum(axis=-1, keepdims=True))


def lattice(dirichlet: Dirichlet) -> Annotated[Floats, "P 3"]:
    """Points all over the triangle, its edges a hair inside, and a finer net where the density is high."""
    whole = _triangle(LATTICE)
    width = 8.0 * float(dirichlet.sd.max())
    if width < 0.5:
        # A smaller copy of the triangle around the mean.
        near = dirichlet.mean + width * (_triangle(LATTICE) - 1.0 / THREE) * 3.0
        whole = np.concatenate((whole, near[(near > 0).all(axis=1)]))
    inside = np.maximum(whole, 1e-6)
    return np.unique((inside / inside.sum(axis=1, keepdims=True)).round(12), axis=0)


def _triangle(n: int) -> Annotated[Floats, "P 3"]:
    i, j = (grid.ravel() for grid in np.meshgrid(np.arange(n + 1), np.arange(n + 1), indexing="ij"))
    kept = i + j <= n
    return np.stack((i[kept], j[kept], n - i[kept] - j[kept]), axis=-1) / n


def on_paper(
    recipes: Annotated[Floats, "... 3"],
) -> tuple[Annotated[Floats, "..."], Annotated[Floats, "..."]]:
    """Where a recipe lies: the first category's corner is left, the second's right, the third's on top."""
    return recipes[..., 1] + 0.5 * recipes[..., 2], HEIGHT * recipes[..., 2]
