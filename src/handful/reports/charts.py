"""The pictures of a report, each with its words and the table of what it shows."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from html import escape
from typing import Any

import numpy as np
from PIL import Image  # it comes with matplotlib
from PIL.Image import Dither

from handful.data.counts import Counts
from handful.errors import ParameterError
from handful.inference.draws_fit import DrawsFit
from handful.inference.fits import Fit
from handful.models.hierarchical import Hierarchical
from handful.models.mixture import Mixture
from handful.models.poisson import Poisson
from handful.plots.assignments import plot_assignments
from handful.plots.bags import plot_bags
from handful.plots.comparison import plot_comparison
from handful.plots.components import plot_components
from handful.plots.meaning import Drawn, alt_text, meanings, plot_numbers
from handful.plots.prior_predictive import plot_prior_predictive
from handful.plots.proportions import plot_proportions
from handful.plots.save import png_of, svg_of
from handful.plots.variation import plot_variation
from handful.results.assignments import Assignments
from handful.results.bag_variation import bag_variation
from handful.results.compare import Comparison
from handful.results.parameters import Summary
from handful.results.prior_predictive import prior_predictive
from handful.results.table import Rows

DPI = 100
"""Of an image in a page."""

COLOURS = 32
"""Of an image in a page, all shades of its edges included."""

TALL = 1.2
"""The height of a tall picture, at least, in widths."""

LARGEST_SVG = 60_000
"""An SVG of so many characters holds thousands of marks: a page must stay small."""

_NOT_IN_A_PAGE = re.compile(r"<\?xml.*?\?>|<!DOCTYPE.*?>|<metadata>.*?</metadata>", re.DOTALL)
_NAMESPACE = re.compile(r'\sxmlns(:\w+)?="[^"]*"')
_ID = re.compile(r'(\sid="|url\(#|href="#)([^")]+)')
_OPENING = re.compile(r"<(?:svg|img)\b")
_SIZE = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
_REFERRED = re.compile(r'aria-labelledby="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture.

    Parameters
    ----------
    name : str
        Which one it is, in a word.
    title, alt : str
        A line about it, and what it shows for those who cannot see it.
    table : list of tuple of str
        What it shows as texts, header first.
    numbers : mapping
        The numbers that were drawn, as JSON has them.
    picture : str
        As HTML to stand within a page: an SVG, or an image of one that would be too large.
    """

    name: str
    title: str
    alt: str
    table: Rows
    numbers: Mapping[str, Any]
    picture: str

    @staticmethod
    def made(draw: Callable[[], Chart]) -> Chart | str:
        """The chart; where it cannot be drawn of so many or so few, a sentence that says so."""
        try:
            return draw()
        except ParameterError as refusal:
            return f"One picture is left out: {refusal}"

    @staticmethod
    def of(name: str, drawn: Drawn, *, table: Rows, numbers: Mapping[str, Any] | None = None) -> Chart:
        """The chart of a plot; its numbers are those that were drawn, if none are given."""
        title = "; ".join(one.title for one in meanings(drawn))
        svg = within_page(svg_of(drawn).decode(), name)
        shape = ' class="tall"' if _is_tall(svg) else ""
        picture = svg if len(svg) <= LARGEST_SVG else _image(drawn)
        picture = _OPENING.sub(rf"\g<0>{shape}", picture, count=1)
        return Chart(
            name, title, alt_text(drawn), table, plot_numbers(drawn) if numbers is None else numbers, picture
        )


def within_page(svg: str, name: str) -> str:
    """An SVG to stand in an HTML page beside others: no declarations, no addresses, ids of its own.

    Examples
    --------
    >>> within_page('<svg xmlns="http://www.w3.org/2000/svg"><g id="a"/><use href="#a"/></svg>', "one")
    '<svg><g id="one-a"/><use href="#one-a"/></svg>'
    """
    bare = _NAMESPACE.sub("", _NOT_IN_A_PAGE.sub("", svg)).strip()
    named = _ID.sub(rf"\g<1>{name}-\g<2>", bare)
    return _REFERRED.sub(
        lambda found: 'aria-labelledby="' + " ".join(f"{name}-{one}" for one in found[1].split()) + '"', named
    )


def _is_tall(svg: str) -> bool:
    """Whether a picture is clearly higher than wide: on paper it needs more height than others to be read."""
    size = _SIZE.search(svg)
    return size is not None and float(size[2]) > TALL * float(size[1])


def _image(drawn: Drawn) -> str:
    """The picture as an image that the page holds itself: few colours make it a third as large."""
    few = Image.open(io.BytesIO(png_of(drawn, dpi=DPI))).convert("RGB").quantize(COLOURS, dither=Dither.NONE)
    buffer = io.BytesIO()
    few.save(buffer, "PNG", optimize=True)
    data = base64.b64encode(buffer.getvalue()).decode()
    return f'<img src="data:image/png;base64,{data}" alt="{escape(alt_text(drawn))}">'


def chart_of_bags(counts: Counts) -> Chart:
    """What was counted."""
    return Chart.of("bags", plot_bags(counts), table=_table_of_bags(counts))


def chart_of_prior(fit: Fit, counts: Counts, *, rng: np.random.Generator) -> Chart:
    """What bags the prior expects, beside those that were counted."""
    expected = prior_predictive(fit.model, like=counts, rng=rng)
    # Thousands of made-up bags are drawn; what is told of them is this.
    numbers = {
        "typical_total": expected.typical_total,
        "shares": [asdict(one) for one in expected.shares],
        "together": [asdict(one) for one in expected.together],
        "between": [asdict(one) for one in expected.between],
    }
    return Chart.of("prior", plot_prior_predictive(expected), table=expected.cells(), numbers=numbers)


def charts_of(
    fit: Fit, table: Summary, *, noun: str, assigned: Assignments | None
) -> Iterator[Callable[[], Chart]]:
    """What one model says, each picture to be drawn: the shares, how bags differ, where they come from."""
    if isinstance(fit.model, Mixture):
        yield lambda: Chart.of("components", plot_components(fit, mass=table.mass), table=table.cells(noun))
        if assigned is not None:
            yield lambda: Chart.of("assignments", plot_assignments(fit), table=assigned.cells())
        return
    if isinstance(fit.model, Poisson):
        return  # a rate has no shares to show
    yield lambda: Chart.of(
        "shares", plot_proportions(fit, mass=table.mass, kind=table.kind), table=table.cells(noun)
    )
    if isinstance(fit.model, Hierarchical) and isinstance(fit, DrawsFit) and fit.data.n_bags > 1:
        yield lambda: Chart.of(
            "variation", plot_variation(fit), table=bag_variation(fit, mass=table.mass).cells()
        )


def chart_of_comparison(comparison: Comparison) -> Chart:
    """The evidences of the models."""
    return Chart.of("comparison", plot_comparison(comparison), table=comparison.cells())


def _table_of_bags(counts: Counts) -> Rows:
    """The counts, a row a bag."""
    rows = zip(counts.bags, counts.table.tolist(), counts.totals.tolist(), strict=True)
    return [
        ("bag", *counts.categories, "total"),
        *((bag, *(f"{k:,}" for k in row), f"{total:,}") for bag, row, total in rows),
    ]
