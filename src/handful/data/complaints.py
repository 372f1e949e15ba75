"""What the door says: complaints that refuse a table, notes that only tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

LONGEST_SHOWN = 40


def shown(value: object) -> str:
    r"""`value` as text fit for a message: control characters escaped, at most 40 characters.

    Examples
    --------
    >>> shown("3\t5")
    '3\\t5'
    """
    text = escaped(str(value))
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 3] + "..."


def escaped(text: str) -> str:
    """`text` with its control characters escaped, so that no file can write on a terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """One reason to refuse a table: where, what was found, the rule and the cure.

    Parameters
    ----------
    code : str
        The stable name of the rule, for programs.
    rule, cure : str
        What must hold, and what to do; sentences.
    source : str
        The file as the user named it.
    line : int, optional
        The 1-based physical line of a text, or the 1-based row of a data frame.
    column, bag, found : str, optional
        The header of the column, the id of the bag, the value as typed.
    unit : {'line', 'row'}
        What `line` counts.

    Examples
    --------
    >>> print(Complaint(code="blank", rule="is blank.", cure="Write 0.", source="bags.csv", line=3))
    bags.csv line 3: is blank. Write 0.
    """

    code: str
    rule: str
    cure: str
    source: str
    line: int | None = None
    column: str | None = None
    bag: str | None = None
    found: str | None = None
    unit: Literal["line", "row"] = "line"

    def __str__(self) -> str:
        """The complaint as one line."""
        where = self.source
        if self.line is not None:
            where += f" {self.unit} {self.line}"
        if self.column is not None:
            where += f', column "{shown(self.column)}"'
        if self.bag is not None:
            where += f' (bag "{shown(self.bag)}")'
        found = f'"{self.found}" ' if self.found is not None else ""
        return escaped(f"{where}: {found}{self.rule} {self.cure}")


@dataclass(frozen=True, slots=True)
class Note:
    """One thing the reader did or saw that the user should know.

    Parameters
    ----------
    code : str
        The stable name of the note.
    text : str
        One sentence.
    kind : {'note', 'warning'}
        A warning says that the answer may be wrong.

    Examples
    --------
    >>> print(Note("empty_bags", "1 empty bag.", "warning"))
    Warning: 1 empty bag.
    """

    code: str
    text: str
    kind: Literal["note", "warning"] = "note"

    def __post_init__(self) -> None:
        """No note holds a control character, however it is shown."""
        object.__setattr__(self, "text", escaped(self.text))

    def __str__(self) -> str:
        """The note as one line."""
        return f"{'Warning: ' if self.kind == 'warning' else ''}{self.text}"
