"""What the name of a column gives away: an id, a number that is no count, a total."""

from __future__ import annotations

import re

from handful.data.names import fold

ID_NAMES = ("bag", "id", "name", "sample", "pack", "package", "unit", "participant")
TOTAL_NAMES = ("total", "totals", "recorded total", "row total", "grand total", "sum")

_BESIDE_AN_ID = {"id", "no", "nr", "num", "number", "name", "code", "key", "#"}
_LAST_OF_AN_ID = {"id", "no", "nr", "number", "code", "key", "index", "year", "date", "#", "barcode"}
_OF_ANY_BAG = {"id", "name"}  # 'sample_id' says more than 'id'

_CASE_CHANGE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD = re.compile(r"#|[^\s_.#-]+")
_UNNAMED_BY_PANDAS = re.compile(r"unnamed: ?[0-9]+(_level_[0-9]+)?", re.IGNORECASE | re.ASCII)


def words_of(header: str) -> tuple[str, ...]:
    """The words of a header, in small letters; '#' is a word of its own.

    Examples
    --------
    >>> words_of("SampleID"), words_of("pack_no."), words_of("Bag#")
    (('sample', 'id'), ('pack', 'no'), ('bag', '#'))
    """
    return tuple(word.casefold() for word in _WORD.findall(_CASE_CHANGE.sub(" ", header)))


def id_rank(header: str) -> tuple[int, int] | None:
    """How well a header names the id of a bag, the best lowest; None if it names none.

    An id is called by one of `ID_NAMES`, alone or beside words like 'no' and 'code'.

    Examples
    --------
    >>> id_rank("bag") < id_rank("Bag #") < id_rank("sample_id")
    True
    >>> id_rank("box_id") is None
    True
    """
    words = words_of(header)
    named = [word for word in words if word in ID_NAMES]
    if not named or any(word not in _BESIDE_AN_ID for word in words if word not in ID_NAMES):
        return None
    telling = {word for word in named if word not in _OF_ANY_BAG}
    if len(telling) > 1:  # 'package unit', 'bag sample': two things
        return None
    return min(map(ID_NAMES.index, telling or named)), len(words)


def ends_like_an_id(header: str) -> bool:
    """Whether whole numbers under this header are more likely ids, years or codes than counts.

    Examples
    --------
    >>> ends_like_an_id("box_no"), ends_like_an_id("Unnamed: 0"), ends_like_an_id("blue")
    (True, True, False)
    """
    words = words_of(header)
    return bool(words) and (words[-1] in _LAST_OF_AN_ID or _UNNAMED_BY_PANDAS.fullmatch(header) is not None)


def names_a_total(header: str) -> bool:
    """Whether the header says that the column holds totals."""
    return " ".join(words_of(header)) in TOTAL_NAMES or fold(header) in TOTAL_NAMES
