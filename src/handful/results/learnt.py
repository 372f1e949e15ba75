"""What was counted of one bag, and whether the fit that is to complete it has learnt from it."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import numpy as np

from handful.arrays import Integers, read_only_integers
from handful.data.counts import Counts
from handful.data.fingerprints import content_hash
from handful.data.statistics import Totals
from handful.distributions.fixed import Fixed
from handful.errors import ParameterError, ParameterTypeError
from handful.inference.fits import Fit

CANNOT_BE_KNOWN = (
    "Whether the fit has learnt from what was seen of this bag cannot be known, since bags without ids "
    "cannot be told apart. It must have: else what was seen says nothing of the rest."
)


def counted_of(fit: Fit, seen: Counts, *, total: int) -> tuple[Annotated[Integers, "C"], list[str]]:
    """How many of each category (C,) were counted of a bag of `total`, in the fit's order, and notes.

    Raises
    ------
    ParameterTypeError
        If `seen` is no Counts.
    ParameterError
        If it has other categories or more items than `total`, or the fit has not learnt from it.
    """
    check_counts(seen)
    names = fit.data.categories
    if set(seen.categories) != set(names):
        hint = (
            f" Take seen.collapse({names[0]!r})." if names[0] in seen.categories and len(names) == 2 else ""
        )
        message = (
            f"seen has the categories {', '.join(seen.categories)}, but the fit has {', '.join(names)}.{hint}"
        )
        raise ParameterError(message, name="seen", found=seen.categories)
    if total < seen.n_items:
        message = f"total = {total:,}: the bag cannot hold fewer items than the {seen.n_items:,} seen of it"
        raise ParameterError(message, name="total", found=total)
    order = [seen.categories.index(name) for name in names]
    ordered = replace(seen, table=seen.table[:, order], categories=names)
    return read_only_integers(ordered.table.sum(axis=0)), notes_on_learning(fit, ordered)


def check_counts(seen: object) -> None:
    """Nothing, if `seen` is Counts.

    Raises
    ------
    ParameterTypeError
        If it is something else.
    """
    if not isinstance(seen, Counts):
        message = f"seen is a {type(seen).__name__}: give the Counts of what was counted of the bag"
        raise ParameterTypeError(message, name="seen", found=seen)


def notes_on_learning(fit: Fit, seen: Counts) -> list[str]:
    """Notes on what the fit has learnt from besides `seen`, or that this cannot be known.

    Parameters
    ----------
    fit : Fit
        A pooled fit.
    seen : Counts
        Bags with the categories of the fit, in its order.

    Raises
    ------
    ParameterError
        If the fit has surely not learnt from them: then the prediction would leave them unused.

    Examples
    --------
    >>> from handful.inference.fit import fit
    >>> from handful.models.pooled import Pooled
    >>> both = Counts([[12, 43], [9, 46]], categories=["blue", "not blue"], ids=["A", "B"])
    >>> notes_on_learning(fit(Pooled(), both), both.select("B"))[0][:50]
    'The fit has learnt from 1 bag more than was seen o'
    """
    something = seen.without_bags([bag for bag, n in zip(seen.bags, seen.totals, strict=True) if n == 0])
    if isinstance(fit.posterior, Fixed) or not something.n_bags:
        return []
    recognised = content_hash(seen) == fit.data.sha256
    if not recognised:
        missing = set(something.bags) - set(fit.data.seen.again(something)) if something.named else set()
        if surely_new(fit, something, missing=missing):
            raise _not_learnt(something, missing)
        if missing or not something.named:
            return [CANNOT_BE_KNOWN]
    others = len(fit.data.seen.fingerprints) + fit.data.seen.nameless - seen.n_bags
    if others <= 0:
        return []
    note = (
        f"The fit has learnt from {others:,} bag{'s' if others > 1 else ''} more than was seen of this one: "
        "they are taken to come from the same recipe, and not to be part of it."
    )
    return [note]


def surely_new(fit: Fit, seen: Counts, *, missing: set[str]) -> bool:
    """Whether the fit cannot have learnt from `seen`: not one of its bags could be them."""
    if missing and not fit.data.seen.nameless:
        return True
    first = not fit.model.seen.fingerprints and not fit.model.seen.nameless
    if not first or not isinstance(fit.statistic, Totals):
        return False
    return bool(np.any(seen.table.sum(axis=0) > fit.statistic.counts))


def _not_learnt(seen: Counts, missing: set[str]) -> ParameterError:
    named = [bag for bag in seen.bags if bag in missing][:5]
    which = f" (bag {', '.join(map(repr, named))})" if named else ""
    return ParameterError(
        f"the fit has not learnt from what was seen of the bag{which}: the prediction would not use it. "
        "Fit again with it: fit(Pooled(found.as_prior()), seen).",
        name="seen",
        found=seen,
    )
