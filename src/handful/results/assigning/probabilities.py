"""P(component | bag), for bags that a fit has learnt from and for bags that it has never seen.

Of a fitted bag it is the mean of r_k = θ_k f_k / Σ_j θ_j f_j over the posterior. A new bag tells something of weights
and recipes itself: P(k) = E[θ_k f_k] / Σ_j E[θ_j f_j], which is the mean of r_k over draws that count the more, the
better they foretell the bag.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from handful.arrays import Floats, Integers
from handful.data.labelled import UNKNOWN
from handful.distributions.special import log_sum_exp
from handful.errors import CountsError
from handful.inference.diagnostics import ONE_FAMILY
from handful.inference.draws_fit import DrawsFit
from handful.inference.fits import Fit
from handful.results.assigning.components import FEWEST_DRAWS, IMPOSSIBLE, KnownComponents
from handful.results.assigning.source import components_of, rows_of

MOST_CELLS = 5_000_000
"""Beyond so many draws x components x rows, fewer draws are taken."""


@dataclass(frozen=True, slots=True, eq=False)
class Chances:
    """P(component | row) of R rows.

    Parameters
    ----------
    mean : array (R, K)
        The probabilities.
    mcse : array (R, K) or None
        Their Monte Carlo standard errors; None where they are exact.
    """

    mean: Annotated[Floats, "R K"]
    mcse: Annotated[Floats, "R K"] | None

    def at(self, rows: Annotated[Integers, "r"]) -> Chances:
        """Those of some of the rows, in any order and as often as they are named."""
        return Chances(self.mean[rows], None if self.mcse is None else self.mcse[rows])


def of_fitted(fit: Fit, places: Annotated[Integers, "R"]) -> Chances:
    """Those of some rows of the fit; of a row with a known component it is 1."""
    rows = rows_of(fit)
    table, known = rows.distinct[places], rows.known[places]
    if isinstance(fit, DrawsFit) and fit.posterior.exact is not None:
        exact = fit.posterior.exact.assignments[places]
        # Bags of 10^15 items have log probabilities whose last digits are large.
        return Chances(exact / exact.sum(axis=1, keepdims=True), None)
    components = components_of(fit)
    found = _means(_fewer(components, len(table)), table, learnt=True)
    named = np.flatnonzero(known != UNKNOWN)
    for array, value in ((found.mean, 1.0), (found.mcse, 0.0)):
        if array is not None:
            array[named] = 0.0
            array[named, known[named]] = value
    return found


def of_new(components: KnownComponents, table: Annotated[Integers, "R C"]) -> Chances:
    """Those of rows that the fit has never seen.

    Raises
    ------
    CountsError
        If a row is impossible under every component.
    """
    return _means(_fewer(components, len(table)), table, learnt=False)


def _fewer(components: KnownComponents, n_rows: int) -> KnownComponents:
    return components.thinned(max(FEWEST_DRAWS, MOST_CELLS // max(components.size * n_rows, 1)))


def _means(components: KnownComponents, table: Annotated[Integers, "R C"], *, learnt: bool) -> Chances:
    mean = np.empty((len(table), components.size))
    error = np.zeros(mean.shape)
    prior = np.log(np.maximum(components.weights, np.finfo(np.float64).tiny))
    for part in components.chunks(len(table)):
        joint = components.log_pmf(table[part]) + components.at.log_weights[:, :, None]
        joint[joint < 0.5 * IMPOSSIBLE] = -np.inf
        level = joint.max(axis=1, keepdims=True)
        _check_possible(level[:, 0].max(axis=0), table[part])
        joint -= np.where(np.isfinite(level), level, 0.0)
        shares = np.exp(joint, out=joint)
        total = shares.sum(axis=1)
        shares /= np.where(total > 0, total, 1.0)[:, None]
        weights = np.broadcast_to(components.weights[:, None], total.shape)
        if not learnt:
            with np.errstate(divide="ignore"):
                foretold = prior[:, None] + level[:, 0] + np.log(total)
            weights = np.exp(foretold - log_sum_exp(foretold, axis=0))
        weighted = shares * weights[:, None]
        found = weighted.sum(axis=0).T
        mean[part] = found / found.sum(axis=1, keepdims=True)
        if components.sampled:
            weighted -= weights[:, None] * mean[part].T
            error[part] = _errors(components, weights, deviations=weighted)
    return Chances(mean, error if components.sampled else None)


def _check_possible(highest: Annotated[Floats, "R"], table: Annotated[Integers, "R C"]) -> None:
    """Nothing, if some component could have filled each of the bags."""
    impossible = np.flatnonzero(~np.isfinite(highest))
    if impossible.size:
        counts = table[impossible[0]].tolist()
        message = (
            f"a bag with the counts {counts} is impossible under every component: each of them gives a share of "
            "exactly 0 to something that it holds"
        )
        raise CountsError(message, found=counts)


def _errors(
    components: KnownComponents, weights: Annotated[Floats, "S R"], *, deviations: Annotated[Floats, "S K R"]
) -> Annotated[Floats, "R K"]:
    """The standard errors of weighted means, each row with weights of its own, when families are independent.

    As in ``diagnostics.family_variance``: Σ_a (Σ_{s in a} w_s(f_s − mean))²/(1 − Σ_a W_a²).
    """
    families = [components.ancestor]
    if (components.replicate != components.replicate[0]).any():
        families.append(components.replicate)
    found = np.zeros((deviations.shape[2], deviations.shape[1]))
    for family in families:
        of_family, all_of_it = _summed(deviations, family), _summed(weights, family)
        several = 1.0 - np.einsum("ar,ar->r", all_of_it, all_of_it)
        alone = several < ONE_FAMILY
        squares = np.einsum("akr,akr->kr", of_family, of_family)
        error = np.sqrt(squares / np.where(alone, 1.0, several))
        found = np.maximum(found, np.where(alone, np.inf, error).T)
    return found


def _summed(
    values: Annotated[Floats, "S ..."], family: Annotated[Integers, "S"]
) -> Annotated[Floats, "A ..."]:
    """The sums over the draws of each family."""
    edges = np.diff(family)
    if (edges > 0).all():
        return values
    order = np.arange(len(family))
    if (edges < 0).any():
        order = np.argsort(family, kind="stable")
        values, edges = values[order], np.diff(family[order])
    return np.asarray(np.add.reduceat(values, np.flatnonzero(np.append(1, edges)), axis=0))
