"""J5 checks 2 and 4: bags from a known model, and whether `compare` finds it, with the words that belong to it."""

import numpy as np
import pytest
from scipy import stats
from tests.statistical.mixture_worlds import shapes_unchecked

import handful as hf

CATEGORIES = list("abcde")
N_WORLDS = 12
ONE_RECIPE = [hf.Pooled(), hf.Hierarchical()]
APART = np.array([[0.4, 0.3, 0.1, 0.1, 0.1], [0.1, 0.1, 0.2, 0.2, 0.4]])


def bags(recipes, rng, *, items=55):
    return hf.Counts(rng.multinomial(items, recipes), categories=CATEGORIES)


def compared(models, counts, rng):
    with shapes_unchecked():
        return hf.compare(models, counts, rng=rng)


def test_overdispersed_bags_prefer_a_population(rng):
    found = [
        compared(ONE_RECIPE, bags(rng.dirichlet(30 * rng.dirichlet(np.full(5, 3.0)), size=60), rng), rng)
        for _ in range(6)
    ]
    assert {one.best for one in found} == {"hierarchical"}
    assert all("very strong" in one.words for one in found)


def test_bags_of_one_recipe_prefer_one_recipe(rng):
    """Much precision is nearly one recipe, so that the odds are never long.

    Where one recipe is right, odds of 20 against it are as rare as one in 20, whatever the bags (Markov's inequality,
    since the expected odds are 1): of 12 worlds, 8 with such odds or more have a chance below 1e-6.
    """
    found = [
        compared(ONE_RECIPE, bags(np.tile(rng.dirichlet(np.full(5, 3.0)), (60, 1)), rng), rng)
        for _ in range(N_WORLDS)
    ]
    misled = sum(probability_of("hierarchical", one) > 20 / 21 for one in found)
    assert stats.binom.sf(misled - 1, N_WORLDS, 1 / 20) > 1e-6
    assert np.mean([probability_of("pooled", one) for one in found]) > 0.5


def probability_of(spec, comparison):
    return next(model.probability for model in comparison.models if model.spec == spec)


def test_two_recipes_fitted_by_one_are_found_out(rng):
    counts = bags(APART[np.arange(30) % 2], rng)
    found = compared([hf.Mixture(1), hf.Mixture(2), hf.Pooled()], counts, rng)
    assert found.best == "mixture:2"
    assert "very strong" in found.words
    assert hf.between_bags(counts, rng=rng).words == "the bags differ more than one common mix explains"


def test_one_recipe_is_not_taken_for_two(rng):
    found = compared([hf.Mixture(1), hf.Mixture(2)], bags(np.tile(APART[0], (30, 1)), rng), rng)
    assert found.best == "mixture:1"


@pytest.mark.parametrize(("n_bags", "apart"), [(2, False), (30, False), (3000, True)])
def test_what_bags_cannot_tell_apart_is_said(n_bags, apart):
    """A pooled share and a Poisson rate of the same mean and variance: thirty bags cannot tell, three thousand can.

    The bags are the quantiles of a binomial share of 0.2: of no chance, and as spread as such bags are.
    """
    blue = stats.binom.ppf((np.arange(n_bags) + 0.5) / n_bags, 55, 0.2).astype(int)
    counts = hf.Counts(np.column_stack([blue, 55 - blue]), categories=["blue", "not blue"])
    prior = hf.Beta(2, 8)
    found = hf.compare([hf.Pooled(prior), hf.Poisson.like(prior)], counts)
    assert ("cannot be told apart by these bags" in found.words) is not apart
    assert not apart or (found.best == "pooled" and "very strong" in found.words)
