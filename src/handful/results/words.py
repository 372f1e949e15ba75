"""Findings in sentences: what the share of the commonest category is, given model and prior."""

from __future__ import annotations

from handful.data.complaints import escaped
from handful.distributions.half_normal import HalfNormal
from handful.inference.fits import Fit
from handful.models.hierarchical import Hierarchical, PopulationPrior
from handful.results.parameters import INTERVAL_NAMES, Parameter, Summary

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
PRETTY = {"lognormal": "LogNormal", "halfnormal": "HalfNormal"}
MANY = 12
STEPS = 5
MOST_DIGITS = 8


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
    if not isinstance(prior, PopulationPrior):
        return _pretty(prior.spec)
    if isinstance(fit.model, Hierarchical) and fit.model.alpha_prior is not None:
        return f"{_pretty(fit.model.alpha_prior.spec)} on each concentration"
    on = "1/sqrt(precision)" if isinstance(prior.precision, HalfNormal) else "the precision"
    return f"{_pretty(prior.mean.spec)} on the common mix, {_pretty(prior.precision.spec)} on {on}"


def _pretty(spec: str) -> str:
    """A distribution as people write it, shortened where it has very many parameters."""
    name, _, rest = spec.partition("(")
    values = rest.rstrip(")").split(",")
    if len(values) > MANY:
        same = len(set(values)) == 1
        values = (
            [f"{values[0]}, {len(values)} times"] if same else [*values[:MANY], f"... {len(values)} in all"]
        )
    return f"{PRETTY.get(name, name.capitalize())}({','.join(values)})"


def model_words(fit: Fit) -> str:
    """The model as people say it."""
    return MODELS[fit.model.spec]


def sentence(fit: Fit, table: Summary) -> str:
    """What is known of the first parameter, with model, prior, mass and kind of interval named.

    The first category is the one that was asked about; of many it is the commonest.
    """
    parameter = _leading(table.shares)
    whose = f"the {'rate per item' if parameter.name == 'rate' else 'share'} of {parameter.category}"
    if fit.model.spec == "hierarchical":
        whose += " in the common mix"
    if parameter.bag is not None:
        whose += f" in bag {parameter.bag}"
    between = " or ".join(_between(low, high) for low, high in parameter.interval.parts)
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


def _between(low: float, high: float) -> str:
    """The two ends, with as many digits as it takes to tell them apart by five steps or more."""
    digits = 0
    while digits < MOST_DIGITS and 10 ** (digits + 2) * (high - low) < STEPS:
        digits += 1
    return f"between {_percent(low, digits)} and {_percent(high, digits)}"


def _percent(share: float, digits: int) -> str:
    """17%, 0.2%: with `digits`, or more where the share or what is left of it is small."""
    percent = 100 * share
    near = min(percent, 100 - percent)
    if 0 < near < min(0.01, 10.0**-digits):
        step = 10.0 ** -max(digits, 2)
        text = f"{step:.{max(digits, 2)}f}", f"{100 - step:.{max(digits, 2)}f}"
        return f"less than {text[0]}%" if percent < 50 else f"more than {text[1]}%"
    least = 0 if near >= 1 or near == 0 else 1 if near >= 0.1 else 2
    return f"{percent:.{max(digits, least)}f}%"
