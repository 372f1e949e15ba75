"""Whether an answer is right, and if not, which of the classic mistakes it is."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from inspect import signature
from typing import Any, TypeAlias

from handful.course.blanks import Blank
from handful.course.elements import NOTHING, StillBlank, digests_of, elements_of, matches
from handful.course.sources import DIGESTS
from handful.errors import ParameterError

SLACK = 1e-6


@dataclass(frozen=True, slots=True, repr=False)
class Right:
    """The answer is right.

    Parameters
    ----------
    exercise : str
        Which one.

    Examples
    --------
    >>> Right("04.2")
    Right: exercise 04.2.
    """

    exercise: str

    def __repr__(self) -> str:
        """That it is right."""
        return f"Right: exercise {self.exercise}."

    def __bool__(self) -> bool:
        """True."""
        return True

    def _repr_html_(self) -> str:
        return f"<p>✔ <strong>Right</strong>: exercise {escape(self.exercise)}.</p>"


@dataclass(frozen=True, slots=True, repr=False)
class Wrong:
    """The answer is not right yet.

    Parameters
    ----------
    exercise : str
        Which one.
    reason : str
        What is wrong, as far as it can be told.

    Examples
    --------
    >>> Wrong("04.2", "k and n are swapped")
    Not yet: exercise 04.2: k and n are swapped.
    """

    exercise: str
    reason: str

    def __repr__(self) -> str:
        """What is wrong."""
        return f"Not yet: exercise {self.exercise}: {self.reason}."

    def __bool__(self) -> bool:
        """False."""
        return False

    def _repr_html_(self) -> str:
        return f"<p>✘ <strong>Not yet</strong>: exercise {escape(self.exercise)}: {escape(self.reason)}.</p>"


@dataclass(frozen=True, slots=True, repr=False)
class NotDone:
    """There is no answer yet.

    Parameters
    ----------
    exercise : str
        Which one.

    Examples
    --------
    >>> NotDone("04.2")
    NotDone: exercise 04.2 is still blank. Its hint stands below it.
    """

    exercise: str

    def __repr__(self) -> str:
        """What is missing."""
        return repr(Blank(self.exercise))

    def __bool__(self) -> bool:
        """False."""
        return False

    def _repr_html_(self) -> str:
        return Blank(self.exercise)._repr_html_()


Finding: TypeAlias = Right | Wrong | NotDone


def check(exercise: str, answer: Any) -> Finding:
    """Whether an answer is right; if not, why, as far as it can be told.

    Nothing that a student writes makes it fail: a function that raises is a wrong answer with a reason.

    Parameters
    ----------
    exercise : str
        Its number: '04.2' or '4.2'.
    answer : Any
        A number, a text, several of them, or a function, as the exercise asks.

    Raises
    ------
    ParameterError
        If there is no such exercise.

    Examples
    --------
    >>> check("01.1", Blank("01.1"))
    NotDone: exercise 01.1 is still blank. Its hint stands below it.
    """
    number, known = _looked_up(exercise)
    if isinstance(answer, Blank) or answer is None or answer is ...:
        return NotDone(number)
    if (misfit := _misfit(answer, known["tried"])) is not None:
        return Wrong(number, misfit)
    try:
        elements = elements_of(answer, known["tried"])
    except StillBlank as missing:
        if missing.exercise == number:
            return NotDone(number)
        return Wrong(number, f"it uses exercise {missing.exercise}, which is still blank")
    except Exception as error:  # noqa: BLE001  # whatever a student's function raises is the student's to hear of
        return Wrong(number, _told(error, tried=known["tried"]))
    found = digests_of(elements, salt=known["salt"], width=known["width"])
    if matches(found, known["right"]):
        return Right(number)
    for mistake in known["mistakes"]:
        if matches(found, mistake["digests"]):
            return Wrong(number, mistake["reason"])
    return Wrong(number, _in_general(elements, known))


def _looked_up(exercise: str) -> tuple[str, dict[str, Any]]:
    """The full number of an exercise, and its digests."""
    lesson, _, place = str(exercise).strip().partition(".")
    number = f"{lesson.zfill(2)}.{place}"
    path = DIGESTS / f"{lesson.zfill(2)}.json"
    known: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    if number not in known:
        message = f"{exercise!r}: there is no such exercise; lesson {lesson} has {', '.join(known) or 'none'}"
        raise ParameterError(message, name="exercise", found=exercise)
    return number, known[number]


def _misfit(answer: Any, tried: Sequence[Sequence[Any]] | None) -> str | None:
    """What is wrong where a function is asked for and there is none or one of other arguments, or none is asked for."""
    if tried is None:
        is_function = callable(answer) and not isinstance(answer, type)
        return "it is a function; call it, and give its value" if is_function else None
    if not callable(answer):
        return "a function is asked for, and this is none: give its name alone, without brackets behind it"
    try:
        signature(answer).bind(*tried[0])
    except TypeError:
        takes = f"it takes {signature(answer)}, and the exercise gives it {len(tried[0])} values"
        return f"your function cannot be used as the exercise asks: {takes}"
    except ValueError:  # of some functions that are written in C nobody knows what they take
        return None
    return None


def _told(error: Exception, *, tried: object) -> str:
    if "for ^" in str(error):
        return "^ is no power in Python: write ** (10 ^ 3 is 9, and a share has no ^ at all)"
    if tried is None:
        return f"{error}; give a number, a text, or a list of them"
    return f"your function raises {type(error).__name__}: {error}"


def _in_general(elements: Sequence[float | str], known: dict[str, Any]) -> str:
    """What can be said of a wrong answer that nobody has foreseen."""
    numbers = [one for one in elements if not isinstance(one, str)]
    if any(math.isnan(one) for one in numbers):
        return "it is NaN, no number: is a value missing, or 0 divided by 0?"
    if known["tried"] is not None and NOTHING in elements:
        return "your function gives nothing back: end it with return, and not with print"
    if known["tried"] is not None and len(elements) != len(known["right"]):
        return "your function does not give as many values as the exercise asks for; look at both ends"
    if known["tried"] is None and any(_is_number(one) for one in elements):
        return "it is a text, though it looks like a number: leave the quotation marks out"
    if known["tried"] is None and len(elements) != (asked := len(known["right"])):
        return (
            f"{asked} {'value is' if asked == 1 else 'values are'} asked for, and there {_are(len(elements))}"
        )
    if "a probability" in known["rules"] and any(not -SLACK <= one <= 1 + SLACK for one in numbers):
        return "a probability lies between 0 and 1, and this does not"
    if "sums to 1" in known["rules"] and known["tried"] is None and abs(sum(numbers) - 1) > 1e-3:
        return f"these probabilities sum to {sum(numbers):.4g}, and all outcomes together have 1"
    return "it is not what the exercise asks for; look at the hint"


def _is_number(element: float | str) -> bool:
    """Whether it is a text that says a number."""
    if not isinstance(element, str):
        return False
    try:
        float(element)
    except ValueError:
        return False
    return True


def _are(number: int) -> str:
    return "is one" if number == 1 else f"are {number}"
