"""The engine of closed forms: a conjugate prior meets its likelihood."""

from __future__ import annotations

from dataclasses import dataclass

from handful.distributions.independent import IndependentDirichlets
from handful.inference.outcome import Evidence, Model, Statistic
from handful.models.priors import Known


@dataclass(frozen=True, slots=True)
class ClosedForm:
    """What the exact engine returns: a posterior that can be written down, and the evidence."""

    posterior: Known | IndependentDirichlets
    log_evidence: Evidence


def run(model: Model, statistic: Statistic) -> ClosedForm:
    """The closed-form posterior and evidence of `model`, given `statistic`."""
    conditioned = model.condition(statistic)  # type: ignore[arg-type]  # fit() compresses to the model's own statistic
    return ClosedForm(conditioned.posterior, Evidence(conditioned.log_evidence))
