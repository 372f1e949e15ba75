"""Leaving bags out: closed forms and refits against evidences with and without the bag, draws against both."""

import itertools
import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy import stats
from tests.testing_tools.gates import GateClosed, z_gate

import handful as hf
from handful.data.statistics import Rows
from handful.distributions.dirichlet_multinomial import log_pmf
from handful.inference.psis import smoothed
from handful.results.checking import left_out as module
from handful.results.checking import left_out_drawn
from handful.results.checking.left_out_closed import closed_scores
from handful.results.checking.left_out_drawn import drawn_scores

TABLE = np.array([[12, 43, 3], [9, 46, 0], [30, 25, 5], [0, 0, 0], [9, 46, 0], [14, 30, 9]])
NAMES = ["blue", "red", "green"]
FACTORY = ["NJ", "NJ", "TN", "TN", "NJ", "TN"]
REPEATS = 5


def bags(table=TABLE, **labels):
    return hf.Counts(
        table, categories=NAMES[: table.shape[1]], ids=list("ABCDEF")[: len(table)], labels=labels
    )


def pair():
    return bags(np.array([[12, 43], [9, 46], [30, 25], [3, 50]]))


def ten():
    """Five bags of either of two recipes: no single one of them makes the fit."""
    rng = np.random.default_rng(1)
    table = np.vstack([rng.multinomial(30, q, size=5) for q in ([0.6, 0.3, 0.1], [0.2, 0.3, 0.5])])
    return hf.Counts(table, categories=NAMES, ids=list("ABCDEFGHIJ"))


def without(counts, b):
    kept = [place for place in range(counts.n_bags) if place != b]
    return replace(
        counts,
        table=counts.table[kept],
        ids=tuple(counts.ids[place] for place in kept),
        labels={name: tuple(texts[place] for place in kept) for name, texts in counts.labels.items()},
    )


def by_evidence(model, counts, **how):
    """log p(k_b | others) = log p(all) − log p(others), each bag in its turn."""
    whole = hf.fit(model, counts, **how).log_evidence.value
    return [whole - hf.fit(model, without(counts, b), **how).log_evidence.value for b in range(counts.n_bags)]


@cache
def exact_of_population():
    """By quadrature, which takes a while."""
    return np.array(by_evidence(hf.Hierarchical(), pair()))


CLOSED = {
    "pooled": (hf.Pooled(), bags()),
    "pooled, informed": (hf.Pooled(hf.Dirichlet([0.2, 3.0, 1e-3])), bags()),
    "pooled, one share": (hf.Pooled(hf.Beta(1, 5)), pair()),
    "a known recipe": (hf.Pooled(hf.Fixed([0.2, 0.7, 0.1])), bags()),
    "separate": (hf.Separate(hf.Dirichlet([0.5, 1.0, 2.0])), bags()),
    "poisson": (hf.Poisson(), pair()),
    "labels": (hf.Mixture(2, labels="factory"), bags(factory=FACTORY)),
    "one component": (hf.Mixture(1), bags()),
    "known recipes and weights": (
        hf.Mixture(
            recipes=hf.Recipes([[0.2, 0.7, 0.1], [0.4, 0.4, 0.2]], components=["NJ", "TN"], categories=NAMES),
            weights=hf.Fixed([0.4, 0.6]),
        ),
        bags(),
    ),
    "a prior of any shape": (hf.Pooled(hf.Density.normal(0.3, 0.1)), pair()),
    "a population of two categories": (hf.Hierarchical(), pair()),
    "few bags of two components": (hf.Mixture(2), bags()),
    "recipes known, weights not": (
        hf.Mixture(
            recipes=hf.Recipes([[0.2, 0.7, 0.1], [0.4, 0.4, 0.2]], components=["NJ", "TN"], categories=NAMES)
        ),
        bags(),
    ),
}


@pytest.mark.parametrize("name", CLOSED)
def test_the_score_is_what_the_evidence_loses(name):
    model, counts = CLOSED[name]
    found = hf.check(hf.fit(model, counts, rng=1), counts, draws=2_000, rng=1).left_out
    population = isinstance(model, hf.Hierarchical)
    exact = exact_of_population() if population else by_evidence(model, counts, rng=1)
    assert found.log_scores == pytest.approx(exact, abs=1e-7)
    assert np.isnan(found.pareto_k).all()
    assert "Exact" in found.method
    assert not found.rough.size


PARTLY = np.array([[2, 1], [1, 2], [2, 2], [1, 1], [3, 1], [1, 3]])
LABELS = ["NJ", "TN", "", "NJ", "", "TN"]


def log_joint(table, known):
    """The log of p(counts, labels) by own sums over who comes from where; recipes and weights uniform beforehand."""
    unknown = [b for b, one in enumerate(known) if one < 0]
    found = []
    for guess in itertools.product((0, 1), repeat=len(unknown)):
        full = np.array(known)
        full[unknown] = guess
        n = np.bincount(full, minlength=2)
        log_chance = math.lgamma(n[0] + 1) + math.lgamma(n[1] + 1) - math.lgamma(len(full) + 2)
        for k in (0, 1):
            blue, brown = table[full == k].sum(axis=0)
            log_chance += math.lgamma(blue + 1) + math.lgamma(brown + 1) - math.lgamma(blue + brown + 2)
        found.append(log_chance)
    coefficients = sum(math.log(math.comb(int(row.sum()), int(row[0]))) for row in table)
    return np.logaddexp.reduce(found) + coefficients


def given_all_labels():
    """log p(k_b | other counts, all labels): the bag without its counts has its label still."""
    known = [{"NJ": 0, "TN": 1, "": -1}[one] for one in LABELS]
    whole, found = log_joint(PARTLY, known), []
    for b in range(len(PARTLY)):
        emptied = PARTLY.copy()
        emptied[b] = 0
        found.append(whole - log_joint(emptied, known))
    return np.array(found)


def partly():
    return bags(PARTLY, factory=LABELS)


def test_a_bag_that_is_left_out_keeps_its_label():
    counts = partly()
    fit = hf.fit(hf.Mixture(2, labels="factory"), counts, rng=1)
    found = hf.check(fit, counts, draws=2_000, rng=1).left_out
    assert fit.engine == "enumeration"
    assert found.log_scores == pytest.approx(given_all_labels(), abs=1e-7)


@pytest.mark.parametrize("anew", [False, True], ids=["weighted", "fitted anew"])
def test_draws_of_bags_some_of_which_are_labelled_find_the_same(anew, monkeypatch):
    counts, model, found = partly(), hf.Mixture(2, labels="factory"), []
    if anew:
        monkeypatch.setattr(left_out_drawn, "MOST_PARETO_K", -math.inf)
    for seed in range(REPEATS):
        fit = hf.fit(model, counts, engine="smc", draws=1_600, rng=seed)
        scores = module.left_out(fit, counts, rng=np.random.default_rng(seed))
        assert len(scores.refitted) == len(PARTLY) or not anew
        found.append(scores.log_scores if anew else drawn(fit, counts))
    good = ~np.isnan(found).any(axis=0)
    assert good[[b for b, one in enumerate(LABELS) if one]].sum() >= 2
    found = np.array(found)[:, good]
    error = found.std(axis=0, ddof=1) / math.sqrt(REPEATS) + 0.01
    z_gate(found.mean(axis=0), given_all_labels()[good], error)


def test_a_label_that_goes_with_its_bag_is_noticed():
    """Planted: the bag and its label are both left out, so that the score has the chance of the label in it."""
    known = [{"NJ": 0, "TN": 1, "": -1}[one] for one in LABELS]
    whole = log_joint(PARTLY, known)
    both = [
        whole - log_joint(np.delete(PARTLY, b, axis=0), known[:b] + known[b + 1 :])
        for b in range(len(PARTLY))
    ]
    labelled = np.array([bool(one) for one in LABELS])
    away = np.abs(np.array(both) - given_all_labels())
    assert (away[labelled] > 0.3).all()
    assert away[~labelled] == pytest.approx(0.0, abs=1e-12)


def test_a_bag_that_is_kept_in_its_own_score_is_noticed():
    """Planted: the recipe has learnt from the bag that it foretells."""
    counts = bags()
    kept = log_pmf(counts.table, 1.0 + counts.table.sum(axis=0))
    honest = hf.check(hf.fit(hf.Pooled(), counts), counts, draws=2_000, rng=1).left_out.log_scores
    some = counts.totals > 0
    assert (kept[some] > honest[some] + 0.1).all()


def drawn(fit, counts):
    """The scores by weighted draws; NaN where the tail of the weights is too heavy."""
    rows = fit.statistic if isinstance(fit.model, hf.Mixture) else Rows.of(counts)
    found = drawn_scores(fit, rows)
    return np.where(found.doubt > 0, np.nan, found.log_scores)[rows.row_of_bag]


@pytest.mark.parametrize(
    ("model", "counts", "engine", "draws"),
    [(hf.Hierarchical(), pair(), "laplace", 4_000), (hf.Mixture(2), ten(), "smc", 2_000)],
    ids=["hierarchical", "mixture"],
)
def test_weighted_draws_find_the_exact_scores(model, counts, engine, draws):
    exact = (
        exact_of_population()
        if isinstance(model, hf.Hierarchical)
        else np.array(by_evidence(model, counts, rng=1))
    )
    fits = [hf.fit(model, counts, engine=engine, draws=draws, rng=seed) for seed in range(REPEATS)]
    found = np.array([drawn(fit, counts) for fit in fits])
    good = ~np.isnan(found).any(axis=0)
    assert good.sum() >= 3
    found = found[:, good]
    z_gate(found.mean(axis=0), exact[good], found.std(axis=0, ddof=1) / math.sqrt(REPEATS) + 0.01)


def test_draws_that_have_seen_the_bag_are_noticed():
    """Planted: the mean of p(bag | draw) over the posterior of all bags, the bag itself among them."""
    counts = pair()
    exact = exact_of_population()
    found = []
    for seed in range(REPEATS):
        fit = hf.fit(hf.Hierarchical(), counts, engine="laplace", draws=4_000, rng=seed)
        points = left_out_drawn.points_of(fit.posterior)
        logs = left_out_drawn.log_pmf(points, counts.table, known=np.full(counts.n_bags, -1))
        found.append(np.log(points.weights @ np.exp(logs)))
    error = np.std(found, axis=0, ddof=1) / math.sqrt(REPEATS) + 0.01
    with pytest.raises(GateClosed):
        z_gate(np.mean(found, axis=0), exact, error)


def test_where_weights_will_not_do_the_model_is_fitted_anew(monkeypatch):
    """With no weights trusted, each different bag with items is scored by a fit without it."""
    monkeypatch.setattr(left_out_drawn, "MOST_PARETO_K", -math.inf)
    counts = pair()
    fit = hf.fit(hf.Hierarchical(), counts, engine="laplace", rng=1)
    found = hf.check(fit, counts, draws=2_000, rng=1).left_out
    assert found.refitted.tolist() == list(range(4))
    assert "for 4 bags" in found.method
    assert found.log_scores == pytest.approx(exact_of_population(), abs=0.05)


def test_more_refits_than_anyone_waits_for_are_called_rough(monkeypatch):
    monkeypatch.setattr(left_out_drawn, "MOST_PARETO_K", -math.inf)
    monkeypatch.setattr(module, "MOST_REFITS", 2)
    counts = pair()
    found = hf.check(hf.fit(hf.Hierarchical(), counts, engine="laplace", rng=1), counts, draws=2_000, rng=1)
    assert len(found.left_out.refitted) == 2
    assert len(found.left_out.rough) == 2
    assert any("their log scores are rough" in note for note in found.verdict.notes)


def test_a_heavy_tail_is_what_asks_for_a_refit():
    """The weights of a bag that two recipes could not be more at odds about have no variance."""
    rng = np.random.default_rng(3)
    table = np.vstack([rng.multinomial(55, [0.2, 0.5, 0.3], size=30), [[55, 0, 0]]])
    counts = hf.Counts(table, categories=NAMES)
    fit = hf.fit(hf.Hierarchical(), counts, rng=1)
    found = hf.check(fit, draws=2_000, rng=1).left_out
    high = np.flatnonzero(found.pareto_k > 0.7)
    assert 30 in high
    assert found.refitted.tolist() == high.tolist()


def test_the_sum_and_its_error_are_over_bags():
    counts = bags()
    found = hf.check(hf.fit(hf.Separate(), counts), counts, draws=2_000, rng=1).left_out
    by_scipy = [
        stats.dirichlet_multinomial.logpmf(row, np.ones(3), row.sum()) if row.any() else 0.0 for row in TABLE
    ]
    assert found.total == pytest.approx(sum(by_scipy), abs=1e-9)
    assert found.se == pytest.approx(math.sqrt(6) * np.std(by_scipy, ddof=1), rel=1e-9)
    assert "the unit is the bag" in found.words


def test_one_bag_has_no_standard_error():
    counts = bags(TABLE[:1])
    found = hf.check(hf.fit(hf.Pooled(), counts), counts, rng=1)
    assert math.isnan(found.left_out.se)
    assert found.left_out.log_scores == pytest.approx([hf.fit(hf.Pooled(), counts).log_evidence.value])
    assert found.statistics == ()
    assert found.verdict.ok
    assert found.verdict.notes == ("One bag cannot tell whether the model is right.",)


def test_the_order_of_bags_is_irrelevant():
    counts, turned = bags(), bags(TABLE[::-1])
    for model in (hf.Pooled(), hf.Mixture(2)):
        first = hf.check(hf.fit(model, counts, rng=1), counts, draws=2_000, rng=1).left_out.log_scores
        second = hf.check(hf.fit(model, turned, rng=1), turned, draws=2_000, rng=1).left_out.log_scores
        assert first == pytest.approx(second[::-1], abs=1e-9)


def test_models_are_compared_bag_by_bag():
    counts = bags()
    checks = [
        hf.check(hf.fit(m, counts, rng=1), counts, draws=2_000, rng=1) for m in (hf.Separate(), hf.Pooled())
    ]
    found = hf.compare_left_out(checks)
    first, second = sorted(checks, key=lambda one: -one.left_out.total)
    assert [one.spec for one in found.models] == [first.model, second.model]
    difference = first.left_out.log_scores - second.left_out.log_scores
    assert found.models[1].below_best == pytest.approx(difference.sum())
    assert found.models[1].se_below == pytest.approx(math.sqrt(6) * difference.std(ddof=1))
    assert found.models[0].below_best == 0
    assert "6 bags are few" in found.verdict.notes[0]
    assert "<table>" in found._repr_html_()


def test_models_that_foretell_alike_are_not_told_apart():
    rng = np.random.default_rng(2)
    counts = hf.Counts(rng.multinomial(55, [0.2, 0.5, 0.3], size=30), categories=NAMES)
    checks = [
        hf.check(hf.fit(hf.Pooled(prior), counts), counts, draws=2_000, rng=1)
        for prior in (hf.Dirichlet([1.0] * 3), hf.Dirichlet([2.0] * 3))
    ]
    assert "cannot tell" in hf.compare_left_out(checks).words
    separate = hf.check(hf.fit(hf.Separate(), counts), counts, draws=2_000, rng=1)
    assert hf.compare_left_out([separate, checks[0]]).words.startswith("pooled foretells")


def test_checks_that_cannot_be_compared_are_refused():
    counts, others = bags(), bags(TABLE[:4])
    checks = [hf.check(hf.fit(hf.Pooled(), some), some, draws=2_000, rng=1) for some in (counts, others)]
    with pytest.raises(hf.ParameterError, match="different bags"):
        hf.compare_left_out(checks)
    with pytest.raises(hf.ParameterError, match="at least one"):
        hf.compare_left_out([])
    point = hf.check(hf.fit(hf.Mixture(2), counts, engine="optimum"), draws=2_000, rng=1)
    with pytest.raises(hf.ParameterError, match="left no bag out"):
        hf.compare_left_out([point])


def test_a_population_has_no_closed_form():
    counts = bags()
    assert closed_scores(hf.fit(hf.Hierarchical(), counts, rng=1), Rows.of(counts)) is None
    assert smoothed(np.zeros(400)).pareto_k == -math.inf
