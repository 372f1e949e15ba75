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

import json
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from _timing import (
    Run,
    available,
    child,
    child_or_complaint,
    command,
    conditions,
    kept,
    measured,
    parser,
    peer,
    ratios,
    summarised,
    told,
    whole_and_warm,
)

import handful as hf

PEERS = ("pymc", "nutpie", "stan")
DATA = "data:skittles"
MANY_BAGS, AT_ONCE = 10_000_000, 500_000
TARGETS = {
    "whole_seconds": 1.2,
    "draws": 10_000,
    "ess": 5_000,
    "ess_per_second_over": {"pymc": 10.0, "stan": 5.0},
    "warm_ess_per_second_over_best_peer": 10.0,
}


def whole_handful() -> Run:
    """One run of the command."""
    seconds, document = command("fit", DATA, "--model", "hierarchical", "--seed", "1", "--json")
    return {
        "seconds": seconds,
        "ess": min(parameter["ess"] for parameter in document["parameters"]),
        "draws": document["draws"],
    }


def side_by_side(python: str | None, runs: int) -> tuple[dict[str, Any], dict[str, str]]:
    """The figures of all, whole and warm."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "bags.csv"
        counts = hf.read_counts(DATA)
        header = ",".join(counts.categories)
        np.savetxt(file, counts.table, fmt="%d", delimiter=",", header=header, comments="")

        def first(name: str) -> Run:
            return peer(f"{name}_hierarchical", str(python), file=file, fits=1)[1]

        ready, skipped = available(PEERS, first if python else None)
        whole_handful()
        programs = {"handful": lambda _: {"whole": whole_handful(), "warm": child(__file__, "warm")[1]}}
        for name in ready:
            programs[name] = lambda _, name=name: whole_and_warm(
                f"{name}_hierarchical", str(python), file=file
            )
        found = measured(programs, runs)
    figures = {
        name: {kind: summarised(listed) for kind, listed in kinds.items()} for name, kinds in found.items()
    }
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


CHILDREN = {"warm": warm_child, "many": many_child}


def show(result: dict[str, Any]) -> None:
    """Everything that was measured, with its target."""
    for name, figures in result["figures"].items():
        for kind in ("whole", "warm"):
            print(told(name, kind, found=figures[kind]))
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
    given = parser(CHILDREN, peers="pymc, nutpie, pystan and arviz").parse_args()
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
        "many_bags": {"bags": MANY_BAGS} | child_or_complaint(__file__, "many"),
    }
    show(result)
    kept("hierarchical", result)


if __name__ == "__main__":
    main()
