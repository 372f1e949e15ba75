"""Recipe-centred priors do not fix labels: the components in another order are a mode of their own.

A labelling's share of the posterior is the prior's say alone, since the likelihood is the same: the odds of an order
of the components are the ratio of the prior's densities there and at the mode. For the two recipes of 2017 at strength
50 that is exp(−50 Σ_c (r_c − s_c) log(r_c/s_c)) = exp(−2.58), about 7 % of the posterior, however many bags there are.
"""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from scipy import stats
from tests.oracles.mixture import enumerate_mixture
from tests.statistical.mixture_worlds import counts_of, responsibilities, shapes_unchecked
from tests.testing_tools.gates import GateClosed, z_gate
from tests.testing_tools.mixture_cases import UNKNOWN

import handful as hf
from handful.inference import mixture_modes
from handful.models.read_recipes import read_recipes

RECIPES = read_recipes("data:mms-recipes-2017")
NJ, TN = RECIPES.proportions
STRENGTH = 50.0
ODDS = np.exp(-STRENGTH * ((NJ - TN) @ np.log(NJ / TN)))


def bags_from(recipes, weights, *, n_bags, rng, total=55):
    origins = rng.choice(len(weights), size=n_bags, p=weights)
    return rng.multinomial(total, np.asarray(recipes)[origins])


def test_the_odds_of_the_recipes_of_2017():
    assert np.log(ODDS) == pytest.approx(-2.58, abs=0.005)
    share = ODDS / (1 + ODDS)
    assert share == pytest.approx(0.070, abs=0.001)


# ---- 14 bags: against enumeration -------------------------------------------------------------------------


def labelled_z(fit, truth, table) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All that depends on labels: P(z_b = k), the weights and the recipes; estimates, truths and errors."""
    known = np.full(len(table), UNKNOWN)
    r = responsibilities(fit.draws, table, known)[:, :, 0]
    values = np.column_stack([r, fit.draws["weights"][:, 0], fit.draws["proportions"].reshape(len(r), -1)])
    health = fit.posterior.health(values)
    truths = np.concatenate([truth.assignments[:, 0], truth.weights[:1], truth.proportions.ravel()])
    return health.mean, truths, health.mcse


@pytest.mark.parametrize("share_of_nj", [0.5, 0.85])
def test_fourteen_bags_against_enumeration(share_of_nj, rng):
    """smc visits both labellings as often as it should: all that depends on labels is right."""
    table = bags_from((NJ, TN), (share_of_nj, 1 - share_of_nj), n_bags=14, rng=rng)
    model = hf.Mixture(recipes=RECIPES, strength=STRENGTH)
    truth = enumerate_mixture(table, [1, 1], 1 + STRENGTH * RECIPES.proportions)
    bags = hf.Counts(table, categories=list(RECIPES.categories))
    fit = hf.fit(model, bags, engine="smc", rng=rng)
    assert fit.verdict.ok
    z_gate(*labelled_z(fit, truth, table))


@pytest.mark.parametrize("engine", ["smc", "laplace"])
def test_the_other_labelling_can_be_the_larger_one(engine, rng):
    """The recipes say a little that y is the one with more of the first category; the weights say that it is x."""
    sources, recipes = [[0.6, 0.3, 0.1], [0.1, 0.3, 0.6]], np.array([[0.3, 0.33, 0.37], [0.37, 0.33, 0.3]])
    origins = np.arange(14) % 5 == 0
    table = rng.multinomial(40, np.array(sources)[origins.astype(int)])
    truth = enumerate_mixture(table, [12, 1], 1 + 4.0 * recipes)
    named = hf.Recipes(recipes, components=["x", "y"])
    model = hf.Mixture(recipes=named, strength=4.0, weights=hf.Beta(12, 1))
    fit = hf.fit(model, counts_of(table), engine=engine, rng=rng)
    z_gate(*labelled_z(fit, truth, table))
    z_gate(fit.log_evidence.value, truth.log_evidence, fit.log_evidence.error)
    assert truth.proportions[0, 0] > truth.proportions[1, 0]


def test_a_posterior_without_the_other_labelling_is_seen(rng):
    """The tester: draws of one labelling only close the gate."""
    table = bags_from((NJ, TN), (0.5, 0.5), n_bags=14, rng=rng)
    truth = enumerate_mixture(table, [1, 1], 1 + 5.0 * RECIPES.proportions)
    bags = hf.Counts(table, categories=list(RECIPES.categories))
    fit = hf.fit(hf.Mixture(recipes=RECIPES, strength=5.0), bags, engine="smc", rng=rng)
    z_gate(*labelled_z(fit, truth, table))
    green = fit.draws["proportions"][:, :, RECIPES.categories.index("green")]
    swap = green[:, 0] > green[:, 1]
    draws = {
        name: np.where(swap.reshape(-1, *[1] * (values.ndim - 1)), values[:, ::-1], values)
        for name, values in fit.draws.items()
    }

    class OneLabelling:
        posterior = fit.posterior

    OneLabelling.draws = draws
    with pytest.raises(GateClosed):
        z_gate(*labelled_z(OneLabelling, truth, table))


# ---- many bags: the prior's odds ---------------------------------------------------------------------------


def log_prior(model, draws, *, order, categories) -> np.ndarray:
    """The prior's log density (S,) with the components in another order, but for what all orders share."""
    prior = model.prior_over(categories)
    value = np.log(draws["weights"][:, order]) @ (prior.weights.concentration - 1)
    logs = np.log(draws["proportions"][:, order])
    return value + np.einsum("skc,kc->s", logs, prior.concentration - 1)


def shares_of_orders(model, fit, truth) -> list[tuple[float, float, float]]:
    """Of each order of the components but that of the truth: its odds, those by the prior, and the error of both.

    By the prior: the mean over draws that have the order of the truth, of the ratio of its densities.
    """
    orders = list(permutations(range(len(truth))))
    logs = np.log(fit.draws["proportions"])
    fits = np.stack([np.einsum("skc,kc->s", logs[:, order], truth) for order in orders], axis=1)
    nearest = fits.argmax(axis=1)
    found = []
    own = (nearest == 0).astype(float)
    weights = fit.weights * own
    for j, order in enumerate(orders[1:], start=1):
        # A draw in order j has its components where the truth's order wants them by undoing it.
        back = np.argsort(order)
        here, there = (
            log_prior(model, fit.draws, order=list(one), categories=fit.data.categories)
            for one in (orders[0], back)
        )
        ratio = np.exp(there - here)
        by_prior = float((weights * ratio).sum() / weights.sum())
        counted = fit.posterior.health((nearest == j).astype(float) - by_prior * own)
        odds = float(fit.weights @ (nearest == j)) / weights.sum()
        spread = np.sqrt((weights**2 * (ratio - by_prior) ** 2).sum()) / weights.sum()
        found.append((odds, by_prior, float(np.hypot(counted.mcse / weights.sum(), spread))))
    return found


@pytest.mark.slow
def test_at_twenty_thousand_bags_the_other_labelling_keeps_its_seven_percent(rng):
    table = bags_from((NJ, TN), (0.4, 0.6), n_bags=20_000, rng=rng)
    model = hf.Mixture(recipes=RECIPES, strength=STRENGTH)
    with shapes_unchecked():
        fit = hf.fit(model, hf.Counts(table, categories=list(RECIPES.categories)), rng=rng)
    assert fit.engine == "laplace"
    assert fit.verdict.ok
    ((odds, by_prior, error),) = shares_of_orders(model, fit, RECIPES.proportions)
    print(f"odds {odds:.4f}, by the prior {by_prior:.4f} +- {error:.4f}; at the recipes {ODDS:.4f}")
    z_gate(odds, by_prior, error)
    # The recipes are known to a few in 10,000 by now, and 50 (r − s)/r times as much is the log odds'.
    spread = STRENGTH * np.sqrt(((NJ - TN) ** 2 / (0.4 * 55 * 20_000) * (1 / NJ + 1 / TN)).sum())
    z_gate(np.log(by_prior), np.log(ODDS), spread)


CASES = {
    "strength 20": ((0.4, 0.6), hf.Beta(1, 1), 20.0, (NJ, TN)),
    "strength 60": ((0.4, 0.6), hf.Beta(1, 1), 60.0, (NJ, TN)),
    "weights have a say": ((0.3, 0.7), hf.Beta(2, 5), 20.0, (NJ, TN)),
    "weights against recipes": ((0.3, 0.7), hf.Beta(4, 2), 40.0, (NJ, TN)),
    "equal weights": ((0.5, 0.5), hf.Beta(1, 1), 20.0, (NJ, TN)),
    "three": (
        (0.5, 0.3, 0.2),
        hf.Dirichlet([1, 1, 1]),
        7.0,
        ((0.6, 0.2, 0.2), (0.3, 0.5, 0.2), (0.3, 0.2, 0.5)),
    ),
    "three, unequal": (
        (0.5, 0.3, 0.2),
        hf.Dirichlet([3, 2, 1]),
        6.0,
        ((0.6, 0.2, 0.2), (0.3, 0.5, 0.2), (0.3, 0.2, 0.5)),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_odds_of_every_order_are_the_prior_s(name, rng):
    weights, prior, strength, recipes = CASES[name]
    recipes = np.array(recipes)
    table = bags_from(recipes, weights, n_bags=3_000, rng=rng)
    named = hf.Recipes(recipes, components=list("xyz")[: len(recipes)])
    model = hf.Mixture(recipes=named, strength=strength, weights=prior)
    with shapes_unchecked():
        fit = hf.fit(model, counts_of(table), engine="laplace", rng=rng)
    assert fit.engine == "laplace"
    assert fit.verdict.ok
    found = np.array(shares_of_orders(model, fit, recipes))
    print(found.round(4).tolist())
    z_gate(*found.T)
    assert found[:, 0].max() > 0.01  # there is something to see


def test_a_search_that_leaves_the_other_orders_out_is_seen(rng, monkeypatch):
    """The tester: with the modes in one order only, the odds are 0."""
    weights, prior, strength, recipes = CASES["strength 20"]
    table = bags_from(recipes, weights, n_bags=3_000, rng=rng)
    model = hf.Mixture(
        recipes=hf.Recipes(np.array(recipes), components=["x", "y"]), strength=strength, weights=prior
    )
    true = mixture_modes.modes

    def in_one_order(target, *, rng):
        peaks, pivot = true(target, rng=rng)
        return peaks[:1], pivot

    monkeypatch.setattr("handful.inference.mixture_laplace.modes", in_one_order)
    fit = hf.fit(model, counts_of(table), engine="laplace", rng=rng)
    with pytest.raises(GateClosed):
        z_gate(*np.array(shares_of_orders(model, fit, np.array(recipes))).T)


def test_exchangeable_components_have_no_other_labelling_to_show(rng):
    """Draws are put into one order: each order's share of them is all or nothing."""
    recipes = np.array([[0.6, 0.2, 0.2], [0.2, 0.3, 0.5]])
    table = bags_from(recipes, (0.7, 0.3), n_bags=300, rng=rng)
    fit = hf.fit(hf.Mixture(2), counts_of(table), rng=rng)
    assert fit.verdict.ok
    first = fit.draws["proportions"][:, 0, 0] > fit.draws["proportions"][:, 1, 0]
    assert fit.weights @ first > 0.9999
    mean = fit.posterior.health(fit.draws["weights"][:, 0])
    assert abs(mean.mean - 0.7) < 4.9 * np.hypot(stats.beta(210, 90).std(), mean.sd)
