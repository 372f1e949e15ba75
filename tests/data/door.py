"""Shorthand for what the tests of the reader do: write a file, read it, look at what it says.

Every file is called ``bags.csv`` and is read by that relative name, so that a complaint's
``source`` is known. Nothing here parses: what a test expects is written out in the test.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from handful.data.read import read_counts
from handful.errors import TableError

if TYPE_CHECKING:
    from pathlib import Path

    from handful.data.counts import Counts

CELL_CODES = frozenset(
    [
        "decimal",
        "percent",
        "negative",
        "thousands",
        "underscore",
        "non_ascii_digit",
        "excel_error",
        "excel_date",
        "scientific",
        "boolean",
        "blank",
        "too_large",
        "not_a_number",
        "censored",
    ]
)
TABLE_CODES = frozenset(
    [
        "empty_file",
        "no_bags",
        "no_header",
        "unnamed_column",
        "duplicate_column",
        "duplicate_bag",
        "row_too_long",
        "row_too_short",
        "total_disagrees",
        "totals_row",
        "running_number",
        "looks_like_id",
        "too_few_categories",
        "unclosed_quote",
        "bad_quote",
        "nul_byte",
        "encoding",
        "workbook",
        "line_too_long",
        "too_many_columns",
        "fractions",
        "duplicate_cell",
        "unknown",
    ]
)
NOTE_CODES = frozenset(
    [
        "separator",
        "encoding",
        "blank_column",
        "skipped_lines",
        "labels",
        "left_out",
        "total",
        "dropped",
        "long",
        "whole_floats",
        "nbsp",
        "blank_is_zero",
        "empty_bags",
        "never_seen",
        "id",
        "counts",
        "numbered",
        "percentages",
    ]
)
LARGEST = 2**53 - 1


@dataclass(frozen=True)
class Door:
    """Where a file is handed in."""

    directory: Path

    def put(self, content: str | bytes, name: str = "bags.csv") -> str:
        """The name of a file with this content (text becomes UTF-8, line ends untouched)."""
        raw = content.encode("utf-8") if isinstance(content, str) else content
        (self.directory / name).write_bytes(raw)
        return name

    def read(self, content: str | bytes, **options: Any) -> Counts:
        """What the reader makes of a file with this content."""
        return read_counts(self.put(content), **options)

    def refuse(self, content: str | bytes, **options: Any) -> tuple[Any, ...]:
        """The complaints about a file that must be refused."""
        with pytest.raises(TableError) as caught:
            self.read(content, **options)
        return tuple(caught.value.complaints)

    def only(self, content: str | bytes, **options: Any) -> Any:
        """The one complaint about a file that must be refused."""
        complaints = self.refuse(content, **options)
        assert len(complaints) == 1, [str(complaint) for complaint in complaints]
        return complaints[0]


def words(complaint: Any) -> str:
    """The rule and the cure of a complaint, in small letters."""
    return f"{complaint.rule} {complaint.cure}".lower()


def codes(complaints: tuple[Any, ...]) -> set[str]:
    """The codes of all complaints."""
    return {complaint.code for complaint in complaints}


def where(complaint: Any) -> tuple[Any, ...]:
    """Where and what: code, line, column, bag, found."""
    return (complaint.code, complaint.line, complaint.column, complaint.bag, complaint.found)


def note(counts: Counts, code: str) -> Any:
    """The one note with this code."""
    found = [each for each in counts.notes if each.code == code]
    assert len(found) == 1, (code, [(each.code, each.text) for each in counts.notes])
    return found[0]


def note_codes(counts: Counts) -> set[str]:
    """The codes of all notes."""
    return {each.code for each in counts.notes}


def content_of(counts: Counts) -> dict[str, Any]:
    """What was read, as plain values that compare (notes and source apart)."""
    return {
        "table": counts.table.tolist(),
        "categories": tuple(counts.categories),
        "bags": tuple(counts.bags),
        "named": counts.named,
        "labels": {name: tuple(texts) for name, texts in counts.labels.items()},
    }


def cells_of(counts: Counts) -> dict[tuple[str, str], int]:
    """The counts by bag and category, whatever their order."""
    return {
        (bag, category): int(counts.table[row, column])
        for row, bag in enumerate(counts.bags)
        for column, category in enumerate(counts.categories)
    }
