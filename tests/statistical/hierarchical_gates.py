"""What must hold of a population's evidence and draws: gates that the planted faults have to close."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from scipy import special, stats
from tests.oracles.hierarchical_evidence import Grid, mean_weight
from tests.statistical.hierarchical_worlds import PRIORS, by_engine, shapes_unchecked, unequal
from tests.testing_tools.gates import bonferroni

DEFAULT = PRIORS["default"]
WITHIN_TWO = 1 - 2 * stats.norm.sf(2)
MOST_ERROR = 0.03
ORACLE_DRAWS = 30_000


def said(p) -> float:
    """`p`, shown if the test fails."""
    print(f"p = {p:.3g}")
    return float(p)


def seed_of(rng) -> int:
    """A seed for what is made once and kept."""
    return int(rng.integers(2**60))


def made_up(n_categories, n_items, rng, *, most_bags=6) -> np.ndarray:
    truth = DEFAULT.draw(n_categories, rng)
    return truth.draw_bags(unequal(n_items, rng, most_bags=most_bags), rng)


# ---- the evidence ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Problem:
    table: np.ndarray
    log_evidence: float
    error: float


@functools.cache
def problems(n_categories, n, seed) -> list[Problem]:
    """`n` data sets with the oracle's evidence: exact for two categories, with an error for more."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(n):
        table = made_up(n_categories, 15, rng, most_bags=4)
        exact = n_categories == 2
        known = (Grid.of(table).log_evidence, 0.0) if exact else mean_weight(table, n=ORACLE_DRAWS, rng=rng)
        found.append(Problem(table, *known))
    return found


def evidence_p_value(n, rng, *, n_categories, draws, model=DEFAULT.model) -> float:
    """Of |difference| < 2 errors as often as of a normal difference: at most 1e-3 for 88 of 100 or fewer.

    0 where an error is stated that is too large to be of use.
    """
    good = 0
    known = problems(n_categories, n, seed_of(rng))
    with shapes_unchecked():
        for problem in known:
            found = by_engine(model, problem.table, rng, draws=draws).log_evidence
            if not 0 < found.error < MOST_ERROR:
                return 0.0
            error = np.hypot(found.error, problem.error)
            good += abs(found.value - problem.log_evidence) < 2 * error
    print(f"{good} of {n} within two errors")
    return said(stats.binom.cdf(good, n, WITHIN_TWO))


# ---- the draws -------------------------------------------------------------------------------------------

SETS = (
    ((7, 5), (22, 0), (6, 2), (9, 3)),
    ((0, 8),),
    ((12, 43), (30, 25)),
    ((3, 5), (8, 10), (8, 13), (4, 6), (4, 11), (12, 5)),
    ((1, 19), (0, 20), (2, 18), (0, 0)),
    ((20, 0), (0, 15), (11, 1), (1, 1)),
)


@functools.cache
def grid_of(rows) -> Grid:
    return Grid.of(np.array(rows))


def kolmogorov(values, weights, cdf) -> float:
    """The p-value of weighted independent draws being from `cdf`; they are worth 1/Σw² draws."""
    order = np.argsort(values)
    expected, passed = cdf(values[order]), np.cumsum(weights[order])
    off = max(np.abs(passed - expected).max(), np.abs(passed - weights[order] - expected).max())
    return float(stats.kstwobign.sf(off / np.sqrt((weights**2).sum())))


def draws_p_value(n, rng, *, model=DEFAULT.model) -> float:
    """Of κ and of m, on six data sets of two categories, `n` draws each."""
    p_values = []
    with shapes_unchecked():
        for rows in SETS:
            grid = grid_of(rows)
            found = by_engine(model, np.array(rows), rng, draws=n)
            weights, (first, _, log_precision) = found.posterior.weights, found.parameters.T
            p_values.append(kolmogorov(log_precision, weights, grid.cdf_of_log_precision))
            p_values.append(kolmogorov(special.logit(first), weights, grid.cdf_of_log_odds))
    return said(bonferroni(p_values))


# ---- their Monte Carlo errors ----------------------------------------------------------------------------

DRAWS_OF_A_FIT = 1_000
LONG_RUN = 200_000


def functions_of(fitted) -> np.ndarray:
    """A share, its square, the log precision and its product with the share, (S, 4)."""
    first, log_precision = fitted.parameters[:, 0], fitted.parameters[:, -1]
    return np.column_stack([first, first**2, log_precision, first * log_precision])


@functools.cache
def known_means(n_categories, seed) -> tuple[np.ndarray, np.ndarray]:
    """A data set, and the means of the functions: by the grid, or by a long run whose own error is small."""
    rng = np.random.default_rng(seed)
    table = made_up(n_categories, 15, rng)
    if n_categories > 2:
        long_run = by_engine(DEFAULT.model, table, rng, draws=LONG_RUN)
        return table, long_run.posterior.health(functions_of(long_run)).mean
    grid = Grid.of(table)
    m, x = special.expit(grid.log_odds), grid.log_precisions
    of_m, of_x = grid.probabilities.sum(axis=0), grid.probabilities.sum(axis=1)
    return table, np.array([of_m @ m, of_m @ m**2, of_x @ x, x @ grid.probabilities @ m])


SETS_OF_TWO, SETS_OF_FOUR = 20, 4


def mcse_p_value(n, rng) -> float:
    """Of |mean − truth| < 2 mcse as often as of a normal error: 92 to 98 % of 400 fits are p > 1e-3.

    A fit's mcse is itself an estimate, so the rate is that of a normal error, 95.4 %, only nearly.
    """
    sizes = [2] * SETS_OF_TWO + [4] * SETS_OF_FOUR
    good, fits = np.zeros(4), 0
    with shapes_unchecked():
        for n_categories in sizes:
            table, truths = known_means(n_categories, seed_of(rng))
            for _ in range(n // 2 // sizes.count(n_categories)):
                fitted = by_engine(DEFAULT.model, table, rng, draws=DRAWS_OF_A_FIT)
                health = fitted.posterior.health(functions_of(fitted))
                good += np.abs(health.mean - truths) < 2 * health.mcse
                fits += 1
    print(f"within two errors: {good} of {fits}")
    return said(bonferroni([stats.binomtest(int(one), fits, WITHIN_TWO).pvalue for one in good]))
