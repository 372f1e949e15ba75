"""The table of parameters, its texts, and the JSON object."""

import json
from pathlib import Path

import jsonschema
import pytest
from tests.testing_tools import four

import handful as hf
from handful.data.datasets import catalogue
from handful.results import document, pretty, words

SCHEMAS = Path(document.__file__).parent / "schemas"


@pytest.fixture
def counts():
    return hf.Counts(four.TABLE, categories=four.CATEGORIES, ids=four.BAGS)


def schema(name):
    return json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "model", [hf.Pooled(), hf.Separate(), hf.Pooled(hf.Dirichlet([1, 2, 3, 4, 5, 6]))], ids=lambda m: m.spec
)
@pytest.mark.parametrize("kind", ["eti", "hdi"])
def test_the_json_is_valid_and_says_what_the_fit_says(counts, model, kind):
    fit = hf.fit(model, counts)
    found = json.loads(hf.to_json(fit, mass=0.9, kind=kind))
    jsonschema.validate(found, schema("fit-1"))
    assert found["model"]["spec"] == model.spec
    assert found["interval"] == {"kind": kind, "mass": 0.9}
    assert found["data"]["items"] == 220
    assert found["log_evidence"] == {
        "value": fit.log_evidence.value,
        "error": 0.0,
        "measure": "counts",
        "sampled": False,
        "approximate": False,
    }
    assert (found["seed"], found["draws"], found["assignments"]) == (None, None, [])
    bags = {row["bag"] for row in found["parameters"]}
    assert bags == ({None} if model.spec == "pooled" else set(four.BAGS))


def test_the_schema_can_fail(counts):
    found = json.loads(hf.to_json(hf.fit(hf.Pooled(), counts)))
    del found["parameters"][0]["mean"]
    with pytest.raises(jsonschema.ValidationError, match="'mean' is a required property"):
        jsonschema.validate(found, schema("fit-1"))


def test_a_region_in_two_pieces_is_told_as_two(counts):
    fit = hf.fit(hf.Pooled(hf.Beta(0.5, 0.5)), hf.Counts([], categories=["a", "b"]))
    table = hf.summary(fit, kind="hdi")
    assert " and " in str(table)
    found = json.loads(hf.to_json(fit, kind="hdi"))
    jsonschema.validate(found, schema("fit-1"))
    assert len(found["parameters"][0]["parts"]) == 2
    assert "lies between 0% and" in words.sentence(fit, table)


def test_inspect_and_datasets_documents_are_valid():
    jsonschema.validate(document.inspect_document(hf.inspect("data:fruit-snacks")), schema("inspect-1"))
    jsonschema.validate(document.datasets_document(), schema("datasets-1"))
    assert {dataset.name for dataset in catalogue.datasets()} >= {"skittles", "mms-recipes"}


def test_the_other_share_of_a_beta_is_its_mirror():
    fit = hf.fit(hf.Pooled(hf.Beta(2, 8)), hf.Counts([[12, 43]], categories=["blue", "not blue"]))
    blue, rest = hf.summary(fit, kind="hdi").parameters
    assert rest.mean == pytest.approx(1 - blue.mean)
    assert rest.interval.lower == pytest.approx(1 - blue.interval.upper, abs=1e-12)


def test_a_data_frame_where_pandas_is_there(counts):
    frame = hf.summary(hf.fit(hf.Pooled(), counts)).to_pandas()
    assert list(frame["category"]) == list(four.CATEGORIES)
    assert {"mean", "sd", "lower", "upper", "mcse", "ess"} <= set(frame.columns)


def test_html_is_escaped():
    fit = hf.fit(hf.Pooled(), hf.Counts([[1, 2]], categories=["<b>", "&"]))
    html = hf.summary(fit)._repr_html_()
    assert "&lt;b&gt;" in html
    assert "<b>" not in html


@pytest.mark.parametrize(
    ("mass", "kind", "message"), [(95, "eti", "mass = 95"), (0, "eti", "mass = 0"), (0.9, "hpd", "hpd")]
)
def test_an_impossible_interval_is_refused(counts, mass, kind, message):
    with pytest.raises(hf.ParameterError, match=message):
        hf.summary(hf.fit(hf.Pooled(), counts), mass=mass, kind=kind)


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.1737, "17%"),
        (0.0021, "0.2%"),
        (0.9996, "99.96%"),
        (0.0, "0%"),
        (1.0, "100%"),
        (1e-9, "less than 0.01%"),
        (1 - 1e-9, "more than 99.99%"),
    ],
)
def test_percentages_keep_a_digit_of_what_is_small(share, text):
    assert pretty._percent(share, 0) == text


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (0.1737, 0.2823, "between 17% and 28%"),
        (0.2003, 0.2098, "between 20.0% and 21.0%"),
        (0.20001, 0.20011, "between 20.001% and 20.011%"),
        (0.0, 0.00001, "between 0.0000% and 0.0010%"),
    ],
)
def test_the_ends_of_a_narrow_interval_can_be_told_apart(low, high, text):
    assert pretty.percent_between(low, high) == text


def test_colours_are_called_colours_and_other_things_categories():
    assert words.noun(four.CATEGORIES) == "colour"
    assert words.noun(("blue", "not blue")) == "colour"
    assert words.noun(("Strawberry", "Lemon")) == "category"
    assert words.plural("category") == "categories"
