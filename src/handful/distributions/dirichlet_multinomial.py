"""Counts of a bag whose recipe is itself a draw from a Dirichlet.

The pmf is a ratio of rising factorials, L(k) ∏(a_c)_{k_c} / (A)_N with A = Σa. Its large parts
form two divergences around the pooled recipe p_c = (a_c + k_c)/(A + N):

    log pmf = −Σ_c [D(a_c, A p_c) + D(k_c, N p_c)] + Σ_c r(a_c, k_c) − r(A, N),

D being the deviance of ``saddlepoint`` and r what Stirling's formula leaves over. As A grows, the
first deviance tends to 0 and the second to the multinomial's: the limit needs no special case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import ArrayLike

from handful.arrays import Floats, Integers
from handful.compensated import sum_compensated
from handful.distributions.checks import (
    as_counts,
    category_index,
    concentration_vector,
    listed,
    probabilities,
    whole,
    with_total,
)
from handful.distributions.draws import draw_log_dirichlet
from handful.distributions.multinomial import draw_counts
from handful.distributions.slopes import exact_excess, slope, slope_deficit
from handful.distributions.special import log_factorial_excess
from handful.errors import ParameterError
from handful.rng import RNG, as_generator
from handful.stirling import deviance, stirling_remainder

LONGEST_TABLE = 10_000_000
"""The largest total whose whole distribution function is tabulated (240 MB)."""

_TINY = float(np.finfo(np.float64).tiny)


def log_pmf(counts: ArrayLike, concentration: ArrayLike) -> Annotated[Floats, "..."]:
    """The log probability of counts, in nats, multinomial coefficient included.

    Parameters
    ----------
    counts : array (..., C)
        Whole numbers >= 0.
    concentration : array (..., C)
        Positive numbers; broadcasts with `counts`.

    Raises
    ------
    CountsError
        If the counts are no counts.

    References
    ----------
    Loader (2000), Fast and accurate computation of binomial probabilities, for the multinomial;
    Yu & Shaw (2014), Bioinformatics 30:1547, on how the textbook form fails.

    Examples
    --------
    >>> float(np.exp(log_pmf([1, 1], [1.0, 1.0])).round(12))
    0.333333333333
    >>> float(np.exp(log_pmf([1, 1], [1e300, 1e300])).round(12))
    0.5
    """
    k, a = np.broadcast_arrays(
        as_counts(counts).astype(np.float64), np.asarray(concentration, dtype=np.float64)
    )
    n = k.sum(axis=-1, keepdims=True)
    precision = sum_compensated(a)[..., None]
    seen = k > 0
    # A bag without items has probability 1; a stand-in of 1 item keeps its formulas finite.
    n_safe, k_safe = np.maximum(n, 1.0), np.where(seen, k, 1.0)
    divergence = _divergence(k_safe, a, n=n_safe, precision=precision)
    unseen = a * _log_ratio(precision, n_safe)
    parts = [np.where(seen, -part, 0.0) for part in divergence]
    parts.append(np.where(seen, _leftover(a, k_safe), -unseen))
    parts.append(-_leftover(precision, n_safe))
    total = sum_compensated(np.concatenate(parts, axis=-1))
    return np.asarray(np.where(n[..., 0] > 0, total, 0.0))


def _divergence(k: Floats, a: Floats, *, n: Floats, precision: Floats) -> tuple[Floats, ...]:
    """D(a, A p) + D(k, N p) for categories that were counted, as four parts to be added."""
    pooled = (a + k) / (precision + n)
    # a − A p = −(k − N p), found without subtracting two numbers of the size of A.
    excess = (n * (a / precision) - k) * (precision / (precision + n))
    of_prior = deviance(a, np.maximum(precision * pooled, _TINY), excess=excess)
    of_counts = deviance(k, n * pooled, excess=-excess)
    return *of_prior, *of_counts


def _log_ratio(a: Floats, n: Floats) -> Floats:
    """log(1 + n/a), also where n/a would overflow."""
    small = n < a
    near = np.log1p(np.where(small, n, 0.0) / a)
    with np.errstate(divide="ignore"):
        far = np.log(np.where(small, 1.0, n) + a) - np.log(a)
    return np.where(small, near, far)


def _leftover(a: Floats, k: Floats) -> Floats:
    """What is left of log (a)_k/k! when the entropy part of Stirling's formula is taken out."""
    remainder = stirling_remainder(a + k) - stirling_remainder(a)
    return remainder - log_factorial_excess(k) - 0.5 * _log_ratio(a, k)


def log_pmf_gradient(counts: ArrayLike, concentration: ArrayLike) -> Annotated[Floats, "... C"]:
    """The derivatives of the log pmf with respect to the log concentrations (..., C), in nats.

    With e(a, n) = Σ_{j<n} j/(a + j), the derivative is (k_c − N m_c) − e(a_c, k_c) + m_c e(A, N),
    m = a/A: the first term is found exactly, since the others are all that is left where it is 0.

    Parameters
    ----------
    counts : array (..., C)
        Whole numbers >= 0.
    concentration : array (..., C)
        Positive numbers; broadcasts with `counts`.

    Raises
    ------
    CountsError
        If the counts are no counts.

    Examples
    --------
    >>> log_pmf_gradient([3, 1], [1.0, 1.0]).round(3)
    array([ 0.55 , -0.283])
    """
    k, a = np.broadcast_arrays(
        as_counts(counts).astype(np.float64), np.asarray(concentration, dtype=np.float64)
    )
    n = k.sum(axis=-1, keepdims=True)
    precision = sum_compensated(a)[..., None]
    share = a / precision
    near_multinomial = (k <= a) & (n <= precision)
    lost = share * slope_deficit(precision, n) - slope_deficit(a, k)
    direct = slope(a, k) - share * slope(precision, n)
    return np.asarray(np.where(near_multinomial, exact_excess(k, a, n=n) + lost, direct))


@dataclass(frozen=True, slots=True, init=False, eq=False, repr=False)
class DirichletMultinomial:
    """Counts of a bag of `total` items whose recipe is a draw from a Dirichlet.

    Parameters
    ----------
    total : int
        How many items the bag holds, N.
    concentration : array (C,)
        The concentration of the Dirichlet, positive and finite.
    categories : sequence of str, optional
        Names of the categories.

    Raises
    ------
    ParameterError
        If the total is not a whole number or the concentration is not positive.

    Examples
    --------
    >>> bag = DirichletMultinomial(10, [1, 1, 2])
    >>> bag.mean
    array([2.5, 2.5, 5. ])
    >>> round(bag.log_prob([2, 3, 5]), 6)
    -3.864232
    """

    total: int
    concentration: Annotated[Floats, "C"]
    categories: tuple[str, ...] | None

    def __init__(
        self, total: int, concentration: ArrayLike, *, categories: Sequence[str] | None = None
    ) -> None:
        array, names = concentration_vector(concentration, categories=categories)
        object.__setattr__(self, "total", whole(total, name="total"))
        object.__setattr__(self, "concentration", array)
        object.__setattr__(self, "categories", names)

    @property
    def mean(self) -> Annotated[Floats, "C"]:
        """The expected counts (C,)."""
        return np.asarray(self.total * (self.concentration / self.concentration.sum()))

    @property
    def covariance(self) -> Annotated[Floats, "C C"]:
        """The covariance of the counts (C, C): the multinomial's, (N + A)/(1 + A) times as large."""
        precision = self.concentration.sum()
        share = self.concentration / precision
        inflation = self.total * ((self.total + precision) / (1.0 + precision))
        return np.asarray(inflation * (np.diag(share) - np.outer(share, share)))

    def log_prob(self, counts: ArrayLike) -> float | Annotated[Floats, "..."]:
        """The log probability of counts (..., C), in nats.

        Raises
        ------
        CountsError
            If they are no counts.
        ParameterError
            If they do not sum to the total.
        """
        k = as_counts(counts, n_categories=self.concentration.size)
        with_total(k, self.total)
        value = log_pmf(k, self.concentration)
        return float(value) if value.ndim == 0 else value

    def draw(self, n_draws: int, *, rng: RNG = None) -> Annotated[Integers, "S C"]:
        """Counts of `n_draws` bags (S, C), each with a recipe of its own."""
        generator = as_generator(rng)
        number = whole(n_draws, name="n_draws")
        recipes = np.exp(draw_log_dirichlet(self.concentration, number, rng=generator))
        return draw_counts(np.full(number, self.total), recipes, rng=generator)

    def margin(self, category: str | int) -> DirichletMultinomial:
        """The counts of one category and of all others: a beta-binomial.

        Examples
        --------
        >>> DirichletMultinomial(10, [1, 1, 2], categories=["blue", "red", "green"]).margin("green")
        DirichletMultinomial(10, [2, 2], categories=('green', 'not green'))
        """
        n = self.concentration.size
        place = category_index(category, categories=self.categories, n=n)
        others = np.delete(self.concentration, place).sum()
        names = None
        if self.categories is not None:
            names = (self.categories[place], f"not {self.categories[place]}")
        return DirichletMultinomial(self.total, [self.concentration[place], others], categories=names)

    def cdf(self, first: ArrayLike) -> float | Annotated[Floats, "..."]:
        """The probability that at most `first` items are of the first of two categories.

        Examples
        --------
        >>> round(DirichletMultinomial(10, [1, 1]).cdf(4), 12)
        0.454545454545
        """
        table = np.concatenate(([0.0], self._first_cdf()))
        place = np.clip(np.floor(np.asarray(first, dtype=np.float64)), -1, self.total).astype(np.int64)
        value = table[place + 1]
        return float(value) if value.ndim == 0 else value

    def quantile(self, p: ArrayLike) -> int | Annotated[Integers, "..."]:
        """The smallest count of the first of two categories whose cdf reaches `p`.

        Examples
        --------
        >>> DirichletMultinomial(10, [1, 1]).quantile(0.5)
        5
        """
        levels = probabilities(p, name="p")
        # The last entry of the table is 1 up to rounding; nothing lies beyond the total.
        place = np.minimum(np.searchsorted(self._first_cdf(), levels), self.total)
        return int(place) if place.ndim == 0 else place.astype(np.int64)

    def _first_cdf(self) -> Annotated[Floats, "n"]:
        """The distribution function at 0..N of the first of two categories."""
        if self.concentration.size != 2:
            message = f"this has {self.concentration.size} categories; take the margin of one first"
            raise ParameterError(message, name="concentration", found=self.concentration)
        if self.total > LONGEST_TABLE:
            message = f"total = {self.total}: a table of its distribution goes up to {LONGEST_TABLE}"
            raise ParameterError(message, name="total", found=self.total)
        first = np.arange(self.total + 1)
        counts = np.stack((first, self.total - first), axis=-1)
        return np.asarray(np.exp(log_pmf(counts, self.concentration)).cumsum())

    def __repr__(self) -> str:
        names = "" if self.categories is None else f", categories={self.categories!r}"
        return f"DirichletMultinomial({self.total}, [{listed(self.concentration, ', ')}]{names})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, DirichletMultinomial):
            return NotImplemented
        return (
            self.total == other.total
            and self.categories == other.categories
            and np.array_equal(self.concentration, other.concentration)
        )

    def __hash__(self) -> int:
        return hash((DirichletMultinomial, self.total, self.concentration.tobytes(), self.categories))
