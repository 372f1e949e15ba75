"""The bags that a fit has learnt from."""

from __future__ import annotations

from handful.data.counts import Counts
from handful.data.fingerprints import content_hash
from handful.data.histograms import Histograms
from handful.data.labelled import LabelledRows
from handful.data.statistics import Rows
from handful.errors import CountsError, CountsTypeError
from handful.inference.draws_fit import DrawsFit
from handful.inference.fits import Fit
from handful.inference.mode_fit import ModeFit


def bags_behind(fit: Fit, counts: object) -> Counts | None:
    """The bags behind `fit`, one by one: those it has kept, or `counts`, which must be the same; None if neither.

    Raises
    ------
    CountsTypeError
        If `counts` are no Counts.
    CountsError
        If `counts` are not the bags that were fitted.

    Examples
    --------
    >>> import handful as hf
    >>> counts = hf.Counts([[12, 43], [9, 46]], categories=["blue", "not blue"])
    >>> bags_behind(hf.fit(hf.Separate(), counts), None).table.tolist()
    [[12, 43], [9, 46]]
    >>> bags_behind(hf.fit(hf.Pooled(), counts), None) is None
    True
    """
    if counts is None:
        return _kept(fit)
    if not isinstance(counts, Counts):
        raise CountsTypeError(
            f"counts are a {type(counts).__name__}: give the Counts that were fitted, as read_counts reads them",
            found=counts,
        )
    sha256 = fit.data.sha256
    if content_hash(counts) != sha256 and Histograms.of(counts).sha256 != sha256:
        raise CountsError(
            f"these {counts.n_bags:,} bags are not the {fit.data.n_bags:,} bags of the fit (ids, categories or "
            "counts differ, and so does the sha256): give the counts that were fitted",
            found=counts.n_bags,
        )
    return counts


def _kept(fit: Fit) -> Counts | None:
    if isinstance(fit, DrawsFit | ModeFit):
        return fit.counts
    rows = fit.statistic.rows if isinstance(fit.statistic, LabelledRows) else fit.statistic
    if isinstance(rows, Rows):
        return Counts(rows.table, categories=fit.data.categories, ids=fit.data.bags)
    return None
