"""A24: intervals of conjugate fits hold the truth as often as they say."""

import functools
import itertools

import numpy as np
import pytest
from tests.testing_tools.gates import GateClosed, z_gate
from tests.testing_tools.seeds import seed_for

import handful as hf

FITS = 5_000
MASSES = (0.50, 0.90, 0.95)
PRIOR = hf.Dirichlet([0.7, 2.0, 5.0])
BAG = 20
KINDS = ("eti", "hdi")
SEED = seed_for("coverage of conjugate fits")


@functools.cache
def parts_of(margin, mass, kind):
    """The interval; there are no more different posteriors than counts of the category."""
    return margin.interval(mass=mass, kind=kind).parts


@functools.cache
def coverage(seed, *, planted_total=0, fits=FITS):
    """How often each interval holds the true share of the first category, by kind and mass."""
    rng = np.random.default_rng(seed)
    truths = PRIOR.draw(fits, rng=rng)
    bags = rng.multinomial(BAG, truths)
    held = {kind: np.zeros(len(MASSES)) for kind in KINDS}
    for truth, bag in zip(truths[:, 0], bags, strict=True):
        counts = hf.Counts([bag + planted_total * np.eye(3, dtype=int)[0]], categories=["a", "b", "c"])
        margin = hf.fit(hf.Pooled(PRIOR), counts).posterior.margin("a")
        for kind, position in itertools.product(KINDS, range(len(MASSES))):
            held[kind][position] += any(
                low <= truth <= high for low, high in parts_of(margin, MASSES[position], kind)
            )
    return {kind: found / fits for kind, found in held.items()}


def gate(rates, *, fits=FITS):
    masses = np.array(MASSES)
    z_gate(rates, masses, np.sqrt(masses * (1 - masses) / fits))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.slow
def test_intervals_cover_as_stated(kind):
    gate(coverage(SEED)[kind])


def test_the_gate_notices_two_items_too_many():
    with pytest.raises(GateClosed):
        gate(coverage(SEED, planted_total=2, fits=1_000)["eti"], fits=1_000)
