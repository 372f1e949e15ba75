"""What a student has said, in progress.json: a nickname, sealed guesses and priors, and what was opened.

The file holds receipts (``receipts``). Without it nothing breaks: only the receipts are lost.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

from handful.course.blanks import Blank
from handful.course.receipts import FIRST, canonical, digest, faults
from handful.errors import ParameterError, SourceError
from handful.files import write_whole

FILE = Path("progress.json")
SCHEMA = "handful/progress/1"
KEYS = frozenset({"kind", "name", "value", "version", "late", "time", "receipt"})


@dataclass(frozen=True, slots=True, repr=False)
class Receipt:
    """That something was said.

    Parameters
    ----------
    name : str
        Of what.
    version : int
        1, and one more each time it was changed.
    receipt : str
        The SHA-256 of it and of all that was said before.
    time : str
        When, in UTC.
    late : bool
        Whether it was changed after the data were opened.
    """

    name: str
    version: int
    receipt: str
    time: str
    late: bool

    def __repr__(self) -> str:
        """A line."""
        told = f"#{self.receipt[:8]}  {self.time[11:19]} UTC  {self.name}"
        told += f", version {self.version}" if self.version > 1 else ""
        return told + (
            f"\nChanged after the data: {self.name} is no longer what it was before." if self.late else ""
        )

    def _repr_html_(self) -> str:
        line, _, warning = repr(self).partition("\n")
        banner = f"<p><strong>⚠ {escape(warning)}</strong></p>" if warning else ""
        return f"<p><code>{escape(line)}</code></p>{banner}"


def start(nickname: str | Blank, *, path: str | Path = FILE) -> str:
    """A greeting; progress.json is begun if it is not there.

    Parameters
    ----------
    nickname : str
        What the student wants to be called; nothing else about a person is kept.
    path : str or Path, optional
        The file.

    Raises
    ------
    SourceError
        If the file is there and cannot be read.
    """
    if isinstance(nickname, Blank):
        return "Choose a nickname first."
    kept = read_progress(path)
    known = kept["nickname"]
    _write(path, {**kept, "nickname": str(nickname)})
    again = f"Welcome back, {nickname}" if known == str(nickname) else f"Welcome, {nickname}"
    return f"{again}: {len(kept['entries'])} entries in {Path(path).name}."


def seal(name: str, value: Any, *, path: str | Path = FILE) -> Receipt | Blank:
    """The receipt of what was said before the data were seen.

    The same value again is the same receipt. Another one is a new version, and flagged if something was opened since.

    Parameters
    ----------
    name : str
        Of what it is: 'guess', 'prior'.
    value : Any
        A number, a text, a list of them, or a prior.
    path : str or Path, optional
        The file.

    Raises
    ------
    ParameterTypeError
        If it is nothing that can be sealed.
    SourceError
        If the file is there and cannot be read.
    """
    if isinstance(value, Blank):
        return value
    kept, said = read_progress(path), canonical(value)
    earlier = [entry for entry in kept["entries"] if entry["kind"] == "seal" and entry["name"] == name]
    if earlier and earlier[-1]["value"] == said:
        return _receipt(earlier[-1])
    opened = any(entry["kind"] == "reveal" for entry in kept["entries"])
    entry = {"kind": "seal", "name": name, "value": said, "version": len(earlier) + 1}
    return _receipt(_added(path, kept, entry={**entry, "late": bool(earlier) and opened}))


def reveal(name: str, *, path: str | Path = FILE) -> Receipt:
    """The receipt of having opened something: what is sealed anew after this is late.

    Parameters
    ----------
    name : str
        What was opened: 'bag'.
    path : str or Path, optional
        The file.

    Raises
    ------
    ParameterError
        If nothing has been sealed yet: say first what you expect.
    SourceError
        If the file is there and cannot be read.
    """
    kept = read_progress(path)
    if not any(entry["kind"] == "seal" for entry in kept["entries"]):
        message = f"nothing is sealed yet: say what you expect before you open {name!r}"
        raise ParameterError(message, name="name", found=name)
    for entry in kept["entries"]:
        if entry["kind"] == "reveal" and entry["name"] == name:
            return _receipt(entry)
    return _receipt(
        _added(path, kept, entry={"kind": "reveal", "name": name, "value": None, "version": 1, "late": False})
    )


def verify(path: str | Path = FILE) -> list[str]:
    """What is wrong with a file of progress; empty if every entry fits its receipt.

    Raises
    ------
    SourceError
        If it is not there, or cannot be read.
    """
    if not Path(path).is_file():
        raise SourceError(f"{path}: there is no such file", source=str(path))
    return faults(read_progress(path)["entries"])


def read_progress(path: str | Path) -> dict[str, Any]:
    """What the file holds; nothing if it is not there.

    Raises
    ------
    SourceError
        If it is there and is no file of progress.
    """
    target = Path(path)
    if not target.is_file():
        return {"schema": SCHEMA, "nickname": None, "entries": []}
    try:
        found = json.loads(target.read_text(encoding="utf-8"))
    except ValueError as error:
        message = f"{target} is broken ({error}); move it away, and a new one is begun"
        raise SourceError(message, source=str(path)) from error
    if not isinstance(found, Mapping) or found.get("schema") != SCHEMA or not _has_entries(found):
        raise SourceError(
            f"{target} is no file of progress; move it away, and a new one is begun", source=str(path)
        )
    return dict(found)


def _has_entries(found: Mapping[str, Any]) -> bool:
    """Whether it holds what a file of progress holds."""
    entries = found.get("entries")
    return (
        "nickname" in found
        and isinstance(entries, list)
        and all(isinstance(entry, Mapping) and entry.keys() >= KEYS for entry in entries)
    )


def _added(path: str | Path, kept: Mapping[str, Any], *, entry: Mapping[str, Any]) -> dict[str, Any]:
    """The entry with its time and receipt, which is in the file then."""
    entries = list(kept["entries"])
    timed = {**entry, "time": datetime.now(UTC).isoformat(timespec="seconds")}
    timed["receipt"] = digest(timed, entries[-1]["receipt"] if entries else FIRST)
    _write(path, {**kept, "entries": [*entries, timed]})
    return timed


def _receipt(entry: Mapping[str, Any]) -> Receipt:
    return Receipt(entry["name"], entry["version"], entry["receipt"], entry["time"], entry["late"])


def _write(path: str | Path, kept: Mapping[str, Any]) -> None:
    write_whole(Path(path), (json.dumps(kept, indent=1, ensure_ascii=False) + "\n").encode())
