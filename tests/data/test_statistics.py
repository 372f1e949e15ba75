"""The statistics against exact fractions: the chance of a table given its margins."""

from fractions import Fraction
from math import factorial, prod

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handful.data.counts import Counts
from handful.data.statistics import Totals


def log_hypergeometric(table):
    """The log of prod N_b! prod n_c! / (N! prod k_bc!), in whole numbers until the end."""
    rows, columns = [sum(row) for row in table], [sum(column) for column in zip(*table, strict=True)]
    chance = Fraction(
        prod(map(factorial, rows)) * prod(map(factorial, columns)),
        factorial(sum(rows)) * prod(factorial(k) for row in table for k in row),
    )
    with mpmath.workdps(50):
        return float(mpmath.log(mpmath.mpf(chance.numerator)) - mpmath.log(mpmath.mpf(chance.denominator)))


def split_of(table):
    return Totals.of(Counts(table, categories=[f"c{i}" for i in range(len(table[0]))])).log_split


@given(
    st.integers(2, 4).flatmap(
        lambda c: st.lists(st.lists(st.integers(0, 300), min_size=c, max_size=c), min_size=1, max_size=6)
    )
)
def test_the_split_is_the_chance_of_the_table_given_its_margins(table):
    assert split_of(table) == pytest.approx(log_hypergeometric(table), abs=1e-11, rel=1e-13)


def test_one_bag_is_no_split_at_all():
    assert split_of([[10**9, 3]]) == 0.0
    assert split_of([[10**9, 3], [0, 0]]) == 0.0


def test_huge_bags_keep_their_digits():
    """Against log gammas of 50 digits, where doubles would lose seven of them."""
    table = [[200_000_123, 799_999_877], [200_040_000, 799_960_000]]
    with mpmath.workdps(50):
        log = lambda n: mpmath.loggamma(n + 1)  # noqa: E731
        truth = sum(log(sum(row)) - sum(map(log, row)) for row in table)
        columns = [sum(column) for column in zip(*table, strict=True)]
        truth += sum(map(log, columns)) - log(sum(columns))
        assert split_of(table) == pytest.approx(float(truth), abs=1e-9)


def test_many_bags_are_taken_in_pieces(monkeypatch):
    table = np.random.default_rng(1).integers(0, 9, size=(50, 3))
    whole = split_of(table.tolist())
    monkeypatch.setattr("handful.data.statistics.ROWS_AT_ONCE", 7)
    assert split_of(table.tolist()) == pytest.approx(whole, abs=1e-12)
