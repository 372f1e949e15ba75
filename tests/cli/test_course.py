"""handful course: notebooks into a new folder, an answer's check, and whether receipts are whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import validate

from handful import course
from handful.cli.course import course as group
from handful.results import document


def schema(name):
    path = Path(document.__file__).parent / "schemas" / f"{name}-1.json"
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(command.callback.__name__ for command in group.registered_commands))
def test_every_command_has_help_and_json(handful, name):
    done = handful("course", name, "--help")
    assert done.returncode == 0
    assert "--json" in done.stdout


def test_init_writes_notebooks_and_data_and_overwrites_nothing(handful, tmp_path):
    folder = tmp_path / "mm-course"
    first = handful("course", "init", str(folder))
    assert first.returncode == 0, first.stderr
    assert (folder / "01_guess_and_likelihood.ipynb").is_file()
    assert (folder / "four.csv").read_text(encoding="utf-8").startswith("bag,blue,brown")
    again = handful("course", "init", str(folder))
    assert again.returncode == 2
    assert "not empty" in again.stderr
    teacher = handful("course", "init", str(tmp_path / "t"), "--as", "instructor")
    assert teacher.returncode == 0
    assert "For the teacher" in (tmp_path / "t" / "01_guess_and_likelihood.ipynb").read_text(encoding="utf-8")
    assert handful("course", "init", str(tmp_path / "u"), "--as", "parrot").returncode == 2
    listed = json.loads(handful("course", "init", str(tmp_path / "j"), "--json").stdout)
    validate(listed, schema("course-files"))
    assert sorted(listed["files"]) == sorted(map(str, (tmp_path / "j").iterdir()))


@pytest.mark.parametrize(("options", "folders"), [((), 2), (("--format", "nbgrader"), 1)])
def test_build(handful, tmp_path, options, folders):
    run = handful("course", "build", "-o", str(tmp_path / "out"), *options)
    assert run.returncode == 0, run.stderr
    found = list((tmp_path / "out").rglob("*.ipynb"))
    assert len({one.parent for one in found}) == folders
    assert (
        len(list((tmp_path / "out").rglob("four.csv"))) == folders
    )  # nbgrader hands it out with the notebooks
    assert handful("course", "build", "--format", "pdf").returncode == 2


def test_check(handful):
    assert handful("course", "check", "01.1", "120").stdout.startswith("Right")
    told = json.loads(handful("course", "check", "1.1", "720", "--json").stdout)
    validate(told, schema("course-check"))
    assert told["right"] is False
    assert "alike" in told["reason"]
    assert handful("course", "check", "99.1", "720").returncode == 2


def test_verify(handful, tmp_path):
    path = tmp_path / "progress.json"
    course.seal("guess", 0.2, path=path)
    course.reveal("bag", path=path)
    course.seal("guess", 0.3, path=path)
    good = handful("course", "verify", str(path))
    assert good.returncode == 0
    assert "3 entries, every one" in good.stdout
    assert "guess was changed after the data" in good.stdout
    whole = json.loads(path.read_text(encoding="utf-8"))
    whole["entries"][0]["value"] = 0.3
    path.write_text(json.dumps(whole), encoding="utf-8")
    bad = handful("course", "verify", str(path), "--json")
    assert bad.returncode == 3
    found = json.loads(bad.stdout)
    validate(found, schema("course-verify"))
    assert found["whole"] is False
    assert handful("course", "verify", str(tmp_path / "none.json")).returncode == 2
