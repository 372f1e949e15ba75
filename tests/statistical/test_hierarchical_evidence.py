"""Rows A10, A20 and A27 for populations of bags: evidence, draws and their errors against plain oracles."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special, stats
from tests.oracles.hierarchical_evidence import Grid, mean_weight
from tests.statistical.hierarchical_gates import (
    DEFAULT,
    SETS,
    draws_p_value,
    evidence_p_value,
    grid_of,
    kolmogorov,
    made_up,
    mcse_p_value,
)
from tests.statistical.hierarchical_worlds import Fitted, by_fit, counts_of, shapes_unchecked
from tests.testing_tools.gates import two_stage, z_gate

from handful.data.histograms import Histograms
from handful.inference import population_quadrature

DATA_SETS = 100
DRAWS = 20_000
FITS = 400
SELF_CONSISTENT = 1e-6


def by_quadrature(rows) -> Fitted:
    with shapes_unchecked():
        outcome = population_quadrature.run(DEFAULT.model, Histograms.of(counts_of(np.array(rows))))
    return Fitted(outcome.posterior, outcome.log_evidence)


def moments(fitted) -> np.ndarray:
    parameters = fitted.parameters
    return fitted.posterior.weights @ np.column_stack([parameters, parameters**2])


# ---- laplace ---------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_A20_two_categories(rng):
    two_stage(lambda rng, n: evidence_p_value(n, rng, n_categories=2, draws=10_000), rng, DATA_SETS)


@pytest.mark.slow
def test_A20_six_categories(rng):
    """With 500 draws, so that the engine's error is not lost beside the oracle's."""
    two_stage(lambda rng, n: evidence_p_value(n, rng, n_categories=6, draws=500), rng, DATA_SETS)


def test_A10_draws_follow_the_distribution_function(rng):
    two_stage(lambda rng, n: draws_p_value(n, rng), rng, DRAWS)


@pytest.mark.slow
def test_A27_the_monte_carlo_error_is_honest(rng):
    two_stage(lambda rng, n: mcse_p_value(n, rng), rng, FITS)


# ---- quadrature ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", SETS)
def test_A10_quadrature_agrees_with_the_grid_and_with_itself(rows, monkeypatch):
    coarse, grid = by_quadrature(rows), grid_of(rows)
    assert coarse.log_evidence.value == pytest.approx(grid.log_evidence, abs=SELF_CONSISTENT)
    assert coarse.log_evidence.error < SELF_CONSISTENT
    m, x = special.expit(grid.log_odds), grid.log_precisions
    of_m, of_x = grid.probabilities.sum(axis=0), grid.probabilities.sum(axis=1)
    by_grid = [of_m @ m, of_m @ (1 - m), of_x @ x, of_m @ m**2, of_m @ (1 - m) ** 2, of_x @ x**2]
    assert moments(coarse) == pytest.approx(by_grid, abs=SELF_CONSISTENT)
    monkeypatch.setattr(population_quadrature, "STEP", population_quadrature.STEP / 2)
    monkeypatch.setattr(population_quadrature, "N_POINTS", 2 * population_quadrature.N_POINTS - 1)
    fine = by_quadrature(rows)
    assert fine.log_evidence.value == pytest.approx(coarse.log_evidence.value, abs=SELF_CONSISTENT)
    assert moments(fine) == pytest.approx(moments(coarse), abs=SELF_CONSISTENT)


def test_quadrature_is_what_a_user_gets(rng):
    rows = SETS[0]
    with shapes_unchecked():
        fit = by_fit(DEFAULT.model, np.array(rows), rng, engine=None)
    assert not fit.posterior.sampled
    assert fit.log_evidence.value == by_quadrature(rows).log_evidence.value


# ---- the oracles -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", SETS)
def test_the_grid_agrees_with_itself(rows):
    grid, fine = grid_of(rows), Grid.of(np.array(rows), refined=2)
    assert grid.log_evidence == pytest.approx(fine.log_evidence, abs=1e-7)
    x = np.linspace(-2, 10, 25)
    assert grid.cdf_of_log_precision(x) == pytest.approx(fine.cdf_of_log_precision(x), abs=1e-4)
    assert grid.cdf_of_log_odds(x) == pytest.approx(fine.cdf_of_log_odds(x), abs=1e-4)


def test_the_oracles_agree_with_each_other(rng):
    found = [mean_weight(np.array(rows), n=30_000, rng=rng) for rows in SETS]
    estimates, errors = np.array(found).T
    z_gate(estimates, [grid_of(rows).log_evidence for rows in SETS], errors)


def test_one_item_in_a_bag_says_nothing_of_the_precision(rng):
    """Its probability is 1/C, whatever the precision: known without an oracle."""
    table = np.eye(6, dtype=int)[:1]
    estimate, error = mean_weight(table, n=30_000, rng=rng)
    z_gate(estimate, -np.log(6), error)
    assert Grid.of(np.array([[1, 0]])).log_evidence == pytest.approx(-np.log(2), abs=1e-9)


def test_the_oracle_errors_are_honest(rng):
    z = []
    for _ in range(100):
        table = made_up(2, 15, rng, most_bags=4)
        estimate, error = mean_weight(table, n=3_000, rng=rng)
        z.append((estimate - Grid.of(table).log_evidence) / error)
    within = np.mean(np.abs(z) < 2)
    z_gate(within, 1 - 2 * stats.norm.sf(2), np.sqrt(0.0455 * 0.9545 / len(z)))


def test_weighted_draws_from_a_normal_pass_and_from_another_do_not(rng):
    """The Kolmogorov-Smirnov test of weighted draws: right under the truth, closed by a shift of a tenth."""
    draws = stats.t(4).rvs((200, 2_000), random_state=rng)
    weights = np.exp(stats.norm.logpdf(draws) - stats.t(4).logpdf(draws))
    weights /= weights.sum(axis=1, keepdims=True)
    p = np.array([kolmogorov(x, w, stats.norm.cdf) for x, w in zip(draws, weights, strict=True)])
    z_gate((p < 0.5).mean(), 0.5, np.sqrt(0.25 / len(p)))
    far = stats.norm(0.1).rvs(DRAWS, random_state=rng)
    assert kolmogorov(far, np.full(DRAWS, 1 / DRAWS), stats.norm.cdf) < 1e-6
