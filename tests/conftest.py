"""What holds for the whole suite: seeds from names, shapes checked at every call, no window opened."""

from __future__ import annotations

import os

os.environ["MPLBACKEND"] = "Agg"
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the workers of pytest-xdist use the cores already

import hypothesis
import numpy as np
import pytest

from tests.testing_tools import seeds, shapes


def pytest_configure(config):
    """Settle a rotation before the workers start, and make hypothesis follow it."""
    config.rotation_line = seeds.settle_rotation()
    rotated = config.rotation_line is not None
    hypothesis.settings.register_profile(
        "handful", deadline=None, derandomize=not rotated, database=None, print_blob=rotated
    )
    hypothesis.settings.load_profile("handful")


def pytest_report_header(config):
    return config.rotation_line


def pytest_sessionstart(session):
    """From here on, every annotated shape of the package is checked at every call."""
    shapes.install("handful")


@pytest.fixture
def seed(request) -> int:
    """The test's own seed, from its name."""
    number = seeds.seed_for(request.node.nodeid)
    print(f"seed of this test: {number}")
    return number


@pytest.fixture
def rng(seed) -> np.random.Generator:
    """The test's own generator."""
    return np.random.default_rng(seed)
