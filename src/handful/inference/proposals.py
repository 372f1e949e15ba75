"""Where importance draws from a mixture's posterior come from: around peaks, and where a component has nothing.

A component that fills no bag is spread as its prior is, far from a normal distribution: there the posterior is nearly
the product of Dirichlets that the other components' bags leave behind.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Protocol

import numpy as np

from handful.arrays import Floats
from handful.distributions.draws import draw_log_dirichlet
from handful.inference.newton import Peak
from handful.models.mixture_layout import Layout, MixturePoints
from handful.models.mixture_target import log_dirichlet
from handful.products import product

FREEDOM = 4.0
SCALE = 1.6
"""A Student proposal's tails are heavier than those of a normal density, and it is wider than the curvature says."""

DIGITS = 14
"""Binary digits of a proposal: a draw's weight corrects what is rounded off."""


class Proposal(Protocol):
    """A distribution of points that can be drawn from, and whose density is known."""

    def draw(self, n_draws: int, *, rng: np.random.Generator) -> Annotated[Floats, "S D"]:
        """Points drawn from it."""

    def log_density(self, points: Annotated[Floats, "S D"]) -> Annotated[Floats, "S"]:
        """The log density at points, in nats."""


@dataclass(frozen=True, slots=True, eq=False)
class Student:
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
    def around(peak: Peak) -> Student:
        """The proposal with the peak's curvature, to a few digits.

        The last bits of a factor depend on the number of threads, and the draws shall not.
        """
        factor = _rounded(np.linalg.cholesky(SCALE * np.linalg.inv(peak.precision)))
        spread = np.ldexp(1.0, np.frexp(np.linalg.norm(factor, axis=1))[1] - DIGITS)
        return Student(np.rint(peak.point / spread) * spread, factor, _inverse(factor))

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


@dataclass(frozen=True, slots=True, eq=False)
class Conjugate:
    """Independent Dirichlets: what given assignments leave of weights and recipes, where bags follow them exactly.

    Parameters
    ----------
    layout : Layout
        Which coordinate is what.
    weights : array (K,) or None
        The concentration of the weights; None where they are known.
    components : array (K, C) or None
        Those of the recipes; None where they are known.
    """

    layout: Layout
    weights: Annotated[Floats, "K"] | None
    components: Annotated[Floats, "K C"] | None

    def draw(self, n_draws: int, *, rng: np.random.Generator) -> Annotated[Floats, "S D"]:
        """Points drawn from it."""
        shape = (n_draws, self.layout.n_components)
        log_weights = np.zeros(shape) if self.weights is None else _drawn(self.weights, n_draws, rng=rng)
        log_mean = np.zeros((*shape, self.layout.n_categories))
        if self.components is not None:
            log_mean = _drawn(self.components, n_draws, rng=rng)
        return self.layout.join(log_weights, None, by_mean=log_mean)

    def log_density(self, points: Annotated[Floats, "S D"]) -> Annotated[Floats, "S"]:
        """The log density at points, in nats."""
        at, found = self.layout.split(points), np.zeros(len(points))
        if self.weights is not None:
            found += log_dirichlet(self.weights, at.log_weights)
        if self.components is not None:
            for k, own in enumerate(self.components):
                found += log_dirichlet(own, at.log_mean[:, k])
        return found

    @property
    def centre(self) -> MixturePoints:
        """Its mean, as a single point."""
        known = np.zeros((1, self.layout.n_dims))
        at = self.layout.split(known)
        log_weights = (
            at.log_weights if self.weights is None else np.log(self.weights / self.weights.sum())[None]
        )
        log_mean = at.log_mean
        if self.components is not None:
            log_mean = np.log(self.components / self.components.sum(axis=1, keepdims=True))[None]
        return MixturePoints(log_weights, None, log_mean)


def _drawn(concentration: Floats, n_draws: int, *, rng: np.random.Generator) -> Floats:
    return draw_log_dirichlet(concentration, n_draws, rng=rng)


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
