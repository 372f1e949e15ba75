"""``handful plan``: its three questions, their JSON, and what is refused."""

import json
from pathlib import Path

import jsonschema
import pytest

from handful.results import document

SCHEMA = json.loads((Path(document.__file__).parent / "schemas" / "plan-1.json").read_text(encoding="utf-8"))
USAGE = 2
RECIPES = ("--recipes", "data:mms-recipes-2017")
ASKED = {
    "share": ("share", "--within", "0.02", "--prior", "beta(1,5)", "--category", "blue", "--size", "55"),
    "share of bags": (
        *("share", "--within", "0.1", "--model", "hierarchical", "--size", "10", "--bags", "3,6"),
        *("--simulations", "10"),
    ),
    "recipes": ("recipes", *RECIPES, "--size", "55", "--bags", "5,6"),
    "assignments": ("assignments", *RECIPES, "--share", "0.8", "--size", "50,55,60"),
    "unknown": (
        *("assignments", "--model", "mixture:2", "--categories", "x,y", "--size", "9", "--bags", "4"),
        *("--simulations", "10"),
    ),
}


@pytest.mark.parametrize("name", ASKED)
def test_a_question_and_its_json(handful, name):
    done = handful("plan", *ASKED[name], "--seed", "1", "--json", "-o", "plan.json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    jsonschema.validate(found, SCHEMA)
    wrong = {**found, "question": {**found["question"], "kind": "none of them"}}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, SCHEMA)
    assert json.loads((handful.folder / "plan.json").read_text(encoding="utf-8")) == found
    assert found["enough"] is None or found["enough"]["probability"] >= found["aim"]


def test_an_exact_plan_needs_no_seed(handful):
    done = handful("plan", *ASKED["share"])
    assert done.returncode == 0, done.stderr
    assert "you need about 1,925 items (35 bags of 55)" in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("share", "--within", "0.1"), "--size: how many items does a bag hold?"),
        (("assignments", "--size", "5"), "give the number of components"),
        (("assignments", *RECIPES, "--bags", "x"), "give whole numbers"),
    ],
)
def test_what_cannot_be_planned_is_named(handful, arguments, said):
    done = handful("plan", *arguments)
    assert done.returncode == USAGE, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
