"""Isometric log-ratio coordinates."""

from __future__ import annotations

import numpy as np
import pytest

from handful.distributions.simplex import basis, from_simplex, log_jacobian, log_to_simplex, to_simplex
from handful.errors import ParameterError


@pytest.mark.parametrize("n", [2, 3, 6, 130])
def test_the_basis_is_orthonormal_and_sums_to_zero(n):
    v = basis(n)
    assert v.shape == (n - 1, n)
    np.testing.assert_allclose(v @ v.T, np.eye(n - 1), atol=1e-14)
    np.testing.assert_allclose(v.sum(axis=1), 0, atol=1e-13)


@pytest.mark.parametrize("n", [2, 3, 6])
def test_there_and_back(n, rng):
    y = rng.normal(size=(4, 5, n - 1)) * 3
    q = to_simplex(y)
    np.testing.assert_allclose(q.sum(axis=-1), 1, rtol=1e-14)
    np.testing.assert_allclose(from_simplex(q), y, rtol=1e-11, atol=1e-12)


def test_far_out_the_logs_stay_finite():
    logs = log_to_simplex([1e5, -1e5])
    assert np.isfinite(logs).all()
    assert logs.min() < -1e4


@pytest.mark.parametrize("n", [2, 3, 5])
def test_the_jacobian_is_the_determinant(n, rng):
    y, step = rng.normal(size=n - 1), 1e-6
    columns = [
        (to_simplex(y + step * unit) - to_simplex(y - step * unit))[:-1] / (2 * step)
        for unit in np.eye(n - 1)
    ]
    truth = np.linalg.slogdet(np.array(columns).T).logabsdet
    assert float(log_jacobian(log_to_simplex(y))) == pytest.approx(truth, abs=1e-7)


def test_what_is_no_recipe_is_refused():
    with pytest.raises(ParameterError, match="above 0"):
        from_simplex([1.0, 0.0])
    with pytest.raises(ParameterError, match="sum"):
        from_simplex([0.3, 0.3])
    with pytest.raises(ParameterError, match="two or more"):
        basis(1)
