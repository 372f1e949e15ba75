"""The hint on bags that differ: p is uniform under one recipe, whatever the table, and it fires."""

import itertools

import numpy as np
import pytest
from scipy import stats
from tests.testing_tools.gates import GateClosed, two_stage, uniformity, z_gate

import handful as hf
from handful.results import variation


def names(n):
    return [f"c{i}" for i in range(n)]


def p_of(table, rng):
    found = hf.between_bags(hf.Counts(table, categories=names(np.shape(table)[1])), rng=rng)
    return 0.5 if found is None else found.p


SHAPES = {
    "a class": (12, 6, 40, 3.0),
    "sparse": (5, 60, 100, 0.05),
    "few items": (20, 3, 4, 1.0),
    "two categories": (8, 2, 30, 1.0),
}


@pytest.fixture
def few_draws(monkeypatch):
    monkeypatch.setattr(variation, "DRAWS", 400)


@pytest.mark.parametrize("name", SHAPES)
def test_under_one_recipe_p_is_uniform(name, rng, few_draws):
    n_bags, n_categories, size, evenness = SHAPES[name]

    def p_value(r, n):
        recipes = r.dirichlet(np.full(n_categories, evenness), size=n)
        p = [p_of(r.multinomial(size, recipe, size=n_bags), r) for recipe in recipes]
        return uniformity(p)

    two_stage(p_value, rng, 200)


def test_the_gate_notices_a_prior_that_leaks_in(rng, few_draws):
    """The planted fault: tables predicted from a flat posterior, as the plain posterior predictive does."""

    def leaking(r):
        recipe = r.dirichlet(np.full(60, 0.05))
        table = r.multinomial(100, recipe, size=5)
        q = hf.fit(hf.Pooled(), hf.Counts(table, categories=names(60))).posterior.draw(100, rng=r)
        observed = statistic(table, table.sum(axis=0) / table.sum())
        return np.mean([statistic(r.multinomial(100, one, size=5), one) > observed for one in q])

    with pytest.raises(GateClosed):
        two_stage(lambda r, n: uniformity([leaking(r) for _ in range(n)]), rng, 100)


def statistic(table, shares):
    expected = table.sum(axis=1, keepdims=True) * shares
    seen = shares > 0
    return ((table - expected)[:, seen] ** 2 / expected[:, seen]).sum()


def test_a_small_table_against_all_tables_with_its_margins():
    """2 x 2 tables with these margins have one free cell: their chances are hypergeometric."""
    table = np.array([[7, 3], [2, 9]])
    first = np.arange(0, 10)
    chances = stats.hypergeom(21, 9, 10).pmf(first)
    values = [stats.chi2_contingency([[k, 10 - k], [9 - k, 2 + k]], correction=False)[0] for k in first]
    seen = stats.chi2_contingency(table, correction=False)[0]
    exact = sum(
        c * (1.0 if v > seen + 1e-9 else 0.5 if abs(v - seen) < 1e-9 else 0.0)
        for c, v in zip(chances, values, strict=True)
    )
    p = p_of(table, 1)
    z_gate([p], [exact], [np.sqrt(exact * (1 - exact) / variation.DRAWS)])


@pytest.mark.parametrize("shape", [(3, 4, 9), (4, 2, 7)])
def test_mean_and_variance_of_the_normal_are_exact(shape, rng):
    """Dawson's variance against all orders of dealing a small table's items."""
    n_bags, n_categories, size = shape
    table = rng.multinomial(size, rng.dirichlet(np.ones(n_categories)), size=n_bags) + 1
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    draws = np.concatenate([variation._dealt(rows, columns, rng=rng) for _ in range(60)])
    n = rows.sum()
    chi_squared = n * (draws - 1)
    p_at_mean = variation._normal(rows, columns, chi_squared=chi_squared.mean())
    z_gate([stats.norm.isf(p_at_mean) * np.sqrt(chi_squared.size)], [0.0], [1.1])
    one_sd_up = variation._normal(rows, columns, chi_squared=chi_squared.mean() + chi_squared.std())
    error = 1.1 * np.sqrt((stats.kurtosis(chi_squared) + 2) / (4 * chi_squared.size))
    z_gate([stats.norm.isf(one_sd_up)], [1.0], [error + 1 / np.sqrt(chi_squared.size)])


def test_many_bags_are_taken_as_normal_and_agree_with_dealing(rng, monkeypatch):
    table = rng.multinomial(30, [0.4, 0.3, 0.2, 0.1], size=150)
    dealt = hf.between_bags(hf.Counts(table, categories=names(4)), rng=rng)
    monkeypatch.setattr(variation, "MOST_CELLS", 0)
    normal = hf.between_bags(hf.Counts(table, categories=names(4)), rng=rng)
    assert (dealt.simulated, normal.simulated) == (variation.DRAWS, 0)
    # chi-squared of 447 degrees of freedom: its skewness moves p by 0.02 at most; the rest is Monte Carlo.
    assert normal.p == pytest.approx(dealt.p, abs=0.02 + 4.9 * np.sqrt(0.25 / variation.DRAWS))


def test_bags_that_differ_are_noticed(rng):
    """J5: bags of concentration 50, sixty of 55 items: p < 0.01 in nine of ten."""
    noticed = 0
    for _ in range(20):
        recipes = rng.dirichlet(50 * np.array([0.4, 0.3, 0.2, 0.1]), size=60)
        noticed += p_of(np.array([rng.multinomial(55, recipe) for recipe in recipes]), rng) < 0.01
    assert noticed >= 18


def test_bags_too_alike_are_noticed(rng):
    assert p_of(np.tile([20, 15, 10, 5], (30, 1)), rng) > variation.TOO_LIKELY


def test_the_order_of_bags_and_categories_hardly_matters(rng):
    table = rng.multinomial(40, [0.5, 0.3, 0.2], size=4)
    found = [p_of(table[list(order)], rng) for order in itertools.permutations(range(4))]
    error = np.sqrt(np.mean(found) * (1 - np.mean(found)) / variation.DRAWS)
    z_gate(found, np.mean(found), error)


@pytest.mark.parametrize("table", [[[3, 4], [0, 0]], [[3, 0], [5, 0]]])
def test_one_bag_or_one_category_cannot_tell(table):
    assert hf.between_bags(hf.Counts(table, categories=names(2)), rng=1) is None


def test_huge_bags_are_no_trouble():
    found = hf.between_bags(hf.Counts([[10**12, 10**12], [10**12, 10**12 + 10]], categories=names(2)), rng=1)
    assert 0 < found.p < 1


@pytest.mark.parametrize(
    ("p", "text"), [(0.0, "p < 0.001"), (0.012, "p = 0.012"), (0.5, "p = 0.50"), (1.0, "p > 0.999")]
)
def test_p_is_never_told_as_nought(p, text):
    assert variation.BetweenBags(p, 1).p_text == text
