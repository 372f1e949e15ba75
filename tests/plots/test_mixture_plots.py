"""The numbers behind the plots of mixtures: assignments, components, same source, evidence over K."""

import dataclasses
import itertools

import numpy as np
import pytest
from matplotlib import colors
from tests.plots.every import K_1_TO_3, mixed, over_k, unlike

import handful as hf
from handful.inference.evidence import Verdict
from handful.inference.fit import fit
from handful.plots import assignments, same_source
from handful.plots.assignments import assignments_data, plot_assignments
from handful.plots.component_styles import bag_names, component_styles
from handful.plots.components import components_data, plot_components
from handful.plots.evidence import FARTHEST, evidence_data, plot_evidence
from handful.plots.meaning import alt_text
from handful.plots.same_source import SHADES, pairs_data, plot_same_source
from handful.plots.styles import OTHERS, luminance
from handful.results.assign import assign
from handful.results.palette import PALETTE
from handful.results.same_source import same_source as same_source_of
from handful.results.summary import summary

RECIPES = hf.Recipes({"red": {"a": 0.2, "b": 0.5, "c": 0.3}, "TN": {"a": 0.5, "b": 0.2, "c": 0.3}})


@pytest.fixture(scope="module")
def many():
    """300 bags of two known recipes, one in ten from neither, and every seventh with its label."""
    rng = np.random.default_rng(3)
    of = rng.integers(2, size=300)
    table = rng.multinomial(40, np.array([[0.2, 0.5, 0.3], [0.5, 0.2, 0.3]])[of])
    table[::10] = [0, 0, 40]
    told = [("red", "TN")[k] if b % 7 == 1 else "" for b, k in enumerate(of)]
    counts = hf.Counts(table, categories=["a", "b", "c"], labels={"from": told})
    return fit(hf.Mixture(recipes=RECIPES, weights=hf.Fixed([0.5, 0.5]), labels="from"), counts)


def heights(ax):
    """The pieces of the bars: place, bottom and top, colour."""
    return [
        (round(x + width / 2), low, low + height, colors.to_hex(one.get_facecolor()))
        for one in ax.patches
        for (x, low), width, height in [(one.get_xy(), one.get_width(), one.get_height())]
    ]


def lightness(y):
    """L* of CIELAB from the luminance (CIE 15:2004, equation 8.2)."""
    return 116 * y ** (1 / 3) - 16 if y > 216 / 24389 else y * 24389 / 27


# ---- assignments ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("known", [False, True])
def test_each_bag_is_a_bar_of_its_probabilities_the_most_probable_lowest(known):
    found = mixed(known=known)
    truth = assign(found)
    data = assignments_data(found)
    rows = [truth.bags.index(bag) for bag in data.bags]
    assert sorted(rows) == list(range(6))
    np.testing.assert_array_equal(data.probabilities, truth.probabilities[rows])
    assert data.known == tuple(truth.known[row] for row in rows)
    best = data.probabilities.argmax(axis=1)
    assert (np.diff(best) >= 0).all()
    for k in range(2):
        assert (np.diff(data.probabilities[best == k].max(axis=1)) <= 0).all()
    looks = component_styles(data.components)
    drawn = heights(plot_assignments(found))
    for b in range(6):
        pieces = sorted((low, high, colour) for place, low, high, colour in drawn if place == b)
        assert [colour for _, _, colour in pieces] == [looks[best[b]].colour, looks[1 - best[b]].colour]
        assert [high - low for low, high, _ in pieces] == pytest.approx(
            [data.probabilities[b].max(), data.probabilities[b].min()]
        )
        assert (pieces[0][0], pieces[-1][1]) == (0.0, pytest.approx(1.0))


def test_told_bags_are_marked_and_so_are_those_of_none(many):
    truth = assign(many)
    data, ax = assignments_data(many), plot_assignments(many)
    marks = {line.get_marker(): line.get_xdata().tolist() for line in ax.lines if line.get_marker() != "None"}
    assert [data.bags[place] for place in marks["v"]] == [
        bag for bag in data.bags if truth.known[truth.bags.index(bag)] is not None
    ]
    lost = {bag for bag, none in zip(truth.bags, truth.none, strict=True) if none < 0.01}
    assert {data.bags[place] for place in marks["x"]} == lost
    assert {str(b + 1) for b in range(0, 300, 10)} <= lost
    names = [text.get_text() for text in ax.get_legend().get_texts()]
    assert names == ["red (R)", "TN (T)", "component known", "from none of them?\n(about 3 by chance)"]
    counts = hf.Counts([[3, 4], [4, 3]], categories=["a", "b"])
    plain = plot_assignments(fit(hf.Mixture(2), counts, rng=1)).get_legend().get_texts()
    assert [text.get_text() for text in plain] == ["component 1", "component 2"]


def test_the_line_is_at_nine_tenths_and_the_words_count_the_bags_above_it(many):
    ax, data = plot_assignments(many), assignments_data(many)
    assert {line.get_ydata()[0] for line in ax.lines if line.get_linestyle() == "--"} == {0.9}
    assert "0.9" in [tick.get_text() for tick in ax.get_yticklabels()]
    for k, name in enumerate(data.components):
        own = data.probabilities[data.probabilities.argmax(axis=1) == k, k]
        ends = f"{name}: {own.size:,}, from bag"
        assert ends in alt_text(ax)
        assert f"with {own[-1]:.3f}, {(own >= 0.9).sum()} of them at 90% or more" in alt_text(ax)
    assert f"Of {sum(b % 7 == 1 for b in range(300))} of them the component was known." in alt_text(ax)
    assert assign(many).words in alt_text(ax)


def test_of_very_many_bags_some_evenly_over_their_order_are_shown(many, monkeypatch):
    every = assignments_data(many)
    monkeypatch.setattr(assignments, "MOST_BARS", 30)
    data = assignments_data(many)
    assert [every.bags.index(bag) for bag in data.bags] == np.linspace(0, 299, 30).round().tolist()
    assert (data.n_bags, data.words) == (300, every.words)
    assert plot_assignments(many).get_xlabel().startswith("30 of 300 bags, evenly chosen")


def test_many_bars_have_no_names_and_few_have_all(many):
    assert plot_assignments(many).get_xticks().size == 0
    names = [tick.get_text() for tick in plot_assignments(mixed()).get_xticklabels()]
    assert names == bag_names(assignments_data(mixed()).bags)
    assert sorted(names) == [" _one", "3", "5", "6", "a long id of a …", "two of them"]


def test_long_names_that_begin_alike_are_told_by_their_ends():
    names = bag_names([f"a very long id of a bag, number {i}" for i in range(20)])
    assert len(set(names)) == 20
    assert max(map(len, names)) <= 16
    assert bag_names(["a$1$", "_b"]) == [r"a\$1\$", " _b"]


# ---- components -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mass", [0.5, 0.95])
def test_the_marks_are_the_means_and_the_bars_the_intervals_of_the_summary(mass):
    found = mixed(known=True)
    rows = {(one.name, one.component, one.category): one for one in summary(found, mass=mass).parameters}
    data = components_data(found, mass=mass)
    assert data.categories == unlike().categories
    ax = plot_components(found, mass=mass)
    drawn = {(line.get_xdata()[0], line.get_xdata()[-1]) for line in ax.lines}
    for one in data.components:
        weight = rows["weights", one.name, None]
        assert (one.weight, one.weight_interval) == (
            weight.mean,
            (weight.interval.lower, weight.interval.upper),
        )
        for c, category in enumerate(data.categories):
            row = rows["proportions", one.name, category]
            assert (one.mean[c], one.low[c], one.high[c]) == (
                row.mean,
                row.interval.lower,
                row.interval.upper,
            )
            assert {(row.interval.lower, row.interval.upper), (row.mean, row.mean)} <= drawn
    codes = [text.get_text() for text in ax.texts]
    assert codes == [look.code for look in component_styles(found.statistic.components)] * 3
    assert f"with {100 * mass:g}% intervals (equal-tailed)" in ax.get_xlabel()


def test_recipes_that_are_known_have_a_mark_and_no_bar(many):
    data = components_data(many, mass=0.95)
    assert [one.name for one in data.components] == ["red", "TN"]
    assert all((one.low == one.mean).all() and (one.high == one.mean).all() for one in data.components)
    marks = [line for line in plot_components(many).lines if line.get_marker() not in ("None", "")]
    assert len(marks) == 6
    assert {colors.to_hex(line.get_color()) for line in marks} == set(OTHERS[:3])


def test_a_precision_is_told_where_there_is_one():
    counts = hf.Counts([[9, 1], [1, 9], [8, 2], [5, 5]], categories=["a", "b"])
    found = fit(hf.Mixture(2, overdispersed=True), counts, rng=1)
    data = components_data(found, mass=0.95)
    rows = [one for one in summary(found).parameters if one.name == "precision"]
    assert [one.precision[0] for one in data.components] == [row.median for row in rows]
    assert all(low < middle < high for middle, low, high in (one.precision for one in data.components))
    assert "precision" in plot_components(found).get_legend().get_texts()[0].get_text()
    assert components_data(mixed(), mass=0.95).components[0].precision is None


def test_of_very_many_categories_those_that_differ_most_are_shown(rng):
    # The sixteen commonest are alike; of the others every one differs.
    rare = np.tile([0.01, 0.02], 12)
    recipes = np.array([[0.04] * 16 + list(rare), [0.04] * 16 + list(rare[::-1])])
    names = [f"g{i}" for i in range(40)]
    known = hf.Recipes(recipes, components=["P", "Q"], categories=names)
    counts = hf.Counts(rng.multinomial(60, recipes[[0, 1, 0]]), categories=names)
    found = fit(hf.Mixture(recipes=known, weights=hf.Fixed([0.5, 0.5])), counts)
    data = components_data(found, mass=0.95)
    assert data.categories == tuple(names[16:])
    assert plot_components(found).get_ylabel() == "the 24 of 40 categories that differ most"


def test_what_only_numbers_tell_apart_is_said_in_words():
    assert "Nothing but their numbers tells components 1 and 2 apart" in alt_text(plot_components(mixed()))


# ---- same source ------------------------------------------------------------------------------------------


def test_the_matrix_is_that_of_same_source_in_the_order_of_the_assignments():
    found = mixed(known=True)
    truth = same_source_of(found)
    data = pairs_data(found)
    assert data.bags == assignments_data(found).bags
    order = [truth.bags.index(bag) for bag in data.bags]
    np.testing.assert_array_equal(data.probabilities, truth.probabilities[np.ix_(order, order)])
    ax = plot_same_source(found)
    (image,) = ax.images
    shown = image.get_array()
    off = ~np.eye(6, dtype=bool)
    np.testing.assert_array_equal(np.asarray(shown)[off], data.probabilities[off])
    assert np.ma.getmaskarray(shown).tolist() == (~off).tolist()
    assert (image.norm.vmin, image.norm.vmax) == (0, 1)
    figures = [text.get_text() for text in ax.texts if text.get_text().startswith(("0.", "1."))]
    assert sorted(figures) == sorted(f"{p:.2f}" for p in data.probabilities[off])
    assert truth.words in alt_text(ax)


def test_the_shades_are_even_steps_of_lightness_in_one_hue():
    steps = [lightness(luminance(colors.to_hex(SHADES(p)))) for p in np.linspace(0, 1, 9)]
    assert np.diff(steps) == pytest.approx(np.full(8, -10), abs=1.0)
    hues = [colors.rgb_to_hsv(SHADES(p)[:3])[0] for p in np.linspace(0.1, 1, 10)]
    assert max(hues) - min(hues) < 0.03


def test_of_very_many_bags_some_rows_and_columns_are_shown(many, monkeypatch):
    every = pairs_data(many)
    assert len(every.bags) == 300
    monkeypatch.setattr(same_source, "MOST_BAGS", 50)
    data = pairs_data(many)
    kept = [every.bags.index(bag) for bag in data.bags]
    assert kept == np.linspace(0, 299, 50).round().tolist()
    np.testing.assert_array_equal(data.probabilities, every.probabilities[np.ix_(kept, kept)])
    ax = plot_same_source(many)
    assert ax.get_xlabel().startswith("50 of 300 bags, evenly chosen")
    assert ax.get_xticks().size == 0


def test_lines_part_the_bags_of_one_component_from_those_of_the_next(many):
    data = pairs_data(many)
    n = data.most_probable.count("red")
    ax = plot_same_source(many)
    parts = [line for line in ax.lines if len(set(line.get_xdata())) == 1 or len(set(line.get_ydata())) == 1]
    assert max(line.get_xdata()[0] for line in parts) == n - 0.5
    assert [text.get_text() for text in ax.texts] == ["red (R)", "TN (T)"]
    inside = data.probabilities[:n, :n]
    mean = (inside.sum() - n) / (n * (n - 1))
    assert f"red, {n} bags (pairs of them {mean:.2f}" in alt_text(ax)


# ---- evidence ---------------------------------------------------------------------------------------------


def test_the_models_stand_in_the_order_of_their_components():
    models = over_k(
        ("pooled", -60.0, 0.0, 0.0),
        ("mixture:10", -55.0, 0.1, 0.1),
        ("mixture:2", -50.0, 0.1, 0.5),
        ("mixture:2:overdispersed", -51.0, 0.2, 0.2),
        ("mixture:1", -58.0, 0.0, 0.0),
        ("hierarchical", -54.0, 0.1, 0.2),
    )
    data = evidence_data(models)
    assert data.names == ("K = 1", "K = 2", "K = 10", "K = 2 overdispersed", "hierarchical", "pooled")
    assert data.below_best.tolist() == [-8.0, 0.0, -5.0, -1.0, -4.0, -10.0]
    assert (data.best, data.probability.tolist()) == (-50.0, [0.0, 0.5, 0.1, 0.2, 0.2, 0.0])


def test_a_dot_an_error_bar_and_a_probability_a_model():
    ax = plot_evidence(K_1_TO_3)
    bars = {bar.lines[0].get_xdata()[0]: bar for bar in ax.containers}
    assert {place: bar.lines[0].get_ydata()[0] for place, bar in bars.items()} == pytest.approx(
        {1: 0, 2: -0.6}
    )
    (segments,) = bars[2].lines[2]
    assert segments.get_segments()[0][:, 1] == pytest.approx([-0.7, -0.5])
    texts = [text.get_text() for text in ax.texts]
    assert {"65%", "35%", "−40"} <= set(texts)
    assert [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "v"] == [0]


@pytest.mark.parametrize(
    ("second", "error", "told"),
    [
        (-1.09, 0.0, False),  # a factor of 2.97
        (-1.11, 0.0, True),  # of 3.03
        (-1.49, 1.5, False),  # less than the error
        (-1.51, 1.5, True),
    ],
)
def test_what_cannot_be_told_apart_is_said(second, error, told):
    models = over_k(
        ("mixture:1", -9.0, 0.0, 0.0), ("mixture:2", 0.0, 0.0, 0.7), ("mixture:3", second, error, 0.3)
    )
    data, ax = evidence_data(models), plot_evidence(models)
    assert data.not_told_apart == (() if told else ("K = 2", "K = 3"))
    assert ("K = 2 and K = 3 cannot be told apart by these bags." in alt_text(ax)) is not told
    assert ("cannot be told apart" in models.words) is not told  # in the words of compare too
    fills = {
        bar.lines[0].get_xdata()[0]: colors.to_hex(bar.lines[0].get_markerfacecolor())
        for bar in ax.containers
    }
    assert (fills[2] == "#ffffff") is told
    assert (fills[0], fills[1] == "#ffffff") == ("#ffffff", False)
    if told:
        assert f"K = 2 has the highest evidence, {np.exp(-second):.3g} times that of K = 3." in alt_text(ax)


def test_models_far_below_are_at_the_edge_and_impossible_ones_say_so():
    models = over_k(
        ("mixture:1", -np.inf, 0.0, 0.0),
        ("mixture:2", -FARTHEST - 0.1, 0.0, 0.0),
        ("mixture:3", 0.0, 0.0, 1.0),
    )
    ax = plot_evidence(models)
    assert [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "v"] == [0, 1]
    assert {"impossible", "−15", "100%"} <= {text.get_text() for text in ax.texts}
    assert "more than 1,000 times" in evidence_data(models).finding
    assert "K = 1: impossible" in alt_text(ax)
    with pytest.raises(hf.ParameterError, match="no model has evidence"):
        plot_evidence(over_k(("mixture:1", -np.inf, 0.0, 0.0)))
    assert evidence_data(over_k(("mixture:1", -3.0, 0.0, 1.0))).finding.startswith("There is only one model")


def test_two_models_of_one_name_are_told_by_their_priors():
    rows = K_1_TO_3.models
    twice = dataclasses.replace(K_1_TO_3, models=(*rows, dataclasses.replace(rows[0], prior="steep")))
    assert evidence_data(twice).names == ("K = 1", "K = 2 with flat", "K = 2 with steep", "K = 3")


# ---- all of them ------------------------------------------------------------------------------------------


OF_A_FIT = [plot_assignments, plot_components, plot_same_source]


@pytest.mark.parametrize("plot", OF_A_FIT)
def test_a_fit_that_cannot_be_trusted_says_so_in_title_and_words(plot):
    bad = dataclasses.replace(mixed(), verdict=Verdict(ok=False, notes=("Too few draws.",)))
    ax = plot(bad)
    assert ax.get_title(loc="left").endswith("(not to be trusted)")
    assert "The fit cannot be trusted: Too few draws." in alt_text(ax)
    assert "trusted" not in plot(mixed()).get_title(loc="left")
    doubtful = dataclasses.replace(K_1_TO_3, verdict=Verdict(ok=False, notes=("Too few draws.",)))
    assert plot_evidence(doubtful).get_title(loc="left").endswith("(not to be trusted)")


@pytest.mark.parametrize("plot", OF_A_FIT)
def test_a_fit_without_components_is_refused(plot):
    with pytest.raises(hf.ParameterTypeError, match="mixture"):
        plot(fit(hf.Pooled(), unlike()))


@pytest.mark.parametrize("plot", [plot_assignments, plot_same_source])
def test_without_bags_there_is_no_picture_of_them(plot):
    with pytest.raises(hf.ParameterError, match="there are no bags"):
        plot(fit(hf.Mixture(2), hf.Counts(np.zeros((0, 2)), categories=["a", "b"])))


@pytest.mark.parametrize("plot", OF_A_FIT)
def test_one_bag_and_one_component_are_drawn(plot):
    counts = hf.Counts([[3, 4]], categories=["a", "b"], ids=["A"])
    for size in (1, 2):
        plot(fit(hf.Mixture(size), counts, rng=1)).figure.canvas.draw()


def test_a_component_has_no_colour_of_candy_and_one_of_its_own():
    looks = component_styles(["red", "brown", *map(str, range(20))])
    assert not {look.colour for look in looks} & set(PALETTE.values())
    assert len({(look.colour, look.hatch) for look in looks}) == len(looks)
    grey = [lightness(luminance(one.colour)) for one in component_styles("ABCDE")]
    assert min(abs(one - other) for one, other in itertools.combinations(grey, 2)) > 9  # told apart in grey
