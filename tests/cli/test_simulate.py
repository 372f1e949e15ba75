"""``handful simulate``: a table that ``handful fit -`` reads, and the truth beside it."""

import json
from pathlib import Path

import jsonschema
import pytest

from handful.results import document

SCHEMA = json.loads(
    (Path(document.__file__).parent / "schemas" / "simulate-1.json").read_text(encoding="utf-8")
)
USAGE = 2
KNOWN = ("--model", "mixture:2", "--recipes", "data:mms-recipes-2017")


def test_a_made_up_class_is_fitted_from_the_pipe(handful):
    made = handful("simulate", *KNOWN, "--bags", "30", "--size", "55", "--seed", "1", "--truth", "truth.json")
    assert made.returncode == 0, made.stderr
    assert made.stdout.startswith("bag,component,blue,brown,green,orange,red,yellow\n1,")
    done = handful("fit", "-", *KNOWN, "--seed", "1", "--json", stdin=made.stdout)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    truth = json.loads((handful.folder / "truth.json").read_text(encoding="utf-8"))
    jsonschema.validate(truth, SCHEMA)
    assert (found["data"]["bags"], found["data"]["items"]) == (30, 1650)
    assert found["data"]["sha256"] == truth["data"]["sha256"]
    assert truth["truth"]["components"] == ["NJ", "TN"]


@pytest.mark.parametrize("model", ["separate", "mixture:2:overdispersed"])
def test_every_model_and_its_json(handful, model):
    done = handful("simulate", "--model", model, "--bags", "3", "--size", "5,0,9", "--seed", "1", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    jsonschema.validate(found, SCHEMA)
    assert [sum(bag["counts"]) for bag in found["bags"]] == [5, 0, 9]


def test_the_table_goes_to_a_file(handful):
    done = handful("simulate", "--bags", "3", "--size", "5", "--categories", "x,y", "-o", "bags.csv")
    assert (done.returncode, done.stdout) == (0, "")
    assert "drawn by chance" in done.stderr
    assert "Wrote bags.csv." in done.stderr
    assert (handful.folder / "bags.csv").read_text(encoding="utf-8").splitlines()[0] == "bag,x,y"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--bags", "2", "--size", "many"), "give whole numbers"),
        (("--bags", "2", "--size", "5", "--truth", "truth.csv"), "--truth truth.csv: give a file name"),
        (("--bags", "2", "--size", "1,2,3"), "--size: size has 3 totals for 2 bags"),
        (("--bags", "2", "--size", "5", "--recipes", "data:mms-recipes-2017"), "there is no mixture"),
    ],
)
def test_what_cannot_be_made_up_is_named(handful, arguments, said):
    done = handful("simulate", *arguments, "--seed", "1")
    assert done.returncode == USAGE, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
