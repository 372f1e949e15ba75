"""Row A26 and J5 check 2 for populations: draws that tell nothing are never ok, and good fits nearly always are."""

import numpy as np
import pytest
from tests.statistical.mixture_worlds import shapes_unchecked
from tests.testing_tools.four import BAGS, CATEGORIES, TABLE

import handful as hf
from handful.inference.draws import Draws
from handful.inference.outcome import Outcome
from handful.inference.verdict import judge

COUNTS = hf.Counts(TABLE, categories=CATEGORIES, ids=BAGS)
N = 4_000


def good(rng, n=N):
    return {"proportions": rng.dirichlet(np.full(6, 40.0), size=n), "precision": rng.lognormal(4, 1, size=n)}


def verdict_of(quantities, *, error=0.02, **kinship):
    n = len(quantities["precision"])
    draws = Draws.of(quantities, weights=kinship.pop("weights", np.full(n, 1.0 / n)), **kinship)
    outcome = Outcome(draws, hf.Evidence(-50.0, error, sampled=True))
    return judge(hf.Hierarchical(), COUNTS, statistic=hf.Histograms.of(COUNTS), outcome=outcome)


def test_good_draws_are_ok(rng):
    assert verdict_of(good(rng)).ok
    assert verdict_of(good(rng), replicate=np.repeat(np.arange(8), N // 8)).ok


@pytest.mark.parametrize("n", [1, 3, 8, 100])
def test_J5_2_eight_draws_are_too_few_and_the_sentence_says_what_to_do(n, rng):
    verdict = verdict_of(good(rng, n))
    assert not verdict.ok
    assert any(
        "are worth only" in note and "400 are needed: draw more (--draws)" in note for note in verdict.notes
    )


@pytest.mark.parametrize("name", ["proportions", "precision"])
@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("n_wrong", [1, N])
def test_what_is_no_number_is_never_ok(name, value, n_wrong, rng):
    quantities = good(rng)
    quantities[name][:n_wrong] = value
    assert not verdict_of(quantities).ok
    assert not verdict_of(quantities, replicate=np.repeat(np.arange(8), N // 8)).ok


def test_a_stuck_replicate_is_never_ok(rng):
    quantities, replicate = good(rng), np.repeat(np.arange(8), N // 8)
    for values in quantities.values():
        values[replicate == 3] = values[-1] * 0.5
    verdict = verdict_of(quantities, replicate=replicate)
    assert not verdict.ok
    assert any("The 8 replicates disagree (R-hat" in note for note in verdict.notes)


def test_all_replicates_stuck_are_never_ok(rng):
    replicate = np.repeat(np.arange(8), N // 8)
    first = replicate * (N // 8)
    assert not verdict_of({name: values[first] for name, values in good(rng).items()}, replicate=replicate).ok


def test_one_heavy_draw_and_one_ancestor_are_never_ok(rng):
    heavy = np.full(N, 1e-9)
    heavy[0] = 1.0 - heavy[1:].sum()
    assert not verdict_of(good(rng), weights=heavy).ok
    assert not verdict_of(good(rng), ancestor=np.zeros(N, dtype=int)).ok


@pytest.mark.parametrize("error", [0.5, np.inf, np.nan])
def test_an_evidence_that_is_hardly_known_is_not_ok(error, rng):
    assert not verdict_of(good(rng), error=error).ok


def test_J5_2_good_fits_are_ok_in_95_of_100(rng):
    """Twelve bags of 20 items, every other time all after one recipe."""
    with shapes_unchecked():
        fits = [
            hf.fit(hf.Hierarchical(), clean(rng, alike=bool(one % 2)), engine="laplace", draws=1_000, rng=rng)
            for one in range(100)
        ]
    assert {fit.engine for fit in fits} == {"laplace"}
    assert sum(fit.verdict.ok for fit in fits) >= 95


def clean(rng, *, alike):
    mean = rng.dirichlet(np.full(3, 3.0))
    recipes = np.tile(mean, (12, 1)) if alike else rng.dirichlet(30.0 * mean, size=12)
    return hf.Counts(rng.multinomial(20, recipes), categories=list("abc"))
