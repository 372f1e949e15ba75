"""What a fit of a mixture knows of its components, whatever kind of fit it is."""

from __future__ import annotations

from typing import TypeAlias

from handful.data.labelled import LabelledRows
from handful.distributions.components import Components
from handful.errors import ParameterTypeError
from handful.inference.draws_fit import DrawsFit
from handful.inference.fits import ExactFit, Fit
from handful.inference.mode_fit import ModeFit
from handful.models.mixture import Mixture
from handful.models.mixture_layout import MixturePoints
from handful.results.assigning.components import KnownComponents, logs_of, points_at

MixtureFit: TypeAlias = ExactFit | DrawsFit | ModeFit


def rows_of(fit: Fit) -> LabelledRows:
    """The rows of a mixture's fit.

    Raises
    ------
    ParameterTypeError
        If it is the fit of another model.
    """
    if not (isinstance(getattr(fit, "model", None), Mixture) and isinstance(fit.statistic, LabelledRows)):
        message = "assign needs the fit of a mixture, whose bags come from several components: fit(Mixture(2), counts)"
        raise ParameterTypeError(message, name="fit", found=fit)
    return fit.statistic


def model_of(fit: Fit) -> Mixture:
    """The mixture itself."""
    rows_of(fit)
    if not isinstance(fit.model, Mixture):
        raise ParameterTypeError("assign needs the fit of a mixture", name="fit", found=fit)
    return fit.model


def components_of(fit: Fit) -> KnownComponents:
    """The components after all bags of the fit: as its draws, or as the point that is exact for the next bag."""
    model = model_of(fit)
    if isinstance(fit.posterior, Components):
        return KnownComponents.closed(fit.posterior)
    if isinstance(fit, ModeFit):
        alone = {name: values[None] for name, values in fit.posterior.quantities.items()}
        return KnownComponents.one(points_at(alone))
    if not isinstance(fit, DrawsFit):
        raise ParameterTypeError("the posterior of this fit holds no components", name="fit", found=fit)
    quantities, exact = fit.draws, fit.posterior.exact
    if exact is not None and model.recipes_are_known:
        log_mean = logs_of(quantities["proportions"][:1])
        return KnownComponents.one(MixturePoints(logs_of(exact.mean["weights"])[None], None, log_mean))
    return KnownComponents(
        points_at(quantities),
        fit.weights,
        fit.posterior.replicate,
        fit.posterior.ancestor,
        sampled=True,
    )
