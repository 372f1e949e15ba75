"""Why an engine is chosen for a model and its data, in words."""

from __future__ import annotations

from handful.data.labelled import LabelledRows
from handful.inference.optimum_engine import n_dims
from handful.inference.outcome import Model, Statistic
from handful.models.mixture import Mixture


def of_exact(model: Model, statistic: Statistic) -> str:
    """Why there is a closed form."""
    if not (isinstance(model, Mixture) and isinstance(statistic, LabelledRows)):
        return "the prior is conjugate, so the posterior is known in closed form"
    if model.size == 1:
        return "there is one component, so the posterior is known in closed form"
    if statistic.n_known == statistic.n_bags:
        return "every bag's component is known, so the posterior is known in closed form"
    return "the recipes and the weights are known, so that each bag speaks for itself"


def of_quadrature(model: Model, statistic: Statistic) -> str:  # noqa: ARG001  # as all others
    """Why a table follows the posterior."""
    return "only one or two numbers are unknown, and their prior may have any shape"


def of_enumeration(model: Model, statistic: Statistic) -> str:  # noqa: ARG001  # as all others
    """Why all assignments are summed over."""
    return f"so few bags ({_unknown(statistic):,}) that all assignments can be summed over"


def of_optimum(model: Model, statistic: Statistic) -> str:
    """Why there are no draws."""
    if not (isinstance(model, Mixture) and isinstance(statistic, LabelledRows)):
        return "draws would be of no use"
    _, every = n_dims(model, statistic)
    return f"no weighted draws follow a posterior of {every:,} unknowns"


def of_laplace(model: Model, statistic: Statistic) -> str:  # noqa: ARG001  # as all others
    """Why the peaks are enough."""
    if isinstance(statistic, LabelledRows):
        if not _unknown(statistic):
            return "every bag's component is known, so that the posterior has one peak"
        return f"{_unknown(statistic):,} bags swamp the prior, so that the posterior has few peaks and all are found"
    return "given its precision the posterior of the population has one peak, and the precision is one number"


def of_smc(model: Model, statistic: Statistic) -> str:  # noqa: ARG001  # as all others
    """Why particles are led to the posterior from the prior."""
    if isinstance(statistic, LabelledRows):
        number = _unknown(statistic)
        return f"the posterior may have several modes, and {number:,} {'bag is' if number == 1 else 'bags are'} few"
    return "the posterior may have several modes"


def _unknown(statistic: Statistic) -> int:
    """How many bags' components are unknown."""
    return statistic.n_bags - statistic.n_known if isinstance(statistic, LabelledRows) else 0
