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
from handful.errors import EngineError
from handful.models.priors import Known, ProportionsPrior, Shaped, over, proportions_prior, seen_by
from handful.models.share import ShareLikelihood


@dataclass(frozen=True, slots=True)
class Pooled:
    """The model that all bags were filled from one recipe.

    Parameters
    ----------
    prior : Beta, Dirichlet, Fixed, Density, frozen scipy.stats distribution or PriorFromData, optional
        The prior on the proportions; of one share for two categories. Dirichlet(1, ..., 1) if not given.

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
        object.__setattr__(self, "prior", proportions_prior(self.prior))

    @property
    def seen(self) -> Seen:
        """The bags that the prior has learnt from."""
        return seen_by(self.prior)

    def prior_over(self, categories: Sequence[str]) -> Known | Shaped:
        """The prior over `categories`, in their order."""
        return over(self.prior, categories)

    def likelihood(self, totals: Totals) -> ShareLikelihood:
        """The likelihood of the share of the first of two categories."""
        return ShareLikelihood(int(totals.counts[0]), int(totals.counts.sum()))

    def condition(self, totals: Totals) -> Conditioned[Known]:
        """The posterior of the proportions, and the log evidence of all bags' counts.

        Summing the bags loses no information on q: the posterior is that of one large bag, and the
        evidence has, on top of that bag's, the chance that its items split into these very bags.
        """
        prior = self.prior_over(totals.categories)
        if isinstance(prior, Shaped):
            raise EngineError(engine="exact", reason=f"{prior.spec} is no conjugate prior")
        n = totals.counts
        one_bag: Conditioned[Beta] | Conditioned[Dirichlet] | Conditioned[Fixed]
        if isinstance(prior, Beta):
            one_bag = prior.condition(successes=int(n[0]), trials=int(n.sum()))
        else:
            one_bag = prior.condition(n)
        return Conditioned(one_bag.posterior, one_bag.log_evidence + totals.log_split)


EXAMPLES = (Pooled(), Pooled(SymmetricDirichlet(0.3)))
