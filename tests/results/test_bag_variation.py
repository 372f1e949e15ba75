"""The sd of shares between bags: the algebra by simulation, what was seen, and what histograms are enough for."""

import dataclasses

import numpy as np
import pytest
from tests.testing_tools.gates import GateClosed, z_gate

import handful as hf
from handful.inference.draws import Draws
from handful.inference.fit import fit
from handful.results.bag_variation import bag_variation

NAMES = ("blue", "green", "red")
MEAN, PRECISION = np.array([0.2, 0.3, 0.5]), 12.0


def known(counts, mean=MEAN, precision=PRECISION):
    """A fit whose posterior is a single point: what follows from it is exact."""
    found = fit(hf.Hierarchical(), counts, rng=1)
    return dataclasses.replace(found, posterior=Draws.of(
        {"proportions": [mean], "precision": [precision]}, weights=[1.0]
    ))  # fmt: skip


def bags(rng, totals, *, precision=PRECISION):
    recipes = rng.dirichlet(precision * MEAN, size=len(totals))
    return hf.Counts(rng.multinomial(totals, recipes), categories=NAMES)


def test_the_mean_square_of_simulated_bags_is_what_is_expected(rng):
    totals = rng.integers(1, 60, size=20_000)
    counts = bags(rng, totals)
    square = (counts.table / totals[:, None] - MEAN) ** 2
    found = bag_variation(known(counts))
    z_gate(square.mean(axis=0), found.expected.mean**2, square.std(axis=0, ddof=1) / np.sqrt(len(totals)))
    assert found.typical_total == pytest.approx(len(totals) / (1 / totals).sum())


@pytest.mark.parametrize("wrong", ["arithmetic mean", "without the bag's own items"])
def test_another_typical_total_would_be_noticed(rng, wrong):
    totals = rng.integers(1, 20, size=20_000)
    square = (bags(rng, totals, precision=3.0).table / totals[:, None] - MEAN) ** 2
    per_item = 1 / totals.mean() if wrong == "arithmetic mean" else (1 / totals).mean()
    own = 0.25 * (1 - per_item if wrong == "arithmetic mean" else 1)
    error = square.std(axis=0, ddof=1) / np.sqrt(len(totals))
    with pytest.raises(GateClosed):
        z_gate(square.mean(axis=0), MEAN * (1 - MEAN) * (per_item + own), error)


def test_one_recipe_for_all_gives_what_counting_alone_makes(rng):
    totals = rng.integers(5, 60, size=20_000)
    counts = hf.Counts(rng.multinomial(totals, MEAN), categories=NAMES)
    square = (counts.table / totals[:, None] - MEAN) ** 2
    found = bag_variation(known(counts, precision=1e18))
    error = square.std(axis=0, ddof=1) / np.sqrt(len(totals))
    z_gate(square.mean(axis=0), found.expected_by_counting.mean**2, error)
    assert found.expected.mean == pytest.approx(found.expected_by_counting.mean)
    assert (found.between_recipes.mean < 1e-8).all()


def test_recipes_differ_by_what_dirichlets_do(rng):
    shares = rng.dirichlet(PRECISION * MEAN, size=20_000)
    found = bag_variation(known(bags(rng, np.full(50, 20))))
    square = (shares - MEAN) ** 2
    z_gate(square.mean(axis=0), found.between_recipes.mean**2, square.std(axis=0, ddof=1) / np.sqrt(20_000))


def test_means_and_intervals_are_those_of_the_weighted_draws(rng):
    counts = bags(rng, rng.integers(5, 60, size=40))
    found = fit(hf.Hierarchical(), counts, rng=1)
    variation = bag_variation(found, mass=0.8)
    chosen = rng.choice(len(found.weights), size=200_000, p=found.weights)
    m, kappa = found.draws["proportions"][chosen], found.draws["precision"][chosen, None]
    h = (1 / counts.totals).mean()
    for spread, square in [
        (variation.between_recipes, 1 / (kappa + 1)),
        (variation.expected_by_counting, h + 0 * kappa),
        (variation.expected, h + (1 - h) / (kappa + 1)),
    ]:
        drawn = np.sqrt(m * (1 - m) * square)
        z_gate(drawn.mean(axis=0), spread.mean, drawn.std(axis=0) / np.sqrt(len(chosen)))
        for end, tail in ((spread.lower, 0.1), (spread.upper, 0.9)):
            below = (drawn < end).mean(axis=0)
            z_gate(below, tail, np.sqrt(0.1 * 0.9 / len(chosen)) + found.weights.max())
    below = (np.sqrt(m * (1 - m) / (kappa + 1)) < variation.recipes_at_most).mean(axis=0)
    z_gate(below, 0.8, np.sqrt(0.8 * 0.2 / len(chosen)) + found.weights.max())


def test_what_was_seen_is_the_sd_of_the_shares(rng):
    counts = hf.Counts([[3, 1], [0, 0], [2, 6], [5, 5]], categories=["a", "b"])
    found = bag_variation(fit(hf.Hierarchical(), counts))
    assert found.seen == pytest.approx(np.std([[0.75, 0.25], [0.25, 0.75], [0.5, 0.5]], axis=0, ddof=1))
    assert (found.n_bags, found.n_empty) == (3, 1)
    assert found.typical_total == pytest.approx(3 / (1 / 4 + 1 / 8 + 1 / 10))


def test_histograms_are_enough_but_for_what_was_seen(rng):
    counts = bags(rng, rng.integers(5, 60, size=40))
    rows = bag_variation(fit(hf.Hierarchical(), counts, rng=1))
    merged = bag_variation(fit(hf.Hierarchical(), hf.Histograms.of(counts), rng=1))
    assert rows.expected.mean.tolist() == merged.expected.mean.tolist()
    assert rows.typical_total == merged.typical_total
    assert merged.seen is None
    assert "seen" not in str(merged)


def test_of_equal_totals_histograms_tell_what_was_seen_too(rng):
    counts = hf.Counts([*bags(rng, np.full(30, 20)).table.tolist(), [0, 0, 0]], categories=NAMES)
    merged = bag_variation(fit(hf.Hierarchical(), hf.Histograms.of(counts), rng=1))
    assert merged.seen == pytest.approx(bag_variation(fit(hf.Hierarchical(), counts, rng=1)).seen, rel=1e-12)
    assert merged.n_empty == 1


def test_no_mean_where_the_bags_show_no_sign_of_extra_variation():
    alike = fit(hf.Hierarchical(), hf.read_counts("data:mms-2007"), rng=1)
    found = bag_variation(alike)
    assert alike.bound is not None
    assert not found.extra
    assert found.cells("colour")[1][-1].startswith("at most ")
    assert "(" in bag_variation(fit(hf.Hierarchical(), hf.read_counts("data:skittles"), rng=1)).cells()[1][-1]


def test_a_single_bag_tells_nothing_of_how_bags_differ():
    found = bag_variation(fit(hf.Hierarchical(), hf.Counts([[3, 4]], categories=["a", "b"])))
    assert found.seen is None
    assert not found.extra


def test_what_has_no_population_is_refused():
    counts = hf.Counts([[3, 4], [1, 2]], categories=["a", "b"])
    with pytest.raises(hf.ParameterTypeError, match="a pooled fit has no population"):
        bag_variation(fit(hf.Pooled(), counts))
    with pytest.raises(hf.ParameterError, match="nothing was counted"):
        bag_variation(fit(hf.Hierarchical(), hf.Counts([[0, 0], [0, 0]], categories=["a", "b"])))
    with pytest.raises(hf.ParameterError, match="mass"):
        bag_variation(fit(hf.Hierarchical(), counts), mass=95)
