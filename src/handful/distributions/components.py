"""Weights and recipes of several components, each known in closed form and independent of the others."""

from __future__ import annotations

from dataclasses import dataclass

from handful.distributions.dirichlet import Dirichlet
from handful.distributions.fixed import Fixed


@dataclass(frozen=True, slots=True, eq=False)
class Components:
    """What is known of K components: of their weights, and of the recipe of each.

    Parameters
    ----------
    weights : Dirichlet, Fixed or None
        Of the weights; None for a single component, whose weight is 1.
    recipes : tuple of Dirichlet or Fixed
        One a component.
    names : tuple of str
        What the components are called.

    Examples
    --------
    >>> Components(Fixed([0.5, 0.5]), (Fixed([0.2, 0.8]), Dirichlet([3, 1])), ("NJ", "TN"))
    Components(NJ, TN)
    """

    weights: Dirichlet | Fixed | None
    recipes: tuple[Dirichlet | Fixed, ...]
    names: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Components({', '.join(self.names)})"
