"""The posterior density of a mixture at one point, from its definition, at 60 digits or more (mpmath).

Coordinates: those of the weights, then component by component log κ (if overdispersed) and those of its mean. A
simplex is reached from its coordinates by softmax(Vᵀy) with Helmert's V; the density of y is that of q times the
Jacobian √C ∏q_c. No gamma function at the data: a Dirichlet-multinomial is a product of fractions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement, product
from math import factorial, prod

import mpmath
import numpy as np

UNKNOWN = -1
DIGITS = 60
STEP = mpmath.mpf(10) ** -20  # its square is lost beside 40 digits of the value: 1e-8 asks for far fewer


@dataclass(frozen=True)
class Posterior:
    """Priors and bags; `weights` or `concentrations` are None where θ or the recipes are given."""

    table: np.ndarray  # (B, C)
    known: np.ndarray  # (B,), -1 where unknown
    weights_concentration: Sequence[float] | None
    concentrations: np.ndarray | None  # (K, C)
    weights: Sequence[float] | None = None
    recipes: np.ndarray | None = None  # (K, C)
    log_density_of_precision: Callable[[mpmath.mpf], mpmath.mpf] | None = None  # of log κ

    @property
    def size(self) -> int:
        return len(self.recipes if self.concentrations is None else self.concentrations)

    def log_prior(self, point) -> mpmath.mpf:
        """The log density of the prior in the coordinates, the known labels counted in."""
        theta, kappa, q = self._parts(point)
        value = mpmath.mpf(0)
        if self.weights is None:
            n_known = np.bincount(self.known[self.known != UNKNOWN], minlength=self.size)
            t = [
                mpmath.mpf(float(one)) + int(n)
                for one, n in zip(self.weights_concentration, n_known, strict=True)
            ]
            value += log_dirichlet_density(t, theta)
        if self.concentrations is not None:
            for a, recipe in zip(self.concentrations, q, strict=True):
                value += log_dirichlet_density([mpmath.mpf(float(one)) for one in a], recipe)
        if kappa is not None:
            value += mpmath.fsum(self.log_density_of_precision(mpmath.log(one)) for one in kappa)
        return value

    def log_likelihood(self, point) -> mpmath.mpf:
        """The log probability of all counts given the point and the known labels."""
        theta, kappa, q = self._parts(point)
        value = mpmath.mpf(0)
        for bag, label in zip(self.table.tolist(), self.known.tolist(), strict=True):
            chances = [chance(bag, recipe, None if kappa is None else kappa[k]) for k, recipe in enumerate(q)]
            if label != UNKNOWN:
                value += mpmath.log(chances[label])
            else:
                value += mpmath.log(mpmath.fsum(w * one for w, one in zip(theta, chances, strict=True)))
        return value

    def log_posterior(self, point) -> mpmath.mpf:
        return self.log_prior(point) + self.log_likelihood(point)

    def _parts(self, point) -> tuple[list, list | None, list[list]]:
        """θ, the precisions and the recipes."""
        rest = list(point)

        def taken(n):
            first, rest[:] = rest[:n], rest[n:]
            return first

        theta = (
            simplex(taken(self.size - 1))
            if self.weights is None
            else [mpmath.mpf(float(one)) for one in self.weights]
        )
        kappa = [] if self.log_density_of_precision is not None else None
        q = []
        for k in range(self.size):
            if kappa is not None:
                kappa.append(mpmath.exp(taken(1)[0]))
            if self.concentrations is None:
                q.append([mpmath.mpf(float(share)) for share in self.recipes[k]])
            else:
                q.append(simplex(taken(self.table.shape[1] - 1)))
        return theta, kappa, q


def simplex(y) -> list:
    """softmax(Vᵀy)."""
    n = len(y) + 1
    v = [
        [1 / mpmath.sqrt(i * (i + 1))] * i + [-i / mpmath.sqrt(i * (i + 1))] + [mpmath.mpf(0)] * (n - i - 1)
        for i in range(1, n)
    ]
    scores = [mpmath.fsum(one * row[c] for one, row in zip(y, v, strict=True)) for c in range(n)]
    exponentials = [mpmath.exp(one) for one in scores]
    return [one / mpmath.fsum(exponentials) for one in exponentials]


def log_dirichlet_density(a, q) -> mpmath.mpf:
    """Of the coordinates: that of q times √C ∏q."""
    value = mpmath.loggamma(mpmath.fsum(a)) - mpmath.fsum(map(mpmath.loggamma, a))
    value += mpmath.fsum((one - 1) * mpmath.log(share) for one, share in zip(a, q, strict=True))
    return value + mpmath.log(len(q)) / 2 + mpmath.fsum(map(mpmath.log, q))


def chance(bag, recipe, kappa) -> mpmath.mpf:
    """p(counts), the multinomial coefficient included."""
    ways = factorial(sum(bag)) // prod(map(factorial, bag))
    if kappa is None:
        return ways * prod(share**n for share, n in zip(recipe, bag, strict=True))
    rising = [
        prod((kappa * share + i for i in range(n)), start=mpmath.mpf(1))
        for share, n in zip(recipe, bag, strict=True)
    ]
    return ways * prod(rising) / prod((kappa + i for i in range(sum(bag))), start=mpmath.mpf(1))


# ---- derivatives by differences -----------------------------------------------------------------------------


def value(function, point) -> float:
    with mpmath.workdps(DIGITS):
        return float(function([mpmath.mpf(float(one)) for one in point]))


def gradient(function, point) -> np.ndarray:
    """The first derivatives (D,)."""
    with mpmath.workdps(DIGITS):
        return np.array(
            [
                float(_shifted(function, point, {i: 1}) - _shifted(function, point, {i: -1}))
                for i in range(len(point))
            ]
        ) / float(2 * STEP)


def hessian(function, point) -> np.ndarray:
    """The second derivatives (D, D)."""
    n = len(point)
    found = np.zeros((n, n))
    with mpmath.workdps(2 * DIGITS):
        middle = _shifted(function, point, {})
        for i, j in combinations_with_replacement(range(n), 2):
            if i == j:
                ends = _shifted(function, point, {i: 1}) + _shifted(function, point, {i: -1})
                found[i, i] = float((ends - 2 * middle) / STEP**2)
                continue
            corners = mpmath.fsum(
                s * t * _shifted(function, point, {i: s, j: t}) for s, t in product((1, -1), (1, -1))
            )
            found[i, j] = found[j, i] = float(corners / (4 * STEP**2))
    return found


def _shifted(function, point, steps) -> mpmath.mpf:
    return function([mpmath.mpf(float(one)) + STEP * steps.get(i, 0) for i, one in enumerate(point)])
