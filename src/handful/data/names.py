"""Names as people write them: compared without case and space, and the nearest one where none fits."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from handful.data.complaints import shown

MOST_NAMED = 12


def fold(name: str) -> str:
    """`name` as names are compared: without case, outer space and underscores.

    Examples
    --------
    >>> fold(" Light_Blue ")
    'light blue'
    """
    return " ".join(name.replace("_", " ").split()).casefold()


def position_of(name: str, names: Sequence[str]) -> int | None:
    """Where `name` stands among `names`: the very same text, or else the only one that folds alike.

    Examples
    --------
    >>> position_of("BLUE", ["red", "blue"])
    1
    """
    if name in names:
        return names.index(name)
    alike = [position for position, other in enumerate(names) if fold(other) == fold(name)]
    return alike[0] if len(alike) == 1 else None


def suggestion(name: str, names: Sequence[str]) -> str:
    """The end of the sentence that `name` is not among `names`: the nearest of them, or the first ones.

    Examples
    --------
    >>> suggestion("bleu", ["red", "blue"])
    "did you mean 'blue'?"
    """
    folded = {fold(other): other for other in names}
    near = difflib.get_close_matches(fold(name), list(folded), n=1, cutoff=0.5)
    if near:
        return f"did you mean {shown(folded[near[0]])!r}?"
    return f"there are {listed(names)}"


def listed(names: Sequence[str]) -> str:
    """The first dozen of `names`, and how many more there are.

    Examples
    --------
    >>> listed(["red", "blue"])
    'red, blue'
    """
    more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    return ", ".join(map(shown, names[:MOST_NAMED])) + more
