"""``handful fit --model hierarchical``: what a person reads, and what a program gets."""

import json
from pathlib import Path

import jsonschema
import pytest

import handful as hf
from handful.results import document

SCHEMAS = Path(document.__file__).parent / "schemas"
USAGE, BAD_DATA, NOT_OK = 2, 3, 4
MODEL = ("--model", "hierarchical")


def differing():
    """Three bags that one mix cannot have filled."""
    return "bag,blue,red\nA,40,5\nB,8,41\nC,25,20\n"


def schema(name):
    return json.loads((SCHEMAS / f"{name}-1.json").read_text(encoding="utf-8"))


def test_the_words(handful):
    done = handful("fit", "data:skittles", *MODEL, "--seed", "1")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Model: a mix of its own for every bag, drawn around a common mix.")
    assert "LogNormal(4,2) on the precision" in done.stdout
    assert "How much do bags differ?" in done.stdout
    assert "by counting alone" in done.stdout
    assert "Furthest from the common mix: 14 (" in done.stdout
    assert "standard error" in done.stdout
    assert "Engine: laplace, since" in done.stdout
    assert "Seed" not in done.stderr


def test_bags_that_do_not_differ(handful):
    done = handful("fit", "data:mms-2007", *MODEL, "--seed", "1")
    assert "No sign of extra variation between the bags: precision above" in done.stdout
    assert "under the prior halfnormal(0.2) on 1/sqrt(precision)" in done.stdout
    assert "precision: above" in done.stdout
    assert "Furthest" not in done.stdout


def test_the_json(handful):
    done = handful("fit", "data:mms-2007", *MODEL, "--seed", "1", "--draws", "2000", "--json")
    found = json.loads(done.stdout)
    jsonschema.validate(found, schema("fit"))
    assert (found["seed"], found["draws"]) == (1, 2000)
    precision = found["parameters"][-1]
    assert precision["name"] == "precision"
    assert precision["mean"] is precision["upper"] is None
    assert precision["lower"] == pytest.approx(found["precision_bound"]["above"])
    assert all(row["ess"] > 1000 and row["mcse"] > 0 for row in found["parameters"][:-1])
    assert found["log_evidence"]["sampled"] is True
    assert found["model"]["precision_prior"] == "lognormal(4,2)"


def test_the_json_says_how_much_bags_differ(handful):
    found = json.loads(
        handful("fit", "data:skittles", *MODEL, "--seed", "1", "--draws", "2000", "--json").stdout
    )
    jsonschema.validate(found, schema("fit"))
    lemon = found["variation"]["categories"][2]
    assert lemon["category"] == "Lemon"
    assert (
        lemon["recipes_lower"]
        < lemon["recipes"]
        < lemon["recipes_upper"]
        < lemon["counting"]
        < lemon["expected"]
    )
    assert found["variation"]["typical_total"] == pytest.approx(59.2, abs=0.1)


def test_the_whole_fit_in_a_file(handful):
    done = handful("fit", "data:fruit-snacks", *MODEL, "--seed", "5", "-o", "fit.nc", "--json")
    assert done.returncode == 0, done.stderr
    assert "Wrote fit.nc." in done.stderr
    back = hf.read_fit(handful.folder / "fit.nc")
    assert json.loads(hf.to_json(back)) == {
        **json.loads(done.stdout),
        "versions": json.loads(hf.to_json(back))["versions"],
    }
    same = hf.fit(hf.Hierarchical(), hf.read_counts("data:fruit-snacks"), rng=5)
    assert (back.draws["precision"] == same.draws["precision"]).all()


def test_the_same_seed_gives_the_same_and_a_drawn_one_is_told(handful):
    (handful.folder / "bags.csv").write_text(differing(), encoding="utf-8")
    first = handful("fit", "bags.csv", *MODEL, "--engine", "laplace", "--json")
    seed = json.loads(first.stdout)["seed"]
    assert f"--seed {seed} gives the same again" in first.stderr
    again = handful("fit", "bags.csv", *MODEL, "--engine", "laplace", "--json", "--seed", str(seed))
    assert again.stdout == first.stdout
    assert "Seed" not in again.stderr


def test_two_categories_go_by_quadrature(handful):
    (handful.folder / "bags.csv").write_text(differing(), encoding="utf-8")
    found = json.loads(handful("fit", "bags.csv", *MODEL, "--json").stdout)
    jsonschema.validate(found, schema("fit"))
    assert found["engine"]["name"] == "quadrature"
    assert found["draws"] is None
    assert found["parameters"][0]["ess"] is None
    assert found["log_evidence"]["error"] < 1e-6


@pytest.mark.parametrize(
    ("options", "prior"),
    [
        (("--precision-prior", "halfnormal(0.2)"), "halfnormal(0.2) on 1/sqrt(precision)"),
        (("--precision-prior", "gamma(2,0.05)", "--prior", "dirichlet(0.5)"), "gamma(2,0.05)"),
        (("--alpha-prior", "gamma(0.1,0.1)"), "gamma(0.1,0.1) on each concentration"),
        (("--prior", "fixed(0.5,0.5)"), "fixed(0.5,0.5), precision lognormal(4,2)"),
    ],
)
def test_priors(handful, options, prior):
    (handful.folder / "bags.csv").write_text(differing(), encoding="utf-8")
    done = handful("fit", "bags.csv", *MODEL, *options, "--json")
    assert done.returncode == 0, done.stderr
    assert prior in json.loads(done.stdout)["model"]["prior"]


def test_one_bag(handful):
    done = handful("fit", "-", *MODEL, "--seed", "1", stdin="bag,blue,red,green\nA,9,2,4\n")
    assert done.returncode == 0, done.stderr
    assert "One bag cannot tell how much bags differ" in done.stdout
    assert "No sign" not in done.stdout


def test_empty_bags(handful):
    done = handful("fit", "-", *MODEL, "--seed", "1", stdin="bag,blue,red,green\nA,0,0,0\nB,0,0,0\n")
    assert done.returncode == 0, done.stderr
    assert "Nothing was counted: the answer is the prior." in done.stdout


def test_one_category_is_refused(handful):
    done = handful("fit", "-", *MODEL, stdin="bag,blue\nA,9\nB,4\n")
    assert done.returncode == BAD_DATA
    assert "Traceback" not in done.stderr


def test_a_prior_that_rules_out_what_was_counted(handful):
    done = handful("fit", "-", *MODEL, "--prior", "fixed(1,0)", stdin="bag,blue,red\nA,9,1\nB,4,0\n")
    assert done.returncode == BAD_DATA
    assert "impossible under the prior: bag 'A' has 1 red" in done.stderr


def test_strict_ends_with_4_where_the_draws_are_too_few(handful):
    arguments = ("fit", "data:mms-2007", *MODEL, "--seed", "1", "--draws", "100")
    done = handful(*arguments, "--strict")
    assert done.returncode == NOT_OK
    assert "draw more (--draws)" in done.stdout
    assert handful(*arguments).returncode == 0


def test_comparing_three_readings(handful):
    done = handful("compare", "data:skittles", "pooled", "separate", "hierarchical", "--seed", "2", "--json")
    found = json.loads(done.stdout)
    jsonschema.validate(found, schema("compare"))
    assert found["best"] == "hierarchical"
    assert [model["spec"] for model in found["models"]] == ["hierarchical", "pooled", "separate"]
    direct = hf.fit(hf.Pooled(), hf.read_counts("data:skittles")).log_evidence.value
    assert found["models"][1]["log_evidence"]["value"] == pytest.approx(direct)
    text = handful("compare", "data:skittles", "pooled", "hierarchical").stdout
    assert "+-" in text
