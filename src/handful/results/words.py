"""Findings in sentences: what the share of the commonest category is, given model and prior."""

from __future__ import annotations

from handful.data.complaints import escaped
from handful.distributions.half_normal import HalfNormal
from handful.inference.fits import Fit
from handful.models.hierarchical import Hierarchical, PopulationPrior
from handful.models.mixture import Mixture
from handful.results.mixture_words import mixture_prior_words, mixture_sentence
from handful.results.parameters import INTERVAL_NAMES, Parameter, Summary
from handful.results.pretty import percent_between, pretty

COLOURS = {
    *(
        "black",
        "blue",
        "brown",
        "cyan",
        "gold",
        "gray",
        "green",
        "grey",
        "magenta",
        "maroon",
        "orange",
        "pink",
    ),
    *("purple", "red", "silver", "teal", "turquoise", "violet", "white", "yellow"),
}
MODELS = {
    "pooled": "one common mix for all bags",
    "separate": "a mix of its own for every bag",
    "poisson": "counts that are Poisson, in proportion to the bags' totals",
    "hierarchical": "a mix of its own for every bag, drawn around a common mix",
}


def noun(categories: tuple[str, ...]) -> str:
    """'colour' where every category is one, else 'category'."""
    names = {name.casefold().removeprefix("not ") for name in categories}
    return "colour" if names <= COLOURS else "category"


def plural(word: str, number: int = 2) -> str:
    """'colours', 'categories'; the word itself for one."""
    return word if number == 1 else {"category": "categories"}.get(word, word + "s")


def prior_words(fit: Fit) -> str:
    """The prior as people write it: Dirichlet(1,1,1); of a population, what each part of it is on."""
    prior = fit.model.prior_over(fit.data.categories)
    if isinstance(fit.model, Mixture):
        return mixture_prior_words(fit.model)
    if not isinstance(prior, PopulationPrior):
        return pretty(prior.spec)
    if isinstance(fit.model, Hierarchical) and fit.model.alpha_prior is not None:
        return f"{pretty(fit.model.alpha_prior.spec)} on each concentration"
    on = "1/sqrt(precision)" if isinstance(prior.precision, HalfNormal) else "the precision"
    return f"{pretty(prior.mean.spec)} on the common mix, {pretty(prior.precision.spec)} on {on}"


def model_words(fit: Fit) -> str:
    """The model as people say it."""
    if not isinstance(fit.model, Mixture):
        return MODELS[fit.model.spec]
    if fit.model.size == 1:
        return "a single component"
    bags = "each bag from one of them"
    own = ", with a mix of its own around that component's" if fit.model.overdispersed else ""
    return f"{fit.model.size} components, {bags}{own}"


def sentence(fit: Fit, table: Summary) -> str:
    """What is known of the first parameter, with model, prior, mass and kind of interval named.

    The first category is the one that was asked about; of many it is the commonest.
    """
    if isinstance(fit.model, Mixture):
        if not any(one.sd for one in table.parameters):
            return "In words: weights and recipes are known; what is inferred is where each bag comes from."
        if (said := mixture_sentence(table)) is not None:
            prior = prior_words(fit)
            return escaped(f"In words: given the model ({model_words(fit)}) and the prior ({prior}), {said}")
    parameter = _leading(table.shares)
    whose = f"the {'rate per item' if parameter.name == 'rate' else 'share'} of {parameter.category}"
    if fit.model.spec == "hierarchical":
        whose += " in the common mix"
    if parameter.component is not None:
        whose += f" in component {parameter.component}"
    if parameter.bag is not None:
        whose += f" in bag {parameter.bag}"
    between = " or ".join(percent_between(low, high) for low, high in parameter.interval.parts)
    chance = f"{_article(table.mass)} {100 * table.mass:g}% chance"
    return escaped(
        f"In words: given the model ({model_words(fit)}) and the prior {prior_words(fit)}, there is {chance} "
        f"that {whose} lies {between} ({INTERVAL_NAMES[table.kind]} interval)."
    )


def _leading(parameters: tuple[Parameter, ...]) -> Parameter:
    pair = len({parameter.category for parameter in parameters}) == len(("it", "the rest"))
    return parameters[0] if pair else max(parameters, key=lambda parameter: parameter.mean or 0.0)


def _article(mass: float) -> str:
    """'an' before eight, eleven, eighteen and eighty, 'a' before the others."""
    whole = int(100 * mass)
    return "an" if whole in (8, 11, 18) or 80 <= whole < 90 else "a"
