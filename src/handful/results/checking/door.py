"""What may be asked of a check: the bags of the fit and no others, and statistics that say something of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from handful.data.counts import Counts
from handful.errors import CountsError, ParameterError, ParameterTypeError
from handful.inference.fits import Fit
from handful.results.checking.statistics import NAMES, STATISTICS, Statistic
from handful.results.fitted_bags import bags_behind


def bags_of(fit: object, counts: object) -> Counts:
    """The bags that the fit has learnt from.

    Raises
    ------
    ParameterTypeError
        If it is no fit.
    CountsTypeError, CountsError
        If the fit does not keep its bags and they are not given, or they are others.
    """
    if not isinstance(fit, Fit):
        message = f"fit is a {type(fit).__name__}: give what fit(model, counts) returned"
        raise ParameterTypeError(message, name="fit", found=fit)
    found = bags_behind(fit, counts)
    if found is None:
        raise CountsError(
            "single bags are needed, and this fit keeps only what its model needs of them: give the counts that were "
            "fitted as well, (fit, counts)"
        )
    return found


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
    if not len(names):
        raise ParameterError("statistics are none: give at least one name", name="statistics", found=names)
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
