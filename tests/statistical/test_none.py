"""'none' over simulated worlds: uniform where the model is right, small for a bag from elsewhere, fair to the rare."""

import numpy as np
import pytest
from scipy import stats
from tests.testing_tools.gates import SUSPICIOUS, two_stage, uniformity, z_gate

import handful as hf
from handful.results.assign import assign
from handful.results.assigning import none, probabilities
from handful.results.assigning.source import components_of

NJ_TN = hf.read_recipes("data:mms-recipes-2017")
CATEGORIES = ("w", "x", "y", "z")
LOW = 0.05
WORLDS = 130


def from_known_recipes(rng, n_bags, *, weights, total=55, recipes=NJ_TN):
    """'none' of bags from components whose recipes are known, and the component of each."""
    origins = rng.choice(len(weights), size=n_bags, p=weights)
    table = rng.multinomial(rng.poisson(total, size=n_bags), recipes.proportions[origins])
    counts = hf.Counts(table, categories=recipes.categories)
    fit = hf.fit(hf.Mixture(recipes=recipes, weights=hf.Fixed(weights)), counts)
    return assign(fit, rng=rng).none, origins


@pytest.mark.parametrize(("weights", "total"), [([0.5, 0.5], 55), ([0.8, 0.2], 55), ([0.5, 0.5], 400)])
def test_uniform_where_the_recipes_are_known(weights, total, rng):
    """Also where the components overlap so much that one bag in five is put wrong."""

    def p_of(rng, n):
        return uniformity(from_known_recipes(rng, n, weights=weights, total=total)[0])

    two_stage(p_of, rng, 1_000)


def test_five_in_a_hundred_are_below_five_in_a_hundred_also_of_rare_components(rng):
    recipes = hf.Recipes(
        [[0.4, 0.3, 0.2, 0.1], [0.1, 0.2, 0.3, 0.4], [0.4, 0.1, 0.1, 0.4]],
        components=("A", "B", "rare"),
        categories=CATEGORIES,
    )
    weights = [0.57, 0.4, 0.03]
    found, origins = zip(
        *(from_known_recipes(one, 2_000, weights=weights, recipes=recipes) for one in rng.spawn(5)),
        strict=True,
    )
    low, of = np.concatenate(found) < LOW, np.concatenate(origins)
    for component in range(3):
        own = low[of == component]
        # The simulated bags of a total are few: the limit that they set is 0.05 within 0.007, or 0.002 for 15 totals.
        z_gate(own.mean(), LOW, np.hypot(np.sqrt(LOW * (1 - LOW) / own.size), 0.002))
    assert (of == 2).sum() > 200


def one_labelled_world(rng):
    """A bag, its fit, its row and its component: three sources, of which one filled two bags only."""
    known = np.repeat([0, 1, 2], [6, 4, 2])
    table = rng.multinomial(60, rng.dirichlet(np.ones(4), size=3)[known])
    counts = hf.Counts(table, categories=CATEGORIES, ids=[str(b) for b in range(12)], labels={"from": known})
    fit = hf.fit(hf.Mixture(3, labels="from"), counts)
    return fit, int(fit.statistic.row_of_bag[rng.integers(12)])


def one_told_apart(rng):
    """Bags, and their fit without the last of them, from two sources that their priors tell apart."""
    told = hf.Recipes(
        [[0.5, 0.3, 0.1, 0.1], [0.1, 0.1, 0.4, 0.4]], components=("A", "B"), categories=CATEGORIES
    )
    model = hf.Mixture(recipes=told, strength=30.0, weights=hf.Dirichlet([3.0, 2.0]))
    sources = np.array([rng.dirichlet(1.0 + 30.0 * recipe) for recipe in told.proportions])
    origins = rng.choice(2, size=8, p=rng.dirichlet([3.0, 2.0]))
    table = rng.multinomial(30, sources[origins])
    return table, hf.fit(model, hf.Counts(table[:7], categories=CATEGORIES), draws=1_000, rng=rng)


def one_unlabelled_world(rng):
    """A bag from either of them, and its fit."""
    _, fit = one_told_apart(rng)
    return fit, int(fit.statistic.row_of_bag[0])


def one_flat_world(rng):
    """The same where nothing tells the two apart, and one of them may have filled a bag or none."""
    origins = rng.choice(2, size=7, p=rng.dirichlet(np.ones(2)))
    table = rng.multinomial(25, rng.dirichlet(np.ones(4), size=2)[origins])
    fit = hf.fit(hf.Mixture(2), hf.Counts(table, categories=CATEGORIES), draws=1_000, rng=rng)
    return fit, int(fit.statistic.row_of_bag[0])


def left_out(world, rng, n):
    """'none' of one fitted bag of each of n worlds drawn from the prior, by which the model is right."""
    found = np.empty(n)
    for i in range(n):
        fit, row = world(rng)
        places = np.array([row])
        chances = probabilities.of_fitted(fit, places)
        found[i] = none.of_fitted(fit, places, chances=chances.mean, rng=rng).p[0]
    return found


@pytest.mark.parametrize("world", [one_labelled_world, one_unlabelled_world])
def test_uniform_over_bags_that_are_left_out(world, rng):
    two_stage(lambda rng, n: uniformity(left_out(world, rng, n)), rng, WORLDS)


def test_no_more_small_ones_than_by_chance_where_components_are_hardly_known(rng):
    """A bag at the edge of one component may well be from another of which next to nothing is known.

    So few are small; that is the safe side, and the only one that is tested.
    """

    def p_of(rng, n):
        return stats.kstest(left_out(one_flat_world, rng, n), "uniform", alternative="greater").pvalue

    two_stage(p_of, rng, WORLDS)


def test_the_test_sees_a_bag_that_is_not_left_out(rng):
    """A bag helps to make its component: measured by the fit that holds it, it looks too probable."""

    def left_in(rng, n):
        found = np.empty(n)
        for i in range(n):
            fit, row = one_labelled_world(rng)
            table, known = fit.statistic.distinct[[row]], int(fit.statistic.known[row])
            whole = fit.posterior.recipes[known].concentration
            found[i] = none.of_dirichlets(table, whole[None], rng=rng)[0]
        return uniformity(found)

    assert left_in(rng, 300) < SUSPICIOUS


def test_uniform_over_new_bags(rng):
    def p_of(rng, n):
        found = np.empty(n)
        for i in range(n):
            table, fit = one_told_apart(rng)
            components = components_of(fit)
            chances = probabilities.of_new(components, table[7:])
            found[i] = none.of_new(components, table[7:], chances=chances.mean, rng=rng)[0]
        return uniformity(found)

    two_stage(p_of, rng, WORLDS)


def test_a_bag_of_a_third_recipe_is_found_out(rng):
    """As often as chance allows: most bags of 100 from a recipe midway between none of the two."""
    third = np.array([0.1, 0.2, 0.2, 0.2, 0.2, 0.1])
    strange = rng.multinomial(100, third, size=100)
    for model in (hf.Mixture(recipes=NJ_TN), hf.Mixture(recipes=NJ_TN, strength=500.0)):
        reference = rng.multinomial(100, NJ_TN.proportions[[0, 1] * 10])
        fit = hf.fit(model, hf.Counts(reference, categories=NJ_TN.categories), engine=None, rng=rng)
        found = assign(fit, hf.Counts(strange, categories=NJ_TN.categories), rng=rng).none
        assert np.median(found) < 0.01
        assert (found < LOW).mean() > 0.8
        fair = assign(fit, rng=rng).none
        assert stats.binom.sf((fair < LOW).sum() - 1, len(fair), LOW) > 1e-6
