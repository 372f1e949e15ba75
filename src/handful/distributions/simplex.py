"""Points on the simplex as points of R^(C−1): isometric log-ratio coordinates.

With V an orthonormal matrix whose rows sum to zero, q = softmax(Vᵀy) and y = V log q. Distances
in y are Aitchison's distances between recipes, and no category is singled out.

References
----------
Egozcue et al. (2003), Mathematical Geology 35:279.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
from numpy.typing import ArrayLike

from handful.arrays import Floats
from handful.distributions.checks import on_simplex
from handful.distributions.special import log_sum_exp
from handful.errors import ParameterError


def basis(n_categories: int) -> Annotated[Floats, "C-1 C"]:
    """The Helmert basis V (C−1, C): orthonormal rows, each summing to zero; read-only.

    Raises
    ------
    ParameterError
        For fewer than two categories.

    Examples
    --------
    >>> basis(3).round(3)
    array([[ 0.707, -0.707,  0.   ],
           [ 0.408,  0.408, -0.816]])
    """
    if n_categories < 2:
        message = f"n_categories = {n_categories}: a simplex has two or more"
        raise ParameterError(message, name="n_categories", found=n_categories)
    place = np.arange(1, n_categories)[:, None]
    column = np.arange(n_categories)[None, :]
    rows = np.where(column < place, 1.0, np.where(column == place, -1.0 * place, 0.0))
    rows /= np.sqrt(place * (place + 1.0))
    rows.flags.writeable = False
    return rows


def log_to_simplex(y: ArrayLike) -> Annotated[Floats, "... C"]:
    """Log proportions (..., C), in nats, of coordinates y (..., C−1).

    Examples
    --------
    >>> log_to_simplex([800.0]).round(1)
    array([    0. , -1131.4])
    """
    y = np.asarray(y, dtype=np.float64)
    scores = y @ basis(y.shape[-1] + 1)
    return np.asarray(scores - log_sum_exp(scores)[..., None])


def to_simplex(y: ArrayLike) -> Annotated[Floats, "... C"]:
    """Proportions (..., C) of coordinates y (..., C−1).

    Examples
    --------
    >>> to_simplex([0.0, 0.0]).round(3)
    array([0.333, 0.333, 0.333])
    """
    return np.exp(log_to_simplex(y))


def from_simplex(q: ArrayLike) -> Annotated[Floats, "... C-1"]:
    """Coordinates (..., C−1) of proportions q (..., C), all above 0.

    Raises
    ------
    ParameterError
        Where a proportion is 0, which lies infinitely far away, or they do not sum to 1.

    Examples
    --------
    >>> from_simplex([0.8, 0.2]).round(6)
    array([0.980258])
    """
    q = np.asarray(q, dtype=np.float64)
    on_simplex(q, name="q")
    if not (q > 0).all():
        raise ParameterError("q = 0: every proportion must be above 0", name="q", found=0.0)
    return np.asarray(np.log(q) @ basis(q.shape[-1]).T)


def log_jacobian(log_q: ArrayLike) -> Annotated[Floats, "..."]:
    """The log Jacobian log |∂(q_1..q_{C−1})/∂y|, in nats: ½ log C + Σ log q_c.

    Add it to a log density on the first C − 1 proportions to have the log density of y.

    Parameters
    ----------
    log_q : array (..., C)
        Log proportions, in nats.

    Examples
    --------
    >>> float(log_jacobian(np.log([0.5, 0.5]))) == float(np.log(2**0.5 / 4))
    True
    """
    log_q = np.asarray(log_q, dtype=np.float64)
    return np.asarray(0.5 * np.log(log_q.shape[-1]) + log_q.sum(axis=-1))
