"""Assignments: exact where they can be, within their stated errors where they are drawn, in words that say no more."""

import dataclasses
import math

import numpy as np
import pytest
from scipy import stats
from tests.oracles.dirichlet_multinomial import dirichlet_multinomial_log_pmf
from tests.oracles.known_recipes import by_polynomials
from tests.oracles.mixture import enumerate_mixture
from tests.testing_tools import four
from tests.testing_tools.gates import z_gate

import handful as hf
from handful.errors import CountsError, ParameterTypeError
from handful.models.mixture_layout import MixturePoints
from handful.results.assign import assign, assignment_rows
from handful.results.assigning import none, probabilities
from handful.results.assigning.components import KnownComponents, logs_of
from handful.results.assigning.left_out import Dealt
from handful.results.assigning.said import component_said
from handful.results.assigning.source import components_of
from handful.results.assigning.together import Together, odds_text
from handful.results.assigning.words import from_words

NJ_TN = hf.read_recipes("data:mms-recipes-2017")
EXACT = 1e-9
P_TN_HALF = (0.651638, 0.082111, 0.942287, 0.164153)
P_TN_BETA = (0.582355, 0.110997, 0.885997, 0.192188)
ASYMMETRIC = hf.Mixture(
    recipes=hf.Recipes(
        [[0.625, 0.125, 0.25], [0.0, 1.0, 0.0]], components=("A", "B"), categories=("x", "y", "z")
    ),
    strength=4.0,
    prior=hf.Dirichlet([1.0, 1.5, 1.0]),
    weights=hf.Dirichlet([2.0, 1.0]),
)


CLOSE = np.array([[7, 3, 2], [5, 5, 2], [4, 6, 2], [6, 4, 2], [5, 4, 3], [3, 6, 3], [4, 4, 4]])
"""Bags of which each could be of either component: draws tell small probabilities badly."""


def four_bags():
    return hf.Counts(four.TABLE, categories=four.CATEGORIES, ids=four.BAGS)


def bags_of(table, *, start=0, labels=None):
    names = [str(b + start) for b in range(len(table))]
    return hf.Counts(table, categories=("x", "y", "z"), ids=names, labels=labels or {})


def few_bags(rng, n_bags=6, total=12):
    recipes = np.array([[0.6, 0.2, 0.2], [0.2, 0.6, 0.2]])
    return rng.multinomial(total, recipes[rng.integers(2, size=n_bags)])


@pytest.mark.parametrize(
    ("weights", "truth"), [(hf.Fixed([0.5, 0.5]), P_TN_HALF), (hf.Beta(1, 1), P_TN_BETA)]
)
def test_the_rows_of_the_journeys(weights, truth):
    counts = four_bags()
    found = assign(hf.fit(hf.Mixture(recipes=NJ_TN, weights=weights), counts))
    assert found.components == ("NJ", "TN")
    assert found.mcse is None
    np.testing.assert_allclose(found.probabilities[:, 1], truth, rtol=0, atol=1e-6)
    assert found.accuracy == pytest.approx(np.maximum(truth, 1 - np.array(truth)).mean(), abs=1e-6)


# ---- new bags: what a fit says of them is what a fit with them would say ----------------------------------------


def test_a_new_bag_from_known_recipes_is_exact():
    counts = four_bags()
    old, new = counts.select(["A", "B", "C"]), counts.select("D")
    recipes = NJ_TN.over(four.CATEGORIES)
    truth = by_polynomials(counts.table.tolist(), [1.0, 1.0], recipes.tolist())
    found = assign(hf.fit(hf.Mixture(recipes=NJ_TN), old, rng=1), new)
    assert found.mcse is None
    np.testing.assert_allclose(found.probabilities[0], truth.assignments[3], rtol=0, atol=EXACT)


def test_a_new_bag_beside_labelled_ones_is_exact(rng):
    table = few_bags(rng)
    known = np.array([0, 1, 0, 1, 1, -1])
    model = dataclasses.replace(ASYMMETRIC, recipes=None, strength="fixed", n_components=2, labels="from")
    concentrations = np.tile([1.0, 1.5, 1.0], (2, 1))
    truth = enumerate_mixture(table, [2.0, 1.0], concentrations, known)
    labelled = bags_of(table[:5], labels={"from": ["A", "B", "A", "B", "B"]})
    found = assign(hf.fit(model, labelled), bags_of(table[5:], start=5))
    assert found.known == (None,)
    np.testing.assert_allclose(found.probabilities[0], truth.assignments[5], rtol=0, atol=EXACT)


def test_new_bags_by_draws_are_right_within_their_errors(rng):
    table = CLOSE
    fit = hf.fit(ASYMMETRIC, bags_of(table[:5]), rng=rng)
    found = assign(fit, bags_of(table[5:], start=5))
    concentrations = np.array([1.0, 1.5, 1.0]) + 4.0 * ASYMMETRIC.recipes.proportions
    truth = [
        enumerate_mixture(np.vstack([table[:5], table[[b]]]), [2.0, 1.0], concentrations).assignments[5]
        for b in (5, 6)
    ]
    assert (found.mcse > 0).all()
    assert found.mcse.max() < 0.03
    z_gate(found.probabilities, truth, found.mcse)


def test_fitted_bags_by_draws_are_right_within_their_errors(rng):
    table = CLOSE[:6]
    fit = hf.fit(ASYMMETRIC, bags_of(table), rng=rng)
    exact = assign(fit)
    assert exact.mcse is None
    drawn = dataclasses.replace(fit, posterior=dataclasses.replace(fit.posterior, exact=None))
    found = assign(drawn)
    assert found.mcse.max() < 0.03
    z_gate(found.probabilities, exact.probabilities, found.mcse)


def test_smc_and_its_errors(rng):
    table = CLOSE[:6]
    exact = assign(hf.fit(ASYMMETRIC, bags_of(table), rng=rng))
    found = assign(hf.fit(ASYMMETRIC, bags_of(table), engine="smc", draws=1_600, rng=rng))
    assert found.mcse.max() < 0.06
    z_gate(found.probabilities, exact.probabilities, found.mcse)


def test_the_errors_are_those_of_the_draws(rng):
    """One row of weights for all rows: the same as the health of the draws says."""
    fit = hf.fit(ASYMMETRIC, bags_of(CLOSE[:6]), engine="smc", draws=800, rng=rng)
    components = components_of(fit)
    table = fit.statistic.distinct
    joint = np.exp(components.log_pmf(table) + components.at.log_weights[:, :, None])
    health = fit.posterior.health((joint / joint.sum(axis=1, keepdims=True)).transpose(0, 2, 1))
    found = probabilities.of_fitted(fit, np.arange(len(table)))
    np.testing.assert_allclose(found.mean, health.mean, rtol=1e-9)
    np.testing.assert_allclose(found.mcse, health.mcse, rtol=1e-6)


def test_many_bags_take_fewer_draws(rng, monkeypatch):
    fit = hf.fit(ASYMMETRIC, bags_of(CLOSE[:6]), engine="smc", draws=1_600, rng=rng)
    whole = assign(fit)
    monkeypatch.setattr(probabilities, "MOST_CELLS", 1)
    few = assign(fit)
    z_gate(few.probabilities, whole.probabilities, np.hypot(few.mcse, whole.mcse))
    assert few.mcse.max() > whole.mcse.max()


# ---- which bags are which ----------------------------------------------------------------------------------------


def test_fitted_and_new_bags_side_by_side(rng):
    table = CLOSE
    fit = hf.fit(ASYMMETRIC, bags_of(table[:5]), rng=rng)
    whole = assign(fit)
    found = assign(fit, bags_of(table).select(["6", "2", "0"]))
    assert found.bags == ("6", "2", "0")
    np.testing.assert_array_equal(found.probabilities[1:], whole.probabilities[[2, 0]])
    assert (found.mcse[0] > 0).all()
    assert (found.mcse[1:] == 0).all()
    other_counts = bags_of(table[[1]])  # the name of bag 0 with the counts of bag 1
    assert (assign(fit, other_counts).mcse > 0).all()


def test_categories_are_matched_by_name():
    counts = four_bags()
    fit = hf.fit(hf.Mixture(recipes=NJ_TN), counts, rng=1)
    turned = hf.Counts(counts.table[:, ::-1], categories=counts.categories[::-1], ids=counts.ids)
    np.testing.assert_array_equal(assign(fit, turned).probabilities, assign(fit).probabilities)
    with pytest.raises(CountsError, match=r"counted in blue, not blue, but the fit is of blue, brown, green"):
        assign(fit, counts.collapse("blue"))


def test_bags_without_ids_are_new_unless_all_are_the_same(rng):
    table = few_bags(rng)
    nameless = hf.Counts(table, categories=("x", "y", "z"))
    fit = hf.fit(ASYMMETRIC, nameless, rng=rng)
    assert assign(fit, nameless).mcse is None
    part = assign(fit, hf.Counts(table[:2], categories=("x", "y", "z")))
    assert part.mcse is not None
    assert any("no ids" in note for note in part.verdict.notes)


def test_known_components_are_not_inferred(rng):
    table = few_bags(rng, n_bags=5)
    labels = {"from": ["B", "", "A", "", "B"]}
    model = hf.Mixture(2, labels="from")
    found = assign(hf.fit(model, bags_of(table, labels=labels), rng=rng))
    assert found.known == ("B", None, "A", None, "B")
    np.testing.assert_array_equal(found.probabilities[[0, 2, 4]], [[0, 1], [1, 0], [0, 1]])
    truth = enumerate_mixture(table, [1.0, 1.0], np.ones((2, 3)), np.array([1, -1, 0, -1, 1]))
    np.testing.assert_allclose(found.probabilities, truth.assignments, rtol=0, atol=EXACT)
    assert found.comes_from[0].startswith("B (known)")


def test_one_component():
    found = assign(hf.fit(hf.Mixture(1), four_bags()))
    assert (found.probabilities == 1).all()
    assert found.together == ()


@pytest.mark.parametrize("model", [hf.Pooled(), hf.Separate()])
def test_other_models_have_no_components(model):
    fit = hf.fit(model, four_bags())
    with pytest.raises(ParameterTypeError, match="fit of a mixture"):
        assign(fit)
    assert assignment_rows(fit) == []


def test_a_bag_that_no_component_can_fill():
    recipes = hf.Recipes(
        [[0.5, 0.5, 0.0], [0.2, 0.8, 0.0]], components=("A", "B"), categories=("x", "y", "z")
    )
    fit = hf.fit(hf.Mixture(recipes=recipes), bags_of([[3, 4, 0]]))
    with pytest.raises(CountsError, match=r"\[1, 1, 1\] is impossible under every component"):
        assign(fit, bags_of([[1, 1, 1]], start=5))
    one_zero = hf.Recipes(
        [[0.5, 0.5, 0.0], [0.2, 0.7, 0.1]], components=("A", "B"), categories=("x", "y", "z")
    )
    fit = hf.fit(hf.Mixture(recipes=one_zero), bags_of([[3, 4, 0], [2, 2, 1]]))
    found = assign(fit, bags_of([[1, 1, 1], [1, 1, 0], [0, 0, 0]], start=5))
    np.testing.assert_array_equal(found.probabilities[0], [0, 1])
    assert 0 < found.probabilities[1, 0] < 1
    assert found.none[2] == 1.0


def test_a_share_of_zero_bars_a_bag_whose_recipe_is_its_own_too():
    with np.errstate(divide="ignore"):
        log_mean = logs_of(np.array([[[0.5, 0.5, 0.0], [0.2, 0.7, 0.1]]]))
    known = KnownComponents.one(MixturePoints(np.log([[0.5, 0.5]]), np.log([[20.0, 20.0]]), log_mean))
    found = known.log_pmf(np.array([[1, 1, 1], [0, 0, 2], [3, 1, 0], [0, 0, 0]]))[0]
    np.testing.assert_array_equal(np.isneginf(found), [[True, True, False, False], [False] * 4])
    truth = stats.dirichlet_multinomial.logpmf([3, 1], [10, 10], 4) - np.log(4)
    assert found[0, 2] == pytest.approx(truth, abs=1e-12)
    bags = known.bags(0, np.zeros(50, dtype=np.int64), total=30, rng=np.random.default_rng(1))
    assert (bags.sum(axis=1) == 30).all()
    assert (bags[:, 2] == 0).all()


# ---- none: the parts it is made of -------------------------------------------------------------------------------


def test_none_is_the_exact_tail_where_that_can_be_summed(rng):
    """Two categories, two known recipes: the tail of the normed statistic over all bags of the same total."""
    q, theta, total = np.array([0.3, 0.65]), np.array([0.8, 0.2]), 40
    every = np.arange(total + 1)
    pmf = stats.binom.pmf(every, total, q[:, None])
    measured = (pmf / (pmf**2).sum(axis=1, keepdims=True)).sum(axis=0)
    tails = np.array([[p[measured <= one * (1 + 1e-9)].sum() for one in measured] for p in pmf])
    joint = theta[:, None] * pmf
    truth = ((joint / joint.sum(axis=0)) * tails).sum(axis=0)
    recipes = hf.Recipes(np.column_stack([q, 1 - q]), components=("A", "B"))
    asked = np.arange(2, 36, 3)
    counts = hf.Counts(np.column_stack([asked, total - asked]), categories=("x", "y"))
    found = assign(hf.fit(hf.Mixture(recipes=recipes, weights=hf.Fixed(theta)), counts), rng=rng)
    # The scale of each component is simulated too: bags as probable as the one asked may fall to either side.
    order = np.argsort(measured)
    place = {int(k): i for i, k in enumerate(order)}
    near = [
        [truth[order[max(place[int(k)] - 2, 0)]], truth[order[min(place[int(k)] + 2, total)]]] for k in asked
    ]
    error = 4.9 * np.sqrt(truth[asked] * (1 - truth[asked]) / 999) + 2 / 1000
    assert (found.none > np.min(near, axis=1) - error).all()
    assert (found.none < np.max(near, axis=1) + error).all()
    assert truth[asked].min() < 0.01
    assert truth[asked].max() > 0.5


def test_leaving_out_by_weights_and_by_assignments_gives_the_fit_without_the_bag(rng):
    table = np.array([[7, 3, 2], [2, 8, 2], [6, 2, 4], [3, 7, 2], [5, 5, 2]])
    fit = hf.fit(ASYMMETRIC, bags_of(table), rng=rng)
    other = np.array([[4, 4, 4]])
    concentrations = np.array([1.0, 1.5, 1.0]) + 4.0 * ASYMMETRIC.recipes.proportions
    points = none.equal(components_of(fit))
    dealt = Dealt.of(fit, points, rng=rng)
    rows = fit.statistic
    for bag in range(5):
        truth = enumerate_mixture(
            np.vstack([np.delete(table, bag, axis=0), other]), [2.0, 1.0], concentrations
        )
        row = int(rows.row_of_bag[bag])
        asked = none.Asked(rows.distinct[[row]], rows.known[[row]], np.ones((1, 2)))
        (anew,) = none._anew(points, asked)
        without = dealt.without(row, rng=rng)
        assert anew.trusted
        assert without.trusted
        for components, weights in ((points, anew.ratios), (without.components, without.ratios[0])):
            weighed = dataclasses.replace(components, weights=weights / weights.sum())
            found = probabilities.of_new(weighed, other)
            assert found.mcse.max() < 0.05
            z_gate(found.mean[0], truth.assignments[4], found.mcse[0])


def test_a_bag_without_which_the_fit_is_another_is_left_out_by_assignments_or_told(rng, monkeypatch):
    table = [[30, 1, 1], [1, 30, 1], [2, 29, 1], [1, 28, 3]]
    fit = hf.fit(hf.Mixture(2), bags_of(table), rng=rng)
    told = "Without bag 0 the fit would be quite another"
    # Dealt to components and left out there, the first bag is still one that the other component cannot explain.
    assert not any(told in note for note in assign(fit).verdict.notes)
    monkeypatch.setattr(Dealt, "of", lambda *_, **__: None)
    assert any(told in note for note in assign(fit).verdict.notes)


def test_a_component_of_one_bag_is_told(rng):
    recipes = np.array([[0.8, 0.1, 0.1], [0.1, 0.8, 0.1]])
    table = np.vstack([rng.multinomial(60, recipes[np.arange(9) % 2]), [[3, 3, 54]]])
    found = assign(hf.fit(hf.Mixture(3), bags_of(table), rng=rng))
    assert any(note.startswith("Bag 9 has component") for note in found.verdict.notes)
    two = assign(hf.fit(hf.Mixture(2), bags_of(table), rng=rng))
    assert not any("for itself" in note for note in two.verdict.notes)
    assert two.none[9] < 0.01


def test_very_many_bags_are_judged_by_what_is_expected(rng, monkeypatch):
    monkeypatch.setattr(none, "MANY_BAGS", 3)
    found = assign(hf.fit(ASYMMETRIC, bags_of(few_bags(rng)), rng=rng))
    assert ((found.none > 0) & (found.none <= 1)).all()


def test_the_answer_is_the_same_every_time_and_in_any_order(rng):
    table = few_bags(rng)
    fit = hf.fit(ASYMMETRIC, bags_of(table), rng=7)
    again = assign(fit)
    np.testing.assert_array_equal(assign(fit).none, again.none)
    assert (assign(fit, rng=2).none != again.none).any()
    turned = assign(fit, bags_of(table).select(["5", "4", "3", "2", "1", "0"]))
    np.testing.assert_array_equal(turned.none[::-1], again.none)


# ---- several bags together ---------------------------------------------------------------------------------------


def test_three_bags_of_2019_speak_against_their_label():
    counts = hf.read_counts("data:mms-2019")
    recipes = NJ_TN.over(counts.categories)
    logs = [sum(stats.multinomial.logpmf(bag, bag.sum(), q) for bag in counts.table) for q in recipes]
    for weights in (hf.Fixed([0.5, 0.5]), hf.Beta(1, 1)):
        found = assign(hf.fit(hf.Mixture(recipes=NJ_TN, weights=weights), counts, rng=1), counts)
        clv = next(one for one in found.together if one.value == "CLV")
        assert clv.log_odds == pytest.approx(logs[0] - logs[1], abs=1e-9)
        assert clv.cells == ("factory CLV", "3", "NJ : TN = 340 : 1")
        assert "factory CLV" in str(found)
        assert (
            "labelled factory CLV (component TN), but their counts speak for NJ, 340 : 1 against TN"
            in str(found)
        )
    right = dataclasses.replace(counts, labels={"factory": ["HKP"] * 3})
    found = assign(hf.fit(hf.Mixture(recipes=NJ_TN), right, rng=1), right)
    assert not any("contradicts" in note for note in found.verdict.notes)


def test_together_with_unknown_recipes_the_recipe_is_integrated_out(rng):
    table = few_bags(rng, n_bags=6)
    labelled = bags_of(table[:4], labels={"from": ["A", "B", "A", "B"]})
    fit = hf.fit(hf.Mixture(2, labels="from"), labelled)
    (found,) = assign(fit, bags_of(table[4:], start=4)).together
    logs = []
    for own in (table[[0, 2]], table[[1, 3]]):
        a = 1.0 + own.sum(axis=0)
        first = dirichlet_multinomial_log_pmf(table[4], a)
        logs.append(float(first + dirichlet_multinomial_log_pmf(table[5], a + table[4])))
    assert found.log_likelihood[0] - found.log_likelihood[1] == pytest.approx(logs[0] - logs[1], abs=1e-9)


def test_together_of_fitted_bags_uses_the_priors_and_not_the_bags_twice(rng):
    table = np.array([[7, 3, 2], [8, 1, 3]])
    (found,) = assign(hf.fit(ASYMMETRIC, bags_of(table), rng=rng)).together
    concentrations = np.array([1.0, 1.5, 1.0]) + 4.0 * ASYMMETRIC.recipes.proportions
    logs = [
        float(
            dirichlet_multinomial_log_pmf(table[0], a) + dirichlet_multinomial_log_pmf(table[1], a + table[0])
        )
        for a in concentrations
    ]
    assert found.log_likelihood[0] - found.log_likelihood[1] == pytest.approx(logs[0] - logs[1], abs=1e-9)
    assert assign(hf.fit(hf.Mixture(2), bags_of(table), rng=rng)).together == ()


def test_bags_that_are_plainly_of_several_components_are_not_told_as_of_one():
    recipes = hf.Recipes(
        [[0.8, 0.1, 0.1], [0.1, 0.8, 0.1]], components=("A", "B"), categories=("x", "y", "z")
    )
    table = [[40, 5, 5], [38, 7, 5], [5, 40, 5], [6, 39, 5]]
    counts = bags_of(table, labels={"from": ["A", "A", "A", "A"], "box": ["1", "1", "2", "2"]})
    found = assign(hf.fit(hf.Mixture(recipes=recipes), counts, rng=1))
    assert [(one.label, one.value, one.ranked) for one in found.together] == [
        ("box", "1", ("A", "B")),
        ("box", "2", ("B", "A")),
    ]


def test_a_label_with_the_name_of_a_component():
    recipes = hf.Recipes(
        [[0.8, 0.1, 0.1], [0.1, 0.8, 0.1]], components=("A", "B"), categories=("x", "y", "z")
    )
    counts = bags_of([[40, 5, 5], [38, 7, 5], [9, 3, 1]], labels={"from": ["B", "B", "a"]})
    found = assign(hf.fit(hf.Mixture(recipes=recipes), counts, rng=1))
    (told,) = [note for note in found.verdict.notes if "contradicts" in note]
    assert "2 bags are labelled from B, but their counts speak for A, more than 1,000,000 : 1" in told
    assert component_said("TN", ("NJ", "TN"), notes=()) == "TN"
    assert component_said("CLV", ("NJ", "TN"), notes=("NJ is one (CLV), TN is another (CLV).",)) is None


@pytest.mark.parametrize(
    ("odds", "text"),
    [(1.04, "1.0 : 1"), (9.96, "10 : 1"), (12_345.0, "12,000 : 1"), (math.inf, "more than 1,000,000 : 1")],
)
def test_odds_are_not_told_to_more_digits_than_they_deserve(odds, text):
    assert odds_text(math.log(odds)) == text


def test_odds_of_what_is_impossible():
    one = Together("a", "b", 1, ("A", "B"), (-3.0, -math.inf))
    assert one.cells[2] == "A : B = more than 1,000,000 : 1"


# ---- as people see it --------------------------------------------------------------------------------------------


def test_no_component_is_named_below_nine_in_ten():
    assert from_words(np.array([0.9, 0.1]), ("A", "B"), known=None) == "A"
    assert from_words(np.array([0.89, 0.11]), ("A", "B"), known=None) == "could be A or B"
    assert from_words(np.array([0.2, 0.3, 0.5]), ("A", "B", "C"), known=None) == "could be C, B or A"
    assert (
        from_words(np.array([0.05, 0.45, 0.5]), ("1", "2", "3"), known=None)
        == "could be component 3 or component 2"
    )
    assert from_words(np.array([1.0, 0.0]), ("A", "B"), known=None, none=0.001) == "A; or none?"


def test_the_table_and_what_stands_below_it():
    found = assign(hf.fit(hf.Mixture(recipes=NJ_TN), four_bags(), rng=1))
    assert found.cells()[0] == ("bag", "NJ", "TN", "comes from", "none")
    assert found.cells()[3][:4] == ("C", "0.114", "0.886", "could be TN or NJ")
    assert "Put where they most probably belong, 79% of these 4 bags would be right" in found.words
    assert "0 of them have a component that is 90% probable or more" in found.words
    assert "No bag looks as if it were from none of them" in found.words
    assert repr(found) == str(found)
    html = found._repr_html_()
    assert html.startswith("<table>")
    assert "could be TN or NJ" in html
    assert "hardly identified" in html


def test_a_long_table_is_cut_on_the_screen_and_nowhere_else(rng):
    table = rng.multinomial(20, [0.3, 0.3, 0.4], size=60)
    found = assign(hf.fit(hf.Mixture(1), bags_of(table)))
    assert "... and 10 more bags" in str(found)
    assert len(found.cells()) == 61
    assert len(found.to_pandas()) == 60
    assert list(found.to_pandas().columns) == ["bag", "P(1)", "comes_from", "none", "known"]


def test_rows_for_programs():
    fit = hf.fit(hf.Mixture(recipes=NJ_TN), four_bags(), rng=1)
    row = assignment_rows(fit)[1]
    assert row["bag"] == "B"
    assert row["known"] is None
    assert row["mcse"] is None
    assert row["probabilities"]["TN"] == pytest.approx(P_TN_BETA[1], abs=1e-6)
    assert 0 < row["none"] <= 1


def test_the_closed_form_stands_for_the_next_bag():
    from handful.distributions.components import Components

    recipes = (hf.Dirichlet([3.0, 1.0, 2.0]), hf.Dirichlet([1e9, 2e9, 1e9]))
    known = KnownComponents.closed(Components(hf.Dirichlet([1.0, 3.0]), recipes, ("A", "B")))
    bag = np.array([[4, 0, 7]])
    truth = [float(dirichlet_multinomial_log_pmf(bag[0], one.concentration)) for one in recipes]
    found = known.log_pmf(bag)[0, :, 0]
    assert found[0] - found[1] == pytest.approx(truth[0] - truth[1], abs=1e-9)
    np.testing.assert_allclose(np.exp(known.at.log_weights[0]), [0.25, 0.75])
