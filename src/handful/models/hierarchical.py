"""Each bag its own recipe, drawn from one population: k_b ~ DirichletMultinomial(N_b, κ m).

m ~ Dirichlet is the population's mean, and κ says how tightly bags follow it; or every concentration
α_c = κ m_c has a Gamma prior of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from handful.data.fingerprints import Seen
from handful.data.histograms import Histograms
from handful.distributions.beta import Beta
from handful.distributions.dirichlet import Dirichlet, SymmetricDirichlet
from handful.distributions.fixed import Fixed
from handful.distributions.half_normal import HalfNormal
from handful.distributions.positive import Gamma, LogNormal
from handful.errors import ParameterError, ParameterTypeError
from handful.models.precision import DEFAULT, PrecisionPrior, precision_prior, precision_words
from handful.models.priors import PAIR, ProportionsPrior, Shaped, over, proportions_prior, seen_by


@dataclass(frozen=True, slots=True)
class PopulationPrior:
    """The prior of a population over known categories: one on its mean, one on its precision.

    Independent Gamma(c, d) priors on the C concentrations are of this kind too: their sum κ is then
    Gamma(C c, d), their shares m are Dirichlet(c, ..., c), and the two are independent (Lukacs 1955).

    Parameters
    ----------
    mean : Dirichlet or Fixed
        The prior on the mean, or the mean itself.
    precision : LogNormal, Gamma or HalfNormal
        The prior on κ; a half-normal is on 1/√κ.
    spec : str
        The prior as the command line has it.

    References
    ----------
    Lukacs (1955), Annals of Mathematical Statistics 26:319.

    Examples
    --------
    >>> PopulationPrior.of(Dirichlet([1, 1]), LogNormal(4, 2)).spec
    'dirichlet(1,1), precision lognormal(4,2)'
    """

    mean: Dirichlet | Fixed
    precision: PrecisionPrior
    spec: str

    @staticmethod
    def of(mean: Dirichlet | Fixed, precision: PrecisionPrior) -> PopulationPrior:
        """The prior with these two parts."""
        return PopulationPrior(mean, precision, f"{mean.spec}, precision {precision_words(precision)}")

    @staticmethod
    def of_each(concentration: Gamma, categories: tuple[str, ...]) -> PopulationPrior:
        """The prior under which each concentration is a Gamma by itself."""
        mean = Dirichlet([concentration.shape] * len(categories), categories)
        precision = Gamma(len(categories) * concentration.shape, concentration.rate)
        return PopulationPrior(mean, precision, f"{concentration.spec} on each concentration")


@dataclass(frozen=True, slots=True)
class Hierarchical:
    """The model that each bag has a recipe of its own, drawn from a population of recipes.

    Parameters
    ----------
    mean : Beta, Dirichlet, SymmetricDirichlet, Fixed or PriorFromData, optional
        The prior on the population's mean; Dirichlet(1, ..., 1) if not given. A Fixed recipe is the mean.
    precision : LogNormal, Gamma or HalfNormal, optional
        The prior on κ, how tightly bags follow the mean; LogNormal(4, 2) if not given. A half-normal
        prior is on 1/√κ.
    alpha_prior : Gamma, optional
        In place of both: the prior on each concentration α_c by itself.

    Raises
    ------
    ParameterTypeError
        If a prior is no such thing.
    ParameterError
        If `alpha_prior` is given together with another prior.

    Examples
    --------
    >>> Hierarchical(precision=HalfNormal(0.2)).prior_over(["blue", "red"]).spec
    'dirichlet(1,1), precision halfnormal(0.2) on 1/sqrt(precision)'
    """

    mean: ProportionsPrior = field(default_factory=lambda: SymmetricDirichlet(1.0))
    precision: PrecisionPrior = DEFAULT
    alpha_prior: Gamma | None = None

    spec: ClassVar[str] = "hierarchical"
    statistic: ClassVar[type[Histograms]] = Histograms

    def __post_init__(self) -> None:
        """Refuse what is no prior, and two priors on the same thing."""
        object.__setattr__(self, "mean", proportions_prior(self.mean))
        object.__setattr__(self, "precision", precision_prior(self.precision))
        if isinstance(self.mean, Shaped):
            raise _refusal(self.mean)
        if self.alpha_prior is None:
            return
        if not isinstance(self.alpha_prior, Gamma):
            raise ParameterTypeError(
                f"alpha_prior = {self.alpha_prior!r}: give a Gamma",
                name="alpha_prior",
                found=self.alpha_prior,
            )
        if self.mean != SymmetricDirichlet(1.0) or self.precision != DEFAULT:
            raise ParameterError(
                "alpha_prior is the prior on everything: leave out the priors on the mean and the precision",
                name="alpha_prior",
                found=self.alpha_prior,
            )

    @property
    def seen(self) -> Seen:
        """The bags that the prior on the mean has learnt from."""
        return seen_by(self.mean)

    def prior_over(self, categories: Sequence[str]) -> PopulationPrior:
        """The prior over `categories`, in their order.

        Raises
        ------
        ParameterError
            If there are fewer than two, or the prior on the mean is over others.
        """
        if len(categories) < PAIR:
            raise ParameterError(
                f"there is only one category, {categories[0]!r}: bags of one kind of item cannot differ"
                if categories
                else "there is no category",
                name="counts",
                found=tuple(categories),
            )
        if self.alpha_prior is not None:
            return PopulationPrior.of_each(self.alpha_prior, tuple(categories))
        mean = over(self.mean, categories)
        if isinstance(mean, Shaped):
            raise _refusal(mean)
        if isinstance(mean, Beta):
            mean = Dirichlet([mean.a, mean.b], tuple(categories))
        return PopulationPrior.of(mean, self.precision)


def _refusal(prior: Shaped) -> ParameterTypeError:
    message = (
        f"{prior.spec}: the prior on the population's mean must be a beta, a dirichlet or a fixed recipe"
    )
    return ParameterTypeError(message, name="mean", found=prior)


EXAMPLES = (
    Hierarchical(),
    Hierarchical(SymmetricDirichlet(0.3), Gamma(2.0, 0.05)),
    Hierarchical(precision=HalfNormal(0.2)),
    Hierarchical(precision=LogNormal(2.0, 1.0)),
    Hierarchical(alpha_prior=Gamma(0.5, 0.1)),
)
