"""Known components: labels of bags, read as the components that they come from."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from handful.arrays import Integers
from handful.data.counts import Counts
from handful.data.labelled import UNKNOWN
from handful.data.names import position_of, suggestion
from handful.errors import ParameterError

MOST_SHOWN = 5


def known_components(
    counts: Counts, labels: str, *, named: tuple[str, ...] | None, size: int
) -> tuple[Annotated[Integers, "B"], tuple[str, ...]]:
    """For each bag the component that its label names (−1 where it is blank), and the names of all components.

    Parameters
    ----------
    counts : Counts
        The bags.
    labels : str
        Which of their labels.
    named : tuple of str or None
        The names that components have already; None: the labels name them, the components beyond those have numbers.
    size : int
        How many components there are.

    Raises
    ------
    ParameterError
        If there are no such labels, one of them names no component, there are more of them than components, or
        they are all the same.
    """
    texts = _texts(counts, labels)
    values = tuple(sorted({text for text in texts if text}, key=_natural))
    if not values:
        raise ParameterError(f"the labels {labels!r} are blank for every bag", name="known", found=labels)
    if len(values) == 1 and all(texts):
        raise ParameterError(
            f"the labels {labels!r} have one value only, {values[0]!r}, for every bag: there is nothing to tell apart; "
            "leave them out, or leave those blank that nobody is sure of",
            name="known",
            found=labels,
        )
    names = _names(labels, values, size=size) if named is None else named
    unknown = [value for value in values if value not in names]
    if unknown:
        raise ParameterError(
            f"the labels {labels!r} name {_listed(unknown)}, but the components are {_listed(names)}: "
            "give the recipe of each, or leave these labels blank",
            name="known",
            found=tuple(unknown),
        )
    place = {name: k for k, name in enumerate(names)}
    return np.array([place.get(text, UNKNOWN) for text in texts], dtype=np.int64), names


def _texts(counts: Counts, labels: str) -> tuple[str, ...]:
    there = tuple(counts.labels)
    position = position_of(labels, there)
    if position is None:
        hint = suggestion(labels, there) if there else "the bags have none"
        raise ParameterError(f"there are no labels {labels!r}; {hint}", name="known", found=labels)
    return tuple(text.strip() for text in counts.labels[there[position]])


def _names(labels: str, values: tuple[str, ...], *, size: int) -> tuple[str, ...]:
    """The labels as names, and numbers for the components that no bag is known to come from."""
    if len(values) > size:
        raise ParameterError(
            f"the labels {labels!r} name {len(values)} components ({_listed(values)}), but the model has {size}: "
            f"use mixture:{len(values)} or more",
            name="known",
            found=values,
        )
    numbers = (str(k) for k in range(1, 2 * size + 1) if str(k) not in values)
    return (*values, *(next(numbers) for _ in range(size - len(values))))


def _natural(text: str) -> tuple[bool, float, str]:
    """Numbers in their order, then texts."""
    return (not text.isdecimal(), float(text) if text.isdecimal() else 0.0, text)


def _listed(names: tuple[str, ...] | list[str]) -> str:
    shown = ", ".join(names[:MOST_SHOWN])
    return shown if len(names) <= MOST_SHOWN else f"{shown} and {len(names) - MOST_SHOWN:,} more"
