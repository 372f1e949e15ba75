"""p-values: equal values count half, the one seen among them, and none is told as 0 or 1."""

import numpy as np
import pytest

from handful.results.p_values import mid_p, p_text, p_words


def test_the_value_seen_and_half_of_its_equals_are_counted():
    assert mid_p(2.0, np.array([1.0, 2.0, 2.0, 3.0])) == (1 + 0.5 * 3) / 5
    assert mid_p(9.0, np.array([1.0, 2.0])) == 0.5 / 3
    assert mid_p(0.0, np.array([1.0, 2.0])) == 2.5 / 3


def test_where_there_is_one_for_each_draw_pairs_are_compared():
    assert mid_p(np.array([1.0, 5.0, 2.0]), np.array([2.0, 4.0, 2.0])) == (1 + 0.5 * 2) / 4


def test_what_differs_by_rounding_only_is_equal():
    assert mid_p(0.1 + 0.2, np.array([0.3, 0.3])) == 0.5
    assert mid_p(1.0, np.array([1.0 + 1e-10])) == 0.5
    assert mid_p(1.0, np.array([1.0 + 1e-10]), tie=1e-12) == 0.75


def test_the_mean_p_over_all_that_could_have_been_seen_is_a_half():
    """Each of equally probable values may be the one that is seen."""
    values = np.array([0.0, 0.0, 1.0, 3.0, 3.0, 3.0])
    found = [mid_p(values[b], np.delete(values, b)) for b in range(len(values))]
    assert np.mean(found) == pytest.approx(0.5, abs=1e-15)


@pytest.mark.parametrize(
    ("p", "text", "words"),
    [
        (0.0, "<0.001", "p < 0.001"),
        (0.012, "0.012", "p = 0.012"),
        (0.5, "0.50", "p = 0.50"),
        (0.994, "0.99", "p = 0.99"),
        (0.9964, "0.996", "p = 0.996"),
        (1.0, ">0.999", "p > 0.999"),
    ],
)
def test_no_p_is_told_as_nought_or_one(p, text, words):
    assert p_text(p) == text
    assert p_words(p) == words
