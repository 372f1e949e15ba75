"""Rows of counts under each of K components whose bags follow their recipes exactly: multinomials.

The log of a multinomial's probability is Σ_c k_c log q_c beside its coefficient, so that all of it is matrix products.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Protocol, TypeAlias

import numpy as np

from handful.arrays import Floats, Integers
from handful.distributions.simplex import basis
from handful.models.mixture_layout import MixturePoints
from handful.products import product

if TYPE_CHECKING:
    from scipy.sparse import csc_array, csr_array

Matrix: TypeAlias = "Floats | csr_array[Any, Any] | csc_array[Any]"

SPARSE = 0.1
LARGE = 1 << 16
"""A larger table of which less than a tenth is not 0 is kept without its zeros."""


@dataclass(frozen=True, slots=True, eq=False)
class Slopes:
    """Sums over rows of the derivatives of the components' log probabilities, each row with its part.

    Parameters
    ----------
    by_mean : array (S, K, C)
        By log m, taken as C free numbers.
    by_precision : array (S, K) or None
        By log κ.
    """

    by_mean: Annotated[Floats, "S K C"]
    by_precision: Annotated[Floats, "S K"] | None


class ComponentRows(Protocol):
    """U rows of counts and how probable they are under components; without multinomial coefficients."""

    @property
    def n_rows(self) -> int:
        """U."""

    def log_pmf(self, points: MixturePoints) -> Annotated[Floats, "S K U"]:
        """The log probability of each row under each component, in nats."""

    def slopes(self, points: MixturePoints, taken: Annotated[Floats, "S K U"]) -> Slopes:
        """The sums of derivatives, where each component takes a part of each row."""

    def scores(self, points: MixturePoints, component: int) -> Annotated[Floats, "U D"]:
        """The derivatives of each row's log probability by the coordinates of one component, at a single point."""

    def curvature(
        self, points: MixturePoints, component: int, *, taken: Annotated[Floats, "U"]
    ) -> Annotated[Floats, "D D"]:
        """The sum of second derivatives by the coordinates of one component, at a single point."""


@dataclass(frozen=True, slots=True, eq=False)
class MultinomialRows:
    """Rows whose bags follow their component's recipe exactly.

    Parameters
    ----------
    counts : array (U, C) or sparse array
        The rows.
    totals : array (U,)
        Their sums.

    Examples
    --------
    >>> two = MultinomialRows.of(np.array([[2, 1], [0, 0]]))
    >>> half = MixturePoints(np.zeros((1, 1)), None, np.log([[[0.5, 0.5]]]))
    >>> two.log_pmf(half).round(3)
    array([[[-2.079,  0.   ]]])
    """

    counts: Matrix
    totals: Annotated[Floats, "U"]

    @staticmethod
    def of(table: Annotated[Integers, "U C"]) -> MultinomialRows:
        """The rows of `table`, dense or sparse."""
        totals = table.sum(axis=1).astype(np.float64)
        if table.size > LARGE and np.count_nonzero(table) < SPARSE * table.size:
            from scipy.sparse import csr_array

            return MultinomialRows(csr_array(table.astype(np.float64)), totals)
        return MultinomialRows(np.ascontiguousarray(table, dtype=np.float64), totals)

    @property
    def n_rows(self) -> int:
        """U."""
        return int(self.counts.shape[0])

    def sums(self, bags: Annotated[Floats, "U"]) -> Annotated[Floats, "C"]:
        """The items of so many bags of each row."""
        return np.asarray(_times(bags[None], self.counts)[0])

    def log_pmf(self, points: MixturePoints) -> Annotated[Floats, "S K U"]:
        """Σ_c k_c log q_c."""
        n, k, c = points.log_mean.shape
        found = _times(points.log_mean.reshape(n * k, c), self.counts.T)
        return found.reshape(n, k, -1)

    def slopes(self, points: MixturePoints, taken: Annotated[Floats, "S K U"]) -> Slopes:
        """The counts that each component takes."""
        n, k, u = taken.shape
        by_mean = _times(taken.reshape(n * k, u), self.counts)
        return Slopes(by_mean.reshape(points.log_mean.shape), None)

    def scores(self, points: MixturePoints, component: int) -> Annotated[Floats, "U D"]:
        """V (k − N q), a row each."""
        q = np.exp(points.log_mean[0, component])
        v = basis(q.size)
        counts = self.counts if isinstance(self.counts, np.ndarray) else self.counts.toarray()
        return np.asarray(product(counts, np.ascontiguousarray(v.T)) - self.totals[:, None] * (v @ q))

    def curvature(
        self, points: MixturePoints, component: int, *, taken: Annotated[Floats, "U"]
    ) -> Annotated[Floats, "D D"]:
        """−(Σ of the items taken) V (diag q − q qᵀ) Vᵀ."""
        return -float(taken @ self.totals) * spread(np.exp(points.log_mean[0, component]))


@dataclass(frozen=True, slots=True, eq=False)
class KnownRows:
    """Rows under components that are known exactly: their log probabilities never change.

    Parameters
    ----------
    log_probabilities : array (K, U)
        −inf where a component has none of what a row holds.

    Examples
    --------
    >>> KnownRows.of(np.array([[2, 0], [0, 1]]), np.array([[1.0, 0.0]])).log_probabilities
    array([[  0., -inf]])
    """

    log_probabilities: Annotated[Floats, "K U"]

    @staticmethod
    def of(table: Annotated[Integers, "U C"], recipes: Annotated[Floats, "K C"]) -> KnownRows:
        """The rows of `table` under these recipes; 0 · log 0 is 0."""
        logs = np.log(np.where(recipes > 0, recipes, 1.0))
        counts = table.astype(np.float64)
        found = product(logs, counts.T)
        return KnownRows(np.where(product((recipes == 0).astype(np.float64), counts.T) > 0, -np.inf, found))

    @property
    def n_rows(self) -> int:
        """U."""
        return int(self.log_probabilities.shape[1])

    def log_pmf(self, points: MixturePoints) -> Annotated[Floats, "S K U"]:
        """The same for every point."""
        return np.broadcast_to(
            self.log_probabilities, (len(points.log_weights), *self.log_probabilities.shape)
        )

    def slopes(self, points: MixturePoints, taken: Annotated[Floats, "S K U"]) -> Slopes:  # noqa: ARG002  # as others
        """None: there is nothing to change."""
        return Slopes(np.zeros(points.log_mean.shape), None)

    def scores(self, points: MixturePoints, component: int) -> Annotated[Floats, "U D"]:  # noqa: ARG002  # as others
        """A component without coordinates has none."""
        return np.zeros((self.n_rows, 0))

    def curvature(
        self,
        points: MixturePoints,  # noqa: ARG002  # as others
        component: int,  # noqa: ARG002
        *,
        taken: Annotated[Floats, "U"],  # noqa: ARG002
    ) -> Annotated[Floats, "D D"]:
        """A component without coordinates has none."""
        return np.zeros((0, 0))


def spread(q: Annotated[Floats, "C"]) -> Annotated[Floats, "C-1 C-1"]:
    """V (diag q − q qᵀ) Vᵀ: how proportions move with their coordinates.

    Examples
    --------
    >>> spread(np.array([0.5, 0.5])).round(3)
    array([[0.5]])
    """
    v = basis(q.size)
    moved = v @ q
    return np.asarray((v * q) @ v.T - np.outer(moved, moved))


def _times(a: Annotated[Floats, "n k"], b: Matrix) -> Annotated[Floats, "n m"]:
    if isinstance(b, np.ndarray):
        return product(np.ascontiguousarray(a), b)
    return np.ascontiguousarray((b.T @ a.T).T)
