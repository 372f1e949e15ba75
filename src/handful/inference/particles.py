"""Draws from a posterior as engines return them: points, their weights, and how they hang together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from handful.arrays import Floats, Integers
from handful.inference.evidence import Evidence


@dataclass(frozen=True, slots=True, eq=False)
class Particles:
    """Weighted draws in the coordinates of a target.

    Parameters
    ----------
    points : array (S, D)
        The draws.
    weights : array (S,)
        Their probabilities, which sum to 1.
    replicate : array of int, shape (S,)
        Draws of different replicates know nothing of each other.
    ancestor : array of int, shape (S,)
        Draws of one ancestor are relatives; independent draws have one of their own each.
    log_evidence : Evidence
        With its standard error.
    pareto_k : float or None
        The shape of the tail of the weights; None where draws are not weighted.
    notes : tuple of str
        What went wrong, in sentences; empty where nothing did.
    """

    points: Annotated[Floats, "S D"]
    weights: Annotated[Floats, "S"]
    replicate: Annotated[Integers, "S"]
    ancestor: Annotated[Integers, "S"]
    log_evidence: Evidence
    pareto_k: float | None = None
    notes: tuple[str, ...] = ()

    @staticmethod
    def independent(
        points: Annotated[Floats, "S D"],
        weights: Annotated[Floats, "S"],
        *,
        log_evidence: Evidence,
        pareto_k: float | None = None,
    ) -> Particles:
        """Draws that know nothing of each other."""
        number = np.arange(len(points))
        return Particles(points, weights, np.zeros_like(number), number, log_evidence, pareto_k)
