"""A6 and A29 for mixtures: what must stay the same, or add up, whatever the bags and the priors are."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.oracles.compositions import compositions
from tests.statistical.mixture_worlds import counts_of, names_of

import handful as hf
from handful.distributions.dirichlet import SymmetricDirichlet

CLOSE = {"abs": 1e-9, "rel": 0}
SOME = settings(max_examples=40)


@st.composite
def tables(draw, *, n_categories=None, most_bags=5, most_items=12):
    n_categories = draw(st.integers(2, 4)) if n_categories is None else n_categories
    row = st.lists(st.integers(0, most_items), min_size=n_categories, max_size=n_categories)
    return np.array(draw(st.lists(row, min_size=1, max_size=most_bags)))


@st.composite
def priors(draw, n_categories, *, size=None):
    """Concentrations for the weights (K,), a base for all components (C,), recipes (K, C) and their strength."""
    size = draw(st.integers(2, 3)) if size is None else size
    number = st.floats(0.05, 20)
    t = draw(st.lists(number, min_size=size, max_size=size))
    base = draw(st.lists(number, min_size=n_categories, max_size=n_categories))
    shares = np.array([draw(st.lists(number, min_size=n_categories, max_size=n_categories)) for _ in t])
    return np.array(t), np.array(base), shares / shares.sum(axis=1, keepdims=True), draw(st.floats(0.5, 60))


def model_of(t, base, recipes, strength, **kwargs):
    named = hf.Recipes(recipes, components=names_of(len(t)))
    return hf.Mixture(
        recipes=named, strength=strength, prior=hf.Dirichlet(base), weights=hf.Dirichlet(t), **kwargs
    )


def evidence(model, table, known=None):
    counts = counts_of(table, known, n_components=model.size)
    return hf.fit(model, counts, draws=100, rng=1).log_evidence.value


@SOME
@given(tables(), st.data())
def test_the_order_of_bags_categories_and_components_is_irrelevant(table, data):
    t, base, recipes, strength = data.draw(priors(table.shape[1]))
    bags, categories, components = (
        list(data.draw(st.permutations(range(n)))) for n in (*table.shape, len(t))
    )
    straight = evidence(model_of(t, base, recipes, strength), table)
    turned = model_of(t[components], base[categories], recipes[np.ix_(components, categories)], strength)
    assert evidence(turned, table[np.ix_(bags, categories)]) == pytest.approx(straight, **CLOSE)
    fixed = hf.Recipes(recipes, components=names_of(len(t)))
    moved = hf.Recipes(
        recipes[np.ix_(components, categories)], components=[names_of(len(t))[k] for k in components]
    )
    known = evidence(hf.Mixture(recipes=fixed, weights=hf.Dirichlet(t)), table)
    again = hf.Mixture(recipes=moved, weights=hf.Dirichlet(t[components]))
    assert evidence(again, table[np.ix_(bags, categories)]) == pytest.approx(known, **CLOSE)


@SOME
@given(tables(), st.integers(1, 3), st.data())
def test_empty_bags_add_nothing(table, n_empty, data):
    model = model_of(*data.draw(priors(table.shape[1])))
    more = np.vstack([table, np.zeros((n_empty, table.shape[1]), dtype=int)])
    assert evidence(model, more) == pytest.approx(evidence(model, table), **CLOSE)


@SOME
@given(tables(), st.floats(0.05, 0.95), st.data())
def test_a_category_never_seen_can_be_two(table, part, data):
    """Its concentration is shared out."""
    t, base, recipes, strength = data.draw(priors(table.shape[1] + 1))
    unseen = np.column_stack([table, np.zeros(len(table), dtype=int)])
    split = [
        np.column_stack([np.atleast_2d(a)[:, :-1], np.atleast_2d(a)[:, -1:] * [part, 1 - part]])
        for a in (base, recipes)
    ]
    once = evidence(model_of(t, base, recipes, strength), unseen)
    twice = model_of(t, split[0][0], split[1] / split[1].sum(axis=1, keepdims=True), strength)
    more = np.column_stack([unseen, np.zeros(len(table), dtype=int)])
    assert evidence(twice, more) == pytest.approx(once, **CLOSE)


@SOME
@given(tables(n_categories=3, most_bags=2, most_items=3), st.data())
def test_merged_categories_have_the_chance_of_all_that_they_could_have_been(table, data):
    """Aggregation: concentrations add up."""
    t, base, recipes, strength = data.draw(priors(3))
    merged = np.column_stack([table[:, 0], table[:, 1] + table[:, 2]])
    together = model_of(
        t,
        [base[0], base[1] + base[2]],
        np.column_stack([recipes[:, 0], recipes[:, 1:].sum(axis=1)]),
        strength,
    )
    apart = model_of(t, base, recipes, strength)
    ways = itertools.product(*(range(n + 1) for n in merged[:, 1]))
    every = [np.column_stack([merged[:, 0], way, merged[:, 1] - np.array(way)]) for way in ways]
    total = np.logaddexp.reduce([evidence(apart, one) for one in every])
    assert total == pytest.approx(evidence(together, merged), **CLOSE)


@SOME
@given(tables(n_categories=3, most_bags=3), st.integers(0, 4), st.data())
def test_all_further_bags_together_are_certain(table, total, data):
    """The chain rule: the evidences with every possible further bag of a size add up to the evidence without."""
    model = model_of(*data.draw(priors(3)))
    further = [evidence(model, np.vstack([table, row])) for row in compositions(total, 3)]
    assert np.logaddexp.reduce(further) == pytest.approx(evidence(model, table), **CLOSE)


@SOME
@given(tables(most_bags=4), st.data())
def test_a_label_is_worth_its_chance(table, data):
    """p(counts) is the sum over a bag's labels of its chance times p(counts | label)."""
    t, base, recipes, strength = data.draw(priors(table.shape[1]))
    bag = data.draw(st.integers(0, len(table) - 1))
    plain, labelled = (model_of(t, base, recipes, strength, labels=one) for one in (None, "source"))
    table = np.vstack([table, table[:1]])  # a second bag, which has no label
    terms = [
        np.log(share) + evidence(labelled, table, np.where(np.arange(len(table)) == bag, k, -1))
        for k, share in enumerate(t / t.sum())
    ]
    assert np.logaddexp.reduce(terms) == pytest.approx(evidence(plain, table), **CLOSE)


@SOME
@given(tables(), st.data())
def test_two_components_of_one_recipe_are_one_of_both_their_weights(table, data):
    t, _, recipes, _ = data.draw(priors(table.shape[1], size=3))
    recipes[2] = recipes[1]
    three = hf.Mixture(recipes=hf.Recipes(recipes, components=names_of(3)), weights=hf.Dirichlet(t))
    two = hf.Mixture(
        recipes=hf.Recipes(recipes[:2], components=names_of(2)), weights=hf.Beta(t[0], t[1] + t[2])
    )
    assert evidence(three, table) == pytest.approx(evidence(two, table), **CLOSE)


@SOME
@given(tables(), st.integers(1, 6))
def test_one_component_is_the_pooled_model_and_no_number_changes_one_bag(table, size):
    pooled = hf.fit(hf.Pooled(hf.Dirichlet.symmetric(1.0)), counts_of(table)).log_evidence.value
    assert evidence(hf.Mixture(1), table) == pytest.approx(pooled, **CLOSE)
    alone = hf.fit(hf.Pooled(), counts_of(table[:1])).log_evidence.value
    model = hf.Mixture(size, prior=SymmetricDirichlet(1.0))
    assert evidence(model, table[:1]) == pytest.approx(alone, **CLOSE)
