"""How the components of a mixture look in every picture: a colour and a code each, and one order of the bags."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import numpy as np
from matplotlib.patches import Patch

from handful.arrays import Floats, Integers
from handful.plots.styles import HATCHES, INK, OTHERS, CategoryStyle, letter_codes
from handful.plots.wording import shown
from handful.results.assigning.words import called

COLOURS = tuple(OTHERS[k] for k in (0, 1, 2, 7, 4, 3, 6, 5, 8))
"""Those of categories that name no colour, in an order in which the first five differ most in grey."""


def component_styles(components: Sequence[str]) -> tuple[CategoryStyle, ...]:
    """The look of each component, by its place: never the colour of a category that it may be named after.

    Examples
    --------
    >>> [(one.code, one.colour) for one in component_styles(["NJ", "TN"])]
    [('N', '#332288'), ('T', '#88ccee')]
    """
    return tuple(
        CategoryStyle(name, code, COLOURS[k % len(COLOURS)], HATCHES[k // len(COLOURS) % len(HATCHES)])
        for k, (name, code) in enumerate(zip(components, letter_codes(components), strict=True))
    )


def component_name(look: CategoryStyle) -> str:
    """What a component is called in a legend, with its code where that says something else.

    Examples
    --------
    >>> [component_name(look) for look in component_styles(["1", "2"])]
    ['component 1', 'component 2']
    >>> component_name(component_styles(["NJ", "TN"])[1])
    'TN (T)'
    """
    name = shown(called(look.name))
    return name if look.code == look.name else f"{name} ({look.code})"


def by_component(probabilities: Annotated[Floats, "B K"]) -> Annotated[Integers, "B"]:
    """The order of bags in pictures: by the component that is most probable, and of one component the surest first.

    Examples
    --------
    >>> by_component(np.array([[0.6, 0.4], [0.1, 0.9], [0.8, 0.2]])).tolist()
    [2, 0, 1]
    """
    return np.lexsort((-probabilities.max(axis=1), probabilities.argmax(axis=1)))


def component_key(looks: Sequence[CategoryStyle]) -> list[Patch]:
    """A patch for the legend of each component, in its colour and with an outline."""
    return [
        Patch(facecolor=one.colour, edgecolor=INK, linewidth=0.8, hatch=one.hatch or None) for one in looks
    ]


def bag_names(bags: Sequence[str], longest: int = 16) -> list[str]:
    """The ids of bags as they can be drawn, by their ends where long ones begin alike.

    Examples
    --------
    >>> bag_names(["A", "a very long name"], longest=12)
    ['A', 'a very long…']
    >>> bag_names(["a very long name 1", "a very long name 2"], longest=12)
    ['…long name 1', '…long name 2']
    """
    names = [shown(bag, longest) for bag in bags]
    ends = [bag if len(bag) <= longest else "…" + bag[1 - longest :] for bag in bags]
    return [shown(end, longest) for end in ends] if len(set(ends)) > len(set(names)) else names
