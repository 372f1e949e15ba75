"""What may be asked of a check: the bags of the fit and no others, and statistics that say something of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from handful.data.counts import Counts
from handful.data.fingerprints import content_hash
from handful.data.histograms import Histograms
from handful.errors import CountsError, CountsTypeError, ParameterError, ParameterTypeError
from handful.inference.draws_fit import DrawsFit
from handful.inference.fits import ExactFit, GridFit
from handful.inference.mode_fit import ModeFit
from handful.results.checking.statistics import NAMES, STATISTICS, Statistic


def bags_of(fit: object, counts: object) -> Counts:
    """The bags that the fit has learnt from.

    Raises
    ------
    ParameterTypeError
        If it is no fit.
    CountsTypeError, CountsError
        If the fit does not keep its bags and they are not given, or they are others.
    """
    if not isinstance(fit, ExactFit | GridFit | DrawsFit | ModeFit):
        message = f"fit is a {type(fit).__name__}: give what fit(model, counts) returned"
        raise ParameterTypeError(message, name="fit", found=fit)
    kept = fit.counts if isinstance(fit, DrawsFit | ModeFit) else None
    if counts is None:
        if kept is not None:
            return kept
        raise CountsError(
            "a check needs the bags, and this fit keeps only what its model needs of them: give its counts, "
            "check(fit, counts)"
        )
    if not isinstance(counts, Counts):
        message = (
            f"counts are a {type(counts).__name__}: a check looks at single bags, read them with read_counts"
        )
        raise CountsTypeError(message, found=counts)
    by_histograms = isinstance(fit, DrawsFit) and kept is None
    if (Histograms.of(counts).sha256 if by_histograms else content_hash(counts)) != fit.data.sha256:
        raise CountsError(
            f"these {counts.n_bags:,} bags are not the {fit.data.n_bags:,} bags of the fit (ids, categories or "
            "counts differ): a check is of the bags that the fit has learnt from",
            found=counts.n_bags,
        )
    return counts


def wanted_statistics(names: Sequence[str] | None, bags: Counts, *, rate: bool) -> tuple[Statistic, ...]:
    """The statistics of these names, or all that say something of the bags.

    Raises
    ------
    ParameterError
        If there is no such statistic, or it says nothing of these bags.
    """
    n_categories = 1 if rate else bags.n_categories
    several = int(np.count_nonzero(bags.totals)) >= len(("one", "another"))
    if names is None:
        return tuple(one for one in STATISTICS if several and n_categories >= one.fewest_categories)
    if isinstance(names, str):
        raise ParameterError(
            f"statistics = {names!r}: give a list of names, [{names!r}]", name="statistics", found=names
        )
    known = {one.name: one for one in STATISTICS}
    for name in names:
        if name not in known:
            raise ParameterError(
                f"there is no statistic {name!r}; there are: {', '.join(NAMES)}",
                name="statistics",
                found=name,
            )
        if n_categories < known[name].fewest_categories:
            raise ParameterError(
                f"{name} needs {known[name].fewest_categories} categories: of {n_categories} nothing is free to "
                "rise with anything; leave it out",
                name="statistics",
                found=name,
            )
    if not several:
        raise ParameterError(
            "one bag cannot tell whether its model is right: two bags with something in them are needed",
            name="statistics",
            found=tuple(names),
        )
    return tuple(known[name] for name in dict.fromkeys(names))
