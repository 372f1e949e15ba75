"""report: fits of the same bags as one offline HTML page, with all that a reader needs to trust or to doubt them."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import numpy as np

from handful.data.counts import Counts
from handful.errors import ParameterError, ParameterTypeError
from handful.files import write_whole
from handful.inference.fits import Fit
from handful.progress import each, whole
from handful.reports.charts import (
    Chart,
    chart_of_bags,
    chart_of_comparison,
    chart_of_prior,
    charts_of,
)
from handful.reports.document import Asked, Found, report_document
from handful.reports.judgement import Judgement
from handful.reports.page import page_of
from handful.reports.sealed import Sealed
from handful.results.checking.door import bags_of as bags_behind
from handful.results.compare import Comparison, compared
from handful.results.words import noun
from handful.rng import RNG, as_generator


@dataclass(frozen=True, slots=True, repr=False)
class Report:
    """A report on fits of the same bags.

    Parameters
    ----------
    document : mapping
        All of it as JSON can hold it, after the schema ``handful/report/1``.
    html : str
        The page: one file, which needs nothing else.
    bibtex : str
        What it cites, as a .bib file has it.

    Examples
    --------
    >>> Report({"question": "How blue is the bag?"}, "<!DOCTYPE html>", "")
    Report('How blue is the bag?', 0 kB)
    """

    document: Mapping[str, Any]
    html: str
    bibtex: str

    def __repr__(self) -> str:
        """What it is about, and how large its page is."""
        return f"Report({self.document['question']!r}, {len(self.html.encode()) / 1000:.0f} kB)"

    def _repr_html_(self) -> str:
        return self.html


def report(
    fits: Sequence[Fit] | Fit,
    counts: Counts | None = None,
    *,
    question: str | None = None,
    sealed: Sequence[Sealed] = (),
    interval: tuple[float, Literal["eti", "hdi"]] = (0.95, "eti"),
    command: str | None = None,
    rng: RNG = None,
) -> Report:
    """A report on one fit or several of the same bags: one HTML page, and the JSON that all its numbers are from.

    The most probable model leads: its shares are shown first, and its sensitivity to the prior is looked into.

    Parameters
    ----------
    fits : Fit or sequence of Fit
        What ``fit`` returned, for each model.
    counts : Counts, optional
        The bags; needed where the fits have not kept them.
    question : str, optional
        What the report is to answer; it becomes the title.
    sealed : sequence of Sealed, optional
        What was said before the data were seen.
    interval : (float, {'eti', 'hdi'}), optional
        The mass and the kind of all intervals.
    command : str, optional
        What was typed to get it, for those who want to get it again.
    rng : int, Generator or None, optional
        The source of randomness of the checks; a seed made of the data if not given.

    Raises
    ------
    ParameterError
        If there is no fit, or the fits are of different bags.
    CountsError
        If `counts` are not the bags that were fitted, or are needed and not given.

    Examples
    --------
    >>> import handful as hf
    >>> counts = hf.Counts([[12, 43], [9, 46]], categories=["blue", "not blue"], ids=["A", "B"])
    >>> hf.report(hf.fit(hf.Pooled(), counts), counts, question="How blue is the bag?").document["schema"]
    'handful/report/1'
    """
    several = (fits,) if isinstance(fits, Fit) else tuple(fits)
    bags = _bags_behind(several, counts)
    mass, kind = interval
    seed = _seed(rng, several[0])
    asked = Asked(
        question=question or _question(bags),
        sealed=tuple(sealed),
        mass=mass,
        kind=kind,
        command=command,
        seed=seed,
        at=datetime.now(tz=UTC),
    )
    comparison = compared(several, bags) if len(several) > 1 else None
    ranked = sorted(several, key=lambda one: -one.log_evidence.value)
    found = [Found.of(one, asked) for one in ranked]
    generator = as_generator(rng if seed is None else seed, use="report")
    before, *streams = generator.spawn(1 + len(ranked))
    with whole():
        judged = [
            Judgement.of(one, bags, leads=one is ranked[0], rng=stream)
            for one, stream in each(list(zip(ranked, streams, strict=True)), "model to be judged")
        ]
    draws = [*_charts(found[0], bags, comparison=comparison, rng=before), *judged[0].charts()]
    drawn = [Chart.made(draw) for draw in each(draws, "picture")]
    charts = [one for one in drawn if isinstance(one, Chart)]
    missing = [one for one in (*drawn, judged[0].why_not) if isinstance(one, str)]
    document = report_document(
        found, bags, asked=asked, comparison=comparison, charts=charts, judged=judged, missing=missing
    )
    page = page_of(document, {chart.name: chart.picture for chart in charts})
    return Report(document, page, "\n\n".join(one["bibtex"] for one in document["references"]) + "\n")


def write_report(report: Report, path: str | Path) -> Path:
    """The path that the page was written to, whole or not at all.

    Parameters
    ----------
    report : Report
        What ``report`` returned.
    path : str or Path
        Ends in .html.

    Raises
    ------
    ParameterError
        If the name ends in something else.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_report(Report({"question": "Blue?"}, "<!DOCTYPE html>", ""), f"{folder}/blue.html").name
    'blue.html'
    """
    target = Path(path)
    if target.suffix.lower() != ".html":
        raise ParameterError(f"{target}: give a file name that ends in .html", name="path", found=path)
    write_whole(target, report.html.encode())
    return target


def _bags_behind(fits: Sequence[Fit], counts: Counts | None) -> Counts:
    """The bags that all of the fits have learnt from."""
    if not fits:
        raise ParameterError("give at least one fit to report on", name="fits", found=fits)
    for one in fits:
        if not isinstance(one, Fit):
            raise ParameterTypeError(f"fits holds {one!r}: give what fit() returned", name="fits", found=one)
        if one.data.sha256 != fits[0].data.sha256:
            message = "the fits are of different bags: a report is on one table of counts"
            raise ParameterError(message, name="fits", found=fits)
    return bags_behind(fits[0], counts)


def _seed(rng: RNG, fit: Fit) -> int | None:
    """The seed of the checks, made of the data where none was given; None where a generator was."""
    if isinstance(rng, np.random.Generator):
        return None
    return int(fit.data.sha256[:12], 16) if rng is None else operator.index(rng)


def _question(counts: Counts) -> str:
    """What most people want to know."""
    kind = noun(counts.categories)
    if counts.n_categories == len(("it", "the rest")):
        return f"What share is {counts.categories[0]}?"
    return f"What share has each {kind}, and do the bags differ?"


def _charts(
    lead: Found, counts: Counts, *, comparison: Comparison | None, rng: np.random.Generator
) -> Iterator[Callable[[], Chart]]:
    yield lambda: chart_of_bags(counts)
    if counts.n_items:
        yield lambda: chart_of_prior(lead.fit, counts, rng=rng)
    yield from charts_of(lead.fit, lead.table, noun=noun(counts.categories), assigned=lead.assigned)
    if comparison is not None:
        yield lambda: chart_of_comparison(comparison)
