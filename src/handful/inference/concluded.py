"""From an engine's outcome to the fit: its type says how exact it is, its verdict whether to trust it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from handful.data.counts import Counts
from handful.data.histograms import Histograms
from handful.distributions.tabulated import Tabulated
from handful.inference.draws import Draws
from handful.inference.draws_fit import DrawsFit
from handful.inference.extra_variation import precision_bound
from handful.inference.fits import ExactFit, Fit, GridFit
from handful.inference.outcome import DataRecord, Model, Outcome, Statistic
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
    name, reason = outcome.instead or ("", "")
    verdict = judge(model, counts, statistic=statistic, outcome=outcome)
    record, posterior = DataRecord.of(counts, model.seen), outcome.posterior
    if isinstance(posterior, Draws) and isinstance(model, Hierarchical | Mixture):
        bound = None
        if isinstance(model, Hierarchical) and isinstance(statistic, Histograms):
            bound = precision_bound(model, statistic, draws=posterior, refit=refit)
        said = () if bound is None else (bound.words,)
        return DrawsFit(
            model=model,
            data=record,
            statistic=statistic,
            posterior=posterior,
            log_evidence=outcome.log_evidence,
            engine=name,
            reason=reason,
            verdict=replace(verdict, notes=(*verdict.notes, *said)),
            counts=counts if isinstance(counts, Counts) else None,
            seed=seed if posterior.sampled else None,
            bound=bound,
        )
    exactness = GridFit if isinstance(posterior, Tabulated) else ExactFit
    return exactness(
        model=model,
        data=record,
        statistic=statistic,
        posterior=posterior,  # type: ignore[arg-type]  # its type has just chosen the class
        log_evidence=outcome.log_evidence,
        engine=name,
        reason=reason,
        verdict=verdict,
    )
