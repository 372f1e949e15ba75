"""The parts of a tree in ArviZ's schema: named variables with their dimensions, and what is said beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from handful.data.complaints import escaped
from handful.data.counts import Counts
from handful.data.histograms import Histograms
from handful.data.labelled import UNKNOWN, LabelledRows
from handful.data.statistics import Exposure, Rows, Totals
from handful.inference.draws_fit import DrawsFit
from handful.inference.fits import Fit
from handful.inference.outcome import Model
from handful.models.mixture import Mixture
from handful.models.separate import Separate
from handful.results.assigning.probabilities import of_fitted
from handful.results.tree.bags import bag_recipes, fresh_counts, log_likelihood
from handful.results.tree.chains import Chains, prior_chains, prior_of
from handful.results.tree.joint import log_likelihood_of_all, log_prior
from handful.results.tree.mixture import MixtureOfBags
from handful.results.tree.room import has_room, is_quick

DIMS: Mapping[str, tuple[str, ...]] = {
    "proportions": ("category",),
    "precision": (),
    "rate": (),
    "bag_proportions": ("bag", "category"),
}
"""The dimensions of a draw of each quantity."""

DIMS_OF_MIXTURES: Mapping[str, tuple[str, ...]] = {
    "weights": ("component",),
    "proportions": ("component", "category"),
    "precision": ("component",),
}
"""The same, where every quantity is one of a component."""

FRESH = "given each draw, of a fresh bag of the same total; a recipe that is its own is integrated out"
FROM_COMPONENTS = (
    "given each draw, of a fresh bag of the same total, from any component by its weight, or from the one that the bag "
    "is known to come from; a recipe that is its own is integrated out"
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


def parts_of(
    fit: Fit,
    bags: Counts | None,
    *,
    chains: Chains,
    mixture: MixtureOfBags | None,
    rng: np.random.Generator,
) -> dict[str, Part]:
    """The posterior and the prior, what the posterior says of bags, and the data.

    Parameters
    ----------
    fit : Fit
        What was fitted.
    bags : Counts or None
        Its bags, where they are known one by one.
    chains : Chains
        Draws from its posterior.
    mixture : MixtureOfBags or None
        The fit, if it is of a mixture.
    rng : Generator
    """
    found = {"posterior": _recipes_of_each(fit, bags, chains=chains, rng=rng)}
    if bags is not None:
        found |= _of_bags(fit, bags, chains=chains, mixture=mixture, rng=rng)
    nothing = None if bags is None else _without_items(bags)
    prior = prior_chains(fit, like=chains, rng=rng)
    found["prior"] = _recipes_of_each(fit, nothing, chains=prior, rng=rng)
    found["sample_stats"] = _statistics(fit, chains, mixture=mixture)
    found |= _observed(fit, bags)
    if mixture is not None:
        found |= _of_components(fit, found, mixture=mixture)
    return {name: part for name, part in found.items() if part.variables}


def _dims(model: Model) -> Mapping[str, tuple[str, ...]]:
    """The dimensions of a draw of each quantity of this model."""
    return DIMS_OF_MIXTURES if isinstance(model, Mixture) else DIMS


def _recipes_of_each(fit: Fit, bags: Counts | None, *, chains: Chains, rng: np.random.Generator) -> Part:
    """The quantities of the model; of a population also the recipe of each of its bags."""
    quantities, dims = chains.quantities, _dims(fit.model)
    room = has_room("bag_proportions", fit, bags=bags, n_draws=chains.n_draws)
    if "precision" in quantities and bags is not None and room:
        quantities = {**quantities, "bag_proportions": bag_recipes(quantities, bags, rng=rng)}
    return _chained({name: Variable(dims[name], values) for name, values in quantities.items()}, chains)


def _of_bags(
    fit: Fit, bags: Counts, *, chains: Chains, mixture: MixtureOfBags | None, rng: np.random.Generator
) -> dict[str, Part]:
    """How likely each bag's counts are, and what another bag of its total would hold."""
    found, fresh = {}, FRESH if mixture is None else FROM_COMPONENTS
    if has_room("log_likelihood", fit, bags=bags, n_draws=chains.n_draws):
        value = log_likelihood(chains, bags) if mixture is None else mixture.log_likelihood(chains.quantities)
        same = _same_for_every_draw(value, bags)
        found["log_likelihood"] = _chained(
            {"counts": Variable(("bag",), value)}, chains, note=f"log probability of counts, {fresh}{same}"
        )
    if has_room("posterior_predictive", fit, bags=bags, n_draws=chains.n_draws):
        if mixture is None:
            counts = fresh_counts(fit, chains, bags=bags, rng=rng)
        else:
            counts = mixture.fresh_counts(chains.quantities, rng=rng)
        variable = Variable(("bag", "category"), counts)
        found["posterior_predictive"] = _chained({"counts": variable}, chains, note=f"counts, {fresh}")
    return found


def _same_for_every_draw(values: NDArray[np.float64], bags: Counts) -> str:
    """What to say of bags that no draw finds more likely than another: ArviZ's leave-one-out refuses all for one."""
    same = np.flatnonzero((values == values[:1]).all(axis=0))
    if not same.size:
        return ""
    named = f"bag {escaped(bags.bags[int(same[0])])}" + (f" and {same.size - 1:,} more" * (same.size > 1))
    return f"; the same for every draw for {named}, which ArviZ's loo refuses: take the other bags"


def _statistics(fit: Fit, chains: Chains, *, mixture: MixtureOfBags | None) -> Part:
    """What is known of each draw: log prior and log likelihood of all bags, and where it came from."""
    if isinstance(fit.model, Separate):
        return Part({})
    prior = log_prior(prior_of(fit), chains.quantities)
    found: dict[str, NDArray[Any]] = {"log_prior": prior}
    if is_quick(mixture, chains.n_draws):
        if mixture is None:
            likelihood = log_likelihood_of_all(fit, chains.quantities)
        else:
            likelihood = mixture.log_likelihood_of_all(chains.quantities)
        found = {"lp": prior + likelihood, "log_prior": prior, "log_likelihood": likelihood}
    if isinstance(fit, DrawsFit) and chains.origin is not None:
        found["weight"] = fit.weights[chains.origin]
        found["replicate"] = fit.posterior.replicate[chains.origin]
        found["origin"] = chains.origin
    note = "lp in nats; weight is that of the fit's weighted draw, whose number is origin"
    return _chained({name: Variable((), values) for name, values in found.items()}, chains, note=note)


def _of_components(fit: Fit, parts: Mapping[str, Part], *, mixture: MixtureOfBags) -> dict[str, Part]:
    """Which component each bag came from, as far as it is known: before and after its counts were seen."""
    prior = Part(parts["prior"].variables, mixture.said_of_prior)
    found = {"prior": prior, "assignments": _assignments(fit, mixture)}
    if "constant_data" in parts and (mixture.known != UNKNOWN).any():
        constant = parts["constant_data"]
        known = Variable(("bag",), np.array(mixture.names_of_known))
        note = f"{constant.note}; known is the component that filled it, nothing where nobody knows"
        found["constant_data"] = Part({**constant.variables, "known": known}, note)
    return found


def _assignments(fit: Fit, mixture: MixtureOfBags) -> Part:
    """P(component | bag) as ``assign`` has it: the fit weighs its draws, or knows it exactly, and chains do neither."""
    rows = mixture.target.statistic
    of_row = of_fitted(fit, np.arange(len(rows.known)))
    arrays = {"assignments": of_row.mean} | ({} if of_row.mcse is None else {"mcse": of_row.mcse})
    how = (
        "exact" if of_row.mcse is None else "the mean over the fit's weighted draws, with its standard error"
    )
    note = f"which component filled each bag, P(component | all bags): {how}"
    dims = ("bag", "component")
    return Part({name: Variable(dims, array[rows.row_of_bag]) for name, array in arrays.items()}, note)


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
    rows = statistic.rows if isinstance(statistic, LabelledRows) else statistic
    if isinstance(rows, Rows):
        return np.asarray(rows.table.sum(axis=0, dtype=np.int64))
    if isinstance(statistic, Totals | Histograms):
        return np.asarray(statistic.counts)
    raise TypeError(statistic)
