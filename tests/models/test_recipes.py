"""Published recipes as values: how they are written, what is refused and with which words, how they meet data."""

from __future__ import annotations

import copy
import dataclasses
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handful.data.complaints import Note
from handful.errors import ParameterError, ParameterTypeError
from handful.models.recipes import Recipes

NJ = {"blue": 0.25, "brown": 0.125, "green": 0.125, "orange": 0.25, "red": 0.125, "yellow": 0.125}
TN = {"blue": 0.207, "brown": 0.124, "green": 0.198, "orange": 0.205, "red": 0.131, "yellow": 0.135}
CANDY = tuple(NJ)
ROWS = [list(NJ.values()), list(TN.values())]
NAMED = Recipes({"NJ": NJ, "TN": TN})
TWO = {"blue": 0.25, "red": 0.75}


def refusal(*arguments, **named):
    """The error that these arguments meet."""
    with pytest.raises(ParameterError) as caught:
        Recipes(*arguments, **named)
    return caught.value


# --- the forms ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "recipes",
    [
        Recipes(ROWS, components=["NJ", "TN"], categories=CANDY),
        Recipes(np.array(ROWS), components=("NJ", "TN"), categories=list(CANDY)),
        Recipes({"NJ": ROWS[0], "TN": np.array(ROWS[1])}, categories=CANDY),
        Recipes({"NJ": NJ, "TN": dict(reversed(TN.items()))}),
        Recipes([NJ, TN], components=["NJ", "TN"]),
        Recipes({"NJ": pd.Series(NJ), "TN": pd.Series(TN).iloc[::-1]}),
        Recipes(pd.DataFrame({"NJ": NJ, "TN": TN})),
        Recipes({"NJ": dict.fromkeys(NJ, 0) | {k: Fraction(str(q)) for k, q in NJ.items()}, "TN": TN}),
    ],
    ids=["rows", "array", "by component", "by name", "list of mappings", "series", "frame", "fractions"],
)
def test_every_form_makes_the_same_recipes(recipes):
    assert recipes == NAMED
    assert hash(recipes) == hash(NAMED)
    assert recipes.components == ("NJ", "TN")
    assert recipes.categories == CANDY
    assert recipes.proportions.tolist() == ROWS
    assert recipes.notes == ()


def test_without_names_of_categories_they_meet_the_data_by_position():
    recipes = Recipes({"NJ": [0.25, 0.75], "TN": [0.2, 0.8]})
    assert recipes.categories is None
    assert recipes.over(["red", "blue"]).tolist() == [[0.25, 0.75], [0.2, 0.8]]
    with pytest.raises(ParameterError, match=r"2 shares .* 3 categories: red, blue, tan") as caught:
        recipes.over(["red", "blue", "tan"])
    assert caught.value.name == "recipes"


def test_one_component_two_categories_and_a_zero_are_enough():
    recipes = Recipes({"all": {"blue": 0, "red": 1}})
    assert recipes.proportions.tolist() == [[0.0, 1.0]]
    assert recipes == Recipes({"all": {"blue": -0.0, "red": 1.0}})
    assert hash(recipes) == hash(Recipes({"all": {"blue": -0.0, "red": 1.0}}))


# --- over the categories of the data -----------------------------------------------------------


@given(st.permutations(CANDY))
def test_over_follows_the_order_of_the_data(order):
    assert NAMED.over(order).tolist() == [[recipe[name] for name in order] for recipe in (NJ, TN)]


@pytest.mark.parametrize(
    ("categories", "missing", "unknown"),
    [
        (("blue", "tan"), "the recipes have no tan", "the data have no red"),
        (("blue", "red", "tan"), "the recipes have no tan", None),
        (("blue",), None, "the data have no red"),
        (("Blue", "red"), "the recipes have no Blue", "the data have no blue"),
        (("blue ", "red"), "the recipes have no blue ", "the data have no blue"),
        (("blue", "not blue"), "the recipes have no not blue", "the data have no red"),
    ],
)
def test_other_categories_are_refused_and_both_sets_named(categories, missing, unknown):
    with pytest.raises(ParameterError) as caught:
        Recipes({"NJ": TWO}).over(categories)
    said = str(caught.value)
    assert said.startswith(f"the recipes are over blue, red, but the data have {', '.join(categories)}: ")
    assert (missing or "the recipes have no") in said or missing is None
    assert ("the recipes have no" in said) == (missing is not None)
    assert ("the data have no" in said) == (unknown is not None)
    assert unknown is None or unknown in said
    assert "letter for letter" in said
    assert caught.value.name == "recipes"
    assert set(caught.value.found) == set(categories) ^ {"blue", "red"}


def test_of_many_categories_the_first_dozen_are_named():
    many = {f"genus {c}": 0.01 for c in range(100)}
    with pytest.raises(ParameterError, match=r"and 88 more, but the data have blue, red"):
        Recipes({"gut": many}).over(["blue", "red"])


def test_no_name_writes_on_the_terminal():
    with pytest.raises(ParameterError) as caught:
        Recipes({"NJ": {"blue": 0.5, "r\x1b[31med": 0.5}}).over(["blue", "gr\neen"])
    assert str(caught.value).isprintable()


# --- sums --------------------------------------------------------------------------------------


def test_rounded_figures_are_normalised_and_a_note_says_so():
    recipes = Recipes({"NJ": TWO, "TN": {"blue": 0.2, "red": 0.8004}, "XX": {"blue": 0.2, "red": 0.7993}})
    (note,) = recipes.notes
    assert note.code == "normalised"
    assert note.kind == "note"
    assert "TN (1.0004)" in note.text
    assert "XX (0.9993)" in note.text
    assert "NJ" not in note.text
    assert recipes.proportions[0].tolist() == [0.25, 0.75]
    assert recipes.proportions[1] == pytest.approx([0.2 / 1.0004, 0.8004 / 1.0004], rel=1e-15)
    assert recipes.proportions.sum(axis=1) == pytest.approx([1.0, 1.0, 1.0], abs=1e-15)


@pytest.mark.parametrize("last", ["0.751", "0.749"])
def test_a_thousandth_off_is_the_last_that_is_taken(last):
    """As typed: 0.25 + 0.751 in doubles is above 1.001 by a rounding error."""
    assert Recipes({"NJ": [0.25, float(last)]}).notes[0].code == "normalised"


@pytest.mark.parametrize(
    ("shares", "total", "cure"),
    [
        ([0.25, 0.7511], "1.0011", "Is a category missing, or there twice?"),
        ([0.25, 0.7489], "0.9989", "Is a category missing, or there twice?"),
        ([0.25, 0.70], "0.95", "Is a category missing, or there twice?"),
        ([0.5, 0.6], "1.1", "Is a category missing, or there twice?"),
        ([0.0, 0.0], "0", "Is a category missing, or there twice?"),
        ([25, 75], "100", "If these are percentages, divide each by 100."),
        ([12.5, 86.9], "99.4", "If these are percentages, divide each by 100."),
        ([12, 43], "55", "If these are counts, divide each by their sum."),
    ],
)
def test_further_off_is_refused_with_component_sum_and_cure(shares, total, cure):
    error = refusal({"NJ": TWO, "TN": dict(zip(TWO, shares, strict=True))})
    assert str(error).startswith(
        f"the recipe of 'TN' sums to {total}, but the shares of a whole must sum to 1"
    )
    assert cure in str(error)
    assert error.name == "proportions"
    assert error.found == pytest.approx(sum(shares))


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ([-0.1, 1.1], "gives blue a share of -0.1, but a share must lie in [0, 1]"),
        ([1.0005, 0.0], "gives blue a share of 1.0005, but a share must lie in [0, 1]"),
        ([0.0, 1e308], "gives red a share of 1e+308, but a share must lie in [0, 1]"),
    ],
)
def test_a_share_beyond_0_and_1_is_refused(shares, said):
    error = refusal({"NJ": TWO, "TN": shares_of(shares)})
    assert f"the recipe of 'TN' {said}" in str(error)
    assert "category 1" in str(refusal({"TN": [-0.1, 1.1]}))


def shares_of(shares):
    return dict(zip(TWO, shares, strict=True))


@given(
    st.integers(1, 4).flatmap(
        lambda k: st.lists(
            st.lists(st.floats(0, 1), min_size=3, max_size=3).filter(lambda row: sum(row) > 0.01),
            min_size=k,
            max_size=k,
        )
    ),
    st.floats(-9.9e-4, 9.9e-4),
)
def test_what_is_taken_lies_on_the_simplex_and_is_its_own_recipe(rows, off):
    table = np.array(rows)
    table = table / table.sum(axis=1, keepdims=True) * (1 + min(off, 0))
    table[:, 0] += max(off, 0) * (table[:, 0] < 0.99)
    names = [f"k{k}" for k in range(len(rows))]
    recipes = Recipes(table, components=names, categories=["a", "b", "c"])
    assert np.abs(recipes.proportions.sum(axis=1) - 1).max() <= 1e-9
    assert ((recipes.proportions >= 0) & (recipes.proportions <= 1)).all()
    again = Recipes(recipes.proportions, components=names, categories=["a", "b", "c"])
    assert again == recipes
    assert again.notes == ()
    assert eval(repr(recipes), {"Recipes": Recipes}) == recipes  # noqa: S307 - a repr is a call


# --- names and types ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "named", "said"),
    [
        (({},), {}, "at least one component"),
        (([],), {"components": []}, "at least one component"),
        ((ROWS,), {}, "components="),
        ((ROWS,), {"components": ["NJ"]}, "1 names (NJ) for 2 recipes"),
        ((ROWS,), {"components": ["NJ", "NJ"]}, "component 'NJ' is there twice"),
        ((ROWS,), {"components": ["NJ", " "]}, "blank name"),
        (({"NJ": NJ},), {"components": ["NJ"]}, "name their components"),
        (({"NJ": NJ},), {"categories": CANDY}, "name their categories"),
        (({"NJ": [1.0]},), {}, "at least two are needed"),
        (({"NJ": {"blue": 1.0}},), {}, "at least two are needed"),
        (({"NJ": []},), {}, "at least two are needed"),
        (({"NJ": [0.5, 0.5]},), {"categories": ["blue", "blue"]}, "'blue' stands there twice"),
        (({"NJ": [0.5, 0.5]},), {"categories": ["blue"]}, "1 names for 2 categories"),
        (({"NJ": TWO, "TN": [0.5, 0.5]},), {}, "the recipes of NJ name categories, those of TN do not"),
        (({"NJ": [0.5, 0.5], "TN": TWO},), {}, "the recipes of TN name categories, those of NJ do not"),
        (({"NJ": [0.5, 0.5], "TN": [0.2, 0.3, 0.5]},), {}, "'TN' has 3 shares, that of 'NJ' has 2"),
        (({"NJ": TWO, "TN": {"blue": 1.0}},), {}, "'TN' has no red: "),
        (({"NJ": TWO, "TN": {**TWO, "tan": 0}},), {}, "'TN' has tan, which 'NJ' has not: "),
        (({"NJ": TWO, "TN": {"blue": 0.2, "tan": 0.8}},), {}, "'TN' has no red and has tan, which"),
        (({"NJ": [float("nan"), 0.5]},), {}, "recipe 'NJ', category 1: nan is not finite"),
        (({"NJ": {"blue": 0.5, "red": float("inf")}},), {}, "recipe 'NJ', category 'red': inf is not finite"),
    ],
)  # fmt: skip
def test_names_and_lengths_that_do_not_fit_are_refused(arguments, named, said):
    assert said in str(refusal(*arguments, **named))


@pytest.mark.parametrize(
    ("arguments", "named", "said"),
    [
        (({"NJ": {"blue": "25%", "red": 0.75}},), {}, "recipe 'NJ', category 'blue': '25%' is no number"),
        (({"NJ": [True, False]},), {}, "recipe 'NJ', category 1: True is no number"),
        (({"NJ": [None, 1.0]},), {}, "None is no number"),
        (({"NJ": [0.5, 0.5j]},), {}, "0.5j is no number"),
        (({"NJ": 0.5},), {}, "the recipe of 'NJ' = 0.5"),
        (({"NJ": {0.25, 0.75}},), {}, "must be a row of numbers"),
        (({"NJ": "0.5"},), {}, "must be a row of numbers"),
        ((0.5,), {"components": ["NJ"]}, "proportions = 0.5"),
        (("data:mms-recipes-2017",), {"components": ["NJ"]}, "proportions = 'data:mms-recipes-2017'"),
        (([TWO],), {"components": "N"}, "components = ['N']: must be names"),
        (({1: TWO},), {}, "components = [1]: must be names"),
        (({"NJ": {1: 0.5, 2: 0.5}},), {}, "must be a sequence of names"),
        (({"NJ": [0.5, 0.5]},), {"categories": "br"}, "must be a sequence of names"),
    ],
)  # fmt: skip
def test_what_is_no_number_or_no_name_is_refused(arguments, named, said):
    error = refusal(*arguments, **named)
    assert isinstance(error, ParameterTypeError)
    assert said in str(error)


# --- values ------------------------------------------------------------------------------------


def test_they_are_read_only_and_leave_the_caller_its_own():
    given_rows = np.array(ROWS)
    recipes = Recipes(given_rows, components=["NJ", "TN"], categories=CANDY)
    given_rows[:] = 9.0
    assert recipes == NAMED
    for array in (recipes.proportions, recipes.over(CANDY)):
        with pytest.raises(ValueError, match="read-only"):
            array[0, 0] = 0.5
    with pytest.raises(dataclasses.FrozenInstanceError):
        recipes.components = ("A", "B")


def test_equality_is_of_names_and_figures_and_not_of_notes():
    said = Recipes({"NJ": NJ, "TN": TN}, notes=[Note("dataset", "As published.")])
    assert said == NAMED
    assert hash(said) == hash(NAMED)
    assert said.notes == (Note("dataset", "As published."),)
    assert Recipes({"NJ": NJ}) != NAMED
    assert Recipes({"TN": TN, "NJ": NJ}) != NAMED
    assert Recipes({"NJ": NJ, "XX": TN}) != NAMED
    assert Recipes(ROWS, components=["NJ", "TN"]) != NAMED
    assert Recipes({"NJ": NJ, "TN": NJ}) != NAMED
    assert NAMED != ROWS
    assert copy.copy(NAMED) == dataclasses.replace(NAMED, notes=()) == NAMED


def test_the_repr_is_the_call():
    assert repr(Recipes({"NJ": TWO})) == "Recipes({'NJ': {'blue': 0.25, 'red': 0.75}})"
    assert repr(Recipes({"NJ": [0, 1]})) == "Recipes({'NJ': [0, 1]})"
