"""The numbers behind the plots of a hierarchical fit: shrinkage, precision, variation."""

import dataclasses

import numpy as np
import pytest
from matplotlib import colors
from scipy import special, stats
from tests.plots.every import population, unlike

import handful as hf
from handful.inference.evidence import Verdict
from handful.inference.fit import fit
from handful.plots.meaning import alt_text
from handful.plots.precision import plot_precision, precision_data
from handful.plots.shrinkage import plot_shrinkage, shrinkage_data
from handful.plots.styles import CURVES
from handful.plots.variation import plot_variation, variation_data
from handful.results.bag_variation import bag_variation


@pytest.fixture(scope="module")
def many():
    """Many bags that do differ, of three categories and of many totals."""
    rng = np.random.default_rng(4)
    totals = rng.integers(0, 60, size=300)
    table = rng.multinomial(totals, rng.dirichlet([4.0, 6.0, 10.0], size=300))
    return fit(hf.Hierarchical(), hf.Counts(table, categories=["blue", "green", "red"]), rng=1)


# ---- shrinkage --------------------------------------------------------------------------------------------


def test_the_marks_are_what_was_counted_and_what_is_estimated():
    found = population(alike=False)
    data = shrinkage_data(found, category="RED", most=40)
    bags = found.bag_proportions()
    assert (data.category, data.n_bags, data.n_empty) == ("red", 6, 1)
    assert "3" not in data.bags
    rows = [bags.bags.index(name) for name in data.bags]
    assert data.estimate == pytest.approx(bags.mean[rows, 2])
    assert data.counted.tolist() == [unlike().table[row, 2] / unlike().totals[row] for row in rows]
    assert (np.diff(data.estimate) >= 0).all()
    assert data.population == pytest.approx(bags.population[2], abs=0.01)
    assert shrinkage_data(found, category=None, most=40).category == "$x_1$"


def test_an_estimate_lies_between_what_was_counted_and_the_population(many):
    data = shrinkage_data(many, category="blue", most=60)
    off = (data.estimate - data.population) * (data.counted - data.population)
    assert (off[np.abs(data.counted - data.population) > 0.02] > 0).all()
    assert (np.abs(data.estimate - data.population) <= np.abs(data.counted - data.population) + 0.02).all()


def test_the_interval_of_an_estimate_holds_its_mass(many):
    """The posterior of a bag's share is a mixture of Betas over the draws; the interval is of one Beta."""
    data = shrinkage_data(many, category="blue", most=12)
    kappa, m = many.draws["precision"], many.draws["proportions"][:, 0]
    counted = np.round(data.counted * data.totals)
    for k, n, low, high in zip(counted, data.totals, data.low, data.high, strict=True):
        a, b = kappa * m + k, kappa * (1 - m) + n - k
        mass = many.weights @ (special.betainc(a, b, high) - special.betainc(a, b, low))
        assert mass == pytest.approx(0.95, abs=0.005)


def test_of_many_bags_the_furthest_and_others_over_the_order_are_shown(many):
    data = shrinkage_data(many, category="blue", most=20)
    every = many.bag_proportions()
    filled = many.counts.totals > 0
    distance = np.where(filled, np.abs(every.mean[:, 0] - data.population), 0.0)
    furthest = {every.bags[row] for row in np.argsort(-distance)[:5]}
    assert furthest <= set(data.bags)
    assert len(data.bags) == len(set(data.bags)) == 20
    quarters = np.quantile(every.mean[filled, 0], [0.25, 0.5, 0.75])
    assert (np.bincount(np.searchsorted(quarters, data.estimate)) >= 3).all()
    label = plot_shrinkage(many, most=20).get_ylabel()
    assert label.startswith(f"20 of {filled.sum()} bags, the furthest")
    assert f"{(~filled).sum()} empty left out" in label
    assert len(shrinkage_data(many, category="blue", most=1).bags) == 1


def test_each_bag_has_an_arrow_an_open_and_a_filled_mark():
    ax = plot_shrinkage(population(), category="blue")
    data = shrinkage_data(population(), category="blue", most=40)
    marks = [line for line in ax.lines if line.get_marker() == "o"]
    places = {
        round(float(line.get_xdata()[0]), 9): colors.to_hex(line.get_markerfacecolor()) for line in marks
    }
    assert {places[round(share, 9)] for share in data.counted.tolist()} == {"#ffffff"}
    assert {places[round(share, 9)] for share in data.estimate.tolist()} == {"#296fb4"}
    arrows = [text for text in ax.texts if text.arrow_patch is not None]
    assert sorted(arrow.xy[0] for arrow in arrows) == pytest.approx(data.estimate)


def test_what_shrinkage_cannot_show_is_refused(many):
    from_histograms = fit(hf.Hierarchical(), hf.Histograms.of(many.counts), rng=1)
    with pytest.raises(hf.CountsError, match="histograms, and no single bag"):
        plot_shrinkage(from_histograms)
    with pytest.raises(hf.ParameterError, match="no category 'pink'"):
        plot_shrinkage(many, category="pink")
    with pytest.raises(hf.ParameterError, match="most"):
        plot_shrinkage(many, most=0)
    empty = fit(hf.Hierarchical(), hf.Counts([[0, 0]] * 2, categories=["a", "b"]))
    with pytest.raises(hf.ParameterError, match="nothing was counted"):
        plot_shrinkage(empty)


@pytest.mark.parametrize("plot", [plot_shrinkage, plot_precision, plot_variation])
def test_a_fit_without_a_population_is_refused(plot, many):
    with pytest.raises(hf.ParameterTypeError, match="a pooled fit has no population"):
        plot(fit(hf.Pooled(), many.counts))


@pytest.mark.parametrize("plot", [plot_shrinkage, plot_precision, plot_variation])
def test_a_fit_that_cannot_be_trusted_says_so_in_title_and_words(plot, many):
    bad = dataclasses.replace(many, verdict=Verdict(ok=False, notes=("Too few draws.",)))
    ax = plot(bad)
    assert ax.get_title(loc="left").endswith("(not to be trusted)")
    assert alt_text(ax).endswith("The fit cannot be trusted: Too few draws.")
    assert "trusted" not in plot(many).get_title(loc="left")


# ---- precision --------------------------------------------------------------------------------------------


def test_the_posterior_of_the_precision_is_scipys_kernel_density(many):
    data = precision_data(many)
    x, w = np.log(many.draws["precision"]), many.weights
    covariance = stats.gaussian_kde(x, weights=w).covariance[0, 0]
    factor = stats.gaussian_kde(x, weights=w).factor
    scipys = stats.gaussian_kde(x, bw_method=data.bandwidth / np.sqrt(covariance) * factor, weights=w)
    np.testing.assert_allclose(data.posterior, scipys(np.log(data.precision)), rtol=1e-8, atol=1e-12)
    assert np.trapezoid(data.posterior, np.log(data.precision)) == pytest.approx(1, abs=2e-3)
    assert data.bandwidth < 0.25 * np.sqrt(covariance) / factor


def test_the_curve_of_two_categories_is_the_marginal_of_the_quadrature():
    """From its nodes, which are no draws: the density's moments are those of the nodes."""
    counts = unlike().collapse("red")
    found = fit(hf.Hierarchical(), counts)
    assert found.engine == "quadrature"
    data = precision_data(found)
    x, grid = np.log(found.draws["precision"]), np.log(data.precision)
    mean = found.weights @ x
    variance = found.weights @ (x - mean) ** 2 + data.bandwidth**2
    assert np.trapezoid(grid * data.posterior, grid) == pytest.approx(mean, abs=0.01)
    assert np.trapezoid((grid - mean) ** 2 * data.posterior, grid) == pytest.approx(variance, rel=0.02)


PRIORS = {
    "lognormal(4,2)": (hf.LogNormal(4, 2), lambda k: stats.lognorm(2, scale=np.exp(4)).pdf(k) * k),
    "gamma(2,0.05)": (hf.Gamma(2, 0.05), lambda k: stats.gamma(2, scale=20).pdf(k) * k),
    "halfnormal(0.2) on 1/sqrt(precision)": (
        hf.HalfNormal(0.2),
        lambda k: stats.halfnorm(scale=0.2).pdf(k**-0.5) * 0.5 * k**-0.5,
    ),
}


@pytest.mark.parametrize("spec", PRIORS)
def test_the_prior_is_a_density_of_the_logarithm(spec):
    prior, density = PRIORS[spec]
    data = precision_data(fit(hf.Hierarchical(precision=prior), unlike(), rng=1))
    assert data.prior_spec == spec
    np.testing.assert_allclose(data.prior, density(data.precision), rtol=1e-8, atol=1e-12)


def test_interval_and_median_are_marked_where_bags_differ(many):
    data = precision_data(many)
    for p, value in ((0.025, data.interval[0]), (0.5, data.median), (0.975, data.interval[1])):
        assert many.weights @ (many.draws["precision"] < value) == pytest.approx(p, abs=1e-3)
    lines = {line.get_label(): line for line in plot_precision(many).lines}
    assert lines["posterior"].get_color() == CURVES["posterior"].colour
    assert lines["prior Lognormal(4,2)"].get_color() == CURVES["prior"].colour
    assert any(label.startswith("median") for label in lines)


def test_a_bound_is_marked_and_told_and_no_mean():
    found = population()
    data = precision_data(found)
    assert data.bound is found.bound is not None
    assert (data.median, data.interval) == (None, None)
    ax = plot_precision(found)
    assert found.bound.words in alt_text(ax)
    assert found.bound.words in " ".join(" ".join(text.get_text().split()) for text in ax.texts)
    at = [line.get_xdata()[0] for line in ax.lines if len(line.get_xdata()) == 2]
    assert at == pytest.approx([found.bound.above, found.bound.second_above])
    assert "median" not in " ".join(text.get_text() for text in ax.get_legend().get_texts())


# ---- variation --------------------------------------------------------------------------------------------


def test_variation_draws_what_bag_variation_says(many):
    data, found = variation_data(many), bag_variation(many)
    assert data.counting.mean.tolist() == found.expected_by_counting.mean.tolist()
    assert data.together.upper.tolist() == found.expected.upper.tolist()
    assert data.recipes.lower.tolist() == found.between_recipes.lower.tolist()
    ax = plot_variation(many)
    for marker, spread in (("s", data.counting), ("D", data.together), ("o", data.recipes)):
        drawn = [line.get_xdata()[0] for line in ax.lines if line.get_marker() == marker]
        assert drawn == pytest.approx(spread.mean)
    upright = [line.get_xdata()[0] for line in ax.lines if np.ptp(line.get_ydata()) == pytest.approx(0.8)]
    assert upright == pytest.approx(data.seen)


def test_no_mean_of_the_recipes_where_there_is_no_sign_of_it():
    data = variation_data(population())
    assert not data.extra
    ax = plot_variation(population())
    assert not [line for line in ax.lines if line.get_marker() == "o"]
    ends = [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "|"]
    assert ends == pytest.approx(data.recipes_at_most)
    assert "by recipes alone at most" in alt_text(ax)


def test_of_very_many_categories_the_commonest_are_shown(rng):
    table = rng.poisson(np.arange(1, 31), size=(12, 30))
    found = fit(
        hf.Hierarchical(), hf.Histograms.of(hf.Counts(table, categories=[f"g{i}" for i in range(30)])), rng=1
    )
    data = variation_data(found)
    rare = np.argsort(found.weights @ found.draws["proportions"])[:6]
    assert set(data.named) - set(data.categories) == {f"g{i}" for i in rare}
    assert data.seen is None
    ax = plot_variation(found)
    assert ax.get_ylabel() == "the 24 commonest of 30 categories"
    assert "seen" not in [text.get_text() for text in ax.get_legend().get_texts()]
