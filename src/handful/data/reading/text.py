"""Bytes to text: encodings, and files that are no text at all."""

from __future__ import annotations

import codecs
import re

from handful.data.complaints import Complaint, Note
from handful.data.reading.grid import empty_file, refuse
from handful.errors import ParameterError

LONGEST_LINE = 1_000_000
_MANY_NULS = 0.3
# The look back makes it begin at the start of a line only, so that all lines together are read once.
_TOO_LONG = re.compile(rf"(?<![^\r\n])[^\r\n]{{{LONGEST_LINE + 1}}}[^\r\n]*")

_WORKBOOKS = (
    (b"PK\x03\x04", "is an Excel or OpenDocument workbook, or another zip file, whatever its name says."),
    (b"PK\x05\x06", "is an empty workbook or zip file, whatever its name says."),
    (b"\xd0\xcf\x11\xe0", "is an old Excel workbook, whatever its name says."),
    (b"\x1f\x8b", "is compressed with gzip."),
    (b"PAR1", "is a Parquet file, whatever its name says."),
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decode(data: bytes, source: str, *, encoding: str | None = None) -> tuple[str, tuple[Note, ...]]:
    """The text in `data`, and notes on how it was decoded.

    Parameters
    ----------
    data : bytes
        A whole file.
    source : str
        Its name, for messages.
    encoding : str, optional
        The encoding, if not UTF-8 nor UTF-16.

    Raises
    ------
    TableError
        If the file is empty, no text, or not in that encoding.
    ParameterError
        If there is no such encoding.
    """
    if not data.strip():
        raise refuse(empty_file(source))
    for magic, what in _WORKBOOKS:
        if data.startswith(magic):
            cure = "Save the sheet as CSV (UTF-8) and give that file."
            raise refuse(_complaint(source, "workbook", rule=what, cure=cure))
    name, skip = (_known(encoding), 0) if encoding is not None else _guess(data)
    for bom, of in _BOMS:
        if data.startswith(bom) and codecs.lookup(name).name == codecs.lookup(of).name:
            skip = len(bom)
    try:
        text = data[skip:].decode(name)
    except UnicodeDecodeError as error:
        raise refuse(_undecodable(data, skip + error.start, source=source, name=name)) from None
    _refuse_oddities(text, source)
    if name == "utf-8":
        return text, ()
    return text, (Note("encoding", f"Read as {name.upper()}."),)


def _guess(data: bytes) -> tuple[str, int]:
    """The encoding that the byte-order mark or the NUL bytes give away; UTF-8 otherwise."""
    for bom, name in _BOMS:
        if data.startswith(bom):
            return name, len(bom)
    head = data[:4096]
    for name, nuls in (("utf-16-le", head[1::2]), ("utf-16-be", head[0::2])):
        others = head[0::2] if name == "utf-16-le" else head[1::2]
        if len(data) % 2 == 0 and nuls.count(0) > _MANY_NULS * len(nuls) and others.count(0) == 0:
            return name, 0
    return "utf-8", 0


def _known(encoding: str) -> str:
    try:
        info = codecs.lookup(encoding)
        "".encode(encoding)  # some codecs turn bytes into bytes and decode no text
    except (LookupError, TypeError, ValueError):
        raise ParameterError(
            f"encoding {encoding!r} is not known; try utf-8, cp1252, latin-1 or utf-16",
            name="encoding",
            found=encoding,
        ) from None
    return info.name


def _complaint(
    source: str, code: str, *, rule: str, cure: str, line: int | None = None, found: str | None = None
) -> Complaint:
    return Complaint(code=code, rule=rule, cure=cure, source=source, line=line, found=found)


def _undecodable(data: bytes, at: int, *, source: str, name: str) -> Complaint:
    """The complaint about the byte at `at`: its line, and its column by counting separators."""
    before = data[:at].decode("latin-1").replace("\r\n", "\n").replace("\r", "\n")
    header = data.split(b"\n", 1)[0].split(b"\r", 1)[0].decode("latin-1")
    separator = max(",;\t|", key=header.count)
    names = header.split(separator)
    cell = before.rpartition("\n")[2].count(separator)
    line = before.count("\n") + 1
    return Complaint(
        code="encoding",
        rule=f"(byte {at + 1} of the file) is not {name.upper()}.",
        cure="Save the file as UTF-8, or name its encoding: --encoding cp1252 is the usual one on Windows.",
        source=source,
        line=line,
        column=names[cell].strip().strip('"') if line > 1 and cell < len(names) else None,
        found=f"\\x{data[at]:02x}",
    )


def _refuse_oddities(text: str, source: str) -> None:
    if not text.strip("\ufeff \t\r\n"):
        raise refuse(empty_file(source))
    at = text.find("\0")
    if at >= 0:
        rule = "holds a NUL byte, so it is no plain text."
        raise refuse(
            _complaint(
                source, "nul_byte", rule=rule, cure="Save it again as CSV (UTF-8).", line=_line(text, at)
            )
        )
    long = _TOO_LONG.search(text)
    if long:
        rule = f"has {len(long[0]):,} characters; a line may have {LONGEST_LINE:,}."
        cure = "Is this a table with a row a bag?"
        line = _line(text, long.start())
        raise refuse(_complaint(source, "line_too_long", rule=rule, cure=cure, line=line))


def _line(text: str, at: int) -> int:
    """The 1-based physical line on which character `at` stands; CR, LF and CRLF all end a line."""
    before = text[:at]
    return before.count("\n") + before.count("\r") - before.count("\r\n") + 1
