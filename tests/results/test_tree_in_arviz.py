"""ArviZ itself on our trees, unchanged: 0.8 on Python 3.11, 1.x on newer ones."""

import arviz_stats
import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from tests.results import test_tree_mixture as of_mixtures
from tests.results.test_datatree import MADE, bags, tree_of, varies
from tests.testing_tools.gates import z_gate

import handful as hf
from handful.results.datatree import to_datatree

if not hasattr(mpl.style, "core"):
    # arviz-plots 0.8.0, the newest for Python 3.11, asks for what matplotlib 3.11 has merged into its parent.
    mpl.style.core = mpl.style
import arviz_plots


@pytest.fixture(params=MADE)
def fit(request):
    return MADE[request.param]()


def all_of(fit, name):
    """The weighted mean of a quantity of a fit of draws, flat."""
    return np.einsum("s,s...->...", fit.weights, fit.draws[name]).ravel()


@pytest.mark.parametrize("kind", [kind for kind in MADE if kind.startswith("hierarchical")])
def test_summary_finds_the_fit_s_own_means(kind):
    fit = MADE[kind]()
    tree = to_datatree(fit, rng=1)
    # The mean of κ may have no error that draws could tell: that of log κ has.
    tree["posterior"]["precision"] = np.log(tree["posterior"]["precision"])
    precision = float(fit.weights @ np.log(fit.draws["precision"]))
    with np.errstate(invalid="ignore"):  # a recipe that is known has no variance
        table = arviz_stats.summary(tree, var_names=["proportions", "precision"], round_to="none")
    table = table.astype(float)
    truths = np.append(all_of(fit, "proportions"), precision)
    if "fixed" in kind:
        np.testing.assert_allclose(table["mean"][:2], [0.25, 0.75])
        table, truths = table[2:], truths[2:]
    errors = table["mcse_mean"].to_numpy()
    if fit.engine == "smc":  # the fit weighs the replicates by their evidence
        fit_error = fit.posterior.health(
            np.column_stack([fit.draws["proportions"], np.log(fit.draws["precision"])])
        ).mcse
        errors = np.hypot(errors, fit_error)
    z_gate(table["mean"].to_numpy(), truths, errors)


@pytest.mark.parametrize(
    "kind", ["hierarchical", "hierarchical, quadrature", "pooled", "separate", "poisson"]
)
def test_resampled_draws_are_worth_their_number(kind):
    tree = to_datatree(MADE[kind](), rng=1)
    table = arviz_stats.summary(tree, round_to="none").astype(float)
    assert (table["ess_bulk"] > 0.75 * 4_000).all()
    assert table["ess_bulk"].mean() > 0.9 * 4_000
    assert (table["r_hat"] < 1.01).all()


def test_summary_and_loo_take_every_fit(fit):
    tree = tree_of(fit)
    with np.errstate(invalid="ignore"):
        table = arviz_stats.summary(tree)
    assert len(table) == sum(
        int(np.prod(variable.shape[2:])) for variable in tree["posterior"].data_vars.values()
    )
    if not varies(fit):
        return
    loo = arviz_stats.loo(tree, pointwise=True)
    assert loo.n_data_points == 4
    assert np.isfinite(loo.elpd)
    assert loo.elpd <= float(tree["log_likelihood"]["counts"].max(("chain", "draw")).sum())


def test_leaving_out_a_bag_of_a_pooled_fit_is_what_refitting_says():
    counts = bags()
    loo = arviz_stats.loo(to_datatree(MADE["pooled"](), counts=counts, rng=1), pointwise=True)
    whole = hf.fit(hf.Pooled(), counts).log_evidence.value
    exact = [
        whole - hf.fit(hf.Pooled(), counts.without_bags([bag])).log_evidence.value for bag in counts.bags
    ]
    assert abs(loo.elpd - sum(exact)) < 0.3
    assert (loo.pareto_k < 0.7).all()


@pytest.mark.filterwarnings("ignore:The inplace keyword")  # of arviz-stats 0.8 with pandas 3
def test_compare_takes_two_models():
    trees = {kind: to_datatree(MADE[kind](), counts=bags(), rng=1) for kind in ("pooled", "hierarchical")}
    table = arviz_stats.compare(trees)
    assert set(table.index) == set(trees)
    # The four bags differ no more than chance: neither model foretells them much better.
    assert table["elpd"].max() - table["elpd"].min() < 4


@pytest.mark.parametrize("name", of_mixtures.MIXTURES)
@pytest.mark.filterwarnings("ignore:Estimated shape")  # of four bags each has much to say
def test_summary_and_loo_take_every_mixture(name):
    fit = of_mixtures.mixture_fit(name)
    tree = of_mixtures.tree_of(fit)
    with np.errstate(invalid="ignore"):  # what is known has no variance
        table = arviz_stats.summary(tree, round_to="none").astype(float)
    rows = [f"weights[{component}]" for component in fit.statistic.components]
    means = tree["posterior"]["weights"].mean(("chain", "draw"))
    np.testing.assert_allclose(table.loc[rows, "mean"], means)
    assert len(table) == fit.model.size * (1 + 6 + fit.model.overdispersed)
    if of_mixtures.varies(fit):
        loo = arviz_stats.loo(tree, pointwise=True)
        assert loo.n_data_points == 4
        assert loo.elpd <= float(tree["log_likelihood"]["counts"].max(("chain", "draw")).sum())


def two_kinds(left_out=()):
    """Five bags of one kind and seven of another, some without their items."""
    rng = np.random.default_rng(1)
    recipes = np.array([[0.6, 0.3, 0.1], [0.1, 0.3, 0.6]])
    table = rng.multinomial(30, recipes[np.repeat([0, 1], [5, 7])])
    table[list(left_out)] = 0
    labels = {"all": [*"aaaaabbbbbbb"], "some": ["a", *[""] * 9, "b", "b"]}
    return hf.Counts(table, categories=list("xyz"), labels=labels)


@pytest.mark.parametrize("labels", [None, "some", "all"])
def test_leaving_out_a_bag_of_a_mixture_is_what_refitting_says(labels):
    model = hf.Mixture(2, labels=labels)
    fit = hf.fit(model, two_kinds(), rng=1)
    tree = to_datatree(fit, rng=1)
    exact = []
    for bag in range(12):  # what is known of its component stays: only its items are left out
        again = hf.fit(model, two_kinds(left_out=[bag]), rng=1)
        assert (fit.log_evidence.error, again.log_evidence.error) == (0, 0)
        exact.append(fit.log_evidence.value - again.log_evidence.value)
    loo = arviz_stats.loo(tree, pointwise=True)
    assert (loo.pareto_k < 0.7).all()
    # Without ArviZ's smoothing, which only lessens it, the error is that of a mean of 1/likelihood.
    inverse = np.exp(np.array(exact) - tree["log_likelihood"]["counts"].values.reshape(-1, 12))
    z_gate(loo.elpd_i.values, exact, inverse.std(axis=0) / np.sqrt(len(inverse)))


@pytest.mark.filterwarnings("ignore:The inplace keyword")  # of arviz-stats 0.8 with pandas 3
@pytest.mark.filterwarnings("ignore:Estimated shape")  # one component for two kinds of bags fits none
def test_compare_takes_the_three_readings_of_hierarchical():
    counts = two_kinds()
    fits = {model.spec: hf.fit(model, counts, rng=1) for model in (hf.Hierarchical(), hf.Mixture(2))}
    fits["mixture:1"] = hf.fit(hf.Mixture(1), counts)
    fits["mixture:2:overdispersed"] = hf.fit(hf.Mixture(2, overdispersed=True), counts, rng=1, draws=800)
    table = arviz_stats.compare({spec: to_datatree(fit) for spec, fit in fits.items()})
    assert set(table.index) == set(fits)
    assert table.index[-1] == "mixture:1"
    assert "mixture" in table.index[0]


@pytest.mark.parametrize("plot", ["plot_dist", "plot_forest", "plot_ppc_dist"])
@pytest.mark.filterwarnings("ignore:The scale 'SquareRootScale'")  # of arviz-plots 0.8 with matplotlib 3.11
def test_plots_draw_a_mixture(plot):
    tree = of_mixtures.tree_of(of_mixtures.mixture_fit("overdispersed"))
    options = {"kind": "ecdf"} if plot == "plot_ppc_dist" else {}
    assert getattr(arviz_plots, plot)(tree, backend="matplotlib", **options) is not None
    plt.close("all")


@pytest.mark.parametrize("kind", ["hierarchical", "pooled", "separate", "poisson"])
@pytest.mark.parametrize("plot", ["plot_dist", "plot_forest", "plot_ppc_dist"])
@pytest.mark.filterwarnings("ignore:The scale 'SquareRootScale'")  # of arviz-plots 0.8 with matplotlib 3.11
def test_plots_draw_it(plot, kind):
    tree = tree_of(MADE[kind]())
    options = {"kind": "ecdf"} if plot == "plot_ppc_dist" else {}
    drawn = getattr(arviz_plots, plot)(tree, backend="matplotlib", **options)
    assert drawn is not None
    plt.close("all")
