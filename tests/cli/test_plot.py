"""``handful plot``: the picture, its words on stdout, its numbers as JSON, and what is refused."""

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import jsonschema
import pytest
from tests.testing_tools import four

import handful as hf
from handful.cli.guard import USAGE
from handful.cli.plot import NAMES
from handful.plots.of_counts import KINDS
from handful.results import document

SCHEMA = json.loads((Path(document.__file__).parent / "schemas" / "plot-1.json").read_text(encoding="utf-8"))
OF_KIND = {
    "update": ("--category", "blue", "--prior", "beta(1,5)"),
    "likelihood": ("--category", "blue"),
    "proportions": ("--model", "separate", "--ci", "0.8", "--ci-kind", "hdi"),
    "margins": ("--draws", "50", "--seed", "1"),
    "ternary": ("--drop", "blue,brown,red"),
    "bags": ("--by", "green"),
    "shrinkage": ("--by", "green", "--seed", "1"),
    "precision": ("--precision-prior", "halfnormal(0.2)", "--seed", "1"),
    "variation": ("--alpha-prior", "gamma(0.5,0.1)", "--seed", "1"),
    "assignments": ("--recipes", "data:mms-recipes-2017", "--weights-prior", "fixed(0.5,0.5)"),
    "components": ("--model", "mixture:2", "--prior", "dirichlet(2)", "--ci", "0.8", "--seed", "1"),
    "same-source": (
        *("--model", "mixture:2", "--recipes", "data:mms-recipes-2017", "--recipe-strength", "50"),
        *("--seed", "1"),
    ),
    "evidence": ("--model", "mixture:3", "--weights-prior", "dirichlet(2)", "--seed", "1"),
}


def test_the_command_line_knows_every_picture():
    assert set(NAMES) == set(KINDS) == set(OF_KIND)
    assert {rule["if"]["properties"]["kind"]["const"] for rule in SCHEMA["allOf"]} == set(NAMES)


@pytest.mark.parametrize("kind", NAMES)
def test_a_picture_and_its_numbers(handful, kind):
    done = handful("plot", "four.csv", "--kind", kind, *OF_KIND[kind], "-o", "u.svg", "--json")
    assert done.returncode == 0, done.stderr
    assert "Wrote u.svg." in done.stderr
    found = json.loads(done.stdout)
    jsonschema.validate(found, SCHEMA)
    desc = ET.parse(handful.folder / "u.svg").getroot().find("{http://www.w3.org/2000/svg}desc")  # noqa: S314
    assert desc.text == found["alt"]
    assert (found["model"] is None) == (kind in ("likelihood", "bags"))


def test_the_schema_can_fail(handful):
    found = json.loads(handful("plot", "four.csv", "--kind", "bags", "--json").stdout)
    del found["numbers"]["shares"]
    with pytest.raises(jsonschema.ValidationError, match="'shares' is a required property"):
        jsonschema.validate(found, SCHEMA)


def test_the_numbers_are_those_of_the_counts(handful):
    found = json.loads(handful("plot", "four.csv", "--kind", "update", *OF_KIND["update"], "--json").stdout)
    numbers = found["numbers"]
    assert (numbers["successes"], numbers["trials"]) == (four.TOTALS[0], sum(four.TOTALS))
    assert numbers["posterior_spec"] == "beta(51,175)"
    assert found["model"] == {"spec": "pooled", "prior": "beta(1,5)"}


def test_a_person_reads_what_the_picture_shows(handful):
    done = handful("plot", "four.csv", "--kind", "bags", "-o", "bags.png")
    assert done.returncode == 0, done.stderr
    assert re.match(
        r"Stacked bars of the shares counted in 4 of 4 bags, sorted by the share of blue", done.stdout
    )
    assert (handful.folder / "bags.png").read_bytes().startswith(b"\x89PNG")
    assert sorted(path.name for path in handful.folder.iterdir()) == ["bags.png", "four.csv"]


def test_the_same_command_writes_the_same_file(handful):
    for name in ("a.svg", "b.svg"):
        assert handful("plot", "four.csv", "--kind", "proportions", "-o", name).returncode == 0
    assert (handful.folder / "a.svg").read_bytes() == (handful.folder / "b.svg").read_bytes()


def test_a_seed_that_was_drawn_is_told(handful):
    first = handful("plot", "four.csv", "--kind", "margins", "--draws", "20", "--json")
    seed = re.search(r"Seed (\d+), drawn", first.stderr)[1]
    again = handful("plot", "four.csv", "--kind", "margins", "--draws", "20", "--json", "--seed", seed)
    assert again.stdout == first.stdout
    assert json.loads(first.stdout)["seed"] == int(seed)


@pytest.mark.parametrize("kind", ["shrinkage", "precision", "variation"])
def test_a_picture_of_a_hierarchical_fit_says_its_model_and_its_seed(handful, kind):
    found = json.loads(handful("plot", "four.csv", "--kind", kind, "--seed", "7", "--json").stdout)
    assert found["model"]["spec"] == "hierarchical"
    assert found["model"]["prior"].endswith("precision lognormal(4,2)")
    assert found["seed"] == 7
    drawn = handful("plot", "four.csv", "--kind", kind, "--model", "hierarchical", "--json")
    assert f"Seed {json.loads(drawn.stdout)['seed']}, drawn" in drawn.stderr


MIXED = ["assignments", "components", "same-source", "evidence"]


@pytest.mark.parametrize("kind", MIXED)
def test_a_picture_of_a_mixture_says_its_model_and_its_seed(handful, kind):
    asked = ("--kind", kind, "--model", "mixture:2", "--prior", "dirichlet(2)", "--json")
    found = json.loads(handful("plot", "four.csv", *asked, "--seed", "7").stdout)
    assert found["model"] == {
        "spec": "mixture:2",
        "prior": "weights dirichlet(1), components dirichlet(2)",
    }
    assert found["seed"] == 7
    drawn = handful("plot", "four.csv", *asked)
    assert f"Seed {json.loads(drawn.stdout)['seed']}, drawn" in drawn.stderr


def test_the_evidence_is_that_of_every_number_of_components(handful):
    asked = ("--kind", "evidence", "--model", "mixture:3", "--json", "--seed", "1")
    numbers = json.loads(handful("plot", "four.csv", *asked).stdout)["numbers"]
    assert numbers["specs"] == ["mixture:1", "mixture:2", "mixture:3"]
    counts = hf.Counts(four.TABLE, categories=four.CATEGORIES, ids=four.BAGS)
    truth = {
        one.spec: one.log_evidence.value
        for one in hf.compare([hf.Mixture(k) for k in (1, 2, 3)], counts, rng=1).models
    }
    values = [numbers["best"] + below for below in numbers["below_best"]]
    assert values == pytest.approx(
        [truth[spec] for spec in numbers["specs"]]
    )  # summed over all assignments: exact


def test_labels_tell_known_components(handful):
    head, *rows = four.TEXT.splitlines()
    told = [
        row.replace(",", f",{place},", 1) for row, place in zip(rows, ("west", "", "east", ""), strict=True)
    ]
    text = "\n".join([head.replace(",", ",place,", 1), *told, ""])
    asked = ("--kind", "assignments", "--model", "mixture:2", "--labels", "place", "--seed", "1", "--json")
    numbers = json.loads(handful("plot", "-", *asked, stdin=text).stdout)["numbers"]
    assert numbers["components"] == ["east", "west"]
    assert dict(zip(numbers["bags"], numbers["known"], strict=True)) == {
        "A": "west", "B": None, "C": "east", "D": None
    }  # fmt: skip


def test_of_one_category_against_all_others_its_own_shares_are_shown(handful):
    asked = ("--kind", "shrinkage", "--category", "brown", "--json")
    found = json.loads(handful("plot", "four.csv", *asked).stdout)["numbers"]
    assert found["category"] == "brown"


def test_an_infinite_density_is_null_in_json(handful):
    asked = ("--kind", "update", "--category", "blue", "--prior", "beta(0.5,0.5)")
    found = json.loads(handful("plot", "four.csv", *asked, "--json").stdout)
    assert found["numbers"]["prior"][0] is None
    assert "The prior is infinite at 0 and 1" in found["alt"]


REFUSED = [
    (("--kind", "pie", "-o", "u.svg"), "'update', 'likelihood', 'proportions'"),
    (("-o", "u.svg"), "--kind"),
    (("--kind", "bags"), "-o FILE.svg or FILE.png"),
    (("--kind", "bags", "-o", "u.pdf"), "ends in .svg or .png"),
    (("--kind", "bags", "-o", "nowhere/u.svg"), "there is no folder"),
    (("--kind", "bags", "-o", "u.svg", "--prior", "beta(1,5)"), "--prior: no part of --kind bags"),
    (("--kind", "update", "-o", "u.svg", "--category", "blue", "--model", "separate"), "--model: no part of"),
    (("--kind", "update", "-o", "u.svg"), "--category blue"),
    (("--kind", "likelihood", "-o", "u.svg"), "--category blue"),
    (("--kind", "ternary", "-o", "u.svg"), "about three categories, but there are 6"),
    (("--kind", "bags", "-o", "u.svg", "--by", "pink"), "no category 'pink'"),
    (("--kind", "proportions", "-o", "u.svg", "--ci", "95"), "mass = 95"),
    (("--kind", "update", "-o", "u.svg", "--category", "blue", "--prior", "fixed(0.2,0.8)"), "no density"),
    (("--kind", "shrinkage", "-o", "u.svg", "--model", "separate"), "--model: no part of --kind shrinkage"),
    (("--kind", "shrinkage", "-o", "u.svg", "--by", "pink"), "no category 'pink'"),
    (
        ("--kind", "bags", "-o", "u.svg", "--alpha-prior", "gamma(1,1)"),
        "--alpha-prior: no part of --kind bags",
    ),
    (
        ("--kind", "proportions", "-o", "u.svg", "--precision-prior", "gamma(1,1)"),
        "there is no hierarchical model or overdispersed mixture that would use it",
    ),
    (("--kind", "assignments", "-o", "u.svg"), "of a mixture: give its number of components"),
    (("--kind", "components", "-o", "u.svg", "--model", "separate"), "of a mixture"),
    (
        ("--kind", "components", "-o", "u.svg", "--model", "mixture:2", "--ci-kind", "hdi"),
        "--ci-kind: no part of",
    ),
    (("--kind", "evidence", "-o", "u.svg", "--model", "mixture"), "number of components"),
    (("--kind", "evidence", "-o", "u.svg", "--model", "mixture:0"), "n_components = 0"),
    (
        ("--kind", "evidence", "-o", "u.svg", "--model", "mixture:2", "--recipes", "data:mms-recipes-2017"),
        "--recipes: no part of --kind evidence",
    ),
    (("--kind", "bags", "-o", "u.svg", "--weights-prior", "beta(1,1)"), "--weights-prior: no part of"),
    (("--kind", "proportions", "-o", "u.svg", "--model", "mixture:2"), "ask for --kind components"),
    (("--kind", "same-source", "-o", "u.svg", "--model", "mixture:2", "--by", "blue"), "--by: no part of"),
]


@pytest.mark.parametrize(("arguments", "message"), REFUSED)
def test_what_cannot_be_drawn_is_a_sentence(handful, arguments, message):
    done = handful("plot", "four.csv", *arguments)
    assert done.returncode == USAGE
    assert message in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert [path.name for path in handful.folder.iterdir()] == ["four.csv"]


def test_the_file_that_is_read_is_not_written_over(handful):
    (handful.folder / "four.svg").write_text(four.TEXT, encoding="utf-8")
    done = handful("plot", "four.svg", "--kind", "bags", "-o", "four.svg")
    assert done.returncode == USAGE
    assert "is the file that is read" in done.stderr
    assert (handful.folder / "four.svg").read_text(encoding="utf-8") == four.TEXT


def test_a_name_without_glyphs_is_told(handful):
    text = "bag,\u84dd,rot\nA,3,4\n"
    done = handful("plot", "-", "--kind", "bags", "-o", "u.png", stdin=text)
    assert done.returncode == 0, done.stderr
    assert "Note: Glyph" in done.stderr
    assert "Glyph" not in handful("plot", "-", "--kind", "bags", "-o", "u.svg", stdin=text).stderr
