"""Checks: statistics against plain loops, predictive p-values against every table there can be, and the door."""

import itertools
import json
import math
from functools import cache
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from scipy import stats
from tests.testing_tools import four
from tests.testing_tools.gates import GateClosed, z_gate

import handful as hf
from handful.progress import fraction, watching
from handful.results import document
from handful.results.checking import statistics as measures
from handful.results.checking.dealt import dealt_rows
from handful.results.p_values import mid_p

SCHEMA = Path(document.__file__).parent / "schemas" / "check-1.json"
FEW = 2_000


def bags(table, names="abcdef", **labels):
    return hf.Counts(table, categories=list(names)[: len(table[0])], labels=labels)


def four_bags():
    return hf.Counts(four.TABLE, categories=four.CATEGORIES, ids=four.BAGS)


# --- statistics ---------------------------------------------------------------------------------------------------


def by_loops(name, table, expected):
    """The statistic of one table, in plain Python."""
    totals = [sum(row) for row in table]
    n_bags, n_categories, whole = len(table), len(table[0]), sum(totals)
    shares = [[k / n for k in row] for row, n in zip(table, totals, strict=True)]
    if name == "var_between_bags":
        mean = [sum(row[c] for row in table) / whole for c in range(n_categories)]
        return sum(
            totals[b] / whole * (shares[b][c] - mean[c]) ** 2
            for b in range(n_bags)
            for c in range(n_categories)
        )
    if name == "max_share":
        return max(map(max, shares))
    if name == "zeros":
        return sum(row.count(0) for row in table)
    if name == "chi2":
        cells = [
            (table[b][c], totals[b] * expected[b][c]) for b in range(n_bags) for c in range(n_categories)
        ]
        return sum((k - e) ** 2 / e for k, e in cells if e > 0)
    if name == "identical_pairs":
        return sum(first == second for first, second in itertools.combinations(table, 2))
    columns = list(zip(*shares, strict=True))
    found = []
    for first, second in itertools.combinations(columns, 2):
        constant = len(set(first)) == 1 or len(set(second)) == 1
        found.append(0.0 if constant else max(stats.pearsonr(first, second).statistic, 0.0))
    return math.sqrt(sum(r**2 for r in found) / len(found))


@pytest.mark.parametrize("one", [one for one in measures.STATISTICS if one.measure], ids=lambda one: one.name)
def test_a_statistic_is_what_plain_loops_say(one, rng):
    tables = rng.poisson([4.0, 2.0, 0.5, 0.0], size=(20, 7, 4)) + np.array([1, 0, 0, 0])
    tables[::2, 3] = tables[::2, 5]
    expected = np.tile([0.6, 0.3, 0.1, 0.0], (1, 7, 1))
    for table in tables:
        looked = measures.Looked(table[None], table.sum(axis=1).astype(float), expected)
        truth = by_loops(one.name, table.tolist(), expected[0].tolist())
        assert one.measure(looked)[0] == pytest.approx(truth, abs=1e-12)


def test_many_tables_at_once_are_each_measured_alone(rng):
    tables = rng.multinomial(9, [0.5, 0.3, 0.2], size=(30, 5))
    expected = np.tile([0.5, 0.3, 0.2], (1, 5, 1))
    for one in measures.STATISTICS:
        if one.measure is not None:
            together = one.measure(measures.Looked(tables, np.full(5, 9.0), expected))
            alone = [one.measure(measures.Looked(t[None], np.full(5, 9.0), expected))[0] for t in tables]
            assert together == pytest.approx(alone, abs=1e-12)


def test_three_equal_bags_are_three_pairs():
    found = hf.check(hf.fit(hf.Pooled(), bags([[1, 2]] * 3)), bags([[1, 2]] * 3), draws=FEW, rng=1)
    assert found["identical_pairs"].observed == 3


# --- predictive distributions, by every table there can be ---------------------------------------------------------

SMALL = [[3, 1], [0, 2], [4, 1]]


def every_table(totals):
    """All tables of two categories with these totals."""
    return [
        [[k, n - k] for k, n in zip(ks, totals, strict=True)]
        for ks in itertools.product(*(range(n + 1) for n in totals))
    ]


def exact_p(name, chances, expected):
    """The mid-p of SMALL where every table has its chance."""
    seen = by_loops(name, SMALL, expected)
    larger = equal = 0.0
    for table, chance in chances:
        value = by_loops(name, table, expected)
        if math.isclose(value, seen, rel_tol=1e-9):
            equal += chance
        elif value > seen:
            larger += chance
    assert sum(chance for _, chance in chances) == pytest.approx(1.0, abs=1e-9)
    return larger + 0.5 * equal


def of_margins():
    """Hypergeometric: the seven of the first category, dealt to the bags."""
    tables = [t for t in every_table([4, 2, 5]) if sum(row[0] for row in t) == 7]
    ways = [math.prod(math.comb(sum(row), row[0]) for row in t) for t in tables]
    return [(t, way / sum(ways)) for t, way in zip(tables, ways, strict=True)]


def of_posterior(bag_pmf, weights):
    """The mean over weighted points of the product over bags."""
    return [
        (t, float(weights @ np.prod([bag_pmf(row[0], sum(row)) for row in t], axis=0)))
        for t in every_table([4, 2, 5])
    ]


def on_shares(a, b):
    """Nodes and weights of a Beta."""
    q = (np.arange(20_000) + 0.5) / 20_000
    density = stats.beta.pdf(q, a, b)
    return q, density / density.sum()


def population():
    """The nodes of the quadrature, whose own test is elsewhere: two concentrations, and weights."""
    fit = hf.fit(hf.Hierarchical(), bags(SMALL))
    precision, q = fit.draws["precision"], fit.draws["proportions"][:, 0]
    a, b = precision * q, precision * (1 - q)
    ok = (a > 1e-12) & (b > 1e-12)
    return a[ok], b[ok], fit.weights[ok] / fit.weights[ok].sum()


def of_hierarchy():
    a, b, weights = population()
    return of_posterior(lambda k, n: stats.betabinom.pmf(k, n, a, b), weights)


def of_two_recipes():
    return of_posterior(
        lambda k, n: 0.4 * stats.binom.pmf(k, n, [0.2]) + 0.6 * stats.binom.pmf(k, n, [0.7]), np.ones(1)
    )


TWO_RECIPES = hf.Recipes([[0.2, 0.8], [0.7, 0.3]], components=["NJ", "TN"], categories=["a", "b"])
KNOWN_WEIGHTS = hf.Fixed([0.4, 0.6])
CASES = {
    "pooled, variance given totals": (hf.Pooled(), "var_between_bags", of_margins, [[7 / 11, 4 / 11]] * 3),
    "pooled, zeros given totals": (hf.Pooled(), "zeros", of_margins, [[7 / 11, 4 / 11]] * 3),
    "separate, variance": (
        hf.Separate(),
        "var_between_bags",
        lambda: of_posterior(lambda k, n: stats.betabinom.pmf(k, n, [1.0], [1.0]), np.ones(1)),
        [[0.5, 0.5]] * 3,
    ),
    "hierarchical, variance": (hf.Hierarchical(), "var_between_bags", of_hierarchy, [[0.5, 0.5]] * 3),
    "mixture, largest share": (
        hf.Mixture(recipes=TWO_RECIPES, weights=KNOWN_WEIGHTS),
        "max_share",
        of_two_recipes,
        [[0.5, 0.5]] * 3,
    ),
}


def made_up(name):
    """The exact p, the one found, and its standard error."""
    model, statistic, chances, expected = CASES[name]
    truth = exact_p(statistic, chances(), expected)
    counts = bags(SMALL)
    found = hf.check(hf.fit(model, counts, rng=1), counts, statistics=[statistic], draws=20_000, rng=1)[
        statistic
    ]
    return truth, found.p, math.sqrt(truth * (1 - truth) / 20_000) + 1 / 20_000


# --- chi2: a table against a point, the table seen and each that the point makes ----------------------------------


def distance(table, shares):
    """Σ (k − E)²/E of one table at each of many points, the shares of the first category for each bag given."""
    found = 0.0
    for (k, other), share in zip(table, shares, strict=True):
        n = k + other
        found = (
            found + (k - n * share) ** 2 / (n * share) + (other - n * (1 - share)) ** 2 / (n * (1 - share))
        )
    return found


def exact_paired_p(pmfs, shares, weights):
    """The mean over weighted points of the mid-p at each: bags by pmfs, distances from shares."""
    seen = distance(SMALL, shares)
    larger = 0.0
    for table in every_table([4, 2, 5]):
        chance = weights * np.prod(
            [pmf(sum(row))[row[0]] for pmf, row in zip(pmfs, table, strict=True)], axis=0
        )
        far = distance(table, shares)
        equal = np.isclose(far, seen, rtol=1e-9)
        larger += float((chance * (0.5 * equal + ((far > seen) & ~equal))).sum())
    return larger


def binomials(shares):
    """For a total the probability of each count, at each share."""
    return cache(lambda n: [stats.binom.pmf(k, n, shares) for k in range(n + 1)])


def of_one_share():
    q, weights = on_shares(1 + 7, 1 + 4)
    return [binomials(q)] * 3, [q] * 3, weights


def of_prior_only():
    flat = cache(lambda n: [np.array([1 / (n + 1)])] * (n + 1))
    return [flat] * 3, [np.array([0.5])] * 3, np.ones(1)


def of_population():
    a, b, weights = population()
    pmf = cache(lambda n: [stats.betabinom.pmf(k, n, a, b) for k in range(n + 1)])
    return [pmf] * 3, [a / (a + b)] * 3, weights


def of_unknown_weights():
    """The weight of NJ on a grid, uniform beforehand; TN's is the rest."""
    w = (np.arange(4_000) + 0.5) / 4_000
    jersey, nashville = binomials(np.array([0.2])), binomials(np.array([0.7]))
    pmf = cache(
        lambda n: [w * one + (1 - w) * other for one, other in zip(jersey(n), nashville(n), strict=True)]
    )
    weights = np.prod([pmf(sum(row))[row[0]] for row in SMALL], axis=0)
    return [pmf] * 3, [0.2 * w + 0.7 * (1 - w)] * 3, weights / weights.sum()


def of_labels():
    """The first bag is known to be of TN, the second of NJ."""
    mixed = cache(
        lambda n: [
            0.4 * stats.binom.pmf([k], n, 0.2) + 0.6 * stats.binom.pmf([k], n, 0.7) for k in range(n + 1)
        ]
    )
    shares = [np.array([q]) for q in (0.7, 0.2, 0.5)]
    return [binomials(shares[0]), binomials(shares[1]), mixed], shares, np.ones(1)


PAIRED = {
    "pooled": (hf.Pooled(), of_one_share, {}),
    "separate": (hf.Separate(), of_prior_only, {}),
    "hierarchical": (hf.Hierarchical(), of_population, {}),
    "mixture, weights unknown": (
        hf.Mixture(recipes=TWO_RECIPES, weights=hf.Dirichlet([1.0, 1.0])),
        of_unknown_weights,
        {},
    ),
    "mixture, two labels": (
        hf.Mixture(recipes=TWO_RECIPES, weights=KNOWN_WEIGHTS, labels="factory"),
        of_labels,
        {"factory": ["TN", "NJ", ""]},
    ),
}


def paired(name):
    """The exact p, the one found, and its standard error."""
    model, oracle, labels = PAIRED[name]
    truth, counts = exact_paired_p(*oracle()), bags(SMALL, **labels)
    found = hf.check(hf.fit(model, counts, rng=1), counts, statistics=["chi2"], draws=20_000, rng=1)["chi2"]
    return truth, found, math.sqrt(truth * (1 - truth) / 20_000) + 1 / 20_000


@pytest.mark.parametrize("name", PAIRED)
def test_the_p_of_chi2_compares_both_tables_at_the_very_same_point(name):
    truth, found, error = paired(name)
    assert 0.01 < truth < 0.99
    z_gate(found.p, truth, error)
    assert found.p == mid_p(found.seen, found.replicated)


def exact_below(pmfs, shares, weights, limit):
    """How probable it is that a made-up table is less far than `limit`, and no farther; and so for the bags seen."""
    made_up, seen = np.zeros(2), distance(SMALL, shares)
    for table in every_table([4, 2, 5]):
        chance = weights * np.prod(
            [pmf(sum(row))[row[0]] for pmf, row in zip(pmfs, table, strict=True)], axis=0
        )
        far = distance(table, shares)
        made_up += [float((chance * (far < limit * (1 + side))).sum()) for side in (-1e-9, 1e-9)]
    return made_up, [float((weights * (seen < limit * (1 + side))).sum()) for side in (-1e-9, 1e-9)]


@pytest.mark.parametrize("name", PAIRED)
def test_the_intervals_of_chi2_are_of_the_distances_themselves(name):
    """Of the made-up tables from the draws that made them, and of the bags seen from the same draws."""
    _, found, _ = paired(name)
    oracle = PAIRED[name][1]()
    error = 4.9 * math.sqrt(0.025 * 0.975 / 20_000) + 1e-9
    for which, ends in ((0, (found.lower, found.upper)), (1, found.observed_between)):
        for end, mass in zip(ends, (0.025, 0.975), strict=True):
            below, up_to = exact_below(*oracle, end)[which]
            assert below - error <= mass <= up_to + error
    assert found.lower >= 0
    low, high = found.observed_between
    assert low <= found.observed <= high
    assert found.observed_text.startswith(f"{found.observed:.4g}")
    assert ("(" in found.observed_text) == (low < high)


def test_expectations_that_have_seen_one_of_the_two_tables_only_are_noticed():
    """Planted: E is the posterior mean, which the seen bags have made, and is held against made-up ones too."""
    truth, _, error = paired("pooled")
    q, weights = on_shares(1 + 7, 1 + 4)
    planted = exact_paired_p([binomials(q)] * 3, [np.array([8 / 13])] * 3, weights)
    with pytest.raises(GateClosed):
        z_gate(planted, truth, error)


@pytest.mark.parametrize("name", CASES)
def test_a_p_is_that_of_all_tables_there_can_be(name):
    truth, found, error = made_up(name)
    assert 0.01 < truth < 0.99
    z_gate(found, truth, error)


def test_equal_tables_that_count_in_full_are_noticed():
    """Planted: a p that counts equal values whole, as of a continuous statistic."""
    truth = exact_p("zeros", of_margins(), [[0.5, 0.5]] * 3)
    _, found, error = made_up("pooled, zeros given totals")
    seen = by_loops("zeros", SMALL, [[0.5, 0.5]] * 3)
    equal = sum(
        chance for table, chance in of_margins() if by_loops("zeros", table, [[0.5, 0.5]] * 3) == seen
    )
    z_gate(found, truth, error)
    with pytest.raises(GateClosed):
        z_gate(found + 0.5 * equal, truth, error)


def test_dealt_tables_are_hypergeometric(rng):
    rows = list(dealt_rows(np.array([4, 2, 5]), np.array([7, 4]), n_tables=20_000, rng=rng))
    first = np.stack([row[:, 0] for row in rows], axis=1)
    assert (np.stack(rows).sum(axis=0) == [7, 4]).all()
    for b, n in enumerate([4, 2, 5]):
        mean, variance = stats.hypergeom(11, 7, n).stats()
        z_gate(first[:, b].mean(), mean, math.sqrt(variance / 20_000))


# --- verdicts, words and the door ----------------------------------------------------------------------------------


def test_a_check_is_the_same_for_the_same_seed():
    counts = four_bags()
    fit = hf.fit(hf.Pooled(), counts)
    assert str(hf.check(fit, counts, rng=3)) == str(hf.check(fit, counts, rng=3))
    assert hf.check(fit, counts, rng=3)["chi2"].p != hf.check(fit, counts, rng=4)["chi2"].p


@pytest.mark.parametrize(
    "model",
    [
        hf.Pooled(),
        hf.Separate(),
        hf.Hierarchical(),
        hf.Mixture(2),
        hf.Mixture(2, overdispersed=True, labels="factory"),
        hf.Mixture(2, labels="factory"),
    ],
    ids=lambda model: f"{model.spec}{' labelled' if getattr(model, 'labels', None) else ''}",
)
def test_the_json_of_every_model_is_valid(model):
    counts = bags(four.TABLE, factory=["NJ", "NJ", "TN", "TN"])
    found = hf.check(hf.fit(model, counts, rng=1), counts, draws=FEW, rng=1)
    told = json.loads(found.to_json())
    jsonschema.validate(told, json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert {one["name"] for one in told["statistics"]} == {one.name for one in measures.STATISTICS}
    assert found.model == model.spec
    assert len(told["left_out"]["bags"]) == 4
    assert "<table>" in found._repr_html_()


def test_a_rate_is_of_one_category():
    counts = four_bags().collapse("blue")
    found = hf.check(hf.fit(hf.Poisson(), counts), counts, draws=FEW, rng=1)
    assert [one.name for one in found.statistics] == [
        one.name for one in measures.STATISTICS if one.name != "correlations"
    ]
    assert found["max_share"].observed == max(counts.table[:, 0] / counts.totals)


def test_a_fit_that_keeps_its_bags_needs_none():
    counts = four_bags()
    fit = hf.fit(hf.Hierarchical(), counts, rng=1)
    assert str(hf.check(fit, draws=FEW, rng=1)) == str(hf.check(fit, counts, draws=FEW, rng=1))


@pytest.mark.parametrize("model", [hf.Separate(), hf.Mixture(1)], ids=lambda model: model.spec)
def test_a_closed_form_over_single_bags_needs_none(model):
    counts = four_bags()
    fit = hf.fit(model, counts, rng=1)
    assert str(hf.check(fit, draws=FEW, rng=1)) == str(hf.check(fit, counts, draws=FEW, rng=1))


def test_what_is_odd_and_no_alarm_is_said_to_be_odd():
    counts = bags([[10, 1], [6, 5], [3, 8], [5, 6], [6, 5]])
    found = hf.check(hf.fit(hf.Pooled(), counts), counts, rng=1)
    odd = [one.name for one in found.statistics if one.words.startswith("odd")]
    assert odd == ["max_share", "farthest_bag"]
    told = "None of 6 statistics raises an alarm (2 are odd, as some of several looks may be)"
    assert found.verdict.notes[0].startswith(told)
    single = hf.check(hf.fit(hf.Pooled(), counts), counts, statistics=["zeros"], rng=1)
    assert single.verdict.notes[0].startswith("1 statistic raises no alarm;")


def test_empty_bags_are_not_called_one_bag():
    empty = bags([[0, 0], [0, 0]])
    found = hf.check(hf.fit(hf.Pooled(), empty), empty, rng=1)
    assert found.verdict_words == "Verdict: empty bags cannot tell."
    assert found.verdict.notes == ("Empty bags cannot tell whether the model is right.",)
    single = bags([[3, 4], [0, 0]])
    assert (
        hf.check(hf.fit(hf.Pooled(), single), single, rng=1).verdict_words == "Verdict: one bag cannot tell."
    )


ALIKE = [[11, 11, 11]] * 12
UNLIKE = [[20, 10, 3], [3, 10, 20]] * 6


@pytest.mark.parametrize(
    ("model", "table", "cure", "never"),
    [
        (hf.Pooled(), ALIKE, "perhaps not counted", "try a pooled"),
        (hf.Separate(), ALIKE, "try a pooled", "perhaps not counted"),
        (hf.Pooled(), UNLIKE, "a recipe of its own (hierarchical)", "prior on the precision"),
        (
            hf.Hierarchical(precision=hf.LogNormal(8.0, 0.01)),
            UNLIKE,
            "prior on the precision",
            "a recipe of its own (hierarchical)",
        ),
    ],
    ids=["alike, pooled", "alike, separate", "unlike, pooled", "unlike, held"],
)
def test_a_cure_is_none_that_the_model_has_taken_already(model, table, cure, never):
    counts = bags(table)
    wanted = ["var_between_bags", "chi2"]
    found = hf.check(hf.fit(model, counts, rng=1), counts, statistics=wanted, draws=FEW, rng=1)
    told = " ".join(found.verdict.notes)
    assert not found.verdict.ok
    assert cure in told
    assert never not in told


def test_how_to_read_chi2_is_told_where_it_differs_from_draw_to_draw():
    counts = four_bags()
    pooled, separate = (
        hf.check(hf.fit(model, counts), counts, draws=FEW, rng=1) for model in (hf.Pooled(), hf.Separate())
    )
    assert "chi2 differs from draw to draw" in str(pooled)
    assert "chi2 differs from draw to draw" in pooled._repr_html_()
    assert "draw to draw" not in str(separate)
    assert len(np.unique(separate["chi2"].seen)) == 1


def test_a_fit_of_histograms_takes_the_bags_behind_them():
    counts = bags([[12, 43], [9, 46], [30, 25]])
    fit = hf.fit(hf.Hierarchical(), hf.Histograms.of(counts))
    assert hf.check(fit, counts, draws=FEW, rng=1)["chi2"].p > 0
    with pytest.raises(hf.CountsError, match="not the 3 bags of the fit"):
        hf.check(fit, bags([[12, 43], [9, 46], [30, 26]]))


def test_other_bags_are_refused():
    fit = hf.fit(hf.Pooled(), four_bags())
    with pytest.raises(hf.CountsError, match="give the counts that were fitted"):
        hf.check(fit)
    with pytest.raises(hf.CountsError, match="are not the 4 bags of the fit"):
        hf.check(fit, bags([[1, 2], [3, 4]]))
    with pytest.raises(hf.CountsTypeError, match="are a list"):
        hf.check(fit, [[1, 2]])
    with pytest.raises(hf.ParameterError, match="give what fit"):
        hf.check(hf.Pooled(), four_bags())


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"statistics": ["mean"]}, "there is no statistic 'mean'; there are: var_between_bags"),
        ({"statistics": []}, "give at least one name"),
        ({"statistics": "zeros"}, r"give a list of names, \['zeros'\]"),
        ({"statistics": ["correlations"]}, "correlations needs 3 categories"),
        ({"draws": 100}, "draws"),
    ],
)
def test_what_cannot_be_asked_is_refused(asked, said):
    counts = four_bags().collapse("blue")
    with pytest.raises(hf.ParameterError, match=said):
        hf.check(hf.fit(hf.Pooled(), counts), counts, **asked)


def test_one_bag_has_no_statistics():
    counts = bags([[12, 43]])
    found = hf.check(hf.fit(hf.Pooled(), counts), counts)
    assert found.verdict_words == "Verdict: one bag cannot tell."
    assert "nothing speaks against" not in str(found)
    with pytest.raises(hf.ParameterError, match="two bags"):
        hf.check(hf.fit(hf.Pooled(), counts), counts, statistics=["zeros"])
    with pytest.raises(hf.ParameterError, match="'zeros' was not looked at; there are: none"):
        hf.check(hf.fit(hf.Pooled(), counts), counts)["zeros"]


def test_empty_bags_have_no_part_in_it():
    table = [[12, 43], [9, 46], [30, 25]]
    some, more = bags(table), bags([*table, [0, 0]])
    first = hf.check(hf.fit(hf.Pooled(), some), some, draws=FEW, rng=1)
    second = hf.check(hf.fit(hf.Pooled(), more), more, draws=FEW, rng=1)
    assert [one.observed for one in first.statistics] == [one.observed for one in second.statistics]
    assert second.left_out.log_scores[3] == 0
    assert any("The statistics are of 3 of 4 bags" in note for note in second.verdict.notes)


def test_a_point_is_called_a_plug_in():
    counts = bags([[12, 43, 5], [9, 46, 3], [30, 25, 9]])
    found = hf.check(hf.fit(hf.Mixture(2), counts, engine="optimum"), draws=FEW, rng=1)
    assert found.left_out is None
    assert any("plug-in check" in note for note in found.verdict.notes)
    assert json.loads(found.to_json())["left_out"] is None


def test_a_fit_that_is_not_to_be_trusted_makes_no_check():
    counts = bags(four.TABLE)
    fit = hf.fit(hf.Hierarchical(), counts, draws=100, rng=1)
    assert not fit.verdict.ok
    found = hf.check(fit, draws=FEW, rng=1)
    assert not found.verdict.ok
    assert found.verdict.notes[0].startswith("The fit itself is not to be trusted")


def test_bags_beyond_number_are_looked_at_in_part(monkeypatch):
    from handful.results import check as module

    monkeypatch.setattr(module, "MOST_CELLS", FEW * 2 * 3)
    rng = np.random.default_rng(1)
    counts = bags(rng.multinomial(9, [0.5, 0.5], size=10))
    found = hf.check(hf.fit(hf.Pooled(), counts), counts, rng=1)
    assert len(found.bags) == 3
    assert any("of 3 of 10 bags" in note for note in found.verdict.notes)
    assert len(found.left_out.bags) == 10


@pytest.mark.parametrize("model", [hf.Pooled(), hf.Separate()], ids=lambda one: one.spec)
def test_how_many_tables_are_made_up_is_said(monkeypatch, model):
    from handful.results.checking import new_bags as module

    said, log_pmf = set(), module.NewBags.log_pmf
    with watching() as watch:

        def listening(new, tables):
            said.add(fraction(watch.stages))
            return log_pmf(new, tables)

        monkeypatch.setattr(module, "CELLS_AT_ONCE", four_bags().table.size * FEW // 4)
        monkeypatch.setattr(module.NewBags, "log_pmf", listening)
        hf.check(hf.fit(model, four_bags()), four_bags(), draws=FEW, rng=1)
        assert watch.stages == ()
    assert said >= {0.0, 0.25, 0.5, 0.75}


def test_names_that_move_the_cursor_are_escaped():
    table = [[30, 5], [4, 28], [20, 3]]
    counts = hf.Counts(table, categories=["a", "b"], ids=["x\x1b[2J", "y", "z"])
    text = str(hf.check(hf.fit(hf.Pooled(), counts), counts, draws=FEW, rng=1))
    assert "\x1b" not in text


def test_bags_that_are_more_alike_than_a_population_makes_them_are_told_by_the_bound():
    """Bags of a hypergeometric kind: less scatter than counting. The precision has no upper end, which is no alarm."""
    table = [[12, 7, 9, 11, 8, 8], [12, 8, 8, 11, 8, 8], [11, 8, 9, 11, 8, 8], [12, 7, 9, 12, 7, 8]] * 6
    counts = hf.Counts(table, categories=list("abcdef"), ids=[f"bag {b}" for b in range(len(table))])
    found = hf.fit(hf.Hierarchical(), counts, rng=1)
    assert found.bound is not None
    looked = hf.check(found, statistics=["var_between_bags", "chi2"], rng=1)
    assert [one.p > 0.999 for one in looked.statistics] == [True, True]
    assert looked.verdict.ok
    assert not hf.check(hf.fit(hf.Pooled(), counts), counts, statistics=["chi2"], rng=1).verdict.ok
