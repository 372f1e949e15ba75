"""Mixtures whose posterior is exact: enumeration, known recipes, closed forms.

Rows A7, A8, A9, N2, N9, N10, N11 and N17, and the table of JOURNEYS section 0, against oracles that share no formula
with the package.
"""

from __future__ import annotations

import functools
import math
from collections import Counter

import mpmath
import numpy as np
import pytest
from scipy import special, stats
from tests.oracles import urn
from tests.oracles.gauss_jacobi_mixture import triple_quadrature
from tests.oracles.known_recipes import by_polynomials, by_quadrature
from tests.oracles.mixture import enumerate_mixture
from tests.oracles.mixture_urns import enumerate_slowly
from tests.statistical.mixture_worlds import (
    counts_of,
    counts_of_case,
    is_one_source,
    known_of,
    model_of,
    pairs_of,
    same_source,
    truth_of,
)
from tests.testing_tools import four
from tests.testing_tools.gates import z_gate
from tests.testing_tools.mixture_cases import UNKNOWN, mixture_cases

import handful as hf
from handful.distributions.dirichlet import SymmetricDirichlet
from handful.inference import dealt, known_recipes
from handful.inference.dealt import Dealt
from handful.inference.mixture import mixture_target
from handful.models.mixture_target import MixtureTarget

NEAR = 1e-10  # of an evidence; the oracles are right to so much
OF_MEANS = 1e-9
SIX_DIGITS = 1e-6
RECIPES = hf.Recipes(
    {"NJ": [0.25, 0.125, 0.125, 0.25, 0.125, 0.125], "TN": [0.207, 0.124, 0.198, 0.205, 0.131, 0.135]}
)
FOUR = hf.Counts(four.TABLE, categories=four.CATEGORIES, ids=four.BAGS)


def target_of(model, counts) -> MixtureTarget:
    return mixture_target(model, model.compress(counts), engine="enumeration")


def enumerated(model, counts, **kwargs):
    return hf.fit(model, counts, engine="enumeration", rng=1, **kwargs)


# ---- unknown recipes: enumeration -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cases():
    every = mixture_cases(60, np.random.default_rng(7))
    return [case for case in every if not is_one_source(case)]


def order_of(case) -> np.ndarray:
    """The case's component in the place of each of the package's: labels name the first ones, where recipes do not."""
    named = np.unique(case.known[case.known != UNKNOWN])
    if case.recipes is not None:
        return np.arange(len(case.weights_concentration))
    return np.concatenate([named, np.setdiff1d(np.arange(len(case.weights_concentration)), named)])


def second_moments(case, truth) -> tuple[np.ndarray, np.ndarray]:
    """E θ² (K,) and E q² (K, C), over all labellings: given one, all are Dirichlets."""
    members = np.stack([truth.labellings == k for k in range(len(truth.weights))], axis=2)
    t, a = case.weights_concentration + members.sum(axis=1), case.component_concentrations
    items = a + np.einsum("mbk,bc->mkc", members.astype(float), case.table)
    found = []
    for one in (t, items):
        whole = one.sum(axis=-1, keepdims=True)
        found.append(np.tensordot(truth.probabilities, one * (one + 1) / (whole * (whole + 1)), axes=1))
    return found[0], found[1]


def test_enumeration_agrees_with_brute_force(cases):
    for case in cases:
        truth, fit = truth_of(case), enumerated(model_of(case), counts_of_case(case))
        assert fit.log_evidence.value == pytest.approx(truth.log_evidence, abs=NEAR), case.name
        assert (fit.log_evidence.error, fit.engine) == (0.0, "enumeration")
        assert fit.verdict.ok
        assert (fit.posterior.exact is None) == any(
            "Nothing but their numbers" in note for note in fit.verdict.notes
        )


def test_moments_and_assignments_agree_with_brute_force(cases):
    for case in cases:
        truth, counts, order = truth_of(case), counts_of_case(case), order_of(case)
        statistic = model_of(case).compress(counts)
        found = Dealt.of(target_of(model_of(case), counts)).moments()
        assert found.mean["weights"] == pytest.approx(truth.weights[order], abs=OF_MEANS), case.name
        assert found.mean["proportions"] == pytest.approx(truth.proportions[order], abs=OF_MEANS)
        assert found.assignments[statistic.row_of_bag] == pytest.approx(
            truth.assignments[:, order], abs=OF_MEANS
        )
        squares = second_moments(case, truth)
        for name, mean, square in zip(
            ("weights", "proportions"), (truth.weights, truth.proportions), squares, strict=True
        ):
            assert found.sd[name] == pytest.approx(np.sqrt(square - mean**2)[order], abs=1e-8), name


def test_draws_are_from_the_exact_posterior(cases):
    """Independent ones: same-source probabilities, the next bag and, of two components, the larger weight."""
    z = []
    for case in cases[::3]:
        truth, fit = truth_of(case), enumerated(model_of(case), counts_of_case(case))
        weights, proportions = fit.draws["weights"], fit.draws["proportions"]
        found = [np.einsum("sk,skc->sc", weights, proportions)]
        expected = [truth.predictive]
        if truth.sorted_weights is not None:
            found.append(weights.max(axis=1)[:, None])
            expected.append(truth.sorted_weights[:1])
        one, other = pairs_of(len(case.table))
        uncertain = (truth.same_source[one, other] > 0.02) & (truth.same_source[one, other] < 0.98)
        same = same_source(fit.draws, case.table, known_of(case))
        found.append(same[:, uncertain])
        expected.append(truth.same_source[one, other][uncertain])
        health = fit.posterior.health(np.concatenate(found, axis=1))
        z.append(np.column_stack([health.mean, np.concatenate(expected), health.mcse]))
    z_gate(*np.concatenate(z).T)


def test_components_in_display_order_have_falling_weights(cases):
    for case in cases:
        if case.exchangeable:
            fit = enumerated(model_of(case), counts_of_case(case))
            mean = fit.weights @ fit.draws["weights"]
            assert (np.diff(mean) <= 1e-12).all()


def small_bags(rng, *, most_bags, most_items, n_categories):
    recipes = rng.dirichlet(np.ones(n_categories), size=2)
    totals = rng.integers(0, most_items + 1, size=rng.integers(1, most_bags + 1))
    table = rng.multinomial(totals, recipes[rng.integers(2, size=len(totals))])
    return np.vstack([table, table[:1]])


def test_A7_enumeration_agrees_with_gauss_jacobi(rng):
    for _ in range(20):
        table = small_bags(rng, most_bags=8, most_items=20, n_categories=2)
        t, a = 0.5 + rng.gamma(2.0, size=2), 0.5 + rng.gamma(2.0, size=2)
        truth = triple_quadrature(table, t, np.tile(a, (2, 1)))
        model = hf.Mixture(2, prior=hf.Dirichlet(a), weights=hf.Dirichlet(t))
        fit = enumerated(model, counts_of(table))
        assert fit.log_evidence.value == pytest.approx(truth.log_evidence, abs=NEAR)
        if fit.posterior.exact is not None:
            assert fit.posterior.exact.mean["weights"] == pytest.approx(truth.weights, abs=OF_MEANS)


def test_enumeration_agrees_with_urns_at_fifty_digits(rng):
    for number in range(8):
        size = 1 + number % 3
        table = small_bags(rng, most_bags=3, most_items=9, n_categories=3)
        t, a = 0.3 + rng.gamma(2.0, size=size), 0.3 + rng.gamma(2.0, size=3)
        truth = enumerate_slowly(table, t, np.tile(a, (size, 1)))
        weights = hf.Dirichlet(t) if size > 1 else SymmetricDirichlet(1.0)
        model = hf.Mixture(size, prior=hf.Dirichlet(a), weights=weights)
        fit = hf.fit(model, counts_of(table), rng=1)
        assert fit.log_evidence.value == pytest.approx(truth["log_evidence"], abs=NEAR)


@pytest.mark.parametrize("chunk", [1, 5, 1 << 20])
def test_how_many_dealings_are_taken_at_once_does_not_matter(chunk, cases, monkeypatch):
    case = cases[0]
    whole = enumerated(model_of(case), counts_of_case(case)).log_evidence.value
    few = case.table[:5]
    expected = enumerated(hf.Mixture(3), counts_of(few)).log_evidence.value
    monkeypatch.setattr("handful.inference.dealings.AT_ONCE", chunk)
    assert enumerated(hf.Mixture(3), counts_of(few)).log_evidence.value == pytest.approx(expected, abs=NEAR)
    if chunk > 1000:
        found = enumerated(model_of(case), counts_of_case(case)).log_evidence.value
        assert found == pytest.approx(whole, abs=NEAR)


def test_known_weights_are_enumerated_too(rng):
    table = rng.multinomial(20, [0.5, 0.3, 0.2], size=6)
    model = hf.Mixture(3, weights=hf.Fixed([0.2, 0.5, 0.3]), prior=hf.Dirichlet([1, 2, 0.5]))
    truth = enumerate_mixture(table, None, np.tile([1, 2, 0.5], (3, 1)), weights=[0.2, 0.5, 0.3])
    fit = hf.fit(model, counts_of(table), rng=1)
    assert fit.engine == "enumeration"
    assert fit.log_evidence.value == pytest.approx(truth.log_evidence, abs=NEAR)
    exact = fit.posterior.exact
    assert exact.assignments[fit.statistic.row_of_bag] == pytest.approx(truth.assignments, abs=OF_MEANS)
    assert exact.mean["weights"] == pytest.approx([0.2, 0.5, 0.3], rel=1e-15)
    assert exact.sd["weights"] == pytest.approx([0, 0, 0], abs=1e-7)
    assert (fit.draws["weights"] == [0.2, 0.5, 0.3]).all()


# ---- A8: one component, more components than bags, equal recipes -------------------------------------------


@pytest.mark.parametrize("engine", [None, "enumeration", "smc"])
def test_A8_one_component_is_the_pooled_model(engine, rng):
    for n_categories in (2, 4, 6):
        table = small_bags(rng, most_bags=6, most_items=60, n_categories=n_categories)
        prior = hf.Dirichlet(0.3 + rng.gamma(2.0, size=n_categories))
        pooled = hf.fit(hf.Pooled(prior), counts_of(table))
        fit = hf.fit(hf.Mixture(1, prior=prior), counts_of(table), engine=engine, rng=1)
        z = abs(fit.log_evidence.value - pooled.log_evidence.value)
        assert z <= NEAR + 4.9 * fit.log_evidence.error
        if engine is None:
            assert isinstance(fit, hf.ExactFit)
            assert fit.reason == "there is one component, so the posterior is known in closed form"
            assert fit.posterior.weights is None
            found = fit.posterior.recipes[0].concentration
            assert found == pytest.approx(pooled.posterior.concentration, rel=1e-14)


def log_evidence_by_partitions(table, *, size, t, a):
    """The sum over all ways to divide the bags by source: K!/(K − m)! labellings have the same m blocks."""
    found = mpmath.mpf(0)
    for blocks in partitions(list(range(len(table)))):
        if len(blocks) > size:
            continue
        chance = mpmath.mpf(math.perm(size, len(blocks)))
        chance *= mpmath.fprod(mpmath.rf(t, len(block)) for block in blocks) / mpmath.rf(size * t, len(table))
        for block in blocks:
            chance *= mpmath.exp(of_block(tuple(map(tuple, table[block].tolist())), a))
        found += chance
    return float(mpmath.log(found))


@functools.cache
def of_block(rows, a):
    return urn.log_evidence(rows, a)


def partitions(bags):
    """Every way to divide a list into blocks."""
    if not bags:
        yield []
        return
    first, *rest = bags
    for one in partitions(rest):
        yield [[first], *one]
        for i, block in enumerate(one):
            yield [*one[:i], [first, *block], *one[i + 1 :]]


@pytest.mark.parametrize(("n_bags", "size"), [(1, 5), (2, 2), (3, 4), (3, 30), (5, 7), (6, 3)])
def test_A8_more_components_than_bags_by_exact_partitions(n_bags, size, rng):
    """Row N10: the components that filled no bag add nothing, and no K! is missing."""
    table = rng.multinomial(rng.integers(0, 12, size=n_bags), [0.5, 0.2, 0.3])
    expected = log_evidence_by_partitions(table, size=size, t=0.75, a=("1/2", 1, 2))
    model = hf.Mixture(size, prior=hf.Dirichlet([0.5, 1, 2]), weights=hf.Dirichlet(np.full(size, 0.75)))
    fit = enumerated(model, counts_of(table))
    assert fit.log_evidence.value == pytest.approx(expected, abs=NEAR)
    told = Counter("filled none" in note for note in fit.verdict.notes)[True]
    some = int((table.sum(axis=1) > 0).sum())
    assert told == int(size > n_bags and some != 1)
    mean = fit.weights @ fit.draws["weights"]
    assert mean.sum() == pytest.approx(1.0)


def test_N10_an_empty_component_has_its_prior(rng):
    """Two labelled bags, three components: the third, which filled nothing, is what its prior says."""
    bags = hf.Counts([[9, 3], [2, 8]], categories=["a", "b"], labels={"box": ["x", "y"]})
    model = hf.Mixture(3, prior=hf.Dirichlet([2, 3]), labels="box")
    fit = hf.fit(model, bags)
    assert isinstance(fit, hf.ExactFit)
    assert [one.concentration.tolist() for one in fit.posterior.recipes] == [[11, 6], [4, 11], [2, 3]]
    assert fit.posterior.weights.concentration.tolist() == [2, 2, 1]
    assert fit.posterior.names == ("x", "y", "1")


@pytest.mark.parametrize("weights", [hf.Dirichlet([0.7, 2.0]), hf.Fixed([0.25, 0.75])], ids=str)
def test_A8_two_equal_recipes_are_one(weights, rng):
    table = small_bags(rng, most_bags=6, most_items=60, n_categories=3)
    share = [0.2, 0.5, 0.3]
    twice = hf.Recipes({"x": share, "y": share})
    once = hf.fit(hf.Pooled(hf.Fixed(share)), counts_of(table)).log_evidence.value
    fit = hf.fit(hf.Mixture(recipes=twice, weights=weights), counts_of(table), rng=1)
    assert fit.log_evidence.value == pytest.approx(once, abs=NEAR)
    near = hf.fit(hf.Mixture(recipes=twice, strength=1e9, weights=weights), counts_of(table), rng=1)
    # Of n items a Dirichlet of size s differs from its mean by about n²/s.
    assert near.log_evidence.value == pytest.approx(once, abs=10 * table.sum() ** 2 / 1e9)


# ---- known recipes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("labelled", [False, True])
@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_A9_known_recipes_agree_with_brute_force(size, labelled, rng):
    for _ in range(5):
        table = small_bags(rng, most_bags=6, most_items=30, n_categories=4)
        recipes = rng.dirichlet(np.ones(4), size=size)
        recipes[0, 0] = 0.0 if size > 1 else recipes[0, 0]
        recipes /= recipes.sum(axis=1, keepdims=True)
        t = 0.3 + rng.gamma(2.0, size=size)
        known = np.full(len(table), UNKNOWN)
        if labelled:
            known[: max(1, len(table) // 3)] = size - 1
            known[-1] = UNKNOWN
        truth = by_polynomials(table, t, recipes, known)
        model = hf.Mixture(
            recipes=hf.Recipes(recipes, components=[f"source {k}" for k in range(size)]),
            weights=hf.Dirichlet(t) if size > 1 else SymmetricDirichlet(1.0),
            labels="source" if (known != UNKNOWN).any() else None,
        )
        fit = hf.fit(model, counts_of(table, known, n_components=size), rng=1)
        assert fit.log_evidence.value == pytest.approx(truth.log_evidence, abs=NEAR)
        if size == 1:
            assert fit.engine == "exact"
            continue
        assert fit.engine == "enumeration"
        exact = fit.posterior.exact
        assert exact.assignments[fit.statistic.row_of_bag] == pytest.approx(truth.assignments, abs=OF_MEANS)
        assert exact.mean["weights"] == pytest.approx(truth.weights, abs=OF_MEANS)
        assert exact.mean["proportions"] == pytest.approx(recipes, rel=1e-15)
        health = fit.posterior.health(fit.draws["weights"])
        z_gate(health.mean, truth.weights, health.mcse)
        z_gate(health.sd, exact.sd["weights"], exact.sd["weights"] * math.sqrt(3 / 4_000))


def two_factories(n_bags, rng, *, share=0.7):
    origins = (rng.random(n_bags) < share).astype(int)
    return rng.multinomial(55, RECIPES.proportions[origins])


def test_A9_two_recipes_and_200_bags_agree_with_quadrature(rng):
    table = two_factories(200, rng)
    truth = by_quadrature(table, [2.0, 0.7], RECIPES.proportions)
    model = hf.Mixture(recipes=RECIPES, weights=hf.Beta(2.0, 0.7))
    fit = hf.fit(model, counts_of(table), rng=1)
    assert fit.engine == "enumeration"
    assert fit.log_evidence.value == pytest.approx(truth.log_evidence, abs=1e-9)
    exact = fit.posterior.exact
    assert exact.assignments[fit.statistic.row_of_bag] == pytest.approx(truth.assignments, abs=OF_MEANS)
    assert exact.mean["weights"] == pytest.approx(truth.weights, abs=OF_MEANS)
    square = truth.nodes**2 @ truth.masses - (truth.nodes @ truth.masses) ** 2
    assert exact.sd["weights"] == pytest.approx(np.sqrt(square), abs=OF_MEANS)


@pytest.mark.slow
def test_A9_ten_thousand_bags_are_finite_and_symmetric(rng):
    """Bags turned round from recipes turned round: both are alike, and the sum of 10^8 numbers says so."""
    half = rng.multinomial(55, RECIPES.proportions[1], size=5_000)
    turned = RECIPES.proportions[1][::-1]
    table = np.vstack([half, half[:, ::-1]])
    recipes = hf.Recipes([RECIPES.proportions[1], turned], components=["this", "that"])
    model = hf.Mixture(recipes=recipes, weights=hf.Beta(1.5, 1.5))
    fit = enumerated(model, counts_of(table))
    exact, bags = fit.posterior.exact, fit.statistic.row_of_bag
    assert np.isfinite(fit.log_evidence.value)
    of_bag = exact.assignments[bags]
    assert np.isfinite(of_bag).all()
    assert of_bag.sum(axis=1) == pytest.approx(1.0, abs=1e-9)
    assert of_bag[:5_000] == pytest.approx(of_bag[5_000:, ::-1], abs=OF_MEANS)
    assert exact.mean["weights"] == pytest.approx([0.5, 0.5], abs=OF_MEANS)
    truth = by_quadrature(table, [1.5, 1.5], recipes.proportions, most_nodes=400)
    assert fit.log_evidence.value == pytest.approx(truth.log_evidence, abs=1e-7)  # of 10^5: twelve digits
    assert of_bag == pytest.approx(truth.assignments, abs=1e-8)


def test_what_known_recipes_keep_in_mind_is_small(monkeypatch):
    """Tables are kept for about √B bags at a time, not for all."""
    kept = []
    true = known_recipes._on
    monkeypatch.setattr(known_recipes, "_on", lambda table, rows: kept.append(len(rows)) or true(table, rows))
    known_recipes.summed(np.log(np.full((100, 2), 0.5)), np.ones(2))
    assert max(kept) <= 10


# ---- closed forms -----------------------------------------------------------------------------------------


def test_all_labels_known_is_one_urn_a_component(rng):
    table = small_bags(rng, most_bags=8, most_items=40, n_categories=3)
    known = np.arange(len(table)) % 2
    a = (2, "1/2", 3)
    bags = counts_of(table, known, n_components=2)
    model = hf.Mixture(2, prior=hf.Dirichlet([2, 0.5, 3]), weights=hf.Beta(3, 1), labels="source")
    fit = hf.fit(model, bags)
    assert isinstance(fit, hf.ExactFit)
    expected = sum(urn.log_evidence(table[known == k].tolist(), a) for k in range(2))
    assert fit.log_evidence.value == pytest.approx(expected, abs=NEAR)
    assert fit.posterior.weights.concentration.tolist() == (np.array([3, 1]) + np.bincount(known)).tolist()
    for k, recipe in enumerate(fit.posterior.recipes):
        assert recipe.concentration == pytest.approx(np.array([2, 0.5, 3]) + table[known == k].sum(axis=0))
    # The evidence is that of the counts given the labels: the prior on the weights has no say.
    other = hf.Mixture(2, prior=hf.Dirichlet([2, 0.5, 3]), weights=hf.Fixed([0.9, 0.1]), labels="source")
    assert hf.fit(other, bags).log_evidence.value == pytest.approx(expected, abs=NEAR)


def test_known_recipes_and_weights_leave_each_bag_to_itself(rng):
    table = small_bags(rng, most_bags=8, most_items=40, n_categories=6)
    model = hf.Mixture(recipes=RECIPES, weights=hf.Fixed([0.3, 0.7]))
    fit = hf.fit(model, counts_of(table))
    pmf = np.stack([stats.multinomial.logpmf(table, table.sum(axis=1), q) for q in RECIPES.proportions])
    expected = special.logsumexp(pmf + np.log([[0.3], [0.7]]), axis=0).sum()
    assert fit.log_evidence.value == pytest.approx(expected, abs=1e-9)
    assert fit.engine == "exact"


# ---- JOURNEYS section 0 -----------------------------------------------------------------------------------

OF_TN = {
    "fixed": (0.651638, 0.082111, 0.942287, 0.164153),
    "unknown": (0.582355, 0.110997, 0.885997, 0.192188),
}
SHARE_OF_TN = 0.461923


def test_J0_with_known_weights():
    model = hf.Mixture(recipes=RECIPES, weights=hf.Fixed([0.5, 0.5]))
    fit = hf.fit(model, FOUR)
    assert fit.engine == "exact"
    target = target_of(model, FOUR)
    at = target.layout.split(np.zeros((1, 0)))
    found = target.likelihood.assignments(at, np.ones(1))[1, fit.statistic.row_of_bag]
    assert found == pytest.approx(OF_TN["fixed"], abs=SIX_DIGITS)


def test_J0_with_unknown_weights():
    fit = hf.fit(hf.Mixture(recipes=RECIPES), FOUR, rng=1)
    exact = fit.posterior.exact
    found = exact.assignments[fit.statistic.row_of_bag, 1]
    assert found == pytest.approx(OF_TN["unknown"], abs=SIX_DIGITS)
    assert exact.mean["weights"][1] == pytest.approx(SHARE_OF_TN, abs=SIX_DIGITS)


@pytest.mark.parametrize("engine", ["smc", "laplace"])
def test_J0_by_draws(engine):
    """Sampled answers within their own error."""
    fit = hf.fit(hf.Mixture(recipes=RECIPES), FOUR, engine=engine, rng=1)
    share = fit.posterior.health(fit.draws["weights"][:, 1])
    z_gate(share.mean, SHARE_OF_TN, share.mcse)
    logs = np.log(fit.draws["weights"])[:, None, :] + FOUR.table @ np.log(RECIPES.proportions).T
    from_tn = fit.posterior.health(special.softmax(logs, axis=2)[:, :, 1])
    z_gate(from_tn.mean, OF_TN["unknown"], from_tn.mcse)


# ---- N2, N9, N11, N13 --------------------------------------------------------------------------------------


def test_N2_empty_bags_change_nothing_but_the_number_of_bags(rng):
    table = rng.multinomial(20, [0.5, 0.3, 0.2], size=5)
    plain = enumerated(hf.Mixture(2), counts_of(table))
    with_empty = enumerated(hf.Mixture(2), counts_of(np.vstack([table, np.zeros((2, 3), dtype=int)])))
    assert with_empty.log_evidence.value == pytest.approx(plain.log_evidence.value, abs=NEAR)
    assert "2 empty bags tell nothing." in with_empty.verdict.notes
    # An empty bag comes from where bags come from: its assignment is the mean of the weights.
    model = hf.Mixture(2, weights=hf.Beta(3, 1), prior=hf.Dirichlet([1, 2, 1]))
    fit = enumerated(model, counts_of(np.vstack([table, np.zeros((1, 3), dtype=int)])))
    exact = fit.posterior.exact
    truth = enumerate_mixture(table, [3, 1], np.tile([1, 2, 1], (2, 1)))
    found = exact.assignments[fit.statistic.row_of_bag[-1]]
    assert found == pytest.approx(truth.weights, abs=OF_MEANS)
    assert exact.mean["weights"] == pytest.approx(truth.weights, abs=OF_MEANS)


@pytest.mark.parametrize("size", [2, 3])
def test_N9_one_bag_is_answered_exactly_and_tells_nothing_of_components(size):
    bags = hf.Counts([[12, 7, 9]], categories=["a", "b", "c"], ids=["A"])
    fit = hf.fit(hf.Mixture(size), bags, rng=1)
    assert fit.log_evidence.value == pytest.approx(urn.log_evidence([[12, 7, 9]], (1, 1, 1)), abs=NEAR)
    assert (
        "One bag cannot tell components apart: the weights and the recipes come from the priors, nearly."
        in fit.verdict.notes
    )
    assert fit.verdict.ok
    weights = fit.posterior.health(np.sort(fit.draws["weights"], axis=1))
    prior = np.random.default_rng(1).dirichlet(np.ones(size), size=200_000)
    expected = np.sort(prior, axis=1)
    error = np.hypot(weights.mcse, expected.std(axis=0) / math.sqrt(200_000))
    z_gate(weights.mean, expected.mean(axis=0), error)


def test_N11_bags_all_alike_have_no_false_mode(rng):
    """Thirty equal bags: their shares are known well, and the weight of a second component is what the prior says."""
    table = np.tile([12, 7, 9, 11, 8, 8], (30, 1))
    fit = hf.fit(hf.Mixture(2), counts_of(table), rng=1)
    assert fit.engine == "enumeration"  # of 31 dealings
    assert fit.verdict.ok
    expected = log_evidence_of_equal_bags([12, 7, 9, 11, 8, 8], n_bags=30)
    assert fit.log_evidence.value == pytest.approx(expected, abs=NEAR)
    assert np.isfinite(fit.draws["proportions"]).all()


def log_evidence_of_equal_bags(bag, *, n_bags):
    """Σ_n C(B, n) ∫θ^n (1 − θ)^(B − n) dθ p(n bags) p(B − n bags) at 50 digits; the integral is 1/((B + 1) C(B, n))."""
    with mpmath.workdps(50):
        terms = [
            mpmath.exp(of_bags(bag, n) + of_bags(bag, n_bags - n)) / (n_bags + 1) for n in range(n_bags + 1)
        ]
        return float(mpmath.log(mpmath.fsum(terms)))


def of_bags(bag, n):
    """The log evidence of n equal bags under one flat recipe."""
    total, size = sum(bag), len(bag)
    coefficient = mpmath.loggamma(total + 1) - mpmath.fsum(mpmath.loggamma(k + 1) for k in bag)
    after = mpmath.fsum(mpmath.loggamma(1 + n * k) for k in bag) - mpmath.loggamma(size + n * total)
    return n * coefficient + after + mpmath.loggamma(size)


@pytest.mark.parametrize(
    "model", [hf.Mixture(2), hf.Mixture(recipes=RECIPES), hf.Mixture(recipes=RECIPES, strength=5)]
)
@pytest.mark.parametrize("n_bags", [0, 2])
def test_N13_without_items_the_answer_is_the_prior(model, n_bags):
    bags = hf.Counts(np.zeros((n_bags, 6), dtype=int), categories=four.CATEGORIES)
    fit = hf.fit(model, bags, rng=1)
    assert fit.log_evidence.value == pytest.approx(0.0, abs=1e-12)
    assert "Nothing was counted: the answer is the prior." in fit.verdict.notes
    assert fit.verdict.ok


# ---- impossible bags --------------------------------------------------------------------------------------

NARROW = hf.Recipes({"x": {"a": 0.5, "b": 0.5, "c": 0}, "y": {"a": 0.4, "b": 0, "c": 0.6}})


@pytest.mark.parametrize("engine", [None, "smc", "laplace", "enumeration"])
def test_N17_a_bag_that_no_recipe_can_fill_is_named(engine):
    bags = hf.Counts([[3, 1, 0], [0, 2, 1], [1, 1, 1]], categories=["a", "b", "c"], ids=["A", "B", "C"])
    with pytest.raises(hf.ImpossibleData) as caught:
        hf.fit(hf.Mixture(recipes=NARROW), bags, engine=engine, rng=1)
    assert caught.value.bag == "B"
    assert "B" in str(caught.value)


@pytest.mark.parametrize("weights", [hf.Fixed([0.5, 0.5]), hf.Fixed([1.0, 0.0])], ids=str)
def test_N17_with_known_weights(weights):
    """A component whose weight is 0 fills no bag."""
    bags = hf.Counts([[3, 1, 0], [1, 0, 1]], categories=["a", "b", "c"], ids=["A", "B"])
    model = hf.Mixture(recipes=NARROW, weights=weights)
    if weights.proportions[1] > 0:
        assert np.isfinite(hf.fit(model, bags).log_evidence.value)
        return
    with pytest.raises(hf.ImpossibleData) as caught:
        hf.fit(model, bags)
    assert (caught.value.bag, caught.value.category) == ("B", "c")


def test_N17_a_label_can_make_a_bag_impossible():
    bags = hf.Counts(
        [[3, 1, 0], [1, 0, 1]], categories=["a", "b", "c"], ids=["A", "B"], labels={"box": ["", "x"]}
    )
    with pytest.raises(hf.ImpossibleData) as caught:
        hf.fit(hf.Mixture(recipes=NARROW, labels="box"), bags, rng=1)
    assert (caught.value.bag, caught.value.category) == ("B", "c")


def test_a_zero_makes_a_component_impossible_for_some_bags_only():
    bags = hf.Counts([[3, 1, 0], [1, 0, 1], [2, 0, 0]], categories=["a", "b", "c"])
    fit = hf.fit(hf.Mixture(recipes=NARROW), bags, rng=1)
    found = fit.posterior.exact.assignments[fit.statistic.row_of_bag]
    assert found[:2] == pytest.approx(np.eye(2), abs=1e-14)
    assert (found[0, 1], found[1, 0]) == (0, 0)
    assert 0 < found[2, 0] < 1


# ---- what enumeration will not do -------------------------------------------------------------------------


def test_too_many_assignments_are_refused(rng):
    bags = counts_of(rng.multinomial(55, [0.5, 0.3, 0.2], size=40))
    with pytest.raises(hf.EngineError, match="while they are few"):
        enumerated(hf.Mixture(3), bags)
    with pytest.raises(hf.EngineError, match="while they are few"):
        enumerated(hf.Mixture(2, overdispersed=True), counts_of(np.array([[3, 1], [2, 2]])))


def test_faint_dealings_are_left_out_without_a_trace(cases, monkeypatch):
    """Of moments: those below 1e-20 change no digit."""
    case = next(one for one in cases if len(one.table) >= 8)
    target = target_of(model_of(case), counts_of_case(case))
    found = Dealt.of(target).moments()
    monkeypatch.setattr(dealt, "FAINTEST", -1.0)
    every = Dealt.of(target).moments()
    assert found.mean["proportions"] == pytest.approx(every.mean["proportions"], abs=1e-13)
    assert found.assignments == pytest.approx(every.assignments, abs=1e-13)
