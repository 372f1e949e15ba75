"""``handful replay``: the fits of a report made again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from handful.cli import options
from handful.cli.guard import guarded, stop_if_wrong
from handful.cli.reading import ReadingOptions, one_category


@guarded
def replay(
    page: Annotated[Path, typer.Argument(metavar="REPORT.html", help="What handful report wrote.")],
    file: Annotated[
        str | None,
        typer.Argument(
            metavar="[FILE]", help="The counts as they are now; those in the report if not given."
        ),
    ] = None,
    *,
    category: options.Category = None,
    id: options.Id = None,
    drop: options.Drop = None,
    labels: options.Labels = None,
    blank_is_zero: options.BlankIsZero = False,
    encoding: options.Encoding = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="Exit with 4 where anything is not the same.")
    ] = False,
    json: options.Json = False,
) -> None:
    """Make the fits of a report again, and say whether they are the same."""
    asked = locals()
    from dataclasses import asdict
    from json import dumps

    from handful.reports.replay import replay as replayed
    from handful.results.document import finite_or_none, versions

    counts = None
    if file is not None:
        counts = one_category(ReadingOptions.among(asked).read(file).counts, category)
    found = replayed(page, counts)
    if json:
        document = {
            "schema": "handful/replay/1",
            "models": [
                asdict(one)
                | {"farthest": finite_or_none(one.farthest), "agrees": one.agrees, "words": one.words}
                for one in found.models
            ],
            "verdict": asdict(found.verdict),
            "versions": versions(),
        }
        print(dumps(document, indent=2))
    else:
        print(found)
    stop_if_wrong(found.verdict.ok, strict=verify)
