"""How every file is written: all of it or nothing."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

_UNFINISHED: set[Path] = set()
"""What is being written in this process at this moment."""


def write_whole(target: Path, content: bytes) -> None:
    """Write `content` to `target`: to a temporary name beside it, synced and renamed.

    Raises
    ------
    OSError
        If it cannot be written; then nothing is left behind.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_whole(Path(folder) / "a.txt", b"blue")
    ...     (Path(folder) / "a.txt").read_bytes()
    b'blue'
    """
    target = target.resolve()  # a link stays a link, and what it points to is written
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    temporary = Path(name)
    _UNFINISHED.add(temporary)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        mask = os.umask(0)
        os.umask(mask)
        temporary.chmod(0o666 & ~mask)  # mkstemp's files are private; this one is the user's
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    finally:
        _UNFINISHED.discard(temporary)


def forsake() -> None:
    """Take away what is only half written: the process is about to end in the midst of it."""
    for temporary in tuple(_UNFINISHED):
        temporary.unlink(missing_ok=True)
