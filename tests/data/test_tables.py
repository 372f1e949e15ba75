"""The shape of a table: separators, headers, ragged rows, few colours.

The rows C4 to C9, C14 and C15 of the list 'Data at the door', with N8, N12 and N13;
lines and quotes are in ``test_lines.py``, encodings in ``test_encodings.py``,
files that are no tables in ``test_sources.py``.
"""

from __future__ import annotations

import pytest

from tests.data.door import Door, codes, content_of, note, note_codes, where, words

PLAIN = "bag,red,green,blue\nA,3,4,5\nB,1,0,22\n"
TABLE = [[3, 4, 5], [1, 0, 22]]


# --- C4, C5: separators -----------------------------------------------------------------------


@pytest.mark.parametrize("separator", [";", "\t", "|"], ids=["semicolon", "tab", "bar"])
def test_C4_the_separator_is_found_and_stated(door: Door, separator: str) -> None:
    counts = door.read(PLAIN.replace(",", separator))
    assert content_of(counts) == content_of(door.read(PLAIN))
    said = note(counts, "separator").text
    assert (separator in said) or {";": "semicolon", "\t": "tab", "|": "bar"}[separator] in said


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("other", [",", ";", "\t", "|"])
def test_C4_another_separator_inside_quotes_misleads_nobody(door: Door, separator: str, other: str) -> None:
    lines = ["bag,red,blue,place", f'A,3,4,"x{other}y{other}z{other}u"', f'B,1,2,"u{other * 3}v"']
    text = "\n".join(line if separator == "," else _reseparated(line, separator) for line in lines)
    counts = door.read(text + "\n")
    assert counts.table.tolist() == [[3, 4], [1, 2]]
    assert dict(counts.labels) == {"place": (f"x{other}y{other}z{other}u", f"u{other * 3}v")}


def _reseparated(line: str, separator: str) -> str:
    """The line with its first three commas, which stand outside quotes, replaced."""
    return line.replace(",", separator, 3)


def test_C4_a_bare_other_separator_on_some_lines_misleads_nobody(door: Door) -> None:
    counts = door.read("bag,red,blue,place\nA,3,4,x;y\nB,1,2,u|v\nC,5,9,plain\n")
    assert counts.categories == ("red", "blue")
    assert counts.labels["place"] == ("x;y", "u|v", "plain")


def test_C5_decimal_commas_between_semicolons_are_decimals(door: Door) -> None:
    complaints = door.refuse("bag;red;blue\nA;3,5;4\nB;1;2,25\n")
    assert [where(each) for each in complaints] == [
        ("decimal", 2, "red", "A", "3,5"),
        ("decimal", 3, "blue", "B", "2,25"),
    ]


def test_C5_a_quoted_decimal_comma_is_a_decimal(door: Door) -> None:
    complaint = door.only('bag,red,blue\nA,"3,5",4\nB,1,2\n')
    assert where(complaint) == ("decimal", 2, "red", "A", "3,5")


def test_J1d_the_whole_european_spreadsheet(door: Door) -> None:
    """Byte order mark, semicolons, trailing blank columns, a total, Windows line ends."""
    text = "\ufeffbag;red;blue;total;;\r\nA;3;4;7;;\r\nB;1;2;3;;\r\n"
    counts = door.read(text)
    assert content_of(counts) == content_of(door.read("bag,red,blue\nA,3,4\nB,1,2\n"))
    assert {"separator", "blank_column", "total"} <= note_codes(counts)


# --- C6, C7, C8: rows of another length -------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("bag,red,green,blue\nA,3,4,5,\nB,1,0,22,\n", id="rows-only"),
        pytest.param("bag,red,green,blue,\nA,3,4,5,\nB,1,0,22,\n", id="header-too"),
        pytest.param("bag,red,green,blue,,,\nA,3,4,5,,,\nB,1,0,22,,,\n", id="three-columns"),
        pytest.param("bag,red,green,blue\nA,3,4,5,,\nB,1,0,22,,\n", id="two-extra-cells"),
        pytest.param("bag,red,green,blue, \nA,3,4,5, \nB,1,0,22,\n", id="spaces-are-blank"),
    ],
)
def test_C6_trailing_blanks_are_dropped_with_a_note(door: Door, text: str) -> None:
    counts = door.read(text)
    assert content_of(counts) == content_of(door.read(PLAIN))
    assert note(counts, "blank_column").kind == "note"


def test_C6_a_shifted_table_is_not_read_under_the_wrong_names(door: Door) -> None:
    """The header lacks the name of the ids: every row is one longer. pandas shifts them all."""
    complaints = door.refuse("red,green,blue\nA,3,4,5\nB,1,0,22\n")
    assert {(each.code, each.line) for each in complaints} <= {("row_too_long", 2), ("row_too_long", 3)}
    assert complaints[0].line == 2
    assert "header" in words(complaints[0])


def test_C7_a_longer_row_is_named_with_both_lengths(door: Door) -> None:
    complaint = door.only("bag,red,green,blue\nA,3,4,5\nB,1,0,22,8,9\nC,1,1,1\n")
    assert (complaint.code, complaint.line) == ("row_too_long", 3)
    assert complaint.bag in {None, "B"}
    assert "6" in str(complaint)
    assert "4" in str(complaint)


def test_C7_a_row_one_longer_hints_at_the_header(door: Door) -> None:
    complaint = door.only("bag,red,green,blue\nA,3,4,5\nB,1,0,22,8\nC,1,1,1\n")
    assert (complaint.code, complaint.line) == ("row_too_long", 3)
    assert "5" in str(complaint)
    assert "4" in str(complaint)
    assert "header" in words(complaint)


@pytest.mark.parametrize("row", ["B,1,0", "B,1", "B"])
def test_C8_a_shorter_row_is_never_filled(door: Door, row: str) -> None:
    complaint = door.only(f"bag,red,green,blue\nA,3,4,5\n{row}\nC,1,1,1\n", blank_is_zero=True)
    assert (complaint.code, complaint.line) == ("row_too_short", 3)
    assert complaint.bag in {None, "B"}
    assert str(row.count(",") + 1) in str(complaint)
    assert "4" in str(complaint)


# --- C9, C14, C15: headers --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "positions"),
    [
        pytest.param("bag,red,green,red", ("2", "4"), id="equal"),
        pytest.param("bag,Red,green,red", ("2", "4"), id="case"),
        pytest.param("bag,red,green,red ", ("2", "4"), id="space-after"),
        pytest.param("bag,red, RED,blue", ("2", "3"), id="space-before-and-case"),
    ],
)
def test_C9_duplicate_columns_name_both_positions(
    door: Door, header: str, positions: tuple[str, str]
) -> None:
    complaint = door.only(f"{header}\nA,3,4,5\nB,1,0,22\n")
    assert (complaint.code, complaint.line) == ("duplicate_column", 1)
    for position in positions:
        assert position in str(complaint).split("line 1", 1)[1]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("bag,red,,blue\nA,3,4,5\nB,1,0,22\n", id="in-the-middle"),
        pytest.param("bag,red,blue,\nA,3,4,5\nB,1,0,22\n", id="at-the-end-with-cells"),
        pytest.param("bag,red,blue,\nA,3,4,\nB,1,0,22\n", id="at-the-end-with-one-cell"),
    ],
)
def test_an_unnamed_column_with_counts_is_refused(door: Door, text: str) -> None:
    complaint = next(each for each in door.refuse(text) if each.code == "unnamed_column")
    assert complaint.line == 1
    assert "name" in words(complaint)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("1,2,3\n4,5,6\n7,8,9\n", id="all-numbers"),
        pytest.param("A-01,3,4,5\nA-02,1,0,22\n", id="all-but-the-first"),
        pytest.param("7.5,2,3\n4,5,6\n", id="a-decimal-too"),
    ],
)
def test_C14_a_file_without_header_is_refused(door: Door, text: str) -> None:
    complaint = door.only(text)
    assert (complaint.code, complaint.line) == ("no_header", 1)
    assert "header" in words(complaint) or "names of the columns" in words(complaint)


def test_C14_categories_may_be_called_by_numbers(door: Door) -> None:
    """With an id's name in front, the first line is a header even when the rest are numbers."""
    counts = door.read("bag,1,2,3\nA,4,5,60\nB,7,8,90\n")
    assert counts.categories == ("1", "2", "3")
    assert counts.bags == ("A", "B")


@pytest.mark.parametrize("content", ["", "\n", "\r\n\r\n", "   \n\n", "\ufeff", "\ufeff\n"], ids=ascii)
def test_C15_an_empty_file_is_called_empty(door: Door, content: str) -> None:
    complaint = door.only(content)
    assert complaint.code == "empty_file"
    assert "empty" in f"{complaint} {words(complaint)}".lower()


@pytest.mark.parametrize(
    "content",
    ["bag,red,blue\n", "bag,red,blue", "\ufeffbag,red,blue\r\n\r\n"],
    ids=["line", "no-line-end", "bom-and-blank-line"],
)
def test_C15_N13_a_header_alone_has_no_bags(door: Door, content: str) -> None:
    assert door.only(content).code == "no_bags"


@pytest.mark.parametrize("separator", [",", ";", "|", "\t"])
def test_C15_a_sep_line_is_honoured(door: Door, separator: str) -> None:
    text = f"sep={separator}\n" + PLAIN.replace(",", separator)
    assert content_of(door.read(text)) == content_of(door.read(PLAIN))
    complaint = door.only(text.replace("22", "2.5"))
    assert where(complaint) == ("decimal", 4, "blue", "B", "2.5")


def test_C15_a_sep_line_decides_between_two_readings(door: Door) -> None:
    """Every line here has one comma and two semicolons."""
    counts = door.read("sep=;\nbag;red,dark;blue\nA,x;3;4\nB,y;1;2\n")
    assert counts.categories == ("red,dark", "blue")
    assert counts.bags == ("A,x", "B,y")
    assert counts.table.tolist() == [[3, 4], [1, 2]]


def test_C15_a_sep_line_alone_is_empty(door: Door) -> None:
    assert door.only("sep=;\n").code == "empty_file"


# --- N7, N8, N12, N2: few colours, equal rows, empty bags -------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("bag,blue\nA,3\nB,4\n", id="one-category"),
        pytest.param("bag,place\nA,x\nB,y\n", id="labels-only"),
        pytest.param("bag\nA\nB\n", id="ids-only"),
        pytest.param("blue\n3\n4\n", id="one-column"),
    ],
)
def test_N8_one_category_is_refused_with_an_explanation(door: Door, text: str) -> None:
    complaint = door.only(text)
    assert complaint.code == "too_few_categories"
    assert "two" in words(complaint) or "2" in words(complaint)


def test_N8_N7_one_colour_that_is_not_zero_is_fine(door: Door) -> None:
    counts = door.read("bag,red,green,blue\nA,3,0,0\nB,1,0,0\n")
    assert counts.table.tolist() == [[3, 0, 0], [1, 0, 0]]
    said = note(counts, "never_seen").text
    assert "green" in said
    assert "blue" in said
    assert "red" not in said


def test_N2_empty_bags_are_kept_with_a_note(door: Door) -> None:
    counts = door.read("bag,red,blue\nA,3,1\nB,0,0\nC,1,2\n")
    assert counts.totals.tolist() == [4, 0, 3]
    assert "empty_bags" in codes(counts.notes)


def test_only_empty_bags_keep_their_categories(door: Door) -> None:
    """Each column equals the sum of the others, and the last row that of the rows: all are 0."""
    counts = door.read("bag,red,green,blue\nA,0,0,0\nB,0,0,0\nC,0,0,0\n")
    assert counts.categories == ("red", "green", "blue")
    assert counts.table.tolist() == [[0, 0, 0]] * 3


def test_N12_equal_rows_are_kept(door: Door) -> None:
    counts = door.read("bag,red,blue\nA,3,1\nB,3,1\nC,3,1\n")
    assert counts.table.tolist() == [[3, 1]] * 3


def test_N9_one_bag_is_fine(door: Door) -> None:
    assert door.read("bag,red,blue\nA,3,1\n").table.tolist() == [[3, 1]]


def test_N12_two_equal_rows_are_no_totals_row(door: Door) -> None:
    assert door.read("bag,red,blue\nA,3,1\nB,3,1\n").bags == ("A", "B")


@pytest.mark.parametrize("ids", ["A,B,A", "7,8,7"], ids=["letters", "numbers"])
def test_N12_a_repeated_bag_id_names_both_lines(door: Door, ids: str) -> None:
    first, second, third = ids.split(",")
    complaint = door.only(f"bag,red,blue\n{first},3,1\n{second},5,2\n\n{third},9,4\n")
    assert (complaint.code, complaint.line, complaint.column) == ("duplicate_bag", 5, "bag")
    assert first in str(complaint)
    assert "2" in str(complaint).split("line 5", 1)[1]


def test_a_blank_bag_id_is_refused(door: Door) -> None:
    complaint = door.only("bag,red,blue\nA,3,1\n,5,2\nC,9,4\n")
    assert (complaint.code, complaint.line, complaint.column) == ("blank", 3, "bag")


def test_a_blank_column_under_a_name_is_blank_or_zero(door: Door) -> None:
    text = "bag,red,green,blue\nA,3,,5\nB,1,,22\n"
    complaints = door.refuse(text)
    assert {(each.code, each.column) for each in complaints} == {("blank", "green")}
    assert "--blank-is-zero" in words(complaints[0])
    counts = door.read(text, blank_is_zero=True)
    assert counts.categories == ("red", "green", "blue")
    assert counts.table.tolist() == [[3, 0, 5], [1, 0, 22]]
