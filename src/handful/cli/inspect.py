"""``handful inspect``: what the reader makes of a file."""

from __future__ import annotations

from handful.cli import options
from handful.cli.guard import guarded
from handful.cli.reading import ReadingOptions


@guarded
def inspect(
    file: options.File,
    id: options.Id = None,
    *,
    drop: options.Drop = None,
    labels: options.Labels = None,
    blank_is_zero: options.BlankIsZero = False,
    encoding: options.Encoding = None,
    json: options.Json = False,
) -> None:
    """What the reader makes of a table: the role of each column, and the counts in it."""
    from json import dumps

    from handful.results.document import inspect_document
    from handful.results.table import aligned

    reading = ReadingOptions(id, drop, labels, blank_is_zero, encoding).read(file)
    if json:
        print(dumps(inspect_document(reading), indent=2))
        return
    print("\n".join(aligned([("column", "role"), *reading.roles])))
    counts = reading.counts
    ranges = [
        (name, str(column.sum()), str(column.min()), str(column.max()))
        for name, column in zip(counts.categories, counts.table.T, strict=True)
    ]
    print()
    print("\n".join(aligned([("category", "counted", "least in a bag", "most in a bag"), *ranges])))
