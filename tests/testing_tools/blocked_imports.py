"""Run a piece of Python in a fresh interpreter in which some packages do not exist.

The packages are hidden from every finder, so that an import fails as if they had never been installed, and
``importlib.util.find_spec`` says None as it should.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src"
TIME_LIMIT = 60

PRELUDE = """
import sys
class Hiding:
    def __init__(self, finder):
        self.finder = finder
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in BLOCKED:
            return None
        return self.finder.find_spec(name, path, target)
    def __getattr__(self, name):
        return getattr(self.finder, name)
already = BLOCKED & set(sys.modules)
if already:
    raise SystemExit(f"imported before they could be hidden: {sorted(already)}")
sys.meta_path[:] = [Hiding(finder) for finder in sys.meta_path]
"""


def run_python(
    code: str, *, without: Iterable[str] = (), arguments: Iterable[str] = ()
) -> subprocess.CompletedProcess[str]:
    """The finished run of `code` in an interpreter that cannot import the packages `without`.

    Warnings are errors there as they are here. ``sys.argv[1:]`` holds `arguments`.
    """
    prelude = f"BLOCKED = {set(without)!r} or set()\n{PRELUDE}" if without else ""
    environment = os.environ | {"PYTHONPATH": str(SOURCE), "PYTHONWARNINGS": "error", "NO_COLOR": "1"}
    return subprocess.run(
        [sys.executable, "-c", prelude + code, *arguments],
        capture_output=True,
        check=False,
        encoding="utf-8",
        env=environment,
        timeout=TIME_LIMIT,
    )
