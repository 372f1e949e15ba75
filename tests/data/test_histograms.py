"""Histograms of bags: they add up as the bags do, and keep every digit of the multinomial coefficients."""

from __future__ import annotations

import collections

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import handful as hf
from handful.data import histograms as module
from handful.data.histograms import Histogram, Histograms

LARGEST = 2**53 - 1
UNIT = float(np.finfo(float).eps)


def counts_of(table, **kwargs):
    table = np.asarray(table)
    return hf.Counts(table, categories=[f"c{i}" for i in range(table.shape[1])], **kwargs)


def column_of(*values):
    return np.array(values, dtype=np.int64)


def as_dict(histogram):
    return dict(zip(histogram.values.tolist(), histogram.bags.tolist(), strict=True))


def same(left, right):
    """Whether two values are the same to the bit."""
    pairs = zip((*left.by_category, left.of_totals), (*right.by_category, right.of_totals), strict=True)
    return left.categories == right.categories and all(
        (one.values.tolist(), one.bags.tolist()) == (other.values.tolist(), other.bags.tolist())
        for one, other in pairs
    )


def log_coefficient(table):
    """The sum of log N_b!/∏k_bc! at 60 digits, bag by bag."""
    with mpmath.workdps(60):
        terms = [
            times * (mpmath.loggamma(sum(row) + 1) - mpmath.fsum(mpmath.loggamma(k + 1) for k in row))
            for row, times in collections.Counter(tuple(map(int, row)) for row in table).items()
        ]
        return mpmath.fsum(terms)


COLUMNS = st.one_of(
    st.lists(st.integers(0, 12), max_size=40),
    st.lists(st.integers(0, LARGEST), max_size=40),
    st.lists(st.sampled_from([0, 1, 65_535, 65_536, 65_537, LARGEST]), max_size=40),
)


@st.composite
def tables(draw):
    n_categories = draw(st.integers(2, 5))
    cell = draw(st.sampled_from([st.integers(0, 3), st.integers(0, 60), st.integers(0, LARGEST // 5)]))
    row = st.lists(cell, min_size=n_categories, max_size=n_categories)
    rows = draw(st.lists(row, max_size=12))
    return np.array(rows, dtype=np.int64).reshape(len(rows), n_categories)


class TestOneHistogram:
    @given(COLUMNS)
    def test_it_counts_the_bags_of_each_value(self, column):
        found = Histogram.of(column_of(*column))
        assert as_dict(found) == dict(collections.Counter(column))
        assert found.values.tolist() == sorted(set(column))
        assert (found.n_bags, found.total) == (len(column), sum(column))

    @given(COLUMNS, COLUMNS)
    def test_two_add_up_to_that_of_all_bags(self, left, right):
        both = Histogram.of(column_of(*left)) + Histogram.of(column_of(*right))
        whole = Histogram.of(column_of(*left, *right))
        assert (both.values.tolist(), both.bags.tolist()) == (whole.values.tolist(), whole.bags.tolist())

    def test_tallied_by_place_or_sorted_it_is_the_same(self, rng, monkeypatch):
        column = rng.integers(0, 500, 4000)
        tallied = Histogram.of(column)
        monkeypatch.setattr(module, "DENSE", 0)
        by_sorting = Histogram.of(np.append(column, 10**9))
        assert as_dict(by_sorting) == as_dict(tallied) | {10**9: 1}

    def test_it_can_not_be_changed(self):
        found = Histogram.of(column_of(7, 9, 7))
        for array in (found.values, found.bags, (found + found).bags):
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 5

    def test_what_was_given_stays_the_callers(self):
        mine = column_of(7, 9, 7)
        found = Histogram.of(mine)
        mine[:] = 0
        assert as_dict(found) == {7: 2, 9: 1}

    def test_of_no_bags(self):
        none = Histogram.of(column_of())
        assert (none.n_bags, none.total, as_dict(none)) == (0, 0, {})
        assert as_dict(none + Histogram.of(column_of(3))) == {3: 1}


class TestSums:
    def test_a_sum_just_below_the_limit_is_exact(self):
        # 511 bags of 2^53 − 1: 2^62 − 2^53 − 511, which a double could not tell from its neighbours.
        found = Histogram(column_of(5, LARGEST), column_of(1, 511))
        assert found.total == 511 * LARGEST + 5

    @pytest.mark.parametrize("bags", [513, 2**20, 2**62])
    def test_a_sum_beyond_the_limit_is_refused(self, bags):
        with pytest.raises(hf.CountsError, match="does not fit into 64 bits"):
            _ = Histogram(column_of(LARGEST), column_of(bags)).total

    def test_the_limit_holds_for_sums_of_parts(self):
        part = Histograms.of(counts_of([[LARGEST - 1, 1]] * 300))
        with pytest.raises(hf.CountsError, match="does not fit into 64 bits"):
            part + part

    def test_very_many_bags_of_few_items(self):
        many = Histogram(column_of(0, 1, 58), column_of(10**15, 3, 10**15))
        assert many.total == 58 * 10**15 + 3
        assert many.n_bags == 2 * 10**15 + 3


class TestAllCategories:
    @given(tables())
    def test_what_is_known_of_all_bags(self, table):
        found = Histograms.of(counts_of(table))
        assert found.n_bags == len(table)
        assert found.n_items == sum(map(int, table.ravel()))
        assert found.n_empty == sum(not any(row) for row in table.tolist())
        assert found.counts.tolist() == [sum(map(int, column)) for column in table.T]
        assert [as_dict(one) for one in found.by_category] == [
            dict(collections.Counter(column)) for column in table.T.tolist()
        ]
        assert as_dict(found.of_totals) == dict(collections.Counter(map(sum, table.tolist())))

    @given(tables(), st.data())
    def test_merging_parts_is_joining_bags(self, table, data):
        whole = Histograms.of(counts_of(table))
        cuts = sorted(data.draw(st.lists(st.integers(0, len(table)), max_size=4)))
        parts = [Histograms.of(counts_of(part)) for part in np.split(table, cuts)]
        order = data.draw(st.permutations(range(len(parts))))
        merged = parts[order[0]]
        for number in order[1:]:
            merged = merged + parts[number]
        assert same(merged, whole)
        assert merged.sha256 == whole.sha256
        assert merged.log_coefficient == whole.log_coefficient

    @given(tables(), st.data())
    def test_the_order_of_the_bags_leaves_no_mark(self, table, data):
        order = data.draw(st.permutations(range(len(table))))
        straight, turned = (
            Histograms.of(counts_of(rows)) for rows in (table, table[list(order)].reshape(table.shape))
        )
        assert same(straight, turned)
        assert straight.sha256 == turned.sha256

    def test_one_part_or_four_hundred(self, rng):
        table = rng.multinomial(58, [0.5, 0.3, 0.1, 0.1], size=2000)
        table[rng.integers(2000, size=30)] = 0
        whole = Histograms.of(counts_of(table))
        parts = [Histograms.of(counts_of(part)) for part in np.array_split(table, 400)]
        merged = parts[0]
        for part in parts[1:]:
            merged = merged + part
        assert same(merged, whole)
        assert (merged.sha256, merged.log_coefficient) == (whole.sha256, whole.log_coefficient)
        assert (merged.n_empty, merged.n_items) == (whole.n_empty, int(table.sum()))

    def test_merging_counts_is_merging_histograms(self):
        left = hf.Counts([[1, 2], [0, 4]], categories=["blue", "red"])
        right = hf.Counts([[9, 3]], categories=["blue", "red"])
        assert same(Histograms.of(left.merge(right)), Histograms.of(left) + Histograms.of(right))

    def test_of_no_bags(self):
        none = Histograms.of(counts_of(np.zeros((0, 3), dtype=np.int64)))
        assert (none.n_bags, none.n_items, none.n_empty, none.log_coefficient) == (0, 0, 0, 0.0)
        assert none.counts.tolist() == [0, 0, 0]
        some = Histograms.of(counts_of([[1, 2, 3]]))
        assert same(none + some, some)

    def test_empty_bags_are_kept_and_tell_nothing(self):
        some = Histograms.of(counts_of([[1, 2, 3]]))
        more = some + Histograms.of(counts_of([[0, 0, 0], [0, 0, 0]]))
        assert (more.n_bags, more.n_empty, more.n_items) == (3, 2, 6)
        assert more.log_coefficient == some.log_coefficient
        assert more.sha256 != some.sha256


class TestWhatIsRefused:
    def test_another_order_of_the_categories(self):
        one = Histograms.of(hf.Counts([[1, 2]], categories=["blue", "red"]))
        other = Histograms.of(hf.Counts([[2, 1]], categories=["red", "blue"]))
        with pytest.raises(hf.CountsError, match="do not add up") as refused:
            one + other
        assert refused.value.found == ("red", "blue")

    @pytest.mark.parametrize("names", [["blue", "green"], ["blue", "red", "green"], ["Blue", "red"]])
    def test_other_categories(self, names):
        one = Histograms.of(hf.Counts([[1, 2]], categories=["blue", "red"]))
        with pytest.raises(hf.CountsError, match="do not add up"):
            one + Histograms.of(hf.Counts([[1] * len(names)], categories=names))

    def test_categories_of_other_bags_than_the_totals(self):
        two = Histogram.of(column_of(1, 2))
        with pytest.raises(hf.CountsError, match="different bags"):
            Histograms((two, Histogram.of(column_of(1))), Histogram.of(column_of(2, 2)), ("a", "b"))
        with pytest.raises(hf.CountsError, match="different bags"):
            Histograms((two, two), Histogram.of(column_of(2, 5)), ("a", "b"))


def asked(table):
    """Eight units in the last place of what the terms come to: Σ k |log k| and the halves of logs beside them."""
    cells = np.concatenate([np.asarray(table, dtype=float).ravel(), np.asarray(table).sum(axis=1)])
    cells = cells[cells > 0]
    return 8 * UNIT * float((cells * np.log(2) + np.log(cells) + 2).sum())


class TestLogCoefficient:
    @settings(max_examples=60)
    @given(tables())
    def test_agrees_with_sixty_digits(self, table):
        found = Histograms.of(counts_of(table)).log_coefficient
        truth = log_coefficient(table)
        assert abs(float(mpmath.mpf(found) - truth)) <= asked(table) + float(np.spacing(abs(found)))

    @pytest.mark.parametrize("total", [1, 58, 10**4])
    def test_a_single_bag_to_the_accuracy_of_a_pmf(self, total, rng):
        """Row A1, as it stands."""
        for n in (2, 6, 50):
            for evenness in (0.1, 1.0, 100.0):
                row = rng.multinomial(total, rng.dirichlet(np.full(n, evenness)))
                error = mpmath.mpf(Histograms.of(counts_of([row])).log_coefficient) - log_coefficient([row])
                allowed = 1e-11 + 1e-15 * float(mpmath.loggamma(total + 1))
                assert abs(float(error)) <= allowed

    def test_a_bag_of_a_thousand_million(self, rng):
        for n in (2, 6, 50):
            row = rng.multinomial(10**9, rng.dirichlet(np.ones(n)))
            error = mpmath.mpf(Histograms.of(counts_of([row])).log_coefficient) - log_coefficient([row])
            assert abs(float(error)) <= 2e-5

    def test_one_category_holds_nearly_all(self):
        for row in ([10**9, 0], [10**9 - 1, 1], [0, 0, 10**9], [2**52, 1]):
            error = mpmath.mpf(Histograms.of(counts_of([row])).log_coefficient) - log_coefficient([row])
            assert abs(float(error)) <= max(2e-5, asked([row]))

    def test_many_bags(self, rng):
        table = rng.multinomial(rng.poisson(55, 20_000), [0.3, 0.3, 0.2, 0.1, 0.1])
        found = Histograms.of(counts_of(table)).log_coefficient
        truth = log_coefficient(table)
        # Half a unit in the last place a term of the histograms, of which none is larger than the sum.
        assert abs(float(mpmath.mpf(found) - truth)) <= 1e-13 * float(truth)

    def test_ten_million_million_bags(self):
        row, times = [12, 7, 9], 10**13
        histograms = Histograms(
            tuple(Histogram(column_of(k), column_of(times)) for k in row),
            Histogram(column_of(sum(row)), column_of(times)),
            ("a", "b", "c"),
        )
        truth = times * log_coefficient([row])
        assert float(abs(mpmath.mpf(histograms.log_coefficient) / truth - 1)) <= 1e-14

    def test_the_gate_sees_a_remainder_left_out(self, monkeypatch):
        monkeypatch.setattr(module, "stirling_remainder", np.zeros_like)
        error = mpmath.mpf(Histograms.of(counts_of([[3, 4]])).log_coefficient) - log_coefficient([[3, 4]])
        assert abs(float(error)) > asked([[3, 4]])


class TestFingerprint:
    def test_it_tells_names_values_and_frequencies_apart(self):
        tables_and_names = [
            ([[1, 2], [3, 4]], ["a", "b"]),
            ([[1, 2], [3, 4]], ["a", "c"]),
            ([[1, 2], [3, 4]], ["b", "a"]),
            ([[2, 1], [4, 3]], ["a", "b"]),
            ([[1, 4], [3, 2]], ["a", "b"]),
            ([[1, 2], [3, 4], [3, 4]], ["a", "b"]),
            ([[1, 2]], ["a", "b"]),
            ([[1, 2, 0], [3, 4, 0]], ["a", "b", "c"]),
        ]
        found = {
            Histograms.of(hf.Counts(table, categories=names)).sha256 for table, names in tables_and_names
        }
        assert len(found) == len(tables_and_names)

    def test_it_does_not_change_from_one_version_to_the_next(self):
        found = Histograms.of(hf.Counts([[9, 8], [12, 7], [9, 8]], categories=["blue", "brown"])).sha256
        assert len(found) == 64
        assert (
            found == Histograms.of(hf.Counts([[12, 7], [9, 8], [9, 8]], categories=["blue", "brown"])).sha256
        )

    def test_it_takes_names_that_no_text_file_would(self):
        assert len(Histograms.of(hf.Counts([[1, 2]], categories=["\ud800", "b"])).sha256) == 64
