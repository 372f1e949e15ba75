"""The Kullback-Leibler divergence between two distributions of a family, in closed form."""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np
from scipy.special import digamma, gammaln

from handful.arrays import Floats
from handful.distributions.dirichlet import Dirichlet
from handful.distributions.positive import Gamma
from handful.stirling import stirling_remainder

LARGE = 30.0
"""From here on a difference of log gammas is taken as one of Stirling's formulas, with what cancels taken out."""


def of_dirichlets(first: Dirichlet, second: Dirichlet) -> float:
    """The divergence of `first` from `second`, E_first[log first − log second], in nats.

    References
    ----------
    Penny (2001), KL-divergences of normal, gamma, Dirichlet and Wishart densities, equation 8: here as Σ_c D(a_c, b_c)
    − D(Σa, Σb) with the D of `_bregman`, so that large concentrations do not cancel each other's digits.

    Examples
    --------
    >>> round(of_dirichlets(Dirichlet([1, 1]), Dirichlet([2, 1])), 12) == round(1 - math.log(2), 12)
    True
    """
    a, b = first.concentration, second.concentration
    whole = _bregman(np.array([first.precision]), np.array([second.precision]))
    return max(float(_bregman(a, b).sum() - whole[0]), 0.0)


def of_gammas(first: Gamma, second: Gamma) -> float:
    """The divergence of `first` from `second`, in nats (Penny 2001, equation 6).

    Examples
    --------
    >>> of_gammas(Gamma(3, 6), Gamma(3, 6))
    0.0
    """
    ratio = second.rate / first.rate
    of_shapes = float(_bregman(np.array([first.shape]), np.array([second.shape]))[0])
    change = ratio - 1.0
    return max(of_shapes + first.shape * change - second.shape * math.log(ratio), 0.0)


def _bregman(a: Annotated[Floats, "n"], b: Annotated[Floats, "n"]) -> Annotated[Floats, "n"]:
    """How far log Γ(b) lies above the tangent at a, log Γ(b) − log Γ(a) − (b − a) ψ(a): never below, it is convex."""
    plain = gammaln(b) - gammaln(a) - (b - a) * digamma(a)
    both = np.minimum(a, b) >= LARGE
    large, other = np.where(both, a, LARGE), np.where(both, b, LARGE)
    x = (other - large) / large
    # log Γ(y) = (y − ½) log y − y + ½ log 2π + s(y), and ψ(a) = log a − 1/2a + s′(a).
    slope = digamma(large) - np.log(large) + 0.5 / large
    by_stirling = (
        (other - 0.5) * np.log1p(x)
        - (other - large) * (1.0 - 0.5 / large + slope)
        + stirling_remainder(other)
        - stirling_remainder(large)
    )
    return np.asarray(np.where(both, by_stirling, plain))
