"""Text to records: which separator, and which cells stand on which physical line."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from handful.data.complaints import Complaint, Note
from handful.data.reading.grid import refuse
from handful.data.reading.text import LONGEST_LINE
from handful.errors import TableError

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
MOST_COLUMNS = 20_000


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of one row and the physical line on which it begins."""

    line: int
    cells: list[str]

    @property
    def blank(self) -> bool:
        """Whether nothing is written in it."""
        return not any(cell.strip() for cell in self.cells)


def records(text: str, source: str) -> tuple[list[Record], tuple[Note, ...]]:
    """The records of `text`, blank ones included, and a note where the separator is no comma.

    Raises
    ------
    TableError
        If a quote is left open or is followed by text, or a row has too many cells.
    """
    text, first_line, named = _separator_line(text)
    header = next((line for line in io.StringIO(text, newline="") if line.strip()), "")
    candidates = [named] if named else [s for s in SEPARATORS if s in header] or [","]
    readings = [(s, _try(text, s, source=source, first_line=first_line)) for s in candidates]
    separator, reading = max(readings, key=lambda pair: _evenness(pair[1]))
    if isinstance(reading, TableError):
        raise reading
    if separator == ",":
        return reading, ()
    return reading, (Note("separator", f"Columns are separated by {SEPARATORS.get(separator, separator)}."),)


def _separator_line(text: str) -> tuple[str, int, str | None]:
    """The text after a first line like ``sep=;``, the line it begins on, and that separator."""
    first = next(io.StringIO(text, newline=""), "")
    said = first.rstrip("\r\n").strip('"')
    if len(said) == len("sep=") + 1 and said.casefold().startswith("sep="):
        return text[len(first) :], 2, said[-1]
    return text, 1, None


def _try(text: str, separator: str, *, source: str, first_line: int) -> list[Record] | TableError:
    # csv's own limits on quotes are what is wanted: strict refuses an open or a trailing one.
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=separator, strict=True, skipinitialspace=separator != "\t"
    )
    found: list[Record] = []
    line = first_line
    before = csv.field_size_limit(LONGEST_LINE)  # csv keeps one limit for all of Python: it is put back
    try:
        for cells in reader:
            found.append(Record(line, cells))
            if len(cells) > MOST_COLUMNS:
                return refuse(_too_many(source, line, n_cells=len(cells)))
            line = first_line + reader.line_num
    except csv.Error as error:
        return refuse(_misquoted(str(error), source, line=line))
    finally:
        csv.field_size_limit(before)
    return found


def _evenness(reading: list[Record] | TableError) -> tuple[bool, bool, int]:
    """How well a separator explains a text: all rows alike, and then the more columns the better."""
    if isinstance(reading, TableError):
        return (False, False, 0)
    widths = {len(record.cells) for record in reading if not record.blank}
    return (True, len(widths) == 1, max((len(r.cells) for r in reading[:1]), default=0))


def _too_many(source: str, line: int, *, n_cells: int) -> Complaint:
    return Complaint(
        code="too_many_columns",
        rule=f"the row has {n_cells:,} cells; a table may have {MOST_COLUMNS:,} columns.",
        cure="Write a long table instead: bag, category, count.",
        source=source,
        line=line,
    )


def _misquoted(said: str, source: str, *, line: int) -> Complaint:
    if "unexpected end" in said:
        code, rule = "unclosed_quote", "a quote is opened in this row and never closed."
    elif "field limit" in said:
        code, rule = "line_too_long", f"a cell has more than {LONGEST_LINE:,} characters; is a quote missing?"
    else:
        code, rule = "bad_quote", "a closing quote is followed by more text in the same cell."
    return Complaint(
        code=code, rule=rule, cure='Close it, or double a quote that is meant: "".', source=source, line=line
    )
