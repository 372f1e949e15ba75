"""Draws from a posterior by the names of what was drawn, with their weights and their kinship."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated

import numpy as np

from handful.arrays import Floats, Integers, read_only_floats, read_only_integers
from handful.inference.diagnostics import Health, health


@dataclass(frozen=True, slots=True, eq=False)
class ExactMoments:
    """What an engine knows exactly of the quantities that it also drew.

    Parameters
    ----------
    mean, sd : mapping of str to array
        Of each quantity.
    assignments : array (U, K)
        P(component | row).
    """

    mean: Mapping[str, Floats]
    sd: Mapping[str, Floats]
    assignments: Annotated[Floats, "U K"]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Draws:
    """A posterior as weighted draws of named quantities.

    Parameters
    ----------
    quantities : mapping of str to array (S, ...)
        The draws; each has S as its first axis.
    weights : array (S,)
        Their probabilities, which sum to 1: the mean of f is Σ weight f, not a plain mean.
    replicate : array of int, shape (S,)
        Draws of different replicates know nothing of each other.
    ancestor : array of int, shape (S,)
        Draws of one ancestor are relatives; independent draws have one of their own each.
    sampled : bool
        False where the points are the nodes of a quadrature, which have no Monte Carlo error.
    pareto_k : float or None
        The shape of the tail of importance weights.
    exact : ExactMoments or None
        What is known beyond the draws.

    Examples
    --------
    >>> draws = Draws.of({"precision": [10.0, 30.0]}, weights=[0.25, 0.75])
    >>> draws.n_draws, draws.quantities["precision"]
    (2, array([10., 30.]))
    """

    quantities: Mapping[str, Floats]
    weights: Annotated[Floats, "S"]
    replicate: Annotated[Integers, "S"]
    ancestor: Annotated[Integers, "S"]
    sampled: bool = True
    pareto_k: float | None = None
    exact: ExactMoments | None = None

    @staticmethod
    def of(
        quantities: Mapping[str, object],
        *,
        weights: object,
        replicate: object = None,
        ancestor: object = None,
        sampled: bool = True,
        pareto_k: float | None = None,
    ) -> Draws:
        """Draws with read-only copies of the arrays; independent of each other if no kinship is given."""
        number = read_only_floats(weights)
        return Draws(
            MappingProxyType({name: read_only_floats(values) for name, values in quantities.items()}),
            number,
            read_only_integers(np.zeros(len(number)) if replicate is None else replicate),
            read_only_integers(np.arange(len(number)) if ancestor is None else ancestor),
            sampled,
            pareto_k,
        )

    @property
    def n_draws(self) -> int:
        """How many there are, S."""
        return len(self.weights)

    def health(self, values: Annotated[Floats, "S ..."]) -> Health:
        """Mean, sd and their Monte Carlo error of a function of the draws, for each of its columns."""
        return health(self, values)

    def resampled(self, n_draws: int, *, rng: np.random.Generator) -> Integers:
        """The numbers of `n_draws` draws, chosen in proportion to the weights (systematic resampling)."""
        ladder = (np.arange(n_draws) + rng.random()) / n_draws
        passed = np.cumsum(self.weights)
        found: Integers = np.searchsorted(passed / passed[-1], ladder).astype(np.int64)
        return found

    def __repr__(self) -> str:
        kind = "weighted draws" if self.sampled else "quadrature nodes"
        return f"Draws({', '.join(self.quantities)}; {self.n_draws:,} {kind})"
