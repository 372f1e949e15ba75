"""The tree that ArviZ reads: its groups and dimensions, its numbers, and what is said at its root."""

import numpy as np
import pytest
from scipy import stats
from tests.testing_tools import four
from tests.testing_tools.blocked_imports import run_python
from tests.testing_tools.gates import z_gate

import handful as hf
from handful.inference.fit import fit as fitted
from handful.results.datatree import to_datatree

LIMIT = 2_000_000


def bags(**changes):
    given = {"table": four.TABLE, "categories": four.CATEGORIES, "ids": four.BAGS} | changes
    return hf.Counts(given.pop("table"), **given)


def blue():
    return bags().collapse("blue")


MADE = {
    "hierarchical": lambda: fitted(hf.Hierarchical(), bags(), engine="laplace", rng=3),
    "hierarchical, quadrature": lambda: fitted(hf.Hierarchical(), blue()),
    "hierarchical, smc": lambda: fitted(hf.Hierarchical(), bags(), engine="smc", rng=3),
    "hierarchical, alpha": lambda: fitted(hf.Hierarchical(alpha_prior=hf.Gamma(0.5, 0.1)), bags(), rng=3),
    "hierarchical, fixed mean": lambda: fitted(hf.Hierarchical(hf.Fixed([0.25, 0.75])), blue()),
    "pooled": lambda: fitted(hf.Pooled(), bags()),
    "pooled, beta": lambda: fitted(hf.Pooled(hf.Beta(1, 5)), blue()),
    "pooled, table": lambda: fitted(hf.Pooled(hf.Density.uniform(0.1, 0.9)), blue()),
    "pooled, fixed": lambda: fitted(hf.Pooled(hf.Fixed([0.25, 0.75])), blue()),
    "separate": lambda: fitted(hf.Separate(), bags()),
    "poisson": lambda: fitted(hf.Poisson(), blue()),
}
"""A fit of every kind, to the four bags."""

QUANTITIES = {
    "hierarchical": {"proportions", "precision", "bag_proportions"},
    "pooled": {"proportions"},
    "separate": {"bag_proportions"},
    "poisson": {"rate"},
}


@pytest.fixture(params=MADE)
def fit(request):
    return MADE[request.param]()


def counts_of(fit):
    return bags() if len(fit.data.categories) == 6 else blue()


def varies(fit):
    """Whether a bag's likelihood is another for another draw."""
    return fit.model.spec != "separate" and not isinstance(fit.posterior, hf.Fixed)


def tree_of(fit):
    return to_datatree(fit, counts=counts_of(fit), n_draws=800, rng=5)


def test_groups_and_dimensions_are_arviz_s(fit):
    tree = tree_of(fit)
    groups = [
        "posterior",
        "log_likelihood",
        "posterior_predictive",
        "prior",
        "observed_data",
        "constant_data",
    ]
    statistics = [] if fit.model.spec == "separate" else ["sample_stats"]
    groups = groups if varies(fit) else [name for name in groups if name != "log_likelihood"]
    assert set(tree.children) == {*groups, *statistics, "handful"}
    assert set(tree["posterior"].data_vars) == set(tree["prior"].data_vars) == QUANTITIES[fit.model.spec]
    chains = 8 if fit.engine == "smc" else 4
    for name in {"posterior", "prior", "log_likelihood", "posterior_predictive", *statistics} & set(
        tree.children
    ):
        for variable in tree[name].data_vars.values():
            assert variable.dims[:2] == ("chain", "draw")
            assert variable.shape[:2] == (chains, 800 // chains)
    if varies(fit):
        assert tree["log_likelihood"]["counts"].dims[2:] == ("bag",)
    assert tree["posterior_predictive"]["counts"].dims[2:] == ("bag", "category")
    assert tree["observed_data"]["counts"].dims == ("bag", "category")
    assert tuple(tree["observed_data"]["bag"].values) == four.BAGS
    categories = counts_of(fit).categories[: 1 if fit.model.spec == "poisson" else None]
    assert tuple(tree["observed_data"]["category"].values) == categories
    np.testing.assert_array_equal(tree["constant_data"]["totals"], counts_of(fit).totals)


def test_the_root_says_what_it_is(fit):
    said = tree_of(fit).attrs
    assert said["schema"] == "handful/fit-nc/1"
    assert (said["inference_library"], said["inference_library_version"]) == ("handful", hf.__version__)
    assert (said["model"], said["engine"], said["reason"]) == (fit.model.spec, fit.engine, fit.reason)
    assert said["prior"] == fit.model.prior_over(fit.data.categories).spec
    assert (said["log_evidence"], said["log_evidence_error"]) == (
        fit.log_evidence.value,
        fit.log_evidence.error,
    )
    assert said["log_evidence_error_kind"] == ("standard error" if fit.log_evidence.sampled else "bound")
    assert (said["verdict_ok"], said["verdict_notes"]) == (int(fit.verdict.ok), "\n".join(fit.verdict.notes))
    assert (said["data_sha256"], said["n_bags"], said["left_out"]) == (
        fit.data.sha256,
        4,
        "" if varies(fit) else said["left_out"],
    )
    assert "created_at" not in said
    assert said.get("seed") == ("3" if fit.engine in {"laplace", "smc"} else None)
    how = {"exact": "closed form", "quadrature": "table", "laplace": "resampled", "smc": "replicates"}
    found = (
        "resampled" if fit.model.spec == "hierarchical" and fit.engine == "quadrature" else how[fit.engine]
    )
    assert found in said["draws"]
    if fit.engine == "laplace":
        assert said["pareto_k"] == fit.posterior.pareto_k


def test_one_fit_and_one_seed_give_one_tree(fit):
    assert tree_of(fit).identical(tree_of(fit))
    assert to_datatree(fit).identical(to_datatree(fit))
    assert to_datatree(fit).attrs["draws_seed"] != "5"
    generator = np.random.default_rng(5)
    assert "draws_seed" not in to_datatree(fit, rng=generator).attrs


def test_the_bags_likelihoods_make_up_that_of_all(fit):
    if not varies(fit):
        assert "is exactly log_evidence" in tree_of(fit).attrs["left_out"]
        return
    tree = tree_of(fit)
    together = tree["log_likelihood"]["counts"].sum("bag")
    kept = tree["sample_stats"]
    np.testing.assert_allclose(together, kept["log_likelihood"], rtol=1e-9)
    np.testing.assert_allclose(kept["lp"], kept["log_likelihood"] + kept["log_prior"])


def test_likelihoods_and_priors_are_scipy_s():
    tree = tree_of(MADE["hierarchical"]())
    m, kappa = (
        tree["posterior"][name].values.reshape(800, -1)[::40] for name in ("proportions", "precision")
    )
    found = tree["log_likelihood"]["counts"].values.reshape(800, -1)[::40]
    expected = [
        stats.dirichlet_multinomial(k * q, bags().totals).logpmf(bags().table)
        for q, k in zip(m, kappa, strict=True)
    ]
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    log_prior = tree["sample_stats"]["log_prior"].values.ravel()[::40]
    log_kappa = np.log(kappa[:, 0])
    np.testing.assert_allclose(log_prior, stats.norm(4, 2).logpdf(log_kappa) + np.log(120.0), rtol=1e-9)

    tree = tree_of(MADE["pooled, table"]())
    q = tree["posterior"]["proportions"].values.reshape(800, 2)
    found = tree["log_likelihood"]["counts"].values.reshape(800, 4)
    np.testing.assert_allclose(
        found, stats.binom(blue().totals, q[:, :1]).logpmf(blue().table[:, 0]), rtol=1e-9
    )
    np.testing.assert_allclose(tree["sample_stats"]["log_prior"], np.log(1 / 0.8), rtol=1e-9)

    tree = tree_of(MADE["poisson"]())
    rate = tree["posterior"]["rate"].values.reshape(800, 1)
    found = tree["log_likelihood"]["counts"].values.reshape(800, 4)
    np.testing.assert_allclose(
        found, stats.poisson(blue().totals * rate).logpmf(blue().table[:, 0]), rtol=1e-9
    )
    expected = stats.gamma(3, scale=1 / 6).logpdf(rate[:, 0])
    np.testing.assert_allclose(tree["sample_stats"]["log_prior"].values.ravel(), expected, rtol=1e-9)


def test_draws_have_the_moments_of_what_they_are_drawn_from():
    n = 40_000
    tree = to_datatree(MADE["separate"](), n_draws=n, rng=1)
    for part, concentration in (("posterior", bags().table + 1.0), ("prior", np.ones((4, 6)))):
        drawn = tree[part]["bag_proportions"].values.reshape(n, 4, 6)
        whole = concentration.sum(axis=1, keepdims=True)
        mean = concentration / whole
        z_gate(drawn.mean(axis=0), mean, np.sqrt(mean * (1 - mean) / (whole + 1) / n))
    tree = to_datatree(MADE["pooled, beta"](), n_draws=n, rng=1)
    for part, beta in (("posterior", stats.beta(51, 175)), ("prior", stats.beta(1, 5))):
        drawn = tree[part]["proportions"].values.reshape(n, 2)[:, 0]
        z_gate(drawn.mean(), beta.mean(), beta.std() / np.sqrt(n))


def test_a_fresh_bag_varies_as_a_fresh_bag_does():
    fit = MADE["hierarchical"]()
    tree = to_datatree(fit, n_draws=40_000, rng=1)
    counts = tree["posterior_predictive"]["counts"].values.reshape(40_000, 4, 6)
    assert (counts.sum(axis=2) == bags().totals).all()
    m, kappa = (tree["posterior"][name].values for name in ("proportions", "precision"))
    m, kappa = m.reshape(-1, 1, 6), kappa.reshape(-1, 1, 1)
    totals = bags().totals[:, None]
    off = counts - totals * m
    expected = totals * m * (1 - m) * (totals + kappa) / (1 + kappa)
    z_gate(off.mean(axis=0), 0.0, off.std(axis=0) / 200)
    surplus = off**2 - expected
    z_gate(surplus.mean(axis=0), 0.0, surplus.std(axis=0) / 200)
    own = tree["posterior"]["bag_proportions"].values.reshape(40_000, 4, 6)
    exact = fit.bag_proportions()
    z_gate(own.mean(axis=0), exact.mean, exact.sd / 100)


def test_weighted_draws_are_chosen_in_proportion_to_their_weights():
    fit = MADE["hierarchical"]()
    tree = to_datatree(fit, rng=1)
    kept = tree["sample_stats"]
    origin = kept["origin"].values
    np.testing.assert_array_equal(tree["posterior"]["precision"], fit.draws["precision"][origin])
    np.testing.assert_array_equal(kept["weight"], fit.weights[origin])
    times = np.bincount(origin.ravel(), minlength=10_000)
    assert np.abs(times - 4_000 * fit.weights).max() < 1


def test_the_replicates_of_smc_are_chains_as_they_are():
    fit = MADE["hierarchical, smc"]()
    tree = to_datatree(fit)
    assert dict(tree["posterior"].sizes)["chain"] == 8
    np.testing.assert_array_equal(tree["posterior"]["precision"].values.ravel(), fit.draws["precision"])
    np.testing.assert_array_equal(tree["sample_stats"]["replicate"][:, 0], np.arange(8))
    assert "weighs them by their evidence" in tree.attrs["draws"]


def test_what_would_be_too_large_is_left_out_and_named():
    counts = hf.read_counts("data:skittles")
    fit = hf.fit(hf.Hierarchical(), counts, rng=1)
    tree = to_datatree(fit)
    assert set(tree["posterior"].data_vars) == {"proportions", "precision"} == set(tree["prior"].data_vars)
    assert "posterior_predictive" not in tree.children
    assert tree["log_likelihood"]["counts"].size == 468 * 4_000 <= LIMIT
    lines = tree.attrs["left_out"].split("\n")
    assert [line.partition(",")[0] for line in lines] == ["bag_proportions", "posterior_predictive"]
    assert "9,360,000 numbers: at most 2,000,000" in lines[0]
    few = to_datatree(fit, n_draws=800)
    assert few["posterior_predictive"]["counts"].shape == (4, 200, 468, 5)
    assert (few["posterior"]["bag_proportions"].size, few.attrs["left_out"]) == (468 * 5 * 800, "")

    tree = to_datatree(hf.fit(hf.Separate(), counts))
    assert not {"posterior", "posterior_predictive"} & set(tree.children)
    assert "bag_proportions" in tree.attrs["left_out"]


@pytest.mark.parametrize("kind", ["pooled", "pooled, table", "poisson"])
def test_bags_that_a_fit_has_not_kept_can_be_given(kind):
    tree = to_datatree(MADE[kind]())
    assert not {"log_likelihood", "posterior_predictive", "constant_data"} & set(tree.children)
    assert "to_datatree(fit, counts=counts)" in tree.attrs["left_out"]
    table = counts_of(MADE[kind]()).table.sum(axis=0)
    np.testing.assert_array_equal(
        tree["observed_data"]["category_counts"], table[:1] if kind == "poisson" else table
    )
    with pytest.raises(hf.CountsError, match=r"bags of the fit .*: give the counts that were fitted"):
        to_datatree(MADE[kind](), counts=bags(ids=None))


def test_histograms_know_no_bags_until_they_are_given():
    fit = hf.fit(hf.Hierarchical(), hf.Histograms.of(bags()), rng=3)
    tree = to_datatree(fit)
    assert set(tree["posterior"].data_vars) == {"proportions", "precision"}
    assert "log_likelihood" not in tree.children
    np.testing.assert_array_equal(tree["observed_data"]["category_counts"], four.TOTALS)
    given = to_datatree(fit, counts=bags())
    assert given["log_likelihood"].sizes["bag"] == 4
    np.testing.assert_array_equal(given["posterior"]["precision"], tree["posterior"]["precision"])


@pytest.mark.parametrize("model", [hf.Pooled(), hf.Separate(), hf.Hierarchical()], ids=lambda m: m.spec)
@pytest.mark.parametrize(
    "table", [[], [[0, 0]], [[3, 0]], [[0, 0], [5_000, 5]]], ids=["no bag", "an empty bag", "a zero", "large"]
)
def test_the_ends_of_the_range(model, table):
    counts = hf.Counts(table, categories=["a", "b"])
    fit = hf.fit(model, counts, rng=1)
    tree = to_datatree(fit, counts=counts)
    for part in tree.children.values():
        for variable in part.data_vars.values():
            assert variable.dtype.kind != "f" or np.isfinite(variable).all()
    if table and model.spec == "hierarchical":
        together = tree["log_likelihood"]["counts"].sum("bag")
        np.testing.assert_allclose(together, tree["sample_stats"]["log_likelihood"], rtol=1e-9, atol=1e-9)


def test_mistakes_are_told():
    fit = MADE["pooled"]()
    with pytest.raises(hf.ParameterTypeError, match="give what fit"):
        to_datatree("fit")
    with pytest.raises(hf.ParameterError, match="n_draws = 99: must be a whole number from 100"):
        to_datatree(fit, n_draws=99)
    with pytest.raises(hf.ParameterError, match="a seed must be >= 0"):
        to_datatree(fit, rng=-1)


def test_draws_are_rounded_up_to_whole_chains():
    assert dict(to_datatree(MADE["pooled"](), n_draws=101)["posterior"].sizes)["draw"] == 26
    assert dict(to_datatree(MADE["hierarchical, smc"](), n_draws=101)["posterior"].sizes)["draw"] == 13


WITHOUT = """
import sys
import handful as hf
from handful.results.datatree import read_fit, to_datatree, write_fit
fit = hf.fit(hf.Pooled(), hf.Counts([[12, 43]], categories=["blue", "not blue"]))
for call in (lambda: to_datatree(fit), lambda: write_fit(fit, sys.argv[1]), lambda: read_fit(sys.argv[1])):
    try:
        call()
    except hf.MissingExtra as error:
        print(error.extra, error)
"""


@pytest.mark.parametrize("absent", ["xarray", "h5netcdf", "h5py"])
def test_without_the_extra_it_says_so(absent, tmp_path):
    run = run_python(WITHOUT, without=[absent], arguments=[str(tmp_path / "fit.nc")])
    assert (run.returncode, run.stderr) == (0, "")
    lines = run.stdout.splitlines()
    assert len(lines) == (3 if absent == "xarray" else 2)
    assert all(line.startswith("arviz a ") and "handful[arviz]" in line for line in lines)
