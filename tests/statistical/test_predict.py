"""Predictions over simulated bags: filled, a handful counted without putting it back, the whole bag foretold."""

import numpy as np
import pytest
from tests.testing_tools.gates import GateClosed, bonferroni, two_stage, uniformity, z_gate

import handful as hf
from handful.results import to_come
from handful.results.predict import predict

PRIOR = (0.8, 2.5)
MASSES = (0.5, 0.9)
BAGS = 400


def one_bag(rng, *, total, handful):
    """(the truth, the prediction's distribution of the rest, what was seen) of one bag from the prior."""
    recipe = rng.dirichlet(PRIOR)
    bag = rng.multinomial(total, recipe)
    seen = rng.multivariate_hypergeometric(bag, handful)
    counts = hf.Counts([seen], categories=("blue", "rest"), ids=["A"])
    fit = hf.fit(hf.Pooled(hf.Dirichlet(PRIOR)), counts)
    return int(bag[0]), fit, counts


def p_of_scores(rng, n, *, total=60, handful=15):
    """The p-value of randomised probability integral transforms (Czado, Gneiting & Held 2009).

    They must be uniform among bags whose handful held many blue ones, and among those where it held few:
    over all bags a prediction that forgets the handful would be uniform too.
    """
    found, many = np.empty(n), np.empty(n, dtype=bool)
    for i in range(n):
        truth, fit, counts = one_bag(rng, total=total, handful=handful)
        rest = predict(fit, total=total, seen=counts).to_come[0]
        k = truth - int(counts.table[0, 0])
        below, at_most = rest.tails(k - 1)[0], rest.tails(k)[0]
        found[i] = below + rng.random() * (at_most - below)
        many[i] = counts.table[0, 0] > handful / 5
    found = np.clip(found, 0.0, 1.0)
    return bonferroni([uniformity(found[many]), uniformity(found[~many])])


@pytest.mark.parametrize(("total", "handful"), [(60, 15), (6, 2)])
def test_whole_bags_are_foretold_as_often_as_stated(total, handful, rng):
    two_stage(lambda rng, n: p_of_scores(rng, n, total=total, handful=handful), rng, BAGS)


@pytest.mark.parametrize("mass", MASSES)
def test_intervals_hold_the_truth_as_often_as_they_say_they_do(mass, rng):
    hits, held = np.zeros(BAGS), np.zeros(BAGS)
    for i in range(BAGS):
        truth, fit, counts = one_bag(rng, total=60, handful=15)
        row = predict(fit, total=60, seen=counts, mass=mass).categories[0]
        hits[i], held[i] = row.lower <= truth <= row.upper, row.held
    assert (held >= mass - 1e-9).all()
    z_gate(hits.sum(), held.sum(), np.sqrt((held * (1 - held)).sum()))


def test_a_fresh_bag_is_foretold_too(rng):
    def p_value(rng, n):
        found = np.empty((2, n))
        for i in range(n):
            recipe = rng.dirichlet(PRIOR)
            counts = hf.Counts([rng.multinomial(12, recipe)], categories=("blue", "rest"), ids=["A"])
            prediction = predict(hf.fit(hf.Pooled(hf.Beta(*PRIOR)), counts), size=20)
            fresh = rng.multinomial(20, recipe)
            for c in (0, 1):
                cdf = np.concatenate(([0.0], prediction.pmf(c).cumsum()))
                found[c, i] = cdf[fresh[c]] + rng.random() * (cdf[fresh[c] + 1] - cdf[fresh[c]])
        return bonferroni([uniformity(np.clip(one, 0.0, 1.0)) for one in found])

    two_stage(p_value, rng, BAGS)


RIGHT = to_come.counts_to_come
FAULTS = {
    "the pieces seen are counted among those to come": lambda post, m: RIGHT(post, m + 15),
    "the pieces seen are forgotten in the posterior": lambda _, m: RIGHT(hf.Dirichlet(PRIOR), m),
    "the pieces seen are learnt twice": lambda post, m: RIGHT(
        hf.Dirichlet(2 * post.concentration - np.array(PRIOR)), m
    ),
    "the recipe is plugged in": lambda post, m: RIGHT(hf.Fixed(post.mean), m),
}


@pytest.mark.parametrize("name", FAULTS)
def test_the_gate_closes_when(name, rng, monkeypatch):
    monkeypatch.setattr("handful.results.predict.counts_to_come", FAULTS[name])
    with pytest.raises(GateClosed):
        two_stage(p_of_scores, rng, BAGS)
