"""The tree of a mixture: its dimensions, its numbers, and which component each bag came from."""

from functools import cache

import numpy as np
import pytest
from scipy import stats
from tests.oracles.mixture import enumerate_mixture
from tests.testing_tools import four
from tests.testing_tools.gates import z_gate

import handful as hf
from handful.results.datatree import to_datatree

LABELS = {"all": ["NJ", "TN", "TN", "NJ"], "some": ["NJ", "", "TN", ""]}
KNOWN = {"all": [0, 1, 1, 0], "some": [0, -1, 1, -1]}
RECIPES = np.array([[0.25, 0.125, 0.125, 0.25, 0.125, 0.125], [0.2, 0.1, 0.2, 0.2, 0.1, 0.2]])
STRENGTH = 50.0


def bags(table=four.TABLE, **changes):
    given = {"categories": four.CATEGORIES, "ids": four.BAGS, "labels": LABELS} | changes
    return hf.Counts(table, **given)


def recipes():
    return hf.Recipes(RECIPES, components=["NJ", "TN"], categories=four.CATEGORIES)


def over(**options):
    return hf.Mixture(2, overdispersed=True, **options)


MIXTURES = {
    "flat": lambda: hf.fit(hf.Mixture(2), bags(), rng=3),
    "three, some known": lambda: hf.fit(hf.Mixture(3, labels="some"), bags(), rng=3),
    "around recipes": lambda: hf.fit(hf.Mixture(recipes=recipes(), strength=STRENGTH), bags(), rng=3),
    "known weights": lambda: hf.fit(hf.Mixture(2, weights=hf.Fixed([0.25, 0.75])), bags(), rng=3),
    "known recipes": lambda: hf.fit(hf.Mixture(recipes=recipes()), bags(), rng=3),
    "all known": lambda: hf.fit(hf.Mixture(2, labels="all"), bags()),
    "one": lambda: hf.fit(hf.Mixture(1), bags()),
    "nothing unknown": lambda: hf.fit(hf.Mixture(recipes=recipes(), weights=hf.Fixed([0.25, 0.75])), bags()),
    "smc": lambda: hf.fit(hf.Mixture(2), bags(), engine="smc", draws=800, rng=3),
    "smc, some known": lambda: hf.fit(hf.Mixture(2, labels="some"), bags(), engine="smc", draws=800, rng=3),
    "overdispersed": lambda: hf.fit(over(labels="some"), bags(), draws=800, rng=3),
    "overdispersed, known recipes": lambda: hf.fit(
        hf.Mixture(recipes=recipes(), overdispersed=True), bags(), draws=800, rng=3
    ),
    "overdispersed, alpha": lambda: hf.fit(over(alpha_prior=hf.Gamma(2, 0.1)), bags(), draws=800, rng=3),
}
"""A mixture of every kind, fitted to the four bags; none of them suits laplace."""


@cache
def mixture_fit(name):
    return MIXTURES[name]()


@pytest.fixture(params=MIXTURES)
def fit(request):
    return mixture_fit(request.param)


def tree_of(fit):
    return to_datatree(fit, n_draws=800, rng=5)


def varies(fit):
    return not (fit.model.recipes_are_known and isinstance(fit.model.weights, hf.Fixed))


def known_of(fit):
    return np.array(KNOWN.get(fit.model.labels, [-1] * 4))


def flat(tree, part, name):
    """A variable with all draws in a row."""
    values = tree[part][name].values
    return values.reshape(-1, *values.shape[2:])


def test_every_quantity_is_one_of_a_component(fit):
    tree, size = tree_of(fit), fit.model.size
    dims = {"weights": ("component",), "proportions": ("component", "category")}
    if fit.model.overdispersed:
        dims["precision"] = ("component",)
    shapes = {"component": size, "category": 6, "bag": 4}
    for part in ("posterior", "prior"):
        assert {name: one.dims[2:] for name, one in tree[part].data_vars.items()} == dims
        assert tuple(tree[part]["component"].values) == fit.statistic.components
        assert tuple(tree[part]["category"].values) == four.CATEGORIES
    dims |= {"log_likelihood": ("bag",), "posterior_predictive": ("bag", "category")}
    chains = 8 if fit.engine == "smc" else 4
    for part in {"posterior", "prior", "log_likelihood", "posterior_predictive"} & set(tree.children):
        for name, one in tree[part].data_vars.items():
            own = dims.get(part, dims.get(name))
            assert one.shape == (chains, 800 // chains, *map(shapes.__getitem__, own))
            assert np.isfinite(one).all()
    assert ("log_likelihood" in tree.children) == varies(fit)
    assert ("is exactly log_evidence" in tree.attrs["left_out"]) != varies(fit)
    for one in tree["assignments"].data_vars.values():
        assert one.dims == ("bag", "component")
    assert tuple(tree["assignments"]["component"].values) == fit.statistic.components


def test_known_components_are_data(fit):
    tree = tree_of(fit)
    np.testing.assert_array_equal(tree["observed_data"]["counts"], four.TABLE)
    np.testing.assert_array_equal(tree["constant_data"]["totals"], bags().totals)
    if fit.model.labels is None:
        assert set(tree["constant_data"].data_vars) == {"totals"}
        return
    assert tree["constant_data"]["known"].values.tolist() == LABELS[fit.model.labels]
    assert "given the components that are known" in tree["prior"].attrs["note"]


def log_pmf(quantities):
    """The log probability (S, K, B) of each bag's counts under each component of each draw, by SciPy."""
    q, table, totals = quantities["proportions"], bags().table, bags().totals
    if "precision" not in quantities:
        return stats.multinomial.logpmf(table, totals, q[:, :, None, :])
    alpha = quantities["precision"][:, :, None] * q
    return np.array(
        [[stats.dirichlet_multinomial.logpmf(table, one, totals) for one in draw] for draw in alpha]
    )


def test_likelihoods_are_scipy_s_with_the_assignments_summed_out(fit):
    tree = tree_of(fit)
    quantities = {name: flat(tree, "posterior", name) for name in tree["posterior"].data_vars}
    of_components = log_pmf(quantities)
    weighed = np.log(quantities["weights"])[:, :, None] + of_components
    expected = np.logaddexp.reduce(weighed, axis=1)
    for b, k in enumerate(known_of(fit)):
        expected[:, b] = expected[:, b] if k < 0 else of_components[:, k, b]
    # SciPy's Dirichlet-multinomial loses digits where bags are alike.
    accuracy = 1e-4 if fit.model.overdispersed else 1e-9
    together = flat(tree, "sample_stats", "log_likelihood")
    np.testing.assert_allclose(together, expected.sum(axis=1), rtol=0, atol=accuracy)
    if varies(fit):
        found = flat(tree, "log_likelihood", "counts")
        np.testing.assert_allclose(found, expected, rtol=0, atol=accuracy)
        np.testing.assert_allclose(found.sum(axis=1), together, rtol=1e-12)


def test_priors_are_scipy_s(fit):
    tree = tree_of(fit)
    weights, q = flat(tree, "posterior", "weights"), flat(tree, "posterior", "proportions")
    expected = np.zeros(len(weights))
    if fit.model.size > 1 and not isinstance(fit.model.weights, hf.Fixed):
        learnt = np.bincount(known_of(fit)[known_of(fit) >= 0], minlength=fit.model.size)
        expected += stats.dirichlet(1.0 + learnt).logpdf(weights.T)
    if not fit.model.recipes_are_known:
        of_recipes = STRENGTH * RECIPES if fit.model.recipes else np.zeros((fit.model.size, 6))
        base = 1.0 if fit.model.alpha_prior is None else 2.0
        expected += sum(stats.dirichlet(base + own).logpdf(q[:, k].T) for k, own in enumerate(of_recipes))
    if fit.model.overdispersed:
        kappa = flat(tree, "posterior", "precision")
        if fit.model.alpha_prior is None:
            expected += stats.norm(4, 2).logpdf(np.log(kappa)).sum(axis=1)
        else:  # the sum of six gammas is a gamma
            expected += (stats.gamma(12, scale=10).logpdf(kappa) + np.log(kappa)).sum(axis=1)
    kept = tree["sample_stats"]
    np.testing.assert_allclose(flat(tree, "sample_stats", "log_prior"), expected, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(kept["lp"], kept["log_likelihood"] + kept["log_prior"], rtol=1e-12)


def test_draws_of_the_prior_have_its_moments():
    n = 40_000
    tree = to_datatree(mixture_fit("overdispersed"), n_draws=n, rng=1)
    z_gate(flat(tree, "prior", "weights").mean(axis=0), 0.5, np.sqrt(1 / 20 / n))  # Beta(2, 2): a label each
    q = flat(tree, "prior", "proportions")
    z_gate(q.mean(axis=0), 1 / 6, np.sqrt(5 / 36 / 7 / n))
    log_precision = np.log(flat(tree, "prior", "precision"))
    z_gate(log_precision.mean(axis=0), 4.0, 2 / np.sqrt(n))
    z_gate(log_precision.std(axis=0), 2.0, 2 / np.sqrt(2 * n))
    q = flat(to_datatree(mixture_fit("around recipes"), n_draws=n, rng=1), "prior", "proportions")
    mean = (1.0 + STRENGTH * RECIPES) / (6.0 + STRENGTH)
    z_gate(q.mean(axis=0), mean, np.sqrt(mean * (1 - mean) / (7 + STRENGTH) / n))
    weights = flat(to_datatree(mixture_fit("flat"), n_draws=n, rng=1), "prior", "weights")
    z_gate(weights.mean(axis=0), 0.5, np.sqrt(1 / 12 / n))  # and in no order


def test_draws_of_a_closed_form_have_its_moments():
    n = 40_000
    tree = to_datatree(mixture_fit("all known"), n_draws=n, rng=1)
    table = bags().table
    for k, own in enumerate((table[[0, 3]], table[[1, 2]])):
        whole = 6.0 + own.sum()
        mean = (1.0 + own.sum(axis=0)) / whole
        found = flat(tree, "posterior", "proportions")[:, k].mean(axis=0)
        z_gate(found, mean, np.sqrt(mean * (1 - mean) / (whole + 1) / n))
    z_gate(flat(tree, "posterior", "weights").mean(axis=0), 0.5, np.sqrt(1 / 4 / 7 / n))  # Beta(3, 3)
    tree = tree_of(mixture_fit("nothing unknown"))
    assert (flat(tree, "posterior", "weights") == [0.25, 0.75]).all()
    assert np.abs(flat(tree, "posterior", "proportions") - RECIPES).max() <= 1e-16


EXACT = {
    "three, some known": {"a": np.ones((3, 6)), "known": KNOWN["some"], "t": np.ones(3)},
    "around recipes": {"a": 1.0 + STRENGTH * RECIPES, "t": np.ones(2)},
    "known weights": {"a": np.ones((2, 6)), "weights": [0.25, 0.75]},
    "known recipes": {"recipes": RECIPES, "t": np.ones(2)},
    "nothing unknown": {"recipes": RECIPES, "weights": [0.25, 0.75]},
    "all known": {"a": np.ones((2, 6)), "known": KNOWN["all"], "t": np.ones(2)},
    "one": {"a": np.ones((1, 6)), "weights": [1.0]},
}


@pytest.mark.parametrize("name", EXACT)
def test_assignments_are_exact_where_the_fit_knows_them(name):
    given = dict(EXACT[name])
    truth = enumerate_mixture(four.TABLE, given.pop("t", None), given.pop("a", None), **given)
    found = tree_of(mixture_fit(name))["assignments"]
    assert found.attrs["note"].endswith(": exact")
    assert "mcse" not in found
    np.testing.assert_allclose(found["assignments"], truth.assignments, rtol=0, atol=1e-9)


@pytest.mark.parametrize("name", ["flat", "smc", "smc, some known", "overdispersed, known recipes"])
def test_other_assignments_are_the_mean_over_the_weighted_draws(name):
    fit = mixture_fit(name)
    found = tree_of(fit)["assignments"]
    assert "the mean over the fit's weighted draws, with its standard error" in found.attrs["note"]
    joint = np.log(fit.draws["weights"])[:, :, None] + log_pmf(fit.draws)
    taken = np.exp(joint - np.logaddexp.reduce(joint, axis=1)[:, None])
    expected = np.einsum("s,skb->bk", fit.weights, taken)
    for b, k in enumerate(known_of(fit)):
        expected[b] = expected[b] if k < 0 else np.eye(2)[k]
    np.testing.assert_allclose(found["assignments"], expected, rtol=0, atol=1e-5)
