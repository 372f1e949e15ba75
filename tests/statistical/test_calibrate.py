"""Rows A14, A15, A16, A21 and A24 by the package's own ``calibrate``, and row A30: planted faults that it must notice.

What is made up here comes from the package, as the fits do; the worlds of ``hierarchical_worlds`` and
``test_mixture_sbc``, which draw truths and bags by themselves, are the oracle for that. Cells have few simulations
here; the full table is made by ``benchmarks/calibration.py``.
"""

from __future__ import annotations

import dataclasses
import functools
import string

import numpy as np
import pytest
from scipy import special
from tests.statistical.hierarchical_worlds import shapes_unchecked
from tests.statistical.test_hierarchical_faults import likelihood_ignored as population_ignored
from tests.statistical.test_mixture_evidence import calibration_p_value
from tests.statistical.test_mixture_faults import last_category_dropped_from_dealings
from tests.testing_tools import four
from tests.testing_tools.gates import SUSPICIOUS, bonferroni, two_stage, z_gate
from tests.testing_tools.seeds import seed_for

import handful as hf
from handful.models.pooled import Pooled
from handful.results.calibrating.bands import p_value
from handful.results.calibrating.setting import Setting

CLOSED = SUSPICIOUS**2
DRAWS = {"laplace": 1_000, "enumeration": 100}


def bags(n_items, n_categories, *, n_bags=4, labels=None) -> hf.Counts:
    """Bags whose totals are to be imitated: all different, about `n_items`."""
    totals = [round(n_items * part) for part in (0.5, 1.5, 1.0, 0.75, 1.25, 1.1)[:n_bags]]
    table = np.zeros((n_bags, n_categories), dtype=int)
    table[:, 0] = totals
    names = list(string.ascii_lowercase[:n_categories])
    return hf.Counts(table, categories=names, labels={} if labels is None else {"box": labels})


def calibrated(model, like, n, rng, *, engine=None, given=None) -> hf.Calibration:
    with shapes_unchecked():
        return hf.calibrate(
            model,
            like=like,
            engine=engine,
            draws=DRAWS.get(engine),
            simulations=n,
            given=given,
            rng=rng,
        )


def said(found) -> float:
    print(f"p = {found.p:.3g}")
    return found.p


# ---- A14 and A24 ------------------------------------------------------------------------------------------

CENTRED = hf.Mixture(
    recipes=hf.Recipes([[0.6, 0.3, 0.1], [0.2, 0.3, 0.5]], components=["NJ", "TN"]),
    strength=6.0,
    weights=hf.Beta(2, 1),
    labels="box",
)
MODELS = {
    "beta-binomial": (Pooled(hf.Beta(1, 5)), bags(20, 2), None, 500),
    "dirichlet-multinomial": (Pooled(), bags(20, 5), None, 500),
    "separate": (hf.Separate(), bags(20, 4), None, 500),
    "poisson": (hf.Poisson(hf.Gamma(2, 5)), bags(20, 2), None, 500),
    "hierarchical": (hf.Hierarchical(), bags(12, 3), "laplace", 200),
    "mixture": (hf.Mixture(2), bags(12, 3), "enumeration", 500),
    "labelled mixture": (CENTRED, bags(12, 3, labels=["NJ", "", "", ""]), "enumeration", 500),
}


@functools.cache
def first(name) -> hf.Calibration:
    model, like, engine, n = MODELS[name]
    return calibrated(model, like, n, np.random.default_rng(seed_for(f"calibrate: {name}")), engine=engine)


@pytest.mark.parametrize("name", MODELS)
def test_A14_ranks_are_uniform(name, rng):
    model, like, engine, n = MODELS[name]

    def p(rng, size):
        return said(first(name) if size == n else calibrated(model, like, size, rng, engine=engine))

    two_stage(p, rng, n)


@pytest.mark.parametrize("name", MODELS)
def test_A24_intervals_cover_as_stated(name):
    found = first(name)
    z_gate(
        [one.coverage for one in found.quantities],
        (0.50, 0.90, 0.95),
        [one.errors for one in found.quantities],
    )


# ---- A15: sizes -------------------------------------------------------------------------------------------

N_ITEMS, N_CATEGORIES = (0, 1, 5, 58, 1000), (2, 6, 12)
SLOW = ((1000, 6), (1000, 12))
"""Where laplace often hands over to smc, which takes seconds; these are in the full table only."""

CELLS = {
    "pooled": [(n, c, 4) for n in N_ITEMS for c in N_CATEGORIES],
    "hierarchical": [(n, c, 4) for n in N_ITEMS for c in N_CATEGORIES if (n, c) not in SLOW],
    "mixture": [
        *((n, c, k) for n, c, k in zip(N_ITEMS, (2, 6, 12, 2, 6), (2, 3, 5, 3, 2), strict=True)),
        *((58, 6, 5), (5, 2, 5), (1000, 12, 3), (0, 12, 2), (1, 2, 5)),
    ],
}
SUITE = CELLS | {
    "hierarchical": [(0, 2, 4), (0, 12, 4), (1, 12, 4), (5, 6, 4), (58, 6, 4), (1000, 2, 4)],
}
"""Every number of items and of categories is there; the other cells of a population are in the full table only."""

IN_A_CELL = {"pooled": 100, "hierarchical": 50, "mixture": 80}


def of_cell(kind, cell, n, rng) -> hf.Calibration:
    """The last of a cell's numbers is of bags, or of components: of these there are as few bags, or fewer."""
    n_items, n_categories, number = cell
    if kind == "mixture":
        like = bags(n_items, n_categories, n_bags=4 if number < 5 else 3)
        return calibrated(hf.Mixture(number), like, n, rng, engine="enumeration")
    like = bags(n_items, n_categories, n_bags=number)
    if kind == "pooled":
        return calibrated(Pooled(), like, n, rng)
    return calibrated(hf.Hierarchical(), like, n, rng, engine="laplace")


def in_all(cells) -> float:
    """The quantities that all cells have, over all of them."""
    names = set.intersection(*({one.name for one in cell.quantities} for cell in cells))
    columns = [
        np.concatenate([cell.scores[:, [one.name for one in cell.quantities].index(name)] for cell in cells])
        for name in sorted(names)
    ]
    return bonferroni([p_value(column) for column in columns])


@pytest.mark.slow
@pytest.mark.parametrize("kind", SUITE)
def test_A15_ranks_are_uniform_at_every_size(kind, rng):
    """Each cell by itself, and all together.

    Left to ``benchmarks/calibration.py``: nine cells of the population, and 500 simulations of a cell (200 of a
    population's).
    """

    def p(rng, n):
        cells = [
            of_cell(kind, cell, n, one)
            for cell, one in zip(SUITE[kind], rng.spawn(len(SUITE[kind])), strict=True)
        ]
        print({cell: round(one.p, 4) for cell, one in zip(SUITE[kind], cells, strict=True)})
        return bonferroni([in_all(cells), bonferroni([one.p for one in cells])])

    two_stage(p, rng, IN_A_CELL[kind])


# ---- A16: given real bags ---------------------------------------------------------------------------------

TUTORIAL = hf.Counts(four.TABLE, categories=four.CATEGORIES, ids=four.BAGS)
NEW = dataclasses.replace(TUTORIAL, table=TUTORIAL.table[:2], ids=None)


@pytest.mark.parametrize(
    ("model", "engine", "n"),
    [
        (Pooled(), None, 500),
        (hf.Poisson(), None, 500),
        (hf.Hierarchical(), "laplace", 200),
        (hf.Mixture(2), "enumeration", 250),
    ],
    ids=["pooled", "poisson", "hierarchical", "mixture"],
)
def test_A16_ranks_are_uniform_given_the_tutorials_bags(model, engine, n, rng):
    one = model.spec == "poisson"
    given, new = (each.collapse("blue") if one else each for each in (TUTORIAL, NEW))
    two_stage(lambda rng, n: said(calibrated(model, new, n, rng, engine=engine, given=given)), rng, n)


def test_A16_truths_that_have_not_seen_the_bags_are_noticed(rng, monkeypatch):
    """A planted fault: truths from the prior, fits of the given bags together with theirs."""
    true = Setting.truth
    monkeypatch.setattr(
        Setting,
        "truths_given",
        lambda self, number, *, rng: {
            name: np.concatenate([draw[name] for draw in [true(self, rng) for _ in range(number)]])
            for name in true(self, rng)
        },
    )
    assert calibrated(Pooled(), NEW, 200, rng, given=TUTORIAL).p < CLOSED


# ---- A21: the probability of a model ------------------------------------------------------------------------

RIVALS = (Pooled(), hf.Hierarchical(precision=hf.LogNormal(2.0, 1.0)))
LIKE = bags(15, 3, n_bags=5)
DATA_SETS = 300


A_NAT = 1.0


def odds(n, rng) -> tuple[np.ndarray, np.ndarray]:
    """Of `n` data sets, half of a population: which these are, and the log odds of it by the evidences."""
    of_population = rng.random(n) < 0.5
    found = np.empty(n)
    settings = [Setting.of(model, LIKE, draws=1_000) for model in RIVALS]
    with shapes_unchecked():
        for i, number in enumerate(of_population.astype(int)):
            table = settings[number].table(settings[number].truth(rng), rng)
            values = [one.answer(table, rng=rng).log_evidence.value for one in settings]
            # Beyond this no coin of the test below falls on the other side; its logs stay finite.
            found[i] = np.clip(values[1] - values[0], -30.0, 30.0)
    return of_population, found


def test_A21_the_probability_of_a_population_is_calibrated(rng):
    """And one that is off by a nat is noticed: by the sum, by its parts, or by the log score."""
    kept = {}

    def p(rng, n):
        kept[n] = odds(n, rng)
        of_population, found = kept[n]
        return calibration_p_value(of_population, special.expit(found), rng)

    two_stage(p, rng, DATA_SETS)
    of_population, found = kept[DATA_SETS]
    assert calibration_p_value(of_population, special.expit(found + A_NAT), rng) < SUSPICIOUS


# ---- A30: planted faults ------------------------------------------------------------------------------------


def of_another_prior(prior, patch) -> None:
    """Fits under `prior`, of truths from the one that was asked for."""
    true = Pooled.condition
    patch.setattr(
        Pooled, "condition", lambda self, totals: true(dataclasses.replace(self, prior=prior), totals)
    )


def with_counts(change, patch) -> None:
    """Fits of other counts than were made."""
    true = Pooled.condition

    def condition(self, totals):
        return true(self, dataclasses.replace(totals, counts=change(np.array(totals.counts))))

    patch.setattr(Pooled, "condition", condition)


def broken_likelihood(patch):
    """Every item is taken for two."""
    with_counts(lambda n: 2 * n, patch)


def own_likelihood_ignored(patch):
    with_counts(lambda n: 0 * n, patch)


def last_category_dropped(patch):
    with_counts(lambda n: np.append(n[:-1], 0), patch)


def prior_off_by_ten_percent(patch):
    """Ten percent of one concentration: less than a standard deviation of a prior worth 300 items."""
    of_another_prior(hf.Dirichlet([110, 100, 100]), patch)


def factor_two_in_the_prior(patch):
    of_another_prior(hf.Dirichlet([40, 40, 40]), patch)


def posterior_of_the_previous_bags(patch):
    """Every fit answers the question before: its counts are right, but they are others."""
    kept = []
    true = Pooled.condition

    def condition(self, totals):
        kept.append(totals)
        return true(self, kept[max(0, len(kept) - 2)])

    patch.setattr(Pooled, "condition", condition)


INFORMED, SHARP = Pooled(hf.Dirichlet([20, 20, 20])), Pooled(hf.Dirichlet([100, 100, 100]))
FAULTS = {
    broken_likelihood: (Pooled(), bags(20, 3), "too narrow"),
    own_likelihood_ignored: (
        Pooled(),
        bags(20, 3),
        "log likelihood: the draws fit the bags worse than the truth does",
    ),
    last_category_dropped: (Pooled(), bags(20, 3), "share of c: the posterior is too wide and biased low"),
    prior_off_by_ten_percent: (SHARP, bags(5, 3), "share of a: the posterior is biased high"),
    factor_two_in_the_prior: (INFORMED, bags(5, 3), "too narrow"),
    posterior_of_the_previous_bags: (Pooled(), bags(20, 3), "too narrow"),
}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda one: one.__name__)
def test_a_planted_fault_is_noticed_and_named(fault, monkeypatch, rng):
    model, like, words = FAULTS[fault]
    fault(monkeypatch)
    found = calibrated(model, like, 300, rng)
    print(found)
    assert found.p < CLOSED
    assert not found.verdict.ok
    assert words in found.words


OF_OTHERS = {
    population_ignored: (hf.Hierarchical(), bags(12, 3), "laplace", 200),
    last_category_dropped_from_dealings: (hf.Mixture(2), bags(12, 3), "enumeration", 300),
}


@pytest.mark.parametrize("fault", OF_OTHERS, ids=lambda one: one.__name__)
def test_a_fault_of_another_engine_is_noticed(fault, monkeypatch, rng):
    model, like, engine, n = OF_OTHERS[fault]
    fault(monkeypatch)
    assert said(calibrated(model, like, n, rng, engine=engine)) < CLOSED


def test_a_seed_used_twice_is_noticed():
    """Every simulation has a twin: the curves may stay in their bands, but the same numbers are there twice."""

    class Twins(np.random.Generator):
        def spawn(self, n):
            return [np.random.default_rng(seed // 2) for seed in range(n)]

    assert not calibrated(Pooled(), bags(20, 3), 100, Twins(np.random.PCG64(1))).verdict.ok
