"""Every answer and every classic mistake of every lesson: who types it gets the reason."""

from __future__ import annotations

import inspect
import json

import numpy as np
import pytest

import handful as hf
from handful.course import NotDone, Right, Wrong, checking
from handful.course.blanks import Blank
from handful.course.checking import check
from handful.course.digest import answers, compiled, exercises_of
from handful.course.sources import DIGESTS

EXERCISES = {number: one for path in answers() for number, one in exercises_of(path).items()}
MISTAKES = [(number, place) for number, one in EXERCISES.items() for place in range(len(one.mistakes))]


@pytest.mark.parametrize("path", answers(), ids=lambda path: path.stem)
def test_the_digests_are_those_of_the_answers(path):
    """If this fails: python -m handful.course.digest."""
    assert (DIGESTS / f"{path.stem}.json").read_text(encoding="utf-8") == compiled(path)


@pytest.mark.parametrize("number", EXERCISES)
def test_the_right_answer_passes_in_every_style(number):
    one = EXERCISES[number]
    for answer in (one.right, *one.styles):
        assert isinstance(check(number, answer), Right), check(number, answer)
    lesson, _, place = number.partition(".")
    assert check(f"{int(lesson)}.{place}", one.right)
    if isinstance(one.right, float):
        assert check(number, np.float64(one.right))
        assert check(number, one.right + 0.4 * one.width)
        assert check(number, one.right - 0.4 * one.width)


@pytest.mark.parametrize(("number", "place"), MISTAKES)
def test_a_classic_mistake_gets_its_reason(number, place):
    wrong, reason = EXERCISES[number].mistakes[place]
    found = check(number, wrong)
    assert isinstance(found, Wrong)
    assert found.reason == reason


@pytest.mark.parametrize("number", EXERCISES)
def test_every_exercise_knows_three_mistakes_and_shows_no_answer(number):
    one = EXERCISES[number]
    assert len(one.mistakes) >= 3
    stored = json.loads((DIGESTS / f"{number[:2]}.json").read_text(encoding="utf-8"))[number]
    if isinstance(one.right, float) and one.tried is None:
        assert str(one.right) not in json.dumps({**stored, "mistakes": []})
    assert str(getattr(one.right, "__name__", "no name")) not in inspect.getsource(checking)


def failing(*_):
    raise ValueError("no blue here")


@pytest.mark.parametrize(
    ("number", "answer", "sentence"),
    [
        ("01.1", 17, "not what the exercise asks"),
        ("01.1", float("nan"), "NaN"),
        ("01.1", [1, 2], "1 value is asked for, and there are 2"),
        ("04.3", 2, "2 values are asked for, and there is one"),
        ("01.1", "120", "leave the quotation marks out"),
        ("01.1", "240", "leave the quotation marks out"),  # the number of the bucket that 120 is in
        ("01.1", object(), "is no number"),
        ("01.1", failing, "it is a function"),
        ("01.2", 0.2, "a function is asked for"),
        ("01.2", failing, "raises ValueError: no blue here"),
        ("01.2", lambda n, k: 0.1, "it takes (n, k), and the exercise gives it 3 values"),
        ("01.2", lambda n, k, q: n + "k", "raises TypeError"),
        ("01.2", lambda n, k, q: None, "gives nothing back"),
        ("01.4", 0.89, "right but for the rounding"),
        ("09.4", [0.17, 0.5], "right but for the rounding"),
        ("01.2", lambda n, k, q: n ^ q, "no power in Python"),
        ("01.2", lambda n, k, q: 2.0, "between 0 and 1"),
        ("01.3", lambda n, q: [0.5], "look at both ends"),
    ],
)
def test_other_wrong_answers_get_a_sentence_and_nothing_raises(number, answer, sentence):
    found = check(number, answer)
    assert isinstance(found, Wrong)
    assert sentence in repr(found)
    assert "Not yet" in found._repr_html_()


def test_a_blank_is_not_done():
    for answer in (Blank("01.2"), None, ...):
        assert isinstance(check("01.2", answer), NotDone)
    assert isinstance(check("01.2", lambda n, k, q: Blank("01.2") * q), NotDone)
    found = check("01.3", lambda n, q: [Blank("01.2")(n, k, q) for k in range(n + 1)])
    assert isinstance(found, Wrong)
    assert "uses exercise 01.2, which is still blank" in found.reason


def test_a_distribution_is_an_answer_where_its_numbers_are_asked_for():
    assert check("04.3", hf.Beta(2, 8))
    assert check("05.1", lambda a, b, k, n: hf.Beta(a, b).condition(successes=k, trials=n).posterior)
    assert check("08.3", hf.Dirichlet([51, 28, 34, 51, 29, 33]))
    assert "swapped" in repr(check("05.1", lambda a, b, k, n: hf.Beta(a + n - k, b + k)))


def test_an_exercise_that_does_not_exist_is_told():
    with pytest.raises(hf.ParameterError, match=r"no such exercise; lesson 01 has 01\.1"):
        check("01.99", 1)
    with pytest.raises(hf.ParameterError, match="lesson 77 has none"):
        check("77.1", 1)
