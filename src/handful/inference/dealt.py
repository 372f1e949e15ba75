"""The exact posterior of a mixture with few assignments: given one, weights and recipes are independent Dirichlets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from scipy.special import gammaln, xlogy

from handful.arrays import Floats, Integers
from handful.data.labelled import UNKNOWN
from handful.distributions.fixed import Fixed
from handful.distributions.special import log_sum_exp
from handful.inference.dealings import Dealings
from handful.inference.draws import ExactMoments
from handful.models.mixture_target import MixtureTarget

FAINTEST = 1e-20
"""Assignments less probable than this add nothing to any digit."""


@dataclass(frozen=True, slots=True, eq=False)
class Dealt:
    """All dealings of the bags to components, each with its probability.

    Parameters
    ----------
    target : MixtureTarget
        The posterior.
    dealings : Dealings
        The ways to deal the bags out.
    chances : array (T,)
        How probable each is.
    log_sum : float
        The log of the sum over all assignments of prior times likelihood, without multinomial coefficients.
    """

    target: MixtureTarget
    dealings: Dealings
    chances: Annotated[Floats, "T"]
    log_sum: float

    @staticmethod
    def of(target: MixtureTarget) -> Dealt:
        """The posterior of the assignments."""
        dealings = Dealings.of(target.statistic, target.layout.n_components)
        logs = np.concatenate([_log_joint(target, dealings, numbers=part) for part in dealings.chunks()])
        log_sum = float(log_sum_exp(logs))
        chances = np.exp(logs - log_sum)
        return Dealt(target, dealings, chances / chances.sum(), log_sum)

    def concentrations(
        self, numbers: Annotated[Integers, "T"]
    ) -> tuple[Annotated[Floats, "T K"], Annotated[Floats, "T K C"]]:
        """Those of the weights and of the recipes, given some of the dealings; zeros for weights that are known."""
        _, bags, items = self.dealings.taken(numbers, self.target.statistic.distinct)
        t, a = self.target.weights_concentration, self.target.prior.concentration
        own = np.zeros(items.shape) if a is None else a + known_items(self.target) + items
        return np.zeros(bags.shape) if t is None else t + bags, own

    def moments(self) -> ExactMoments:
        """Means and sds of weights and recipes, and the assignments."""
        statistic, size = self.target.statistic, self.target.layout.n_components
        shape = (size, len(statistic.categories))
        of_weights, of_recipes = np.zeros((2, size)), np.zeros((2, *shape))
        assignments = np.zeros((len(statistic.known), size))
        for part in self.dealings.chunks():
            numbers = part[self.chances[part] > FAINTEST]
            chances = self.chances[numbers]
            weights, recipes = self.concentrations(numbers)
            if self.target.weights_concentration is not None:
                of_weights += np.tensordot(_moments(weights), chances, axes=([1], [0]))
            of_recipes += np.tensordot(_moments(recipes), chances, axes=([1], [0]))
            for row, one, digit in zip(
                self.dealings.rows, self.dealings.dealt, self.dealings.digits(numbers), strict=True
            ):
                assignments[row] += chances @ one[digit] / statistic.multiplicities[row]
        if self.target.layout.log_weights is not None:
            of_weights[0] = np.exp(self.target.layout.log_weights)
            of_weights[1] = of_weights[0] ** 2
        named = np.flatnonzero(statistic.known != UNKNOWN)
        assignments[named, statistic.known[named]] = 1.0
        each = {"weights": of_weights, "proportions": of_recipes}
        return ExactMoments(
            mean={name: one[0] for name, one in each.items()},
            sd={name: np.sqrt(np.maximum(one[1] - one[0] ** 2, 0.0)) for name, one in each.items()},
            assignments=assignments,
        )


def known_items(target: MixtureTarget) -> Annotated[Floats, "K C"]:
    """The items in the bags that are known to come from each component."""
    statistic = target.statistic
    found = np.zeros((target.layout.n_components, len(statistic.categories)))
    named = np.flatnonzero(statistic.known != UNKNOWN)
    items = statistic.multiplicities[named, None] * statistic.distinct[named].astype(np.float64)
    np.add.at(found, statistic.known[named], items)
    return found


def _log_joint(
    target: MixtureTarget, dealings: Dealings, *, numbers: Annotated[Integers, "T"]
) -> Annotated[Floats, "T"]:
    """The log of prior times likelihood of some dealings, everything but the assignments integrated out."""
    log_ways, bags, items = dealings.taken(numbers, target.statistic.distinct)
    t, a = target.weights_concentration, target.prior.concentration
    found = log_ways
    if t is None and isinstance(target.prior.weights, Fixed):
        found = found + xlogy(bags, target.prior.weights.proportions).sum(axis=1)
    if t is not None:
        found += _log_beta(t + bags) - _log_beta(t)
    if a is not None:
        found += (_log_beta(a + known_items(target) + items) - _log_beta(a)).sum(axis=1)
    return np.asarray(found)


def _log_beta(a: Annotated[Floats, "... C"]) -> Annotated[Floats, "..."]:
    """The log of ∏Γ(a_c)/Γ(Σa)."""
    return np.asarray(gammaln(a).sum(axis=-1) - gammaln(a.sum(axis=-1)))


def _moments(a: Annotated[Floats, "T ... C"]) -> Annotated[Floats, "2 T ... C"]:
    """E q and E q² of a Dirichlet: a/A, and a (a + 1)/(A (A + 1))."""
    whole = a.sum(axis=-1, keepdims=True)
    whole = np.where(whole > 0, whole, 1.0)
    mean = a / whole
    return np.stack([mean, mean * (a + 1.0) / (whole + 1.0)])
