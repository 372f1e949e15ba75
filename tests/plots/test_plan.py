"""The numbers behind the pictures of plans and of what a prior expects."""

import numpy as np
import pytest
from matplotlib.container import ErrorbarContainer

import handful as hf
from handful.plots.meaning import alt_text
from handful.plots.plan import plan_data, plot_plan
from handful.plots.prior_predictive import MOST_CATEGORIES, expected_data, plot_prior_predictive
from handful.results.planning.answers import Plan
from handful.results.planning.candidates import Planned


def a_plan(*rows, enough=None, kind=None):
    question = hf.ShareWithin(0.05) if kind is None else kind
    return Plan(
        question=question,
        model="pooled",
        prior="beta(1,5)",
        categories=("blue", "not blue"),
        rows=rows,
        enough=enough,
        words="Enough.",
        facts=(),
        verdict=hf.Verdict(),
    )


ROWS = (Planned(20, 10, 0.7, 0.0), Planned(5, 10, 0.2, 0.0), Planned(5, 40, 0.95, 0.05))


def test_each_size_is_a_line_in_rising_order():
    data = plan_data(a_plan(*ROWS, enough=ROWS[2]))
    assert [line.size for line in data.lines] == [10, 40]
    assert data.lines[0].numbers.tolist() == [5, 20]
    assert data.lines[0].probability.tolist() == [0.2, 0.7]
    assert data.enough == (40, 5, 0.95)


def test_bars_are_drawn_where_there_is_an_error_and_end_at_one():
    ax = plot_plan(a_plan(*ROWS, enough=ROWS[2]))
    exact, simulated = (one for one in ax.containers if isinstance(one, ErrorbarContainer))
    assert (exact.has_yerr, simulated.has_yerr) == (False, True)
    [[(_, low), (_, high)]] = simulated.lines[2][0].get_segments()
    assert (low, high) == pytest.approx((0.85, 1.0))


def test_bags_that_are_judged_one_by_one_are_a_line_over_their_size():
    rows = (Planned(None, 55, 0.8, 0.0), Planned(None, 10, 0.6, 0.0))
    data = plan_data(a_plan(*rows, enough=None, kind=hf.BagsRight(0.9)))
    assert [(line.size, line.numbers.tolist()) for line in data.lines] == [(None, [10, 55])]
    assert data.enough is None


def test_the_bars_of_a_prior_hold_what_they_say():
    found = hf.prior_predictive(hf.Pooled(), bags=2, size=55, rng=1)
    data = expected_data(found)
    inside = (found.draws >= data.inner_lower) & (found.draws <= data.inner_upper)
    assert (inside.mean(axis=0) >= 0.5).all()
    assert ((data.lower <= data.inner_lower) & (data.inner_upper <= data.upper)).all()
    assert data.upper.tolist() == [one.upper for one in found.shares]


def test_of_very_many_categories_the_most_expected_are_shown():
    names = [f"g{c}" for c in range(40)]
    counts = hf.Counts(np.full((300, 40), 2), categories=names)
    few, many = 40 - MOST_CATEGORIES, MOST_CATEGORIES
    prior = hf.Dirichlet([1.0] * few + [20.0] * many)
    data = expected_data(hf.prior_predictive(hf.Pooled(prior), like=counts, rng=1))
    assert data.categories == tuple(names[-MOST_CATEGORIES:])
    assert data.bags.shape == (200, MOST_CATEGORIES)


def test_the_diamond_is_on_the_bar_of_sets_of_bags():
    counts = hf.Counts([[12, 43], [9, 46], [14, 41]], categories=["blue", "not blue"])
    found = hf.prior_predictive(hf.Pooled(hf.Beta(1, 5)), like=counts, rng=1)
    ax = plot_prior_predictive(found)
    (diamond,) = [line for line in ax.lines if line.get_marker() == "D" and line.get_ydata()[0] < 0.5]
    on_it = [
        line for line in ax.lines if line.get_ydata()[0] == diamond.get_ydata()[0] and line is not diamond
    ]
    own = found.together[0]
    assert [list(line.get_xdata()) for line in on_it] == [[own.lower, own.upper]]
    text = alt_text(ax.figure)
    assert "counted in all 3 bags together 21% (made-up sets of 3 bags: " in text
