"""between_bags: whether the bags differ more than counting alone would make them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from scipy.special import ndtr

from handful.arrays import Floats, Integers
from handful.data.counts import Counts
from handful.distributions.beta import Beta
from handful.distributions.dirichlet import Dirichlet
from handful.distributions.fixed import Fixed
from handful.distributions.independent import IndependentDirichlets
from handful.distributions.multinomial import draw_counts
from handful.errors import ParameterTypeError
from handful.inference.outcome import Fit
from handful.models.priors import Known
from handful.rng import RNG, as_generator

DRAWS = 2_000
MOST_CELLS = 2_000_000
"""Beyond so many simulated cells the discrepancy is a sum of so many bags that it is normal."""

LITTLE = 0.05


@dataclass(frozen=True, slots=True)
class BetweenBags:
    """How the variation between bags compares with that of bags filled from one recipe.

    Parameters
    ----------
    p : float
        The posterior predictive probability of a discrepancy as large as the one seen (mid-p).
    draws : int
        How many classes of bags were simulated.
    """

    p: float
    draws: int

    @property
    def words(self) -> str:
        """The finding in words."""
        if self.p < LITTLE:
            return "the bags differ more than one common mix explains"
        if self.p > 1 - LITTLE:
            return "the bags differ less than chance would make them"
        return "no sign of it"


def between_bags(fit: Fit, counts: Counts, *, rng: RNG = None) -> BetweenBags | None:
    """The posterior predictive p of the chi-squared discrepancy between bags of a pooled fit.

    The discrepancy of bags k and proportions q is sum_b sum_c (k_bc - N_b q_c)^2 / (N_b q_c). For
    each draw of q from the posterior it is computed for the bags seen and for bags simulated
    with the same totals (Gelman, Meng & Stern 1996, Statistica Sinica 6:733, equation 9). With very
    many bags it is a sum of so many independent terms that it is taken as normal, with its exact mean
    and variance.

    Parameters
    ----------
    fit : Fit
        A pooled fit.
    counts : Counts
        The bags it was fitted to.
    rng : int, Generator or None, optional
        The source of randomness.

    Returns
    -------
    BetweenBags or None
        None where there are not two bags with something in them: one bag cannot tell.

    Raises
    ------
    ParameterTypeError
        If the fit is not of a pooled model.

    Examples
    --------
    >>> import handful as hf
    >>> counts = hf.Counts([[30, 5], [4, 28]], categories=["blue", "brown"])
    >>> hf.between_bags(hf.fit(hf.Pooled(), counts), counts, rng=1).words
    'the bags differ more than one common mix explains'
    """
    if isinstance(fit.posterior, IndependentDirichlets):
        raise ParameterTypeError(
            "between_bags needs a pooled fit: one recipe for all bags", name="fit", found=fit
        )
    generator = as_generator(rng)
    table = counts.table[counts.totals > 0]
    if len(table) < len(("one bag", "another")):
        return None
    proportions = draw_proportions(fit.posterior, DRAWS, rng=generator)
    observed = _discrepancy(_column_sums(table), proportions, n_items=int(table.sum()))
    totals = table.sum(axis=1)
    if DRAWS * table.size <= MOST_CELLS:
        return BetweenBags(_simulated(totals, proportions, observed=observed, rng=generator), DRAWS)
    return BetweenBags(_normal(totals, proportions, observed=observed), DRAWS)


def draw_proportions(posterior: Known, n_draws: int, *, rng: np.random.Generator) -> Annotated[Floats, "S C"]:
    """Draws of the proportions of all categories from a closed-form posterior."""
    if isinstance(posterior, Fixed):
        return np.tile(posterior.proportions, (n_draws, 1))
    if isinstance(posterior, Beta):
        return Dirichlet([posterior.a, posterior.b]).draw(n_draws, rng=rng)
    return posterior.draw(n_draws, rng=rng)


def _column_sums(table: Annotated[Integers, "B C"]) -> Annotated[Floats, "C"]:
    """sum_b k_bc^2 / N_b: all that the discrepancy needs of the bags."""
    squares: Floats = (table.astype(np.float64) ** 2 / table.sum(axis=1, keepdims=True)).sum(axis=0)
    return squares


def _discrepancy(
    column_sums: Annotated[Floats, "... C"], proportions: Annotated[Floats, "S C"], *, n_items: int
) -> Annotated[Floats, "S"]:
    """sum_bc (k - N q)^2 / (N q) = sum_c [sum_b k_bc^2 / N_b] / q_c - sum_b N_b, for each draw of q."""
    # A share that underflows to 0 goes with a category never seen: 0 / 0 stands for 0.
    ratio = np.divide(column_sums, proportions, out=np.zeros(proportions.shape), where=proportions > 0)
    discrepancy: Floats = ratio.sum(axis=1) - n_items
    return discrepancy


def _simulated(
    totals: Annotated[Integers, "B"],
    proportions: Annotated[Floats, "S C"],
    *,
    observed: Annotated[Floats, "S"],
    rng: np.random.Generator,
) -> float:
    bags = draw_counts(totals, proportions[:, None, :], rng=rng).astype(np.float64)
    column_sums = (bags**2 / totals[:, None]).sum(axis=1)
    simulated = _discrepancy(column_sums, proportions, n_items=int(totals.sum()))
    equal = np.isclose(simulated, observed, rtol=1e-12, atol=0.0)
    return float(np.mean(np.where(equal, 0.5, simulated > observed)))


def _normal(
    totals: Annotated[Integers, "B"],
    proportions: Annotated[Floats, "S C"],
    *,
    observed: Annotated[Floats, "S"],
) -> float:
    """The chance of a larger sum of Pearson's X^2 over bags, taken as normal given q.

    X^2 of N items in C categories has mean C - 1 and variance 2(C - 1) + (sum 1/q - C^2 - 2C + 2)/N
    (Haldane 1937, Biometrika 29:133).
    """
    n_categories = proportions.shape[1]
    inverse = np.divide(1.0, proportions, out=np.zeros(proportions.shape), where=proportions > 0).sum(axis=1)
    excess = inverse - n_categories**2 - 2 * n_categories + 2
    mean = len(totals) * (n_categories - 1.0)
    variance = 2 * mean + excess * (1.0 / totals).sum()
    return float(np.mean(ndtr((mean - observed) / np.sqrt(variance))))
