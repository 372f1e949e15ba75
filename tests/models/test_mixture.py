"""A mixture: what it is made of, what it refuses and with which sentence, and the prior that it stands for."""

from __future__ import annotations

import numpy as np
import pytest

import handful as hf
from handful.distributions.dirichlet import SymmetricDirichlet
from handful.inference.enumeration import run as enumerated
from handful.inference.outcome import Sampling
from handful.models.mixture import EXAMPLES

RECIPES = hf.Recipes({"NJ": {"blue": 0.25, "red": 0.75}, "TN": {"red": 0.8, "blue": 0.2}})
COLOURS = ("red", "blue")
TABLE = ((3, 1), (0, 2), (2, 2), (5, 0))


def bags_with(**labels):
    return hf.Counts(TABLE, categories=["blue", "red"], ids=list("ABCD"), labels=labels)


# ---- what it is made of -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "spec", "components"),
    [
        (hf.Mixture(1), "mixture:1", ("1",)),
        (hf.Mixture(3), "mixture:3", ("1", "2", "3")),
        (hf.Mixture(np.int64(2)), "mixture:2", ("1", "2")),
        (hf.Mixture(2, overdispersed=True), "mixture:2:overdispersed", ("1", "2")),
        (hf.Mixture(recipes=RECIPES), "mixture:2", ("NJ", "TN")),
        (hf.Mixture(2, recipes=RECIPES, strength=50), "mixture:2", ("NJ", "TN")),
    ],
    ids=str,
)
def test_the_spec_and_the_names(model, spec, components):
    assert model.spec == spec
    assert model.components == components
    assert model.n_components == len(components)


@pytest.mark.parametrize("model", EXAMPLES, ids=repr)
def test_models_are_values(model):
    assert model == model.__class__(**{name: getattr(model, name) for name in model.__slots__})
    assert len({model, hf.Mixture(7)}) == 2
    with pytest.raises(AttributeError):
        model.n_components = 5


def test_the_prior_centred_on_recipes():
    """Component k's is Dirichlet(a + strength · recipe_k): with a = 1 its mode is the recipe (DESIGN section 4)."""
    prior = hf.Mixture(recipes=RECIPES, strength=50).prior_over(COLOURS)
    assert prior.concentration == pytest.approx(np.array([[38.5, 13.5], [41.0, 11.0]]), rel=1e-15)
    mode = (prior.concentration - 1) / (prior.concentration - 1).sum(axis=1, keepdims=True)
    assert mode == pytest.approx(RECIPES.over(COLOURS), rel=1e-12)
    mean = prior.concentration / prior.concentration.sum(axis=1, keepdims=True)
    assert mean == pytest.approx((1 + 50 * RECIPES.over(COLOURS)) / 52, rel=1e-12)
    assert prior.recipes is None


def test_a_zero_in_a_recipe_is_fine_with_a_strength():
    recipes = hf.Recipes({"all blue": [1, 0], "both": [0.5, 0.5]})
    prior = hf.Mixture(recipes=recipes, strength=4.0, prior=hf.Beta(0.5, 2)).prior_over(("blue", "red"))
    assert prior.concentration.tolist() == [[4.5, 2.0], [2.5, 4.0]]


def test_fixed_recipes_are_the_default():
    prior = hf.Mixture(recipes=RECIPES).prior_over(COLOURS)
    assert prior.concentration is None
    assert prior.recipes.tolist() == [[0.75, 0.25], [0.8, 0.2]]
    assert prior.spec == "weights dirichlet(1), recipes known"


def test_weights_and_concentrations_go_by_name():
    """Named priors meet components and categories by name; nameless ones by position."""
    model = hf.Mixture(
        recipes=RECIPES,
        strength=10.0,
        prior=hf.Dirichlet([1, 2], ["blue", "red"]),
        weights=hf.Dirichlet([5, 6], ["TN", "NJ"]),
    )
    prior = model.prior_over(COLOURS)
    assert prior.weights.concentration.tolist() == [6, 5]
    assert prior.concentration.tolist() == [[2 + 7.5, 1 + 2.5], [2 + 8.0, 1 + 2.0]]
    fixed = hf.Mixture(recipes=RECIPES, weights=hf.Fixed([0.3, 0.7], ["TN", "NJ"])).prior_over(COLOURS)
    assert fixed.weights.proportions.tolist() == [0.7, 0.3]
    by_place = hf.Mixture(2, weights=hf.Beta(2, 3)).prior_over(COLOURS)
    assert by_place.weights.concentration.tolist() == [2, 3]
    assert by_place.weights.categories == ("1", "2")


def test_overdispersed_components():
    prior = hf.Mixture(2, overdispersed=True).prior_over(COLOURS)
    assert prior.precision == hf.LogNormal(4, 2)
    assert prior.concentration.tolist() == [[1, 1], [1, 1]]
    gammas = hf.Mixture(3, overdispersed=True, alpha_prior=hf.Gamma(0.1, 0.2)).prior_over(COLOURS)
    # Gammas of one rate on each α are a Dirichlet mean, and a Gamma with the shapes' sum on κ.
    assert gammas.precision == hf.Gamma(0.2, 0.2)
    assert gammas.concentration.tolist() == [[0.1, 0.1]] * 3
    assert gammas.spec == "weights dirichlet(1), gamma(0.1,0.2) on each concentration"
    known = hf.Mixture(recipes=RECIPES, overdispersed=True, precision=hf.Gamma(2, 0.1)).prior_over(COLOURS)
    assert known.concentration is None
    assert known.spec == "weights dirichlet(1), recipes known, precision gamma(2,0.1)"


@pytest.mark.parametrize(
    ("model", "n_known", "classes"),
    [
        (hf.Mixture(3), [0, 0, 0], [0, 0, 0]),
        (hf.Mixture(3), [0, 2, 0], [0, 1, 0]),
        (hf.Mixture(3), [1, 2, 3], [0, 1, 2]),
        (hf.Mixture(3, weights=hf.Dirichlet([2, 1, 1])), [0, 0, 0], [0, 1, 1]),
        (hf.Mixture(3, weights=hf.Fixed([0.25, 0.5, 0.25])), [0, 0, 0], [0, 1, 0]),
        (hf.Mixture(recipes=RECIPES, strength=9.0), [0, 0], [0, 1]),
        (hf.Mixture(recipes=RECIPES), [0, 0], [0, 1]),
        (hf.Mixture(recipes=hf.Recipes({"a": [0.5, 0.5], "b": [0.5, 0.5]})), [0, 0], [0, 0]),
    ],
)
def test_which_components_nothing_tells_apart(model, n_known, classes):
    assert model.prior_over(COLOURS).classes(np.array(n_known)).tolist() == classes


# ---- what it refuses --------------------------------------------------------------------------------------

NUMBER = "n_components = {}: must be a whole number from 1 to 2^53 - 1"
FLAT = hf.Gamma(0.1, 0.1)
LEAVE_OUT = (
    "alpha_prior is the prior on everything that is a component's: leave out its other priors and recipes"
)
SAY_SO = "{} is of overdispersed components: say overdispersed=True, or leave it out"
REFUSED = [
    ({}, "n_components", "give the number of components, as in mixture:2 or Mixture(2), or recipes"),
    ({"n_components": 0}, "n_components", NUMBER.format(0)),
    ({"n_components": -2}, "n_components", NUMBER.format(-2)),
    ({"n_components": 1.5}, "n_components", "n_components = 1.5: must be a whole number"),
    ({"n_components": True}, "n_components", "n_components = True: must be a whole number"),
    (
        {"n_components": 3, "recipes": RECIPES},
        "n_components",
        "3 components, but 2 recipes (NJ, TN): there must be as many; of a single unknown component use pooled",
    ),
    (
        {"n_components": 2, "strength": 5},
        "strength",
        "strength = 5: there are no recipes that it could be the strength of; give recipes",
    ),
    ({"recipes": RECIPES, "strength": 0}, "strength", "strength = 0: must be > 0 items, or 'fixed'"),
    ({"recipes": RECIPES, "strength": -3.0}, "strength", "strength = -3.0: must be > 0 items, or 'fixed'"),
    ({"recipes": RECIPES, "strength": np.nan}, "strength", "strength = nan: must be finite"),
    ({"recipes": RECIPES, "strength": np.inf}, "strength", "strength = inf: must be finite"),
    (
        {"n_components": 3, "weights": hf.Beta(1, 2)},
        "weights",
        "weights = dirichlet(1,2): 2 parameters for 3 components (1, 2, 3)",
    ),
    (
        {"n_components": 1, "weights": hf.Fixed([0.5, 0.5])},
        "weights",
        "weights = fixed(0.5,0.5): 2 parameters for 1 component (1)",
    ),
    (
        {"recipes": RECIPES, "weights": hf.Dirichlet([1, 1, 1])},
        "weights",
        "weights = dirichlet(1,1,1): 3 parameters for 2 components (NJ, TN)",
    ),
    (
        {"recipes": RECIPES, "weights": hf.Dirichlet([1, 2], ["TN", "XX"])},
        "weights",
        "weights are of TN, XX, but the components are NJ, TN",
    ),
    (
        {"n_components": 2, "labels": "box", "weights": hf.Dirichlet([1, 2], ["1", "2"])},
        "weights",
        "the weights name their components, but labels will: give them without names, in the labels' order",
    ),
    ({"n_components": 2, "precision": hf.Gamma(1, 1)}, "precision", SAY_SO.format("precision")),
    ({"n_components": 2, "alpha_prior": FLAT}, "alpha_prior", SAY_SO.format("alpha_prior")),
    (
        {"n_components": 2, "overdispersed": True, "alpha_prior": FLAT, "precision": hf.Gamma(1, 1)},
        "alpha_prior",
        LEAVE_OUT,
    ),
    (
        {"n_components": 2, "overdispersed": True, "alpha_prior": FLAT, "prior": SymmetricDirichlet(2.0)},
        "alpha_prior",
        LEAVE_OUT,
    ),
    (
        {"recipes": RECIPES, "overdispersed": True, "alpha_prior": FLAT},
        "alpha_prior",
        LEAVE_OUT,
    ),
]


@pytest.mark.parametrize(("given", "name", "sentence"), REFUSED, ids=lambda one: str(one)[:40])
def test_what_is_out_of_range_or_contradicts_itself(given, name, sentence):
    with pytest.raises(hf.ParameterError) as caught:
        hf.Mixture(**given)
    assert str(caught.value) == sentence
    assert caught.value.name == name


WRONG_TYPES = [
    ({"n_components": "2"}, "n_components = '2': must be a whole number"),
    ({"recipes": {"a": [1, 2]}}, "recipes = {'a': [1, 2]}: give Recipes, or read_recipes(file)"),
    ({"recipes": RECIPES, "strength": "much"}, "strength = 'much': must be a number"),
    (
        {"n_components": 2, "prior": hf.Fixed([0.5, 0.5])},
        "prior = Fixed([0.5, 0.5]): the prior on the components' proportions must be a beta or a dirichlet",
    ),
    (
        {"n_components": 2, "prior": hf.Density.uniform(0, 0.5)},
        "prior = Density(uniform(0,0.5)): the prior on the components' proportions must be a beta or a dirichlet",
    ),
    (
        {"n_components": 2, "weights": 3},
        "weights = 3: give a Beta (of the first of two), a Dirichlet or a Fixed",
    ),
    (
        {"n_components": 2, "overdispersed": True, "precision": 3},
        "precision = 3: give a LogNormal or a Gamma (of the precision), or a HalfNormal (of 1/√precision)",
    ),
    ({"n_components": 2, "overdispersed": True, "alpha_prior": 3}, "alpha_prior = 3: give a Gamma"),
]


@pytest.mark.parametrize(("given", "sentence"), WRONG_TYPES, ids=lambda one: str(one)[:40])
def test_what_is_of_a_wrong_type(given, sentence):
    with pytest.raises(hf.ParameterTypeError) as caught:
        hf.Mixture(**given)
    assert str(caught.value) == sentence


def test_recipes_of_other_categories_name_both_sets():
    bags = hf.Counts([[3, 1], [0, 2]], categories=["blue", "green"])
    for strength in ("fixed", 50):
        with pytest.raises(hf.ParameterError) as caught:
            hf.fit(hf.Mixture(recipes=RECIPES, strength=strength), bags)
        assert str(caught.value).startswith(
            "the recipes are over blue, red, but the data have blue, green: "
            "the recipes have no green, and the data have no red."
        )
        assert caught.value.name == "recipes"
        assert caught.value.found == ("green", "red")


def test_a_single_category_is_refused():
    with pytest.raises(hf.ParameterError, match="bags of one kind of item cannot differ"):
        hf.Mixture(2).prior_over(("blue",))


# ---- labels -----------------------------------------------------------------------------------------------

GIVE_OR_LEAVE = "give the recipe of each, or leave these labels blank"
ONE_VALUE = (
    "the labels 'box' have one value only, 'A', for every bag: there is nothing to tell apart; "
    "leave them out, or leave those blank that nobody is sure of"
)
BAD_LABELS = [
    (
        hf.Mixture(recipes=RECIPES, labels="box"),
        ("NJ", "", "Hackettstown", "TN"),
        f"the labels 'box' name Hackettstown, but the components are NJ, TN: {GIVE_OR_LEAVE}",
        ("Hackettstown",),
    ),
    (
        hf.Mixture(recipes=RECIPES, labels="box"),
        ("nj", "TN ", "tn", "TN"),
        f"the labels 'box' name nj, tn, but the components are NJ, TN: {GIVE_OR_LEAVE}",
        ("nj", "tn"),
    ),
    (
        hf.Mixture(2, labels="box"),
        ("A", "A", "A", "A"),
        ONE_VALUE,
        "box",
    ),
    (hf.Mixture(2, labels="box"), ("", " ", "", ""), "the labels 'box' are blank for every bag", "box"),
    (
        hf.Mixture(2, labels="box"),
        ("x", "y", "", "z"),
        "the labels 'box' name 3 components (x, y, z), but the model has 2: use mixture:3 or more",
        ("x", "y", "z"),
    ),
    (
        hf.Mixture(2, labels="bix"),
        ("x", "y", "", "x"),
        "there are no labels 'bix'; did you mean 'box'?",
        "bix",
    ),
]


@pytest.mark.parametrize(("model", "texts", "sentence", "found"), BAD_LABELS, ids=lambda one: str(one)[:30])
def test_labels_that_will_not_do(model, texts, sentence, found):
    with pytest.raises(hf.ParameterError) as caught:
        hf.fit(model, bags_with(box=texts))
    assert str(caught.value) == sentence
    assert (caught.value.name, caught.value.found) == ("known", found)


def test_bags_without_labels_are_told_so():
    with pytest.raises(hf.ParameterError, match="there are no labels 'box'; the bags have none"):
        hf.fit(hf.Mixture(2, labels="box"), bags_with())


@pytest.mark.parametrize(
    ("model", "texts", "known", "components"),
    [
        (hf.Mixture(2, labels="box"), ("b", "", "a", "b"), [1, -1, 0, 1], ("a", "b")),
        (hf.Mixture(3, labels="box"), ("b", "", " a ", ""), [1, -1, 0, -1], ("a", "b", "1")),
        (hf.Mixture(2, labels="box"), ("10", "9", "", ""), [1, 0, -1, -1], ("9", "10")),
        (hf.Mixture(3, labels="box"), ("2", "2", "", "1"), [1, 1, -1, 0], ("1", "2", "3")),
        (hf.Mixture(2, labels="box"), ("a", "", "a", ""), [0, -1, 0, -1], ("a", "1")),
        (hf.Mixture(recipes=RECIPES, labels="box"), ("TN", "", "", ""), [1, -1, -1, -1], ("NJ", "TN")),
    ],
)
def test_labels_name_components(model, texts, known, components):
    """Blank ones are unknown; one value only is enough where others are blank; numbers are in their order."""
    statistic = model.compress(bags_with(box=texts))
    assert statistic.known[statistic.row_of_bag].tolist() == known
    assert statistic.components == components


# ---- more components than bags ----------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "empty"), [(3, 1), (7, 5)])
def test_more_components_than_bags_are_allowed_and_it_is_said_what_that_means(size, empty):
    """Row N10."""
    bags = hf.Counts([[3, 1], [0, 2]], categories=["blue", "red"], ids=["A", "B"])
    fit = hf.fit(hf.Mixture(size), bags, rng=1)
    assert fit.verdict.ok
    assert (
        f"There are {size} components and 2 bags: at least {empty} of them filled none, "
        "and what is said of those comes from the priors."
    ) in fit.verdict.notes


def test_as_many_bags_as_components_need_no_word():
    fit = hf.fit(hf.Mixture(4), bags_with(), rng=1)
    assert not any("filled none" in note for note in fit.verdict.notes)


def test_the_model_holds_no_data(rng):
    """Fitting leaves the model as it was, and it can be fitted to bags of other categories."""
    model = hf.Mixture(2)
    before = hash(model)
    for n_categories in (2, 4):
        names = [f"c{i}" for i in range(n_categories)]
        bags = hf.Counts(
            rng.multinomial(9, np.full(n_categories, 1 / n_categories), size=3), categories=names
        )
        outcome = enumerated(model, model.compress(bags), sampling=Sampling(100, rng))
        assert outcome.posterior.quantities["proportions"].shape == (100, 2, n_categories)
    assert hash(model) == before
