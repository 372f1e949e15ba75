"""The report: one file, made of its JSON alone, that says what was asked, done, found and not known."""

from __future__ import annotations

import dataclasses
import json
import random
from itertools import pairwise
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from tests.reports.page_text import NUMBER, Page, strangers, strangers_in
from tests.testing_tools import four

import handful as hf
from handful.reports.charts import chart_of_bags
from handful.reports.embedded import counts_of, embedded_counts, embedded_model, model_of
from handful.reports.limits import limits_of
from handful.reports.models import claim_of, formulas_of
from handful.reports.page import page_of
from handful.reports.sealed import sealed_prior
from handful.results import document as of_results

SCHEMA = json.loads(
    (Path(of_results.__file__).parent / "schemas" / "report-1.json").read_text(encoding="utf-8")
)
SHARES = {"NJ": (0.25, 0.125, 0.125, 0.25, 0.125, 0.125), "TN": (0.207, 0.124, 0.198, 0.205, 0.131, 0.135)}
RECIPES = hf.Recipes({name: dict(zip(four.CATEGORIES, q, strict=True)) for name, q in SHARES.items()})
LARGEST = 500_000


def bags(table=four.TABLE, *, categories=four.CATEGORIES, ids=four.BAGS):
    return hf.Counts(table, categories=categories, ids=ids, source="four.csv")


MODELS = {
    "pooled": (hf.Pooled(),),
    "one share": (hf.Pooled(hf.Density.uniform(0.0, 0.5)), hf.Poisson()),
    "separate": (hf.Separate(), hf.Hierarchical()),
    "components": (hf.Mixture(recipes=RECIPES, strength=50.0), hf.Pooled()),
    "known components": (hf.Mixture(recipes=RECIPES, weights=hf.Fixed([0.5, 0.5])),),
}


@pytest.fixture(scope="module")
def reports():
    found = {}
    for name, models in MODELS.items():
        counts = bags().collapse("blue") if name == "one share" else bags()
        found[name] = hf.report([hf.fit(model, counts, rng=7) for model in models], counts)
    return found


@pytest.fixture(params=MODELS)
def report(request, reports):
    return reports[request.param]


def test_it_is_one_file_that_fetches_nothing(report):
    page = Page(report.html)
    assert len(report.html.encode()) < LARGEST
    outward = [one for one in page.addresses if not one.startswith(("#", "data:image/png;base64,"))]
    assert not outward
    assert "http" not in report.html.split('<script type="application/json"')[0]
    assert "@import" not in report.html


def test_its_json_is_embedded_whole_and_follows_its_schema(report):
    embedded = Page(report.html).document
    jsonschema.validate(embedded, SCHEMA)
    assert embedded == json.loads(json.dumps(report.document))


def test_every_number_in_the_text_is_one_of_the_json(report):
    assert strangers(Page(report.html)) == []


def test_a_number_of_another_report_is_a_stranger(reports):
    page = reports["pooled"].html
    assert "<td>0.226</td>" in page
    assert strangers(Page(page.replace("<td>0.226</td>", "<td>0.3217</td>"))) == ["0.3217"] * page.count(
        "<td>0.226</td>"
    )


def test_a_digit_that_was_changed_is_a_stranger(report):
    """Two of three at least: a digit of a small number often makes another of the same part."""
    page, draw = Page(report.html), random.Random(1)
    found, made = 0, 0
    for part, text in page.parts.items():
        if part.startswith("figure"):
            continue  # its numbers stand in the sections too
        own = len(strangers_in(text, part, page.document))
        for token in NUMBER.finditer(text):
            at = draw.choice([i for i in range(*token.span()) if text[i].isdigit()])
            digit = (int(text[at]) + draw.randint(1, 9)) % 10
            found += len(strangers_in(f"{text[:at]}{digit}{text[at + 1 :]}", part, page.document)) > own
            made += 1
    assert made > 50
    assert found > 2 / 3 * made


def test_numbers_of_many_bags_are_those_of_the_json():
    counts = hf.read_counts("data:skittles")
    found = hf.report(hf.fit(hf.Pooled(), counts), counts)
    assert strangers(Page(found.html)) == []


def test_the_page_is_made_of_the_json_alone(report):
    document = json.loads(json.dumps(report.document))
    pictures = {chart["name"]: "" for chart in document["charts"]}
    assert page_of(document, pictures) == page_of(dict(report.document), pictures)


def test_every_picture_has_words_and_a_table(report):
    page = Page(report.html)
    figures = sum(tag == "figure" for tag, _ in page.tags)
    assert figures == len(report.document["charts"]) > 0
    labelled = [
        a for tag, a in page.tags if tag == "svg" and a.get("role") == "img" and a.get("aria-labelledby")
    ]
    images = [a for tag, a in page.tags if tag == "img" and a.get("alt")]
    assert len(labelled) + len(images) == figures
    for chart in report.document["charts"]:
        assert chart["rows"], chart["name"]
        assert chart["alt"]


def test_every_id_is_there_once(report):
    ids = [a["id"] for _, a in Page(report.html).tags if a.get("id")]
    assert len(ids) == len(set(ids))


def test_headings_follow_each_other(report):
    levels = [int(tag[1]) for tag, _ in Page(report.html).tags if tag in {"h1", "h2", "h3", "h4"}]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_the_sections_that_a_reviewer_asks_for(reports):
    ids = {a.get("id") for tag, a in Page(reports["components"].html).tags if tag == "section"}
    wanted = {
        "data",
        "models",
        "results",
        "checks",
        "comparison",
        "sensitivity",
        "limits",
        "computation",
        "again",
    }
    assert wanted | {"methods"} == ids


def test_it_says_when_and_where_it_was_made(report):
    made, machine = report.document["made"], report.document["machine"]
    text = "".join(Page(report.html).texts)
    assert f"on {machine['system']} ({machine['machine']}, {machine['instructions']})" in text
    assert f"Made on {made['at']}; what is beside the fits took {made['seconds']:.1f} s" in text


def test_the_most_probable_model_leads(reports):
    document = reports["separate"].document
    assert [m["fit"]["model"]["spec"] for m in document["models"]] == ["hierarchical", "separate"]
    assert document["comparison"]["best"] == "hierarchical"


def test_the_numbers_are_those_of_the_table_of_four_bags(reports):
    first = reports["pooled"].document["models"][0]["fit"]
    assert [p["mean"] for p in first["parameters"]] == pytest.approx(four.MEANS, abs=1e-6)
    assert first["log_evidence"]["value"] == pytest.approx(four.LOG_EVIDENCE, abs=1e-6)


def test_a_name_is_no_markup():
    evil = ("</script><script>alert(1)</script>", "<b>bold</b> & 'quoted'")
    counts = hf.Counts([[3, 4], [5, 6]], categories=evil, ids=["<img src=x>", "B"])
    found = hf.report(hf.fit(hf.Pooled(), counts), counts, question="<script>1</script>")
    page = Page(found.html)
    assert sum(tag == "script" for tag, _ in page.tags) == 1
    assert not any(tag in {"b", "img"} for tag, _ in page.tags)
    assert page.document["data"]["categories"] == list(evil)


def test_what_was_left_out_and_warned_of_is_told():
    counts = hf.read_counts("data:mms-2007")
    found = hf.report(hf.fit(hf.Pooled(), counts), counts)
    assert any("the printed weight" in text for text in Page(found.html).texts)
    hundred = hf.read_counts(_file("bag,a,b\nX,40,60\nY,30,70\n"))
    said = " ".join(Page(hf.report(hf.fit(hf.Pooled(), hundred), hundred).html).texts)
    assert "Warning:" in said
    assert "percentages" in said


def _file(text):
    import tempfile

    path = Path(tempfile.mkdtemp()) / "bags.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_prior_that_changed_after_the_data_is_a_banner(reports):
    sealed = hf.Sealed("prior", "beta(2,8)", 1, "2026-01-05T14:02:11+00:00", "3f9a", late=False)
    counts = bags()
    fit = hf.fit(hf.Pooled(), counts)
    before = hf.report(fit, counts, sealed=[sealed])
    after = hf.report(fit, counts, sealed=[sealed, dataclasses.replace(sealed, version=2, late=True)])
    assert "changed after the data" not in before.html.split('<script type="application/json"')[0]
    assert any("prior changed after the data" in text for text in Page(after.html).texts)
    assert any("3f9a" in text for text in Page(before.html).texts)
    assert any("No receipts were given" in text for text in Page(reports["pooled"].html).texts)


def test_a_prior_that_is_not_the_sealed_one_is_a_banner():
    sealed = [hf.Sealed("prior", "beta(2,8)", 1, "2026-01-05T14:02:11+00:00", "3f9a", late=False)]
    counts = bags().collapse("blue")
    for prior, is_sealed in ((hf.Beta(2, 8), True), (hf.Beta(20, 80), False)):
        found = hf.report(hf.fit(hf.Pooled(prior), counts), counts, sealed=sealed)
        told = any("not the one that was sealed" in text for text in Page(found.html).texts)
        assert (found.document["sealed_prior"], told) == (is_sealed, not is_sealed)


SEALED_WITH_IT = [
    ("beta(2,8)", hf.Pooled(hf.Beta(2, 8))),
    ("beta(2, 8)", hf.Hierarchical(hf.Beta(2, 8))),
    ("dirichlet(2,8)", hf.Separate(hf.Beta(2, 8))),
    ("beta(2,8)", hf.Poisson.like(hf.Beta(2, 8))),
    ("gamma(3,6)", hf.Poisson()),
    ("dirichlet(1)", hf.Pooled()),
    ("dirichlet(1)", hf.Mixture(2)),
]


@pytest.mark.parametrize(("value", "model"), SEALED_WITH_IT, ids=str)
def test_a_sealed_prior_is_known_in_every_model_and_spelling(value, model):
    fit = hf.fit(model, bags().collapse("blue"), rng=1)
    said = hf.Sealed("prior", value, 1, "2026-01-05T14:02:11+00:00", "3f9a", late=False)
    other = dataclasses.replace(said, value="beta(3,8)")
    late = dataclasses.replace(said, late=True)
    assert [sealed_prior([one], fit) for one in (said, other, late)] == [True, False, False]


def test_a_guess_that_changed_does_not_hide_a_prior_that_was_not_sealed():
    guess = hf.Sealed("guess", "0.2", 2, "2026-01-05T14:02:11+00:00", "3f9a", late=True)
    prior = hf.Sealed("prior", "beta(2,8)", 1, "2026-01-05T14:02:11+00:00", "4f9a", late=False)
    counts = bags().collapse("blue")
    found = hf.report(hf.fit(hf.Pooled(hf.Beta(20, 80)), counts), counts, sealed=[guess, prior])
    banners = " ".join(Page(found.html).texts)
    assert "guess changed after the data" in banners
    assert "not the one that was sealed" in banners


@pytest.mark.parametrize(
    ("model", "table"),
    [
        (hf.Separate(), np.full((30, 6), 3)),
        (hf.Pooled(), np.arange(6 * 130).reshape(6, 130) % 7),
        (hf.Pooled(), np.zeros((3, 4), dtype=int)),
        (hf.Hierarchical(), np.array([[3, 4, 5]])),
        (hf.Poisson(), np.array([[3, 4], [0, 0]])),
    ],
    ids=["many separate bags", "130 categories", "empty bags", "one bag", "a rate"],
)
def test_odd_data_get_a_page_too(model, table):
    counts = hf.Counts(table, categories=[f"kind {c}" for c in range(table.shape[1])])
    found = hf.report(hf.fit(model, counts, rng=1), counts)
    jsonschema.validate(json.loads(json.dumps(found.document)), SCHEMA)
    assert len(found.html.encode()) < LARGEST
    assert "in 1 bags" not in " ".join(Page(found.html).texts)
    Page(found.html)


def test_many_bags_still_make_a_small_file():
    rng = np.random.default_rng(1)
    counts = hf.Counts(
        rng.multinomial(58, [0.2, 0.2, 0.2, 0.2, 0.2], size=250),
        categories=list("abcde"),
        ids=[f"pack {b}" for b in range(250)],
    )
    found = hf.report(hf.fit(hf.Pooled(), counts), counts)
    assert len(found.html.encode()) < LARGEST
    assert found.document["models"][0]["left_out"]
    jsonschema.validate(json.loads(json.dumps(found.document)), SCHEMA)


def test_a_picture_of_very_many_marks_is_small():
    table = np.random.default_rng(1).multinomial(2000, np.full(40, 1 / 40), size=30)
    counts = hf.Counts(table, categories=[f"kind {c}" for c in range(40)])
    picture = chart_of_bags(counts).picture
    assert picture.startswith("<img")
    assert len(picture) < LARGEST / 6


def test_fits_of_other_bags_are_refused():
    one = bags()
    other = bags(four.TABLE[:3], ids=four.BAGS[:3])
    with pytest.raises(hf.ParameterError, match="different bags"):
        hf.report([hf.fit(hf.Pooled(), one), hf.fit(hf.Pooled(), other)], one)
    with pytest.raises(hf.ParameterError, match="at least one"):
        hf.report([], one)
    with pytest.raises(hf.CountsError):
        hf.report(hf.fit(hf.Pooled(), one), other)
    with pytest.raises(hf.ParameterTypeError):
        hf.report(["fit"], one)


def test_a_page_has_an_ending(reports, tmp_path):
    with pytest.raises(hf.ParameterError, match=r"\.html"):
        hf.write_report(reports["pooled"], tmp_path / "report.txt")
    path = hf.write_report(reports["pooled"], tmp_path / "report.html")
    assert path.read_text(encoding="utf-8") == reports["pooled"].html


def test_bibtex_has_every_reference_once(report):
    keys = [one["key"] for one in report.document["references"]]
    assert keys[0] == "handful"
    assert len(keys) == len(set(keys)) == report.bibtex.count("@")
    assert report.bibtex.count("{") == report.bibtex.count("}")


def test_what_was_not_done_is_not_cited(reports):
    """Of one bag nothing can be checked, of none nothing can be left out, and either is cited where it was done."""
    keys = {}
    for number in (0, 1):
        counts = bags(np.array(four.TABLE)[:number], ids=four.BAGS[:number])
        found = hf.report(hf.fit(hf.Pooled(), counts), counts)
        keys[number] = {one["key"] for one in found.document["references"]}
    assert keys[0] == {"handful", "kallioinen2024"}
    assert keys[1] == {"handful", "kallioinen2024", "vehtari2017"}
    for report in reports.values():
        for one in report.document["references"]:
            told = one["key"][-4:] in report.document["methods"]
            assert told or one["key"] in {"handful", "mosimann1962"}
    assert "gelman1996" in [one["key"] for one in reports["pooled"].document["references"]]


BOXES = hf.Counts(
    [[30, 1, 2], [1, 4, 22], [20, 4, 5]], categories=["a", "b", "c"], labels={"box": ["x", "y", ""]}
)
ALL_BOXES = hf.Counts(BOXES.table, categories=["a", "b", "c"], labels={"box": ["x", "y", "x"]})
BLUE = bags().collapse("blue")
STATED = [
    (hf.Mixture(2, labels="box"), ALL_BOXES, "which is known, and", "θ ~ Dirichlet(1)"),
    (hf.Mixture(2, labels="box"), BOXES, "known of some of them only", "z_b ~ θ"),
    (hf.Mixture(2, weights=hf.Beta(2, 3)), BLUE, "nobody knows which", "θ_1 ~ Beta(2,3)"),
    (hf.Mixture(2, prior=hf.Beta(1, 2)), BLUE, "nobody", "q_k1 ~ Beta(1,2) for every component k"),
    (hf.Mixture(1), BLUE, "the one component there is", "k_b ~ Multinomial(N_b, q_z) with z = 1, for every bag b"),
    (hf.Mixture(2, weights=hf.Fixed([0.5, 0.5])), BLUE, "nobody", "θ = (0.5,0.5)"),
    (hf.Pooled(hf.Fixed([0.3, 0.7])), BLUE, "one recipe", "q = (0.3,0.7)"),
    (hf.Pooled(hf.Beta(1, 2)), BLUE, "one recipe", "q_1 ~ Beta(1,2)"),
    (hf.Hierarchical(hf.Fixed([0.3, 0.7])), BLUE, "scatter", "m = (0.3,0.7)"),
]  # fmt: skip


@pytest.mark.parametrize(("model", "counts", "claim", "line"), STATED)
def test_a_model_is_stated_as_it_is(model, counts, claim, line):
    fit = hf.fit(model, counts, rng=1)
    assert claim in claim_of(fit)
    assert line in formulas_of(fit)


def test_bags_that_could_be_of_several_components_are_told_of_each_mixture():
    table = [[3, 1, 2], [1, 4, 2], [2, 2, 2]]
    counts = hf.Counts(table, categories=["a", "b", "c"])
    fits = [hf.fit(hf.Mixture(number), counts, rng=1) for number in (2, 3)]
    said = limits_of(fits, None, assigned=[hf.assign(fit) for fit in fits])
    for spec in ("mixture:2", "mixture:3"):
        assert any(f"component of {spec}" in one for one in said)


@pytest.mark.parametrize("models", MODELS.values(), ids=MODELS)
def test_a_model_comes_back_as_it_was(models):
    for model in models:
        embedded = json.loads(json.dumps(embedded_model(model)))
        assert json.dumps(embedded_model(model_of(embedded))) == json.dumps(embedded)


def test_counts_come_back_as_they_were():
    counts = bags()
    again = counts_of(json.loads(json.dumps(embedded_counts(counts))), counts.source)
    assert (again.table == counts.table).all()
    assert (again.ids, again.categories, again.source) == (counts.ids, counts.categories, counts.source)
