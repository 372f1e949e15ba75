"""One recipe behind all bags: q ~ prior, k_b ~ Multinomial(N_b, q)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from handful.data.fingerprints import Seen
from handful.data.statistics import Totals
from handful.distributions.beta import Beta
from handful.distributions.conditioned import Conditioned
from handful.distributions.dirichlet import Dirichlet, SymmetricDirichlet
from handful.distributions.fixed import Fixed
from handful.distributions.special import log_multinomial_coefficient
from handful.models.priors import Known, ProportionsPrior, check_prior, over, seen_by


@dataclass(frozen=True, slots=True)
class Pooled:
    """The model that all bags were filled from one recipe.

    Parameters
    ----------
    prior : Beta, Dirichlet, SymmetricDirichlet, Fixed or PriorFromData, optional
        The prior on the proportions; a Beta for two categories. Dirichlet(1, ..., 1) if not given.

    Raises
    ------
    ParameterTypeError
        If `prior` is no such thing.

    Examples
    --------
    >>> Pooled(Beta(1, 5)).prior
    Beta(1, 5)
    """

    prior: ProportionsPrior = field(default_factory=lambda: SymmetricDirichlet(1.0))

    spec: ClassVar[str] = "pooled"
    statistic: ClassVar[type[Totals]] = Totals

    def __post_init__(self) -> None:
        """Refuse what is no prior."""
        check_prior(self.prior)

    @property
    def seen(self) -> Seen:
        """The bags that the prior has learnt from."""
        return seen_by(self.prior)

    def prior_over(self, categories: Sequence[str]) -> Known:
        """The prior over `categories`, in their order."""
        return over(self.prior, categories)

    def condition(self, totals: Totals) -> Conditioned[Known]:
        """The posterior of the proportions, and the log evidence of all bags' counts.

        Summing the bags loses no information on q: the posterior is that of one large bag, and the
        evidence differs from that bag's by the multinomial coefficients alone.
        """
        prior = self.prior_over(totals.categories)
        n = totals.counts
        one_bag: Conditioned[Beta] | Conditioned[Dirichlet] | Conditioned[Fixed]
        if isinstance(prior, Beta):
            one_bag = prior.condition(successes=int(n[0]), trials=int(n.sum()))
        else:
            one_bag = prior.condition(n)
        order_of_items = totals.log_coefficients - float(log_multinomial_coefficient(n))
        return Conditioned(one_bag.posterior, one_bag.log_evidence + order_of_items)


EXAMPLES = (Pooled(), Pooled(SymmetricDirichlet(0.3)))
