"""Every public function and class is called once, with no more than it must be given.

A new public name without an entry here fails, so that no default that raises ships.
"""

from __future__ import annotations

import inspect
import tempfile
from pathlib import Path

import pytest

import handful as hf
from handful import mcmc


def two_bags():
    return hf.Counts([[12, 7, 9], [15, 6, 5]], categories=["blue", "brown", "green"], ids=["A", "B"])


def population_fit():
    return hf.fit(hf.Hierarchical(), two_bags(), rng=1)


def written_fit():
    path = Path(tempfile.mkdtemp()) / "fit.nc"
    hf.write_fit(population_fit(), path)
    return path


def two_chains():
    return mcmc.Chains.of(
        [[0.1, 0.2] * 100, [0.2, 0.3] * 100], names=["q"], acceptance=[1, 1], sampler="other"
    )


def small_fit():
    return hf.fit(hf.Pooled(), two_bags())


# name -> what it must be given, made when it is needed
MUST_HAVE = {
    "Beta": lambda: {"a": 2, "b": 8},
    "Complaint": lambda: {"code": "blank", "rule": "is blank.", "cure": "Fill it in.", "source": "bags.csv"},
    "Counts": lambda: {"table": [[1, 2]], "categories": ["blue", "not blue"]},
    "Diagnosis": lambda: {"quantities": (), "acceptance": (), "ok": True, "notes": ()},
    "Dirichlet": lambda: {"concentration": [1, 2, 3]},
    "DirichletMultinomial": lambda: {"total": 5, "concentration": [1, 2, 3]},
    "Evidence": lambda: {"value": -1.0},
    "Fixed": lambda: {"proportions": [0.25, 0.75]},
    "Gamma": lambda: {"shape": 3, "rate": 6},
    "HalfNormal": lambda: {"scale": 0.2},
    "Hierarchical": dict,
    "JointTable": lambda: {"table": [[0.5, 0.5]], "rows": ("a", ["x"]), "columns": ("b", ["y", "z"])},
    "LogNormal": lambda: {"mu": 4, "sigma": 2},
    "Multinomial": lambda: {"total": 5, "proportions": [0.25, 0.75]},
    "Note": lambda: {"code": "id", "text": "Column 'bag' names the bags."},
    "Poisson": dict,
    "Pooled": dict,
    "Separate": dict,
    "Verdict": dict,
    "alt_text": lambda: {"axes": hf.plot_binomial(10, 0.2)},
    "BagsRight": dict,
    "RecipesApart": dict,
    "ShareWithin": lambda: {"within": 0.1},
    "plot_plan": lambda: {"plan": small_plan()},
    "plot_prior_predictive": lambda: {"expected": hf.prior_predictive(hf.Pooled(), like=two_bags())},
    "simulate": lambda: {"model": hf.Pooled(), "bags": 3, "size": 5},
    "plot_bags": lambda: {"counts": two_bags()},
    "plot_binomial": lambda: {"total": 10, "share": 0.2},
    "check": lambda: {"fit": mixture_fit()},
    "compare_left_out": lambda: {"checks": [small_check()]},
    "plot_check": lambda: {"check": small_check()},
    "plot_left_out": lambda: {"check": small_check()},
    "plot_class_priors": lambda: {"priors": [hf.Beta(1, 5), hf.Beta(2, 8)]},
    "plot_comparison": lambda: {"comparison": hf.compare([hf.Pooled(), hf.Separate()], two_bags())},
    "plot_likelihood": lambda: {"successes": 12, "trials": 55},
    "plot_margins": lambda: {"posterior": small_fit()},
    "plot_numbers": lambda: {"axes": hf.plot_binomial(10, 0.2)},
    "bag_variation": lambda: {"fit": population_fit()},
    "plot_calibration": lambda: {
        "calibration": hf.calibrate(hf.Pooled(), like=two_bags(), simulations=100, rng=1)
    },
    "plot_chains": lambda: {"chains": two_chains(), "name": "q"},
    "plot_running_mean": lambda: {"chains": two_chains(), "name": "q"},
    "plot_autocorrelation": lambda: {"chains": two_chains(), "name": "q"},
    "plot_histogram": lambda: {"chains": two_chains(), "name": "q"},
    "plot_walk": lambda: {"chains": two_chains(), "names": "q", "log_density": lambda q: -(q**2)},
    "animate_walk": lambda: {"walker": mcmc.Metropolis(lambda q: -(q**2), step=1.0), "start": 0.0},
    "plot_precision": lambda: {"fit": population_fit()},
    "plot_shrinkage": lambda: {"fit": population_fit()},
    "plot_variation": lambda: {"fit": population_fit()},
    "plot_pair": lambda: {"dirichlets": hf.Dirichlet([2, 3])},
    "plot_priors": lambda: {"priors": [hf.Beta(1, 5)]},
    "plot_proportions": lambda: {"fit": small_fit()},
    "plot_sensitivity": lambda: {"sensitivity": hf.sensitivity(small_fit())},
    "plot_ternary": lambda: {"dirichlet": hf.Dirichlet([1, 2, 3])},
    "plot_update": lambda: {"prior": hf.Beta(1, 5), "successes": 12, "trials": 55},
    "save_plot": lambda: {"axes": hf.plot_binomial(10, 0.2), "path": Path(tempfile.mkdtemp()) / "b.svg"},
    "calibrate": lambda: {"model": hf.Pooled(), "like": two_bags()},
    "compare": lambda: {"models": [hf.Pooled(), hf.Separate()], "counts": two_bags()},
    "between_bags": lambda: {"counts": two_bags()},
    "datasets": dict,
    "fit": lambda: {"model": hf.Pooled(), "counts": two_bags()},
    "diagnose": lambda: {
        "chains": mcmc.Chains.of([[0.1] * 200], names=["q"], acceptance=[1], sampler="other")
    },
    "inspect": lambda: {"source": "data:skittles"},
    "assign": lambda: {"fit": mixture_fit()},
    "same_source": lambda: {"fit": mixture_fit()},
    "plot_assignments": lambda: {"fit": mixture_fit()},
    "plot_components": lambda: {"fit": mixture_fit()},
    "plot_same_source": lambda: {"fit": mixture_fit()},
    "plot_evidence": lambda: {"comparison": hf.compare([hf.Mixture(1), hf.Mixture(2)], labelled_bags())},
    "Sealed": lambda: {
        "name": "prior",
        "value": "beta(2,8)",
        "version": 1,
        "time": "2026-01-05T14:02:11+00:00",
        "receipt": "3f9a",
        "late": False,
    },
    "report": lambda: {"fits": population_fit()},
    "write_report": lambda: {
        "report": hf.report(population_fit()),
        "path": Path(tempfile.mkdtemp()) / "report.html",
    },
    "replay": lambda: {
        "path": hf.write_report(hf.report(population_fit()), Path(tempfile.mkdtemp()) / "report.html")
    },
    "sensitivity": lambda: {"fit": small_fit()},
    "self_assignment": lambda: {"counts": labelled_bags(), "labels": "box"},
    "Recipes": lambda: {"proportions": {"NJ": {"blue": 0.25, "red": 0.75}}},
    "read_recipes": lambda: {"source": "data:mms-recipes-2017"},
    "read_counts": lambda: {"source": "data:skittles"},
    "summary": lambda: {"fit": small_fit()},
    "from_datatree": lambda: {"tree": hf.to_datatree(population_fit())},
    "read_fit": lambda: {"path": written_fit()},
    "write_fit": lambda: {"fit": population_fit(), "path": Path(tempfile.mkdtemp()) / "fit.nc"},
    "to_datatree": lambda: {"fit": population_fit()},
    "to_json": lambda: {"fit": small_fit()},
}
# name -> arguments that have defaults, one of which must be chosen all the same
MUST_CHOOSE = {
    "Mixture": lambda: {"n_components": 2},
    "plan": lambda: {"question": hf.ShareWithin(0.1), "model": hf.Pooled(), "size": 55},
    "predict": lambda: {"fit": small_fit(), "size": 5},
    "prior_predictive": lambda: {"model": hf.Pooled(), "like": two_bags()},
}
# not called: made by the library alone, from something that is called here
MADE_BY_OTHERS = {
    "Assignments": "assign",
    "SameSource": "same_source",
    "SelfAssignment": "self_assignment",
    "Sensitivity": "sensitivity",
    "Check": "check",
    "LeftOutComparison": "compare_left_out",
    "Calibration": "calibrate",
    "Comparison": "compare",
    "Density": "Density.of",
    "DrawsFit": "fit",
    "ExactFit": "fit",
    "GridFit": "fit",
    "Histograms": "fit",
    "ModeFit": "fit",
    "Plan": "plan",
    "Prediction": "predict",
    "PriorPredictive": "prior_predictive",
    "Replay": "replay",
    "Report": "report",
    "Rows": "fit",
    "Simulated": "simulate",
    "Totals": "fit",
}


def small_plan():
    return hf.plan(hf.ShareWithin(0.1), hf.Pooled(), size=55)


def labelled_bags():
    table = [[12, 43], [9, 46], [30, 25], [28, 27]]
    return hf.Counts(table, categories=["blue", "not blue"], labels={"box": ["1", "1", "2", "2"]})


def small_check():
    return hf.check(hf.fit(hf.Pooled(), two_bags()), two_bags(), draws=2_000, rng=1)


def mixture_fit():
    return hf.fit(hf.Mixture(2), labelled_bags(), rng=1)


def is_error(name: str) -> bool:
    thing = getattr(hf, name)
    return inspect.isclass(thing) and issubclass(thing, Exception)


def test_every_public_callable_has_an_entry():
    callables = {name for name in hf.__all__ if callable(getattr(hf, name)) and not is_error(name)}
    assert callables == set(MUST_HAVE) | set(MUST_CHOOSE) | set(MADE_BY_OTHERS)
    assert len(callables) == len(MUST_HAVE) + len(MUST_CHOOSE) + len(MADE_BY_OTHERS)


@pytest.mark.parametrize("name", MUST_HAVE)
def test_it_runs_with_its_defaults(name):
    thing = getattr(hf, name)
    given = MUST_HAVE[name]()
    optional = {
        parameter.name
        for parameter in inspect.signature(thing).parameters.values()
        if parameter.default is not parameter.empty
    }
    assert not optional & set(given), "an argument with a default is not given here"
    assert repr(thing(**given))


@pytest.mark.parametrize("name", MUST_CHOOSE)
def test_it_runs_with_one_choice(name):
    assert repr(getattr(hf, name)(**MUST_CHOOSE[name]()))


@pytest.mark.parametrize("name", MADE_BY_OTHERS)
def test_what_others_make_has_a_repr(name):
    made = {
        "Assignments": lambda: hf.assign(mixture_fit()),
        "Replay": lambda: hf.replay(
            hf.write_report(hf.report(population_fit()), Path(tempfile.mkdtemp()) / "report.html")
        ),
        "Report": lambda: hf.report(population_fit()),
        "SameSource": lambda: hf.same_source(mixture_fit()),
        "SelfAssignment": lambda: hf.self_assignment(labelled_bags(), "box"),
        "Sensitivity": lambda: hf.sensitivity(small_fit()),
        "Check": small_check,
        "LeftOutComparison": lambda: hf.compare_left_out([small_check()]),
        "Calibration": lambda: hf.calibrate(hf.Pooled(), like=two_bags(), simulations=100, rng=1),
        "Comparison": lambda: hf.compare([hf.Pooled(), hf.Separate()], two_bags()),
        "Density": lambda: hf.Density.of(lambda q: 2 * q),
        "DrawsFit": population_fit,
        "ExactFit": small_fit,
        "GridFit": lambda: hf.fit(hf.Pooled(hf.Density.uniform(0, 1)), two_bags().collapse("blue")),
        "Plan": small_plan,
        "Prediction": lambda: hf.predict(small_fit(), size=5),
        "PriorPredictive": lambda: hf.prior_predictive(hf.Pooled(), like=two_bags()),
        "Simulated": lambda: hf.simulate(hf.Pooled(), bags=3, size=5),
        "ModeFit": lambda: hf.fit(hf.Mixture(2), labelled_bags(), engine="optimum"),
        "Histograms": lambda: hf.Histograms.of(two_bags()),
        "Totals": lambda: hf.Totals.of(two_bags()),
        "Rows": lambda: hf.Rows.of(two_bags()),
    }[name]()
    assert isinstance(made, getattr(hf, name))
    assert repr(made)
