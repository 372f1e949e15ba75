"""Adaptive refinement: pieces of an integral are split until splitting them changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Annotated, Any, Protocol, TypeVar

import numpy as np
from numpy.polynomial import legendre

from handful.arrays import Floats
from handful.errors import ParameterError

N_NODES = 15
TOLERANCE = 1e-14
"""A piece is done when splitting it changes the whole integral by less than this part of it."""

MOST_ROUNDS = 60
MOST_PIECES = 40_000

ROUNDING = 1e-13
"""The part of an integral that the rounding of its terms may be: their logs are good to 1e-14 or so."""

NODES, WEIGHTS = legendre.leggauss(N_NODES)
"""Gauss and Legendre's rule on -1 .. 1, of degree 29."""

Mask = np.ndarray[Any, np.dtype[np.bool_]]


class Pieces(Protocol):
    """Some pieces of a domain with the log of a positive function at their nodes."""

    def __len__(self) -> int:
        """How many there are."""

    @property
    def top(self) -> float:
        """The highest log; −inf where there is none."""

    def integrals(self, top: float) -> Annotated[Floats, "P"]:
        """The integral over each piece of exp(log function − top)."""

    def unseen(self, top: float) -> Annotated[Floats, "P"]:
        """How much of each integral a jump beside an edge, where no node is, may be worth."""


P = TypeVar("P", bound=Pieces)


def refined(
    pieces: P, split: Callable[[P], P], *, only: Callable[[P, Mask], P], name: str, noise: float = 0.0
) -> tuple[list[P], float]:
    """The pieces split as far as the function needs it, and a bound on the relative error.

    Parameters
    ----------
    pieces : Pieces
        To begin with.
    split : callable
        Pieces to their parts, the same number for each, in order.
    only : callable
        Pieces and a mask to those chosen.
    name : str
        What to call the function in an error.
    noise : float, optional
        The part of itself by which the function is rounded: no splitting mends that.

    Raises
    ------
    ParameterError
        If the function is 0 everywhere.
    """
    done: list[P] = []
    changes = 0.0
    for rounds_left in reversed(range(MOST_ROUNDS)):
        parts = split(pieces)
        each = len(parts) // len(pieces)
        top = max(some.top for some in (*done, parts))
        if top == -np.inf:
            raise ParameterError(f"{name} is 0 everywhere", name="prior", found=name)
        whole = sum(float(some.integrals(top).sum()) for some in (*done, parts))
        sums = parts.integrals(top).reshape(-1, each).sum(axis=1)
        change = np.abs(pieces.integrals(top) - sums) / whole
        change += parts.unseen(top).reshape(-1, each).sum(axis=1) / whole
        enough = sum(map(len, (*done, parts))) > MOST_PIECES or not rounds_left
        settled = (change <= TOLERANCE + noise * sums / whole) | enough
        changes += float(change[settled].sum())
        done.append(only(parts, np.repeat(settled, each)))
        pieces = only(parts, np.repeat(~settled, each))
        if not len(pieces):
            break
    return done, changes + ROUNDING + noise


def graded(edges: Annotated[Floats, "E"]) -> Annotated[Floats, "F"]:
    """The edges, and between two that are far apart more of them, closer and closer towards both.

    A wide piece beside a peak sees nothing of the peak's foot, and neither do its halves.

    Examples
    --------
    >>> graded(np.array([0.0, 1.0, 9.0]))
    array([0., 1., 2., 3., 5., 7., 8., 9.])
    """
    more = [edges]
    widths = np.diff(edges)
    for i, (left, right) in enumerate(pairwise(edges)):
        width = right - left
        before = min(widths[max(i - 1, 0)], 1.0)
        after = min(widths[min(i + 1, len(widths) - 1)], 1.0)
        more.append(left + _doubling(before, width))
        more.append(right - _doubling(after, width))
    return np.unique(np.concatenate(more))


def _doubling(base: float, width: float) -> Annotated[Floats, "n"]:
    """The distances base, 2 base, 4 base ... up to half the width."""
    steps = base * 2.0 ** np.arange(max(0.0, np.ceil(np.log2(width / base))))
    return np.asarray(steps[2.0 * steps <= width])
