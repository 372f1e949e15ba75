"""The command line as a person meets it: a process with stdout, stderr and an exit code."""

import os
import subprocess
import sys

import pytest
from tests.testing_tools import four


@pytest.fixture
def handful(tmp_path):
    """Run ``handful`` in an empty folder that holds four.csv."""
    (tmp_path / "four.csv").write_text(four.TEXT, encoding="utf-8")

    def run(*arguments, stdin=None, **environment):
        return subprocess.run(
            [sys.executable, "-m", "handful", *arguments],
            cwd=tmp_path,
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(sys.path),
                "PYTHONIOENCODING": "utf-8",
                **environment,
            },
            check=False,
        )

    run.folder = tmp_path
    return run
