"""What the categories of bags that nobody has counted are called."""

from __future__ import annotations

from collections.abc import Sequence

from handful.distributions.beta import Beta
from handful.distributions.density import Density
from handful.distributions.dirichlet import Dirichlet
from handful.distributions.fixed import Fixed
from handful.distributions.tabulated import Tabulated
from handful.errors import ParameterError, ParameterTypeError
from handful.inference.outcome import Model
from handful.models.hierarchical import Hierarchical
from handful.models.mixture import Mixture
from handful.models.poisson import Poisson
from handful.models.priors import PriorFromData
from handful.results.palette import PALETTE

COLOURS = tuple(PALETTE)


def categories_of(
    model: Model, given: Sequence[str] | None = None, *, category: str | None = None
) -> tuple[str, ...]:
    """The categories that are `given`; or those that the model names; or the six colours of candy.

    Parameters
    ----------
    model : Model
        Its prior or its recipes may name the categories. A prior on one share is of a category and of what is not it.
    given : sequence of str, optional
        Two different names or more.
    category : str, optional
        What the one category is called, where the prior is on one share; 'blue' if not given.

    Raises
    ------
    ParameterTypeError
        If `model` is no model.
    ParameterError
        If the model has another number of categories, or others.

    Examples
    --------
    >>> from handful.models.pooled import Pooled
    >>> categories_of(Pooled(Beta(1, 5)))
    ('blue', 'not blue')
    """
    _check_model(model)
    names = _named(model, category or COLOURS[0]) if given is None else _checked(given)
    model.prior_over(names)  # what does not fit is told at the door
    return names


def _check_model(model: object) -> None:
    if not isinstance(model, Model):
        message = f"model = {model!r}: give a model, such as Pooled() or Mixture(2)"
        raise ParameterTypeError(message, name="model", found=model)


def _checked(given: Sequence[str]) -> tuple[str, ...]:
    names = (given,) if isinstance(given, str) else tuple(map(str, given))
    if len(set(names)) < max(len(names), len(("one", "another"))) or not all(map(str.strip, names)):
        message = f"categories = {names!r}: give two different names or more"
        raise ParameterError(message, name="categories", found=names)
    return names


def _named(model: Model, category: str) -> tuple[str, ...]:
    """The names that are in the model; else what can be said from their number."""
    if isinstance(model, Mixture) and model.recipes is not None:
        size = model.recipes.proportions.shape[1]
        return model.recipes.categories or _numbered(size, "the recipes")
    if isinstance(model, Poisson):
        return (category, f"not {category}")
    prior: object = model.mean if isinstance(model, Hierarchical) else model.prior
    if isinstance(prior, PriorFromData):
        if prior.categories is not None:
            return prior.categories
        prior = prior.distribution
    if isinstance(prior, Beta | Density | Tabulated):
        return (category, f"not {category}")
    if isinstance(prior, Dirichlet):
        return prior.categories or _numbered(prior.concentration.size, prior.spec)
    if isinstance(prior, Fixed):
        return prior.categories or _numbered(prior.proportions.size, prior.spec)
    return COLOURS


def _numbered(size: int, what: str) -> tuple[str, ...]:
    """The six colours for six nameless categories."""
    if size == len(COLOURS):
        return COLOURS
    message = (
        f"{what} over {size} categories that have no names: give categories=[...], {size} different names"
    )
    raise ParameterError(message, name="categories", found=size)
