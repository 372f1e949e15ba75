"""What is imitated: which bags are made up, from which prior, and beside which that were counted before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np

from handful.arrays import Integers
from handful.data.counts import Counts
from handful.data.statistics import Exposure
from handful.distributions.dirichlet import Dirichlet
from handful.errors import CountsTypeError, EngineError, ParameterError, ParameterTypeError
from handful.inference.choose import choose
from handful.inference.draws import Draws
from handful.inference.highest_point import HighestPoint
from handful.inference.impossible import impossible
from handful.inference.outcome import Model, Outcome, Sampling, Statistic
from handful.models.mixture import Mixture
from handful.models.mixture_prior import MixturePrior
from handful.models.mixture_target import weights_given
from handful.models.poisson import Poisson
from handful.models.separate import Separate
from handful.results.made_up.bags import make_bags
from handful.results.made_up.quantities import Quantities, draw_quantities, prior_quantities


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """A model, and the bags that it is given in every simulation: those that are given, then made-up ones.

    Parameters
    ----------
    model : Model
        What is calibrated.
    bags : Counts
        The given bags and those that are imitated, B + M of them; without ids.
    n_given : int
        B, how many of them are given: their counts are the same in all simulations.
    engine : str or None
        Which engine shall answer.
    draws : int or None
        How much it shall draw.
    known : array of int, shape (B + M,), or None
        The component of each bag, -1 where it is unknown; None without components.
    mixture : MixturePrior or None
        The prior of a mixture after its labels, which are data and the same in all simulations.
    """

    model: Model
    bags: Counts
    n_given: int
    engine: str | None
    draws: int | None
    known: Annotated[Integers, "B"] | None = None
    mixture: MixturePrior | None = None

    @staticmethod
    def of(
        model: object,
        like: object,
        *,
        given: object = None,
        engine: str | None = None,
        draws: int | None = None,
    ) -> Setting:
        """The setting, checked.

        Raises
        ------
        ParameterError, ParameterTypeError, CountsError, CountsTypeError
            If the model cannot be fitted to such bags, or says nothing of new ones.
        """
        if not isinstance(model, Model):
            message = f"model = {model!r}: give a model, such as Pooled() or Mixture(2)"
            raise ParameterTypeError(message, name="model", found=model)
        new = _nameless(like, "like")
        model.prior_over(new.categories)
        if not new.n_bags:
            raise ParameterError(
                "like has no bags, and so there is nothing to imitate", name="like", found=like
            )
        if given is None:
            return Setting(model, new, 0, engine, draws, *_of_components(model, new))
        if isinstance(model, Separate):
            message = "given: of separate bags the given ones say nothing of new ones; leave `given` out"
            raise ParameterError(message, name="given", found=given)
        before = _nameless(given, "given")
        bags = before.merge(new)
        return Setting(model, bags, before.n_bags, engine, draws, *_of_components(model, bags))

    @property
    def categories(self) -> tuple[str, ...]:
        """The C names; of a Poisson model the first is the one that is counted."""
        return self.bags.categories

    @property
    def next_total(self) -> int:
        """The size of the next bag: the median of the bags', and one item at least."""
        return max(1, int(np.median(self.bags.totals[self.n_given :])))

    def truth(self, rng: np.random.Generator) -> Quantities:
        """One draw from the prior."""
        if self.mixture is not None:
            return draw_quantities(self.mixture, 1, rng=rng)
        return prior_quantities(self.model, self.categories, n_bags=self.bags.n_bags, n_draws=1, rng=rng)

    def truths_given(self, number: int, *, rng: np.random.Generator) -> Quantities:
        """Draws from the posterior of the given bags."""
        only = replace(
            self,
            bags=replace(
                self.bags,
                table=self.bags.table[: self.n_given],
                labels={name: texts[: self.n_given] for name, texts in self.bags.labels.items()},
            ),
            draws=max(self.draws or 0, DRAWS_FOR_A_TRUTH * number),
        )
        outcome = only.answer(only.bags.table, rng=rng)
        truths = drawn(outcome, number, rng=rng)
        mixed = rng.permutation(number)
        return {name: values[mixed] for name, values in truths.items()}

    def table(self, truth: Quantities, rng: np.random.Generator) -> Annotated[Integers, "B c"]:
        """The given bags and made-up ones; of a rate, the events alone."""
        known = None if self.known is None else self.known[self.n_given :]
        new = make_bags(truth, self.bags.totals[self.n_given :], known=known, rng=rng).counts[0]
        given = self.bags.table[: self.n_given, : new.shape[1]]
        return np.concatenate([given, new])

    def answer(self, table: Annotated[Integers, "B c"], *, rng: np.random.Generator) -> Outcome:
        """What the engine says of such bags: its posterior, without the verdict that ``fit`` adds.

        Raises
        ------
        EngineError
            If the engine cannot do it, or knows no more than the highest point.
        ImpossibleData
            If it finds that the model could not have made these bags.
        """
        statistic, counts = self._compressed(table)
        chosen, reason = choose(self.model, statistic, engine=self.engine)
        outcome = chosen.run(self.model, statistic, sampling=Sampling(self.draws, rng))
        if isinstance(outcome.posterior, HighestPoint):
            why = "it finds the highest point of the posterior only, and no truth can be ranked in a point"
            raise EngineError(engine=chosen.name, reason=why)
        if outcome.log_evidence.value == -np.inf:
            raise impossible(self.model, counts)
        return replace(outcome, instead=outcome.instead or (chosen.name, reason))

    def _compressed(self, table: Annotated[Integers, "B c"]) -> tuple[Statistic, Counts]:
        if isinstance(self.model, Poisson):
            # There can be more events than items, and how they fall on the bags says nothing of the rate.
            events, items = int(table[:, 0].sum()), self.bags.n_items
            return Exposure(events, items, self.categories, self.bags.n_bags, 0.0), self.bags
        counts = replace(self.bags, table=table)
        if isinstance(self.model, Mixture):
            return self.model.compress(counts), counts
        return self.model.statistic.of(counts), counts


DRAWS_FOR_A_TRUTH = 20
"""Of so many draws of the posterior one is a truth: the truths then know nothing of each other."""


def drawn(outcome: Outcome, number: int, *, rng: np.random.Generator) -> Quantities:
    """Draws from the posterior, of equal weight, that know nothing of each other.

    Of weighted draws one of each stretch is taken: neighbours may be relatives. The nodes of a quadrature lie in order,
    so that a stretch is a place: there each is chosen by itself.
    """
    posterior = outcome.posterior
    if not isinstance(posterior, Draws):
        return draw_quantities(posterior, number, rng=rng)
    if posterior.sampled:
        chosen = posterior.resampled(number, rng=rng)
    else:
        chosen = rng.choice(posterior.n_draws, size=number, p=posterior.weights)
    return {name: values[chosen] for name, values in posterior.quantities.items()}


def _of_components(model: Model, bags: Counts) -> tuple[Annotated[Integers, "B"] | None, MixturePrior | None]:
    """What the labels say of each bag, and the prior that they leave; None for a model without components."""
    prior = model.prior_over(bags.categories)
    if not isinstance(model, Mixture) or not isinstance(prior, MixturePrior):
        return None, None
    rows = model.compress(bags)
    weights = weights_given(prior, rows.n_known_of(model.size))
    after = prior if weights is None else replace(prior, weights=Dirichlet(weights))
    return rows.known[rows.row_of_bag], after


def _nameless(counts: object, name: str) -> Counts:
    """The bags without their ids, which made-up ones cannot have."""
    if not isinstance(counts, Counts):
        message = f"{name} is a {type(counts).__name__}: read it with read_counts, or make Counts(table, ...)"
        raise CountsTypeError(message, found=counts)
    return replace(counts, ids=None)
