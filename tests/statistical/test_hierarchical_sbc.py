"""Rows A14, A15, A16 and A24 for populations of bags: the truth is a draw like any other.

Simulation-based calibration (Talts et al. 2018, arXiv:1804.06788): a truth from the prior, bags from the truth, a
fit of the bags; the rank of the truth among the fit's draws is uniform. Conditional on real bags it is the same
with a truth from their posterior, and a fit of the real bags together with the new ones (Säilynoja et al. 2025,
arXiv:2502.03279).

Row A15 asks for 500 simulations in each of its cells. 100 are made, 6 to each of the 16 bins, since 500 would take
minutes of processor time; a cell that looks suspicious gets 400 more, and the ranks that all cells have (of the share
of the first category, the precision, the log likelihood and the next bag) are tested once more over all 1,500.
"""

from __future__ import annotations

import functools

import numpy as np
import pytest
from tests.statistical.hierarchical_worlds import (
    PRIORS,
    Population,
    Simulated,
    World,
    by_engine,
    by_fit,
    chosen_draws,
    ranks_of,
    shapes_unchecked,
    simulate,
    unequal,
    without_another_engine,
)
from tests.testing_tools.four import TABLE
from tests.testing_tools.gates import GateClosed, two_stage, z_gate, z_limit
from tests.testing_tools.seeds import seed_for

from handful.distributions.weighted import Weighted

SIMULATIONS = 500
IN_A_CELL = 100
SMALL = {name: World(prior, 3, lambda rng: unequal(12, rng)) for name, prior in PRIORS.items()}
FIT = {"default": by_fit, "half-normal": by_engine, "gammas": by_engine}

MASSES = (0.50, 0.90, 0.95)
INTERVALS = [(mass, kind) for mass in MASSES for kind in ("eti", "hdi")]
N_ITEMS, N_CATEGORIES = (0, 1, 5, 58, 1000), (2, 6, 12)


def intervals_hold(truth, fitted) -> list[bool]:
    """Of the shares of the first and the last category and of the log precision: every interval."""
    held = []
    for place in (0, -2, -1):
        margin = Weighted(fitted.parameters[:, place], fitted.posterior.weights)
        for mass, kind in INTERVALS:
            interval = margin.interval(mass=mass, kind=kind)
            held.append(interval.lower <= truth.parameters[place] <= interval.upper)
    return held


@pytest.fixture(scope="module", params=SMALL)
def first(request) -> tuple[str, Simulated]:
    """The simulations of one prior that all tests of it begin with."""
    rng = np.random.default_rng(seed_for(f"simulations of populations with the prior {request.param}"))
    with pytest.MonkeyPatch.context() as patch:
        without_another_engine(patch)
        return request.param, simulate(
            SMALL[request.param], SIMULATIONS, rng, fit=FIT[request.param], held=intervals_hold
        )


@pytest.mark.slow
def test_A14_ranks_are_uniform(first, rng, monkeypatch):
    name, simulated = first
    without_another_engine(monkeypatch)

    def p_value(rng, n):
        again = simulated if n == SIMULATIONS else simulate(SMALL[name], n, rng, fit=FIT[name])
        return said(again.p_value(rng))

    two_stage(p_value, rng, SIMULATIONS)


def test_A24_intervals_cover_as_stated(first):
    _, simulated = first
    masses = np.tile([mass for mass, _ in INTERVALS], 3)
    z_gate(simulated.held.mean(axis=0), masses, np.sqrt(masses * (1 - masses) / SIMULATIONS))


def said(p) -> float:
    print(f"p = {p:.3g}")
    return p


# ---- A15: sizes ------------------------------------------------------------------------------------------

CELLS = [(n_items, n_categories) for n_items in N_ITEMS for n_categories in N_CATEGORIES]


@functools.cache
def of_cell(n_items, n_categories) -> Simulated:
    world = World(PRIORS["default"], n_categories, lambda rng: unequal(n_items, rng))
    rng = np.random.default_rng(
        seed_for(f"simulations of bags of {n_items} items of {n_categories} categories")
    )
    return simulate(world, IN_A_CELL, rng)


@pytest.mark.slow
@pytest.mark.parametrize(("n_items", "n_categories"), CELLS)
def test_A15_ranks_are_uniform_at_every_size(n_items, n_categories, rng):
    world = World(PRIORS["default"], n_categories, lambda rng: unequal(n_items, rng))

    def p_value(rng, n):
        again = of_cell(n_items, n_categories) if n == IN_A_CELL else simulate(world, n, rng)
        return said(again.p_value(rng))

    two_stage(p_value, rng, IN_A_CELL)


@pytest.mark.slow
def test_A15_ranks_are_uniform_over_all_sizes(rng):
    """The same simulations, or four times as many anew."""

    def p_value(rng, n):
        every = []
        for n_items, n_categories in CELLS:
            world = World(PRIORS["default"], n_categories, lambda rng, n_items=n_items: unequal(n_items, rng))
            cell = of_cell(n_items, n_categories) if n == IN_A_CELL else simulate(world, n, rng)
            every.append(cell.ranks[:, [0, -3, -2, -1]])
        return said(Simulated(np.vstack(every), np.empty(0)).p_value(rng))

    two_stage(p_value, rng, IN_A_CELL)


# ---- A16: given real bags --------------------------------------------------------------------------------

REAL = np.array(TABLE)
NEW_TOTALS = REAL.sum(axis=1)[:2]
GIVEN_REAL_BAGS = 300


def given_real_bags(n, rng, *, model=PRIORS["default"].model, refit=None) -> Simulated:
    """Truths from the posterior of real bags; `refit` is another model for all bags together."""
    with shapes_unchecked():
        posterior = by_engine(model, REAL, rng, draws=20 * n)
        truths = posterior.parameters[posterior.posterior.resampled(n, rng=rng)]
        ranks = []
        for parameters in truths:
            truth = Population(np.log(parameters[:-1]), parameters[-1])
            table = np.vstack([REAL, truth.draw_bags(NEW_TOTALS, rng)])
            fitted = by_engine(model if refit is None else refit, table, rng)
            ranks.append(ranks_of(truth, fitted, table=table, rng=rng))
    return Simulated(np.array(ranks), np.empty(0))


@pytest.mark.slow
def test_A16_ranks_are_uniform_given_real_bags(rng):
    two_stage(lambda rng, n: said(given_real_bags(n, rng).p_value(rng)), rng, GIVEN_REAL_BAGS)


# ---- the tester ------------------------------------------------------------------------------------------


class TestTheTester:
    """Ranks of a truth that is one of the draws, and of one that is not quite."""

    def ranks(self, rng, *, shift=0.0, size=SIMULATIONS):
        truth, draws = rng.normal(shift, 1, size), rng.normal(0, 1, (size, 63))
        return Simulated((draws < truth[:, None]).sum(axis=1)[:, None], np.empty(0))

    def test_p_values_are_uniform_enough(self, rng):
        p = np.array([self.ranks(rng).p_value(rng) for _ in range(400)])
        sd = np.sqrt(0.1 * 0.9 / len(p))
        assert 0 < (p < 0.1).mean() < 0.1 + z_limit() * sd  # of two tests of the same ranks: too few if any

    def test_a_shift_by_a_quarter_of_the_sd_is_seen(self, rng):
        with pytest.raises(GateClosed):
            two_stage(lambda rng, n: self.ranks(rng, shift=0.25, size=n).p_value(rng), rng, SIMULATIONS)

    def test_draws_of_a_quadrature_are_chosen_one_by_one(self, rng):
        fitted = by_fit(PRIORS["default"].model, np.array([[3, 5], [4, 2]]), rng, engine="quadrature")
        chosen = chosen_draws(fitted, rng)
        assert len(chosen) == 63
        assert (np.diff(chosen) < 0).any()  # not in the order of the nodes
