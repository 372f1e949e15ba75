"""What an engine that walks or draws needs of a model: a posterior in unbounded coordinates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Protocol

import numpy as np

from handful.arrays import Floats


class Target(Protocol):
    """A prior times a likelihood in D unbounded coordinates, at S points at once; logs in nats."""

    @property
    def n_dims(self) -> int:
        """How many coordinates there are, D."""

    def log_prior(self, points: Annotated[Floats, "S D"]) -> Annotated[Floats, "S"]:
        """The normalised log density of the prior in these coordinates."""

    def log_likelihood(self, points: Annotated[Floats, "S D"]) -> Annotated[Floats, "S"]:
        """The log probability of all bags' counts."""

    def prior_gradient(self, points: Annotated[Floats, "S D"]) -> Annotated[Floats, "S D"]:
        """The derivatives of the log prior."""

    def likelihood_gradient(self, points: Annotated[Floats, "S D"]) -> Annotated[Floats, "S D"]:
        """The derivatives of the log likelihood."""

    def slope(self, points: Annotated[Floats, "S D"], temperature: float) -> Annotated[Floats, "S D"]:
        """About the derivatives of log prior + temperature · log likelihood: a function of the place, to walk by."""

    def draw_prior(self, n_draws: int, *, rng: np.random.Generator) -> Annotated[Floats, "S D"]:
        """Points drawn from the prior."""

    def quantities(self, points: Annotated[Floats, "S D"]) -> Mapping[str, Floats]:
        """The named quantities of the model at the points, each with S as its first axis."""
