"""Rows A14 and A24 for populations of bags: the truth is a draw like any other.

Simulation-based calibration (Talts et al. 2018, arXiv:1804.06788): a truth from the prior, bags from the truth, a
fit of the bags; the rank of the truth among the fit's draws is uniform. Truths, bags and likelihoods are made here,
independently of the package; sizes and real bags (rows A15 and A16) are in test_calibrate.py, by the package's own.
"""

from __future__ import annotations

import numpy as np
import pytest
from tests.statistical.hierarchical_worlds import (
    PRIORS,
    Simulated,
    World,
    by_engine,
    by_fit,
    chosen_draws,
    simulate,
    unequal,
    without_another_engine,
)
from tests.testing_tools.gates import GateClosed, two_stage, z_gate, z_limit
from tests.testing_tools.seeds import seed_for

from handful.distributions.weighted import Weighted

SIMULATIONS = 500
SMALL = {name: World(prior, 3, lambda rng: unequal(12, rng)) for name, prior in PRIORS.items()}
FIT = {"default": by_fit, "half-normal": by_engine, "gammas": by_engine}

MASSES = (0.50, 0.90, 0.95)
INTERVALS = [(mass, kind) for mass in MASSES for kind in ("eti", "hdi")]


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
