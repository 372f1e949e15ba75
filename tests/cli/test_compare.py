"""``handful compare`` and the priors of any shape, as they are typed."""

import json
from pathlib import Path

import jsonschema
import pytest

from handful.results import document

SCHEMAS = Path(document.__file__).parent / "schemas"
USAGE = 2


def test_pooled_against_poisson(handful):
    done = handful("compare", "four.csv", "pooled", "poisson", "--category", "blue")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("model")
    assert "cannot be told apart by these bags" in done.stdout


def test_the_json_of_a_comparison(handful):
    done = handful("compare", "four.csv", "pooled", "separate", "--json", "-o", "c.json")
    found = json.loads(done.stdout)
    jsonschema.validate(found, json.loads((SCHEMAS / "compare-1.json").read_text(encoding="utf-8")))
    assert json.loads((handful.folder / "c.json").read_text(encoding="utf-8")) == found
    assert found["best"] == "pooled"
    assert sum(model["probability"] for model in found["models"]) == pytest.approx(1)


def test_the_rate_prior_matches_the_beta_prior(handful):
    done = handful(
        "compare", "four.csv", "pooled", "poisson", "--category", "blue", "--prior", "beta(1,1)", "--json"
    )
    priors = {model["spec"]: model["prior"] for model in json.loads(done.stdout)["models"]}
    assert priors == {"pooled": "beta(1,1)", "poisson": "gamma(3,6)"}


def test_the_rate_prior_matches_a_prior_of_any_shape(handful):
    options = ("--category", "blue", "--prior", "uniform(0,1)", "--model", "poisson", "--json")
    found = json.loads(handful("fit", "four.csv", *options).stdout)
    shape, rate = map(float, found["model"]["prior"].removeprefix("gamma(").removesuffix(")").split(","))
    assert (shape, rate) == pytest.approx((3, 6))


def test_a_vague_rate_prior_is_warned_of(handful):
    options = ("--category", "blue", "--prior", "beta(1,1)", "--rate-prior", "gamma(0.001,0.001)")
    done = handful("compare", "four.csv", "pooled", "poisson", *options)
    assert "the prior, not the bags, may decide this comparison" in done.stdout


@pytest.mark.parametrize(
    ("prior", "said"),
    [
        ("uniform(0.5,1)", "% of the likelihood lies outside 0.5 .. 1"),
        ("normal(0.2,0.2)", "15.9% of it lay outside"),
        ("normal(0.2,0.05)", "Engine: quadrature"),
    ],
)
def test_priors_of_any_shape(handful, prior, said):
    done = handful("fit", "four.csv", "--category", "blue", "--prior", prior, "--seed", "1")
    assert done.returncode == 0, done.stderr
    assert said in done.stdout
    found = json.loads(handful("fit", "four.csv", "--category", "blue", "--prior", prior, "--json").stdout)
    jsonschema.validate(found, json.loads((SCHEMAS / "fit-1.json").read_text(encoding="utf-8")))
    assert 0 < found["log_evidence"]["error"] < 1e-8


def test_a_poisson_fit_is_of_a_rate(handful):
    done = handful("fit", "four.csv", "--category", "blue", "--model", "poisson")
    assert "the rate per item of blue lies between" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("fit", "--category", "blue", "--prior", "normal(-100,0.1)"),
            "normal(-100,0.1) has no mass on [0, 1]",
        ),
        (("fit", "--category", "blue", "--prior", "uniform(0.9,0.5)"), "must rise"),
        (("fit", "--category", "blue", "--prior", "normal(0.2,0)"), "sd must be > 0"),
        (("fit", "--category", "blue", "--prior", "uniform(1)"), "write it like uniform(0.5,1)"),
        (("fit", "--prior", "uniform(0,1)"), "choose one of them (--category blue"),
        (("fit", "--model", "poisson"), "choose one (--category blue"),
        (
            ("fit", "--model", "poisson", "--category", "blue", "--rate-prior", "beta(1,1)"),
            "write one like gamma(3,6)",
        ),
        (
            ("fit", "--model", "separate", "--category", "blue", "--prior", "normal(0.2,0.1)"),
            "has no closed form",
        ),
        (
            ("fit", "--category", "blue", "--rate-prior", "gamma(3,6)"),
            "there is no poisson model that would use it",
        ),
        (("compare", "pooled", "magic"), "there are pooled, separate, hierarchical, poisson"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_a_prior_that_is_none_is_named(handful, arguments, said):
    command, *rest = arguments
    done = handful(command, "four.csv", *rest)
    assert done.returncode == USAGE, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
