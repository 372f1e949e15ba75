"""The fit whose posterior is known by its highest point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from handful.data.counts import Counts
from handful.errors import NoPrior
from handful.inference.evidence import Evidence, Verdict
from handful.inference.fit_lines import html_of, text_of
from handful.inference.highest_point import HighestPoint
from handful.inference.outcome import DataRecord, Statistic
from handful.models.mixture import Mixture


@dataclass(frozen=True, slots=True, eq=False)
class ModeFit:
    """A fit in so many dimensions that its posterior is known by its highest point only, and the curvature there.

    Parameters
    ----------
    model : Mixture
        Likelihood and prior.
    data : DataRecord
        What it was fitted to.
    statistic : LabelledRows
        What the model needed of the data.
    posterior : HighestPoint
        Weights and components.
    log_evidence : Evidence
        Laplace's approximation, of all bags' counts; it has no error that could be told.
    engine, reason : str
        What computed it, and why that was chosen.
    verdict : Verdict
        What should be known about the answer.
    counts : Counts or None
        The bags.

    Examples
    --------
    >>> import handful as hf
    >>> counts = hf.Counts([[12, 43], [30, 25], [11, 44]], categories=["blue", "not blue"], ids=["A", "B", "C"])
    >>> found = hf.fit(hf.Mixture(2), counts, engine="optimum")
    >>> found.posterior.quantities["weights"].round(2)
    array([0.6, 0.4])
    """

    model: Mixture
    data: DataRecord
    statistic: Statistic
    posterior: HighestPoint
    log_evidence: Evidence
    engine: str
    reason: str
    verdict: Verdict
    counts: Counts | None = None

    def as_prior(self) -> NoReturn:
        """Nothing: a point is no distribution.

        Raises
        ------
        NoPrior
            Always, with what to do in its place.
        """
        raise NoPrior(
            "its posterior is known by its highest point only.",
            cure="Fit all bags at once: counts can be merged (Counts.merge).",
        )

    def __repr__(self) -> str:
        """Model, data, posterior, evidence and verdict, a line each."""
        return text_of(self)

    def _repr_html_(self) -> str:
        return html_of(self)
