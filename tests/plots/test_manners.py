"""What holds for every plot: axes in, axes out, no global state, words and numbers kept."""

import json

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure
from tests.plots.every import EVERY, ON_ONE, ON_SEVERAL
from tests.testing_tools.blocked_imports import run_python

import handful as hf
from handful.plots.meaning import alt_text, meanings, plot_numbers


@pytest.mark.parametrize("name", ON_ONE)
def test_the_given_axes_are_drawn_on_and_returned(name):
    figure = Figure()
    ax, other = figure.subplots(1, 2)
    assert ON_ONE[name](ax) is ax
    assert len(ax.get_children()) > len(other.get_children())
    assert figure.axes == [ax, other]
    figure.canvas.draw()


@pytest.mark.parametrize("name", ON_SEVERAL)
def test_all_the_given_axes_are_drawn_on_and_returned(name):
    n, draw = ON_SEVERAL[name]
    axes = Figure().subplots(1, n)
    assert draw(axes) == tuple(axes)
    assert all(ax.lines or ax.collections for ax in axes)
    with pytest.raises(hf.ParameterError, match=f"{n - 1} given, {n} needed"):
        draw(axes[1:])


@pytest.mark.parametrize("name", EVERY)
def test_nothing_global_changes(name):
    before = mpl.rcParams.copy()
    drawn = EVERY[name]()
    assert mpl.rcParams.copy() == before
    figure = (drawn[0] if isinstance(drawn, tuple) else drawn).figure
    figure.canvas.draw()  # warnings are errors: layout, glyphs, empty legends
    assert mpl.rcParams.copy() == before


def test_pyplot_is_never_imported_and_nothing_is_without_a_plot():
    code = """
import sys
import handful as hf, handful.cli.main
fit = hf.fit(hf.Pooled(), hf.Counts([[1, 2, 3]], categories=["a", "b", "c"]))
print("matplotlib" in sys.modules)
from handful.plots.ternary import plot_ternary
from handful.plots.save import svg_of, png_of
ax = plot_ternary(fit.posterior)
svg_of(ax), png_of(ax)
print("matplotlib.pyplot" in sys.modules)
"""
    run = run_python(code)
    assert run.stdout.split() == ["False", "False"], run.stderr


@pytest.mark.parametrize("name", EVERY)
def test_words_and_numbers_are_kept(name):
    drawn = EVERY[name]()
    assert len(alt_text(drawn).split()) > 10
    assert json.loads(json.dumps(plot_numbers(drawn), allow_nan=False))
    assert all(one.title for one in meanings(drawn))


def test_axes_without_a_plot_say_nothing():
    with pytest.raises(hf.ParameterError, match="no plot of handful"):
        alt_text(Figure().add_subplot())


@pytest.mark.parametrize("name", ["update", "pair"])
def test_what_are_no_axes_is_refused(name):
    with pytest.raises(hf.ParameterTypeError, match="give matplotlib's Axes"):
        EVERY[name]("left" if name == "update" else ["left", "right"])


HOSTILE = ["$x_1$", "_hidden", "a\nb\x00", "<b>&amp;", "a very, very, very long name of a genus"]


@pytest.mark.parametrize("plot", ["bags", "proportions", "margins"])
def test_any_name_can_be_drawn(plot):
    from handful.plots import bags, margins, proportions

    counts = hf.Counts([[3, 1, 4, 1, 5], [2, 7, 1, 8, 2]], categories=HOSTILE, ids=["$\\alpha$", "_b"])
    found = hf.fit(hf.Pooled(), counts)
    draw = {
        "bags": lambda: bags.plot_bags(counts),
        "proportions": lambda: proportions.plot_proportions(found),
        "margins": lambda: margins.plot_margins(found)[0],
    }[plot]
    drawn = draw()
    drawn.figure.canvas.draw()
    if plot == "bags":
        assert len(drawn.get_legend().get_texts()) == 5
