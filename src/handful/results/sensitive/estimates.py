"""What a fit knows of each parameter, by a name that a fit under another prior has too."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from handful.distributions.weighted import Weighted
from handful.inference.draws_fit import DrawsFit
from handful.inference.fits import Fit
from handful.models.mixture import Mixture
from handful.results.mixed import component_names
from handful.results.sensitive.found import Estimate
from handful.results.summary import summary


class Key(NamedTuple):
    """Which parameter it is."""

    name: str
    component: str | None
    bag: str | None
    category: str | None


def estimates_of(fit: Fit, mass: float) -> dict[Key, Estimate]:
    """Mean, sd and equal-tailed interval of each parameter that is not known exactly; of log precisions."""
    found = {
        Key(one.name, one.component, one.bag, one.category): Estimate(
            one.mean, one.sd, one.interval, one.mcse or 0.0
        )
        for one in summary(fit, mass=mass).parameters
        if one.name != "precision" and one.mean is not None and one.sd
    }
    if isinstance(fit, DrawsFit) and "precision" in fit.draws:
        columns = np.log(fit.draws["precision"]).reshape(fit.posterior.n_draws, -1).T
        names = component_names(fit) if isinstance(fit.model, Mixture) else (None,)
        for name, column in zip(names, columns, strict=True):
            known = Weighted(column, fit.weights)
            mcse = float(fit.posterior.health(column[:, None]).mcse[0]) if fit.posterior.sampled else 0.0
            found[Key("log precision", name, None, None)] = Estimate(
                known.mean, known.sd, known.interval(mass=mass), mcse
            )
    return found
