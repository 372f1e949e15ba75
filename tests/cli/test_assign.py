"""``handful assign``: the table, what it says of several bags, labelled bags, JSON and files."""

import csv
import json
from pathlib import Path

import jsonschema
import pytest

from handful.results import document

SCHEMA = json.loads(
    (Path(document.__file__).parent / "schemas" / "assign-1.json").read_text(encoding="utf-8")
)
USAGE, BAD_DATA, NOT_OK = 2, 3, 4
P_TN_HALF = (0.651638, 0.082111, 0.942287, 0.164153)  # JOURNEYS, section 0
P_TN_BETA = (0.582355, 0.110997, 0.885997, 0.192188)
RECIPES = ("--recipes", "data:mms-recipes-2017")
SIX = "bag,from,x,y,z\na,A,9,2,1\nb,B,1,9,2\nc,,8,2,2\nd,A,10,1,1\ne,B,2,9,1\n"


def test_the_answer_for_people(handful):
    done = handful("assign", "four.csv", *RECIPES)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[1].split() == ["bag", "NJ", "TN", "comes", "from", "none"]
    assert lines[2].startswith("A    0.418  0.582  could be TN or NJ")
    assert [line[0] for line in lines[2:6]] == ["A", "B", "C", "D"]
    assert "79% of these 4 bags would be right" in done.stdout
    assert "Note: Assignments are hardly identified" in done.stdout


def test_json_and_file_say_the_same(handful):
    arguments = ("assign", "four.csv", *RECIPES, "--weights-prior", "fixed(0.5,0.5)", "--seed", "3")
    done = handful(*arguments, "--json", "-o", "out.json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    jsonschema.validate(told, SCHEMA)
    assert [row["bag"] for row in told["assignments"]] == ["A", "B", "C", "D"]
    assert [row["probabilities"]["TN"] for row in told["assignments"]] == pytest.approx(P_TN_HALF, abs=1e-6)
    assert {row["mcse"] for row in told["assignments"]} == {None}
    assert told["self_assignment"] is None
    assert told["seed"] == 3
    assert told == json.loads((handful.folder / "out.json").read_text(encoding="utf-8"))
    table = handful(*arguments, "-o", "out.csv")
    assert table.returncode == 0, table.stderr
    rows = list(csv.DictReader((handful.folder / "out.csv").read_text(encoding="utf-8").splitlines()))
    assert [float(row["P(TN)"]) for row in rows] == [
        row["probabilities"]["TN"] for row in told["assignments"]
    ]
    assert [float(row["none"]) for row in rows] == [row["none"] for row in told["assignments"]]


def test_a_seed_that_was_drawn_gives_the_same_again(handful):
    first = handful("assign", "four.csv", "--model", "mixture:2", "--json")
    seed = json.loads(first.stdout)["seed"]
    assert f"--seed {seed} gives the same again" in first.stderr
    again = handful("assign", "four.csv", "--model", "mixture:2", "--json", "--seed", str(seed))
    assert again.stdout == first.stdout


def test_three_bags_and_a_label_that_they_contradict(handful):
    done = handful("assign", "data:mms-2019", *RECIPES, "--json")
    told = json.loads(done.stdout)
    jsonschema.validate(told, SCHEMA)
    (clv,) = [one for one in told["together"] if one["value"] == "CLV"]
    assert (clv["for"], clv["against"], clv["bags"]) == ("NJ", "TN", 3)
    assert clv["log_odds"] == pytest.approx(5.833, abs=1e-3)
    said = handful("assign", "data:mms-2019", *RECIPES).stdout
    assert "factory CLV                                   3  NJ : TN = 340 : 1" in said
    assert "labelled factory CLV (component TN), but their counts speak for NJ, 340 : 1 against TN" in said


def test_labelled_bags_are_tested(handful):
    done = handful("assign", "data:fruit-snacks", "--labels", "box")
    assert done.returncode == 0, done.stderr
    assert "1-1" in done.stdout
    assert "Do bags find back to their box?" in done.stdout
    assert "108 of 244 bags are put where their label says" in done.stdout
    assert (
        "Does the box matter at all? The evidence for mixture:3 against pooled is very strong" in done.stdout
    )


def test_labels_of_some_bags(handful):
    done = handful("assign", "-", "--labels", "from", "--json", stdin=SIX)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    jsonschema.validate(told, SCHEMA)
    assert [row["known"] for row in told["assignments"]] == ["A", "B", None, "A", "B"]
    assert told["self_assignment"]["confusion"] == [[2, 0], [0, 2]]
    assert [one["bag"] for one in told["self_assignment"]["bags"]] == ["a", "b", "d", "e"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "give --model mixture:K, or --recipes FILE, or --labels COLUMN"),
        (("--model", "pooled"), "--model pooled: its bags come from no components"),
        (("--model", "mixture:0"), "n_components = 0"),
        (("--model", "mixture:2", "--recipe-strength", "5"), "there are no recipes"),
        ((*RECIPES, "--labels", "no"), "no"),
        ((*RECIPES, "-o", "out.txt"), "ends in .json or .csv"),
        ((*RECIPES, "--category", "blue"), "the recipes are over"),
    ],
)
def test_usage(handful, arguments, said):
    done = handful("assign", "four.csv", *arguments)
    assert done.returncode == USAGE, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_the_shares_of_the_bags_do_not_have_to_be_known(handful):
    done = handful("assign", "four.csv", *RECIPES, "--json")
    found = [row["probabilities"]["TN"] for row in json.loads(done.stdout)["assignments"]]
    assert found == pytest.approx(P_TN_BETA, abs=1e-6)
