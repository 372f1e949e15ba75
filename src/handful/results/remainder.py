"""How many of the items that are not counted yet are of one category: exact at every total.

Given its share q, the category has K ~ Binomial(M, q) of M items, and q has a posterior. The
(k+1)-th smallest of M uniform numbers, U, is a Beta(k + 1, M − k), and at most k of them lie below
q exactly where U > q (NIST DLMF 8.17.5 says the same of their probabilities). So

    P(K ≤ k) = P(Q < U),  Q from the posterior and U independent of it,

one integral, whatever M is.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Protocol, runtime_checkable

import numpy as np
from scipy import special

from handful.arrays import Floats
from handful.distributions.beta_integral import lower_tail, upper_tail
from handful.distributions.dirichlet_multinomial import log_pmf
from handful.distributions.special import log_multinomial_coefficient
from handful.errors import ParameterError
from handful.results.beta_below import beta_below, expectations, weighted
from handful.rng import RNG

NODES_PER_SD = 2.0
"""Nodes must be so dense against the width of a binomial to stand for the posterior (to 1e-10)."""

TIE = 1e-9
"""A probability this near to a limit, relative to it, reaches the limit: else rounding would decide."""

SHORT = 1_000
"""Of up to so many items the probabilities are added up, which is quicker than an integral for each sum."""

CELLS = 250_000


class CountToCome(Protocol):
    """How many of a number of items will be of one category."""

    @property
    def total(self) -> int:
        """How many items there are, M."""

    @property
    def mean(self) -> float:
        """The expected number."""

    @property
    def variance(self) -> float:
        """The expected squared distance from the mean."""

    def tails(self, k: int) -> tuple[float, float]:
        """The probabilities of at most k, and of more than k."""

    def pmf(self) -> Annotated[Floats, "n"]:
        """The probabilities of 0, 1, ..., M."""


@runtime_checkable
class OnNodes(Protocol):
    """A posterior of one share that is tabulated: nodes of a quadrature with their probabilities.

    The nodes stand for the posterior where a binomial is wide against their distances; where it is
    not (very many items), the posterior's own distribution function takes their place.
    """

    @property
    def nodes(self) -> Annotated[Floats, "n"]:
        """Shares in rising order, in [0, 1]."""

    @property
    def weights(self) -> Annotated[Floats, "n"]:
        """Their posterior probabilities, which sum to 1."""

    @property
    def mean(self) -> float:
        """The expected share."""

    @property
    def variance(self) -> float:
        """The expected squared distance of the share from its mean."""

    def cdf(self, value: Annotated[Floats, "n"], /) -> float | Annotated[Floats, "..."]:
        """The probability of a share of at most `value`."""

    def sf(self, value: Annotated[Floats, "n"], /) -> float | Annotated[Floats, "..."]:
        """The probability of a share above `value`."""

    def draw(self, n_draws: int, *, rng: RNG = None) -> Annotated[Floats, "S"]:
        """Shares drawn at random (S,)."""


@dataclass(frozen=True, slots=True)
class BetaBinomial:
    """The number to come of a category whose share is a Beta(a, b).

    Parameters
    ----------
    total : int
        How many items there are, M.
    a, b : float
        Of the posterior of the share.

    Examples
    --------
    >>> BetaBinomial(9, 1.0, 1.0).tails(3)
    (0.4, 0.6)
    """

    total: int
    a: float
    b: float

    @property
    def mean(self) -> float:
        """The expected number."""
        return self.total * (self.a / (self.a + self.b))

    @property
    def variance(self) -> float:
        """The expected squared distance from the mean."""
        both = self.a + self.b
        spread = (self.a / both) * (self.b / both)
        return self.total * spread * (1.0 + (self.total - 1.0) / (both + 1.0))

    def tails(self, k: int) -> tuple[float, float]:
        """The probabilities of at most k, and of more than k."""
        if not 0 <= k < self.total:
            return (0.0, 1.0) if k < 0 else (1.0, 0.0)
        if self.total <= SHORT:
            at_most, more = _summed(self)
            return float(at_most[k]), float(more[k])
        return beta_below((self.a, self.b), (k + 1.0, float(self.total - k)))

    def pmf(self) -> Annotated[Floats, "n"]:
        """The probabilities of 0, 1, ..., M."""
        result = np.empty(self.total + 1)
        for start in range(0, self.total + 1, CELLS):
            k = np.arange(start, min(start + CELLS, self.total + 1))
            result[k] = np.exp(log_pmf(np.stack((k, self.total - k), axis=-1), np.array([self.a, self.b])))
        return result


@lru_cache(maxsize=256)
def _summed(count: BetaBinomial) -> tuple[Annotated[Floats, "n"], Annotated[Floats, "n"]]:
    """The probabilities of at most 0, 1, ..., M, and of more: each added up from its own end."""
    pmf = count.pmf()
    more = np.concatenate((pmf[:0:-1].cumsum()[::-1], [0.0]))
    return np.minimum(pmf.cumsum(), 1.0), np.minimum(more, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class BinomialMixture:
    """The number to come of a category whose share is one of some nodes; one node is a binomial.

    Parameters
    ----------
    total : int
        How many items there are, M.
    nodes, weights : array (n,)
        Shares in [0, 1] and their probabilities.
    mean_share, variance_share : float
        Of the posterior behind the nodes.
    behind : OnNodes, optional
        The posterior itself, for binomials that are narrower than the nodes are apart.

    Examples
    --------
    >>> BinomialMixture(2, np.array([0.5]), np.array([1.0]), mean_share=0.5, variance_share=0.0).tails(0)
    (0.25, 0.75)
    """

    total: int
    nodes: Annotated[Floats, "n"]
    weights: Annotated[Floats, "n"]
    mean_share: float
    variance_share: float
    behind: OnNodes | None = None

    @property
    def mean(self) -> float:
        """The expected number."""
        return self.total * self.mean_share

    @property
    def variance(self) -> float:
        """The expected squared distance from the mean."""
        of_counting = self.mean_share * (1.0 - self.mean_share)
        return self.total * (of_counting + (self.total - 1.0) * self.variance_share)

    def tails(self, k: int) -> tuple[float, float]:
        """The probabilities of at most k, and of more than k."""
        if not 0 <= k < self.total:
            return (0.0, 1.0) if k < 0 else (1.0, 0.0)
        c, d = k + 1.0, float(self.total - k)
        if self.behind is None or self._close_enough():
            return weighted(
                self.weights, upper_tail(self.nodes, a=c, b=d), second=lower_tail(self.nodes, a=c, b=d)
            )
        behind = self.behind
        if c <= d:
            return expectations(lambda u: (np.asarray(behind.cdf(u)), np.asarray(behind.sf(u))), (c, d))
        return expectations(
            lambda u: (np.asarray(behind.cdf(1.0 - u)), np.asarray(behind.sf(1.0 - u))), (d, c)
        )

    def pmf(self) -> Annotated[Floats, "n"]:
        """The probabilities of 0, 1, ..., M.

        Raises
        ------
        ParameterError
            If the nodes are too few for so many items.
        """
        if self.behind is not None and not self._close_enough():
            message = (
                f"a table of probabilities for {self.total:,} items needs a posterior on more than its "
                f"{self.nodes.size:,} nodes; means, sds, intervals and draws do not"
            )
            raise ParameterError(message, name="category", found=self.total)
        result = np.empty(self.total + 1)
        step = max(1, CELLS // self.nodes.size)
        for start in range(0, self.total + 1, step):
            k = np.arange(start, min(start + step, self.total + 1), dtype=np.float64)
            rest = self.total - k
            logs = special.xlogy(k[:, None], self.nodes) + special.xlog1py(rest[:, None], -self.nodes)
            ways = log_multinomial_coefficient(np.stack((k, rest), axis=-1))
            result[start : start + step] = np.exp(logs + ways[:, None]) @ self.weights
        return result

    def _close_enough(self) -> bool:
        """Whether the nodes that matter are dense against the width of the binomial between them."""
        gaps, between = np.diff(self.nodes), 0.5 * (self.nodes[1:] + self.nodes[:-1])
        matters = np.maximum(self.weights[1:], self.weights[:-1]) > 1e-12
        width = (np.sqrt(self.total * between * (1.0 - between)) + 1.0) / self.total
        return not bool((matters & (NODES_PER_SD * gaps > width)).any())


@dataclass(frozen=True, slots=True)
class TheOthers:
    """The number to come of all other items.

    Parameters
    ----------
    ours : CountToCome
        The number of the category itself.
    """

    ours: CountToCome

    @property
    def total(self) -> int:
        """How many items there are, M."""
        return self.ours.total

    @property
    def mean(self) -> float:
        """The expected number."""
        return self.total - self.ours.mean

    @property
    def variance(self) -> float:
        """The expected squared distance from the mean."""
        return self.ours.variance

    def tails(self, k: int) -> tuple[float, float]:
        """The probabilities of at most k, and of more than k."""
        at_most, more = self.ours.tails(self.total - k - 1)
        return more, at_most

    def pmf(self) -> Annotated[Floats, "n"]:
        """The probabilities of 0, 1, ..., M."""
        return self.ours.pmf()[::-1]


def equal_tailed_counts(count: CountToCome, mass: float) -> tuple[int, int, float]:
    """The smallest a with P(K ≤ a) ≥ (1 − mass)/2, the smallest b with P(K > b) ≤ (1 − mass)/2, and P(a ≤ K ≤ b).

    Examples
    --------
    >>> equal_tailed_counts(BetaBinomial(39, 1.0, 1.0), 0.95)
    (0, 38, 0.975)
    """
    tail = 0.5 * (1.0 - mass)
    whole_range = range(count.total + 1)
    low = bisect_left(whole_range, True, key=lambda k: count.tails(k)[0] >= tail * (1.0 - TIE))
    high = bisect_left(whole_range, True, lo=low, key=lambda k: count.tails(k)[1] <= tail * (1.0 + TIE))
    return low, high, max(0.0, 1.0 - count.tails(low - 1)[0] - count.tails(high)[1])
