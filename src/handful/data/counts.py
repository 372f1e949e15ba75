"""Counts: bags by categories, labelled, checked once, read-only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Annotated

import numpy as np

from handful.arrays import Integers, read_only_integers
from handful.data.complaints import Note, escaped
from handful.data.door import checked_table
from handful.data.names import position_of, suggestion
from handful.errors import CountsError, ParameterError

ROWS_SHOWN = 6


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """A table of counts: how many items of each category were in each bag.

    Parameters
    ----------
    table : array_like of int, shape (B, C)
        Counts, from 0 to 2**53 - 1 each and in total for a bag.
    categories : sequence of str
        C different names, two at least.
    ids : sequence of str, optional
        B different names of bags. Bags without ids are numbered, and cannot be told apart later.
    labels : mapping of str to sequence of str, optional
        Texts that go with the bags, one a bag: a known factory, a date, a note.
    source : str, optional
        Where the counts come from.
    notes : sequence of Note, optional
        What the reader said.

    Raises
    ------
    CountsError, CountsTypeError
        If a count is no count, or names are missing or doubled.

    Examples
    --------
    >>> counts = Counts([[12, 7], [9, 8]], categories=["blue", "brown"], ids=["A", "B"])
    >>> counts.totals
    array([19, 17])
    """

    table: Annotated[Integers, "B C"]
    categories: tuple[str, ...]
    ids: tuple[str, ...] | None = None
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    source: str = "counts"
    notes: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        """Check everything once; after this the value can be trusted."""
        categories = _names(self.categories, "category")
        table = checked_table(self.table, categories)
        ids = None if self.ids is None else _names(self.ids, "bag")
        labels = {name: tuple(map(str, texts)) for name, texts in (self.labels or {}).items()}
        n_bags = table.shape[0]
        if ids is not None and len(ids) != n_bags:
            raise CountsError(f"{len(ids)} bag ids for {n_bags} bags", found=len(ids))
        for name, texts in labels.items():
            if len(texts) != n_bags:
                raise CountsError(
                    f"labels[{name!r}] has {len(texts)} texts for {n_bags} bags", found=len(texts)
                )
        object.__setattr__(self, "table", table)
        object.__setattr__(self, "categories", categories)
        object.__setattr__(self, "ids", ids)
        object.__setattr__(self, "labels", MappingProxyType(labels))
        object.__setattr__(self, "notes", tuple(self.notes))

    @property
    def n_bags(self) -> int:
        """B, how many bags were counted."""
        return int(self.table.shape[0])

    @property
    def n_categories(self) -> int:
        """C, how many categories there are."""
        return len(self.categories)

    @property
    def named(self) -> bool:
        """Whether the bags have ids of their own."""
        return self.ids is not None

    @property
    def bags(self) -> tuple[str, ...]:
        """The ids of the bags; '1', '2', ... where they have none."""
        return tuple(map(str, range(1, self.n_bags + 1))) if self.ids is None else self.ids

    @property
    def totals(self) -> Annotated[Integers, "B"]:
        """N_b, how many items each bag holds."""
        return read_only_integers(self.table.sum(axis=1, dtype=np.int64))

    @property
    def n_items(self) -> int:
        """How many items were counted in all bags."""
        return int(self.totals.sum())

    def column(self, category: str) -> Annotated[Integers, "B"]:
        """The counts of one category, a bag each; case and outer spaces of its name do not matter.

        Raises
        ------
        ParameterError
            If there is no such category.
        """
        column: Integers = self.table[:, self._position(category)]
        return column

    def collapse(self, category: str) -> Counts:
        """The same bags with two categories: `category`, and not `category`.

        Raises
        ------
        ParameterError
            If there is no such category.

        Examples
        --------
        >>> Counts([[12, 7, 9]], categories=["blue", "brown", "green"]).collapse("blue").categories
        ('blue', 'not blue')
        """
        position = self._position(category)
        chosen, name = self.table[:, position], self.categories[position]
        table = np.column_stack([chosen, self.totals - chosen])
        return replace(self, table=table, categories=(name, f"not {name}"))

    def drop(self, categories: Sequence[str]) -> Counts:
        """The same bags without some `categories`.

        Raises
        ------
        ParameterError
            If there is no such category.
        CountsError
            If fewer than two categories are left.
        """
        gone = {self._position(category) for category in _several(categories)}
        kept = [c for c in range(self.n_categories) if c not in gone]
        return replace(self, table=self.table[:, kept], categories=tuple(self.categories[c] for c in kept))

    def select(self, bags: Sequence[str]) -> Counts:
        """The named `bags` alone, in that order.

        Raises
        ------
        ParameterError
            If there is no such bag.
        """
        return self._rows([self._bag(bag) for bag in _several(bags)])

    def without_bags(self, bags: Sequence[str]) -> Counts:
        """All bags but the named ones.

        Raises
        ------
        ParameterError
            If there is no such bag.
        """
        gone = {self._bag(bag) for bag in _several(bags)}
        return self._rows([b for b in range(self.n_bags) if b not in gone])

    def merge(self, other: Counts) -> Counts:
        """The bags of both, categories matched by name; labels that both have are kept.

        Raises
        ------
        CountsError
            If the categories differ, a bag id is in both, or only one of them has ids.
        """
        if set(self.categories) != set(other.categories):
            missing = [c for c in self.categories if c not in other.categories]
            unknown = [c for c in other.categories if c not in self.categories]
            raise CountsError(
                f"the categories of {other.source!r} are not those of {self.source!r}: "
                f"missing {missing}, unknown {unknown}. Rename them, or drop what is not in both.",
                found=tuple(missing + unknown),
            )
        if self.named != other.named and self.n_bags and other.n_bags:
            nameless = other if self.named else self
            raise CountsError(
                f"the bags of {nameless.source!r} have no ids, the others have: together they would lose them. "
                "Give all bags ids, or none.",
                found=nameless.source,
            )
        order = [other.categories.index(c) for c in self.categories]
        named = self.named or other.named
        return Counts(
            np.concatenate([self.table, other.table[:, order]]),
            categories=self.categories,
            ids=(self.ids or ()) + (other.ids or ()) if named else None,
            labels={n: self.labels[n] + other.labels[n] for n in self.labels if n in other.labels},
            source=self.source if self.source == other.source else f"{self.source} + {other.source}",
            notes=self.notes + tuple(note for note in other.notes if note not in self.notes),
        )

    def __eq__(self, other: object) -> bool:
        """Whether bags, categories, counts and labels are the same; source and notes do not count."""
        if not isinstance(other, Counts):
            return NotImplemented
        return (
            self.categories == other.categories
            and self.ids == other.ids
            and dict(self.labels) == dict(other.labels)
            and np.array_equal(self.table, other.table)
        )

    __hash__ = None  # type: ignore[assignment]  # as every value that holds an array

    def __repr__(self) -> str:
        """A line about the table and its first rows."""
        lines = [f"Counts: {self.n_bags:,} bags x {self.n_categories} categories, {self.n_items:,} items"]
        if self.n_bags:
            head = [("bag", *map(escaped, self.categories))]
            first = self._rows(list(range(min(ROWS_SHOWN, self.n_bags))))
            head += [
                (escaped(bag), *map(str, row))
                for bag, row in zip(first.bags, first.table.tolist(), strict=True)
            ]
            widths = [max(map(len, column)) for column in zip(*head, strict=True)]
            lines += ["  ".join(c.rjust(w) for c, w in zip(row, widths, strict=True)) for row in head]
        if self.n_bags > ROWS_SHOWN:
            lines.append(f"... and {self.n_bags - ROWS_SHOWN:,} more bags")
        lines += [str(note) for note in self.notes if note.kind == "warning"]
        return "\n".join(lines)

    def _rows(self, rows: list[int]) -> Counts:
        return replace(
            self,
            table=self.table[rows],
            ids=None if self.ids is None else tuple(self.ids[b] for b in rows),
            labels={name: tuple(texts[b] for b in rows) for name, texts in self.labels.items()},
        )

    def _position(self, category: str) -> int:
        position = position_of(category, self.categories)
        if position is None:
            raise ParameterError(
                f"there is no category {category!r}; {suggestion(category, self.categories)}",
                name="category",
                found=category,
            )
        return position

    def _bag(self, bag: str) -> int:
        try:
            return self.bags.index(bag)
        except ValueError:
            raise ParameterError(f"there is no bag {bag!r}", name="bag", found=bag) from None


def _several(names: Sequence[str]) -> Sequence[str]:
    """A single text is one name, not a sequence of its letters."""
    return [names] if isinstance(names, str) else names


def _names(given: Sequence[str], what: str) -> tuple[str, ...]:
    names = tuple(map(str, given))
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise CountsError(f"{what} {twice!r} is there twice; each needs a name of its own", found=twice)
    return names
