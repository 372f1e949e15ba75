"""What ships: the wheel holds every module, data set and schema, and the names agree."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import zipfile
from email import message_from_string

import pytest

import handful
from tests.architecture.source import ROOT, SRC

DATA_ENDINGS = {".csv", ".json", ".toml", ".html", ".typed", ".j2", ".css", ".js", ".md"}


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    """A wheel, built offline (hatchling is an extra of dev)."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, encoding="utf-8")
    assert run.returncode == 0, run.stderr
    (built,) = folder.glob("*.whl")
    with zipfile.ZipFile(built) as opened:
        yield opened


def test_it_holds_what_the_source_holds(wheel):
    in_source = {
        str(file.relative_to(SRC))
        for file in (SRC / "handful").rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    lessons = {file.relative_to(ROOT / "course") for file in (ROOT / "course").rglob("*.*")}
    in_source |= {f"handful/course/lessons/{one}" for one in lessons if "__pycache__" not in one.parts}
    in_wheel = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert in_wheel == in_source
    endings = {"." + name.rpartition(".")[2] for name in in_source}
    assert {".csv", ".json", ".typed"} <= endings <= DATA_ENDINGS | {".py"}


def test_it_says_who_it_is(wheel):
    (metadata,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    said = message_from_string(wheel.read(metadata).decode())
    assert (said["Name"], said["Version"]) == ("handful", handful.__version__)
    assert said["License-Expression"] == "BSD-3-Clause"
    (entry,) = (name for name in wheel.namelist() if name.endswith("entry_points.txt"))
    assert "handful = handful.cli.start:main" in wheel.read(entry).decode()
    assert any(name.endswith("licenses/LICENSE") for name in wheel.namelist())


def test_the_citation_has_the_same_version():
    lines = (ROOT / "CITATION.cff").read_text(encoding="utf-8").splitlines()
    assert f"version: {handful.__version__}" in lines


def test_the_core_needs_what_the_design_says():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {line.partition(">")[0] for line in project["dependencies"]}
    assert names == {"numpy", "scipy", "matplotlib", "typer", "rich", "jinja2", "narwhals"}
