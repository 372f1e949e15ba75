"""The reader of recipes: a CSV file of published proportions becomes Recipes, or is refused with reasons."""

from __future__ import annotations

import os
from dataclasses import replace

from handful.data.complaints import Complaint, Note
from handful.data.datasets import catalogue
from handful.data.names import listed
from handful.data.read import DATASET, Source
from handful.data.reading.cells import WHITE
from handful.data.reading.grid import Grid, refuse
from handful.data.reading.shape import shape
from handful.data.reading.sources import Readable, read_bytes
from handful.data.reading.text import decode
from handful.data.reading.tokens import records
from handful.errors import ParameterTypeError, TableError
from handful.models.recipe_cells import Share, parse_share
from handful.models.recipe_judge import complaints_of
from handful.models.recipes import Recipes

# What the reader of counts says of bags, said of recipes: the code there -> the cure here.
_CURES = {
    "empty_file": "Give a table: a header line (component,blue,brown,...), then a row a component.",
    "no_header": "Put a first line with the names of the columns: component,blue,brown,... "
    "If it is the header, call its first column 'name'.",
    "unnamed_column": "Name each category, and call the first column 'component'.",
    "row_too_short": "Write a share for every category; 0 where the component holds none of it.",
    "line_too_long": "Is this a table with a row a component?",
    "too_many_columns": "Is this a table with a row a component and a column a category?",
}


def read_recipes(source: Source, *, encoding: str | None = None) -> Recipes:
    r"""The published proportions in a file, checked; notes say what was assumed.

    The first column names the component, every other one is a category. Figures have a decimal
    point (or a comma, where it cannot be mistaken); those of a row sum to 1 within 1e-3.

    Parameters
    ----------
    source : path, '-', 'data:NAME' or open file
        A CSV text (separated by commas, semicolons, tabs or bars), standard input, or a set of
        recipes that ships with handful.
    encoding : str, optional
        The encoding of a text that is neither UTF-8 nor UTF-16.

    Raises
    ------
    SourceError
        If the source cannot be opened, or holds no recipes.
    TableError
        If the table is refused; ``.complaints`` holds every reason.
    ParameterError, ParameterTypeError
        If there is no such encoding, or `source` is nothing that can be read.

    Examples
    --------
    >>> import io
    >>> read_recipes(io.StringIO("component,blue,red\nNJ,0.25,0.75\nTN,0.2,0.8\n"))
    Recipes({'NJ': {'blue': 0.25, 'red': 0.75}, 'TN': {'blue': 0.2, 'red': 0.8}})
    >>> read_recipes("data:mms-recipes-2017").components
    ('NJ', 'TN')
    """
    grid = _grid(source, encoding)
    components = [str(cell).strip(WHITE) for cell in grid.columns[0].cells]
    shares = [[parse_share(str(cell)) for cell in column.cells] for column in grid.columns[1:]]
    complaints = complaints_of(grid, components, shares=shares)
    if complaints:
        raise refuse(*complaints)
    rows = [[share.value for share in row] for row in zip(*shares, strict=True)]
    notes = (*grid.notes, *_notes_on(grid, components, shares=shares))
    return Recipes(rows, components=components, categories=grid.names[1:], notes=notes)


def _grid(source: Source, encoding: str | None) -> Grid:
    notes: tuple[Note, ...] = ()
    if isinstance(source, str) and source.startswith(DATASET):
        dataset = catalogue.find(source.removeprefix(DATASET), kind="recipes")
        data, name = dataset.path.read_bytes(), source
        notes = tuple(Note("dataset", said) for said in dataset.notes)
    elif isinstance(source, str | os.PathLike | Readable):
        data, name = read_bytes(source)
    else:
        message = (
            f"source: {type(source).__name__} is no file; what is in memory already goes into Recipes(...)"
        )
        raise ParameterTypeError(message, name="source", found=source)
    try:
        text, on_encoding = decode(data, name, encoding=encoding)
        rows, on_separator = records(text, name)
        return shape(rows, name, notes=notes + on_encoding + on_separator)
    except TableError as error:
        raise refuse(*(_of_recipes(c) for c in error.complaints if isinstance(c, Complaint))) from None


def _of_recipes(complaint: Complaint) -> Complaint:
    """A complaint about the shape of a table, in words of recipes."""
    if complaint.code == "no_bags":
        rule, cure = "there is a header, but no recipe below it.", "Add a row for each component."
        return replace(complaint, code="no_recipes", rule=rule, cure=cure)
    return replace(complaint, cure=_CURES.get(complaint.code, complaint.cure))


def _notes_on(grid: Grid, components: list[str], *, shares: list[list[Share]]) -> tuple[Note, ...]:
    """The notes on what was read: which recipes, over which categories, and decimal commas."""
    notes = [Note("recipes", f"Recipes of {listed(components)} over {listed(grid.names[1:])}.")]
    commas = sum(share.decimal_comma for column in shares for share in column)
    if commas:
        noun = "share" if commas == 1 else "shares"
        notes.append(
            Note("decimal_comma", f"{commas:,} {noun} with a decimal comma: 0,25 was taken as 0.25.")
        )
    return tuple(notes)
