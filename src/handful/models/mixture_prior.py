"""The prior of a mixture over known categories: on the weights, and on each component."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, TypeAlias

import numpy as np

from handful.arrays import Floats, Integers, read_only_floats
from handful.distributions.beta import Beta
from handful.distributions.dirichlet import Dirichlet, SymmetricDirichlet
from handful.distributions.fixed import Fixed
from handful.errors import ParameterError, ParameterTypeError
from handful.models.precision import PrecisionPrior

WeightsPrior: TypeAlias = Beta | Dirichlet | SymmetricDirichlet | Fixed


@dataclass(frozen=True, slots=True, eq=False)
class MixturePrior:
    """The prior of K components over C categories.

    Parameters
    ----------
    weights : Dirichlet, Fixed or None
        Of θ, or θ itself; None for a single component, whose weight is 1.
    concentration : array (K, C) or None
        Of the Dirichlet of each component's proportions; None where they are known.
    recipes : array (K, C) or None
        The proportions, where they are known.
    precision : LogNormal, Gamma, HalfNormal or None
        Of the precision of each component, a half-normal of 1/√κ; None where bags follow it exactly.
    spec : str
        The prior in words.

    Examples
    --------
    >>> prior = MixturePrior.of(
    ...     weights=Dirichlet([1, 1]), concentration=[[1, 1], [1, 1]], recipes=None, precision=None, spec=""
    ... )
    >>> prior.classes(np.array([0, 0]))
    array([0, 0])
    """

    weights: Dirichlet | Fixed | None
    concentration: Annotated[Floats, "K C"] | None
    recipes: Annotated[Floats, "K C"] | None
    precision: PrecisionPrior | None
    spec: str

    @staticmethod
    def of(
        *,
        weights: Dirichlet | Fixed | None,
        concentration: object,
        recipes: object,
        precision: PrecisionPrior | None,
        spec: str,
    ) -> MixturePrior:
        """The prior with read-only arrays."""
        return MixturePrior(
            weights,
            None if concentration is None else read_only_floats(concentration),
            None if recipes is None else read_only_floats(recipes),
            precision,
            spec,
        )

    @property
    def per_component(self) -> Annotated[Floats, "K C"]:
        """The recipes, or the concentrations of their priors: what there is of each component."""
        found = self.recipes if self.concentration is None else self.concentration
        if found is None:
            raise ParameterError("a component needs a recipe or a prior on it", name="recipes")
        return found

    @property
    def n_components(self) -> int:
        """K."""
        return len(self.per_component)

    def classes(self, n_known: Annotated[Integers, "K"]) -> Annotated[Integers, "K"]:
        """For each component the first that nothing tells it apart from: exchangeable ones share a number.

        Components can be exchanged where their priors are the same and no bag is known to come from either.

        Parameters
        ----------
        n_known : array of int, shape (K,)
            How many bags are known to come from each component.
        """
        own = self.per_component
        if isinstance(self.weights, Dirichlet):
            own = np.column_stack([self.weights.concentration, own])
        elif self.weights is not None:
            own = np.column_stack([self.weights.proportions, own])
        found = np.arange(len(own))
        for k in range(1, len(own)):
            alike = [j for j in range(k) if not n_known[j] and not n_known[k] and (own[j] == own[k]).all()]
            found[k] = found[alike[0]] if alike else k
        return found


def weights_over(prior: object, components: tuple[str, ...]) -> Dirichlet | Fixed | None:
    """`prior` on the weights of these components, in their order; None for a single one.

    Raises
    ------
    ParameterTypeError
        If it is no prior on weights.
    ParameterError
        If it is of another number of components.
    """
    if not isinstance(prior, WeightsPrior):
        raise ParameterTypeError(
            f"weights = {prior!r}: give a Beta (of the first of two), a Dirichlet or a Fixed",
            name="weights",
            found=prior,
        )
    if isinstance(prior, SymmetricDirichlet):
        return prior.over(components) if len(components) > 1 else None
    if isinstance(prior, Beta):
        prior = Dirichlet([prior.a, prior.b])
    values = prior.proportions if isinstance(prior, Fixed) else prior.concentration
    if len(values) != len(components):
        raise ParameterError(
            f"weights = {prior.spec}: {len(values)} parameters for {len(components)} component"
            f"{'' if len(components) == 1 else 's'} ({', '.join(components)})",
            name="weights",
            found=prior,
        )
    if prior.categories is not None:
        if set(prior.categories) != set(components):
            raise ParameterError(
                f"weights are of {', '.join(prior.categories)}, but the components are {', '.join(components)}",
                name="weights",
                found=prior,
            )
        values = np.asarray(values)[[prior.categories.index(name) for name in components]]
    return Fixed(values, components) if isinstance(prior, Fixed) else Dirichlet(values, components)
