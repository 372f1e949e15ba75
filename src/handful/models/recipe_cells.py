"""One cell of a recipes file, as typed, is a share or a flaw; nothing is guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from handful.data.reading.cells import NO_BREAK_SPACES, WHITE, parse_cell

# A decimal point, and powers of ten as R and spreadsheets write small shares.
_POINT = re.compile(
    r"\+?([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(e[-+]?[0-9]{1,3})?|-0+(\.0*)?", re.IGNORECASE | re.ASCII
)
# A decimal comma; 1,000 has a thousands separator (and 0,125 has none: no number in thousands begins with 0).
_COMMA = re.compile(r"\+?(?![1-9][0-9]{0,2},[0-9]{3}$)([0-9]+,[0-9]*|,[0-9]+)", re.ASCII)

_MINUSES = ("-", "\u2212", "\u2013")

_SHARES = "A share is a number from 0 to 1."

# The code of a flaw -> the rule and the cure; any other is no number.
_SAID = {
    "blank": (
        f"is blank, and blank is not zero. {_SHARES}",
        "Write 0 if the component holds none of it.",
    ),
    "percent": (f"is a percentage. {_SHARES}", "Divide by 100: 0.25 is 25%."),
    "negative": (f"is negative. {_SHARES}", "Look the figure up again."),
    "thousands": (f"has a thousands separator. {_SHARES}", "Write it with a decimal point: 0.125."),
    "censored": (
        f"is a number with a mark, or a limit. {_SHARES}",
        "Write the figure, with nothing around it.",
    ),
    "too_large": (f"is above 1. {_SHARES}", "Look the figure up again."),
    "non_ascii_digit": (f"has digits other than 0 to 9. {_SHARES}", "Type it with 0 to 9."),
    "excel_error": (f"is an error of a spreadsheet. {_SHARES}", "Mend it in the spreadsheet and save again."),
    "excel_date": (f"is a date. {_SHARES}", "Format the column as a number and type the share again."),
}
_NO_NUMBER = (f"is no number. {_SHARES}", "Write it with the digits 0 to 9 and a decimal point: 0.125.")


@dataclass(frozen=True, slots=True)
class Share:
    """What one cell turned out to be: a number from 0 on, or a flaw with its code, rule and cure.

    `spoilt` says that the looks betray a spoilt number: then its column is none of texts.
    """

    value: float = 0.0
    code: str | None = None
    spoilt: bool = False
    decimal_comma: bool = False

    @property
    def said(self) -> tuple[str, str]:
        """The rule that it breaks, and the cure."""
        return _SAID.get(self.code or "", _NO_NUMBER)


def parse_share(text: str) -> Share:
    """The share in one cell, or what is wrong with it.

    Examples
    --------
    >>> parse_share(" .25 ").value, parse_share("0,25").value, parse_share("25%").code
    (0.25, 0.25, 'percent')
    """
    bare = text.strip(WHITE + NO_BREAK_SPACES)
    if _POINT.fullmatch(bare):
        return Share(abs(float(bare)))
    if _COMMA.fullmatch(bare):
        return Share(float(bare.replace(",", ".")), decimal_comma=True)
    unsigned = bare[1:].lstrip(WHITE) if bare[:1] in _MINUSES else ""
    if _POINT.fullmatch(unsigned) or _COMMA.fullmatch(unsigned):
        return Share(code="negative", spoilt=True)
    flaw = parse_cell(bare).flaw  # what spoils a count spoils a share
    return Share(code="not_a_number") if flaw is None else Share(code=flaw.code, spoilt=flaw.anywhere)
