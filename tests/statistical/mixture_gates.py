"""What must hold of a mixture's evidence, draws and assignments: gates that the planted faults have to close.

Each gives a p-value that is right if nothing is wrong. Fits of one data set are repeated, so that a p-value is that of
their mean, whatever their own errors say.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
from scipy import stats
from tests.oracles import mixture_posterior as by_definition
from tests.oracles.known_recipes import by_polynomials
from tests.oracles.mixture import MixtureTruth, enumerate_mixture
from tests.statistical.mixture_worlds import (
    counts_of,
    counts_of_case,
    is_one_source,
    model_of,
    pairs_of,
    same_source,
    shapes_unchecked,
    truth_of,
)
from tests.testing_tools.gates import bonferroni
from tests.testing_tools.mixture_cases import UNKNOWN, mixture_cases

import handful as hf
from handful.inference.dealt import Dealt
from handful.inference.mixture import mixture_target
from handful.models.mixture_hessian import hessian
from handful.models.mixture_target import MixtureTarget

NEAR = 1e-8
FAST = 512
"""Draws of a fit that is one of many."""


def said(p) -> float:
    """`p`, shown if the test fails."""
    print(f"p = {p:.3g}")
    return float(p)


def changed(model: hf.Mixture, **priors) -> hf.Mixture:
    """The same model with other priors."""
    given = {name: getattr(model, name) for name in model.__slots__}
    return hf.Mixture(**given | priors)


# ---- data sets with known answers -------------------------------------------------------------------------


@dataclass(frozen=True)
class Problem:
    """Bags, the right model, and what the oracle says."""

    table: np.ndarray
    model: hf.Mixture
    truth: MixtureTruth


@functools.cache
def problems() -> dict[str, Problem]:
    """A few bags each: components nothing tells apart, priors that the bags contradict, and clear sources."""
    flat = np.array([[9, 3, 3], [1, 8, 6], [10, 4, 2], [2, 2, 9], [5, 5, 5], [0, 3, 1]])
    contradicting = np.array([[12, 1, 2], [2, 9, 4], [11, 2, 3], [10, 0, 1], [3, 4, 8]])
    recipes = np.array([[0.2, 0.5, 0.3], [0.4, 0.1, 0.5]])
    clear = np.array(
        [[30, 8, 2], [4, 9, 27], [28, 10, 1], [5, 8, 25], [31, 7, 3], [27, 9, 4], [6, 10, 24]] * 2
    )
    clear[7:] += np.array([1, 0, 2])
    return {
        "exchangeable": Problem(
            flat,
            hf.Mixture(2, prior=hf.Dirichlet([2, 1, 1]), weights=hf.Dirichlet([1.5, 1.5])),
            enumerate_mixture(flat, [1.5, 1.5], np.tile([2.0, 1, 1], (2, 1))),
        ),
        "told apart": Problem(
            contradicting,
            hf.Mixture(
                recipes=hf.Recipes(recipes, components=["x", "y"]), strength=20.0, weights=hf.Beta(8, 2)
            ),
            enumerate_mixture(contradicting, [8, 2], 1 + 20 * recipes),
        ),
        "clear": Problem(clear, hf.Mixture(2), enumerate_mixture(clear, [1, 1], np.ones((2, 3)))),
    }


# ---- exact engines: p is 1 or 0 ---------------------------------------------------------------------------


@functools.cache
def some_cases():
    every = mixture_cases(40, np.random.default_rng(11))
    return [
        (case, truth_of(case))
        for case in every
        if not is_one_source(case) and len(case.weights_concentration) ** len(case.table) <= 2**10
    ][:14]


def exact(rng, times, change=changed) -> float:  # as all gates
    """Enumeration agrees with brute force over all labellings, in evidence and, bag by bag, in assignments."""
    for case, truth in some_cases():
        model, counts = change(model_of(case)), counts_of_case(case)
        target = mixture_target(model, model.compress(counts), engine="enumeration")
        found = Dealt.of(target)
        evidence = found.log_sum + target.likelihood.log_coefficient
        assignments = np.sort(found.moments().assignments[target.statistic.row_of_bag], axis=1)
        if not abs(evidence - truth.log_evidence) < NEAR:
            return said(0.0)
        if not np.abs(assignments - np.sort(truth.assignments, axis=1)).max() < NEAR:
            return said(0.0)
    return said(1.0)


RECIPES = np.array([[0.0, 0.4, 0.6], [0.4, 0.3, 0.3], [0.5, 0.3, 0.2]])


def known_recipes(rng, times, change=changed) -> float:  # as all gates
    """The sum over how many bags each known recipe filled agrees with polynomials at 60 digits."""
    table = np.array([[0, 4, 3], [5, 1, 1], [2, 2, 2], [0, 0, 0], [0, 1, 0]])
    truth = by_polynomials(table, [2.0, 1.0, 0.5], RECIPES)
    model = hf.Mixture(
        recipes=hf.Recipes(RECIPES, components=["x", "y", "z"]), weights=hf.Dirichlet([2, 1, 0.5])
    )
    fit = hf.fit(change(model), counts_of(table), rng=1)
    exactly = fit.posterior.exact
    found = exactly.assignments[fit.statistic.row_of_bag]
    off = [
        abs(fit.log_evidence.value - truth.log_evidence),
        np.abs(found - truth.assignments).max(),
        np.abs(exactly.mean["weights"] - truth.weights).max(),
    ]
    return said(float(max(off) < NEAR))


def derivatives(rng, times, change=changed) -> float:
    """Value, gradient and Hessian are those of the definition."""
    for problem in problems().values():
        model, counts = change(problem.model), counts_of(problem.table[:5])
        target = MixtureTarget.of(model.prior_over(counts.categories), model.compress(counts))
        prior = problem.model.prior_over(counts.categories)
        truth = by_definition.Posterior(
            problem.table[:5],
            np.full(5, UNKNOWN),
            prior.weights.concentration,
            prior.concentration,
        )
        point = target.draw_prior(times, rng=rng)[0]
        at = point[None]
        pairs = [
            (target.log_prior(at)[0], by_definition.value(truth.log_prior, point)),
            (target.log_likelihood(at)[0], by_definition.value(truth.log_likelihood, point)),
            (target.prior_gradient(at)[0], by_definition.gradient(truth.log_prior, point)),
            (target.likelihood_gradient(at)[0], by_definition.gradient(truth.log_likelihood, point)),
            (hessian(target, point), by_definition.hessian(truth.log_posterior, point)),
        ]
        if not all(np.abs(one - other).max() < 1e-7 * (1 + np.abs(other).max()) for one, other in pairs):
            return said(0.0)
    return said(1.0)


def prior_draws(rng, times, change=changed) -> float:
    """Weights and components are drawn from the prior independently of each other."""
    p_values = []
    for problem in problems().values():
        model, counts = change(problem.model), counts_of(problem.table)
        target = MixtureTarget.of(model.prior_over(counts.categories), model.compress(counts))
        points = target.draw_prior(2_000 * times, rng=rng)
        own = [slice(0, target.layout.n_weights), *map(target.layout.component, range(2))]
        for one, other in combinations(own, 2):
            for x, y in product(points[:, one].T, points[:, other].T):
                p_values.append(stats.spearmanr(x, y).pvalue)
    return said(bonferroni(p_values))


# ---- engines that draw ------------------------------------------------------------------------------------


def repeated(name, n, rng, *, engine, change=changed, draws=FAST) -> np.ndarray:
    """Of `n` fits of one problem: same-source probabilities less their truths, and evidence over truth less 1.

    NaN where another engine has answered. Probabilities near 0 or 1, whose errors are anything but normal, are left
    out.
    """
    problem = problems()[name]
    counts, known = counts_of(problem.table), np.full(len(problem.table), UNKNOWN)
    truth = problem.truth.same_source[pairs_of(len(known))]
    open_ones = np.abs(truth - 0.5) < 0.45
    model, rows = change(problem.model), []
    with shapes_unchecked():
        for _ in range(n):
            fit = hf.fit(model, counts, engine=engine, draws=draws, rng=rng)
            same = fit.weights @ same_source(fit.draws, problem.table, known)
            ratio = np.exp(fit.log_evidence.value - problem.truth.log_evidence)
            row = np.append((same - truth)[open_ones], ratio - 1)
            rows.append(row if fit.engine == engine else np.full_like(row, np.nan))
    return np.array(rows)


def mean_p_value(values) -> float:
    """The p-value of columns having mean 0; a column that does not vary must be 0."""
    still = np.ptp(values, axis=0) < 1e-9
    if (np.abs(values[0, still]) > NEAR).any() or not np.isfinite(values).all():
        return 0.0
    return bonferroni(stats.ttest_1samp(values[:, ~still], 0.0).pvalue)


def smc_exchangeable(rng, times, change=changed) -> float:
    return said(mean_p_value(repeated("exchangeable", 32 * times, rng, engine="smc", change=change)))


def smc_told_apart(rng, times, change=changed) -> float:
    return said(mean_p_value(repeated("told apart", 32 * times, rng, engine="smc", change=change)))


def smc_errors(rng, times, change=changed) -> float:
    """Evidence and same-source probabilities are as near as they say: pulls have the spread of a normal or less."""
    problem = problems()["exchangeable"]
    counts, known = counts_of(problem.table), np.full(len(problem.table), UNKNOWN)
    pulls = []
    with shapes_unchecked():
        for _ in range(16 * times):
            fit = hf.fit(change(problem.model), counts, engine="smc", draws=FAST, rng=rng)
            # Twice the stated error holds 95 %: Student's factor is in it.
            pulls.append(
                (fit.log_evidence.value - problem.truth.log_evidence) / max(fit.log_evidence.error, 1e-12)
            )
            health = fit.posterior.health(same_source(fit.draws, problem.table, known)[:, 0])
            pulls[-1] = max(
                abs(pulls[-1]), abs(health.mean - problem.truth.same_source[0, 1]) / max(health.mcse, 1e-12)
            )
    within = int((np.array(pulls) < 2).sum())
    # Two of them, each within two errors with probability 92 % at least (rows A20 and A27 allow 88 and 92 %).
    return said(stats.binom.cdf(within, len(pulls), 0.92**2))


def laplace_clear(rng, times, change=changed) -> float:
    return said(
        mean_p_value(repeated("clear", 16 * times, rng, engine="laplace", change=change, draws=2_000))
    )
