"""Both versions of every lesson, run from top to bottom: ``python course/run.py FOLDER``."""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from handful.course.build import init


def run(folder: Path, kind: str) -> list[Path]:
    """The notebooks of one kind, written with their data, run, and kept with what they printed and drew."""
    found = [path for path in init(folder, kind=kind) if path.suffix == ".ipynb"]
    for path in found:
        made = nbformat.read(path, as_version=4)
        NotebookClient(made, timeout=120, resources={"metadata": {"path": str(path.parent)}}).execute()
        nbformat.write(made, path)
        print(path)
    return found


if __name__ == "__main__":
    for kind in ("student", "instructor"):
        run(Path(sys.argv[1]) / kind, kind)
