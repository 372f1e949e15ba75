"""Power-scaling of draws: the numbers are those of arviz-stats, of the very draws that `to_datatree` gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np

from handful.arrays import Floats
from handful.data.labelled import LabelledRows
from handful.distributions.dirichlet import Dirichlet
from handful.errors import MissingExtra
from handful.inference.draws_fit import DrawsFit
from handful.models.mixture_prior import MixturePrior
from handful.results.made_up.bags import TINIEST
from handful.results.sensitive.closed import POWERS, Numbers
from handful.results.tree.chains import Chains
from handful.results.tree.joint import log_likelihood_of_all, log_prior
from handful.results.tree.mixture import MixtureOfBags

CONSTANT = 1e-9
"""A log density that differs by no more than this, in nats, is the same for all draws: nothing to scale."""


def log_quantities(quantities: Mapping[str, Floats]) -> dict[str, Floats]:
    """The quantities, with the log precision in place of the precision, whose long tail a distance would follow."""
    return {
        ("log precision" if name == "precision" else name): np.log(values) if name == "precision" else values
        for name, values in quantities.items()
    }


def of_draws(fit: DrawsFit, chains: Chains) -> dict[str, Annotated[Floats, "... 2"]]:
    """The two numbers of each quantity, along the last axis.

    Parameters
    ----------
    fit : DrawsFit
        What was fitted.
    chains : Chains
        Draws of its posterior, without weights.

    Raises
    ------
    MissingExtra
        Without arviz-stats.
    """
    try:
        from arviz_stats.base import array_stats  # type: ignore[attr-defined]  # it is exported, and not listed
    except ImportError as error:
        raise MissingExtra(extra="arviz", purpose="power-scaling draws") from error
    shape = (chains.n_chains, chains.n_draws // chains.n_chains)
    weights = [_weights(one.reshape(shape), array_stats) for one in log_densities(fit, chains.quantities)]
    found = {}
    for name, values in log_quantities(chains.quantities).items():
        columns = values.reshape(chains.n_draws, -1).T.reshape(-1, *shape)
        numbers = [[_number(column, pair, stats=array_stats) for pair in weights] for column in columns]
        found[name] = np.array(numbers).reshape(*values.shape[1:], 2)
    return found


def log_densities(fit: DrawsFit, quantities: Mapping[str, Floats]) -> tuple[Floats, Floats]:
    """The log prior and the log likelihood at draws, in nats; the components that are known of bags are data."""
    prior = fit.model.prior_over(fit.data.categories)
    mixture = MixtureOfBags.of(fit)
    if mixture is None:
        return log_prior(prior, quantities), log_likelihood_of_all(fit, quantities)
    likelihood = mixture.log_likelihood_of_all(quantities)
    statistic = fit.statistic
    if isinstance(prior, MixturePrior) and isinstance(prior.weights, Dirichlet):
        n_known = statistic.n_known_of(prior.n_components) if isinstance(statistic, LabelledRows) else 0
        likelihood = likelihood + np.log(np.maximum(quantities["weights"], TINIEST)) @ n_known
    return log_prior(prior, quantities), likelihood


def _weights(logs: Annotated[Floats, "M N"], stats: Any) -> tuple[Floats, ...] | None:
    """The smoothed importance weights of the draws for each power; None where all draws keep theirs."""
    if np.ptp(logs) <= CONSTANT * max(1.0, float(np.abs(logs).max())):
        return None
    scaled = [np.exp(stats.power_scale_lw(logs, alpha=power, axis=(0, 1))) for power in POWERS]
    return tuple(one / one.sum() for one in scaled)


def _number(column: Annotated[Floats, "M N"], weights: tuple[Floats, ...] | None, *, stats: Any) -> float:
    if weights is None or np.ptp(column) == 0:
        return 0.0
    return float(stats.power_scale_sense(column, *weights, *POWERS))


def as_pair(numbers: Annotated[Floats, "2"]) -> Numbers:
    """The two numbers of one quantity."""
    return float(numbers[0]), float(numbers[1])
