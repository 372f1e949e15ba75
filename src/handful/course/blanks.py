"""What stands where a student's answer is missing: it lets all that follows run, and says what it waits for."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np


class Blank:
    """An answer that is not there yet. Whatever is done with it gives it back; as a number it is NaN.

    Parameters
    ----------
    exercise : str
        Which one: '04.2'.

    Examples
    --------
    >>> 2 * Blank("04.2") + 1
    NotDone: exercise 04.2 is still blank. Its hint stands below it.
    """

    __slots__ = ("exercise",)

    def __init__(self, exercise: str) -> None:
        self.exercise = exercise

    def __repr__(self) -> str:
        """What is missing."""
        return f"NotDone: exercise {self.exercise} is still blank. Its hint stands below it."

    def _repr_html_(self) -> str:
        """The same in a notebook."""
        return f"<p><strong>NotDone</strong>: exercise {self.exercise} is still blank. Its hint stands below it.</p>"

    def __getattr__(self, name: str) -> Any:
        """Itself, but for what Python and notebooks ask of their own accord."""
        if name.startswith("_"):
            raise AttributeError(name)
        return self

    def _itself(self, *_: object, **__: object) -> Blank:
        return self

    __call__ = __getitem__ = _itself
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _itself
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = _itself
    __pow__ = __rpow__ = __matmul__ = __rmatmul__ = __neg__ = __pos__ = __abs__ = _itself
    __lt__ = __le__ = __gt__ = __ge__ = _itself

    def __bool__(self) -> bool:
        """Nothing is true of it."""
        return False

    def __iter__(self) -> Iterator[Any]:
        """There is nothing in it."""
        return iter(())

    def __len__(self) -> int:
        """There is nothing in it."""
        return 0

    def __float__(self) -> float:
        """NaN: no number."""
        return math.nan

    def __format__(self, spec: str) -> str:
        """A question mark, whatever the format."""
        return "?"

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        """NaN."""
        return np.array(math.nan, dtype=dtype or np.float64)


def blank(exercise: str) -> Any:
    """A blank for the answer to an exercise.

    Examples
    --------
    >>> blank("04.2")
    NotDone: exercise 04.2 is still blank. Its hint stands below it.
    """
    return Blank(exercise)


def done(*answers: object) -> bool:
    """Whether none of these is blank.

    Examples
    --------
    >>> done(0.2), done(0.2, blank("04.2"))
    (True, False)
    """
    return not any(isinstance(one, Blank) for one in answers)
