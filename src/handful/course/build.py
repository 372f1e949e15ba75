"""The course as files: notebooks of one kind, with the data that they need."""

from __future__ import annotations

from pathlib import Path

from handful.course.notebook import KINDS, Kind, notebook
from handful.course.sources import lessons, lessons_folder
from handful.errors import ParameterError
from handful.files import write_whole
from handful.progress import so_far


def build(folder: str | Path, *, kind: Kind = "student") -> tuple[Path, ...]:
    """The files that were written to `folder`, made if it is not there: notebooks and data; older ones are replaced.

    Where it is interrupted while somebody watches, these are the ones that were done by then.

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

    def written(source: Path) -> Path:
        made, name = source.read_bytes(), source.name
        if source.suffix == ".py":
            made, name = notebook(source, kind).encode(), f"{source.stem}.ipynb"
        write_whole(target / name, made)
        return target / name

    target.mkdir(parents=True, exist_ok=True)
    sources = [*lessons(), *sorted((lessons_folder() / "data").glob("*.csv"))]
    return tuple(so_far(written, sources, what="file"))


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
    return build(target, kind=kind)
