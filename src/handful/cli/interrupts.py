"""Ctrl-C: the end within two seconds, whatever is going on; a second one ends at once.

The first raises KeyboardInterrupt, as Python does, and the command ends with a sentence (``guard``). Python comes to
that only between two of its own steps, and a single call of NumPy, an import or threads that are waited for may last.
So a thread of its own hears of the signal too, and ends the process when the time is up.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from select import select
from types import FrameType

from handful.files import forsake
from handful.progress import Watch, fraction

INTERRUPTED = 130
PATIENCE = 1.4
"""Seconds from Ctrl-C to the end; what is done should be said by then. The rest of the two is for a busy machine."""

SAYING = 0.2
"""A terminal that takes nothing, such as one stopped by Ctrl-S, is not waited for any longer."""


@contextmanager
def interruptible(watch: Watch) -> Iterator[None]:
    """A block in which Ctrl-C ends the process within two seconds, with exit code 130."""
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler or os.name != "posix":
        yield  # whoever has started us wants no interrupts, as `handful ... &` in a script
        return
    hearing, telling = os.pipe()
    os.set_blocking(telling, False)
    signal.set_wakeup_fd(telling, warn_on_full_buffer=False)
    threading.Thread(target=_wait, args=(hearing, watch), daemon=True).start()
    signal.signal(signal.SIGINT, _raise_once)
    try:
        yield
    except KeyboardInterrupt:
        pass  # from where no command catches it: imports, the parser of options
    except SystemExit:
        if signal.getsignal(signal.SIGINT) is not _heard:
            raise
    else:
        return
    # Python's own end would join threads that still compute, and may end by the signal instead of the exit code.
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    _end(watch)


def last_words(watch: Watch) -> str:
    """What was interrupted, and what is kept of it."""
    watch.told = True
    stages = watch.broken or watch.stages
    part = fraction(stages)
    where = ": ".join(map(str, stages))
    if where and part is not None:
        where = f"{where}, {part:.0%} done"
    said = f"interrupted ({where})" if where else "interrupted"
    if watch.stopped is not None:
        return f"{said}; what is told is of {watch.stopped}"
    if not stages:
        return said
    quicker = [stage.quicker for stage in stages if stage.quicker]
    return f"{said}; nothing of it is kept" + (f" ({quicker[0]})" if quicker else "")


def _raise_once(number: int, frame: FrameType | None) -> None:  # noqa: ARG001  # as Python calls it
    signal.signal(signal.SIGINT, _heard)
    raise KeyboardInterrupt


def _heard(number: int, frame: FrameType | None) -> None:
    """Nothing: the thread ends it all."""


def _wait(hearing: int, watch: Watch) -> None:
    """The end, some time after the first interrupt or right after the second."""
    heard = 0
    while True:
        if heard and not select([hearing], [], [], PATIENCE)[0]:
            _end(watch)
        heard += sum(byte == signal.SIGINT for byte in os.read(hearing, 64))
        if heard > 1:
            _end(watch)


def _end(watch: Watch) -> None:
    """The end of the process, with a word if none was said, and with no file left that is not whole."""
    forsake()
    if not watch.told:
        said = f"{_wiping()}handful: {last_words(watch)}\n".encode()
        saying = threading.Thread(target=os.write, args=(2, said), daemon=True)
        saying.start()
        saying.join(SAYING)
    os._exit(INTERRUPTED)


def _wiping() -> str:
    """What takes away the line of progress that nobody else will, on a terminal that has one."""
    if not os.isatty(2) or os.environ.get("TERM", "dumb") == "dumb":
        return ""
    return f"\r{' ' * (shutil.get_terminal_size().columns - 1)}\r"
