"""The list of the data sets that ship with handful."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from handful.errors import SourceError

FOLDER = Path(__file__).parent

Kind: TypeAlias = Literal["counts", "recipes"]


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
        The columns that name the bags, or the components, and those that label them.
    drop : mapping of str to str
        Columns left out, each with the reason.
    notes : tuple of str
        What is dirty about it.
    """

    name: str
    kind: Kind
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


def find(name: str, *, kind: Kind = "counts") -> Dataset:
    """The data set called `name`, to be read as counts of bags or as recipes.

    Raises
    ------
    SourceError
        If there is none of that name (naming the nearest), or it is not of that kind.

    Examples
    --------
    >>> find("mms-recipes-2017", kind="recipes").id
    ('component',)
    """
    every = {dataset.name: dataset for dataset in datasets()}
    # Recipes whose rows are told apart by several labels are there to be looked up, not to be read.
    ready = [known.name for known in every.values() if known.kind == kind and (kind == "counts" or known.id)]
    if name not in every:
        near = difflib.get_close_matches(name, ready, n=1)
        hint = (
            f"did you mean 'data:{near[0]}'?"
            if near
            else f"there {'is' if len(ready) == 1 else 'are'} {', '.join(ready)}"
        )
        raise SourceError(f"there is no data set {name!r}; {hint}", source=f"data:{name}")
    if name not in ready:
        raise _not_ready(every[name], kind=kind, ready=ready)
    return every[name]


def _not_ready(dataset: Dataset, *, kind: Kind, ready: list[str]) -> SourceError:
    """The error about a data set that is there, but cannot be read as `kind`."""
    if kind == "counts":
        message = "holds published proportions, not counts of bags; it serves as recipes"
    elif dataset.kind == "counts":
        message = f"holds counts of bags, not recipes; open data:{ready[0]} for recipes"
    else:
        message = (
            f"has {len(dataset.labels)} columns of labels ({', '.join(dataset.labels)}) where recipes have "
            f"one name a row, the component: it is there to be looked up; open data:{ready[0]} in its place"
        )
    return SourceError(f"data:{dataset.name} {message}", source=f"data:{dataset.name}")


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
