"""Rows A1 to A4, N1, N2, N3, N4, N5, N7 and N8 for the Dirichlet-multinomial and the beta-binomial."""

from __future__ import annotations

import itertools

import mpmath
import numpy as np
import pytest
from scipy import special, stats
from tests.oracles import dirichlet_multinomial as oracle
from tests.oracles.compositions import compositions

from handful.distributions import dirichlet_multinomial, multinomial
from handful.distributions.beta import Beta
from handful.distributions.dirichlet_multinomial import DirichletMultinomial, log_pmf, log_pmf_gradient
from handful.errors import CountsError, CountsTypeError, ParameterError

SIZES = (1e-300, 1e-8, 1e-4, 0.05, 1.0, 7.3, 58.0, 1e3, 1e6, 1e9, 1e12, 1e14, 1e18)
TOTALS = (0, 1, 58, 10**4, 10**9)
PATTERNS = ("one", "even", "zeros", "uneven", "uneven", "uneven")


def counts_of(pattern: str, total: int, n: int, rng: np.random.Generator) -> np.ndarray:
    if pattern == "one":
        return np.eye(n, dtype=int)[rng.integers(n)] * total
    shares = np.full(n, 1 / n) if pattern == "even" else rng.dirichlet(np.full(n, 0.5))
    if pattern == "zeros":
        shares[rng.permutation(n)[: n // 2]] = 0
    return multinomial.draw_counts(total, shares / shares.sum(), rng=rng)


def grid(total: int, rng: np.random.Generator):
    """About 750 (counts, concentration); every size alone, scaled unevenly, and all mixed."""
    for n, pattern in itertools.product((2, 6, 50), PATTERNS):
        if total == 10**9 and n == 50 and pattern != "even":
            continue
        for size in SIZES:
            yield counts_of(pattern, total, n, rng), np.full(n, size)
            yield counts_of(pattern, total, n, rng), size * rng.uniform(0.2, 3.0, n)
        for _ in range(10):
            yield counts_of(pattern, total, n, rng), rng.choice(SIZES, n)


def tolerance(total: int) -> float:
    return 2e-5 if total == 10**9 else 1e-11 + 1e-15 * oracle.log_factorial(total)


def worst(total: int, rng: np.random.Generator, pmf=log_pmf) -> tuple[float, int]:
    """The largest error over the tolerance, and how many points there were."""
    ratios = [
        float(abs(mpmath.mpf(float(pmf(k, a))) - oracle.dirichlet_multinomial_log_pmf(k, a)))
        for k, a in grid(total, rng)
    ]
    return float(np.max(ratios)) / tolerance(total), len(ratios)


@pytest.mark.parametrize("total", TOTALS)
def test_log_pmf_agrees_with_eighty_digits(total, rng):
    ratio, points = worst(total, rng)
    print(f"N = {total}: {points} points, worst error {ratio * tolerance(total):.2g}")
    assert ratio <= 1
    assert points >= (400 if total == 10**9 else 600)


@pytest.mark.parametrize("size", [0.1, 1.0, 50.0, 1e3, 1e6])
def test_A28_scipy_agrees_up_to_a_million(size, rng):
    """SciPy takes differences of log gammas: their digits end at 1e-16 of their own size."""
    for n in (2, 6, 50):
        concentration = size * rng.uniform(0.2, 3.0, n)
        counts = rng.multinomial(58, rng.dirichlet(np.ones(n)), size=20)
        theirs = stats.dirichlet_multinomial.logpmf(counts, concentration, 58)
        lost = 1e-15 * n * (1 + special.gammaln(1 + concentration.sum() + 58))
        assert log_pmf(counts, concentration) == pytest.approx(theirs, abs=1e-11 + lost)


@pytest.mark.parametrize("total", [1, 58, 10**4])
def test_log_pmf_at_the_ends_of_the_doubles(total, rng):
    for a in ([1e300, 1e300], [1e-300, 1e300], [1e300, 1.0, 1e-300], [1e-300, 1.0]):
        k = multinomial.draw_counts(total, np.full(len(a), 1 / len(a)), rng=rng)
        truth = oracle.dirichlet_multinomial_log_pmf(k, a)
        # There the value itself can be 10^7: then the nearest double is what can be asked.
        asked = tolerance(total) + np.spacing(abs(float(truth)))
        assert abs(float(mpmath.mpf(float(log_pmf(k, a))) - truth)) <= asked


@pytest.mark.parametrize("total", TOTALS)
def test_multinomial_log_pmf_agrees_with_eighty_digits(total, rng):
    for n, pattern, _ in itertools.product((2, 6, 50), PATTERNS, range(4)):
        k = counts_of(pattern, total, n, rng)
        logs = np.log(rng.dirichlet(np.full(n, rng.choice([0.3, 1.0, 30.0]))))
        error = mpmath.mpf(float(multinomial.log_pmf(k, logs))) - oracle.multinomial_log_pmf(k, logs)
        assert abs(float(error)) <= tolerance(total)


@pytest.mark.parametrize("total", TOTALS)
def test_beta_binomial_evidence_agrees_with_eighty_digits(total, rng):
    for a, b in itertools.product(SIZES, SIZES):
        hits = int(rng.integers(total + 1))
        found = Beta(a, b).condition(successes=hits, trials=total).log_evidence
        truth = oracle.dirichlet_multinomial_log_pmf([hits, total - hits], [a, b])
        assert abs(float(mpmath.mpf(found) - truth)) <= tolerance(total)


class TestPlantedFaults:
    """The gate of row A1 must see each of these."""

    def test_a_normaliser_without_its_remainder(self, monkeypatch, rng):
        monkeypatch.setattr(dirichlet_multinomial, "stirling_remainder", np.zeros_like)
        assert worst(58, rng)[0] > 1

    def test_a_concentration_off_by_one_part_in_a_billion(self, rng):
        assert (
            worst(58, rng, pmf=lambda k, a: log_pmf(k, a * np.array([1 + 1e-9] + [1] * (len(a) - 1))))[0] > 1
        )

    def test_an_unseen_category_left_out(self, rng):
        def without_unseen(k, a):
            return log_pmf(k[k > 0], a[k > 0]) if (k > 0).any() else 0.0

        assert worst(58, rng, pmf=without_unseen)[0] > 1

    def test_the_textbook_formula(self, rng):
        def textbook(k, a):
            lg = special.gammaln
            each = (lg(a + k) - lg(a) - lg(k + 1)).sum()
            return each + lg(a.sum()) + lg(k.sum() + 1) - lg(a.sum() + k.sum())

        assert worst(58, rng, pmf=textbook)[0] > 1

    def test_the_coefficient_forgotten(self, rng):
        def of_sequences(k, a):
            return log_pmf(k, a) - special.gammaln(k.sum() + 1) + special.gammaln(k + 1).sum()

        assert worst(58, rng, pmf=of_sequences)[0] > 1


class TestItSumsToOne:
    CASES = tuple(itertools.product((1, 2, 5, 8, 12), (2, 3, 4), (1e-8, 1.0, 1e12, "mixed")))

    @pytest.mark.parametrize(("total", "n", "size"), CASES)
    def test_over_all_outcomes(self, total, n, size, rng):
        a = rng.choice([1e-8, 0.3, 1.0, 40.0, 1e12], n) if size == "mixed" else np.full(n, size)
        assert abs(np.exp(log_pmf(compositions(total, n), a)).sum() - 1) <= 1e-12

    def test_the_gate_sees_a_forgotten_remainder(self, monkeypatch):
        monkeypatch.setattr(dirichlet_multinomial, "stirling_remainder", np.zeros_like)
        assert abs(np.exp(log_pmf(compositions(5, 3), np.ones(3))).sum() - 1) > 1e-12


class TestLimits:
    K = np.array([[3, 0, 4, 2], [10, 20, 30, 0], [1, 1, 1, 1]])
    M = np.array([0.1, 0.2, 0.3, 0.4])

    def test_many_bags_alike_are_a_multinomial(self):
        limit = multinomial.log_pmf(self.K, np.log(self.M))
        n = self.K.sum(axis=1)
        first = ((self.K * (self.K - 1) / self.M).sum(axis=1) - n * (n - 1)) / 2
        gaps = []
        for size in 10.0 ** np.arange(6, 19):
            gap = log_pmf(self.K, size * self.M) - limit
            # The next term is of the order N³/κ²; beyond that only rounding is left.
            assert np.all(np.abs(gap - first / size) <= 1e-12 + 10 * n**3 / (size * self.M.min()) ** 2)
            gaps.append(np.abs(gap))
        assert np.all(np.diff(gaps, axis=0) <= 1e-12)
        assert np.all(np.abs(log_pmf(self.K, 1e300 * self.M) - limit) <= 1e-12)

    def test_two_categories_are_a_beta_binomial(self):
        k = np.arange(11)
        a, b = 2.5, 0.75
        binomial = special.gammaln(11) - special.gammaln(k + 1) - special.gammaln(11 - k)
        expected = binomial + special.betaln(a + k, b + 10 - k) - special.betaln(a, b)
        found = log_pmf(np.stack((k, 10 - k), axis=-1), [a, b])
        assert np.all(np.abs(found - expected) <= 1e-12)

    @pytest.mark.parametrize("size", SIZES)
    def test_one_item_has_the_mean(self, size):
        a = size * np.array([0.5, 1.0, 2.5])
        found = log_pmf(np.eye(3, dtype=int), a)
        assert np.all(np.abs(found - np.log(a / a.sum())) <= 1e-12)

    @pytest.mark.parametrize("size", SIZES)
    def test_an_empty_bag_is_certain(self, size):
        assert log_pmf([0, 0, 0], np.full(3, size)) == 0

    def test_a_category_never_seen_has_its_prior_share_only(self):
        # Row N7: merged with another unseen category, the counts are as probable.
        split = log_pmf([4, 0, 0, 2], [1.0, 0.3, 0.5, 2.0])
        assert abs(split - log_pmf([4, 0, 2], [1.0, 0.8, 2.0])) <= 1e-12


class TestGradient:
    @staticmethod
    def points(rng):
        for _ in range(500):
            n = int(rng.choice([2, 3, 6]))
            total = int(rng.choice([1, 2, 58, 400, 10**4, 10**6]))
            size = 10 ** rng.uniform(-8, 12)
            a = size * rng.uniform(0.2, 3.0, n) if rng.random() < 0.7 else 10 ** rng.uniform(-6, 8, n)
            yield counts_of(str(rng.choice(PATTERNS)), total, n, rng), a

    @classmethod
    def worst(cls, gradient, rng):
        worst = 0.0
        for k, a in cls.points(rng):
            truth = np.array([float(value) for value in oracle.gradient(k, a)])
            error = np.abs(gradient(k, a) - truth)
            # A derivative that is 0 but for cancelling terms of size k + 1 has no relative error below 1e-15.
            worst = max(worst, float(np.max((error - 4e-15 * (k + 1)) / np.abs(truth))))
        return worst

    def test_agrees_with_eighty_digits(self, rng):
        found = self.worst(log_pmf_gradient, rng)
        print(f"worst relative error {found:.2g}")
        assert found <= 1e-8

    def test_what_is_left_when_counts_are_just_as_expected(self):
        k, a = np.array([20, 30, 50]), 1e14 * np.array([2.0, 3.0, 5.0])
        truth = np.array([float(value) for value in oracle.gradient(k, a)])
        assert np.all(np.abs(log_pmf_gradient(k, a) / truth - 1) <= 1e-8)

    def test_the_gate_sees_a_total_off_by_one(self, monkeypatch, rng):
        right = dirichlet_multinomial.slope
        monkeypatch.setattr(dirichlet_multinomial, "slope", lambda a, n: right(a, np.maximum(n - 1, 0)))
        assert self.worst(log_pmf_gradient, rng) > 1e-8


class TestValue:
    BAG = DirichletMultinomial(7, [0.5, 2.0, 3.5], categories=("blue", "red", "green"))

    def test_moments_are_those_of_the_pmf(self):
        k = compositions(7, 3)
        p = np.exp(self.BAG.log_prob(k))
        mean = p @ k
        np.testing.assert_allclose(self.BAG.mean, mean, rtol=1e-12)
        np.testing.assert_allclose(self.BAG.covariance, (k - mean).T @ ((k - mean) * p[:, None]), rtol=1e-11)

    def test_margin_is_the_sum_over_the_rest(self):
        k = compositions(7, 3)
        p = np.exp(self.BAG.log_prob(k))
        margin = self.BAG.margin("red")
        for count in range(8):
            assert np.exp(margin.log_prob([count, 7 - count])) == pytest.approx(p[k[:, 1] == count].sum())
        assert margin.categories == ("red", "not red")

    def test_cdf_and_quantile_invert_each_other(self):
        margin = self.BAG.margin(0)
        table = margin.cdf(np.arange(-1, 9))
        assert table[0] == 0
        assert table[-1] == pytest.approx(1, abs=1e-12)
        inside = (np.arange(8)[None, :] < 8) & (table[1:9] < 1 - 1e-12)
        levels = table[1:9][inside[0]]
        assert (margin.quantile(levels) == np.arange(levels.size)).all()
        assert margin.quantile(1.0) == 7

    def test_cdf_needs_two_categories(self):
        with pytest.raises(ParameterError, match="take the margin"):
            self.BAG.cdf(3)

    @pytest.mark.parametrize("total", [5.7, -1, 2**53, "7", True])
    def test_a_total_is_a_whole_number(self, total):
        with pytest.raises(ParameterError, match="total"):
            DirichletMultinomial(total, [1, 1])

    def test_counts_of_another_total_are_refused(self):
        with pytest.raises(ParameterError, match="they sum to 6, but the total of this distribution is 7"):
            self.BAG.log_prob([1, 2, 3])

    def test_wrong_counts_are_refused(self):
        with pytest.raises(CountsError, match=r"counts\[0\] is -1"):
            log_pmf([-1, 2], [1.0, 1.0])
        with pytest.raises(CountsError, match=r"counts\[1\] is 2.5"):
            log_pmf([1, 2.5], [1.0, 1.0])
        with pytest.raises(CountsError, match=r"counts\[0\] is nan"):
            log_pmf([np.nan, 2], [1.0, 1.0])
        with pytest.raises(CountsTypeError, match="whole numbers"):
            log_pmf(["1", "2"], [1.0, 1.0])
        with pytest.raises(CountsError, match="3 categories where the distribution has 2"):
            DirichletMultinomial(6, [1, 1]).log_prob([1, 2, 3])

    def test_values_are_equal_by_content(self):
        same = DirichletMultinomial(7, np.array([0.5, 2.0, 3.5]), categories=["blue", "red", "green"])
        assert same == self.BAG
        assert hash(same) == hash(self.BAG)
        assert same != DirichletMultinomial(8, [0.5, 2.0, 3.5], categories=["blue", "red", "green"])

    def test_what_was_given_stays_the_callers(self):
        mine = np.array([1.0, 2.0])
        bag = DirichletMultinomial(3, mine)
        mine[0] = 99
        assert bag.concentration[0] == 1
        with pytest.raises(ValueError, match="read-only"):
            bag.concentration[0] = 5
