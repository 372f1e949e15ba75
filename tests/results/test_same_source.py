"""P(two bags come from the same component): against all labellings, and whatever the components are called."""

import dataclasses
import math
from types import MappingProxyType

import numpy as np
import pytest
from scipy import special, stats
from tests.oracles.mixture import enumerate_mixture
from tests.statistical import mixture_worlds as worlds
from tests.testing_tools.gates import GateClosed, z_gate, z_limit
from tests.testing_tools.mixture_cases import UNKNOWN, mixture_cases

import handful as hf
from handful.inference.fit import fit
from handful.results import same_source as module
from handful.results.same_source import SameSource, same_source

ROUNDING = 1e-12
CASES = tuple(
    case
    for case in mixture_cases(40, np.random.default_rng(11))
    if len(case.table) > 1 and not worlds.is_one_source(case) and (case.known == UNKNOWN).any()
)


def pairs(matrix):
    return matrix[worlds.pairs_of(len(matrix))]


def check(found, truth, *, fit):
    """Every pair is within 4.9 of its own standard errors, or within what draws cannot have seen.

    An assignment of probability p is in none of n independent draws with probability (1 - p)^n: up to
    p = log(10^6 · pairs)/n that is no rarer than a false alarm, and no standard error tells of it.
    """
    families = np.bincount(fit.posterior.ancestor, fit.weights)
    n_pairs = truth.shape[0] * (truth.shape[0] - 1) // 2
    unseen = math.log(1e6 * n_pairs) * float(families @ families)
    error = pairs(found.mcse) + unseen / z_limit(quantities=n_pairs)
    z_gate(pairs(found.probabilities), pairs(truth), error)


@pytest.fixture(scope="module")
def known():
    """Three components; of some bags the component is known."""
    (case,) = [one for one in CASES if "recipes and labels" in one.name][:1]
    return case, fit(worlds.model_of(case), worlds.counts_of_case(case), rng=5)


# ---- against the sum over all labellings --------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES[:10], ids=lambda case: case.name)
def test_draws_from_all_assignments_agree_with_the_truth(case, seed):
    found = fit(
        worlds.model_of(case), worlds.counts_of_case(case), engine="enumeration", draws=20_000, rng=seed
    )
    check(same_source(found), worlds.truth_of(case).same_source, fit=found)


@pytest.mark.parametrize("case", CASES[1:5], ids=lambda case: case.name)
def test_relatives_among_the_draws_are_no_new_evidence(case, seed):
    found = fit(worlds.model_of(case), worlds.counts_of_case(case), engine="smc", rng=seed)
    check(same_source(found), worlds.truth_of(case).same_source, fit=found)


def test_the_check_can_fail(known):
    case, found = known
    truth = worlds.truth_of(case).same_source
    check(same_source(found), truth, fit=found)
    with pytest.raises(GateClosed):
        check(same_source(found), truth + 0.02 * (truth < 0.97), fit=found)


def test_fewer_draws_say_the_same_less_surely(known, monkeypatch):
    case, found = known
    every = same_source(found)
    monkeypatch.setattr(module, "MOST_PAIRS", 1)
    few = same_source(found)
    free = pairs((case.known[:, None] == UNKNOWN) | (case.known == UNKNOWN))
    assert (pairs(few.mcse)[free] > 2.0 * pairs(every.mcse)[free]).mean() > 0.9
    z_gate(
        pairs(few.probabilities), pairs(every.probabilities), pairs(few.mcse) + pairs(every.mcse) + ROUNDING
    )


# ---- mean and error by another way --------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ["enumeration", "smc"])
def test_mean_and_error_are_those_of_the_draws(known, engine):
    case, _ = known
    found = fit(worlds.model_of(case), worlds.counts_of_case(case), engine=engine, rng=3)
    at_each = worlds.same_source(found.draws, case.table, worlds.known_of(case))
    health = found.posterior.health(at_each)
    result = same_source(found)
    np.testing.assert_allclose(pairs(result.probabilities), health.mean, rtol=0, atol=1e-10)
    np.testing.assert_allclose(pairs(result.mcse), health.mcse, rtol=1e-6, atol=1e-10)
    assert (result.probabilities == result.probabilities.T).all()
    assert (np.diag(result.probabilities) == 1).all()
    assert (np.diag(result.mcse) == 0).all()


def test_some_rows_at_a_time_give_the_same(known, monkeypatch):
    _, found = known
    whole = same_source(found)
    monkeypatch.setattr(module, "AT_ONCE", 1)
    by_row = same_source(found)
    np.testing.assert_allclose(by_row.probabilities, whole.probabilities, rtol=0, atol=1e-12)
    np.testing.assert_allclose(by_row.mcse, whole.mcse, rtol=1e-9, atol=1e-12)


def test_bags_with_recipes_of_their_own_around_a_component():
    counts = hf.Counts([[9, 1, 2], [1, 9, 3], [8, 2, 2], [2, 8, 9]], categories=["a", "b", "c"])
    found = fit(hf.Mixture(2, overdispersed=True), counts, rng=4)
    logs = np.empty((found.posterior.n_draws, 4, 2))
    for b, bag in enumerate(counts.table):
        for k in range(2):
            alpha = found.draws["precision"][:, k, None] * found.draws["proportions"][:, k]
            weight = np.log(found.draws["weights"][:, k])
            logs[:, b, k] = weight + stats.dirichlet_multinomial.logpmf(bag, alpha, bag.sum())
    r = special.softmax(logs, axis=2)
    expected = np.einsum("s,sik,sjk->ij", found.weights, r, r)
    np.testing.assert_allclose(pairs(same_source(found).probabilities), pairs(expected), rtol=0, atol=1e-9)


# ---- laws -----------------------------------------------------------------------------------------------------


def test_it_is_the_same_whatever_the_components_are_called(known):
    _, found = known
    counts = hf.Counts([[9, 1], [1, 9], [8, 2], [5, 5], [8, 2]], categories=["a", "b"])
    found = fit(hf.Mixture(3), counts, rng=1)
    rng = np.random.default_rng(8)
    orders = rng.permuted(np.tile(np.arange(3), (found.posterior.n_draws, 1)), axis=1)
    rows = np.arange(len(orders))[:, None]
    shuffled = {name: values[rows, orders] for name, values in found.draws.items()}
    other = dataclasses.replace(
        found, posterior=dataclasses.replace(found.posterior, quantities=MappingProxyType(shuffled))
    )
    np.testing.assert_allclose(
        same_source(other).probabilities, same_source(found).probabilities, rtol=0, atol=1e-12
    )


def test_two_bags_of_equal_counts_are_a_pair_like_any_other():
    counts = hf.Counts([[4, 2], [2, 4], [4, 2]], categories=["a", "b"], ids=["x", "y", "z"])
    drawn = fit(hf.Mixture(2), counts, rng=1)
    found = same_source(drawn)
    truth = enumerate_mixture(counts.table, np.ones(2), np.ones((2, 2))).same_source
    assert truth[0, 2] < 0.98
    check(found, truth, fit=drawn)
    assert found.probabilities[0, 1] == found.probabilities[2, 1]


def test_with_one_component_all_bags_are_of_it():
    counts = hf.Counts([[9, 1], [1, 9]], categories=["a", "b"])
    assert same_source(fit(hf.Mixture(1), counts)).probabilities.tolist() == [[1, 1], [1, 1]]


# ---- exactly ----------------------------------------------------------------------------------------------------


def test_where_recipes_and_weights_are_known_it_is_exact(rng):
    recipes, weights = np.array([[0.2, 0.5, 0.3], [0.4, 0.3, 0.3], [0.0, 0.6, 0.4]]), [0.5, 0.2, 0.3]
    table = rng.multinomial(12, recipes[[0, 1, 2, 1, 0]])
    counts = hf.Counts(table, categories=["a", "b", "c"], labels={"from": ["", "", "P", "", "Q"]})
    named = hf.Recipes(recipes, components=["P", "Q", "R"], categories=["a", "b", "c"])
    for labels, told in ((None, np.full(5, UNKNOWN)), ("from", np.array([-1, -1, 0, -1, 1]))):
        found = fit(hf.Mixture(recipes=named, weights=hf.Fixed(weights), labels=labels), counts)
        truth = enumerate_mixture(table, None, None, told, weights=np.array(weights), recipes=recipes)
        assert same_source(found).mcse is None
        np.testing.assert_allclose(same_source(found).probabilities, truth.same_source, rtol=0, atol=1e-12)


def test_where_all_components_are_known_it_is_yes_or_no():
    names = ["P", "Q", "P", "Q"]
    counts = hf.Counts([[9, 1], [9, 1], [1, 9], [5, 5]], categories=["a", "b"], labels={"from": names})
    found = same_source(fit(hf.Mixture(2, labels="from"), counts))
    assert found.mcse is None
    assert found.probabilities.tolist() == [[float(i == j) for j in names] for i in names]


def test_two_bags_with_labels_are_certain_among_others(known):
    case, found = known
    result, told = same_source(found), np.flatnonzero(case.known != UNKNOWN)
    own = np.ix_(told, told)
    np.testing.assert_allclose(
        result.probabilities[own], case.known[told][:, None] == case.known[told], rtol=0, atol=ROUNDING
    )
    np.testing.assert_allclose(result.mcse[own], 0.0, atol=ROUNDING)


# ---- as a value ---------------------------------------------------------------------------------------------------


def test_it_is_a_value_with_a_table_and_a_sentence():
    counts = hf.Counts([[20, 0], [0, 20], [20, 0], [5, 5]], categories=["a", "b"], ids=["P", "<b>", "R", "S"])
    found = same_source(fit(hf.Mixture(2), counts, rng=1))
    assert found.bags == ("P", "<b>", "R", "S")
    with pytest.raises(ValueError, match="read-only"):
        found.probabilities[0, 0] = 0.5
    with pytest.raises(ValueError, match="read-only"):
        found.mcse[0, 0] = 0.5
    assert [row[0] for row in found.cells()] == ["bag", "P", "<b>", "R", "S"]
    one, two = ((pairs(found.probabilities) >= 0.9).sum(), (pairs(found.probabilities) <= 0.1).sum())
    assert two >= 2
    assert f"Of 6 pairs of bags, {one} " in repr(found)
    assert f"and {two} are of two" in repr(found)
    assert "&lt;b&gt;" in found._repr_html_()


def test_of_many_bags_only_the_sentence_is_printed_and_doubts_are():
    many = SameSource(
        tuple(map(str, range(30))), np.eye(30), None, hf.Verdict(ok=False, notes=("Too few draws.",))
    )
    assert repr(many) == (
        "Of 435 pairs of bags, 0 are of one component and 435 are of two with probability 0.90 or more.\n"
        "Note: Too few draws."
    )
    assert SameSource(("A",), np.eye(1), None, hf.Verdict()).words == "There are no two bags to compare."
    two = SameSource(("A", "B"), np.array([[1, 0.25], [0.25, 1]]), None, hf.Verdict())
    assert two.words == "The two bags come from one component with probability 0.250."


def test_without_bags_there_is_nothing_to_compare():
    found = same_source(fit(hf.Mixture(2), hf.Counts(np.zeros((0, 2)), categories=["a", "b"])))
    assert found.probabilities.shape == (0, 0)
    assert "no two bags" in repr(found)


def test_what_it_cannot_answer_is_a_sentence(rng):
    counts = hf.Counts([[9, 1], [1, 9]], categories=["a", "b"])
    with pytest.raises(hf.ParameterTypeError, match="needs the fit of a mixture"):
        same_source(fit(hf.Pooled(), counts))
    many = hf.Counts(rng.multinomial(5, [0.5, 0.5], size=2_001), categories=["a", "b"])
    recipes = hf.Recipes({"P": {"a": 0.3, "b": 0.7}, "Q": {"a": 0.6, "b": 0.4}})
    found = fit(hf.Mixture(recipes=recipes, weights=hf.Fixed([0.5, 0.5])), many)
    with pytest.raises(hf.ParameterError, match=r"2,001 bags have too many pairs: same_source is for 2,000"):
        same_source(found)
