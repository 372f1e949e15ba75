"""Whole processes from start to printed answer: ``handful --help`` and a pooled fit of 30 bags.

Prints and stores medians, with the machine, the versions and the commit. The targets are those of the
design: 0.3 s for help, 0.8 s for the fit. Nothing here fails: speed is measured, not tested.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np

RUNS = 11
HERE = Path(__file__).parent
TARGETS = {"help": 0.3, "pooled fit of 30 bags": 0.8}
THROTTLES = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
GIT = shutil.which("git") or "git"


def bags(path: Path) -> Path:
    """A file of 30 bags of about 55 in six colours."""
    rng = np.random.default_rng(1)
    recipe = [0.207, 0.124, 0.198, 0.205, 0.131, 0.135]
    table = rng.multinomial(rng.integers(50, 61, size=30), recipe)
    rows = [f"b{number},{','.join(map(str, row))}" for number, row in enumerate(table, start=1)]
    path.write_text("\n".join(["bag,blue,brown,green,orange,red,yellow", *rows]) + "\n", encoding="utf-8")
    return path


def seconds(arguments: list[str]) -> list[float]:
    """Wall times of RUNS runs after one warm-up."""
    environment = {name: value for name, value in os.environ.items() if name not in THROTTLES}
    times = []
    for _ in range(RUNS + 1):
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "handful", *arguments], check=True, capture_output=True, env=environment
        )
        times.append(time.perf_counter() - start)
    return times[1:]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = bags(Path(folder) / "bags.csv")
        measured = {"help": seconds(["--help"]), "pooled fit of 30 bags": seconds(["fit", str(file)])}
    commit = subprocess.run(
        [GIT, "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=HERE, check=False
    )
    dirty = subprocess.run(
        [GIT, "status", "--porcelain"], capture_output=True, text=True, cwd=HERE, check=False
    )
    result = {
        "commit": commit.stdout.strip() + ("+changes" if dirty.stdout.strip() else ""),
        "machine": {"processor": platform.machine(), "cores": os.cpu_count(), "system": platform.system()},
        "versions": {"python": platform.python_version()}
        | {n: version(n) for n in ("handful", "numpy", "scipy", "typer")},
        "seconds": {
            name: {
                "median": statistics.median(times),
                "min": min(times),
                "max": max(times),
                "target": TARGETS[name],
            }
            for name, times in measured.items()
        },
    }
    (HERE / "results").mkdir(exist_ok=True)
    (HERE / "results" / "start.json").write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    for name, figures in result["seconds"].items():
        spread = f"{figures['min']:.3f} to {figures['max']:.3f}"
        print(f"{name}: median {figures['median']:.3f} s, {spread} (target {figures['target']})")


if __name__ == "__main__":
    main()
