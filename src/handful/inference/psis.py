"""Pareto smoothing of importance weights, and the shape of their tail, which says whether to trust them.

References
----------
Vehtari, Simpson, Gelman, Yao & Gabry (2024), Pareto smoothed importance sampling, Journal of Machine
Learning Research 25:72; Zhang & Stephens (2009), Technometrics 51:316, for the fit of the tail.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from handful.arrays import Floats, read_only_floats

LEAST_TAIL = 5
"""From fewer weights no tail can be told."""

PRIOR_SHAPE, PRIOR_WEIGHT = 0.5, 10.0
"""The shape is drawn towards a half, with the weight of ten draws (appendix C of the paper)."""


@dataclass(frozen=True, slots=True, eq=False)
class Smoothed:
    """Importance weights with a smoothed tail.

    Parameters
    ----------
    log_weights : array (S,)
        In nats, on the scale of those given.
    pareto_k : float
        The shape of the tail; inf where it could not be told.
    excess : float
        The part of all weight by which the tail stands out above where it begins.
    """

    log_weights: Annotated[Floats, "S"]
    pareto_k: float
    excess: float


def smoothed(log_weights: Annotated[Floats, "S"]) -> Smoothed:
    """The weights with the largest of them replaced by the quantiles of a fitted Pareto tail.

    Examples
    --------
    >>> smoothed(np.zeros(1000)).pareto_k
    -inf
    """
    n = len(log_weights)
    top = float(log_weights.max())
    n_tail = math.ceil(min(0.2 * n, 3.0 * math.sqrt(n)))
    if n_tail < LEAST_TAIL:
        return Smoothed(read_only_floats(log_weights), math.inf, 1.0)
    order = np.argsort(log_weights, kind="stable")
    tail = order[-n_tail:]
    # The rounding of a log density by itself makes no tail.
    cutoff = max(float(log_weights[order[-n_tail - 1]]) - top, math.log(np.finfo(np.float64).tiny))
    excess = np.exp(log_weights[tail] - top) - math.exp(cutoff)
    if not excess[-1] > 1e-9:
        return Smoothed(read_only_floats(log_weights), -math.inf, 0.0)
    part = float(excess.sum() / np.exp(log_weights - top).sum())
    shape, scale = _generalised_pareto(np.maximum(excess, 0.0))
    if not math.isfinite(shape):
        return Smoothed(read_only_floats(log_weights), math.inf, part)
    p = (np.arange(n_tail) + 0.5) / n_tail
    expected = -np.log1p(-p) if shape == 0 else np.expm1(-shape * np.log1p(-p)) / shape
    found = np.array(log_weights)
    # No smoothed weight is larger than the largest one seen.
    found[tail] = np.minimum(np.log(scale * expected + math.exp(cutoff)), 0.0) + top
    return Smoothed(read_only_floats(found), shape, part)


def _generalised_pareto(excess: Annotated[Floats, "n"]) -> tuple[float, float]:
    """Shape and scale of the generalised Pareto distribution of rising positive values.

    The profile likelihood of b = shape/scale, averaged over a grid (Zhang & Stephens 2009).
    """
    n = len(excess)
    n_grid = 30 + int(math.sqrt(n))
    quartile = float(excess[int(n / 4 + 0.5) - 1])
    if quartile <= 0:
        return math.inf, math.nan
    grid = 1.0 - np.sqrt(n_grid / (np.arange(1, n_grid + 1) - 0.5))
    b = grid / (3.0 * quartile) + 1.0 / excess[-1]
    shapes = np.log1p(-b[:, None] * excess).mean(axis=1)
    log_likelihood = n * (np.log(-b / shapes) - shapes - 1.0)
    weights = np.exp(log_likelihood - log_likelihood.max())
    mean_b = float((b * weights).sum() / weights.sum())
    shape = float(np.log1p(-mean_b * excess).mean())
    scale = -shape / mean_b
    return (shape * n + PRIOR_SHAPE * PRIOR_WEIGHT) / (n + PRIOR_WEIGHT), scale
