"""Labelled bags without their label: against enumeration, and the table that people see."""

import dataclasses

import numpy as np
import pytest
from scipy import stats
from tests.oracles.mixture import enumerate_mixture
from tests.testing_tools.gates import bonferroni, two_stage

import handful as hf
from handful.errors import ParameterError, ParameterTypeError
from handful.models.mixture_layout import MixturePoints
from handful.results.assigning import each_left_out
from handful.results.assigning.anew import Anew
from handful.results.assigning.components import KnownComponents
from handful.results.self_assignment import self_assignment

EXACT = 1e-9
NAMES = ("A", "B", "C")
RECIPES = np.array([[0.5, 0.3, 0.2], [0.2, 0.5, 0.3], [0.2, 0.2, 0.6]])


def labelled(rng, *, known=(0, 1, 2, 0, 1, 1), total=15):
    table = rng.multinomial(total, RECIPES[list(known)])
    texts = [NAMES[k] for k in known]
    return hf.Counts(table, categories=("x", "y", "z"), ids=list("abcdef"), labels={"from": texts})


def left_out(counts, known, **priors):
    """P(component | bag) by enumeration, for each bag without its own label."""
    found = []
    for bag in range(counts.n_bags):
        others = np.array(known)
        others[bag] = -1
        found.append(enumerate_mixture(counts.table, known=others, **priors).assignments[bag])
    return found


@pytest.mark.parametrize(
    "weights", [hf.Dirichlet([1.0, 1.0, 1.0]), hf.Dirichlet([0.5, 2.0, 3.0]), hf.Fixed([0.2, 0.3, 0.5])]
)
def test_each_bag_without_its_label_as_by_enumeration(weights, rng):
    counts, known = labelled(rng), (0, 1, 2, 0, 1, 1)
    fixed = isinstance(weights, hf.Fixed)
    truth = left_out(
        counts,
        known,
        weights_concentration=None if fixed else weights.concentration,
        component_concentrations=np.tile([1.0, 2.0, 0.5], (3, 1)),
        weights=weights.proportions if fixed else None,
    )
    model = hf.Mixture(3, prior=hf.Dirichlet([1.0, 2.0, 0.5]), weights=weights)
    found = self_assignment(counts, "from", model=model)
    np.testing.assert_allclose(found.probabilities, truth, rtol=0, atol=EXACT)


def test_recipes_that_are_known_learn_nothing(rng):
    counts, known = labelled(rng), (0, 1, 2, 0, 1, 1)
    truth = left_out(
        counts, known, weights_concentration=[1.0, 1.0, 1.0], component_concentrations=None, recipes=RECIPES
    )
    model = hf.Mixture(recipes=hf.Recipes(RECIPES, components=NAMES, categories=("x", "y", "z")))
    found = self_assignment(counts, "from", model=model)
    np.testing.assert_allclose(found.probabilities, truth, rtol=0, atol=EXACT)


def drawn(posterior, n_draws, rng):
    """The closed form of a posterior as independent draws."""
    weights = posterior.weights.draw(n_draws, rng=rng)
    recipes = np.stack([one.draw(n_draws, rng=rng) for one in posterior.recipes], axis=1)
    number = np.arange(n_draws)
    at = MixturePoints(np.log(weights), None, np.log(recipes))
    return KnownComponents(at, np.full(n_draws, 1 / n_draws), np.zeros_like(number), number, sampled=True)


def test_leaving_out_by_draws_is_the_closed_form(rng, monkeypatch):
    """Forty sets of draws from the closed form: their mean is what it gives without the bag.

    Many bags of few items each: none of them has so large a say that the weights which leave it out have no variance.
    """
    table = rng.multinomial(10, np.array([[0.4, 0.35, 0.25], [0.3, 0.35, 0.35]])[[0, 1] * 20])
    counts = hf.Counts(table, categories=("x", "y", "z"), labels={"from": ["A", "B"] * 20})
    truth = self_assignment(counts, "from").probabilities[:, 0]
    model = hf.Mixture(2, labels="from")

    def p_of(rng, n):
        monkeypatch.setattr(each_left_out, "components_of", lambda fit: drawn(fit.posterior, n, rng))
        found = np.array([each_left_out.by_draws(model, counts, rng=rng)[0][:, 0] for _ in range(40)])
        t = (found.mean(axis=0) - truth) / (found.std(axis=0, ddof=1) / np.sqrt(40))
        return bonferroni(2 * stats.t.sf(np.abs(t), 39))

    two_stage(p_of, rng, 1_000)


def test_overdispersed_bags(rng):
    counts = hf.Counts(
        [[30, 5, 5], [6, 30, 4], [5, 29, 6], [28, 6, 6], [5, 30, 5], [31, 4, 5]],
        categories=("x", "y", "z"),
        labels={"from": ["A", "B", "B", "A", "B", "B"]},
    )
    found = self_assignment(counts, "from", model=hf.Mixture(2, overdispersed=True), rng=rng)
    assert found.verdict.ok
    np.testing.assert_array_equal(found.put, [0, 1, 1, 0, 1, 0])
    np.testing.assert_array_equal(found.confusion, [[2, 0], [1, 3]])


def test_a_bag_that_its_component_hangs_on_is_told(rng, monkeypatch):
    monkeypatch.setattr(each_left_out, "Anew", NeverTrusted)
    found = self_assignment(
        labelled(rng, known=(0, 1, 1, 0, 1, 1)), "from", model=hf.Mixture(2, overdispersed=True), rng=rng
    )
    assert "Without bag a, b, c, d, e and 1 more the fit would be quite another" in found.verdict.notes[-1]


class NeverTrusted:
    @staticmethod
    def of(log_ratios):
        return dataclasses.replace(Anew.of(log_ratios), trusted=False)


def test_blank_labels_are_left_out(rng):
    counts = labelled(rng)
    blank = dataclasses.replace(counts, labels={"from": ["A", "", "C", "A", " ", "B"]})
    found = self_assignment(blank, "from", model=hf.Mixture(3))
    alone = self_assignment(blank.select(["a", "c", "d", "f"]), "from", model=hf.Mixture(3))
    assert found.bags == ("a", "c", "d", "f")
    np.testing.assert_array_equal(found.probabilities, alone.probabilities)


def test_boxes_of_fruit_snacks():
    boxes = hf.read_counts("data:fruit-snacks")
    found = self_assignment(boxes, "box")
    assert found.components == ("1", "2", "3")
    np.testing.assert_array_equal(found.confusion, [[32, 30, 19], [19, 52, 12], [23, 33, 24]])
    assert found.right == 108
    low, high = stats.beta(1 + 108, 1 + 136).ppf([0.025, 0.975])
    assert (found.interval.lower, found.interval.upper) == pytest.approx((low, high), abs=1e-9)
    assert found.chance == 83 / 244
    said = str(found)
    assert (
        "108 of 244 bags are put where their label says: 44% (95% interval, equal-tailed: 38% to 51%)" in said
    )
    assert "To call all of them component 2 would be right for 34%." in said
    assert "put in 3" in found._repr_html_()
    evidences = hf.compare([hf.Pooled(), hf.Mixture(3, labels="box")], boxes).models
    assert [round(one.log_evidence.value, 2) for one in evidences] == [-1609.76, -1616.69]


def test_labels_that_mean_nothing_are_not_found_back(rng):
    """Where all bags are of one recipe, they are put back no more often than by a guess.

    Even less often: without the bag, the bags of its own label are on the average a little less like it than others.
    """
    halves = {"half": ["A", "B"] * 200}
    table = rng.multinomial(30, RECIPES[0], size=400)
    found = self_assignment(hf.Counts(table, categories=("x", "y", "z"), labels=halves), "half")
    assert stats.binom.sf(found.right - 1, 400, 0.5) > 1e-6
    assert np.abs(found.probabilities - 0.5).mean() < 0.1
    real = rng.multinomial(30, RECIPES[[0, 2] * 200])
    told = self_assignment(hf.Counts(real, categories=("x", "y", "z"), labels=halves), "half")
    assert told.accuracy > 0.85


def test_to_pandas(rng):
    frame = self_assignment(labelled(rng), "from").to_pandas()
    assert list(frame.columns) == ["bag", "label", "put", "P(A)", "P(B)", "P(C)"]
    assert list(frame["label"]) == ["A", "B", "C", "A", "B", "B"]


def test_what_it_refuses(rng):
    counts = labelled(rng)
    with pytest.raises(ParameterError, match="no labels 'form'"):
        self_assignment(counts, "form")
    with pytest.raises(ParameterError, match="one value only"):
        self_assignment(dataclasses.replace(counts, labels={"from": ["A"] * 6}), "from")
    with pytest.raises(ParameterError, match="one component only"):
        self_assignment(dataclasses.replace(counts, labels={"from": ["A", "", "A", "", "", ""]}), "from")
    with pytest.raises(ParameterError, match="name 3 components"):
        self_assignment(counts, "from", model=hf.Mixture(2))
    with pytest.raises(ParameterTypeError, match="give a Mixture"):
        self_assignment(counts, "from", model=hf.Pooled())
    with pytest.raises(ParameterTypeError, match="read_counts"):
        self_assignment([[1, 2]], "from")
