"""Whether a table is long (a row a bag and category) or wide (a row a bag), by the names of its columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from handful.data.complaints import shown
from handful.data.names import fold
from handful.data.reading.cells import WHITE
from handful.data.reading.columns import parse_column
from handful.data.reading.grid import Column, Grid, refuse
from handful.data.reading.headers import ends_like_an_id, id_rank, names_a_total
from handful.data.reading.roles import Wishes, best_id, find_all

CATEGORY_NAMES = (
    "category",
    "categories",
    "colour",
    "color",
    "flavour",
    "flavor",
    "species",
    "taxon",
    "genus",
    "word",
)
COUNT_NAMES = ("count", "counts", "n", "number", "freq", "frequency", "pieces")


@dataclass(frozen=True, slots=True)
class LongColumns:
    """The three columns that make a table long; the others are labels of the bag, or left out."""

    id: Column
    category: Column
    count: Column
    labels: tuple[Column, ...]
    left_out: tuple[Column, ...]


def recognise(grid: Grid, wishes: Wishes) -> LongColumns | None:
    """The columns of a long table, or None if the table is wide.

    Raises
    ------
    TableError
        If it looks long but nothing says which column names the bags, or could be either.
    ParameterError
        If a column that was named is not there.
    """
    told = find_all(grid, wishes.labels, parameter="labels")
    ids = find_all(grid, wishes.id, parameter="id")
    # A number of each row says nothing about a bag that has several rows.
    left_out = tuple(
        dict.fromkeys(
            (
                *find_all(grid, wishes.drop, parameter="drop"),
                *(c for c in grid.columns if c.mark == "unnamed" and c not in (*ids, *told)),
            )
        )
    )
    kept = [column for column in grid.columns if column not in left_out]
    free = [column for column in kept if column not in (*told, *ids)]
    category, count = _first(free, CATEGORY_NAMES), _first(free, COUNT_NAMES)
    if category is None or count is None or len(ids) > 1:
        return None
    bag = ids[0] if ids else best_id(free)
    others = tuple(column for column in kept if column not in (bag, category, count))
    whole = [column for column in others if column not in told and _may_be_counts(column)]
    if bag is None:
        untold = [column for column in others if column not in told]
        _refuse_nameless(grid, untold, category=category, whole=whole)
        return None
    if _once(bag) and (parse_column(category).whole or len(whole) > 1):
        return None
    if _once(bag) and whole:
        rule = (
            "every bag has one row: the table may be long (a row a bag and category) or wide (a row a bag)."
        )
        cure = (
            f'If each row is a bag, say --labels "{shown(category.name)}"; '
            f'if it is a bag and a category, say --labels "{shown(whole[0].name)}".'
        )
        raise refuse(grid.complaint("unknown", rule, cure=cure))
    return LongColumns(bag, category, count, others, left_out)


def _refuse_nameless(
    grid: Grid, untold: Sequence[Column], *, category: Column, whole: Sequence[Column]
) -> None:
    """Raise if the table looks long and one column could name the bags, though its header does not say so."""
    ids = untold if len(untold) == 1 else [column for column in untold if ends_like_an_id(column.name)]
    if not ids or parse_column(category).whole or (_once(ids[0]) and len(whole) > 1):
        return
    rule = "it looks like a long table (a row for each bag and category), but no column is known to name the bags."
    cure = (
        f'If "{shown(ids[0].name)}" does, say --id "{shown(ids[0].name)}"; '
        f'if each row is a bag, say --labels "{shown(category.name)}".'
    )
    raise refuse(grid.complaint("unknown", rule, cure=cure))


def _first(columns: Sequence[Column], names: Sequence[str]) -> Column | None:
    return next((c for name in names for c in columns if fold(c.name) == name), None)


def _once(bag: Column) -> bool:
    """Whether no bag has two rows."""
    return len({str(cell).strip(WHITE) for cell in bag.cells}) == len(bag.cells)


def _may_be_counts(column: Column) -> bool:
    """Whether the column would be a category of a wide table."""
    said = ends_like_an_id(column.name) or names_a_total(column.name) or id_rank(column.name) is not None
    return not said and parse_column(column).whole
