"""Records to a grid: one header, and every row as long as it."""

from __future__ import annotations

from collections.abc import Sequence

from handful.data.complaints import Complaint, Note, shown
from handful.data.names import fold
from handful.data.reading.first import holds_counts, with_unnamed_ids
from handful.data.reading.grid import Column, Grid, empty_file, refuse
from handful.data.reading.tokens import Record


def shape(records: Sequence[Record], source: str, *, notes: tuple[Note, ...]) -> Grid:
    """The grid of `records`.

    Raises
    ------
    TableError
        If there is no header, no row, a row of another length, or a name missing or doubled.
    """
    filled = [record for record in records if not record.blank]
    if not filled:
        raise refuse(empty_file(source))
    header, rows = filled[0], filled[1:]
    if holds_counts(header.cells, [record.cells[0] for record in rows]):
        cure = (
            "Put a first line with the names of the columns: bag,blue,brown,... "
            "If it is the header, call its first column 'bag'."
        )
        raise refuse(
            _at(
                source,
                header,
                code="no_header",
                rule="the first line holds numbers, not the names of columns.",
                cure=cure,
            )
        )
    if not rows:
        cure = "Add a row for each bag."
        raise refuse(
            _at(source, header, code="no_bags", rule="there is a header, but no bag below it.", cure=cure)
        )
    skipped = [record.line for record in records if record.blank and record.line < rows[-1].line]
    if skipped:
        notes += (Note("skipped_lines", f"Skipped blank {_lines(skipped)}."),)
    header, rows, blank_note = _without_blank_end(header, rows)
    notes += blank_note
    names = [cell.strip() for cell in header.cells]
    # Where rows differ in length, the first column at least is whole: it says whether it has a name.
    table = zip(*(record.cells for record in rows), strict=False)
    columns = with_unnamed_ids([Column(name, cells) for name, cells in zip(names, table, strict=False)])
    names[0] = columns[0].name
    complaints = [
        *_name_complaints(names, source, header=header),
        *_length_complaints(rows, source, names=names),
    ]
    if complaints:
        raise refuse(*complaints)
    return Grid(source, columns, [record.line for record in rows], notes=notes)


def check_names(names: Sequence[str], source: str) -> list[Complaint]:
    """The complaints about missing and doubled names of columns."""
    return _name_complaints([name.strip() for name in names], source, header=None)


def _without_blank_end(
    header: Record, rows: Sequence[Record]
) -> tuple[Record, list[Record], tuple[Note, ...]]:
    """The table without columns at its end that are blank throughout, as spreadsheets write them.

    Only where all rows are alike: a blank cell too many on some rows is a row of another length.
    """
    records = (header, *rows)
    longest = max(len(record.cells) for record in records)
    width = longest
    while not any(cell.strip() for record in records for cell in record.cells[width - 1 : width]):
        width -= 1
    if width == longest or len({len(record.cells) for record in rows}) > 1:
        return header, list(rows), ()
    n_blank = longest - width
    text = f"Left out {n_blank} blank column{'s' if n_blank > 1 else ''} at the end of the rows."
    cut = [Record(record.line, record.cells[:width]) for record in records]
    return cut[0], cut[1:], (Note("blank_column", text),)


def _at(source: str, record: Record, *, code: str, rule: str, cure: str) -> Complaint:
    return Complaint(code=code, rule=rule, cure=cure, source=source, line=record.line)


def _name_complaints(names: Sequence[str], source: str, *, header: Record | None) -> list[Complaint]:
    complaints = []
    line = header.line if header else None
    first: dict[str, int] = {}
    for position, name in enumerate(names, start=1):
        if not name:
            rule = f"column {position} has no name."
            cure = "Name it 'bag' if it holds the ids of the bags; take it out if it is a row number."
            complaints.append(
                Complaint(code="unnamed_column", rule=rule, cure=cure, source=source, line=line)
            )
            continue
        if fold(name) in first:
            other = first[fold(name)]
            rule = f'columns {other} ("{shown(names[other - 1])}") and {position} ("{shown(name)}") have the same name.'
            cure = "Give each category one column of its own; case and spaces do not tell names apart."
            complaints.append(
                Complaint(
                    code="duplicate_column", rule=rule, cure=cure, source=source, line=line, column=name
                )
            )
        first.setdefault(fold(name), position)
    return complaints


def _length_complaints(rows: Sequence[Record], source: str, *, names: Sequence[str]) -> list[Complaint]:
    complaints = []
    width = len(names)
    all_one_longer = all(len(record.cells) == width + 1 for record in rows)
    for record in rows:
        n_cells = len(record.cells)
        counted = f"the row has {n_cells} cells, the header {width}."
        if n_cells > width:
            cure = "Is there a separator too many?"
            if all_one_longer:
                cure = f'Every row is one longer: is a header cell missing, before "{shown(names[0])}"?'
            complaints.append(_at(source, record, code="row_too_long", rule=counted, cure=cure))
        elif n_cells < width:
            cure = (
                f'Write a cell for every column, from "{shown(names[n_cells])}" on; 0 where none was counted.'
            )
            complaints.append(_at(source, record, code="row_too_short", rule=counted, cure=cure))
    return complaints


def _lines(numbers: Sequence[int]) -> str:
    """'line 3' or 'lines 3, 5 and 9'; the first five of many."""
    shown = [str(number) for number in numbers[:5]]
    if len(numbers) > len(shown):
        return f"lines {', '.join(shown)} and {len(numbers) - len(shown):,} more"
    return f"line {shown[0]}" if len(shown) == 1 else f"lines {', '.join(shown[:-1])} and {shown[-1]}"
