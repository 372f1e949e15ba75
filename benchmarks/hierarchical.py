"""The hierarchical fit of 468 packs, side by side with PyMC, PyMC with nutpie, and Stan; and of 10^7 bags.

``python benchmarks/hierarchical.py --peers PYTHON``: PYTHON is an interpreter that has pymc, nutpie, pystan and
arviz; a peer that it lacks, or all without the option, are skipped, and the result says so. Whole processes, from
start to printed answer, in rounds: each round runs every program once, so that a busy machine is busy for all.
The warm figure is the second fit in one process. The seconds of a peer include its effective sample sizes by
ArviZ, which is how its users learn them. Compiling is not counted where it is kept (Stan, PyTensor's C): the
first round is a warm-up.

An effective draw per second is the measure: handful's are independent and weighted, the peers' are dependent,
bulk ess over the chains; of all parameters the smallest counts. Nothing here fails: speed is measured, not tested.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import secrets
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

import handful as hf

RUNS = 5
HERE = Path(__file__).parent
PEERS = ("pymc", "nutpie", "stan")
DATA = "data:skittles"
THROTTLES = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in THROTTLES}
GIT = shutil.which("git") or "git"
LIMIT = 60.0  # seconds: three times the slowest that ends; a chain stuck where its log gammas lose digits never does
MANY_BAGS, AT_ONCE = 10_000_000, 500_000
TARGETS = {
    "whole_seconds": 1.2,
    "draws": 10_000,
    "ess": 5_000,
    "ess_per_second_over": {"pymc": 10.0, "stan": 5.0},
    "warm_ess_per_second_over_best_peer": 10.0,
}


def timed(arguments: list[str]) -> tuple[float, dict[str, Any]]:
    """Wall time of a whole process, and the JSON that it printed, which is its last line or all.

    Raises
    ------
    subprocess.TimeoutExpired
        After LIMIT seconds. The process and all that it started are gone then.
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
            out, error = process.communicate(timeout=LIMIT)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    seconds = time.perf_counter() - start
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, arguments, out, error)
    text = out.strip()
    return seconds, json.loads(text if text.startswith("{") else text.splitlines()[-1])


def whole_handful() -> dict[str, float]:
    """One run of the command."""
    command = ["-m", "handful", "fit", DATA, "--model", "hierarchical", "--seed", "1", "--json"]
    seconds, document = timed([sys.executable, *command])
    return {
        "seconds": seconds,
        "ess": min(parameter["ess"] for parameter in document["parameters"]),
        "draws": document["draws"],
    }


def warm_handful() -> dict[str, float]:
    """The second of two fits in one process."""
    _, found = timed([sys.executable, __file__, "--child", "warm"])
    return found


def peer(name: str, python: str, file: Path, *, fits: int) -> tuple[float, dict[str, Any]]:
    """One process of a peer; a seed never used before, since PyStan keeps whole fits."""
    script = HERE / "peers" / f"{name}_hierarchical.py"
    seed = str(secrets.randbelow(2**30) + 1)
    return timed([python, str(script), str(file), "--fits", str(fits), "--seed", seed])


def one_round(name: str, python: str, file: Path) -> tuple[dict[str, float], dict[str, float]]:
    """A whole process of a peer, and the second of two fits in another; a stuck one has got nowhere."""
    try:
        seconds, found = peer(name, python, file, fits=1)
        _, again = peer(name, python, file, fits=2)
    except subprocess.TimeoutExpired:
        stuck = {"seconds": LIMIT, "ess": 0.0}
        return stuck, stuck
    return (
        {"seconds": seconds, "ess": found["ess"]},
        {"seconds": again["fit_seconds"][-1], "ess": again["ess"]},
    )


def available(python: str | None, file: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """The versions of the peers that run, which are warm now, and why the others do not."""
    if python is None:
        return {}, dict.fromkeys(PEERS, "no --peers given")
    ready, skipped = {}, {}
    for name in PEERS:
        try:
            ready[name] = peer(name, python, file, fits=1)[1]["versions"]
        except subprocess.CalledProcessError as failure:
            skipped[name] = failure.stderr.strip().splitlines()[-1]
        except subprocess.TimeoutExpired:
            skipped[name] = f"no answer in {LIMIT:g} s"
    return ready, skipped


def summarised(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """Median, smallest and largest time; median ess, and per second."""
    seconds = [run["seconds"] for run in runs]
    middle, ess = statistics.median(seconds), statistics.median(run["ess"] for run in runs)
    others = {name: value for name, value in runs[-1].items() if name not in {"seconds", "ess"}}
    spread = {"median": middle, "min": min(seconds), "max": max(seconds)}
    return {"seconds": spread, "ess": ess, "ess_per_second": ess / middle} | others


def side_by_side(python: str | None, runs: int) -> tuple[dict[str, Any], dict[str, str]]:
    """The figures of all, whole and warm."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "bags.csv"
        counts = hf.read_counts(DATA)
        header = ",".join(counts.categories)
        np.savetxt(file, counts.table, fmt="%d", delimiter=",", header=header, comments="")
        ready, skipped = available(python, file)
        whole_handful()
        whole: dict[str, list[Any]] = {name: [] for name in ("handful", *ready)}
        warm: dict[str, list[Any]] = {name: [] for name in ("handful", *ready)}
        for _ in range(runs):
            whole["handful"].append(whole_handful())
            warm["handful"].append(warm_handful())
            for name in ready:
                first, second = one_round(name, str(python), file)
                whole[name].append(first)
                warm[name].append(second)
    figures = {name: {"whole": summarised(whole[name]), "warm": summarised(warm[name])} for name in whole}
    for name, versions in ready.items():
        figures[name]["versions"] = versions
    return figures, skipped


def warm_child() -> dict[str, float]:
    """In a process of its own: two fits, the second timed."""
    counts = hf.read_counts(DATA)
    hf.fit(hf.Hierarchical(), counts, rng=1)
    start = time.perf_counter()
    fit = hf.fit(hf.Hierarchical(), counts, rng=1)
    return {"seconds": time.perf_counter() - start, "ess": smallest_ess(fit)}


def many_child() -> dict[str, Any]:
    """In a process of its own: 10^7 bags from the model, compressed and fitted in memory."""
    from handful.data.histograms import Histograms

    table = simulated(MANY_BAGS, np.random.default_rng(1))
    counts = hf.Counts(table, categories=["red", "orange", "yellow", "green", "purple"])
    before = time.perf_counter()
    histograms = Histograms.of(counts)
    between = time.perf_counter()
    fit = hf.fit(hf.Hierarchical(), histograms, rng=1)
    after = time.perf_counter()
    return {
        "bags": MANY_BAGS,
        "precision": 200.0,
        "seconds_of_the_pass": between - before,
        "seconds_of_the_fit": after - between,
        "ess": smallest_ess(fit),
        "largest_memory_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
    }


def simulated(n_bags: int, rng: np.random.Generator) -> np.ndarray:
    """Bags of about 58 in five colours from the hierarchical model with precision 200."""
    concentration = 200.0 * np.array([0.201, 0.198, 0.205, 0.191, 0.205])
    table = np.empty((n_bags, concentration.size), dtype=np.int64)
    for start in range(0, n_bags, AT_ONCE):  # the recipes of all bags at once would double the memory
        part = table[start : start + AT_ONCE]
        totals = rng.integers(54, 63, size=len(part))
        part[:] = rng.multinomial(totals, rng.dirichlet(concentration, size=len(part)))
    return table


def smallest_ess(fit: Any) -> float:
    """Over the proportions and the precision."""
    return min(parameter.ess for parameter in hf.summary(fit).parameters)


def many_bags() -> dict[str, Any]:
    """What `many_child` found; or its complaint, since the other figures took minutes."""
    try:
        return timed([sys.executable, __file__, "--child", "many"])[1]
    except subprocess.CalledProcessError as failure:
        return {"bags": MANY_BAGS, "failed": failure.stderr.strip().splitlines()[-1]}


CHILDREN = {"warm": warm_child, "many": many_child}


def conditions() -> dict[str, Any]:
    """Commit, machine and versions."""
    told = [
        subprocess.run([GIT, *asked], capture_output=True, text=True, cwd=HERE, check=False).stdout.strip()
        for asked in (["rev-parse", "--short", "HEAD"], ["status", "--porcelain"])
    ]
    return {
        "commit": told[0] + ("+changes" if told[1] else ""),
        "machine": {"processor": platform.machine(), "cores": os.cpu_count(), "system": platform.system()},
        "versions": {"python": platform.python_version()}
        | {n: version(n) for n in ("handful", "numpy", "scipy")},
    }


def ratios(figures: dict[str, Any]) -> dict[str, Any]:
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


def show(result: dict[str, Any]) -> None:
    """Everything that was measured, with its target."""
    for name, figures in result["figures"].items():
        for kind in ("whole", "warm"):
            found = figures[kind]
            print(
                f"{name}, {kind}: median {found['seconds']['median']:.3f} s, "
                f"{found['seconds']['min']:.3f} to {found['seconds']['max']:.3f}; "
                f"ess {found['ess']:,.0f}, {found['ess_per_second']:,.0f} per second"
            )
    for name, why in result["skipped"].items():
        print(f"{name}: skipped, {why}")
    ours = result["figures"]["handful"]["whole"]
    print(
        f"targets: whole process {ours['seconds']['median']:.2f} s (at most {TARGETS['whole_seconds']}), "
        f"{ours['draws']:,} draws ({TARGETS['draws']:,}), ess {ours['ess']:,.0f} (at least {TARGETS['ess']:,})"
    )
    for name, least in TARGETS["ess_per_second_over"].items():
        if name in result["ratios"]["whole"]:
            times = result["ratios"]["whole"][name]
            print(f"from process start, {times:.1f} times {name} (at least {least:g})")
    if result["ratios"]["warm"]:
        best = min(result["ratios"]["warm"], key=result["ratios"]["warm"].get)
        least = TARGETS["warm_ess_per_second_over_best_peer"]
        print(f"warm, {result['ratios']['warm'][best]:.1f} times the best, {best} (at least {least:g})")
    many = result["many_bags"]
    if "failed" in many:
        print(f"{many['bags']:,} bags: {many['failed']}")
        return
    print(
        f"{many['bags']:,} bags: {many['seconds_of_the_pass']:.2f} s for the pass, then "
        f"{many['seconds_of_the_fit']:.3f} s for the fit, ess {many['ess']:,.0f}, "
        f"{many['largest_memory_gb']:.1f} GB at most"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument(
        "--peers", metavar="PYTHON", help="an interpreter with pymc, nutpie, pystan and arviz"
    )
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--child", choices=CHILDREN, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        print(json.dumps(CHILDREN[given.child]()))
        return
    figures, skipped = side_by_side(given.peers, given.runs)
    result = conditions() | {
        "data": DATA,
        "runs": given.runs,
        "targets": TARGETS,
        "figures": figures,
        "ratios": ratios(figures),
        "skipped": skipped,
        "many_bags": many_bags(),
    }
    show(result)
    if skipped:
        print("Not written: a result without all peers would take the place of one that has them.")
        return
    (HERE / "results").mkdir(exist_ok=True)
    (HERE / "results" / "hierarchical.json").write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
