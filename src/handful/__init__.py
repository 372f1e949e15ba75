"""handful: Bayesian inference for counts in categories. Count a handful, know the bag.

The public names are listed here, each with the module that defines it, and are loaded when they
are first used: ``handful --help`` needs no NumPy. The imports below the list say the same to type
checkers; a test holds the two together.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from handful.version import VERSION

if TYPE_CHECKING:
    from handful.data.complaints import Complaint, Note
    from handful.data.counts import Counts
    from handful.data.datasets.catalogue import datasets
    from handful.data.read import inspect, read_counts
    from handful.data.statistics import Rows, Totals
    from handful.distributions.beta import Beta
    from handful.distributions.dirichlet import Dirichlet
    from handful.distributions.dirichlet_multinomial import DirichletMultinomial
    from handful.distributions.fixed import Fixed
    from handful.distributions.multinomial import Multinomial
    from handful.distributions.positive import Gamma, LogNormal
    from handful.errors import (
        CountsError,
        CountsTypeError,
        DataUsedTwice,
        EngineError,
        HandfulError,
        ImpossibleData,
        MissingExtra,
        NoPrior,
        ParameterError,
        ParameterTypeError,
        SourceError,
        TableError,
    )
    from handful.inference.fit import fit
    from handful.inference.outcome import Evidence, ExactFit, Verdict
    from handful.models.pooled import Pooled
    from handful.models.separate import Separate
    from handful.results.document import to_json
    from handful.results.summary import summary
    from handful.results.variation import between_bags

__version__ = VERSION

_HOME = {
    "Beta": "handful.distributions.beta",
    "Complaint": "handful.data.complaints",
    "Counts": "handful.data.counts",
    "CountsError": "handful.errors",
    "CountsTypeError": "handful.errors",
    "DataUsedTwice": "handful.errors",
    "Dirichlet": "handful.distributions.dirichlet",
    "DirichletMultinomial": "handful.distributions.dirichlet_multinomial",
    "EngineError": "handful.errors",
    "Evidence": "handful.inference.outcome",
    "ExactFit": "handful.inference.outcome",
    "Fixed": "handful.distributions.fixed",
    "Gamma": "handful.distributions.positive",
    "HandfulError": "handful.errors",
    "ImpossibleData": "handful.errors",
    "LogNormal": "handful.distributions.positive",
    "MissingExtra": "handful.errors",
    "Multinomial": "handful.distributions.multinomial",
    "NoPrior": "handful.errors",
    "Note": "handful.data.complaints",
    "ParameterError": "handful.errors",
    "ParameterTypeError": "handful.errors",
    "Pooled": "handful.models.pooled",
    "Rows": "handful.data.statistics",
    "Separate": "handful.models.separate",
    "SourceError": "handful.errors",
    "TableError": "handful.errors",
    "Totals": "handful.data.statistics",
    "Verdict": "handful.inference.outcome",
    "between_bags": "handful.results.variation",
    "datasets": "handful.data.datasets.catalogue",
    "fit": "handful.inference.fit",
    "inspect": "handful.data.read",
    "read_counts": "handful.data.read",
    "summary": "handful.results.summary",
    "to_json": "handful.results.document",
}

__all__ = [
    "Beta",
    "Complaint",
    "Counts",
    "CountsError",
    "CountsTypeError",
    "DataUsedTwice",
    "Dirichlet",
    "DirichletMultinomial",
    "EngineError",
    "Evidence",
    "ExactFit",
    "Fixed",
    "Gamma",
    "HandfulError",
    "ImpossibleData",
    "LogNormal",
    "MissingExtra",
    "Multinomial",
    "NoPrior",
    "Note",
    "ParameterError",
    "ParameterTypeError",
    "Pooled",
    "Rows",
    "Separate",
    "SourceError",
    "TableError",
    "Totals",
    "Verdict",
    "between_bags",
    "datasets",
    "fit",
    "inspect",
    "read_counts",
    "summary",
    "to_json",
]


def __getattr__(name: str) -> Any:
    """The public name, loaded from the module that defines it."""
    if name not in _HOME:
        raise AttributeError(f"module 'handful' has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names."""
    return [*__all__, "__version__"]
