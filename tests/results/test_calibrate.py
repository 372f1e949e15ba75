"""Bands against chance and against counting, ranks against their law, and what calibrate says and refuses."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from tests.statistical.hierarchical_worlds import shapes_unchecked
from tests.testing_tools import four
from tests.testing_tools.gates import GateClosed, rank_uniformity, two_stage, z_gate

import handful as hf
from handful.plots.calibration import calibration_data
from handful.results.calibrating.bands import POINTS, band, chance_inside, numbers_below, p_value, points
from handful.results.calibrating.quantity import Quantity, direction_of
from handful.results.calibrating.simulated import AMONG, scores_of

MANY = 20_000


def bags(**labels):
    return hf.Counts(four.TABLE, categories=four.CATEGORIES, ids=four.BAGS, labels=labels)


# ---- bands ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 2, 5])
def test_the_chance_to_stay_inside_is_that_of_all_ways_to_fall(n):
    """Every way to deal n scores into four equal parts, one by one and with fractions."""
    lower, upper = np.array([0, min(1, n - 1), 1]), np.array([n // 2, n - 1, n])
    inside = sum(
        bool(
            (lower <= (below := np.array([sum(part < j for part in parts) for j in (1, 2, 3)]))).all()
            and (below <= upper).all()
        )
        for parts in itertools.product(range(4), repeat=n)
    )
    assert chance_inside(lower, upper, n=n) == pytest.approx(float(Fraction(inside, 4**n)), abs=1e-14)


@pytest.mark.parametrize(("n", "level"), [(50, 0.05), (500, 0.01), (500, 0.2)])
def test_bands_are_left_as_often_as_they_say(n, level, rng):
    """By simulation; because numbers are whole, a little less often, which is computed."""
    fewest, most = band(n, level)
    stated = 1 - chance_inside(fewest, most, n=n)
    assert 0.8 * level < stated <= level
    parts = rng.multinomial(n, np.full(POINTS + 1, 1 / (POINTS + 1)), size=MANY)
    below = parts.cumsum(axis=1)[:, :-1]
    left = ((below < fewest) | (below > most)).any(axis=1).mean()
    z_gate(left, stated, math.sqrt(stated * (1 - stated) / MANY))


def test_the_gate_notices_bands_point_by_point(rng):
    """A planted fault: bands that each point leaves with probability 0.01, and so the curve more often."""
    from scipy import stats

    parts = rng.multinomial(500, np.full(POINTS + 1, 1 / (POINTS + 1)), size=MANY)
    below, at = parts.cumsum(axis=1)[:, :-1], points()
    left = ((below < stats.binom.ppf(0.005, 500, at)) | (below > stats.binom.ppf(0.995, 500, at))).any(axis=1)
    with pytest.raises(GateClosed):
        z_gate(left.mean(), 0.01, math.sqrt(0.01 * 0.99 / MANY))


def test_a_curve_leaves_the_band_where_its_p_is_small_enough(rng):
    for scores in (*rng.random((200, 100)), *rng.beta(1.4, 1.1, size=(200, 100))):
        for level in (0.3, 0.01):
            fewest, most = band(100, level)
            below = numbers_below(scores)
            assert ((below < fewest) | (below > most)).any() == (p_value(scores) <= level)


def test_p_values_are_small_no_more_often_than_they_say(rng):
    p = np.array([p_value(scores) for scores in rng.random((2_000, 80))])
    for level in (0.5, 0.1, 0.01):
        assert (p <= level).mean() < level + 4.9 * math.sqrt(level * (1 - level) / len(p))
        assert (p <= level).mean() > 0.5 * level


@pytest.mark.parametrize(
    ("n", "sd", "shift", "noticed"),
    [
        (500, 0.8, 0.0, 0.95),
        (500, 0.9, 0.0, 0.12),
        (500, 1.0, 0.25, 0.95),
        (500, 1.0, 0.1, 0.09),
        (2_000, 0.9, 0.0, 0.88),
    ],
)
def test_errors_are_noticed_as_often_as_the_page_says(n, sd, shift, noticed, rng):
    """docs/calibration.md: of normal posteriors, seven quantities; the page's numbers are rounded to a percent."""
    from scipy import stats

    times = 400
    found = np.mean(
        [p_value(stats.norm.cdf((row + shift) / sd)) <= 0.01 / 7 for row in rng.normal(size=(times, n))]
    )
    z_gate(found, noticed, math.hypot(math.sqrt(noticed * (1 - noticed) / times), 0.005))


# ---- scores and what they say ------------------------------------------------------------------------------


def test_scores_of_equals_are_uniform(rng):
    """Also of whole numbers, most of which are ties."""

    def p(rng, n):
        values = rng.poisson(0.7, size=(n, AMONG + 1)).astype(float)
        scores = np.array([scores_of(row[:, None], rng=rng)[0] for row in values])
        return rank_uniformity((scores * (AMONG + 1)).astype(int), draws=AMONG, rng=rng)

    two_stage(p, rng, 1_000)


@pytest.mark.parametrize(
    ("posterior", "said"),
    [
        ((0.0, 0.7), "too narrow"),
        ((0.0, 1.5), "too wide"),
        ((-0.5, 1.0), "biased low"),
        ((0.5, 1.0), "biased high"),
    ],
)
def test_the_direction_is_told(posterior, said, rng):
    """Truths are standard normal; what is taken for their posterior has another mean or sd."""
    from scipy import stats

    scores = stats.norm(*posterior).cdf(rng.normal(size=1_000))
    found = Quantity.of("share of blue", scores, level=0.01)
    assert not found.ok
    assert direction_of(scores) == said
    assert found.words == f"share of blue: the posterior is {said}."


def test_coverage_counts_the_truths_in_the_middle():
    found = Quantity.of("rate", (np.arange(1_000) + 0.5) / 1_000, level=0.01)
    assert found.coverage == (0.5, 0.9, 0.95)
    assert found.errors == pytest.approx([math.sqrt(m * (1 - m) / 1_000) for m in (0.5, 0.9, 0.95)])
    assert (found.ok, found.words) == (True, "")


# ---- calibrate --------------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_numbers():
    one, same, other = (
        hf.calibrate(hf.Pooled(), like=bags(), simulations=50, rng=seed) for seed in (1, 1, 2)
    )
    assert np.array_equal(one.scores, same.scores)
    assert not np.array_equal(one.scores, other.scores)


@pytest.mark.parametrize(
    ("model", "engine", "names"),
    [
        (hf.Pooled(hf.Density.uniform(0, 0.5)), "quadrature", ["share of blue", "log likelihood"]),
        (hf.Poisson(), "exact", ["rate", "log likelihood"]),
        (hf.Separate(), "exact", ["in a bag, share of blue", "log likelihood"]),
        (
            hf.Hierarchical(),
            "laplace",
            ["mean share of blue", "log precision", "log likelihood", "joint log likelihood"],
        ),
        (
            hf.Mixture(2),
            "enumeration",
            [
                "weight 1 by size",
                "expected share of blue",
                "expected squared share of blue",
                "expected squared share of not blue",
                "log likelihood",
                "joint log likelihood",
                "same source of two bags",
            ],
        ),
        (hf.Mixture(1), "exact", ["expected share of blue", "log likelihood"]),
    ],
    ids=lambda one: one.spec if hasattr(one, "spec") else "",
)
def test_each_model_has_its_quantities(model, engine, names):
    draws = 100 if engine in ("laplace", "enumeration") else None
    with shapes_unchecked():  # fifty fits by quadrature, or of a population
        found = hf.calibrate(
            model, like=bags().collapse("blue"), engine=engine, draws=draws, simulations=50, rng=1
        )
    last = "blue in another bag of its recipe" if model.spec == "separate" else "blue in the next bag"
    assert [one.name for one in found.quantities] == [*names, last]
    assert found.scores.shape == (50, len(names) + 1)
    assert sum(found.engines.values()) == 50
    assert found.p > 1e-6


def test_labels_are_imitated():
    """Components that labels tell apart are ranked by their own shares."""
    found = hf.calibrate(
        hf.Mixture(2, labels="box"), like=bags(box=["NJ", "", "TN", ""]).collapse("blue"), draws=100,
        simulations=50, rng=1,
    )  # fmt: skip
    names = [one.name for one in found.quantities]
    assert "weight of component NJ" in names
    assert "share of blue in component TN" in names
    assert found.p > 1e-6


def test_simulations_that_repeat_each_other_are_noticed():
    class Twice(np.random.Generator):
        def spawn(self, n):
            return [np.random.default_rng(seed // 2) for seed in range(n)]

    found = hf.calibrate(hf.Pooled(), like=bags(), simulations=50, rng=Twice(np.random.PCG64(1)))
    assert not found.verdict.ok
    assert "of the simulations gave the very numbers of another one" in found.verdict.notes[-1]


def test_what_cannot_be_is_refused():
    with pytest.raises(hf.ParameterError, match="simulations"):
        hf.calibrate(hf.Pooled(), like=bags(), simulations=10)
    with pytest.raises(hf.ParameterTypeError, match="give a model"):
        hf.calibrate("pooled", like=bags())
    with pytest.raises(hf.CountsTypeError, match="like is a list"):
        hf.calibrate(hf.Pooled(), like=[[1, 2]])
    with pytest.raises(hf.ParameterError, match="nothing to imitate"):
        hf.calibrate(hf.Pooled(), like=hf.Counts(np.empty((0, 2), int), categories=["a", "b"]))
    with pytest.raises(hf.ParameterError, match="separate bags"):
        hf.calibrate(hf.Separate(), like=bags(), given=bags())
    with pytest.raises(hf.EngineError, match="highest point"):
        hf.calibrate(hf.Mixture(2), like=bags(), engine="optimum")
    with pytest.raises(hf.CountsError, match="categories"):
        hf.calibrate(hf.Pooled(), like=bags(), given=bags().collapse("blue"))


# ---- the picture ------------------------------------------------------------------------------------------


def test_the_curves_are_those_of_the_scores():
    found = hf.calibrate(hf.Pooled(), like=bags().collapse("blue"), simulations=64, rng=1)
    data = calibration_data(found, quantity="log likelihood")
    scores = found.scores[:, 1]
    at = np.arange(1, 64) / 64
    assert np.allclose(data.difference[0], [(scores < z).mean() - z for z in at], atol=1e-12)
    fewest, most = found.band
    assert np.allclose(data.upper - data.lower, (most - fewest) / 64)
    with pytest.raises(hf.ParameterError, match="there is no quantity 'rate'"):
        hf.plot_calibration(found, quantity="rate")
