"""What the benchmarks with peers have in common: whole processes timed, rounds, medians, and where it was.

``make bench`` runs the files that do not begin with an underscore. A program is a function of the round's number
that returns one run of each kind: 'whole', a process from start to printed answer, and 'warm', the second of two
fits in one process. A run has 'seconds' and 'ess', and whatever else its program wants to keep.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import secrets
import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
RUNS = 5
LIMIT = 60.0  # seconds: three times the slowest that ends; a chain stuck where its log gammas lose digits never does
THROTTLES = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in THROTTLES}
GIT = shutil.which("git") or "git"

Run = dict[str, Any]
Program = Callable[[int], Mapping[str, Run]]


def timed(arguments: list[str], *, limit: float = LIMIT) -> tuple[float, Run]:
    """Wall time of a whole process, and the JSON that it printed, which is its last line or all.

    Raises
    ------
    subprocess.TimeoutExpired
        After `limit` seconds. The process and all that it started are gone then.
    subprocess.CalledProcessError
        If it fails.
    """
    start = time.perf_counter()
    with subprocess.Popen(
        arguments,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
        start_new_session=True,  # chains run in processes of their own, which must not outlive this one
    ) as process:
        try:
            out, error = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    seconds = time.perf_counter() - start
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, arguments, out, error)
    text = out.strip()
    return seconds, json.loads(text if text.startswith("{") else text.splitlines()[-1])


def command(*arguments: str, limit: float = LIMIT) -> tuple[float, Run]:
    """One run of handful's command."""
    return timed([sys.executable, "-m", "handful", *arguments], limit=limit)


def child(script: str, name: str, *arguments: str, limit: float = LIMIT) -> tuple[float, Run]:
    """One run of a benchmark's own child, in a process of its own."""
    return timed([sys.executable, script, "--child", name, *arguments], limit=limit)


def child_or_complaint(script: str, name: str, *, limit: float = LIMIT) -> Run:
    """What a child found; or why it did not, since the other figures took minutes."""
    try:
        return child(script, name, limit=limit)[1]
    except subprocess.CalledProcessError as failure:
        return {"failed": complaint(failure)}
    except subprocess.TimeoutExpired:
        return {"failed": f"no answer in {limit:g} s"}


def complaint(failure: subprocess.CalledProcessError) -> str:
    """The last line that a failed process wrote."""
    return (failure.stderr.strip().splitlines() or [f"exit code {failure.returncode}"])[-1]


def peer(script: str, python: str, *, file: Path, fits: int, limit: float = LIMIT) -> tuple[float, Run]:
    """One process of a peer; a seed never used before, since PyStan keeps whole fits."""
    seed = str(secrets.randbelow(2**30) + 1)
    path = str(HERE / "peers" / f"{script}.py")
    return timed([python, path, str(file), "--fits", str(fits), "--seed", seed], limit=limit)


def whole_and_warm(script: str, python: str, *, file: Path, limit: float = LIMIT) -> dict[str, Run]:
    """A whole process of a peer, and the second of two fits in another; a stuck one has got nowhere."""
    try:
        seconds, found = peer(script, python, file=file, fits=1, limit=limit)
        again = peer(script, python, file=file, fits=2, limit=limit)[1]
    except subprocess.TimeoutExpired:
        stuck = {"seconds": limit, "ess": 0.0}
        return {"whole": stuck, "warm": stuck}
    del found["versions"], again["versions"]
    return {"whole": found | {"seconds": seconds}, "warm": again}


def available(
    names: Iterable[str], first: Callable[[str], Run] | None, *, limit: float = LIMIT
) -> tuple[dict[str, Any], dict[str, str]]:
    """The versions of the peers that run, which `first` has warmed, and why the others do not."""
    if first is None:
        return {}, dict.fromkeys(names, "no --peers given")
    ready, skipped = {}, {}
    for name in names:
        try:
            ready[name] = first(name)["versions"]
        except subprocess.CalledProcessError as failure:
            skipped[name] = complaint(failure)
        except subprocess.TimeoutExpired:
            skipped[name] = f"no answer in {limit:g} s"
    return ready, skipped


def measured(programs: Mapping[str, Program], runs: int) -> dict[str, dict[str, list[Run]]]:
    """All runs of all programs, by name and kind; each round runs every program once."""
    found: dict[str, dict[str, list[Run]]] = {name: {} for name in programs}
    for number in range(runs):
        for name, program in programs.items():
            for kind, run in program(number).items():
                found[name].setdefault(kind, []).append(run)
    return found


def spread(values: Iterable[float]) -> dict[str, float]:
    """Median, smallest and largest."""
    listed = list(values)
    return {"median": statistics.median(listed), "min": min(listed), "max": max(listed)}


def summarised(runs: list[Run]) -> dict[str, Any]:
    """Median, smallest and largest time; median ess, and per second; whatever else the last run says."""
    seconds = spread(run["seconds"] for run in runs)
    ess = statistics.median(run["ess"] for run in runs)
    others = {name: value for name, value in runs[-1].items() if name not in {"seconds", "ess"}}
    return {"seconds": seconds, "ess": ess, "ess_per_second": ess / seconds["median"]} | others


def ratios(figures: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """How many times as many effective draws per second handful has, whole and warm."""
    ours = figures["handful"]
    return {
        kind: {
            name: ours[kind]["ess_per_second"] / theirs[kind]["ess_per_second"]
            for name, theirs in figures.items()
            if name != "handful" and theirs[kind]["ess"] > 0  # 0: stuck in most runs
        }
        for kind in ("whole", "warm")
    }


def told(name: str, kind: str, *, found: Mapping[str, Any]) -> str:
    """One program's figures of one kind, as a line."""
    seconds = found["seconds"]
    return (
        f"{name}, {kind}: median {seconds['median']:.3f} s, {seconds['min']:.3f} to {seconds['max']:.3f}; "
        f"ess {found['ess']:,.0f}, {found['ess_per_second']:,.0f} per second"
    )


def conditions() -> dict[str, Any]:
    """Commit, machine and versions."""
    answers = [
        subprocess.run([GIT, *asked], capture_output=True, text=True, cwd=HERE, check=False).stdout.strip()
        for asked in (["rev-parse", "--short", "HEAD"], ["status", "--porcelain"])
    ]
    return {
        "commit": answers[0] + ("+changes" if answers[1] else ""),
        "machine": {"processor": platform.machine(), "cores": os.cpu_count(), "system": platform.system()},
        "versions": {"python": platform.python_version()}
        | {n: version(n) for n in ("handful", "numpy", "scipy")},
    }


def parser(children: Iterable[str], *, peers: str) -> argparse.ArgumentParser:
    """The options of a benchmark; `peers` says what their interpreter must have."""
    options = argparse.ArgumentParser()
    options.add_argument("--peers", metavar="PYTHON", help=f"an interpreter with {peers}")
    options.add_argument("--runs", type=int, default=RUNS)
    options.add_argument("--child", choices=list(children), help=argparse.SUPPRESS)
    return options


def kept(name: str, result: Mapping[str, Any]) -> None:
    """Write the result, unless a peer was skipped."""
    if result["skipped"]:
        print("Not written: a result without all peers would take the place of one that has them.")
        return
    (HERE / "results").mkdir(exist_ok=True)
    (HERE / "results" / f"{name}.json").write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
