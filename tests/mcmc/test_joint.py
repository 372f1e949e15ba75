"""Parameters and data drawn in turn stay as the prior has them (A17): Metropolis and Hamiltonian moves.

Geweke (2004), Journal of the American Statistical Association 99:799, with independent chains: each begins at a draw of
the prior and its data, so that every pair of parameter and data is a draw of the joint distribution after any number of
moves, if the moves are right.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats
from tests.testing_tools.gates import GateClosed, bonferroni, two_stage

from handful import mcmc

TURNS = 6

# ---- a share in log odds, with a Beta prior and binomial counts ---------------------------------------------

A, B, N = 2.0, 3.5, 7


def log_share(k, *, jacobian):
    """The log posterior of log odds x, with q = 1/(1 + exp(-x)): dq/dx is q(1 - q)."""
    up, down = A + k - 1 + jacobian, B + N - k - 1 + jacobian
    return lambda x: -up * np.logaddexp(0.0, -x) - down * np.logaddexp(0.0, x)


def slope_of_share(k, *, jacobian):
    up, down = A + k - 1 + jacobian, B + N - k - 1 + jacobian

    def slope(x):
        share = 1.0 / (1.0 + math.exp(-x))
        return up * (1.0 - share) - down * share

    return slope


class Share:
    """Its prior, its data and its five functions."""

    @staticmethod
    def prior(rng, n):
        shares = rng.beta(A, B, size=n)
        return np.log(shares / (1 - shares)), rng.binomial(N, shares)

    @staticmethod
    def data(point, rng):
        return rng.binomial(N, 1.0 / (1.0 + math.exp(-point)))

    @staticmethod
    def functions(points, counts):
        shares = 1.0 / (1.0 + np.exp(-np.asarray(points)))
        parts = np.asarray(counts) / N
        return np.column_stack(
            [points, shares**2, shares * parts, (parts - shares) ** 2, parts * (1 - shares) + shares]
        )


# ---- two means that hang together, with normal data ----------------------------------------------------------

COVARIANCE = np.array([[1.0, 0.7], [0.7, 1.4]])
PRECISION, ROOT = np.linalg.inv(COVARIANCE), np.linalg.cholesky(COVARIANCE)
NOISE = np.array([0.8, 1.2])


def log_means(seen, *, prior):
    def log_density(point):
        miss = (seen - point) / NOISE
        return float(-0.5 * prior * (point @ PRECISION @ point) - 0.5 * (miss @ miss))

    return log_density


def slope_of_means(seen, *, prior):
    return lambda point: -prior * (PRECISION @ point) + (seen - point) / NOISE**2


class Means:
    """Their prior, their data and five functions."""

    @staticmethod
    def prior(rng, n):
        means = rng.standard_normal((n, 2)) @ ROOT.T
        return means, means + NOISE * rng.standard_normal((n, 2))

    @staticmethod
    def data(point, rng):
        return point + NOISE * rng.standard_normal(2)

    @staticmethod
    def functions(points, seen):
        points, seen = np.asarray(points), np.asarray(seen)
        return np.column_stack(
            [
                points[:, 0],
                points[:, 1] ** 2,
                points[:, 0] * points[:, 1],
                points[:, 0] * seen[:, 1],
                seen[:, 0] ** 2,
            ]
        )


def joint_p_value(world, sampler_for):
    """Of draws moved and drawn anew in turn against fresh ones: the least p-value of five functions, times five."""

    def p_value(rng, n):
        points, data = world.prior(rng, n)
        moved, seen = [], []
        for start, observed in zip(points, data, strict=True):
            here, now = start, observed
            for _ in range(TURNS):
                sampler = sampler_for(now)
                place, _ = sampler.move(sampler.start(here), rng=rng)
                here, now = place.point, world.data(place.point, rng)
            moved.append(here)
            seen.append(now)
        found, fresh = world.functions(moved, seen), world.functions(*world.prior(rng, 10 * n))
        return bonferroni([stats.ks_2samp(a, b).pvalue for a, b in zip(found.T, fresh.T, strict=True)])

    return p_value


class StepByPlace(mcmc.Metropolis):
    """A walk that takes longer steps the higher it stands, and accepts as if it did not."""

    __slots__ = ()

    def propose(self, here, *, rng):
        wide = math.exp(min(here.point, 2.0))
        return mcmc.Place.at(here.point + wide * rng.standard_normal(), self.log_density)


class KickedTooHard(mcmc.Hamiltonian):
    """Kicks twice as hard as the energy that is counted, and every move accepted."""

    __slots__ = ()

    def move(self, here, *, rng):
        point, momentum = here.point, 2.0 * rng.standard_normal(np.shape(here.point))
        for _ in range(self.n_leaps):
            point, momentum = self.leap(point, momentum)
        return mcmc.Place.at(point, self.log_density), True


def walk(kind=mcmc.Metropolis, *, jacobian=1.0):
    return lambda k: kind(log_share(k, jacobian=jacobian), step=1.2)


def roll(kind=mcmc.Hamiltonian, *, jacobian=1.0):
    return lambda k: kind(
        log_share(k, jacobian=jacobian), step=0.6, n_leaps=2, gradient=slope_of_share(k, jacobian=jacobian)
    )


def walk_in_the_plane(*, prior=1.0):
    return lambda seen: mcmc.Metropolis(log_means(seen, prior=prior), step=[0.8, 1.0])


def roll_in_the_plane(kind=mcmc.Hamiltonian, *, prior=1.0):
    return lambda seen: kind(
        log_means(seen, prior=prior), step=[0.4, 0.5], n_leaps=3, gradient=slope_of_means(seen, prior=prior)
    )


RIGHT = {
    "metropolis": (Share, walk()),
    "hamiltonian": (Share, roll()),
    "metropolis in the plane": (Means, walk_in_the_plane()),
    "hamiltonian in the plane": (Means, roll_in_the_plane()),
}
WRONG = {
    "the Jacobian forgotten by a walk": (Share, walk(jacobian=0.0), 1000),
    "the Jacobian forgotten by leaps": (Share, roll(jacobian=0.0), 500),
    "a step that depends on the place": (Share, walk(StepByPlace), 1000),
    "kicks that are too hard": (Means, roll_in_the_plane(KickedTooHard), 300),
    "the prior counted twice": (Means, walk_in_the_plane(prior=2.0), 1000),
}


@pytest.mark.parametrize("name", RIGHT)
def test_A17_parameters_and_data_in_turn_stay_as_the_prior_has_them(name, rng):
    two_stage(joint_p_value(*RIGHT[name]), rng, 2500)


@pytest.mark.parametrize("name", WRONG)
def test_A17_a_planted_fault_closes_the_gate(name, rng):
    world, sampler_for, replications = WRONG[name]
    with pytest.raises(GateClosed):
        two_stage(joint_p_value(world, sampler_for), rng, replications)
