"""Rows A1 to A4, N2 and N4 for a population of bags, and its priors, against 60 to 80 digits."""

from __future__ import annotations

import itertools
from dataclasses import replace

import mpmath
import numpy as np
import pytest
from scipy import special, stats
from tests.oracles import dirichlet_multinomial as oracle
from tests.oracles.compositions import compositions
from tests.testing_tools.gates import GateClosed, bonferroni, two_stage, uniformity

import handful as hf
from handful.data.histograms import Histograms
from handful.distributions import rising_sums
from handful.distributions.multinomial import draw_counts
from handful.models import precision as precisions
from handful.models.hierarchical import PopulationPrior
from handful.models.population import PopulationLikelihood
from handful.models.population_mean import PopulationTarget

UNIT = float(np.finfo(float).eps)
SIZES = (1e-8, 1e-4, 0.05, 1.0, 7.3, 58.0, 1e3, 1e6, 1e9, 1e12, 1e14, 1e18)
TOTALS = (0, 1, 58, 10**4, 10**9)
NOISE = 1e-90  # of the oracle's own digits, where all that is left is what cancels
PATTERNS = ("one", "even", "zeros", "uneven")
PRIORS = (
    hf.LogNormal(4, 2),
    hf.LogNormal(-3, 0.5),
    hf.Gamma(2, 0.05),
    hf.Gamma(0.3, 4.0),
    hf.Gamma(1e-3, 1e-3),
    hf.HalfNormal(0.2),
    hf.HalfNormal(5.0),
)


def names(n):
    return [f"c{i}" for i in range(n)]


def likelihood_of(table):
    table = np.atleast_2d(table)
    return PopulationLikelihood.of(Histograms.of(hf.Counts(table, categories=names(table.shape[1]))))


def target_of(table, mean=None, precision=precisions.DEFAULT):
    n = np.atleast_2d(table).shape[1]
    prior = hf.Dirichlet(np.ones(n) if mean is None else mean, names(n))
    return PopulationTarget(likelihood_of(table), prior, precision)


# ---- the oracle -----------------------------------------------------------------------------------------


def exact_log_likelihood(table, log_precision, log_mean, *, digits=80):
    """The sum over bags of the log pmf by log gammas; κ and κ m are those that the coordinates name exactly.

    The logs of m need not add up to 1 to the last digit: then Γ(κ) stands for Γ(Σα), as in the package.
    """
    with mpmath.workdps(digits + 2 * int(abs(float(log_precision)) / 2.3) + 20):
        x = mpmath.mpf(float(log_precision))
        kappa = mpmath.exp(x)
        alpha = [mpmath.exp(x + mpmath.mpf(float(one))) for one in log_mean]
        value = mpmath.mpf(0)
        for row in np.atleast_2d(table).tolist():
            n = sum(row)
            value += mpmath.loggamma(n + 1) + mpmath.loggamma(kappa) - mpmath.loggamma(kappa + n)
            for k, a in zip(row, alpha, strict=True):
                if k:
                    value += mpmath.loggamma(a + k) - mpmath.loggamma(a) - mpmath.loggamma(k + 1)
        return value


def helmert(n):
    """Orthonormal rows that sum to zero, at the working precision."""
    rows = []
    for i in range(1, n):
        length = mpmath.sqrt(i * (i + 1))
        rows.append([1 / length] * i + [-i / length] + [mpmath.mpf(0)] * (n - i - 1))
    return rows


def exact_log_mean(y):
    """The log of softmax(Vᵀy)."""
    v = helmert(len(y) + 1)
    scores = [mpmath.fsum(one * row[c] for one, row in zip(y, v, strict=True)) for c in range(len(y) + 1)]
    total = mpmath.log(mpmath.fsum(map(mpmath.exp, scores)))
    return [score - total for score in scores]


def exact_log_posterior(table, *, mean, precision, point, likelihood=True):
    """Log prior plus log likelihood in (log κ, y), term by term from the definitions."""
    x, y = point[0], point[1:]
    log_m, kappa = exact_log_mean(y), mpmath.exp(x)
    a = [mpmath.mpf(float(one)) for one in mean]
    value = exact_log_prior_of_precision(precision, x)
    value += mpmath.loggamma(mpmath.fsum(a)) - mpmath.fsum(map(mpmath.loggamma, a)) + mpmath.log(len(a)) / 2
    value += mpmath.fsum(one * log for one, log in zip(a, log_m, strict=True))
    if not likelihood:
        return value
    alpha = [kappa * mpmath.exp(log) for log in log_m]
    for row in np.atleast_2d(table).tolist():
        n = sum(row)
        value += mpmath.loggamma(n + 1) + mpmath.loggamma(kappa) - mpmath.loggamma(kappa + n)
        for k, one in zip(row, alpha, strict=True):
            if k:
                value += mpmath.loggamma(one + k) - mpmath.loggamma(one) - mpmath.loggamma(k + 1)
    return value


def exact_log_prior_of_precision(prior, x):
    """The log density of x = log κ: that of κ times dκ/dx = κ, or that of s = 1/√κ times |ds/dx| = s/2."""
    kappa = mpmath.exp(x)
    if isinstance(prior, hf.LogNormal):
        mu, sigma = mpmath.mpf(prior.mu), mpmath.mpf(prior.sigma)
        return mpmath.log(mpmath.npdf(x, mu, sigma))
    if isinstance(prior, hf.Gamma):
        c, d = mpmath.mpf(prior.shape), mpmath.mpf(prior.rate)
        return c * mpmath.log(d) - mpmath.loggamma(c) + (c - 1) * mpmath.log(kappa) - d * kappa + x
    s, scale = 1 / mpmath.sqrt(kappa), mpmath.mpf(prior.scale)
    density = mpmath.sqrt(2 / mpmath.pi) / scale * mpmath.exp(-(s**2) / (2 * scale**2))
    return mpmath.log(density * s / 2)


def differences(function, point, *, second=False):
    """The derivatives of `function` by differences at 200 digits: no formula, and no digit lost that is asked for."""
    with mpmath.workdps(200):
        at, h = [mpmath.mpf(float(one)) for one in point], mpmath.mpf(10) ** -40
        n = len(at)

        def shifted(**steps):
            return function([one + h * steps.get(f"d{i}", 0) for i, one in enumerate(at)])

        if not second:
            return [(shifted(**{f"d{i}": 1}) - shifted(**{f"d{i}": -1})) / (2 * h) for i in range(n)]
        found = np.zeros((n, n))
        for i, j in itertools.combinations_with_replacement(range(n), 2):
            if i == j:
                change = shifted(**{f"d{i}": 1}) - 2 * shifted() + shifted(**{f"d{i}": -1})
                found[i, i] = float(change / h**2)
                continue
            corners = [
                s * t * shifted(**{f"d{i}": s, f"d{j}": t}) for s, t in itertools.product((1, -1), (1, -1))
            ]
            found[i, j] = found[j, i] = float(mpmath.fsum(corners) / (4 * h**2))
        return found


def exact_gradient(table, point):
    """The derivatives of the log likelihood by log κ and y, by digamma functions and the chain rule.

    With p_c = Σ_b α_c [ψ(α_c + k) − ψ(α_c)] and P the same of the totals, ∂/∂log κ = Σp − P and
    ∂/∂y_j = Σ_c p_c (V_jc − Σ_d m_d V_jd), since log m = Vᵀy − log Σ exp. Beside each, the size of what cancels.
    """
    with mpmath.workdps(120):
        x, y = mpmath.mpf(float(point[0])), [mpmath.mpf(float(one)) for one in point[1:]]
        log_m, kappa = exact_log_mean(y), mpmath.exp(x)
        m = [mpmath.exp(log) for log in log_m]
        alpha = [kappa * one for one in m]
        rows = np.atleast_2d(table).tolist()
        p = [
            mpmath.fsum(a * (mpmath.digamma(a + row[c]) - mpmath.digamma(a)) for row in rows if row[c])
            for c, a in enumerate(alpha)
        ]
        n = [sum(row[c] for row in rows) for c in range(len(m))]
        of_totals = mpmath.fsum(
            kappa * (mpmath.digamma(kappa + sum(row)) - mpmath.digamma(kappa)) for row in rows
        )
        lacks = mpmath.fsum(count - one for count, one in zip(n, p, strict=True)) + (sum(n) - of_totals)
        gradient, v = [mpmath.fsum(p) - of_totals], helmert(len(m))
        for row in v:
            centre = mpmath.fsum(one * share for one, share in zip(row, m, strict=True))
            gradient.append(mpmath.fsum(one * (w - centre) for one, w in zip(p, row, strict=True)))
        return [float(one) for one in gradient], float(lacks), max(map(abs, map(float, log_m)))


# ---- A1 to A3 -------------------------------------------------------------------------------------------


def counts_of(pattern, total, n, rng):
    if pattern == "one":
        return np.eye(n, dtype=int)[rng.integers(n)] * total
    shares = np.full(n, 1 / n) if pattern == "even" else rng.dirichlet(np.full(n, 0.5))
    if pattern == "zeros":
        shares[rng.permutation(n)[: n // 2]] = 0
    return draw_counts(total, shares / shares.sum(), rng=rng)


def grid(total, rng):
    """(counts, log κ, log m): means even and uneven, over all sizes of κ."""
    for n, pattern in itertools.product((2, 6, 50), PATTERNS):
        counts = counts_of(pattern, total, n, rng)
        for size in SIZES:
            m = np.full(n, 1 / n) if rng.random() < 0.3 else rng.dirichlet(np.full(n, rng.choice([0.5, 5.0])))
            yield counts, float(np.log(size)), np.log(np.maximum(m, 1e-12))


def tolerance(total):
    return 2e-5 if total == 10**9 else 1e-11 + 1e-15 * oracle.log_factorial(total)


def worst(total, rng, *, change=lambda likelihood: likelihood):
    """The largest error over what row A1 allows, and where it is."""
    ratios = []
    for counts, log_precision, log_mean in grid(total, rng):
        likelihood = change(likelihood_of(counts))
        found = float(likelihood.value(np.array([log_precision]), log_mean[None, :])[0])
        truth = exact_log_likelihood(counts, log_precision, log_mean)
        ratios.append((abs(float(mpmath.mpf(found) - truth)) / tolerance(total), len(counts), log_precision))
    return max(ratios), len(ratios)


@pytest.mark.parametrize("total", TOTALS)
def test_A1_one_bag_agrees_with_eighty_digits(total, rng):
    (ratio, n, log_precision), points = worst(total, rng)
    print(
        f"N = {total}: {points} points, worst error {ratio * tolerance(total):.2g} at C = {n}, "
        f"log κ = {log_precision:.3g}: {ratio:.2g} of what is allowed"
    )
    assert ratio <= 1


def test_A1_several_bags_are_the_sum_over_bags(rng):
    for n, size in itertools.product((2, 6), SIZES):
        table = rng.multinomial(rng.poisson(58, 12), rng.dirichlet(np.ones(n)))
        log_mean = np.log(rng.dirichlet(np.full(n, 3.0)))
        found = float(likelihood_of(table).value(np.array([np.log(size)]), log_mean[None, :])[0])
        truth = exact_log_likelihood(table, np.log(size), log_mean)
        assert abs(float(mpmath.mpf(found) - truth)) <= 12 * tolerance(70)


def test_A1_it_is_the_pmf_of_the_concentration(rng):
    """Against the package's oracle of pmfs, which knows nothing of log κ and log m."""
    for n, size in itertools.product((2, 6, 50), (1e-8, 1.0, 58.0, 1e4)):
        table, m = rng.multinomial(58, rng.dirichlet(np.ones(n)), size=3), rng.dirichlet(np.full(n, 3.0))
        found = float(likelihood_of(table).value(np.array([np.log(size)]), np.log(m)[None, :])[0])
        truth = sum(oracle.dirichlet_multinomial_log_pmf(row, size * m) for row in table)
        assert found == pytest.approx(float(truth), abs=1e-10, rel=1e-12)


class TestPlantedFaults:
    """The gate of row A1 must see each of these."""

    def test_the_coefficient_forgotten(self, rng):
        def without(one):
            return replace(one, log_coefficient=0.0)

        assert worst(58, rng, change=without)[0][0] > 1

    def test_the_last_category_dropped(self, rng):
        def without(one):
            counts = np.append(one.counts[:-1], 0.0)
            return replace(one, counts=counts)

        assert worst(58, rng, change=without)[0][0] > 1

    def test_a_remainder_left_out(self, rng, monkeypatch):
        monkeypatch.setattr(
            rising_sums, "rising_excess_by_stirling", lambda a, n: n * np.log1p(n / a) * (n > 0)
        )
        assert worst(10**4, rng)[0][0] > 1


@pytest.mark.parametrize("size", [1e-8, 1e-2, 1.0, 58.0, 1e6, 1e12])
def test_A2_the_probabilities_of_all_outcomes_add_up_to_one(size, rng):
    for total, n in [(1, 2), (5, 2), (12, 2), (4, 3), (8, 3), (5, 4), (9, 4)]:
        log_mean = np.log(rng.dirichlet(np.full(n, 2.0)))
        logs = [
            likelihood_of(row).value(np.array([np.log(size)]), log_mean[None, :])[0]
            for row in compositions(total, n)
        ]
        assert abs(np.exp(logs).sum() - 1) <= 1e-12


class TestA3Limits:
    K = np.array([[3, 0, 4, 2], [10, 20, 30, 0], [1, 1, 1, 1]])
    M = np.array([0.1, 0.2, 0.3, 0.4])

    def test_as_the_precision_grows_the_multinomial_is_left(self):
        sizes = 10.0 ** np.arange(6, 19)
        log_mean = np.log(np.tile(self.M, (len(sizes), 1)))
        for k in self.K:
            n = int(k.sum())
            limit = float(oracle.multinomial_log_pmf(k, np.log(self.M)))
            gaps = likelihood_of(k).value(np.log(sizes), log_mean) - limit
            first = ((k * (k - 1) / self.M).sum() - n * (n - 1)) / 2
            # The next term is of the order N³/κ²; the value itself is known to a unit of n log m.
            allowed = (
                1e-12 + 10 * n**3 / (sizes * self.M.min()) ** 2 + 8 * UNIT * n * np.abs(np.log(self.M)).max()
            )
            assert (np.abs(gaps - first / sizes) <= allowed).all()
            assert (np.diff(np.abs(gaps)) <= 2 * allowed[1:]).all()

    def test_what_is_left_beside_the_limit_keeps_its_digits(self):
        """Σ F_c − G itself follows the law to 10^-9 of itself, and falls smoothly to nothing."""
        sizes = 10.0 ** np.arange(8, 19)
        for k in self.K:
            one, n = likelihood_of(k), int(k.sum())
            parts = [
                rising.value(np.log(sizes * m)) for rising, m in zip(one.by_category, self.M, strict=True)
            ]
            excess = np.sum(parts, axis=0) - one.of_totals.value(np.log(sizes))
            first = ((k * (k - 1) / self.M).sum() - n * (n - 1)) / 2
            beside = (k * (k - 1) / self.M).sum() + n * (n - 1)
            allowed = 10 * n**3 / (sizes * self.M.min()) ** 2 + 64 * UNIT * beside / sizes
            assert (np.abs(excess - first / sizes) <= allowed).all()

    def test_it_is_smooth_and_monotone_where_bags_are_all_alike(self):
        """Row N4: no ripple that an optimiser could take for a mode, from κ = 1 to 10^26."""
        table = np.tile([2, 4, 6, 8], (30, 1))
        log_precision = np.linspace(0, 60, 6001)
        found = likelihood_of(table).value(log_precision, np.log(np.tile(self.M, (6001, 1))))
        # Of numbers near 500 half a unit is 6e-14, and about ten are added.
        assert (np.diff(found) >= -1e-12).all()
        slope = likelihood_of(table).slopes(log_precision, np.log(np.tile(self.M, (6001, 1))))
        rising = slope.categories.sum(axis=1) - slope.total
        assert (rising >= 0).all()
        assert (np.diff(np.log(rising[1000:])) <= 0).all()

    @pytest.mark.parametrize("size", SIZES)
    def test_N2_an_empty_bag_is_worth_exactly_nothing(self, size):
        point = (np.array([np.log(size)]), np.log(self.M)[None, :])
        assert likelihood_of(np.zeros((1, 4), dtype=int)).value(*point)[0] == 0
        with_empty = likelihood_of(np.vstack([self.K, np.zeros((5, 4), dtype=int)]))
        assert with_empty.value(*point)[0] == likelihood_of(self.K).value(*point)[0]

    @pytest.mark.parametrize("size", SIZES)
    def test_one_item_has_the_mean(self, size):
        for c in range(4):
            found = likelihood_of(np.eye(4, dtype=int)[c]).value(
                np.array([np.log(size)]), np.log(self.M)[None, :]
            )
            assert found[0] == pytest.approx(np.log(self.M[c]), abs=1e-12)

    def test_without_bags_all_is_certain(self):
        none = likelihood_of(np.zeros((0, 4), dtype=int))
        assert none.value(np.array([3.0]), np.log(self.M)[None, :])[0] == 0

    def test_a_category_never_seen_costs_nothing_but_its_share(self):
        """A share of 0 is fine where nothing was counted."""
        table, m = np.array([[3, 0, 4], [5, 0, 1]]), np.array([0.4, 0.0, 0.6])
        with np.errstate(divide="ignore"):
            log_mean = np.log(m)[None, :]
        found = likelihood_of(table).value(np.array([2.0]), log_mean)[0]
        two = likelihood_of(table[:, [0, 2]]).value(np.array([2.0]), np.log([[0.4, 0.6]]))[0]
        assert found == pytest.approx(two, abs=1e-13)


# ---- A4 -------------------------------------------------------------------------------------------------


def gradient_points(rng):
    for _ in range(500):
        n = int(rng.choice([2, 3, 6]))
        total = int(rng.choice([1, 2, 58, 400, 10**4, 10**6]))
        n_bags = int(rng.choice([1, 2, 5]))
        table = np.stack([counts_of(str(rng.choice(PATTERNS)), total, n, rng) for _ in range(n_bags)])
        yield table, np.append(rng.uniform(-18, 41), rng.normal(size=n - 1) * rng.choice([0.3, 1.0, 3.0]))


def worst_gradient(rng, *, change=lambda table: table):
    """The largest relative error beyond the floor below which nothing can be asked.

    Each sum is known to some units of its own size: by log κ that is ΣF′ + G′, what the slopes lack to N, and
    by y it is N itself; a base is known to a unit of its logarithm.
    """
    ratios = []
    for table, point in gradient_points(rng):
        truth, lacks, farthest = exact_gradient(table, point)
        found = target_of(change(table)).likelihood_gradient(point[None, :])[0]
        units = UNIT * (32 + 4 * (abs(point[0]) + farthest))
        floor = units * np.append(abs(lacks), np.full(len(point) - 1, float(table.sum()))) + NOISE
        error = np.abs(found - truth) - floor
        ratios.append(float(np.max(error / np.maximum(np.abs(truth), 1e-300))))
    return max(ratios)


def test_A4_the_gradient_of_the_log_likelihood(rng):
    found = worst_gradient(rng)
    print(f"worst relative error beyond the floor {found:.2g}")
    assert found <= 1e-8


def test_A4_the_gate_sees_one_item_too_many(rng):
    def one_more(table):
        table = table.copy()
        table[0, 0] += 1
        return table

    assert worst_gradient(rng, change=one_more) > 1e-8


POINTS = [
    # table, mean prior, precision prior, point
    ([[3, 4]], [1.0, 1.0], PRIORS[0], [1.3, 0.4]),
    ([[12, 43], [30, 25], [0, 0]], [0.3, 2.5], PRIORS[5], [4.1, -0.7]),
    ([[3, 0, 4], [5, 2, 1]], [1.0, 1.0, 1.0], PRIORS[2], [-2.0, 0.3, -1.1]),
    ([[300, 10, 4], [512, 2, 100]], [1.0, 3.0, 0.5], PRIORS[3], [2.5, 1.0, 0.5]),
    ([[12, 7, 9, 11, 8, 8], [15, 6, 5, 14, 7, 8]], [1.0] * 6, PRIORS[0], [7.0, 0.1, -0.2, 0.3, 0.0, 0.5]),
    ([[12, 7, 0], [15, 6, 0]], [1.0] * 3, PRIORS[6], [25.0, 0.4, 0.9]),
    ([[10**6, 5, 0, 70]], [0.1] * 4, PRIORS[4], [3.0, 2.0, -0.5, 1.0]),
]


@pytest.mark.parametrize(("table", "mean", "precision", "point"), POINTS)
class TestDerivatives:
    """Everything that Newton's method uses, against differences of the log posterior at 200 digits."""

    @staticmethod
    def floor(table, mean, point):
        items = float(np.sum(table)) + sum(mean)
        return UNIT * (64 + 8 * np.abs(point).max()) * (items + 1)

    def test_the_gradients(self, table, mean, precision, point):
        target = target_of(table, mean, precision)
        prior = [
            float(one)
            for one in differences(
                lambda at: exact_log_posterior(
                    table, mean=mean, precision=precision, point=at, likelihood=False
                ),
                point,
            )
        ]
        whole = [
            float(one)
            for one in differences(
                lambda at: exact_log_posterior(table, mean=mean, precision=precision, point=at), point
            )
        ]
        at, close = np.array([point]), {"rel": 1e-10, "abs": self.floor(table, mean, point)}
        assert target.prior_gradient(at)[0].tolist() == pytest.approx(prior, **close)
        both = target.prior_gradient(at) + target.likelihood_gradient(at)
        assert both[0].tolist() == pytest.approx(whole, **close)
        # The chain rule of the oracle of row A4 says the same.
        by_hand = exact_gradient(table, point)[0]
        assert by_hand == pytest.approx((np.array(whole) - prior).tolist(), rel=1e-10, abs=1e-10)

    def test_the_hessian(self, table, mean, precision, point):
        target = target_of(table, mean, precision)
        found = target.hessian(np.array([point]))[0]
        truth = differences(
            lambda at: exact_log_posterior(table, mean=mean, precision=precision, point=at),
            point,
            second=True,
        )
        np.testing.assert_allclose(found, truth, rtol=1e-8, atol=self.floor(table, mean, point))

    def test_the_values(self, table, mean, precision, point):
        target, at = target_of(table, mean, precision), np.array([point])
        with mpmath.workdps(80):
            exact = [mpmath.mpf(float(one)) for one in point]
            prior = exact_log_posterior(table, mean=mean, precision=precision, point=exact, likelihood=False)
            whole = exact_log_posterior(table, mean=mean, precision=precision, point=exact)
        assert target.log_prior(at)[0] == pytest.approx(float(prior), rel=1e-13, abs=1e-12)
        likelihood = float(whole - prior)
        close = 1e-11 + 2 * self.floor(table, mean, point)
        assert target.log_likelihood(at)[0] == pytest.approx(likelihood, rel=1e-13, abs=close)


def test_given_the_precision_the_posterior_is_concave_in_the_mean(rng):
    """Halfway between two means it is at least the mean of both: so there is one peak, and Newton finds it."""
    v = np.array([[float(one) for one in row] for row in helmert(5)])
    for _ in range(20):
        target = target_of(
            rng.multinomial(40, rng.dirichlet(np.full(5, 0.5)), size=6), [0.3, 1.0, 2.0, 0.1, 5.0]
        )
        one, other = rng.dirichlet(np.full(5, 0.7), size=(2, 50)) + 1e-9
        x = rng.uniform(-5, 15, 50)
        heights = []
        for m in (one, other, 0.5 * (one + other)):
            points = np.column_stack([x, np.log(m) @ v.T])
            heights.append(target.log_prior(points) + target.log_likelihood(points))
        # 240 items, each with a log of 20 at most.
        assert (heights[2] >= 0.5 * (heights[0] + heights[1]) - 1e-10).all()


# ---- priors ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("prior", PRIORS, ids=lambda one: one.spec)
class TestPrecisionPriors:
    X = np.array([-30.0, -12.0, -3.0, -0.5, 0.0, 1.0, 4.0, 6.5, 9.0, 20.0, 41.0])

    def test_the_density_agrees_with_sixty_digits(self, prior):
        with mpmath.workdps(60):
            truth = [float(exact_log_prior_of_precision(prior, mpmath.mpf(x))) for x in self.X]
        found = precisions.log_density(prior, self.X)
        np.testing.assert_allclose(found, truth, rtol=2e-13, atol=1e-12)

    def test_slope_and_curvature_are_its_derivatives(self, prior):
        with mpmath.workdps(80):
            for x in self.X:
                first = mpmath.diff(lambda t: exact_log_prior_of_precision(prior, t), mpmath.mpf(x))
                second = mpmath.diff(lambda t: exact_log_prior_of_precision(prior, t), mpmath.mpf(x), 2)
                at = np.array([x])
                assert precisions.slope(prior, at)[0] == pytest.approx(float(first), rel=1e-12, abs=1e-12)
                assert precisions.curvature(prior, at)[0] == pytest.approx(
                    float(second), rel=1e-12, abs=1e-12
                )

    def test_it_is_that_of_scipy(self, prior):
        if isinstance(prior, hf.HalfNormal):
            below = stats.halfnorm(scale=prior.scale).sf(np.exp(-self.X / 2))
        elif isinstance(prior, hf.Gamma):
            below = stats.gamma(prior.shape, scale=1 / prior.rate).cdf(np.exp(self.X))
        else:
            below = stats.norm(prior.mu, prior.sigma).cdf(self.X)
        for x, p in zip(self.X, below, strict=True):
            if 1e-12 < p < 1 - 1e-6:
                assert precisions.quantile(prior, float(p)) == pytest.approx(x, abs=1e-6)

    def test_draws_follow_it(self, prior, rng):
        def p_value(generator, n):
            x = precisions.draw_log(prior, n, rng=generator)
            if isinstance(prior, hf.HalfNormal):
                return uniformity(stats.halfnorm(scale=prior.scale).sf(np.exp(-x / 2)))
            if isinstance(prior, hf.LogNormal):
                return uniformity(stats.norm(prior.mu, prior.sigma).cdf(x))
            # log P(κ < e^x) of a tiny shape is shape · (x + log rate) − log Γ(shape + 1): e^x may be 0.
            tiny = np.exp(prior.shape * (x + np.log(prior.rate)) - special.gammaln(prior.shape + 1))
            ordinary = special.gammainc(prior.shape, prior.rate * np.exp(x))
            return uniformity(np.where(x < -300, tiny, ordinary))

        two_stage(p_value, rng, 5000)

    def test_words(self, prior):
        words = precisions.precision_words(prior)
        assert words.startswith(prior.spec)
        assert ("1/sqrt(precision)" in words) == isinstance(prior, hf.HalfNormal)


def range_of(prior):
    """Log κ between which all but 10^-9 of the prior lies; of a tiny shape the lower end is e^-20000."""
    if isinstance(prior, hf.LogNormal):
        return prior.mu - 8 * prior.sigma, prior.mu + 8 * prior.sigma
    if isinstance(prior, hf.HalfNormal):
        return -2 * np.log(prior.scale * 7), -2 * np.log(prior.scale * 1e-10)
    lowest = (np.log(1e-10) + special.gammaln(prior.shape + 1)) / prior.shape
    return lowest - np.log(prior.rate), np.log(50 + 2 * prior.shape) - np.log(prior.rate)


@pytest.mark.parametrize("prior", PRIORS, ids=lambda one: one.spec)
@pytest.mark.parametrize("mean", [(1.0, 1.0), (0.4, 3.0)])
def test_the_prior_integrates_to_one_over_the_coordinates(prior, mean):
    target = target_of([[0, 0]], list(mean), prior)
    low, high = range_of(prior)
    x = np.linspace(low, high, 20_001)
    y = np.linspace(-30 / min(mean), 30 / min(mean), 4001) / np.sqrt(2)
    # The density is a product: one line through it in each direction is all there is to integrate.
    along = np.exp(target.log_prior(np.column_stack([x, np.zeros_like(x)])))
    across = np.exp(target.log_prior(np.column_stack([np.full_like(y, x[10_000]), y])))
    here = float(np.exp(target.log_prior(np.array([[x[10_000], 0.0]])))[0])
    assert np.trapezoid(along, x) * np.trapezoid(across, y) / here == pytest.approx(1, abs=1e-6)
    corner = np.array([[x[9000], y[1500]]])
    product = along[9000] * across[1500] / here
    assert float(np.exp(target.log_prior(corner))[0]) == pytest.approx(product, rel=1e-10)


@pytest.mark.parametrize("prior", [PRIORS[0], PRIORS[2], PRIORS[5]], ids=lambda one: one.spec)
def test_draws_of_the_prior_follow_its_density(prior, rng):
    a = np.array([0.4, 3.0, 1.0])
    target = target_of([[0, 0, 0]], a, prior)

    def p_value(generator, n):
        points = target.draw_prior(n, rng=generator)
        named = target.quantities(points)
        m, kappa = named["proportions"], named["precision"]
        law = {
            hf.LogNormal: lambda k: stats.norm(4, 2).cdf(np.log(k)),
            hf.Gamma: lambda k: stats.gamma(2, scale=20).cdf(k),
            hf.HalfNormal: lambda k: stats.halfnorm(scale=0.2).sf(1 / np.sqrt(k)),
        }[type(prior)]
        of_mean = [uniformity(stats.beta.cdf(m[:, c], a[c], a.sum() - a[c])) for c in range(3)]
        rest = uniformity(stats.beta.cdf(m[:, 1] / (1 - m[:, 0]), a[1], a[2]))
        together = [stats.spearmanr(kappa, m[:, c]).pvalue for c in range(3)]
        return bonferroni([uniformity(law(kappa)), rest, *of_mean, *together])

    two_stage(p_value, rng, 5000)


def test_the_density_and_the_draws_belong_together(rng):
    """The mean of a density's own gradient over its draws is 0: E ∂ log p/∂y = 0 (one more gate, with a Jacobian)."""
    for prior in (PRIORS[0], PRIORS[2], PRIORS[5]):
        target = target_of([[0, 0, 0]], [1.4, 3.0, 2.0], prior)

        def p_value(generator, n, target=target):
            scores = target.prior_gradient(target.draw_prior(n, rng=generator))
            z = scores.mean(axis=0) / (scores.std(axis=0) / np.sqrt(n))
            return bonferroni(2 * stats.norm.sf(np.abs(z)))

        two_stage(p_value, rng, 20_000)


def test_the_gate_sees_a_prior_on_the_precision_itself(rng):
    """The planted fault: a half-normal on κ in place of 1/√κ."""

    def p_value(generator, n):
        return uniformity(
            stats.halfnorm(scale=0.2).sf(1 / np.sqrt(hf.HalfNormal(0.2).draw(n, rng=generator)))
        )

    with pytest.raises(GateClosed):
        two_stage(p_value, rng, 1000)


class TestIndependentConcentrations:
    """Gamma(c, d) on each α_c is Dirichlet(c) on the mean and Gamma(C c, d) on the precision."""

    @pytest.mark.parametrize(
        ("shape", "rate", "n"), [(0.1, 0.1, 2), (0.5, 0.1, 6), (2.0, 3.0, 3), (1.0, 0.01, 50)]
    )
    def test_the_density_is_the_direct_one(self, shape, rate, n, rng):
        prior = PopulationPrior.of_each(hf.Gamma(shape, rate), tuple(names(n)))
        target = PopulationTarget(likelihood_of(np.zeros((1, n), dtype=int)), prior.mean, prior.precision)
        for _ in range(10):
            point = np.append(rng.normal(2, 3), rng.normal(size=n - 1))
            with mpmath.workdps(60):
                x, y = mpmath.mpf(float(point[0])), [mpmath.mpf(float(one)) for one in point[1:]]
                log_alpha = [x + log for log in exact_log_mean(y)]
                c, d = mpmath.mpf(shape), mpmath.mpf(rate)
                # The density of log α, and |∂ log α/∂(log κ, y)| = √C.
                direct = mpmath.fsum(
                    c * mpmath.log(d) - mpmath.loggamma(c) + c * one - d * mpmath.exp(one)
                    for one in log_alpha
                )
                direct += mpmath.log(n) / 2
            assert target.log_prior(point[None, :])[0] == pytest.approx(float(direct), rel=1e-12, abs=1e-11)

    def test_the_jacobian_is_the_root_of_the_number_of_categories(self):
        for n in (2, 3, 6):
            with mpmath.workdps(60):
                point, h = [mpmath.mpf(i) / 7 for i in range(n)], mpmath.mpf(10) ** -25

                def log_alpha(at):
                    return [at[0] + log for log in exact_log_mean(at[1:])]

                columns = []
                for i in range(n):
                    ahead = log_alpha([one + h * (i == j) for j, one in enumerate(point)])
                    behind = log_alpha([one - h * (i == j) for j, one in enumerate(point)])
                    columns.append([(u - v) / (2 * h) for u, v in zip(ahead, behind, strict=True)])
                size = abs(mpmath.det(mpmath.matrix(columns)))
                assert float(abs(size - mpmath.sqrt(n))) <= 1e-15

    def test_its_draws_are_gammas(self, rng):
        prior = PopulationPrior.of_each(hf.Gamma(0.5, 0.1), ("a", "b", "c"))
        target = PopulationTarget(likelihood_of([[0, 0, 0]]), prior.mean, prior.precision)

        def p_value(generator, n):
            named = target.quantities(target.draw_prior(n, rng=generator))
            alpha = named["proportions"] * named["precision"][:, None]
            each = [uniformity(stats.gamma(0.5, scale=10).cdf(column)) for column in alpha.T]
            pairs = [stats.spearmanr(alpha[:, i], alpha[:, j]).pvalue for i, j in ((0, 1), (0, 2), (1, 2))]
            return bonferroni(each + pairs)

        two_stage(p_value, rng, 5000)


def test_what_is_drawn_is_named(rng):
    target = target_of([[3, 4, 5]])
    named = target.quantities(np.array([[2.0, 0.3, -0.4], [800.0, 0.0, 0.0]]))
    assert sorted(named) == ["precision", "proportions"]
    with mpmath.workdps(30):
        expected = [float(mpmath.exp(log)) for log in exact_log_mean([mpmath.mpf("0.3"), mpmath.mpf("-0.4")])]
    assert named["proportions"][0].tolist() == pytest.approx(expected, rel=1e-14)
    assert named["precision"][0] == pytest.approx(np.exp(2.0))
    assert np.isfinite(named["precision"]).all()
    assert target.n_dims == 3
