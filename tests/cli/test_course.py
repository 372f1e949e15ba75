"""handful course: notebooks into a new folder, an answer's check, and whether receipts are whole."""

from __future__ import annotations

import json

import pytest
from jsonschema import validate

from handful import course


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


@pytest.mark.parametrize(("options", "folders"), [((), 2), (("--format", "nbgrader"), 1)])
def test_build(handful, tmp_path, options, folders):
    run = handful("course", "build", "-o", str(tmp_path / "out"), *options)
    assert run.returncode == 0, run.stderr
    found = list((tmp_path / "out").rglob("*.ipynb"))
    assert len({one.parent for one in found}) == folders
    assert handful("course", "build", "--format", "pdf").returncode == 2


def test_check(handful):
    assert handful("course", "check", "01.1", "120").stdout.startswith("Right")
    told = json.loads(handful("course", "check", "1.1", "720", "--json").stdout)
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
    validate(found, {"type": "object", "required": ["schema", "whole", "entries", "faults", "late"]})
    assert found["whole"] is False
    assert handful("course", "verify", str(tmp_path / "none.json")).returncode == 2
