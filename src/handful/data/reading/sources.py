"""Where a table comes from: a file, standard input, an open file; and what to say if it does not."""

from __future__ import annotations

import difflib
import os
import sys
from pathlib import Path
from typing import Protocol, runtime_checkable

from handful.data.complaints import escaped
from handful.errors import SourceError

STDIN = "-"


@runtime_checkable
class Readable(Protocol):
    """Anything with a ``read`` that gives bytes or text."""

    def read(self) -> bytes | str:
        """All that is left in it."""


def read_bytes(source: str | os.PathLike[str] | Readable) -> tuple[bytes, str]:
    """The bytes of `source` and its name for messages.

    Raises
    ------
    SourceError
        If it is missing (naming the nearest file), a directory, or not readable.
    """
    if isinstance(source, Readable):
        name = getattr(source, "name", None)
        return _read_open(source, name if isinstance(name, str) else "the open file")
    if str(source) == STDIN:
        if sys.stdin is None:
            raise SourceError("standard input is closed: there is nothing to read", source=STDIN)
        return _read_open(sys.stdin.buffer, "standard input")
    path = Path(source)
    try:
        return path.read_bytes(), os.fspath(source)
    except FileNotFoundError:
        raise SourceError(
            f"there is no file {os.fspath(source)!r}{_nearest(path)}", source=str(source)
        ) from None
    except IsADirectoryError:
        raise SourceError(
            f"{os.fspath(source)!r} is a directory; name one file in it{_tables_in(path)}", source=str(source)
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SourceError(
            f"cannot read {os.fspath(source)!r}: {escaped(reason)}", source=str(source)
        ) from error


def _read_open(stream: Readable, name: str) -> tuple[bytes, str]:
    try:
        content = stream.read()
    except (OSError, ValueError) as error:
        raise SourceError(escaped(f"cannot read {name}: {error}"), source=name) from error
    return (content.encode() if isinstance(content, str) else bytes(content)), name


def check_file(path: Path) -> None:
    """Nothing, if `path` can be opened.

    Raises
    ------
    SourceError
        As `read_bytes` does.
    """
    if not path.is_file():
        read_bytes(path)


def _nearest(path: Path) -> str:
    try:
        beside = [entry.name for entry in path.parent.iterdir() if entry.is_file()]
    except OSError:
        return f": there is no directory {str(path.parent)!r}"
    near = difflib.get_close_matches(path.name, beside, n=1, cutoff=0.5)
    return f"; did you mean {str(path.with_name(near[0]))!r}?" if near else ""


def _tables_in(path: Path) -> str:
    try:
        tables = sorted(
            entry.name for entry in path.iterdir() if entry.suffix in (".csv", ".tsv", ".txt", ".parquet")
        )
    except OSError:
        return ""
    return escaped(f": {', '.join(tables[:5])}") if tables else ""
