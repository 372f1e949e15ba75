"""The exact engine against the table of closed-form truths and against Polya's urn."""

import math
import re
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.oracles import urn
from tests.testing_tools import four

import handful as hf

SIX_DIGITS = {"abs": 1e-6, "rel": 0}


@pytest.fixture
def counts():
    return hf.Counts(four.TABLE, categories=four.CATEGORIES, ids=four.BAGS)


def test_four_csv_gives_the_closed_form_truths(counts):
    fit = hf.fit(hf.Pooled(hf.Dirichlet.symmetric(1.0)), counts)
    assert fit.posterior.concentration.tolist() == list(four.POSTERIOR)
    assert fit.log_evidence.value == pytest.approx(four.LOG_EVIDENCE, **SIX_DIGITS)
    assert fit.log_evidence.error == 0.0
    assert fit.log_evidence.measure == "counts"
    rows = hf.summary(fit).parameters
    assert [row.mean for row in rows] == pytest.approx(list(four.MEANS), **SIX_DIGITS)
    assert rows[0].interval.parts[0] == pytest.approx(four.ETI_BLUE, **SIX_DIGITS)
    assert rows[1].interval.parts[0] == pytest.approx(four.ETI_BROWN, **SIX_DIGITS)
    assert [row.counted for row in rows] == list(four.TOTALS)


def test_twelve_of_fifty_five_under_beta_2_8():
    fit = hf.fit(hf.Pooled(hf.Beta(2, 8)), hf.Counts([[12, 43]], categories=["blue", "not blue"]))
    assert repr(fit.posterior) == "Beta(14, 51)"
    assert fit.posterior.mean == pytest.approx(0.215385, **SIX_DIGITS)
    assert fit.posterior.mode == pytest.approx(0.206349, **SIX_DIGITS)
    assert fit.posterior.interval().parts[0] == pytest.approx((0.125068, 0.322264), **SIX_DIGITS)
    # The journeys give this interval with five digits.
    assert fit.posterior.interval(kind="hdi").parts[0] == pytest.approx((0.11993, 0.31577), abs=5e-6)
    assert fit.log_evidence.value == pytest.approx(-3.054453, **SIX_DIGITS)


def test_the_same_by_conditioning_the_prior_itself():
    posterior, log_evidence = (
        (found := hf.Beta(2, 8).condition(successes=12, trials=55)).posterior,
        found.log_evidence,
    )
    assert repr(posterior) == "Beta(14, 51)"
    assert log_evidence == pytest.approx(-3.054453, **SIX_DIGITS)


bags = st.integers(2, 4).flatmap(
    lambda c: st.lists(st.lists(st.integers(0, 12), min_size=c, max_size=c), min_size=0, max_size=5).map(
        lambda rows: (c, rows)
    )
)
tenths = st.integers(1, 300)


@given(bags, st.data())
def test_pooled_evidence_is_that_of_the_urn(drawn, data):
    n_categories, rows = drawn
    alpha = data.draw(st.lists(tenths, min_size=n_categories, max_size=n_categories))
    counts = hf.Counts(rows, categories=[f"c{i}" for i in range(n_categories)])
    fit = hf.fit(hf.Pooled(hf.Dirichlet([a / 10 for a in alpha])), counts)
    assert fit.log_evidence.value == pytest.approx(
        urn.log_evidence(rows, [Fraction(a, 10) for a in alpha]), abs=1e-10, rel=0
    )


@given(bags, st.data())
def test_separate_evidence_is_the_sum_of_urns_of_one_bag(drawn, data):
    n_categories, rows = drawn
    alpha = data.draw(st.lists(tenths, min_size=n_categories, max_size=n_categories))
    counts = hf.Counts(rows, categories=[f"c{i}" for i in range(n_categories)])
    fit = hf.fit(hf.Separate(hf.Dirichlet([a / 10 for a in alpha])), counts)
    truth = sum(urn.log_evidence([row], [Fraction(a, 10) for a in alpha]) for row in rows)
    assert fit.log_evidence.value == pytest.approx(truth, abs=1e-10, rel=0)
    for b, row in enumerate(rows):
        assert fit.posterior[b].concentration == pytest.approx(np.array(row) + np.array(alpha) / 10)


def test_a_beta_and_a_dirichlet_of_two_give_the_same(counts):
    blue = counts.collapse("blue")
    by_beta = hf.fit(hf.Pooled(hf.Beta(1, 5)), blue)
    by_dirichlet = hf.fit(hf.Pooled(hf.Dirichlet([1, 5])), blue)
    assert by_beta.posterior == by_dirichlet.posterior.margin("blue")
    assert by_beta.log_evidence.value == pytest.approx(by_dirichlet.log_evidence.value, abs=1e-12)


def test_a_fixed_recipe_learns_nothing_and_has_the_multinomial_evidence(counts):
    recipe = [0.25, 0.125, 0.125, 0.25, 0.125, 0.125]
    fit = hf.fit(hf.Pooled(hf.Fixed(recipe, four.CATEGORIES)), counts)
    from scipy.stats import multinomial

    truth = sum(multinomial.logpmf(row, sum(row), recipe) for row in four.TABLE)
    assert fit.posterior.proportions.tolist() == recipe
    assert fit.log_evidence.value == pytest.approx(truth, abs=1e-9)


def test_a_prior_is_matched_by_the_names_of_its_categories(counts):
    named = hf.Dirichlet([1, 2, 3, 4, 5, 6], tuple(reversed(four.CATEGORIES)))
    fit = hf.fit(hf.Pooled(named), counts)
    assert fit.posterior.categories == four.CATEGORIES
    assert fit.posterior.concentration.tolist() == [
        n + a for n, a in zip(four.TOTALS, (6, 5, 4, 3, 2, 1), strict=True)
    ]


def test_no_bags_give_the_prior_back():  # N13
    none = hf.Counts([], categories=["blue", "brown"])
    fit = hf.fit(hf.Pooled(hf.Beta(2, 8)), none)
    assert fit.posterior == hf.Beta(2, 8)
    assert fit.log_evidence.value == 0.0
    assert "Nothing was counted: the answer is the prior." in fit.verdict.notes


def test_a_category_never_seen_is_kept_and_said():  # N7
    fit = hf.fit(hf.Pooled(), hf.Counts([[3, 0]], categories=["red", "teal"]))
    assert fit.posterior.mean[1] == pytest.approx(1 / 5)
    assert any(note.startswith("Never seen: teal.") for note in fit.verdict.notes)


@pytest.mark.parametrize(("total", "bound"), [(10**9, 2e-5), (58, 1e-11)])
def test_a_huge_bag_is_no_trouble(total, bound):  # N3
    # Under a flat prior on two categories every split of N is equally likely: 1 / (N + 1).
    fit = hf.fit(
        hf.Pooled(hf.Beta(1, 1)), hf.Counts([[total // 3, total - total // 3]], categories=["a", "b"])
    )
    assert fit.log_evidence.value == pytest.approx(-math.log(total + 1), abs=bound)


def test_an_overwhelming_prior_is_named():  # N16
    fit = hf.fit(hf.Pooled(hf.Beta(1e15, 1e15)), hf.Counts([[1, 0]], categories=["a", "b"]))
    assert any("the data cannot be heard" in note for note in fit.verdict.notes)
    modest = hf.fit(hf.Pooled(hf.Beta(1e3, 1e3)), hf.Counts([[1, 0]], categories=["a", "b"]))
    assert not any("cannot be heard" in note for note in modest.verdict.notes)


def test_what_the_prior_rules_out_is_an_error_that_names_the_bag():  # N17
    counts = hf.Counts([[5, 0], [4, 2]], categories=["blue", "red"], ids=["A", "B"])
    with pytest.raises(hf.ImpossibleData, match="impossible under the prior: bag 'B' has 2 red") as caught:
        hf.fit(hf.Pooled(hf.Fixed([1.0, 0.0])), counts)
    assert (caught.value.bag, caught.value.category, caught.value.found) == ("B", "red", 2)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda c: hf.fit(hf.Pooled(hf.Beta(1, 5)), c),
            hf.ParameterError,
            "choose one of them (--category blue",
        ),
        (
            lambda c: hf.fit(hf.Pooled(hf.Dirichlet([1, 2])), c),
            hf.ParameterError,
            "has 2 parameters, but there are 6",
        ),
        (
            lambda c: hf.fit(hf.Pooled(hf.Dirichlet([1] * 6, tuple("abcdef"))), c),
            hf.ParameterError,
            "the prior is over a, b, c, d, e, f, but the data have blue",
        ),
        (lambda c: hf.fit(hf.Pooled(), c, engine="magic"), hf.ParameterError, "there is no engine 'magic'"),
        (lambda c: hf.fit(hf.Pooled(), c, rng=-1), hf.ParameterError, "a seed must be >= 0"),
        (
            lambda c: hf.fit(hf.Pooled(), [[1, 2]]),
            hf.ParameterTypeError,
            "counts are a list: read them with read_counts",
        ),
        (lambda c: hf.fit("pooled", c), hf.ParameterTypeError, "give a model, such as Pooled()"),
        (lambda c: hf.Pooled("beta"), hf.ParameterTypeError, "give a Beta, a Dirichlet"),
        (lambda c: hf.Separate(hf.Fixed([0.5, 0.5])), hf.ParameterTypeError, "use Pooled with it"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(counts, call, error, message):
    with pytest.raises(error, match=re.escape(message)):
        call(counts)


def test_engine_and_reason_are_told(counts):
    fit = hf.fit(hf.Pooled(), counts, engine="exact")
    assert (fit.engine, fit.reason) == ("exact", "as asked")
    assert (
        hf.fit(hf.Pooled(), counts).reason
        == "the prior is conjugate, so the posterior is known in closed form"
    )


def test_a_fit_shows_itself_as_text_and_as_html(counts):
    fit = hf.fit(hf.Separate(), counts)
    assert "a Dirichlet for each of 4 bags" in repr(fit)
    assert "<td>4 bags, 6 categories, 220 items</td>" in fit._repr_html_()
