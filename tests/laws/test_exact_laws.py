"""A6 and A29: what must stay the same when data are split, turned, merged or relabelled."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import betabinom

import handful as hf
from handful.data.statistics import Rows, Totals
from handful.models import poisson, pooled, separate

CLOSE = {"abs": 1e-10, "rel": 0}
EXAMPLES = [*pooled.EXAMPLES, *separate.EXAMPLES]


@st.composite
def tables(draw, least_bags=1):
    n_categories = draw(st.integers(2, 5))
    row = st.lists(st.integers(0, 40), min_size=n_categories, max_size=n_categories)
    return np.array(draw(st.lists(row, min_size=least_bags, max_size=8)))


def counts_of(table, **kwargs):
    return hf.Counts(table, categories=[f"c{i}" for i in range(table.shape[1])], **kwargs)


def evidence(model, table):
    return hf.fit(model, counts_of(table)).log_evidence.value


def prior_of(data, n_categories):
    return data.draw(st.lists(st.floats(0.05, 50), min_size=n_categories, max_size=n_categories))


@given(tables(least_bags=2), st.data())
def test_one_bag_after_another_is_all_at_once(table, data):
    prior = hf.Dirichlet(prior_of(data, table.shape[1]))
    total = 0.0
    for row in table:
        fit = hf.fit(hf.Pooled(prior), counts_of(row[None]))
        prior, total = fit.posterior, total + fit.log_evidence.value
    # The posterior is a sum of floats in another order; the evidence is what must not drift.
    assert total == pytest.approx(
        evidence(hf.Pooled(hf.Dirichlet(fit.posterior.concentration - table.sum(0))), table), **CLOSE
    )


@given(tables(least_bags=2), st.data())
def test_the_order_of_bags_and_of_categories_is_irrelevant(table, data):
    alpha = np.array(prior_of(data, table.shape[1]))
    bags = data.draw(st.permutations(range(table.shape[0])))
    categories = data.draw(st.permutations(range(table.shape[1])))
    for kind in (hf.Pooled, hf.Separate):
        straight = evidence(kind(hf.Dirichlet(alpha)), table)
        turned = evidence(kind(hf.Dirichlet(alpha[categories])), table[np.ix_(bags, categories)])
        assert turned == pytest.approx(straight, **CLOSE)


@given(tables(least_bags=2), st.data())
def test_merged_statistics_are_those_of_the_joined_table(table, data):
    cut = data.draw(st.integers(0, len(table)))
    whole, left, right = counts_of(table), counts_of(table[:cut]), counts_of(table[cut:])
    merged, joined = Totals.of(left) + Totals.of(right), Totals.of(whole)
    assert merged.counts.tolist() == joined.counts.tolist()
    assert merged.n_bags == joined.n_bags
    assert merged.log_split == pytest.approx(joined.log_split, **CLOSE)
    back = joined - Totals.of(right)
    assert back.counts.tolist() == Totals.of(left).counts.tolist()
    assert back.log_split == pytest.approx(Totals.of(left).log_split, **CLOSE)
    rows, all_rows = Rows.of(left) + Rows.of(right), Rows.of(whole)
    assert rows.distinct.tolist() == all_rows.distinct.tolist()
    assert rows.multiplicities.tolist() == all_rows.multiplicities.tolist()
    assert rows.table.tolist() == table.tolist()


@given(tables(), st.data())
def test_collapsing_adds_up_the_concentration(table, data):
    """Aggregation: the margin of a Dirichlet posterior is the Beta posterior of the collapsed table."""
    alpha = np.array(prior_of(data, table.shape[1]))
    full = hf.fit(hf.Pooled(hf.Dirichlet(alpha)), counts_of(table))
    one = hf.fit(hf.Pooled(hf.Beta(alpha[0], alpha[1:].sum())), counts_of(table).collapse("c0"))
    margin = full.posterior.margin("c0")
    assert (one.posterior.a, one.posterior.b) == pytest.approx((margin.a, margin.b), rel=1e-12)


@given(tables(), st.data())
def test_an_empty_bag_changes_nothing(table, data):
    alpha = hf.Dirichlet(prior_of(data, table.shape[1]))
    more = np.vstack([table, np.zeros(table.shape[1], dtype=int)])
    for kind in (hf.Pooled, hf.Separate):
        assert evidence(kind(alpha), more) == pytest.approx(evidence(kind(alpha), table), **CLOSE)


@given(tables(), st.floats(0.05, 20), st.data())
def test_a_category_never_seen_costs_the_chance_of_never_seeing_it(table, extra, data):
    alpha = np.array(prior_of(data, table.shape[1]))
    wide = np.column_stack([table, np.zeros(len(table), dtype=int)])
    plain = hf.fit(hf.Pooled(hf.Dirichlet(alpha)), counts_of(table))
    wider = hf.fit(hf.Pooled(hf.Dirichlet([*alpha, extra])), counts_of(wide))
    n = int(table.sum())
    never = betabinom.logpmf(n, n, alpha.sum(), extra)
    assert wider.log_evidence.value - plain.log_evidence.value == pytest.approx(never, abs=1e-9)
    assert wider.posterior.concentration[:-1] == pytest.approx(plain.posterior.concentration)


@given(tables())
def test_names_do_not_matter(table):
    plain = hf.fit(hf.Pooled(), counts_of(table))
    named = hf.fit(
        hf.Pooled(),
        hf.Counts(
            table,
            categories=[f"taxon {i}" for i in range(table.shape[1])],
            ids=[f"site {b}" for b in range(len(table))],
        ),
    )
    assert named.log_evidence == plain.log_evidence
    assert named.posterior.concentration.tolist() == plain.posterior.concentration.tolist()


@given(tables(), st.sampled_from(EXAMPLES))
def test_every_model_answers_every_table(table, model):
    fit = hf.fit(model, counts_of(table))
    assert np.isfinite(fit.log_evidence.value)
    assert fit.log_evidence.value <= 1e-9  # a probability of counts is at most 1
    rows = hf.summary(fit).parameters
    assert len(rows) == table.shape[1] * (len(table) if model.spec == "separate" else 1)
    assert all(row.interval.lower <= row.interval.upper for row in rows)


@given(tables(), st.sampled_from(poisson.EXAMPLES))
def test_every_model_of_a_rate_answers_every_category(table, model):
    fit = hf.fit(model, counts_of(table).collapse("c0"))
    assert np.isfinite(fit.log_evidence.value)
    assert fit.log_evidence.value <= 1e-9
    (row,) = hf.summary(fit).parameters
    assert 0 <= row.interval.lower <= row.interval.upper


def test_one_bag_pooled_is_one_bag_separate():
    table = np.array([[5, 2, 0]])
    assert evidence(hf.Pooled(), table) == pytest.approx(evidence(hf.Separate(), table), **CLOSE)


def test_statistics_of_other_categories_do_not_add_up():
    left, right = counts_of(np.array([[1, 2]])), counts_of(np.array([[1, 2, 3]]))
    for statistic in (Totals, Rows):
        with pytest.raises(hf.CountsError, match="do not add up"):
            statistic.of(left) + statistic.of(right)
    with pytest.raises(hf.CountsError, match="not among the totals"):
        Totals.of(left) - Totals.of(counts_of(np.array([[5, 2]])))
