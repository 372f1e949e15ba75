"""Temperatures that raise a likelihood's power from 0 to 1, and resampling after each of them."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from handful.arrays import Floats, Integers
from handful.distributions.special import log_sum_exp

KEPT = 0.7
"""A temperature leaves this part of the particles effective.

One rung adds (1/KEPT − 1)/N or more to the variance of the log evidence, N the number of all particles: twice
as many rungs cost twice the time and halve it, as twice as many particles would; but many short rungs
need fewer moves each.
"""

HALVINGS = 80
"""Halving so often finds a temperature of 1e-24, for data that are as many as that."""


def next_temperature(log_likelihood: Annotated[Floats, "S"], temperature: float) -> float:
    """The next temperature, at most 1: as high as leaves 70 % of the possible particles effective.

    Effective are (Σw)²/Σw² of them, w the likelihood to the power of the difference, which falls as the
    difference grows. Particles of likelihood 0 are lost to any power, and do not count.

    Examples
    --------
    >>> next_temperature(np.array([-1.0, -1.5]), 0.9)
    1.0
    >>> next_temperature(np.arange(1000.0), 0.5)
    0.50237
    """
    possible = log_likelihood[np.isfinite(log_likelihood)]
    enough = KEPT * len(possible)
    low, high = 0.0, 1.0 - temperature
    if _effective(high * possible) >= enough:
        return 1.0
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        if _effective(middle * possible) >= enough:
            low = middle
        else:
            high = middle
    # However small the rung, it must lead upwards.
    return max(temperature + low, float(np.nextafter(temperature, 1.0)))


def _effective(log_weights: Annotated[Floats, "S"]) -> float:
    """How many of the particles are effective."""
    weights = np.exp(log_weights - log_weights.max())
    return float(weights.sum() ** 2 / (weights @ weights))


def resampled(log_weights: Annotated[Floats, "R P"], *, rng: np.random.Generator) -> Annotated[Integers, "S"]:
    """The indices of the survivors, each replicate's among its own: systematic resampling.

    A particle with n times the average weight survives ⌊n⌋ or ⌈n⌉ times, n times on average. A replicate
    without any weight keeps its particles: its evidence is 0, and so is its part in the answer.

    References
    ----------
    Kitagawa (1996), Journal of Computational and Graphical Statistics 5:1.
    """
    n_replicates, n_particles = log_weights.shape
    log_totals = log_sum_exp(log_weights)
    hopeless = ~np.isfinite(log_totals)
    weights = np.exp(log_weights - np.where(hopeless, 0.0, log_totals)[:, None])
    weights[hopeless] = 1.0 / n_particles
    upper = np.cumsum(weights, axis=1)
    upper /= upper[:, -1:]
    combs = (rng.random((n_replicates, 1)) + np.arange(n_particles)) / n_particles
    chosen = [np.searchsorted(ends, comb, side="right") for ends, comb in zip(upper, combs, strict=True)]
    # A tooth of the comb that rounding has put at 1 belongs to the last particle with a weight.
    last = n_particles - 1 - np.argmax(weights[:, ::-1] > 0, axis=1)
    within = np.minimum(np.stack(chosen), last[:, None])
    return np.asarray(within + n_particles * np.arange(n_replicates)[:, None]).ravel()
