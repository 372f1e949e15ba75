"""Row A5 for one share, and the intervals of every shape of Beta."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.oracles import beta as oracle
from tests.oracles import dirichlet_multinomial as counts_oracle

from handful.distributions import beta_hdi, beta_integral
from handful.distributions.beta import Beta
from handful.errors import CountsError, ParameterError, ParameterTypeError

ASKED = 1e-10
LEAST = 1e-290  # below, a double has no relative digits to compare


def spread_over(low: float, high: float):
    return st.floats(math.log10(low), math.log10(high)).map(lambda x: float(10**x))


SHAPES = spread_over(0.05, 1e6)
MASSES = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99, 0.999])


def worst_of_tails(a: float, b: float, mass: float) -> float:
    """The largest relative error of the equal-tailed interval."""
    (low, high), tail = Beta(a, b).interval(mass=mass).parts[0], 0.5 * (1 - mass)
    errors = [0.0]
    if low > LEAST:
        errors.append(oracle.quantile_error(a, b, found=low, lower=tail) if low < 1 else 0.0)
    if LEAST < high < 1:
        errors.append(oracle.upper_quantile_error(a, b, found=high, upper=tail))
    return max(map(abs, errors))


def worst_of_hdi(a: float, b: float, mass: float) -> float:
    """The largest relative error of the highest-density interval, whatever its shape."""
    parts = Beta(a, b).interval(mass=mass, kind="hdi").parts
    if a == b == 1:
        return abs(parts[0][1] - parts[0][0] - mass) + abs(parts[0][0] + parts[0][1] - 1)
    if a <= 1 <= b:
        assert parts[0][0] == 0
        return (
            abs(oracle.quantile_error(a, b, found=parts[0][1], lower=mass))
            if LEAST < parts[0][1] < 1
            else 0.0
        )
    if b <= 1 <= a:
        assert parts[0][1] == 1
        return (
            abs(oracle.upper_quantile_error(a, b, found=parts[0][0], upper=mass)) if parts[0][0] < 1 else 0.0
        )
    valley = a < 1
    assert len(parts) == 1 + valley
    low, high = (parts[0][1], parts[1][0]) if valley else parts[0]
    if low < LEAST or high == 1:
        return 0.0
    between = 1 - mpmath.mpf(mass) if valley else mpmath.mpf(mass)
    return max(map(abs, oracle.balanced_error(a, b, low=low, high=high, between=between)))


@settings(max_examples=300)
@given(a=SHAPES, b=SHAPES, mass=MASSES)
@example(a=1.0, b=5.0, mass=0.95)
@example(a=361.0, b=1295.0, mass=0.95)
@example(a=1.004, b=1e6, mass=0.95)
def test_moments_and_equal_tails(a, b, mass):
    found = Beta(a, b)
    with mpmath.workdps(40):
        x, y = mpmath.mpf(a), mpmath.mpf(b)
        assert abs(found.mean / (x / (x + y)) - 1) <= ASKED
        assert abs(found.sd / mpmath.sqrt(x * y / ((x + y) ** 2 * (x + y + 1))) - 1) <= ASKED
        assert abs(found.variance / (x * y / ((x + y) ** 2 * (x + y + 1))) - 1) <= ASKED
    assert worst_of_tails(a, b, mass) <= ASKED


@settings(max_examples=300)
@given(a=SHAPES, b=SHAPES, mass=MASSES)
@example(a=1.0001, b=1e6, mass=0.95)
@example(a=1e6, b=1.0001, mass=0.95)
@example(a=0.06, b=0.9, mass=0.5)
@example(a=1.5, b=3e4, mass=0.999)
def test_highest_density(a, b, mass):
    assert worst_of_hdi(a, b, mass) <= ASKED


@pytest.mark.parametrize(("a", "b"), [(2.0, 1e9), (1e9, 2.0), (3.5, 1e12), (1e7, 3e7), (1e9, 1e9)])
@pytest.mark.parametrize("mass", [0.5, 0.95])
def test_large_parameters(a, b, mass):
    """SciPy's own inverse is off by 3e-8 at (1e9, 2) and by 5e-9 at (1e15, 3e15)."""
    assert worst_of_tails(a, b, mass) <= ASKED
    assert worst_of_hdi(a, b, mass) <= ASKED


@pytest.mark.parametrize("n", [1e11, 1e12, 9e12, 2e13, 1e15, 1e18, 1e30, 1e300])
def test_very_large_parameters_are_normal(n):
    """Cornish and Fisher's first terms; what they leave out is below sd/n relative to the share."""
    a, b = 0.3 * n, 0.7 * n
    sd = math.sqrt(0.21 / n)
    low, high = Beta(a, b).interval(mass=0.95).parts[0]
    z = 1.959963984540054
    skew = 2 * 0.4 / math.sqrt(0.21 * n) / 6 * (z * z - 1)
    assert low == pytest.approx(0.3 + sd * (skew - z), rel=ASKED)
    assert high == pytest.approx(0.3 + sd * (skew + z), rel=ASKED)
    if n < 1e20:  # beyond, the doubles near 0.3 lie further apart than the sd
        assert Beta(a, b).cdf(low) == pytest.approx(0.025, rel=1e-5)
    assert 0 <= Beta(a, b).interval(mass=0.95, kind="hdi").lower <= 0.3 * (1 + 1e-12)


@pytest.mark.parametrize("large", [1e17, 1.1e18, 1e30, 1e300])
def test_one_huge_parameter_is_a_gamma(large):
    # Gamma(2): the cdf is 1 − (1 + x) e^−x.
    found = Beta(2, large)
    for p in (0.025, 0.5, 0.999):
        x = found.quantile(p) * large
        assert -math.expm1(-x) - x * math.exp(-x) == pytest.approx(p, rel=1e-10)
        assert found.cdf(found.quantile(p)) == pytest.approx(p, rel=1e-10)
    assert Beta(large, 2).quantile(0.5) == 1.0


@pytest.mark.parametrize("tiny", [1e-3, 1e-8, 1e-300])
def test_tiny_parameters_do_not_fail(tiny):
    """Row N5: the mass sits at both ends, closer than a double can say."""
    valley = Beta(tiny, 3 * tiny)
    assert valley.quantile(0.5) < 1e-170
    assert valley.quantile(0.9) == pytest.approx(1)
    assert valley.cdf(0.5) == pytest.approx(0.75, rel=1e-2)
    parts = valley.interval(mass=0.95, kind="hdi").parts
    assert len(parts) == 2
    assert np.isfinite(parts).all()
    assert np.isfinite(Beta(tiny, 1e300).interval().parts).all()


@settings(max_examples=200)
@given(a=spread_over(1e-300, 1e300), b=spread_over(1e-300, 1e300), mass=MASSES)
@example(a=1.5, b=1e300, mass=0.95)
@example(a=1e-300, b=1e-300, mass=0.95)
@example(a=1e14, b=3e14, mass=0.95)
def test_every_beta_has_its_intervals(a, b, mass):
    dist = Beta(a, b)
    for kind in ("eti", "hdi"):
        ends = np.ravel(dist.interval(mass=mass, kind=kind).parts)
        assert np.isfinite(ends).all()
        assert (np.diff(ends) >= 0).all()
        assert ends[0] >= 0
        assert ends[-1] <= 1
    assert not np.isnan(
        [dist.mean, dist.sd, dist.variance, dist.cdf(0.3), dist.sf(0.3), dist.log_prob(0.3)]
    ).any()


class TestGatesSeeFaults:
    def test_scipys_own_inverse(self, monkeypatch):
        monkeypatch.setattr(beta_integral, "_mended", lambda start, **_: start)
        assert worst_of_tails(2.0, 1e9, 0.95) > ASKED

    def test_tails_shared_equally(self, monkeypatch):
        monkeypatch.setattr(beta_hdi, "balanced_tails", lambda _, outside: (outside / 2, outside / 2))
        assert worst_of_hdi(2.0, 5.0, 0.95) > ASKED

    def test_the_mode_for_the_exponent(self, monkeypatch):
        right = beta_hdi.quantile
        monkeypatch.setattr(beta_hdi, "quantile", lambda a, b, **tails: right(a, b + 1e-8, **tails))
        assert worst_of_hdi(2.0, 5.0, 0.95) > ASKED


class TestConditioning:
    @settings(max_examples=100)
    @given(a=SHAPES, b=SHAPES, trials=st.lists(st.integers(0, 10**5), min_size=1, max_size=4), data=st.data())
    def test_evidence_and_posterior(self, a, b, trials, data):
        hits = [data.draw(st.integers(0, n)) for n in trials]
        found = Beta(a, b).condition(successes=np.array(hits), trials=np.array(trials))
        assert found.posterior == Beta(a + sum(hits), b + (sum(trials) - sum(hits)))
        with mpmath.workdps(60):
            ways = mpmath.fsum(mpmath.log(mpmath.binomial(n, k)) for n, k in zip(trials, hits, strict=True))
            x, y = mpmath.mpf(a), mpmath.mpf(b)
            after = oracle.log_beta(x + sum(hits), y + sum(trials) - sum(hits))
            truth = ways + after - oracle.log_beta(x, y)
            assert abs(found.log_evidence - truth) <= ASKED * max(1, abs(truth))

    def test_one_bag(self):
        found = Beta(1, 5).condition(successes=360, trials=1650)
        assert repr(found.posterior) == "Beta(361, 1295)"
        truth = counts_oracle.dirichlet_multinomial_log_pmf([360, 1290], [1, 5])
        assert found.log_evidence == pytest.approx(float(truth), rel=1e-12)

    def test_more_successes_than_trials(self):
        with pytest.raises(CountsError, match="more than trials"):
            Beta(1, 1).condition(successes=11, trials=10)

    def test_fractions_are_no_counts(self):
        with pytest.raises(CountsError):
            Beta(1, 1).condition(successes=0.5, trials=10)


class TestDensity:
    @pytest.mark.parametrize(
        ("a", "b", "q"),
        [(1e-300, 2, 0.3), (0.5, 0.5, 1e-200), (1e18, 3e18, 0.25), (3, 4, 0.9), (1e6, 2, 0.9)],
    )
    def test_agrees_with_mpmath(self, a, b, q):
        with mpmath.workdps(80):
            truth = float(oracle.log_density(mpmath.mpf(a), mpmath.mpf(b), mpmath.mpf(q)))
        assert Beta(a, b).log_prob(q) == pytest.approx(truth, rel=1e-12)

    def test_limits_at_the_ends(self):
        assert Beta(0.5, 2).log_prob([0.0, 1.0]).tolist() == [math.inf, -math.inf]
        assert Beta(1, 5).log_prob(0.0) == pytest.approx(math.log(5), rel=1e-14)
        assert Beta(1, 1).log_prob([-0.1, 0.0, 1.0, 1.1]).round(12).tolist() == [-math.inf, 0, 0, -math.inf]

    def test_cdf_and_sf_are_flat_outside(self):
        assert Beta(2, 3).cdf([-1, 0, 1, 2]).tolist() == [0, 0, 1, 1]
        assert Beta(2, 3).sf([-1, 0, 1, 2]).tolist() == [1, 1, 0, 0]


class TestModes:
    @pytest.mark.parametrize(
        ("a", "b", "mode"),
        [(2, 2, 0.5), (1, 5, 0.0), (0.5, 1, 0.0), (0.5, 5, 0.0), (5, 1, 1.0), (1, 1, None), (0.5, 0.5, None)],
    )
    def test_mode(self, a, b, mode):
        assert Beta(a, b).mode == mode

    def test_from_mode(self):
        found = Beta.from_mode(0.2, worth=50)
        assert found == Beta(11, 41)
        assert found.mode == pytest.approx(0.2)
        assert Beta.from_mode(0.3, worth=0) == Beta(1, 1)

    @pytest.mark.parametrize(
        ("mode", "worth", "name"), [(1.5, 1, "mode"), (-0.1, 1, "mode"), (0.5, -1, "worth")]
    )
    def test_from_mode_refuses(self, mode, worth, name):
        with pytest.raises(ParameterError, match=f"^{name} = "):
            Beta.from_mode(mode, worth=worth)


class TestFromInterval:
    @settings(max_examples=60)
    @given(a=spread_over(0.1, 1e5), b=spread_over(0.1, 1e5), mass=st.sampled_from([0.5, 0.9, 0.95]))
    def test_finds_the_beta_it_came_from(self, a, b, mass):
        low, high = Beta(a, b).interval(mass=mass).parts[0]
        # Ends this close to 0 or 1 are no guess that a person types, and fix a and b badly.
        if low < 1e-6 or high > 1 - 1e-6:
            return
        found = Beta.from_interval(low, high, mass=mass)
        assert found.a == pytest.approx(a, rel=1e-5)
        assert found.b == pytest.approx(b, rel=1e-5)
        assert found.interval(mass=mass).parts[0] == pytest.approx((low, high), rel=1e-7)

    @pytest.mark.parametrize(("low", "high", "name"), [(0.5, 0.2, "low"), (0, 0.5, "low"), (0.5, 1, "high")])
    def test_refuses(self, low, high, name):
        with pytest.raises(ParameterError, match=f"^{name} = "):
            Beta.from_interval(low, high, mass=0.9)


class TestDoor:
    @pytest.mark.parametrize(("value", "shown"), [(0, "0"), (-1, "-1"), (math.nan, "nan"), (math.inf, "inf")])
    def test_row_n6(self, value, shown):
        with pytest.raises(ParameterError, match=f"^a = {shown}: must be > 0 and finite$") as caught:
            Beta(value, 1)
        assert caught.value.name == "a"
        with pytest.raises(ParameterError, match=f"^b = {shown}: must be > 0 and finite$"):
            Beta(1, value)

    @pytest.mark.parametrize("value", ["1", None, [1], True])
    def test_not_a_number(self, value):
        with pytest.raises(ParameterTypeError, match="must be a number"):
            Beta(value, 1)

    @pytest.mark.parametrize("mass", [0, 1, -0.5, 95, math.nan])
    def test_mass(self, mass):
        with pytest.raises(ParameterError, match=r"^mass = "):
            Beta(1, 1).interval(mass=mass)

    def test_kind(self):
        with pytest.raises(ParameterError, match=r"^kind = 'hpd'"):
            Beta(1, 1).interval(kind="hpd")

    def test_probabilities(self):
        with pytest.raises(ParameterError, match=r"^p = 1.5"):
            Beta(1, 1).quantile(1.5)

    def test_specs(self):
        assert Beta(1, 5).spec == "beta(1,5)"
        assert Beta(0.5, 1e300).spec == "beta(0.5,1e+300)"
        assert repr(Beta(0.5, 2.0)) == "Beta(0.5, 2)"

    def test_a_flat_one_has_its_middle(self):
        assert Beta(1, 1).interval(mass=0.5, kind="hdi").parts == ((0.25, 0.75),)

    def test_quantile_of_the_ends(self):
        assert Beta(2, 3).quantile([0, 1]).tolist() == [0, 1]
        assert Beta(2, 3).upper_quantile([0, 1]).tolist() == [1, 0]
