"""Draws of log proportions from a Dirichlet, down to concentrations of 10^-300.

A gamma draw with a tiny shape underflows to 0, and 0/0 or log 0 follows. Its logarithm does not:
a Gamma(a) is a Gamma(a + 1) times U^(1/a), so its log is log Gamma(a + 1) + log(U)/a.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np

from handful.arrays import Floats
from handful.distributions.special import log_sum_exp


def draw_log_dirichlet(
    concentration: Annotated[Floats, "... C"], n_draws: int, *, rng: np.random.Generator
) -> Annotated[Floats, "S ... C"]:
    """Log proportions, in nats, all finite and each set exponentiating to 1.

    Parameters
    ----------
    concentration : array (..., C)
        Positive numbers.
    n_draws : int
        How many draws of each, S.
    rng : Generator

    References
    ----------
    Marsaglia & Tsang (2000), ACM Trans. Math. Softw. 26:363, on shapes below 1.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> draws = draw_log_dirichlet(np.array([1e-300, 1e-300]), 1000, rng=rng)
    >>> bool(np.isfinite(draws).all())
    True
    """
    shape = (n_draws, *concentration.shape)
    log_gamma = np.log(rng.standard_gamma(concentration + 1.0, size=shape))
    log_uniform = -rng.standard_exponential(size=shape)
    # Below 1e-305 the quotient could overflow; no draw can tell such a concentration from 0.
    scores = log_gamma + log_uniform / np.maximum(concentration, 1e-305)
    return np.asarray(scores - log_sum_exp(scores)[..., None])
