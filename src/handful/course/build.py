"""The course as files: notebooks of one kind, with the data that they need."""

from __future__ import annotations

from pathlib import Path

from handful.course.notebook import KINDS, Kind, notebook
from handful.course.sources import lessons, lessons_folder
from handful.errors import ParameterError
from handful.files import write_whole


def build(folder: str | Path, *, kind: Kind = "student") -> tuple[Path, ...]:
    """The notebooks that were written to `folder`, which is made if it is not there; older ones are replaced.

    Raises
    ------
    ParameterError
        If there is no such kind, or `folder` is a file.
    MissingExtra
        Without jupytext.
    """
    if kind not in KINDS:
        raise ParameterError(f"{kind!r}: choose {', '.join(KINDS)}", name="kind", found=kind)
    target = Path(folder)
    if target.exists() and not target.is_dir():
        raise ParameterError(f"{target} is a file; name a folder", name="folder", found=str(folder))
    made = {f"{source.stem}.ipynb": notebook(source, kind) for source in lessons()}
    target.mkdir(parents=True, exist_ok=True)
    for name, text in made.items():
        write_whole(target / name, text.encode())
    return tuple(target / name for name in made)


def init(folder: str | Path, *, kind: Kind = "student") -> tuple[Path, ...]:
    """Everything that was written to a new folder: the notebooks and their data.

    Raises
    ------
    ParameterError
        If the folder is there and not empty: nobody's answers are overwritten.
    MissingExtra
        Without jupytext.
    """
    target = Path(folder)
    if target.is_dir() and any(target.iterdir()):
        message = f"{target} is not empty; name a new folder, so that no answers are overwritten"
        raise ParameterError(message, name="folder", found=str(folder))
    found = list(build(target, kind=kind))
    for data in sorted((lessons_folder() / "data").glob("*.csv")):
        write_whole(target / data.name, data.read_bytes())
        found.append(target / data.name)
    return tuple(found)
