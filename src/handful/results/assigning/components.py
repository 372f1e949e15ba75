"""The components of a mixture as its fit knows them: weighted draws, or one point that stands for a closed form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np

from handful.arrays import Floats, Integers
from handful.distributions.components import Components
from handful.distributions.dirichlet import Dirichlet
from handful.distributions.draws import draw_log_dirichlet
from handful.distributions.multinomial import draw_counts
from handful.models.component_rows import MultinomialRows
from handful.models.mixture_layout import MixturePoints
from handful.progress import each

IMPOSSIBLE = -1e200
"""In place of the log of a share that is 0: products with a count of 0 stay finite."""

CELLS_AT_ONCE = 1 << 21
FEWEST_DRAWS = 100
"""Draws are thinned where there are very many bags, but to no fewer."""


@dataclass(frozen=True, slots=True, eq=False)
class KnownComponents:
    """What is known of K components, as S weighted points.

    Parameters
    ----------
    at : MixturePoints
        Weights and components; a precision where bags have recipes of their own. A component whose recipe has a
        Dirichlet(a) as posterior is one point with precision Σa and mean a/Σa: that is how its next bag is spread.
    weights : array (S,)
        The probabilities of the points.
    replicate, ancestor : array of int, shape (S,)
        The kinship of draws.
    sampled : bool
        Whether the points are draws; else there is one, and what it says of a bag is exact.

    Examples
    --------
    >>> from handful.distributions.fixed import Fixed
    >>> half = Fixed([0.5, 0.5])
    >>> two = KnownComponents.closed(Components(half, (Dirichlet([1, 1]), Dirichlet([3, 1])), ("A", "B")))
    >>> np.exp(two.log_pmf(np.array([[1, 0]]))).round(3)
    array([[[0.5 ],
            [0.75]]])
    """

    at: MixturePoints
    weights: Annotated[Floats, "S"]
    replicate: Annotated[Integers, "S"]
    ancestor: Annotated[Integers, "S"]
    sampled: bool

    @staticmethod
    def one(at: MixturePoints) -> KnownComponents:
        """A single point that says it all."""
        nobody = np.zeros(1, dtype=np.int64)
        return KnownComponents(at, np.ones(1), nobody, nobody, sampled=False)

    @staticmethod
    def closed(posterior: Components) -> KnownComponents:
        """The closed form, as the next bag meets it."""
        weights = np.ones(1) if posterior.weights is None else posterior.weights.mean
        means = np.stack([one.mean for one in posterior.recipes])
        sums = [one.precision for one in posterior.recipes if isinstance(one, Dirichlet)]
        log_precision = np.log(sums)[None] if sums else None
        return KnownComponents.one(MixturePoints(logs_of(weights)[None], log_precision, logs_of(means)[None]))

    @property
    def n_points(self) -> int:
        """S."""
        return len(self.weights)

    @property
    def size(self) -> int:
        """K."""
        return int(self.at.log_weights.shape[1])

    def log_pmf(self, table: Annotated[Integers, "R C"]) -> Annotated[Floats, "S K R"]:
        """The log probability of each row under each component, in nats, without its multinomial coefficient."""
        if self.at.log_precision is None:
            found = MultinomialRows.of(table).log_pmf(self.at)
        else:
            from handful.models.overdispersed_rows import OverdispersedRows  # SciPy's sparse matrices

            found = OverdispersedRows.of(table).log_pmf(self.at.log_precision, self.at.log_mean)
        if found.min(initial=0.0) < 0.5 * IMPOSSIBLE:
            return np.where(found < 0.5 * IMPOSSIBLE, -np.inf, found)
        return found

    def chunks(self, n_rows: int) -> Iterator[slice]:
        """Some rows at a time, so that memory stays flat."""
        at_once = max(1, CELLS_AT_ONCE // (self.n_points * self.size))
        for start in each(range(0, n_rows, at_once), "part of the bags"):
            yield slice(start, start + at_once)

    def chosen(self, points: Annotated[Integers, "s"], weights: Annotated[Floats, "s"]) -> KnownComponents:
        """Some of the points, with weights of their own."""
        return replace(
            self,
            at=self.at.at(points),
            weights=weights,
            replicate=self.replicate[points],
            ancestor=self.ancestor[points],
        )

    def thinned(self, most: int) -> KnownComponents:
        """At most so many points, chosen in proportion to their weights (systematic resampling)."""
        if self.n_points <= most:
            return self
        points = self.resampled(np.arange(self.n_points), most)
        return self.chosen(points, np.full(most, 1.0 / most))

    def resampled(self, points: Annotated[Integers, "n"], number: int) -> Annotated[Integers, "m"]:
        """So many of some points, each as often as its weight says (systematic resampling)."""
        passed = np.cumsum(self.weights[points])
        ladder = (np.arange(number) + 0.5) / number
        return np.asarray(points[np.searchsorted(passed / passed[-1], ladder)], dtype=np.int64)

    def only(self, components: Annotated[Integers, "J"]) -> KnownComponents:
        """Some of the components, with the weights that they have among all."""
        return replace(self, at=self.at.of(components))

    def expected(self) -> KnownComponents:
        """The one point where everything is as it is expected to be."""
        precision = None if self.at.log_precision is None else (self.weights @ self.at.log_precision)[None]
        log_weights = logs_of(self.weights @ np.exp(self.at.log_weights))[None]
        log_mean = logs_of(np.tensordot(self.weights, np.exp(self.at.log_mean), axes=1))[None]
        return KnownComponents.one(MixturePoints(log_weights, precision, log_mean))

    def bags(
        self, component: int, points: Annotated[Integers, "M"], *, total: int, rng: np.random.Generator
    ) -> Annotated[Integers, "M C"]:
        """Counts of bags of `total` items from one component, a bag from each of some points."""
        shares = np.exp(self.at.log_mean[points, component])
        if self.at.log_precision is not None:
            concentration = np.exp(self.at.log_precision[points, component, None]) * shares
            possible = shares > 0
            logs = draw_log_dirichlet(np.where(possible, concentration, 1e-300), 1, rng=rng)[0]
            shares = np.where(possible, np.exp(logs), 0.0)
        # What rounding leaves over would be too much for NumPy, which refuses sums above 1.
        return draw_counts(total, shares / shares.sum(axis=-1, keepdims=True), rng=rng)


def points_at(quantities: Mapping[str, Floats]) -> MixturePoints:
    """Weights and components at S draws of 'weights', 'proportions' and, if there is one, 'precision'."""
    precision = quantities.get("precision")
    return MixturePoints(
        logs_of(quantities["weights"]),
        None if precision is None else np.log(precision),
        logs_of(quantities["proportions"]),
    )


def logs_of(values: Annotated[Floats, "..."]) -> Annotated[Floats, "..."]:
    """Their logs; of 0, a number so low that nothing outweighs it."""
    with np.errstate(divide="ignore"):
        return np.maximum(np.log(values), IMPOSSIBLE)
