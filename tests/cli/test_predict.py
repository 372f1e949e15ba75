"""``handful predict``: a bag counted in part, a fresh bag, and what it refuses."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
from scipy import stats
from tests.testing_tools import four

from handful.results import document

SCHEMA = json.loads(
    (Path(document.__file__).parent / "schemas" / "predict-1.json").read_text(encoding="utf-8")
)
USAGE, BAD_DATA = 2, 3
BLUE = four.POSTERIOR[0]
OTHERS = sum(four.POSTERIOR) - BLUE


def test_the_answer_for_people(handful):
    done = handful("predict", "four.csv", "--total", "5000")
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("Read 4 bags x 6 colours, 220 items (bag id: 'bag').\n")
    rest = stats.betabinom(5000 - 220, BLUE, OTHERS)
    low, high = (50 + int(rest.ppf(p)) for p in (0.025, 0.975))
    assert "Model: one common mix for all bags. Prior: Dirichlet(1,1,1,1,1,1).\n" in done.stdout
    assert "One bag of 5,000 items, 220 of them counted:\n" in done.stdout
    row = rf"^blue +50 +{50 + rest.mean():.1f} +{rest.std():.1f} +{low} \.\. {high} +95\.0%$"
    assert re.search(row, done.stdout, re.MULTILINE), done.stdout
    said = (
        rf"In words: given the model .*, of 5,000, between {low:,} and {high:,} are blue with 95% probability"
    )
    assert re.search(said, done.stdout), done.stdout


def test_a_fresh_bag(handful):
    done = handful(
        "predict", "four.csv", "--next", "55", "--category", "blue", "--prior", "beta(1,5)", "--ci", "0.8"
    )
    assert done.returncode == 0, done.stderr
    fresh = stats.betabinom(55, 51, 175)
    low, high = (int(fresh.ppf(p)) for p in (0.1, 0.9))
    assert "A fresh bag of 55 items:\n" in done.stdout
    assert "80% interval (equal-tailed)" in done.stdout
    assert f"of 55, between {low} and {high} are blue with 80% probability" in done.stdout
    assert "seen" not in done.stdout


def test_json_and_file_say_the_same(handful):
    done = handful("predict", "four.csv", "--total", "1000000000", "--json", "-o", "out.json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    jsonschema.validate(told, SCHEMA)
    assert told["total"] == 10**9
    assert told["seen"] == dict(zip(four.CATEGORIES, four.TOTALS, strict=True))
    assert told == json.loads((handful.folder / "out.json").read_text(encoding="utf-8"))
    fresh = json.loads(handful("predict", "four.csv", "--next", "55", "--json").stdout)
    jsonschema.validate(fresh, SCHEMA)
    assert (fresh["size"], fresh["total"], fresh["seen"]) == (55, None, None)


def test_a_bag_counted_without_ids(handful):
    done = handful("predict", "-", "--total", "20", stdin="blue,red\n3,4\n")
    assert done.returncode == 0, done.stderr
    assert "Whether the fit has learnt" not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "give either --total T"),
        (("--total", "500", "--next", "5"), "give either --total T"),
        (("--total", "219"), "total = 219: the bag cannot hold fewer items than the 220 seen of it"),
        (("--next", "0"), "size = 0"),
        (("--next", "-3"), "size = -3"),
        (("--next", "many"), "Invalid value for '--next'"),
        (("--next", "5", "--ci", "95"), "mass = 95"),
        (("--next", "5", "--prior", "beta(1,5)"), "choose one of them (--category blue"),
        (("--next", "5", "-o", "out.txt"), "ends in .json"),
    ],
)
def test_usage(handful, arguments, said):
    done = handful("predict", "four.csv", *arguments)
    assert done.returncode == USAGE, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_bad_data(handful):
    done = handful("predict", "-", "--next", "5", stdin="bag,blue,red\nA,three,3\n")
    assert done.returncode == BAD_DATA
    assert done.stdout == ""
