"""Metropolis and Hamiltonian chains against targets that are known exactly, asymmetric ones among them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import special, stats
from tests.testing_tools.gates import GateClosed, bonferroni, two_stage, z_gate

import handful as hf
from handful import mcmc

POSTERIOR = stats.beta(14, 51)


def log_posterior(q):
    """The student's own: Beta(2, 8) after 12 of 55; nothing outside [0, 1]."""
    if not 0 < q < 1:
        return -math.inf
    return 13 * math.log(q) + 50 * math.log1p(-q)


def log_gamma(x):
    """log of a Gamma(2.5) in log coordinates: skewed, and unbounded on both sides."""
    return 2.5 * x - math.exp(x) if x < 700 else -math.inf


def log_banana(point):
    """x ~ N(0, 1), y | x ~ N(x² / 2, 1/2): bent, and neither symmetric nor independent."""
    x, y = point
    return -0.5 * x * x - 2.0 * (y - 0.5 * x * x) ** 2


def banana_slope(point):
    x, y = point
    bend = 4.0 * (y - 0.5 * x * x)
    return np.array([-x + bend * x, -bend])


class Uphill(mcmc.Metropolis):
    __slots__ = ()

    def accept(self, here, there, *, rng):
        better = there.log_density > here.log_density
        return (there if better else here), better


class UpsideDown(mcmc.Metropolis):
    __slots__ = ()

    def accept(self, here, there, *, rng):
        accepted = math.log(1 - rng.random()) < here.log_density - there.log_density
        possible = there.log_density > -math.inf
        return (there if accepted and possible else here), accepted and possible


class Always(mcmc.Metropolis):
    __slots__ = ()

    def accept(self, here, there, *, rng):
        possible = there.log_density > -math.inf
        return (there if possible else here), possible


class HalfKickForgotten(mcmc.Hamiltonian):
    __slots__ = ()

    def leap(self, point, momentum):
        momentum = momentum + 0.5 * self.step * self.slope(point)
        return point + self.step * momentum, momentum


def ends(sampler, starts, *, rng, moves):
    """Where independent chains are after some moves."""
    return [mcmc.run(sampler, starts=[one], n_draws=moves, rng=rng).draws[0, -1] for one in starts]


def stays_gamma(sampler, *, moves=8):
    """Chains begun at draws of the target itself stay there, after however few moves."""

    def p_value(rng, runs):
        starts = np.log(rng.standard_gamma(2.5, size=runs)).tolist()
        found = np.exp(np.ravel(ends(sampler, starts, rng=rng, moves=moves)))
        return stats.kstest(found, stats.gamma(2.5).cdf).pvalue

    return p_value


def stays_banana(sampler, *, moves=5):
    def p_value(rng, runs):
        x = rng.standard_normal(runs)
        starts = np.column_stack([x, 0.5 * x**2 + 0.5 * rng.standard_normal(runs)])
        found = np.array(ends(sampler, list(starts), rng=rng, moves=moves))
        rest = (found[:, 1] - 0.5 * found[:, 0] ** 2) / 0.5
        return bonferroni([stats.kstest(column, "norm").pvalue for column in (found[:, 0], rest)])

    return p_value


# ---- the student's own chain ------------------------------------------------------------------------------


def test_the_students_chain_is_within_four_errors_of_the_beta(rng):
    walker = mcmc.Metropolis(log_posterior, step=0.1)
    chains = mcmc.run(walker, starts=[0.1, 0.3, 0.5, 0.7], n_draws=4000, warmup=200, rng=rng)
    found = hf.diagnose(chains).quantities[0]
    assert abs(found.mean - POSTERIOR.mean()) < 4 * found.mcse
    assert found.rhat < 1.01
    below = chains.values("x") <= POSTERIOR.ppf(0.9)
    share = hf.diagnose(mcmc.Chains.of(below, names=["below"], acceptance=[1.0] * 4, sampler="other"))
    assert abs(share.quantities[0].mean - 0.9) < 4 * share.quantities[0].mcse


def test_steps_can_be_taken_one_by_one(rng):
    walker = mcmc.Metropolis(log_posterior, step=0.1)
    here, path = walker.start(0.2), []
    for _ in range(200):
        there = walker.propose(here, rng=rng)
        moved, accepted = walker.accept(here, there, rng=rng)
        assert moved is (there if accepted else here)
        here = moved
        path.append(here.point)
    assert len(set(path)) > 50
    assert all(0 < point < 1 for point in path)


def test_downhill_is_accepted_as_often_as_the_densities_say(rng):
    """From a height to a quarter of it: one time in four."""
    walker = mcmc.Metropolis(log_posterior, step=0.1)
    here, there = mcmc.Place(0.2, 0.0), mcmc.Place(0.3, -math.log(4))
    taken = sum(walker.accept(here, there, rng=rng)[1] for _ in range(4000))
    z_gate(taken / 4000, 0.25, math.sqrt(0.25 * 0.75 / 4000))
    assert all(walker.accept(there, here, rng=rng)[1] for _ in range(100))


# ---- exact targets ----------------------------------------------------------------------------------------

RIGHT = {
    "metropolis": (stays_gamma, mcmc.Metropolis(log_gamma, step=1.5)),
    "hamiltonian": (stays_gamma, mcmc.Hamiltonian(log_gamma, step=0.5, n_leaps=4)),
    "metropolis in the plane": (stays_banana, mcmc.Metropolis(log_banana, step=[1.0, 0.7])),
    "hamiltonian in the plane": (
        stays_banana,
        mcmc.Hamiltonian(log_banana, step=0.3, n_leaps=4, gradient=banana_slope),
    ),
}
WRONG = {
    "only uphill": (stays_gamma, Uphill(log_gamma, step=1.5)),
    "the ratio upside down": (stays_gamma, UpsideDown(log_gamma, step=1.5)),
    "always": (stays_gamma, Always(log_gamma, step=1.5)),
    "no last half kick": (stays_gamma, HalfKickForgotten(log_gamma, step=0.9, n_leaps=1)),
}


@pytest.mark.parametrize("name", RIGHT)
def test_chains_begun_in_the_target_stay_in_it(name, rng):
    kind, sampler = RIGHT[name]
    two_stage(kind(sampler), rng, 1500)


@pytest.mark.parametrize("name", WRONG)
def test_a_fault_in_the_acceptance_is_seen(name, rng):
    kind, sampler = WRONG[name]
    with pytest.raises(GateClosed):
        two_stage(kind(sampler), rng, 1500)


def test_a_chain_finds_its_way_from_afar(rng):
    starts = [-4.0, 2.5, 1.0, 0.0]
    for sampler in (mcmc.Metropolis(log_gamma, step=1.5), mcmc.Hamiltonian(log_gamma, step=0.5, n_leaps=4)):
        chains = mcmc.run(sampler, starts=starts, n_draws=3000, warmup=300, rng=rng)
        found = hf.diagnose(chains)
        assert found.ok, found
        z_gate(found.quantities[0].mean, special.digamma(2.5), found.quantities[0].mcse)


# ---- two peaks --------------------------------------------------------------------------------------------


def log_two_peaks(q):
    """Peaks at 0.2 and 0.8, of one width, 30 % and 70 % of the whole."""
    return float(
        np.logaddexp(math.log(0.3) - ((q - 0.2) / 0.05) ** 2 / 2, math.log(0.7) - ((q - 0.8) / 0.05) ** 2 / 2)
    )


def test_a_small_step_stays_in_one_peak_and_the_diagnosis_says_so(rng):
    stuck = mcmc.run(mcmc.Metropolis(log_two_peaks, step=0.02), starts=[0.1, 0.9], n_draws=2000, rng=rng)
    assert (stuck.values("x")[0] < 0.5).all()
    assert (stuck.values("x")[1] > 0.5).all()
    found = hf.diagnose(stuck)
    assert not found.ok
    assert any("have not met" in note for note in found.notes)


def test_a_large_step_visits_both_as_often_as_they_weigh(rng):
    walker = mcmc.Metropolis(log_two_peaks, step=0.6)
    chains = mcmc.run(walker, starts=[0.1, 0.9, 0.3, 0.7], n_draws=5000, warmup=100, rng=rng)
    right = mcmc.Chains.of(chains.values("x") > 0.5, names=["right"], acceptance=[1.0] * 4, sampler="other")
    found = hf.diagnose(right).quantities[0]
    z_gate(found.mean, 0.7, found.mcse)


# ---- adaptation, seeds and mistakes -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sampler", "aim", "start"),
    [
        (mcmc.Metropolis(log_gamma, step=50.0), 0.44, 0.0),
        (mcmc.Metropolis(log_gamma, step=1e-3), 0.44, 0.0),
        (mcmc.Metropolis(log_banana, step=30.0), 0.234, np.zeros(2)),
        (mcmc.Hamiltonian(log_banana, step=3.0, n_leaps=3, gradient=banana_slope), 0.75, np.zeros(2)),
    ],
)
def test_a_step_is_adapted_in_the_warm_up(sampler, aim, start, rng):
    chains = mcmc.run(sampler, starts=[start], n_draws=3000, warmup=3000, adapt=True, rng=rng)
    assert chains.acceptance[0] == pytest.approx(aim, abs=0.12)
    again = mcmc.run(sampler.with_step(float(chains.steps[0, 0])), starts=[start], n_draws=3000, rng=rng)
    assert again.acceptance[0] == pytest.approx(aim, abs=0.12)


def test_the_same_seed_gives_the_same_chains_and_each_chain_its_own():
    walker = mcmc.Metropolis(log_posterior, step=0.1)
    one, two = (mcmc.run(walker, starts=[0.2, 0.2], n_draws=50, rng=5) for _ in range(2))
    assert (one.draws == two.draws).all()
    assert one.seed == 5
    assert (one.draws[0] != one.draws[1]).any()
    longer = mcmc.run(walker, starts=[0.2, 0.2, 0.2], n_draws=50, rng=5)
    assert (longer.draws[:2] == one.draws).all()
    again = mcmc.run(walker, starts=0.2, n_draws=50)
    assert (mcmc.run(walker, starts=0.2, n_draws=50, rng=again.seed).draws == again.draws).all()


def test_staying_counts(rng):
    chains = mcmc.run(mcmc.Metropolis(log_posterior, step=3.0), starts=[0.2], n_draws=1000, rng=rng)
    moves = (np.diff(chains.values("x")[0], prepend=0.2) != 0).mean()
    assert moves == chains.acceptance[0]
    assert moves < 0.2


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: mcmc.Metropolis(log_posterior, step=0), "step = 0"),
        (lambda: mcmc.Metropolis(log_posterior, step=[0.1, -1]), "step = -1"),
        (lambda: mcmc.Hamiltonian(log_posterior, step=0.1, n_leaps=0), "n_leaps = 0"),
        (lambda: mcmc.run(mcmc.Metropolis(log_posterior, step=0.1), starts=[1.5]), "-inf at 1.5"),
        (lambda: mcmc.run(mcmc.Metropolis(log_posterior, step=0.1), starts=[]), "point for each chain"),
        (lambda: mcmc.run(mcmc.Metropolis(lambda q: math.nan, step=0.1), starts=[1.5]), "is nan"),
        (lambda: mcmc.run(mcmc.Metropolis(lambda q: "high", step=0.1), starts=[1.5]), "must give one number"),
        (lambda: mcmc.run(mcmc.Metropolis(log_posterior, step=0.1), starts=[0.5], adapt=True), "warmup=500"),
        (
            lambda: mcmc.run(mcmc.Metropolis(log_posterior, step=0.1), starts=[0.5], names=["a", "b"]),
            "1 coordinates",
        ),
        (
            lambda: mcmc.run(mcmc.Metropolis(log_posterior, step=0.1), starts=[0.5], n_draws=2).values("y"),
            "they have x",
        ),
    ],
)
def test_a_mistake_is_told_in_a_sentence(call, message):
    with pytest.raises(hf.HandfulError, match=message):
        call()
