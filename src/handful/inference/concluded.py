"""From an engine's outcome to the fit: its type says how exact it is, its verdict whether to trust it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from handful.data.counts import Counts
from handful.data.histograms import Histograms
from handful.distributions.tabulated import Tabulated
from handful.inference.draws import Draws
from handful.inference.draws_fit import DrawsFit
from handful.inference.extra_variation import PrecisionBound, precision_bound
from handful.inference.fits import ExactFit, Fit, GridFit
from handful.inference.highest_point import HighestPoint
from handful.inference.mode_fit import ModeFit
from handful.inference.outcome import ClosedForm, DataRecord, Model, Outcome, Statistic
from handful.inference.verdict import judge
from handful.models.hierarchical import Hierarchical
from handful.models.mixture import Mixture

Refit = Callable[[Hierarchical], Draws]


def concluded(
    model: Model,
    counts: Counts | Histograms,
    *,
    statistic: Statistic,
    outcome: Outcome,
    seed: int | None,
    refit: Refit,
) -> Fit:
    """The fit that an outcome amounts to.

    Parameters
    ----------
    model : Model
        Likelihood and prior.
    counts : Counts or Histograms
        The data.
    statistic : Statistic
        What the model needed of them.
    outcome : Outcome
        What the engine found; `instead` names it and says why it was chosen.
    seed : int or None
        What the draws began with.
    refit : callable
        Draws from the posterior of another population model of the same bags.
    """
    (engine, reason), posterior = outcome.instead or ("", ""), outcome.posterior
    verdict = judge(model, counts, statistic=statistic, outcome=outcome)
    record, evidence = DataRecord.of(counts, model.seen), outcome.log_evidence
    bags = counts if isinstance(counts, Counts) else None
    if isinstance(posterior, Draws) and isinstance(model, Hierarchical | Mixture):
        bound = _bound(model, statistic, draws=posterior, refit=refit)
        if bound is not None:
            verdict = replace(verdict, notes=(*verdict.notes, bound.words))
        known = seed if posterior.sampled else None
        return DrawsFit(
            model, record, statistic, posterior, evidence, engine, reason, verdict, bags, known, bound
        )
    if isinstance(posterior, HighestPoint) and isinstance(model, Mixture):
        return ModeFit(model, record, statistic, posterior, evidence, engine, reason, verdict, bags)
    if isinstance(posterior, Tabulated):
        return GridFit(model, record, statistic, posterior, evidence, engine, reason, verdict)
    if isinstance(posterior, ClosedForm):
        return ExactFit(model, record, statistic, posterior, evidence, engine, reason, verdict)
    raise TypeError(posterior)


def _bound(
    model: Hierarchical | Mixture, statistic: Statistic, *, draws: Draws, refit: Refit
) -> PrecisionBound | None:
    """The lower bound on the precision of a population that shows no sign of extra variation."""
    if not (isinstance(model, Hierarchical) and isinstance(statistic, Histograms)):
        return None
    return precision_bound(model, statistic, draws=draws, refit=refit)
