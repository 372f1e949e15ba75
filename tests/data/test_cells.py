"""One cell at a time: which texts are counts, and what is said of those that are not.

The rows T1 to T11 of the list 'Data at the door'. Every file here has the cell in question
on line 3, in column green, of bag A-02; all else in it is plain.
"""

from __future__ import annotations

import re

import pytest

from tests.data.door import LARGEST, Door, codes, content_of, note, note_codes, where, words

LIMIT = re.compile(r"9[,_]?007[,_]?199[,_]?254[,_]?740[,_]?991|2\s?(\^|\*\*)\s?53|2⁵³")


def with_cell(cell: str, quoted: bool = True) -> str:
    """A plain table of three bags with this text in bag A-02, column green."""
    cell = '"' + cell.replace('"', '""') + '"' if quoted else cell
    return f"bag,red,green,blue\nA-01,13,4,5\nA-02,1,{cell},22\nA-03,7,2,9\n"


ACCEPTED = [
    pytest.param("3", 3, id="T9-plain"),
    pytest.param(" 3 ", 3, id="T9-ascii-spaces"),
    pytest.param("\t3", 3, id="T9-tab-around"),
    pytest.param("+3", 3, id="T9-plus"),
    pytest.param("-0", 0, id="T7-minus-zero"),
    pytest.param("0", 0, id="N1-zero"),
    pytest.param("3.0", 3, id="T1-whole-float"),
    pytest.param("3.00", 3, id="T1-whole-float-two-places"),
    pytest.param("1000000000", 10**9, id="N3-a-thousand-million"),
    pytest.param("1000000000000", 10**12, id="J1f-a-million-million"),
    pytest.param(str(LARGEST - 23), LARGEST - 23, id="T11-near-the-limit"),
    pytest.param(f"{LARGEST - 23}.0", LARGEST - 23, id="T1-whole-float-exact-near-the-limit"),
]


@pytest.mark.parametrize("quoted", [True, False], ids=["quoted", "bare"])
@pytest.mark.parametrize(("cell", "value"), ACCEPTED)
def test_a_count_is_read_exactly(door: Door, cell: str, value: int, quoted: bool) -> None:
    counts = door.read(with_cell(cell, quoted))
    assert counts.table.tolist() == [[13, 4, 5], [1, value, 22], [7, 2, 9]]
    assert counts.categories == ("red", "green", "blue")


@pytest.mark.parametrize("cell", ["3.0", "3.00"])
def test_T1_a_whole_float_is_noted(door: Door, cell: str) -> None:
    said = note(door.read(with_cell(cell)), "whole_floats")
    assert said.kind == "note"
    assert "green" in said.text or "3.0" in said.text


def test_T1_plain_counts_are_not_noted(door: Door) -> None:
    assert not note_codes(door.read(with_cell("3"))) & {"whole_floats", "nbsp", "blank_is_zero"}


@pytest.mark.parametrize("cell", ["\xa03", "3\xa0", "\xa03\xa0"], ids=["before", "after", "both"])
def test_T9_a_no_break_space_is_stripped_with_a_note(door: Door, cell: str) -> None:
    counts = door.read(with_cell(cell))
    assert counts.table[1, 1] == 3
    assert note(counts, "nbsp").kind == "note"


REFUSED = [
    pytest.param("3.7", "decimal", "whole", id="T2-decimal"),
    pytest.param("0.3", "decimal", "whole", id="T2-decimal-below-one"),
    pytest.param(".5", "decimal", "whole", id="T2-decimal-without-zero"),
    pytest.param("3,5", "decimal", "whole", id="T2-decimal-comma"),
    pytest.param("30%", "percent", "percent", id="T3-percent"),
    pytest.param("30 %", "percent", "percent", id="T3-percent-spaced"),
    pytest.param("2.5%", "percent", "percent", id="T3-percent-decimal"),
    pytest.param("NA", "blank", "--blank-is-zero", id="T5-NA"),
    pytest.param("#N/A", "blank", "--blank-is-zero", id="T5-excel-NA"),
    pytest.param("#REF!", "excel_error", "excel", id="T6-REF"),
    pytest.param("#DIV/0!", "excel_error", "excel", id="T6-DIV0"),
    pytest.param("#VALUE!", "excel_error", "excel", id="T6-VALUE"),
    pytest.param("#NAME?", "excel_error", "excel", id="T6-NAME"),
    pytest.param("03-Jan", "excel_date", "excel", id="T6-day-month"),
    pytest.param("3-Mar", "excel_date", "excel", id="T6-short-day-month"),
    pytest.param("Jan-03", "excel_date", "excel", id="T6-month-day"),
    pytest.param("1E+05", "scientific", "excel", id="T6-scientific"),
    pytest.param("1e5", "scientific", "", id="T6-scientific-small-e"),
    pytest.param("1.5E+10", "scientific", "", id="T6-scientific-with-digits-lost"),
    pytest.param("-3", "negative", "", id="T7-negative"),
    pytest.param("-1", "negative", "", id="T7-minus-one"),
    pytest.param("1,234", "thousands", "thousands", id="T8-comma"),
    pytest.param("1,234,567", "thousands", "thousands", id="T8-two-commas"),
    pytest.param("1 234", "thousands", "thousands", id="T8-space"),
    pytest.param("1_000", "underscore", "underscore", id="T9-underscore"),
    pytest.param("٣", "non_ascii_digit", "digit", id="T9-arabic"),
    pytest.param("３", "non_ascii_digit", "digit", id="T9-full-width"),
    pytest.param("1३", "non_ascii_digit", "digit", id="T9-mixed-with-ascii"),
    pytest.param("True", "boolean", "", id="T10-True"),
    pytest.param("FALSE", "boolean", "", id="T10-FALSE"),
    pytest.param("three", "not_a_number", "", id="T10-word"),
    pytest.param("3 pieces", "not_a_number", "", id="T10-number-and-word"),
    pytest.param("0x10", "not_a_number", "", id="T10-hexadecimal"),
    pytest.param("12345678901234567890", "too_large", "", id="T11-twenty-digits"),
    pytest.param("9223372036854775808", "too_large", "", id="T11-two-to-the-63"),
    pytest.param("9223372036854775807", "too_large", "", id="T11-two-to-the-63-less-one"),
    pytest.param(str(LARGEST + 1), "too_large", "", id="T11-one-too-many"),
    pytest.param(f"{LARGEST + 1}.0", "too_large", "", id="T11-one-too-many-as-a-float"),
]


@pytest.mark.parametrize(("cell", "code", "word"), REFUSED)
def test_a_cell_is_refused_with_its_place_and_cure(door: Door, cell: str, code: str, word: str) -> None:
    complaint = door.only(with_cell(cell))
    assert where(complaint) == (code, 3, "green", "A-02", cell)
    assert complaint.source == "bags.csv"
    assert complaint.rule
    assert complaint.cure
    assert word in words(complaint)


@pytest.mark.parametrize("cell", ["12345678901234567890", str(2**63), str(LARGEST + 1)])
def test_T11_a_number_too_large_is_told_the_limit(door: Door, cell: str) -> None:
    assert LIMIT.search(words(door.only(with_cell(cell))))


def test_T8_a_point_before_three_digits_is_not_guessed(door: Door) -> None:
    """1.234 is a decimal to some and a thousand to others: refused, and both are named."""
    complaint = door.only(with_cell("1.234"))
    assert where(complaint)[1:] == (3, "green", "A-02", "1.234")
    assert complaint.code in {"thousands", "decimal"}
    assert "thousands" in words(complaint)


EXOTIC = [
    "²",
    "½",
    "Ⅷ",
    "③",
    "−3",
    "3-5",
    "1'234",
    "1\xa0234",
    "inf",
    "nan",
    "1e400",
    "--3",
    "+-3",
    "+",
    "-",
    ".",
    "3 4",
    "3/4",
    "=1+1",
    "1.2.3",
    "١٫٥",
    "3\u200b",
    "\u202e3",
    "5.000.000",
]


@pytest.mark.parametrize("cell", EXOTIC, ids=ascii)
def test_what_python_or_numpy_might_take_is_refused(door: Door, cell: str) -> None:
    complaint = door.only(with_cell(cell))
    assert (complaint.line, complaint.column, complaint.bag) == (3, "green", "A-02")


BLANKS = [pytest.param(text, id=ascii(text)) for text in ("", " ", "\t", "\xa0", "NA", "#N/A")]


@pytest.mark.parametrize("cell", BLANKS)
def test_T5_a_blank_is_not_zero(door: Door, cell: str) -> None:
    complaint = door.only(with_cell(cell))
    assert where(complaint)[:4] == ("blank", 3, "green", "A-02")
    assert "--blank-is-zero" in words(complaint)


@pytest.mark.parametrize("cell", BLANKS)
def test_T5_a_blank_is_zero_when_asked(door: Door, cell: str) -> None:
    counts = door.read(with_cell(cell), blank_is_zero=True)
    assert counts.table[1].tolist() == [1, 0, 22]
    assert note(counts, "blank_is_zero").kind == "note"


@pytest.mark.parametrize("cell", ["three", "-3", "30%", "#REF!", "-"])
def test_T5_blank_is_zero_forgives_nothing_else(door: Door, cell: str) -> None:
    assert door.only(with_cell(cell), blank_is_zero=True).found == cell


FRACTIONS = [
    pytest.param(["0.22,0.38,0.40", "0.10,0.50,0.40"], id="exact"),
    pytest.param(["0.22,0.38,0.399", "0.105,0.50,0.40"], id="rounded"),
    pytest.param(["0.22,0.38,0.4", "1,0,0"], id="one-row-of-whole-numbers"),
]


@pytest.mark.parametrize("rows", FRACTIONS)
def test_T2_rows_that_sum_to_one_are_fractions(door: Door, rows: list[str]) -> None:
    """J1 a: 0.22 is not a count, because 22 of 100 says more than 0.22."""
    lines = ["bag,red,green,blue", *(f"A-{row},{cells}" for row, cells in enumerate(rows))]
    complaints = door.refuse("\n".join(lines) + "\n")
    assert "fractions" in codes(complaints)
    said = next(each for each in complaints if each.code == "fractions")
    assert "fraction" in f"{said} {words(said)}".lower()
    assert "count" in words(said)


def test_T2_decimals_that_do_not_sum_to_one_are_no_fractions(door: Door) -> None:
    complaints = door.refuse("bag,red,green\nA,0.2,0.7\nB,1,5.5\n")
    assert [where(each) for each in complaints] == [
        ("decimal", 2, "red", "A", "0.2"),
        ("decimal", 2, "green", "A", "0.7"),
        ("decimal", 3, "green", "B", "5.5"),
    ]


def test_T2_bags_of_one_piece_are_counts(door: Door) -> None:
    """Whole numbers that sum to 1 in every row are counts, not fractions."""
    counts = door.read("bag,red,green,blue\nA,1,0,0\nB,0,1,0\nC,0,0,1\nD,1,0,0\n")
    assert counts.table.tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]]


def test_T4_rows_that_sum_to_100_are_warned_about(door: Door) -> None:
    counts = door.read("bag,red,green,blue\nA,20,30,50\nB,10,10,80\nC,0,1,99\n")
    said = note(counts, "percentages")
    assert said.kind == "warning"
    assert "percent" in said.text.lower()
    assert "100" in said.text


@pytest.mark.parametrize("last", ["0,1,98", "0,2,99", "0,0,0"])
def test_T4_one_row_of_another_sum_is_no_percentage(door: Door, last: str) -> None:
    counts = door.read(f"bag,red,green,blue\nA,20,30,50\nB,10,10,80\nC,{last}\n")
    assert "percentages" not in note_codes(counts)


def test_T11_a_bag_whose_total_is_too_large_is_refused(door: Door) -> None:
    complaint = door.only(f"bag,red,green\nA,1,2\nB,{LARGEST},1\n")
    assert (complaint.code, complaint.line, complaint.bag) == ("too_large", 3, "B")
    assert LIMIT.search(words(complaint))


def test_T11_a_bag_may_hold_the_limit(door: Door) -> None:
    counts = door.read(f"bag,red,green\nA,1,2\nB,{LARGEST - 1},1\n")
    assert counts.totals.tolist() == [3, LARGEST]


LOOK_ALIKES = [
    pytest.param("30%", "percent", id="percent"),
    pytest.param("3.5", "decimal", id="decimal"),
    pytest.param("1_000", "underscore", id="underscore"),
    pytest.param("-3", "negative", id="negative"),
    pytest.param("٣", "non_ascii_digit", id="non-ascii"),
    pytest.param("#REF!", "excel_error", id="excel-error"),
]


@pytest.mark.parametrize(("cell", "code"), LOOK_ALIKES)
def test_a_look_alike_complains_in_a_column_without_counts(door: Door, cell: str, code: str) -> None:
    text = f"bag,red,green,share\nA,3,4,few\nB,1,5,{cell}\nC,8,1,many\n"
    assert where(door.only(text)) == (code, 3, "share", "B", cell)
    whole_column = f"bag,red,green,share\nA,3,4,{cell}\nB,1,5,{cell}\nC,8,1,{cell}\n"
    assert [where(each) for each in door.refuse(whole_column)] == [
        (code, line, "share", bag, cell) for line, bag in ((2, "A"), (3, "B"), (4, "C"))
    ]
    assert door.read(whole_column, drop=("share",)).categories == ("red", "green")


@pytest.mark.parametrize("cell", ["three", "03-Jan", "True", "2019-06-27", "12a", "A-07"])
def test_a_word_complains_only_beside_a_count(door: Door, cell: str) -> None:
    alone = door.read(f"bag,red,green,extra\nA,3,4,{cell}\nB,1,5,{cell}\n")
    assert content_of(alone)["labels"] == {"extra": (cell, cell)}
    assert alone.categories == ("red", "green")
    complaint = door.only(f"bag,red,green,extra\nA,3,4,17\nB,1,5,{cell}\n")
    assert where(complaint)[1:] == (3, "extra", "B", cell)


def test_a_long_value_is_cut_and_control_characters_are_escaped(door: Door) -> None:
    long = door.only(with_cell("x" * 100))
    assert len(long.found) <= 40
    assert long.found.startswith("xxxxxxxx")
    odd = door.only(with_cell("a\x1b[31m\x07\nb"))
    assert odd.found.isprintable()
    assert "\x1b" not in str(odd)
    assert "\x07" not in str(odd)
    assert odd.found.startswith("a")
    assert odd.found.endswith("b")
