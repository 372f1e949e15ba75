"""What the command line does with trouble: a sentence on stderr and an exit code, no traceback."""

from __future__ import annotations

import functools
import os
import sys
import traceback
from collections.abc import Callable
from typing import ParamSpec

from handful import errors
from handful.cli.interrupts import INTERRUPTED, last_words
from handful.progress import Watch, watched

P = ParamSpec("P")

FAILURE, USAGE, BAD_DATA, NOT_OK = 1, 2, 3, 4
DEBUG = "HANDFUL_DEBUG"

OPTIONS = {
    "bags": "--bags: ",
    "mass": "--ci: ",
    "drop": "--",
    "id": "--",
    "labels": "--",
    "known": "--labels: ",
    "n_components": "--model: ",
    "size": "--size: ",
    "strength": "--recipe-strength: ",
    "weights": "--weights-prior: ",
}
"""What a parameter of the library is called here, to be put before what is said of it."""

# The first that fits decides.
EXIT_CODES: tuple[tuple[type[errors.HandfulError], int], ...] = (
    (errors.TableError, BAD_DATA),
    (errors.CountsError, BAD_DATA),
    (errors.DataUsedTwice, BAD_DATA),
    (errors.ImpossibleData, BAD_DATA),
    (errors.SourceError, USAGE),
    (errors.ParameterError, USAGE),
    (errors.EngineError, USAGE),
    (errors.HandfulError, FAILURE),
)


def guarded(command: Callable[P, None]) -> Callable[P, None]:
    """`command`, ending in a sentence and an exit code where it raises.

    With ``--debug`` (or HANDFUL_DEBUG=1) the traceback is printed too.
    """

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
            sys.stdout.flush()
            if _stopped():
                _interrupted()
        except KeyboardInterrupt:
            _interrupted()
        except errors.HandfulError as error:
            option = OPTIONS.get(getattr(error, "name", ""), "")
            _say(option + str(error), next(code for kind, code in EXIT_CODES if isinstance(error, kind)))
        except BrokenPipeError:
            _say("the reader of the output went away before the end", FAILURE)
        except MemoryError:
            _say("there is not enough memory for this", FAILURE)
        except OSError as error:
            where = f"{error.filename!r}: " if error.filename else ""
            _say(f"{where}{error.strerror or error}", FAILURE)

    return run


def stop_if_wrong(ok: bool, *, strict: bool) -> None:
    """Nothing, if the verdict is ok or nobody is strict about it; else the end, once all has been said."""
    if strict and not ok and not _stopped():
        _say("the verdict is not ok: see the notes", NOT_OK)


def _stopped() -> bool:
    """Whether an interrupt has ended the work, and what was done has been told."""
    watch = watched()
    return watch is not None and watch.stopped is not None


def _interrupted() -> None:
    """What was interrupted, and the end; said once."""
    watch = watched() or Watch()
    if not watch.told:
        _say(last_words(watch), INTERRUPTED)


def _say(message: str, code: int) -> None:
    if os.environ.get(DEBUG):
        traceback.print_exc()
    try:
        sys.stdout.flush()
    except OSError:
        # The pipe is broken: what is left unwritten must not raise once more when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    print(f"handful: {message}", file=sys.stderr)
    sys.exit(code)
