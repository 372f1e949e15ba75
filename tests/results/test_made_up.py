"""Made-up bags: their moments against the textbook's formulas, and a planted fault that the same gate sees."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from tests.testing_tools.gates import GateClosed, z_gate

import handful as hf
from handful.results.made_up.bags import make_bags
from handful.results.made_up.quantities import posterior_quantities, prior_quantities

CATEGORIES = ("a", "b", "c")
TOTALS = np.array([0, 1, 7, 30])
N_DRAWS = 20_000
RECIPES = hf.Recipes([[0.6, 0.3, 0.1], [0.1, 0.1, 0.8]], components=["one", "other"])
MEAN = np.array([0.5, 0.3, 0.2])


def made(model, rng, *, known=None):
    quantities = prior_quantities(model, CATEGORIES, n_bags=len(TOTALS), n_draws=N_DRAWS, rng=rng)
    return make_bags(quantities, TOTALS, known=known, rng=rng)


def gate(counts, mean, variance):
    """Mean and second moment of each cell, with errors from the very draws."""
    cells = counts[:, TOTALS > 0].astype(float)
    mean, variance = mean[TOTALS > 0], variance[TOTALS > 0]
    squares = (cells - mean) ** 2
    for values, truth in ((cells, mean), (squares, variance)):
        z_gate(values.mean(axis=0), truth, values.std(axis=0) / np.sqrt(len(values)))


def urn(mean, precision):
    """Mean and variance of Dirichlet-multinomial counts (B, C)."""
    n = TOTALS[:, None].astype(float)
    return n * mean, n * mean * (1 - mean) * (n + precision) / (1 + precision)


@pytest.mark.parametrize(
    ("model", "precision"),
    [
        (hf.Pooled(hf.Dirichlet(8 * MEAN)), 8.0),
        (hf.Separate(hf.Dirichlet(8 * MEAN)), 8.0),
        (hf.Pooled(hf.Fixed(MEAN)), np.inf),
        (hf.Hierarchical(hf.Fixed(MEAN), hf.LogNormal(np.log(8), 1e-5)), 8.0),
    ],
    ids=lambda one: getattr(one, "spec", str(one)),
)
def test_each_bag_has_the_moments_of_its_urn(model, precision, rng):
    mean, variance = urn(MEAN, precision) if np.isfinite(precision) else urn(MEAN, 1e15)
    counts = made(model, rng).counts
    assert (counts.sum(axis=2) == TOTALS).all()
    gate(counts, mean, variance)


def test_a_precision_that_is_off_is_seen(rng):
    with pytest.raises(GateClosed):
        gate(made(hf.Pooled(hf.Dirichlet(8 * MEAN)), rng).counts, *urn(MEAN, 9.0))


@pytest.mark.parametrize(
    ("model", "together"), [("pooled", True), ("separate", False), ("hierarchical", False)]
)
def test_bags_share_a_recipe_only_where_the_model_says_so(model, together, rng):
    chosen = {
        "pooled": hf.Pooled(hf.Dirichlet(8 * MEAN)),
        "separate": hf.Separate(hf.Dirichlet(8 * MEAN)),
        "hierarchical": hf.Hierarchical(hf.Fixed(MEAN), hf.LogNormal(np.log(8), 1e-5)),
    }[model]
    counts = made(chosen, rng).counts.astype(float)
    product = (counts[:, 2, 0] - 7 * MEAN[0]) * (counts[:, 3, 0] - 30 * MEAN[0])
    truth = 7 * 30 * MEAN[0] * (1 - MEAN[0]) / 9.0 if together else 0.0
    z_gate(product.mean(), truth, product.std() / np.sqrt(len(product)))


def test_a_rate_gives_negative_binomials(rng):
    model = hf.Poisson(hf.Gamma(4.0, 8.0))
    quantities = prior_quantities(model, ("a", "b"), n_bags=4, n_draws=N_DRAWS, rng=rng)
    counts = make_bags(quantities, TOTALS, rng=rng).counts
    n = TOTALS[:, None].astype(float)
    gate(counts, n * 0.5, n * 0.5 + n**2 * 4.0 / 64.0)


@pytest.mark.parametrize("precision", [None, 8.0])
def test_a_mixture_fills_bags_from_its_components(precision, rng):
    model = hf.Mixture(2, recipes=RECIPES, weights=hf.Fixed([0.3, 0.7]))
    if precision is not None:
        model = dataclasses.replace(
            model, overdispersed=True, precision=hf.LogNormal(np.log(precision), 1e-5)
        )
    found = made(model, rng, known=np.array([-1, 1, -1, 0]))
    assert (found.assignments[:, 1] == 1).all()
    assert (found.assignments[:, 3] == 0).all()
    first = (found.assignments[:, 2] == 0).astype(float)
    z_gate(first.mean(), 0.3, first.std() / np.sqrt(N_DRAWS))
    own = [urn(np.asarray(recipe), precision or 1e15) for recipe in RECIPES.over(CATEGORIES)]
    for k, bag in ((1, 1), (0, 3)):
        counts = np.zeros_like(found.counts)
        counts[:, bag] = found.counts[:, bag]
        mean, variance = (np.where(np.arange(4)[:, None] == bag, part, 0.0) for part in own[k])
        gate(counts, mean, variance)


def test_weighted_draws_are_chosen_by_their_weights(rng):
    counts = hf.Counts([[12, 43], [30, 25], [4, 51]], categories=["a", "b"], ids=list("ABC"))
    fit = hf.fit(hf.Hierarchical(), counts, engine="laplace", rng=7)
    chosen = posterior_quantities(fit, 40_000, rng=rng)["proportions"][:, 0]
    truth = float(fit.weights @ fit.draws["proportions"][:, 0])
    # Systematic choice is within a draw's weight of each draw's share: far closer than independent draws are.
    z_gate(chosen.mean(), truth, chosen.std() / np.sqrt(len(chosen)))
