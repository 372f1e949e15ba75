"""A writer of tables in every dialect that the reader says it takes; it shares no code with the reader.

A `Table` is what was meant, a `Dialect` is how it is written, `write` gives the bytes.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product

SEPARATORS = (",", ";", "\t", "|")
LINE_ENDS = ("\n", "\r\n", "\r")
ENCODINGS = {  # name -> (mark, codec)
    "utf-8": (b"", "utf-8"),
    "utf-8 with mark": (codecs.BOM_UTF8, "utf-8"),
    "utf-16-le with mark": (codecs.BOM_UTF16_LE, "utf-16-le"),
    "utf-16-be with mark": (codecs.BOM_UTF16_BE, "utf-16-be"),
    "utf-16-le": (b"", "utf-16-le"),
    "utf-16-be": (b"", "utf-16-be"),
}
QUOTINGS = ("minimal", "all")


@dataclass(frozen=True)
class Table:
    """Counts with their names: an id column if it has a name, label columns, then the categories."""

    categories: tuple[str, ...]
    rows: tuple[tuple[int, ...], ...]
    id_name: str | None = None
    bags: tuple[str, ...] = ()
    labels: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def grid(self) -> list[list[str]]:
        """The header and the rows, as texts."""
        ids = [[self.id_name, *self.bags]] if self.id_name is not None else []
        texts = [[name, *column] for name, column in self.labels.items()]
        counts = [[name, *(str(row[c]) for row in self.rows)] for c, name in enumerate(self.categories)]
        return [list(line) for line in zip(*ids, *texts, *counts, strict=True)]

    def content(self) -> dict[str, object]:
        """What a reader must make of it, whatever the dialect."""
        named = self.id_name is not None
        return {
            "table": [list(row) for row in self.rows],
            "categories": self.categories,
            "bags": self.bags if named else tuple(str(number + 1) for number in range(len(self.rows))),
            "named": named,
            "labels": dict(self.labels),
        }


@dataclass(frozen=True)
class Dialect:
    """How a table is written."""

    separator: str = ","
    line_end: str = "\n"
    encoding: str = "utf-8"
    quoting: str = "minimal"
    blank_columns: int = 0
    sep_line: bool = False
    last_line_ended: bool = True

    @property
    def ascii_only(self) -> bool:
        """Whether UTF-16 without a mark is to be known by its NULs: then a text must have some."""
        return self.encoding in {"utf-16-le", "utf-16-be"}

    def __str__(self) -> str:
        """A short name, for the id of a test."""
        name = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}[self.separator]
        end = {"\n": "LF", "\r\n": "CRLF", "\r": "CR"}[self.line_end]
        extras = f"{'-sep' * self.sep_line}{f'-blank{self.blank_columns}' * bool(self.blank_columns)}"
        return f"{name}-{end}-{self.encoding.replace(' ', '-')}-{self.quoting}{extras}"


def every_dialect() -> Iterator[Dialect]:
    """Each separator with each line end, encoding and quoting; the rest in turn."""
    for number, (separator, end, encoding, quoting) in enumerate(
        product(SEPARATORS, LINE_ENDS, ENCODINGS, QUOTINGS)
    ):
        yield Dialect(separator, end, encoding, quoting, number % 3, number % 4 == 3, number % 5 != 4)


def quoted(text: str) -> str:
    """The text between quotes, its own quotes doubled."""
    return '"' + text.replace('"', '""') + '"'


def cell(text: str, dialect: Dialect) -> str:
    """The text as it stands in the file.

    'minimal' also quotes a text with *another* separator: in a bare ``x;y`` on every line nobody can know
    which of the two separates.
    """
    special = any(mark in text for mark in (*SEPARATORS, '"', "\n", "\r"))
    return quoted(text) if special or dialect.quoting == "all" else text


def write(table: Table, dialect: Dialect) -> bytes:
    """The bytes of a file that holds this table in this dialect."""
    mark, codec = ENCODINGS[dialect.encoding]
    lines = [
        dialect.separator.join([*(cell(text, dialect) for text in line), *[""] * dialect.blank_columns])
        for line in table.grid()
    ]
    if dialect.sep_line:
        lines.insert(0, f"sep={dialect.separator}")
    text = dialect.line_end.join(lines) + dialect.line_end * dialect.last_line_ended
    return mark + text.encode(codec)
