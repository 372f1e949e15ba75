"""Priors on the proportions of one recipe: which there are, and how they meet the categories of the data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from handful.data.fingerprints import Seen
from handful.distributions.beta import Beta
from handful.distributions.dirichlet import Dirichlet, SymmetricDirichlet
from handful.distributions.fixed import Fixed
from handful.errors import ParameterError, ParameterTypeError

PAIR = 2

Known: TypeAlias = Beta | Dirichlet | Fixed
"""A distribution over categories that are known."""


@dataclass(frozen=True, slots=True)
class PriorFromData:
    """A posterior that has become a prior, and remembers which bags it has learnt from.

    Parameters
    ----------
    distribution : Beta, Dirichlet or Fixed
        The posterior.
    seen : Seen
        The bags behind it; none of them may be counted again.

    Examples
    --------
    >>> PriorFromData(Beta(14, 51)).distribution.mean
    0.2153846153846154
    """

    distribution: Known
    seen: Seen = field(default_factory=Seen, repr=False)


ProportionsPrior: TypeAlias = Known | SymmetricDirichlet | PriorFromData


def check_prior(prior: object) -> None:
    """Nothing, if `prior` can be a prior on proportions.

    Raises
    ------
    ParameterTypeError
        If it is something else.
    """
    if not isinstance(prior, ProportionsPrior):
        raise ParameterTypeError(
            f"prior = {prior!r}: give a Beta, a Dirichlet, a Fixed, or fit.as_prior()",
            name="prior",
            found=prior,
        )


def seen_by(prior: ProportionsPrior) -> Seen:
    """The bags that `prior` has learnt from."""
    return prior.seen if isinstance(prior, PriorFromData) else Seen()


def over(prior: ProportionsPrior, categories: Sequence[str]) -> Known:
    """`prior` over `categories`, in their order.

    Raises
    ------
    ParameterError
        If its categories are others, or as many as it has parameters are not there.
    """
    if isinstance(prior, PriorFromData):
        prior = prior.distribution
    if isinstance(prior, SymmetricDirichlet):
        return prior.over(tuple(categories))
    if isinstance(prior, Beta):
        if len(categories) != PAIR:
            raise ParameterError(
                f"{prior.spec} is a prior on one share, but there are {len(categories)} categories: "
                f"choose one of them (--category {categories[0]}, or counts.collapse({categories[0]!r})), "
                "or give a dirichlet prior",
                name="prior",
                found=prior,
            )
        return prior
    return _matched(prior, tuple(categories))


def _matched(prior: Dirichlet | Fixed, categories: tuple[str, ...]) -> Dirichlet | Fixed:
    """`prior` with its parameters in the order of `categories`, matched by name where it has names."""
    values: Any = prior.concentration if isinstance(prior, Dirichlet) else prior.proportions
    if prior.categories is not None and set(prior.categories) != set(categories):
        raise ParameterError(
            f"the prior is over {', '.join(prior.categories)}, but the data have {', '.join(categories)}",
            name="prior",
            found=prior,
        )
    if len(values) != len(categories):
        raise ParameterError(
            f"{prior.spec} has {len(values)} parameters, but there are {len(categories)} categories: "
            f"{', '.join(categories)}",
            name="prior",
            found=prior,
        )
    if prior.categories is not None:
        values = np.asarray(values)[[prior.categories.index(c) for c in categories]]
    return Dirichlet(values, categories) if isinstance(prior, Dirichlet) else Fixed(values, categories)
