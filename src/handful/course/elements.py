"""An answer taken apart into elements that can be compared by digest: numbers in buckets, and short texts.

A number falls into the bucket ⌊x/width⌋. Of the right one two neighbouring buckets are known, so that whatever lies
within half a width of it passes. Only salted SHA-256 digests of the buckets are kept: nobody reads an answer there at a
glance, though a program that tries all shares to four digits would find one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from numbers import Real
from typing import Any

import numpy as np

from handful.course.blanks import Blank
from handful.distributions.beta import Beta
from handful.distributions.dirichlet import Dirichlet

LENGTH = 16
NOTHING = "nothing"
"""The element of a function that gives nothing back."""

MOST = 10_000
"""Elements of an answer; of a longer one nobody compares the rest."""


class StillBlank(Exception):
    """An answer that rests on another one, which is not there yet."""

    def __init__(self, exercise: str) -> None:
        super().__init__(exercise)
        self.exercise = exercise


def elements_of(answer: Any, tried: Sequence[Sequence[Any]] | None) -> list[float | str]:
    """The elements of an answer: of a function, of its values for the arguments that are tried.

    Raises
    ------
    TypeError
        If it is neither number, text, truth, Beta, Dirichlet nor a sequence of them.
    StillBlank
        If there is a blank in it.
    """
    if tried is None:
        return list(_flat(answer))
    found: list[float | str] = []
    for arguments in tried:
        values = list(_flat(answer(*arguments)))
        found += [f"{len(values)} values", *values]
    return found


def digests_of(elements: Sequence[float | str], *, salt: str, width: float) -> list[str]:
    """One digest for each element."""
    return [_digest(salt, place, bucket=_bucket(one, width)) for place, one in enumerate(elements)]


def both_digests_of(elements: Sequence[float | str], *, salt: str, width: float) -> list[list[str]]:
    """For each element the digests of the bucket it is in and of the neighbour that it is nearer to."""
    found = []
    for place, one in enumerate(elements):
        if isinstance(one, str) or not math.isfinite(one):
            near = {_bucket(one, width)}
        else:
            near = {_bucket(one - 0.5 * width, width), _bucket(one + 0.5 * width, width)}
        found.append(sorted(_digest(salt, place, bucket=bucket) for bucket in near))
    return found


def matches(found: Sequence[str], wanted: Sequence[Sequence[str]]) -> bool:
    """Whether each digest is one of those that are wanted in its place."""
    return len(found) == len(wanted) and all(one in some for one, some in zip(found, wanted, strict=True))


def _bucket(element: float | str, width: float) -> str:
    if isinstance(element, str):
        return f"text {element}"  # no text is taken for the number of a bucket
    if not math.isfinite(element / width):
        return str(element)
    return str(math.floor(element / width))


def _digest(salt: str, place: int, *, bucket: str) -> str:
    return sha256(f"{salt}|{place}|{bucket}".encode()).hexdigest()[:LENGTH]


def _flat(value: Any) -> Iterable[float | str]:
    """Numbers and texts in their order, whatever holds them."""
    if isinstance(value, Blank):
        raise StillBlank(value.exercise)
    if value is None:
        yield NOTHING
    elif isinstance(value, bool | np.bool_):
        yield "yes" if value else "no"
    elif isinstance(value, str):
        yield value.strip().casefold()
    elif isinstance(value, Real):
        yield float(value)
    else:
        for number, one in enumerate(_parts(value)):
            if number >= MOST:
                raise TypeError(f"it has more than {MOST:,} values")
            yield from _flat(one)


def _parts(value: Any) -> Iterable[Any]:
    """What something holds that is no single value."""
    if isinstance(value, Beta):
        return value.a, value.b
    if isinstance(value, Dirichlet):
        return np.asarray(value.concentration).tolist()  # type: ignore[no-any-return]  # NumPy does not say
    if isinstance(value, dict):
        return [part for key in sorted(value, key=str) for part in (str(key), value[key])]
    if isinstance(value, Iterable) and not isinstance(value, bytes | np.ndarray):
        return value
    tolist: Callable[[], Any] | None = getattr(value, "tolist", None)
    if tolist is None:
        raise TypeError(f"{type(value).__name__} is no number")
    found = tolist()
    return found if isinstance(found, list) else [found]
