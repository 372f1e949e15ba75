"""A report made again: the same bit by bit, within its errors elsewhere, and honest where it is not."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime

import numpy as np
import pytest
from tests.reports.page_text import Page
from tests.testing_tools import four

import handful as hf
from handful.reports import replay as of_replay
from handful.reports import report as of_report

MODELS = (hf.Pooled(), hf.Hierarchical(), hf.Mixture(2))


class Later(datetime):
    """A clock that is far ahead."""

    @classmethod
    def now(cls, tz=None):
        return datetime(2099, 1, 1, tzinfo=UTC) if tz else None


@pytest.fixture(scope="module")
def counts():
    return hf.Counts(four.TABLE, categories=four.CATEGORIES, ids=four.BAGS)


@pytest.fixture(scope="module")
def page(counts, tmp_path_factory):
    fits = [hf.fit(model, counts, rng=7) for model in MODELS]
    return hf.write_report(hf.report(fits, counts), tmp_path_factory.mktemp("report") / "report.html")


def changed(page, tmp_path, change):
    """The page with another document in it."""
    text = page.read_text(encoding="utf-8")
    document = Page(text).document
    change(document)
    path = tmp_path / "changed.html"
    path.write_text(text.replace(Page(text).embedded, json.dumps(document)), encoding="utf-8")
    return path


def test_the_same_versions_give_the_same_bits(page):
    found = hf.replay(page)
    assert found.verdict.ok
    assert [one.words for one in found.models] == ["identical, bit by bit"] * len(MODELS)
    assert not found.verdict.notes


@pytest.mark.parametrize(
    "asked", [{"engine": "smc", "draws": 1500}, {"draws": 2500}, {"engine": "laplace"}], ids=str
)
def test_what_was_asked_of_the_engine_is_found_out(counts, tmp_path, asked):
    fit = hf.fit(hf.Hierarchical(), counts, rng=3, **asked)
    path = hf.write_report(hf.report(fit, counts), tmp_path / "report.html")
    assert hf.replay(path).models[0].identical


def test_a_cell_that_was_changed_is_named(page, counts):
    table = counts.table.copy()
    table[2, 1] += 1
    found = hf.replay(page, dataclasses.replace(counts, table=table))
    assert not found.verdict.ok
    assert "bag C, brown: 8 then, 9 now" in found.verdict.notes[0]
    assert not found.models


def test_counts_that_were_changed_in_the_report_are_noticed(page, tmp_path):
    def change(document):
        document["data"]["counts"]["table"][0][0] += 1

    assert not hf.replay(changed(page, tmp_path, change)).verdict.ok


@pytest.mark.parametrize("hash_too", [False, True])
def test_a_mean_that_was_changed_differs(page, tmp_path, hash_too):
    def change(document):
        document["models"][0]["fit"]["parameters"][0]["mean"] += 0.01
        if hash_too:
            document["models"][0]["again"]["sha256"] = "0" * 64

    found = hf.replay(changed(page, tmp_path, change))
    assert not found.verdict.ok
    assert "differs" in found.models[0].words


def set_at(document, place, value):
    *way, last = place
    for key in way:
        document = document[key]
    document[last] = value


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("models", 0, "headline"), "Pigs fly."),
        (("data", "totals", 0, "counted"), 9999),
        (("models", 0, "fit", "parameters", 0, "upper"), 0.9),
        (("models", 0, "check", "statistics", 0, "p"), 0.5),
        (("comparison", "best"), "separate"),
        (("methods",), "By magic."),
    ],
    ids=lambda one: ".".join(map(str, one)) if isinstance(one, tuple) else "",
)
def test_whatever_else_was_changed_is_named(page, tmp_path, place, value):
    found = hf.replay(changed(page, tmp_path, lambda document: set_at(document, place, value)))
    assert not found.verdict.ok
    assert ".".join(map(str, place)) in found.verdict.notes[0]


def test_a_page_that_was_changed_beside_its_data_is_noticed(page, tmp_path):
    path = tmp_path / "changed.html"
    path.write_text(page.read_text(encoding="utf-8").replace('<h2 id="data-h">Data', '<h2 id="data-h">Lies'))
    found = hf.replay(path)
    assert not found.verdict.ok
    assert "page has been changed" in found.verdict.notes[0]


def test_the_hour_may_be_another(page, monkeypatch):
    monkeypatch.setattr(of_report, "datetime", Later)
    assert hf.replay(page).verdict.ok


def test_an_hour_that_was_changed_in_the_text_is_noticed(page, tmp_path):
    text, made = (
        page.read_text(encoding="utf-8"),
        Page(page.read_text(encoding="utf-8")).document["made"]["at"],
    )
    path = tmp_path / "changed.html"
    path.write_text(text.replace(f"Made on {made}", "Made on 1999-12-31 23:59 UTC"), encoding="utf-8")
    assert not hf.replay(path).verdict.ok


@pytest.mark.parametrize("missing", ["data", "versions", "models"])
def test_a_damaged_report_is_told(page, tmp_path, missing):
    path = changed(page, tmp_path, lambda document: document.pop(missing))
    with pytest.raises(hf.SourceError):
        hf.replay(path)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("sealed",), None),
        (("sealed",), [{"name": "prior"}]),
        (("seed",), "seven"),
        (("versions",), [1]),
        (("models", 0, "fit", "parameters", 0, "mean"), "much"),
        (("models", 0, "fit", "parameters", 0, "mean"), float("nan")),
        (("models", 0, "fit", "log_evidence", "value"), float("inf")),
    ],
    ids=str,
)
def test_data_that_are_none_are_told(page, tmp_path, place, value):
    path = changed(page, tmp_path, lambda document: set_at(document, place, value))
    with pytest.raises(hf.SourceError, match="damaged"):
        hf.replay(path)


@pytest.mark.parametrize("part", ["question", "sealed", "command", "seed", "machine"])
def test_a_part_that_is_missing_is_told(page, tmp_path, part):
    with pytest.raises(hf.SourceError, match="damaged"):
        hf.replay(changed(page, tmp_path, lambda document: document.pop(part)))


def test_a_report_that_was_cut_off_is_told(page, tmp_path):
    path = tmp_path / "cut.html"
    whole = page.read_bytes()
    for part in (whole[: len(whole) // 2], whole[:-100]):
        path.write_bytes(part)
        with pytest.raises(hf.SourceError, match="not whole"):
            hf.replay(path)


def test_another_hash_hides_no_other_text(page, tmp_path):
    def change(document):
        document["models"][0]["headline"] = "Pigs fly."
        document["models"][0]["again"]["sha256"] = "0" * 64

    found = hf.replay(changed(page, tmp_path, change))
    assert not found.verdict.ok
    assert "not every bit of pooled" in found.verdict.notes[0]


def test_another_kind_of_machine_is_named(page, tmp_path):
    found = hf.replay(
        changed(page, tmp_path, lambda document: document["machine"].update(instructions="BEADS"))
    )
    assert found.verdict.ok
    assert "instructions: BEADS then" in found.verdict.notes[0]
    assert "not made again" in found.verdict.notes[0]


def test_draws_of_a_generator_cannot_be_made_again(counts, tmp_path):
    fit = hf.fit(hf.Hierarchical(), counts, rng=np.random.default_rng(1))
    found = hf.replay(hf.write_report(hf.report(fit, counts), tmp_path / "report.html"))
    assert not found.verdict.ok
    assert found.models[0].agrees
    assert "generator" in found.verdict.notes[0]


def test_other_versions_are_named_and_errors_allowed(page, tmp_path, monkeypatch):
    def change(document):
        for model in document["models"]:
            model["again"]["sha256"] = "0" * 64  # other versions draw other numbers
            model["fit"]["seed"] = None if model["fit"]["seed"] is None else 8

    monkeypatch.setattr(of_replay, "versions", lambda: {"numpy": "9.9"})
    found = hf.replay(changed(page, tmp_path, change))
    assert found.verdict.ok, found
    assert "numpy" in found.verdict.notes[0]
    assert "9.9 now" in found.verdict.notes[0]
    assert {one.identical for one in found.models} == {False}


def test_what_is_no_report_is_refused(tmp_path):
    with pytest.raises(hf.SourceError, match="there is no file"):
        hf.replay(tmp_path / "none.html")
    with pytest.raises(hf.SourceError, match="is a directory"):
        hf.replay(tmp_path)
    for text in (
        "<html></html>",
        '<script type="application/json" id="handful-report">{</script>',
        "\x00\x01",
    ):
        path = tmp_path / "other.html"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(hf.SourceError):
            hf.replay(path)
