"""summary: the table of a fit's parameters, with their means, sds and intervals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from handful.data.statistics import Exposure, Rows, Totals
from handful.distributions.dirichlet import Dirichlet
from handful.distributions.fixed import Fixed
from handful.distributions.independent import IndependentDirichlets
from handful.distributions.intervals import Interval
from handful.distributions.positive import Gamma
from handful.distributions.tabulated import Tabulated
from handful.inference.draws_fit import DrawsFit
from handful.inference.fits import Fit
from handful.models.mixture import Mixture
from handful.models.priors import Known
from handful.results.assigning.source import MixtureFit
from handful.results.drawn import drawn_parameters
from handful.results.mixed import mixture_parameters
from handful.results.parameters import Parameter, Summary


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


def _proportions(fit: Fit, mass: float, *, kind: Literal["eti", "hdi"]) -> Iterator[Parameter]:
    categories = fit.data.categories
    if isinstance(fit.model, Mixture) and isinstance(fit, MixtureFit):
        yield from mixture_parameters(fit, mass, kind=kind)
    elif isinstance(fit, DrawsFit):
        yield from drawn_parameters(fit, mass, kind=kind)
    elif isinstance(fit.posterior, IndependentDirichlets) and isinstance(fit.statistic, Rows):
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
