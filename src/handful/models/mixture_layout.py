"""The coordinates of a mixture: those of the weights, then component by component log κ and those of its mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from handful.arrays import Floats, Integers
from handful.distributions.dirichlet import Dirichlet
from handful.distributions.fixed import Fixed
from handful.distributions.simplex import basis
from handful.models.mixture_prior import MixturePrior
from handful.products import folded, product


@dataclass(frozen=True, slots=True, eq=False)
class MixturePoints:
    """Weights and components at S points; logs in nats.

    Parameters
    ----------
    log_weights : array (S, K)
        log θ.
    log_precision : array (S, K) or None
        log κ; None where bags follow their component exactly.
    log_mean : array (S, K, C)
        The logs of the components' proportions.
    """

    log_weights: Annotated[Floats, "S K"]
    log_precision: Annotated[Floats, "S K"] | None
    log_mean: Annotated[Floats, "S K C"]

    def at(self, draws: slice | Annotated[Integers, "s"]) -> MixturePoints:
        """Those at some of the points."""
        precision = None if self.log_precision is None else self.log_precision[draws]
        return MixturePoints(self.log_weights[draws], precision, self.log_mean[draws])

    def of(self, components: Annotated[Integers, "J"]) -> MixturePoints:
        """Those of some of the components, or of all in another order."""
        precision = None if self.log_precision is None else self.log_precision[:, components]
        return MixturePoints(self.log_weights[:, components], precision, self.log_mean[:, components])


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Where in a point of D coordinates each part of a mixture is.

    Parameters
    ----------
    n_components, n_categories : int
        K and C.
    log_weights : array (K,) or None
        The weights, where they have no coordinates.
    log_recipes : array (K, C) or None
        The means, where they have no coordinates.
    overdispersed : bool
        Whether each component has a precision.
    """

    n_components: int
    n_categories: int
    log_weights: Annotated[Floats, "K"] | None
    log_recipes: Annotated[Floats, "K C"] | None
    overdispersed: bool

    @staticmethod
    def of(prior: MixturePrior) -> Layout:
        """The layout that `prior` leaves unknown."""
        n_components, n_categories = prior.per_component.shape
        weights = prior.weights
        known = weights.proportions if isinstance(weights, Fixed) else np.ones(1)
        with np.errstate(divide="ignore"):
            log_weights = None if isinstance(weights, Dirichlet) else np.log(known)
            log_recipes = None if prior.recipes is None else np.log(prior.recipes)
        return Layout(n_components, n_categories, log_weights, log_recipes, prior.precision is not None)

    @property
    def n_weights(self) -> int:
        """How many coordinates the weights have."""
        return self.n_components - 1 if self.log_weights is None else 0

    @property
    def n_means(self) -> int:
        """How many coordinates the mean of a component has."""
        return self.n_categories - 1 if self.log_recipes is None else 0

    @property
    def n_each(self) -> int:
        """How many coordinates a component has."""
        return self.n_means + int(self.overdispersed)

    @property
    def n_dims(self) -> int:
        """D, how many coordinates there are."""
        return self.n_weights + self.n_components * self.n_each

    def component(self, k: int) -> slice:
        """Where the coordinates of component `k` are."""
        start = self.n_weights + k * self.n_each
        return slice(start, start + self.n_each)

    def split(self, points: Annotated[Floats, "S D"]) -> MixturePoints:
        """Weights, precisions and means at `points`."""
        n, k = len(points), self.n_components
        own = points[:, self.n_weights :].reshape(n, k, self.n_each)
        if self.log_weights is None:
            log_weights = _log_shares(points[:, : self.n_weights])
        else:
            log_weights = np.broadcast_to(self.log_weights, (n, k))
        if self.log_recipes is None:
            y = own[:, :, int(self.overdispersed) :].reshape(n * k, self.n_means)
            log_mean = _log_shares(y).reshape(n, k, self.n_categories)
        else:
            log_mean = np.broadcast_to(self.log_recipes, (n, *self.log_recipes.shape))
        return MixturePoints(log_weights, own[:, :, 0] if self.overdispersed else None, log_mean)

    def join(
        self,
        by_weights: Annotated[Floats, "S K"],
        by_precision: Annotated[Floats, "S K"] | None,
        *,
        by_mean: Annotated[Floats, "S K C"],
    ) -> Annotated[Floats, "S D"]:
        """The coordinates of what was told by logs: V times each part.

        It takes log θ, log κ and log m to points, and a gradient by log θ, log κ and log m, whose parts sum to 0 along
        a simplex, to the gradient by the coordinates.
        """
        n, k = by_weights.shape
        found = np.empty((n, self.n_dims))
        own = found[:, self.n_weights :].reshape(n, k, self.n_each)
        if self.log_weights is None:
            found[:, : self.n_weights] = product(by_weights, basis(k).T)
        if by_precision is not None:
            own[:, :, 0] = by_precision
        if self.log_recipes is None:
            flat = product(np.ascontiguousarray(by_mean).reshape(n * k, -1), basis(self.n_categories).T)
            own[:, :, int(self.overdispersed) :] = flat.reshape(n, k, self.n_means)
        return found


def _log_shares(y: Annotated[Floats, "n d"]) -> Annotated[Floats, "n d+1"]:
    """Log proportions of coordinates, a row each."""
    if y.shape[1] == 0:
        return np.zeros((len(y), 1))
    scores = product(np.ascontiguousarray(y), basis(y.shape[1] + 1))
    peak = folded(np.maximum, scores, axis=1)[:, None]
    return np.asarray(scores - (peak + np.log(folded(np.add, np.exp(scores - peak), axis=1)[:, None])))
