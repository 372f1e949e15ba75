"""Where long work has got to: its loops say so, and whoever watches may look at any time.

    a command -> watching() -> fit -> stage("fitting mixture:3") -> stage("tempering").at(0.4)

Nobody watches unless somebody asks to: the library says nothing, and a loop pays next to nothing for that. Who watches
looks, and is never called, so that nothing that draws can hold up what computes.

An interrupt (Ctrl-C) is Python's KeyboardInterrupt everywhere. Where somebody watches, and half of an answer is one,
`so_far` ends its loop by it and gives what is done; the watch then says so in `stopped`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self, TypeVar

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Stage:
    """A piece of work that goes on.

    Parameters
    ----------
    what : str
        In words: 'tempering'; for a loop what it is about, in the singular: 'model'.
    since : float
        When it began, in seconds of time.monotonic.
    done : float
        How far it is.
    of : float or None
        How far it goes; None where nobody knows.
    counted : bool
        Whether it is so many pieces one after another, of which `done` are finished.
    quicker : str
        What to ask for, to be answered sooner.
    typed : bool
        Whether it waits for somebody at the keyboard, whom nothing should disturb.
    """

    what: str
    since: float
    done: float = 0.0
    of: float | None = None
    counted: bool = False
    quicker: str = ""
    typed: bool = False

    def __str__(self) -> str:
        """The work in words."""
        return f"{self.what} {self.done + 1:.0f} of {self.of:.0f}" if self.counted else self.what


@dataclass(frozen=True, slots=True)
class Stopped:
    """A loop that an interrupt has ended, what it had done being kept.

    Parameters
    ----------
    what : str
        What it is about, in the singular.
    done, of : int
        How many are done, and how many there were to do.
    """

    what: str
    done: int
    of: int

    def __str__(self) -> str:
        """How many are done.

        Examples
        --------
        >>> str(Stopped("model", 2, 3))
        '2 of 3 models'
        """
        return f"{self.done:,} of {self.of:,} {self.what}s"


@dataclass(slots=True, eq=False)
class Watch:
    """What is going on, as the loops say; to be looked at from any thread.

    Parameters
    ----------
    stages : tuple of Stage
        The outermost first.
    broken : tuple of Stage
        Those that went on when an interrupt came.
    stopped : Stopped or None
        The loop that it has ended, if one gives what is done.
    keeping : bool
        Whether a loop that goes on would give what is done.
    told : bool
        Whether the interrupt has been told of.
    """

    stages: tuple[Stage, ...] = ()
    broken: tuple[Stage, ...] = ()
    stopped: Stopped | None = None
    keeping: bool = False
    told: bool = False


_WATCH: ContextVar[Watch | None] = ContextVar("watch", default=None)


@contextmanager
def watching() -> Iterator[Watch]:
    """A watch over all work within this block; other threads are not watched.

    Examples
    --------
    >>> with watching() as watch, stage("counting"):
    ...     print(*watch.stages)
    counting
    """
    watch = Watch()
    token = _WATCH.set(watch)
    try:
        yield watch
    finally:
        _WATCH.reset(token)


def watched() -> Watch | None:
    """The watch over this work, if there is one."""
    return _WATCH.get()


class Doing:
    """A stage while its block is worked through."""

    __slots__ = ("_depth", "_stage", "_watch")

    def __init__(self, watch: Watch | None, now: Stage | None) -> None:
        self._watch, self._stage, self._depth = watch, now, 0

    def __enter__(self) -> Self:
        if self._watch is not None and self._stage is not None:
            self._depth = len(self._watch.stages)
            self._watch.stages = (*self._watch.stages, self._stage)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._watch is not None:
            if kind is KeyboardInterrupt and not self._watch.broken:
                self._watch.broken = self._watch.stages
            self._watch.stages = self._watch.stages[: self._depth]

    def at(self, done: float, of: float = 1.0) -> None:
        """Say how far it is."""
        if self._watch is not None and self._stage is not None:
            now = replace(self._stage, done=done, of=of)
            self._watch.stages = (*self._watch.stages[: self._depth], now)


_UNWATCHED = Doing(None, None)


def stage(what: str, *, quicker: str = "", typed: bool = False) -> Doing:
    """A block of work, to be entered by `with`; its `at` says how far it is.

    Parameters
    ----------
    what : str
        The work in words.
    quicker : str, optional
        What to ask for, to be answered sooner: a sentence without its end.
    typed : bool, optional
        Whether it waits for somebody at the keyboard.

    Examples
    --------
    >>> with watching() as watch, stage("tempering") as doing:
    ...     doing.at(0.5)
    ...     fraction(watch.stages)
    0.5
    """
    watch = _WATCH.get()
    if watch is None:
        return _UNWATCHED
    return Doing(watch, Stage(what, time.monotonic(), quicker=quicker, typed=typed))


def each(items: Sequence[T], what: str) -> Iterable[T]:
    """The items, one after another, said to whoever watches.

    Parameters
    ----------
    items : sequence
        What a loop goes through.
    what : str
        What one of them is, in the singular.

    Examples
    --------
    >>> with watching() as watch:
    ...     for _ in each("ab", "bag"):
    ...         print(*watch.stages)
    bag 1 of 2
    bag 2 of 2
    """
    watch = _WATCH.get()
    return items if watch is None else _told(watch, items, what=what)


def _told(watch: Watch, items: Sequence[T], *, what: str) -> Iterator[T]:
    first = Stage(what, time.monotonic(), of=len(items), counted=True)
    with Doing(watch, first) as doing:
        for done, item in enumerate(items):
            doing.at(done, len(items))
            yield item


def so_far(work: Callable[[T], R], items: Sequence[T], *, what: str, fewest: int = 1) -> list[R]:
    """What `work` makes of each item; of those before an interrupt, if somebody watches and they are enough.

    Fewer results than items mean that it was interrupted: the caller says so in what it makes of them. A loop within
    another that gives what is done leaves the interrupt to the outer one. Where nobody watches, in a notebook or a
    script, KeyboardInterrupt goes its usual way.

    Parameters
    ----------
    work : callable
        Of an item; all or nothing.
    items : sequence
        What there is to do.
    what : str
        What one of them is, in the singular.
    fewest : int, optional
        So many are an answer; fewer are none, and the interrupt goes its usual way.

    Examples
    --------
    >>> so_far(abs, [-1, 2], what="number")
    [1, 2]
    """
    watch = _WATCH.get()
    if watch is None or watch.keeping:
        return [work(item) for item in each(items, what)]
    found: list[R] = []
    if watch.stopped is not None:  # what follows an interrupted loop is not begun
        return found
    watch.keeping = True
    try:
        for item in each(items, what):
            found.append(work(item))  # noqa: PERF401  # a comprehension would lose what is done
    except KeyboardInterrupt:
        if len(found) < fewest:
            raise
        watch.stopped = Stopped(what, len(found), len(items))
    finally:
        watch.keeping = False
    return found


@contextmanager
def whole() -> Iterator[None]:
    """A block that is all or nothing: no loop in it gives what is done, and an interrupt ends it.

    Examples
    --------
    >>> with watching() as watch, whole():
    ...     watch.keeping
    True
    """
    watch = _WATCH.get() or Watch()
    before, watch.keeping = watch.keeping, True
    try:
        yield
    finally:
        watch.keeping = before


def fraction(stages: Iterable[Stage]) -> float | None:
    """How much of the outermost work that knows its end is done, 0 to 1; None where none does.

    Examples
    --------
    >>> model = Stage("model", 0.0, done=1, of=4, counted=True)
    >>> fraction([model, Stage("tempering", 0.0, done=0.5, of=1)])
    0.375
    """
    within: float | None = None
    for one in reversed(list(stages)):
        if one.of:
            ahead = within if one.counted and within is not None else 0.0
            within = min((one.done + ahead) / one.of, 1.0)
    return within
