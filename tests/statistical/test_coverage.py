"""A24: intervals of conjugate fits hold the truth as often as they say."""

import functools

import numpy as np
import pytest
from tests.testing_tools.gates import GateClosed, z_gate

import handful as hf

FITS = 5_000
MASSES = (0.50, 0.90, 0.95)
PRIOR = hf.Dirichlet([0.7, 2.0, 5.0])
BAG = 20


@functools.cache
def parts_of(margin, mass, kind):
    """The interval; there are no more different posteriors than counts of the category."""
    return margin.interval(mass=mass, kind=kind).parts


def coverage(rng, kind, *, planted_total=0):
    """How often each interval holds the true share of the first category, over FITS fits."""
    truths = PRIOR.draw(FITS, rng=rng)
    bags = rng.multinomial(BAG, truths)
    held = np.zeros(len(MASSES))
    for truth, bag in zip(truths[:, 0], bags, strict=True):
        counts = hf.Counts([bag + planted_total * np.eye(3, dtype=int)[0]], categories=["a", "b", "c"])
        margin = hf.fit(hf.Pooled(PRIOR), counts).posterior.margin("a")
        for position, mass in enumerate(MASSES):
            held[position] += any(low <= truth <= high for low, high in parts_of(margin, mass, kind))
    return held / FITS


def gate(rates):
    masses = np.array(MASSES)
    z_gate(rates, masses, np.sqrt(masses * (1 - masses) / FITS))


@pytest.mark.parametrize("kind", ["eti", "hdi"])
@pytest.mark.slow
def test_intervals_cover_as_stated(rng, kind):
    gate(coverage(rng, kind))


def test_the_gate_notices_two_items_too_many(rng):
    with pytest.raises(GateClosed):
        gate(coverage(rng, "eti", planted_total=2))
