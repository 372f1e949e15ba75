"""fit: compress the data, choose an engine, run it, judge the answer."""

from __future__ import annotations

import math

import numpy as np

from handful.data.counts import Counts
from handful.distributions.fixed import Fixed
from handful.distributions.tabulated import Tabulated
from handful.errors import DataUsedTwice, ImpossibleData, ParameterTypeError
from handful.inference.choose import choose
from handful.inference.fits import ExactFit, Fit, GridFit
from handful.inference.outcome import DataRecord, Model
from handful.inference.verdict import judge
from handful.rng import RNG, as_generator


def fit(model: Model, counts: Counts, *, engine: str | None = None, rng: RNG = None) -> Fit:
    """The posterior of `model` given `counts`, with its log evidence and a verdict.

    Parameters
    ----------
    model : Pooled, Separate or Poisson
        Likelihood and prior.
    counts : Counts
        Bags by categories.
    engine : str, optional
        The name of an engine; the best one for the model and the data if not given.
    rng : int, Generator or None, optional
        The source of randomness. Exact engines ignore it.

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
    as_generator(rng)  # no engine here needs chance, but a wrong seed is told at the door
    again = model.seen.again(counts)
    if again:
        raise DataUsedTwice(again)
    statistic = model.statistic.of(counts)
    chosen, reason = choose(model, statistic, engine=engine)
    outcome = chosen.run(model, statistic)
    if outcome.log_evidence.value == -math.inf:
        raise _impossible(model, counts)
    exactness = GridFit if isinstance(outcome.posterior, Tabulated) else ExactFit
    return exactness(
        model=model,
        data=DataRecord.of(counts, model.seen),
        statistic=statistic,
        posterior=outcome.posterior,  # type: ignore[arg-type]  # its type has just chosen the class
        log_evidence=outcome.log_evidence,
        engine=chosen.name,
        reason=reason,
        verdict=judge(model, counts, outcome=outcome),
    )


def _check_types(model: object, counts: object) -> None:
    if not isinstance(model, Model):
        raise ParameterTypeError(
            f"model = {model!r}: give a model, such as Pooled() or Separate()", name="model", found=model
        )
    if not isinstance(counts, Counts):
        raise ParameterTypeError(
            f"counts are a {type(counts).__name__}: read them with read_counts, or make Counts(table, categories=...)",
            name="counts",
            found=counts,
        )


def _impossible(model: Model, counts: Counts) -> ImpossibleData:
    """The error that names the first bag with an item that the prior rules out."""
    prior = model.prior_over(counts.categories)
    shares = prior.proportions if isinstance(prior, Fixed) else np.ones(counts.n_categories)
    bag, category = (int(i) for i in np.argwhere((shares == 0) & (counts.table > 0))[0])
    return ImpossibleData(
        bag=counts.bags[bag], category=counts.categories[category], found=int(counts.table[bag, category])
    )
