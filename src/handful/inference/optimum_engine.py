"""The engine for mixtures in hundreds of dimensions: their highest point, and the curvature there."""

from __future__ import annotations

import math

import numpy as np

from handful.data.labelled import LabelledRows
from handful.errors import EngineError
from handful.inference.evidence import Evidence
from handful.inference.highest_point import HighestPoint
from handful.inference.identified import notes_of
from handful.inference.mixture import is_mixture, mixture_target
from handful.inference.optimum import optimum
from handful.inference.outcome import Model, Outcome, Sampling, Statistic
from handful.inference.thinned import thinned
from handful.models.mixture import Mixture
from handful.models.mixture_target import points_of

REFUSAL = "it answers mixtures whose recipes are unknown"

MOST_EACH, MOST_DIMS = 60, 200
"""Beyond so many coordinates of a component, or of all, no weighted draws follow a posterior."""

NEAR = 2.0
"""Another peak within so many nats deserves a word."""


def n_dims(model: Mixture, statistic: LabelledRows) -> tuple[int, int]:
    """How many coordinates a component has, and how many there are in all."""
    each = len(statistic.categories) - 1 + int(model.overdispersed)
    return each, model.size * each + model.size - 1


def supports(model: Model, statistic: Statistic) -> bool:
    """Whether `model` is a mixture whose recipes are unknown."""
    return is_mixture(model, statistic) and isinstance(model, Mixture) and not model.recipes_are_known


def suits(model: Model, statistic: Statistic) -> bool:
    """Whether draws would be of no use."""
    if not (
        isinstance(model, Mixture) and isinstance(statistic, LabelledRows) and supports(model, statistic)
    ):
        return False
    each, every = n_dims(model, statistic)
    return each > MOST_EACH or every > MOST_DIMS


def run(model: Model, statistic: Statistic, *, sampling: Sampling) -> Outcome:  # noqa: ARG001  # it draws nothing
    """The highest point, and Laplace's approximation to the evidence.

    Raises
    ------
    EngineError
        If there is no peak.
    """
    target = mixture_target(model, statistic, engine="optimum")
    found = optimum(target)
    if found is None:
        raise EngineError(engine="optimum", reason="the posterior has no highest point: it rises without end")
    point = HighestPoint.of(found.peak, target.layout, classes=target.prior.classes(target.n_known))
    at = points_of({name: values[None] for name, values in point.quantities.items()})
    told = notes_of(thinned(target), at, weights=np.ones(1))
    notes = (_approximate(found.peak.point.size), *_near(found.others), *told)
    return Outcome(point, Evidence(found.log_evidence, math.nan, approximate=True), notes)


def _approximate(n_coordinates: int) -> str:
    return (
        f"With {n_coordinates:,} unknowns the posterior is known by its highest point only, and the log evidence is "
        "Laplace's approximation: it may be low by tens of nats, as much as separates one number of components from "
        "the next."
    )


def _near(others: tuple[float, ...]) -> tuple[str, ...]:
    """A sentence where another peak is about as high."""
    if not others or min(others) > NEAR:
        return ()
    sentence = (
        f"Another peak of the posterior is only {min(others):.2g} nats lower: what is said holds for the highest "
        "one."
    )
    return (sentence,)
