"""The second derivatives of a population's log likelihood in the coordinates (log κ, y), y = V log m.

With F′_c, F″_c and G″ the derivatives of the rising sums by the logs of their bases, u = n + F′ and V the basis of y
(DESIGN.md, section 4): V[diag F″ − F″mᵀ − mF″ᵀ + (ΣF″) mmᵀ − (Σu)(diag m − mmᵀ)]Vᵀ, V(F″ − (ΣF″) m) and ΣF″ − G″.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np

from handful.arrays import Floats
from handful.distributions.simplex import basis


def population_hessian(
    m: Annotated[Floats, "S C"],
    *,
    u: Annotated[Floats, "S C"],
    bent: Annotated[Floats, "S C"],
    bent_total: Annotated[Floats, "S"],
) -> Annotated[Floats, "S C C"]:
    """The Hessians at S points, log κ first.

    Parameters
    ----------
    m : array (S, C)
        The means.
    u : array (S, C)
        The slopes by log m; a prior Dirichlet(a) adds a.
    bent : array (S, C)
        F″.
    bent_total : array (S,)
        G″.
    """
    v = basis(m.shape[1])
    all_bent = bent.sum(axis=1, keepdims=True)
    weight = u.sum(axis=1, keepdims=True)
    crossed = bent[:, :, None] * m[:, None, :]
    block = (all_bent + weight)[:, :, None] * (m[:, :, None] * m[:, None, :])
    block -= crossed + crossed.transpose(0, 2, 1)
    place = np.arange(m.shape[1])
    block[:, place, place] += bent - weight * m
    found = np.empty((len(m), m.shape[1], m.shape[1]))
    found[:, 0, 0] = all_bent[:, 0] - bent_total
    found[:, 0, 1:] = found[:, 1:, 0] = (bent - all_bent * m) @ v.T
    found[:, 1:, 1:] = v @ block @ v.T
    return found
