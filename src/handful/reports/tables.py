"""Tables as the report's JSON has them."""

from __future__ import annotations

from typing import Any

from handful.results.table import Rows

MOST_COLUMNS = 16
"""Of wider tables the first columns are shown, and the last."""

MOST_ROWS = 40
"""Of longer tables this many rows are shown; what they are made of is in the JSON."""


def shortened(caption: str, rows: Rows) -> dict[str, Any]:
    """A table with its head apart, its first rows if it is long.

    Examples
    --------
    >>> shortened("Counted", [("colour", "n"), ("blue", "5")])
    {'caption': 'Counted', 'head': ['colour', 'n'], 'rows': [['blue', '5']], 'more': 0}
    """
    if len(rows[0]) > MOST_COLUMNS:
        caption = f"{caption} ({MOST_COLUMNS} of {len(rows[0]):,} columns)"
        rows = [(*row[: MOST_COLUMNS - 1], row[-1]) for row in rows]
    head, *others = rows
    return {
        "caption": caption,
        "head": list(head),
        "rows": [list(row) for row in others[:MOST_ROWS]],
        "more": max(len(others) - MOST_ROWS, 0),
    }
