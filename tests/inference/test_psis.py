"""Pareto smoothing against ArviZ, and what draws know against the plain formulas.

The stored figures are those of ``arviz_stats`` 0.8 (``base.array_stats.psislw`` of minus the log weights), which
shares no code with the package. Where its tail has another length (it rounds 3√S and S/5 down, the paper's authors
in R up, as here), a fit of the tail written out below stands in.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pytest
from scipy import optimize, special, stats
from tests.testing_tools.gates import two_stage, uniformity, z_gate

from handful.inference import diagnostics
from handful.inference.diagnostics import rhat_limit
from handful.inference.importance import MOST_PARETO_K, trusted
from handful.inference.psis import Smoothed, smoothed


def levels(n):
    return (np.arange(n) + 0.5) / n


def scattered(values):
    """The same values in an order that is neither rising nor falling, without any luck."""
    n = len(values)
    step = next(s for s in range(int(0.618 * n), n) if math.gcd(s, n) == 1)
    return values[np.arange(n) * step % n]


# Fixed arrays of log weights: quantiles of known distributions, so that no generator decides what they are.
ARRAYS = {
    "normal": scattered(0.7 * special.ndtri(levels(10_000))),
    "wide normal": scattered(2.5 * special.ndtri(levels(10_000))),
    "pareto of shape 0.3": scattered(-0.3 * np.log1p(-levels(2_500))),
    "pareto of shape 0.9": scattered(-0.9 * np.log1p(-levels(2_500))),
    "bounded": scattered(np.log1p(levels(900))),
    "far below": scattered(-1e4 + special.ndtri(levels(400))),
    "few": scattered(special.ndtri(levels(100))),
}
# pareto_k, and the log weights (they sum to 1 as weights) at the first, the median and the last two places.
ARVIZ = {
    "normal": (0.147998019794, -12.1790193912, -9.45551733876, -6.89176293273, -6.73219075026),
    "wide normal": (0.77410495223, -22.0257064012, -12.2989133566, -3.0979651743, -2.57274696913),
    "pareto of shape 0.3": (0.315372684866, -8.18054081888, -7.97253664671, -5.92457839258, -5.62544286746),
    "pareto of shape 0.9": (0.862953046539, -9.61754791727, -8.99353540075, -3.05887237477, -2.11018565166),
    "bounded": (-0.811269004275, -7.20744836103, -6.80216835242, -6.51513439813, -6.51513439813),
    "far below": (0.313998467952, -9.51521700995, -6.48874227974, -3.75162711323, -3.46853413047),
    "few": (0.3681400558, -7.6738454274, -5.08548265435, -2.85360668719, -2.52218682031),
}


def at_some(log_weights):
    rising = np.sort(log_weights)
    return [rising[0], rising[len(rising) // 2], rising[-2], rising[-1]]


def normalised(log_weights):
    return log_weights - special.logsumexp(log_weights)


@pytest.mark.parametrize("name", ARRAYS)
def test_it_is_what_arviz_finds(name):
    found = smoothed(ARRAYS[name])
    shape, *weights = ARVIZ[name]
    assert found.pareto_k == pytest.approx(shape, abs=1e-6)
    assert at_some(normalised(found.log_weights)) == pytest.approx(weights, abs=1e-6)


@pytest.mark.parametrize("name", ARRAYS)
def test_the_stored_figures_are_arvizs(name):
    array_stats = pytest.importorskip("arviz_stats.base", minversion=None).array_stats
    log_weights, shape = array_stats.psislw(-ARRAYS[name])
    assert [float(shape), *at_some(log_weights)] == pytest.approx(ARVIZ[name], abs=1e-9)
    np.testing.assert_allclose(normalised(smoothed(ARRAYS[name]).log_weights), log_weights, atol=1e-6)


# ---- the fit of the tail, written out ------------------------------------------------------------------


def tail_by_hand(log_weights):
    """The smoothed log weights and the shape, one number after another, by the formulas of the two papers.

    Zhang & Stephens (2009), section 3, for the fit; Vehtari et al. (2024), section 2 and appendix C, for the tail of
    ⌈min(S/5, 3√S)⌉ weights, the shape drawn towards a half by ten draws, and quantiles at (z − ½)/M.
    """
    n = len(log_weights)
    n_tail = math.ceil(min(n / 5, 3 * math.sqrt(n)))
    rising = np.sort(log_weights - log_weights.max())
    cutoff = math.exp(rising[-n_tail - 1])
    excess = [math.exp(one) - cutoff for one in rising[-n_tail:]]
    quartile, largest = excess[math.floor(n_tail / 4 + 0.5) - 1], excess[-1]
    n_grid = 30 + math.floor(math.sqrt(n_tail))
    theta = [1 / largest + (1 - math.sqrt(n_grid / (j - 0.5))) / (3 * quartile) for j in range(1, n_grid + 1)]
    shapes = [math.fsum(math.log1p(-one * x) for x in excess) / n_tail for one in theta]
    profile = [n_tail * (math.log(-one / k) - k - 1) for one, k in zip(theta, shapes, strict=True)]
    weights = [1 / math.fsum(math.exp(other - one) for other in profile) for one in profile]
    mean = math.fsum(w * one for w, one in zip(weights, theta, strict=True))
    plain = math.fsum(math.log1p(-mean * x) for x in excess) / n_tail
    shape, scale = (n_tail * plain + 5) / (n_tail + 10), -plain / mean
    quantiles = [
        min(math.log(cutoff + scale * math.expm1(-shape * math.log1p(-(z - 0.5) / n_tail)) / shape), 0.0)
        for z in range(1, n_tail + 1)
    ]
    order = np.argsort(log_weights, kind="stable")
    result = np.array(log_weights, dtype=float)
    result[order[-n_tail:]] = np.array(quantiles) + log_weights.max()
    return result, shape


@pytest.mark.parametrize("n", [25, 26, 100, 143, 224, 225, 226, 1000, 4001])
@pytest.mark.parametrize("kind", ["normal", "heavy", "bounded"])
def test_the_fit_written_out(n, kind, rng):
    log_weights = {
        "normal": lambda: rng.normal(size=n),
        "heavy": lambda: -0.8 * np.log(rng.random(n)),
        "bounded": lambda: np.log1p(rng.random(n)),
    }[kind]()
    found = smoothed(log_weights)
    expected, shape = tail_by_hand(log_weights)
    assert found.pareto_k == pytest.approx(shape, abs=1e-9)
    np.testing.assert_allclose(found.log_weights, expected, atol=1e-9)


def test_the_shape_is_near_the_most_likely_one(rng):
    """An optimiser knows nothing of the grid: with a long tail both find the shape that was drawn."""
    for shape in (0.2, 0.7):
        log_weights = np.log(stats.genpareto.rvs(shape, size=40_000, random_state=rng))
        found = smoothed(log_weights).pareto_k
        n_tail = math.ceil(3 * math.sqrt(40_000))
        rising = np.sort(np.exp(log_weights))
        excess = rising[-n_tail:] - rising[-n_tail - 1]

        def minus_log_likelihood(at, excess=excess):
            return -stats.genpareto.logpdf(excess, at[0], scale=math.exp(at[1])).sum()

        start = [0.5, math.log(excess.mean())]
        best = optimize.minimize(minus_log_likelihood, start, method="Nelder-Mead").x[0]
        # Both are within the error of a shape from 600 excesses of one another, and ten draws are worth a half.
        error = (1 + shape) / math.sqrt(n_tail)
        pulled = (n_tail * best + 5) / (n_tail + 10)
        assert abs(found - pulled) <= 0.5 * error
        assert abs(found - shape) <= 4.9 * error + abs(0.5 - shape) * 10 / n_tail


class TestSmoothing:
    def test_what_is_not_in_the_tail_stays(self, rng):
        log_weights = rng.normal(size=1000)
        found = smoothed(log_weights).log_weights
        n_tail = math.ceil(3 * math.sqrt(1000))
        order = np.argsort(log_weights)
        assert (found[order[:-n_tail]] == log_weights[order[:-n_tail]]).all()
        assert (np.diff(found[order]) >= 0).all()
        assert found.max() <= log_weights.max()

    def test_what_was_given_stays_the_callers(self, rng):
        log_weights = rng.normal(size=1000)
        before = log_weights.copy()
        smoothed(log_weights)
        assert (log_weights == before).all()

    def test_the_scale_of_the_weights_does_not_matter(self, rng):
        log_weights = rng.normal(size=2000)
        plain, moved = smoothed(log_weights), smoothed(log_weights - 5e3)
        assert moved.pareto_k == pytest.approx(plain.pareto_k, abs=1e-9)
        assert moved.excess == pytest.approx(plain.excess, rel=1e-9)
        np.testing.assert_allclose(moved.log_weights + 5e3, plain.log_weights, atol=1e-9)

    def test_the_order_of_the_draws_does_not_matter(self, rng):
        log_weights = rng.normal(size=2000)
        order = rng.permutation(2000)
        plain, turned = smoothed(log_weights), smoothed(log_weights[order])
        assert turned.pareto_k == plain.pareto_k
        assert (turned.log_weights == plain.log_weights[order]).all()

    def test_equal_weights_have_no_tail(self):
        for weights in (np.zeros(1000), np.full(1000, -700.0), 1e-13 * levels(1000)):
            found = smoothed(weights)
            assert (found.pareto_k, found.excess) == (-math.inf, 0.0)
            assert (found.log_weights == weights).all()

    def test_of_few_weights_nothing_can_be_told(self):
        for n in (1, 5, 20):
            found = smoothed(special.ndtri(levels(n)))
            assert found.pareto_k == math.inf
            assert not trusted(found, error=0.01)

    def test_one_weight_that_holds_all(self):
        log_weights = np.full(1000, -1e4)
        log_weights[17] = 0.0
        found = smoothed(log_weights)
        assert found.pareto_k > MOST_PARETO_K
        assert not trusted(found, error=0.01)

    def test_the_excess_is_the_part_of_all_weight_above_where_the_tail_begins(self, rng):
        log_weights = rng.normal(size=1000)
        weights = np.sort(np.exp(log_weights))
        n_tail = math.ceil(3 * math.sqrt(1000))
        expected = (weights[-n_tail:] - weights[-n_tail - 1]).sum() / weights.sum()
        assert smoothed(log_weights).excess == pytest.approx(expected, rel=1e-12)

    def test_the_gate_sees_a_heavy_tail(self, rng):
        heavy = smoothed(-0.95 * np.log(rng.random(10_000)))
        light = smoothed(-0.2 * np.log(rng.random(10_000)))
        assert not trusted(heavy, error=0.01)
        assert trusted(light, error=0.01)
        assert trusted(Smoothed(heavy.log_weights, 0.9, 1e-4), error=1e-3)

    def test_smoothing_brings_the_mean_nearer(self, rng):
        """Weights of shape 0.6 have a mean and no variance: smoothed, their mean errs less (the point of it)."""
        plain, better = [], []
        for _ in range(200):
            log_weights = -0.6 * np.log(rng.random(1000))  # mean 1/(1 − 0.6) = 2.5
            plain.append(np.exp(log_weights).mean() - 2.5)
            better.append(np.exp(smoothed(log_weights).log_weights).mean() - 2.5)
        assert np.sqrt(np.mean(np.square(better))) < np.sqrt(np.mean(np.square(plain)))


# ---- health ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Related:
    """Draws as the diagnostics look at them."""

    weights: np.ndarray
    replicate: np.ndarray
    ancestor: np.ndarray


def health(values, *, weights, replicate, ancestor):
    return diagnostics.health(Related(weights, replicate, ancestor), values)


def own(n):
    return {"replicate": np.zeros(n, dtype=int), "ancestor": np.arange(n)}


class TestHealth:
    def test_equal_weights_are_plain_statistics(self, rng):
        x = rng.normal(3, 2, (500, 3))
        found = health(x, weights=np.full(500, 1 / 500), **own(500))
        np.testing.assert_allclose(found.mean, x.mean(axis=0), rtol=1e-12)
        np.testing.assert_allclose(found.sd, x.std(axis=0), rtol=1e-12)
        np.testing.assert_allclose(found.mcse, x.std(axis=0, ddof=1) / np.sqrt(500), rtol=1e-12)
        np.testing.assert_allclose(found.ess, 499, rtol=1e-12)
        assert found.rhat is None

    def test_independent_draws_with_weights(self, rng):
        """Owen's formula of self-normalised importance sampling, term by term, over 1 − Σw² against its bias."""
        x, w = rng.normal(size=(200, 2)), rng.random(200)
        w /= w.sum()
        found = health(x, weights=w, **own(200))
        for q in range(2):
            mean = math.fsum(w * x[:, q])
            variance = math.fsum(w * (x[:, q] - mean) ** 2)
            error = math.fsum((w * (x[:, q] - mean)) ** 2) / (1 - math.fsum(w**2))
            assert (found.mean[q], found.sd[q], found.mcse[q]) == pytest.approx(
                (mean, math.sqrt(variance), math.sqrt(error))
            )
            assert found.ess[q] == pytest.approx(min(variance / error, 200))

    def test_relatives_count_together(self, rng):
        x, w, ancestor = rng.normal(size=60), rng.random(60), rng.integers(0, 12, 60)
        w /= w.sum()
        found = health(x[:, None], weights=w, replicate=np.zeros(60, dtype=int), ancestor=ancestor)
        mean = w @ x
        error = sum((w * (x - mean))[ancestor == family].sum() ** 2 for family in range(12))
        error /= 1 - sum(w[ancestor == family].sum() ** 2 for family in range(12))
        assert found.mcse[0] == pytest.approx(math.sqrt(error))
        copies = health(
            np.repeat(x, 5)[:, None], weights=np.repeat(w, 5) / 5, replicate=np.zeros(300, dtype=int),
            ancestor=np.repeat(np.arange(60), 5),
        )  # fmt: skip
        alone = health(x[:, None], weights=w, **own(60))
        assert copies.mcse[0] == pytest.approx(alone.mcse[0])
        assert copies.ess[0] == pytest.approx(alone.ess[0])

    def test_the_names_of_ancestors_and_the_order_of_draws_do_not_matter(self, rng):
        x, w, ancestor = rng.normal(size=60), rng.random(60), rng.integers(0, 12, 60)
        replicate, order = ancestor % 3, rng.permutation(60)
        w /= w.sum()
        plain = health(x[:, None], weights=w, replicate=replicate, ancestor=ancestor)
        turned = health(
            x[order][:, None], weights=w[order], replicate=replicate[order], ancestor=(ancestor + 40)[order]
        )
        assert (turned.mean[0], turned.mcse[0]) == pytest.approx((plain.mean[0], plain.mcse[0]))
        assert turned.rhat[0] == pytest.approx(plain.rhat[0])

    def test_replicates_of_equal_weight(self, rng):
        """The spread of their means, where it says more than the families do; R-hat is the classical one."""
        n_replicates, each = 8, 50
        x = rng.normal(size=(n_replicates, each)) + rng.normal(size=(n_replicates, 1))
        n = n_replicates * each
        found = health(
            x.ravel()[:, None],
            weights=np.full(n, 1 / n),
            replicate=np.repeat(np.arange(n_replicates), each),
            ancestor=np.arange(n),
        )
        means = x.mean(axis=1)
        assert found.mcse[0] == pytest.approx(means.std(ddof=1) / math.sqrt(n_replicates))
        assert found.ess[0] == pytest.approx(x.var() / found.mcse[0] ** 2)
        within = x.var(axis=1, ddof=1).mean()
        classical = math.sqrt(((each - 1) / each * within + means.var(ddof=1)) / within)
        assert found.rhat[0] == pytest.approx(classical)

    def test_the_larger_of_the_two_errors_counts(self):
        x = np.tile([0.0, 1.0], 50)  # replicates of one mean: only the families speak
        found = health(
            x[:, None], weights=np.full(100, 0.01), replicate=np.repeat([0, 1], 50), ancestor=np.arange(100)
        )
        assert found.mcse[0] == pytest.approx(0.5 / math.sqrt(99))
        assert found.rhat[0] == pytest.approx(math.sqrt(49 / 50))

    def test_a_weight_of_nought_changes_nothing(self, rng):
        x, w = rng.normal(size=50), rng.random(50)
        w /= w.sum()
        plain = health(x[:, None], weights=w, **own(50))
        more = health(np.append(x, 1e6)[:, None], weights=np.append(w, 0.0), **own(51))
        assert (more.mean[0], more.sd[0], more.mcse[0]) == pytest.approx(
            (plain.mean[0], plain.sd[0], plain.mcse[0])
        )

    def test_what_never_varies(self):
        found = health(np.ones((40, 1)), weights=np.full(40, 1 / 40), **own(40))
        assert (found.mean[0], found.sd[0], found.mcse[0]) == pytest.approx((1.0, 0.0, 0.0), abs=1e-12)
        assert found.ess[0] == 40

    @pytest.mark.parametrize("value", [math.nan, math.inf])
    def test_what_is_no_number_never_passes(self, value):
        x = np.arange(40.0)
        x[7] = value
        found = health(x[:, None], weights=np.full(40, 1 / 40), **own(40))
        assert (found.ess[0], found.mcse[0]) == (0, math.inf)

    def test_relatives_all_of_one_family_tell_nothing(self):
        found = health(
            np.arange(40.0)[:, None],
            weights=np.full(40, 1 / 40),
            replicate=np.zeros(40, dtype=int),
            ancestor=np.zeros(40, dtype=int),
        )
        assert (found.ess[0], found.mcse[0]) == (0, math.inf)

    def test_the_error_is_honest(self, rng):
        """Row A27 in small: (mean − truth)/mcse is standard normal, for importance draws of a skewed target."""

        def p_value(generator, n):
            z = []
            for _ in range(n):
                x = generator.standard_gamma(3.0, 2000)
                log_weights = stats.gamma.logpdf(x, 3.5, scale=0.9) - stats.gamma.logpdf(x, 3.0)
                w = np.exp(log_weights - log_weights.max())
                found = health(x[:, None], weights=w / w.sum(), **own(2000))
                z.append((found.mean[0] - 3.5 * 0.9) / found.mcse[0])
            return uniformity(stats.norm.cdf(z))

        two_stage(p_value, rng, 400)

    def test_the_error_of_relatives_is_honest(self, rng):
        """Draws that were copied know no more than their ancestors: the plain formula would say four times more."""
        z = []
        for _ in range(400):
            x = rng.normal(size=(500, 1))
            family = np.repeat(np.arange(500), 4)
            found = health(
                x[family],
                weights=np.full(2000, 1 / 2000),
                replicate=np.zeros(2000, dtype=int),
                ancestor=family,
            )
            z.append(found.mean[0] / found.mcse[0])
        z_gate([np.mean(z), np.var(z)], [0, 1], [1 / 20, np.sqrt(2 / 400)])


class TestRhatLimit:
    def test_it_is_that_of_the_f_distribution(self):
        for n_replicates in (2, 4, 8, 20):
            for ess in (50.0, 400.0, 1e4):
                quantile = stats.f.ppf(0.9999, n_replicates - 1, ess)
                expected = math.sqrt(1 + n_replicates * quantile / ess)
                assert rhat_limit(n_replicates, ess) == pytest.approx(expected, rel=1e-6)

    def test_good_replicates_pass(self, rng):
        """Independent replicates exceed it but once in 10,000 times; 1.01 would fail half of them."""
        n_replicates, each, runs = 8, 50, 20_000
        means = rng.normal(size=(runs, n_replicates)) / math.sqrt(each)
        rhat = np.sqrt(1 + means.var(axis=1, ddof=1))
        limit = rhat_limit(n_replicates, n_replicates * each)
        above = int((rhat > limit).sum())
        assert stats.binomtest(above, runs, 1e-4, alternative="greater").pvalue > 1e-6
        assert np.mean(rhat > 1.005) > 0.5

    def test_without_draws_nothing_passes(self):
        assert rhat_limit(8, 0.0) == 1
