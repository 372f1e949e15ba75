"""Counts whose Poisson rate is itself a draw from a Gamma."""

from __future__ import annotations

import numpy as np

from handful.distributions.positive import Gamma
from handful.stirling import deviance_of_counts, factorial_remainder, stirling_remainder


def log_evidence(events: int, exposure: float, *, prior: Gamma) -> float:
    """The log probability of so many events, Poisson(exposure rho) with rho ~ `prior`, in nats.

    With c and d the shape and the rate of the prior, n the events and N the exposure, it is that of
    a negative binomial, Gamma(c + n)/(Gamma(c) n!) (d/(d + N))^c (N/(d + N))^n. The large parts of
    Stirling's formula make up deviances from what is expected, which cancel nothing.

    Examples
    --------
    >>> round(log_evidence(0, 6.0, prior=Gamma(3, 6)) / float(np.log(0.5)), 12)
    3.0
    """
    if not exposure:
        return 0.0
    shape, n = prior.shape, float(events)
    share = exposure / (prior.rate + exposure)
    expected = np.array([(shape + n) * (prior.rate / (prior.rate + exposure)), (shape + n) * share])
    excess = (shape * exposure - n * prior.rate) / (prior.rate + exposure)
    parts = deviance_of_counts(np.array([shape, n]), expected, excess=np.array([excess, -excess]))
    remainders = stirling_remainder(shape + n) - stirling_remainder(shape)
    leftover = 0.5 * (np.log(shape) - np.log(shape + n)) - factorial_remainder(np.asarray(n))
    return float(-parts.sum() + remainders + leftover)
