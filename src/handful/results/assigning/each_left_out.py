"""P(component | bag) of labelled bags, each left out with its label: in closed form, or by weighted draws."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from handful.arrays import Floats, Integers
from handful.data.counts import Counts
from handful.data.labelled import LabelledRows
from handful.distributions import dirichlet_multinomial, multinomial
from handful.distributions.fixed import Fixed
from handful.distributions.special import log_sum_exp
from handful.inference.dealt import known_items
from handful.inference.evidence import Verdict
from handful.inference.fit import fit
from handful.models.mixture import Mixture
from handful.models.mixture_target import MixtureTarget
from handful.results.assigning.anew import Anew
from handful.results.assigning.components import logs_of
from handful.results.assigning.none import equal
from handful.results.assigning.source import components_of


def closed(model: Mixture, rows: LabelledRows) -> Annotated[Floats, "U K"]:
    """Where all components are known and bags follow them exactly: Dirichlets less what the bag has told them."""
    target = MixtureTarget.of(model.prior_over(rows.categories), rows)
    every, own = np.arange(len(rows.known)), rows.known
    counts = rows.distinct[:, None, :]
    if target.prior.concentration is None:
        logs = multinomial.log_pmf(counts, logs_of(target.prior.per_component))
    else:
        concentration = np.tile(target.prior.concentration + known_items(target), (len(own), 1, 1))
        concentration[every, own] -= rows.distinct
        logs = dirichlet_multinomial.log_pmf(counts, concentration)
    return _normal(logs + _log_weights(target, own))


def by_draws(
    model: Mixture, counts: Counts, *, rng: np.random.Generator
) -> tuple[Annotated[Floats, "B K"], Annotated[Integers, "n"], Verdict]:
    """Where it takes draws: they weigh the more, the less they foretell the bag with its label.

    Returns the probabilities, the bags that the draws cannot do without, and the verdict on the draws.
    """
    found = fit(model, counts, rng=rng)
    rows, components = model.compress(counts), equal(components_of(found))
    probabilities = np.empty((len(rows.known), components.size))
    rough = np.zeros(len(rows.known), dtype=bool)
    for part in components.chunks(len(rows.known)):
        joint = components.log_pmf(rows.distinct[part]) + components.at.log_weights[:, :, None]
        for row, of_row in enumerate(np.moveaxis(joint, 2, 0), start=part.start):
            anew = Anew.of(-of_row[:, rows.known[row]])
            with np.errstate(divide="ignore"):
                probabilities[row] = log_sum_exp(np.log(anew.ratios)[:, None] + of_row, axis=0)
            rough[row] = not anew.trusted
    bags = rows.row_of_bag
    return _normal(probabilities)[bags], np.flatnonzero(rough[bags]), found.verdict


def _log_weights(target: MixtureTarget, own: Annotated[Integers, "U"]) -> Annotated[Floats, "U K"]:
    """The logs of the expected weights without each row's bag, up to a constant."""
    weights = target.prior.weights
    if isinstance(weights, Fixed) or target.weights_concentration is None:
        shares = np.ones(len(target.n_known)) if weights is None else weights.mean
        return np.tile(logs_of(shares), (len(own), 1))
    held = np.tile(target.weights_concentration, (len(own), 1))
    held[np.arange(len(own)), own] -= 1.0
    return logs_of(held)


def _normal(logs: Annotated[Floats, "U K"]) -> Annotated[Floats, "U K"]:
    """Probabilities that sum to 1."""
    return np.asarray(np.exp(logs - log_sum_exp(logs, axis=1)[:, None]))
