"""The line on a terminal that says what is going on, for how long, and how long it may still take.

It comes after a second, stays in its line, and is gone before anything else is said. It uses no colours and no escape
codes: the way back to its beginning, and blanks. A terminal that knows no way back (TERM=dumb) gets a plain line, less
and less often.
"""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any, TextIO

from handful.progress import Stage, Watch, fraction

PATIENCE, BETWEEN = 1.0, 0.2
"""Seconds before the first line, and before the next."""

SELDOM = 3.0
"""On a terminal without a way back: so many times as much later each time ..."""

SELDOMEST = 60.0
"""... but after so many seconds anyway."""

EARLY = 0.02
"""Of a smaller part that is done nothing follows about the rest."""

NARROWEST = 10

TYPED = len("^C")
"""A terminal shows after the line that it is interrupted: there is room for that, and it goes with the line."""


class Line:
    """The one line at the bottom of a terminal, that things are said above."""

    def __init__(self, terminal: TextIO, watch: Watch) -> None:
        self.lock = (
            threading.RLock()
        )  # an interrupt may come while it is held, and what is said then needs it, too
        self._terminal, self._watch, self._began = terminal, watch, time.monotonic()
        self._shown, self._apart = 0, True
        self._plain = os.environ.get("TERM", "dumb") == "dumb"
        self._next = PATIENCE

    def draw(self) -> None:
        """Show what is going on, unless something is being said or typed."""
        with self.lock:
            stages, now = self._watch.stages, time.monotonic()
            if any(stage.typed for stage in stages):
                self.clear()
                return
            if not self._apart:
                return
            width = max(shutil.get_terminal_size().columns - 1 - TYPED, NARROWEST)
            if self._plain:
                if now - self._began >= self._next:
                    self._next = min(SELDOM * self._next, self._next + SELDOMEST)
                    self._write(f"{words(stages, now=now, began=self._began, width=width)}\n")
                return
            text = words(stages, now=now, began=self._began, width=width)
            self._write(f"\r{' ' * (self._shown + TYPED)}\r{text}")
            self._shown = len(text)

    def clear(self) -> None:
        """Take it away."""
        with self.lock:
            if self._shown:
                self._write(f"\r{' ' * (self._shown + TYPED)}\r")
                self._shown = 0

    def said(self, text: str) -> None:
        """Remember whether the cursor is at the beginning of a line."""
        if text:
            self._apart = text.endswith("\n")

    def _write(self, text: str) -> None:
        try:
            self._terminal.write(text)
            self._terminal.flush()
        except (OSError, ValueError):
            self._apart = False  # the terminal has gone: there is nobody to show anything to


class Above:
    """A stream whose words are said above the line."""

    def __init__(self, stream: TextIO, line: Line) -> None:
        self._stream, self._line = stream, line

    def write(self, text: str) -> int:
        """Say something."""
        with self._line.lock:
            self._line.clear()
            self._line.said(text)
            return self._stream.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def shown(watch: Watch) -> Iterator[None]:
    """A block whose progress is shown on a terminal; where there is none nothing happens."""
    if not sys.stderr.isatty():
        yield
        return
    line, ended = Line(sys.stderr, watch), threading.Event()

    def tick() -> None:
        pause = PATIENCE
        while not ended.wait(pause):
            line.draw()
            pause = BETWEEN

    ticking = threading.Thread(target=tick, daemon=True)
    ticking.start()
    above: Any = (Above(sys.stdout, line), Above(sys.stderr, line))
    with redirect_stdout(above[0] if sys.stdout.isatty() else sys.stdout), redirect_stderr(above[1]):
        try:
            yield
        finally:
            ended.set()
            ticking.join(BETWEEN)
            line.clear()


def words(stages: tuple[Stage, ...], *, now: float, began: float, width: int) -> str:
    """What is going on, in so many letters at most: the work, the part done, the time taken and the time left.

    Examples
    --------
    >>> model, fitting = Stage("model", 0.0, done=1, of=4, counted=True), Stage("fitting mixture:3", 5.0)
    >>> words((model, fitting), now=15.0, began=0.0, width=79)
    'model 2 of 4: fitting mixture:3  25%, 15 s, about 45 s left'
    >>> words((model, fitting), now=15.0, began=0.0, width=39)
    'model 2 of 4: fitting mix...  25%, 15 s'
    """
    part = fraction(stages)
    taken = lasting(now - began)
    known = [stage for stage in stages if stage.of]
    left = 0.0
    if part is not None and part > EARLY:
        left = (now - known[0].since) * (1.0 - part) / part
    doing = ": ".join(map(str, stages)) or "working"
    if part is None:
        return _fitted(doing, taken, width=width)
    tail = f"{part:.0%}, {taken}"
    whole = f"{tail}, about {lasting(left)} left" if left >= 0.5 else tail
    return _fitted(doing, whole if len(doing) + len(whole) + 2 <= width else tail, width=width)


def lasting(seconds: float) -> str:
    """A time in words.

    Examples
    --------
    >>> lasting(12.3), lasting(200), lasting(7300)
    ('12 s', '3 min 20 s', '2 h 1 min')
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def _fitted(doing: str, tail: str, *, width: int) -> str:
    """Both, the first cut where it is too long."""
    room = width - len(tail) - 2
    if len(doing) > room:
        doing = f"{doing[: max(room - 3, 0)]}..."
    return f"{doing}  {tail}"[:width]
