"""What is typed for a prior, to the value that it stands for."""

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
from handful.errors import ParameterError
from handful.models.mixture_prior import WeightsPrior
from handful.models.precision import PrecisionPrior
from handful.models.priors import ProportionsPrior

Makers: TypeAlias = Mapping[str, tuple[Callable[[list[float]], Any], str]]
"""For each name what makes the prior from its numbers, and how it is written."""

_SPEC = re.compile(r"\s*([a-z]+)\s*\(([^()]*)\)\s*", re.IGNORECASE)


def parse_prior(spec: str) -> ProportionsPrior:
    """The prior on proportions that `spec` spells out: beta(1,5), dirichlet(1), uniform(0.5,1), ...

    Raises
    ------
    ParameterError
        If it is no prior, or has too many, too few or impossible parameters.
    """
    prior: ProportionsPrior = _parsed(spec, _PRIORS, option="--prior")
    return prior


def parse_rate_prior(spec: str, *, option: str = "--rate-prior") -> Gamma:
    """The gamma prior on a rate, or on each concentration, that `spec` spells out.

    Raises
    ------
    ParameterError
        If it is none.
    """
    prior: Gamma = _parsed(spec, _RATES, option=option)
    return prior


def parse_precision_prior(spec: str) -> PrecisionPrior:
    """The prior on a precision that `spec` spells out: lognormal(4,2), gamma(2,0.05), halfnormal(0.2).

    Raises
    ------
    ParameterError
        If it is none.
    """
    prior: PrecisionPrior = _parsed(spec, _PRECISIONS, option="--precision-prior")
    return prior


def parse_weights_prior(spec: str) -> WeightsPrior:
    """The prior on the weights of components that `spec` spells out: beta(1,1), dirichlet(1), fixed(0.5,0.5).

    Raises
    ------
    ParameterError
        If it is none.
    """
    prior: WeightsPrior = _parsed(spec, _WEIGHTS, option="--weights-prior")
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
_WEIGHTS: Makers = {
    "beta": (lambda values: Beta(*values), "beta(1,1)"),
    "dirichlet": (_dirichlet, "dirichlet(1)"),
    "fixed": (Fixed, "fixed(0.5,0.5)"),
}
_RATES: Makers = {"gamma": (lambda values: Gamma(*values), "gamma(3,6)")}
_PRECISIONS: Makers = {
    "lognormal": (lambda values: LogNormal(*values), "lognormal(4,2)"),
    "gamma": (lambda values: Gamma(*values), "gamma(2,0.05)"),
    "halfnormal": (lambda values: HalfNormal(*values), "halfnormal(0.2)"),
}
