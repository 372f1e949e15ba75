"""``handful course``: the notebooks, an answer's check, and whether receipts are whole."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from handful.cli.guard import guarded
from handful.cli.options import Json

course = typer.Typer(
    name="course",
    help="The course: notebooks, checks and receipts.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Kind = Annotated[str, typer.Option("--as", help="student or instructor")]


@course.command()
@guarded
def init(
    folder: Annotated[Path, typer.Argument(help="A new folder.")], kind: Kind = "student", json: Json = False
) -> None:
    """Write the notebooks and their data into a new folder."""
    from handful.course.build import init as write

    found = write(folder, kind=kind)  # type: ignore[arg-type]  # it is checked there
    _tell(found, f"{len(found)} files in {folder}; open them with: jupyter lab {found[0]}", json=json)


@course.command()
@guarded
def build(
    output: Annotated[Path, typer.Option("-o", "--output", help="Where to.")] = Path("course-notebooks"),
    made: Annotated[str, typer.Option("--format", help="ipynb or nbgrader")] = "ipynb",
    json: Json = False,
) -> None:
    """Build the notebooks of both versions, or those for nbgrader, with their data."""
    from handful.course.build import build as write
    from handful.errors import ParameterError

    if made not in {"ipynb", "nbgrader"}:
        raise ParameterError(f"--format {made}: choose ipynb or nbgrader", name="--format", found=made)
    if made == "nbgrader":
        found = write(output, kind="nbgrader")
    else:
        found = (*write(output / "student", kind="student"), *write(output / "instructor", kind="instructor"))
    _tell(found, f"{len(found)} files in {output}", json=json)


@course.command()
@guarded
def check(
    exercise: Annotated[str, typer.Argument(help="Its number: 04.2.")],
    answer: Annotated[float, typer.Argument(help="A number.")],
    json: Json = False,
) -> None:
    """Check a number that answers an exercise."""
    from json import dumps

    from handful.course.checking import Wrong
    from handful.course.checking import check as judge

    found = judge(exercise, answer)
    if json:
        reason = found.reason if isinstance(found, Wrong) else None
        told = {"exercise": found.exercise, "right": bool(found), "reason": reason}
        print(dumps({"schema": "handful/course-check/1", **told}))
        return
    print(found)


@course.command()
@guarded
def verify(file: Annotated[Path, typer.Argument(help="progress.json")], json: Json = False) -> None:
    """Say whether every sealed entry is what it was when it was sealed."""
    from json import dumps

    from handful.cli.guard import BAD_DATA
    from handful.course.progress import read_progress
    from handful.course.progress import verify as judge

    wrong = judge(file)
    entries = read_progress(file)["entries"]
    late = [entry["name"] for entry in entries if entry.get("late")]
    if json:
        told = {"whole": not wrong, "entries": len(entries), "faults": wrong, "late": late}
        print(dumps({"schema": "handful/course-verify/1", **told}))
    else:
        print("\n".join(wrong) if wrong else f"{len(entries)} entries, every one as it was sealed.")
        for name in late:
            print(f"{name} was changed after the data were opened.")
    if wrong:
        raise typer.Exit(BAD_DATA)


def _tell(files: Sequence[Path], line: str, *, json: bool) -> None:
    """Which files were written: a line, or all of them as JSON."""
    from json import dumps

    print(dumps({"schema": "handful/course-files/1", "files": list(map(str, files))}) if json else line)
