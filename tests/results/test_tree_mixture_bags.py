"""What the tree of a mixture says of bags and of its draws, to the ends of the range; and a mixture in a file."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from tests.results.test_tree_mixture import MIXTURES, RECIPES, bags, flat, known_of, mixture_fit, tree_of
from tests.results.test_tree_round_trip import assert_the_same
from tests.testing_tools.gates import z_gate

import handful as hf
from handful.inference.draws import Draws
from handful.models import mixture as models
from handful.results.datatree import from_datatree, read_fit, to_datatree, write_fit
from handful.results.tree import room
from handful.results.tree.values import TYPES, pack, unpack

APART = hf.Recipes([[0.5, 0.5, 0, 0], [0, 0, 0.25, 0.75]], components=["NJ", "TN"], categories=list("abcd"))
MANY = 40_000


@cache
def many_bags():
    """A hundred bags of two components that differ, fitted by laplace."""
    rng = np.random.default_rng(1)
    component = np.repeat([0, 1], [40, 60])
    table = rng.multinomial(30, np.array([[0.6, 0.3, 0.1], [0.1, 0.3, 0.6]])[component])
    counts = hf.Counts(table, categories=list("abc"))
    return hf.fit(hf.Mixture(2), counts, engine="laplace", draws=2_000, rng=1)


def of_apart(table, **options):
    labels = {"from": options.pop("labels")} if "labels" in options else {}
    counts = hf.Counts(table, categories=list("abcd"), labels=labels)
    model = hf.Mixture(recipes=APART, labels="from" if labels else None, **options)
    return hf.fit(model, counts, rng=1)


@pytest.mark.parametrize("name", ["flat", "three, some known", "known weights", "overdispersed"])
def test_a_fresh_bag_comes_from_one_component(name):
    tree = to_datatree(mixture_fit(name), n_draws=MANY, rng=1)
    counts = flat(tree, "posterior_predictive", "counts")
    totals = bags().totals
    assert (counts.sum(axis=2) == totals).all()
    weights, q = flat(tree, "posterior", "weights"), flat(tree, "posterior", "proportions")
    kappa = flat(tree, "posterior", "precision")[:, :, None] if "precision" in tree["posterior"] else np.inf
    for b, k in enumerate(known_of(mixture_fit(name))):
        share = weights[:, :, None] if k < 0 else np.eye(weights.shape[1])[k][None, :, None]
        off = counts[:, b] - totals[b] * (share * q).sum(axis=1)
        z_gate(off.mean(axis=0), 0.0, off.std(axis=0) / np.sqrt(MANY))
        # The variance within the components and that between them.
        widened = (1.0 + totals[b] / kappa) / (1.0 + 1.0 / kappa)
        within = (share * totals[b] * q * (1 - q) * widened).sum(axis=1)
        between = (share * (totals[b] * (q - (share * q).sum(axis=1, keepdims=True))) ** 2).sum(axis=1)
        surplus = off**2 - within - between
        z_gate(surplus.mean(axis=0), 0.0, surplus.std(axis=0) / np.sqrt(MANY))


def test_components_that_share_nothing_are_never_mixed_in_one_bag():
    table = [[3, 4, 0, 0], [2, 2, 0, 0], [0, 0, 1, 3], [0, 0, 0, 0], [0, 0, 0, 0]]
    tree = to_datatree(of_apart(table, labels=["", "", "", "TN", "NJ"]), n_draws=MANY, rng=1)
    np.testing.assert_array_equal(tree["assignments"]["assignments"][:3], [[1, 0], [1, 0], [0, 1]])
    counts = flat(tree, "posterior_predictive", "counts")
    first, second = counts[:, :3, :2].sum(axis=2), counts[:, :3, 2:].sum(axis=2)
    assert (np.minimum(first, second) == 0).all()
    chance = 4 / 7  # Beta(1 + 1, 1 + 1) of the labels, then two bags of NJ and one of TN
    z_gate((first > 0).mean(axis=0), chance, np.sqrt(chance * (1 - chance) / MANY))
    both = 4 * 5 / (7 * 8)  # two bags of one draw share its weights, and not their component
    z_gate((first[:, :2] > 0).all(axis=1).mean(), both, np.sqrt(both * (1 - both) / MANY))


def test_what_a_recipe_has_none_of_is_in_no_bag_of_its_component_either():
    fit = of_apart([[3, 4, 0, 0], [0, 0, 1, 3]], overdispersed=True)
    tree = to_datatree(fit)
    np.testing.assert_array_equal(tree["assignments"]["assignments"], np.eye(2))
    counts = flat(tree, "posterior_predictive", "counts")
    assert (np.minimum(counts[:, :, :2].sum(axis=2), counts[:, :, 2:].sum(axis=2)) == 0).all()
    assert np.isfinite(tree["log_likelihood"]["counts"]).all()


def test_each_draw_of_a_fit_is_taken_once():
    fit = mixture_fit("flat")
    tree = to_datatree(fit)
    origin = flat(tree, "sample_stats", "origin")
    assert sorted(origin) == list(range(4_000))
    np.testing.assert_array_equal(flat(tree, "posterior", "weights"), fit.draws["weights"][origin])
    assert "independent draws of the engine enumeration" in tree.attrs["draws"]
    # Fewer draws than usual do not pretend to be more.
    few = to_datatree(many_bags())
    assert few["posterior"].sizes["draw"] == -(-len(many_bags().weights) // 4) < 1_000
    assert "independent importance draws of the engine laplace" in few.attrs["draws"]


def test_a_replicate_without_any_weight_is_no_chain():
    fit = mixture_fit("smc, some known")
    draws, kept = fit.posterior, fit.posterior.replicate != 2
    weights = draws.weights[kept] / draws.weights[kept].sum()
    left = Draws.of(
        {name: values[kept] for name, values in draws.quantities.items()},
        weights=weights,
        replicate=draws.replicate[kept],
    )
    tree = to_datatree(replace(fit, posterior=left))
    assert tree["posterior"].sizes["chain"] == 7
    assert tree["sample_stats"]["replicate"][:, 0].values.tolist() == [0, 1, 3, 4, 5, 6, 7]


def test_of_very_many_bags_the_tree_is_made_with_less_work(monkeypatch):
    fit = many_bags()
    n_draws, cells = len(fit.weights), 2 * fit.statistic.distinct.size
    whole = to_datatree(fit)
    monkeypatch.setattr(room, "MOST_CELLS", n_draws * cells - 1)
    tree = to_datatree(fit)
    gone = set(whole["sample_stats"].data_vars) - set(tree["sample_stats"].data_vars)
    assert gone == {"lp", "log_likelihood"}
    assert tree.attrs["left_out"].startswith("lp and log_likelihood of sample_stats")
    assert (tree["assignments"]["mcse"] < 0.05).all()
    again = to_datatree(fit, n_draws=n_draws // 2)
    assert (again.attrs["left_out"], "lp" in again["sample_stats"]) == ("", True)


@pytest.mark.parametrize(
    "model", [hf.Mixture(1), hf.Mixture(2), hf.Mixture(2, overdispersed=True)], ids=lambda m: m.spec
)
@pytest.mark.parametrize("table", [[[0, 0]], [[3, 0], [0, 0], [5_000, 5]]], ids=["an empty bag", "large"])
def test_the_ends_of_the_range(model, table):
    fit = hf.fit(model, hf.Counts(table, categories=["a", "b"]), rng=1, draws=400)
    tree = to_datatree(fit)
    for part in tree.children.values():
        for variable in part.data_vars.values():
            assert variable.dtype.kind != "f" or np.isfinite(variable).all()
    empty = tree["log_likelihood"]["counts"][:, :, 0 if len(table) == 1 else 1]
    assert (empty == 0).all()
    note = tree["log_likelihood"].attrs["note"]
    assert f"the same for every draw for bag {1 if len(table) == 1 else 2}, which ArviZ's loo refuses" in note


def test_no_bag_at_all():
    for model in (hf.Mixture(1), hf.Mixture(2), hf.Mixture(recipes=APART)):
        fit = hf.fit(model, hf.Counts([], categories=list("abcd")), rng=1)
        tree = to_datatree(fit)
        assert set(tree["posterior"].data_vars) == {"weights", "proportions"}
        assert not {"log_likelihood", "posterior_predictive"} & set(tree.children)
        assert_the_same(fit, from_datatree(tree))


@pytest.mark.parametrize("name", [*MIXTURES, "laplace"])
def test_a_mixture_comes_back_from_a_tree_and_from_a_file(name, tmp_path):
    fit = many_bags() if name == "laplace" else mixture_fit(name)
    assert name != "laplace" or fit.engine == name
    assert_the_same(fit, from_datatree(to_datatree(fit)))
    write_fit(fit, tmp_path / "fit.nc")
    again = read_fit(tmp_path / "fit.nc")
    assert_the_same(fit, again)
    assert again.model == fit.model
    assert tree_of(again).identical(tree_of(fit))
    if isinstance(fit, hf.DrawsFit):
        assert (again.counts, again.seed) == (fit.counts, fit.seed)
        assert (again.posterior.exact is None) == (fit.posterior.exact is None)
    write_fit(again, tmp_path / "again.nc")
    assert (tmp_path / "fit.nc").read_bytes() == (tmp_path / "again.nc").read_bytes()


def test_odd_names_come_back_as_they_were(tmp_path):
    names = ["New Jersey\n", "\x1b[31m\ud800"]
    odd = hf.Recipes(RECIPES * 1.0004, components=names)
    labels = {"where/when": [names[0].strip(), "", " ", ""]}
    model = hf.Mixture(recipes=hf.Recipes(RECIPES, components=["New Jersey", names[1]]), labels="where/when")
    for one, counts in ((hf.Mixture(recipes=odd, strength=9), bags()), (model, bags(labels=labels))):
        fit = hf.fit(one, counts, rng=1)
        write_fit(fit, tmp_path / "fit.nc")
        again = read_fit(tmp_path / "fit.nc")
        assert_the_same(fit, again)
        assert again.model.recipes.components == one.recipes.components
        assert again.model.recipes.notes == one.recipes.notes
        component = to_datatree(fit)["posterior"]["component"].values
        assert all(name.isprintable() and name.isascii() for name in component)
    assert odd.notes
    assert to_datatree(fit)["constant_data"]["known"].values.tolist() == ["New Jersey", "", "", ""]


def test_every_mixture_can_be_kept():
    for model in models.EXAMPLES:
        assert unpack(pack(model)) == model
    assert TYPES["Mixture"] is hf.Mixture
