"""The parts of a tree in ArviZ's schema: named variables with their dimensions, and what is said beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from handful.data.counts import Counts
from handful.data.histograms import Histograms
from handful.data.statistics import Exposure, Rows, Totals
from handful.distributions.fixed import Fixed
from handful.distributions.independent import IndependentDirichlets
from handful.inference.draws_fit import DrawsFit
from handful.inference.fits import Fit
from handful.models.hierarchical import Hierarchical
from handful.models.separate import Separate
from handful.results.tree.bags import bag_recipes, fresh_counts, log_likelihood
from handful.results.tree.chains import MOST_NUMBERS, Chains, prior_chains
from handful.results.tree.joint import log_likelihood_of_all, log_prior

DIMS: Mapping[str, tuple[str, ...]] = {
    "proportions": ("category",),
    "precision": (),
    "rate": (),
    "bag_proportions": ("bag", "category"),
}
"""The dimensions of a draw of each quantity."""

FRESH = "given each draw, of a fresh bag of the same total; a recipe that is its own is integrated out"

CONSTANT = (
    "log_likelihood: nothing that bags share is unknown, so that it is the same for every draw; what leave-one-out "
    "would estimate is exactly log_evidence"
)


@dataclass(frozen=True, slots=True, eq=False)
class Variable:
    """An array and the names of its dimensions."""

    dims: tuple[str, ...]
    values: NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Variables that belong together, and what they are where their names do not say it."""

    variables: Mapping[str, Variable]
    note: str = ""


def parts_of(fit: Fit, bags: Counts | None, *, chains: Chains, rng: np.random.Generator) -> dict[str, Part]:
    """The posterior and the prior, what the posterior says of bags, and the data; `bags` where they are known."""
    found = {"posterior": _recipes_of_each(fit, bags, chains=chains, rng=rng)}
    if bags is not None:
        found |= _of_bags(fit, bags, chains=chains, rng=rng)
    nothing = None if bags is None else _without_items(bags)
    prior = prior_chains(fit, like=chains, rng=rng)
    found["prior"] = _recipes_of_each(fit, nothing, chains=prior, rng=rng)
    found["sample_stats"] = _statistics(fit, chains)
    return {name: part for name, part in (found | _observed(fit, bags)).items() if part.variables}


def left_out(fit: Fit, bags: Counts | None, *, chains: Chains) -> tuple[str, ...]:
    """What is missing in the tree of `fit`, and why, as sentences."""
    if bags is None:
        nothing = "log_likelihood and posterior_predictive: this fit does not know its bags one by one"
        return (f"{nothing}; give them, to_datatree(fit, counts=counts)",)
    too_large = tuple(
        f"{name}, which would be {size:,} numbers: at most {MOST_NUMBERS:,}; ask for fewer draws (n_draws)"
        for name, size in _sizes(fit, bags, n_draws=chains.n_draws).items()
        if size > MOST_NUMBERS
    )
    return too_large if _varies(fit) else (*too_large, CONSTANT)


def _varies(fit: Fit) -> bool:
    """Whether anything that bags share is unknown, so that the likelihood of a bag varies between draws."""
    return not isinstance(fit.posterior, IndependentDirichlets | Fixed)


def _sizes(fit: Fit, bags: Counts | None, *, n_draws: int) -> dict[str, int]:
    """How many numbers there would be in each of the arrays with a number for every draw and bag."""
    if bags is None:
        return {}
    cells = n_draws * bags.table.size
    own = {"bag_proportions": cells} if isinstance(fit.model, Separate | Hierarchical) else {}
    shared = {"log_likelihood": n_draws * bags.n_bags} if _varies(fit) else {}
    return own | shared | {"posterior_predictive": cells}


def _has_room(name: str, fit: Fit, *, bags: Counts | None, n_draws: int) -> bool:
    """Whether the array of this name is there, and not too large."""
    return 0 < _sizes(fit, bags, n_draws=n_draws).get(name, 0) <= MOST_NUMBERS


def _recipes_of_each(fit: Fit, bags: Counts | None, *, chains: Chains, rng: np.random.Generator) -> Part:
    """The quantities of the model; of a population also the recipe of each of its bags."""
    quantities = chains.quantities
    room = _has_room("bag_proportions", fit, bags=bags, n_draws=chains.n_draws)
    if "precision" in quantities and bags is not None and room:
        quantities = {**quantities, "bag_proportions": bag_recipes(quantities, bags, rng=rng)}
    return _chained({name: Variable(DIMS[name], values) for name, values in quantities.items()}, chains)


def _of_bags(fit: Fit, bags: Counts, *, chains: Chains, rng: np.random.Generator) -> dict[str, Part]:
    """How likely each bag's counts are, and what another bag of its total would hold."""
    found = {}
    if _has_room("log_likelihood", fit, bags=bags, n_draws=chains.n_draws):
        value = Variable(("bag",), log_likelihood(chains, bags))
        found["log_likelihood"] = _chained(
            {"counts": value}, chains, note=f"log probability of counts, {FRESH}"
        )
    if _has_room("posterior_predictive", fit, bags=bags, n_draws=chains.n_draws):
        counts = Variable(("bag", "category"), fresh_counts(fit, chains, bags=bags, rng=rng))
        found["posterior_predictive"] = _chained({"counts": counts}, chains, note=f"counts, {FRESH}")
    return found


def _statistics(fit: Fit, chains: Chains) -> Part:
    """What is known of each draw: log prior and log likelihood of all bags, and where it came from."""
    if isinstance(fit.model, Separate):
        return Part({})
    prior = log_prior(fit.model.prior_over(fit.data.categories), chains.quantities)
    likelihood = log_likelihood_of_all(fit, chains.quantities)
    found: dict[str, NDArray[Any]] = {
        "lp": prior + likelihood,
        "log_prior": prior,
        "log_likelihood": likelihood,
    }
    if isinstance(fit, DrawsFit) and chains.origin is not None:
        found["weight"] = fit.weights[chains.origin]
        found["replicate"] = fit.posterior.replicate[chains.origin]
        found["origin"] = chains.origin
    note = "lp in nats; weight is that of the fit's weighted draw, whose number is origin"
    return _chained({name: Variable((), values) for name, values in found.items()}, chains, note=note)


def _chained(variables: Mapping[str, Variable], chains: Chains, *, note: str = "") -> Part:
    """The variables, whose first axis are all draws, with an axis for chains and one for draws."""
    shape = (chains.n_chains, chains.n_draws // chains.n_chains)
    chained = {
        name: Variable(("chain", "draw", *one.dims), one.values.reshape(*shape, *one.values.shape[1:]))
        for name, one in variables.items()
    }
    return Part(chained, note)


def _without_items(bags: Counts) -> Counts:
    """The same bags, before anything was counted."""
    return Counts(np.zeros_like(bags.table), categories=bags.categories, ids=bags.ids)


def _observed(fit: Fit, bags: Counts | None) -> dict[str, Part]:
    """What was counted: in each bag where that is known, or else in all bags together."""
    together = _counted(fit)
    if bags is None or not bags.n_bags:
        note = "items of all bags together"
        return {"observed_data": Part({"category_counts": Variable(("category",), together)}, note)}
    # A Poisson model is of one category's counts alone, given the totals.
    counts = Variable(("bag", "category"), bags.table[:, : len(together)])
    totals = Part({"totals": Variable(("bag",), bags.totals)}, "items of each bag")
    return {"observed_data": Part({"counts": counts}), "constant_data": totals}


def _counted(fit: Fit) -> NDArray[np.int64]:
    """How many items of each category that the model is of all bags hold together."""
    statistic = fit.statistic
    if isinstance(statistic, Exposure):
        return np.array([statistic.events])
    if isinstance(statistic, Rows):
        return np.asarray(statistic.table.sum(axis=0, dtype=np.int64))
    if isinstance(statistic, Totals | Histograms):
        return np.asarray(statistic.counts)
    raise TypeError(statistic)
