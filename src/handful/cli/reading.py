"""The reading of the file that the shared options describe."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from handful.data.counts import Counts
    from handful.data.read import Reading


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """How to read the file, as the shared options say."""

    id: str | None
    drop: str | None
    labels: str | None
    blank_is_zero: bool
    encoding: str | None

    @staticmethod
    def among(given: Mapping[str, Any]) -> ReadingOptions:
        """Those of a command's options, by name, that are about the reading."""
        return ReadingOptions(**{name: given[name] for name in ReadingOptions.__slots__})

    def read(self, file: str) -> Reading:
        """What `file` holds; the notes of the reader go to stderr."""
        from handful.data.read import inspect
        from handful.results.words import noun, plural

        reading = inspect(
            file,
            id=_split(self.id),
            drop=_split(self.drop) or (),
            labels=_split(self.labels),
            blank_is_zero=self.blank_is_zero,
            encoding=self.encoding,
        )
        counts = reading.counts
        kinds = plural(noun(counts.categories), counts.n_categories)
        ids = ", ".join(repr(name) for name, role in reading.roles if role == "id")
        told = f"bag id: {ids}" if ids else "no bag ids"
        tell(
            f"Read {counts.n_bags:,} bags x {counts.n_categories} {kinds}, {counts.n_items:,} items ({told})."
        )
        for note in counts.notes:
            if note.code not in ("id", "numbered"):
                tell(str(note))
        return reading


def one_category(counts: Counts, category: str | None) -> Counts:
    """The counts, collapsed to one category and the rest where one is asked for."""
    return counts if category is None else counts.collapse(category)


def known_seed(seed: int | None, *, needed: bool) -> int | None:
    """The seed that was given; where chance is needed and none was given, one that is told."""
    from handful.rng import fresh_seed

    if seed is not None or not needed:
        return seed
    drawn = fresh_seed()
    tell_seed(drawn)
    return drawn


def tell_seed(seed: int) -> None:
    """Say on stderr which seed was drawn."""
    tell(f"Seed {seed}, drawn by chance; --seed {seed} gives the same again.")


def tell(text: str) -> None:
    """Say `text` on stderr, where everything goes that is not the result."""
    print(text, file=sys.stderr)


def _split(names: str | None) -> tuple[str, ...] | None:
    return None if names is None else tuple(name.strip() for name in names.split(",") if name.strip())
