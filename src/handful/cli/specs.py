"""What is typed for a model or a prior, to the value that it stands for."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from handful.distributions.beta import Beta
from handful.distributions.dirichlet import Dirichlet, SymmetricDirichlet
from handful.distributions.fixed import Fixed
from handful.errors import ParameterError
from handful.models.pooled import Pooled
from handful.models.priors import ProportionsPrior
from handful.models.separate import Separate

MODELS: dict[str, type[Pooled | Separate]] = {"pooled": Pooled, "separate": Separate}

_SPEC = re.compile(r"\s*([a-z]+)\s*\(([^()]*)\)\s*", re.IGNORECASE)


def parse_model(spec: str, prior: str | None) -> Pooled | Separate:
    """The model that `spec` names, with the prior that `prior` spells out.

    Raises
    ------
    ParameterError
        If there is no such model or prior.
    """
    if spec not in MODELS:
        raise ParameterError(f"--model {spec}: there are {', '.join(MODELS)}", name="model", found=spec)
    return MODELS[spec]() if prior is None else MODELS[spec](parse_prior(prior))


def parse_prior(spec: str) -> ProportionsPrior:
    """The prior that `spec` spells out: beta(1,5), dirichlet(1), dirichlet(2,1,1), fixed(0.25,0.75).

    Raises
    ------
    ParameterError
        If it is no prior, or has too many, too few or impossible parameters.
    """
    match = _SPEC.fullmatch(spec)
    if match is None or match[1].lower() not in _PRIORS:
        known = ", ".join(example for _, example in _PRIORS.values())
        raise ParameterError(
            f"--prior {spec!r} is no prior; write one like {known}", name="prior", found=spec
        )
    make, example = _PRIORS[match[1].lower()]
    values = _numbers(spec, match[2])
    try:
        return make(values)
    except ParameterError as error:
        raise ParameterError(f"--prior {spec!r}: {error}", name="prior", found=spec) from error
    except TypeError:
        message = f"--prior {spec!r} has {len(values)} parameters; write it like {example}"
        raise ParameterError(message, name="prior", found=spec) from None


def _numbers(spec: str, inside: str) -> list[float]:
    numbers = []
    for text in inside.split(","):
        try:
            numbers.append(float(text))
        except ValueError:
            message = f"--prior {spec!r}: {text.strip()!r} is not a number"
            raise ParameterError(message, name="prior", found=spec) from None
    return numbers


def _dirichlet(values: Sequence[float]) -> Dirichlet | SymmetricDirichlet:
    return SymmetricDirichlet(values[0]) if len(values) == 1 else Dirichlet(values)


_PRIORS: dict[str, tuple[Callable[[list[float]], ProportionsPrior], str]] = {
    "beta": (lambda values: Beta(*values), "beta(1,5)"),
    "dirichlet": (_dirichlet, "dirichlet(1)"),
    "fixed": (Fixed, "fixed(0.25,0.75)"),
}
