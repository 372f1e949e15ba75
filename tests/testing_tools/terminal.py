"""A command on a terminal: a pseudo-terminal, of which every byte is kept, and what a screen would show of it."""

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from dataclasses import dataclass

CONTROL_C = b"\x03"
LONGEST = 60.0


@dataclass
class Ended:
    """What a command wrote to its terminal (first after so many seconds) and to a pipe, and how it ended."""

    text: str
    stdout: str
    code: int
    first: float
    lasted: float | None


def on_terminal(
    command, *, folder, columns=80, feed=None, until=None, keys=CONTROL_C, piped=False, **environment
):
    """Run a command of Python with stderr on a terminal; `keys` are typed once it has written `until`.

    Instead of keys `feed` can be given, which comes to stdin through a pipe; else stdin is the terminal, too. With
    `piped` stdout is a pipe.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    given = {key: value for key, value in os.environ.items() if key not in {"COLUMNS", "LINES", "NO_COLOR"}}
    given |= {
        "PYTHONPATH": os.pathsep.join(sys.path),
        "PYTHONIOENCODING": "utf-8",
        "TERM": "xterm",
        **environment,
    }
    with subprocess.Popen(
        [sys.executable, *command],
        cwd=folder,
        env=given,
        stdin=theirs if feed is None else subprocess.PIPE,
        stdout=subprocess.PIPE if piped else theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=_of_its_own,  # noqa: PLW1509  # there is no other way to give it a terminal
    ) as process:
        os.close(theirs)
        try:
            return _watched(process, ours, feed=feed, until=until, keys=keys)
        finally:
            process.kill()  # one that has not ended by then would be waited for without end


def _of_its_own():
    """In the new process: the terminal is its own, and so is Ctrl-C, whoever wants none of it in these tests."""
    fcntl.ioctl(2, termios.TIOCSCTTY, 0)
    hear_interrupts()


def hear_interrupts():
    """In a new process: Ctrl-C is heard, even where the tests themselves hear none, as `make test &`."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _watched(process, ours, *, feed, until, keys):
    began, first, typed, written = time.monotonic(), 0.0, None, b""
    while time.monotonic() - began < LONGEST:
        if typed is None and until is not None and until.encode() in written:
            typed = time.monotonic()
            if feed is None:
                for key in keys:
                    os.write(ours, bytes([key]))
                    time.sleep(0.1)  # two signals at the same moment are one
            else:
                process.stdin.write(feed.encode())
                process.stdin.close()
        if not select.select([ours], [], [], 0.02)[0]:
            continue
        part = b""
        with contextlib.suppress(OSError):  # nobody has the terminal open any more
            part = os.read(ours, 1 << 16)
        if not part:
            break
        first = first or time.monotonic() - began
        written += part
    process.wait(LONGEST)
    lasted = None if typed is None else time.monotonic() - typed
    os.close(ours)
    out = process.stdout.read().decode() if process.stdout else ""
    return Ended(written.decode(), out, process.returncode, first, lasted)


def screen(text):
    """The lines that a terminal shows in the end: a carriage return goes back, and what follows is written over.

    What is typed is left out: some terminals show it as ^C, others do not, and it may come before or after what the
    command says.
    """
    lines = []
    for line in text.replace("^C", "").replace("\r\n", "\n").split("\n"):
        shown = ""
        for part in line.split("\r"):
            shown = part + shown[len(part) :]
        lines.append(shown.rstrip())
    return lines
