"""The hierarchical posterior of the shipped data sets by a long run of PyMC: makes hierarchical_pymc.json.

Run it from the top of the repository, with the development tools and PyMC installed; it takes about ten
minutes on two cores::

    pip install -e ".[dev,pymc]" "pymc<6" "numpy<2.4"    # ArviZ 0.23, which that PyMC takes, fails with later ones
    python -m tests.oracles.hierarchical_pymc

It shares with the package nothing but the reader of the data. The likelihood is PyMC's own, a row a bag: no
histograms, no survival counts. The draws are NUTS's, dependent and unweighted, where the package's are
independent and weighted. tests/statistical/test_against_pymc.py needs the JSON only, not PyMC.

Each figure comes with its own Monte Carlo standard error. PyMC subtracts log gammas, which loses digits as
kappa grows: about 1e-16 · kappa · log kappa for each log gamma, so a nat at kappa = 1e14. NUTS never goes there
(log kappa is Normal(4, 2) before the data, and stays below 15 or so after them), and its Metropolis step uses
the log density alone, so what counts is that this is right where draws are. `accuracy` compares it with 80
digits at the largest kappa drawn; the difference is stored and must be below LOG_PMF_ERROR.

PyMC and ArviZ are imported where they are used: pytest imports this file in search of examples.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from tests.oracles.dirichlet_multinomial import dirichlet_multinomial_log_pmf

from handful.data.counts import Counts
from handful.data.read import read_counts

if TYPE_CHECKING:
    import pymc

STORE = Path(__file__).with_suffix(".json")
SETS = ("skittles", "fruit-snacks", "mms-2007")
CHAINS, TUNE, DRAWS = 4, 2_000, 50_000
SEED = 20_070_817
TARGET_ACCEPT = 0.9  # smaller steps than PyMC's 0.8, for the long upper tail of log kappa
FEWEST = 20_000  # bulk effective draws of every quantity
RHAT = 1.005
LOG_PMF_ERROR = 1e-6  # nats, all bags together
PROBABILITIES = {"q05": 0.05, "q95": 0.95}


def build(counts: Counts) -> pymc.Model:
    """The model with its default priors: m ~ Dirichlet(1), kappa ~ LogNormal(4, 2), a row for each bag."""
    import pymc

    with pymc.Model() as model:
        m = pymc.Dirichlet("m", np.ones(counts.n_categories))
        kappa = pymc.LogNormal("kappa", mu=4.0, sigma=2.0)
        pymc.DirichletMultinomial("counts", n=counts.totals, a=kappa * m, observed=counts.table)
    return model


def figures(draws: np.ndarray) -> dict[str, object]:
    """Mean, sd and two quantiles of draws (chain, draw), each with its Monte Carlo standard error.

    The standard deviation divides by the number of draws, as for a distribution.
    """
    import arviz

    values = arviz.convert_to_dataset({"x": draws})
    quantiles = {name: float(np.quantile(draws, p)) for name, p in PROBABILITIES.items()}
    errors = {kind: arviz.mcse(values, method=kind)["x"].item() for kind in ("mean", "sd")}
    for name, p in PROBABILITIES.items():
        errors[name] = arviz.mcse(values, method="quantile", prob=p)["x"].item()
    return {
        "mean": float(draws.mean()),
        "sd": float(draws.std()),
        **quantiles,
        "mcse": errors,
        "ess_bulk": arviz.ess(values, method="bulk")["x"].item(),
        "rhat": arviz.rhat(values)["x"].item(),
    }


def accuracy(counts: Counts, m: np.ndarray, kappa: float) -> float:
    """How far PyMC's log probability of all bags is from that of 80 digits, in nats."""
    import pymc

    concentration = kappa * m
    bags = pymc.DirichletMultinomial.dist(n=counts.totals, a=concentration)
    found = float(pymc.logp(bags, counts.table).eval().sum())
    exact = sum(dirichlet_multinomial_log_pmf(row, concentration) for row in counts.table)
    return abs(float(exact - found))


def long_run(name: str) -> dict[str, object]:
    """What is stored about one data set."""
    import pymc

    counts = read_counts(f"data:{name}")
    with build(counts):
        drawn = pymc.sample(
            DRAWS,
            tune=TUNE,
            chains=CHAINS,
            cores=min(CHAINS, os.cpu_count() or 1),
            random_seed=SEED,
            target_accept=TARGET_ACCEPT,
            progressbar=False,
        )
    m, kappa = drawn.posterior["m"].to_numpy(), drawn.posterior["kappa"].to_numpy()
    largest = np.unravel_index(np.argmax(kappa), kappa.shape)
    return {
        "bags": counts.n_bags,
        "items": counts.n_items,
        "divergences": int(drawn.sample_stats["diverging"].sum()),
        "largest_precision": float(kappa[largest]),
        "log_pmf_error_there": accuracy(counts, m[largest], float(kappa[largest])),
        "proportions": {category: figures(m[:, :, c]) for c, category in enumerate(counts.categories)},
        "precision": figures(kappa),
        "log_precision": figures(np.log(kappa)),
    }


def check(name: str, found: dict) -> None:
    """Nothing, when the run is good enough to judge others by.

    Raises
    ------
    ArithmeticError
        When it is not; nothing is stored then.
    """
    quantities = [*found["proportions"].values(), found["precision"], found["log_precision"]]
    fewest = min(quantity["ess_bulk"] for quantity in quantities)
    worst = max(quantity["rhat"] for quantity in quantities)
    print(
        f"{name}: bulk ess {fewest:,.0f} or more, R-hat {worst:.5f} or less, {found['divergences']} divergences, "
        f"log pmf off by {found['log_pmf_error_there']:.1g} nat at kappa = {found['largest_precision']:.3g}"
    )
    good = fewest >= FEWEST and worst < RHAT and found["log_pmf_error_there"] < LOG_PMF_ERROR
    if not (good and found["divergences"] == 0):
        raise ArithmeticError(f"{name}: the run is no oracle; nothing was stored")


def main() -> None:
    import arviz
    import pymc

    sets = {}
    for name in SETS:
        sets[name] = long_run(name)
        check(name, sets[name])
    stored = {
        "model": "counts_b ~ DirichletMultinomial(N_b, kappa * m), m ~ Dirichlet(1), kappa ~ LogNormal(4, 2)",
        "words": "proportions: m; precision: kappa; mcse: Monte Carlo standard errors; q05, q95: quantiles",
        "provenance": {
            "script": "tests/oracles/hierarchical_pymc.py",
            "sampler": "NUTS of pymc.sample",
            "pymc": pymc.__version__,
            "arviz": arviz.__version__,
            "numpy": np.__version__,
            "chains": CHAINS,
            "tune": TUNE,
            "draws_per_chain": DRAWS,
            "target_accept": TARGET_ACCEPT,
            "seed": SEED,
        },
        "sets": sets,
    }
    STORE.write_text(json.dumps(stored, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
