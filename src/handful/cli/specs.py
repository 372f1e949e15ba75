"""What is typed for a model or a prior, to the value that it stands for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from handful.distributions.beta import Beta
from handful.distributions.density import Density
from handful.distributions.dirichlet import Dirichlet, SymmetricDirichlet
from handful.distributions.fixed import Fixed
from handful.distributions.half_normal import HalfNormal
from handful.distributions.positive import Gamma, LogNormal
from handful.distributions.tabulated import Tabulated
from handful.errors import ParameterError
from handful.inference.outcome import Model
from handful.models.hierarchical import Hierarchical
from handful.models.poisson import Poisson
from handful.models.pooled import Pooled
from handful.models.precision import DEFAULT
from handful.models.priors import ProportionsPrior
from handful.models.separate import Separate

Makers: TypeAlias = Mapping[str, tuple[Callable[[list[float]], Any], str]]
"""For each name what makes the prior from its numbers, and how it is written."""

MODELS = ("pooled", "separate", "hierarchical", "poisson")

_SPEC = re.compile(r"\s*([a-z]+)\s*\(([^()]*)\)\s*", re.IGNORECASE)


def parse_model(
    spec: str,
    *,
    prior: str | None = None,
    rate_prior: str | None = None,
    precision_prior: str | None = None,
    alpha_prior: str | None = None,
) -> Model:
    """The model that `spec` names, with the priors that are spelled out.

    A Poisson model without a prior of its own takes the one that matches the prior on a share.

    Raises
    ------
    ParameterError
        If there is no such model or prior.
    """
    if spec not in MODELS:
        raise ParameterError(f"model {spec!r}: there are {', '.join(MODELS)}", name="model", found=spec)
    share = None if prior is None else parse_prior(prior)
    if spec == "poisson":
        if rate_prior is not None:
            return Poisson(_parsed(rate_prior, _RATES, option="--rate-prior"))
        return _matched(share)
    if spec == "hierarchical":
        return _hierarchical(share, precision_prior=precision_prior, alpha_prior=alpha_prior)
    kind = Pooled if spec == "pooled" else Separate
    return kind() if share is None else kind(share)


def _hierarchical(
    share: ProportionsPrior | None, *, precision_prior: str | None, alpha_prior: str | None
) -> Hierarchical:
    """The hierarchical model with the priors that are given; its own where they are not."""
    mean = SymmetricDirichlet(1.0) if share is None else share
    precision = DEFAULT
    if precision_prior is not None:
        precision = _parsed(precision_prior, _PRECISIONS, option="--precision-prior")
    if alpha_prior is None:
        return Hierarchical(mean, precision)
    if share is not None or precision_prior is not None:
        message = "--alpha-prior is the prior on everything: leave out --prior and --precision-prior"
        raise ParameterError(message, name="alpha_prior", found=alpha_prior)
    return Hierarchical(alpha_prior=_parsed(alpha_prior, _RATES, option="--alpha-prior"))


def check_used(
    specs: Sequence[str],
    *,
    rate_prior: str | None = None,
    precision_prior: str | None = None,
    alpha_prior: str | None = None,
) -> None:
    """Nothing, if there is a model for each prior that only one kind of model has.

    Raises
    ------
    ParameterError
        If a prior would be left unused.
    """
    given = (
        ("--rate-prior", rate_prior, "poisson"),
        ("--precision-prior", precision_prior, "hierarchical"),
        ("--alpha-prior", alpha_prior, "hierarchical"),
    )
    for option, text, model in given:
        if text is not None and model not in specs:
            message = f"{option} {text}: there is no {model} model that would use it"
            raise ParameterError(message, name=option, found=text)


def _matched(share: ProportionsPrior | None) -> Poisson:
    """The Poisson model whose prior has the mean and the variance of the prior on a share."""
    if isinstance(share, Density):
        share = share.tabulated()
    if isinstance(share, Beta | Tabulated):
        return Poisson.matching(share.mean, share.variance)
    return Poisson()


def parse_prior(spec: str) -> ProportionsPrior:
    """The prior on proportions that `spec` spells out: beta(1,5), dirichlet(1), uniform(0.5,1), ...

    Raises
    ------
    ParameterError
        If it is no prior, or has too many, too few or impossible parameters.
    """
    prior: ProportionsPrior = _parsed(spec, _PRIORS, option="--prior")
    return prior


def _parsed(spec: str, makers: Makers, *, option: str) -> Any:
    match = _SPEC.fullmatch(spec)
    if match is None or match[1].lower() not in makers:
        known = ", ".join(example for _, example in makers.values())
        raise ParameterError(
            f"{option} {spec!r} is no prior; write one like {known}", name="prior", found=spec
        )
    make, example = makers[match[1].lower()]
    values = _numbers(match[2], said=f"{option} {spec!r}")
    try:
        return make(values)
    except ParameterError as error:
        raise ParameterError(f"{option} {spec!r}: {error}", name="prior", found=spec) from error
    except TypeError:
        message = f"{option} {spec!r} has {len(values)} parameters; write it like {example}"
        raise ParameterError(message, name="prior", found=spec) from None


def _numbers(inside: str, *, said: str) -> list[float]:
    numbers = []
    for text in inside.split(","):
        try:
            numbers.append(float(text))
        except ValueError:
            raise ParameterError(
                f"{said}: {text.strip()!r} is not a number", name="prior", found=text
            ) from None
    return numbers


def _dirichlet(values: Sequence[float]) -> Dirichlet | SymmetricDirichlet:
    return SymmetricDirichlet(values[0]) if len(values) == 1 else Dirichlet(values)


_PRIORS: Makers = {
    "beta": (lambda values: Beta(*values), "beta(1,5)"),
    "dirichlet": (_dirichlet, "dirichlet(1)"),
    "uniform": (lambda values: Density.uniform(*values), "uniform(0.5,1)"),
    "normal": (lambda values: Density.normal(*values), "normal(0.2,0.05)"),
    "fixed": (Fixed, "fixed(0.25,0.75)"),
}
_RATES: Makers = {"gamma": (lambda values: Gamma(*values), "gamma(3,6)")}
_PRECISIONS: Makers = {
    "lognormal": (lambda values: LogNormal(*values), "lognormal(4,2)"),
    "gamma": (lambda values: Gamma(*values), "gamma(2,0.05)"),
    "halfnormal": (lambda values: HalfNormal(*values), "halfnormal(0.2)"),
}
