"""``handful report`` and ``handful replay`` as they are typed."""

import json
from pathlib import Path

import jsonschema
import pytest
from tests.reports.page_text import Page

from handful import course
from handful.results import document

SCHEMAS = Path(document.__file__).parent / "schemas"
NOT_OK, USAGE = 4, 2


def schema(name):
    return json.loads((SCHEMAS / f"{name}-1.json").read_text(encoding="utf-8"))


def test_a_newcomer_gets_one_file_and_the_same_again(handful):
    done = handful("report", "four.csv", "-o", "four.html", "--seed", "1", "--bib", "refs.bib")
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert "Wrote four.html (1 file, works offline)." in done.stderr
    html = (handful.folder / "four.html").read_text(encoding="utf-8")
    assert [m["fit"]["model"]["spec"] for m in Page(html).document["models"]] == ["pooled", "hierarchical"]
    assert "handful report four.csv -o four.html --seed 1" in html
    assert "@software{handful" in (handful.folder / "refs.bib").read_text(encoding="utf-8")

    again = handful("replay", "four.html", "four.csv", "--verify")
    assert again.returncode == 0, again.stderr
    assert again.stdout.count("identical, bit by bit") == 2

    text = (handful.folder / "four.csv").read_text(encoding="utf-8")
    (handful.folder / "other.csv").write_text(text.replace("A,12", "A,13"), encoding="utf-8")
    other = handful("replay", "four.html", "other.csv", "--verify", "--json")
    assert other.returncode == NOT_OK
    found = json.loads(other.stdout)
    jsonschema.validate(found, schema("replay"))
    assert "bag A, blue: 12 then, 13 now" in found["verdict"]["notes"][0]


def test_a_parameter_that_is_gone_is_no_number_in_json(handful):
    assert handful("report", "four.csv", "--models", "pooled", "-o", "four.html", "--seed=7").returncode == 0
    page = handful.folder / "four.html"
    html = page.read_text(encoding="utf-8")
    assert html.count("--seed") == 2  # as it was typed: in the page, and in its JSON
    page.write_text(html.replace('"name":"proportions"', '"name":"portions"'), encoding="utf-8")
    again = handful("replay", "four.html", "--verify", "--json")
    assert again.returncode == NOT_OK
    found = json.loads(again.stdout, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert found["models"][0]["farthest"] is None


def test_the_json_of_one_colour_with_a_sealed_prior(handful, monkeypatch):
    monkeypatch.chdir(handful.folder)
    course.start("teal-otter")
    course.seal("prior", "beta(2,8)")
    course.reveal("bag")
    course.seal("prior", "beta(3,8)")
    done = handful(
        "report", "four.csv", "--models", "pooled", "--category", "blue", "--prior", "beta(3,8)",
        "--receipts", "progress.json", "--json", "-o", "blue.html",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    jsonschema.validate(found, schema("report"))
    assert [(one["value"], one["late"]) for one in found["sealed"]] == [
        ("beta(2,8)", False),
        ("beta(3,8)", True),
    ]
    assert found["question"] == "What share is blue?"
    texts = " ".join(Page((handful.folder / "blue.html").read_text(encoding="utf-8")).texts)
    assert "prior changed after the data." in texts

    progress = handful.folder / "progress.json"
    progress.write_text(
        progress.read_text(encoding="utf-8").replace("beta(2,8)", "beta(9,9)"), encoding="utf-8"
    )
    forged = handful("report", "four.csv", "--receipts", "progress.json", "-o", "blue.html")
    assert forged.returncode == USAGE
    assert "does not fit its receipt" in forged.stderr


def test_what_cannot_be_written_is_told_before_the_work(handful):
    for options in (
        (),
        ("-o", "nowhere/four.html"),
        ("-o", "a.html", "--models", "nonsense"),
    ):
        done = handful("report", "four.csv", *options)
        assert done.returncode == USAGE, options
        assert "Traceback" not in done.stderr
    assert not list(handful.folder.glob("*.html"))
    assert handful("replay", "four.csv").returncode == USAGE
