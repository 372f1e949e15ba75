"""Bags to be made up: as those of counts, or so many of a size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import numpy as np

from handful.arrays import Integers
from handful.data.counts import Counts
from handful.distributions.checks import whole
from handful.errors import ParameterError, ParameterTypeError


def bags_like(
    like: object, *, bags: int | None, size: int | None, categories: Sequence[str] | None
) -> tuple[Annotated[Integers, "B"], Annotated[Integers, "B C"] | None]:
    """The totals of the bags that have items, and what they hold if they were counted."""
    if like is None:
        if bags is None or size is None:
            message = "what bags? give like=counts, or both bags=30 and size=55"
            raise ParameterError(message, name="like", found=like)
        return np.full(whole(bags, name="bags", least=1), whole(size, name="size", least=1)), None
    if not isinstance(like, Counts):
        message = f"like = {like!r}: give Counts, or bags=30 and size=55"
        raise ParameterTypeError(message, name="like", found=like)
    if (bags, size, categories) != (None, None, None):
        message = "like=counts has bags, sizes and categories of its own: leave the others out"
        raise ParameterError(message, name="like", found=(bags, size, categories))
    there = like.totals > 0
    if not there.any():
        raise ParameterError(
            "all bags of `like` are empty: an empty bag has no shares", name="like", found=like
        )
    return like.totals[there], like.table[there]
