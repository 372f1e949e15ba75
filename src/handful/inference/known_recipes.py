"""Assignments summed exactly where recipes are known and weights are not: a sum over how many bags each one filled.

Given how many bags each component filled, n, the prior on the weights gives the chance of every assignment of them,
B(t + n)/B(t). So a table over n is built up bag after bag, F_b(n) = Σ_k f_k(k_b) F_{b−1}(n − e_k), and from the other
end what is still to come, G_{b−1}(n) = Σ_k f_k(k_b) G_b(n + e_k) with G_B(n) = B(t + n)/B(t): K^B assignments cost B
tables of (B + 1)^(K−1) numbers. All of them are logarithms: 10,000 bags span thousands of nats.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias

import numpy as np
from scipy.special import gammaln

from handful.arrays import Floats, Integers
from handful.distributions.special import log_sum_exp
from handful.progress import each

Table: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True, eq=False)
class Summed:
    """What the sum over all assignments gives.

    Parameters
    ----------
    log_sum : float
        The log of the sum over assignments of prior times likelihood.
    filled : array of int, shape (T, K)
        How many bags each component may have filled.
    chances : array (T,)
        How probable each of these is.
    assignments : array (B, K)
        P(component | bag).
    """

    log_sum: float
    filled: Annotated[Integers, "T K"]
    chances: Annotated[Floats, "T"]
    assignments: Annotated[Floats, "B K"]


def n_cells(n_bags: int, n_components: int) -> float:
    """How many numbers the tables of all bags hold together."""
    return float(n_bags + 1) ** n_components


def summed(log_f: Annotated[Floats, "B K"], t: Annotated[Floats, "K"]) -> Summed:
    """The sum over all assignments of B bags to K components.

    Parameters
    ----------
    log_f : array (B, K)
        The log probability of each bag's counts under each component; −inf where they are impossible.
    t : array (K,)
        The concentration of the prior on the weights.

    Examples
    --------
    >>> one = summed(np.log([[0.5, 0.25]]), np.array([1.0, 1.0]))
    >>> round(math.exp(one.log_sum), 12), one.assignments.round(3)
    (0.375, array([[0.667, 0.333]]))
    """
    n_bags, size = log_f.shape
    with np.errstate(invalid="ignore"):  # −inf beside −inf
        last, filled = _to_come(n_bags, t)
        at_once = max(1, math.isqrt(n_bags))
        starts = [_empty(n_bags, size)]
        for begin in each(range(0, n_bags, at_once), "part of the bags"):
            starts.append(_on(starts[-1], log_f[begin : begin + at_once])[-1])
        joint = (starts[-1] + last).ravel()
        log_sum = float(log_sum_exp(joint))
        assignments = np.empty((n_bags, size))
        to_come = last
        blocks = list(zip(range(0, n_bags, at_once), starts, strict=False))
        for begin, start in each(blocks[::-1], "part of the bags, backwards"):
            block = log_f[begin : begin + at_once]
            before = [start, *_on(start, block[:-1])]
            for place in reversed(range(len(block))):
                ahead = [_shifted(to_come, k, by=1) for k in range(size)]
                terms = [log_sum_exp((before[place] + one).ravel()) for one in ahead]
                assignments[begin + place] = block[place] + np.array(terms) - log_sum
                to_come = _mixed(ahead, block[place])
    possible = np.isfinite(joint)
    chances = np.exp(joint[possible] - log_sum)
    # Of 10^5 nats the last digits are rounded off: what is left of a bag's sum is shared out.
    assigned = np.exp(assignments)
    assigned /= assigned.sum(axis=1, keepdims=True)
    return Summed(log_sum, filled[possible], chances / chances.sum(), assigned)


def _empty(n_bags: int, size: int) -> Table:
    """Before any bag, no component has filled one."""
    table = np.full((n_bags + 1,) * (size - 1), -np.inf)
    table[(0,) * (size - 1)] = 0.0
    return table


def _on(table: Table, log_f: Annotated[Floats, "b K"]) -> list[Table]:
    """The tables F after each of some bags; the table itself where there are none."""
    found = [table]
    for row in log_f:
        found.append(_mixed([_shifted(found[-1], k, by=-1) for k in range(len(row))], row))
    return found[1:] or found[:0]


def _mixed(tables: list[Table], log_f: Annotated[Floats, "K"]) -> Table:
    found: Table = tables[0] + log_f[0]
    for table, one in zip(tables[1:], log_f[1:], strict=True):
        found = np.logaddexp(found, table + one)
    return found


def _shifted(table: Table, component: int, *, by: int) -> Table:
    """The table at n + by · e_k; the last component has no axis: what the others have not filled is its."""
    if component == table.ndim:
        return table
    found = np.full(table.shape, -np.inf)
    to, of = [slice(None)] * table.ndim, [slice(None)] * table.ndim
    to[component], of[component] = (
        (slice(None, -1), slice(1, None)) if by > 0 else (slice(1, None), slice(None, -1))
    )
    found[tuple(to)] = table[tuple(of)]
    return found


def _to_come(n_bags: int, t: Annotated[Floats, "K"]) -> tuple[Table, Annotated[Integers, "T K"]]:
    """Log B(t + n) − log B(t) for all n, −inf where n are more than all bags; and n, a row each."""
    axes = np.indices((n_bags + 1,) * (len(t) - 1)).reshape(len(t) - 1, -1)
    filled = np.column_stack([axes.T, n_bags - axes.sum(axis=0)]).astype(np.int64)
    inside = filled[:, -1] >= 0
    n = np.where(inside[:, None], filled, 0)
    whole = float(t.sum())
    log_ratio = (gammaln(t + n) - gammaln(t)).sum(axis=1) - (gammaln(whole + n_bags) - gammaln(whole))
    shape = (n_bags + 1,) * (len(t) - 1)
    return np.where(inside, log_ratio, -np.inf).reshape(shape), filled
