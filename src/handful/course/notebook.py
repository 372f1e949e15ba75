"""From the one source of a lesson to its notebooks: the teacher's, the students', and the one for nbgrader.

A lesson is Python in jupytext's percent format, and is the teacher's notebook as it stands. For students, cells tagged
'instructor' are left out, and every solution between its marks gives way to blanks.
"""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, TypeAlias

from handful.errors import MissingExtra, ParameterError

Kind: TypeAlias = Literal["student", "instructor", "nbgrader"]
KINDS: tuple[Kind, ...] = ("student", "instructor", "nbgrader")

SOLUTION = re.compile(r"^### BEGIN SOLUTION\n.*?^### END SOLUTION\n?", re.MULTILINE | re.DOTALL)
NAMES = re.compile(r"^# blank: (.+)$\n?", re.MULTILINE)
EXERCISE = re.compile(r"^# exercise (\d\d\.\d+)$", re.MULTILINE)
CHECK = re.compile(r"^course\.check\(\"(\d\d\.\d+)\", (\w+)\)$", re.MULTILINE)
HEAD = re.compile(r"^(?:def (\w+)\(.*\):)$", re.MULTILINE)
MARKS = re.compile(r"^### (?:BEGIN|END) SOLUTION\n?", re.MULTILINE)


def notebook(source: Path, kind: Kind) -> str:
    """A lesson as a notebook of this kind, in nbformat 4.5; the same source gives the same text.

    Raises
    ------
    MissingExtra
        Without jupytext.
    ParameterError
        If a solution has no exercise or no names for its blanks.
    """
    try:
        import jupytext
        import nbformat as format_of_notebooks
    except ImportError as error:
        raise MissingExtra(extra="course", purpose="building notebooks") from error
    nbformat: Any = format_of_notebooks  # it has no types
    read = jupytext.reads(source.read_text(encoding="utf-8"), fmt="py:percent")
    cells = []
    for place, cell in enumerate(read.cells):
        tags = cell.metadata.get("tags", [])
        if kind != "instructor" and "instructor" in tags:
            continue
        text, metadata = _changed(cell.source, kind, lesson=source.stem), {"tags": tags} if tags else {}
        if kind == "nbgrader":
            metadata |= _graded(cell.source, cell.cell_type)
        make = nbformat.v4.new_markdown_cell if cell.cell_type == "markdown" else nbformat.v4.new_code_cell
        mark = sha256(f"{source.stem}|{place}".encode()).hexdigest()[:8]
        cells.append(make(text, metadata=metadata, id=mark))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    made = nbformat.v4.new_notebook(
        cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}}
    )
    nbformat.validate(made)
    return str(nbformat.writes(made, version=4)) + "\n"


def _changed(text: str, kind: Kind, *, lesson: str) -> str:
    """A cell as this kind of notebook has it."""
    if kind == "nbgrader":
        return CHECK.sub(r'found = course.check("\1", \2)\nassert found, found', NAMES.sub("", text))
    if kind == "instructor":
        return MARKS.sub("", NAMES.sub("", text)).rstrip("\n")
    if not SOLUTION.search(text):
        return text
    exercise, names = EXERCISE.search(text), NAMES.search(text)
    if exercise is None or names is None:
        message = f"{lesson}: a solution needs '# exercise NN.i' and '# blank: name' above it"
        raise ParameterError(message, name="lesson", found=text[:60])
    heads = {head[1]: head[0] for head in HEAD.finditer(text)}
    blanks = "\n".join(
        _blank(name.strip(), exercise[1], head=heads.get(name.strip())) for name in names[1].split(",")
    )
    return NAMES.sub("", SOLUTION.sub(lambda _: blanks + "\n", text, count=1)).rstrip("\n")


def _blank(name: str, exercise: str, *, head: str | None) -> str:
    """The line that stands for an answer; of a function its first line stands below, to be gone on with."""
    if head is None:
        return f'{name} = course.blank("{exercise}")  # your answer in place of the blank'
    return (
        f'{name} = course.blank("{exercise}")  # your function goes below, and takes the place of this blank\n'
        f"# {head}\n#     return ..."
    )


def _graded(text: str, cell_type: str) -> dict[str, Any]:
    """Nbgrader's metadata, schema 3: https://nbgrader.readthedocs.io, contributor guide, metadata."""
    plain = {"schema_version": 3, "task": False}
    exercise, check = EXERCISE.search(text), CHECK.search(text)
    if exercise and SOLUTION.search(text):
        own = {"grade": False, "solution": True, "locked": False, "grade_id": _mark("exercise", exercise[1])}
    elif check:
        own = {
            "grade": True,
            "solution": False,
            "locked": True,
            "points": 1,
            "grade_id": _mark("check", check[1]),
        }
    elif cell_type == "markdown" and text.startswith("### Exercise"):
        mark = sha256(text.encode()).hexdigest()[:8]
        own = {"grade": False, "solution": False, "locked": True, "grade_id": f"task-{mark}"}
    else:
        return {}
    return {"nbgrader": {**plain, **own}}


def _mark(kind: str, number: str) -> str:
    """A name for a cell: nbgrader takes letters, digits and hyphens only."""
    return f"{kind}-{number.replace('.', '-')}"
