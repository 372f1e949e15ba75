"""predict against bags enumerated whole, exact sums at 50 digits, and SciPy; and what it refuses."""

import json
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import jsonschema
import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, special, stats
from tests.oracles import dirichlet_multinomial as oracle
from tests.oracles import urn
from tests.oracles.compositions import compositions
from tests.testing_tools import four
from tests.testing_tools.gates import frequencies, two_stage

import handful as hf
from handful.distributions.density import Density
from handful.models.poisson import Poisson
from handful.results import document, remainder, to_come
from handful.results.beta_below import beta_below
from handful.results.predict import predict
from handful.results.remainder import BetaBinomial, equal_tailed_counts

NAMES = ("a", "b", "c")
SCHEMA = Path(document.__file__).parent / "schemas" / "predict-1.json"
EXACT = {"abs": 1e-12, "rel": 1e-12}


def bag_of(*rows, names=NAMES):
    return hf.Counts(rows, categories=names[: len(rows[0])], ids=[f"bag {i}" for i in range(len(rows))])


def pooled(counts, *concentration):
    prior = hf.Dirichlet(concentration) if concentration else hf.Dirichlet.symmetric(1.0)
    return hf.fit(hf.Pooled(prior), counts)


# ---- a small bag, enumerated ------------------------------------------------------------------------------


@cache
def whole_bags(concentration, total, seen):
    """Every possible bag and its probability, given that `seen` was taken from it without looking.

    Polya's urn fills the bag; `seen` is hypergeometric from it; Bayes' rule over all bags. No posterior of
    a recipe, no predictive distribution: nothing of the formula under test.
    """
    bags = compositions(total, len(concentration))
    prior = np.exp([urn.log_evidence([bag], concentration) for bag in bags])
    taken = stats.multivariate_hypergeom.pmf(np.array(seen), m=bags, n=sum(seen))
    return bags, prior * taken / (prior * taken).sum()


def truth(concentration, total, seen):
    """For each category the probabilities of 0, 1, ..., total of its items."""
    bags, probability = whole_bags(concentration, total, seen)
    return [np.bincount(column, weights=probability, minlength=total + 1) for column in bags.T]


SMALL = [
    ((0.5, 2.0, 3.0), 7, (2, 1, 0)),
    ((1.0, 1.0, 1.0), 9, (0, 0, 4)),
    ((0.05, 0.1, 4.0), 8, (1, 0, 1)),
    ((3.0, 0.2), 12, (0, 5)),
    ((1.0, 1.0), 6, (3, 3)),
    ((2.0, 5.0, 1.0), 6, (0, 0, 0)),
]


def worst_gap(concentration, total, seen):
    """How far the pmfs are from those of the enumerated bag."""
    counts = bag_of(seen)
    found = predict(pooled(counts, *concentration), total=total, seen=counts)
    exact = truth(concentration, total, seen)
    return max(float(np.abs(found.pmf(c) - exact[c]).max()) for c in range(len(seen)))


@pytest.mark.parametrize(("concentration", "total", "seen"), SMALL)
def test_a_bag_counted_in_part_is_the_enumerated_one(concentration, total, seen):
    assert worst_gap(concentration, total, seen) < 1e-13
    counts = bag_of(seen)
    found = predict(pooled(counts, *concentration), total=total, seen=counts, mass=0.8)
    for row, pmf in zip(found.categories, truth(concentration, total, seen), strict=True):
        k, cdf = np.arange(total + 1), pmf.cumsum()
        mean = pmf @ k
        assert row.mean == pytest.approx(mean, **EXACT)
        assert row.sd**2 == pytest.approx(pmf @ (k - mean) ** 2, abs=1e-11)
        assert (row.lower, row.upper) == (
            int(np.argmax(cdf >= 0.1 - 1e-9)),
            int(np.argmax(cdf >= 0.9 - 1e-9)),
        )
        assert row.held == pytest.approx(pmf[row.lower : row.upper + 1].sum(), **EXACT)


class TestPlantedFaults:
    """Each must open a gap between the prediction and the enumerated bag."""

    CASE = SMALL[0]

    def test_the_pieces_seen_are_drawn_again(self, monkeypatch):
        """Size in place of total: as if nothing of the bag had been taken out."""
        right = to_come.counts_to_come
        monkeypatch.setattr("handful.results.predict.counts_to_come", lambda post, m: right(post, m + 3)[:3])
        with pytest.raises(ValueError, match="broadcast"):
            worst_gap(*self.CASE)

    def test_the_pieces_seen_are_forgotten_in_the_posterior(self, monkeypatch):
        right = to_come.counts_to_come
        prior = hf.Dirichlet(self.CASE[0])
        monkeypatch.setattr("handful.results.predict.counts_to_come", lambda _, m: right(prior, m))
        assert worst_gap(*self.CASE) > 0.01

    def test_the_pieces_seen_are_learnt_twice(self, monkeypatch):
        right = to_come.counts_to_come
        twice = hf.Dirichlet(np.array(self.CASE[0]) + 2 * np.array(self.CASE[2]))
        monkeypatch.setattr("handful.results.predict.counts_to_come", lambda _, m: right(twice, m))
        assert worst_gap(*self.CASE) > 0.01

    def test_a_fresh_bag_in_place_of_the_rest(self):
        concentration, total, seen = self.CASE
        found = predict(pooled(bag_of(seen), *concentration), size=total)
        assert np.abs(found.pmf(0) - truth(*self.CASE)[0]).max() > 0.01

    def test_the_recipe_plugged_in(self, monkeypatch):
        right = to_come.counts_to_come
        monkeypatch.setattr(
            "handful.results.predict.counts_to_come", lambda post, m: right(hf.Fixed(post.mean), m)
        )
        assert worst_gap(*self.CASE) > 0.01


# ---- laws -------------------------------------------------------------------------------------------------


@given(st.integers(1, 6), st.integers(1, 6), st.floats(0.05, 20), st.floats(0.05, 20))
@settings(max_examples=25)
def test_three_items_and_then_two_are_five(first, second, a, b):
    """The chain rule: the order in which a bag is drawn does not matter."""
    start = hf.Counts([[2, 1]], categories=("a", "b"), ids=["start"])
    fit = pooled(start, a, b)
    straight = predict(fit, size=first + second).pmf("a")
    by_steps = np.zeros(first + second + 1)
    for k, probability in enumerate(predict(fit, size=first).pmf("a")):
        then = hf.Counts([[k, first - k]], categories=("a", "b"), ids=["then"])
        later = predict(hf.fit(hf.Pooled(fit.as_prior()), then), size=second)
        by_steps[k : k + second + 1] += probability * later.pmf("a")
    assert by_steps == pytest.approx(straight, abs=1e-13)


def test_the_whole_bag_seen_in_two_handfuls_is_the_bag_seen_at_once():
    once = bag_of((5, 3, 2))
    twice = bag_of((4, 1, 0), (1, 2, 2))
    by_one = predict(pooled(once), total=40, seen=once)
    by_two = predict(pooled(twice), total=40, seen=twice)
    assert by_one.categories == by_two.categories


def test_a_category_among_many_is_that_category_against_the_rest():
    counts = hf.Counts(four.TABLE, categories=four.CATEGORIES, ids=four.BAGS)
    full = predict(pooled(counts), total=5000, seen=counts)
    blue = counts.collapse("blue")
    alone = predict(hf.fit(hf.Pooled(hf.Beta(1, 5)), blue), total=5000, seen=blue)
    assert alone.categories[0] == full.categories[0]
    rest = alone.categories[1]
    assert (5000 - rest.upper, 5000 - rest.lower) == pytest.approx(
        (full.categories[0].lower, full.categories[0].upper), abs=1
    )
    assert sum(row.mean for row in full.categories) == pytest.approx(5000)


def test_categories_are_matched_by_name():
    counts = bag_of((5, 3, 2))
    turned = hf.Counts([[2, 5, 3]], categories=("c", "a", "b"), ids=["bag 0"])
    fit = pooled(counts, 1, 2, 3)
    assert predict(fit, total=40, seen=turned).categories == predict(fit, total=40, seen=counts).categories


def test_a_bag_counted_to_the_end_is_known():
    counts = bag_of((5, 3, 2))
    found = predict(pooled(counts), total=10, seen=counts)
    assert [(r.mean, r.sd, r.lower, r.upper, r.held) for r in found.categories] == [
        (n, 0.0, n, n, 1.0) for n in (5, 3, 2)
    ]
    assert found.draw(3, rng=1).tolist() == [[5, 3, 2]] * 3
    assert "exactly 5 are a" in found.words
    assert "holds 100%" in found.words


def test_a_known_recipe_gives_a_multinomial():
    counts = bag_of((2, 1, 0))
    fit = hf.fit(hf.Pooled(hf.Fixed([0.2, 0.8, 0.0])), counts)
    found = predict(fit, total=53, seen=counts)
    exact = stats.binom(50, 0.2)
    assert found.pmf("a")[2:52] == pytest.approx(exact.pmf(range(50)), abs=1e-14)
    row = found.categories[0]
    assert (row.mean, row.sd) == pytest.approx((2 + exact.mean(), exact.std()))
    assert (row.lower, row.upper) == tuple(2 + int(k) for k in exact.ppf([0.025, 0.975]))
    never = found.categories[2]
    assert (never.mean, never.sd, never.lower, never.upper, never.held) == (0, 0, 0, 0, 1)


# ---- the distribution function ----------------------------------------------------------------------------


def exact_sf(k, m, a, b):
    """P(K > k) for whole a, as a finite sum at 50 digits: no quadrature, no incomplete beta function.

    P(Q > u) = (1 − u)^b Σ_{i<a} (b)_i/i! u^i, and its expectation over u ~ Beta(k + 1, M − k) is a sum of
    ratios of gamma functions.
    """
    with mpmath.workdps(50):
        b, c, d = mpmath.mpf(b), mpmath.mpf(k + 1), mpmath.mpf(m - k)
        log = mpmath.loggamma
        term = mpmath.exp(log(d + b) - log(c + d + b) - log(d) + log(c + d))
        total = mpmath.mpf(0)
        for i in range(int(a)):
            total += term
            term *= (b + i) * (c + i) / ((i + 1) * (c + i + d + b))
        return total


@pytest.mark.parametrize("m", [1, 10, 1000, 10**6, 10**9, 10**12, 2**53 - 1])
def test_tails_agree_with_exact_sums_at_every_total(m, rng):
    worst = 0.0
    for a in (1, 2, 5, 30, 361, 2000):
        for b in (1e-8, 0.3, 1.0, 7.5, 1295.0, 1e5, 1e7, 1e9, 1e13):
            for p in (1e-4, 0.025, 0.3, 0.7, 0.975):
                q = special.betaincinv(a, b, p)
                k = int(np.clip(round(q * m + rng.normal() * np.sqrt(q * (1 - q) * m)), 0, m - 1))
                sf = exact_sf(k, m, a, b)
                errors = []
                for at_most, more in (
                    BetaBinomial(m, float(a), b).tails(k),
                    BetaBinomial(m, b, float(a)).tails(m - k - 1)[::-1],
                    beta_below((float(a), b), (k + 1.0, float(m - k))),
                ):
                    errors += [more - sf, at_most - (1 - sf)]
                worst = max(worst, *(abs(float(error)) for error in errors))
    print(f"M = {m}: worst error of the cdf {worst:.2g}")
    assert worst < 1e-11


@pytest.mark.parametrize("a", [1e-300, 1e-8, 0.01, 0.5, 2.3, 1e300])
@pytest.mark.parametrize("m", [1, 7, 120])
def test_tails_agree_with_eighty_digits_at_odd_concentrations(a, m):
    for b in (1e-300, 1e-3, 0.7, 50.0, 1e8, 1e300):
        pmf = [mpmath.exp(oracle.dirichlet_multinomial_log_pmf([k, m - k], [a, b])) for k in range(m + 1)]
        for k in range(m):
            at_most = float(mpmath.fsum(pmf[: k + 1]))
            truth_ = pytest.approx((at_most, float(mpmath.fsum(pmf[k + 1 :]))), abs=1e-12)
            assert BetaBinomial(m, a, b).tails(k) == truth_
            assert beta_below((a, b), (k + 1.0, float(m - k))) == truth_


@pytest.mark.parametrize(("a", "b"), [(0.01, 3.0), (0.5, 1e9), (1e-8, 2.0), (3.7, 4e8)])
def test_rare_categories_in_a_billion(a, b):
    """The first terms of the pmf by their ratios, at 50 digits."""
    m, at_most = 10**9, mpmath.mpf(0)
    with mpmath.workdps(50):
        a_, b_ = mpmath.mpf(a), mpmath.mpf(b)
        log = mpmath.loggamma
        term = mpmath.exp(log(b_ + m) + log(a_ + b_) - log(b_) - log(a_ + b_ + m))
        for k in range(60):
            at_most += term
            if k % 7 == 0:
                assert BetaBinomial(m, a, b).tails(k)[0] == pytest.approx(float(at_most), abs=1e-11)
            term *= (m - k) * (a_ + k) / ((k + 1) * (b_ + m - k - 1))


def test_a_large_table_of_scipy_agrees():
    m, a, b = 20_000, 51.5, 175.2
    cdf = stats.betabinom.pmf(np.arange(m + 1), m, a, b).cumsum()
    for place in (3_000, 4_513, 6_000):
        # SciPy's pmf, a difference of log gammas, is itself off by 2e-11 here (by 2e-9 at two million).
        assert BetaBinomial(m, a, b).tails(place)[0] == pytest.approx(cdf[place], abs=1e-10)
    low, high, held = equal_tailed_counts(BetaBinomial(m, a, b), 0.95)
    assert (low, high) == (np.searchsorted(cdf, 0.025), np.searchsorted(cdf, 0.975))
    assert held == pytest.approx(cdf[high] - cdf[low - 1], abs=1e-10)


@given(st.integers(0, 60), st.floats(0.02, 100), st.floats(0.02, 100), st.floats(0.01, 0.999))
@settings(max_examples=60)
def test_intervals_are_the_smallest_that_reach_their_tails(m, a, b, mass):
    pmf = stats.betabinom.pmf(np.arange(m + 1), m, a, b)
    cdf, sf = pmf.cumsum(), pmf[::-1].cumsum()[::-1]
    low, high, held = equal_tailed_counts(BetaBinomial(m, a, b), mass)
    tail, ulp = (1 - mass) / 2, 1e-9
    assert cdf[low] >= tail - ulp
    assert low == 0 or cdf[low - 1] <= tail + ulp
    assert high == m or sf[high + 1] <= tail + ulp
    assert high == 0 or sf[high] >= tail - ulp
    assert held == pytest.approx(pmf[low : high + 1].sum(), abs=1e-10)
    assert held >= mass - ulp


def test_a_tie_is_decided_by_mathematics_not_by_rounding():
    """Uniform on 0..39: 1/40 is just the tail, so 0 is the lower end and 38 the upper one."""
    assert equal_tailed_counts(BetaBinomial(39, 1.0, 1.0), 0.95) == pytest.approx((0, 38, 0.975))
    assert equal_tailed_counts(BetaBinomial(3, 1.0, 1.0), 0.5) == pytest.approx((0, 2, 0.75))


def test_a_billion_items():
    counts = hf.Counts([[360, 1290]], categories=("blue", "not blue"), ids=["A"])
    fit = hf.fit(hf.Pooled(hf.Beta(1, 5)), counts)
    found = predict(fit, total=10**9, seen=counts)
    blue, rest = found.categories
    for row, a, b in ((blue, 361, 1295.0), (rest, 1295, 361.0)):
        n = int(counts.column("blue" if row is blue else "not blue")[0])
        low, high = row.lower - n, row.upper - n
        m = 10**9 - 1650
        assert 1 - exact_sf(low - 1, m, a, b) < 0.025 <= 1 - exact_sf(low, m, a, b) + 1e-10
        assert exact_sf(high, m, a, b) <= 0.025 + 1e-10 < exact_sf(high - 1, m, a, b) + 2e-10
        assert row.held == pytest.approx(
            float(exact_sf(low - 1, m, a, b) - exact_sf(high, m, a, b)), abs=1e-10
        )
    with pytest.raises(
        hf.ParameterError, match="1,000,000,000 items: a table of probabilities goes up to 10,000,000"
    ):
        found.pmf("blue")
    assert found.draw(4, rng=1).sum(axis=1).tolist() == [10**9] * 4


# ---- a posterior on nodes ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class OnPanels:
    """A Beta(a, b) cut off below `floor`, tabulated by Gauss and Legendre in panels: a stand-in for Tabulated."""

    a: float
    b: float
    floor: float = 0.0
    panels: int = 12

    @property
    def _rule(self):
        x, w = special.roots_legendre(20)
        edges = np.linspace(self.floor, 1.0, self.panels + 1)
        half, middle = np.diff(edges) / 2, (edges[1:] + edges[:-1]) / 2
        q = (middle[:, None] + half[:, None] * x).ravel()
        weight = (half[:, None] * w).ravel() * stats.beta.pdf(q, self.a, self.b)
        return q, weight / weight.sum()

    nodes = property(lambda self: self._rule[0])
    weights = property(lambda self: self._rule[1])
    mean = property(lambda self: float(self.weights @ self.nodes))
    variance = property(lambda self: float(self.weights @ (self.nodes - self.mean) ** 2))

    def cdf(self, q):
        below, q = special.betainc(self.a, self.b, self.floor), np.maximum(q, self.floor)
        return (special.betainc(self.a, self.b, q) - below) / (1 - below)

    def sf(self, q):
        return 1.0 - self.cdf(q)

    def draw(self, n_draws, *, rng=None):
        below = special.betainc(self.a, self.b, self.floor)
        return special.betaincinv(self.a, self.b, below + (1 - below) * rng.random(n_draws))


def fit_on_nodes(posterior):
    return replace(pooled(bag_of((12, 7))), posterior=posterior)


@pytest.mark.parametrize("m", [1, 50, 200, 5000, 10**6, 10**9])
def test_a_beta_on_nodes_is_a_beta(m):
    found = predict(fit_on_nodes(OnPanels(13.0, 8.0)), size=m)
    exact = predict(pooled(bag_of((12, 7))), size=m)
    for row, true in zip(found.categories, exact.categories, strict=True):
        assert (row.mean, row.sd) == pytest.approx((true.mean, true.sd), rel=1e-10)
        assert (row.lower, row.upper) == pytest.approx((true.lower, true.upper), abs=1 + 1e-7 * m)
    for k in range(0, m + 1, max(1, m // 50)):
        assert found.to_come[0].tails(k) == pytest.approx(exact.to_come[0].tails(k), abs=1e-10)
        assert found.to_come[1].tails(k) == pytest.approx(exact.to_come[1].tails(k), abs=1e-10)
    if m <= 200:
        assert found.pmf("a") == pytest.approx(exact.pmf("a"), abs=1e-11)
        assert found.pmf("b") == pytest.approx(exact.pmf("b"), abs=1e-11)
    else:
        with pytest.raises(hf.ParameterError, match=r"more than its 240 nodes|10,000,000"):
            found.pmf("a")


@pytest.mark.parametrize("m", [1, 200, 50_000, 10**9])
def test_a_prior_without_a_closed_form(m):
    """The same prior said in another way: a table by quadrature against a Beta."""
    counts = bag_of((12, 43))
    found = predict(hf.fit(hf.Pooled(Density.uniform(0.0, 1.0)), counts), total=m + 55, seen=counts)
    exact = predict(hf.fit(hf.Pooled(hf.Beta(1, 1)), counts), total=m + 55, seen=counts)
    for c in (0, 1):
        row, true = found.categories[c], exact.categories[c]
        assert (row.mean, row.sd) == pytest.approx((true.mean, true.sd), rel=1e-8)
        assert (row.lower, row.upper) == pytest.approx((true.lower, true.upper), abs=1e-8 * m)
        for k in range(0, m + 1, max(1, m // 30)):
            assert found.to_come[c].tails(k) == pytest.approx(exact.to_come[c].tails(k), abs=1e-9)
    assert found.draw(5, rng=1).sum(axis=1).tolist() == [m + 55] * 5


def test_a_poisson_fit_is_of_a_rate():
    with pytest.raises(hf.ParameterError, match="predict needs a pooled fit"):
        predict(hf.fit(Poisson(hf.Gamma(3, 6)), bag_of((12, 43))), size=5)


def test_nodes_alone_would_be_a_staircase(monkeypatch):
    """The fault that the posterior's own distribution function is there for: very many items, few nodes."""
    monkeypatch.setattr(remainder.BinomialMixture, "_close_enough", lambda self: True)
    with pytest.raises(AssertionError):
        test_a_beta_on_nodes_is_a_beta(10**9)


@pytest.mark.parametrize("m", [100, 10**4, 10**7, 10**9])
def test_a_density_that_jumps(m):
    """A share known to be above one half; the oracle integrates over the share, in pieces."""
    posterior = OnPanels(13.0, 12.0, floor=0.5)
    count = predict(fit_on_nodes(posterior), size=m).to_come[0]
    mass = special.betaincc(13.0, 12.0, 0.5)
    for where in (0.499, 0.5, 0.5 + 1 / np.sqrt(m), 0.55, 0.7):
        k = int(where * m)
        width = 10 * np.sqrt(0.25 / m)
        cuts = sorted({0.5, 1.0, *np.clip([where - width, where, where + width], 0.5, 1.0)})

        def integrand(q, k=k):
            return stats.beta.pdf(q, 13.0, 12.0) * special.betaincc(k + 1, m - k, q) / mass

        pieces = pairwise(cuts)
        truth_ = sum(integrate.quad(integrand, *piece, epsabs=1e-13, limit=400)[0] for piece in pieces)
        assert count.tails(k) == pytest.approx((truth_, 1 - truth_), abs=1e-9)


# ---- draws ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fit",
    [
        pooled(bag_of((2, 1))),
        hf.fit(hf.Pooled(hf.Beta(1, 5)), bag_of((2, 1))),
        hf.fit(hf.Pooled(hf.Fixed([0.2, 0.8])), bag_of((2, 1))),
        fit_on_nodes(OnPanels(3.0, 2.0)),
    ],
    ids=["dirichlet", "beta", "fixed", "nodes"],
)
def test_draws_are_as_frequent_as_the_pmf_says(fit, rng):
    seen = None if isinstance(fit.posterior, OnPanels) else bag_of((2, 1))
    found = predict(fit, size=9) if seen is None else predict(fit, total=9, seen=seen)

    def p_value(rng, n):
        drawn = found.draw(n, rng=rng)
        assert (drawn.sum(axis=1) == 9).all()
        pmf = found.pmf("a")
        return frequencies(np.bincount(drawn[:, 0], minlength=10), pmf / pmf.sum())

    two_stage(p_value, rng, 20_000)


def test_the_same_seed_gives_the_same_bags():
    found = predict(pooled(bag_of((5, 3, 2))), size=20)
    assert np.array_equal(found.draw(5, rng=3), found.draw(5, rng=3))


# ---- what was learnt --------------------------------------------------------------------------------------


def test_bags_that_the_fit_has_not_seen_are_refused():
    fit = pooled(bag_of((5, 3, 2)))
    other = hf.Counts([[5, 3, 2]], categories=NAMES, ids=["other"])
    with pytest.raises(
        hf.ParameterError, match=r"has not learnt from what was seen of the bag \(bag 'other'\)"
    ):
        predict(fit, total=50, seen=other)
    with pytest.raises(hf.ParameterError, match="has not learnt"):  # the same bag with another count
        predict(fit, total=50, seen=bag_of((5, 3, 3)))
    nameless = hf.Counts([[9, 9, 9]], categories=NAMES)
    with pytest.raises(hf.ParameterError, match="has not learnt from what was seen of the bag:"):
        predict(fit, total=50, seen=nameless)


def test_learning_first_is_the_cure():
    fit = pooled(bag_of((5, 3, 2)))
    other = hf.Counts([[1, 3, 2]], categories=NAMES, ids=["other"])
    learnt = hf.fit(hf.Pooled(fit.as_prior()), other)
    found = predict(learnt, total=50, seen=other)
    assert found.verdict.notes[-1].startswith("The fit has learnt from 1 bag more than was seen of this one")
    # Seen in an earlier fit is as good.
    assert predict(learnt, total=50, seen=bag_of((5, 3, 2))).verdict.notes == found.verdict.notes


def test_other_bags_are_named_in_a_note():
    counts = bag_of((5, 3, 2), (1, 1, 1), (4, 4, 4))
    fit = pooled(counts)
    note = predict(fit, total=50, seen=counts.select(["bag 1"])).verdict.notes[-1]
    assert note.startswith("The fit has learnt from 2 bags more")
    assert predict(fit, total=50, seen=counts).verdict.notes == fit.verdict.notes


def test_bags_without_ids_are_known_by_their_table_or_not_at_all():
    nameless = hf.Counts([[5, 3, 2], [1, 1, 1]], categories=NAMES)
    fit = pooled(nameless)
    assert predict(fit, total=50, seen=nameless).verdict.notes == fit.verdict.notes
    one = hf.Counts([[5, 3, 2]], categories=NAMES)
    assert predict(fit, total=50, seen=one).verdict.notes[-1].startswith("Whether the fit has learnt")
    named = bag_of((5, 3, 2))
    assert predict(fit, total=50, seen=named).verdict.notes[-1].startswith("Whether the fit has learnt")


def test_a_known_recipe_learns_nothing_and_needs_not():
    fit = hf.fit(hf.Pooled(hf.Fixed([0.2, 0.8])), bag_of((1, 1)))
    other = hf.Counts([[9, 9]], categories=("a", "b"), ids=["other"])
    assert predict(fit, total=50, seen=other).categories[0].mean == pytest.approx(9 + 32 * 0.2)


def test_an_empty_handful_is_a_fresh_bag():
    fit = pooled(bag_of((5, 3, 2)))
    nothing = hf.Counts([[0, 0, 0]], categories=NAMES, ids=["new"])
    for seen in (nothing, hf.Counts([], categories=NAMES)):
        assert predict(fit, total=20, seen=seen).categories == predict(fit, size=20).categories


# ---- what is refused --------------------------------------------------------------------------------------

SEEN = bag_of((5, 3, 2))


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        ({}, "nothing was given: give size=N"),
        ({"size": 5, "total": 20, "seen": SEEN}, "size and total and seen was given"),
        ({"size": 5, "seen": SEEN}, "size and seen was given"),
        (
            {"total": 20},
            "total was given: give size=N for a fresh bag of N items, or both total=T and seen=counts",
        ),
        ({"seen": SEEN}, "seen was given"),
        ({"total": 9, "seen": SEEN}, "total = 9: the bag cannot hold fewer items than the 10 seen of it"),
        ({"size": 0}, "size = 0"),
        ({"size": -1}, "size = -1"),
        ({"size": 2.5}, "size = 2.5: must be a whole number"),
        ({"size": True}, "size = True"),
        ({"size": 2**53}, "size = 9007199254740992"),
        ({"size": 5, "mass": 95}, "mass = 95"),
        ({"total": 20, "seen": [5, 3, 2]}, "seen is a list: give the Counts"),
        ({"total": 20, "seen": bag_of((5, 3))}, "seen has the categories a, b, but the fit has a, b, c"),
    ],
)
def test_a_question_that_cannot_be_answered(given_, said):
    with pytest.raises(hf.ParameterError, match=said):
        predict(pooled(SEEN), **given_)


def test_a_separate_fit_says_nothing_of_other_items():
    with pytest.raises(hf.ParameterError, match="a separate fit gives every bag a recipe of its own"):
        predict(hf.fit(hf.Separate(), SEEN), size=5)


def test_another_posterior_is_refused():
    with pytest.raises(hf.ParameterError, match="needs a pooled fit"):
        predict(replace(pooled(SEEN), posterior="draws"), size=5)
    with pytest.raises(hf.ParameterError, match="needs a pooled fit"):
        to_come.draw_recipes("draws", 5, rng=np.random.default_rng(1))


def test_the_collapse_that_was_forgotten_is_named():
    with pytest.raises(hf.ParameterError, match=r"Take seen.collapse\('a'\)"):
        predict(pooled(SEEN.collapse("a")), total=20, seen=SEEN)


# ---- texts and JSON ---------------------------------------------------------------------------------------


def test_table_words_and_notes():
    counts = bag_of((5, 3, 0))
    found = predict(pooled(counts), total=5000, seen=counts, mass=0.9)
    head, *rows = found.cells("colour")
    assert head == ("colour", "seen", "expected", "sd", "90% interval (equal-tailed)", "holds")
    assert rows[0][:2] == ("a", "5")
    a = found.categories[0]
    assert found.words == (
        f"Of 5,000, between {a.lower:,} and {a.upper:,} are a with 90% probability (the interval holds 90.0%)."
    )
    assert "Note: Never seen: c." in str(found)
    assert found.words in found._repr_html_()
    assert predict(pooled(counts), size=7).cells()[0][:2] == ("category", "expected")


@pytest.mark.parametrize("fresh", [True, False])
def test_the_json_is_valid_and_says_the_same(fresh):
    counts = bag_of((5, 3, 2))
    found = predict(pooled(counts), size=50) if fresh else predict(pooled(counts), total=50, seen=counts)
    told = json.loads(found.to_json())
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(told, schema)
    assert (told["size"], told["total"]) == ((50, None) if fresh else (None, 50))
    assert told["seen"] == (None if fresh else {"a": 5, "b": 3, "c": 2})
    assert told["categories"][0]["held"] == found.categories[0].held
    assert told["interval"] == {"kind": "eti", "mass": 0.95}
    for broken in ({**told, "size": 50, "total": 50}, {key: told[key] for key in told if key != "seen"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(broken, schema)
