"""The parameters of a fit as rows: means, sds and intervals, and the table of them."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from html import escape
from typing import TYPE_CHECKING, Literal

from handful.distributions.intervals import Interval
from handful.errors import MissingExtra
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
    mean, sd : float or None
        Of the posterior; None where it has no end but the prior's, and they would say nothing.
    interval : Interval
        With its kind and mass; where there is a lower bound only, it goes to infinity.
    mcse, ess : float or None
        Monte Carlo standard error and effective sample size; None where nothing was sampled.
    counted : int or None
        How many items stand behind it.
    median : float or None
        Of a quantity whose mean a long tail may carry away; None for shares.
    """

    name: str
    component: str | None = None
    bag: str | None = None
    category: str | None = None
    mean: float | None
    sd: float | None
    interval: Interval
    mcse: float | None = None
    ess: float | None = None
    counted: int | None = None
    median: float | None = None

    @property
    def label(self) -> str:
        """The parameter in words: component, bag and category."""
        parts = (self.component, self.bag, self.category)
        return " ".join(part for part in parts if part is not None) or self.name


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
        of = [name for name in ("component", "bag") if any(getattr(one, name) for one in self.shares)]
        counted = any(one.counted is not None for one in self.shares)
        head = (*of, noun, *(("counted",) if counted else ()), "share", "sd", self.header)
        digits = self._digits
        return [head, *(_row(parameter, of, counted=counted, digits=digits) for parameter in self.shares)]

    def weights_cells(self) -> list[tuple[str, ...]]:
        """The table of the components' weights as texts, header first; empty where there are no components."""
        rows = [parameter for parameter in self.parameters if parameter.name == "weights"]
        if not rows:
            return []
        texts = [
            (f"{one.mean or 0.0:.3f}", f"{one.sd or 0.0:.3f}", interval_text(one.interval)) for one in rows
        ]
        return [
            ("component", "weight", "sd", self.header),
            *((str(one.component), *text) for one, text in zip(rows, texts, strict=True)),
        ]

    @property
    def shares(self) -> tuple[Parameter, ...]:
        """The parameters that are of a category."""
        return tuple(parameter for parameter in self.parameters if parameter.category is not None)

    @property
    def further_lines(self) -> list[str]:
        """What there is besides shares and weights, a line each: the precision of a population or of a component."""
        rest = [one for one in self.parameters if one.category is None and one.name != "weights"]
        return [further_line(one, self.mass) for one in rest]

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
        """The tables in columns."""
        weights = self.weights_cells()
        return "\n".join(
            [*(aligned(weights) if weights else ()), *aligned(self.cells()), *self.further_lines]
        )

    __repr__ = __str__

    def _repr_html_(self) -> str:
        weights = self.weights_cells()
        tables = (html_table(weights) if weights else "") + html_table(self.cells())
        return tables + "".join(f"<p>{escape(line)}</p>" for line in self.further_lines)

    @property
    def _digits(self) -> int:
        """So many that the smallest sd shows two digits; three at least."""
        least = min((parameter.sd for parameter in self.shares if parameter.sd), default=1.0)
        return min(max(math.ceil(-math.log10(least)) + 1, 3), MOST_DIGITS)


def flat(parameter: Parameter) -> dict[str, object]:
    """The parameter as one flat row: its interval as lower and upper."""
    row = asdict(parameter)
    del row["interval"]
    upper = parameter.interval.upper
    row |= {"lower": parameter.interval.lower, "upper": upper if math.isfinite(upper) else None}
    if len(parameter.interval.parts) > 1:
        row["parts"] = [list(part) for part in parameter.interval.parts]
    return row


def _row(parameter: Parameter, of: list[str], *, counted: bool, digits: int) -> tuple[str, ...]:
    number = "" if parameter.counted is None else str(parameter.counted)
    return (
        *(str(getattr(parameter, name)) for name in of),
        str(parameter.category),
        *((number,) if counted else ()),
        f"{parameter.mean or 0.0:.{digits}f}",
        f"{parameter.sd or 0.0:.{digits}f}",
        interval_text(parameter.interval, digits),
    )


def interval_text(interval: Interval, digits: int = 3) -> str:
    """The interval as text; the pieces of a union are joined by 'and'."""
    return " and ".join(f"{low:.{digits}f} .. {high:.{digits}f}" for low, high in interval.parts)


def further_line(parameter: Parameter, mass: float) -> str:
    """A parameter that is no share, in a line.

    Examples
    --------
    >>> bound = Interval(((436.0, math.inf),), "eti", 0.95)
    >>> further_line(Parameter(name="precision", mean=None, sd=None, interval=bound), 0.95)
    'precision: above 436 with 95% probability'
    >>> known = Interval(((2.0, 20.0),), "eti", 0.95)
    >>> further_line(Parameter(name="precision", mean=9.0, sd=4.0, median=8.0, interval=known), 0.95)
    'precision: median 8, 95% interval (equal-tailed) 2 .. 20'
    """
    interval = parameter.interval
    name = parameter.name if parameter.component is None else f"{parameter.name} of {parameter.component}"
    if parameter.median is None:
        return f"{name}: above {number_text(interval.lower)} with {100 * mass:g}% probability"
    between = " and ".join(f"{number_text(low)} .. {number_text(high)}" for low, high in interval.parts)
    kind = f"{100 * mass:g}% interval ({INTERVAL_NAMES[interval.kind]}) {between}"
    return f"{name}: median {number_text(parameter.median)}, {kind}"


def number_text(value: float) -> str:
    """A number of any size with three digits that count, and no exponent below a million.

    Examples
    --------
    >>> number_text(1053.2), number_text(0.01234)
    ('1,050', '0.0123')
    """
    rounded = float(f"{value:.3g}")
    return f"{rounded:,.0f}" if 1e3 <= abs(rounded) < 1e6 else f"{rounded:.3g}"
