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
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from handful.arrays import Floats
from handful.data.histograms import Histograms
from handful.distributions.fixed import Fixed
from handful.distributions.panels import Panels
from handful.inference.across import across, start
from handful.inference.along import along
from handful.inference.draws import Draws
from handful.inference.evidence import Evidence
from handful.inference.outcome import Model, Outcome, Statistic
from handful.inference.ridge import Ridge
from handful.models import precision as precisions
from handful.models.hierarchical import Hierarchical, PopulationPrior
from handful.models.population import PopulationLikelihood
from handful.models.population_mean import PopulationTarget
from handful.models.priors import PAIR

STEP = 0.125
WIDEST = 1.0
"""Shares change with y on a scale of 1, however wide the posterior is: the nodes near the peak must see that."""

FAINTEST = 45.0
"""The inner sum goes to where the posterior has fallen off by so many nats."""

ENOUGH = 1e-10
"""Nats: an evidence that is known better than this decides nothing more."""

LEFT_OUT = 1e-10
"""The part of the posterior beyond the range: there it is fainter than 10^-12 of its peak."""

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
    target = PopulationTarget(likelihood, prior.mean, prior.precision)
    return _of_both(_Inner(target, _reach(target, statistic)))


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

    places, _ = along(log_posterior, prior.precision)
    points = places[np.linspace(0, len(places) - 1, N_POINTS).astype(int)].tolist()
    panels = Panels.adaptive(log_posterior, points, name=NAME, noise=ENOUGH + likelihood.rounding)
    x, weights = panels.nodes.ravel(), panels.weights.ravel()
    means = np.broadcast_to(np.exp(log_mean), (x.size, log_mean.size))
    error = panels.error + likelihood.rounding + LEFT_OUT
    return Outcome(_draws(x, weights=weights, means=means), Evidence(panels.log_integral, error))


def _of_both(inner: _Inner) -> Outcome:
    """The posterior of κ and of the two shares."""
    target = inner.target

    def log_marginal(x: Floats) -> Floats:
        return inner.at(x.ravel())[0].reshape(x.shape)

    ridge = Ridge.of(target)
    points = ridge.edges[np.linspace(0, len(ridge.edges) - 1, N_POINTS).astype(int)]
    panels = Panels.adaptive(
        log_marginal, points.tolist(), name=NAME, noise=ENOUGH + target.likelihood.rounding
    )
    x, outer = panels.nodes.ravel(), panels.weights.ravel()
    some = outer > NEGLIGIBLE
    x, outer = x[some], outer[some]
    _, change, y, within = inner.at(x)
    nodes = np.column_stack([np.repeat(x, y.shape[1]), y.ravel()])
    weights = (outer[:, None] * within).ravel()
    kept = weights > NEGLIGIBLE
    quantities = target.quantities(nodes[kept])
    posterior = Draws.of(quantities, weights=weights[kept] / weights[kept].sum(), sampled=False)
    error = panels.error + float(outer @ change) + target.likelihood.rounding + LEFT_OUT
    return Outcome(posterior, Evidence(panels.log_integral, error))


@dataclass(frozen=True, slots=True, eq=False)
class _Inner:
    """The integral over y at given log κ; `reach` is how far the tails go beyond the width of the peak."""

    target: PopulationTarget
    reach: float

    def at(
        self, x: Annotated[Floats, "J"]
    ) -> tuple[
        Annotated[Floats, "J"], Annotated[Floats, "J"], Annotated[Floats, "J n"], Annotated[Floats, "J n"]
    ]:
        """The log of the integral, how it changes with the step, the nodes and their weights."""
        found = across(self.target, np.column_stack([x, np.tile(start(self.target), (len(x), 1))]))
        scales = np.minimum(found.widths, WIDEST)
        farthest = float(np.arcsinh((self.reach + 12.0 * found.widths) / scales).max())
        n_side = 2 * math.ceil(farthest / STEP / 2)
        w = STEP * np.arange(-n_side, n_side + 1)
        y = found.points[:, 1:] + scales[:, None] * np.sinh(w)
        points = np.column_stack([np.repeat(x, w.size), y.ravel()])
        logs = (self.target.log_prior(points) + self.target.log_likelihood(points)).reshape(y.shape)
        logs = logs + np.log(scales)[:, None] + np.log(STEP * np.cosh(w))
        top = logs.max(axis=1, keepdims=True)
        weights = np.exp(logs - top)
        whole = weights.sum(axis=1)
        coarse = 2.0 * weights[:, ::2].sum(axis=1)
        return top[:, 0] + np.log(whole), np.abs(coarse / whole - 1.0), y, weights / whole[:, None]


def _reach(target: PopulationTarget, histograms: Histograms) -> float:
    """How far beyond its width the posterior of y may go: its tails fall off with the prior and the bags.

    Where a share q_c is next to nothing the posterior is q_c^(a_c + b_c), with b_c the bags that hold the
    category, and log q_c changes by √2 with y.
    """
    holding = [int(one.bags[one.values > 0].sum()) for one in histograms.by_category]
    slowest = float((target.mean.concentration + np.array(holding)).min())
    return FAINTEST / (math.sqrt(2.0) * slowest)


def _draws(x: Floats, *, weights: Floats, means: Floats) -> Draws:
    quantities = {"proportions": means, "precision": np.exp(np.minimum(x, 700.0))}
    return Draws.of(quantities, weights=weights / weights.sum(), sampled=False)
