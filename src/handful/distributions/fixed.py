"""A recipe known exactly: a prior with all its mass on one point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import ArrayLike

from handful.arrays import Floats
from handful.distributions.checks import as_counts, category_names, listed, simplex_vector, whole
from handful.distributions.conditioned import Conditioned
from handful.distributions.multinomial import log_pmf
from handful.rng import RNG, as_generator


@dataclass(frozen=True, slots=True, init=False, eq=False, repr=False)
class Fixed:
    """Proportions that no count can change.

    Parameters
    ----------
    proportions : array (C,)
        In [0, 1]; they sum to 1 within 1e-9.
    categories : sequence of str, optional
        Names of the categories.

    Raises
    ------
    ParameterError
        If the proportions do not lie on the simplex, or the names do not fit.

    Examples
    --------
    >>> half = Fixed([0.5, 0.5])
    >>> half.spec
    'fixed(0.5,0.5)'
    >>> round(half.condition([1, 1]).log_evidence, 12) == round(float(np.log(0.5)), 12)
    True
    """

    proportions: Annotated[Floats, "C"]
    categories: tuple[str, ...] | None

    def __init__(self, proportions: ArrayLike, categories: Sequence[str] | None = None) -> None:
        array = simplex_vector(proportions, name="proportions")
        object.__setattr__(self, "proportions", array)
        object.__setattr__(self, "categories", category_names(categories, n=array.size))

    @property
    def mean(self) -> Annotated[Floats, "C"]:
        """The proportions (C,)."""
        return self.proportions

    @property
    def variance(self) -> Annotated[Floats, "C"]:
        """Zeros (C,)."""
        return np.zeros(self.proportions.size)

    @property
    def sd(self) -> Annotated[Floats, "C"]:
        """Zeros (C,)."""
        return np.zeros(self.proportions.size)

    @property
    def mode(self) -> Annotated[Floats, "C"]:
        """The proportions (C,)."""
        return self.proportions

    @property
    def spec(self) -> str:
        """The prior as the command line has it: 'fixed(0.5,0.5)'."""
        return f"fixed({listed(self.proportions)})"

    def draw(self, n_draws: int, *, rng: RNG = None) -> Annotated[Floats, "S C"]:
        """The proportions, over and over (S, C); `rng` is checked and not used."""
        as_generator(rng)
        return np.tile(self.proportions, (whole(n_draws, name="n_draws"), 1))

    def condition(self, counts: ArrayLike) -> Conditioned[Fixed]:
        """Itself, and the log evidence of the counts: −inf where they are impossible.

        Parameters
        ----------
        counts : array (C,) or (B, C)
            The counts of one bag or of B bags.

        Raises
        ------
        CountsError
            If they are no counts, or of another number of categories.
        """
        k = as_counts(counts, n_categories=self.proportions.size)
        with np.errstate(divide="ignore"):
            logs = np.log(self.proportions)
        return Conditioned(self, float(log_pmf(k, logs).sum()))

    def __repr__(self) -> str:
        names = "" if self.categories is None else f", categories={self.categories!r}"
        return f"Fixed([{listed(self.proportions, ', ')}]{names})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Fixed):
            return NotImplemented
        same = np.array_equal(self.proportions, other.proportions)
        return same and self.categories == other.categories

    def __hash__(self) -> int:
        return hash((Fixed, self.proportions.tobytes(), self.categories))
