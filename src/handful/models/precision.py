"""Priors on how tightly bags follow their recipe, as densities of x = log κ with two derivatives.

A log-normal and a gamma prior are on κ itself; a half-normal prior is on 1/√κ, of which the
between-bag standard deviation of a share is nearly a multiple.
"""

from __future__ import annotations

import math
from typing import Annotated, TypeAlias

import numpy as np
from scipy.special import ndtri

from handful.arrays import Floats
from handful.distributions.half_normal import HalfNormal
from handful.distributions.positive import Gamma, LogNormal
from handful.errors import ParameterError, ParameterTypeError
from handful.stirling import HALF_LOG_TWO_PI, stirling_remainder

PrecisionPrior: TypeAlias = LogNormal | Gamma | HalfNormal

DEFAULT = LogNormal(4.0, 2.0)
"""Median 55; 95 % of it in 1.1 .. 2750."""

SECOND = HalfNormal(0.2)
"""What a finding about the precision is compared with, to show how much the prior has a say."""

LEAST = 1e-290
NARROWEST = 1e-6
"""The digits of log κ end about here: a narrower prior could not be followed."""


def precision_prior(prior: object) -> PrecisionPrior:
    """The prior on the precision that `prior` is.

    Raises
    ------
    ParameterTypeError
        If it is none.
    ParameterError
        If it is as good as fixed.
    """
    if isinstance(prior, PrecisionPrior):
        if quantile(prior, 0.75) - quantile(prior, 0.25) < NARROWEST:
            message = f"{prior.spec} leaves the precision no room: give its logarithm a spread of {NARROWEST:g} or more"
            raise ParameterError(message, name="precision", found=prior)
        return prior
    raise ParameterTypeError(
        f"precision = {prior!r}: give a LogNormal or a Gamma (of the precision), or a HalfNormal (of 1/√precision)",
        name="precision",
        found=prior,
    )


def log_density(prior: PrecisionPrior, x: Annotated[Floats, "S"]) -> Annotated[Floats, "S"]:
    """The log density of x = log κ, in nats."""
    if isinstance(prior, LogNormal):
        z = (x - prior.mu) / prior.sigma
        return np.asarray(-0.5 * z * z - HALF_LOG_TWO_PI - math.log(prior.sigma))
    if isinstance(prior, Gamma):
        # In t = x − log(shape/rate) it is shape (t + 1 − e^t) and Stirling's formula of the rest.
        t = x - math.log(prior.shape) + math.log(prior.rate)
        scale = 0.5 * math.log(prior.shape) - HALF_LOG_TWO_PI - float(stirling_remainder(prior.shape))
        return np.asarray(scale + prior.shape * (t - np.expm1(np.minimum(t, 700.0))))
    size = np.exp(-np.maximum(x, -700.0))
    scale = 0.5 * math.log(2.0 / math.pi) - math.log(2.0 * prior.scale)
    return np.asarray(scale - size / (2.0 * prior.scale**2) - 0.5 * x)


def slope(prior: PrecisionPrior, x: Annotated[Floats, "S"]) -> Annotated[Floats, "S"]:
    """The derivative of the log density by x."""
    if isinstance(prior, LogNormal):
        return np.asarray(-(x - prior.mu) / prior.sigma**2)
    if isinstance(prior, Gamma):
        return np.asarray(prior.shape - prior.rate * np.exp(np.minimum(x, 700.0)))
    return np.asarray(np.exp(-np.maximum(x, -700.0)) / (2.0 * prior.scale**2) - 0.5)


def curvature(prior: PrecisionPrior, x: Annotated[Floats, "S"]) -> Annotated[Floats, "S"]:
    """The second derivative of the log density by x."""
    if isinstance(prior, LogNormal):
        return np.full(x.shape, -1.0 / prior.sigma**2)
    if isinstance(prior, Gamma):
        return np.asarray(-prior.rate * np.exp(np.minimum(x, 700.0)))
    return np.asarray(-np.exp(-np.maximum(x, -700.0)) / (2.0 * prior.scale**2))


def quantile(prior: PrecisionPrior, p: float) -> float:
    """The x = log κ below which lies the probability p.

    Examples
    --------
    >>> quantile(LogNormal(4, 2), 0.5)
    4.0
    """
    if isinstance(prior, HalfNormal):
        return -2.0 * math.log(float(prior.upper_quantile(p)))
    if isinstance(prior, LogNormal):
        return prior.mu + prior.sigma * float(ndtri(p))
    found = float(prior.quantile(p))
    if found > LEAST:
        return math.log(found)
    # Of a tiny shape the quantile is no double; near 0 the distribution function is x^shape/Γ(shape + 1).
    return (math.log(p) + math.lgamma(prior.shape + 1.0)) / prior.shape - math.log(prior.rate)


def draw_log(prior: PrecisionPrior, n_draws: int, *, rng: np.random.Generator) -> Annotated[Floats, "S"]:
    """Draws of x = log κ."""
    if isinstance(prior, LogNormal):
        return prior.mu + prior.sigma * rng.standard_normal(n_draws)
    if isinstance(prior, HalfNormal):
        return np.asarray(-2.0 * np.log(prior.draw(n_draws, rng=rng)))
    # A gamma draw of a tiny shape underflows; its logarithm does not (see distributions/draws.py).
    lifted = np.log(rng.standard_gamma(prior.shape + 1.0, size=n_draws))
    return np.asarray(lifted - rng.standard_exponential(n_draws) / prior.shape - math.log(prior.rate))


def precision_words(prior: PrecisionPrior) -> str:
    """The prior with what it is on: 'lognormal(4,2)', 'halfnormal(0.2) on 1/sqrt(precision)'."""
    return f"{prior.spec} on 1/sqrt(precision)" if isinstance(prior, HalfNormal) else prior.spec
