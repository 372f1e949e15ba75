"""The hierarchical model by PyMC with its own NUTS, as its documentation would have it."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pymc
from fitting import CHAINS, DRAWS, TUNE, run


def model_of(table: np.ndarray) -> pymc.Model:
    with pymc.Model() as model:
        m = pymc.Dirichlet("m", np.ones(table.shape[1]))
        kappa = pymc.LogNormal("kappa", mu=4.0, sigma=2.0)
        pymc.DirichletMultinomial("counts", n=table.sum(axis=1), a=kappa * m, observed=table)
    return model


def fit(table: np.ndarray, seed: int) -> Any:
    with model_of(table):
        return pymc.sample(
            DRAWS,
            tune=TUNE,
            chains=CHAINS,
            cores=min(CHAINS, os.cpu_count() or 1),
            random_seed=seed,
            progressbar=False,
        )


if __name__ == "__main__":
    run(fit, pymc=pymc.__version__)
