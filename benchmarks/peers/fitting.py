"""What the peers' programs have in common: arguments, the data, and one line of JSON at the end.

Each is a whole process: ``python pymc_hierarchical.py bags.csv --fits 2 --seed 3`` reads the table, fits it
`fits` times in this process, and prints the smallest bulk effective sample size over the proportions and the
precision, and the seconds of each fit. The data, the priors, and 4 chains of 1,000 + 1,000 draws are the same
for all.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from typing import Any

import numpy as np

CHAINS, TUNE, DRAWS = 4, 1000, 1000

Fit = Callable[[np.ndarray, int], Any]  # table (bags × categories) and seed to something with .posterior


def run(fit: Fit, **versions: str) -> None:
    """Fit what the command line says, and print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--fits", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    table = np.loadtxt(given.file, delimiter=",", skiprows=1, dtype=np.int64)
    seconds = []
    for number in range(given.fits):
        start = time.perf_counter()
        posterior = fit(table, given.seed + number).posterior
        seconds.append(time.perf_counter() - start)
    print(
        json.dumps({"ess": smallest_ess(posterior), "fit_seconds": seconds, "versions": versions}), flush=True
    )


def smallest_ess(posterior: Any) -> float:
    import arviz

    found = arviz.ess(posterior[["m", "kappa"]], method="bulk")
    return float(min(found[name].min() for name in ("m", "kappa")))
