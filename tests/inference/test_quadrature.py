"""The quadrature engine against two oracles that share nothing with it: mpmath and the closed form.

A5 and A6 ask for 1e-9 here.
"""

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats
from tests.oracles.one_share import OneShare

import handful as hf

PAIR = ("blue", "not blue")
BOUND = 1e-9


def counts_of(*rows, **kwargs):
    return hf.Counts([list(row) for row in rows], categories=PAIR, **kwargs)


def near(value, truth, bound=BOUND):
    assert value == pytest.approx(truth, rel=bound, abs=0)


def agree_in_everything(fit, exact, levels=(1e-6, 0.025, 0.5, 0.9, 1 - 1e-6)):
    """The tabulated posterior against a closed form: moments, quantiles, both tails, both intervals."""
    table = fit.posterior
    near(table.mean, exact.mean)
    near(table.sd, exact.sd)
    for level in levels:
        near(table.quantile(level), exact.quantile(level))
        near(table.upper_quantile(level), exact.upper_quantile(level))
        point = exact.quantile(level)
        near(table.cdf(point), exact.cdf(point))
        near(table.sf(point), exact.sf(point))
        assert table.log_prob(point) == pytest.approx(exact.log_prob(point), abs=1e-8)
    for kind in ("eti", "hdi"):
        for found, truth in zip(
            table.interval(kind=kind).parts, exact.interval(kind=kind).parts, strict=True
        ):
            assert found == pytest.approx(truth, rel=BOUND, abs=1e-15)


@pytest.mark.parametrize(
    ("a", "b", "rows"),
    [
        (2, 8, [(12, 43)]),
        (1, 1, [(0, 7)]),
        (0.5, 0.5, [(3, 0)]),
        (0.5, 0.5, [(0, 0)]),
        (30, 3, [(2, 40), (5, 11), (0, 0)]),
        (0.05, 4, [(1, 3)]),
        (1, 5, [(200_000_123, 799_999_877)]),
        (3, 3, [(1, 999_999_999)]),
        (1e6, 2e6, [(12, 43)]),
    ],
)
def test_a_beta_prior_gives_the_closed_form(a, b, rows):
    counts = counts_of(*rows)
    exact = hf.fit(hf.Pooled(hf.Beta(a, b)), counts)
    table = hf.fit(hf.Pooled(hf.Beta(a, b)), counts, engine="quadrature")
    assert isinstance(table, hf.GridFit)
    agree_in_everything(table, exact.posterior)
    difference = abs(table.log_evidence.value - exact.log_evidence.value)
    assert difference <= max(table.log_evidence.error, 4e-15 * abs(exact.log_evidence.value)) < 1e-8


@settings(max_examples=40)
@given(st.floats(0.3, 40), st.floats(0.3, 40), st.integers(0, 3000), st.integers(0, 3000))
def test_scipys_beta_gives_the_closed_form_too(a, b, k, rest):
    counts = counts_of((k, rest))
    exact = hf.fit(hf.Pooled(hf.Beta(a, b)), counts)
    table = hf.fit(hf.Pooled(stats.beta(a, b)), counts)
    near(table.posterior.mean, exact.posterior.mean)
    near(table.posterior.quantile(0.1), exact.posterior.quantile(0.1))
    # SciPy's own log density is good to about 1e-14 times its largest term.
    scale = 1e-13 * (1 + a + b) * 10
    assert abs(table.log_evidence.value - exact.log_evidence.value) <= table.log_evidence.error + scale


def normal(mean, sd):
    return lambda q: mpmath.npdf(q, mean, sd)


CASES = {
    "uniform(0.5,1), all evidence outside": (
        hf.Density.uniform(0.5, 1.0), lambda q: mpmath.mpf(2), (50, 220), (0.5, 0.51, 0.55, 0.7, 1)
    ),
    "normal(0.2,0.05)": (
        hf.Density.normal(0.2, 0.05),
        lambda q: normal(0.2, 0.05)(q) / (mpmath.ncdf(16) - mpmath.ncdf(-4)),
        (12, 55),
        (0, 0.1, 0.15, 0.2, 0.25, 0.3, 0.5, 1),
    ),
    "scipy's normal, cut at 0": (
        stats.norm(-0.1, 0.1),
        lambda q: normal(-0.1, 0.1)(q) / (mpmath.ncdf(11) - mpmath.ncdf(1)),
        (3, 40),
        (0, 0.01, 0.05, 0.1, 0.2, 1),
    ),
    "a spike of sd 1e-6": (
        stats.norm(0.2, 1e-6), normal(0.2, 1e-6), (12, 55), (0.19999, 0.199999, 0.2, 0.200001, 0.20001)
    ),
    "two peaks": (
        hf.Density.of(lambda q: 0.5 * stats.norm.pdf(q, 0.2, 0.03) + 0.5 * stats.norm.pdf(q, 0.8, 0.03)),
        lambda q: (normal(0.2, 0.03)(q) + normal(0.8, 0.03)(q))
        / (mpmath.ncdf(0.8 / 0.03) - mpmath.ncdf(-0.2 / 0.03))
        / 2,
        (5, 10),
        (0, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 1),
    ),
    "a step": (
        hf.Density.of(lambda q: np.where(q < 0.25, 3.0, 1 / 3)),
        lambda q: mpmath.mpf(3) if q < 0.25 else mpmath.mpf(1) / 3,
        (2, 9),
        (0, 0.25, 1),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_any_prior_agrees_with_mpmath(name):
    prior, density, (k, n), pieces = CASES[name]
    fit = hf.fit(hf.Pooled(prior), counts_of((k, n - k)))
    with mpmath.workdps(30):
        oracle = OneShare(density, k=k, n=n, pieces=pieces)
        mean = oracle.expect(lambda q: q)
        sd = mpmath.sqrt(oracle.expect(lambda q: (q - mean) ** 2))
        near(fit.posterior.mean, float(mean))
        near(fit.posterior.sd, float(sd), 1e-8)
        for level in (0.025, 0.5, 0.975):
            near(float(oracle.below(fit.posterior.quantile(level))), level)
        assert abs(fit.log_evidence.value - float(oracle.log_evidence)) <= max(fit.log_evidence.error, 1e-12)
    assert fit.log_evidence.error < 1e-8
    assert fit.verdict.ok


SHAPES = (
    stats.norm(0.3, 0.2),
    hf.Density.uniform(0.1, 0.9),
    stats.beta(0.7, 3),
    hf.Density.normal(0.6, 0.02),
)


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=2, max_size=5), st.integers(0, 3))
def test_one_bag_after_another_is_all_at_once(rows, which):
    prior = SHAPES[which]
    total = 0.0
    for number, row in enumerate(rows):
        fit = hf.fit(hf.Pooled(prior), counts_of(row, ids=(f"bag {number}",)))
        prior, total = fit.as_prior(), total + fit.log_evidence.value
    model = hf.Pooled(SHAPES[which])
    whole = hf.fit(model, counts_of(*rows))
    assert total == pytest.approx(whole.log_evidence.value, abs=BOUND)
    near(fit.posterior.mean, whole.posterior.mean)
    near(fit.posterior.quantile(0.9), whole.posterior.quantile(0.9))


def test_a_hundred_bags_one_after_another_take_no_longer_each():
    """A class of 100 with a prior of its own: neither depth nor panels grow with the bags."""
    prior, total = stats.norm(0.3, 0.2), 0.0
    rows = [(10 + bag % 5, 40) for bag in range(100)]
    for number, row in enumerate(rows):
        fit = hf.fit(hf.Pooled(prior), counts_of(row, ids=(f"bag {number}",)))
        prior, total = fit.as_prior(), total + fit.log_evidence.value
    whole = hf.fit(hf.Pooled(stats.norm(0.3, 0.2)), counts_of(*rows))
    assert total == pytest.approx(whole.log_evidence.value, abs=BOUND)
    assert len(fit.posterior.panels.edges) < 2_500


@pytest.mark.parametrize(
    ("prior", "a", "b"),
    [
        (stats.powerlaw(0.01), 0.01, 1),
        (stats.powerlaw(3), 3, 1),
        (stats.arcsine(), 0.5, 0.5),
        (hf.Density.of(lambda q: q**-0.99), 0.01, 1),
        (stats.beta(0.001, 1), 0.001, 1),
    ],
    ids=["powerlaw(0.01)", "powerlaw(3)", "arcsine", "a function", "beta(0.001,1)"],
)
@pytest.mark.parametrize(("k", "n"), [(0, 10), (3, 10), (0, 0), (10, 10)])
def test_priors_that_others_wrote_are_betas_in_disguise(prior, a, b, k, n):
    counts = counts_of((k, n - k))
    exact = hf.fit(hf.Pooled(hf.Beta(a, b)), counts)
    table = hf.fit(hf.Pooled(prior), counts)
    assert abs(table.log_evidence.value - exact.log_evidence.value) <= table.log_evidence.error
    near(table.posterior.mean, exact.posterior.mean)


def test_a_sharp_prior_against_a_billion_items():
    """Both logs are near -1e9 where they meet: their rounding is no reason to halve, and no peak."""
    fit = hf.fit(hf.Pooled(hf.Density.normal(0.2, 1e-6)), counts_of((8 * 10**8, 2 * 10**8)))
    assert len(fit.posterior.modes) == 1
    assert len(fit.posterior.panels.edges) < 10_000
    assert fit.log_evidence.error > 1e-8


def test_jumps_that_nobody_named_stay_within_the_bound(rng):
    """Wherever a step lies, beside an edge of a panel too, where no node is."""
    for place in rng.random(15):
        fit = hf.fit(
            hf.Pooled(hf.Density.of(lambda q, c=place: np.where(q < c, 1.0, 5.0))), counts_of((3, 7))
        )
        below = special.betainc(4, 8, place)
        truth = math.log((below + 5 * (1 - below)) / (place + 5 * (1 - place)) / 11)
        assert abs(fit.log_evidence.value - truth) <= fit.log_evidence.error < 1e-9


def test_a_function_that_underflows_where_the_data_are_is_no_answer():
    """Between the two peaks the function is 0 to a double, and a billion items want just that place."""

    def mixture(q):
        return 0.5 * stats.beta(200, 800).pdf(q) + 0.5 * stats.beta(800, 200).pdf(q)

    lost = hf.fit(hf.Pooled(hf.Density.of(mixture)), counts_of((999_999_000, 1_000)))
    assert not lost.verdict.ok
    assert any("lost among the smallest numbers" in note for note in lost.verdict.notes)
    fine = hf.fit(hf.Pooled(hf.Density.of(mixture)), counts_of((20, 80)))
    assert fine.verdict.ok


def test_scipys_kernel_density_is_a_function_too():
    kernel = stats.gaussian_kde([0.2, 0.22, 0.8])
    table = hf.fit(hf.Pooled(hf.Density.of(kernel)), counts_of((3, 7))).posterior
    with mpmath.workdps(15):
        density = lambda q: mpmath.mpf(float(kernel(float(q))[0]))  # noqa: E731
        oracle = OneShare(density, k=3, n=10, pieces=(0, 0.2, 0.4, 0.6, 0.8, 1))
        assert table.mean == pytest.approx(float(oracle.expect(lambda q: q)), rel=1e-8)


def test_a_bag_behind_a_tabulated_prior_is_refused_too():
    prior = hf.fit(hf.Pooled(stats.norm(0.2, 0.1)), counts_of((3, 7), ids=("A",))).as_prior()
    with pytest.raises(hf.DataUsedTwice, match="'A'"):
        hf.fit(hf.Pooled(prior), counts_of((4, 4), (3, 7), ids=("B", "A")))


def test_the_posterior_never_leaves_the_prior_and_says_what_it_misses():
    fit = hf.fit(hf.Pooled(hf.Density.uniform(0.5, 1)), counts_of((27, 28)))
    assert fit.posterior.support == (0.5, 1.0)
    assert fit.posterior.quantile(1e-12) >= 0.5
    outside = stats.beta(28, 29).cdf(0.5)
    assert any(
        note.startswith(f"{100 * outside:.3g}% of the likelihood lies outside 0.5 .. 1")
        for note in fit.verdict.notes
    )


def test_what_was_cut_is_told():
    fit = hf.fit(hf.Pooled(hf.Density.normal(0.2, 0.2)), counts_of((3, 7)))
    cut = stats.norm.cdf(-1) + stats.norm.sf(4)
    assert any(f"{100 * cut:.3g}% of it lay outside" in note for note in fit.verdict.notes)
    assert not any(
        "lay outside" in note
        for note in hf.fit(hf.Pooled(hf.Density.normal(0.5, 0.01)), counts_of((3, 7))).verdict.notes
    )


class TestTwoPeaks:
    prior = hf.Density.of(
        lambda q: 0.3 * stats.norm.pdf(q, 0.2, 0.03) + 0.7 * stats.norm.pdf(q, 0.8, 0.03), name="two peaks"
    )

    def fit(self):
        return hf.fit(hf.Pooled(self.prior), counts_of((1, 1)))

    def test_all_modes_are_found_and_told(self):
        fit = self.fit()
        assert fit.posterior.modes == pytest.approx((0.2, 0.8), abs=0.01)
        assert fit.posterior.mode is None
        assert any(
            "2 peaks" in note and "an optimiser finds the one it starts near" in note
            for note in fit.verdict.notes
        )

    def test_each_mode_is_a_local_maximum(self):
        fit = self.fit()
        for mode in fit.posterior.modes:
            here = fit.posterior.log_prob(mode)
            assert here > fit.posterior.log_prob(mode - 1e-4)
            assert here > fit.posterior.log_prob(mode + 1e-4)

    def test_the_highest_density_region_is_a_union(self):
        fit = self.fit()
        parts = fit.posterior.interval(mass=0.9, kind="hdi").parts
        assert len(parts) == 2
        held = sum(fit.posterior.cdf(high) - fit.posterior.cdf(low) for low, high in parts)
        assert held == pytest.approx(0.9, abs=1e-9)
        levels = [fit.posterior.log_prob(end) for part in parts for end in part]
        assert levels == pytest.approx([levels[0]] * 4, abs=1e-6)
        assert " and " in str(hf.summary(fit, kind="hdi"))

    def test_one_peak_raises_no_warning(self):
        fit = hf.fit(hf.Pooled(hf.Density.normal(0.2, 0.05)), counts_of((12, 43)))
        assert len(fit.posterior.modes) == 1
        assert not any("peaks" in note for note in fit.verdict.notes)


def test_a_narrow_peak_that_is_named_is_found():
    spike = lambda q: 1.0 + 1e9 * np.exp(-0.5 * ((q - 0.123456) / 1e-7) ** 2)  # noqa: E731
    mass = 1e9 * 1e-7 * math.sqrt(2 * math.pi)
    prior = hf.Density.of(spike, points=[0.123456])
    share_of_spike = mass / (1 + mass)
    table = prior.tabulated()
    assert table.cdf(0.12346) - table.cdf(0.12345) == pytest.approx(share_of_spike, rel=1e-6)


def test_draws_follow_the_posterior(rng):
    fit = hf.fit(hf.Pooled(stats.norm(0.3, 0.1)), counts_of((12, 43)))
    draws = fit.posterior.draw(20_000, rng=rng)
    assert stats.kstest(fit.posterior.cdf(draws), "uniform").pvalue > 1e-6


def test_a_function_of_one_number_will_do():
    scalar = hf.Density.of(lambda q: 2.0 if q > 0.5 else 0.0)
    near(scalar.tabulated().mean, 0.75)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (
            lambda: hf.Pooled(stats.norm(-100, 0.1)),
            hf.ParameterError,
            r"normal\(-100,0.1\) has no mass on \[0, 1\]",
        ),
        (lambda: hf.Pooled(stats.uniform(2, 3)), hf.ParameterError, "has no mass"),
        (lambda: hf.Pooled(stats.poisson(3)), hf.ParameterTypeError, "is discrete"),
        (lambda: hf.Density.normal(0.2, 0), hf.ParameterError, "sd must be > 0"),
        (lambda: hf.Density.normal(-90, 0.1), hf.ParameterError, "has no mass"),
        (lambda: hf.Density.uniform(0.5, 0.5), hf.ParameterError, "must rise"),
        (lambda: hf.Density.uniform(0.5, 1.5), hf.ParameterError, "must rise and lie in"),
        (lambda: hf.Density.of(lambda q: -q), hf.ParameterError, "is negative"),
        (
            lambda: hf.Density.of(lambda q: 0 * q, name="nothing"),
            hf.ParameterError,
            "nothing is 0 everywhere",
        ),
        (lambda: hf.Density.of(3), hf.ParameterTypeError, "give a continuous"),
        (lambda: hf.Density.of(lambda q: 1 / q), hf.ParameterError, "so fast that it has no area"),
        (lambda: hf.Density.of(lambda q: "blue"), hf.ParameterTypeError, "gives no number"),
        (lambda: hf.Separate(hf.Density.uniform(0, 1)), hf.ParameterTypeError, "no closed form"),
    ],
)
def test_a_prior_that_is_none_is_named(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_six_colours_need_a_prior_on_all_of_them():
    six = hf.Counts([[1, 2, 3]], categories=["a", "b", "c"])
    with pytest.raises(hf.ParameterError, match="is a prior on one share, but there are 3 categories"):
        hf.fit(hf.Pooled(stats.norm(0.2, 0.1)), six)
    with pytest.raises(hf.EngineError, match="two categories under a prior on the share"):
        hf.fit(hf.Pooled(), six, engine="quadrature")


def test_the_oracle_notices_a_prior_that_is_not_normalised():
    """The planted fault: a normal cut to [0, 1] whose lost mass is forgotten."""
    forgotten = hf.Density.normal(-0.1, 0.1)
    fault = hf.Density(
        lambda t: forgotten.log_density(t) + math.log(1 - forgotten.cut), forgotten.points, "fault"
    )
    fit = hf.fit(hf.Pooled(fault), counts_of((3, 37)))
    _, density, _, pieces = CASES["scipy's normal, cut at 0"]
    with mpmath.workdps(30):
        oracle = OneShare(density, k=3, n=40, pieces=pieces)
    assert abs(fit.log_evidence.value - float(oracle.log_evidence)) > 1
