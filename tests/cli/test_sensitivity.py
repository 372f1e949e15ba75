"""``handful sensitivity``: tables and words on the screen, or one JSON object."""

import json
from pathlib import Path

import jsonschema
import pytest

from handful.results import document

SCHEMA = Path(document.__file__).parent / "schemas" / "sensitivity-1.json"
NOT_OK = 4


@pytest.mark.parametrize("model", ["pooled", "hierarchical"])
def test_the_json_follows_its_schema(handful, model):
    done = handful("sensitivity", "four.csv", "--model", model, "--seed", "1", "--json", "-o", "s.json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    jsonschema.validate(found, json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert json.loads((handful.folder / "s.json").read_text(encoding="utf-8")) == found
    assert found["model"]["spec"] == model
    assert [len(one["parameters"]) for one in found["alternatives"]] == [len(found["parameters"])] * 2
    assert found["seed"] == 1


def test_a_prior_in_the_wrong_place_is_flagged(handful):
    options = ("--category", "blue", "--prior", "beta(200,50)", "--strict")
    done = handful("sensitivity", "four.csv", *options)
    assert done.returncode == NOT_OK
    assert "Potential prior-data conflict: blue (" in done.stdout
    assert "Under the prior 'flat' the mean of blue moves most" in done.stdout
