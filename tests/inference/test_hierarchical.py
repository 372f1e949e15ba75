"""Every bag its own recipe: fits of a population against brute force, and what must hold at the edges.

Rows A10, A24 (of the bound), A29, N2, N4, N8, N9, N11 and N17, and the table of JOURNEYS section 0.
"""

from __future__ import annotations

import functools
import math

import numpy as np
import pytest
from scipy import special, stats
from tests.testing_tools import four
from tests.testing_tools.gates import GateClosed, two_stage, uniformity, z_gate

import handful as hf
from handful.data.histograms import Histograms
from handful.distributions.weighted import Weighted
from handful.inference.extra_variation import LOOKS, has_extra_variation, is_identified
from handful.inference.population import population_target as target_of
from handful.models.population import PopulationLikelihood

FOUR = hf.Counts(four.TABLE, categories=four.CATEGORIES, ids=four.BAGS)
DM_LOG_LIKELIHOODS = {50: -45.836045, 200: -41.899505, 1000: -40.596280, 10**6: -40.250841}
MULTINOMIAL_LIMIT = -40.250491
PAIRS = ((12, 43), (30, 25), (20, 41), (25, 33))
FAR_APART = ((50, 2), (3, 49), (40, 12), (10, 45), (26, 30))


def counts_of(table, **kwargs):
    table = np.atleast_2d(np.asarray(table))
    return hf.Counts(table, categories=[f"c{i}" for i in range(table.shape[1])], **kwargs)


def bags_of(rng, *, n_bags, n_categories, precision, total=58):
    mean = rng.dirichlet(np.ones(n_categories))
    recipes = rng.dirichlet(precision * mean, size=n_bags)
    return np.array([rng.multinomial(total, recipe) for recipe in recipes])


def log_precision_of(fit):
    return Weighted(np.log(fit.draws["precision"]), fit.weights)


def identical(one, other):
    """Nothing, if two fits are the same to the bit."""
    assert one.log_evidence == other.log_evidence
    assert one.engine == other.engine
    for name, values in one.draws.items():
        assert (values == other.draws[name]).all()
    assert (one.weights == other.weights).all()
    assert one.bound == other.bound


# ---- the same answer from the same bags -----------------------------------------------------------------


def parts_of(table, n_parts):
    parts = [Histograms.of(counts_of(part)) for part in np.array_split(table, n_parts)]
    return functools.reduce(lambda left, right: left + right, parts)


@pytest.mark.parametrize(("n_categories", "engine"), [(6, "laplace"), (2, "quadrature"), (3, "smc")], ids=str)
def test_rows_histograms_parts_and_permuted_bags_are_one(n_categories, engine, rng):
    n_bags = 30 if engine == "smc" else 450
    table = bags_of(rng, n_bags=n_bags, n_categories=n_categories, precision=60.0)
    table[rng.integers(n_bags, size=5)] = 0
    whole = hf.fit(hf.Hierarchical(), counts_of(table), engine=engine, rng=7)
    if engine == "smc":
        identical(hf.fit(hf.Hierarchical(), parts_of(table, 30), engine=engine, rng=7), whole)
        return
    identical(hf.fit(hf.Hierarchical(), Histograms.of(counts_of(table)), engine=engine, rng=7), whole)
    identical(hf.fit(hf.Hierarchical(), parts_of(table, 400), engine=engine, rng=7), whole)
    permuted = counts_of(rng.permutation(table), ids=[f"bag {b}" for b in range(n_bags)])
    identical(hf.fit(hf.Hierarchical(), permuted, engine=engine, rng=7), whole)


def test_the_same_seed_gives_the_same_draws_and_another_others():
    first, again, other = (hf.fit(hf.Hierarchical(), FOUR, rng=seed) for seed in (7, 7, 8))
    identical(first, again)
    assert first.seed == 7
    assert (first.draws["precision"] != other.draws["precision"]).any()
    generator = hf.fit(hf.Hierarchical(), FOUR, rng=np.random.default_rng(7))
    identical(first, generator)
    assert generator.seed is None


def test_a_seed_that_was_drawn_is_kept_and_gives_the_draws_again():
    first = hf.fit(hf.Hierarchical(), FOUR)
    identical(first, hf.fit(hf.Hierarchical(), FOUR, rng=first.seed))


def test_the_order_of_the_categories_hardly_matters():
    order = [3, 0, 5, 1, 4, 2]
    turned = hf.Counts(FOUR.table[:, order], categories=[four.CATEGORIES[c] for c in order])
    straight, other = hf.fit(hf.Hierarchical(), FOUR, rng=1), hf.fit(hf.Hierarchical(), turned, rng=2)
    error = math.hypot(straight.log_evidence.error, other.log_evidence.error)
    z_gate([straight.log_evidence.value], [other.log_evidence.value], [error])
    mine = straight.posterior.health(straight.draws["proportions"][:, order])
    theirs = other.posterior.health(other.draws["proportions"])
    z_gate(mine.mean, theirs.mean, np.hypot(mine.mcse, theirs.mcse))


# ---- JOURNEYS section 0 ---------------------------------------------------------------------------------


@pytest.mark.parametrize("size", DM_LOG_LIKELIHOODS)
def test_the_log_likelihood_at_the_posterior_mean_of_the_pooled_fit(size):
    likelihood = PopulationLikelihood.of(Histograms.of(FOUR))
    mean = np.array(four.POSTERIOR) / sum(four.POSTERIOR)
    found = float(likelihood.value(np.array([np.log(size)]), np.log(mean)[None, :])[0])
    assert found == pytest.approx(DM_LOG_LIKELIHOODS[size], abs=1e-6)
    limit = float(likelihood.value(np.array([80.0]), np.log(mean)[None, :])[0])
    assert limit == pytest.approx(MULTINOMIAL_LIMIT, abs=1e-6)


# ---- against brute force --------------------------------------------------------------------------------


def log_prior_of_x(prior, x):
    """The log density of x = log κ, by SciPy."""
    if isinstance(prior, hf.LogNormal):
        return stats.norm.logpdf(x, prior.mu, prior.sigma)
    if isinstance(prior, hf.Gamma):
        return stats.gamma.logpdf(np.exp(x), prior.shape, scale=1 / prior.rate) + x
    return stats.halfnorm.logpdf(np.exp(-x / 2), scale=prior.scale) - x / 2 - np.log(2)


RANGES = {"lognormal": (-8.0, 16.0), "gamma": (-14.0, 7.0), "halfnormal": (-3.0, 46.0)}


class Brute:
    """The posterior of κ and of the share of the first of two categories on a grid, SciPy's pmf bag by bag."""

    def __init__(self, table, precision, *, mean=(1.0, 1.0), n):
        low, high = RANGES[precision.spec.split("(")[0]]
        x, z = np.linspace(low, high, n), np.linspace(-36.0, 36.0, n)
        kappa, m, rest = np.exp(x)[:, None], special.expit(z), special.expit(-z)
        logs = log_prior_of_x(precision, x)[:, None] + stats.beta.logpdf(m, *mean) + np.log(m) + np.log(rest)
        for k, other in table:
            if isinstance(precision, hf.HalfNormal):
                # Beyond 10^6 SciPy has no digits left, but there the binomial is right to N²/κ.
                near = stats.betabinom.logpmf(
                    k, k + other, np.minimum(kappa, 1e6) * m, np.minimum(kappa, 1e6) * rest
                )
                logs = logs + np.where(kappa < 1e6, near, stats.binom.logpmf(k, k + other, m))
            else:
                logs = logs + stats.betabinom.logpmf(k, k + other, kappa * m, kappa * rest)
        top = logs.max()
        weights = np.exp(logs - top)
        self.log_evidence = top + np.log(weights.sum() * (x[1] - x[0]) * (z[1] - z[0]))
        self.x, self.m = x, m
        self.of_x, self.of_m = weights.sum(axis=1) / weights.sum(), weights.sum(axis=0) / weights.sum()

    @staticmethod
    def moments(values, weights):
        mean = float(weights @ values)
        return mean, math.sqrt(float(weights @ (values - mean) ** 2))

    def below(self, x):
        """P(log κ < x): the trapezoid sum up to there."""
        return float(np.interp(x, self.x, np.cumsum(self.of_x) - 0.5 * self.of_x))


CASES = {
    "a class": (PAIRS, hf.LogNormal(4, 2), (1.0, 1.0)),
    "far apart": (FAR_APART, hf.LogNormal(4, 2), (1.0, 1.0)),
    "all alike": (((10, 20),) * 5, hf.LogNormal(4, 2), (1.0, 1.0)),
    "a gamma prior": (PAIRS, hf.Gamma(2.0, 0.05), (0.5, 3.0)),
    "one bag": (((9, 4),), hf.LogNormal(4, 2), (1.0, 1.0)),
    "never seen": (((0, 12), (0, 15), (0, 3)), hf.LogNormal(4, 2), (1.0, 1.0)),
}


@functools.cache
def case_of(name):
    table, precision, mean = CASES[name]
    model = hf.Hierarchical(hf.Beta(*mean), precision)
    return hf.fit(model, counts_of(table)), Brute(table, precision, mean=mean, n=801)


@pytest.mark.parametrize("name", CASES)
class TestQuadratureOfTwoCategories:
    def test_the_evidence(self, name):
        fit, brute = case_of(name)
        table, precision, mean = CASES[name]
        coarse = Brute(table, precision, mean=mean, n=401)
        assert abs(coarse.log_evidence - brute.log_evidence) <= 1e-6
        assert fit.engine == "quadrature"
        assert abs(fit.log_evidence.value - brute.log_evidence) <= 1e-6
        assert fit.log_evidence.error <= 1e-6
        assert not fit.log_evidence.sampled

    def test_mean_and_standard_deviation(self, name):
        fit, brute = case_of(name)
        x, m = log_precision_of(fit), Weighted(fit.draws["proportions"][:, 0], fit.weights)
        assert (x.mean, x.sd) == pytest.approx(brute.moments(brute.x, brute.of_x), abs=1e-6)
        assert (m.mean, m.sd) == pytest.approx(brute.moments(brute.m, brute.of_m), abs=1e-6)
        assert fit.weights.sum() == pytest.approx(1)

    def test_quantiles_are_as_good_as_those_of_many_draws(self, name):
        """Nodes stand apart: the probability below a quantile is known as well as from 50,000 draws."""
        fit, brute = case_of(name)
        for p in (0.05, 0.5, 0.95):
            assert abs(brute.below(log_precision_of(fit).quantile(p)) - p) <= 2e-3


def test_quadrature_under_a_half_normal_prior():
    table, prior = PAIRS, hf.HalfNormal(0.2)
    fit, brute = hf.fit(hf.Hierarchical(precision=prior), counts_of(table)), Brute(table, prior, n=1201)
    # The grid steps where the beta-binomial gives way to the binomial: N²/10^6 of very little mass.
    assert fit.log_evidence.value == pytest.approx(brute.log_evidence, abs=1e-5)
    x = log_precision_of(fit)
    assert (x.mean, x.sd) == pytest.approx(brute.moments(brute.x, brute.of_x), abs=1e-4)


class TestPriorsAtTheEnds:
    """A stated error holds, or the verdict says that it does not; and a fit or a sentence comes out."""

    @staticmethod
    def log_evidence(table, a, *, n=2001):
        """On a grid of logits −45 .. 45; beyond it a bag of one kind is certain, and any other impossible."""
        x, z = np.linspace(-8, 16, n), np.linspace(-45, 45, n)
        kappa, m, rest = np.exp(x)[:, None], special.expit(z), special.expit(-z)
        prior = stats.norm.logpdf(x, 4, 2)[:, None] + a * np.log(m) + a * np.log(rest) - special.betaln(a, a)
        cell, logs = (x[1] - x[0]) * (z[1] - z[0]), prior
        for k, other in table:
            logs = logs + stats.betabinom.logpmf(k, k + other, kappa * m, kappa * rest)
        certain = all(other == 0 for _, other in table) + all(k == 0 for k, _ in table)
        return float(np.log(np.exp(logs).sum() * cell + 0.5 * certain * (1 - np.exp(prior).sum() * cell)))

    @pytest.mark.parametrize("a", [0.1, 0.01, 1e-3, 1e-4])
    @pytest.mark.parametrize("table", [((0, 0),), ((3, 0), (5, 0)), ((3, 1), (5, 0))])
    def test_shares_near_nought_and_one(self, a, table):
        fit = hf.fit(hf.Hierarchical(hf.Dirichlet([a, a])), counts_of(table))
        truth = self.log_evidence(table, a)
        assert abs(self.log_evidence(table, a, n=1001) - truth) <= 1e-9
        error = abs(fit.log_evidence.value - truth)
        print(f"off by {error:.2g}, stated {fit.log_evidence.error:.2g}, verdict {fit.verdict}")
        assert error <= fit.log_evidence.error + 1e-9

    @pytest.mark.parametrize("prior", [hf.LogNormal(4, 200), hf.LogNormal(1000, 1)], ids=repr)
    @pytest.mark.parametrize("n_categories", [2, 3])
    def test_precisions_beyond_the_doubles(self, prior, n_categories):
        """They are the multinomial limit, or are refused in a sentence."""
        table = [[3, 4, 5][:n_categories], [5, 6, 7][:n_categories]]
        try:
            fit = hf.fit(hf.Hierarchical(precision=prior), counts_of(table), rng=1)
        except hf.HandfulError:
            return
        assert np.isfinite(fit.log_evidence.value)
        assert all(np.isfinite(values).all() for values in fit.draws.values())


class TestQuadratureOfAFixedMean:
    TABLE = np.array([[12, 7, 9], [15, 6, 5], [9, 8, 12], [14, 6, 0]])
    MEAN = np.array([0.5, 0.2, 0.3])

    @pytest.mark.parametrize("prior", [hf.LogNormal(4, 2), hf.Gamma(2.0, 0.05)], ids=lambda one: one.spec)
    def test_against_a_grid(self, prior):
        fit = hf.fit(hf.Hierarchical(hf.Fixed(self.MEAN), prior), counts_of(self.TABLE))
        found = []
        for n in (2001, 4001):
            x = np.linspace(*RANGES[prior.spec.split("(")[0]], n)
            logs = log_prior_of_x(prior, x)
            for row in self.TABLE:
                logs = logs + stats.dirichlet_multinomial.logpmf(
                    row, np.exp(x)[:, None] * self.MEAN, row.sum()
                )
            weights = np.exp(logs - logs.max())
            evidence = logs.max() + np.log(weights.sum() * (x[1] - x[0]))
            found.append((evidence, *Brute.moments(x, weights / weights.sum())))
        assert found[0] == pytest.approx(found[1], abs=1e-6)
        x = log_precision_of(fit)
        assert (fit.log_evidence.value, x.mean, x.sd) == pytest.approx(found[1], abs=1e-6)
        assert fit.engine == "quadrature"
        assert (fit.draws["proportions"] == self.MEAN).all()

    def test_a_share_of_nought_of_what_was_never_seen_is_fine(self):
        table = np.column_stack([self.TABLE, np.zeros(4, dtype=int)])
        with_nought = hf.fit(hf.Hierarchical(hf.Fixed([*self.MEAN, 0.0])), counts_of(table))
        without = hf.fit(hf.Hierarchical(hf.Fixed(self.MEAN)), counts_of(self.TABLE))
        assert with_nought.log_evidence.value == pytest.approx(without.log_evidence.value, abs=1e-9)

    def test_N17_a_share_of_nought_of_what_was_seen_is_impossible(self):
        model, counts = hf.Hierarchical(hf.Fixed([0.4, 0.0, 0.6])), counts_of(self.TABLE, ids=list("ABCD"))
        with pytest.raises(
            hf.ImpossibleData, match="bag 'A' has 7 c1, but the prior gives c1 a share of exactly 0"
        ):
            hf.fit(model, counts)
        with pytest.raises(hf.ImpossibleData, match="the prior gives c1 a share of exactly 0") as refused:
            hf.fit(model, Histograms.of(counts))
        assert (refused.value.category, refused.value.found) == ("c1", int(self.TABLE[:, 1].sum()))


@pytest.mark.parametrize("name", CASES)
def test_laplace_agrees_with_quadrature(name, rng):
    table, precision, mean = CASES[name]
    exact = case_of(name)[0]
    fit = hf.fit(hf.Hierarchical(hf.Beta(*mean), precision), counts_of(table), engine="laplace", rng=rng)
    assert fit.engine == "laplace"
    assert fit.verdict.ok
    assert fit.log_evidence.sampled
    z_gate([fit.log_evidence.value], [exact.log_evidence.value], [fit.log_evidence.error])
    x = fit.posterior.health(
        np.column_stack([np.log(fit.draws["precision"]), fit.draws["proportions"][:, 0]])
    )
    truths = [log_precision_of(exact), Weighted(exact.draws["proportions"][:, 0], exact.weights)]
    z_gate(x.mean, [one.mean for one in truths], x.mcse)
    squares = fit.posterior.health((np.log(fit.draws["precision"])[:, None] - truths[0].mean) ** 2)
    z_gate(squares.mean, [truths[0].variance], squares.mcse)


@pytest.mark.parametrize("name", ["a class", "far apart", "all alike"])
def test_smc_agrees_with_quadrature(name, rng):
    table, precision, mean = CASES[name]
    exact = case_of(name)[0]
    fit = hf.fit(hf.Hierarchical(hf.Beta(*mean), precision), counts_of(table), engine="smc", rng=rng)
    assert fit.engine == "smc"
    # Eight replicates: their error is Student's; at 4.9 of them a false alarm is 1 in 600, so ask for twice that.
    assert abs(fit.log_evidence.value - exact.log_evidence.value) <= 10 * fit.log_evidence.error
    found = fit.posterior.health(np.log(fit.draws["precision"])[:, None])
    assert abs(found.mean[0] - log_precision_of(exact).mean) <= 10 * found.mcse[0]


def test_smc_says_ok_where_nothing_went_wrong():
    fit = hf.fit(hf.Hierarchical(), FOUR, engine="smc", rng=7)
    assert fit.log_evidence.sampled
    assert fit.verdict.ok, fit.verdict


# ---- N2, N9: bags that tell little ----------------------------------------------------------------------


def test_N2_empty_bags_contribute_exactly_nothing():
    empty = np.zeros((3, 6), dtype=int)
    more = hf.Counts(
        np.vstack([FOUR.table, empty]), categories=four.CATEGORIES, ids=[*four.BAGS, "E", "F", "G"]
    )
    plain, with_empty = hf.fit(hf.Hierarchical(), FOUR, rng=7), hf.fit(hf.Hierarchical(), more, rng=7)
    assert with_empty.log_evidence == plain.log_evidence
    assert (with_empty.weights == plain.weights).all()
    assert (with_empty.draws["precision"] == plain.draws["precision"]).all()
    assert "3 empty bags tell nothing." in with_empty.verdict.notes
    assert with_empty.verdict.ok
    assert with_empty.data.n_bags == 7


def follows_the_prior(fit, rng):
    """Whether weighted draws are the default prior's: log κ is N(4, 2), each share Beta(1, C − 1)."""
    chosen = fit.posterior.resampled(1000, rng=rng)
    chosen = rng.permutation(np.unique(chosen))
    n_categories = fit.draws["proportions"].shape[1]
    law = stats.beta(1, n_categories - 1)
    return min(
        uniformity(stats.norm(4, 2).cdf(np.log(fit.draws["precision"][chosen]))),
        uniformity(law.cdf(fit.draws["proportions"][chosen, 0])),
    )


@pytest.mark.parametrize("n_categories", [2, 3, 6])
def test_N9_empty_bags_only_give_the_prior(n_categories, rng):
    empty = counts_of(np.zeros((4, n_categories), dtype=int))
    fit = hf.fit(hf.Hierarchical(), empty, engine="laplace", rng=rng)
    z_gate([fit.log_evidence.value], [0.0], [fit.log_evidence.error])
    assert "Nothing was counted: the answer is the prior." in fit.verdict.notes
    assert fit.bound is None
    two_stage(
        lambda generator, n: follows_the_prior(
            hf.fit(hf.Hierarchical(), empty, engine="laplace", draws=n, rng=generator), generator
        ),
        rng,
        10_000,
    )


def test_N9_empty_bags_only_by_quadrature():
    fit = hf.fit(hf.Hierarchical(), counts_of([[0, 0]] * 3))
    assert fit.log_evidence.value == pytest.approx(0, abs=1e-8)
    x, m = log_precision_of(fit), Weighted(fit.draws["proportions"][:, 0], fit.weights)
    assert (x.mean, x.sd, m.mean, m.variance) == pytest.approx((4, 2, 1 / 2, 1 / 12), abs=1e-6)


@pytest.mark.parametrize("prior", [hf.Gamma(0.05, 0.05), hf.Gamma(0.01, 1.0), hf.Gamma(1e-3, 1e-3)], ids=repr)
def test_N9_the_whole_of_a_prior_is_looked_at(prior):
    """Half of Gamma(0.001, 0.001) lies below e^−690: without data the evidence is 1, whatever the prior."""
    fit = hf.fit(hf.Hierarchical(precision=prior), counts_of([[0, 0]]), engine="quadrature")
    assert abs(fit.log_evidence.value) <= max(1e-6, fit.log_evidence.error)


def test_N9_one_bag_says_that_it_cannot_tell():
    fit, _ = case_of("one bag")
    assert any("One bag cannot tell how much bags differ" in note for note in fit.verdict.notes)
    assert fit.verdict.ok
    assert fit.bound is None
    beside_empty = hf.fit(hf.Hierarchical(), counts_of([[9, 4], [0, 0]]))
    assert any("One bag cannot tell how much bags differ" in note for note in beside_empty.verdict.notes)


def test_N9_one_bag_of_one_kind_and_bags_of_one_item_leave_the_precision_at_its_prior():
    """P(one item is c) = m_c, whatever κ is: nothing can be learnt of it."""
    fit = hf.fit(hf.Hierarchical(), counts_of([[1, 0], [0, 1], [1, 0]]))
    assert any("Bags of one item each cannot tell" in note for note in fit.verdict.notes)
    x, m = log_precision_of(fit), Weighted(fit.draws["proportions"][:, 0], fit.weights)
    assert (x.mean, x.sd) == pytest.approx((4, 2), abs=1e-6)
    assert (m.mean, m.sd) == pytest.approx((stats.beta(3, 2).mean(), stats.beta(3, 2).std()), abs=1e-6)
    assert fit.log_evidence.value == pytest.approx(float(special.betaln(3, 2)), abs=1e-7)
    assert fit.bound is None


def test_a_category_never_seen_is_told_and_keeps_its_prior_share():
    seen = np.column_stack([FOUR.table, np.zeros(4, dtype=int)])
    fit = hf.fit(hf.Hierarchical(), hf.Counts(seen, categories=[*four.CATEGORIES, "pink"]), rng=3)
    assert any("Never seen: pink" in note for note in fit.verdict.notes)
    pink = fit.draws["proportions"][:, 6]
    assert (pink > 0).all()
    # 220 items and none of them pink: about one in 227.
    assert 0.5 / 227 < fit.weights @ pink < 3 / 227
    assert np.isfinite(fit.log_evidence.value)


# ---- N4, N11: bags more alike than chance ---------------------------------------------------------------


ALIKE = {
    "all identical": np.tile([12, 7, 9, 11, 8, 8], (30, 1)),
    "large and identical": np.tile([1200, 700, 900, 1100], (30, 1)),
    "identical up to one item": np.array([[20, 20, 20], [21, 19, 20], [20, 21, 19], [19, 20, 21]] * 5),
}


@pytest.mark.parametrize("name", ALIKE)
class TestBagsMoreAlikeThanChance:
    def test_the_bound_is_told_in_words(self, name):
        fit = hf.fit(hf.Hierarchical(), counts_of(ALIKE[name]), rng=1)
        assert fit.bound is not None
        assert fit.verdict.ok
        words = fit.bound.words
        assert words.startswith("No sign of extra variation between the bags: precision above ")
        assert "with 95% probability" in words
        assert "halfnormal(0.2) on 1/sqrt(precision)" in words
        assert words in fit.verdict.notes
        assert words in repr(fit)
        x = log_precision_of(fit)
        assert fit.bound.above == pytest.approx(np.exp(x.quantile(0.05)), rel=1e-9)
        assert fit.bound.second_above > 0

    def test_the_posterior_is_proper_and_ends_where_the_prior_does(self, name):
        """Beyond the precisions of which the bags can tell, the posterior is the prior's tail, scaled."""
        table = ALIKE[name]
        fit = hf.fit(hf.Hierarchical(), counts_of(table), draws=20_000, rng=2)
        x = np.log(fit.draws["precision"])
        assert fit.weights.sum() == pytest.approx(1)
        assert np.isfinite(x).all()
        # At κ ten times all there is to see, log likelihoods are within N²/κ of their limit.
        flat = np.log(10 * (table.sum(axis=1).astype(float) ** 2).sum())
        above = x > flat
        law = stats.norm(4, 2)
        if law.sf(flat) < 1e-6:
            # Hardly any prior there: what is left of the posterior is no more than that of the prior allows.
            assert fit.weights[above].sum() <= 0.2
            return
        inside = fit.weights * above / fit.weights[above].sum()
        score = law.sf(x) / law.sf(flat)
        mean = float(inside @ score)
        error = math.sqrt(float((inside**2) @ (score - mean) ** 2))
        # N²/κ ≤ 0.1 tilts the tail by a twentieth at most.
        assert abs(mean - 0.5) <= 4.9 * error + 0.05

    def test_no_mode_but_the_one_between_data_and_prior(self, name):
        """Along log κ the posterior rises once and falls once, and its peak is within the prior."""
        histograms = Histograms.of(counts_of(ALIKE[name]))
        target = target_of(hf.Hierarchical(), histograms, engine="laplace")
        mean = ALIKE[name].sum(axis=0) / ALIKE[name].sum()
        y = np.log(mean) @ helmert(len(mean)).T
        x = np.linspace(-5, 60, 6501)
        points = np.column_stack([x, np.tile(y, (len(x), 1))])
        logs = target.log_prior(points) + target.log_likelihood(points)
        # Rounding apart: the value is a sum of some thousands.
        steps = np.sign(np.where(np.abs(np.diff(logs)) < 1e-10, 0, np.diff(logs)))
        turns = np.diff(steps[steps != 0])
        assert (turns != 0).sum() == 1
        # Where log likelihoods are within a tenth of their limit, it is the prior that falls.
        assert x[np.argmax(logs)] < np.log(10 * (ALIKE[name].sum(axis=1).astype(float) ** 2).sum())

    def test_no_mean_of_the_precision_is_told(self, name):
        told = str(hf.summary(hf.fit(hf.Hierarchical(), counts_of(ALIKE[name]), rng=1)))
        assert "precision: above" in told


def helmert(n):
    """Orthonormal rows that sum to zero, as the coordinates have them."""
    rows = np.zeros((n - 1, n))
    for i in range(1, n):
        rows[i - 1, :i], rows[i - 1, i] = 1.0, -i
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_N11_a_case_of_candy_less_variable_than_chance():
    fit = hf.fit(hf.Hierarchical(), hf.read_counts("data:mms-2007"), rng=1)
    assert fit.bound is not None
    assert fit.bound.words in fit.verdict.notes
    assert 200 < fit.bound.above < 1000
    assert fit.bound.second_above != fit.bound.above
    second = hf.fit(hf.Hierarchical(precision=hf.HalfNormal(0.2)), hf.read_counts("data:mms-2007"), rng=2)
    assert second.bound.second_prior == "lognormal(4,2)"
    # Each fit's own bound is the other's second one, within the error of a quantile of 10,000 draws.
    assert second.bound.above == pytest.approx(fit.bound.second_above, rel=0.06)
    assert second.bound.second_above == pytest.approx(fit.bound.above, rel=0.06)


def test_the_bound_is_that_of_the_brute_force_posterior():
    fit, brute = case_of("all alike")
    assert fit.bound is not None
    assert abs(brute.below(math.log(fit.bound.above)) - 0.05) <= 2e-3


def test_bags_that_differ_have_no_bound(rng):
    fit = hf.fit(hf.Hierarchical(), counts_of(bags_of(rng, n_bags=40, n_categories=4, precision=8.0)), rng=1)
    assert fit.bound is None
    assert log_precision_of(fit).quantile(0.95) < math.log(20)


def extra(table):
    """Whether bags with these counts show extra variation, under a flat prior on the mean."""
    counts = counts_of(table)
    return has_extra_variation(Histograms.of(counts), hf.Hierarchical().prior_over(counts.categories).mean)


class TestExtraVariation:
    @staticmethod
    def alarms(generator, n_tables, *, n_bags, n_categories):
        """How many of so many tables of one recipe are said to vary more than chance."""
        recipe = np.arange(1.0, n_categories + 1) / np.arange(1, n_categories + 1).sum()
        tables = (generator.multinomial(58, recipe, size=n_bags) for _ in range(n_tables))
        return sum(extra(table) for table in tables)

    def p_value(self, generator, n):
        found = self.alarms(generator, n, n_bags=2000, n_categories=2)
        return float(stats.binomtest(found, n, 0.025).pvalue)

    def test_false_alarms_are_one_in_forty_where_bags_are_many(self, rng):
        two_stage(self.p_value, rng, 1000)

    @pytest.mark.parametrize(("n_bags", "n_categories"), [(30, 2), (48, 6), (5, 50)])
    def test_false_alarms_are_never_more_where_bags_are_few(self, n_bags, n_categories, rng):
        def p_value(generator, n):
            found = self.alarms(generator, n, n_bags=n_bags, n_categories=n_categories)
            return float(stats.binomtest(found, n, 0.025, alternative="greater").pvalue)

        two_stage(p_value, rng, 300)

    def test_the_gate_sees_a_limit_that_is_too_low(self, rng, monkeypatch):
        monkeypatch.setattr("handful.inference.extra_variation.WORTH_IT", 0.5)
        with pytest.raises(GateClosed):
            two_stage(self.p_value, rng, 150)

    def test_what_is_there_is_noticed(self, rng):
        for _ in range(20):
            table = bags_of(rng, n_bags=30, n_categories=5, precision=20.0)
            assert extra(table)

    def test_it_looks_far_enough(self):
        assert LOOKS[0] <= -10
        assert LOOKS[-1] >= 30
        assert extra([[50, 0], [0, 50], [50, 0]])
        assert not extra([[10, 20]] * 5)
        assert not extra([[10, 0]] * 5)

    def test_what_can_tell(self):
        def told(table):
            return is_identified(Histograms.of(counts_of(table)))

        assert told([[2, 0], [1, 0]])
        assert not told([[5, 3], [0, 0]])
        assert not told([[1, 0], [0, 1]])
        assert not told([[0, 0]])


# ---- engines --------------------------------------------------------------------------------------------


class TestEngines:
    def test_the_best_one_is_chosen(self):
        assert hf.fit(hf.Hierarchical(), FOUR, rng=1).engine == "laplace"
        assert case_of("a class")[0].engine == "quadrature"

    @pytest.mark.parametrize("engine", ["laplace", "smc"])
    def test_six_categories_by_name(self, engine):
        fit = hf.fit(hf.Hierarchical(), FOUR, engine=engine, rng=1)
        assert (fit.engine, fit.reason) == (engine, "as asked")
        assert isinstance(fit, hf.DrawsFit)

    def test_the_engines_agree_on_six_categories(self):
        one, other = (hf.fit(hf.Hierarchical(), FOUR, engine=engine, rng=3) for engine in ("laplace", "smc"))
        error = math.hypot(one.log_evidence.error, other.log_evidence.error)
        assert abs(one.log_evidence.value - other.log_evidence.value) <= 10 * error
        assert one.log_evidence.error < 0.03

    @pytest.mark.parametrize(
        ("engine", "model"),
        [
            ("quadrature", hf.Hierarchical()),
            ("exact", hf.Hierarchical()),
            ("laplace", hf.Hierarchical(hf.Fixed([1 / 6] * 6))),
            ("smc", hf.Hierarchical(hf.Fixed([1 / 6] * 6))),
            ("laplace", hf.Pooled()),
            ("smc", hf.Separate()),
            ("quadrature", hf.Pooled()),
        ],
    )
    def test_one_that_cannot_says_why(self, engine, model):
        with pytest.raises(hf.EngineError, match=engine) as refused:
            hf.fit(model, FOUR, engine=engine, rng=1)
        assert len(str(refused.value)) > len("engine 'laplace':")

    def test_one_that_does_not_exist(self):
        with pytest.raises(hf.ParameterError, match="there is no engine 'nuts'; there are: exact"):
            hf.fit(hf.Hierarchical(), FOUR, engine="nuts")

    def test_the_number_of_draws(self):
        assert len(hf.fit(hf.Hierarchical(), FOUR, draws=500, rng=1).weights) == 500
        for draws in (99, 0, -1, 1000.5):
            with pytest.raises(hf.ParameterError, match="draws"):
                hf.fit(hf.Hierarchical(), FOUR, draws=draws, rng=1)

    @pytest.mark.parametrize(("n_categories", "n_bags"), [(50, 5), (130, 80)])
    def test_many_categories_reach_four_hundred_draws_or_say_so(self, n_categories, n_bags, rng):
        table = bags_of(rng, n_bags=n_bags, n_categories=n_categories, precision=30.0, total=200)
        fit = hf.fit(hf.Hierarchical(), counts_of(table), draws=2000, rng=1)
        values = np.column_stack([fit.draws["proportions"], np.log(fit.draws["precision"])])
        fewest = float(fit.posterior.health(values).ess.min())
        print(
            f"{n_categories} categories, {n_bags} bags: ess {fewest:.0f}, pareto_k {fit.posterior.pareto_k}"
        )
        assert fewest >= 400 or not fit.verdict.ok
        assert fit.verdict.ok or any("independent ones" in note for note in fit.verdict.notes)
        assert np.isfinite(fit.log_evidence.value)

    def test_the_evidence_is_a_probability(self, rng):
        """Over all bags of three items the probabilities add up to one."""
        outcomes = [(3, 0), (2, 1), (1, 2), (0, 3)]
        logs = [
            hf.fit(hf.Hierarchical(hf.Beta(2, 3)), counts_of([one])).log_evidence.value for one in outcomes
        ]
        assert np.exp(logs).sum() == pytest.approx(1, abs=1e-8)


# ---- what is refused ------------------------------------------------------------------------------------


class TestWhatIsRefused:
    def test_N8_one_category(self):
        with pytest.raises(hf.ParameterError, match=r"only one category, 'blue'.*cannot differ"):
            hf.Hierarchical().prior_over(["blue"])
        with pytest.raises(hf.CountsError, match="at least two are needed"):
            hf.Counts([[5], [7]], categories=["blue"])
        both = Histograms.of(counts_of([[5, 0], [7, 0]]))
        alone = Histograms(both.by_category[:1], both.of_totals, ("blue",))
        with pytest.raises(hf.ParameterError, match="only one category, 'blue'"):
            hf.fit(hf.Hierarchical(), alone)

    def test_N8_two_categories_of_which_one_was_seen(self):
        fit, _ = case_of("never seen")
        assert any("Never seen: c0" in note for note in fit.verdict.notes)

    def test_a_shape_as_the_prior_on_the_mean(self):
        for shape in (hf.Density.uniform(0.5, 1.0), stats.uniform(0.5, 0.5)):
            with pytest.raises(hf.ParameterError, match="must be a beta, a dirichlet or a fixed recipe"):
                hf.Hierarchical(shape)
        learnt = hf.fit(hf.Pooled(hf.Density.uniform(0, 0.5)), counts_of([[12, 43]])).as_prior()
        with pytest.raises(hf.ParameterError, match="must be a beta, a dirichlet or a fixed recipe"):
            hf.fit(hf.Hierarchical(learnt), counts_of(PAIRS))

    @pytest.mark.parametrize("model", [hf.Pooled(), hf.Separate(), hf.Poisson()], ids=lambda one: one.spec)
    def test_histograms_for_a_model_of_single_bags(self, model):
        with pytest.raises(hf.CountsTypeError, match="needs each bag's counts, and histograms have none"):
            hf.fit(model, Histograms.of(counts_of(PAIRS)))

    @pytest.mark.parametrize(
        "others",
        [
            {"mean": hf.Beta(1, 2)},
            {"precision": hf.Gamma(1, 1)},
            {"mean": hf.Beta(1, 2), "precision": hf.HalfNormal(1)},
        ],
    )
    def test_two_priors_on_the_same_thing(self, others):
        with pytest.raises(hf.ParameterError, match="alpha_prior is the prior on everything"):
            hf.Hierarchical(alpha_prior=hf.Gamma(0.1, 0.1), **others)

    def test_what_is_no_prior(self):
        with pytest.raises(hf.ParameterTypeError, match=r"^alpha_prior = .*give a Gamma"):
            hf.Hierarchical(alpha_prior=hf.LogNormal(0, 1))
        for precision in (hf.Beta(1, 1), 50, None, stats.gamma(2)):
            with pytest.raises(hf.ParameterTypeError, match=r"^precision = "):
                hf.Hierarchical(precision=precision)

    def test_a_prior_on_one_share_for_six_categories(self):
        with pytest.raises(hf.ParameterError, match="there are 6 categories"):
            hf.fit(hf.Hierarchical(hf.Beta(1, 1)), FOUR)

    def test_a_prior_over_other_categories(self):
        with pytest.raises(hf.ParameterError, match="the prior is over"):
            hf.fit(hf.Hierarchical(hf.Dirichlet([1] * 6, list("abcdef"))), FOUR)

    def test_a_fit_of_draws_as_a_prior(self):
        with pytest.raises(hf.NoPrior, match="known by draws"):
            hf.fit(hf.Hierarchical(), FOUR, rng=1).as_prior()

    def test_bags_counted_twice(self):
        prior = hf.fit(hf.Pooled(), FOUR).as_prior()
        with pytest.raises(hf.DataUsedTwice, match="'A'"):
            hf.fit(hf.Hierarchical(prior), FOUR)


# ---- priors in other forms ------------------------------------------------------------------------------


def test_a_prior_on_each_concentration_is_two_priors():
    """Gamma(c, d) on each of C concentrations is Dirichlet(c) on the mean with Gamma(C c, d) on the precision."""
    each = hf.fit(hf.Hierarchical(alpha_prior=hf.Gamma(0.5, 0.1)), FOUR, rng=7)
    two = hf.fit(hf.Hierarchical(hf.Dirichlet([0.5] * 6), hf.Gamma(3.0, 0.1)), FOUR, rng=7)
    identical(each, two)
    assert "gamma(0.5,0.1) on each concentration" in repr(each)


def test_a_dirichlet_by_name_is_matched_by_name():
    order = [5, 4, 3, 2, 1, 0]
    a = np.arange(1.0, 7.0)
    straight = hf.fit(hf.Hierarchical(hf.Dirichlet(a, four.CATEGORIES)), FOUR, rng=7)
    named = hf.Dirichlet(a[order], [four.CATEGORIES[c] for c in order])
    identical(straight, hf.fit(hf.Hierarchical(named), FOUR, rng=7))


def test_two_categories_by_beta_or_dirichlet():
    beta, dirichlet = (
        hf.fit(hf.Hierarchical(prior), counts_of(PAIRS)) for prior in (hf.Beta(2, 3), hf.Dirichlet([2, 3]))
    )
    identical(beta, dirichlet)


def test_huge_bags_are_no_trouble():
    """Row N3: the bags of a thousand million items that differ as κ = 100 would have them."""
    generator = np.random.default_rng(20)
    recipes = generator.dirichlet(100 * np.array([0.2, 0.3, 0.5]), size=20)
    table = np.array([generator.multinomial(10**9 - 1, one) for one in recipes])
    fit = hf.fit(hf.Hierarchical(), counts_of(table), rng=1)
    assert fit.verdict.ok
    assert fit.bound is None
    # The recipes themselves are as good as known: twenty draws from the Dirichlet.
    assert math.log(40) < log_precision_of(fit).mean < math.log(250)
    assert np.isfinite(fit.log_evidence.value)
