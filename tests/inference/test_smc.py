"""smc against posteriors that are known exactly: evidence, moments, modes, errors (TESTS A13, A19, A20, A26, A27)."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import special, stats
from tests.testing_tools.gates import GateClosed, two_stage, z_gate

from handful.data.counts import Counts
from handful.data.histograms import Histograms
from handful.distributions.dirichlet import Dirichlet
from handful.distributions.positive import LogNormal
from handful.errors import EngineError
from handful.inference import smc
from handful.inference.diagnostics import family_variance, health, rhat_limit
from handful.inference.evidence import Evidence
from handful.inference.hamiltonian_moves import Flow, Swarm, covariance_factor
from handful.inference.particles import Particles
from handful.inference.tempering import KEPT, next_temperature, resampled
from handful.models.population import PopulationLikelihood
from handful.models.population_mean import PopulationTarget

# ---- posteriors in closed form --------------------------------------------------------------------------


class Known:
    """What the targets below have in common: all but the density."""

    n_dims = 3

    def hessian(self, points):
        raise NotImplementedError

    def slope(self, points, temperature):
        return self.prior_gradient(points) + temperature * self.likelihood_gradient(points)

    def quantities(self, points):
        return {"points": points}


class Rates(Known):
    """Logs of Poisson rates under Gamma(a, b) priors, each seen n times: skewed, and each of another scale."""

    shape = np.array([0.4, 2.0, 1.0])
    rate = np.array([0.5, 1.0, 0.1])
    counts = np.array([1.0, 9.0, 60.0])
    times = np.array([1.0, 4.0, 10.0])

    def log_prior(self, points):
        a, b = self.shape, self.rate
        return (a * np.log(b) - special.gammaln(a) + a * points - b * np.exp(points)).sum(axis=1)

    def log_likelihood(self, points):
        k, n = self.counts, self.times
        return (k * np.log(n) - special.gammaln(k + 1) + k * points - n * np.exp(points)).sum(axis=1)

    def prior_gradient(self, points):
        return self.shape - self.rate * np.exp(points)

    def likelihood_gradient(self, points):
        return self.counts - self.times * np.exp(points)

    def draw_prior(self, n_draws, *, rng):
        lifted = np.log(rng.standard_gamma(self.shape + 1.0, size=(n_draws, 3)))
        return lifted - rng.standard_exponential((n_draws, 3)) / self.shape - np.log(self.rate)

    @property
    def log_evidence(self):
        p = self.rate / (self.rate + self.times)
        return stats.nbinom.logpmf(self.counts, self.shape, p).sum()

    @property
    def means(self):
        return special.digamma(self.shape + self.counts) - np.log(self.rate + self.times)

    @property
    def sds(self):
        return np.sqrt(special.polygamma(1, self.shape + self.counts))


class Standard(Known):
    """A standard normal prior."""

    def log_prior(self, points):
        return -0.5 * (points**2).sum(axis=1) - 0.5 * self.n_dims * math.log(2 * math.pi)

    def prior_gradient(self, points):
        return -points

    def draw_prior(self, n_draws, *, rng):
        return rng.standard_normal((n_draws, self.n_dims))


class TwoModes(Standard):
    """Two normal modes of different width, 70 % and 30 % of the posterior."""

    n_dims = 2
    centres = np.array([[1.5, 1.5], [-1.5, -1.0]])
    widths = np.array([0.1, 0.25])
    masses = np.array([0.7, 0.3])

    @property
    def _log_heights(self):
        """Of the modes in the likelihood, so that their masses under the prior are as said."""
        spread = 1.0 + self.widths**2
        return np.log(self.masses) + (self.centres**2).sum(axis=1) / (2 * spread) + np.log(spread)

    def _log_parts(self, points):
        squares = ((points[:, None, :] - self.centres) ** 2).sum(axis=2)
        return self._log_heights - squares / (2 * self.widths**2) - 2 * np.log(self.widths)

    def log_likelihood(self, points):
        return special.logsumexp(self._log_parts(points), axis=1)

    def likelihood_gradient(self, points):
        share = special.softmax(self._log_parts(points), axis=1)
        return ((share / self.widths**2)[..., None] * (self.centres - points[:, None, :])).sum(axis=1)

    log_evidence = 0.0

    @property
    def in_first(self):
        """How much of the posterior lies where the first coordinate is above 0."""
        factor = 1.0 + self.widths**2
        return self.masses @ stats.norm.sf(0.0, self.centres[:, 0] / factor, self.widths / np.sqrt(factor))


class Broken(Standard):
    """The likelihood is 0 where x < 0 and NaN where y > 1; elsewhere it sees z at 2, with sd 1/2."""

    def log_likelihood(self, points):
        seen = stats.norm.logpdf(2.0, points[:, 2], 0.5)
        return np.where(points[:, 0] < 0, -np.inf, np.where(points[:, 1] > 1, np.nan, seen))

    def likelihood_gradient(self, points):
        slope = np.zeros_like(points)
        slope[:, 2] = 4.0 * (2.0 - points[:, 2])
        return np.where((points[:, 0] < 0)[:, None], np.nan, slope)

    log_evidence = math.log(0.5) + stats.norm.logcdf(1.0) + stats.norm.logpdf(2.0, 0.0, math.sqrt(1.25))
    means = np.array([math.sqrt(2 / math.pi), -stats.norm.pdf(1.0) / stats.norm.cdf(1.0), 1.6])


class Impossible(Standard):
    """No point explains the data."""

    def log_likelihood(self, points):
        return np.full(len(points), -np.inf)

    def likelihood_gradient(self, points):
        return np.zeros_like(points)


# ---- A19: the evidence has no bias -----------------------------------------------------------------------


@pytest.fixture
def fixed_schedule(monkeypatch):
    """A schedule that a first run has found, and that all further runs keep to."""
    temperatures, factors = [], []

    def found(log_likelihood, temperature):
        temperatures.append(next_temperature(log_likelihood, temperature))
        return temperatures[-1]

    def measured(points, weights):
        factors.append(covariance_factor(points, weights))
        return factors[-1]

    def settled(flow, swarm, *, step, rng):
        for _ in range(2):
            swarm, _ = flow.moved(swarm, step=0.8, rng=rng)
        return swarm, step

    def after(_, temperature):
        return next(found for found in temperatures if found > temperature)

    with monkeypatch.context() as first:
        first.setattr(smc, "next_temperature", found)
        first.setattr(smc, "covariance_factor", measured)
        smc.tempered(Rates(), n_particles=64, rng=np.random.default_rng(1))
    monkeypatch.setattr(Flow, "settled", settled)
    monkeypatch.setattr(smc, "next_temperature", after)
    rungs = len(factors)
    turns = iter(range(10**9))
    monkeypatch.setattr(smc, "covariance_factor", lambda points, weights: factors[next(turns) % rungs])


def evidence_ratios(rng, runs):
    """Estimated evidence over the true one, of many small runs."""
    found = [smc.tempered(Rates(), n_particles=64, n_replicates=4, rng=rng).log_evidence for _ in range(runs)]
    return np.exp([one.value - Rates().log_evidence for one in found])


def bias_p_value(rng, runs):
    ratios = evidence_ratios(rng, runs)
    assert np.std(ratios) < 0.5
    return stats.ttest_1samp(ratios, 1.0).pvalue


def test_the_evidence_has_no_bias(fixed_schedule, rng):
    two_stage(bias_p_value, rng, 120)


def off_by_one(log_weights, *, rng):
    return (resampled(log_weights, rng=rng) + 1) % log_weights.size


def weights_forgotten(log_weights, *, rng):
    return np.arange(log_weights.size)


@pytest.mark.parametrize("fault", [off_by_one, weights_forgotten])
def test_a_fault_in_the_resampling_is_seen(fixed_schedule, rng, monkeypatch, fault):
    monkeypatch.setattr(smc, "resampled", fault)
    with pytest.raises(GateClosed):
        two_stage(bias_p_value, rng, 60)


# ---- A20: the error of the evidence ----------------------------------------------------------------------


def coverage_p_value(rng, runs):
    found = [smc.tempered(Rates(), rng=rng).log_evidence for _ in range(runs)]
    misses = np.array([one.value for one in found]) - Rates().log_evidence
    assert np.median(np.abs(misses)) < 0.05
    assert np.max(np.abs(misses)) < 0.2
    covered = int((np.abs(misses) < 2 * np.array([one.error for one in found])).sum())
    return stats.binom.cdf(covered, runs, 0.88)


def test_the_evidence_is_as_good_as_it_says(rng):
    two_stage(coverage_p_value, rng, 30)


def test_the_evidence_of_a_hierarchical_model(rng):
    """One bag of two: each share of its two items is its mean's, so 1/3 for either pair if κ → ∞ or κ → 0."""
    one = Counts([[1, 0]], categories=["blue", "red"])
    target = PopulationTarget(
        PopulationLikelihood.of(Histograms.of(one)), Dirichlet([1.0, 2.0]), LogNormal(4, 2)
    )
    draws = smc.tempered(target, rng=rng)
    # A single item says nothing of κ: the evidence is the mean share, 1/3, and the mean is Beta(2, 2).
    z_gate(draws.log_evidence.value, math.log(1 / 3), draws.log_evidence.error)
    found = target.quantities(draws.points)
    blue, log_precision = (
        health(draws, found["proportions"][:, 0]),
        health(draws, np.log(found["precision"])),
    )
    z_gate([blue.mean, log_precision.mean], [0.5, 4.0], [blue.mcse, log_precision.mcse])


# ---- moments, modes and broken places --------------------------------------------------------------------


def test_skewed_posteriors_are_met(rng):
    target = Rates()
    draws = smc.tempered(target, rng=rng)
    first = health(draws, draws.points)
    second = health(draws, (draws.points - target.means) ** 2)
    z_gate(first.mean, target.means, first.mcse)
    z_gate(second.mean, target.sds**2, second.mcse)
    assert (first.ess > 400).all()
    assert (first.rhat < rhat_limit(8, 400.0)).all()
    assert draws.notes == ()
    assert draws.weights.sum() == pytest.approx(1.0, rel=1e-12)


class Misled(Rates):
    """Trajectories are led by a slope that is a fifth too steep and has two digits."""

    def slope(self, points, temperature):
        return (1.2 * super().slope(points, temperature)).round(1)


class Late(Rates):
    """A slope that depends on where it was asked for before, and not on the place alone."""

    before = None

    def slope(self, points, temperature):
        last, self.before = self.before, super().slope(points, temperature)
        return self.before if last is None else last


def moved_p_value(kind):
    """Draws of the posterior itself, moved: their means and spreads stay what they are."""

    def p_value(rng, runs):
        target = kind()
        shape, rate = target.shape + target.counts, target.rate + target.times
        points = np.log(rng.standard_gamma(shape, size=(100 * runs, 3)) / rate)
        swarm = Swarm.at(points, target, ancestor=np.arange(len(points)))
        flow = Flow(target, 1.0, np.diag(target.sds))
        moved = flow.walked(swarm, 10, step=0.5, rng=rng)[-1].points
        cumulated = special.gammainc(shape, rate * np.exp(moved))
        return min(1.0, 3 * min(stats.kstest(column, "uniform").pvalue for column in cumulated.T))

    return p_value


def test_whatever_leads_the_moves_they_leave_the_posterior_as_it_is(rng):
    two_stage(moved_p_value(Misled), rng, 200)


def test_a_slope_that_is_no_function_of_the_place_is_seen(rng):
    with pytest.raises(GateClosed):
        two_stage(moved_p_value(Late), rng, 200)


def test_each_mode_has_its_mass_or_the_replicates_disagree(rng):
    target = TwoModes()
    answers = [smc.tempered(target, rng=rng) for _ in range(12)]
    agreed = [draws for draws in answers if not draws.notes]
    assert all("The replicates disagree" in note for draws in answers for note in draws.notes)
    in_first = [health(draws, (draws.points[:, 0] > 0).astype(float)) for draws in agreed]
    z_gate([one.mean for one in in_first], target.in_first, [one.mcse for one in in_first])
    evidences = [draws.log_evidence for draws in agreed]
    z_gate([one.value for one in evidences], target.log_evidence, [one.error for one in evidences])
    # Who came from which mode was settled early, by few: that is known.
    assert max(one.ess for one in in_first) < 1500


def test_one_replicate_that_outweighs_all_others_is_a_disagreement():
    evidence, shares = smc._pooled(np.log([1.0] * 7 + [9.0]))
    (note,) = smc._disagreement(shares)
    assert note.startswith("The replicates disagree: one of the 8 holds 56% of the evidence")
    assert evidence.value == pytest.approx(math.log(2.0), rel=1e-12)
    assert evidence.error == pytest.approx(0.25 * stats.t.ppf(0.975, 7), rel=1e-12)
    assert smc._disagreement(smc._pooled(np.log([1.0] * 7 + [6.0]))[1]) == ()


def test_places_without_a_likelihood_are_left_out(rng):
    target = Broken()
    draws = smc.tempered(target, rng=rng)
    assert np.isfinite(draws.points).all()
    assert (draws.points[:, 0] >= 0).all()
    assert (draws.points[:, 1] <= 1).all()
    found = health(draws, draws.points)
    z_gate(found.mean, target.means, found.mcse)
    z_gate(draws.log_evidence.value, target.log_evidence, draws.log_evidence.error)


def test_impossible_data_are_an_error(rng):
    with pytest.raises(EngineError, match="impossible at each of 80 points"):
        smc.tempered(Impossible(), n_particles=10, rng=rng)


def test_a_replicate_without_hope_counts_for_nothing(rng, monkeypatch):
    target = Rates()
    lost = np.repeat([True, False, False, False], 50)
    draw = target.draw_prior

    def far_away(n_draws, *, rng):
        return np.where(lost[:, None], 800.0, draw(n_draws, rng=rng))

    monkeypatch.setattr(target, "draw_prior", far_away)
    draws = smc.tempered(target, n_particles=50, n_replicates=4, rng=rng)
    assert draws.weights[lost].sum() == 0
    assert np.isfinite(draws.log_evidence.value)
    assert np.isfinite(health(draws, draws.points).mcse).all()


def test_the_same_seed_gives_the_same_draws(seed):
    first, again = (
        smc.tempered(TwoModes(), n_particles=50, rng=np.random.default_rng(seed)) for _ in range(2)
    )
    assert np.array_equal(first.points, again.points)
    assert np.array_equal(first.weights, again.weights)
    assert np.array_equal(first.ancestor, again.ancestor)
    assert first.log_evidence == again.log_evidence


def test_ancestors_stay_in_their_replicate(rng):
    draws = smc.tempered(Rates(), n_particles=40, n_replicates=5, rng=rng)
    assert np.array_equal(draws.ancestor // 40, draws.replicate)


# ---- temperatures and resampling -------------------------------------------------------------------------


def test_a_temperature_leaves_as_many_effective_as_it_should(rng):
    log_likelihood = np.append(-(rng.standard_normal(1000) ** 2) * 1e6, [-np.inf] * 500)
    weights = np.exp(next_temperature(log_likelihood, 0.0) * log_likelihood)
    assert weights.sum() ** 2 / (weights**2).sum() == pytest.approx(KEPT * 1000, rel=1e-6)


def test_a_temperature_always_rises():
    assert next_temperature(np.array([0.0, -1e300]), 0.25) > 0.25


def test_survivors_are_as_many_as_their_weights_ask_for(rng):
    weights = rng.dirichlet(np.full(50, 0.3), size=4)
    weights[2] = 0.0
    with np.errstate(divide="ignore"):
        log_weights = np.log(weights) - 800.0
    index = resampled(log_weights, rng=rng)
    copies = np.bincount(index, minlength=200).reshape(4, 50)
    assert (copies.sum(axis=1) == 50).all()
    assert (copies[2] == 1).all()
    rest = [0, 1, 3]
    assert (np.abs(copies[rest] - 50 * weights[rest]) < 1 + 1e-9).all()


def test_points_in_a_plane_have_a_covariance_all_the_same():
    line = np.outer(np.arange(10.0), [1.0, 2.0, 0.0])
    factor = covariance_factor(line, np.full(10, 0.1))
    assert (np.diagonal(factor) > 0).all()
    assert (factor @ factor.T)[1, 1] == pytest.approx(4 * line[:, 0].var(), rel=1e-6)


# ---- A26, A27: what is said of the error of a mean -------------------------------------------------------


def independent(n_draws, *, replicates=1):
    number = np.arange(n_draws)
    weights = np.full(n_draws, 1.0 / n_draws)
    return Particles(np.zeros((n_draws, 1)), weights, number * replicates // n_draws, number, Evidence(0.0))


def test_the_error_of_a_mean_is_what_it_says(rng):
    target = Rates()

    def p_value(rng, fits):
        inside = 0
        for _ in range(fits):
            draws = smc.tempered(target, n_particles=48, rng=rng)
            found = health(draws, draws.points[:, 0])
            inside += bool(abs(found.mean - target.means[0]) < 2 * found.mcse)
        too_few, too_many = stats.binom.cdf(inside, fits, 0.92), stats.binom.sf(inside - 1, fits, 0.98)
        return min(1.0, 2 * too_few, 2 * too_many)

    two_stage(p_value, rng, 400)


def test_independent_draws_count_one_each(rng):
    values = rng.standard_normal((1000, 4))
    found = health(independent(1000), values)
    assert found.ess == pytest.approx(np.full(4, 999.0), rel=1e-9)
    assert found.mean == pytest.approx(values.mean(axis=0), abs=1e-12)
    assert found.sd == pytest.approx(values.std(axis=0), rel=1e-9)
    assert found.mcse == pytest.approx(values.std(axis=0, ddof=1) / math.sqrt(1000), rel=1e-9)
    assert found.rhat is None
    one = health(independent(1000), values[:, 2])
    assert one.mean.shape == () == one.ess.shape
    assert one.mcse == pytest.approx(found.mcse[2], rel=1e-12)


def test_relatives_count_as_one(rng):
    """Against the plain formula, family by family."""
    weights, values = rng.dirichlet(np.ones(300)), rng.standard_normal(300)
    family = rng.integers(0, 40, 300)
    deviations = weights * (values - weights @ values)
    each = [deviations[family == one].sum() for one in range(40)]
    shares = [weights[family == one].sum() for one in range(40)]
    plain = np.sum(np.square(each)) / (1 - np.sum(np.square(shares)))
    assert family_variance(deviations, weights, family=family) == pytest.approx(plain, rel=1e-12)


def test_rhat_of_equal_replicates_is_the_classical_one(rng):
    values = rng.standard_normal((1000, 2)) + np.repeat(np.arange(4), 250)[:, None] * [0.0, 0.5]
    chains = values.reshape(4, 250, 2)
    within, between = chains.var(axis=1, ddof=1).mean(axis=0), chains.mean(axis=1).var(axis=0, ddof=1)
    found = health(independent(1000, replicates=4), values)
    assert found.rhat == pytest.approx(np.sqrt(249 / 250 + between / within), rel=1e-12)
    assert found.rhat[1] > rhat_limit(4, 400.0) > found.rhat[0]
    # Replicates that disagree are as few as they are.
    assert found.ess[1] < 20


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_value_that_is_none_never_passes(rng, bad):
    values = rng.standard_normal((400, 2))
    values[17, 0] = bad
    found = health(independent(400, replicates=4), values)
    assert math.isnan(found.mean[0])
    assert math.isnan(found.sd[0])
    assert found.ess[0] == 0
    assert found.mcse[0] == found.rhat[0] == math.inf
    assert found.ess[1] > 30


def test_a_constant_is_known():
    found = health(independent(300, replicates=3), np.full(300, 0.1))
    assert (found.mean, found.sd, found.mcse, found.ess) == (0.1, 0.0, 0.0, 300)
    assert found.rhat <= 1


def test_stuck_replicates_never_pass():
    """Each holds one value only, and it is not the others'."""
    values = np.repeat([1.0, 2.0, 3.0], 100)
    found = health(independent(300, replicates=3), values)
    assert found.rhat > 1e6
    assert found.ess < 3


def test_one_family_tells_nothing_of_its_error(rng):
    draws = Particles(
        np.zeros((50, 1)), np.full(50, 0.02), np.zeros(50, int), np.zeros(50, int), Evidence(0.0)
    )
    for values in (rng.standard_normal(50), np.ones(50)):
        found = health(draws, values)
        assert found.mcse == math.inf
        assert found.ess == 0


def test_nothing_passes_without_effective_draws():
    assert rhat_limit(8, 0.0) == 1.0
    assert not math.inf < rhat_limit(8, 0.0)
