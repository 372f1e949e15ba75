"""Matrix products: those of NumPy, and the same to the last bit on one core and on two."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from handful import products
from handful.products import SMALL, product

UNIT = float(np.finfo(float).eps)

SHAPES = [
    (1, 1, 1),
    (3, 2, 5),
    (0, 4, 3),
    (4, 0, 3),
    (4, 3, 0),
    (1, SMALL, 1),
    (1, 700, 701),
    (5_000, 6, 300),
    (4_097, 6, 6),
    (70_000, 2, 1),
    (64, 512, 512),
    (3, 513, 257),
]


def allowed(a, b):
    """Rounding of so many additions, whatever their order."""
    return UNIT * (a.shape[1] + 1) * (np.abs(a) @ np.abs(b)) + 1e-300


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_it_is_the_product(shape, rng):
    n, k, m = shape
    a, b = rng.standard_normal((n, k)), rng.standard_normal((k, m))
    found = product(a, b)
    assert found.shape == (n, m)
    assert (np.abs(found - a @ b) <= allowed(a, b)).all()


@pytest.mark.parametrize("small", [1, 10, 1 << 30])
def test_it_is_the_product_however_it_is_cut(small, rng, monkeypatch):
    monkeypatch.setattr(products, "SMALL", small)
    a, b = rng.standard_normal((101, 7)), rng.standard_normal((7, 5))
    assert (np.abs(product(a, b) - a @ b) <= allowed(a, b)).all()


def test_transposed_and_strided_matrices_are_multiplied_too(rng):
    a, b = rng.standard_normal((7, 900)), rng.standard_normal((2 * 8, 2 * 7))
    one, other = np.ascontiguousarray(a.T), b[::2, ::2].T
    assert (np.abs(product(one, other) - one @ other) <= allowed(one, other)).all()


def test_whole_numbers_are_exact(rng):
    """No rounding, so that one wrong or missing term is seen."""
    a = rng.integers(-9, 9, size=(3_001, 40)).astype(float)
    b = rng.integers(-9, 9, size=(40, 30)).astype(float)
    assert (product(a, b) == (a.astype(int) @ b.astype(int))).all()


# ---- the same bits on one core and on two -----------------------------------------------------------------

OF_PRODUCTS = """
import hashlib
import numpy as np
from handful.products import product
rng = np.random.default_rng(5)
seen = hashlib.sha256()
for n, k, m in [(5_000, 6, 300), (4_097, 12, 12), (300, 700, 500), (1, 70_000, 1), (2_000, 300, 3), (3, 9_000, 40)]:
    seen.update(product(rng.standard_normal((n, k)), rng.standard_normal((k, m))).tobytes())
print(seen.hexdigest())
"""

OF_FITS = """
import hashlib
import numpy as np
import handful as hf
for n_bags, size, n_categories, engine, kind in [
    (20, 2, 4, "smc", {}),
    (10, 2, 3, "smc", {"overdispersed": True}),
    (3_000, 5, 6, "laplace", {}),
    (400, 3, 40, "laplace", {}),
]:
    rng = np.random.default_rng(3)
    recipes = rng.dirichlet(np.ones(n_categories), size=size)
    table = rng.multinomial(55, recipes[rng.integers(size, size=n_bags)])
    bags = hf.Counts(table, categories=[f"c{i}" for i in range(n_categories)])
    fit = hf.fit(hf.Mixture(size, **kind), bags, engine=engine, draws=500, rng=7)
    seen = hashlib.sha256(fit.weights.tobytes())
    for name in sorted(fit.draws):
        seen.update(np.ascontiguousarray(fit.draws[name]).tobytes())
    print(fit.engine, repr(fit.log_evidence.value), repr(fit.log_evidence.error), seen.hexdigest())
"""


def printed(code, *, threads) -> str:
    limits = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), str(threads))
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **limits},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.mark.parametrize("code", [OF_PRODUCTS, OF_FITS], ids=["products", "fits"])
def test_one_core_and_two_give_the_same_bits(code):
    alone = printed(code, threads=1)
    assert alone.strip()
    assert printed(code, threads=2) == alone
