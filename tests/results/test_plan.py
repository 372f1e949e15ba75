"""plan: against sums over every outcome, against made-up bags, and against faults that are planted."""

import itertools
import json
import math
from fractions import Fraction

import numpy as np
import pytest
from scipy import stats
from tests.oracles import planning as oracle
from tests.testing_tools.gates import GateClosed, two_stage, z_gate

import handful as hf
from handful.results.plan import plan_json
from handful.results.planning import candidates, outcomes, share_exact
from handful.results.planning.apart import chernoff
from handful.results.planning.outcomes import Recipe
from handful.results.planning.share_exact import assurance

NJ_TN = hf.read_recipes("data:mms-recipes-2017")
TWO = np.array([[0.5, 0.5], [0.3, 0.7]])
THREE = np.array([[0.5, 0.3, 0.2], [0.2, 0.3, 0.5], [0.3, 0.6, 0.1]])
EXACT = 1e-9


def mixture(recipes, weights=None, **others):
    names = [f"k{k}" for k in range(len(recipes))]
    weights = hf.Dirichlet.symmetric(1.0) if weights is None else hf.Fixed(weights)
    table = hf.Recipes(recipes, components=names, categories=[f"c{c}" for c in range(len(recipes[0]))])
    return hf.Mixture(recipes=table, weights=weights, **others)


# ---- a share: exact -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("a", "b"), [(1, 1), (1, 5), (0.5, 0.5), (20, 60), (0.1, 3)])
@pytest.mark.parametrize(("n", "within"), [(0, 0.3), (1, 0.3), (12, 0.2), (55, 0.1), (110, 0.07)])
def test_the_assurance_is_the_sum_over_all_outcomes(a, b, n, within):
    found = assurance(hf.Beta(a, b), n, within=within, mass=0.9)
    assert found == pytest.approx(oracle.assurance(a, b, n, within=within, mass=0.9), abs=EXACT)


def test_a_long_sum_and_its_parts_agree(monkeypatch):
    """Beyond so many items only the outcomes near the limits are looked at; here all of them are."""
    whole = assurance(hf.Beta(1, 5), 3_000, within=0.012, mass=0.95)
    monkeypatch.setattr(share_exact, "EVERY", 100)
    monkeypatch.setattr(share_exact, "COARSE", 50)
    assert assurance(hf.Beta(1, 5), 3_000, within=0.012, mass=0.95) == whole
    assert 0.3 < whole < 0.95


def test_the_prior_mean_is_no_stand_in_for_the_prior(monkeypatch):
    """The planted fault: a plan at the prior mean promises with certainty what is right in half of the cases."""

    def at_the_mean(prior, n_items, *, within, mass):
        expected = np.array([round(n_items * prior.mean)])
        lengths = share_exact.half_lengths(prior, expected, n_items=n_items, mass=mass)
        return float(lengths[0] <= within)

    prior = hf.Beta(1, 5)
    assert at_the_mean(prior, 1_400, within=0.02, mass=0.95) == 1.0
    assert assurance(prior, 1_400, within=0.02, mass=0.95) < 0.7
    sound = hf.plan(hf.ShareWithin(0.02), hf.Pooled(prior), size=1).enough.n_items
    monkeypatch.setattr("handful.results.planning.share.assurance", at_the_mean)
    assert hf.plan(hf.ShareWithin(0.02), hf.Pooled(prior), size=1).enough.n_items < 0.8 * sound


@pytest.mark.parametrize(("a", "b", "within"), [(1, 1, 0.15), (1, 5, 0.1), (3, 9, 0.12), (0.5, 0.5, 0.2)])
def test_the_least_number_of_items_is_the_first_that_will_do(a, b, within):
    found = hf.plan(hf.ShareWithin(within), hf.Pooled(hf.Beta(a, b)), size=1).enough.n_items
    each = [oracle.assurance(a, b, n, within=within, mass=0.95) for n in range(found + 1)]
    assert [n for n, chance in enumerate(each) if chance >= 0.8] == [found]


def test_one_colour_of_six_is_the_beta_of_its_margin():
    six = hf.plan(hf.ShareWithin(0.05, "red"), hf.Pooled(hf.Dirichlet([2, 1, 1, 1, 3, 1])), size=55)
    one = hf.plan(hf.ShareWithin(0.05, "red"), hf.Pooled(hf.Beta(3, 6)), size=55)
    assert (six.rows, six.words, six.categories) == (one.rows, one.words, ("red", "not red"))


def test_the_other_of_two_is_the_mirrored_beta():
    ours, other = (
        hf.plan(hf.ShareWithin(0.05, one), hf.Pooled(hf.Beta(2, 7)), size=10, categories=["blue", "not blue"])
        for one in ("blue", "not blue")
    )
    assert [row.probability for row in ours.rows] == pytest.approx([row.probability for row in other.rows])


def test_what_is_said_of_a_share(rng):
    """The numbers of docs/planning.md."""
    found = hf.plan(hf.ShareWithin(0.02, "blue"), hf.Pooled(hf.Beta(1, 5)), size=55)
    assert found.words == (
        "To know the share of blue to within +-2 points (95% interval, equal-tailed) you need about 1,925 items "
        "(35 bags of 55): that is enough with 80.76% probability."
    )
    last = next(row for row in found.rows if row.n_bags == 34)
    assert last.probability < found.aim <= found.enough.probability
    simulated = simulated_assurance(hf.Beta(1, 5), 1_925, rng=rng)
    z_gate(simulated[0], found.enough.probability, simulated[1])


def simulated_assurance(prior, n, *, rng, within=0.02, replications=20_000):
    k = rng.binomial(n, prior.draw(replications, rng=rng))
    low, high = stats.beta.ppf([[0.025], [0.975]], prior.a + k, prior.b + n - k)
    hits = (0.5 * (high - low) <= within).mean()
    return hits, float(np.sqrt(hits * (1 - hits) / replications))


def test_a_prior_that_is_narrow_enough_needs_no_bag():
    found = hf.plan(hf.ShareWithin(0.1), hf.Pooled(hf.Beta(100, 400)), size=55)
    assert (found.enough.n_bags, found.enough.probability) == (0, 1.0)
    assert "you need count nothing" in found.words


def test_an_aim_beyond_all_counting_is_told():
    found = hf.plan(hf.ShareWithin(1e-4), hf.Pooled(), size=2_000_000)
    assert found.enough is None
    assert "none of these is enough" in found.words


# ---- a share: made-up bags and fits -------------------------------------------------------------------------


def test_fits_agree_with_the_exact_plan(rng):
    """A prior that is given as a density goes by fits to made-up bags; as a Beta it is exact."""
    question, size = hf.ShareWithin(0.1), 20
    by_fits = hf.Pooled(hf.Density.of(stats.beta(2, 6)))
    truth = hf.plan(question, hf.Pooled(hf.Beta(2, 6)), size=size, bags=3).rows[0].probability

    def p_value(generator, simulations):
        found = hf.plan(question, by_fits, size=size, bags=3, simulations=simulations, rng=generator).rows[0]
        return float(stats.binomtest(round(found.probability * simulations), simulations, truth).pvalue)

    assert 0.2 < truth < 0.8
    two_stage(p_value, rng, 25)


def test_more_bags_beat_larger_bags_where_recipes_differ(seed):
    model = hf.Hierarchical(hf.Beta(4, 12), precision=hf.LogNormal(2, 0.2))
    question, given = hf.ShareWithin(0.095), {"simulations": 30, "rng": seed}
    many = hf.plan(question, model, size=10, bags=20, **given)
    large = hf.plan(question, model, size=40, bags=5, **given)
    rows = many.rows[0], large.rows[0]
    assert rows[0].n_items == rows[1].n_items
    assert rows[0].probability > rows[1].probability
    with pytest.raises(GateClosed):  # they are not the same
        z_gate(rows[0].probability, rows[1].probability, np.hypot(rows[0].error, rows[1].error))
    assert any("recipes of their own" in note for note in many.verdict.notes)


# ---- two recipes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("recipes", "n"), [(TWO, 1), (TWO, 40), (THREE[:2], 12), (np.array([[1, 0], [0.5, 0.5]]), 6)]
)
@pytest.mark.parametrize("odds", [1.5, 20.0])
def test_the_chance_of_odds_is_the_sum_over_all_outcomes(recipes, n, odds):
    found = Recipe(recipes, 1).decisive(n, log_odds=float(np.log(odds)))
    assert found.error == 0
    assert found.probability == pytest.approx(oracle.decisive(recipes, n, odds=odds), abs=EXACT)


@pytest.mark.parametrize(("first", "second"), [("4/5", "1/5"), ("3/5", "3/10"), ("9/10", "1/10")])
def test_odds_that_are_just_those_asked_for_are_enough(first, second):
    """Four times as probable is odds of 4, however the logarithms of the two are rounded."""
    one, other = Fraction(first), Fraction(second)
    law = Recipe(np.array([[float(one), float(1 - one)], [float(other), float(1 - other)]]), 1)
    for n, power in itertools.product((2, 7, 11, 18), (1, 2, 3)):
        odds = (one / other) ** power
        truth = oracle.decisive_of_two_categories(one, other, n, odds=odds)
        found = law.decisive(n, log_odds=math.log(odds)).probability
        assert found == pytest.approx(truth, abs=EXACT), (n, odds)


def test_two_recipes_of_two_colours_need_so_many_items():
    found = hf.plan(hf.RecipesApart(), mixture(TWO), size=1)
    number = found.enough.n_items
    *before, last = (
        oracle.decisive(TWO, n, odds=20) for n in range(number - candidates.LOOK_BACK, number + 1)
    )
    assert last == pytest.approx(found.enough.probability, abs=EXACT)
    assert max(before) < 0.9 <= last


def test_a_rare_category_needs_no_more_than_it_must():
    """Where one in a hundred is blue, the chance rises in teeth of forty items: the first that will do is found."""
    rare, other = Fraction(1, 100), Fraction(1, 20)
    number = hf.plan(hf.RecipesApart(), mixture([[0.01, 0.99], [0.05, 0.95]]), size=1).enough.n_items
    truth = next(
        n
        for n in range(180, number + 1)
        if oracle.decisive_of_two_categories(rare, other, n, odds=Fraction(20)) >= 0.9
    )
    assert number == truth


def test_of_estimates_the_luckiest_is_not_looked_for():
    """Chance in an estimate makes teeth of its own: to take the first of many above the aim would promise too much."""

    def chance(error):
        return lambda n: candidates.Estimate(min(n / 1_000, 1.0) + (0.1 if n % 7 == 0 else 0.0), error)

    assert candidates.least(chance(0.0), aim=0.9, most=10_000) < 830
    assert candidates.least(chance(0.01), aim=0.9, most=10_000) >= 850


def test_made_up_bags_agree_with_the_sum(monkeypatch, seed):
    exact = [
        Recipe(THREE[:2], 1).decisive(30, log_odds=3.0),
        Recipe(THREE, 1).accuracy(np.full(3, 1 / 3), 30),
    ]
    monkeypatch.setattr(outcomes, "MOST_OUTCOMES", 0)
    found = [
        Recipe(THREE[:2], seed).decisive(30, log_odds=3.0),
        Recipe(THREE, seed).accuracy(np.full(3, 1 / 3), 30),
    ]
    assert all(one.error > 0 for one in found)
    z_gate(
        [one.probability for one in found], [one.probability for one in exact], [one.error for one in found]
    )


def test_what_a_bag_is_expected_to_say_is_the_divergence():
    found = hf.plan(hf.RecipesApart(), mixture(TWO), size=10, bags=3)
    first, second, wrong, bound = (fact.value for fact in found.facts)
    assert first == pytest.approx(10 * stats.entropy(TWO[0], TWO[1]))
    assert second == pytest.approx(10 * stats.entropy(TWO[1], TWO[0]))
    assert wrong == pytest.approx(1 - oracle.put_right(TWO, [0.5, 0.5], 10), abs=EXACT)
    assert wrong < bound


def test_the_bound_of_chernoff_is_below_that_of_bhattacharyya():
    p, q = np.array([0.9, 0.1]), np.array([0.4, 0.6])
    grid = [float((p**s * q ** (1 - s)).sum()) for s in np.linspace(0, 1, 10_001)]
    assert chernoff(p, q) == pytest.approx(min(grid), abs=1e-7)
    assert chernoff(p, q) < np.sqrt(p * q).sum()


# ---- where bags come from -----------------------------------------------------------------------------------


@pytest.mark.parametrize("weights", [[0.5, 0.5], [0.9, 0.1]])
@pytest.mark.parametrize("n", [0, 1, 7, 40])
def test_the_part_put_right_is_the_sum_over_all_outcomes(weights, n):
    found = Recipe(TWO, 1).accuracy(np.array(weights), n)
    assert found == (pytest.approx(oracle.put_right(TWO, weights, n), abs=EXACT), 0.0)


def test_own_weights_matter(monkeypatch):
    """The planted fault: even weights in place of one's own."""
    own = hf.plan(hf.BagsRight(0.93), mixture(TWO, [0.85, 0.15]))
    truth = next(n for n in range(200) if oracle.put_right(TWO, [0.85, 0.15], n) >= 0.93)
    assert own.enough.size == truth
    monkeypatch.setattr("handful.results.planning.right._weights", lambda _: np.array([0.5, 0.5]))
    assert hf.plan(hf.BagsRight(0.93), mixture(TWO, [0.85, 0.15])).enough.size != truth


def test_three_recipes_and_a_size(seed):
    found = hf.plan(hf.BagsRight(0.7), mixture(THREE, [0.2, 0.3, 0.5]), rng=seed)
    truth = next(n for n in range(60) if oracle.put_right(THREE, [0.2, 0.3, 0.5], n) >= 0.7)
    assert found.enough.size == truth
    assert all(row.error == 0 for row in found.rows)


def test_a_bag_of_55_from_new_jersey_or_tennessee_is_right_about_80_percent_of_the_time(seed):
    """As lesson 10 of the course finds: a judge who says which of the two is the more probable, bag by bag."""
    found = hf.plan(hf.BagsRight(0.8), hf.Mixture(recipes=NJ_TN), size=55, rng=seed).rows[0]
    rng, (nj, tn) = np.random.default_rng(10), NJ_TN.proportions
    says = np.log(tn / nj)
    right = np.concatenate(
        [rng.multinomial(55, tn, 50_000) @ says > 0, rng.multinomial(55, nj, 50_000) @ says < 0]
    )
    z_gate(found.probability, right.mean(), np.hypot(found.error, right.std() / np.sqrt(right.size)))
    assert round(found.probability, 2) == 0.80


def test_a_gate_for_made_up_bags_can_close():
    with pytest.raises(GateClosed):
        z_gate(0.805, 0.795, 0.001)


def test_recipes_that_are_the_same_are_never_told_apart():
    same = mixture([TWO[0], TWO[0]], [0.6, 0.4])
    found = hf.plan(hf.BagsRight(0.9), same)
    assert found.enough is None
    assert "60.0% is the most that anybody can put right" in found.words
    assert hf.plan(hf.BagsRight(0.55), same).enough.size == 0
    with pytest.raises(hf.ParameterError, match="are the same: no number of bags tells them apart"):
        hf.plan(hf.RecipesApart(), same, size=55)


def test_weights_that_are_not_known_are_learnt_from_the_bags():
    """Most bags are from one of two recipes: from which, many bags tell, and a bag by itself does not."""
    likely = hf.Mixture(recipes=mixture(TWO).recipes, weights=hf.Beta(0.1, 0.1))
    alone = hf.plan(hf.BagsRight(), likely, size=4).rows[0]
    assert alone.probability == pytest.approx(oracle.put_right(TWO, [0.5, 0.5], 4), abs=EXACT)
    assert "give their number to see how much" in alone_notes(likely)
    several = hf.plan(hf.BagsRight(), likely, size=4, bags=12, simulations=200, rng=1).rows[0]
    at = stats.beta(0.1, 0.1).ppf((np.arange(200) + 0.5) / 200)
    known = float(np.mean([oracle.put_right(TWO, [w, 1 - w], 4) for w in at]))
    assert alone.probability + 4.9 * several.error < several.probability < known + 4.9 * several.error


def alone_notes(model):
    return " ".join(hf.plan(hf.BagsRight(), model, size=4).verdict.notes)


def test_single_items_that_come_nearest_are_counted():
    found = hf.plan(hf.ShareWithin(0.01), hf.Pooled(hf.Beta(1, 1)), size=1, bags=[3, 4])
    assert found.words.endswith("none of these is enough: 3 items, one by one, come nearest, with 0.00%.")


def test_unknown_recipes_are_fitted():
    """Strong priors on the recipes leave as much to be told as known ones; flat priors less."""
    strong = mixture(np.array([[0.9, 0.1], [0.2, 0.8]]), [0.5, 0.5], strength=1e4)
    found = hf.plan(hf.BagsRight(0.9), strong, size=10, bags=4, simulations=60, rng=1).rows[0]
    known = oracle.put_right(strong.recipes.proportions, [0.5, 0.5], 10)
    z_gate(found.probability, known, found.error)
    flat = hf.plan(
        hf.BagsRight(0.9), hf.Mixture(2), size=10, bags=4, simulations=60, categories=["x", "y"], rng=1
    )
    assert flat.rows[0].probability < known
    assert "are called by those that put most bags right" in " ".join(flat.verdict.notes)


# ---- what is refused, and how it is told ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "model", "given", "said"),
    [
        (hf.ShareWithin(0.02), hf.Pooled(), {}, "how many items does a bag hold"),
        (hf.ShareWithin(0.02), hf.Pooled(), {"size": 0}, "size = 0"),
        (hf.ShareWithin(0.02), hf.Pooled(), {"size": []}, "give a number, or several"),
        (hf.ShareWithin(0.02), hf.Pooled(), {"size": 5, "bags": 0}, "bags = 0"),
        (hf.ShareWithin(0.02), hf.Pooled(hf.Fixed([0.2, 0.8])), {"size": 5}, "give categories"),
        (hf.ShareWithin(0.02), hf.Pooled(hf.Fixed([0.2, 0.8], ["x", "y"])), {"size": 5}, "nothing to plan"),
        (hf.ShareWithin(0.02), hf.Separate(), {"size": 5}, "there is no common share"),
        (hf.ShareWithin(0.02, "pink"), hf.Pooled(), {"size": 5}, "pink"),
        (hf.ShareWithin(0.02), hf.Pooled(), {"size": 5, "simulations": 3}, "simulations = 3"),
        (hf.RecipesApart(), hf.Mixture(2), {"size": 5}, "the recipes are not known exactly"),
        (hf.RecipesApart(), mixture(THREE), {"size": 5}, "odds are of two recipes, but there are 3"),
        (hf.RecipesApart(), hf.Pooled(), {"size": 5}, "give a Mixture"),
        (
            hf.RecipesApart(),
            mixture(TWO),
            {"size": 5, "categories": ["a", "b"]},
            "the recipes are over c0, c1",
        ),
        (hf.BagsRight(), hf.Mixture(2), {"size": 5}, "give bags=30"),
        (hf.BagsRight(), hf.Mixture(1), {"size": 5, "bags": 3}, "only one component"),
        (hf.BagsRight(), mixture(TWO, [0.5, 0.5]), {"bags": 30}, "each bag is judged by itself"),
        (hf.BagsRight(), mixture(TWO), {"bags": 30}, "how many items does a bag hold"),
        ("how many?", hf.Pooled(), {"size": 5}, "give ShareWithin"),
        (hf.BagsRight(), "mixture", {"size": 5}, "give a model"),
    ],
)
def test_what_cannot_be_planned_is_told(question, model, given, said):
    with pytest.raises(hf.ParameterError, match=said):
        hf.plan(question, model, **given)


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda: hf.ShareWithin(0.5), "between 0 and 0.5"),
        (lambda: hf.ShareWithin(0.1, mass=1.5), "mass"),
        (lambda: hf.RecipesApart(odds=1), "must be > 1"),
        (lambda: hf.BagsRight(1.0), "share"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(ask, said):
    with pytest.raises(hf.ParameterError, match=said):
        ask()


def test_one_seed_gives_one_plan():
    plans = [
        plan_json(hf.plan(hf.BagsRight(0.8), hf.Mixture(recipes=NJ_TN), size=40, rng=5), seed=5) for _ in "ab"
    ]
    assert plans[0] == plans[1]
    assert json.loads(plans[0])["seed"] == 5


def test_an_aim_that_chance_may_have_reached_is_marked():
    row = candidates.Planned(3, 5, 0.81, 0.02)
    from handful.results.planning.answers import certain

    assert "less than two standard errors" in certain(row, aim=0.8)[0]
    assert certain(candidates.Planned(3, 5, 0.81, 0.0), aim=0.8) == ()
