"""summary: the table of a fit's parameters, with their means, sds and intervals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from html import escape
from typing import TYPE_CHECKING, Literal

from handful.data.statistics import Rows, Totals
from handful.distributions.beta import Beta
from handful.distributions.dirichlet import Dirichlet
from handful.distributions.fixed import Fixed
from handful.distributions.independent import IndependentDirichlets
from handful.distributions.intervals import Interval
from handful.errors import MissingExtra
from handful.inference.outcome import Fit
from handful.models.priors import Known

if TYPE_CHECKING:
    from pandas import DataFrame

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
        return [head, *(self._row(parameter, by_bag) for parameter in self.parameters)]

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
        head, *rows = self.cells()
        top = "".join(f"<th>{escape(text)}</th>" for text in head)
        body = "".join("<tr>" + "".join(f"<td>{escape(text)}</td>" for text in row) + "</tr>" for row in rows)
        return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"

    @staticmethod
    def _row(parameter: Parameter, by_bag: bool) -> tuple[str, ...]:
        return (
            *((str(parameter.bag),) if by_bag else ()),
            str(parameter.category),
            "" if parameter.counted is None else str(parameter.counted),
            f"{parameter.mean:.3f}",
            f"{parameter.sd:.3f}",
            interval_text(parameter.interval),
        )


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


def interval_text(interval: Interval, digits: int = 3) -> str:
    """The interval as text; the pieces of a union are joined by 'and'."""
    return " and ".join(f"{low:.{digits}f} .. {high:.{digits}f}" for low, high in interval.parts)


def aligned(rows: list[tuple[str, ...]]) -> list[str]:
    """The rows as lines; columns of numbers are aligned on the right, the others on the left."""
    columns = list(zip(*rows, strict=True))
    widths = [max(map(len, column)) for column in columns]
    numeric = [all(cell.replace(".", "", 1).isdigit() for cell in column[1:] if cell) for column in columns]
    return [
        "  ".join(
            cell.rjust(width) if number else cell.ljust(width)
            for cell, width, number in zip(row, widths, numeric, strict=True)
        ).rstrip()
        for row in rows
    ]


def _proportions(fit: Fit, mass: float, *, kind: Literal["eti", "hdi"]) -> Iterator[Parameter]:
    categories = fit.data.categories
    if isinstance(fit.posterior, IndependentDirichlets) and isinstance(fit.statistic, Rows):
        for position, (bag, row) in enumerate(zip(fit.data.bags, fit.statistic.table, strict=True)):
            yield from _rows(
                fit.posterior[position], categories, counted=row.tolist(), asked=(mass, kind), bag=bag
            )
    elif not isinstance(fit.posterior, IndependentDirichlets) and isinstance(fit.statistic, Totals):
        yield from _rows(fit.posterior, categories, counted=fit.statistic.counts.tolist(), asked=(mass, kind))


def _rows(
    posterior: Known,
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


def _margin(
    posterior: Known, position: int, *, mass: float, kind: Literal["eti", "hdi"]
) -> tuple[float, float, Interval]:
    """Mean, sd and interval of one share; every margin of a Dirichlet is a Beta."""
    if isinstance(posterior, Fixed):
        share = float(posterior.proportions[position])
        return share, 0.0, Interval(((share, share),), kind, mass)
    if isinstance(posterior, Dirichlet):
        margin = posterior.margin(position)
    else:
        margin = posterior if position == 0 else Beta(posterior.b, posterior.a)
    return margin.mean, margin.sd, margin.interval(mass=mass, kind=kind)
