"""simulate: bags that are what the model says, the truth behind them, and a table that is read back."""

import io
import json

import numpy as np
import pytest
from scipy import stats
from tests.testing_tools.gates import GateClosed, frequencies, two_stage

import handful as hf
from handful.results.simulate import simulate_json

RECIPES = hf.Recipes({"NJ": {"blue": 0.9, "red": 0.1}, "TN": {"blue": 0.2, "red": 0.8}})
EVERY = {
    "pooled": hf.Pooled(),
    "one share": hf.Pooled(hf.Beta(1, 5)),
    "a density": hf.Pooled(hf.Density.uniform(0.1, 0.4)),
    "separate": hf.Separate(),
    "poisson": hf.Poisson(hf.Gamma(3, 30)),
    "hierarchical": hf.Hierarchical(),
    "each concentration": hf.Hierarchical(alpha_prior=hf.Gamma(0.5, 0.1)),
    "mixture": hf.Mixture(2),
    "known recipes": hf.Mixture(recipes=RECIPES),
    "near recipes": hf.Mixture(recipes=RECIPES, strength=50),
    "overdispersed": hf.Mixture(3, overdispersed=True),
    "one component": hf.Mixture(1),
}


@pytest.mark.parametrize("name", EVERY)
def test_the_table_is_read_back(name):
    made = hf.simulate(EVERY[name], bags=4, size=[55, 0, 1, 30], rng=1)
    assert hf.read_counts(io.StringIO(made.to_csv())) == made.counts
    assert made.counts.totals.tolist() == [55, 0, 1, 30]
    assert made.counts.ids == ("1", "2", "3", "4")


@pytest.mark.parametrize("name", EVERY)
def test_the_truth_has_the_shape_of_the_model(name):
    made = hf.simulate(EVERY[name], bags=4, size=55, rng=1)
    model, n_categories = EVERY[name], made.counts.n_categories
    if isinstance(model, hf.Poisson):
        assert made.proportions is None
        assert made.rate > 0
        return
    lead = {"separate": (4,)}.get(name, (model.size,) if isinstance(model, hf.Mixture) else ())
    assert made.proportions.shape == (*lead, n_categories)
    assert made.proportions.sum(axis=-1) == pytest.approx(np.ones(lead))
    assert (made.assignments is not None) == (made.weights is not None) == isinstance(model, hf.Mixture)
    assert (made.precision is not None) == (isinstance(model, hf.Hierarchical) or name == "overdispersed")


def test_the_label_is_the_component_that_filled_the_bag():
    made = hf.simulate(hf.Mixture(recipes=RECIPES), bags=40, size=400, rng=2)
    blue = made.counts.column("blue") / 400
    assert made.counts.labels["component"] == tuple("NJ" if share > 0.5 else "TN" for share in blue)
    assert [made.components[k] for k in made.assignments] == list(made.counts.labels["component"])
    fitted = hf.fit(hf.Mixture(2, labels="component"), made.counts)
    assert fitted.engine == "exact"


def test_what_is_fixed_is_the_truth():
    model = hf.Mixture(recipes=RECIPES, weights=hf.Fixed([1.0, 0.0]))
    made = hf.simulate(model, bags=50, size=5, rng=1)
    assert (made.weights.tolist(), set(made.counts.labels["component"])) == ([1.0, 0.0], {"NJ"})
    assert np.array_equal(made.proportions, RECIPES.proportions)


def test_bags_have_the_probabilities_of_the_model(rng):
    """All bags of three under two known recipes, against the mixture of two binomials."""
    weights = np.array([0.3, 0.7])
    model = hf.Mixture(recipes=RECIPES, weights=hf.Fixed(weights))
    blue = RECIPES.proportions[:, 0]
    truth = weights @ stats.binom.pmf(np.arange(4), 3, blue[:, None])

    def p_value(generator, n_bags):
        seen = np.bincount(
            hf.simulate(model, bags=n_bags, size=3, rng=generator).counts.column("blue"), minlength=4
        )
        return frequencies(seen, truth)

    two_stage(p_value, rng, 5_000)
    truth = weights[::-1] @ stats.binom.pmf(np.arange(4), 3, blue[:, None])
    with pytest.raises(GateClosed):  # weights the other way round are seen
        two_stage(p_value, rng, 5_000)


def test_parameters_come_from_the_prior(rng):
    """Bag after bag with parameters of its own: a Beta-binomial."""
    truth = stats.betabinom.pmf(np.arange(6), 5, 1, 5)

    def p_value(generator, n_classes):
        made = (
            hf.simulate(hf.Pooled(hf.Beta(1, 5)), bags=1, size=5, rng=generator) for _ in range(n_classes)
        )
        return frequencies(np.bincount([int(one.counts.table[0, 0]) for one in made], minlength=6), truth)

    two_stage(p_value, rng, 600)


def test_one_seed_gives_the_same_bags():
    first, second = (
        simulate_json(hf.simulate(hf.Hierarchical(), bags=3, size=5, rng=7), seed=7) for _ in "ab"
    )
    assert first == second
    assert json.loads(first)["seed"] == 7


@pytest.mark.parametrize(
    ("model", "given", "said"),
    [
        (hf.Pooled(), {"bags": 0, "size": 5}, "bags = 0"),
        (hf.Pooled(), {"bags": 2, "size": -1}, "size = -1"),
        (hf.Pooled(), {"bags": 2, "size": [5, 5, 5]}, "size has 3 totals for 2 bags"),
        (hf.Pooled(), {"bags": 2, "size": 5, "categories": ["x"]}, "give two different names or more"),
        (hf.Pooled(), {"bags": 2, "size": 5, "categories": ["x", "x"]}, "give two different names or more"),
        (hf.Pooled(), {"bags": 2, "size": 5, "categories": ["x", " "]}, "give two different names or more"),
        (hf.Pooled(hf.Dirichlet([1, 1, 1])), {"bags": 2, "size": 5}, "3 categories that have no names"),
        (
            hf.Pooled(hf.Beta(1, 1)),
            {"bags": 2, "size": 5, "categories": ["x", "y", "z"]},
            "there are 3 categories",
        ),
        (
            hf.Mixture(recipes=RECIPES),
            {"bags": 2, "size": 5, "categories": ["x", "y"]},
            "the recipes are over",
        ),
        (hf.Mixture(2), {"bags": 2, "size": 5, "categories": ["x", "component"]}, "rename it"),
        (hf.Poisson(hf.Gamma(3000, 1000)), {"bags": 2, "size": 50}, "a Poisson rate knows no upper end"),
        ("pooled", {"bags": 2, "size": 5}, "give a model"),
    ],
)
def test_what_cannot_be_made_up_is_told(model, given, said):
    with pytest.raises(hf.ParameterError, match=said):
        hf.simulate(model, **given, rng=1)


def test_a_category_that_is_called_as_the_ids_makes_no_table():
    made = hf.simulate(hf.Pooled(), bags=2, size=5, categories=["bag", "box"], rng=1)
    with pytest.raises(hf.ParameterError, match="as the column of ids is"):
        made.to_csv()
