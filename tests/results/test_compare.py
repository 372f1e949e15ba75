"""Comparing models: probabilities, words on the published scale, and what a vague prior does."""

import itertools
import json
import math
from pathlib import Path

import jsonschema
import pytest
from tests.testing_tools import four

import handful as hf
from handful.inference.evidence import Evidence, Verdict
from handful.results import document
from handful.results.compare import Compared, Comparison

PAIR = ("blue", "not blue")


@pytest.fixture
def blue():
    return hf.Counts(four.TABLE, categories=four.CATEGORIES, ids=four.BAGS).collapse("blue")


MODELS = [
    hf.Pooled(hf.Beta(1, 5)),
    hf.Separate(hf.Beta(1, 5)),
    hf.Poisson(),
    hf.Pooled(hf.Density.normal(0.2, 0.05)),
]


def test_probabilities_are_bayes_rule_and_sum_to_one(blue):
    found = hf.compare(MODELS, blue)
    assert sum(row.probability for row in found.models) == pytest.approx(1.0, abs=1e-12)
    evidences = [math.exp(row.log_evidence.value) for row in found.models]
    assert [row.probability for row in found.models] == pytest.approx([e / sum(evidences) for e in evidences])


def test_the_order_of_the_models_is_irrelevant(blue):
    texts = {str(hf.compare(list(order), blue)) for order in itertools.permutations(MODELS)}
    assert len(texts) == 1


def test_prior_probabilities_count(blue):
    found = hf.compare(MODELS[:2], blue, prior_probabilities=[1, 9])
    pooled = next(row for row in found.models if row.spec == "pooled")
    gap = hf.fit(MODELS[0], blue).log_evidence.value - hf.fit(MODELS[1], blue).log_evidence.value
    assert pooled.probability == pytest.approx(math.exp(gap) / (math.exp(gap) + 9))


def test_the_words_are_of_the_evidence_whatever_was_believed_before(blue):
    fair = hf.compare(MODELS[:2], blue)
    biased = hf.compare(MODELS[:2], blue, prior_probabilities=[0.01, 0.99])
    assert biased.words == fair.words
    assert biased.best != fair.best


def two(gap, error=0.0):
    first, second = 1 / (1 + math.exp(-gap)), 1 / (1 + math.exp(gap))
    rows = (
        Compared("pooled", "beta(1,1)", Evidence(-10.0, error), first),
        Compared("poisson", "gamma(3,6)", Evidence(-10.0 - gap, error), second),
    )
    return Comparison(rows, Verdict())


@pytest.mark.parametrize(
    ("factor", "words"),
    [
        (2.9, "cannot be told apart"),
        (3.1, "is positive"),
        (19, "is positive"),
        (21, "is strong"),
        (149, "is strong"),
        (151, "is very strong"),
        (1e40, "is very strong"),
    ],
)
def test_the_words_follow_the_scale_of_kass_and_raftery(factor, words):
    assert words in two(math.log(factor)).words


def test_within_the_errors_nothing_is_told_apart():
    assert "cannot be told apart" in two(2.0, error=1.5).words
    assert "is positive" in two(2.0, error=0.1).words


def test_two_models_of_one_name_are_told_by_their_priors(blue):
    words = hf.compare([hf.Pooled(hf.Beta(1, 1)), hf.Pooled(hf.Beta(1, 50))], blue).words
    assert "pooled with beta(1,1)" in words
    assert "pooled with beta(1,50)" in words


def test_a_vague_rate_decides_by_itself_and_that_is_said(blue):
    vague = hf.compare([hf.Pooled(hf.Beta(1, 1)), hf.Poisson(hf.Gamma(0.001, 0.001))], blue)
    assert any("the prior, not the bags, may decide" in note for note in vague.verdict.notes)
    fair = hf.compare([hf.Pooled(hf.Beta(1, 1)), hf.Poisson()], blue)
    assert not any("may decide" in note for note in fair.verdict.notes)


def test_the_json_is_valid(blue):
    found = json.loads(document.compare_json(hf.compare(MODELS, blue)))
    schema = Path(document.__file__).parent / "schemas" / "compare-1.json"
    jsonschema.validate(found, json.loads(schema.read_text(encoding="utf-8")))
    assert found["best"] == found["models"][0]["spec"]


@pytest.mark.parametrize("given", [[1], [1, -1], [1, math.nan], [0, 1]])
def test_prior_probabilities_that_are_none_are_refused(blue, given):
    with pytest.raises(hf.ParameterError, match="prior_probabilities"):
        hf.compare(MODELS[:2], blue, prior_probabilities=given)


def test_no_model_is_refused(blue):
    with pytest.raises(hf.ParameterError, match="at least one model"):
        hf.compare([], blue)
