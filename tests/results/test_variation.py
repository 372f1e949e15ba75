"""The hint on bags that differ: right under the truth, and it fires."""

import numpy as np
import pytest
from scipy.stats import chi2
from tests.testing_tools.gates import two_stage, uniformity

import handful as hf
from handful.results import variation

CATEGORIES = ("a", "b", "c", "d")
RECIPE = np.array([0.4, 0.3, 0.2, 0.1])


def p_of(table, rng, prior=None):
    counts = hf.Counts(table, categories=CATEGORIES)
    return hf.between_bags(hf.fit(hf.Pooled(prior or hf.Pooled().prior), counts), counts, rng=rng).p


def test_under_a_known_recipe_p_is_uniform(rng):
    """With the recipe fixed the posterior predictive p is an ordinary p-value."""
    fixed = hf.Fixed(RECIPE)
    two_stage(
        lambda r, n: uniformity([p_of(r.multinomial(40, RECIPE, size=12), r, fixed) for _ in range(n)]),
        rng,
        300,
    )


def test_bags_that_differ_are_noticed(rng):
    recipes = hf.Dirichlet(50 * RECIPE).draw(60, rng=rng)
    assert p_of(rng.multinomial(55, recipes), rng) < 0.01


def test_bags_too_alike_are_noticed(rng):
    assert p_of(np.tile([20, 15, 10, 5], (30, 1)), rng) > 0.99


def test_many_bags_are_taken_as_normal_and_agree_with_simulation(rng, monkeypatch):
    table = rng.multinomial(30, RECIPE, size=400)
    simulated = p_of(table, rng, hf.Fixed(RECIPE))
    monkeypatch.setattr(variation, "MOST_CELLS", 0)
    normal = p_of(table, rng, hf.Fixed(RECIPE))
    # chi-squared of 1200 degrees of freedom: its skewness moves p by 0.01 at most; the rest is Monte Carlo.
    assert normal == pytest.approx(simulated, abs=0.01 + 4.9 * np.sqrt(0.25 / variation.DRAWS))


def test_the_discrepancy_is_pearsons(rng):
    table = rng.multinomial(500, RECIPE, size=3)
    expected = 500 * RECIPE
    pearson = ((table - expected) ** 2 / expected).sum()
    found = variation._discrepancy(variation._column_sums(table), RECIPE[None], n_items=int(table.sum()))
    assert found[0] == pytest.approx(pearson, rel=1e-9)
    assert 0 < chi2.sf(pearson, 9) < 1


def test_one_bag_cannot_tell():
    counts = hf.Counts([[3, 4], [0, 0]], categories=("a", "b"))
    assert hf.between_bags(hf.fit(hf.Pooled(), counts), counts, rng=1) is None


def test_a_category_whose_share_underflows_is_no_trouble():
    counts = hf.Counts([[3, 4, 0], [5, 1, 0]], categories=("a", "b", "c"))
    found = hf.between_bags(hf.fit(hf.Pooled(hf.Dirichlet([1, 1, 1e-300])), counts), counts, rng=1)
    assert 0 < found.p < 1


def test_a_separate_fit_is_refused():
    counts = hf.Counts([[3, 4]], categories=("a", "b"))
    with pytest.raises(hf.ParameterTypeError, match="pooled fit"):
        hf.between_bags(hf.fit(hf.Separate(), counts), counts, rng=1)
