"""The complaints about a table of recipes whose cells have been looked at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from handful.data.complaints import Complaint, shown
from handful.data.names import listed
from handful.data.reading.grid import Grid
from handful.data.reading.headers import names_a_total
from handful.models.recipe_cells import Share, parse_share
from handful.models.recipe_faults import fault_of
from handful.models.recipe_rows import FEWEST_CATEGORIES


def complaints_of(
    grid: Grid, components: Sequence[str], *, shares: Sequence[Sequence[Share]]
) -> list[Complaint]:
    """Everything that is wrong with recipes, whole-table reasons first, then line by line.

    Parameters
    ----------
    grid : Grid
        The table; its first column names the components.
    components : sequence of str
        The K names in it.
    shares : sequence of sequence of Share
        For each of the other columns its K cells.
    """
    columns = list(_on_columns(grid, shares))
    if columns:
        return columns
    lines = [
        *_on_components(grid, components),
        *_on_cells(grid, shares),
        *_on_recipes(grid, components, shares=shares),
    ]
    return sorted(lines, key=lambda complaint: complaint.line or 0)


def _on_columns(grid: Grid, shares: Sequence[Sequence[Share]]) -> Iterable[Complaint]:
    """The complaints about columns that are none of a recipes file: then nothing else needs to be said."""
    names = grid.names[1:]
    texts = [place for place, column in enumerate(shares) if _holds_texts(column)]
    if texts:
        named = listed([f'"{shown(names[place])}"' for place in texts])
        rule = (
            f"is no number, nor is any other cell of {named}. "
            f'Recipes have one column of names, the first (here "{shown(grid.names[0])}").'
        )
        cure = "Take the others out, or write shares into them: numbers from 0 to 1."
        column = grid.columns[1 + texts[0]]
        found = shown(str(column.cells[0]))
        yield grid.complaint("text_column", rule, cure=cure, row=0, column=column.name, found=found)
    elif len(shares) < FEWEST_CATEGORIES:
        rule = f'there is only one category, "{shown(names[0])}".' if names else "no column holds shares."
        cure = "A share is a share of something: at least two categories are needed."
        yield grid.complaint("too_few_categories", rule, cure=cure)
    elif _are_shares([str(cell) for cell in grid.columns[0].cells]):
        rule = "holds fractions, but the first column of recipes names the components."
        cure = "Put a column with their names first."
        yield grid.complaint("no_components", rule, cure=cure, column=grid.names[0])
    if _are_shares(names):
        rule = "the first line holds shares, not the names of columns."
        cure = "Put a first line with the names of the columns: component,blue,brown,..."
        yield grid.complaint("no_header", rule, cure=cure)
    for name in names:
        if names_a_total(name):
            rule = "holds sums by its name, and a sum is the share of no category."
            yield grid.complaint("total", rule, cure="Take the column out.", column=name)


def _holds_texts(column: Sequence[Share]) -> bool:
    """Whether no cell of several is a number or a spoilt one, and not all are blank."""
    codes = {share.code for share in column}
    several = len(column) > 1  # a single one is complained about as a cell
    return several and None not in codes and not any(share.spoilt for share in column) and codes != {"blank"}


def _are_shares(texts: Sequence[str]) -> bool:
    """Whether all texts are shares, and not all of them whole numbers: those may be names."""
    shares = [parse_share(text) for text in texts]
    all_numbers = all(share.code is None for share in shares)
    return all_numbers and not all(share.value.is_integer() for share in shares)


def _on_components(grid: Grid, components: Sequence[str]) -> Iterable[Complaint]:
    name, first = grid.names[0], dict[str, int]()
    for row, component in enumerate(components):
        if not component:
            rule, cure = "the component has no name.", "Give each component a name of its own."
            yield grid.complaint("blank", rule, cure=cure, row=row, column=name, found="")
        elif first.setdefault(component, row) != row:
            rule = f"is the name of an earlier component, on {grid.unit} {grid.lines[first[component]]}."
            cure = "Give each component a name of its own, or take one of the two out."
            yield grid.complaint(
                "duplicate_component", rule, cure=cure, row=row, column=name, found=shown(component)
            )


def _on_cells(grid: Grid, shares: Sequence[Sequence[Share]]) -> Iterable[Complaint]:
    for column, cells in zip(grid.columns[1:], shares, strict=True):
        for row, share in enumerate(cells):
            if share.code is not None:
                rule, cure = share.said
                found = shown(str(column.cells[row]))
                yield grid.complaint(share.code, rule, cure=cure, row=row, column=column.name, found=found)


def _on_recipes(
    grid: Grid, components: Sequence[str], *, shares: Sequence[Sequence[Share]]
) -> Iterable[Complaint]:
    """The complaints about recipes whose cells are all shares, but which are no recipes."""
    names = grid.names[1:]
    for row, component in enumerate(components):
        cells = [column[row] for column in shares]
        if any(share.code is not None for share in cells):
            continue
        fault = fault_of([share.value for share in cells], categories=names)
        if fault is None:
            continue
        if fault.place is None:
            rule = f'the recipe of "{shown(component)}" {fault.rule}'
            yield grid.complaint(fault.code, rule, cure=fault.cure, row=row)
        else:
            rule, cure = Share(code=fault.code).said
            column = grid.columns[1 + fault.place]
            found = shown(str(column.cells[row]))
            yield grid.complaint(fault.code, rule, cure=cure, row=row, column=column.name, found=found)
