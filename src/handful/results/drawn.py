"""The parameters of a fit that is known by draws: the population's mean and its precision."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Literal

import numpy as np

from handful.data.histograms import Histograms
from handful.distributions.checks import probability
from handful.distributions.half_normal import HalfNormal
from handful.distributions.intervals import Interval
from handful.distributions.weighted import Weighted
from handful.inference.draws_fit import DrawsFit
from handful.results.parameters import Parameter

Kind = Literal["eti", "hdi"]


def drawn_parameters(fit: DrawsFit, mass: float, *, kind: Kind) -> Iterator[Parameter]:
    """The share of each category in the population's mean, and the precision."""
    proportions = fit.draws["proportions"]
    health = fit.posterior.health(proportions)
    counted = fit.statistic.counts.tolist() if isinstance(fit.statistic, Histograms) else []
    for place, category in enumerate(fit.data.categories):
        known = Weighted(proportions[:, place], fit.weights)
        yield Parameter(
            name="proportions",
            category=category,
            mean=float(health.mean[place]),
            sd=float(health.sd[place]),
            interval=known.interval(mass=mass, kind=kind),
            mcse=float(health.mcse[place]) if fit.posterior.sampled else None,
            ess=float(health.ess[place]) if fit.posterior.sampled else None,
            counted=counted[place],
        )
    yield _precision(fit, mass, kind=kind)


def _precision(fit: DrawsFit, mass: float, *, kind: Kind) -> Parameter:
    """The precision; where the bags set it no upper end, its lower bound and no mean.

    Under a half-normal on 1/√κ the posterior of κ falls off as κ^(−3/2), so that it has no mean at all.
    """
    precision = fit.draws["precision"]
    known = Weighted(precision, fit.weights)
    mean: float | None = None
    sd: float | None = None
    mcse: float | None = None
    median: float | None = None
    if fit.bound is None:
        interval, median = known.interval(mass=mass, kind=kind), float(known.quantile(0.5))
        # The effective draws are those of the logarithm: a long tail has a mean that few draws know.
        health = fit.posterior.health(np.log(precision)[:, None])
        if not isinstance(fit.model.prior_over(fit.data.categories).precision, HalfNormal):
            own = fit.posterior.health(precision[:, None])
            mean, sd, mcse = float(own.mean[0]), float(own.sd[0]), float(own.mcse[0])
    else:
        bound = float(known.quantile(1.0 - probability(mass, name="mass")))
        # What is reported is a quantile: its effective draws are those of being above it.
        health = fit.posterior.health(np.where(precision > bound, 1.0, 0.0)[:, None])
        interval = Interval(((bound, math.inf),), kind, mass)
    return Parameter(
        name="precision",
        mean=mean,
        sd=sd,
        interval=interval,
        median=median,
        mcse=mcse if fit.posterior.sampled else None,
        ess=float(health.ess[0]) if fit.posterior.sampled else None,
    )
