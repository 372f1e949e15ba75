"""Calibration of every model at every size (row A15), given real bags (A16), and how often its alarm is right.

``python benchmarks/calibration.py``: about ten minutes of one core. The suite has few simulations in each cell; here
they are as many as stand in the result. A cell's p is over all its quantities (Bonferroni): a right package has
p <= 0.01 in one cell of a hundred. The alarm is raised on 100 seeds without a fault, and with each of the faults that
``tests/statistical/test_calibrate.py`` plants. The tables of ``docs/calibration.md`` are these figures: ``--table``
prints them from the kept result.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import pytest  # noqa: E402  # its MonkeyPatch, as the tests plant their faults
from _timing import HERE, conditions, kept  # noqa: E402
from tests.statistical.test_calibrate import CELLS, DRAWS, FAULTS, SLOW, bags  # noqa: E402

import handful as hf  # noqa: E402

SEED = 20_240_101
SEEDS, IN_A_SEED = 100, 200
HIERARCHICAL = 200
RESULT = HERE / "results" / "calibration.json"


def figures_of(found: hf.Calibration, seconds: float) -> dict[str, Any]:
    """What is kept of a calibration."""
    coverage = np.array([one.coverage for one in found.quantities])
    return {
        "simulations": found.simulations,
        "quantities": len(found.quantities),
        "engines": dict(found.engines),
        "p": found.p,
        "ok": found.verdict.ok,
        "coverage": coverage.mean(axis=0).tolist(),
        "furthest_coverage_in_errors": float(
            np.abs((coverage - (0.5, 0.9, 0.95)) / [one.errors for one in found.quantities]).max()
        ),
        "seconds": seconds,
    }


def timed(run: Callable[[], hf.Calibration]) -> dict[str, Any]:
    """A calibration's figures, with how long it took."""
    start = time.perf_counter()
    found = run()
    return figures_of(found, time.perf_counter() - start)


def cells() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Row A15: every model, every cell."""
    for kind, each in CELLS.items():
        for n_items, n_categories, number in [*each, *((*one, 4) for one in SLOW if kind == "hierarchical")]:
            name = f"{n_items} items, {n_categories} categories, " + (
                f"{number} components" if kind == "mixture" else f"{number} bags"
            )
            yield kind, name, timed(lambda k=kind, n=n_items, c=n_categories, m=number: _cell(k, n, c, m))


def _cell(kind: str, n_items: int, n_categories: int, number: int) -> hf.Calibration:
    n_bags = number if kind != "mixture" else 4 if number < 5 else 3
    like = bags(n_items, n_categories, n_bags=n_bags)
    if kind == "pooled":
        return hf.calibrate(hf.Pooled(), like=like, simulations=500, rng=SEED)
    if kind == "mixture":
        return hf.calibrate(
            hf.Mixture(number), like=like, engine="enumeration", draws=DRAWS["enumeration"], rng=SEED
        )
    n = HIERARCHICAL // 2 if (n_items, n_categories) in SLOW else HIERARCHICAL
    return hf.calibrate(
        hf.Hierarchical(), like=like, engine="laplace", draws=DRAWS["laplace"], simulations=n, rng=SEED
    )


def given() -> Iterator[tuple[str, dict[str, Any]]]:
    """Row A16: given 468 packs of Skittles."""
    packs = hf.read_counts("data:skittles")
    like = hf.Counts(packs.table[:10], categories=packs.categories)
    yield (
        "pooled, 468 packs of Skittles",
        timed(lambda: hf.calibrate(hf.Pooled(), like=like, given=packs, rng=SEED)),
    )
    yield (
        "hierarchical, 468 packs of Skittles",
        timed(
            lambda: hf.calibrate(
                hf.Hierarchical(), like=like, given=packs, draws=1_000, simulations=HIERARCHICAL, rng=SEED
            )
        ),
    )


def alarms() -> dict[str, Any]:
    """In how many of 100 seeds the alarm is raised: without a fault, and with each."""
    found = {}
    clean = [
        hf.calibrate(hf.Pooled(), like=bags(20, 3), simulations=IN_A_SEED, rng=seed) for seed in range(SEEDS)
    ]
    found["none"] = sum(not one.verdict.ok for one in clean)
    for fault, (model, like, _) in FAULTS.items():
        with pytest.MonkeyPatch.context() as patch:
            fault(patch)
            raised = [
                not hf.calibrate(model, like=like, simulations=IN_A_SEED, rng=seed).verdict.ok
                for seed in range(SEEDS)
            ]
        found[fault.__name__] = sum(raised)
    return {"seeds": SEEDS, "simulations": IN_A_SEED, "raised": found}


def table(result: dict[str, Any]) -> str:
    """The tables of docs/calibration.md."""
    lines = ["| model | cell | simulations | 50 % | 90 % | 95 % | p |", "|---|---|---|---|---|---|---|"]
    for kind, each in result["cells"].items():
        for name, one in each.items():
            covered = " | ".join(f"{100 * held:.1f} %" for held in one["coverage"])
            lines.append(f"| {kind} | {name} | {one['simulations']} | {covered} | {one['p']:.2g} |")
    for name, one in result["given"].items():
        covered = " | ".join(f"{100 * held:.1f} %" for held in one["coverage"])
        lines.append(f"| given | {name} | {one['simulations']} | {covered} | {one['p']:.2g} |")
    lines += ["", "| planted | alarms in 100 seeds |", "|---|---|"]
    lines += [f"| {name.replace('_', ' ')} | {n} |" for name, n in result["alarms"]["raised"].items()]
    return "\n".join(lines)


def main() -> None:
    """Make everything once, and keep it; or print the tables of what was kept."""
    options = argparse.ArgumentParser()
    options.add_argument("--table", action="store_true", help="print the tables of the kept result")
    if options.parse_args().table:
        print(table(json.loads(RESULT.read_text(encoding="utf-8"))))
        return
    result: dict[str, Any] = conditions() | {"false_alarm": 0.01, "cells": {}, "given": {}, "skipped": {}}
    result["alarms"] = alarms()
    print(json.dumps(result["alarms"]), flush=True)
    for kind, name, found in cells():
        result["cells"].setdefault(kind, {})[name] = found
        print(kind, name, f"p = {found['p']:.3g}, {found['seconds']:.1f} s", flush=True)
    result["given"] = dict(given())
    kept("calibration", result)
    print(table(result))


if __name__ == "__main__":
    main()
