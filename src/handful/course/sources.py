"""Where the lessons are: in the package that was installed, or beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

from handful.errors import SourceError

PACKAGE = Path(__file__).parent
DIGESTS = PACKAGE / "digests"


def lessons_folder() -> Path:
    """The folder of the lessons' sources.

    Raises
    ------
    SourceError
        If it is nowhere.
    """
    for folder in (PACKAGE / "lessons", PACKAGE.parents[2] / "course"):
        if (folder / "answers").is_dir():
            return folder
    raise SourceError("the lessons are not installed; reinstall handful", source=str(PACKAGE))


def lessons() -> tuple[Path, ...]:
    """The sources of all lessons, in their order."""
    return tuple(sorted(lessons_folder().glob("[0-9][0-9]_*.py")))
