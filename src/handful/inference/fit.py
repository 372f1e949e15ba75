"""fit: compress the data, choose an engine, run it, judge the answer."""

from __future__ import annotations

import math
import operator
from dataclasses import replace

import numpy as np

from handful.data.counts import Counts
from handful.data.histograms import Histograms
from handful.distributions.checks import whole
from handful.distributions.fixed import Fixed
from handful.distributions.tabulated import Tabulated
from handful.errors import CountsTypeError, DataUsedTwice, EngineError, ImpossibleData, ParameterTypeError
from handful.inference.choose import Engine, choose
from handful.inference.draws import Draws
from handful.inference.draws_fit import DrawsFit
from handful.inference.extra_variation import PrecisionBound, precision_bound
from handful.inference.fits import ExactFit, Fit, GridFit
from handful.inference.outcome import DataRecord, Model, Sampling, Statistic
from handful.inference.verdict import judge
from handful.models.hierarchical import Hierarchical
from handful.rng import RNG, as_generator, fresh_seed

DRAWS = 10_000
FEWEST_DRAWS = 100


def fit(
    model: Model,
    counts: Counts | Histograms,
    *,
    engine: str | None = None,
    draws: int = DRAWS,
    rng: RNG = None,
) -> Fit:
    """The posterior of `model` given `counts`, with its log evidence and a verdict.

    Parameters
    ----------
    model : Pooled, Separate, Poisson or Hierarchical
        Likelihood and prior.
    counts : Counts or Histograms
        Bags by categories; for a hierarchical model their histograms do as well.
    engine : str, optional
        The name of an engine; the best one for the model and the data if not given.
    draws : int, optional
        How many draws an engine that draws shall make, 100 or more.
    rng : int, Generator or None, optional
        The source of randomness. Exact engines ignore it; if an engine needs one and none is given, a
        seed is drawn, which the fit remembers.

    Raises
    ------
    ParameterError
        If the prior does not fit the categories, or there is no such engine.
    ParameterTypeError
        If `counts` are not Counts, or `model` is no model.
    DataUsedTwice
        If the prior has seen one of the bags before.
    ImpossibleData
        If the prior gives no chance to what was counted.
    EngineError
        If the engine that was asked for cannot do it.

    Examples
    --------
    >>> import handful as hf
    >>> counts = hf.Counts([[12, 43]], categories=["blue", "not blue"])
    >>> hf.fit(hf.Pooled(hf.Beta(2, 8)), counts).posterior
    Beta(14, 51)
    """
    _check_types(model, counts)
    seed = _seed(rng)
    generator = as_generator(rng if seed is None else seed)
    if isinstance(counts, Counts) and (again := model.seen.again(counts)):
        raise DataUsedTwice(again)
    statistic = _compressed(model, counts)
    chosen, reason = choose(model, statistic, engine=engine)
    sampling = Sampling(whole(draws, name="draws", least=FEWEST_DRAWS), generator)
    outcome = chosen.run(model, statistic, sampling=sampling)
    if outcome.log_evidence.value == -math.inf:
        raise _impossible(model, counts)
    name, reason = outcome.instead or (chosen.name, reason)
    verdict = judge(model, counts, statistic=statistic, outcome=outcome)
    record = DataRecord.of(counts, model.seen)
    if isinstance(outcome.posterior, Draws) and isinstance(model, Hierarchical):
        bound = _bound(model, statistic, draws=outcome.posterior, chosen=chosen, sampling=sampling)
        said = () if bound is None else (bound.words,)
        return DrawsFit(
            model=model,
            data=record,
            statistic=statistic,
            posterior=outcome.posterior,
            log_evidence=outcome.log_evidence,
            engine=name,
            reason=reason,
            verdict=replace(verdict, notes=(*verdict.notes, *said)),
            counts=counts if isinstance(counts, Counts) else None,
            seed=seed if outcome.posterior.sampled else None,
            bound=bound,
        )
    exactness = GridFit if isinstance(outcome.posterior, Tabulated) else ExactFit
    return exactness(
        model=model,
        data=record,
        statistic=statistic,
        posterior=outcome.posterior,  # type: ignore[arg-type]  # its type has just chosen the class
        log_evidence=outcome.log_evidence,
        engine=chosen.name,
        reason=reason,
        verdict=verdict,
    )


def _bound(
    model: Hierarchical, statistic: Statistic, *, draws: Draws, chosen: Engine, sampling: Sampling
) -> PrecisionBound | None:
    """The lower bound on the precision, where the bags show no sign of extra variation."""
    if not isinstance(statistic, Histograms):
        return None

    def refit(other: Hierarchical) -> Draws:
        posterior = chosen.run(other, statistic, sampling=sampling).posterior
        if not isinstance(posterior, Draws):
            raise EngineError(engine=chosen.name, reason="a population's posterior has no closed form")
        return posterior

    return precision_bound(model, statistic, draws=draws, refit=refit)


def _seed(rng: RNG) -> int | None:
    """The seed to begin with and to remember; None where a generator was given."""
    as_generator(rng)  # a wrong one is told at the door
    if isinstance(rng, np.random.Generator):
        return None
    return fresh_seed() if rng is None else operator.index(rng)


def _compressed(model: Model, counts: Counts | Histograms) -> Statistic:
    if not isinstance(counts, Histograms):
        return model.statistic.of(counts)
    if isinstance(model, Hierarchical):
        return counts
    raise CountsTypeError(
        f"the {model.spec} model needs each bag's counts, and histograms have none", found=counts
    )


def _check_types(model: object, counts: object) -> None:
    if not isinstance(model, Model):
        raise ParameterTypeError(
            f"model = {model!r}: give a model, such as Pooled() or Separate()", name="model", found=model
        )
    if not isinstance(counts, Counts | Histograms):
        raise ParameterTypeError(
            f"counts are a {type(counts).__name__}: read them with read_counts, or make Counts(table, categories=...)",
            name="counts",
            found=counts,
        )


def _impossible(model: Model, counts: Counts | Histograms) -> ImpossibleData:
    """The error that names the first bag with an item that the prior rules out."""
    prior = model.prior_over(counts.categories)
    prior = getattr(prior, "mean", prior) if isinstance(model, Hierarchical) else prior
    shares = prior.proportions if isinstance(prior, Fixed) else np.ones(len(counts.categories))
    if isinstance(counts, Histograms):
        category = int(np.flatnonzero((shares == 0) & (counts.counts > 0))[0])
        return ImpossibleData(
            bag="(one of those in the histograms)",
            category=counts.categories[category],
            found=int(counts.counts[category]),
        )
    bag, category = (int(i) for i in np.argwhere((shares == 0) & (counts.table > 0))[0])
    return ImpossibleData(
        bag=counts.bags[bag], category=counts.categories[category], found=int(counts.table[bag, category])
    )
