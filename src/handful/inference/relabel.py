"""One labelling of components that nothing tells apart: each draw is put into the order that fits a pivot best.

Exchanging components with the same prior changes nothing but their numbers. Of all such orders of a draw exactly one
is best for the pivot: so the orders that are best for their draws make up one K!-th of the posterior, and the rest of
it is copies.

References
----------
Stephens (2000), Journal of the Royal Statistical Society B 62:795; Marin, Mengersen & Robert (2005), Handbook of
Statistics 25:459, section 3.3, for the pivot.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import permutations, product
from typing import Annotated

import numpy as np

from handful.arrays import Floats, Integers
from handful.models.mixture_layout import MixturePoints

ALL_ORDERS = 24
"""Up to so many orders are all looked at; beyond, the best is found by the assignment algorithm."""

TIE = 0.1
"""Bags by which a pivot's earlier component counts for more: where two are alike, the heavier comes first."""


@dataclass(frozen=True, slots=True, eq=False)
class Pivot:
    """What each component of one labelling holds, to compare components of draws with.

    Parameters
    ----------
    bags : array (K,)
        How many bags each takes.
    items : array (K, C)
        How many items of each category are in them.
    classes : array of int, shape (K,)
        Components that can be exchanged share a number.
    """

    bags: Annotated[Floats, "K"]
    items: Annotated[Floats, "K C"]
    classes: Annotated[Integers, "K"]

    @property
    def exchanges(self) -> bool:
        """Whether there are components that nothing tells apart."""
        return len(np.unique(self.classes)) < len(self.classes)

    @property
    def every_order(self) -> tuple[Annotated[Integers, "K"], ...] | None:
        """All orders that components which nothing tells apart can have; None where they are too many to look at."""
        own = [np.flatnonzero(self.classes == c) for c in np.unique(self.classes)]
        if math.prod(math.factorial(len(some)) for some in own) > ALL_ORDERS:
            return None
        found = []
        for arrangement in product(*(permutations(some) for some in own)):
            order = np.arange(len(self.classes))
            for some, arranged in zip(own, arrangement, strict=True):
                order[some] = arranged
            found.append(order)
        return tuple(found)

    def orders(self, points: MixturePoints) -> Annotated[Integers, "S K"]:
        """For each draw which of its components is to come first, second, ...

        The score of a component in the place of another is how probable it makes what the other holds.
        """
        n_components = len(self.bags)
        found = np.tile(np.arange(n_components), (len(points.log_weights), 1))
        scores = self._scores(points)
        for own in (np.flatnonzero(self.classes == c) for c in np.unique(self.classes)):
            if len(own) > 1:
                found[:, own] = own[_best(scores[:, own[:, None], own])]
        return found

    def _scores(self, points: MixturePoints) -> Annotated[Floats, "S K K"]:
        """How well each component (second axis) of a draw fits each place (third axis)."""
        bags = self.bags + TIE * np.arange(len(self.bags), 0, -1)
        by_items = np.einsum("skc,jc->skj", np.maximum(points.log_mean, -1e9), self.items)
        return np.asarray(by_items + np.maximum(points.log_weights, -1e9)[:, :, None] * bags)


def by_falling_weight(
    weights: Annotated[Floats, "K"], classes: Annotated[Integers, "K"]
) -> Annotated[Integers, "K"]:
    """The order in which components that nothing tells apart have falling weights; the others stay in their places.

    Examples
    --------
    >>> by_falling_weight(np.array([0.2, 0.3, 0.5]), np.array([0, 1, 1]))
    array([0, 2, 1])
    """
    order = np.arange(len(weights))
    for one in np.unique(classes):
        own = np.flatnonzero(classes == one)
        order[own] = own[np.argsort(-weights[own], kind="stable")]
    return order


def reordered(quantities: Mapping[str, Floats], orders: Annotated[Integers, "S K"]) -> dict[str, Floats]:
    """The quantities of components, S first and K second, in each draw's own order."""
    rows = np.arange(len(orders))[:, None]
    return {name: values[rows, orders] for name, values in quantities.items()}


def _best(scores: Annotated[Floats, "S K K"]) -> Annotated[Integers, "S K"]:
    """For each place the component, so that the sum of their scores is largest."""
    size = scores.shape[1]
    if math.factorial(size) <= ALL_ORDERS:
        orders = np.array(list(permutations(range(size))))
        sums = scores[:, orders, np.arange(size)].sum(axis=2)
        return np.asarray(orders[sums.argmax(axis=1)])
    from scipy.optimize import linear_sum_assignment

    return np.stack([linear_sum_assignment(one.T, maximize=True)[1] for one in scores])
