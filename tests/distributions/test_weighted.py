"""Weighted points as a distribution: plain NumPy where the weights are equal, laws where they are not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from handful.distributions.weighted import Weighted
from handful.errors import ParameterError

LEVELS = np.linspace(0, 1, 101)
MASSES = st.sampled_from([0.2, 0.5, 0.8, 0.9, 0.95])


def even(values):
    values = np.asarray(values, dtype=float)
    return Weighted(values, np.full(len(values), 1 / len(values)))


@st.composite
def weighted(draw, least=1):
    n = draw(st.integers(least, 60))
    eighths = st.integers(-(10**6), 10**6)  # points so close that a slope overflows are no concern here
    values = np.array(draw(st.lists(eighths, min_size=n, max_size=n, unique=True))) / 8.0
    weights = np.array(draw(st.lists(st.floats(1e-3, 1.0), min_size=n, max_size=n)))
    return Weighted(values, weights / weights.sum())


# NumPy goes through ties one by one; here points that are equal are one point, with all of their weight.
@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=80, unique=True))
def test_with_equal_weights_it_is_numpy(values):
    dist = even(values)
    # Unit in the last place of the largest, for each of the terms.
    close = {"abs": 1e-15 * len(values) * (1 + np.abs(values).max()), "rel": 1e-12}
    assert dist.mean == pytest.approx(np.mean(values), **close)
    assert dist.sd == pytest.approx(np.std(values), rel=1e-9, abs=1e-9 * (1 + np.abs(values).max()))
    assert dist.variance == pytest.approx(dist.sd**2)
    expected = np.quantile(values, LEVELS, method="hazen")
    np.testing.assert_allclose(dist.quantile(LEVELS), expected, atol=1e-12 * (1 + np.abs(values).max()))


@settings(max_examples=50)
@given(weighted())
def test_moments_are_sums(dist):
    p, x = dist.weights, dist.values
    assert dist.mean == pytest.approx(sum(p * x), rel=1e-12, abs=1e-9)
    assert dist.variance == pytest.approx(sum(p * (x - sum(p * x)) ** 2), rel=1e-9, abs=1e-9)


@settings(max_examples=50)
@given(weighted(), st.data())
def test_the_order_of_the_points_does_not_matter(dist, data):
    order = np.array(data.draw(st.permutations(range(len(dist.values)))))
    turned = Weighted(dist.values[order], dist.weights[order])
    np.testing.assert_allclose(turned.quantile(LEVELS), dist.quantile(LEVELS), rtol=1e-9, atol=1e-6)
    for kind in ("eti", "hdi"):
        assert turned.interval(mass=0.8, kind=kind).parts[0] == pytest.approx(
            dist.interval(mass=0.8, kind=kind).parts[0], rel=1e-9, abs=1e-6
        )


@settings(max_examples=50)
@given(weighted(least=2))
def test_cdf_and_quantile(dist):
    found = dist.quantile(LEVELS)
    assert (np.diff(found) >= 0).all()
    assert found[0] == dist.values.min()
    assert found[-1] == dist.values.max()
    table = dist.cdf(np.sort(dist.values))
    assert (np.diff(table) >= 0).all()
    assert dist.cdf(dist.values.min() - 1) == 0
    assert dist.cdf(dist.values.max() + 1) == 1
    # Between the first point and the last each undoes the other.
    inside = LEVELS[(table[0] < LEVELS) & (table[-1] > LEVELS)]
    np.testing.assert_allclose(dist.cdf(dist.quantile(inside)), inside, atol=1e-8)


@settings(max_examples=50)
@given(weighted())
def test_half_of_a_points_weight_lies_on_either_side(dist):
    below = np.array([dist.weights[dist.values < x].sum() for x in dist.values])
    np.testing.assert_allclose(dist.cdf(dist.values), below + 0.5 * dist.weights, atol=1e-12)


@settings(max_examples=50)
@given(weighted(), st.data())
def test_a_weight_may_be_split(dist, data):
    """Two points at the same place are one with both weights, as far as moments and quantiles go."""
    part = data.draw(st.floats(0.1, 0.9))
    split = Weighted(
        np.concatenate([dist.values, dist.values]),
        np.concatenate([part * dist.weights, (1 - part) * dist.weights]),
    )
    assert (split.mean, split.sd) == pytest.approx((dist.mean, dist.sd), rel=1e-9, abs=1e-6)


def test_a_half_of_a_points_weight_where_several_points_are_one():
    """Nodes of a quadrature share their precision: at such a place the law is the same."""
    twice = Weighted(np.array([1.0, 1.0, 2.0, 3.0]), np.full(4, 0.25))
    once = Weighted(np.array([1.0, 2.0, 3.0]), np.array([0.5, 0.25, 0.25]))
    assert twice.cdf(1.0) == pytest.approx(once.cdf(1.0)) == pytest.approx(0.25)


@settings(max_examples=50)
@given(weighted(least=2), MASSES)
def test_the_equal_tailed_interval(dist, mass):
    found = dist.interval(mass=mass)
    assert (found.kind, found.mass) == ("eti", mass)
    assert found.parts[0] == (
        pytest.approx(dist.quantile((1 - mass) / 2)),
        pytest.approx(dist.quantile((1 + mass) / 2)),
    )


def shortest(dist, mass):
    """The least width over all stretches that begin or end at a point."""
    middles = np.asarray(dist.cdf(dist.values))
    starts = np.concatenate([middles, middles - mass])
    starts = starts[(starts >= 0) & (starts <= 1 - mass)]
    ends = [dist.quantile(min(p + mass, 1.0)) - dist.quantile(p) for p in starts]
    return min(ends, default=np.ptp(dist.values))


@settings(max_examples=50)
@given(weighted(least=5), MASSES)
def test_the_highest_density_interval(dist, mass):
    found = dist.interval(mass=mass, kind="hdi")
    ((low, high),) = found.parts
    assert (found.kind, found.mass) == ("hdi", mass)
    assert dist.values.min() <= low <= high <= dist.values.max()
    gap = np.diff(np.sort(dist.values)).max()
    equal_tailed = dist.interval(mass=mass)
    # It begins at a point: that costs a gap between points at most.
    assert high - low <= shortest(dist, mass) + gap + 1e-6
    assert high - low <= equal_tailed.upper - equal_tailed.lower + gap + 1e-6
    held = dist.weights[(dist.values >= low) & (dist.values <= high)].sum()
    assert held >= mass - dist.weights.max() - 1e-9


def test_the_highest_density_interval_of_many_draws(rng):
    """Of an exponential it begins at 0 and ends at −log(1 − mass), within the error of a sample quantile."""
    n, mass = 200_000, 0.9
    found = even(rng.exponential(size=n)).interval(mass=mass, kind="hdi")
    error = np.sqrt(mass * (1 - mass) / n) / (1 - mass)
    assert found.lower <= 0.02
    assert abs(found.upper - found.lower + np.log(1 - mass)) <= 4.9 * error + 0.02


def test_weights_are_not_forgotten(rng):
    """Draws from one normal with weights for another: quantiles, mean and sd are the other's."""
    n = 400_000
    x = 1.5 * rng.standard_normal(n)
    weights = np.exp(stats.norm.logpdf(x, 0.5, 1.0) - stats.norm.logpdf(x, 0, 1.5))
    dist = Weighted(x, weights / weights.sum())
    ess = 1 / (dist.weights**2).sum()
    assert abs(dist.mean - 0.5) <= 4.9 * 1.3 / np.sqrt(ess)
    assert abs(dist.sd - 1) <= 4.9 * 1.3 / np.sqrt(ess)
    for p in (0.05, 0.5, 0.95):
        truth = stats.norm.ppf(p, 0.5, 1.0)
        error = 1.5 * np.sqrt(p * (1 - p) / ess) / stats.norm.pdf(truth, 0.5, 1.0)
        assert abs(dist.quantile(p) - truth) <= 4.9 * error


def test_one_point_is_certain():
    one = even([3.0])
    assert (one.mean, one.sd, one.quantile(0.3)) == (3.0, 0.0, 3.0)
    assert one.interval(mass=0.9).parts == one.interval(mass=0.9, kind="hdi").parts == ((3.0, 3.0),)
    assert (one.cdf(2.0), one.cdf(4.0)) == (0.0, 1.0)


def test_points_without_weight_count_for_nothing():
    dist = Weighted(np.array([-9.0, 1.0, 2.0, 3.0, 99.0]), np.array([0.0, 0.25, 0.5, 0.25, 0.0]))
    assert (dist.mean, dist.variance) == (2.0, 0.5)
    assert dist.quantile([0.25, 0.5, 0.75]).tolist() == pytest.approx([1 + 1 / 3, 2, 3 - 1 / 3])


def test_a_number_gives_a_number_and_an_array_an_array():
    dist = even([1.0, 2.0, 4.0])
    assert isinstance(dist.quantile(0.5), float)
    assert isinstance(dist.cdf(2), float)
    assert dist.quantile([[0.1, 0.5]]).shape == dist.cdf([[1.0, 5.0]]).shape == (1, 2)


def test_the_door():
    dist = even([1.0, 2.0])
    with pytest.raises(ParameterError, match="kind = 'hpd'"):
        dist.interval(kind="hpd")
    for mass in (0, 1, -0.5, np.nan):
        with pytest.raises(ParameterError, match="mass"):
            dist.interval(mass=mass)
    with pytest.raises(ParameterError, match=r"^p = "):
        dist.quantile(1.5)
