"""One seed for everything: what looks at a fit, or makes bags for one, draws no number that the fit has drawn."""

import re
from pathlib import Path

import numpy as np
import pytest

import handful as hf
from handful import rng as module
from handful.rng import as_generator

SOURCE = Path(module.__file__).parent
USES = [
    use
    for path in SOURCE.rglob("*.py")
    if path.name != "rng.py"
    for use in re.findall(r'as_generator\(.*, use="(.+)"\)', path.read_text("utf-8"))
]


def test_every_use_has_a_stream_of_its_own():
    assert sorted(USES) == sorted([*set(USES), "tree"])  # sensitivity is of the draws that the tree has
    seed = as_generator(7)
    streams = [seed, *as_generator(7).spawn(500), *(as_generator(7, use=use) for use in set(USES))]
    streams += [child for use in set(USES) for child in as_generator(7, use=use).spawn(20)]
    keys = {one.bit_generator.seed_seq.spawn_key for one in streams}
    assert len(keys) == len(streams)
    assert len({tuple(one.integers(2**62, size=2)) for one in streams}) == len(streams)


def test_the_stream_of_the_seed_itself_is_that_of_numpy():
    assert as_generator(7).random() == np.random.default_rng(7).random()


def test_a_use_is_the_same_stream_at_each_call_and_another_for_another_seed():
    assert as_generator(7, use="check").random() == as_generator(7, use="check").random()
    assert as_generator(7, use="check").random() != as_generator(8, use="check").random()


def test_a_generator_is_handed_through_whatever_its_use():
    given = np.random.default_rng(7)
    assert as_generator(given, use="check") is given


RECIPES = hf.read_recipes("data:mms-recipes-2017")
COUNTS = hf.Counts([[12, 43, 5], [9, 46, 2], [30, 25, 8]], categories=["blue", "red", "green"])


def fit():
    return hf.fit(hf.Hierarchical(), COUNTS, engine="laplace", draws=400, rng=1)


def mixture():
    return hf.fit(hf.Mixture(2), COUNTS, engine="smc", draws=400, rng=1)


DOORS = {
    "assign": lambda rng: hf.assign(mixture(), rng=rng).none,
    "between_bags": lambda rng: hf.between_bags(COUNTS, rng=rng).p,
    "calibrate": lambda rng: hf.calibrate(hf.Pooled(), like=COUNTS, simulations=100, rng=rng).scores,
    "check": lambda rng: str(hf.check(fit(), COUNTS, draws=2_000, rng=rng)),
    "plan": lambda rng: str(hf.plan(hf.RecipesApart(odds=20), hf.Mixture(recipes=RECIPES), size=55, bags=[9], rng=rng)),
    "predict": lambda rng: hf.predict(hf.fit(hf.Pooled(), COUNTS), size=50).draw(20, rng=rng),
    "prior_predictive": lambda rng: hf.prior_predictive(hf.Pooled(), like=COUNTS, rng=rng).draws,
    "sensitivity": lambda rng: str(hf.sensitivity(fit(), rng=rng).alternatives_cells()),
    "simulate": lambda rng: hf.simulate(hf.Hierarchical(), bags=5, size=50, rng=rng).counts.table,
}  # fmt: skip


@pytest.mark.parametrize("door", DOORS)
def test_a_seed_that_a_fit_has_had_is_no_stream_twice(door):
    """The very stream of the seed is the fit's: given that one, the answer is another."""
    of_seed, again, of_stream = (DOORS[door](rng) for rng in (1, 1, np.random.default_rng(1)))
    assert np.array_equal(of_seed, again)
    assert not np.array_equal(of_seed, of_stream)
