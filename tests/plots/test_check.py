"""The pictures of a check, as numbers: where the bags seen stand among made-up tables."""

import math

import numpy as np
import pytest

import handful as hf
from handful.plots.check import all_statistics, one_statistic

COUNTS = hf.Counts([[12, 40, 3], [9, 46, 0], [30, 20, 5], [8, 40, 7]], categories=["blue", "red", "green"])


def checked(counts=COUNTS, **how):
    return hf.check(hf.fit(hf.Pooled(), counts), counts, draws=2_000, rng=1, **how)


def test_all_are_in_standard_deviations_of_their_made_up_tables():
    found = checked()
    data = all_statistics(found)
    for row, one in enumerate(found.statistics):
        if one.replicated.std() > 0:
            back = one.mean + one.replicated.std() * np.array(
                [data.lower[row], data.upper[row], data.observed[row], data.observed_upper[row]]
            )
            assert back == pytest.approx([one.lower, one.upper, one.observed, one.observed_between[1]])


def test_chi2_differs_from_draw_to_draw_and_nothing_else_does():
    data = all_statistics(checked())
    differs = {name for b, name in enumerate(data.names) if data.observed_lower[b] < data.observed_upper[b]}
    assert differs == {"chi2"}
    assert one_statistic(checked()["chi2"]).edges[0] >= 0


def test_what_no_made_up_table_has_is_infinitely_far_where_they_are_all_the_same():
    counts = hf.Counts([[90, 60], [60, 90], [120, 0]], categories=["blue", "red"])
    found = checked(counts, statistics=["zeros"])
    assert np.ptp(found["zeros"].replicated) == 0
    assert all_statistics(found).observed.tolist() == [math.inf]
    ax = hf.plot_check(found)
    assert "zeros: above all of them, which are the same (p < 0.001" in hf.alt_text(ax)


def test_what_all_made_up_tables_have_is_in_their_middle():
    counts = hf.Counts([[90, 60], [60, 90]], categories=["blue", "red"])
    assert all_statistics(checked(counts, statistics=["zeros"])).observed.tolist() == [0.0]


def test_the_picture_of_chi2_tells_of_its_band():
    text = hf.alt_text(hf.plot_check(checked(), statistic="chi2"))
    assert "a band their" in text
    assert "a band" not in hf.alt_text(hf.plot_check(checked(), statistic="zeros"))
