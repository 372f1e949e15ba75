"""The slope in single precision against the derivatives in double precision, which others check by definition."""

from __future__ import annotations

import numpy as np
import pytest

import handful as hf
from handful.data.labelled import UNKNOWN, LabelledRows
from handful.models import rough_slopes
from handful.models.mixture_target import MixtureTarget

SEVEN_DIGITS = 4e-6
"""A sum of a few dozen terms of single precision, each right to 6e-8."""


def target_of(model, table, known=None):
    table = np.asarray(table)
    categories = [f"c{number}" for number in range(table.shape[1])]
    known = np.full(len(table), UNKNOWN) if known is None else known
    return MixtureTarget.of(
        model.prior_over(categories), LabelledRows.of(hf.Counts(table, categories=categories), known)
    )


def assert_alike(target, points, temperature):
    exact = target.prior_gradient(points) + temperature * target.likelihood_gradient(points)
    items = target.statistic.multiplicities @ target.statistic.distinct.sum(axis=1)
    a = target.prior.concentration
    scale = temperature * items + a.sum() + target.statistic.n_bags
    assert target.rough is not None
    assert target.slope(points, temperature) == pytest.approx(exact, rel=0, abs=SEVEN_DIGITS * scale)


MODELS = {
    "one": hf.Mixture(1),
    "two": hf.Mixture(2),
    "four": hf.Mixture(4, prior=hf.Dirichlet([0.5, 1.0, 2.0, 1.5])),
    "unlike": hf.Mixture(
        recipes=hf.Recipes([[0.7, 0.1, 0.1, 0.1], [0.1, 0.5, 0.4, 0.0]], components=["x", "y"]),
        strength=9.0,
        weights=hf.Dirichlet([0.5, 3.0]),
    ),
    "fixed weights": hf.Mixture(2, weights=hf.Fixed([0.0, 1.0])),
}


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("temperature", [0.0, 1e-6, 0.3, 1.0])
@pytest.mark.parametrize("labelled", [False, True])
def test_it_is_the_slope_to_seven_digits(name, temperature, labelled, rng):
    table = rng.multinomial(rng.integers(0, 80, size=40), [0.4, 0.1, 0.2, 0.3])
    table[3] = table[7]
    known = np.full(40, UNKNOWN)
    if labelled:
        known[::3] = MODELS[name].size - 1
    target = target_of(MODELS[name], table, known)
    assert_alike(target, target.draw_prior(60, rng=rng), temperature)


def test_parts_of_rows_and_of_points_come_together(rng):
    table = rng.multinomial(rng.integers(1, 400, size=700), rng.dirichlet(np.ones(12)))
    target = target_of(hf.Mixture(3), table)
    points = target.draw_prior(600, rng=rng)
    assert target.rough._rows_at_once < len(target.statistic.distinct)
    assert target.rough._at_once < len(points)
    assert_alike(target, points, 0.5)
    some = target.slope(points[:100], 0.5)
    assert (target.slope(points[:100], 0.5) == some).all()


def test_a_bag_that_is_certain_of_its_component_makes_no_overflow(rng):
    """Odds of exp(±10⁴), whichever component is the first; nothing but numbers comes out."""
    table = np.array([[9000, 0, 1000], [0, 9000, 1000], [0, 1000, 9000]] * 4)
    target = target_of(hf.Mixture(3), table)
    points = target.layout.join(
        np.log(np.full((3, 3), 1 / 3)),
        None,
        by_mean=np.log([np.roll(np.eye(3) * 0.98 + 0.01, turn, axis=0) / 1.01 for turn in range(3)]),
    )
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        assert np.isfinite(target.slope(points, 1.0)).all()
    assert_alike(target, points, 1.0)


@pytest.mark.parametrize(
    ("model", "table"),
    [
        (hf.Mixture(2, overdispersed=True), [[3, 1], [2, 2]]),
        (hf.Mixture(recipes=hf.Recipes([[0.5, 0.5], [0.2, 0.8]], components=["x", "y"])), [[3, 1], [2, 2]]),
        (hf.Mixture(2), [[rough_slopes.MOST_ITEMS, 1], [2, 2]]),
    ],
)
def test_where_seven_digits_will_not_do_the_slope_is_exact(model, table, rng):
    target = target_of(model, table)
    assert target.rough is None
    points = target.draw_prior(5, rng=rng)
    exact = target.prior_gradient(points) + 0.5 * target.likelihood_gradient(points)
    assert (target.slope(points, 0.5) == exact).all()


def test_only_bags_whose_component_is_known(rng):
    target = target_of(hf.Mixture(2), [[3, 1], [2, 2]], np.array([0, 1]))
    assert_alike(target, target.draw_prior(5, rng=rng), 1.0)
