"""The engine of closed forms: a conjugate prior meets its likelihood."""

from __future__ import annotations

from handful.distributions.dirichlet import SymmetricDirichlet
from handful.errors import EngineError
from handful.inference.closed_mixture import closed, is_closed
from handful.inference.evidence import Evidence
from handful.inference.outcome import Model, Outcome, Sampling, Statistic
from handful.models.hierarchical import Hierarchical
from handful.models.mixture import Mixture
from handful.models.pooled import Pooled
from handful.models.priors import Known, PriorFromData


def supports(model: Model, statistic: Statistic) -> bool:
    """Whether the posterior of `model` has a closed form."""
    if isinstance(model, Mixture):
        return is_closed(model, statistic)
    if isinstance(model, Hierarchical):
        return False
    if not isinstance(model, Pooled):
        return True
    prior = model.prior.distribution if isinstance(model.prior, PriorFromData) else model.prior
    return isinstance(prior, Known | SymmetricDirichlet)


def run(model: Model, statistic: Statistic, *, sampling: Sampling) -> Outcome:  # noqa: ARG001  # it draws nothing
    """The closed-form posterior and evidence of `model`, given `statistic`."""
    if isinstance(model, Mixture):
        return closed(model, statistic)
    if isinstance(model, Hierarchical):
        raise EngineError(engine="exact", reason="a population's posterior has no closed form")
    conditioned = model.condition(statistic)  # type: ignore[arg-type]  # fit() compresses to the model's own
    return Outcome(conditioned.posterior, Evidence(conditioned.log_evidence))
