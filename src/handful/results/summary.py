"""summary: the table of a fit's parameters, with their means, sds and intervals."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

from handful.data.statistics import Exposure, Rows, Totals
from handful.distributions.dirichlet import Dirichlet
from handful.distributions.fixed import Fixed
from handful.distributions.independent import IndependentDirichlets
from handful.distributions.intervals import Interval
from handful.distributions.positive import Gamma
from handful.distributions.tabulated import Tabulated
from handful.errors import MissingExtra
from handful.inference.fits import Fit
from handful.models.priors import Known
from handful.results.table import aligned, html_table

if TYPE_CHECKING:
    from pandas import DataFrame

MOST_DIGITS = 10
INTERVAL_NAMES = {"eti": "equal-tailed", "hdi": "highest-density"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """What is known of one parameter.

    Parameters
    ----------
    name : str
        'proportions', ...
    component, bag, category : str or None
        Which one it is; None where that means nothing.
    mean, sd : float
        Of the posterior.
    interval : Interval
        With its kind and mass.
    mcse, ess : float or None
        Monte Carlo standard error and effective sample size; None where nothing was sampled.
    counted : int or None
        How many items stand behind it.
    """

    name: str
    component: str | None = None
    bag: str | None = None
    category: str | None = None
    mean: float
    sd: float
    interval: Interval
    mcse: float | None = None
    ess: float | None = None
    counted: int | None = None

    @property
    def label(self) -> str:
        """The parameter in words: bag and category."""
        return " ".join(part for part in (self.bag, self.category) if part is not None) or self.name


@dataclass(frozen=True, slots=True)
class Summary:
    """The parameters of a fit, a row each.

    Parameters
    ----------
    parameters : tuple of Parameter
        In the order of bags and categories.
    kind : {'eti', 'hdi'}
        Of all intervals: equal-tailed or highest-density.
    mass : float
        The posterior probability of each interval.
    """

    parameters: tuple[Parameter, ...]
    kind: Literal["eti", "hdi"]
    mass: float

    @property
    def header(self) -> str:
        """The head of the column of intervals: mass and kind."""
        return f"{100 * self.mass:g}% interval ({INTERVAL_NAMES[self.kind]})"

    def cells(self, noun: str = "category") -> list[tuple[str, ...]]:
        """The table as texts, header first; `noun` is what a category is called."""
        by_bag = any(parameter.bag is not None for parameter in self.parameters)
        head = (*(("bag",) if by_bag else ()), noun, "counted", "share", "sd", self.header)
        digits = self._digits
        return [head, *(_row(parameter, by_bag, digits=digits) for parameter in self.parameters)]

    def to_pandas(self) -> DataFrame:
        """The table as a data frame, a row a parameter.

        Raises
        ------
        MissingExtra
            If pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError:
            raise MissingExtra(extra="arviz", purpose="a data frame (pandas)") from None
        return pd.DataFrame([flat(parameter) for parameter in self.parameters])

    def __str__(self) -> str:
        """The table in columns."""
        return "\n".join(aligned(self.cells()))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return html_table(self.cells())

    @property
    def _digits(self) -> int:
        """So many that the smallest sd shows two digits; three at least."""
        least = min((parameter.sd for parameter in self.parameters if parameter.sd > 0), default=1.0)
        return min(max(math.ceil(-math.log10(least)) + 1, 3), MOST_DIGITS)


def summary(fit: Fit, *, mass: float = 0.95, kind: Literal["eti", "hdi"] = "eti") -> Summary:
    """The table of a fit's parameters: means, sds and intervals of stated kind and mass.

    Parameters
    ----------
    fit : Fit
        What ``fit`` returned.
    mass : float, optional
        The posterior probability of each interval, between 0 and 1.
    kind : {'eti', 'hdi'}, optional
        Equal-tailed, or highest-density: the shortest.

    Raises
    ------
    ParameterError
        If `mass` or `kind` is out of range.

    Examples
    --------
    >>> import handful as hf
    >>> counts = hf.Counts([[12, 43]], categories=["blue", "not blue"])
    >>> print(hf.summary(hf.fit(hf.Pooled(hf.Beta(2, 8)), counts)))
    category  counted  share     sd  95% interval (equal-tailed)
    blue           12  0.215  0.051  0.125 .. 0.322
    not blue       43  0.785  0.051  0.678 .. 0.875
    """
    parameters = tuple(_proportions(fit, mass, kind=kind))
    return Summary(parameters, kind, mass)


def flat(parameter: Parameter) -> dict[str, object]:
    """The parameter as one flat row: its interval as lower and upper."""
    row = asdict(parameter)
    del row["interval"]
    row |= {"lower": parameter.interval.lower, "upper": parameter.interval.upper}
    if len(parameter.interval.parts) > 1:
        row["parts"] = [list(part) for part in parameter.interval.parts]
    return row


def _row(parameter: Parameter, by_bag: bool, *, digits: int) -> tuple[str, ...]:
    return (
        *((str(parameter.bag),) if by_bag else ()),
        str(parameter.category),
        "" if parameter.counted is None else str(parameter.counted),
        f"{parameter.mean:.{digits}f}",
        f"{parameter.sd:.{digits}f}",
        interval_text(parameter.interval, digits),
    )


def interval_text(interval: Interval, digits: int = 3) -> str:
    """The interval as text; the pieces of a union are joined by 'and'."""
    return " and ".join(f"{low:.{digits}f} .. {high:.{digits}f}" for low, high in interval.parts)


def _proportions(fit: Fit, mass: float, *, kind: Literal["eti", "hdi"]) -> Iterator[Parameter]:
    categories = fit.data.categories
    if isinstance(fit.posterior, IndependentDirichlets) and isinstance(fit.statistic, Rows):
        for position, (bag, row) in enumerate(zip(fit.data.bags, fit.statistic.table, strict=True)):
            yield from _rows(
                fit.posterior[position], categories, counted=row.tolist(), asked=(mass, kind), bag=bag
            )
    elif isinstance(fit.posterior, Gamma) and isinstance(fit.statistic, Exposure):
        yield _rate(fit.posterior, categories[0], counted=fit.statistic.events, asked=(mass, kind))
    elif isinstance(fit.posterior, Known | Tabulated) and isinstance(fit.statistic, Totals):
        yield from _rows(fit.posterior, categories, counted=fit.statistic.counts.tolist(), asked=(mass, kind))


def _rows(
    posterior: Known | Tabulated,
    categories: tuple[str, ...],
    *,
    counted: list[int],
    asked: tuple[float, Literal["eti", "hdi"]],
    bag: str | None = None,
) -> Iterator[Parameter]:
    mass, kind = asked
    for position, (category, n) in enumerate(zip(categories, counted, strict=True)):
        mean, sd, interval = _margin(posterior, position, mass=mass, kind=kind)
        yield Parameter(
            name="proportions", bag=bag, category=category, mean=mean, sd=sd, interval=interval, counted=n
        )


def _rate(
    posterior: Gamma, category: str, *, counted: int, asked: tuple[float, Literal["eti", "hdi"]]
) -> Parameter:
    mass, kind = asked
    return Parameter(
        name="rate",
        category=category,
        mean=posterior.mean,
        sd=posterior.sd,
        interval=posterior.interval(mass=mass, kind=kind),
        counted=counted,
    )


def _margin(
    posterior: Known | Tabulated, position: int, *, mass: float, kind: Literal["eti", "hdi"]
) -> tuple[float, float, Interval]:
    """Mean, sd and interval of one share; every margin of a Dirichlet is a Beta."""
    if isinstance(posterior, Fixed):
        share = float(posterior.proportions[position])
        return share, 0.0, Interval(((share, share),), kind, mass)
    margin = posterior.margin(position) if isinstance(posterior, Dirichlet) else posterior
    found = margin.interval(mass=mass, kind=kind)
    if isinstance(posterior, Dirichlet) or position == 0:
        return margin.mean, margin.sd, found
    # Of two categories the second is the mirror of the first.
    parts = tuple((1.0 - high, 1.0 - low) for low, high in reversed(found.parts))
    return 1.0 - margin.mean, margin.sd, Interval(parts, kind, mass)
