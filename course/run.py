"""Both versions of every lesson, run from top to bottom: ``python course/run.py FOLDER``."""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from handful.course.build import init


def main(folder: Path) -> None:
    """Write the notebooks and their data, run each, and keep what it printed and drew."""
    for kind in ("student", "instructor"):
        for path in init(folder / kind, kind=kind):
            if path.suffix != ".ipynb":
                continue
            made = nbformat.read(path, as_version=4)
            NotebookClient(made, timeout=120, resources={"metadata": {"path": str(path.parent)}}).execute()
            nbformat.write(made, path)
            print(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
