"""Densities as distances from what is expected (Loader's saddle-point form).

A gamma function is Stirling's formula times a small remainder. In a ratio of them, the large
parts of Stirling's formula combine into deviances, x log(x/m) − x + m, which are never negative:
their sum cancels nothing, from concentrations of 10^-300 to 10^300.

References
----------
Loader (2000), Fast and accurate computation of binomial probabilities.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np

from handful.arrays import Floats
from handful.distributions.simplex import log_jacobian
from handful.stirling import deviance, stirling_remainder

LEAST_LOG = -690.0
"""Below this log a proportion is nearly lost among the smallest doubles: its power is all that matters."""


def log_dirichlet_density(
    concentration: Annotated[Floats, "... C"], proportions: Annotated[Floats, "... C"]
) -> Annotated[Floats, "..."]:
    """The log density of a Dirichlet on its first C − 1 coordinates, in nats.

    On the boundary it is the limit from inside where there is one; where one vanishing
    proportion says 0 and another infinity, it is −inf.

    Parameters
    ----------
    concentration : array (..., C)
        Positive numbers.
    proportions : array (..., C)
        Points on the simplex.

    Examples
    --------
    >>> float(log_dirichlet_density(np.array([1.0, 1.0]), np.array([0.5, 0.5]))).__round__(12)
    0.0
    """
    total = concentration.sum(axis=-1, keepdims=True)
    inside = proportions > 0
    q = np.where(inside, proportions, 1.0)
    scale = stirling_remainder(concentration) - 0.5 * np.log(concentration / (2 * np.pi))
    of_total = stirling_remainder(total) - 0.5 * np.log(total / (2 * np.pi))
    share = concentration / total
    mean = np.maximum(total * q, np.finfo(float).tiny)
    high, low = deviance(np.broadcast_to(concentration, mean.shape), mean, excess=total * (share - q))
    within = -high - low - np.log(q) - scale
    # What the line above tends to as q -> 0 for a concentration of 1, the only finite limit.
    edge = np.where(concentration == 1, np.log(total) + 1.0 - scale, 0.0)
    terms = np.where(inside, within, edge)
    value = terms.sum(axis=-1) + of_total[..., 0]
    zero = ~inside & (concentration > 1)
    pole = ~inside & (concentration < 1)
    value = np.where(pole.any(axis=-1), np.inf, value)
    return np.asarray(np.where(zero.any(axis=-1), -np.inf, value))


def log_dirichlet_density_of_logs(
    concentration: Annotated[Floats, "C"], log_proportions: Annotated[Floats, "... C"]
) -> Annotated[Floats, "..."]:
    """The log density of a Dirichlet in isometric log-ratio coordinates, in nats, at log proportions.

    It is finite however small a proportion is: ½ log C + Σ a_c log q_c − log B(a).

    Parameters
    ----------
    concentration : array (C,)
        Positive numbers.
    log_proportions : array (..., C)
        Log proportions, in nats.

    Examples
    --------
    >>> float(log_dirichlet_density_of_logs(np.array([1.0, 1.0]), np.log([0.5, 0.5]))).__round__(9)
    -1.039720771
    """
    beyond = np.minimum(log_proportions - LEAST_LOG, 0.0)
    inside = log_dirichlet_density(concentration, np.exp(log_proportions - beyond))
    return np.asarray(inside + ((concentration - 1.0) * beyond).sum(axis=-1) + log_jacobian(log_proportions))
