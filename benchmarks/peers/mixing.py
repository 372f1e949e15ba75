"""What the peers' programs for mixtures have in common: the data with their priors, and what is told of the draws.

The model of all: weights θ ~ Dirichlet(1), recipes q_k ~ Dirichlet(concentrations_k), assignments summed out. They
write log Σ_k θ_k ∏_c q_kc^count for all bags as one matrix product, the quickest way in each. NUTS has no labels to
go by, so its health is told twice: of the parameters as they are, and of quantities that do not depend on labels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, eq=False)
class Bags:
    """Counts (bags × categories), and the concentrations (components × categories) of the recipes' priors."""

    counts: np.ndarray
    concentrations: np.ndarray

    @property
    def n_components(self) -> int:
        return len(self.concentrations)


@dataclass(frozen=True, eq=False)
class Found:
    """Draws, chains and draws first, and the seconds of the sampling alone."""

    weights: np.ndarray
    proportions: np.ndarray
    seconds: float


def bags_of(file: str) -> Bags:
    """The data that the benchmark has stored."""
    with np.load(file) as stored:
        return Bags(stored["counts"], stored["concentrations"])


def nameless(weights: np.ndarray, proportions: np.ndarray) -> np.ndarray:
    """What no swap of labels changes, on the last axis: the sorted weights, and the mean recipe of a bag."""
    mean = np.einsum("...k,...kc->...c", weights, proportions)
    return np.concatenate([-np.sort(-weights, axis=-1), mean], axis=-1)


def named(weights: np.ndarray, proportions: np.ndarray) -> np.ndarray:
    """All parameters on the last axis."""
    return np.concatenate([weights, proportions.reshape(*weights.shape[:-1], -1)], axis=-1)


def health(found: Found) -> dict[str, Any]:
    """Smallest bulk ess and largest rank-normalised R-hat by arviz-stats, and the mean of the first weight."""
    from arviz_stats.base import array_stats

    figures: dict[str, Any] = {"seconds": found.seconds}
    for prefix, view in (("", named), ("nameless_", nameless)):
        values = view(found.weights, found.proportions)
        asked = {"chain_axis": 0, "draw_axis": 1}
        figures[f"{prefix}ess"] = float(np.min(array_stats.ess(values, method="bulk", **asked)))
        figures[f"{prefix}rhat"] = float(np.max(array_stats.rhat(values, method="rank", **asked)))
    return figures | {"first_weight": float(found.weights[..., 0].mean())}
