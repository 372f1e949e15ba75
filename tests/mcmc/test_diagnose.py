"""The diagnosis of chains: numbers of arviz-stats (A25), and no trouble that passes (A26, section M)."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from arviz_stats.base import array_stats
from tests.testing_tools.blocked_imports import run_python

import handful as hf
from handful import mcmc


def chains_of(values, *, acceptance=0.4, sampler="metropolis", names=("q",)):
    values = np.asarray(values, dtype=float)
    return mcmc.Chains.of(values, names=names, acceptance=[acceptance] * len(values), sampler=sampler)


def good(rng, *, chains=4, draws=1000):
    return rng.standard_normal((chains, draws))


@pytest.mark.parametrize("shape", [(4, 1000), (2, 300), (8, 101)])
def test_A25_the_numbers_are_those_of_arviz_stats(shape, rng):
    values = np.cumsum(rng.standard_normal(shape), axis=1) * 0.1 + rng.standard_normal(shape)
    found = hf.diagnose(chains_of(values)).quantities[0]
    axes = {"chain_axis": 0, "draw_axis": 1}
    truth = {
        "rhat": array_stats.rhat(values, method="rank", **axes),
        "ess_bulk": array_stats.ess(values, method="bulk", **axes),
        "ess_tail": array_stats.ess(values, method="tail", prob=(0.05, 0.95), **axes),
        "mcse": array_stats.mcse(values, method="mean", **axes),
        "mean": values.mean(),
        "sd": values.std(ddof=1),
    }
    for name, value in truth.items():
        assert getattr(found, name) == pytest.approx(float(value), rel=1e-9), name


def test_good_chains_pass(rng):
    found = hf.diagnose(chains_of(good(rng)))
    assert found.ok
    assert found.notes == ()
    assert "No sign of trouble" in repr(found)
    assert "<table>" in found._repr_html_()


def nan_draws(rng):
    values = good(rng)
    values[2, 7] = math.nan
    return chains_of(values), "no finite number in 1 of 4,000"


def infinite_draws(rng):
    values = good(rng)
    values[0, :5] = -math.inf
    return chains_of(values), "no finite number in 5 of 4,000"


def stuck(rng):
    return chains_of(np.full((4, 1000), 3.0)), "never moved"


def stuck_in_two_places(rng):
    return chains_of(good(rng) * 1e-3 + np.array([[0.0], [0.0], [1.0], [1.0]])), "have not met"


def one_chain(rng):
    return chains_of(good(rng, chains=1)), "single chain"


def three_draws(rng):
    return chains_of(good(rng, draws=3)), "3 draws a chain"


def few_effective(rng):
    values = np.cumsum(good(rng, draws=1500), axis=1)
    return chains_of(0.02 * values + good(rng, draws=1500) * 1e-4), "have not met"


def worth_little(rng):
    few = np.repeat(rng.standard_normal(60), 10)
    values = few + 1e-6 * good(rng, draws=600)
    return chains_of(values), "are worth"


def timid(rng):
    return chains_of(good(rng), acceptance=0.97), "step too small|too small: 97 %"


def bold(rng):
    return chains_of(good(rng), acceptance=0.03), "too large: 3 %"


def long_leaps(rng):
    return chains_of(good(rng), acceptance=0.2, sampler="hamiltonian"), "leaps are too long: 20 %"


def no_acceptance(rng):
    return chains_of(good(rng), acceptance=math.nan), "too large"


TROUBLE = [
    nan_draws,
    infinite_draws,
    stuck,
    stuck_in_two_places,
    one_chain,
    three_draws,
    few_effective,
    worth_little,
    timid,
    bold,
    long_leaps,
    no_acceptance,
]


@pytest.mark.parametrize("trouble", TROUBLE)
def test_A26_trouble_never_passes(trouble, rng):
    chains, sentence = trouble(rng)
    found = hf.diagnose(chains)
    assert not found.ok
    assert any(re.search(sentence, note) for note in found.notes), found.notes


def test_two_chains_of_four_in_the_other_labelling_are_no_trouble(rng):
    """R-hat of θ_1 is far above 1.01 there, and means nothing; of what no swap changes it is 1."""
    theta = 0.3 + 0.02 * good(rng)
    theta[2:] = 1 - theta[2:]
    both = np.stack([theta, np.maximum(theta, 1 - theta)], axis=2)
    chains = mcmc.Chains.of(
        both,
        names=["weights[1]", "weight by size[1]"],
        acceptance=[1.0] * 4,
        sampler="gibbs",
        judged=["weight by size[1]"],
    )
    found = hf.diagnose(chains)
    assert found.quantities[0].rhat > 1.5
    assert found.quantities[1].rhat < 1.01
    assert found.ok
    assert "labels" in found.notes[0]


def test_without_arviz_stats_a_sentence_says_what_is_missing():
    code = (
        "import handful as hf\nfrom handful import mcmc\n"
        "chains = mcmc.Chains.of([[0.0, 1.0]], names=['q'], acceptance=[1.0], sampler='other')\n"
        "try:\n    hf.diagnose(chains)\nexcept hf.MissingExtra as error:\n    print(error)\n"
    )
    assert "handful[arviz]" in run_python(code, without=["arviz_stats"]).stdout
