"""``handful check`` as it is typed."""

import json
from pathlib import Path

import jsonschema
import numpy as np
import pytest

import handful as hf
from handful.results import document

SCHEMA = Path(document.__file__).parent / "schemas" / "check-1.json"
NOT_OK, USAGE = 4, 2


@pytest.fixture
def unlike(handful):
    """Bags of two sorts, in unlike.csv."""
    rng = np.random.default_rng(1)
    rows = [rng.multinomial(40, q) for q in ([0.7, 0.2, 0.1], [0.2, 0.3, 0.5]) for _ in range(6)]
    lines = ["bag,blue,red,green", *(f"b{b},{','.join(map(str, row))}" for b, row in enumerate(rows))]
    (handful.folder / "unlike.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return handful


def test_clean_bags_pass(handful):
    done = handful("check", "four.csv", "--seed", "1", "--strict")
    assert done.returncode == 0, done.stderr
    assert "var_between_bags" in done.stdout
    assert "the unit is the bag" in done.stdout
    assert "Verdict: nothing speaks against the model." in done.stdout
    assert "\x1b" not in done.stdout


def test_strict_is_about_adequacy(unlike):
    done = unlike("check", "unlike.csv", "--seed", "1", "--strict")
    assert done.returncode == NOT_OK
    assert "Verdict: the model is called into question." in done.stdout
    assert "The bags differ more than the model expects" in done.stdout
    assert "the verdict is not ok" in done.stderr
    assert unlike("check", "unlike.csv", "--seed", "1").returncode == 0


def test_the_json_is_valid_and_repeats(unlike):
    done = unlike("check", "unlike.csv", "--model", "hierarchical", "--seed", "1", "--json", "-o", "c.json")
    found = json.loads(done.stdout)
    jsonschema.validate(found, json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert found["schema"] == "handful/check/1"
    assert found["model"]["spec"] == "hierarchical"
    assert json.loads((unlike.folder / "c.json").read_text(encoding="utf-8")) == found
    again = unlike("check", "unlike.csv", "--model", "hierarchical", "--seed", "1", "--json")
    assert json.loads(again.stdout) == found


def test_what_is_typed_is_what_python_says_with_the_same_seed(unlike):
    told = json.loads(
        unlike("check", "unlike.csv", "--model", "hierarchical", "--seed", "3", "--json").stdout
    )
    counts = hf.read_counts(unlike.folder / "unlike.csv")
    found = hf.check(hf.fit(hf.Hierarchical(), counts, rng=3), counts, rng=3)
    assert told["statistics"] == json.loads(found.to_json())["statistics"]


def test_a_seed_that_was_drawn_is_told(handful):
    done = handful("check", "four.csv", "--category", "blue", "--model", "poisson")
    assert "drawn by chance" in done.stderr


def test_a_pooled_fit_says_where_to_look(handful):
    done = handful("fit", "four.csv", "--seed", "1")
    assert "(see: handful check four.csv)" in done.stdout


def test_a_model_that_is_none_is_a_usage_error(handful):
    done = handful("check", "four.csv", "--model", "magic")
    assert done.returncode == USAGE
    assert "Traceback" not in done.stderr
