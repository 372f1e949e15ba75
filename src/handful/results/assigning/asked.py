"""The bags that are asked about: those that the fit has learnt from, and those that it has not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np

from handful.arrays import Integers
from handful.data.counts import Counts
from handful.data.fingerprints import content_hash
from handful.data.names import listed
from handful.errors import CountsError, CountsTypeError
from handful.inference.draws_fit import DrawsFit
from handful.inference.fits import Fit
from handful.results.assigning.source import rows_of

NEW = -1


@dataclass(frozen=True, slots=True, eq=False)
class AskedBags:
    """B bags in the order asked for.

    Parameters
    ----------
    bags : tuple of str
        Their ids.
    table : array of int, shape (B, C)
        Their counts, categories in the fit's order.
    rows : array of int, shape (B,)
        The row of the fit's statistic that is theirs; -1 where the fit has never seen the bag.
    labels : mapping of str to tuple of str
        Their labels.
    notes : tuple of str
        What should be known.
    """

    bags: tuple[str, ...]
    table: Annotated[Integers, "B C"]
    rows: Annotated[Integers, "B"]
    labels: Mapping[str, tuple[str, ...]]
    notes: tuple[str, ...] = ()


def asked_of(fit: Fit, counts: Counts | None) -> AskedBags:
    """The bags of `counts`, or all bags of the fit.

    Raises
    ------
    CountsTypeError, CountsError
        If `counts` are no Counts, or of other categories.
    """
    rows = rows_of(fit)
    if counts is None:
        kept = fit.counts.labels if isinstance(fit, DrawsFit) and fit.counts is not None else {}
        return AskedBags(fit.data.bags, rows.rows.table, rows.row_of_bag, kept)
    counts = _in_order(fit, counts)
    if content_hash(counts) == fit.data.sha256:
        return AskedBags(counts.bags, counts.table, rows.row_of_bag, counts.labels)
    place = {bag: b for b, bag in enumerate(fit.data.bags)}
    found = np.full(counts.n_bags, NEW)
    seen = set(fit.data.seen.again(counts))
    for b, bag in enumerate(counts.bags):
        if bag in seen and bag in place:
            found[b] = rows.row_of_bag[place[bag]]
    notes: tuple[str, ...] = ()
    if not counts.named:
        notes = ("The bags have no ids, so that they are taken to be others than those of the fit.",)
    return AskedBags(counts.bags, counts.table, found, counts.labels, notes)


def _in_order(fit: Fit, counts: object) -> Counts:
    """The counts with their categories in the order of the fit's."""
    if not isinstance(counts, Counts):
        message = f"counts are a {type(counts).__name__}: read them with read_counts"
        raise CountsTypeError(message, found=counts)
    names = fit.data.categories
    if set(counts.categories) != set(names):
        message = (
            f"the bags are counted in {listed(counts.categories)}, but the fit is of {listed(names)}: "
            "they must be the same categories"
        )
        raise CountsError(message, found=counts.categories)
    order = [counts.categories.index(name) for name in names]
    return replace(counts, table=counts.table[:, order], categories=names)
