"""The mixture by NumPyro: its NUTS compiled by XLA, a chain a device.

Left to itself MCMC.run compiles again at every call, which takes ten times as long as the sampling. Here a whole
chain is one compiled function, so that a second call samples only, and JAX keeps its compiled programs beside the
data, as PyTensor does by itself: the best that its users can have.
"""

from __future__ import annotations

import time
from functools import cache
from pathlib import Path
from typing import Any

import numpyro
from fitting import CHAINS, DRAWS, TUNE, run
from mixing import Bags, Found, bags_of, health

numpyro.set_host_device_count(CHAINS)  # before JAX starts

import jax  # noqa: E402
import numpy as np  # noqa: E402
from jax import numpy as jnp  # noqa: E402
from numpyro.distributions import Dirichlet  # noqa: E402
from numpyro.infer import MCMC, NUTS  # noqa: E402


def read(file: str) -> Bags:
    jax.config.update("jax_compilation_cache_dir", str(Path(file).parent / "compiled"))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    return bags_of(file)


@cache
def chains_of(bags: Bags) -> Any:
    """The function from a key for each chain to their draws."""
    counts = jnp.asarray(bags.counts, dtype=float)

    def model() -> None:
        weights = numpyro.sample("weights", Dirichlet(jnp.ones(bags.n_components)))
        proportions = numpyro.sample(
            "proportions", Dirichlet(jnp.asarray(bags.concentrations, dtype=float)).to_event(1)
        )
        scores = jnp.log(weights) + counts @ jnp.log(proportions).T
        numpyro.factor("counts", jax.nn.logsumexp(scores, axis=1).sum())

    def chain(key: Any) -> Any:
        sampler = MCMC(NUTS(model), num_warmup=TUNE, num_samples=DRAWS, progress_bar=False)
        sampler.run(key)
        return sampler.get_samples()

    return jax.pmap(chain)


def fit(bags: Bags, seed: int) -> Found:
    start = time.perf_counter()
    draws = chains_of(bags)(jax.random.split(jax.random.PRNGKey(seed), CHAINS))
    return Found(np.asarray(draws["weights"]), np.asarray(draws["proportions"]), time.perf_counter() - start)


if __name__ == "__main__":
    run(fit, read=read, judge=health, numpyro=numpyro.__version__, jax=jax.__version__)
