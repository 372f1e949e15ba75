"""The best mixtures of a search, each of another kind, and the changes that may lead to better ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from handful.arrays import Floats

Flags = np.ndarray[Any, np.dtype[np.bool_]]

POOL = 3
"""So many of the best mixtures of each number of components are kept."""

ALIKE = 0.7
"""Components of which more than this part of the rows that either has are in both are nearly alike."""

APART = 0.02
"""Heights that differ by less than this, in nats, are taken for one."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A peak, or nearly.

    Parameters
    ----------
    parameters : array (C, K)
        Of the components.
    log_weights : array (K,)
        In nats.
    height : float
        Log posterior, but for a constant, in nats.
    taken : array (U, K)
        P(component | row).
    """

    parameters: Annotated[Floats, "C K"]
    log_weights: Annotated[Floats, "K"]
    height: float
    taken: Annotated[Floats, "U K"]

    @property
    def hard(self) -> Annotated[Flags, "K U"]:
        """For each component the rows that it takes more of than any other."""
        return np.asarray(self.taken.argmax(axis=1) == np.arange(len(self.log_weights))[:, None])


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """A mixture that may be worth climbing from.

    Parameters
    ----------
    promise : float
        About how high it is, in nats.
    parameters : array (C, K)
    log_weights : array (K,)
    """

    promise: float
    parameters: Annotated[Floats, "C K"]
    log_weights: Annotated[Floats, "K"]


def nearly_alike(one: Annotated[Flags, "K U"], other: Annotated[Flags, "K U"]) -> bool:
    """Whether every component of one mixture holds nearly the same rows as one of the other's.

    Examples
    --------
    >>> one = np.array([[True, True, False], [False, False, True]])
    >>> nearly_alike(one, one[::-1]), nearly_alike(one, np.roll(one, 1, axis=1))
    (True, False)
    """
    both = one.astype(np.int64) @ other.T
    either = one.sum(axis=1)[:, None] + other.sum(axis=1) - both
    shared = np.where(either > 0, both / np.maximum(either, 1), 1.0)
    return bool((shared.max(axis=1) > ALIKE).all())


def add_to(pool: list[Found], found: Found) -> None:
    """Among the best; of those that share out the rows nearly alike only the highest is kept."""
    for place, other in enumerate(pool):
        if nearly_alike(found.hard, other.hard):
            if found.height > other.height:
                pool[place] = found
            break
    else:
        pool.append(found)
    pool.sort(key=lambda one: -one.height)
    del pool[POOL:]


def most_promising(changes: list[Change], number: int) -> list[Change]:
    """The most promising changes, each once."""
    found: list[Change] = []
    for one in sorted(changes, key=lambda change: -change.promise):
        if len(found) < number and all(abs(one.promise - other.promise) > APART for other in found):
            found.append(one)
    return found
