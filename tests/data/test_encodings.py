"""Bytes before text: marks, UTF-16, and what is said of bytes that are not UTF-8.

The rows C1 to C3 of the list 'Data at the door'.
"""

from __future__ import annotations

import codecs

import pytest

from handful.errors import ParameterError
from tests.data.door import Door, content_of, note, note_codes, words

TEXT = "bag,red,blue,place\nA,3,4,Zoë\nB,1,2,Köln\n"

UTF_16 = [
    pytest.param(codecs.BOM_UTF16_LE, "utf-16-le", id="LE-with-mark"),
    pytest.param(codecs.BOM_UTF16_BE, "utf-16-be", id="BE-with-mark"),
    pytest.param(b"", "utf-16-le", id="LE-by-its-NULs"),
    pytest.param(b"", "utf-16-be", id="BE-by-its-NULs"),
]


@pytest.mark.parametrize("text", [TEXT, '"bag"' + TEXT[3:]], ids=["bare", "quoted"])
def test_C1_a_byte_order_mark_is_stripped(door: Door, text: str) -> None:
    counts = door.read(codecs.BOM_UTF8 + text.encode())
    assert content_of(counts) == content_of(door.read(TEXT))
    assert counts.named
    assert "\ufeff" not in repr(content_of(counts))


def test_C1_the_mark_is_stripped_from_a_first_column_that_is_a_category(door: Door) -> None:
    assert door.read(codecs.BOM_UTF8 + b"red,blue\n3,4\n1,2\n").categories == ("red", "blue")


@pytest.mark.parametrize(("mark", "codec"), UTF_16)
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_C2_utf_16_is_decoded_and_said(door: Door, mark: bytes, codec: str, end: str) -> None:
    counts = door.read(mark + TEXT.replace("\n", end).encode(codec))
    assert content_of(counts) == content_of(door.read(TEXT))
    said = note(counts, "encoding").text
    assert "UTF-16" in said.upper().replace("UTF16", "UTF-16")


@pytest.mark.parametrize(("mark", "codec"), UTF_16)
def test_C2_utf_16_with_tabs_is_excels_unicode_text(door: Door, mark: bytes, codec: str) -> None:
    raw = mark + TEXT.replace(",", "\t").replace("\n", "\r\n").encode(codec)
    counts = door.read(raw)
    assert content_of(counts) == content_of(door.read(TEXT))
    assert {"separator", "encoding"} <= note_codes(counts)


@pytest.mark.parametrize(("mark", "codec"), UTF_16)
def test_C2_lines_are_counted_in_utf_16_too(door: Door, mark: bytes, codec: str) -> None:
    complaint = door.only(mark + TEXT.replace("B,1", "B,-1").encode(codec))
    assert (complaint.code, complaint.line, complaint.column) == ("negative", 3, "red")


@pytest.mark.parametrize(("mark", "codec"), UTF_16[:2])
def test_C2_half_a_character_at_the_end_is_refused(door: Door, mark: bytes, codec: str) -> None:
    complaint = door.refuse(mark + TEXT.encode(codec)[:-1])[0]
    assert complaint.code == "encoding"


def test_C2_utf_8_is_not_noted(door: Door) -> None:
    assert "encoding" not in note_codes(door.read(TEXT))


@pytest.mark.parametrize("codec", ["cp1252", "latin-1", "mac-roman"])
def test_C3_bytes_that_are_not_utf_8_are_named(door: Door, codec: str) -> None:
    raw = "bag,red,place,blue\nA,3,Ulm,4\nB,1,Köln,2\n".encode(codec)
    bad = "ö".encode(codec)[0]
    complaint = door.only(raw)
    assert (complaint.code, complaint.line, complaint.column) == ("encoding", 3, "place")
    said = str(complaint).lower()
    assert f"{bad:02x}" in said
    assert "--encoding" in words(complaint)


def test_C3_a_bad_byte_in_the_header_is_on_line_1(door: Door) -> None:
    complaint = door.only("bag,red,größe\nA,3,4\n".encode("cp1252"))
    assert (complaint.code, complaint.line) == ("encoding", 1)
    assert "--encoding" in words(complaint)


def test_C3_a_bad_byte_is_found_after_other_line_ends(door: Door) -> None:
    complaint = door.only("bag,red,blue,place\rA,3,4,x\rB,1,2,Köln\r".encode("cp1252"))
    assert (complaint.code, complaint.line) == ("encoding", 3)


@pytest.mark.parametrize("codec", ["cp1252", "latin-1", "mac-roman", "cp437", "utf-16"])
def test_C3_the_encoding_that_is_given_is_used(door: Door, codec: str) -> None:
    counts = door.read(TEXT.encode(codec), encoding=codec)
    assert content_of(counts) == content_of(door.read(TEXT))


def test_C3_an_encoding_that_does_not_fit_is_refused(door: Door) -> None:
    complaint = door.refuse(TEXT.encode("cp1252"), encoding="ascii")[0]
    assert complaint.code == "encoding"


@pytest.mark.parametrize("name", ["klingon", "", "base64", "rot13", "zip", "hex", "utf-8\x00"])
def test_C3_a_name_that_is_no_text_encoding_is_a_parameter_error(door: Door, name: str) -> None:
    """``zip`` and its like are codecs of Python, from bytes to bytes: a zip bomb's way in."""
    with pytest.raises(ParameterError) as caught:
        door.read(TEXT, encoding=name)
    assert caught.value.name == "encoding"


def test_no_replacement_character_is_ever_made(door: Door) -> None:
    """A real U+FFFD in the file is kept; none is invented for a byte that does not decode."""
    counts = door.read("bag,red,blue,place\nA,3,4,x\ufffdy\nB,1,2,z\n")
    assert counts.labels["place"][0] == "x\ufffdy"
