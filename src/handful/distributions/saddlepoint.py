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
from handful.distributions.compensated import times_log_ratio
from handful.distributions.special import SERIES_LIMIT, log1pmx, stirling_remainder


def deviance(
    x: Annotated[Floats, "..."], mean: Annotated[Floats, "..."], *, excess: Annotated[Floats, "..."]
) -> tuple[Floats, Floats]:
    """The deviance x log(x/mean) − x + mean ≥ 0 as a large and a small part not yet added.

    Parameters
    ----------
    x, mean : array (...)
        Positive numbers.
    excess : array (...)
        x − mean, which the caller knows better than the subtraction does.

    References
    ----------
    Loader (2000): his bd0(x, mean).

    Examples
    --------
    >>> high, low = deviance(np.array(1e9 + 1), np.array(1e9), excess=np.array(1.0))
    >>> float(high + low)
    4.999999998333335e-10
    """
    with np.errstate(over="ignore"):
        relative = excess / mean
    near = np.abs(relative) <= SERIES_LIMIT
    t = np.where(near, relative, 0.0)
    # (1 + t) log(1 + t) − t = (1 + t) log1pmx(t) + t².
    small = mean * ((1.0 + t) * log1pmx(t) + t * t)
    far = np.where(near, 0.0, x)
    high, low = times_log_ratio(far, over=np.where(near, 1.0, x), under=np.where(near, 1.0, mean))
    return np.where(near, small, high), np.where(near, 0.0, low - excess)


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
