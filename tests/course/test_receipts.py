"""Sealed is sealed: receipts, versions, what was opened, and a file that somebody has touched."""

from __future__ import annotations

import json
from hashlib import sha256

import numpy as np
import pytest

import handful as hf
from handful import course
from handful.course.blanks import blank
from handful.course.progress import verify
from handful.course.receipts import canonical


@pytest.fixture
def path(tmp_path):
    return tmp_path / "progress.json"


def entries(path):
    return json.loads(path.read_text(encoding="utf-8"))["entries"]


def test_a_receipt_is_the_digest_of_the_entry_and_of_the_one_before(path):
    """Recomputed here from the file alone, by the rule in the documents."""
    course.start("teal-otter", path=path)
    for name, value in (("guess", 0.2), ("prior", hf.Beta(2, 8)), ("list", [1, 2.5, "a"])):
        course.seal(name, value, path=path)
    before = "0" * 64
    for entry in entries(path):
        rest = {key: value for key, value in entry.items() if key != "receipt"}
        text = json.dumps(rest, sort_keys=True, separators=(",", ":"))
        before = sha256(f"{before}\n{text}".encode()).hexdigest()
        assert entry["receipt"] == before
    assert [entry["value"] for entry in entries(path)] == [0.2, "beta(2,8)", [1, 2.5, "a"]]
    assert verify(path) == []


def test_the_same_again_is_the_same_receipt_and_another_one_a_new_version(path):
    first = course.seal("guess", 0.2, path=path)
    assert course.seal("guess", 0.2, path=path) == first
    second = course.seal("guess", 0.25, path=path)
    assert (second.version, second.late) == (2, False)
    assert len(entries(path)) == 2


def test_a_change_after_the_data_is_flagged(path):
    course.seal("prior", hf.Beta(2, 8), path=path)
    course.reveal("bag", path=path)
    assert not course.seal("prior", hf.Beta(2, 8), path=path).late
    late = course.seal("prior", hf.Beta(20, 5), path=path)
    assert (late.version, late.late) == (2, True)
    assert "Changed after the data" in repr(late)
    assert "⚠" in late._repr_html_()
    assert not course.seal("something new", 1, path=path).late
    assert course.reveal("bag", path=path) == course.reveal("bag", path=path)
    assert verify(path) == []


def test_nothing_is_opened_before_something_is_sealed(path):
    with pytest.raises(hf.ParameterError, match="nothing is sealed yet"):
        course.reveal("bag", path=path)


def test_the_nickname_is_remembered_and_nothing_breaks_without_the_file(path):
    assert "Welcome, teal-otter: 0 entries" in course.start("teal-otter", path=path)
    course.seal("guess", 0.2, path=path)
    assert "Welcome back, teal-otter: 1 entries" in course.start("teal-otter", path=path)
    path.unlink()
    assert course.seal("guess", 0.2, path=path).version == 1


def changed(found):
    found[1]["value"] = 0.9


def taken_out(found):
    del found[0]


def swapped(found):
    found[0], found[1] = found[1], found[0]


def backdated(found):
    found[2]["time"] = "2020-01-01T00:00:00+00:00"


@pytest.mark.parametrize(("touch", "place"), [(changed, 2), (taken_out, 1), (swapped, 1), (backdated, 3)])
def test_a_file_that_somebody_has_touched_is_found_out(path, touch, place):
    for number, name in enumerate(("guess", "prior", "third")):
        course.seal(name, number, path=path)
    whole = json.loads(path.read_text(encoding="utf-8"))
    touch(whole["entries"])
    path.write_text(json.dumps(whole), encoding="utf-8")
    (fault,) = verify(path)
    assert fault.startswith(f"entry {place} ")


BROKEN = [
    "{",
    "[]",
    '{"schema": "other"}',
    '{"schema": "handful/progress/1"}',
    '{"schema": "handful/progress/1", "nickname": "x", "entries": [1]}',
    '{"schema": "handful/progress/1", "nickname": "x", "entries": [{"kind": "seal"}]}',
]


@pytest.mark.parametrize("content", BROKEN)
def test_a_broken_file_is_a_sentence(path, content):
    path.write_text(content, encoding="utf-8")
    with pytest.raises(hf.SourceError, match="move it away"):
        course.seal("guess", 0.2, path=path)
    assert path.read_text(encoding="utf-8") == content


def test_a_blank_is_not_sealed(path):
    assert repr(course.seal("guess", blank("01.1"), path=path)).startswith("NotDone")
    assert "nickname" in course.start(blank("01.1"), path=path)
    assert not path.exists()


def test_what_can_be_sealed():
    assert canonical(np.float64(0.25)) == 0.25
    assert canonical({"b": (1, True), "a": None}) == {"b": [1, True], "a": None}
    assert canonical(np.array([1, 2])) == [1, 2]
    with pytest.raises(hf.ParameterTypeError, match="seal a number"):
        canonical(object())


def test_a_blank_swallows_whatever_is_done_with_it():
    one = blank("04.2")
    for found in (
        one + 1,
        2 - one,
        one * one,
        -one,
        one(3, a=1),
        one["x"],
        one.mean,
        one**2,
        abs(one),
        1 / one,
    ):
        assert repr(found) == repr(one)
    assert np.isnan(float(one))
    assert np.isnan(np.asarray(one, dtype=float))
    assert list(one) == []
    assert f"{one:.3f}" == "?"
    assert not one
    assert not course.done(1, one)
    assert course.done(1, 2)
    assert not hasattr(one, "_ipython_display_")
