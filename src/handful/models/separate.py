"""Each bag its own recipe, nothing shared: q_b ~ prior, k_b ~ Multinomial(N_b, q_b)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from handful.data.fingerprints import Seen
from handful.data.statistics import Rows
from handful.distributions.beta import Beta
from handful.distributions.conditioned import Conditioned
from handful.distributions.dirichlet import Dirichlet, SymmetricDirichlet
from handful.distributions.dirichlet_multinomial import log_pmf
from handful.distributions.fixed import Fixed
from handful.distributions.independent import IndependentDirichlets
from handful.errors import ParameterTypeError
from handful.models.priors import ProportionsPrior, Shaped, over, proportions_prior, seen_by


@dataclass(frozen=True, slots=True)
class Separate:
    """The model that every bag has a recipe of its own, and that bags tell nothing of each other.

    Parameters
    ----------
    prior : Beta, Dirichlet, SymmetricDirichlet or PriorFromData, optional
        The prior on the proportions of each bag. Dirichlet(1, ..., 1) if not given.

    Raises
    ------
    ParameterTypeError
        If `prior` is no such thing; a fixed recipe leaves nothing to separate.

    Examples
    --------
    >>> Separate().spec
    'separate'
    """

    prior: ProportionsPrior = field(default_factory=lambda: SymmetricDirichlet(1.0))

    spec: ClassVar[str] = "separate"
    statistic: ClassVar[type[Rows]] = Rows

    def __post_init__(self) -> None:
        """Refuse what is no prior."""
        object.__setattr__(self, "prior", proportions_prior(self.prior))
        _refuse(self.prior)

    @property
    def seen(self) -> Seen:
        """The bags that the prior has learnt from."""
        return seen_by(self.prior)

    def prior_over(self, categories: Sequence[str]) -> Dirichlet:
        """The prior of each bag over `categories`, in their order."""
        prior = over(self.prior, categories)
        if isinstance(prior, Beta):
            return Dirichlet([prior.a, prior.b], tuple(categories))
        if not isinstance(prior, Dirichlet):
            raise _refusal(prior)
        return prior

    def condition(self, rows: Rows) -> Conditioned[IndependentDirichlets]:
        """The posterior of each bag's proportions, and the log evidence of all bags' counts."""
        concentration = self.prior_over(rows.categories).concentration
        each = log_pmf(rows.distinct, concentration)
        posterior = IndependentDirichlets(rows.table + concentration, rows.categories)
        return Conditioned(posterior, math.fsum(rows.multiplicities * each))


def _refuse(prior: ProportionsPrior) -> None:
    if isinstance(prior, Fixed | Shaped):
        raise _refusal(prior)


def _refusal(prior: Fixed | Shaped) -> ParameterTypeError:
    """The error about a prior that no bag of its own can meet."""
    if isinstance(prior, Fixed):
        message = "a fixed recipe leaves no bag a recipe of its own; use Pooled with it"
    else:
        message = f"{prior.spec} has no closed form, and every bag's own recipe needs one: give a beta or a dirichlet"
    return ParameterTypeError(message, name="prior", found=prior)


EXAMPLES = (Separate(), Separate(SymmetricDirichlet(0.3)))
