"""J5 check 1, from the closed form upwards: pooled, a population of known precision, and precision beyond all bounds.

Pooled against the closed form stands in tests/inference/test_exact.py, populations against a grid in
test_hierarchical_evidence.py, against PyMC in test_against_pymc.py, and the engines against each other in
tests/inference/test_hierarchical.py. Here are the rungs between them, each reached by `fit` itself.
"""

import numpy as np
import pytest
from scipy import stats
from tests.testing_tools import four
from tests.testing_tools.gates import z_gate

import handful as hf

COUNTS = hf.Counts(four.TABLE, categories=four.CATEGORIES, ids=four.BAGS)
KNOWN = {50: -45.836045, 200: -41.899505, 1000: -40.596280, 10**6: -40.250841}
"""Table 0 of the journeys: the log probability of the four bags at the posterior mean of the pooled fit."""

NEARLY_KNOWN = 1e-4  # the spread of the log precision: its share in the evidence is far below 1e-6
POOLED = hf.fit(hf.Pooled(), COUNTS)


def at(precision, mean):
    return hf.Hierarchical(hf.Fixed(mean), hf.LogNormal(np.log(precision), NEARLY_KNOWN))


@pytest.mark.parametrize("precision", KNOWN)
def test_a_population_of_known_precision_has_the_evidence_of_table_0(precision):
    found = hf.fit(at(precision, POOLED.posterior.mean), COUNTS)
    assert found.log_evidence.value == pytest.approx(
        KNOWN[precision], abs=1e-6 + 2 * found.log_evidence.error
    )
    assert found.log_evidence.error < 1e-6
    each = stats.dirichlet_multinomial.logpmf(COUNTS.table, precision * POOLED.posterior.mean, COUNTS.totals)
    assert found.log_evidence.value == pytest.approx(each.sum(), abs=1e-5)


def test_without_any_variation_between_bags_a_population_is_pooled():
    found = hf.fit(hf.Hierarchical(precision=hf.LogNormal(25.0, 0.1)), COUNTS, rng=1)
    assert found.verdict.ok
    z_gate([found.log_evidence.value], [POOLED.log_evidence.value], [2 * found.log_evidence.error])
    health = found.posterior.health(found.draws["proportions"])
    z_gate(health.mean, POOLED.posterior.mean, health.mcse)
    squares = found.posterior.health((found.draws["proportions"] - POOLED.posterior.mean) ** 2)
    z_gate(squares.mean, POOLED.posterior.variance, squares.mcse)


def test_two_categories_without_any_variation_are_pooled_exactly():
    blue = COUNTS.collapse("blue")
    found, pooled = (
        hf.fit(model, blue) for model in (hf.Hierarchical(precision=hf.LogNormal(25.0, 0.1)), hf.Pooled())
    )
    assert found.engine == "quadrature"
    assert found.log_evidence.value == pytest.approx(pooled.log_evidence.value, abs=1e-6)
    assert float(found.weights @ found.draws["proportions"][:, 0]) == pytest.approx(
        pooled.posterior.mean[0], abs=1e-8
    )


def test_a_little_variation_is_not_pooled():
    """The ladder is no wall: at a precision of 1,000 the evidence is another one."""
    found = hf.fit(hf.Hierarchical(precision=hf.LogNormal(np.log(1000.0), 0.1)), COUNTS, rng=1)
    assert abs(found.log_evidence.value - POOLED.log_evidence.value) > 0.1 > 20 * found.log_evidence.error
