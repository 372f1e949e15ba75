"""The evidence and the posterior of a population of bags, by the plainest of means: an oracle without the engines.

Two ways, both with the textbook log pmf of each bag by SciPy's log gamma function, for bags of tens of items and
precisions of at most some 10^6, where it loses less than 1e-8:

- ``Grid``, two categories: a trapezoid sum over log κ and the log odds of m, where every posterior falls off at
  least exponentially, so that the sum is exact to 1e-9 or so (``Grid.of(..., refined=2)`` halves both steps).
- ``mean_weight``, any number of categories: importance sampling with κ from its prior and m from a mixture of the
  flat prior and two Dirichlets around what was counted, with the standard error of the mean weight. No weight is
  more than three times the largest likelihood, so that error can be trusted.

Written for the suite; compared with each other in tests/statistical/test_hierarchical_evidence.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import interpolate, special, stats

PRIOR = stats.norm(4, 2)  # on log κ
LOWEST, HIGHEST = -12.0, 24.0  # log κ: this leaves out less than 1e-15
FARTHEST_ODDS = 40.0  # log odds of m
STEPS = (240, 640)


def log_coefficients(table) -> float:
    """The sum of the log multinomial coefficients."""
    return float((special.gammaln(table.sum(axis=1) + 1) - special.gammaln(table + 1).sum(axis=1)).sum())


def log_likelihood(table, alphas) -> np.ndarray:
    """The log probability of the table for concentrations (..., C): every bag by itself."""
    total = alphas.sum(axis=-1)
    found = np.full(alphas.shape[:-1], log_coefficients(table))
    for bag in table:
        found += special.gammaln(total) - special.gammaln(total + bag.sum())
        for c, count in enumerate(bag):
            if count:
                found += special.gammaln(alphas[..., c] + count) - special.gammaln(alphas[..., c])
    return found


@dataclass(frozen=True)
class Grid:
    """Two categories: probabilities (X, Y) of the points of a grid over log κ (X,) and the log odds of m_1 (Y,)."""

    log_precisions: np.ndarray
    log_odds: np.ndarray
    probabilities: np.ndarray
    log_evidence: float

    @staticmethod
    def of(table, *, concentration=(1.0, 1.0), refined=1) -> Grid:
        """The posterior of `table` where log κ ~ Normal(4, 2) and m_1 is Beta."""
        x = np.linspace(LOWEST, HIGHEST, refined * STEPS[0] + 1)
        y = np.linspace(-FARTHEST_ODDS, FARTHEST_ODDS, refined * STEPS[1] + 1)
        m, rest = special.expit(y), special.expit(-y)
        a, b = concentration
        log_prior_of_mean = a * special.log_expit(y) + b * special.log_expit(-y) - special.betaln(a, b)
        kappa = np.exp(x)[:, None]
        alphas = np.stack([kappa * m, kappa * rest], axis=-1)
        logs = log_likelihood(table, alphas) + log_prior_of_mean + PRIOR.logpdf(x)[:, None]
        top = logs.max()
        weights = np.exp(logs - top)
        whole = weights.sum()
        log_evidence = top + np.log(whole * (x[1] - x[0]) * (y[1] - y[0]))
        return Grid(x, y, weights / whole, float(log_evidence))

    def cdf_of_log_precision(self, x) -> np.ndarray:
        return cdf(self.log_precisions, self.probabilities.sum(axis=1), x)

    def cdf_of_log_odds(self, y) -> np.ndarray:
        return cdf(self.log_odds, self.probabilities.sum(axis=0), y)


def cdf(points, probabilities, wanted) -> np.ndarray:
    """The distribution function: the integral of a cubic spline through the density."""
    density = interpolate.CubicSpline(points, probabilities / (points[1] - points[0]))
    inside = np.clip(wanted, points[0], points[-1])
    return np.clip(density.antiderivative()(inside), 0.0, 1.0)


SHARES_OF_COUNTS = (0.0, 0.2, 1.0)  # Dirichlet(1 + share · counts); 0 is the prior itself


def mean_weight(table, *, n, rng) -> tuple[float, float]:
    """The log evidence and its standard error where log κ ~ Normal(4, 2) and m ~ Dirichlet(1, ..., 1)."""
    concentrations = [1.0 + share * table.sum(axis=0) for share in SHARES_OF_COUNTS]
    means = np.vstack([rng.dirichlet(a, size=n // len(concentrations)) for a in concentrations])
    log_means = np.log(np.maximum(means, 1e-300))
    proposals = [
        special.gammaln(a.sum()) - special.gammaln(a).sum() + log_means @ (a - 1.0) for a in concentrations
    ]
    log_proposal = special.logsumexp(proposals, axis=0) - np.log(len(proposals))
    log_prior = special.gammaln(table.shape[1])
    kappa = np.exp(PRIOR.rvs((len(means), 1), random_state=rng))
    logs = log_likelihood(table, kappa * np.exp(log_means)) + log_prior - log_proposal
    top = logs.max()
    weights = np.exp(logs - top)
    mean = weights.mean()
    return float(top + np.log(mean)), float(weights.std(ddof=1) / (mean * np.sqrt(len(weights))))
