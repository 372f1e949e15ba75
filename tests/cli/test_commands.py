"""The other commands, and what every command must have."""

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from handful.cli.main import app
from handful.results import document
from handful.version import VERSION

SCHEMAS = Path(document.__file__).parent / "schemas"
COMMANDS = sorted(command.callback.__name__ for command in app.registered_commands)


def test_help_needs_no_numpy(handful):
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "handful", "--help"],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert "typer" in imported
    assert not imported & {"numpy", "scipy", "pandas", "matplotlib", "arviz_base", "arviz_stats", "narwhals"}
    assert all(name in done.stdout for name in COMMANDS)


def test_a_fit_needs_no_scipy_stats(handful):
    code = (
        "import sys; sys.argv = ['handful', 'fit', 'four.csv', '--json']\n"
        "from handful.cli.main import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(sorted({'scipy.stats', 'matplotlib', 'pandas', 'narwhals'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=handful.folder,
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert done.stderr.splitlines()[-1] == "[]"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_json(handful, name):
    done = handful(name, "--help")
    assert done.returncode == 0
    assert "--json" in done.stdout
    assert app.registered_commands


def test_version(handful):
    assert handful("--version").stdout == f"handful {VERSION}\n"


def test_completion(handful):
    done = handful("--show-completion", "bash", _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")
    assert "handful" in done.stdout + done.stderr


def test_inspect_tells_roles_and_ranges(handful):
    done = handful("inspect", "data:fruit-snacks")
    assert done.returncode == 0, done.stderr
    assert "recorded_total  left out" in done.stdout
    found = json.loads(handful("inspect", "data:fruit-snacks", "--json").stdout)
    jsonschema.validate(found, json.loads((SCHEMAS / "inspect-1.json").read_text(encoding="utf-8")))
    assert {"name": "box", "role": "id"} in found["columns"]


def test_datasets_are_listed_with_their_sources(handful):
    done = handful("datasets")
    assert "data:skittles" in done.stdout
    assert "possiblywrong.wordpress.com" in done.stdout
    found = json.loads(handful("datasets", "--json").stdout)
    jsonschema.validate(found, json.loads((SCHEMAS / "datasets-1.json").read_text(encoding="utf-8")))
