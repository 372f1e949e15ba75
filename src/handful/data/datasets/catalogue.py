"""The list of the data sets that ship with handful."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from handful.errors import SourceError

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Dataset:
    """One shipped data set: its table, where it is from, and what its columns are.

    Parameters
    ----------
    name : str
        The NAME of ``data:NAME``.
    kind : {'counts', 'recipes'}
        Whether it holds counts of bags or published proportions.
    title, source, licence : str
        What it is, who made it, how it may be used.
    id, labels : tuple of str
        The columns that name the bags and those that label them.
    drop : mapping of str to str
        Columns left out, each with the reason.
    notes : tuple of str
        What is dirty about it.
    """

    name: str
    kind: str
    title: str
    source: str
    licence: str
    id: tuple[str, ...]
    labels: tuple[str, ...]
    drop: Mapping[str, str]
    notes: tuple[str, ...]

    @property
    def path(self) -> Path:
        """Where its table lies."""
        return FOLDER / f"{self.name}.csv"


def datasets() -> tuple[Dataset, ...]:
    """All data sets that ship, by name.

    Examples
    --------
    >>> [dataset.name for dataset in datasets()][-1]
    'skittles'
    """
    return tuple(_read(path) for path in sorted(FOLDER.glob("*.json")))


def find(name: str) -> Dataset:
    """The data set of counts called `name`.

    Raises
    ------
    SourceError
        If there is none of that name (naming the nearest), or it holds no counts.
    """
    path = FOLDER / f"{name}.json"
    names = [known.stem for known in sorted(FOLDER.glob("*.json"))]
    if name not in names:
        near = difflib.get_close_matches(name, names, n=1)
        hint = f"did you mean 'data:{near[0]}'?" if near else f"there are {', '.join(names)}"
        raise SourceError(f"there is no data set {name!r}; {hint}", source=f"data:{name}")
    dataset = _read(path)
    if dataset.kind != "counts":
        raise SourceError(
            f"data:{name} holds published proportions, not counts of bags; it serves as recipes",
            source=f"data:{name}",
        )
    return dataset


def _read(path: Path) -> Dataset:
    told = json.loads(path.read_text(encoding="utf-8"))
    return Dataset(
        name=path.stem,
        kind=told["kind"],
        title=told["title"],
        source=told["source"],
        licence=told["licence"],
        id=tuple(told["id"]),
        labels=tuple(told["labels"]),
        drop=told["drop"],
        notes=tuple(told["notes"]),
    )
