"""How often each alarm fires on its fault, and how often it stays silent where nothing is wrong.

``python benchmarks/alarms.py [--seeds 100] [--only TEXT]`` takes half an hour and writes
``benchmarks/results/alarms.json``, which the table in ``docs/checks.md`` shows. A clean world that several faults share
is run once.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
from _faults import ALARMS, BAGS, DRAWS, ITEMS, counts, of_many, of_one, world_rng
from _timing import conditions

import handful as hf

RESULT = Path(__file__).parent / "results" / "alarms.json"


def main() -> None:
    """Run all worlds, and keep the table."""
    options = argparse.ArgumentParser()
    options.add_argument("--seeds", type=int, default=100)
    options.add_argument("--only", default="", help="alarms whose name holds this; nothing is kept then")
    asked = options.parse_args()
    silent: dict[int, int] = {}
    rows = []
    for alarm in ALARMS:
        if asked.only not in alarm.name:
            continue
        start = time.perf_counter()
        if id(alarm.clean) not in silent:
            silent[id(alarm.clean)] = sum(not alarm.clean(seed) for seed in range(asked.seeds))
        fired = None
        if alarm.fault is not None:
            fired = sum(any(alarm.words in one for one in alarm.fault(1_000 + s)) for s in range(asked.seeds))
        rows.append({"alarm": alarm.name, "silent": silent[id(alarm.clean)], "fired": fired})
        print(
            f"{alarm.name}: silent {rows[-1]['silent']}, fired {fired} ({time.perf_counter() - start:.0f} s)",
            flush=True,
        )
    if not asked.only:
        result = {"seeds": asked.seeds, "alarms": rows, "p": of_p(asked.seeds), **conditions()}
        RESULT.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
        print(f"Wrote {RESULT}.")


def of_p(seeds: int) -> dict[str, Any]:
    """The p of var_between_bags: below 0.01 where bags differ, spread evenly where they do not."""
    n_bags = 2 * BAGS
    found: dict[str, list[float]] = {"one recipe": [], "precision 50": []}
    for seed in range(seeds):
        rng = world_rng(5_000 + seed)
        for name, table in (
            ("one recipe", of_one(rng, n_bags)),
            ("precision 50", of_many(rng, 50.0, n_bags)),
        ):
            bags = counts(table)
            checked = hf.check(
                hf.fit(hf.Pooled(), bags), bags, statistics=["var_between_bags"], draws=DRAWS, rng=seed
            )
            found[name].append(checked["var_between_bags"].p)
    even = np.array(found["one recipe"])
    return {
        "bags": n_bags,
        "items": ITEMS,
        "one recipe: p within 0.05 .. 0.95": int(((even > 0.05) & (even < 0.95)).sum()),
        "precision 50: p < 0.01": int((np.array(found["precision 50"]) < 0.01).sum()),
    }


if __name__ == "__main__":
    main()
