"""What a posterior says of items that nobody has counted: their exact distributions, and recipes drawn at random."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from handful.arrays import Floats
from handful.distributions.beta import Beta
from handful.distributions.dirichlet import Dirichlet
from handful.distributions.fixed import Fixed
from handful.distributions.independent import IndependentDirichlets
from handful.errors import ParameterTypeError
from handful.inference.fits import Fit
from handful.models.pooled import Pooled
from handful.results.remainder import BetaBinomial, BinomialMixture, CountToCome, OnNodes, TheOthers


def posterior_of(fit: Fit) -> object:
    """The posterior of the one recipe of a pooled fit.

    Raises
    ------
    ParameterTypeError
        If the fit is of another model.
    """
    if not isinstance(fit.model, Pooled):
        raise _refusal(fit.posterior)
    return fit.posterior


def counts_to_come(posterior: object, total: int) -> tuple[CountToCome, ...]:
    """For each category the distribution of its number among `total` items of one recipe.

    Parameters
    ----------
    posterior : Beta, Dirichlet, Fixed or OnNodes
        Of the recipe; one of a single share is that of the first of two categories.
    total : int
        How many items.

    Raises
    ------
    ParameterTypeError
        If it is a posterior of something else.

    Examples
    --------
    >>> [count.mean for count in counts_to_come(Beta(1, 3), 8)]
    [2.0, 6.0]
    """
    if isinstance(posterior, Beta):
        return BetaBinomial(total, posterior.a, posterior.b), BetaBinomial(total, posterior.b, posterior.a)
    if isinstance(posterior, Dirichlet):
        margins = map(posterior.margin, range(posterior.concentration.size))
        return tuple(BetaBinomial(total, margin.a, margin.b) for margin in margins)
    if isinstance(posterior, Fixed):
        return tuple(
            BinomialMixture(total, np.array([q]), np.ones(1), mean_share=q, variance_share=0.0)
            for q in posterior.proportions.tolist()
        )
    if isinstance(posterior, OnNodes):
        nodes, weights = np.asarray(posterior.nodes), np.asarray(posterior.weights)
        first = BinomialMixture(
            total,
            nodes,
            weights,
            mean_share=posterior.mean,
            variance_share=posterior.variance,
            behind=posterior,
        )
        return first, TheOthers(first)
    raise _refusal(posterior)


def draw_recipes(posterior: object, n_draws: int, *, rng: np.random.Generator) -> Annotated[Floats, "S C"]:
    """Recipes drawn from the posterior (S, C).

    Raises
    ------
    ParameterTypeError
        If it is a posterior of something else.
    """
    if isinstance(posterior, Dirichlet | Fixed):
        return posterior.draw(n_draws, rng=rng)
    if isinstance(posterior, Beta):
        return Dirichlet([posterior.a, posterior.b]).draw(n_draws, rng=rng)
    if isinstance(posterior, OnNodes):
        first = posterior.draw(n_draws, rng=rng)
        return np.stack((first, 1.0 - first), axis=-1)
    raise _refusal(posterior)


def _refusal(posterior: object) -> ParameterTypeError:
    if isinstance(posterior, IndependentDirichlets):
        message = (
            "a separate fit gives every bag a recipe of its own, and so says nothing of items that were not "
            "counted: fit a pooled model, to all bags or to the one in question"
        )
    else:
        message = (
            "predict needs a pooled fit, whose posterior of the recipe is known in closed form or as a table"
        )
    return ParameterTypeError(message, name="fit", found=posterior)
