"""Many Dirichlets side by side, one a bag, that know nothing of each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from handful.arrays import Floats, read_only_floats
from handful.distributions.dirichlet import Dirichlet


@dataclass(frozen=True, slots=True, eq=False)
class IndependentDirichlets:
    """B independent Dirichlet distributions over the same categories.

    Parameters
    ----------
    concentration : array_like of float, shape (B, C)
        A row a bag.
    categories : tuple of str
        The C names.

    Examples
    --------
    >>> IndependentDirichlets([[13, 8], [10, 9]], ("blue", "brown"))[0].precision
    21.0
    """

    concentration: Annotated[Floats, "B C"]
    categories: tuple[str, ...]

    def __post_init__(self) -> None:
        """Keep a read-only copy."""
        object.__setattr__(self, "concentration", read_only_floats(self.concentration))

    def __len__(self) -> int:
        """B, how many there are."""
        return len(self.concentration)

    def __getitem__(self, bag: int) -> Dirichlet:
        """The distribution of the bag at position `bag`, counted from 0."""
        return Dirichlet(self.concentration[bag], self.categories)
