"""The numbers behind each plot, against SciPy and other ways to them."""

import numpy as np
import pytest
from scipy import integrate, stats
from tests.plots.every import compared, counts
from tests.testing_tools import four

import handful as hf
from handful.distributions.density import Density
from handful.plots import (
    bags,
    binomial,
    class_priors,
    comparison,
    curves,
    likelihood,
    margins,
    pair,
    priors,
    proportions,
    ternary,
    triangle,
    update,
)


def area(share, height):
    """By the trapezoidal rule: no rule of the plot's own."""
    return float(np.trapezoid(height, share))


# ---- binomial ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("total", "share"), [(0, 0.3), (1, 0.5), (10, 0.2), (55, 0.2), (1650, 0.95), (7, 0.0), (7, 1.0)]
)
def test_all_outcomes_from_0_to_n_and_they_sum_to_1(total, share):
    data = binomial.binomial_data(total, share)
    assert data.outcome.tolist() == list(range(total + 1))
    assert data.probability.sum() == pytest.approx(1.0, abs=1e-12)
    expected = stats.binom.pmf(np.arange(total + 1), total, share)
    np.testing.assert_allclose(data.probability, expected, rtol=1e-9, atol=1e-300)


def test_every_outcome_has_a_bar_and_the_last_is_n():
    ax = binomial.plot_binomial(10, 0.9)
    centres = [bar.get_x() + bar.get_width() / 2 for bar in ax.patches]
    assert centres == pytest.approx(range(11))
    assert ax.patches[10].get_height() == pytest.approx(0.9**10)
    (steps,) = binomial.plot_binomial(100, 0.5).patches
    assert len(steps.get_data().values) == 101


@pytest.mark.parametrize(
    ("total", "share"), [(-1, 0.5), (2.5, 0.5), (10, 1.1), (10, float("nan")), (10**7, 0.5)]
)
def test_an_impossible_binomial_is_refused(total, share):
    with pytest.raises(hf.ParameterError):
        binomial.plot_binomial(total, share)


# ---- likelihood and update --------------------------------------------------------------------------------


@pytest.mark.parametrize(("k", "n"), [(12, 55), (0, 3), (3, 3), (360, 1650), (0, 0)])
def test_the_area_of_the_likelihood_is_1_over_n_plus_1(k, n):
    data = likelihood.likelihood_data(k, n)
    by_scipy, _ = integrate.quad(
        lambda q: stats.binom.pmf(k, n, q), 0, 1, points=[k / n] if n else None, limit=200
    )
    assert data.area == pytest.approx(by_scipy, rel=1e-8)
    assert area(data.share, data.likelihood) == pytest.approx(1 / (n + 1), rel=2e-3)
    np.testing.assert_allclose(data.likelihood, stats.binom.pmf(k, n, data.share), rtol=1e-8, atol=1e-12)


@pytest.mark.parametrize(("k", "n"), [(12, 55), (0, 3), (3, 3), (360, 1650)])
def test_its_peak_is_k_over_n(k, n):
    data = likelihood.likelihood_data(k, n)
    assert data.peak == k / n
    assert data.share[data.likelihood.argmax()] == pytest.approx(k / n)
    assert likelihood.likelihood_data(0, 0).peak is None


@pytest.mark.parametrize(
    ("a", "b", "k", "n"), [(1, 5, 12, 55), (0.5, 0.5, 3, 5), (2, 2, 3600, 16500), (1, 1, 0, 0)]
)
def test_the_three_densities_of_an_update(a, b, k, n):
    data = update.update_data(hf.Beta(a, b), successes=k, trials=n)
    inner = data.share[1:-1]
    np.testing.assert_allclose(data.prior[1:-1], stats.beta.pdf(inner, a, b), rtol=1e-7, atol=1e-300)
    np.testing.assert_allclose(
        data.posterior[1:-1], stats.beta.pdf(inner, a + k, b + n - k), rtol=1e-6, atol=1e-200
    )
    np.testing.assert_allclose(
        data.likelihood, (n + 1) * stats.binom.pmf(k, n, data.share), rtol=1e-6, atol=1e-9
    )
    assert area(data.share, data.likelihood) == pytest.approx(1, rel=2e-3)
    assert data.interval == pytest.approx(stats.beta.interval(0.95, a + k, b + n - k))
    assert np.isinf(data.prior[[0, -1]]).tolist() == [a < 1, b < 1]


class HalfToOne:
    """A density by hand: uniform from one half to one, as a tabulated posterior would be."""

    mean, variance, sd, mode, spec = 0.75, 1 / 48, 48**-0.5, None, "uniform(0.5,1)"

    def log_prob(self, value):
        value = np.asarray(value)
        with np.errstate(divide="ignore"):
            return np.log(np.where((value >= 0.5) & (value <= 1), 2.0, 0.0))

    def cdf(self, value):
        return np.clip(2 * np.asarray(value) - 1, 0, 1)

    def sf(self, value):
        return 1 - self.cdf(value)

    def quantile(self, p):
        return 0.5 + 0.5 * np.asarray(p)

    def upper_quantile(self, p):
        return 1 - 0.5 * np.asarray(p)

    def highest_density_parts(self, mass):
        return ((0.5, 0.5 + mass / 2),)

    def interval(self, *, mass=0.95, kind="eti"):
        from handful.distributions.intervals import interval

        return interval(self, mass=mass, kind=kind)

    def draw(self, n_draws, *, rng=None):
        raise NotImplementedError


def test_any_univariate_prior_with_its_posterior_is_drawn():
    data = update.update_data(HalfToOne(), successes=0, trials=0, posterior=HalfToOne())
    assert area(data.share, data.prior) == pytest.approx(1, rel=1e-9)  # its edge is in the grid, twice
    ax = update.plot_update(HalfToOne(), successes=0, trials=0, posterior=HalfToOne())
    assert "uniform(0.5,1)" in ax.get_legend().get_texts()[0].get_text().lower()
    with pytest.raises(hf.ParameterTypeError, match="posterior: give it too"):
        update.plot_update(HalfToOne(), successes=1, trials=2)


@pytest.mark.parametrize(("a", "b"), [(0.5, 0.5), (2, 0.5), (3, 7), (1, 1)])
def test_a_tabulated_beta_is_drawn_as_the_beta_is(a, b):
    table = Density.of_beta(hf.Beta(a, b)).tabulated()
    share = curves.share_grid([table])
    density = curves.density_of(table, share)
    inner = (share > 1e-6) & (share < 1 - 1e-6)
    np.testing.assert_allclose(density[inner], stats.beta.pdf(share[inner], a, b), rtol=1e-5)
    assert curves.infinite_ends(density) == tuple(end for end, one in ((0, a), (1, b)) if one < 1)
    assert curves.height_of(table, share) == pytest.approx(curves.height_of(hf.Beta(a, b), share), rel=1e-3)


def test_more_successes_than_trials_are_refused():
    with pytest.raises(hf.ParameterError, match="more than trials"):
        update.plot_update(hf.Beta(1, 1), successes=3, trials=2)
    with pytest.raises(hf.ParameterError, match="more than trials"):
        likelihood.plot_likelihood(3, 2)


# ---- priors -----------------------------------------------------------------------------------------------


def test_priors_side_by_side_share_one_scale():
    data = priors.priors_data({"flat": hf.Beta(1, 1), "sure": hf.Beta(30, 10)})
    assert [one.name for one in data.priors] == ["flat", "sure"]
    for one, (a, b) in zip(data.priors, [(1, 1), (30, 10)], strict=True):
        np.testing.assert_allclose(one.density, stats.beta.pdf(one.share, a, b), rtol=1e-7, atol=1e-300)
    axes = priors.plot_priors([hf.Beta(1, 1), hf.Beta(30, 10)])
    assert len({ax.get_ylim() for ax in axes}) == 1
    assert axes[0].get_ylim()[1] > stats.beta.pdf(29 / 38, 30, 10)
    for wrong in ([], [hf.Beta(1, 1)] * 25):
        with pytest.raises(hf.ParameterError, match="side by side"):
            priors.plot_priors(wrong)


def test_the_mean_curve_of_a_class_is_the_mean_of_its_curves():
    shapes = [(1, 5), (2, 8), (6, 16), (20, 20)]
    data = class_priors.class_priors_data([hf.Beta(*shape) for shape in shapes])
    expected = np.mean([stats.beta.pdf(data.share, *shape) for shape in shapes], axis=0)
    np.testing.assert_allclose(data.mean_density, expected, rtol=1e-7, atol=1e-12)
    assert area(data.share, data.mean_density) == pytest.approx(1, rel=1e-4)
    assert data.mean == pytest.approx(area(data.share, data.share * data.mean_density), rel=1e-4)
    ax = class_priors.plot_class_priors([hf.Beta(*shape) for shape in shapes])
    assert len(ax.collections[0].get_segments()) == 4
    with pytest.raises(hf.ParameterError, match="0 given"):
        class_priors.plot_class_priors([])


def test_an_infinite_end_is_infinite_in_the_data_and_marked_in_the_picture():
    data = pair.pair_data(hf.Dirichlet([0.5, 2]))
    assert np.isinf(data.first[0, 0])
    assert np.isinf(data.second[0, -1])
    assert np.isfinite(data.first[0, 1:]).all()
    assert 1 < data.top < 20
    near = stats.beta.cdf(0.01, 0.5, 2)
    assert data.notes == (f"infinite at 0 ({100 * near:.0f}% within 0.01 of 0)",)
    left, right = pair.plot_pair(hf.Dirichlet([0.5, 2]))
    arrows = [[line.get_xdata()[0] for line in ax.lines if line.get_marker() == "^"] for ax in (left, right)]
    assert arrows == [[0], [1]]
    assert any(text.get_text() == "∞" for text in left.texts)
    clean = pair.plot_pair(hf.Dirichlet([1, 2]))
    assert not [line for ax in clean for line in ax.lines if line.get_marker() == "^"]


def test_the_shares_of_two_categories_mirror_each_other():
    data = pair.pair_data([hf.Dirichlet([2, 5]), hf.Dirichlet([1, 1])])
    np.testing.assert_allclose(
        data.second, [stats.beta.pdf(data.share, *s) for s in [(5, 2), (1, 1)]], rtol=1e-7, atol=1e-12
    )
    np.testing.assert_allclose(
        data.first[0], np.interp(1 - data.share, data.share, data.second[0]), atol=0.02
    )
    for wrong in (hf.Dirichlet([1, 1, 1]), [], [hf.Dirichlet([1, 1])] * 6):
        with pytest.raises(hf.ParameterError):
            pair.plot_pair(wrong)


def test_a_grid_sees_a_needle():
    needle = hf.Beta(1e8, 3e8)
    share = curves.share_grid([needle])
    assert area(share, curves.density_of(needle, share)) == pytest.approx(1, rel=1e-3)
    low, high = curves.window([needle])
    assert 0.2495 < low < 0.25 < high < 0.2505


# ---- margins, proportions, bags ---------------------------------------------------------------------------


def test_margins_are_the_betas_of_the_closed_form(rng):
    fit = hf.fit(hf.Pooled(), counts())
    data = margins.margins_data(fit, draws=50, rng=rng)
    total = sum(four.POSTERIOR)
    for one, a in zip(data.margins, four.POSTERIOR, strict=True):
        assert (one.a, one.b) == (a, total - a)
        np.testing.assert_allclose(
            one.density, stats.beta.pdf(one.share, a, total - a), rtol=1e-6, atol=1e-200
        )
        assert one.interval == pytest.approx(stats.beta.interval(0.95, a, total - a))
    assert np.sum([one.draws for one in data.margins], axis=0) == pytest.approx(np.ones(50))  # drawn together


def test_margins_of_a_beta_a_bag_and_of_what_has_none(rng):
    one = hf.fit(hf.Pooled(hf.Beta(1, 5)), counts().collapse("blue"))
    found = margins.margins_data(one, draws=0, rng=rng).margins
    assert [(margin.category, margin.a, margin.b) for margin in found] == [
        ("blue", 51, 175),
        ("not blue", 175, 51),
    ]
    apart = hf.fit(hf.Separate(), counts())
    assert len(margins.plot_margins(apart.posterior[0])) == 6
    with pytest.raises(hf.ParameterTypeError, match=r"fit.posterior\[0\]"):
        margins.plot_margins(apart)
    with pytest.raises(hf.ParameterTypeError, match="is no Dirichlet"):
        margins.plot_margins(hf.fit(hf.Pooled(hf.Fixed(np.full(6, 1 / 6))), counts()))
    with pytest.raises(hf.ParameterError, match="41 categories"):
        margins.plot_margins(hf.Dirichlet(np.ones(41)))


def test_six_margins_stand_in_two_rows_of_three():
    axes = margins.plot_margins(hf.fit(hf.Pooled(), counts()))
    assert {ax.get_subplotspec().get_geometry()[:2] for ax in axes} == {(2, 3)}


def test_proportions_are_the_means_and_intervals_of_the_closed_form():
    data = proportions.proportions_data(hf.fit(hf.Pooled(), counts()), mass=0.95, kind="eti")
    assert data.mean[0] == pytest.approx(four.MEANS, abs=1e-6)
    assert data.intervals[0][0][0] == pytest.approx(four.ETI_BLUE, abs=1e-6)
    apart = proportions.proportions_data(hf.fit(hf.Separate(), counts()), mass=0.8, kind="hdi")
    assert apart.whose == four.BAGS
    assert apart.mean == pytest.approx((np.array(four.TABLE) + 1) / (np.sum(four.TABLE, axis=1) + 6)[:, None])
    many = hf.Counts(np.ones((13, 2)), categories=["a", "b"])
    with pytest.raises(hf.ParameterError, match="too many shares"):
        proportions.plot_proportions(hf.fit(hf.Separate(), many))


def test_bags_are_sorted_by_what_was_counted():
    data = bags.bags_data(counts(), by="green")
    shares = np.array(four.TABLE) / np.sum(four.TABLE, axis=1)[:, None]
    order = np.argsort(-shares[:, 2])
    assert data.bags == tuple(four.BAGS[i] for i in order)
    assert data.categories[0] == "green"
    columns = [four.CATEGORIES.index(name) for name in data.categories]
    assert data.shares == pytest.approx(shares[order][:, columns])
    assert data.shares.sum(axis=1) == pytest.approx(np.ones(4))
    assert bags.bags_data(counts(), by=None).by == "blue"
    with pytest.raises(hf.ParameterError, match="no category 'pink'"):
        bags.plot_bags(counts(), by="pink")


def test_empty_bags_many_bags_and_many_categories(rng):
    table = rng.poisson(3, (2500, 20))
    table[:7] = 0
    names = [f"genus {i}" for i in range(19)] + ["other"]
    data = bags.bags_data(hf.Counts(table, categories=names), by=None)
    assert (data.n_bags, data.n_empty, len(data.bags)) == (2500, 7, 1000)
    assert len(data.categories) == 12
    assert data.categories[-1] == "all other"
    assert data.shares.sum(axis=1) == pytest.approx(np.ones(1000))
    assert (np.diff(data.shares[:, 0]) <= 0).all()
    with pytest.raises(hf.ParameterError, match="nothing was counted"):
        bags.plot_bags(hf.Counts([[0, 0]], categories=["a", "b"]))


# ---- ternary and comparison -------------------------------------------------------------------------------


@pytest.mark.parametrize("concentration", [(13, 8, 10), (1, 5, 2), (0.5, 0.5, 2), (300, 200, 80)])
def test_the_regions_of_highest_density_hold_what_they_say(concentration, rng):
    dirichlet = hf.Dirichlet(concentration)
    data = ternary.ternary_data(dirichlet)
    drawn = np.maximum(rng.dirichlet(concentration, 20_000), 1e-300)
    density = stats.dirichlet(concentration).logpdf((drawn / drawn.sum(axis=1, keepdims=True)).T)
    for mass, level in zip(data.masses, data.levels, strict=True):
        error = np.sqrt(mass * (1 - mass) / 20_000)
        assert (density >= level).mean() == pytest.approx(mass, abs=5 * error + 2e-3)


def test_the_log_density_is_scipys_and_the_points_are_recipes():
    data = ternary.ternary_data(hf.Dirichlet([13, 8, 10]))
    assert data.recipes.sum(axis=1) == pytest.approx(np.ones(len(data.recipes)))
    inner = data.recipes[(data.recipes > 1e-3).all(axis=1)]
    inner = inner / inner.sum(axis=1, keepdims=True)
    expected = stats.dirichlet([13, 8, 10]).logpdf(inner.T)
    np.testing.assert_allclose(hf.Dirichlet([13, 8, 10]).log_prob(inner), expected, rtol=1e-9, atol=1e-9)
    x, y = triangle.on_paper(np.eye(3))
    assert (x.tolist(), y.tolist()) == ([0, 1, 0.5], [0, 0, pytest.approx(0.75**0.5)])


def test_bags_in_the_triangle_are_matched_by_name():
    bag = hf.Counts([[1, 2, 3], [0, 0, 0]], categories=["a", "b", "c"])
    data = ternary.ternary_data(hf.Dirichlet([1, 1, 2], ("c", "a", "b")), counts=bag)
    assert data.bags == pytest.approx(np.array([[3, 1, 2]]) / 6)
    with pytest.raises(hf.ParameterError, match="the recipe is of"):
        ternary.plot_ternary(hf.Dirichlet([1, 1, 2]), counts=bag)
    with pytest.raises(hf.ParameterError, match="a triangle shows three"):
        ternary.plot_ternary(hf.Dirichlet([1, 1]))


def test_a_comparison_is_drawn_from_the_best_down():
    data = comparison.comparison_data(
        compared(("a", -12.0, 0.1, 0.1), ("b", -10.0, 0.0, 0.9), ("c", -np.inf, 0.0, 0.0))
    )
    assert data.specs == ("b", "a", "c")
    assert data.below_best.tolist() == [0.0, -2.0, -np.inf]
    ax = comparison.plot_comparison(compared(("a", -12.0, 0.1, 1.0), ("c", -np.inf, 0.0, 0.0)))
    assert "impossible" in [text.get_text() for text in ax.texts]
    with pytest.raises(hf.ParameterError, match="no model has evidence"):
        comparison.plot_comparison(compared(("c", -np.inf, 0.0, 0.0)))
