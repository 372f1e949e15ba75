"""When a randomised test fails: computed bounds, a declared rate of false alarms, never a tuned number.

A gate is passed a p-value or a z-score that is right under the truth. The two-stage rule makes a false alarm
as rare as 1e-6 and keeps the power of a test at 1e-3. Nothing here lets a NaN pass.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

SUSPICIOUS = 1e-3  # one stage fails below this; both together 1e-6
MORE_REPLICATIONS = 4
Z_LIMIT = 4.9  # two-sided 1e-6
BINS = 16


class GateClosed(AssertionError):
    """A randomised test has failed, and not by bad luck."""


def two_stage(
    p_value_of: Callable[[np.random.Generator, int], float], rng: np.random.Generator, replications: int
) -> None:
    """Nothing, when ``p_value_of(rng, replications)`` is at least 1e-3 at the first or the second try.

    The second try has a fresh generator and four times the replications.

    Raises
    ------
    GateClosed
        When both are below 1e-3, or either is no probability.
    """
    first_rng, second_rng = rng.spawn(2)
    first = as_probability(p_value_of(first_rng, replications))
    if first >= SUSPICIOUS:
        return
    second = as_probability(p_value_of(second_rng, MORE_REPLICATIONS * replications))
    if second < SUSPICIOUS:
        raise GateClosed(
            f"p = {first:.2g} with {replications:,} replications, "
            f"and again p = {second:.2g} with {MORE_REPLICATIONS * replications:,}"
        )


def z_gate(estimates: ArrayLike, truths: ArrayLike, standard_errors: ArrayLike) -> None:
    """Nothing, when every estimate is within 4.9 standard errors of its truth.

    Over several quantities the limit grows so that all of them together keep one quantity's rate
    (Bonferroni). A standard error of 0 allows no difference at all.

    Raises
    ------
    GateClosed
        Naming the worst quantity.
    """
    estimate, truth, error = np.broadcast_arrays(
        *(np.atleast_1d(np.asarray(given, dtype=float)) for given in (estimates, truths, standard_errors))
    )
    if estimate.size == 0:
        raise GateClosed("no quantity was given to compare")
    if np.isnan(error).any() or (error < 0).any():
        raise GateClosed(f"standard errors that are none: {error[np.isnan(error) | (error < 0)]}")
    difference = estimate - truth
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(difference == 0, 0.0, np.abs(difference) / error)
    limit = z_limit(quantities=z.size)
    wrong = ~(z < limit)  # a NaN is wrong
    if wrong.any():
        worst = np.unravel_index(np.argmax(np.where(np.isnan(z), np.inf, z)), z.shape)
        raise GateClosed(
            f"{int(wrong.sum())} of {z.size} quantities are off by {limit:.2f} standard errors or more; "
            f"the worst, {[int(i) for i in worst]}: {estimate[worst]:.6g} for {truth[worst]:.6g} "
            f"with standard error {error[worst]:.2g}, z = {z[worst]:.2f}"
        )


def z_limit(*, quantities: int = 1) -> float:
    """The |z| that the largest of `quantities` exceeds with probability 1e-6 at most; 4.9 for one."""
    if quantities == 1:
        return Z_LIMIT
    return float(stats.norm.isf(stats.norm.sf(Z_LIMIT) / quantities))


def bonferroni(p_values: ArrayLike) -> float:
    """One p-value for several: the smallest times their number, 1 at most."""
    given = np.asarray(p_values, dtype=float).ravel()
    if given.size == 0:
        raise GateClosed("no p-value was given to combine")
    smallest = min(as_probability(p) for p in given)
    return min(1.0, given.size * smallest)


def uniformity(scores: ArrayLike) -> float:
    """The p-value of `scores` in [0, 1] being uniform: chi-square of 16 bins, and Kolmogorov-Smirnov."""
    given = np.asarray(scores, dtype=float).ravel()
    if given.size < 5 * BINS:
        raise GateClosed(f"{given.size} scores are too few for {BINS} bins: give {5 * BINS} or more")
    if not ((given >= 0) & (given <= 1)).all():
        raise GateClosed("scores outside [0, 1], or NaN")
    seen, _ = np.histogram(given, bins=BINS, range=(0.0, 1.0))
    chi_square = stats.chisquare(seen).pvalue
    kolmogorov = stats.kstest(given, "uniform").pvalue
    return bonferroni([chi_square, kolmogorov])


def rank_uniformity(ranks: ArrayLike, *, draws: int, rng: np.random.Generator) -> float:
    """The p-value of ranks 0..`draws` being uniform (Talts et al. 2018, arXiv:1804.06788, algorithm 1).

    Each rank is spread evenly over its share of [0, 1], so that both tests see a continuous variable.
    """
    given = np.asarray(ranks)
    if not np.issubdtype(given.dtype, np.integer) or given.min() < 0 or given.max() > draws:
        raise GateClosed(f"ranks must be whole numbers 0..{draws}")
    return uniformity((given + rng.random(given.shape)) / (draws + 1))


def frequencies(seen: ArrayLike, probabilities: ArrayLike, *, fewest: float = 5.0) -> float:
    """The chi-square p-value of counts `seen` under `probabilities`; cells that expect too few are joined.

    A count in a cell of probability 0 gives 0.
    """
    counted = np.asarray(seen, dtype=float).ravel()
    probability: NDArray[np.float64] = np.asarray(probabilities, dtype=float).ravel()
    if abs(probability.sum() - 1) > 1e-9:
        raise GateClosed(f"the probabilities sum to {probability.sum()!r}, not 1")
    if counted[probability == 0].any():
        return 0.0
    expected = counted.sum() * probability
    order = np.argsort(expected)
    joined: list[tuple[float, float]] = []
    observed_sum = expected_sum = 0.0
    for cell in order[expected[order] > 0]:
        observed_sum += counted[cell]
        expected_sum += expected[cell]
        if expected_sum >= fewest:
            joined.append((observed_sum, expected_sum))
            observed_sum = expected_sum = 0.0
    if expected_sum > 0 and joined:
        joined[-1] = (joined[-1][0] + observed_sum, joined[-1][1] + expected_sum)
    if len(joined) < 2:
        raise GateClosed(f"{counted.sum():.0f} counts are too few for a chi-square test")
    observed, hoped = np.array(joined).T
    return float(stats.chi2.sf(np.sum((observed - hoped) ** 2 / hoped), len(joined) - 1))


def as_probability(p: float) -> float:
    """`p` itself; a NaN or a number outside [0, 1] closes the gate."""
    if not 0 <= p <= 1:
        raise GateClosed(f"a p-value of {p!r} is none")
    return float(p)
