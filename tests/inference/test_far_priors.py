"""Priors on the precision that lie far from what the data want: nothing outside their range may go unseen."""

import numpy as np
import pytest
from scipy import integrate, special
from scipy.stats import betabinom

import handful as hf
from handful.inference.extra_variation import has_extra_variation

WILD = np.random.default_rng(11)
PURE = np.array([WILD.multinomial(50, WILD.dirichlet([0.1, 0.1])) for _ in range(60)])


def log_evidence_of_two(table, log_density):
    """The evidence under a flat mean, by a plain grid in (log κ, logit m) around its peak, row by row with SciPy."""
    x, t = np.linspace(-6, 12, 721), np.linspace(-7, 7, 561)
    mean = special.expit(t)
    a = np.exp(x)[:, None] * mean
    b = np.exp(x)[:, None] * (1.0 - mean)
    rows, many = np.unique(table, axis=0, return_counts=True)
    logs = sum(n * betabinom.logpmf(k[0], k.sum(), a, b) for k, n in zip(rows, many, strict=True))
    # Flat in the share: its density by the logit is m (1 − m).
    logs = logs + log_density(x)[:, None] + np.log(mean) + np.log1p(-mean)
    top = logs.max()
    inner = integrate.trapezoid(np.exp(logs - top), t, axis=1)
    return top + np.log(integrate.trapezoid(inner, x))


PRIORS = {
    "halfnormal": (
        hf.HalfNormal(0.05),
        lambda x: np.log(np.sqrt(2 / np.pi) / 0.05 / 2) - np.exp(-x) / 0.005 - x / 2,
    ),
    "gamma": (
        hf.Gamma(20.0, 0.2),
        lambda x: 20 * np.log(0.2) - special.gammaln(20) + 20 * x - 0.2 * np.exp(x),
    ),
    "lognormal": (
        hf.LogNormal(9.0, 0.5),
        lambda x: -0.5 * ((x - 9) / 0.5) ** 2 - np.log(0.5 * np.sqrt(2 * np.pi)),
    ),
}


@pytest.mark.parametrize("name", PRIORS)
def test_the_evidence_is_that_of_a_plain_grid(name):
    prior, log_density = PRIORS[name]
    counts = hf.Counts(PURE, categories=["a", "b"])
    truth = log_evidence_of_two(PURE, log_density)
    exact = hf.fit(hf.Hierarchical(precision=prior), counts)
    assert exact.engine == "quadrature"
    assert exact.log_evidence.value == pytest.approx(truth, abs=1e-5)
    drawn = hf.fit(hf.Hierarchical(precision=prior), counts, engine="laplace", rng=3)
    # Once in 10^6: 4.9 standard errors.
    assert abs(drawn.log_evidence.value - truth) < 4.9 * drawn.log_evidence.error
    assert drawn.verdict.ok


def test_a_narrow_prior_is_refused_in_a_sentence():
    with pytest.raises(hf.ParameterError, match="leaves the precision no room"):
        hf.Hierarchical(precision=hf.LogNormal(4, 1e-9))


def test_under_a_half_normal_the_precision_has_no_mean():
    fit = hf.fit(hf.Hierarchical(precision=hf.HalfNormal(0.2)), hf.read_counts("data:skittles"), rng=1)
    row = hf.summary(fit).parameters[-1]
    assert (row.mean, row.sd, row.mcse) == (None, None, None)
    assert 300 < row.median < 1500
    assert row.ess > 5000
    assert "median" in str(hf.summary(fit))


def test_a_mean_that_is_known_leaves_bags_that_differ_from_it():
    # All bags alike, but not like the mean: only recipes that vary can explain that.
    counts = hf.Counts([[80, 20]] * 20, categories=["a", "b"])
    flat = hf.Hierarchical().prior_over(counts.categories).mean
    assert not has_extra_variation(hf.Histograms.of(counts), flat)
    assert has_extra_variation(hf.Histograms.of(counts), hf.Fixed([0.5, 0.5]))
    fit = hf.fit(hf.Hierarchical(hf.Fixed([0.5, 0.5])), counts)
    assert fit.bound is None
    assert hf.fit(hf.Hierarchical(), counts).bound is not None


def test_particles_say_when_bags_are_too_large_for_them():
    rng = np.random.default_rng(2)
    table = rng.multinomial(600_000, [0.2, 0.3, 0.5], size=3)
    counts = hf.Counts(table, categories=["a", "b", "c"])
    particles = hf.fit(hf.Hierarchical(), counts, engine="smc", draws=1000, rng=1)
    assert not particles.verdict.ok
    assert any("one step size serves all particles" in note for note in particles.verdict.notes)
