"""Gibbs chains of mixtures against enumeration (A11), the joint distribution (A17) and the definition (A18)."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from scipy import stats
from tests.oracles.mixture import enumerate_mixture, numbered_by_appearance
from tests.testing_tools.four import CATEGORIES, TABLE
from tests.testing_tools.gates import GateClosed, bonferroni, frequencies, two_stage, z_gate

import handful as hf
from handful import mcmc
from handful.mcmc.gibbs import Gibbs, Parts
from handful.mcmc.mixture_chains import kernel_of

NOBODY = -1

# ---- A11: the exact distribution over all ways to divide the bags ------------------------------------------

SETS = {
    "two components": (
        [[3, 1, 2], [0, 4, 1], [2, 2, 2], [5, 0, 1], [1, 1, 4], [0, 0, 3], [2, 1, 0], [1, 3, 1]],
        2,
    ),
    "two, with equal bags": ([[2, 1], [2, 1], [0, 3], [4, 0], [1, 1], [0, 2], [3, 1], [2, 2]], 2),
    "three components": ([[4, 0, 1], [0, 5, 1], [1, 1, 3], [2, 2, 0], [0, 1, 4], [3, 1, 1]], 3),
    "three, with an empty bag": ([[4, 0], [0, 5], [2, 2], [0, 0], [1, 4], [3, 1]], 3),
}


def kernel(table, size, **changes):
    table = np.array(table)
    right = Gibbs(
        table, np.full(len(table), NOBODY), np.full(size, 1.5), np.full((size, table.shape[1]), 1.0)
    )
    return dataclasses.replace(right, **changes)


def partition_p_value(right, chain, *, sweeps=30):
    """Of many independent chains from random starts, how they divide the bags, against enumeration."""
    truth = enumerate_mixture(right.counts, right.weights, right.components, right.known).partitions()

    def p_value(rng, n_chains):
        parts = chain.start(n_chains, rng=rng)
        for _ in range(sweeps):
            parts = chain.sweep(parts, rng=rng)
        found, seen = np.unique(numbered_by_appearance(parts.assignments), axis=0, return_counts=True)
        by_partition = {tuple(map(int, one)): int(n) for one, n in zip(found, seen, strict=True)}
        assert set(by_partition) <= set(truth)
        return frequencies([by_partition.get(one, 0) for one in truth], list(truth.values()))

    return p_value


@pytest.mark.parametrize("name", SETS)
def test_A11_the_bags_are_divided_as_enumeration_says(name, rng):
    right = kernel(*SETS[name])
    two_stage(partition_p_value(right, right), rng, 25_000)


class BagCountedTwice(Gibbs):
    __slots__ = ()

    def probabilities(self, log_weights, log_proportions):
        true = super().probabilities(log_weights, log_proportions)
        return true**2 / (true**2).sum(axis=2, keepdims=True)


class TwoBagsNeverMoved(Gibbs):
    __slots__ = ()

    def sweep(self, parts, *, rng):
        found = super().sweep(parts, rng=rng)
        found.assignments[:, :2] = parts.assignments[:, :2]
        return found


class LastCategoryDropped(Gibbs):
    __slots__ = ()

    def proportions_given(self, assignments):
        found = super().proportions_given(assignments)
        found[:, :, -1] = self.components[:, -1]
        return found


def faulty(kind, right):
    return kind(*(getattr(right, field.name) for field in dataclasses.fields(Gibbs)))


FAULTS = {
    "a bag counts for more than it is": lambda right: faulty(BagCountedTwice, right),
    "two bags never move": lambda right: faulty(TwoBagsNeverMoved, right),
    "the last category is dropped": lambda right: faulty(LastCategoryDropped, right),
    "the weights prior is off by a tenth": lambda right: dataclasses.replace(
        right, weights=right.weights * 0.7
    ),
    "the recipes' prior is twice too strong": lambda right: dataclasses.replace(
        right, components=right.components * 2
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_A11_a_planted_fault_closes_the_gate(fault, rng):
    right = kernel(*SETS["two components"])
    with pytest.raises(GateClosed):
        two_stage(partition_p_value(right, FAULTS[fault](right)), rng, 8_000)


# ---- A17: parameters and bags drawn in turn stay as the prior has them --------------------------------------

B, C, TOTAL = 5, 3, 6
T, A = np.array([1.0, 2.0]), np.array([[1.0, 2.0, 0.7], [3.0, 1.0, 1.0]])


def drawn_bags(parts, rng):
    own = np.take_along_axis(parts.log_proportions, parts.assignments[:, :, None], axis=1)
    shares = np.exp(own)
    return rng.multinomial(TOTAL, shares / shares.sum(axis=2, keepdims=True))


def functions_of(parts, bags):
    """Five, squares and products of unlike parts among them."""
    weight, share = np.exp(parts.log_weights[:, 0]), np.exp(parts.log_proportions[:, 0, 0])
    first = (parts.assignments == 0).mean(axis=1)
    items = bags[:, :, 0].sum(axis=1) / (B * TOTAL)
    return np.column_stack([weight**2, share, weight * share, first * items, (items - first) ** 2])


def geweke_p_value(moves, kind=Gibbs):
    """Two samples, one of independent draws and one moved 25 times in turn: are they of one distribution?"""

    def prior(rng, n):
        start = Gibbs(np.zeros((n, B, C), dtype=np.int64), np.full(B, NOBODY), T, A)
        weights = start.draw_weights(np.full((n, B), NOBODY), rng=rng)
        recipes = start.draw_proportions(np.full((n, B), NOBODY), rng=rng)
        parts = Parts(start.draw_assignments(weights, recipes, rng=rng), weights, recipes)
        return parts, drawn_bags(parts, rng)

    def p_value(rng, n):
        parts, bags = prior(rng, n)
        for _ in range(25):
            own = kind(bags, np.full(B, NOBODY), T, A)
            for move in moves:
                parts = move(own, parts, rng)
            bags = drawn_bags(parts, rng)
        moved, fresh = functions_of(parts, bags), functions_of(*prior(rng, n))
        return bonferroni([stats.ks_2samp(a, b).pvalue for a, b in zip(moved.T, fresh.T, strict=True)])

    return p_value


def move_assignments(own, parts, rng):
    found = own.draw_assignments(parts.log_weights, parts.log_proportions, rng=rng)
    return dataclasses.replace(parts, assignments=found)


def move_weights(own, parts, rng):
    return dataclasses.replace(parts, log_weights=own.draw_weights(parts.assignments, rng=rng))


def move_proportions(own, parts, rng):
    return dataclasses.replace(parts, log_proportions=own.draw_proportions(parts.assignments, rng=rng))


MOVES = {
    "assignments": [move_assignments],
    "weights": [move_weights],
    "proportions": [move_proportions],
    "all": [move_assignments, move_weights, move_proportions],
    "backwards": [move_proportions, move_weights, move_assignments],
}


@pytest.mark.parametrize("name", MOVES)
def test_A17_parameters_and_bags_in_turn_stay_as_the_prior_has_them(name, rng):
    two_stage(geweke_p_value(MOVES[name]), rng, 20_000)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("assignments", BagCountedTwice), ("proportions", LastCategoryDropped), ("all", BagCountedTwice)],
)
def test_A17_a_planted_fault_closes_the_gate(name, kind, rng):
    with pytest.raises(GateClosed):
        two_stage(geweke_p_value(MOVES[name], kind), rng, 20_000)


# ---- A18: every conditional is the joint, seen from one side ------------------------------------------------


def log_joint(bags, z, weights, recipes):
    """By SciPy's densities, bag by bag."""
    found = stats.dirichlet.logpdf(weights, T) + sum(
        stats.dirichlet.logpdf(q, a) for q, a in zip(recipes, A, strict=True)
    )
    for bag, k in zip(bags, z, strict=True):
        found += math.log(weights[k]) + stats.multinomial.logpmf(bag, TOTAL, recipes[k])
    return found


def conditional_gaps(own, rng, n):
    """log p(x'|z) − log p(x|z) − (log p(x', z) − log p(x, z)) for each part of `n` states."""
    gaps = []
    for _ in range(n):
        z, other_z = rng.integers(0, 2, size=(2, B))
        w, other_w = rng.dirichlet(T, size=2)
        q, other_q = np.stack([[rng.dirichlet(a + 0.5) for a in A] for _ in range(2)])
        state = own.counts, z, w, q
        chances = own.probabilities(np.log(w)[None], np.log(q)[None])[0]
        of_z = np.log(chances[np.arange(B), other_z]).sum() - np.log(chances[np.arange(B), z]).sum()
        gaps.append(of_z - (log_joint(own.counts, other_z, w, q) - log_joint(*state)))
        t = own.weights_given(z[None])[0]
        of_w = stats.dirichlet.logpdf(other_w, t) - stats.dirichlet.logpdf(w, t)
        gaps.append(of_w - (log_joint(own.counts, z, other_w, q) - log_joint(*state)))
        a = own.proportions_given(z[None])[0]
        of_q = sum(
            stats.dirichlet.logpdf(other_q[k], a[k]) - stats.dirichlet.logpdf(q[k], a[k]) for k in range(2)
        )
        gaps.append(of_q - (log_joint(own.counts, z, w, other_q) - log_joint(*state)))
    return np.abs(gaps)


def some_bags(rng):
    return Gibbs(rng.multinomial(TOTAL, [0.5, 0.3, 0.2], size=B), np.full(B, NOBODY), T, A)


def test_A18_each_conditional_is_the_joint_seen_from_one_side(rng):
    assert conditional_gaps(some_bags(rng), rng, 700).max() <= 1e-9


@pytest.mark.parametrize("kind", [BagCountedTwice, LastCategoryDropped])
def test_A18_a_planted_fault_is_seen(kind, rng):
    assert conditional_gaps(faulty(kind, some_bags(rng)), rng, 20).max() > 1e-3


# ---- as a user calls it -------------------------------------------------------------------------------------

RECIPES = hf.Recipes(
    {"NJ": [0.25, 0.125, 0.125, 0.25, 0.125, 0.125], "TN": [0.207, 0.124, 0.198, 0.205, 0.131, 0.135]},
    categories=CATEGORIES,
)


def bags_of_four():
    return hf.Counts(TABLE, categories=CATEGORIES, ids=list("ABCD"))


@pytest.mark.parametrize(
    ("weights", "truth"),
    [
        (hf.Fixed([0.5, 0.5]), [0.651638, 0.082111, 0.942287, 0.164153]),
        (hf.Beta(1, 1), [0.582355, 0.110997, 0.885997, 0.192188]),
    ],
)
def test_the_four_bags_and_the_two_recipes(weights, truth, rng):
    """P(TN), the rows of the table in closed form."""
    model = hf.Mixture(recipes=RECIPES, weights=weights)
    chains = mcmc.gibbs(model, bags_of_four(), n_draws=4000, rng=rng)
    for bag, chance in zip("ABCD", truth, strict=True):
        is_tn = chains.values(f"assignments[{bag}]") == 2
        own = hf.diagnose(mcmc.Chains.of(is_tn, names=["TN"], acceptance=[1.0] * 4, sampler="gibbs"))
        z_gate(own.quantities[0].mean, chance, own.quantities[0].mcse)


def test_labels_are_data(rng):
    table = np.array([[6, 1], [5, 2], [1, 6], [2, 4], [3, 3]])
    bags = hf.Counts(table, categories=["blue", "brown"], labels={"box": ["x", "", "y", "", ""]})
    chains = mcmc.gibbs(hf.Mixture(2, labels="box"), bags, n_draws=5000, rng=rng)
    truth = enumerate_mixture(table, np.ones(2), np.ones((2, 2)), np.array([0, -1, 1, -1, -1]))
    found = hf.diagnose(chains)
    assert found.ok, found
    by_name = {one.name: one for one in found.quantities}
    means = [by_name["weights[x]"], by_name["proportions[y, brown]"]]
    z_gate(
        [one.mean for one in means], [truth.weights[0], truth.proportions[1, 1]], [one.mcse for one in means]
    )
    assert (chains.values("assignments[1]") == 1).all()


def test_exchangeable_labels_are_not_judged(rng):
    table = rng.multinomial(40, [[0.6, 0.2, 0.2]] * 6 + [[0.2, 0.2, 0.6]] * 6)
    chains = mcmc.gibbs(hf.Mixture(2), hf.Counts(table, categories=list("abc")), n_draws=2000, rng=3)
    assert "weights[1]" not in chains.judged
    found = hf.diagnose(chains)
    assert found.ok, found
    assert "labels" in found.notes[-1]


def test_what_is_known_is_no_reason_for_distrust(rng):
    for model in (
        hf.Mixture(recipes=RECIPES, weights=hf.Fixed([0.5, 0.5])),
        hf.Mixture(recipes=RECIPES),
        hf.Mixture(1),
    ):
        assert hf.diagnose(mcmc.gibbs(model, bags_of_four(), n_draws=2000, rng=rng)).ok


def test_mistakes_are_told_in_a_sentence():
    with pytest.raises(hf.EngineError, match="overdispersed"):
        mcmc.gibbs(hf.Mixture(2, overdispersed=True), bags_of_four())
    with pytest.raises(hf.ParameterTypeError, match="give a Mixture"):
        mcmc.gibbs(hf.Pooled(), bags_of_four())


def test_the_same_seed_gives_the_same_chains():
    one, two = (mcmc.gibbs(hf.Mixture(2), bags_of_four(), n_draws=20, rng=4) for _ in range(2))
    assert (one.draws == two.draws).all()
    unseeded = mcmc.gibbs(hf.Mixture(2), bags_of_four(), n_draws=20)
    again = mcmc.gibbs(hf.Mixture(2), bags_of_four(), n_draws=20, rng=unseeded.seed)
    assert (unseeded.draws == again.draws).all()


def test_a_colour_that_a_recipe_lacks_rules_it_out():
    impossible = hf.Recipes({"x": [0.5, 0.5, 0.0], "y": [0.2, 0.3, 0.5]}, categories=list("abc"))
    model = hf.Mixture(recipes=impossible)
    prior, table = model.prior_over(list("abc")), np.array([[1, 1, 1], [3, 0, 0]])
    with np.errstate(divide="ignore"):
        chances = kernel_of(prior, table, known=np.full(2, NOBODY)).probabilities(
            np.log([[0.5, 0.5]]), np.log(prior.recipes)[None]
        )[0]
    assert chances[0].tolist() == [0.0, 1.0]
    assert 0 < chances[1, 0] < 1
