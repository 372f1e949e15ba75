"""The recipe of each bag given a population: closed form against plain simulation, and its laws."""

import numpy as np
import pytest

import handful as hf
from handful.inference.bag_proportions import bag_proportions, draw_bag_proportions
from handful.inference.draws import Draws


def counts():
    return hf.Counts([[12, 3, 1], [0, 9, 4], [0, 0, 0]], categories=["a", "b", "c"], ids=["x", "y", "empty"])


def two_draws():
    quantities = {"proportions": [[0.5, 0.3, 0.2], [0.2, 0.2, 0.6]], "precision": [4.0, 60.0]}
    return Draws.of(quantities, weights=[0.25, 0.75])


def test_the_moments_are_those_of_a_mixture_of_dirichlets():
    found, k = bag_proportions(two_draws(), counts()), counts().table
    for b in range(3):
        mean, square = np.zeros(3), np.zeros(3)
        for weight, m, kappa in ((0.25, [0.5, 0.3, 0.2], 4.0), (0.75, [0.2, 0.2, 0.6], 60.0)):
            one = hf.Dirichlet(kappa * np.array(m) + k[b])
            mean += weight * one.mean
            square += weight * (one.variance + one.mean**2)
        assert found.mean[b] == pytest.approx(mean, rel=1e-12)
        assert found.sd[b] == pytest.approx(np.sqrt(square - mean**2), rel=1e-9)


def test_an_empty_bag_has_the_populations_recipe():
    found = bag_proportions(two_draws(), counts())
    assert found.mean[2] == pytest.approx(found.population)
    assert found.counted[2] == pytest.approx(found.population)
    assert found.distance[2] == pytest.approx(0.0, abs=1e-12)


def test_recipes_lie_between_what_was_counted_and_the_population():
    bags = hf.read_counts("data:skittles")
    found = hf.fit(hf.Hierarchical(), bags, rng=1).bag_proportions()
    low = np.minimum(found.counted, found.population) - 1e-3
    high = np.maximum(found.counted, found.population) + 1e-3
    assert ((low < found.mean) & (found.mean < high)).all()
    assert found.mean.sum(axis=1) == pytest.approx(np.ones(468))


def test_recipes_drawn_have_these_moments():
    draws = two_draws()
    rng = np.random.default_rng(5)
    chosen = draws.resampled(40_000, rng=rng)
    drawn = draw_bag_proportions(draws, counts(), chosen=chosen, rng=rng)
    found = bag_proportions(draws, counts())
    # The draws are stratified over the mixture, so a plain standard error is an upper bound.
    z = (drawn.mean(axis=0) - found.mean) / (found.sd / np.sqrt(40_000))
    assert np.abs(z).max() < 4.9
    assert drawn.std(axis=0) == pytest.approx(found.sd, rel=0.05)


def test_other_bags_may_be_asked_about_and_other_categories_not():
    fit = hf.fit(hf.Hierarchical(), counts(), rng=1)
    other = hf.Counts([[1, 1, 1]], categories=["a", "b", "c"], ids=["new"])
    assert fit.bag_proportions(other).bags == ("new",)
    with pytest.raises(hf.CountsError, match="the bags have a, b, the fit a, b, c"):
        fit.bag_proportions(hf.Counts([[1, 1]], categories=["a", "b"]))
    alone = hf.fit(hf.Hierarchical(), hf.Histograms.of(counts()), rng=1)
    with pytest.raises(hf.CountsError, match="give the bags' counts"):
        alone.bag_proportions()
    assert alone.bag_proportions(counts()).mean == pytest.approx(fit.bag_proportions().mean)
