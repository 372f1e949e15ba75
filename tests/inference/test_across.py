"""The closed forms across the ridge, against the Hessian and against linear algebra that knows no structure."""

import numpy as np
import pytest

import handful as hf
from handful.distributions.simplex import basis, log_to_simplex
from handful.inference.across import _local, across, start
from handful.inference.ridge import Ridge
from handful.models.population import PopulationLikelihood
from handful.models.population_mean import PopulationTarget


def target_of(table, model=None):
    counts = hf.Counts(table, categories=[f"c{i}" for i in range(len(table[0]))])
    prior = (model or hf.Hierarchical()).prior_over(counts.categories)
    return PopulationTarget(PopulationLikelihood.of(hf.Histograms.of(counts)), prior.mean, prior.precision)


TABLES = {
    "two categories": [[3, 1], [0, 4], [5, 5]],
    "six, one never seen": [[9, 0, 3, 1, 1, 0], [2, 0, 8, 0, 1, 1], [0, 0, 0, 0, 0, 0]],
    "large": [[50_000, 20_000, 7], [10_000, 44_000, 3]],
    "one bag": [[4, 2, 1]],
    "nothing": [[0, 0, 0]],
}
MODELS = (hf.Hierarchical(), hf.Hierarchical(hf.Dirichlet.symmetric(0.1), hf.HalfNormal(0.2)))
# A step that would gain 1e-7 nat is off by the root of twice that, in standard deviations.
OFF = 1e-3


@pytest.mark.parametrize("model", MODELS, ids=["default", "sharp"])
@pytest.mark.parametrize("name", TABLES)
def test_the_peaks_are_peaks_and_the_volume_is_that_of_the_hessian(name, model):
    target = target_of(TABLES[name], model)
    x = np.linspace(-3.0, 14.0, 12)
    found = across(target, np.column_stack([x, np.tile(start(target), (len(x), 1))]))
    gradient = (target.prior_gradient(found.points) + target.likelihood_gradient(found.points))[:, 1:]
    bend = -target.hessian(found.points)[:, 1:, 1:]
    assert (np.linalg.eigvalsh(bend) > 0).all()
    standardised = np.einsum("sd,sd->s", gradient, np.linalg.solve(bend, gradient[..., None])[..., 0])
    assert (standardised < OFF**2).all()
    heights = target.log_prior(found.points) + target.log_likelihood(found.points)
    volume = -0.5 * np.linalg.slogdet(bend)[1]
    assert found.log_marginal == pytest.approx(heights + volume, abs=10 * OFF)


@pytest.mark.parametrize("name", TABLES)
def test_a_step_is_newtons_where_the_slope_is_that_of_the_peak(name):
    target = target_of(TABLES[name])
    x = np.linspace(-3.0, 14.0, 12)
    points = across(target, np.column_stack([x, np.tile(start(target), (len(x), 1))])).points
    points = points + 1e-4
    local, v = _local(target, points), basis(target.n_dims)
    gradient = (target.prior_gradient(points) + target.likelihood_gradient(points))[:, 1:]
    newton = np.linalg.solve(-target.hessian(points)[:, 1:, 1:], gradient[..., None])[..., 0]
    assert local.step @ v.T == pytest.approx(newton, rel=0.01, abs=1e-7)


def test_given_the_precision_the_posterior_is_concave_in_the_mean():
    # The claim that no mode can be missed: on a line between two means the log density lies above its chord.
    rng = np.random.default_rng(20261123)
    target = target_of([[9, 0, 3], [2, 0, 8], [1, 1, 0]])
    for x in (-3.0, 0.0, 4.0, 12.0):
        ends = rng.dirichlet(np.ones(3), size=(200, 2))
        middle = ends.mean(axis=1)
        logs = [_log_density(target, x, means) for means in (ends[:, 0], middle, ends[:, 1])]
        assert (logs[1] >= 0.5 * (logs[0] + logs[2]) - 1e-9).all()


def _log_density(target, x, means):
    points = np.column_stack([np.full(len(means), x), np.log(means) @ basis(means.shape[1]).T])
    return target.log_prior(points) + target.log_likelihood(points)


def test_the_ridge_is_a_density_that_its_draws_follow():
    target = target_of(TABLES["six, one never seen"])
    ridge = Ridge.of(target)
    rng = np.random.default_rng(7)
    points = ridge.draw(20_000, rng=rng)
    x = points[:, 0]
    # Its integral over log κ is 1: against the midpoints of 10,000 strips, each with its own height.
    edges = np.linspace(ridge.edges[0], ridge.edges[-1], 10_001)
    middles = 0.5 * (edges[1:] + edges[:-1])
    heights = np.exp(np.interp(middles, ridge.edges, ridge.log_heights))
    whole = float((heights * np.diff(edges)).sum())
    cdf = np.concatenate([[0.0], np.cumsum(heights * np.diff(edges)) / whole])
    # Kolmogorov and Smirnov: above 2.76/√n once in 10^6.
    uniform = np.sort(np.interp(x, edges, cdf))
    gap = np.abs(uniform - (np.arange(len(x)) + 0.5) / len(x)).max()
    assert gap < 2.76 / np.sqrt(len(x))
    assert np.isfinite(ridge.log_density(points)).all()
    assert np.exp(log_to_simplex(points[:, 1:])).sum(axis=1) == pytest.approx(np.ones(len(x)))


def test_very_many_categories_are_no_matter():
    rng = np.random.default_rng(3)
    mean = rng.dirichlet(np.full(400, 0.3))
    table = np.array([rng.multinomial(800, rng.dirichlet(60 * mean)) for _ in range(20)])
    counts = hf.Counts(table, categories=[f"c{i}" for i in range(400)])
    fit = hf.fit(hf.Hierarchical(), counts, draws=1000, rng=1)
    assert fit.verdict.ok
    assert fit.posterior.pareto_k < 0.5
