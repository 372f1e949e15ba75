"""Two engines that share nothing but the target: importance draws along the ridge, and tempered particles."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from tests.statistical.hierarchical_gates import DEFAULT, WITHIN_TWO, made_up, said, seed_of
from tests.statistical.hierarchical_worlds import counts_of, shapes_unchecked
from tests.testing_tools.gates import two_stage

import handful as hf

DATA_SETS = 50
PARTICLES = 2_048


def agreement(rng, n) -> float:
    """Of |laplace − smc| < 2 joint errors as often as of a normal difference (six categories)."""
    good = 0
    with shapes_unchecked():
        for _ in range(n):
            counts = counts_of(made_up(6, 25, rng, most_bags=8))
            drawn = hf.fit(DEFAULT.model, counts, engine="laplace", rng=seed_of(rng)).log_evidence
            tempered = hf.fit(
                DEFAULT.model, counts, engine="smc", draws=PARTICLES, rng=seed_of(rng)
            ).log_evidence
            good += abs(drawn.value - tempered.value) < 2 * np.hypot(drawn.error, tempered.error)
    print(f"{good} of {n} within two joint errors")
    return said(stats.binom.cdf(good, n, WITHIN_TWO))


@pytest.mark.slow
def test_A20_laplace_and_smc_agree_on_six_categories(rng):
    two_stage(agreement, rng, DATA_SETS)
