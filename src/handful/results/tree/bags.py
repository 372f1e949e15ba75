"""What each draw says of each bag: how likely its counts are, what another bag would hold, its own recipe.

A bag counts as one item of the data, the one to be left out: where every bag has a recipe of its own, that
recipe is integrated out, so that the likelihood is that of a fresh bag of the same total.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import numpy as np
from scipy.special import gammaln, xlogy

from handful.arrays import Floats, Integers
from handful.data.counts import Counts
from handful.distributions.special import log_multinomial_coefficient, log_rising_excess
from handful.inference.bag_proportions import draw_bag_proportions
from handful.inference.draws import Draws
from handful.inference.fits import Fit
from handful.models.separate import Separate
from handful.results.made_up.bags import TINIEST, make_bags
from handful.results.made_up.quantities import prior_quantities
from handful.results.tree.chains import Chains


def log_likelihood(chains: Chains, bags: Counts) -> Annotated[Floats, "S B"]:
    """The log probability of each bag's counts given each draw, in nats, multinomial coefficient included."""
    quantities, totals = chains.quantities, bags.totals.astype(np.float64)
    if "rate" in quantities:
        first = bags.table[:, 0].astype(np.float64)
        expected = quantities["rate"][:, None] * totals
        return np.asarray(xlogy(first, expected) - expected - gammaln(first + 1.0))
    log_mean = np.log(np.maximum(quantities["proportions"], TINIEST))
    # einsum and not @: a BLAS may add in another order with other threads.
    found = np.einsum("sc,bc->sb", log_mean, bags.table.astype(np.float64))
    found += log_multinomial_coefficient(bags.table)
    if "precision" in quantities:
        found += _rising(quantities["precision"], np.exp(log_mean), bags=bags)
    return np.asarray(found)


def _rising(
    precision: Annotated[Floats, "S"], mean: Annotated[Floats, "S C"], *, bags: Counts
) -> Annotated[Floats, "S B"]:
    """Σ_c g(κ m_c, k_bc) − g(κ, N_b), each different count looked at once (DESIGN.md, section 4)."""
    found = -_each(precision, bags.totals)
    for c, column in enumerate(bags.table.T):
        found += _each(np.maximum(precision * mean[:, c], TINIEST), column)
    return found


def _each(base: Annotated[Floats, "S"], column: Annotated[Integers, "B"]) -> Annotated[Floats, "S B"]:
    values, place = np.unique(column, return_inverse=True)
    return log_rising_excess(base[:, None], values[None, :])[:, place.ravel()]


def fresh_counts(
    fit: Fit, chains: Chains, *, bags: Counts, rng: np.random.Generator
) -> Annotated[Integers, "S B C"]:
    """Counts of another bag for each bag, of the same total; the category's alone for a Poisson model."""
    quantities = chains.quantities
    if isinstance(fit.model, Separate):
        # A fresh bag has learnt nothing from the others: its recipe is one of the prior.
        quantities = prior_quantities(
            fit.model, bags.categories, n_bags=bags.n_bags, n_draws=chains.n_draws, rng=rng
        )
    return make_bags(quantities, bags.totals, rng=rng).counts


def bag_recipes(
    quantities: Mapping[str, Floats], bags: Counts, *, rng: np.random.Generator
) -> Annotated[Floats, "S B C"]:
    """A recipe for each draw of a population and each bag; bags without items have learnt nothing."""
    precision = quantities["precision"]
    # A share lost to underflow is lifted so far that κ m is still a number.
    least = TINIEST / np.minimum(precision, 1.0)
    population = {
        "precision": precision,
        "proportions": np.maximum(quantities["proportions"], least[:, None]),
    }
    draws = Draws.of(population, weights=np.full(len(precision), 1.0 / len(precision)))
    return draw_bag_proportions(draws, bags, chosen=np.arange(len(precision)), rng=rng)
