"""Published recipes: the proportions that named components are said to mix."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import ArrayLike

from handful.arrays import Floats, read_only_floats
from handful.data.complaints import Note
from handful.data.names import listed
from handful.distributions.checks import SIMPLEX_TOLERANCE, plain
from handful.errors import ParameterError
from handful.models.recipe_faults import fault_of
from handful.models.recipe_rows import figures_of


@dataclass(frozen=True, slots=True, init=False, eq=False, repr=False)
class Recipes:
    """The published proportions of K components over C categories.

    Parameters
    ----------
    proportions : mapping or array_like, shape (K, C)
        The recipe of each component: by name of category (``{"NJ": {"blue": 0.25, ...}, ...}``), as
        a row for each name of a component, or as rows for the names in `components`. A recipe lies
        in [0, 1] and sums to 1 within 1e-3, since published figures are rounded; one that sums to
        anything but 1 is divided by its sum, and a note says so.
    components : sequence of str, optional
        K different names, if `proportions` does not name them.
    categories : sequence of str, optional
        C different names, two at least, if `proportions` does not name them. Recipes over nameless
        categories meet those of the data by position.
    notes : sequence of Note, optional
        What the reader said.

    Raises
    ------
    ParameterError
        If a share is beyond [0, 1], a recipe does not sum to 1, the recipes are over different
        categories, or names are missing or doubled.
    ParameterTypeError
        If a share is no number, or a name no text.

    Examples
    --------
    >>> recipes = Recipes({"NJ": {"blue": 0.25, "red": 0.75}, "TN": {"red": 0.8, "blue": 0.2}})
    >>> recipes.over(["red", "blue"]).tolist()
    [[0.75, 0.25], [0.8, 0.2]]
    """

    proportions: Annotated[Floats, "K C"]
    components: tuple[str, ...]
    categories: tuple[str, ...] | None
    notes: tuple[Note, ...]

    def __init__(
        self,
        proportions: Mapping[str, Mapping[str, float]] | Mapping[str, ArrayLike] | ArrayLike,
        *,
        components: Sequence[str] | None = None,
        categories: Sequence[str] | None = None,
        notes: Sequence[Note] = (),
    ) -> None:
        figures, names = figures_of(proportions, components=components, categories=categories)
        for component, shares in figures.items():
            fault = fault_of(shares, categories=names)
            if fault is not None:
                message = f"the recipe of {component!r} {fault.rule} {fault.cure}"
                raise ParameterError(message, name="proportions", found=fault.found)
        sums = {component: math.fsum(shares) for component, shares in figures.items()}
        off = {component: total for component, total in sums.items() if abs(total - 1) > SIMPLEX_TOLERANCE}
        rows = [np.array(shares) / off.get(component, 1.0) for component, shares in figures.items()]
        object.__setattr__(self, "proportions", read_only_floats(rows))
        object.__setattr__(self, "components", tuple(figures))
        object.__setattr__(self, "categories", names)
        object.__setattr__(self, "notes", (*notes, *_notes_on(off)))

    def over(self, categories: Sequence[str]) -> Annotated[Floats, "K C"]:
        """The proportions in the order of `categories`, which are matched by name, letter for letter.

        Raises
        ------
        ParameterError
            If the recipes are over other categories; the message names both sets, and what differs.
        """
        if self.categories is None:
            return self._by_position(categories)
        missing = [name for name in categories if name not in self.categories]
        unknown = [name for name in self.categories if name not in categories]
        if missing or unknown:
            differing = (
                f"the recipes have no {listed(missing)}" if missing else "",
                f"the data have no {listed(unknown)}" if unknown else "",
            )
            message = (
                f"the recipes are over {listed(self.categories)}, but the data have {listed(categories)}: "
                f"{', and '.join(filter(None, differing))}. Names are matched letter for letter: "
                "rename what is spelt differently, and write 0 for what a component does not hold."
            )
            raise ParameterError(message, name="recipes", found=(*missing, *unknown))
        order = [self.categories.index(name) for name in categories]
        return read_only_floats(self.proportions[:, order])

    def _by_position(self, categories: Sequence[str]) -> Annotated[Floats, "K C"]:
        n_categories = self.proportions.shape[1]
        if n_categories != len(categories):
            message = (
                f"the recipes have {n_categories} shares that name no categories, but the data have "
                f"{len(categories)} categories: {listed(categories)}. Name those of the recipes."
            )
            raise ParameterError(message, name="recipes", found=n_categories)
        return self.proportions

    def __repr__(self) -> str:
        """The call that makes them."""
        rows = zip(self.components, self.proportions.tolist(), strict=True)
        each = ", ".join(f"{component!r}: {self._written(row)}" for component, row in rows)
        return f"Recipes({{{each}}})"

    def _written(self, row: Iterable[float]) -> str:
        if self.categories is None:
            return f"[{', '.join(map(plain, row))}]"
        pairs = zip(self.categories, row, strict=True)
        return f"{{{', '.join(f'{name!r}: {plain(share)}' for name, share in pairs)}}}"

    def __eq__(self, other: object) -> bool:
        """Whether names and proportions are the same; notes do not count."""
        if not isinstance(other, Recipes):
            return NotImplemented
        same = np.array_equal(self.proportions, other.proportions)
        return same and self.components == other.components and self.categories == other.categories

    def __hash__(self) -> int:
        return hash((Recipes, self.proportions.tobytes(), self.components, self.categories))


def _notes_on(off: Mapping[str, float]) -> tuple[Note, ...]:
    """What to say of the recipes that did not sum to 1, and of their sums."""
    if not off:
        return ()
    each = listed([f"{component} ({total:.10g})" for component, total in off.items()])
    return (
        Note("normalised", f"Recipes divided by their sum, since published figures are rounded: {each}."),
    )
