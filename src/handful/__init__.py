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
    from handful.data.histograms import Histograms
    from handful.data.read import inspect, read_counts
    from handful.data.statistics import Rows, Totals
    from handful.distributions.beta import Beta
    from handful.distributions.density import Density
    from handful.distributions.dirichlet import Dirichlet
    from handful.distributions.dirichlet_multinomial import DirichletMultinomial
    from handful.distributions.fixed import Fixed
    from handful.distributions.half_normal import HalfNormal
    from handful.distributions.joint_table import JointTable
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
    from handful.inference.draws_fit import DrawsFit
    from handful.inference.evidence import Evidence, Verdict
    from handful.inference.fit import fit
    from handful.inference.fits import ExactFit, GridFit
    from handful.inference.mode_fit import ModeFit
    from handful.models.hierarchical import Hierarchical
    from handful.models.mixture import Mixture
    from handful.models.poisson import Poisson
    from handful.models.pooled import Pooled
    from handful.models.read_recipes import read_recipes
    from handful.models.recipes import Recipes
    from handful.models.separate import Separate
    from handful.plots.animation import animate_walk
    from handful.plots.assignments import plot_assignments
    from handful.plots.autocorrelation import plot_autocorrelation
    from handful.plots.bags import plot_bags
    from handful.plots.binomial import plot_binomial
    from handful.plots.calibration import plot_calibration
    from handful.plots.chains import plot_chains
    from handful.plots.check import plot_check
    from handful.plots.class_priors import plot_class_priors
    from handful.plots.comparison import plot_comparison
    from handful.plots.components import plot_components
    from handful.plots.evidence import plot_evidence
    from handful.plots.histogram import plot_histogram
    from handful.plots.left_out import plot_left_out
    from handful.plots.likelihood import plot_likelihood
    from handful.plots.margins import plot_margins
    from handful.plots.meaning import alt_text, plot_numbers
    from handful.plots.pair import plot_pair
    from handful.plots.plan import plot_plan
    from handful.plots.precision import plot_precision
    from handful.plots.prior_predictive import plot_prior_predictive
    from handful.plots.priors import plot_priors
    from handful.plots.proportions import plot_proportions
    from handful.plots.running_mean import plot_running_mean
    from handful.plots.same_source import plot_same_source
    from handful.plots.save import save_plot
    from handful.plots.sensitivity import plot_sensitivity
    from handful.plots.shrinkage import plot_shrinkage
    from handful.plots.ternary import plot_ternary
    from handful.plots.update import plot_update
    from handful.plots.variation import plot_variation
    from handful.plots.walk import plot_walk
    from handful.reports.replay import replay
    from handful.reports.replayed import Replay
    from handful.reports.report import Report, report, write_report
    from handful.reports.sealed import Sealed
    from handful.results.assign import assign
    from handful.results.assignments import Assignments
    from handful.results.bag_variation import bag_variation
    from handful.results.calibrate import Calibration, calibrate
    from handful.results.check import check
    from handful.results.checking.result import Check
    from handful.results.compare import Comparison, compare
    from handful.results.compare_left_out import LeftOutComparison, compare_left_out
    from handful.results.datatree import from_datatree, read_fit, to_datatree, write_fit
    from handful.results.diagnose import Diagnosis, diagnose
    from handful.results.document import to_json
    from handful.results.plan import plan
    from handful.results.planning.answers import Plan
    from handful.results.planning.questions import BagsRight, RecipesApart, ShareWithin
    from handful.results.predict import Prediction, predict
    from handful.results.prior_predictive import PriorPredictive, prior_predictive
    from handful.results.same_source import SameSource, same_source
    from handful.results.self_assignment import SelfAssignment, self_assignment
    from handful.results.sensitive.found import Sensitivity
    from handful.results.sensitivity import sensitivity
    from handful.results.simulate import Simulated, simulate
    from handful.results.summary import summary
    from handful.results.variation import between_bags

__version__ = VERSION

_HOME = {
    "Assignments": "handful.results.assignments",
    "BagsRight": "handful.results.planning.questions",
    "Beta": "handful.distributions.beta",
    "Calibration": "handful.results.calibrate",
    "Check": "handful.results.checking.result",
    "Comparison": "handful.results.compare",
    "Complaint": "handful.data.complaints",
    "Counts": "handful.data.counts",
    "CountsError": "handful.errors",
    "CountsTypeError": "handful.errors",
    "DataUsedTwice": "handful.errors",
    "Density": "handful.distributions.density",
    "Diagnosis": "handful.results.diagnose",
    "Dirichlet": "handful.distributions.dirichlet",
    "DirichletMultinomial": "handful.distributions.dirichlet_multinomial",
    "DrawsFit": "handful.inference.draws_fit",
    "EngineError": "handful.errors",
    "Evidence": "handful.inference.evidence",
    "ExactFit": "handful.inference.fits",
    "Fixed": "handful.distributions.fixed",
    "Gamma": "handful.distributions.positive",
    "GridFit": "handful.inference.fits",
    "HalfNormal": "handful.distributions.half_normal",
    "HandfulError": "handful.errors",
    "Hierarchical": "handful.models.hierarchical",
    "Histograms": "handful.data.histograms",
    "ImpossibleData": "handful.errors",
    "JointTable": "handful.distributions.joint_table",
    "LeftOutComparison": "handful.results.compare_left_out",
    "LogNormal": "handful.distributions.positive",
    "MissingExtra": "handful.errors",
    "Mixture": "handful.models.mixture",
    "ModeFit": "handful.inference.mode_fit",
    "Multinomial": "handful.distributions.multinomial",
    "NoPrior": "handful.errors",
    "Note": "handful.data.complaints",
    "ParameterError": "handful.errors",
    "ParameterTypeError": "handful.errors",
    "Plan": "handful.results.planning.answers",
    "Poisson": "handful.models.poisson",
    "Pooled": "handful.models.pooled",
    "Prediction": "handful.results.predict",
    "PriorPredictive": "handful.results.prior_predictive",
    "Recipes": "handful.models.recipes",
    "RecipesApart": "handful.results.planning.questions",
    "Replay": "handful.reports.replayed",
    "Report": "handful.reports.report",
    "Rows": "handful.data.statistics",
    "SameSource": "handful.results.same_source",
    "Sealed": "handful.reports.sealed",
    "SelfAssignment": "handful.results.self_assignment",
    "Sensitivity": "handful.results.sensitive.found",
    "Separate": "handful.models.separate",
    "ShareWithin": "handful.results.planning.questions",
    "Simulated": "handful.results.simulate",
    "SourceError": "handful.errors",
    "TableError": "handful.errors",
    "Totals": "handful.data.statistics",
    "Verdict": "handful.inference.evidence",
    "alt_text": "handful.plots.meaning",
    "animate_walk": "handful.plots.animation",
    "assign": "handful.results.assign",
    "bag_variation": "handful.results.bag_variation",
    "between_bags": "handful.results.variation",
    "calibrate": "handful.results.calibrate",
    "check": "handful.results.check",
    "compare": "handful.results.compare",
    "compare_left_out": "handful.results.compare_left_out",
    "datasets": "handful.data.datasets.catalogue",
    "diagnose": "handful.results.diagnose",
    "fit": "handful.inference.fit",
    "from_datatree": "handful.results.datatree",
    "inspect": "handful.data.read",
    "plan": "handful.results.plan",
    "plot_assignments": "handful.plots.assignments",
    "plot_autocorrelation": "handful.plots.autocorrelation",
    "plot_bags": "handful.plots.bags",
    "plot_binomial": "handful.plots.binomial",
    "plot_calibration": "handful.plots.calibration",
    "plot_chains": "handful.plots.chains",
    "plot_check": "handful.plots.check",
    "plot_class_priors": "handful.plots.class_priors",
    "plot_comparison": "handful.plots.comparison",
    "plot_components": "handful.plots.components",
    "plot_evidence": "handful.plots.evidence",
    "plot_histogram": "handful.plots.histogram",
    "plot_left_out": "handful.plots.left_out",
    "plot_likelihood": "handful.plots.likelihood",
    "plot_margins": "handful.plots.margins",
    "plot_numbers": "handful.plots.meaning",
    "plot_pair": "handful.plots.pair",
    "plot_plan": "handful.plots.plan",
    "plot_precision": "handful.plots.precision",
    "plot_prior_predictive": "handful.plots.prior_predictive",
    "plot_priors": "handful.plots.priors",
    "plot_proportions": "handful.plots.proportions",
    "plot_running_mean": "handful.plots.running_mean",
    "plot_same_source": "handful.plots.same_source",
    "plot_sensitivity": "handful.plots.sensitivity",
    "plot_shrinkage": "handful.plots.shrinkage",
    "plot_ternary": "handful.plots.ternary",
    "plot_update": "handful.plots.update",
    "plot_variation": "handful.plots.variation",
    "plot_walk": "handful.plots.walk",
    "predict": "handful.results.predict",
    "prior_predictive": "handful.results.prior_predictive",
    "read_counts": "handful.data.read",
    "read_fit": "handful.results.datatree",
    "read_recipes": "handful.models.read_recipes",
    "replay": "handful.reports.replay",
    "report": "handful.reports.report",
    "same_source": "handful.results.same_source",
    "save_plot": "handful.plots.save",
    "self_assignment": "handful.results.self_assignment",
    "sensitivity": "handful.results.sensitivity",
    "simulate": "handful.results.simulate",
    "summary": "handful.results.summary",
    "to_datatree": "handful.results.datatree",
    "to_json": "handful.results.document",
    "write_fit": "handful.results.datatree",
    "write_report": "handful.reports.report",
}

__all__ = [
    "Assignments", "BagsRight", "Beta", "Calibration", "Check", "Comparison", "Complaint", "Counts",
    "CountsError", "CountsTypeError", "DataUsedTwice", "Density", "Diagnosis", "Dirichlet",
    "DirichletMultinomial", "DrawsFit", "EngineError", "Evidence", "ExactFit", "Fixed", "Gamma", "GridFit",
    "HalfNormal", "HandfulError", "Hierarchical", "Histograms", "ImpossibleData", "JointTable",
    "LeftOutComparison", "LogNormal", "MissingExtra", "Mixture", "ModeFit", "Multinomial", "NoPrior", "Note",
    "ParameterError", "ParameterTypeError", "Plan", "Poisson", "Pooled", "Prediction", "PriorPredictive",
    "Recipes", "RecipesApart", "Replay", "Report", "Rows", "SameSource", "Sealed", "SelfAssignment",
    "Sensitivity", "Separate", "ShareWithin", "Simulated", "SourceError", "TableError", "Totals", "Verdict",
    "alt_text", "animate_walk", "assign", "bag_variation", "between_bags", "calibrate", "check", "compare",
    "compare_left_out", "datasets", "diagnose", "fit", "from_datatree", "inspect", "plan", "plot_assignments",
    "plot_autocorrelation", "plot_bags", "plot_binomial", "plot_calibration", "plot_chains", "plot_check",
    "plot_class_priors", "plot_comparison", "plot_components", "plot_evidence", "plot_histogram",
    "plot_left_out", "plot_likelihood", "plot_margins", "plot_numbers", "plot_pair", "plot_plan",
    "plot_precision", "plot_prior_predictive", "plot_priors", "plot_proportions", "plot_running_mean",
    "plot_same_source", "plot_sensitivity", "plot_shrinkage", "plot_ternary", "plot_update", "plot_variation",
    "plot_walk", "predict", "prior_predictive", "read_counts", "read_fit", "read_recipes", "replay", "report",
    "same_source", "save_plot", "self_assignment", "sensitivity", "simulate", "summary", "to_datatree",
    "to_json", "write_fit", "write_report",
]  # fmt: skip


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
