"""fit: compress the data, choose an engine, run it, judge the answer."""

from __future__ import annotations

import math
import operator
from dataclasses import replace
from functools import partial

import numpy as np

from handful.data.counts import Counts
from handful.data.histograms import Histograms
from handful.distributions.checks import whole
from handful.errors import CountsTypeError, DataUsedTwice, EngineError, ParameterTypeError
from handful.inference.choose import Engine, choose
from handful.inference.concluded import concluded
from handful.inference.draws import Draws
from handful.inference.fits import Fit
from handful.inference.impossible import impossible
from handful.inference.outcome import Model, Sampling, Statistic
from handful.models.hierarchical import Hierarchical
from handful.models.mixture import Mixture
from handful.progress import stage
from handful.rng import RNG, as_generator, fresh_seed

FEWEST_DRAWS = 100

QUICKER = "a fit has no answer before its end; fewer draws or components are quicker"


def fit(
    model: Model,
    counts: Counts | Histograms,
    *,
    engine: str | None = None,
    draws: int | None = None,
    rng: RNG = None,
) -> Fit:
    """The posterior of `model` given `counts`, with its log evidence and a verdict.

    Parameters
    ----------
    model : Pooled, Separate, Poisson, Hierarchical or Mixture
        Likelihood and prior.
    counts : Counts or Histograms
        Bags by categories; for a hierarchical model their histograms do as well.
    engine : str, optional
        The name of an engine; the best one for the model and the data if not given.
    draws : int, optional
        How many draws an engine that draws shall make, 100 or more; as many as it deems right if not given.
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
    wanted = None if draws is None else whole(draws, name="draws", least=FEWEST_DRAWS)
    sampling = Sampling(wanted, generator)
    with stage(f"fitting {model.spec}", quicker=QUICKER):
        outcome = chosen.run(model, statistic, sampling=sampling)
        if outcome.log_evidence.value == -math.inf:
            raise impossible(model, counts)
        named = replace(outcome, instead=outcome.instead or (chosen.name, reason))
        refit = partial(_refit, chosen, statistic=statistic, sampling=sampling)
        return concluded(model, counts, statistic=statistic, outcome=named, seed=seed, refit=refit)


def _refit(chosen: Engine, model: Model, *, statistic: Statistic, sampling: Sampling) -> Draws:
    """Draws from the posterior of another model of the same bags, by the same engine."""
    posterior = chosen.run(model, statistic, sampling=sampling).posterior
    if not isinstance(posterior, Draws):
        raise EngineError(engine=chosen.name, reason="it draws nothing from this posterior")
    return posterior


def _seed(rng: RNG) -> int | None:
    """The seed to begin with and to remember; None where a generator was given."""
    as_generator(rng)  # a wrong one is told at the door
    if isinstance(rng, np.random.Generator):
        return None
    return fresh_seed() if rng is None else operator.index(rng)


def _compressed(model: Model, counts: Counts | Histograms) -> Statistic:
    if not isinstance(counts, Histograms):
        return model.compress(counts) if isinstance(model, Mixture) else model.statistic.of(counts)
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
