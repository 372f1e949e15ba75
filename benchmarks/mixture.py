"""Mixtures, side by side with PyMC, PyMC with nutpie, and NumPyro; of 10^6 bags, and of 130 categories.

``python benchmarks/mixture.py --peers PYTHON``: PYTHON is an interpreter that has pymc, nutpie, numpyro and
arviz-stats; a peer that it lacks, or all without the option, are skipped, and the result says so. Whole processes,
from start to printed answer, in rounds: each round runs every program once, so that a busy machine is busy for all.
The warm figure is the sampling alone of the second fit in one process. The seconds of a peer include its effective
sample sizes by arviz-stats. Compiling is not counted where it is kept (PyTensor's C, XLA): the first run is a
warm-up. Numba's is paid in every process.

Three cases (`_bags.py`): 30 bags under priors centred on the two recipes that they come from; the same bags under
flat priors; 300 bags of three separated components under flat priors. In the last two the chains of the peers sit in
different labellings: their R-hat and ess are recorded as they are, and beside them those of quantities that no
swap of labels changes (`nameless`: sorted weights, mean recipe). Handful's are of draws relabelled for display.

An effective draw per second is the measure; of all parameters the smallest counts. Handful gets another seed in each
round. Nothing here fails: speed is measured, not tested.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from _bags import CASES, COLOURS, DEEP_CATEGORIES, MANY, deep
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
    spread,
    summarised,
    told,
    whole_and_warm,
)
from peers.mixing import named, nameless

import handful as hf

PEERS = ("pymc", "nutpie", "numpyro")
SCRIPT = "{}_mixture"
LIMIT = 300.0  # seconds: numba's first compiling takes one
MOST_COMPONENTS = 7
HEALTH = ("rhat", "nameless_ess", "nameless_rhat", "first_weight")
TARGETS = {
    "recipe-centred": {
        "whole_seconds": 1.5,
        "ess": 1_000,
        "ess_per_second_over_best_peer": {"whole": 20.0, "warm": 3.0},
    },
    "flat": {"ess": 400},
    "separated": {"whole_seconds": 4.0, "ess": 1_000},
    "many_bags": {"seconds": 5.0, "memory_gb": 1.0},
    "many_categories": {"seconds": 30.0},
}
QUOTED = {"R's DirichletMultinomial 1.40.0, simulated data of this size, K = 1..7": 101.0}


def whole_handful(file: Path, case: str, *, seed: int) -> Run:
    """One run of the command."""
    asked = ("--seed", str(seed), "--json")
    seconds, document = command("fit", str(file), *CASES[case].options, *asked, limit=LIMIT)
    return {
        "seconds": seconds,
        "ess": min(parameter["ess"] for parameter in document["parameters"]),
        "draws": document["draws"],
        "engine": document["engine"]["name"],
        "verdict": document["verdict"],
    }


def handful(file: Path, case: str, *, number: int) -> dict[str, Run]:
    """The command, and the second of two fits in another process."""
    seed = number + 1
    asked = ("--case", case, "--file", str(file), "--seed", str(seed))
    return {
        "whole": whole_handful(file, case, seed=seed),
        "warm": child(__file__, "warm", *asked, limit=LIMIT)[1],
    }


def health_of(fit: Any) -> Run:
    """Smallest ess and largest R-hat, of the parameters and of what no swap of labels changes."""
    weights, proportions = fit.draws["weights"], fit.draws["proportions"]
    found: Run = {"first_weight": float(fit.weights @ weights[:, 0])}
    for prefix, view in (("", named), ("nameless_", nameless)):
        health = fit.posterior.health(view(weights, proportions))
        found[f"{prefix}ess"] = float(health.ess.min())
        if health.rhat is not None:
            found[f"{prefix}rhat"] = float(health.rhat.max())
    return found


def answer_of(fit: Any) -> Run:
    """What a fit says of itself."""
    evidence = fit.log_evidence
    return {
        "engine": fit.engine,
        "log_evidence": {"value": evidence.value, "error": evidence.error},
        "verdict": {"ok": fit.verdict.ok, "notes": list(fit.verdict.notes)},
    }


def warm_child(given: Any) -> Run:
    """In a process of its own: two fits, the second timed."""
    case, counts = CASES[given.case], hf.read_counts(given.file)
    hf.fit(case.model, counts, rng=given.seed + 1000)
    start = time.perf_counter()
    fit = hf.fit(case.model, counts, rng=given.seed)
    found = {"seconds": time.perf_counter() - start} | health_of(fit) | answer_of(fit)
    if given.case == "separated":  # recipes and weights are in falling order there, as the draws are
        told_by = fit.posterior.health(fit.draws["proportions"])
        off = np.abs(told_by.mean - case.recipes) / told_by.sd
        found["recipes_off_by_sd"] = float(off.max())
    return found


def many_child(_: Any) -> Run:
    """In a process of its own: 10^6 bags fitted in memory."""
    counts = hf.Counts(MANY.counts(), categories=COLOURS)
    before = largest_memory()
    start = time.perf_counter()
    fit = hf.fit(MANY.model, counts, rng=7)
    seconds = time.perf_counter() - start
    return {
        "bags": MANY.n_bags,
        "seconds": seconds,
        "memory_gb": largest_memory(),
        "memory_gb_before": before,
        **health_of(fit),
        **answer_of(fit),
    }


def deep_child(_: Any) -> Run:
    """In a process of its own: 278 rows of 130 categories, K = 1..7, overdispersed."""
    names = [f"genus {number}" for number in range(1, DEEP_CATEGORIES + 1)]
    counts = hf.Counts(deep(), categories=names)
    found: Run = {"rows": counts.table.shape[0], "categories": DEEP_CATEGORIES, "by_components": {}}
    for n_components in range(1, MOST_COMPONENTS + 1):
        model = hf.Mixture(n_components, overdispersed=True, alpha_prior=hf.Gamma(0.1, 0.1))
        start = time.perf_counter()
        fit = hf.fit(model, counts, rng=7)
        seconds = time.perf_counter() - start
        found["by_components"][n_components] = {"seconds": seconds} | answer_of(fit)
    return found | {"memory_gb": largest_memory()}


def largest_memory() -> float:
    """Of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


CHILDREN = {"warm": warm_child, "many": many_child, "deep": deep_child}


def side_by_side(case: str, python: str | None, *, runs: int) -> tuple[dict[str, Any], dict[str, str]]:
    """The figures of all for one case, whole and warm."""
    with tempfile.TemporaryDirectory() as folder:
        file = CASES[case].store(Path(folder))
        stored = file.with_suffix(".npz")

        def first(name: str) -> Run:
            return peer(SCRIPT.format(name), str(python), file=stored, fits=1, limit=LIMIT)[1]

        ready, skipped = available(PEERS, first if python else None, limit=LIMIT)
        whole_handful(file, case, seed=runs + 1)
        programs = {"handful": lambda number: handful(file, case, number=number)}
        for name in ready:
            both = partial(whole_and_warm, SCRIPT.format(name), str(python), file=stored, limit=LIMIT)
            programs[name] = lambda _, both=both: both()
        found = measured(programs, runs)
    figures = {
        name: {kind: with_health(listed) for kind, listed in kinds.items()} for name, kinds in found.items()
    }
    for name, versions in ready.items():
        figures[name]["versions"] = versions
    return figures, skipped


def with_health(runs: list[Run]) -> dict[str, Any]:
    """The summary of the runs, with medians of R-hat and the like."""
    healths = {name: [run[name] for run in runs if name in run] for name in HEALTH}
    return summarised(runs) | {name: spread(listed) for name, listed in healths.items() if listed}


def fair_ratios(case: str, figures: dict[str, Any]) -> dict[str, dict[str, float]]:
    """Ratios of effective draws per second, but for parameters only where labels mean something.

    Chains that sit in different labellings have next to no effective draws of a parameter, and a ratio to them
    says nothing; what has no labels can be compared everywhere.
    """
    rates = {
        name: kinds["warm"]["nameless_ess"]["median"] / kinds["warm"]["seconds"]["median"]
        for name, kinds in figures.items()
        if "nameless_ess" in kinds["warm"]  # a stuck one has none
    }
    nameless_ratios = {name: rates["handful"] / rate for name, rate in rates.items() if name != "handful"}
    return (ratios(figures) if CASES[case].strength else {}) | {"warm, nameless": nameless_ratios}


def deep_figures() -> dict[str, Any]:
    """What `deep_child` found, with the seconds of its whole process."""
    start = time.perf_counter()
    found = child_or_complaint(__file__, "deep", limit=LIMIT)
    return found | {"seconds": time.perf_counter() - start, "quoted_seconds": QUOTED}


def show_case(case: str, figures: dict[str, Any], *, times: dict[str, Any]) -> None:
    """Everything that was measured for a case, with its targets."""
    print(f"\n{case}:")
    for name, kinds in figures.items():
        for kind in ("whole", "warm"):
            found = kinds[kind]
            print(told(name, kind, found=found))
            if "rhat" in found:
                print(
                    f"    R-hat {found['rhat']['median']:.3f}; of what has no labels "
                    f"{found['nameless_rhat']['median']:.3f}, ess {found['nameless_ess']['median']:,.0f}; "
                    f"first weight {found['first_weight']['min']:.2f} to {found['first_weight']['max']:.2f}"
                )
    ours = figures["handful"]
    print(f"handful: {ours['warm']['engine']}, verdict {'ok' if ours['warm']['verdict']['ok'] else 'not ok'}")
    if "recipes_off_by_sd" in ours["warm"]:
        print(f"recipes within {ours['warm']['recipes_off_by_sd']:.1f} sd of the true ones")
    for kind, ratio in times.items():
        if ratio:
            best = min(ratio, key=ratio.get)
            print(f"{kind}, {ratio[best]:.1f} times the best, {best}")
    print(f"targets: {json.dumps(TARGETS[case])}")


def show(result: dict[str, Any]) -> None:
    """Everything that was measured, with its targets."""
    for case, figures in result["figures"].items():
        show_case(case, figures, times=result["ratios"][case])
    for name, why in result["skipped"].items():
        print(f"{name}: skipped, {why}")
    many, categories = result["many_bags"], result["many_categories"]
    if "failed" in many:
        print(f"\n{MANY.n_bags:,} bags: {many['failed']}")
    else:
        print(
            f"\n{MANY.n_bags:,} bags: {many['seconds']:.2f} s, {many['memory_gb']:.2f} GB at most "
            f"({many['memory_gb_before']:.2f} before), ess {many['nameless_ess']:,.0f}, {many['engine']}; "
            f"targets: {json.dumps(TARGETS['many_bags'])}"
        )
    if "failed" in categories:
        print(f"{DEEP_CATEGORIES} categories: {categories['failed']}")
        return
    each = ", ".join(f"{found['seconds']:.1f}" for found in categories["by_components"].values())
    print(
        f"{categories['rows']} × {DEEP_CATEGORIES}, K = 1..{MOST_COMPONENTS}: {categories['seconds']:.1f} s "
        f"whole ({each}); targets: {json.dumps(TARGETS['many_categories'])}; quoted: {json.dumps(QUOTED)}"
    )


def main() -> None:
    options = parser(CHILDREN, peers="pymc, nutpie, numpyro and arviz-stats")
    for name, kind in (("--case", str), ("--file", str), ("--seed", int)):  # for a child
        options.add_argument(name, type=kind, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.child:
        print(json.dumps(CHILDREN[given.child](given)))
        return
    figures, skipped = {}, {}
    for case in CASES:
        figures[case], missed = side_by_side(case, given.peers, runs=given.runs)
        skipped |= missed
    result = conditions() | {
        "runs": given.runs,
        "targets": TARGETS,
        "figures": figures,
        "ratios": {case: fair_ratios(case, found) for case, found in figures.items()},
        "skipped": skipped,
        "many_bags": child_or_complaint(__file__, "many", limit=LIMIT),
        "many_categories": deep_figures(),
    }
    show(result)
    kept("mixture", result)


if __name__ == "__main__":
    main()
