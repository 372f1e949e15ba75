"""How well draws tell a quantity: its mean and spread, the error of the mean, and whether replicates agree.

Draws of one family, those of one ancestor or of one replicate, may be alike; families are independent. So
the error of a mean is told by how much whole families differ from it.

References
----------
Lee & Whiteley (2018), Variance estimation in the particle filter, Biometrika 105:609 (arXiv:1509.00394);
Olsson & Douc (2019), Bernoulli 25:1504 (arXiv:1701.01001), equation 14, for means under normalised weights;
Gelman et al. (2013), Bayesian Data Analysis, 3rd edition, equations 11.1 to 11.4, for R-hat.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Protocol

import numpy as np
from numpy.typing import ArrayLike

from handful.arrays import Floats, Integers

ONE_FAMILY = 1e-9
"""Where all other families together weigh less than this, one family is all there is."""


class Related(Protocol):
    """Draws that may be relatives."""

    @property
    def weights(self) -> Annotated[Floats, "S"]:
        """Their probabilities."""

    @property
    def replicate(self) -> Annotated[Integers, "S"]:
        """Which replicate each is of."""

    @property
    def ancestor(self) -> Annotated[Integers, "S"]:
        """From whom each descends."""


@dataclass(frozen=True, slots=True, eq=False)
class Health:
    """What draws tell of one quantity or of several, each field of the quantities' shape.

    Where the draws cannot tell, because a value is no finite number or all of them are relatives, `mcse` and
    `rhat` are inf and `ess` is 0: no threshold lets that pass. A constant has `mcse` 0 and `ess` S.

    Parameters
    ----------
    mean, sd : array (...)
        Of the quantity under the posterior; NaN where a value is no finite number.
    mcse : array (...)
        The standard error of `mean`.
    ess : array (...)
        So many independent draws would tell the mean as well: sd²/mcse², S at most.
    rhat : array (...) or None
        √(1 + variance between replicates/variance within), nearly; None for one replicate.
    """

    mean: Annotated[Floats, "..."]
    sd: Annotated[Floats, "..."]
    mcse: Annotated[Floats, "..."]
    ess: Annotated[Floats, "..."]
    rhat: Annotated[Floats, "..."] | None


def health(draws: Related, values: ArrayLike) -> Health:
    """The health of a quantity that has `values` (S, ...) at the draws.

    Its error is that of the genealogy or that of the replicates' spread, whichever is larger.

    Examples
    --------
    >>> from handful.inference.evidence import Evidence
    >>> from handful.inference.particles import Particles
    >>> two = Particles.independent(np.zeros((2, 1)), np.array([0.5, 0.5]), log_evidence=Evidence(0.0))
    >>> float(health(two, [1.0, 3.0]).mcse)
    1.0
    """
    given = np.asarray(values, dtype=np.float64)
    finite = np.isfinite(given).all(axis=0)
    constant = (given == given[:1]).all(axis=0)
    values = np.where(finite, given, 0.0)
    weights = draws.weights.reshape(-1, *[1] * (given.ndim - 1))
    mean = np.where(constant, values[0], (weights * values).sum(axis=0))
    deviations = weights * (values - mean)
    variance = (deviations * (values - mean)).sum(axis=0)
    error = family_variance(deviations, draws.weights, family=draws.ancestor)
    several = bool((draws.replicate != draws.replicate[0]).any())
    if several:
        by_replicate = family_variance(deviations, draws.weights, family=draws.replicate)
        error = np.maximum(error, by_replicate)
    error = np.where(finite, error, np.inf)
    with np.errstate(divide="ignore", invalid="ignore"):
        ess = np.where(constant & (error == 0), np.inf, variance / error)
    return Health(
        mean=np.where(finite, mean, np.nan),
        sd=np.where(finite, np.sqrt(variance), np.nan),
        mcse=np.asarray(np.sqrt(error)),
        ess=np.asarray(np.minimum(ess, len(given))),
        rhat=np.where(finite, _rhat(deviations, draws, variance=variance), np.inf) if several else None,
    )


def family_variance(
    deviations: Annotated[Floats, "S ..."],
    weights: Annotated[Floats, "S"],
    *,
    family: Annotated[Integers, "S"],
) -> Annotated[Floats, "..."]:
    """The variance of a weighted mean when families are independent: Σ_a (Σ_{s in a} w_s(f_s − mean))²/(1 − Σ_a W_a²).

    W_a is the weight of family a. Without the divisor it is the estimate of Olsson & Douc; with it, it has
    no bias for families alike, and is inf where there is one only. For independent draws it is the
    standard error of importance sampling.

    Parameters
    ----------
    deviations : array (S, ...)
        w_s(f_s − mean).
    weights : array (S,)
        They sum to 1.
    family : array of int, shape (S,)
        Which family each draw belongs to.
    """
    several = 1.0 - float((_by_family(weights, family) ** 2).sum())
    squares = np.asarray((_by_family(deviations, family) ** 2).sum(axis=0))
    return squares / several if several > ONE_FAMILY else np.full_like(squares, np.inf)


def rhat_limit(n_replicates: int, ess: ArrayLike) -> Annotated[Floats, "..."]:
    """The R-hat that one fit in 10,000 exceeds although nothing is wrong: √(1 + R·F_{R−1,.9999}/ess).

    Replicates' means differ by chance, the more the fewer independent draws there are: 1.01 by itself would
    fail half of the good fits at ess 400. Nothing passes where ess is 0.

    Examples
    --------
    >>> float(rhat_limit(8, 400.0)) < 1.05 < float(rhat_limit(8, 300.0))
    True
    """
    from scipy.special import fdtri

    ess = np.asarray(ess, dtype=np.float64)
    known = np.where(ess > 0, ess, 1.0)
    excess = n_replicates * fdtri(n_replicates - 1, np.maximum(known, 2.0), 0.9999) / known
    return np.asarray(np.where(ess > 0, np.sqrt(1.0 + excess), 1.0))


def _rhat(
    deviations: Annotated[Floats, "S ..."], draws: Related, *, variance: Annotated[Floats, "..."]
) -> Annotated[Floats, "..."]:
    """R-hat of replicates that count by their weights; of equal ones it is the classical one."""
    replicate = np.unique(draws.replicate, return_inverse=True)[1]
    weights = np.bincount(replicate, draws.weights)
    heavy = weights[weights > 0].reshape(-1, *[1] * (deviations.ndim - 1))
    squares = _by_family(deviations, replicate)[weights > 0] ** 2 / heavy
    among = squares.sum(axis=0)
    several = 1.0 - float((weights**2).sum())
    if several <= ONE_FAMILY:
        return np.full_like(among, np.inf)
    within = np.maximum(variance - among, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(among > 0, among / several / within, 0.0)
    few = 1.0 - len(weights) / len(draws.weights)
    return np.asarray(np.sqrt(few * (1.0 + ratio)))


def _by_family(
    values: Annotated[Floats, "S ..."], family: Annotated[Integers, "S"]
) -> Annotated[Floats, "A ..."]:
    """The sums of values over the draws of each family, in the families' order."""
    order = np.argsort(family, kind="stable")
    starts = np.flatnonzero(np.diff(family[order], prepend=family[order[0]] - 1))
    return np.asarray(np.add.reduceat(values[order], starts, axis=0))
