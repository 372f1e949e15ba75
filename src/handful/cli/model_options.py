"""What is typed about a model, its name and its priors, to the model that it stands for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from handful.cli.reading import tell
from handful.cli.specs import parse_precision_prior, parse_prior, parse_rate_prior, parse_weights_prior
from handful.distributions.beta import Beta
from handful.distributions.density import Density
from handful.distributions.dirichlet import SymmetricDirichlet
from handful.distributions.tabulated import Tabulated
from handful.errors import ParameterError
from handful.inference.outcome import Model
from handful.models.hierarchical import Hierarchical
from handful.models.mixture import FIXED, Mixture
from handful.models.poisson import Poisson
from handful.models.pooled import Pooled
from handful.models.precision import DEFAULT, PrecisionPrior
from handful.models.priors import ProportionsPrior
from handful.models.read_recipes import read_recipes
from handful.models.recipes import Recipes
from handful.models.separate import Separate

NAMES = "pooled, separate, hierarchical, poisson, mixture:K, mixture:K:overdispersed"

POPULATIONS = {"hierarchical": "hierarchical model", "overdispersed": "overdispersed mixture"}
MIXTURES = {"mixture": "mixture"}
"""By what a model is called in a SPEC, and in words."""

_MIXTURE = re.compile(r"mixture(?::(\d+))?(:overdispersed)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelOptions:
    """What is typed about a model besides its name; each as the option of its name has it.

    Examples
    --------
    >>> ModelOptions(weights_prior="beta(2,1)").model("mixture:2").weights
    Beta(2, 1)
    """

    prior: str | None = None
    rate_prior: str | None = None
    precision_prior: str | None = None
    alpha_prior: str | None = None
    weights_prior: str | None = None
    recipes: str | None = None
    recipe_strength: str | None = None
    labels: str | None = None

    @staticmethod
    def among(given: Mapping[str, Any]) -> ModelOptions:
        """Those of a command's options, by name, that are about the model."""
        return ModelOptions(**{name: given[name] for name in ModelOptions.__slots__ if name in given})

    def model(self, spec: str) -> Model:
        """The model that `spec` names, with the priors that are spelled out.

        A Poisson model without a prior of its own takes the one that matches the prior on a share.

        Raises
        ------
        ParameterError
            If there is no such model or prior.
        """
        share = None if self.prior is None else parse_prior(self.prior)
        mixture = _MIXTURE.fullmatch(spec)
        if mixture is not None:
            return self._mixture(mixture[1], share, overdispersed=mixture[2] is not None)
        if spec == "poisson":
            return _matched(share) if self.rate_prior is None else Poisson(parse_rate_prior(self.rate_prior))
        if spec == "hierarchical":
            return self._hierarchical(share)
        if spec not in ("pooled", "separate"):
            raise ParameterError(f"model {spec!r}: there are {NAMES}", name="model", found=spec)
        kind = Pooled if spec == "pooled" else Separate
        return kind() if share is None else kind(share)

    def models(self, specs: Sequence[str]) -> list[Model]:
        """The models that `specs` name; every option that is given is about one of them.

        Raises
        ------
        ParameterError
            If there is no such model or prior, or a prior would be left unused.
        """
        self._check_used(specs)
        return [self.model(spec) for spec in specs]

    def _check_used(self, specs: Sequence[str]) -> None:
        """Nothing, if there is a model for each prior that only some kinds of model have."""
        given = (
            ("--rate-prior", self.rate_prior, {"poisson": "poisson model"}),
            ("--precision-prior", self.precision_prior, POPULATIONS),
            ("--alpha-prior", self.alpha_prior, POPULATIONS),
            ("--weights-prior", self.weights_prior, MIXTURES),
            ("--recipes", self.recipes, MIXTURES),
            ("--recipe-strength", self.recipe_strength, MIXTURES),
        )
        there = {part for spec in specs for part in spec.split(":")}
        for option, text, kinds in given:
            if text is not None and not there & set(kinds):
                cure = "; add --model mixture:K" if kinds is MIXTURES else ""
                message = (
                    f"{option} {text}: there is no {' or '.join(kinds.values())} that would use it{cure}"
                )
                raise ParameterError(message, name=option, found=text)

    def _hierarchical(self, share: ProportionsPrior | None) -> Hierarchical:
        """The hierarchical model with the priors that are given; its own where they are not."""
        if self.alpha_prior is None:
            return Hierarchical(_mean(share), self._precision)
        if share is not None or self.precision_prior is not None:
            raise self._too_many()
        return Hierarchical(alpha_prior=parse_rate_prior(self.alpha_prior, option="--alpha-prior"))

    def _mixture(self, number: str | None, share: ProportionsPrior | None, *, overdispersed: bool) -> Mixture:
        """The mixture with the recipes, labels and priors that are given."""
        size = None if number is None else int(number)
        if self.alpha_prior is not None and (share is not None or self.precision_prior is not None):
            raise self._too_many()
        return Mixture(
            size,
            recipes=self._recipes,
            strength=_strength(self.recipe_strength),
            prior=_mean(share),
            weights=SymmetricDirichlet(1.0)
            if self.weights_prior is None
            else parse_weights_prior(self.weights_prior),
            labels=self.labels,
            overdispersed=overdispersed,
            precision=self._precision if overdispersed else DEFAULT,
            alpha_prior=None
            if self.alpha_prior is None or not overdispersed
            else parse_rate_prior(self.alpha_prior, option="--alpha-prior"),
        )

    @property
    def _precision(self) -> PrecisionPrior:
        return DEFAULT if self.precision_prior is None else parse_precision_prior(self.precision_prior)

    @property
    def _recipes(self) -> Recipes | None:
        if self.recipes is None:
            return None
        found = read_recipes(self.recipes)
        for note in found.notes:
            tell(str(note))
        return found

    def _too_many(self) -> ParameterError:
        message = "--alpha-prior is the prior on everything: leave out --prior and --precision-prior"
        return ParameterError(message, name="alpha_prior", found=self.alpha_prior)


def _mean(share: ProportionsPrior | None) -> ProportionsPrior:
    return SymmetricDirichlet(1.0) if share is None else share


def _matched(share: ProportionsPrior | None) -> Poisson:
    """The Poisson model whose prior has the mean and the variance of the prior on a share."""
    if isinstance(share, Density):
        share = share.tabulated()
    if isinstance(share, Beta | Tabulated):
        return Poisson.matching(share.mean, share.variance)
    return Poisson()


def _strength(text: str | None) -> float | Literal["fixed"]:
    """How many items each recipe is worth."""
    if text is None or text == FIXED:
        return FIXED
    try:
        return float(text)
    except ValueError:
        message = f"--recipe-strength {text!r}: give a number of items, or 'fixed'"
        raise ParameterError(message, name="recipe_strength", found=text) from None
