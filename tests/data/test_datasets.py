"""The data sets that ship: each opens by its name, with its roles applied and its dirt told.

The figures come from the files of the project's data folder, computed there with the ``csv`` module alone
(columns in the order of the file, bags in the order of the rows), and from the sources named beside them.
"""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from importlib.resources import files

import numpy as np
import pytest

from handful.data.datasets import catalogue
from handful.data.read import read_counts
from handful.errors import HandfulError, SourceError
from tests.data.door import note_codes

CANDY = ("blue", "brown", "green", "orange", "red", "yellow")

SETS = {
    "skittles": (
        468,
        ("Strawberry", "Orange", "Lemon", "Apple", "Grape"),
        [5583, 5499, 5688, 5301, 5669],
        "4c314fa8444326a3",
    ),
    "fruit-snacks": (
        244,
        ("purple", "yellow", "pink", "red", "orange"),
        [379, 452, 924, 951, 407],
        "e123c85d2c94a66c",
    ),
    "mms-2007": (48, CANDY, [481, 371, 483, 544, 372, 369], "7ad3792b09ddec91"),
    "mms-2019": (
        3,
        ("red", "orange", "yellow", "green", "blue", "brown"),
        [18, 38, 18, 19, 48, 25],
        "4e5ec7f64f8876ae",
    ),
    "chocolate-peanuts": (4, CANDY, [162, 115, 101, 164, 89, 82], "a1308166b443f1c4"),
}

SOURCES = {
    "skittles": ("github.com/possibly-wrong/skittles", "Unlicense"),
    "fruit-snacks": ("github.com/kbroman/FruitSnacks", "CC0"),
    "mms-2007": ("joshmadison.com/2007/12/02/mms-color-distribution-analysis", ""),
    "mms-2019": ("github.com/dhuppenkothen/bayesian-statistics-tutorial", "CC BY 4.0"),
    "chocolate-peanuts": ("github.com/CharafsProjects/chocolate_peanuts", "MIT"),
}


def told(counts) -> str:
    """All notes in one text."""
    return "\n".join(each.text for each in counts.notes)


@pytest.mark.parametrize("name", SETS)
def test_it_opens_as_it_is(name):
    bags, categories, sums, digest = SETS[name]
    counts = read_counts(f"data:{name}")
    assert counts.categories == categories
    assert counts.table.shape == (bags, len(categories))
    assert counts.table.sum(axis=0).tolist() == sums
    assert hashlib.sha256(counts.table.astype("<i8").tobytes()).hexdigest()[:16] == digest
    assert len(set(counts.bags)) == bags
    assert name in counts.source
    assert "percentages" not in note_codes(counts)


@pytest.mark.parametrize("name", SETS)
def test_its_source_and_licence_stand_beside_it(name):
    beside = [
        entry.read_text(encoding="utf-8")
        for entry in files("handful").joinpath("data", "datasets").iterdir()
        if entry.is_file() and not entry.name.endswith((".csv", ".py"))
    ]
    place, licence = SOURCES[name]
    (text,) = [text for text in beside if place in text] or [""]
    assert licence in text
    assert place in text


def test_skittles_leave_the_uncounted_out_and_say_so():
    counts = read_counts("data:skittles")
    assert counts.totals.sum() == 27_740
    (left_out,) = [each for each in counts.notes if each.code == "left_out"]
    assert "56" in left_out.text
    assert "Uncounted" in left_out.text


def test_one_pair_of_skittles_packs_is_identical():
    """N12: equal rows are kept."""
    counts = read_counts("data:skittles")
    rows = [tuple(row) for row in counts.table.tolist()]
    twice = [row for row, times in Counter(rows).items() if times > 1]
    assert len(twice) == 1
    assert [bag for bag, row in zip(counts.bags, rows, strict=True) if row == twice[0]] == ["334", "464"]


def test_fruit_snacks_have_the_box_as_a_label_and_tell_of_three_totals():
    counts = read_counts("data:fruit-snacks")
    assert Counter(counts.labels["box"]) == {"1": 81, "2": 83, "3": 80}
    assert counts.labels["box"][0] == "1"
    assert counts.labels["box"][-1] == "3"
    about = [each.text for each in counts.notes if "recorded_total" in each.text]
    assert any(all(package in text for package in ("37", "50", "80")) for text in about), told(counts)


def test_mms_2007_leave_weight_and_year_out():
    counts = read_counts("data:mms-2007")
    assert counts.totals.sum() == 2_620
    assert counts.bags[0] == "1"
    assert counts.bags[-1] == "48"


def test_mms_2019_carry_their_lot_as_a_label():
    counts = read_counts("data:mms-2019")
    assert counts.bags == ("1", "2", "3")
    assert counts.labels["factory"] == ("CLV", "CLV", "CLV")
    assert counts.table[0].tolist() == [5, 11, 4, 6, 20, 8]


def test_one_brand_of_chocolate_peanuts_has_no_orange():
    counts = read_counts("data:chocolate-peanuts")
    brands = ("chateau", "ja", "m_and_m", "mister_choc")
    assert brands in (counts.bags, counts.labels.get("brand"))
    assert np.flatnonzero(counts.table[:, counts.categories.index("orange")] == 0).tolist() == [0]


def test_dropping_what_is_left_out_already_is_no_error():
    plain = read_counts("data:skittles")
    dropped = read_counts("data:skittles", drop=("Uncounted",))
    assert dropped.table.tolist() == plain.table.tolist()
    assert dropped.categories == plain.categories


def test_a_category_of_a_shipped_set_may_be_dropped():
    counts = read_counts("data:skittles", drop=("Grape",))
    assert counts.categories == ("Strawberry", "Orange", "Lemon", "Apple")


def test_what_is_asked_for_goes_before_the_roles_of_a_shipped_set():
    assert set(read_counts("data:mms-2007", labels="Year").labels["year"]) == {"2007"}
    assert not read_counts("data:mms-2019", drop=("bag", "date")).named
    with pytest.raises(HandfulError, match="drop"):
        read_counts("data:mms-2019", drop="bag", id="bag")


def test_as_a_plain_file_the_uncounted_are_a_category(tmp_path):
    """The roles belong to ``data:skittles``, not to every file of that name."""
    raw = files("handful").joinpath("data", "datasets", "skittles.csv").read_bytes()
    (tmp_path / "skittles.csv").write_bytes(raw)
    counts = read_counts(tmp_path / "skittles.csv")
    assert counts.categories[-1] == "Uncounted"
    assert counts.table[:, -1].sum() == 56


@pytest.mark.parametrize("name", ["mms-recipes", "mms-recipes-2017"])
def test_published_recipes_are_no_counts(name):
    with pytest.raises(
        SourceError, match="holds published proportions, not counts of bags; it serves as recipes"
    ):
        read_counts(f"data:{name}")


def rows_of(name):
    """The rows of a shipped table, as the ``csv`` module alone reads them."""
    text = files("handful").joinpath("data", "datasets", f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@pytest.mark.parametrize(
    ("component", "factory"), [("NJ", "Hackettstown NJ (HKP)"), ("TN", "Cleveland TN (CLV)")]
)
def test_the_recipes_of_2017_are_rows_of_all_published_ones(component, factory):
    (published,) = [row for row in rows_of("mms-recipes") if row["factory"] == factory]
    assert (published["kind"], published["period"]) == ("Milk Chocolate", "c.2017 on")
    (shipped,) = [row for row in rows_of("mms-recipes-2017") if row["component"] == component]
    assert {colour: float(shipped[colour]) for colour in CANDY} == {
        colour: float(published[colour]) for colour in CANDY
    }
    assert set(shipped) == {"component", *CANDY}


def test_the_recipes_of_2017_have_the_source_of_all_published_ones():
    ours, all_of_them = (catalogue.find("mms-recipes-2017", kind="recipes"), told_of("mms-recipes"))
    assert (ours.source, ours.licence) == (all_of_them.source, all_of_them.licence)
    assert "Hackettstown" in ours.notes[0]
    assert "Cleveland" in ours.notes[0]


def told_of(name):
    (dataset,) = [dataset for dataset in catalogue.datasets() if dataset.name == name]
    return dataset


def test_every_set_is_listed_with_its_kind():
    assert {dataset.name: dataset.kind for dataset in catalogue.datasets()} == {
        **dict.fromkeys(SETS, "counts"),
        "mms-recipes": "recipes",
        "mms-recipes-2017": "recipes",
    }


@pytest.mark.parametrize(
    ("name", "kind", "said"),
    [
        ("skitles", "counts", "did you mean 'data:skittles'?"),
        ("mms-recipes-17", "counts", "there is no data set"),
        ("mms-recipes-17", "recipes", "did you mean 'data:mms-recipes-2017'?"),
        ("skittles", "recipes", "holds counts of bags, not recipes; open data:mms-recipes-2017 for recipes"),
        ("mms-recipes", "recipes", "(maker, kind, factory, period)"),
        ("mms-recipes", "recipes", "open data:mms-recipes-2017"),
        ("../skittles", "counts", "there is no data set '../skittles'"),
    ],
)  # fmt: skip
def test_a_set_of_another_kind_or_of_no_such_name_is_refused(name, kind, said):
    with pytest.raises(SourceError) as caught:
        catalogue.find(name, kind=kind)
    assert said in str(caught.value)
    assert caught.value.source == f"data:{name}"


@pytest.mark.parametrize("name", SETS)
def test_a_shipped_set_is_read_only(name):
    counts = read_counts(f"data:{name}")
    with pytest.raises(ValueError, match="read-only"):
        counts.table[0, 0] = 0
