"""Recipes as people write them down in code, taken apart into figures and names."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from numbers import Real
from typing import Any

import numpy as np

from handful.data.names import listed
from handful.distributions.checks import category_names
from handful.errors import ParameterError, ParameterTypeError

FEWEST_CATEGORIES = 2


def figures_of(
    proportions: Any, *, components: Sequence[str] | None, categories: Sequence[str] | None
) -> tuple[dict[str, list[float]], tuple[str, ...] | None]:
    """For each component its figures, and the names of the categories that they are of, if there are any.

    Raises
    ------
    ParameterError
        If names are missing, doubled or given in two places, or the recipes are over different categories.
    ParameterTypeError
        If a figure is no number, or a name no text.

    Examples
    --------
    >>> figures_of({"NJ": {"blue": 0.25, "red": 0.75}}, components=None, categories=None)
    ({'NJ': [0.25, 0.75]}, ('blue', 'red'))
    """
    recipes = _by_component(proportions, components)
    named = [component for component, recipe in recipes.items() if _has_names(recipe)]
    if named:
        if categories is not None:
            raise _refused(
                "the recipes name their categories: give none besides", categories, name="categories"
            )
        cells, categories = _by_category(recipes, named)
    else:
        cells = {component: _cells(recipe, component) for component, recipe in recipes.items()}
    n_categories = _common_length(cells)
    names = category_names(categories, n=n_categories)
    places: Sequence[str | int] = range(1, n_categories + 1) if names is None else names
    figures = {
        component: [_figure(cell, component, category=place) for cell, place in zip(row, places, strict=True)]
        for component, row in cells.items()
    }
    return figures, names


def _by_component(proportions: Any, components: Sequence[str] | None) -> dict[str, Any]:
    """The recipe of each component, whichever way they were written."""
    if _has_names(proportions):
        if components is not None:
            raise _refused(
                "the recipes name their components: give none besides", components, name="components"
            )
        names = _component_names(proportions.keys())
        return {name: proportions[name] for name in names}
    if components is None:
        example = 'name them: Recipes({"NJ": ..., "TN": ...}), or components=["NJ", "TN"]'
        raise _refused(f"recipes are of named components; {example}", components, name="components")
    rows, names = _cells(proportions, None), _component_names(components)
    if len(rows) != len(names):
        message = (
            f"{len(names)} names ({listed(names)}) for {len(rows)} recipes: each recipe is of one component"
        )
        raise _refused(message, len(rows), name="components")
    return dict(zip(names, rows, strict=True))


def _by_category(
    recipes: Mapping[str, Any], named: Sequence[str]
) -> tuple[dict[str, list[Any]], tuple[Any, ...]]:
    """The cells of recipes that name their categories, in the order of the first recipe, and this order."""
    nameless = [component for component in recipes if component not in named]
    if nameless:
        message = (
            f"the recipes of {listed(named)} name categories, those of {listed(nameless)} do not: "
            "name them in all or in none"
        )
        raise _refused(message, tuple(nameless))
    first, order = named[0], tuple(recipes[named[0]].keys())
    for component in named[1:]:
        given = tuple(recipes[component].keys())
        missing = [str(name) for name in order if name not in given]
        unknown = [str(name) for name in given if name not in order]
        if missing or unknown:
            lacking = f" has no {listed(missing)}" if missing else ""
            besides = f" has {listed(unknown)}, which {first!r} has not" if unknown else ""
            message = (
                f"the recipe of {component!r}{' and'.join(filter(None, (lacking, besides)))}: "
                f"all recipes are over the categories of the first, {first!r}. "
                "Write 0 for what a component does not hold."
            )
            raise _refused(message, (*missing, *unknown))
    return {component: [recipes[component][name] for name in order] for component in named}, order


def _common_length(cells: Mapping[str, list[Any]]) -> int:
    """How many categories all recipes are over."""
    first, n_categories = next((component, len(row)) for component, row in cells.items())
    for component, row in cells.items():
        if len(row) != n_categories:
            message = (
                f"the recipe of {component!r} has {len(row)} shares, that of {first!r} has {n_categories}: "
                "all recipes are over the same categories. Write 0 for what a component does not hold."
            )
            raise _refused(message, len(row))
    if n_categories < FEWEST_CATEGORIES:
        message = f"{n_categories} category: at least two are needed, since a share is a share of something"
        raise _refused(message, n_categories)
    return n_categories


def _component_names(given: Iterable[Any]) -> tuple[str, ...]:
    """The names of components as a tuple: one at least, all different, none blank."""
    names = (given,) if isinstance(given, str) else tuple(given)
    if isinstance(given, str) or not all(isinstance(name, str) for name in names):
        message = f"components = {list(names)!r}: must be names, that is, texts"
        raise ParameterTypeError(message, name="components", found=given)
    if not names:
        raise _refused("there is no recipe: at least one component is needed", names, name="components")
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        message = f"component {twice!r} is there twice; each needs a name of its own"
        raise _refused(message, twice, name="components")
    if not all(name.strip() for name in names):
        raise _refused("a component has a blank name; give it one that can be read", names, name="components")
    return names


def _has_names(value: Any) -> bool:
    """Whether `value` has keys: a mapping, and the Series and frames of pandas, whose names would be lost."""
    return isinstance(value, Mapping) or hasattr(value, "keys")


def _cells(row: Any, component: str | None) -> list[Any]:
    """The cells of one recipe, or the rows of a table of recipes; a set has no order and is none."""
    if isinstance(row, str | bytes) or not (isinstance(row, Sequence) or np.ndim(row) > 0):
        what = "proportions" if component is None else f"the recipe of {component!r}"
        message = f"{what} = {row!r}: must be a row of numbers, or a mapping from categories to numbers"
        raise ParameterTypeError(message, name="proportions", found=row)
    return list(row)


def _figure(cell: Any, component: str, *, category: str | int) -> float:
    """One figure of a recipe as a finite float; its size is judged later."""
    where = f"recipe {component!r}, category {category!r}: {cell!r}"
    if isinstance(cell, bool | np.bool_) or not isinstance(cell, Real):
        message = f"{where} is no number; a share is a number from 0 to 1"
        raise ParameterTypeError(message, name="proportions", found=cell)
    number = float(cell) + 0.0  # no negative zero: equal recipes have equal bytes
    if not math.isfinite(number):
        raise _refused(f"{where} is not finite; a share is a number from 0 to 1", cell)
    return number


def _refused(message: str, found: object, *, name: str = "proportions") -> ParameterError:
    """The error that says so, to be raised."""
    return ParameterError(message, name=name, found=found)
