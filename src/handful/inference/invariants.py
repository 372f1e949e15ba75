"""What the health of a fit is judged by: quantities that do not change when components exchange their numbers.

Chains or replicates in different labellings agree on all that can be said, and R-hat of a labelled quantity would call
that a failure; stuck in the same wrong mode, they would pass.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import numpy as np

from handful.arrays import Floats, Integers


def of_population(quantities: Mapping[str, Floats]) -> Annotated[Floats, "S Q"]:
    """The population's mean and the logarithm of its precision."""
    return np.column_stack([quantities["proportions"], np.log(quantities["precision"])])


def of_mixture(
    quantities: Mapping[str, Floats], classes: Annotated[Integers, "K"]
) -> Annotated[Floats, "S Q"]:
    """Weights, sorted among components that can be exchanged; what the next bag holds, and how much recipes differ.

    Components that nothing can be exchanged with are judged by their own proportions and precisions besides.

    Parameters
    ----------
    quantities : mapping of str to array
        'weights' (S, K), 'proportions' (S, K, C), 'precision' (S, K) where there is one.
    classes : array of int, shape (K,)
        Components that can be exchanged share a number.
    """
    weights, proportions = quantities["weights"], quantities["proportions"]
    sorted_weights = np.array(weights)
    for one in np.unique(classes):
        own = np.flatnonzero(classes == one)
        sorted_weights[:, own] = np.sort(weights[:, own], axis=1)[:, ::-1]
    found = [
        sorted_weights,
        np.einsum("sk,skc->sc", weights, proportions),
        np.einsum("sk,skc->sc", weights, proportions**2),
    ]
    alone = [k for k in range(len(classes)) if (classes == classes[k]).sum() == 1]
    found += [proportions[:, k] for k in alone]
    if "precision" in quantities:
        logs = np.log(quantities["precision"])
        found += [np.einsum("sk,sk->s", weights, logs)[:, None], logs[:, alone]]
    return np.concatenate(found, axis=1)
