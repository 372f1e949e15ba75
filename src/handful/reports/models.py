"""Models as a report states them: what they claim in words, and in formulas."""

from __future__ import annotations

import numpy as np

from handful.data.labelled import UNKNOWN, LabelledRows
from handful.distributions.half_normal import HalfNormal
from handful.errors import ParameterTypeError
from handful.inference.fits import Fit
from handful.models.hierarchical import Hierarchical
from handful.models.mixture import Mixture
from handful.models.poisson import Poisson
from handful.models.pooled import Pooled
from handful.models.priors import PriorFromData
from handful.models.separate import Separate
from handful.results.pretty import pretty

CLAIMS = {
    "pooled": "All bags were filled from one recipe. They differ by the luck of the draw, and by nothing else.",
    "separate": "Every bag has a recipe of its own, and no bag says anything about another.",
    "poisson": "The category turns up at one rate per item in all bags, whatever else is in them.",
    "hierarchical": "Every bag has a recipe of its own, and these recipes scatter around a common one. The precision "
    "says how closely they keep to it.",
}
"""What each model takes to be so; of a mixture `claim_of` makes it."""


def claim_of(fit: Fit) -> str:
    """What the model takes to be so, in words."""
    if not isinstance(fit.model, Mixture):
        return CLAIMS[fit.model.spec]
    follows = (
        "has a recipe of its own that scatters around that component's"
        if fit.model.overdispersed
        else "follows that component's recipe"
    )
    if fit.model.size == 1:
        return f"Each bag was filled by the one component there is, and {follows}."
    return f"Each bag was filled by one of the components, {_who_knows(fit)}, and {follows}."


def _who_knows(fit: Fit) -> str:
    known = fit.statistic.known != UNKNOWN if isinstance(fit.statistic, LabelledRows) else np.zeros(1, bool)
    if known.size and known.all():
        return "which is known"
    return "which is known of some of them only" if known.any() else "nobody knows which"


def formulas_of(fit: Fit) -> list[str]:
    """The model line by line: the letters of a formula stand alone, with an underscore before an index.

    Raises
    ------
    ParameterTypeError
        If it is none of the models.

    Examples
    --------
    >>> import handful as hf
    >>> counts = hf.Counts([[12, 43]], categories=["blue", "not blue"])
    >>> formulas_of(hf.fit(hf.Pooled(hf.Beta(2, 8)), counts))
    ['k_b ~ Multinomial(N_b, q) for every bag b', 'q_1 ~ Beta(2,8)']
    """
    model = fit.model
    if isinstance(model, Pooled):
        return [
            "k_b ~ Multinomial(N_b, q) for every bag b",
            _law("q", model.prior_over(fit.data.categories).spec),
        ]
    if isinstance(model, Separate):
        return [
            "k_b ~ Multinomial(N_b, q_b) for every bag b",
            f"{_law('q_b', model.prior_over(fit.data.categories).spec)}, each by itself",
        ]
    if isinstance(model, Poisson):
        return ["k_b ~ Poisson(N_b ρ) for every bag b", f"ρ ~ {pretty(model.prior.spec)}"]
    if isinstance(model, Hierarchical):
        return _of_population(model, fit)
    if isinstance(model, Mixture):
        return _of_mixture(model)
    raise ParameterTypeError(f"{model!r} is no model", name="model", found=model)


def _of_population(model: Hierarchical, fit: Fit) -> list[str]:
    bags = "k_b ~ DirichletMultinomial(N_b, κ m) for every bag b"
    if model.alpha_prior is not None:
        return [bags, f"κ m_c ~ {pretty(model.alpha_prior.spec)} for every category c"]
    mean = _law("m", model.prior_over(fit.data.categories).mean.spec)
    precision = "1/√κ" if isinstance(model.precision, HalfNormal) else "κ"
    return [bags, mean, f"{precision} ~ {pretty(model.precision.spec)}"]


def _of_mixture(model: Mixture) -> list[str]:
    bags = (
        "k_b ~ DirichletMultinomial(N_b, κ_z m_z)" if model.overdispersed else "k_b ~ Multinomial(N_b, q_z)"
    )
    lines = [f"{bags} with z = {'z_b' if model.size > 1 else 1}, for every bag b"]
    if model.size > 1:
        lines += ["z_b ~ θ", _law("θ", model.weights.spec)]
    return [*lines, *_of_components(model)]


def _of_components(model: Mixture) -> list[str]:
    """The priors on each component."""
    recipe = "m_k" if model.overdispersed else "q_k"
    if model.alpha_prior is not None:
        return [f"κ_k {recipe}_c ~ {pretty(model.alpha_prior.spec)} for every component k and category c"]
    prior = model.prior.distribution if isinstance(model.prior, PriorFromData) else model.prior
    if model.recipes_are_known:
        lines = [f"{recipe} = r_k, the recipes as given"]
    elif model.recipes is None:
        lines = [f"{_law(recipe, prior.spec)} for every component k"]
    else:
        centred = f"{pretty(prior.spec)[:-1]} + {float(model.strength):g} r_k)"
        lines = [f"{recipe} ~ {centred} for every component k of recipe r_k"]
    if model.overdispersed:
        on = "1/√κ_k" if isinstance(model.precision, HalfNormal) else "κ_k"
        lines.append(f"{on} ~ {pretty(model.precision.spec)}")
    return lines


def _law(letter: str, spec: str) -> str:
    """What is known of shares beforehand: 'q ~ Dirichlet(1,1)', 'q_1 ~ Beta(2,8)' of the first, 'q = (0.3,0.7)'."""
    if spec.startswith("fixed("):
        return f"{letter} = {spec.removeprefix('fixed')}"
    if not spec.startswith("dirichlet("):
        letter += "1" if "_" in letter else "_1"
    return f"{letter} ~ {pretty(spec)}"
