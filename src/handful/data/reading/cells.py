"""One cell, as typed, is a count or a complaint: ASCII digits only, nothing is guessed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from handful.arrays import Integers
from handful.data.door import LARGEST

WHITE = " \t\r\n\f\v"
NO_BREAK_SPACES = "\u00a0\u202f\u2007"
BLANKS = {"", "na", "n/a", "#n/a", "#na", "nan", "null", "none", "<na>"}
MOST_DIGITS = 16  # a number of so many digits may still be below 2**53

_NUMBER = r"[0-9]([0-9.,]*[0-9])?\s*%?"
_MONTH = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_RULE = "is not a whole number. Counts must be 0, 1, 2 ..."


@dataclass(frozen=True, slots=True)
class Flaw:
    """A way not to be a count: its code, how it looks, the rule it breaks and the cure.

    `anywhere` says that the looks alone betray a spoilt number, in any column; the others are
    complaints only among counts (a date is fine in a column of dates).
    """

    code: str
    looks: re.Pattern[str]
    rule: str
    cure: str
    anywhere: bool


def _flaw(code: str, looks: str, *, rule: str, cure: str, anywhere: bool = True) -> Flaw:
    return Flaw(code, re.compile(looks, re.IGNORECASE | re.ASCII), rule, cure, anywhere)


# The first that fits names the flaw.
FLAWS = (
    _flaw(
        "excel_error",
        r"#(ref|value|div/0|name|num|null|spill|calc|field|busy|getting_data)[!?]?|#{2,}",
        rule="is an error of a spreadsheet. Counts must be 0, 1, 2 ...",
        cure="Excel changed this cell: mend it in the spreadsheet and save again.",
    ),
    _flaw(
        "percent",
        r"[-+]?[0-9.,]+\s*[%\u2030]",
        rule="is a percentage. Counts must be 0, 1, 2 ...",
        cure="Write how many were counted: 22 of 100 says more than 22 percent.",
    ),
    _flaw(
        "censored",
        rf"([<>\u2264\u2265~\u2248\u00b1]=?|(c|ca|approx)\.)\s*{_NUMBER}|ca\s+{_NUMBER}"
        rf"|{_NUMBER}\s*[*?\u2020\u2021]+|\(\s*{_NUMBER}\s*\)|\[\s*{_NUMBER}\s*\]",
        rule="is a number with a mark, or a limit. Counts must be 0, 1, 2 ...",
        cure="Write how many were counted, with nothing around it.",
    ),
    _flaw(
        "underscore", r"[-+]?[0-9]+(_+[0-9]+)+_*", rule=_RULE, cure="Write the digits without underscores."
    ),
    _flaw(
        "scientific",
        r"[-+]?[0-9]+([.,][0-9]*)?e[-+]?[0-9]+",
        rule="is in scientific notation, which may have lost digits. Counts must be 0, 1, 2 ...",
        cure="Excel changed this cell: format the column as a whole number and save again.",
    ),
    _flaw(
        "negative",
        r"[-\u2212\u2013]\s*[0-9][0-9.,]*",
        rule="is negative. Counts must be 0, 1, 2 ...",
        cure="Count again.",
    ),
    _flaw(
        "thousands",
        r"\+?[1-9][0-9]{0,2}(([,. '\u2019\u00a0\u202f])[0-9]{3})(\2[0-9]{3})*",
        rule="has a thousands separator, or a decimal. Counts must be 0, 1, 2 ...",
        cure="Write the digits without separators.",
    ),
    _flaw(
        "decimal",
        r"\+?([0-9]+[.,][0-9]*|[.,][0-9]+)",
        rule=_RULE,
        cure="Counts are needed, because 22 of 100 says more than 0.22. If the column holds none, --drop it.",
    ),
    _flaw(
        "excel_date",
        rf"[0-9]{{1,2}}[-/. ]?({_MONTH})[a-z]*([-/. ,]*[0-9]{{1,4}})?|({_MONTH})[a-z]*[-/. ]?[0-9]{{1,4}}"
        r"|[0-9]{1,4}[-/][0-9]{1,2}([-/][0-9]{1,4})?|[0-9]{1,2}\.\s?[0-9]{1,2}\.\s?([0-9]{2}|[0-9]{4})",
        rule="is a date. Counts must be 0, 1, 2 ...",
        cure="Excel changed this cell: format the column as a whole number and type the count again.",
        anywhere=False,
    ),
    _flaw(
        "boolean",
        r"true|false|yes|no",
        rule="is true or false. Counts must be 0, 1, 2 ...",
        cure="Write how many were counted.",
        anywhere=False,
    ),
)

BLANK = _flaw(
    "blank",
    r"(?!)",
    rule="is blank, and blank is not zero. Counts must be 0, 1, 2 ...",
    cure="Write 0 if none was counted; --blank-is-zero if that holds for every blank.",
    anywhere=False,
)
NON_ASCII_DIGIT = _flaw(
    "non_ascii_digit",
    r"(?!)",
    rule="has digits other than 0 to 9. Counts must be 0, 1, 2 ...",
    cure="Type it with 0 to 9.",
)
TOO_LARGE = _flaw(
    "too_large",
    r"(?!)",
    rule=f"is above {LARGEST} (2**53 - 1), the largest count that stays exact everywhere.",
    cure="If this column holds no counts, leave it out (--drop).",
)
NOT_A_NUMBER = _flaw(
    "not_a_number",
    r"(?!)",
    rule=_RULE,
    cure="Write digits; if this column holds no counts, leave it out (--drop).",
    anywhere=False,
)

_WHOLE = re.compile(r"\+?[0-9]+|-0+", re.ASCII)
# 3,0 and 3,00 are what 3.0 and 3.00 are elsewhere; 3,000 has a thousands separator.
_WHOLE_FLOAT = re.compile(r"\+?([0-9]+)(?:\.0+|,00?)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell turned out to be: a count, or a flaw; and what had to be overlooked."""

    count: int = 0
    flaw: Flaw | None = None
    whole_float: bool = False
    no_break_space: bool = False


def parse_cell(text: str) -> Cell:
    """The count in one cell, or its flaw.

    Examples
    --------
    >>> parse_cell(" 12 ").count
    12
    >>> parse_cell("1_000").flaw.code
    'underscore'
    """
    bare = text.strip(WHITE)
    unbroken = bare.strip(NO_BREAK_SPACES + WHITE)
    no_break_space = unbroken != bare
    if _WHOLE.fullmatch(unbroken):
        count = abs(int(unbroken)) if len(unbroken) <= MOST_DIGITS else _long(unbroken)
        if count > LARGEST:
            return Cell(flaw=TOO_LARGE)
        return Cell(count, no_break_space=no_break_space)
    if unbroken.casefold() in BLANKS:
        return Cell(flaw=BLANK)
    flaw = next((flaw for flaw in FLAWS if flaw.looks.fullmatch(unbroken)), None)
    whole = _WHOLE_FLOAT.fullmatch(unbroken)
    if whole and (flaw is None or flaw.code == "decimal"):
        count = _long(whole[1])
        return (
            Cell(flaw=TOO_LARGE)
            if count > LARGEST
            else Cell(count, whole_float=True, no_break_space=no_break_space)
        )
    if flaw is None:
        flaw = NON_ASCII_DIGIT if _has_foreign_digits(unbroken) else NOT_A_NUMBER
    return Cell(flaw=flaw)


def _long(digits: str) -> int:
    """The number, or one that is too large: Python refuses to read thousands of digits."""
    bare = digits.lstrip("+0")
    return LARGEST + 1 if len(bare) > MOST_DIGITS else int(bare or "0")


def _has_foreign_digits(text: str) -> bool:
    """Whether `text` is a number but for digits of another script (or full-width ones)."""
    digits = {c for c in text if unicodedata.category(c) in ("Nd", "No", "Nl")}
    return any(not c.isascii() for c in digits) and set(text) - digits <= set("+-.,%_ \u066b\u066c")


def parse_plain(cells: Sequence[str]) -> Integers | None:
    """All cells at once where every one is a short run of ASCII digits; None otherwise."""
    joined = "".join(cells)
    if not (joined.isascii() and joined.isdigit()):
        return None
    if not all(cells) or max(map(len, cells)) >= MOST_DIGITS:
        return None
    return np.array(list(map(int, cells)), dtype=np.int64)
