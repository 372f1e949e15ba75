"""Importance draws around the peaks of a mixture's posterior.

Every peak is a proposal, a multivariate t; a draw's weight is the posterior over the density of all proposals
together. Of components that nothing tells apart only the order that fits the pivot is kept: those draws stand for all
K! orders, and the evidence is K! times theirs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from handful.arrays import Floats
from handful.distributions.special import log_sum_exp
from handful.inference.importance import weighed
from handful.inference.mixture_modes import mass, modes
from handful.inference.newton import Peak
from handful.inference.outcome import Sampling
from handful.inference.particles import Particles
from handful.inference.psis import Smoothed
from handful.inference.relabel import Pivot
from handful.models.mixture_target import MixtureTarget
from handful.parallel import in_parts
from handful.products import product

FREEDOM = 4.0
SCALE = 1.6
"""The proposals' tails are heavier than those of a normal density, and they are wider than the curvature says."""

DIGITS = 14
"""Binary digits of a proposal: a draw's weight corrects what is rounded off."""

FEWEST_DRAWS, MOST_DRAWS = 1_000, 10_000
CELLS = 1 << 30
"""If nobody says how many draws: fewer where each of them costs many bags."""

LEAST_SHARE = 0.02
"""Every peak is proposed to with this part of the draws or more."""


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """A multivariate t around a peak.

    Parameters
    ----------
    centre : array (D,)
        The peak.
    factor : array (D, D)
        The lower triangle L of the scale matrix L Lᵀ.
    inverse : array (D, D)
        L⁻¹.
    """

    centre: Annotated[Floats, "D"]
    factor: Annotated[Floats, "D D"]
    inverse: Annotated[Floats, "D D"]

    @staticmethod
    def around(peak: Peak) -> Proposal:
        """The proposal with the peak's curvature, to a few digits.

        The last bits of a factor depend on the number of threads, and the draws shall not.
        """
        factor = _rounded(np.linalg.cholesky(SCALE * np.linalg.inv(peak.precision)))
        spread = np.ldexp(1.0, np.frexp(np.linalg.norm(factor, axis=1))[1] - DIGITS)
        return Proposal(np.rint(peak.point / spread) * spread, factor, _inverse(factor))

    def draw(self, n_draws: int, *, rng: np.random.Generator) -> Annotated[Floats, "S D"]:
        """Points drawn from it."""
        normal = rng.standard_normal((n_draws, len(self.centre)))
        stretch = np.sqrt(FREEDOM / rng.chisquare(FREEDOM, size=n_draws))
        return self.centre + stretch[:, None] * product(normal, self.factor.T)

    def log_density(self, points: Annotated[Floats, "S D"]) -> Annotated[Floats, "S"]:
        """The log density at points, in nats."""
        n_dims = len(self.centre)
        square = (product(points - self.centre, self.inverse.T) ** 2).sum(axis=1)
        constant = math.lgamma(0.5 * (FREEDOM + n_dims)) - math.lgamma(0.5 * FREEDOM)
        constant -= 0.5 * n_dims * math.log(FREEDOM * math.pi) - float(
            np.log(np.diagonal(self.inverse)).sum()
        )
        return np.asarray(constant - 0.5 * (FREEDOM + n_dims) * np.log1p(square / FREEDOM))


def _rounded(values: Annotated[Floats, "D D"]) -> Annotated[Floats, "D D"]:
    """The values with so many binary digits each."""
    mantissa, exponent = np.frexp(values)
    return np.asarray(np.ldexp(np.rint(np.ldexp(mantissa, DIGITS)), exponent - DIGITS))


def _inverse(factor: Annotated[Floats, "D D"]) -> Annotated[Floats, "D D"]:
    """The inverse of a lower triangle, row after row."""
    found = np.zeros(factor.shape)
    for i, row in enumerate(factor):
        found[i] = -product(row[None, :i], found[:i])[0] / row[i]
        found[i, i] = 1.0 / row[i]
    return found


def importance(target: MixtureTarget, sampling: Sampling) -> tuple[Smoothed, Particles] | None:
    """Weighted draws from the posterior, and their smoothed weights before they are scaled; None without a peak."""
    peaks, pivot = modes(target, rng=sampling.rng)
    if not peaks:
        return None
    proposals = [Proposal.around(peak) for peak in peaks]
    right = min(max(CELLS // max(target.statistic.distinct.size, 1), FEWEST_DRAWS), MOST_DRAWS)
    numbers = _numbers(np.array([mass(peak) for peak in peaks]), sampling.number(right))
    points = np.concatenate(
        [one.draw(int(n), rng=sampling.rng) for one, n in zip(proposals, numbers, strict=True)]
    )
    every = np.stack([one.log_density(points) for one in proposals], axis=1)
    heights = in_parts(
        lambda part: target.log_prior(points[part]) + target.log_likelihood(points[part]), len(points)
    )
    log_weights = np.concatenate(heights)
    log_weights -= log_sum_exp(every + np.log(numbers / numbers.sum()))
    if pivot.exchanges:
        log_weights = np.where(_in_order(target, points, pivot=pivot), log_weights, -np.inf)
    return weighed(points, log_weights + log_copies(pivot))


def log_copies(pivot: Pivot) -> float:
    """The log of the number of orders that components which nothing tells apart can have."""
    sizes = np.unique(pivot.classes, return_counts=True)[1]
    return float(sum(math.lgamma(size + 1.0) for size in sizes))


def _in_order(
    target: MixtureTarget, points: Annotated[Floats, "S D"], *, pivot: Pivot
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which draws have their components in the order that fits the pivot best."""
    orders = pivot.orders(target.layout.split(points))
    return np.asarray((orders == np.arange(orders.shape[1])).all(axis=1))


def _numbers(masses: Annotated[Floats, "J"], n_draws: int) -> Annotated[Floats, "J"]:
    """How many draws each peak gets: by its mass, and a few in any case."""
    shares = np.exp(masses - log_sum_exp(masses))
    shares = np.maximum(shares / shares.sum(), LEAST_SHARE)
    return np.asarray(np.ceil(n_draws * shares / shares.sum()))
