"""Counts of a bag of known size when the recipe is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import ArrayLike

from handful.arrays import Floats, Integers
from handful.compensated import sum_compensated, times_exact
from handful.distributions.checks import as_counts, listed, simplex_vector, whole, with_total
from handful.distributions.special import coefficient_terms
from handful.rng import RNG, as_generator


def log_pmf(counts: ArrayLike, log_proportions: ArrayLike) -> Annotated[Floats, "..."]:
    """The log probability of counts, in nats, multinomial coefficient included.

    A category that was not counted adds 0, also where its proportion is 0 (0 · log 0 = 0); one
    that was counted though its proportion is 0 makes the counts impossible: −inf.

    Parameters
    ----------
    counts : array (..., C)
        Whole numbers >= 0.
    log_proportions : array (..., C)
        Log proportions, in nats; −inf for a share of 0. Broadcasts with `counts`.

    Raises
    ------
    CountsError
        If the counts are no counts.

    Examples
    --------
    >>> float(np.exp(log_pmf([1, 1], np.log([0.5, 0.5]))).round(12))
    0.5
    >>> with np.errstate(divide="ignore"):
    ...     float(log_pmf([0, 3], np.log([0.0, 1.0])))
    0.0
    """
    k = as_counts(counts).astype(np.float64)
    logs = np.asarray(log_proportions, dtype=np.float64)
    k, logs = np.broadcast_arrays(k, logs)
    impossible = (k > 0) & np.isneginf(logs)
    product, lost = times_exact(k, np.where((k > 0) & ~impossible, logs, 0.0))
    terms = np.concatenate((coefficient_terms(k), product, lost), axis=-1)
    return np.asarray(np.where(impossible.any(axis=-1), -np.inf, sum_compensated(terms)))


def draw_counts(
    totals: ArrayLike, proportions: ArrayLike, *, rng: np.random.Generator
) -> Annotated[Integers, "... C"]:
    """Counts (..., C) of bags with these totals and recipes, one draw for each.

    NumPy gives what rounding leaves over to the last category, even to one of proportion 0. So
    the largest category is put last while drawing, where a stray item in 10^16 does no harm.

    Parameters
    ----------
    totals : array (...)
        Whole numbers >= 0.
    proportions : array (..., C)
        Points on the simplex; leading axes broadcast with `totals`.
    rng : Generator

    Examples
    --------
    >>> draw_counts([3, 5], [[1.0, 0.0], [0.0, 1.0]], rng=np.random.default_rng(1))
    array([[3, 0],
           [0, 5]])
    """
    sizes = np.asarray(totals, dtype=np.int64)
    shares = np.asarray(proportions, dtype=np.float64)
    lead = np.broadcast_shapes(sizes.shape, shares.shape[:-1])
    shares = np.broadcast_to(shares, (*lead, shares.shape[-1]))
    largest = shares.argmax(axis=-1, keepdims=True)
    columns = np.broadcast_to(np.arange(shares.shape[-1]), shares.shape)
    last = shares.shape[-1] - 1
    order = np.where(columns == largest, last, np.where(columns == last, largest, columns))
    # `order` swaps two places, so it is its own inverse.
    drawn = rng.multinomial(np.broadcast_to(sizes, lead), np.take_along_axis(shares, order, axis=-1))
    return np.take_along_axis(np.asarray(drawn, dtype=np.int64), order, axis=-1)


def draw_categorical(
    weights: Annotated[Floats, "... K"], *, rng: np.random.Generator
) -> Annotated[Integers, "..."]:
    """Places from 0 to K - 1 (...), one for each set of weights, which need not sum to 1.

    Parameters
    ----------
    weights : array (..., K)
        Not negative, and not all 0.
    rng : Generator

    Examples
    --------
    >>> draw_categorical(np.array([[0.0, 2.0], [3.0, 0.0]]), rng=np.random.default_rng(1))
    array([1, 0])
    """
    passed = np.cumsum(weights, axis=-1)
    luck = rng.random(passed.shape[:-1]) * passed[..., -1]
    # The last place is what no other has taken: rounding gives none beyond it.
    return np.asarray((luck[..., None] >= passed[..., :-1]).sum(axis=-1), dtype=np.int64)


@dataclass(frozen=True, slots=True, init=False, eq=False, repr=False)
class Multinomial:
    """Counts of a bag of `total` items drawn from a known recipe.

    Parameters
    ----------
    total : int
        How many items the bag holds, N.
    proportions : array (C,)
        The recipe; sums to 1 within 1e-9.

    Raises
    ------
    ParameterError
        If the total is not a whole number or the proportions do not sum to 1.

    Examples
    --------
    >>> bag = Multinomial(10, [0.2, 0.3, 0.5])
    >>> bag.mean
    array([2., 3., 5.])
    >>> round(bag.log_prob([2, 3, 5]), 6)
    -2.464516
    """

    total: int
    proportions: Annotated[Floats, "C"]

    def __init__(self, total: int, proportions: ArrayLike) -> None:
        object.__setattr__(self, "total", whole(total, name="total"))
        object.__setattr__(self, "proportions", simplex_vector(proportions, name="proportions"))

    @property
    def mean(self) -> Annotated[Floats, "C"]:
        """The expected counts (C,)."""
        return self.total * self.proportions

    @property
    def covariance(self) -> Annotated[Floats, "C C"]:
        """The covariance of the counts (C, C)."""
        q = self.proportions
        return self.total * (np.diag(q) - np.outer(q, q))

    def log_prob(self, counts: ArrayLike) -> float | Annotated[Floats, "..."]:
        """The log probability of counts (..., C), in nats.

        Raises
        ------
        CountsError
            If they are no counts.
        ParameterError
            If they do not sum to the total.
        """
        k = as_counts(counts, n_categories=self.proportions.size)
        with_total(k, self.total)
        with np.errstate(divide="ignore"):
            value = log_pmf(k, np.log(self.proportions))
        return float(value) if value.ndim == 0 else value

    def draw(self, n_draws: int, *, rng: RNG = None) -> Annotated[Integers, "S C"]:
        """Counts of `n_draws` bags (S, C)."""
        generator = as_generator(rng)
        return draw_counts(
            np.full(whole(n_draws, name="n_draws"), self.total), self.proportions, rng=generator
        )

    def __repr__(self) -> str:
        return f"Multinomial({self.total}, [{listed(self.proportions, ', ')}])"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Multinomial):
            return NotImplemented
        return self.total == other.total and np.array_equal(self.proportions, other.proportions)

    def __hash__(self) -> int:
        return hash((Multinomial, self.total, self.proportions.tobytes()))
