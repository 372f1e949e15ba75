"""The hierarchical model by PyMC and nutpie: its NUTS in Rust, the density compiled by numba.

The model is compiled once in a process, and numba's share of that is paid in every process; a second fit
samples only.
"""

from __future__ import annotations

import os
from importlib.metadata import version
from typing import Any

import numpy as np
import nutpie
from fitting import CHAINS, DRAWS, TUNE, run
from pymc_hierarchical import model_of

COMPILED: dict[int, Any] = {}


def fit(table: np.ndarray, seed: int) -> Any:
    key = id(table)
    if key not in COMPILED:
        COMPILED[key] = nutpie.compile_pymc_model(model_of(table))
    return nutpie.sample(
        COMPILED[key],
        draws=DRAWS,
        tune=TUNE,
        chains=CHAINS,
        cores=min(CHAINS, os.cpu_count() or 1),
        seed=seed,
        progress_bar=False,
    )


if __name__ == "__main__":
    run(fit, pymc=version("pymc"), nutpie=version("nutpie"))
