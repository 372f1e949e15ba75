"""Counts of one category as a Poisson rate per item: k_b ~ Poisson(N_b rho), rho ~ Gamma.

For comparison with the pooled model: both give log p(k_1..k_B | N_1..N_B) of the same category.
Modelling the category *and* the rest as Poisson would be a model of the totals too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from handful.data.fingerprints import Seen
from handful.data.statistics import Exposure
from handful.distributions.beta import Beta
from handful.distributions.conditioned import Conditioned
from handful.distributions.negative_binomial import log_evidence
from handful.distributions.positive import Gamma
from handful.errors import ParameterError, ParameterTypeError
from handful.models.priors import PAIR

MATCHED = Gamma(3.0, 6.0)
"""The Gamma with the mean and the variance of Beta(1, 1)."""


@dataclass(frozen=True, slots=True)
class Poisson:
    """The model that a category's count in a bag is Poisson, its rate proportional to the bag's total.

    Parameters
    ----------
    prior : Gamma, optional
        The prior on the rate per item. Gamma(3, 6) if not given, which has the mean and the variance
        of a flat prior on a share.

    Raises
    ------
    ParameterTypeError
        If `prior` is no Gamma.

    Examples
    --------
    >>> Poisson.like(Beta(1, 1)).prior
    Gamma(3, 6)
    """

    prior: Gamma = MATCHED

    spec: ClassVar[str] = "poisson"
    statistic: ClassVar[type[Exposure]] = Exposure

    def __post_init__(self) -> None:
        """Refuse what is no Gamma."""
        if not isinstance(self.prior, Gamma):
            raise ParameterTypeError(f"prior = {self.prior!r}: give a Gamma", name="prior", found=self.prior)

    @staticmethod
    def like(beta: Beta) -> Poisson:
        """The Poisson model whose prior has the mean and the variance of `beta`."""
        return Poisson.matching(beta.mean, beta.variance)

    @staticmethod
    def matching(mean: float, variance: float) -> Poisson:
        """The Poisson model whose prior has this mean and this variance."""
        return Poisson(Gamma(mean**2 / variance, mean / variance))

    @property
    def seen(self) -> Seen:
        """The bags that the prior has learnt from: none."""
        return Seen()

    def prior_over(self, categories: Sequence[str]) -> Gamma:
        """The prior on the rate of the first of two categories.

        Raises
        ------
        ParameterError
            If there are not two.
        """
        if len(categories) != PAIR:
            raise ParameterError(
                f"a Poisson model is of one category's count, but there are {len(categories)}: choose one "
                f"(--category {categories[0]}, or counts.collapse({categories[0]!r}))",
                name="counts",
                found=tuple(categories),
            )
        return self.prior

    def condition(self, exposure: Exposure) -> Conditioned[Gamma]:
        """The posterior of the rate, and the log evidence of the category's counts given the totals."""
        prior = self.prior_over(exposure.categories)
        posterior = Gamma(prior.shape + exposure.events, prior.rate + exposure.items)
        pooled = log_evidence(exposure.events, exposure.items, prior=prior)
        return Conditioned(posterior, pooled + exposure.log_split)


EXAMPLES = (Poisson(), Poisson(Gamma(0.5, 2.0)))
