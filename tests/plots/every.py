"""Every plot, with what it must be given: a new one is tested before its author writes a test."""

from dataclasses import replace
from functools import cache
from types import SimpleNamespace

import numpy as np
from tests.testing_tools import four

import handful as hf
from handful import mcmc
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
from handful.plots.pair import plot_pair
from handful.plots.plan import plot_plan
from handful.plots.precision import plot_precision
from handful.plots.prior_predictive import plot_prior_predictive
from handful.plots.priors import plot_priors
from handful.plots.proportions import plot_proportions
from handful.plots.running_mean import plot_running_mean
from handful.plots.same_source import plot_same_source
from handful.plots.sensitivity import plot_sensitivity
from handful.plots.shrinkage import plot_shrinkage
from handful.plots.ternary import plot_ternary
from handful.plots.update import plot_update
from handful.plots.variation import plot_variation
from handful.plots.walk import plot_walk
from handful.results.calibrating.quantity import Quantity
from handful.results.compare import Compared, Comparison


def counts():
    return hf.Counts(four.TABLE, categories=four.CATEGORIES, ids=four.BAGS)


@cache
def population(alike=True):
    """A hierarchical fit to bags that are alike, or to bags that are not."""
    return hf.fit(hf.Hierarchical(), counts() if alike else unlike(), rng=1)


def unlike():
    names = ["a very, very long name of a genus", "$x_1$", "red"]
    table = [[30, 20, 1], [2, 30, 9], [0, 0, 0], [9, 1, 9], [5, 30, 2], [12, 0, 30]]
    return hf.Counts(
        table, categories=names, ids=["_one", "two of them", "3", "a long id of a bag", "5", "6"]
    )


@cache
def mixed(*, known=False):
    """A fit of two components to bags that could be of either; of some the component is known."""
    labels = {"place": ["_west", "", "", "", "east $1$", ""]} if known else {}
    bags = hf.Counts(unlike().table, categories=unlike().categories, ids=unlike().bags, labels=labels)
    return hf.fit(hf.Mixture(2, labels="place" if known else None), bags, rng=1)


def sensitive():
    """A fit whose prior and bags disagree, under its own prior and some with long and strange names."""
    fit = hf.fit(hf.Pooled(hf.Dirichlet([2000, 1, 1])), unlike())
    return hf.sensitivity(
        fit,
        priors={"$flat_$": hf.Dirichlet([1, 1, 1]), "a name that goes on and on": hf.Dirichlet([9, 9, 9])},
    )


@cache
def checked():
    """A check of bags that are not alike, fitted as if they were."""
    return hf.check(hf.fit(hf.Pooled(), unlike()), unlike(), draws=2_000, rng=1)


def over_k(*models):
    """A comparison with these evidences, errors and probabilities."""
    rows = [Compared(spec, "flat", hf.Evidence(value, error), p) for spec, value, error, p in models]
    return Comparison(tuple(sorted(rows, key=lambda row: -row.probability)), hf.Verdict())


K_1_TO_3 = over_k(
    ("mixture:3", -50.4, 0.1, 0.35), ("mixture:1", -90.0, 0.0, 0.0), ("mixture:2", -49.8, 0.1, 0.65)
)


@cache
def calibrated(*, wrong=False):
    """A calibration of few simulations; a wrong one takes every truth for a low one."""
    found = hf.calibrate(hf.Pooled(), like=unlike(), simulations=50, rng=1)
    if not wrong:
        return found
    names = tuple(f"mean {one.name}" for one in found.quantities)
    scores = np.asarray(found.scores) ** 3
    quantities = tuple(Quantity.of(name, scores[:, q], level=0.001) for q, name in enumerate(names))
    return replace(found, quantities=quantities, scores=scores)


def compared(*models):
    return SimpleNamespace(
        models=tuple(
            SimpleNamespace(spec=spec, log_evidence=hf.Evidence(value, error), probability=probability)
            for spec, value, error, probability in models
        )
    )


def log_normal(q):
    return -0.5 * ((q - 0.3) / 0.1) ** 2


def log_banana(point):
    x, y = point
    return -0.5 * x * x - 2.0 * (y - 0.5 * x * x) ** 2


@cache
def chains():
    walker = mcmc.Metropolis(log_normal, step=0.2)
    return mcmc.run(walker, starts=[0.1, 0.5, 0.3, 0.2], n_draws=300, names=["$q_1$"], rng=1)


@cache
def chains_in_the_plane():
    walker = mcmc.Metropolis(log_banana, step=0.8)
    return mcmc.run(walker, starts=[np.zeros(2)], n_draws=150, names=["x", "_y"], rng=1)


@cache
def a_plan(*, by_size=False):
    """A plan with simulated rows, or one by the size of bags judged one by one."""
    if by_size:
        recipes = hf.Recipes({"$a$": [0.5, 0.5], "_b": [0.3, 0.7]})
        return hf.plan(hf.BagsRight(0.9), hf.Mixture(recipes=recipes), categories=["x", "y"])
    model = hf.Pooled(hf.Density.uniform(0.1, 0.4))
    return hf.plan(hf.ShareWithin(0.1), model, size=[5, 20], bags=[1, 30], simulations=10, rng=1)


@cache
def expected(*, alone=False):
    """What a prior expects, beside counted bags or without."""
    if alone:
        return hf.prior_predictive(hf.Poisson(), bags=3, size=20, rng=1)
    return hf.prior_predictive(hf.Hierarchical(), like=unlike(), rng=1)


TWO_MODELS = compared(("separate", -52.0, 0.3, 0.1), ("pooled", -49.8, 0.0, 0.9))

ON_ONE = {
    "assignments": lambda ax=None: plot_assignments(mixed(), ax=ax),
    "assignments, some known": lambda ax=None: plot_assignments(mixed(known=True), ax=ax),
    "autocorrelation": lambda ax=None: plot_autocorrelation(chains(), "$q_1$", ax=ax),
    "bags": lambda ax=None: plot_bags(counts(), ax=ax),
    "binomial": lambda ax=None: plot_binomial(55, 0.2, ax=ax),
    "binomial of many": lambda ax=None: plot_binomial(1650, 0.2, ax=ax),
    "calibration": lambda ax=None: plot_calibration(calibrated(), ax=ax),
    "calibration, one": lambda ax=None: plot_calibration(
        calibrated(wrong=True), quantity="mean share of $x_1$", ax=ax
    ),
    "chains": lambda ax=None: plot_chains(chains(), "$q_1$", ax=ax),
    "chains, one": lambda ax=None: plot_chains(chains_in_the_plane(), "_y", ax=ax),
    "check": lambda ax=None: plot_check(checked(), ax=ax),
    "check, one statistic": lambda ax=None: plot_check(checked(), ax=ax, statistic="zeros"),
    "class_priors": lambda ax=None: plot_class_priors([hf.Beta(1, 5), hf.Beta(0.5, 0.5)], ax=ax),
    "comparison": lambda ax=None: plot_comparison(TWO_MODELS, ax=ax),
    "components": lambda ax=None: plot_components(mixed(known=True), ax=ax),
    "evidence": lambda ax=None: plot_evidence(K_1_TO_3, ax=ax),
    "histogram": lambda ax=None: plot_histogram(chains(), "$q_1$", ax=ax),
    "histogram, exact": lambda ax=None: plot_histogram(chains(), "$q_1$", exact=hf.Beta(6, 14), ax=ax),
    "left_out": lambda ax=None: plot_left_out(checked(), ax=ax),
    "likelihood": lambda ax=None: plot_likelihood(12, 55, ax=ax),
    "plan": lambda ax=None: plot_plan(a_plan(), ax=ax),
    "plan by size": lambda ax=None: plot_plan(a_plan(by_size=True), ax=ax),
    "precision, a bound": lambda ax=None: plot_precision(population(), ax=ax),
    "precision": lambda ax=None: plot_precision(population(alike=False), ax=ax),
    "prior_predictive": lambda ax=None: plot_prior_predictive(expected(), ax=ax),
    "prior_predictive, alone": lambda ax=None: plot_prior_predictive(expected(alone=True), ax=ax),
    "proportions": lambda ax=None: plot_proportions(hf.fit(hf.Pooled(), counts()), ax=ax),
    "proportions of bags": lambda ax=None: plot_proportions(hf.fit(hf.Separate(), counts()), ax=ax),
    "running_mean": lambda ax=None: plot_running_mean(chains(), "$q_1$", ax=ax),
    "running_mean, exact": lambda ax=None: plot_running_mean(chains(), "$q_1$", exact=0.3, ax=ax),
    "same_source": lambda ax=None: plot_same_source(mixed(), ax=ax),
    "sensitivity": lambda ax=None: plot_sensitivity(sensitive(), ax=ax),
    "sensitivity, a bound": lambda ax=None: plot_sensitivity(hf.sensitivity(population()), ax=ax),
    "shrinkage": lambda ax=None: plot_shrinkage(population(), ax=ax),
    "shrinkage, long names": lambda ax=None: plot_shrinkage(population(alike=False), most=3, ax=ax),
    "ternary": lambda ax=None: plot_ternary(hf.Dirichlet([13, 8, 10], ("blue", "brown", "red")), ax=ax),
    "ternary, sharp": lambda ax=None: plot_ternary(hf.Dirichlet([1300, 800, 1000]), ax=ax),
    "ternary, poles": lambda ax=None: plot_ternary(hf.Dirichlet([0.5, 0.5, 2]), ax=ax),
    "ternary, flat": lambda ax=None: plot_ternary(hf.Dirichlet([1, 1, 1]), ax=ax),
    "update": lambda ax=None: plot_update(hf.Beta(1, 5), successes=12, trials=55, category="blue", ax=ax),
    "update, poles": lambda ax=None: plot_update(hf.Beta(0.5, 0.5), successes=0, trials=5, ax=ax),
    "variation, a bound": lambda ax=None: plot_variation(population(), ax=ax),
    "variation": lambda ax=None: plot_variation(population(alike=False), ax=ax),
    "walk": lambda ax=None: plot_walk(chains(), "$q_1$", log_density=log_normal, ax=ax),
    "walk in the plane": lambda ax=None: plot_walk(
        chains_in_the_plane(), ("x", "_y"), log_density=log_banana, ax=ax
    ),
}
ON_SEVERAL = {
    "margins": (6, lambda axes=None: plot_margins(hf.fit(hf.Pooled(), counts()), axes=axes)),
    "margins with draws": (
        6,
        lambda axes=None: plot_margins(hf.fit(hf.Pooled(), counts()), draws=100, rng=1, axes=axes),
    ),
    "pair": (2, lambda axes=None: plot_pair(hf.Dirichlet([0.5, 2], ("blue", "not blue")), axes=axes)),
    "priors": (3, lambda axes=None: plot_priors([hf.Beta(1, 1), hf.Beta(1, 5), hf.Beta(0.5, 2)], axes=axes)),
}
EVERY = ON_ONE | {name: draw for name, (_, draw) in ON_SEVERAL.items()}
