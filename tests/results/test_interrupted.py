"""Ctrl-C in the middle: what is done is an answer that says what is missing, or the interrupt goes its usual way."""

from __future__ import annotations

import pytest

import handful as hf
from handful.progress import Doing, watching
from handful.results import calibrate as of_calibrate
from handful.results import sensitivity as of_sensitivity
from handful.results.planning import share as of_share

BAGS = hf.Counts([[12, 43], [9, 46], [11, 44]], categories=["blue", "not blue"], ids=["A", "B", "C"])


def interrupted_after(patch, module, name, *, number):
    """From now on the function of this name can be called so many times."""
    work, left = getattr(module, name), [number]

    def once(*given, **options):
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        return work(*given, **options)

    patch.setattr(module, name, once)


def test_the_simulations_that_are_done_are_ranked(monkeypatch):
    interrupted_after(monkeypatch, of_calibrate, "simulated", number=60)
    with watching() as watch:
        found = hf.calibrate(hf.Pooled(), like=BAGS, simulations=200, rng=1)
    assert len(found.scores) == 60
    assert not found.verdict.ok
    assert found.verdict.notes[0] == "Interrupted: 60 of 200 simulations are ranked here."
    assert str(watch.stopped) == "60 of 200 simulations"


def test_too_few_simulations_are_no_answer(monkeypatch):
    interrupted_after(monkeypatch, of_calibrate, "simulated", number=20)
    with watching(), pytest.raises(KeyboardInterrupt):
        hf.calibrate(hf.Pooled(), like=BAGS, simulations=200, rng=1)


def test_nobody_watches_and_the_interrupt_goes_its_usual_way(monkeypatch):
    interrupted_after(monkeypatch, of_calibrate, "simulated", number=60)
    with pytest.raises(KeyboardInterrupt):
        hf.calibrate(hf.Pooled(), like=BAGS, simulations=200, rng=1)


def test_the_candidates_that_were_tried_are_shown(monkeypatch):
    interrupted_after(monkeypatch, of_share, "_fitted", number=25)
    with watching():
        found = hf.plan(
            hf.ShareWithin(0.1, category="blue"),
            hf.Hierarchical(),
            size=20,
            bags=[2, 4, 6],
            simulations=10,
            rng=1,
        )
    assert [row.n_bags for row in found.rows] == [2, 4]
    assert not found.verdict.ok
    assert found.verdict.notes[0] == "Interrupted: 2 of 3 candidates were tried."


def test_the_other_priors_that_were_tried_are_told(monkeypatch):
    interrupted_after(monkeypatch, of_sensitivity, "alternative", number=1)
    with watching():
        found = hf.sensitivity(hf.fit(hf.Pooled(), BAGS), rng=1)
    assert len(found.alternatives) == 1
    assert not found.verdict.ok
    assert found.verdict.notes[0].startswith("Interrupted: 1 of ")


def test_what_takes_long_in_a_report_is_said(monkeypatch):
    seen = []
    monkeypatch.setattr(Doing, "__enter__", lambda doing: seen.append(str(doing._stage)) or doing)
    fit = hf.fit(hf.Hierarchical(), BAGS, rng=1)
    with watching():
        hf.report(fit, BAGS, rng=1)
    assert any(one.startswith("picture 1 of ") for one in seen)
    assert "scaling prior and likelihood" in seen
