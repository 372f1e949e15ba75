"""Every lesson as a notebook, in both versions, run from top to bottom without a net and without a warning."""

from __future__ import annotations

import os
import re
import sys
from itertools import pairwise

import jupytext
import nbformat
import pytest
from nbclient import NotebookClient

from handful.course.build import build
from handful.course.digest import exercises_of
from handful.course.notebook import CHECK, EXERCISE, notebook
from handful.course.sources import lessons, lessons_folder

LESSONS = {source.stem: source for source in lessons()}
SECONDS = 60

SAID = {
    "02": ("0.0909",),
    "03": ("0.2",),
    "05": (
        "Beta(14, 51)",
        "0.125 to 0.322",
        "0.120 to 0.316",
        "mean 0.2154, mode 0.2063",
        "-49.874515",
        "Refused",
    ),
    "06": ("Beta(51, 175)", "log evidence -11.398438"),
    "07": ("1e+100 points", "have not met", "too small"),
    "08": ("Refused: the recipe",),
    "10": (
        *("0.651638", "0.082111", "0.942287", "0.164153", "0.582355", "0.110997", "0.885997", "0.192188"),
        *(
            "A cannot tell",
            "a 55-candy bag is right about 80% of the time at best",
            "341 to 1",
            "exp(-2.58)",
            "has 7%",
        ),
    ),
}
"""What a lesson must arrive at: the closed forms of JOURNEYS section 0 among others."""

CLOSED = """
import socket, warnings
warnings.simplefilter("error")
_connect = socket.socket.connect
def _only_here(self, address):
    if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
        raise OSError(f"the course asked the net for {address}")
    return _connect(self, address)
socket.socket.connect = _only_here
"""


def run(text, folder):
    """The notebook after all its cells have run, the doors to the net closed before the first one."""
    for data in (lessons_folder() / "data").glob("*.csv"):
        (folder / data.name).write_bytes(data.read_bytes())
    made = nbformat.reads(text, as_version=4)
    made.cells.insert(0, nbformat.v4.new_code_cell(CLOSED))
    NotebookClient(
        made, timeout=SECONDS, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    ).execute(env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
    return made


def outputs(made):
    for cell in made.cells:
        if cell.cell_type == "code":
            for one in cell.outputs:
                yield cell, one


def text_of(output):
    data = output.get("data", {})
    return "".join(data.get("text/plain", "")) + "".join(output.get("text", ""))


@pytest.mark.slow
@pytest.mark.parametrize("name", LESSONS)
def test_the_instructors_notebook_runs_and_every_answer_is_right(name, tmp_path):
    made = run(notebook(LESSONS[name], "instructor"), tmp_path)
    checks = 0
    for cell, output in outputs(made):
        assert output.output_type != "error", output
        assert output.get("name") != "stderr", output
        if CHECK.search(cell.source):
            checks += 1
            assert text_of(output).startswith("Right"), text_of(output)
        if "text/html" in output.get("data", {}) and "<img" in output.data["text/html"]:
            assert re.search(r'<img alt="[^"]{40,}"', output.data["text/html"])
        assert "image/png" not in output.get("data", {}), "a picture without words: use course.show"
    assert checks >= 3
    everything = "\n".join(text_of(output) for _, output in outputs(made))
    for said in SAID.get(name[:2], ()):
        assert said in everything, said
    if name.startswith("07"):
        assert float(re.search(r"Your mean is ([0-9.]+) of its own errors", everything)[1]) < 4.0


@pytest.mark.slow
@pytest.mark.parametrize("name", LESSONS)
def test_the_students_notebook_runs_with_every_blank_untouched(name, tmp_path):
    made = run(notebook(LESSONS[name], "student"), tmp_path)
    for cell, output in outputs(made):
        assert output.output_type != "error", output
        assert output.get("name") != "stderr", output
        if CHECK.search(cell.source):
            assert text_of(output).startswith("NotDone"), text_of(output)
    if "course.seal(" in LESSONS[name].read_text(encoding="utf-8"):  # restart and run all: progress is there
        again = run(notebook(LESSONS[name], "student"), tmp_path)
        assert not [output for _, output in outputs(again) if output.output_type == "error"]


@pytest.mark.parametrize("name", LESSONS)
def test_no_solution_reaches_a_student(name):
    source = LESSONS[name].read_text(encoding="utf-8")
    student = notebook(LESSONS[name], "student")
    secrets = re.findall(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", source, re.DOTALL)
    assert len(secrets) >= 3
    plain = "\n".join(cell.source for cell in nbformat.reads(student, as_version=4).cells)
    for secret in secrets:
        long_lines = [line.strip() for line in secret.splitlines() if len(line.strip()) > 12]
        for line in long_lines:
            assert line.startswith("def ") or line not in plain, line  # what a function takes is told
    assert "SOLUTION" not in student
    assert "For the teacher" not in student


@pytest.mark.parametrize("name", LESSONS)
def test_a_function_that_is_asked_for_is_told_with_all_that_it_takes(name):
    """In the text, so that nbgrader's version has it too, and below the blank, to be gone on with."""
    student = nbformat.reads(notebook(LESSONS[name], "student"), as_version=4)
    for number, one in exercises_of(lessons_folder() / "answers" / f"{name[:2]}.py").items():
        place = next(i for i, cell in enumerate(student.cells) if f"# exercise {number}" in cell.source)
        heads = re.findall(
            r"^# def (\w+\(.*\)):\n#     return \.\.\.$", student.cells[place].source, re.MULTILINE
        )
        assert bool(heads) == callable(one.right), number
        for head in heads:
            assert f"`{head}`" in student.cells[place - 1].source.replace("\n", " "), number


@pytest.mark.parametrize("name", LESSONS)
def test_each_exercise_has_a_task_blanks_a_check_and_a_hint(name):
    cells = jupytext.reads(LESSONS[name].read_text(encoding="utf-8"), fmt="py:percent").cells
    numbers = [found[1] for cell in cells if (found := EXERCISE.search(cell.source))]
    assert numbers == [f"{name[:2]}.{place}" for place in range(1, len(numbers) + 1)]
    assert len(numbers) >= 3
    for number in numbers:
        place = next(i for i, cell in enumerate(cells) if f"# exercise {number}" in cell.source)
        assert cells[place - 1].source.startswith(f"### Exercise {number}")
        assert CHECK.search(cells[place + 1].source)[1] == number
        assert "<summary>Hint</summary>" in cells[place + 2].source


@pytest.mark.parametrize("name", LESSONS)
def test_headings_rise_one_level_at_a_time_and_the_lesson_is_whole(name):
    cells = jupytext.reads(LESSONS[name].read_text(encoding="utf-8"), fmt="py:percent").cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    levels = [len(marks) for marks in re.findall(r"^(#+) ", text, re.MULTILINE)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert "**The question.**" in text
    assert "## To discuss" in text
    assert "## References" in text


@pytest.mark.parametrize("name", LESSONS)
def test_nbgraders_version_is_as_nbgrader_wants_it(name):
    made = nbformat.reads(notebook(LESSONS[name], "nbgrader"), as_version=4)
    ids = []
    for cell in made.cells:
        own = cell.metadata.get("nbgrader")
        if own is None:
            continue
        assert set(own) - {"points"} == {"schema_version", "grade", "solution", "locked", "grade_id", "task"}
        assert re.fullmatch(r"[a-zA-Z0-9_\-]+", own["grade_id"])  # as nbgrader 0.9's own schema has it
        assert own["schema_version"] == 3
        assert ("points" in own) == own["grade"]
        ids.append(own["grade_id"])
        if own["solution"]:
            assert "### BEGIN SOLUTION" in cell.source
            assert "### END SOLUTION" in cell.source
        if own["grade"]:
            assert "assert found" in cell.source
    assert len(ids) == len(set(ids))
    assert sum(one.startswith("check-") for one in ids) >= 3


def test_the_same_source_gives_the_same_notebook(tmp_path):
    first, second = (build(tmp_path / part, kind="student") for part in ("a", "b"))
    assert [one.read_bytes() for one in first] == [one.read_bytes() for one in second]
    assert [one.name for one in first if one.suffix == ".csv"] == ["four.csv"]
    for one in first[: len(LESSONS)]:
        made = nbformat.read(one, as_version=4)
        assert (made.nbformat, made.nbformat_minor) == (4, 5)
        assert len({cell.id for cell in made.cells}) == len(made.cells)
