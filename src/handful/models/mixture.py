"""K components, and for each bag the unknown one that filled it: z_b ~ θ, k_b ~ Multinomial(N_b, q_{z_b}).

The recipes q_k are unknown, known nearly (a prior centred on a published recipe) or known exactly. Overdispersed,
every bag has a recipe of its own around its component's: k_b ~ DirichletMultinomial(N_b, κ_k m_k).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal

import numpy as np

from handful.data.counts import Counts
from handful.data.fingerprints import Seen
from handful.data.labelled import UNKNOWN, LabelledRows
from handful.distributions.beta import Beta
from handful.distributions.checks import finite, whole
from handful.distributions.dirichlet import Dirichlet, SymmetricDirichlet
from handful.distributions.fixed import Fixed
from handful.distributions.positive import Gamma
from handful.errors import ParameterError, ParameterTypeError
from handful.models.known_components import known_components
from handful.models.mixture_prior import MixturePrior, WeightsPrior, weights_over
from handful.models.precision import DEFAULT, PrecisionPrior, precision_prior
from handful.models.priors import PAIR, ProportionsPrior, over, proportions_prior, seen_by
from handful.models.recipes import Recipes

FIXED: Literal["fixed"] = "fixed"


@dataclass(frozen=True, slots=True)
class Mixture:
    """The model that each bag comes from one of K components, nobody knows which.

    Parameters
    ----------
    n_components : int, optional
        K, one or more; as many as there are recipes if not given.
    recipes : Recipes, optional
        Published proportions of the components, which name them.
    strength : float or 'fixed', optional
        How many items each recipe is worth: component k's prior is Dirichlet(a + strength · recipe_k). 'fixed': the
        recipes are known exactly.
    prior : Beta, Dirichlet or SymmetricDirichlet, optional
        a, the prior on each component's proportions; Dirichlet(1, ..., 1) if not given.
    weights : Beta, Dirichlet, SymmetricDirichlet or Fixed, optional
        The prior on θ, the share of bags that come from each component; Dirichlet(1, ..., 1) if not given.
    labels : str, optional
        The labels of the bags (a name in ``counts.labels``) that tell known components; a blank one is unknown.
    overdispersed : bool, optional
        Whether each bag has a recipe of its own around its component's.
    precision : LogNormal, Gamma or HalfNormal, optional
        The prior on each κ_k of overdispersed components; LogNormal(4, 2) if not given.
    alpha_prior : Gamma, optional
        In place of `prior` and `precision`: the prior on each concentration of overdispersed components by itself.

    Raises
    ------
    ParameterError, ParameterTypeError
        If a parameter is out of range, or two of them contradict each other.

    Examples
    --------
    >>> Mixture(2).spec, Mixture(3, overdispersed=True).spec
    ('mixture:2', 'mixture:3:overdispersed')
    """

    n_components: int | None = None
    recipes: Recipes | None = None
    strength: float | Literal["fixed"] = FIXED
    prior: ProportionsPrior = field(default_factory=lambda: SymmetricDirichlet(1.0))
    weights: WeightsPrior = field(default_factory=lambda: SymmetricDirichlet(1.0))
    labels: str | None = None
    overdispersed: bool = False
    precision: PrecisionPrior = DEFAULT
    alpha_prior: Gamma | None = None

    statistic: ClassVar[type[LabelledRows]] = LabelledRows

    def __post_init__(self) -> None:
        """Refuse what is out of range, and what contradicts itself."""
        object.__setattr__(self, "n_components", _number(self.n_components, recipes=self.recipes))
        object.__setattr__(self, "prior", proportions_prior(self.prior))
        object.__setattr__(self, "precision", precision_prior(self.precision))
        if not isinstance(self.prior, Beta | Dirichlet | SymmetricDirichlet):
            raise ParameterTypeError(
                f"prior = {self.prior!r}: the prior on the components' proportions must be a beta or a dirichlet",
                name="prior",
                found=self.prior,
            )
        if self.strength != FIXED and not finite(self.strength, name="strength") > 0:
            raise ParameterError(
                f"strength = {self.strength}: must be > 0 items, or 'fixed'",
                name="strength",
                found=self.strength,
            )
        self._check_recipes()
        self._check_overdispersed()
        if self.labels is not None and self.recipes is None and getattr(self.weights, "categories", None):
            raise ParameterError(
                "the weights name their components, but labels will: give them without names, in the labels' order",
                name="weights",
                found=self.weights,
            )
        weights_over(self.weights, self.components)  # a wrong one is told at the door

    @property
    def spec(self) -> str:
        """The model as the command line has it: 'mixture:2'."""
        return f"mixture:{self.size}{':overdispersed' if self.overdispersed else ''}"

    @property
    def size(self) -> int:
        """K, how many components there are."""
        return self.n_components or 1

    @property
    def components(self) -> tuple[str, ...]:
        """What the components are called before any labels are seen: as the recipes are, or by number."""
        if self.recipes is not None:
            return self.recipes.components
        return tuple(map(str, range(1, self.size + 1)))

    @property
    def recipes_are_known(self) -> bool:
        """Whether the recipes are known exactly."""
        return self.recipes is not None and self.strength == FIXED

    @property
    def seen(self) -> Seen:
        """The bags that the prior has learnt from: none."""
        return seen_by(self.prior)

    def prior_over(self, categories: Sequence[str]) -> MixturePrior:
        """The prior over `categories`, in their order.

        Raises
        ------
        ParameterError
            If there are fewer than two, or the recipes or the prior are over others.
        """
        if len(categories) < PAIR:
            raise ParameterError(
                "there are fewer than two categories: bags of one kind of item cannot differ",
                name="counts",
                found=tuple(categories),
            )
        recipes = None if self.recipes is None else self.recipes.over(tuple(categories))
        if self.alpha_prior is not None:
            mean = np.full(len(categories), self.alpha_prior.shape)
            precision: PrecisionPrior = Gamma(len(categories) * self.alpha_prior.shape, self.alpha_prior.rate)
        else:
            mean, precision = self._concentration(categories), self.precision
        known = self.recipes_are_known
        if recipes is not None and not known:
            concentration = mean + float(self.strength) * recipes
        else:
            concentration = np.tile(mean, (self.size, 1))
        return MixturePrior.of(
            weights=weights_over(self.weights, self.components),
            concentration=None if known else concentration,
            recipes=recipes if known else None,
            precision=precision if self.overdispersed else None,
            spec=self._spec(),
        )

    def compress(self, counts: Counts) -> LabelledRows:
        """What the model needs of `counts`: the different rows, and which component each is known to come from.

        Raises
        ------
        ParameterError
            If there are no such labels, or they name what is no component.
        """
        if self.labels is None:
            return LabelledRows.of(counts, np.full(counts.n_bags, UNKNOWN), components=self.components)
        known, names = known_components(
            counts, self.labels, named=None if self.recipes is None else self.components, size=self.size
        )
        return LabelledRows.of(counts, known, components=names)

    def _concentration(self, categories: Sequence[str]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        prior = over(self.prior, categories)
        if isinstance(prior, Beta):
            return np.array([prior.a, prior.b])
        return np.asarray(getattr(prior, "concentration"))  # noqa: B009  # __post_init__ let only these two in

    def _spec(self) -> str:
        """The priors in words: weights, components, and how alike bags are."""
        if self.recipes_are_known:
            of_components = "recipes known"
        elif self.alpha_prior is not None:
            return f"weights {self.weights.spec}, {self.alpha_prior.spec} on each concentration"
        else:
            about = "" if self.recipes is None else f" + {float(self.strength):g} x recipe"
            of_components = f"components {getattr(self.prior, 'spec', '')}{about}"
        precision = f", precision {self.precision.spec}" if self.overdispersed else ""
        return f"weights {self.weights.spec}, {of_components}{precision}"

    def _check_recipes(self) -> None:
        if self.recipes is None:
            if self.strength != FIXED:
                raise ParameterError(
                    f"strength = {self.strength}: there are no recipes that it could be the strength of; give recipes",
                    name="strength",
                    found=self.strength,
                )
        elif len(self.recipes.components) != self.size:
            named = ", ".join(self.recipes.components)
            raise ParameterError(
                f"{self.size} component{'' if self.size == 1 else 's'}, but {len(self.recipes.components)} recipes "
                f"({named}): there must be as many; of a single unknown component use pooled",
                name="n_components",
                found=self.n_components,
            )

    def _check_overdispersed(self) -> None:
        if not self.overdispersed:
            given = [
                name
                for name, differs in (
                    ("precision", self.precision != DEFAULT),
                    ("alpha_prior", self.alpha_prior is not None),
                )
                if differs
            ]
            if given:
                raise ParameterError(
                    f"{given[0]} is of overdispersed components: say overdispersed=True, or leave it out",
                    name=given[0],
                )
        if self.alpha_prior is None:
            return
        if not isinstance(self.alpha_prior, Gamma):
            raise ParameterTypeError(
                f"alpha_prior = {self.alpha_prior!r}: give a Gamma",
                name="alpha_prior",
                found=self.alpha_prior,
            )
        others = (self.prior != SymmetricDirichlet(1.0), self.precision != DEFAULT, self.recipes is not None)
        if any(others):
            raise ParameterError(
                "alpha_prior is the prior on everything that is a component's: leave out its other priors and recipes",
                name="alpha_prior",
                found=self.alpha_prior,
            )


def _number(given: object, *, recipes: Recipes | None) -> int:
    """K, checked; as many as there are recipes where it is not given."""
    if recipes is not None and not isinstance(recipes, Recipes):
        raise ParameterTypeError(
            f"recipes = {recipes!r}: give Recipes, or read_recipes(file)", name="recipes", found=recipes
        )
    if given is not None:
        return whole(given, name="n_components", least=1)
    if recipes is None:
        raise ParameterError(
            "give the number of components, as in mixture:2 or Mixture(2), or recipes",
            name="n_components",
            found=given,
        )
    return len(recipes.components)


EXAMPLES = (
    Mixture(2),
    Mixture(2, weights=Fixed([0.3, 0.7])),
    Mixture(2, overdispersed=True),
)
