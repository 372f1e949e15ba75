"""The different rows of bags some of which come from a component that is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from handful.arrays import Integers, read_only_integers
from handful.data.counts import Counts
from handful.data.distinct import distinct_rows
from handful.data.statistics import Rows
from handful.errors import CountsError

UNKNOWN = -1
"""In place of a component, where nobody knows which one a bag comes from."""


@dataclass(frozen=True, slots=True, eq=False)
class LabelledRows:
    """The rows of the table with what is known of their components: what a mixture needs of the data.

    Bags with equal counts and different knowledge have rows of their own.

    Parameters
    ----------
    rows : Rows
        One row for every pair of counts and known component, in lexicographic order of both.
    known : array of int, shape (U,)
        For each of them the number of its component, from 0 on; -1 where it is unknown.
    components : tuple of str
        What the components are called, by these numbers; empty if nobody said.

    Examples
    --------
    >>> bags = Counts([[9, 8], [12, 7], [9, 8], [9, 8]], categories=["blue", "brown"])
    >>> labelled = LabelledRows.of(bags, np.array([1, UNKNOWN, UNKNOWN, 1]))
    >>> labelled.distinct.tolist(), labelled.known.tolist(), labelled.multiplicities.tolist()
    ([[9, 8], [9, 8], [12, 7]], [-1, 1, -1], [1, 2, 1])
    """

    rows: Rows
    known: Annotated[Integers, "U"]
    components: tuple[str, ...] = ()

    @staticmethod
    def of(
        counts: Counts, known: Annotated[Integers, "B"], *, components: Sequence[str] = ()
    ) -> LabelledRows:
        """The rows of `counts`, whose bags come from the components `known` (-1: unknown).

        Raises
        ------
        CountsError
            If `known` is not one whole number a bag, from -1 to the last of the `components`.
        """
        most = len(components) - 1 if components else np.inf
        if known.dtype.kind not in "iu" or ((known < UNKNOWN) | (known > most)).any():
            message = f"known components are numbers from 0 on, or {UNKNOWN}; there are {len(components)}"
            raise CountsError(message, found=known)
        if known.shape != (counts.n_bags,):
            message = f"{len(known)} known components for {counts.n_bags} bags"
            raise CountsError(message, found=len(known))
        return _labelled(counts.table, known, like=(counts.categories, tuple(components)))

    @property
    def distinct(self) -> Annotated[Integers, "U C"]:
        """The counts of each row."""
        return self.rows.distinct

    @property
    def multiplicities(self) -> Annotated[Integers, "U"]:
        """How many bags have each of the rows."""
        return self.rows.multiplicities

    @property
    def row_of_bag(self) -> Annotated[Integers, "B"]:
        """For each bag the row that is its own."""
        return self.rows.row_of_bag

    @property
    def categories(self) -> tuple[str, ...]:
        """The C names."""
        return self.rows.categories

    @property
    def n_bags(self) -> int:
        """B, how many bags were counted."""
        return len(self.row_of_bag)

    @property
    def n_known(self) -> int:
        """How many of them come from a component that is known."""
        return int(self.multiplicities[self.known != UNKNOWN].sum())

    def n_known_of(self, n_components: int) -> Annotated[Integers, "K"]:
        """How many bags are known to come from each component."""
        named = self.known != UNKNOWN
        found = np.bincount(self.known[named], self.multiplicities[named], minlength=n_components)
        return found.astype(np.int64)

    def __add__(self, other: LabelledRows) -> LabelledRows:
        """The rows of the bags of both, those of `self` first.

        Raises
        ------
        CountsError
            If they are of other categories, or of other components.
        """
        mine, others = (self.categories, self.components), (other.categories, other.components)
        for own, given in zip(mine, others, strict=True):
            if own != given:
                raise CountsError(f"rows of {own} and of {given} do not add up", found=given)
        table = np.concatenate([self.rows.table, other.rows.table])
        known = np.concatenate([self.known[self.row_of_bag], other.known[other.row_of_bag]])
        return _labelled(table, known, like=mine)


def _labelled(
    table: Annotated[Integers, "B C"],
    known: Annotated[Integers, "B"],
    *,
    like: tuple[tuple[str, ...], tuple[str, ...]],
) -> LabelledRows:
    """The rows of both together, of these categories and these components."""
    categories, components = like
    both, row_of_bag = distinct_rows(np.column_stack([table, known - UNKNOWN]))
    rows = Rows(read_only_integers(both[:, :-1]), read_only_integers(row_of_bag), categories)
    return LabelledRows(rows, read_only_integers(both[:, -1] + UNKNOWN), components)
