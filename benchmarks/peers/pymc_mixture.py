"""The mixture by PyMC with its own NUTS.

Its seconds of sampling are those that it tells itself, so that neither the building of the model nor the
compiling is counted where it is warm.
"""

from __future__ import annotations

import os

import numpy as np
import pymc
from fitting import CHAINS, DRAWS, TUNE, run
from mixing import Bags, Found, bags_of, health
from pytensor import tensor


def model_of(bags: Bags) -> pymc.Model:
    with pymc.Model() as model:
        weights = pymc.Dirichlet("weights", np.ones(bags.n_components))
        proportions = pymc.Dirichlet("proportions", bags.concentrations)
        scores = tensor.log(weights) + tensor.dot(bags.counts.astype(float), tensor.log(proportions).T)
        pymc.Potential("counts", tensor.logsumexp(scores, axis=1).sum())
    return model


def fit(bags: Bags, seed: int) -> Found:
    with model_of(bags):
        posterior = pymc.sample(
            DRAWS,
            tune=TUNE,
            chains=CHAINS,
            cores=min(CHAINS, os.cpu_count() or 1),
            random_seed=seed,
            progressbar=False,
            compute_convergence_checks=False,  # they are done once, for all peers alike
        ).posterior
    return Found(
        posterior["weights"].to_numpy(), posterior["proportions"].to_numpy(), posterior.attrs["sampling_time"]
    )


if __name__ == "__main__":
    run(fit, read=bags_of, judge=health, pymc=pymc.__version__)
