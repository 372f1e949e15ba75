"""Lines and quotes: what ends a row, what a quote holds, and which line of the file a complaint names.

The rows C16 and C17 of the list 'Data at the door'.
"""

from __future__ import annotations

import pytest

from tests.data.door import Door, content_of, note, where, words

PLAIN = "bag,red,green,blue\nA,3,4,5\nB,1,0,22\n"


# --- blank lines and line ends ----------------------------------------------------------------


def test_blank_lines_are_skipped_with_a_note_and_still_counted(door: Door) -> None:
    text = "\nbag,red,blue\n\nA,3,4\n   \n\nB,1,2\n\n"
    counts = door.read(text)
    assert content_of(counts) == content_of(door.read("bag,red,blue\nA,3,4\nB,1,2\n"))
    assert note(counts, "skipped_lines").kind == "note"
    complaint = door.only(text.replace("B,1", "B,-1"))
    assert where(complaint) == ("negative", 7, "red", "B", "-1")


def test_a_line_of_separators_is_never_a_bag_of_zeros(door: Door) -> None:
    """Excel leaves such lines below a table."""
    counts = door.read("bag,red,blue\nA,3,4\nB,1,2\n,,\n,,\n", blank_is_zero=True)
    assert content_of(counts) == content_of(door.read("bag,red,blue\nA,3,4\nB,1,2\n"))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("last", [True, False], ids=["ended", "unended"])
def test_C16_any_line_end_is_read_and_counted(door: Door, end: str, last: bool) -> None:
    text = PLAIN.replace("\n", end)
    text = text if last else text.removesuffix(end)
    assert content_of(door.read(text)) == content_of(door.read(PLAIN))
    complaint = door.only(text.replace("22", "2.5"))
    assert where(complaint) == ("decimal", 3, "blue", "B", "2.5")


def test_C16_mixed_line_ends_are_counted_as_an_editor_counts_them(door: Door) -> None:
    complaint = door.only("bag,red,blue\r\nA,3,4\rB,1,2\nC,x,2\r\n")
    assert where(complaint) == ("not_a_number", 4, "red", "C", "x")


@pytest.mark.parametrize("mark", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c"], ids=ascii)
def test_C16_no_other_character_ends_a_line(door: Door, mark: str) -> None:
    counts = door.read(f"bag,red,blue,place\nA,3,4,x{mark}y\nB,1,2,z\n")
    assert counts.labels["place"] == (f"x{mark}y", "z")


# --- C17: quotes ------------------------------------------------------------------------------


def test_quotes_hold_separators_quotes_and_line_ends(door: Door) -> None:
    text = '"bag","red","blue","place"\n"A, the ""first""","3","4","two\nlines"\nB,1,2,z\n'
    counts = door.read(text)
    assert counts.bags == ('A, the "first"', "B")
    assert counts.table.tolist() == [[3, 4], [1, 2]]
    assert counts.labels["place"] == ("two\nlines", "z")


def test_a_line_end_inside_quotes_counts_as_a_line(door: Door) -> None:
    text = 'bag,red,blue,place\nA,3,4,"two\n\nlines"\nB,x,2,z\nC,1,y,"u\nv"\n'
    assert [where(each) for each in door.refuse(text)] == [
        ("not_a_number", 5, "red", "B", "x"),
        ("not_a_number", 6, "blue", "C", "y"),
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param('bag,red,blue\nA,3,4\n"B,1,2\nC,1,2\nD,1,2\n', 3, id="first-cell"),
        pytest.param('bag,red,blue\nA,3,"4\nB,1,2\n', 2, id="last-cell"),
        pytest.param('bag,red,"blue\nA,3,4\nB,1,2\n', 1, id="header"),
        pytest.param('bag,red,blue\nA,3,4\nB,1,"', 3, id="at-the-very-end"),
        pytest.param('bag,red,blue\n"A\nA",3,4\nB,1,"2""\n', 4, id="after-a-line-end-in-quotes"),
    ],
)
def test_C17_an_unclosed_quote_names_the_line_it_opened_on(door: Door, text: str, line: int) -> None:
    complaint = next(each for each in door.refuse(text) if each.code == "unclosed_quote")
    assert complaint.line == line
    assert "quote" in words(complaint)


def test_C17_text_after_a_closing_quote_is_refused(door: Door) -> None:
    complaint = door.only('bag,red,blue\nA,3,4\n"B"x,1,2\n')
    assert (complaint.code, complaint.line) == ("bad_quote", 3)
    assert "quote" in words(complaint)


def test_C17_a_nul_byte_names_its_line(door: Door) -> None:
    complaint = next(iter(door.refuse("bag,red,blue\nA,3,4\nB,1\x00,2\nC,1,2\n")))
    assert (complaint.code, complaint.line) == ("nul_byte", 3)
