"""What the peers' programs have in common: arguments, the data, and one line of JSON at the end.

Each is a whole process: ``python pymc_hierarchical.py bags.csv --fits 2 --seed 3`` reads the data, fits them
`fits` times in this process, and prints the seconds of the last fit and what `judge` says of its draws: the
smallest bulk effective sample size over the parameters, and whatever else the benchmark keeps. The data, the
priors, and 4 chains of 1,000 + 1,000 draws are the same for all.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from typing import Any

import numpy as np

CHAINS, TUNE, DRAWS = 4, 1000, 1000


def table_of(file: str) -> np.ndarray:
    """The counts (bags × categories) of a CSV file."""
    return np.loadtxt(file, delimiter=",", skiprows=1, dtype=np.int64)


def population_health(found: Any) -> dict[str, float]:
    """The smallest ess over the proportions and the precision of the hierarchical model."""
    import arviz

    ess = arviz.ess(found.posterior[["m", "kappa"]], method="bulk")
    return {"ess": float(min(ess[name].min() for name in ("m", "kappa")))}


def run(
    fit: Callable[[Any, int], Any],
    *,
    read: Callable[[str], Any] = table_of,
    judge: Callable[[Any], dict[str, Any]] = population_health,
    **versions: str,
) -> None:
    """Fit what the command line says, and print the figures.

    `fit` takes what `read` made of the file, and a seed; `judge` takes what `fit` returned, and where it knows
    how many seconds the sampling alone took, its figure stands.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--fits", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    data = read(given.file)
    found, seconds = None, 0.0
    for number in range(given.fits):
        start = time.perf_counter()
        found = fit(data, given.seed + number)
        seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "versions": versions} | judge(found)), flush=True)
