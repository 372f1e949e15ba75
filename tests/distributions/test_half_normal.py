"""The half-normal distribution, against SciPy's and 50 digits."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats
from tests.testing_tools.gates import two_stage, uniformity

import handful as hf
from handful.distributions.half_normal import HalfNormal
from handful.errors import ParameterError, ParameterTypeError

SCALES = st.floats(-4, 4).map(lambda x: float(10**x))
MASSES = st.sampled_from([0.2, 0.5, 0.9, 0.95, 0.999])
POINTS = np.array([-2.0, -1e-300, 0.0, 1e-300, 1e-9, 0.1, 1.0, 2.7, 8.0, 30.0])


@settings(max_examples=40)
@given(scale=SCALES)
def test_it_is_scipys(scale):
    mine, other = HalfNormal(scale), stats.halfnorm(scale=scale)
    x = scale * POINTS
    np.testing.assert_allclose(mine.log_prob(x), other.logpdf(x), rtol=1e-13, atol=1e-13)
    np.testing.assert_allclose(mine.cdf(x), other.cdf(x), rtol=1e-13, atol=1e-300)
    np.testing.assert_allclose(mine.sf(x[:-1]), other.sf(x[:-1]), rtol=1e-12)
    # SciPy's ppf has no digits left where p is tiny; fifty digits are asked below.
    p = np.array([0.0, 0.025, 0.5, 0.9, 0.999])
    np.testing.assert_allclose(mine.quantile(p), other.ppf(p), rtol=1e-11, atol=0)
    np.testing.assert_allclose(mine.upper_quantile(p[1:]), other.isf(p[1:]), rtol=1e-11)
    assert (mine.mean, mine.sd, mine.variance) == pytest.approx((other.mean(), other.std(), other.var()))
    assert mine.mode == 0


@settings(max_examples=50)
@given(scale=SCALES, p=st.floats(-300, -1e-3).map(lambda x: float(10**x)))
def test_quantiles_agree_with_fifty_digits(scale, p):
    with mpmath.workdps(340):
        truth = mpmath.sqrt(2) * mpmath.erfinv(mpmath.mpf(p)) * mpmath.mpf(scale)
        if truth > 1e-307:
            assert float(abs(HalfNormal(scale).quantile(p) / truth - 1)) <= 1e-12
    found = HalfNormal(scale).upper_quantile(p)
    with mpmath.workdps(340):
        z = mpmath.mpf(found) / mpmath.mpf(scale)
        # Newton's step from there, relative to the point.
        tail, density = mpmath.erfc(z / mpmath.sqrt(2)), 2 * mpmath.npdf(z)
        assert float(abs((tail - mpmath.mpf(p)) / (density * z))) <= 1e-12


@given(scale=SCALES, mass=MASSES)
def test_intervals(scale, mass):
    dist, other = HalfNormal(scale), stats.halfnorm(scale=scale)
    low, high = dist.interval(mass=mass).parts[0]
    assert (low, high) == pytest.approx(other.ppf([(1 - mass) / 2, (1 + mass) / 2]), rel=1e-10)
    ((start, end),) = dist.interval(mass=mass, kind="hdi").parts
    assert start == 0
    assert end == pytest.approx(other.ppf(mass), rel=1e-10)
    assert end <= high - low + 1e-12 * scale
    assert (dist.interval(mass=mass).kind, dist.interval(mass=mass, kind="hdi").mass) == ("eti", mass)


def test_the_density_integrates_to_one():
    for scale in (0.01, 0.2, 30.0):
        whole, _ = integrate.quad(lambda x, s=scale: float(np.exp(HalfNormal(s).log_prob(x))), 0, 12 * scale)
        assert whole == pytest.approx(1, abs=1e-9)


def test_both_sides_add_up():
    dist = HalfNormal(0.2)
    x = np.linspace(0, 1, 50)
    np.testing.assert_allclose(np.asarray(dist.cdf(x)) + dist.sf(x), 1, rtol=1e-14)
    np.testing.assert_allclose(
        dist.cdf(dist.quantile(np.linspace(0, 1, 11))), np.linspace(0, 1, 11), atol=1e-14
    )
    assert dist.sf(dist.upper_quantile(1e-200)) == pytest.approx(1e-200, rel=1e-10)


def test_edges():
    dist = HalfNormal(0.2)
    assert dist.quantile([0.0, 1.0]).tolist() == [0.0, math.inf]
    assert dist.upper_quantile([0.0, 1.0]).tolist() == [math.inf, 0.0]
    assert dist.log_prob(-1e-300) == -math.inf
    assert dist.log_prob(math.inf) == -math.inf
    assert math.isnan(dist.log_prob(math.nan))
    assert (dist.cdf(-1), dist.sf(-1), dist.cdf(math.inf)) == (0, 1, 1)


def test_a_number_gives_a_number_and_an_array_an_array():
    dist = HalfNormal(1.0)
    for method in (dist.log_prob, dist.cdf, dist.sf, dist.quantile, dist.upper_quantile):
        assert isinstance(method(0.5), float)
        assert method([[0.5, 0.25]]).shape == (1, 2)


def test_draws_follow_it_and_come_from_the_seed(rng):
    dist = HalfNormal(0.2)
    two_stage(
        lambda generator, n: uniformity(stats.halfnorm(scale=0.2).cdf(dist.draw(n, rng=generator))), rng, 5000
    )
    assert (dist.draw(5, rng=1) == dist.draw(5, rng=1)).all()
    assert dist.draw(0).shape == (0,)
    assert (dist.draw(1000, rng=2) >= 0).all()


@pytest.mark.parametrize("value", [0, -1, math.nan, math.inf])
def test_the_door(value):
    with pytest.raises(ParameterError, match=r"^scale = "):
        HalfNormal(value)


@pytest.mark.parametrize("value", ["0.2", None, True, [0.2]])
def test_the_door_takes_numbers_only(value):
    with pytest.raises(ParameterTypeError, match=r"^scale = "):
        HalfNormal(value)


@pytest.mark.parametrize("p", [-0.1, 1.1, math.nan])
def test_probabilities_are_checked(p):
    for method in (HalfNormal(1).quantile, HalfNormal(1).upper_quantile):
        with pytest.raises(ParameterError, match=r"^p = "):
            method(p)
    with pytest.raises(ParameterError, match="mass"):
        HalfNormal(1).interval(mass=p)


def test_words():
    assert repr(HalfNormal(0.2)) == "HalfNormal(0.2)"
    assert HalfNormal(0.2).spec == "halfnormal(0.2)"
    assert hf.HalfNormal is HalfNormal
    assert HalfNormal(1) == HalfNormal(1.0)
