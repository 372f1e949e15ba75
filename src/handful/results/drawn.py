"""The parameters of a fit that is known by draws: the population's mean and its precision."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Literal

import numpy as np

from handful.data.histograms import Histograms
from handful.distributions.checks import probability
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
    """The precision; where the bags set it no upper end, its lower bound and no mean."""
    precision = fit.draws["precision"]
    known = Weighted(precision, fit.weights)
    if fit.bound is None:
        health = fit.posterior.health(precision[:, None])
        mean, sd, interval = float(health.mean[0]), float(health.sd[0]), known.interval(mass=mass, kind=kind)
        mcse = float(health.mcse[0])
    else:
        bound = float(known.quantile(1.0 - probability(mass, name="mass")))
        # What is reported is a quantile: its effective draws are those of being above it.
        health = fit.posterior.health(np.where(precision > bound, 1.0, 0.0)[:, None])
        mean, sd, interval, mcse = None, None, Interval(((bound, math.inf),), kind, mass), None
    return Parameter(
        name="precision",
        mean=mean,
        sd=sd,
        interval=interval,
        mcse=mcse if fit.posterior.sampled else None,
        ess=float(health.ess[0]) if fit.posterior.sampled else None,
    )
