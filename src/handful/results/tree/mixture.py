"""What each draw of a mixture says of each bag.

A bag counts as one item of the data, the one to be left out; which component it came from is summed out. A component
that is known is data: the counts of its bag are those of that component alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from handful.arrays import Floats, Integers
from handful.data.complaints import escaped
from handful.data.labelled import UNKNOWN, LabelledRows
from handful.distributions.special import log_multinomial_coefficient, log_sum_exp
from handful.inference.fits import Fit
from handful.models.mixture import Mixture
from handful.models.mixture_layout import MixturePoints
from handful.models.mixture_likelihood import CELLS_AT_ONCE
from handful.models.mixture_target import MixtureTarget
from handful.results.made_up.bags import TINIEST, make_bags

MOST_CELLS = 1_000_000_000
"""Of so many counts the likelihood takes some seconds, one for each draw, component and cell of a different bag."""


@dataclass(frozen=True, slots=True, eq=False)
class MixtureOfBags:
    """A fitted mixture, to be asked at draws that have no weights.

    Parameters
    ----------
    target : MixtureTarget
        Its posterior, with the bags' different rows.
    """

    target: MixtureTarget

    @staticmethod
    def of(fit: Fit) -> MixtureOfBags | None:
        """The mixture that `fit` is of; None for a fit of another model."""
        if not (isinstance(fit.model, Mixture) and isinstance(fit.statistic, LabelledRows)):
            return None
        return MixtureOfBags(MixtureTarget.of(fit.model.prior_over(fit.data.categories), fit.statistic))

    @property
    def known(self) -> Annotated[Integers, "B"]:
        """The number of each bag's component, where it is known; −1 where it is not."""
        statistic = self.target.statistic
        known: Integers = statistic.known[statistic.row_of_bag]
        return known

    @property
    def names_of_known(self) -> tuple[str, ...]:
        """The name of each bag's component, where it is known; else nothing."""
        names = [escaped(name) for name in self.target.statistic.components]
        return tuple("" if k == UNKNOWN else names[k] for k in self.known.tolist())

    @property
    def said_of_prior(self) -> str:
        """How draws of the prior are to be compared with those of the posterior."""
        target, said = self.target, []
        if target.weights_concentration is not None and target.n_known.any():
            said.append("weights: given the components that are known of bags, and no counts")
        if len(np.unique(target.prior.classes(target.n_known))) < target.layout.n_components:
            said.append(
                "components: in no order, while those of the posterior that nothing but their numbers tells apart have "
                "been put in one"
            )
        return "; ".join(said)

    @property
    def cells(self) -> int:
        """How many counts a draw's likelihood is made of."""
        return self.target.layout.n_components * max(self.target.statistic.distinct.size, 1)

    def log_likelihood_of_all(self, quantities: Mapping[str, Floats]) -> Annotated[Floats, "S"]:
        """The log probability of the counts of all bags, in nats."""
        return self.target.likelihood.value(self._points(quantities))

    def log_likelihood(self, quantities: Mapping[str, Floats]) -> Annotated[Floats, "S B"]:
        """The log probability of each bag's counts, in nats, multinomial coefficient included."""
        points, statistic = self._points(quantities), self.target.statistic
        found = np.empty((len(points.log_weights), len(statistic.known)))
        for part in self._parts(len(found)):
            some = points.at(part)
            for chunk in self.target.likelihood.chunks:
                unknown = chunk.unknown > 0
                joint = chunk.rows.log_pmf(some) + np.where(unknown, some.log_weights[:, :, None], 0.0)
                joint = joint if chunk.barred is None else joint + chunk.barred
                found[part, chunk.place] = log_sum_exp(joint, axis=1)
        found += log_multinomial_coefficient(statistic.distinct)
        # The sum of the weights is rounded; but nothing is as certain as an empty bag.
        found[:, ~statistic.distinct.any(axis=1)] = 0.0
        return np.asarray(found[:, statistic.row_of_bag])

    def fresh_counts(
        self, quantities: Mapping[str, Floats], *, rng: np.random.Generator
    ) -> Annotated[Integers, "S B C"]:
        """Counts of another bag for each bag, of the same total: from its component, or one drawn by the weights."""
        totals = self.target.statistic.rows.table.sum(axis=1)
        return make_bags(quantities, totals, known=self.known, rng=rng).counts

    def _points(self, quantities: Mapping[str, Floats]) -> MixturePoints:
        """The points whose quantities these are; a 0 of underflow is lifted, one that is known is not."""
        logs = {name: np.log(np.maximum(values, TINIEST)) for name, values in quantities.items()}
        layout, shape = self.target.layout, logs["proportions"].shape
        log_weights, log_mean = logs["weights"], logs["proportions"]
        if layout.log_weights is not None:
            log_weights = np.broadcast_to(layout.log_weights, shape[:2])
        if layout.log_recipes is not None:
            log_mean = np.broadcast_to(layout.log_recipes, shape)
        return MixturePoints(log_weights, logs.get("precision"), log_mean)

    def _parts(self, n_draws: int) -> Iterator[slice]:
        """Some draws at a time, so that memory stays flat."""
        largest = max((chunk.rows.n_rows for chunk in self.target.likelihood.chunks), default=1)
        at_once = max(1, CELLS_AT_ONCE // (largest * self.target.layout.n_components))
        return (slice(start, start + at_once) for start in range(0, n_draws, at_once))
