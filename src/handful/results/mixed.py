"""The parameters of a mixture: the weight of each component, its proportions, and its precision where it has one."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Literal

import numpy as np
from scipy.special import ndtri

from handful.arrays import Floats
from handful.data.labelled import LabelledRows
from handful.distributions.components import Components
from handful.distributions.dirichlet import Dirichlet
from handful.distributions.fixed import Fixed
from handful.distributions.half_normal import HalfNormal
from handful.distributions.intervals import Interval
from handful.distributions.weighted import Weighted
from handful.inference.draws_fit import DrawsFit
from handful.inference.mode_fit import ModeFit
from handful.models.mixture import Mixture
from handful.results.assigning.source import MixtureFit
from handful.results.parameters import Parameter

Kind = Literal["eti", "hdi"]


def component_names(fit: MixtureFit) -> tuple[str, ...]:
    """What the components of a mixture fit are called."""
    return fit.statistic.components if isinstance(fit.statistic, LabelledRows) else ()


def mixture_parameters(fit: MixtureFit, mass: float, *, kind: Kind) -> Iterator[Parameter]:
    """First all weights, then component by component its precision and its proportions."""
    if isinstance(fit, DrawsFit):
        yield from _of_draws(fit, mass, kind=kind)
    elif isinstance(fit, ModeFit):
        yield from _of_highest_point(fit, mass, kind=kind)
    elif isinstance(fit.posterior, Components):
        yield from _of_closed_form(fit.posterior, fit.data.categories, asked=(mass, kind))


def _of_closed_form(
    posterior: Components, categories: tuple[str, ...], *, asked: tuple[float, Kind]
) -> Iterator[Parameter]:
    weights = Fixed([1.0, 0.0]) if posterior.weights is None else posterior.weights
    for k, name in enumerate(posterior.names):
        yield _margin(weights, k, asked=asked, name="weights", component=name)
    for name, recipe in zip(posterior.names, posterior.recipes, strict=True):
        for c, category in enumerate(categories):
            yield _margin(recipe, c, asked=asked, name="proportions", component=name, category=category)


def _margin(
    posterior: Dirichlet | Fixed,
    place: int,
    *,
    asked: tuple[float, Kind],
    name: str,
    component: str,
    category: str | None = None,
) -> Parameter:
    """One share of a closed form: every margin of a Dirichlet is a Beta."""
    mass, kind = asked
    if isinstance(posterior, Fixed):
        share = float(posterior.proportions[place])
        mean, sd, interval = share, 0.0, Interval(((share, share),), kind, mass)
    else:
        margin = posterior.margin(place)
        mean, sd, interval = margin.mean, margin.sd, margin.interval(mass=mass, kind=kind)
    return Parameter(name=name, component=component, category=category, mean=mean, sd=sd, interval=interval)


def _of_highest_point(fit: ModeFit, mass: float, *, kind: Kind) -> Iterator[Parameter]:
    """What is there at the highest point, with intervals as of a normal density: of logarithms for precisions."""
    z, point = float(ndtri(0.5 + 0.5 * mass)), fit.posterior
    for name in ("weights", "precision", "proportions"):
        if name not in point.quantities:
            continue
        values, spread = point.quantities[name], point.sd[name]
        for place in np.ndindex(values.shape):
            value, sd = float(values[place]), float(spread[place])
            ends = (max(value - z * sd, 0.0), min(value + z * sd, 1.0))
            if name == "precision":
                ends = (value * math.exp(-z * sd), value * math.exp(z * sd))
            yield Parameter(
                name=name,
                component=component_names(fit)[place[0]],
                category=fit.data.categories[place[1]] if len(place) > 1 else None,
                mean=value if name != "precision" else None,
                sd=sd if name != "precision" else None,
                interval=Interval((ends,), kind, mass),
                median=value if name == "precision" else None,
            )


def _of_draws(fit: DrawsFit, mass: float, *, kind: Kind) -> Iterator[Parameter]:
    names = component_names(fit)
    for k, component in enumerate(names):
        yield _drawn(fit, "weights", place=(k,), mass=mass, kind=kind, of={"component": component})
    for k, component in enumerate(names):
        if "precision" in fit.draws:
            yield _precision(fit, k, mass=mass, kind=kind, component=component)
        for c, category in enumerate(fit.data.categories):
            of = {"component": component, "category": category}
            yield _drawn(fit, "proportions", place=(k, c), mass=mass, kind=kind, of=of)


def _drawn(
    fit: DrawsFit, name: str, *, place: tuple[int, ...], mass: float, kind: Kind, of: dict[str, str]
) -> Parameter:
    """One share that is known by draws; its moments exactly, where the engine knows them."""
    values = fit.draws[name].reshape(fit.posterior.n_draws, -1)[:, _flat(fit.draws[name], place)]
    known, exact = Weighted(values, fit.weights), fit.posterior.exact
    health = fit.posterior.health(values[:, None])
    sampled = fit.posterior.sampled and exact is None
    return Parameter(
        name=name,
        component=of["component"],
        category=of.get("category"),
        mean=float(health.mean[0] if exact is None else exact.mean[name][place]),
        sd=float(health.sd[0] if exact is None else exact.sd[name][place]),
        interval=known.interval(mass=mass, kind=kind),
        mcse=float(health.mcse[0]) if sampled else None,
        ess=float(health.ess[0]) if sampled else None,
    )


def _flat(values: Floats, place: tuple[int, ...]) -> int:
    return int(np.ravel_multi_index(place, values.shape[1:]))


def _precision(fit: DrawsFit, k: int, *, mass: float, kind: Kind, component: str) -> Parameter:
    """The precision of a component: its median, since a long tail carries its mean away."""
    values = fit.draws["precision"][:, k]
    known = Weighted(values, fit.weights)
    prior = fit.model.precision if isinstance(fit.model, Mixture) else None
    own = None if isinstance(prior, HalfNormal) else fit.posterior.health(values[:, None])
    return Parameter(
        name="precision",
        component=component,
        mean=None if own is None else float(own.mean[0]),
        sd=None if own is None else float(own.sd[0]),
        interval=known.interval(mass=mass, kind=kind),
        median=float(known.quantile(0.5)),
        mcse=None if own is None else float(own.mcse[0]),
        ess=float(fit.posterior.health(np.log(values)[:, None]).ess[0]),
    )
