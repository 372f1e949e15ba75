"""A population of two categories, or of a known mean: its precision, and one share, by quadrature.

The outer integral is over log κ, in panels that adapt. The inner one, over the log ratio y of the two
categories, is a trapezoid sum in w with y = peak + width · sinh w, where every posterior falls off doubly
exponentially, so that halving the step doubles the digits.

References
----------
Trefethen & Weideman (2014), SIAM Review 56:385, on the exponential convergence of the trapezoid rule.
"""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np

from handful.arrays import Floats
from handful.data.histograms import Histograms
from handful.distributions.fixed import Fixed
from handful.distributions.panels import Panels
from handful.inference.across import across, start
from handful.inference.draws import Draws
from handful.inference.evidence import Evidence
from handful.inference.outcome import Model, Outcome, Statistic
from handful.inference.ridge import TAIL, Ridge
from handful.models import precision as precisions
from handful.models.hierarchical import Hierarchical, PopulationPrior
from handful.models.population import PopulationLikelihood
from handful.models.population_mean import PopulationTarget
from handful.models.priors import PAIR

STEP = 0.125
FARTHEST = 6.0
"""The inner sum goes to w = ±6, where sinh w is 200 widths away."""

N_POINTS = 17
NEGLIGIBLE = 1e-18
NAME = "the posterior of the log precision"


def supports(model: Model, statistic: Statistic) -> bool:
    """Whether `model` is of a population of two categories, or of one whose mean is fixed."""
    if not (isinstance(model, Hierarchical) and isinstance(statistic, Histograms)):
        return False
    fixed = isinstance(model.prior_over(statistic.categories).mean, Fixed)
    return fixed or len(statistic.categories) == PAIR


def run(model: Hierarchical, statistic: Histograms) -> Outcome:
    """The nodes with their weights, and the evidence with a bound on its error."""
    prior = model.prior_over(statistic.categories)
    likelihood = PopulationLikelihood.of(statistic)
    if isinstance(prior.mean, Fixed):
        return _of_precision(likelihood, prior, mean=prior.mean)
    return _of_both(PopulationTarget(likelihood, prior.mean, prior.precision))


def _of_precision(likelihood: PopulationLikelihood, prior: PopulationPrior, *, mean: Fixed) -> Outcome:
    """The posterior of κ alone."""
    with np.errstate(divide="ignore"):
        log_mean = np.log(np.asarray(mean.proportions))
    if (np.isinf(log_mean) & (likelihood.counts > 0)).any():
        return Outcome(
            _draws(np.zeros(1), weights=np.ones(1), means=np.exp(log_mean)[None, :]), Evidence(-math.inf)
        )

    def log_posterior(x: Floats) -> Floats:
        flat = x.ravel()
        means = np.broadcast_to(log_mean, (flat.size, log_mean.size))
        found = precisions.log_density(prior.precision, flat) + likelihood.value(flat, means)
        return np.asarray(found.reshape(x.shape))

    low, high = (precisions.quantile(prior.precision, p) for p in (TAIL, 1.0 - TAIL))
    points = np.linspace(low, high, N_POINTS).tolist()
    panels = Panels.adaptive(log_posterior, points, name=NAME, noise=likelihood.rounding)
    x, weights = panels.nodes.ravel(), panels.weights.ravel()
    means = np.broadcast_to(np.exp(log_mean), (x.size, log_mean.size))
    error = panels.error + likelihood.rounding + 4 * TAIL
    return Outcome(_draws(x, weights=weights, means=means), Evidence(panels.log_integral, error))


def _of_both(target: PopulationTarget) -> Outcome:
    """The posterior of κ and of the two shares."""

    def log_marginal(x: Floats) -> Floats:
        return _inner(target, x.ravel())[0].reshape(x.shape)

    ridge = Ridge.of(target)
    points = ridge.edges[np.linspace(0, len(ridge.edges) - 1, N_POINTS).astype(int)]
    panels = Panels.adaptive(log_marginal, points.tolist(), name=NAME, noise=target.likelihood.rounding)
    x, outer = panels.nodes.ravel(), panels.weights.ravel()
    some = outer > NEGLIGIBLE
    x, outer = x[some], outer[some]
    _, change, y, inner = _inner(target, x)
    nodes = np.column_stack([np.repeat(x, y.shape[1]), y.ravel()])
    weights = (outer[:, None] * inner).ravel()
    kept = weights > NEGLIGIBLE
    quantities = target.quantities(nodes[kept])
    posterior = Draws.of(quantities, weights=weights[kept] / weights[kept].sum(), sampled=False)
    error = panels.error + float(outer @ change) + target.likelihood.rounding + 4 * TAIL
    return Outcome(posterior, Evidence(panels.log_integral, error))


def _inner(
    target: PopulationTarget, x: Annotated[Floats, "J"]
) -> tuple[
    Annotated[Floats, "J"], Annotated[Floats, "J"], Annotated[Floats, "J n"], Annotated[Floats, "J n"]
]:
    """At each log κ: the log of the integral over y, how it changes with the step, the nodes and their weights."""
    found = across(target, np.column_stack([x, np.tile(start(target), (len(x), 1))]))
    peaks, widths = found.points[:, 1], found.widths
    w = np.arange(-FARTHEST, FARTHEST + 0.5 * STEP, STEP)
    y = peaks[:, None] + widths[:, None] * np.sinh(w)
    points = np.column_stack([np.repeat(x, w.size), y.ravel()])
    logs = (target.log_prior(points) + target.log_likelihood(points)).reshape(y.shape)
    logs = logs + np.log(widths)[:, None] + np.log(STEP * np.cosh(w))
    top = logs.max(axis=1, keepdims=True)
    weights = np.exp(logs - top)
    whole = weights.sum(axis=1)
    coarse = 2.0 * weights[:, ::2].sum(axis=1)
    return top[:, 0] + np.log(whole), np.abs(coarse / whole - 1.0), y, weights / whole[:, None]


def _draws(x: Floats, *, weights: Floats, means: Floats) -> Draws:
    quantities = {"proportions": means, "precision": np.exp(np.minimum(x, 700.0))}
    return Draws.of(quantities, weights=weights / weights.sum(), sampled=False)
