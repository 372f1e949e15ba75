"""The oracles for mixtures, held to each other: no two of them share a formula, and none the package's code."""

from __future__ import annotations

from itertools import permutations

import mpmath
import numpy as np
import pytest

from tests.oracles import dirichlet_multinomial, urn
from tests.oracles.gauss_jacobi_mixture import triple_quadrature
from tests.oracles.known_recipes import Product, by_polynomials, by_quadrature, chances_of, moments_of
from tests.oracles.mixture import enumerate_mixture, mean_of_larger
from tests.oracles.mixture_urns import enumerate_slowly
from tests.testing_tools import four
from tests.testing_tools.gates import z_gate
from tests.testing_tools.mixture_cases import mixture_cases

NEAR = 1e-10  # rows A7 to A9
SIX_DIGITS = 1e-6
NJ = ("0.25", "0.125", "0.125", "0.25", "0.125", "0.125")
TN = ("0.207", "0.124", "0.198", "0.205", "0.131", "0.135")
RECIPES = np.array([NJ, TN], dtype=float)
OF_LABELLINGS = ("log_evidence", "assignments", "same_source", "weights")
EVERYTHING = (*OF_LABELLINGS, "proportions", "predictive")


def agree(found, truth, names, *, within=NEAR):
    """Every named quantity is the same to `within`."""
    for name in names:
        one = found[name] if isinstance(found, dict) else getattr(found, name)
        assert one == pytest.approx(getattr(truth, name), abs=within, rel=0), name


def small_bags(rng, *, most_bags, most_items, n_categories) -> np.ndarray:
    """Some bags from two recipes, empty ones and equal ones among them."""
    recipes = rng.dirichlet(np.ones(n_categories), size=2)
    origins = rng.integers(2, size=rng.integers(1, most_bags + 1))
    table = rng.multinomial(rng.integers(0, most_items + 1, size=len(origins)), recipes[origins])
    return np.vstack([table, table[:1]])


def some_labels(n_bags, n_components, rng) -> np.ndarray:
    return np.where(rng.random(n_bags) < 0.3, rng.integers(n_components, size=n_bags), -1)


def priors(n_components, n_categories, rng) -> tuple[np.ndarray, np.ndarray]:
    """Concentrations for the weights (K,) and the components (K, C), all different."""
    return 0.3 + rng.gamma(2.0, size=n_components), 0.3 + rng.gamma(1.0, 2.0, (n_components, n_categories))


def recipes_with_a_zero(n_components, n_categories, rng) -> np.ndarray:
    recipes = rng.dirichlet(np.ones(n_categories), size=n_components)
    recipes[0, 0] = 0.0
    return recipes / recipes.sum(axis=1, keepdims=True)


# ---- unknown recipes --------------------------------------------------------------------------------------


def test_all_labellings_at_once_agree_with_urns(rng):
    for number in range(20):
        n_components, n_categories = 1 + number % 3, int(rng.integers(2, 5))
        table = small_bags(rng, most_bags=4, most_items=9, n_categories=n_categories)
        t, a = priors(n_components, n_categories, rng)
        known = some_labels(len(table), n_components, rng) if number % 2 else None
        agree(enumerate_slowly(table, t, a, known), enumerate_mixture(table, t, a, known), EVERYTHING)


def test_A7_enumeration_agrees_with_gauss_jacobi(rng):
    for number in range(20):
        table = small_bags(rng, most_bags=8, most_items=20, n_categories=2)
        t, a = priors(2, 2, rng)
        known = some_labels(len(table), 2, rng) if number % 2 else None
        agree(triple_quadrature(table, t, a, known), enumerate_mixture(table, t, a, known), EVERYTHING)


def test_A8_one_component_is_the_urn_of_all_bags(rng):
    for n_categories in range(2, 7):
        table = small_bags(rng, most_bags=8, most_items=60, n_categories=n_categories)
        a = rng.gamma(2.0, size=(1, n_categories)) + 0.1
        truth = enumerate_mixture(table, np.ones(1), a)
        assert truth.log_evidence == pytest.approx(urn.log_evidence(table.tolist(), a[0]), abs=NEAR)
        pooled = a[0] + table.sum(axis=0)
        assert truth.predictive == pytest.approx(pooled / pooled.sum(), abs=NEAR)
        assert (truth.assignments == 1).all()
        assert truth.sorted_weights == pytest.approx([1.0])


def test_labels_that_are_known_make_every_component_an_urn_of_its_own(rng):
    table = small_bags(rng, most_bags=8, most_items=60, n_categories=3)
    t, a = priors(2, 3, rng)
    known = np.arange(len(table)) % 2
    truth = enumerate_mixture(table, t, a, known)
    apart = [urn.log_evidence(table[known == k].tolist(), a[k]) for k in range(2)]
    assert truth.log_evidence == pytest.approx(sum(apart), abs=NEAR)
    assert truth.weights == pytest.approx((t + np.bincount(known)) / (t.sum() + len(table)), abs=NEAR)


def test_a_label_takes_what_its_chance_gives(rng):
    """p(counts) is Σ_k p(z_b = k) p(counts | z_b = k), and P(z_b = k | counts) the share of one term."""
    cases = [case for case in mixture_cases(20, rng) if (case.known < 0).any()]
    assert len(cases) >= 10  # the exchangeable ones
    for case in cases:
        t, a, known = case.weights_concentration, case.component_concentrations, case.known
        whole, bag = enumerate_mixture(case.table, t, a, known), np.argmin(known)
        urn_of_labels = t + np.bincount(known[known >= 0], minlength=len(t))
        terms = np.log(urn_of_labels / urn_of_labels.sum())
        for k in range(len(t)):
            labelled = np.where(np.arange(len(known)) == bag, k, known)
            terms[k] += enumerate_mixture(case.table, t, a, labelled).log_evidence
        assert np.logaddexp.reduce(terms) == pytest.approx(whole.log_evidence, abs=NEAR)
        assert np.exp(terms - whole.log_evidence) == pytest.approx(whole.assignments[bag], abs=NEAR)


def test_labels_of_exchangeable_components_mean_nothing(rng):
    for case in mixture_cases(30, rng)[::2]:
        truth = enumerate_mixture(case.table, case.weights_concentration, case.component_concentrations)
        assert truth.assignments == pytest.approx(1 / len(truth.weights), abs=NEAR)
        assert truth.weights == pytest.approx(1 / len(truth.weights), abs=NEAR)
        assert np.ptp(truth.proportions, axis=0) == pytest.approx(0.0, abs=NEAR)


@pytest.mark.parametrize(("n_components", "n_bags", "n_partitions"), [(2, 8, 128), (3, 6, 122), (3, 2, 2)])
def test_partitions_hold_all_the_mass(rng, n_components, n_bags, n_partitions):
    """Their number is a sum of Stirling numbers; each is made of equally probable labellings."""
    table = rng.multinomial(12, [0.5, 0.3, 0.2], size=n_bags)
    truth = enumerate_mixture(table, np.ones(n_components), np.ones((n_components, 3)))
    found = truth.partitions()
    assert len(found) == n_partitions
    assert sum(found.values()) == pytest.approx(1, abs=NEAR)
    of_labelling = dict(zip(map(tuple, truth.labellings.tolist()), truth.probabilities, strict=True))
    same = np.zeros((n_bags, n_bags))
    for partition, mass in found.items():
        assert [partition.index(k) for k in set(partition)] == sorted(
            partition.index(k) for k in set(partition)
        )
        relabelled = {tuple(order[k] for k in partition) for order in permutations(range(n_components))}
        assert mass == pytest.approx(sum(of_labelling[one] for one in relabelled), rel=1e-9)
        same += mass * np.equal.outer(partition, partition)
    assert truth.same_source == pytest.approx(same, abs=NEAR)


def test_the_larger_weight(rng):
    for a, b in [(1.0, 1.0), (0.5, 3.0), (12.3, 4.0), *(0.5 + rng.gamma(2.0, 2.0, size=(3, 2)))]:

        def density(x, a=a, b=b):
            return max(x, 1 - x) * x ** (a - 1) * (1 - x) ** (b - 1)

        with mpmath.workdps(40):
            found = mpmath.quad(density, [0, 0.5, 1]) / mpmath.beta(a, b)
        assert mean_of_larger(a, b) == pytest.approx(float(found), abs=NEAR)


def test_sorted_weights_are_those_of_draws(rng):
    table = small_bags(rng, most_bags=6, most_items=20, n_categories=3)
    t, a = priors(2, 3, rng)
    truth = enumerate_mixture(table, t, a)
    drawn = truth.labellings[rng.choice(len(truth.probabilities), size=10_000, p=truth.probabilities)]
    theta = rng.beta(t[0] + (drawn == 0).sum(axis=1), t[1] + (drawn == 1).sum(axis=1))
    larger = np.maximum(theta, 1 - theta)
    z_gate(larger.mean(), truth.sorted_weights[0], larger.std(ddof=1) / np.sqrt(len(larger)))
    assert truth.sorted_weights.sum() == pytest.approx(1, abs=NEAR)


# ---- known recipes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("precisions", [None, (3.0, 200.0, 40.0)])
@pytest.mark.parametrize("weights", [None, (0.2, 0.5, 0.3)])
@pytest.mark.parametrize("n_components", [1, 2, 3])
def test_A9_polynomials_agree_with_brute_force(rng, n_components, weights, precisions):
    for number in range(2):
        table = small_bags(rng, most_bags=7, most_items=30, n_categories=4)
        recipes = recipes_with_a_zero(max(n_components, 2), 4, rng)[-n_components:]
        given = {
            "weights": None
            if weights is None
            else np.array(weights[:n_components]) / sum(weights[:n_components]),
            "precisions": None if precisions is None else np.array(precisions[:n_components]),
        }
        t = None if weights is not None else priors(n_components, 4, rng)[0]
        known = some_labels(len(table), n_components, rng) if number else None
        if known is not None:
            known[(known == 0) & (table[:, 0] > 0)] = -1  # the first recipe has none of the first category
        truth = enumerate_mixture(table, t, None, known, recipes=recipes, **given)
        agree(by_polynomials(table, t, recipes, known, **given), truth, OF_LABELLINGS)
        assert truth.predictive == pytest.approx(truth.weights @ recipes, abs=NEAR)
        if weights is not None:
            in_order = sorted(given["weights"], reverse=True)
            assert truth.sorted_weights == pytest.approx(in_order, abs=NEAR)
        assert truth.proportions == pytest.approx(recipes, abs=NEAR)


def test_A9_quadrature_agrees_with_brute_force(rng):
    for number in range(20):
        table = small_bags(rng, most_bags=11, most_items=60, n_categories=3)
        recipes, (t, _) = recipes_with_a_zero(2, 3, rng), priors(2, 3, rng)
        known = np.where((table[:, 0] > 0) & (rng.random(len(table)) < 0.3), 1, -1) if number % 2 else None
        truth = enumerate_mixture(table, t, None, known, recipes=recipes)
        agree(by_quadrature(table, t, recipes, known), truth, OF_LABELLINGS)


def test_quadrature_agrees_with_polynomials_at_200_bags(rng):
    origins = rng.random(200) < 0.7
    table = rng.multinomial(55, RECIPES[origins.astype(int)])
    found = by_quadrature(table, [2.0, 0.7], RECIPES)
    with mpmath.workdps(60):
        urn_of_labels = [mpmath.mpf(2.0), mpmath.mpf(0.7)]
        product = Product(chances_of(table, RECIPES, None), [-1] * 200, moments_of(urn_of_labels))
        whole = product.mean()
        first = [float(product.joint({b}, 0) / whole) for b in (0, 1, 2)]
    assert found.log_evidence == pytest.approx(float(mpmath.log(whole)), abs=1e-9)
    assert found.assignments[:3, 0] == pytest.approx(first, abs=NEAR)


def test_A9_ten_thousand_bags_are_finite_and_symmetric(rng):
    half = rng.multinomial(55, RECIPES[1], size=5_000)
    order = [5, 4, 3, 2, 1, 0]
    table, recipes = np.vstack([half, half[:, order]]), np.stack([RECIPES[1], RECIPES[1][order]])
    found, finer = (by_quadrature(table, [1.5, 1.5], recipes, most_nodes=n) for n in (400, 800))
    assert np.isfinite(found.log_evidence)
    assert found.log_evidence == pytest.approx(finer.log_evidence, abs=1e-7)  # of 10^5: twelve digits
    assert found.assignments == pytest.approx(finer.assignments, abs=1e-9)
    assert found.weights == pytest.approx([0.5, 0.5], abs=1e-9)
    assert found.assignments[:5_000] == pytest.approx(found.assignments[5_000:, ::-1], abs=1e-9)


def test_one_overdispersed_recipe_is_a_product_of_bags(rng):
    table = small_bags(rng, most_bags=6, most_items=60, n_categories=6)
    truth = enumerate_mixture(table, [1.0], None, recipes=RECIPES[1:], precisions=[30.0])
    bags = [dirichlet_multinomial.dirichlet_multinomial_log_pmf(bag, 30.0 * RECIPES[1]) for bag in table]
    assert truth.log_evidence == pytest.approx(float(sum(bags)), abs=NEAR)


def test_two_equal_recipes_are_one(rng):
    table = small_bags(rng, most_bags=6, most_items=60, n_categories=6)
    twice = enumerate_mixture(table, [0.7, 2.0], None, recipes=RECIPES[[1, 1]])
    once = [dirichlet_multinomial.multinomial_log_pmf(bag, np.log(RECIPES[1])) for bag in table]
    assert twice.log_evidence == pytest.approx(float(sum(once)), abs=NEAR)
    assert twice.weights == pytest.approx([0.7 / 2.7, 2.0 / 2.7], abs=NEAR)


def test_a_bag_that_is_impossible_everywhere_is_refused():
    table, recipes = [[3, 1], [0, 2]], [[1.0, 0.0], [1.0, 0.0]]
    for refused in (
        lambda: enumerate_mixture(table, [1, 1], None, recipes=recipes),
        lambda: by_polynomials(table, [1, 1], recipes),
        lambda: by_quadrature(table, [1, 1], recipes),
    ):
        with pytest.raises(ArithmeticError):
            refused()


@pytest.mark.parametrize(
    ("weights", "of_tn", "share_of_tn"),
    [
        ((0.5, 0.5), (0.651638, 0.082111, 0.942287, 0.164153), 0.5),
        (None, (0.582355, 0.110997, 0.885997, 0.192188), 0.461923),
    ],
)
def test_the_table_of_journeys_section_0(weights, of_tn, share_of_tn):
    flat = None if weights else (1, 1)
    found = [
        enumerate_mixture(four.TABLE, flat, None, weights=weights, recipes=RECIPES),
        by_polynomials(four.TABLE, flat, (NJ, TN), weights=weights),
    ]
    if weights is None:
        found.append(by_quadrature(four.TABLE, flat, RECIPES))
    for one in found:
        assert one.assignments[:, 1] == pytest.approx(of_tn, abs=SIX_DIGITS)
        assert one.weights[1] == pytest.approx(share_of_tn, abs=SIX_DIGITS)
