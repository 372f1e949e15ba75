"""Whether checks alarm where something is wrong, and are silent where nothing is.

The whole table, a hundred seeds a world, is made by ``benchmarks/alarms.py``; here each world is asked a few times. An
alarm that fires in 95 of 100 worlds misses four in a row once in 10^5; one that is raised in 1 of 100 clean worlds is
raised in three in a row once in 10^6.
"""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from tests.testing_tools.gates import GateClosed, bonferroni, two_stage, uniformity

import handful as hf
from handful.results.checking import new_bags
from handful.results.checking.judged import LEVEL, judged
from handful.results.checking.new_bags import NewBags
from handful.results.checking.statistics import STATISTICS

_SPEC = importlib.util.spec_from_file_location(
    "_faults", Path(__file__).parents[2] / "benchmarks" / "_faults.py"
)
faults = importlib.util.module_from_spec(_SPEC)
sys.modules["_faults"] = faults
_SPEC.loader.exec_module(faults)

TRIES = {"fault": 4, "clean": 3}
SLOW = ("overdispersed",)  # some seconds a fit: they are in the table only
QUICK = [alarm for alarm in faults.ALARMS if not any(word in alarm.name for word in SLOW)]
CLEAN = list({id(alarm.clean): alarm for alarm in QUICK}.values())
NAMES = ["a", "b", "c"]


@pytest.mark.parametrize("alarm", [one for one in QUICK if one.fault], ids=lambda one: one.name)
def test_a_planted_fault_raises_its_alarm(alarm):
    assert any(any(alarm.words in one for one in alarm.fault(seed)) for seed in range(TRIES["fault"]))


@pytest.mark.parametrize("alarm", CLEAN, ids=lambda one: one.name)
def test_a_clean_world_raises_none(alarm):
    assert any(not alarm.clean(seed) for seed in range(TRIES["clean"]))


def p_of(fit, counts, rng, names):
    """The p of some statistics of bags, nothing left out."""
    places = np.arange(counts.n_bags)
    new = NewBags.of(fit, counts, places=places, n_draws=500, rng=rng)
    wanted = [one for one in STATISTICS if one.name in names]
    return {one.name: one.p for one in judged(new, wanted, rng=rng).statistics}


def of_one_recipe(rng, replications, *, scatter=None):
    """The p of the variance between small bags of one recipe; or of recipes of their own."""
    found = []
    for _ in range(replications):
        mean = rng.dirichlet(np.ones(3))
        q = mean if scatter is None else rng.dirichlet(scatter * mean + 1e-3, size=8)
        counts = hf.Counts(rng.multinomial(40, q, size=8), categories=NAMES)
        found.append(p_of(hf.fit(hf.Pooled(), counts), counts, rng, ["var_between_bags"])["var_between_bags"])
    return uniformity(found)


def test_the_p_of_one_recipe_is_uniform(rng):
    two_stage(of_one_recipe, rng, 150)


def test_that_it_is_not_where_recipes_differ_is_noticed(rng):
    with pytest.raises(GateClosed):
        two_stage(lambda some, n: of_one_recipe(some, n // 4 + 80, scatter=30.0), rng, 150)


def size_and_power(rng, replications):
    """The worse of two chances: of so many p beyond 0.05 .. 0.95 of one recipe, of so few below 0.01 of many."""
    even, small = [], []
    for _ in range(replications):
        for found, table in ((even, faults.of_one(rng, 60)), (small, faults.of_many(rng, 50.0, 60))):
            counts = faults.counts(table)
            found.append(
                p_of(hf.fit(hf.Pooled(), counts), counts, rng, ["var_between_bags"])["var_between_bags"]
            )
    within = int(np.sum((np.array(even) > 0.05) & (np.array(even) < 0.95)))
    below = int(np.sum(np.array(small) < 0.01))
    return float(
        min(stats.binom.cdf(within, replications, 0.85), stats.binom.cdf(below, replications, 0.9), 0.5) * 2
    )


def test_size_and_power_between_bags(rng):
    """Of 60 bags of 55, p within .05-.95 in 85 % of worlds of one recipe, below .01 in 90 % of worlds of many."""
    two_stage(size_and_power, rng, 12)


def size_of_few_bags(rng, replications, *, wanted=STATISTICS, sizes=(2, 4, 8)):
    """How probable so many alarms are: of any statistic, and of chi2, in clean worlds of few bags."""
    any_alarm = of_chi2 = worlds = 0
    for n_bags in sizes:
        for _ in range(replications):
            counts = faults.counts(faults.of_one(rng, n_bags))
            fit = hf.fit(hf.Pooled(), counts)
            new = NewBags.of(fit, counts, places=np.arange(n_bags), n_draws=faults.DRAWS, rng=rng)
            found = {one.name: one.alarm for one in judged(new, wanted, rng=rng).statistics}
            any_alarm, of_chi2, worlds = any_alarm + any(found.values()), of_chi2 + found["chi2"], worlds + 1
    return bonferroni(
        [
            stats.binom.sf(any_alarm - 1, worlds, LEVEL),
            stats.binom.sf(of_chi2 - 1, worlds, LEVEL / len(wanted)),
        ]
    )


def test_few_clean_bags_raise_no_more_alarms_than_one_in_a_hundred(rng):
    two_stage(size_of_few_bags, rng, 50)


def test_a_chi2_from_what_the_seen_bags_made_likely_is_noticed(rng, monkeypatch):
    """Planted: one expectation for both, the mean over the draws, which the bags seen have made."""
    of_draws = new_bags._expected
    monkeypatch.setattr(new_bags, "_expected", lambda *given: of_draws(*given).mean(axis=0, keepdims=True))
    chi2 = [one for one in STATISTICS if one.name == "chi2"]
    with pytest.raises(GateClosed):
        two_stage(lambda some, n: size_of_few_bags(some, n, wanted=chi2, sizes=(4,)), rng, 60)
