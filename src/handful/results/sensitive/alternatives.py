"""Other priors that a model is refitted under: those that everybody would try, and those that are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeAlias

from handful.distributions.beta import Beta
from handful.distributions.dirichlet import Dirichlet, SymmetricDirichlet
from handful.distributions.half_normal import HalfNormal
from handful.distributions.positive import Gamma, LogNormal
from handful.errors import ParameterError, ParameterTypeError
from handful.inference.fits import Fit
from handful.inference.outcome import Model
from handful.models.hierarchical import Hierarchical
from handful.models.mixture import Mixture
from handful.models.poisson import MATCHED, Poisson
from handful.models.pooled import Pooled
from handful.models.precision import DEFAULT, SECOND, PrecisionPrior
from handful.models.priors import PriorFromData, ProportionsPrior, proportions_prior
from handful.models.separate import Separate

FLAT, JEFFREYS = SymmetricDirichlet(1.0), SymmetricDirichlet(0.5)
HALF, TWICE = 0.5, 2.0

Alternative: TypeAlias = ProportionsPrior | PrecisionPrior | Model


def other_models(fit: Fit, priors: Mapping[str, Alternative] | None) -> dict[str, Model]:
    """The models to refit, by name: those of `priors`, or the usual ones.

    Raises
    ------
    ParameterError, ParameterTypeError
        If one of `priors` is no prior of such a model.
    """
    if priors is not None:
        return {name: _with(fit.model, prior, name=name) for name, prior in priors.items()}
    own = fit.model.prior_over(fit.data.categories).spec
    found: dict[str, Model] = {}
    known = {own}
    for name, model in usual(fit.model, fit.data.categories).items():
        spec = model.prior_over(fit.data.categories).spec
        if spec not in known:
            known.add(spec)
            found[name] = model
    return found


def usual(model: Model, categories: tuple[str, ...]) -> dict[str, Model]:
    """The priors that everybody would try, some of which may be the model's own."""
    if isinstance(model, Poisson):
        c, d = model.prior.shape, model.prior.rate
        return {
            "like a flat share": Poisson(MATCHED),
            "half as strong": Poisson(Gamma(HALF * c, HALF * d)),
            "twice as strong": Poisson(Gamma(TWICE * c, TWICE * d)),
        }
    if isinstance(model, Hierarchical):
        return _of_population(model)
    if isinstance(model, Mixture):
        return _of_mixture(model)
    kind = type(model)
    own = model.prior_over(categories)
    found: dict[str, Model] = {}
    if isinstance(own, Beta):
        own = Dirichlet([own.a, own.b], categories)
    if isinstance(own, Dirichlet):
        found = {
            "half as strong": kind(Dirichlet(HALF * own.concentration, categories)),
            "twice as strong": kind(Dirichlet(TWICE * own.concentration, categories)),
        }
        return {"flat": kind(FLAT), "Jeffreys": kind(JEFFREYS), **found}
    return {} if own.spec.startswith("fixed") else {"flat": kind(FLAT), "Jeffreys": kind(JEFFREYS)}


def _of_population(model: Hierarchical) -> dict[str, Model]:
    if model.alpha_prior is not None:
        return {"usual precision": Hierarchical(), "second precision": Hierarchical(precision=SECOND)}
    # The second prior is the one that a bound on the precision is told under, too.
    second = DEFAULT if isinstance(model.precision, HalfNormal) else SECOND
    return {
        "second precision": replace(model, precision=second),
        "flat mean": replace(model, mean=FLAT),
        "Jeffreys mean": replace(model, mean=JEFFREYS),
    }


def _of_mixture(model: Mixture) -> dict[str, Model]:
    found: dict[str, Model] = {}
    if not model.recipes_are_known and model.alpha_prior is None:
        found["half as strong"] = _scaled(model, HALF)
        found["twice as strong"] = _scaled(model, TWICE)
    if model.size > 1 and isinstance(model.weights, Beta | Dirichlet | SymmetricDirichlet):
        found["Jeffreys weights"] = replace(model, weights=JEFFREYS)
    if model.overdispersed and model.alpha_prior is None:
        found["second precision"] = replace(
            model, precision=DEFAULT if isinstance(model.precision, HalfNormal) else SECOND
        )
    return found


def _scaled(model: Mixture, factor: float) -> Mixture:
    """The mixture with a prior on its components that is worth so many times the items."""
    if model.recipes is not None and not model.recipes_are_known:
        return replace(model, strength=factor * float(model.strength))
    prior = model.prior.distribution if isinstance(model.prior, PriorFromData) else model.prior
    if isinstance(prior, SymmetricDirichlet):
        return replace(model, prior=SymmetricDirichlet(factor * prior.value))
    if isinstance(prior, Beta):
        return replace(model, prior=Beta(factor * prior.a, factor * prior.b))
    return replace(model, prior=Dirichlet(factor * prior.concentration, prior.categories))  # type: ignore[union-attr]  # a mixture takes no other


def _with(model: Model, prior: Alternative, *, name: str) -> Model:
    """The model under this prior: of its proportions, its precision or its rate; or a whole model of its kind."""
    if isinstance(prior, Model):
        same = type(prior) is type(model) and prior.spec == model.spec
        if not same or (
            isinstance(prior, Mixture) and isinstance(model, Mixture) and prior.labels != model.labels
        ):
            raise ParameterError(
                f"priors[{name!r}] is another model ({prior.spec}) than the fit's ({model.spec}): use compare()",
                name="priors",
                found=prior,
            )
        return prior
    if isinstance(model, Poisson):
        if not isinstance(prior, Gamma):
            raise _refused(name, prior, wanted="a Gamma (of the rate)")
        return Poisson(prior)
    if isinstance(model, Hierarchical | Mixture) and isinstance(prior, LogNormal | Gamma | HalfNormal):
        if isinstance(model, Mixture) and not model.overdispersed:
            raise _refused(
                name, prior, wanted="a prior of the components' proportions: these have no precision"
            )
        return replace(model, precision=prior, alpha_prior=None)
    if isinstance(prior, LogNormal | Gamma | HalfNormal):
        raise _refused(name, prior, wanted="a prior of the proportions")
    if isinstance(model, Hierarchical):
        return replace(model, mean=proportions_prior(prior), alpha_prior=None)
    if isinstance(model, Pooled | Separate):
        return type(model)(prior)
    return replace(model, prior=proportions_prior(prior), alpha_prior=None)


def _refused(name: str, prior: object, *, wanted: str) -> ParameterTypeError:
    return ParameterTypeError(f"priors[{name!r}] = {prior!r}: give {wanted}", name="priors", found=prior)
