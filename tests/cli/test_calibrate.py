"""``handful calibrate``: the table, its JSON, its picture, and what it refuses."""

import json
from pathlib import Path

import jsonschema

from handful.results import document

SCHEMA = json.loads(
    (Path(document.__file__).parent / "schemas" / "calibrate-1.json").read_text(encoding="utf-8")
)
USAGE = 2


def test_json_and_file_say_the_same(handful):
    options = ("--simulations", "100", "--seed", "1", "--json", "-o", "out.json")
    done = handful("calibrate", "four.csv", *options)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    jsonschema.validate(told, SCHEMA)
    assert told == json.loads((handful.folder / "out.json").read_text(encoding="utf-8"))
    assert told["engines"] == {"exact": 100}
    assert told["false_alarm"] == 0.01
    assert told["verdict"] == {"ok": True, "notes": []}


def test_a_picture_of_bags_given(handful):
    options = (
        "--category",
        "blue",
        "--prior",
        "beta(1,5)",
        "--simulations",
        "50",
        "--given",
        "-o",
        "ranks.svg",
    )
    done = handful("calibrate", "four.csv", *options)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("quantity ")
    assert "share of blue " in done.stdout
    assert "called wrong in at most 1% of such calibrations" in done.stdout
    assert "drawn by chance; --seed" in done.stderr
    assert 'role="img"' in (handful.folder / "ranks.svg").read_text(encoding="utf-8")


def test_what_cannot_be(handful):
    refused = {
        ("--engine", "laplace"): "laplace",
        ("--model", "separate", "--given"): "say nothing of new ones",
        ("--simulations", "10"): "--simulations",
        ("-o", "out.txt"): "out.txt",
    }
    for options, said in refused.items():
        done = handful("calibrate", "four.csv", *options)
        assert done.returncode == USAGE, options
        assert said in done.stderr
        assert "Traceback" not in done.stderr
