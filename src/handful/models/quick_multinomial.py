"""Components whose bags follow them exactly, for a search (see ``quick_components``): multinomials."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from scipy import sparse

from handful.arrays import Floats, Integers

LEAST_SHARE = 1e-300


@dataclass(frozen=True, slots=True, eq=False)
class QuickMultinomial:
    """Rows under multinomials; the parameters are log q.

    Parameters
    ----------
    counts : sparse array (U, C)
        The rows.
    items_of : sparse array (C, U)
        The same, turned.
    concentration : array (C, J)
        Of the Dirichlet prior: the same for all components (J = 1), or one for each.

    Examples
    --------
    >>> rows = QuickMultinomial.of(np.array([[2, 1], [0, 3]]), concentration=np.ones((2, 1)))
    >>> up, _ = rows.raised(np.log([[0.5], [0.5]]), np.array([[1.0], [0.0]]))
    >>> np.exp(up).round(3)
    array([[0.6],
           [0.4]])
    """

    counts: sparse.csr_array
    items_of: sparse.csr_array
    concentration: Annotated[Floats, "C J"]

    @staticmethod
    def of(table: Annotated[Integers, "U C"], *, concentration: Annotated[Floats, "C J"]) -> QuickMultinomial:
        """The rows of `table`, under components with these priors."""
        counts = sparse.csr_array(table.astype(np.float64))
        return QuickMultinomial(counts, counts.T.tocsr(), concentration)

    def log_pmf(self, parameters: Annotated[Floats, "C X"]) -> Annotated[Floats, "U X"]:
        """The sums Σ_c k_c log q_c."""
        return np.asarray(self.counts @ parameters)

    def log_prior(self, parameters: Annotated[Floats, "C X"]) -> Annotated[Floats, "X"]:
        """The sum Σ_c a_c log q_c: a density by log-ratios."""
        return np.asarray((self._concentration(parameters.shape[1]) * parameters).sum(axis=0))

    def raised(
        self,
        parameters: Annotated[Floats, "C X"],
        bags: Annotated[Floats, "U X"],
    ) -> tuple[Annotated[Floats, "C X"], Annotated[Floats, "U X"]]:
        """The mode, q in proportion to a + S; the leverages are Σ_c (k_c − N q_c)²/(a_c + S_c)."""
        held = self._concentration(parameters.shape[1]) + self.items_of @ bags
        whole = held.sum(axis=0)
        found = np.log(np.maximum(held / whole, LEAST_SHARE))
        totals = self.counts.sum(axis=1)[:, None]
        # Σ k²/h − 2 N Σ k q/h + N² Σ q²/h, with q = h/Σh.
        leverages = self.counts.multiply(self.counts).tocsr() @ (1.0 / held)
        leverages -= totals * totals / whole
        return found, np.maximum(leverages, 0.0)

    def start(self, bags: Annotated[Floats, "U X"]) -> Annotated[Floats, "C X"]:
        """The mode for these bags."""
        return self.raised(np.zeros((self.counts.shape[1], bags.shape[1])), bags)[0]

    def of_rows(self, rows: Annotated[Integers, "V"]) -> QuickMultinomial:
        """The same for some of the rows."""
        part = self.counts[rows]
        return QuickMultinomial(part, part.T.tocsr(), self.concentration)

    def _concentration(self, n_columns: int) -> Floats:
        """That of each column's component: the columns go through the components."""
        n_own = self.concentration.shape[1]
        return self.concentration if n_own == 1 else np.tile(self.concentration, n_columns // n_own)
