"""The engine that sums over all assignments: exact evidence, moments and assignments, and independent draws.

Where recipes are known, only how many bags each component filled matters (``known_recipes``); else every way to deal
the bags out leaves a closed form behind (``dealt``).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import numpy as np

from handful.arrays import Floats
from handful.data.labelled import UNKNOWN, LabelledRows
from handful.distributions.draws import draw_log_dirichlet
from handful.inference.dealings import n_dealings
from handful.inference.dealt import Dealt
from handful.inference.draws import Draws, ExactMoments
from handful.inference.evidence import Evidence
from handful.inference.identified import notes_of
from handful.inference.known_recipes import Summed, n_cells, summed
from handful.inference.mixture import in_order, is_mixture, mixture_target
from handful.inference.outcome import Model, Outcome, Sampling, Statistic
from handful.models.mixture import Mixture
from handful.models.mixture_layout import MixturePoints
from handful.models.mixture_target import MixtureTarget, points_of

REFUSAL = (
    "it sums over the assignments of mixtures whose bags follow their component exactly, while they are few"
)

DRAWS = 4_000

FEW, MOST = 1 << 17, 1 << 24
"""So many assignments take no time; so many are summed over if asked for."""

FEW_CELLS, MOST_CELLS = 4e6, 4e8
"""The same for the tables of known recipes."""


def supports(model: Model, statistic: Statistic) -> bool:
    """Whether all assignments can be summed over."""
    return _fits(model, statistic, dealings=MOST, cells=MOST_CELLS)


def suits(model: Model, statistic: Statistic) -> bool:
    """Whether there are so few that nothing else is worth a thought."""
    return _fits(model, statistic, dealings=FEW, cells=FEW_CELLS)


def run(model: Model, statistic: Statistic, *, sampling: Sampling) -> Outcome:
    """Independent draws from the exact posterior, with exact evidence and moments."""
    target = mixture_target(model, statistic, engine="enumeration")
    if target.layout.log_recipes is not None:
        return _of_known_recipes(target, sampling)
    found, n_draws = Dealt.of(target), sampling.number(DRAWS)
    chosen = sampling.rng.choice(len(found.chances), size=n_draws, p=found.chances)
    of_weights, of_recipes = found.concentrations(chosen)
    log_weights = target.layout.log_weights
    at = MixturePoints(
        _drawn(of_weights, rng=sampling.rng) if log_weights is None else np.tile(log_weights, (n_draws, 1)),
        None,
        _drawn(of_recipes, rng=sampling.rng),
    )
    return _outcome(target, at, log_sum=found.log_sum, exact=found.moments())


def _of_known_recipes(target: MixtureTarget, sampling: Sampling) -> Outcome:
    """The weights alone are unknown: a Dirichlet given how many bags each component filled."""
    statistic, log_f = target.statistic, _log_probabilities(target)
    t = target.weights_concentration
    if t is None:
        raise ValueError("nothing is unknown")
    free, named = statistic.known == UNKNOWN, np.flatnonzero(statistic.known != UNKNOWN)
    bags = np.repeat(np.flatnonzero(free), statistic.multiplicities[free])
    found = summed(log_f[bags], t)
    log_sum = found.log_sum + float(statistic.multiplicities[named] @ log_f[named, statistic.known[named]])
    if not np.isfinite(log_sum):
        return Outcome(Draws.of({}, weights=[]), Evidence(log_sum))
    assignments = np.zeros(log_f.shape)
    assignments[named, statistic.known[named]] = 1.0
    assignments[bags] = found.assignments
    n_draws = sampling.number(DRAWS)
    chosen = sampling.rng.choice(len(found.chances), size=n_draws, p=found.chances)
    recipes = np.exp(target.layout.split(np.zeros((1, target.n_dims))).log_mean)
    with np.errstate(divide="ignore"):
        log_mean = np.log(np.repeat(recipes, n_draws, axis=0))
    at = MixturePoints(_drawn(t + found.filled[chosen], rng=sampling.rng), None, log_mean)
    return _outcome(
        target, at, log_sum=log_sum, exact=_moments(found, t, recipes=recipes[0], assignments=assignments)
    )


def _moments(
    found: Summed,
    t: Annotated[Floats, "K"],
    *,
    recipes: Annotated[Floats, "K C"],
    assignments: Annotated[Floats, "U K"],
) -> ExactMoments:
    """Those of the weights; the recipes are known."""
    above, whole = t + found.filled, float(t.sum() + found.filled[0].sum())
    mean = found.chances @ above / whole
    square = found.chances @ (above * (above + 1.0)) / (whole * (whole + 1.0))
    return ExactMoments(
        mean={"weights": mean, "proportions": recipes},
        sd={"weights": np.sqrt(np.maximum(square - mean**2, 0.0)), "proportions": np.zeros(recipes.shape)},
        assignments=assignments,
    )


def _outcome(target: MixtureTarget, at: MixturePoints, *, log_sum: float, exact: ExactMoments) -> Outcome:
    n_draws = len(at.log_weights)
    weights = np.full(n_draws, 1.0 / n_draws)
    quantities = in_order(target, at, weights=weights)
    draws = Draws.of(quantities, weights=weights)
    # Of components that nothing tells apart all exact moments are the same: they say nothing of those in order.
    told_apart = len(np.unique(target.prior.classes(target.n_known))) == target.layout.n_components
    evidence = Evidence(target.likelihood.log_coefficient + log_sum)
    notes = notes_of(
        target, points_of(quantities), weights=weights, known=exact.assignments if told_apart else None
    )
    return Outcome(replace(draws, exact=exact) if told_apart else draws, evidence, notes)


def _log_probabilities(target: MixtureTarget) -> Annotated[Floats, "U K"]:
    """The log probability of each row under each of the known recipes, without coefficients."""
    at = target.layout.split(np.zeros((1, target.n_dims)))
    found = np.empty((len(target.statistic.known), target.layout.n_components))
    for chunk in target.likelihood.chunks:
        found[chunk.place] = chunk.rows.log_pmf(at)[0].T
    return found


def _drawn(concentration: Annotated[Floats, "S ... C"], *, rng: np.random.Generator) -> Floats:
    """The logs of one draw of each Dirichlet."""
    return np.asarray(draw_log_dirichlet(concentration, 1, rng=rng)[0])


def _fits(model: Model, statistic: Statistic, *, dealings: float, cells: float) -> bool:
    if not (isinstance(model, Mixture) and isinstance(statistic, LabelledRows)):
        return False
    if model.overdispersed or not is_mixture(model, statistic):
        return False
    if model.recipes_are_known:
        return n_cells(statistic.n_bags - statistic.n_known, model.size) <= cells
    return n_dealings(statistic, model.size) <= dealings
