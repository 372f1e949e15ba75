"""Whether bags vary more than counting alone makes them, and how low the precision can be if they do not.

Where they do not, the posterior of κ has no upper end but the prior's. Then its mean says nothing; what
the bags do tell is a lower bound, and how much of that is the prior's shows under a second prior.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from handful.arrays import Floats
from handful.data.histograms import Histograms
from handful.distributions.dirichlet import Dirichlet
from handful.distributions.fixed import Fixed
from handful.distributions.half_normal import HalfNormal
from handful.distributions.weighted import Weighted
from handful.inference.draws import Draws
from handful.models.hierarchical import Hierarchical
from handful.models.population import PopulationLikelihood
from handful.models.precision import DEFAULT, SECOND, precision_words

MASS = 0.95
WORTH_IT = 1.92
"""Half the 95 % point of χ² with one degree of freedom: a likelihood must gain so much by a finite precision."""

LOOKS = np.linspace(-10.0, 30.0, 161)
"""Log precisions at which the likelihood is looked at."""


@dataclass(frozen=True, slots=True)
class PrecisionBound:
    """A lower bound on the precision of bags that vary no more than counting alone makes them.

    Parameters
    ----------
    above : float
        The precision is above it with probability `mass`.
    prior : str
        Under this prior.
    second_above : float
        The same bound under the second prior.
    second_prior : str
        The other prior on the precision.
    mass : float
        The probability.

    Examples
    --------
    >>> PrecisionBound(200.0, "lognormal(4,2)", 90.0, "halfnormal(0.2)").words
    'No sign of extra variation between the bags: precision above 200 with 95% probability (above 90 under ...
    """

    above: float
    prior: str
    second_above: float
    second_prior: str
    mass: float = MASS

    @property
    def words(self) -> str:
        """The finding in a sentence."""
        return (
            f"No sign of extra variation between the bags: precision above {_plain(self.above)} with "
            f"{100 * self.mass:g}% probability "
            f"(above {_plain(self.second_above)} under the prior {self.second_prior}): "
            "how much higher it is, only the prior says."
        )


def is_identified(histograms: Histograms) -> bool:
    """Whether the bags can tell anything of how much bags differ: two with items, and one with two items."""
    totals = histograms.of_totals
    return bool(totals.bags[totals.values > 0].sum() > 1 and (totals.values > 1).any())


def has_extra_variation(histograms: Histograms, mean: Dirichlet | Fixed) -> bool:
    """Whether the likelihood prefers a finite precision by more than chance makes it once in 40 times, or less often.

    The likelihood is looked at along log κ at the mean that is best at κ → ∞: the fixed one, or the mode of all
    items and the prior on it;
    twice its gain is 0 or χ² with one degree of freedom, half of the time each, where one recipe is behind all bags.

    References
    ----------
    Self & Liang (1987), Journal of the American Statistical Association 82:605, case 5.
    """
    likelihood = PopulationLikelihood.of(histograms)
    with np.errstate(divide="ignore"):
        log_mean = np.log(_best_mean(likelihood.counts, mean))
    means = np.broadcast_to(log_mean, (len(LOOKS), log_mean.size))
    limit = (
        float(likelihood.counts @ np.where(likelihood.counts > 0, log_mean, 0.0)) + likelihood.log_coefficient
    )
    return float(likelihood.value(LOOKS, means).max()) - limit > WORTH_IT


def _best_mean(counts: Annotated[Floats, "C"], mean: Dirichlet | Fixed) -> Annotated[Floats, "C"]:
    if isinstance(mean, Fixed):
        return np.asarray(mean.proportions)
    items = counts + np.maximum(mean.concentration - 1.0, 0.0)
    return np.asarray(items / max(float(items.sum()), 1e-300))


def precision_bound(
    model: Hierarchical, histograms: Histograms, *, draws: Draws, refit: Callable[[Hierarchical], Draws]
) -> PrecisionBound | None:
    """The lower bound on the precision, where the bags show no more than that; None where they do.

    Parameters
    ----------
    model : Hierarchical
        With the first prior.
    histograms : Histograms
        Of the bags.
    draws : Draws
        From the posterior under the first prior.
    refit : callable
        Draws from the posterior of another model of the same bags.
    """
    first = model.prior_over(histograms.categories)
    if not is_identified(histograms) or has_extra_variation(histograms, first.mean):
        return None
    other = DEFAULT if isinstance(first.precision, HalfNormal) else SECOND
    second = refit(Hierarchical(first.mean, other))
    return PrecisionBound(
        _lowest(draws), precision_words(first.precision), _lowest(second), precision_words(other)
    )


def _plain(value: float) -> str:
    """A bound as people write it: 436, 1,044,306, 0.39."""
    return f"{value:,.0f}" if 100 <= value < 1e12 else f"{value:.2g}"


def _lowest(draws: Draws) -> float:
    log_precision = Weighted(np.log(draws.quantities["precision"]), draws.weights)
    return float(np.exp(log_precision.quantile(1.0 - MASS)))
