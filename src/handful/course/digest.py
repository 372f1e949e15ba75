"""Digests of all answers: ``python -m handful.course.digest`` writes them anew after an answer has changed."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any

from handful.course.exercise import Exercise
from handful.course.sources import DIGESTS, lessons_folder
from handful.files import write_whole


def exercises_of(path: Path) -> dict[str, Exercise]:
    """The exercises of one file of answers."""
    found: dict[str, Exercise] = runpy.run_path(str(path))["EXERCISES"]
    return found


def answers() -> tuple[Path, ...]:
    """The files of answers, one for each lesson."""
    return tuple(sorted((lessons_folder() / "answers").glob("[0-9][0-9].py")))


def compiled(path: Path) -> str:
    """The digests of a lesson as JSON."""
    found: dict[str, Any] = {number: one.compiled(number) for number, one in exercises_of(path).items()}
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    """Write the digests of all lessons."""
    DIGESTS.mkdir(exist_ok=True)
    for path in answers():
        write_whole(DIGESTS / f"{path.stem}.json", compiled(path).encode())


if __name__ == "__main__":
    main()
