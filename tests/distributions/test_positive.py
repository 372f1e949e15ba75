"""Gamma and log-normal, and the intervals of distributions on a half-line."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handful.distributions.intervals import Interval, balanced_tails
from handful.distributions.positive import Gamma, LogNormal
from handful.errors import ParameterError, ParameterTypeError

SHAPES = st.floats(-1, 4).map(lambda x: float(10**x))
MASSES = st.sampled_from([0.2, 0.5, 0.9, 0.95, 0.999])
ASKED = 1e-10


def gamma_density(shape, rate, x):
    return mpmath.exp(
        shape * mpmath.log(rate) + (shape - 1) * mpmath.log(x) - rate * x - mpmath.loggamma(shape)
    )


def gamma_cdf(shape, rate, x):
    """The series of the lower incomplete gamma function; all its terms are positive."""
    x = rate * x
    term = total = 1 / shape
    n = 0
    while term > total * mpmath.mpf(10) ** -38:
        n += 1
        term *= x / (shape + n)
        total += term
    return total * mpmath.exp(shape * mpmath.log(x) - x - mpmath.loggamma(shape))


@settings(max_examples=100)
@given(shape=SHAPES, rate=SHAPES, mass=MASSES)
def test_gamma_intervals(shape, rate, mass):
    dist = Gamma(shape, rate)
    (low, high), tail = dist.interval(mass=mass).parts[0], 0.5 * (1 - mass)
    with mpmath.workdps(50):
        a, r = mpmath.mpf(shape), mpmath.mpf(rate)
        for found, below in ((mpmath.mpf(low), mpmath.mpf(tail)), (mpmath.mpf(high), 1 - mpmath.mpf(tail))):
            if found > 1e-290:
                assert abs((gamma_cdf(a, r, found) - below) / (gamma_density(a, r, found) * found)) <= ASKED
        low, high = map(mpmath.mpf, dist.interval(mass=mass, kind="hdi").parts[0])
        if shape <= 1:
            assert low == 0
            assert (
                abs((gamma_cdf(a, r, high) - mpmath.mpf(mass)) / (gamma_density(a, r, high) * high)) <= ASKED
            )
        elif low > 1e-290:
            miss = mpmath.matrix(
                [
                    gamma_cdf(a, r, high) - gamma_cdf(a, r, low) - mpmath.mpf(mass),
                    (a - 1) * mpmath.log(low / high) + r * (high - low),
                ]
            )
            # By the logs of both ends, so that the step is relative to each.
            slopes = mpmath.matrix(
                [
                    [-low * gamma_density(a, r, low), high * gamma_density(a, r, high)],
                    [a - 1 - r * low, r * high - (a - 1)],
                ]
            )
            step = mpmath.lu_solve(slopes, miss)
            assert max(abs(step[0]), abs(step[1])) <= ASKED


@pytest.mark.parametrize("x", [1e-300, 0.3, 2.0, 50.0])
@pytest.mark.parametrize(("shape", "rate"), [(3, 6), (0.1, 0.1), (1e-8, 2), (1, 4), (1e9, 1e8)])
def test_gamma_density(shape, rate, x):
    with mpmath.workdps(60):
        a, r, y = mpmath.mpf(shape), mpmath.mpf(rate), mpmath.mpf(x)
        truth = a * mpmath.log(r) + (a - 1) * mpmath.log(y) - r * y - mpmath.loggamma(a)
    assert Gamma(shape, rate).log_prob(x) == pytest.approx(float(truth), rel=1e-12)


def test_gamma_moments_and_edges():
    dist = Gamma(3, 6)
    assert (dist.mean, dist.variance, dist.mode) == (0.5, 1 / 12, 1 / 3)
    assert dist.sd == pytest.approx(math.sqrt(1 / 12))
    assert dist.log_prob([-1.0, 0.0]).tolist() == [-math.inf, -math.inf]
    assert Gamma(1, 6).log_prob(0.0) == math.log(6)
    assert Gamma(0.5, 6).log_prob(0.0) == math.inf
    assert dist.cdf(0.4) + dist.sf(0.4) == pytest.approx(1)
    assert dist.cdf(-1) == 0
    assert dist.cdf(dist.quantile(0.3)) == pytest.approx(0.3, rel=1e-13)
    assert dist.sf(dist.upper_quantile(1e-30)) == pytest.approx(1e-30, rel=1e-12)
    assert repr(dist) == "Gamma(3, 6)"


@settings(max_examples=100)
@given(mu=st.floats(-20, 20), sigma=st.floats(-3, 1).map(lambda x: float(10**x)), mass=MASSES)
def test_lognormal_intervals(mu, sigma, mass):
    dist = LogNormal(mu, sigma)
    low, high = dist.interval(mass=mass).parts[0]
    tail = 0.5 * (1 - mass)
    with mpmath.workdps(50):
        m, s = mpmath.mpf(mu), mpmath.mpf(sigma)
        z = mpmath.sqrt(2) * mpmath.erfinv(1 - 2 * mpmath.mpf(tail))
        assert abs(low / mpmath.exp(m - s * z) - 1) <= ASKED
        assert abs(high / mpmath.exp(m + s * z) - 1) <= ASKED
        low, high = dist.interval(mass=mass, kind="hdi").parts[0]
        if low < 1e-290:
            return
        scores = [(mpmath.log(mpmath.mpf(x)) - m) / s for x in (low, high)]
        miss = mpmath.matrix(
            [
                mpmath.ncdf(scores[1]) - mpmath.ncdf(scores[0]) - mpmath.mpf(mass),
                sum((-1) ** i * (z * z / 2 + s * z) for i, z in enumerate(scores)),
            ]
        )
        slopes = mpmath.matrix(
            [[-mpmath.npdf(scores[0]), mpmath.npdf(scores[1])], [scores[0] + s, -(scores[1] + s)]]
        )
        step = mpmath.lu_solve(slopes, miss)
        assert max(abs(s * step[0]), abs(s * step[1])) <= ASKED


def test_lognormal_moments():
    dist = LogNormal(4, 2)
    assert dist.mean == pytest.approx(math.exp(6))
    assert dist.variance == pytest.approx(math.expm1(4) * math.exp(12))
    assert dist.sd == pytest.approx(math.sqrt(dist.variance))
    assert dist.mode == 1
    assert dist.quantile(0.5) == pytest.approx(math.exp(4))
    assert dist.cdf([-1.0, 0.0]).tolist() == [0, 0]
    assert dist.sf(dist.upper_quantile(1e-30)) == pytest.approx(1e-30, rel=1e-12)
    assert dist.log_prob(0.0) == -math.inf
    assert dist.log_prob(1.0) == pytest.approx(-2 - math.log(2 * math.sqrt(2 * math.pi)))
    assert LogNormal(0, 1e-9).sd == pytest.approx(1e-9)
    assert LogNormal(0, 100).mean == math.inf
    assert repr(dist) == "LogNormal(4, 2)"


def test_draws_come_from_the_seed():
    for dist in (Gamma(3, 6), LogNormal(0, 1)):
        assert (dist.draw(5, rng=1) == dist.draw(5, rng=1)).all()
        assert dist.draw(0).shape == (0,)


@pytest.mark.parametrize("value", [0, -1, math.nan, math.inf])
def test_the_door(value):
    with pytest.raises(ParameterError, match=r"^shape = "):
        Gamma(value, 1)
    with pytest.raises(ParameterError, match=r"^rate = "):
        Gamma(1, value)
    with pytest.raises(ParameterError, match=r"^sigma = "):
        LogNormal(0, value)
    with pytest.raises(ParameterError, match=r"^mu = "):
        LogNormal(math.inf, 1)
    with pytest.raises(ParameterTypeError):
        LogNormal("4", 2)


class TestIntervals:
    def test_ends(self):
        two = Interval(((0.0, 0.2), (0.7, 1.0)), "hdi", 0.9)
        assert (two.lower, two.upper) == (0.0, 1.0)

    def test_a_balance_that_one_tail_wins(self):
        lower, upper = balanced_tails(lambda *_: 1.0, 0.3)
        assert min(lower, upper) < 1e-300
        assert lower + upper == 0.3

    def test_narrower_than_any_other(self):
        dist = Gamma(3, 1)
        hdi = dist.interval(mass=0.8, kind="hdi")
        for p in np.linspace(0.001, 0.199, 50):
            assert hdi.upper - hdi.lower <= dist.quantile(p + 0.8) - dist.quantile(p) + 1e-12
