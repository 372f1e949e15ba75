"""The Dirichlet distribution: what is believed about a recipe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, overload

import numpy as np
from numpy.typing import ArrayLike

from handful.arrays import Floats
from handful.distributions.beta import Beta
from handful.distributions.checks import (
    category_index,
    concentration_vector,
    finite,
    listed,
    numbers,
    on_simplex,
    plain,
    positive,
    simplex_vector,
    whole,
)
from handful.distributions.conditioned import Conditioned
from handful.distributions.draws import draw_log_dirichlet
from handful.distributions.evidence import log_evidence
from handful.distributions.saddlepoint import log_dirichlet_density
from handful.errors import ParameterError
from handful.rng import RNG, as_generator


@dataclass(frozen=True, slots=True, init=False, eq=False, repr=False)
class Dirichlet:
    """The Dirichlet distribution of the proportions of C categories.

    Parameters
    ----------
    concentration : array (C,)
        Positive and finite, two or more. All ones are uniform over all recipes.
    categories : sequence of str, optional
        Names of the categories, all different.

    Raises
    ------
    ParameterError
        If a concentration is not positive, there are fewer than two, or the names do not fit.

    Examples
    --------
    >>> prior = Dirichlet([1, 1, 1], categories=("blue", "red", "green"))
    >>> prior.condition([12, 5, 3]).posterior
    Dirichlet([13, 6, 4], categories=('blue', 'red', 'green'))
    """

    concentration: Annotated[Floats, "C"]
    categories: tuple[str, ...] | None

    def __init__(self, concentration: ArrayLike, categories: Sequence[str] | None = None) -> None:
        array, names = concentration_vector(concentration, categories=categories)
        object.__setattr__(self, "concentration", array)
        object.__setattr__(self, "categories", names)

    @overload
    @staticmethod
    def symmetric(value: float, *, categories: Sequence[str]) -> Dirichlet: ...

    @overload
    @staticmethod
    def symmetric(value: float, *, categories: None = None) -> SymmetricDirichlet: ...

    @staticmethod
    def symmetric(value: float, *, categories: Sequence[str] | None = None) -> Dirichlet | SymmetricDirichlet:
        """The Dirichlet with the same concentration everywhere; over any categories if none are named.

        Examples
        --------
        >>> Dirichlet.symmetric(1.0)
        SymmetricDirichlet(1)
        >>> Dirichlet.symmetric(1.0, categories=("blue", "red"))
        Dirichlet([1, 1], categories=('blue', 'red'))
        """
        prior = SymmetricDirichlet(value)
        return prior if categories is None else prior.over(categories)

    @classmethod
    def from_mode(
        cls, mode: ArrayLike, *, worth: float, categories: Sequence[str] | None = None
    ) -> Dirichlet:
        """The Dirichlet with this mode that weighs as much as `worth` counted items.

        Parameters
        ----------
        mode : array (C,)
            The likeliest recipe; sums to 1 within 1e-9.
        worth : float
            A number of items >= 0; 0 gives the uniform Dirichlet.
        categories : sequence of str, optional

        Raises
        ------
        ParameterError
            If the mode is no recipe or the worth is negative.

        Examples
        --------
        >>> Dirichlet.from_mode([0.5, 0.25, 0.25], worth=4)
        Dirichlet([3, 2, 2])
        """
        weight = finite(worth, name="worth")
        if weight < 0:
            raise ParameterError(f"worth = {weight:g}: must be >= 0 items", name="worth", found=worth)
        return cls(1.0 + weight * simplex_vector(mode, name="mode"), categories)

    @property
    def precision(self) -> float:
        """The sum of the concentration, κ."""
        return float(self.concentration.sum())

    @property
    def mean(self) -> Annotated[Floats, "C"]:
        """The expected proportions (C,)."""
        return self.concentration / self.precision

    @property
    def variance(self) -> Annotated[Floats, "C"]:
        """The variances of the proportions (C,)."""
        return np.asarray(self.mean * self._rest() / (self.precision + 1.0))

    @property
    def sd(self) -> Annotated[Floats, "C"]:
        """The standard deviations of the proportions (C,)."""
        # Each factor by itself: their product could underflow.
        return np.asarray(np.sqrt(self.mean) * np.sqrt(self._rest()) / np.sqrt(self.precision + 1.0))

    @property
    def covariance(self) -> Annotated[Floats, "C C"]:
        """The covariance of the proportions (C, C)."""
        outer = -np.outer(self.mean, self.mean)
        np.fill_diagonal(outer, self.mean * self._rest())
        return np.asarray(outer / (self.precision + 1.0))

    @property
    def mode(self) -> Annotated[Floats, "C"] | None:
        """The likeliest proportions (C,); None where there is not just one such point.

        A concentration below 1 makes the density infinite on a whole face (for two categories,
        at an end, which ``margin`` then names); all ones make it flat.
        """
        above = np.maximum(self.concentration - 1.0, 0.0)
        if (self.concentration < 1).any() or not above.any():
            return None
        return np.asarray(above / above.sum())

    @property
    def spec(self) -> str:
        """The distribution as the command line has it: 'dirichlet(2,1,1)'."""
        return f"dirichlet({listed(self.concentration)})"

    def margin(self, category: str | int) -> Beta:
        """The Beta of the proportion of one category, by name or number (from 0).

        Examples
        --------
        >>> Dirichlet([2, 1, 1], ("blue", "red", "green")).margin("blue")
        Beta(2, 2)
        """
        place = category_index(category, categories=self.categories, n=self.concentration.size)
        return Beta(float(self.concentration[place]), float(self._others()[place]))

    def log_prob(self, q: ArrayLike) -> float | Annotated[Floats, "..."]:
        """The log density, in nats, on the first C − 1 proportions, at recipes q (..., C).

        Raises
        ------
        ParameterError
            If q does not sum to 1 within 1e-9, or has another number of categories.

        Examples
        --------
        >>> round(Dirichlet([1, 1, 1]).log_prob([0.2, 0.3, 0.5]), 12) == round(float(np.log(2)), 12)
        True
        """
        points = numbers(q, name="q")
        if points.ndim == 0 or points.shape[-1] != self.concentration.size:
            message = (
                f"q of shape {points.shape}: the last axis must hold {self.concentration.size} proportions"
            )
            raise ParameterError(message, name="q", found=q)
        on_simplex(points, name="q")
        value = log_dirichlet_density(self.concentration, points)
        return float(value) if value.ndim == 0 else value

    def draw(self, n_draws: int, *, rng: RNG = None) -> Annotated[Floats, "S C"]:
        """Recipes drawn at random (S, C); a proportion below 1e-308 is 0 there, not in `draw_log`."""
        return np.exp(self.draw_log(n_draws, rng=rng))

    def draw_log(self, n_draws: int, *, rng: RNG = None) -> Annotated[Floats, "S C"]:
        """Log proportions drawn at random (S, C), in nats: finite for every concentration.

        Examples
        --------
        >>> bool(np.isfinite(Dirichlet([1e-300, 1e-300]).draw_log(100, rng=1)).all())
        True
        """
        number, generator = whole(n_draws, name="n_draws"), as_generator(rng)
        return draw_log_dirichlet(self.concentration, number, rng=generator)

    def condition(self, counts: ArrayLike) -> Conditioned[Dirichlet]:
        """The posterior after counting bags of this recipe, and the log evidence of their counts.

        Parameters
        ----------
        counts : array (C,) or (B, C)
            The counts of one bag or of B bags, all filled after the same recipe.

        Raises
        ------
        CountsError
            If they are no counts, or of another number of categories.

        Examples
        --------
        >>> round(Dirichlet([1, 1, 1]).condition([2, 0, 0]).log_evidence, 12)
        -1.791759469228
        """
        evidence, totals = log_evidence(counts, self.concentration)
        return Conditioned(Dirichlet(self.concentration + totals, self.categories), evidence)

    def _others(self) -> Annotated[Floats, "C"]:
        """For every category the concentration of all others, added without subtracting."""
        ahead = np.concatenate(([0.0], self.concentration.cumsum()[:-1]))
        behind = np.concatenate(([0.0], self.concentration[::-1].cumsum()[:-1]))[::-1]
        return np.asarray(ahead + behind)

    def _rest(self) -> Annotated[Floats, "C"]:
        """One minus the mean, without subtracting."""
        return self._others() / self.precision

    def __repr__(self) -> str:
        names = "" if self.categories is None else f", categories={self.categories!r}"
        return f"Dirichlet([{listed(self.concentration, ', ')}]{names})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Dirichlet):
            return NotImplemented
        same = np.array_equal(self.concentration, other.concentration)
        return same and self.categories == other.categories

    def __hash__(self) -> int:
        return hash((Dirichlet, self.concentration.tobytes(), self.categories))


@dataclass(frozen=True, slots=True, repr=False)
class SymmetricDirichlet:
    """A Dirichlet prior with the same concentration for whatever categories the data have.

    Parameters
    ----------
    value : float
        The concentration of each category, positive and finite.

    Raises
    ------
    ParameterError
        If it is not.

    Examples
    --------
    >>> SymmetricDirichlet(1).over(("blue", "red"))
    Dirichlet([1, 1], categories=('blue', 'red'))
    """

    value: float

    def __post_init__(self) -> None:
        """Check the value."""
        object.__setattr__(self, "value", positive(self.value, name="concentration"))

    @property
    def spec(self) -> str:
        """The prior as the command line has it: 'dirichlet(1)'."""
        return f"dirichlet({plain(self.value)})"

    def over(self, categories: Sequence[str]) -> Dirichlet:
        """The Dirichlet over these categories.

        Raises
        ------
        ParameterError
            If there are fewer than two, or two of the same name.
        """
        return Dirichlet(np.full(len(categories), self.value), categories)

    def __repr__(self) -> str:
        return f"SymmetricDirichlet({plain(self.value)})"
