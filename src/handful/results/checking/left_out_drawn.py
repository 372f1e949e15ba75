"""Log scores of bags left out, by draws of the fit with all bags: they weigh the more, the less they foretell it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from handful.arrays import Floats, Integers
from handful.data.labelled import UNKNOWN, LabelledRows
from handful.data.statistics import Rows
from handful.distributions.special import log_multinomial_coefficient, log_sum_exp
from handful.distributions.tabulated import Tabulated
from handful.errors import ParameterTypeError
from handful.inference.draws import Draws
from handful.inference.fits import Fit
from handful.inference.psis import smoothed
from handful.models.mixture_layout import MixturePoints
from handful.results.assigning.anew import MOST_PARETO_K
from handful.results.assigning.components import KnownComponents, logs_of, points_at

MOST_DRAWS = 4_000
FEWEST_DRAWS = 400
MOST_CELLS = 200_000_000
"""So many probabilities take some seconds: for very many different bags there are fewer draws."""

FAINT = 1e-12
LITTLE = 1e-6
"""Nodes whose weights are as faint as this are the rim of a quadrature: no more of the rest may lie there."""


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """The scores of U rows.

    Parameters
    ----------
    log_scores : array (U,)
        In nats.
    pareto_k : array (U,)
        The shape of the tail of the weights; NaN for nodes of a quadrature.
    doubt : array (U,)
        Above 0 where the weights cannot be trusted.
    """

    log_scores: Annotated[Floats, "U"]
    pareto_k: Annotated[Floats, "U"]
    doubt: Annotated[Floats, "U"]


def drawn_scores(fit: Fit, rows: Rows | LabelledRows) -> Drawn:
    """The log score of a bag of each row, that bag left out."""
    points = points_of(fit.posterior)
    known = rows.known if isinstance(rows, LabelledRows) else np.full(len(rows.distinct), UNKNOWN)
    if points.sampled:
        points = _some(points, len(known))
    with np.errstate(divide="ignore"):
        log_weights = np.log(points.weights)
    found = [
        _score(log_weights, logs, sampled=points.sampled)
        for part in points.chunks(len(known))
        for logs in log_pmf(points, rows.distinct[part], known=known[part]).T
    ]
    log_scores, pareto_k, doubt = np.array(found).reshape(-1, 3).T
    return Drawn(log_scores, pareto_k, doubt)


def points_of(posterior: object) -> KnownComponents:
    """The draws of a mixture, or draws or nodes of what has one component: of a population, or of one share.

    Raises
    ------
    ParameterTypeError
        If the posterior is neither.
    """
    if isinstance(posterior, Tabulated):
        nodes, nobody = posterior.nodes, np.zeros(len(posterior.nodes), dtype=np.int64)
        both = logs_of(np.stack([nodes, 1.0 - nodes], axis=1))[:, None]
        at = MixturePoints(np.zeros((len(nodes), 1)), None, both)
        return KnownComponents(at, np.asarray(posterior.weights), nobody, nobody, sampled=False)
    if not isinstance(posterior, Draws):
        raise ParameterTypeError("this posterior has neither draws nor nodes", name="fit", found=posterior)
    given = posterior.quantities
    if "weights" not in given:
        given = {name: values[:, None] for name, values in given.items()}
        given |= {"weights": np.ones((posterior.n_draws, 1))}
    return KnownComponents(
        points_at(given),
        posterior.weights,
        posterior.replicate,
        posterior.ancestor,
        sampled=posterior.sampled,
    )


def log_pmf(
    points: KnownComponents, table: Annotated[Integers, "R C"], *, known: Annotated[Integers, "R"]
) -> Annotated[Floats, "S R"]:
    """The log probability of each row at each point, its component summed out where nobody knows it."""
    logs = points.log_pmf(table) + log_multinomial_coefficient(table)
    mixed = log_sum_exp(logs + points.at.log_weights[:, :, None], axis=1)
    own = logs[:, np.maximum(known, 0), np.arange(len(known))]
    return np.where(known == UNKNOWN, mixed, own)


def _some(points: KnownComponents, n_rows: int) -> KnownComponents:
    """Every so many-th draw, with its weight."""
    most = min(max(MOST_CELLS // (n_rows * points.size), FEWEST_DRAWS), MOST_DRAWS)
    kept = np.arange(0, points.n_points, -(-points.n_points // most))
    weights = points.weights[kept]
    return points.chosen(kept, weights / weights.sum())


def _score(
    log_weights: Annotated[Floats, "S"], logs: Annotated[Floats, "S"], *, sampled: bool
) -> tuple[float, float, float]:
    """The score, the tail of the weights and the doubt about them."""
    there = log_weights > -np.inf
    log_weights, logs = log_weights[there], logs[there]
    if not np.isfinite(logs).all():
        return -np.inf, np.inf, np.inf
    ratios = log_weights - logs
    if not sampled:
        top = ratios.max()
        rest = np.exp(ratios - top)
        rim = float(rest[log_weights < np.log(FAINT)].sum() / rest.sum())
        return float(-log_sum_exp(ratios)), np.nan, rim if rim > LITTLE else 0.0
    found = smoothed(ratios)
    score = log_sum_exp(found.log_weights + logs) - log_sum_exp(found.log_weights)
    k = found.pareto_k
    return float(score), k, k - MOST_PARETO_K if k > MOST_PARETO_K else 0.0
