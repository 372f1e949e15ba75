"""A mixture without one of its bags, where no draw of the whole posterior can stand for that.

The assignments of all bags are drawn. Given those of all others, weights and recipes have a closed form without the
bag, a Dirichlet each; only the assignments of the others must be told that the bag is gone: they count by
1/p(bag | assignments of the others), which varies far less than 1/p(bag | weights and recipes).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from handful.arrays import Floats, Integers
from handful.data.labelled import UNKNOWN, LabelledRows
from handful.distributions.multinomial import draw_counts
from handful.distributions.special import log_sum_exp
from handful.inference.dealt import known_items
from handful.inference.fits import Fit
from handful.models.mixture_layout import MixturePoints
from handful.models.mixture_target import MixtureTarget
from handful.results.assigning.anew import Anew
from handful.results.assigning.components import KnownComponents, logs_of
from handful.results.assigning.source import model_of, rows_of

POINTS = 400


@dataclass(frozen=True, slots=True, eq=False)
class WithoutBag:
    """The components without a bag.

    Parameters
    ----------
    components : KnownComponents
        As the next bag meets them: a point for each draw of the others' assignments.
    ratios : array (1, S)
        What the points count.
    trusted : bool
        Whether they can stand for the fit without the bag.
    """

    components: KnownComponents
    ratios: Annotated[Floats, "1 S"]
    trusted: bool


@dataclass(frozen=True, slots=True, eq=False)
class Dealt:
    """Draws of the assignments of all bags, and what each component then holds.

    Parameters
    ----------
    rows : LabelledRows
        The bags.
    weights : array (K,) or None
        The concentration of the prior on the weights after the labels; None where the weights are known.
    log_weights : array (S, K)
        The logs of the weights, for where they are known.
    bags : array of int, shape (S, U, K)
        How many bags of each row come from each component; none of rows whose component is known.
    concentration : array (S, K, C)
        That of each recipe.
    """

    rows: LabelledRows
    weights: Annotated[Floats, "K"] | None
    log_weights: Annotated[Floats, "S K"]
    bags: Annotated[Integers, "S U K"]
    concentration: Annotated[Floats, "S K C"]

    @staticmethod
    def of(fit: Fit, points: KnownComponents, *, rng: np.random.Generator) -> Dealt | None:
        """Assignments drawn at points of equal weight; None where they leave no closed form behind."""
        rows = rows_of(fit)
        target = MixtureTarget.of(model_of(fit).prior_over(rows.categories), rows)
        if target.prior.concentration is None or points.at.log_precision is not None:
            return None
        number = min(POINTS, points.n_points)
        some = points.chosen(
            points.resampled(np.arange(points.n_points), number), np.full(number, 1.0 / number)
        )
        joint = some.log_pmf(rows.distinct) + some.at.log_weights[:, :, None]
        shares = np.exp(joint - log_sum_exp(joint, axis=1)[:, None]).transpose(0, 2, 1)
        unknown = np.where(rows.known == UNKNOWN, rows.multiplicities, 0)
        bags = draw_counts(unknown, shares / shares.sum(axis=2, keepdims=True), rng=rng)
        items = np.einsum("suk,uc->skc", bags.astype(np.float64), rows.distinct.astype(np.float64))
        concentration = target.prior.concentration + known_items(target) + items
        return Dealt(rows, target.weights_concentration, some.at.log_weights, bags, concentration)

    def without(self, row: int, *, rng: np.random.Generator) -> WithoutBag:
        """The components without one bag of a row."""
        counts, component = self.rows.distinct[row], int(self.rows.known[row])
        points = np.arange(len(self.bags))
        if component == UNKNOWN:
            # Which of the components that the row's bags are dealt to is the one of this bag.
            passed = np.cumsum(self.bags[:, row], axis=1)
            chosen = rng.integers(passed[:, -1])
            component_of = (passed <= chosen[:, None]).sum(axis=1)
        else:
            component_of = np.full(len(points), component)
        concentration = self.concentration.copy()
        concentration[points, component_of] -= counts
        np.maximum(concentration, np.finfo(np.float64).tiny, out=concentration)
        log_weights = self.log_weights
        if self.weights is not None:
            held = self.weights + self.bags.sum(axis=1)
            held[points, component_of] -= 1.0
            log_weights = logs_of(held / held.sum(axis=1, keepdims=True))
        sums = concentration.sum(axis=2)
        at = MixturePoints(log_weights, np.log(sums), logs_of(concentration / sums[:, :, None]))
        nobody = np.zeros(len(points), dtype=np.int64)
        components = KnownComponents(
            at, np.full(len(points), 1.0 / len(points)), nobody, points, sampled=True
        )
        joint = components.log_pmf(counts[None])[:, :, 0] + log_weights
        log_pmf = log_sum_exp(joint) if component == UNKNOWN else joint[:, component]
        found = Anew.of(-log_pmf)
        return WithoutBag(components, found.ratios[None], found.trusted)
