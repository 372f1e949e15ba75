"""Components of a mixture for a search that looks at very many of them: quick, and good to about 1e-8 nat.

A search climbs thousands of times, and needs of a component only which way is up. Log gammas and digammas do for
that what the careful sums of ``overdispersed_rows`` do for the answer, in a fraction of the time. X components are
looked at at once, a column each; which of them make up a mixture is the search's business.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Protocol

import numpy as np
from scipy import sparse, special

from handful.arrays import Floats, Integers
from handful.models import precision as precisions
from handful.models.overdispersed_rows import OverdispersedRows
from handful.models.precision import PrecisionPrior

CELLS_AT_ONCE = 32_000
"""So many numbers at once stay in cache."""

LONGEST = 1.5
"""No step moves the logarithm of a concentration further."""

STEEPEST = 0.9
"""The part of the curvature along the mean that a step may take away: beyond 1 it would lead down."""

LEAST_PRECISION, MOST_PRECISION = 3.0, 100.0
"""A start lies between these: the moments of a few bags may say anything."""


class Components(Protocol):
    """U rows under components with parameters (C, X); logs in nats, without multinomial coefficients."""

    def log_pmf(self, parameters: Annotated[Floats, "C X"]) -> Annotated[Floats, "U X"]:
        """The log probability of each row."""

    def log_prior(self, parameters: Annotated[Floats, "C X"]) -> Annotated[Floats, "X"]:
        """The log density of the prior, but for a constant."""

    def raised(
        self, parameters: Annotated[Floats, "C X"], bags: Annotated[Floats, "U X"]
    ) -> tuple[Annotated[Floats, "C X"], Annotated[Floats, "U X"]]:
        """Parameters under which so many bags of each row are more probable, and the leverage of a bag of each row.

        The leverage is twice what the log probability of a bag gains when the parameters follow that bag.
        """

    def start(self, bags: Annotated[Floats, "U X"]) -> Annotated[Floats, "C X"]:
        """Parameters to begin with, where so many bags of each row are known to be a component's."""

    def of_rows(self, rows: Annotated[Integers, "V"]) -> Components:
        """The same for some of the rows."""


@dataclass(frozen=True, slots=True, eq=False)
class QuickOverdispersed:
    """Rows under Dirichlet-multinomials; the parameters are log α.

    Parameters
    ----------
    rows : OverdispersedRows
        The rows and the pairs of a category and a count that occur in them.
    signed : sparse array (U, P)
        1 where a row has a pair, −1 for its total.
    bags_of_pair : sparse array (P, U)
        1 where a row has a pair.
    cells, totals : sparse array (U, ...)
        The columns of pairs of a category, and those of totals.
    shares : sparse array (C, U)
        The rows' proportions.
    concentration : array (C, J)
        Of the Dirichlet prior on the mean: the same for all components (J = 1), or one for each.
    precision : LogNormal, Gamma or HalfNormal
        The prior on κ = Σα.
    """

    rows: OverdispersedRows
    signed: sparse.csr_array
    bags_of_pair: sparse.csr_array
    cells: sparse.csr_array
    totals: sparse.csr_array
    shares: sparse.csr_array
    concentration: Annotated[Floats, "C J"]
    precision: PrecisionPrior

    @staticmethod
    def of(
        table: Annotated[Integers, "U C"],
        *,
        concentration: Annotated[Floats, "C J"],
        precision: PrecisionPrior,
    ) -> QuickOverdispersed:
        """The rows of `table`, under components with these priors."""
        rows = OverdispersedRows.of(table)
        n_cells = int((rows.pairs.base < table.shape[1]).sum())
        by_pair = rows.pairs_of_row.tocsc()
        signs = np.where(np.arange(len(rows.pairs.base)) < n_cells, 1.0, -1.0)
        shares = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
        return QuickOverdispersed(
            rows,
            sparse.csr_array(rows.pairs_of_row * signs[None]),
            rows.pairs_of_row.T.tocsr(),
            by_pair[:, :n_cells].tocsr(),
            by_pair[:, n_cells:].tocsr(),
            sparse.csr_array(shares.T),
            concentration,
            precision,
        )

    def log_pmf(self, parameters: Annotated[Floats, "C X"]) -> Annotated[Floats, "U X"]:
        """The log probability of each row, as a difference of log gammas."""
        bases = _bases(parameters)
        at_zero = special.gammaln(bases)
        found = np.empty((self.signed.shape[0], parameters.shape[1]))
        values = self.rows.pairs.values[:, None]
        for some in self._chunks(parameters.shape[1]):
            raised = bases[:, some][self.rows.pairs.base]
            raised += values
            special.gammaln(raised, out=raised)
            raised -= at_zero[:, some][self.rows.pairs.base]
            found[:, some] = self.signed @ raised
        return found

    def log_prior(self, parameters: Annotated[Floats, "C X"]) -> Annotated[Floats, "X"]:
        """Σ_c a_c log m_c, and the log density of log κ."""
        x = np.log(np.exp(parameters).sum(axis=0))
        own = self._concentration(parameters.shape[1])
        return np.asarray((own * (parameters - x)).sum(axis=0) + precisions.log_density(self.precision, x))

    def raised(
        self, parameters: Annotated[Floats, "C X"], bags: Annotated[Floats, "U X"]
    ) -> tuple[Annotated[Floats, "C X"], Annotated[Floats, "U X"]]:
        """A step of Newton's method, and the leverages: the curvature is a diagonal and one direction more."""
        found, leverages = np.empty_like(parameters), np.empty_like(bags)
        concentration = np.broadcast_to(self._concentration(parameters.shape[1]), parameters.shape)
        for some in self._chunks(parameters.shape[1]):
            step, leverages[:, some] = self._step(
                parameters[:, some], np.ascontiguousarray(bags[:, some]), concentration=concentration[:, some]
            )
            longest = np.abs(step).max(axis=0, initial=LONGEST)
            found[:, some] = parameters[:, some] + step * (LONGEST / longest)
        return found, leverages

    def start(self, bags: Annotated[Floats, "U X"]) -> Annotated[Floats, "C X"]:
        """The mean of the rows' proportions, and the precision that their variances ask for."""
        n = np.maximum(bags.sum(axis=0), 1e-9)
        mean = self.shares @ bags / n
        squares = self.shares.multiply(self.shares) @ bags / n
        spread = np.maximum((squares - mean * mean).sum(axis=0), 1e-6)
        precision = np.clip((mean * (1.0 - mean)).sum(axis=0) / spread - 1.0, LEAST_PRECISION, MOST_PRECISION)
        towards_even = (mean * n + 0.5 / len(mean)) / (n + 0.5)
        return np.asarray(np.log(precision * towards_even + 1e-3))

    def of_rows(self, rows: Annotated[Integers, "V"]) -> QuickOverdispersed:
        """The same for some of the rows."""
        return QuickOverdispersed.of(
            self.rows.rows[rows], concentration=self.concentration, precision=self.precision
        )

    def _step(
        self,
        parameters: Annotated[Floats, "C X"],
        bags: Annotated[Floats, "U X"],
        *,
        concentration: Annotated[Floats, "C X"],
    ) -> tuple[Annotated[Floats, "C X"], Annotated[Floats, "U X"]]:
        """Newton's step in log α, and the leverages.

        With S_c = Σ_b w_b Σ_j α_c/(α_c + j) and S′_c its derivative by log α_c, T the same of the totals with the
        prior on κ (falling), the curvature is diag(S′ + T′ m) + (T″ − T′) m mᵀ, and at the peak S + a = −T′ m.
        """
        bases = _bases(parameters)
        first, second = self._derivatives(bases)
        of_pair = self.bags_of_pair @ bags
        slopes = self.rows.pairs_of_base @ (of_pair * first)
        bends = self.rows.pairs_of_base @ (of_pair * second)
        x = np.log(bases[-1])
        pull = precisions.slope(self.precision, x) - concentration.sum(axis=0)
        m = bases[:-1] / bases[-1]
        upward = slopes[:-1] + concentration
        downward = m * (pull - slopes[-1])
        diagonal = np.maximum(-downward, upward) - bends[:-1]
        along = slopes[-1] - bends[-1] + precisions.curvature(self.precision, x) - pull
        scaled = m / diagonal
        length = (m * scaled).sum(axis=0)
        along = np.clip(along, 0.0, STEEPEST / length)
        more = along / (1.0 - along * length)
        gradient = upward + downward
        step = gradient / diagonal + scaled * (more * (scaled * gradient).sum(axis=0))
        # A row's score is first_c in its categories, less m_c times first of its total.
        of_cells, base = first[: self.cells.shape[1]], self.rows.pairs.base[: self.cells.shape[1]]
        of_total = self.totals @ first[self.cells.shape[1] :]
        crossed = self.cells @ (of_cells * scaled[base])
        leverages = self.cells @ (of_cells * of_cells / diagonal[base])
        leverages += of_total * (of_total * length - 2.0 * crossed)
        return step, leverages + more * (crossed - of_total * length) ** 2

    def _derivatives(
        self, bases: Annotated[Floats, "n X"]
    ) -> tuple[Annotated[Floats, "P X"], Annotated[Floats, "P X"]]:
        """Σ_{j<count} a/(a + j) and Σ_{j<count} a j/(a + j)² of every pair."""
        base = self.rows.pairs.base
        a = bases[base]
        lifted = a + self.rows.pairs.values[:, None]
        first = special.digamma(lifted)
        first -= special.digamma(bases)[base]
        first *= a
        second = _trigamma(lifted)
        second -= _trigamma(bases)[base]
        second *= a
        second *= a
        second += first
        return first, second

    def _concentration(self, n_columns: int) -> Floats:
        """That of each column's component: the columns go through the components."""
        n_own = self.concentration.shape[1]
        return self.concentration if n_own == 1 else np.tile(self.concentration, n_columns // n_own)

    def _chunks(self, n_columns: int) -> list[slice]:
        """Some columns at a time."""
        at_once = max(1, CELLS_AT_ONCE // max(len(self.rows.pairs.base), 1))
        return [slice(start, start + at_once) for start in range(0, n_columns, at_once)]


def _bases(parameters: Annotated[Floats, "C X"]) -> Annotated[Floats, "n X"]:
    """The concentrations α and, last, their sum κ."""
    a = np.exp(parameters)
    return np.concatenate([a, a.sum(axis=0, keepdims=True)])


def _trigamma(x: Annotated[Floats, "n X"]) -> Annotated[Floats, "n X"]:
    """The trigamma function to half a per cent: a term of its sum, then its series (NIST DLMF 5.15.8)."""
    inverse = 1.0 / (x + 1.0)
    square = inverse * inverse
    found = square * (-1.0 / 42.0)
    found += 1.0 / 30.0
    found *= square
    np.subtract(1.0 / 6.0, found, out=found)
    found *= inverse
    found += 0.5
    found *= square
    found += inverse
    np.divide(1.0, x, out=square)
    square *= square
    found += square
    return found
