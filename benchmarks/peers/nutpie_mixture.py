"""The mixture by PyMC and nutpie: its NUTS in Rust, the density compiled by numba, once in a process."""

from __future__ import annotations

import os
import time
from importlib.metadata import version
from typing import Any

import nutpie
from fitting import CHAINS, DRAWS, TUNE, run
from mixing import Bags, Found, bags_of, health
from pymc_mixture import model_of

COMPILED: dict[int, Any] = {}


def fit(bags: Bags, seed: int) -> Found:
    key = id(bags)
    if key not in COMPILED:
        COMPILED[key] = nutpie.compile_pymc_model(model_of(bags))
    start = time.perf_counter()
    posterior = nutpie.sample(
        COMPILED[key],
        draws=DRAWS,
        tune=TUNE,
        chains=CHAINS,
        cores=min(CHAINS, os.cpu_count() or 1),
        seed=seed,
        progress_bar=False,
    ).posterior
    return Found(
        posterior["weights"].to_numpy(), posterior["proportions"].to_numpy(), time.perf_counter() - start
    )


if __name__ == "__main__":
    run(fit, read=bags_of, judge=health, pymc=version("pymc"), nutpie=version("nutpie"))
