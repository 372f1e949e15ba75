"""The divergence between two distributions of a family against numerical integrals and 50 digits."""

import math

import mpmath
import numpy as np
import pytest
from scipy import integrate, stats

import handful as hf
from handful.distributions.divergence import of_dirichlets, of_gammas


@pytest.mark.parametrize(
    ("first", "second"), [((3, 6), (0.7, 2)), ((0.3, 1), (2, 5)), ((400, 90), (380, 100))]
)
def test_gammas_against_an_integral(first, second):
    p, q = (stats.gamma(shape, scale=1 / rate) for shape, rate in (first, second))
    low, high = p.ppf(1e-16), p.isf(1e-16)
    oracle, error = integrate.quad(
        lambda x: p.pdf(x) * (p.logpdf(x) - q.logpdf(x)), low, high, points=[p.mean()], limit=400
    )
    assert of_gammas(hf.Gamma(*first), hf.Gamma(*second)) == pytest.approx(oracle, abs=10 * error + 1e-9)


@pytest.mark.parametrize(
    ("first", "second"), [((2, 5), (1, 1)), ((0.5, 0.8), (3, 0.4)), ((900, 100), (1000, 90))]
)
def test_betas_against_an_integral(first, second):
    p, q = stats.beta(*first), stats.beta(*second)
    oracle, error = integrate.quad(
        lambda x: p.pdf(x) * (p.logpdf(x) - q.logpdf(x)), 0, 1, points=[p.mean()], limit=400
    )
    assert of_dirichlets(hf.Dirichlet(first), hf.Dirichlet(second)) == pytest.approx(
        oracle, abs=10 * error + 1e-8
    )


def digits(a, b):
    """The divergence of Dirichlet(b) from Dirichlet(a) by the textbook's formula, in 60 digits."""
    with mpmath.workdps(60):
        a, b = [mpmath.mpf(float(x)) for x in a], [mpmath.mpf(float(x)) for x in b]
        value = mpmath.loggamma(sum(a)) - mpmath.loggamma(sum(b))
        for x, y in zip(a, b, strict=True):
            value += (
                mpmath.loggamma(y) - mpmath.loggamma(x) + (x - y) * (mpmath.psi(0, x) - mpmath.psi(0, sum(a)))
            )
        return float(value)


@pytest.mark.parametrize("n", [0, 30, 1e4, 1e9, 1e14])
@pytest.mark.parametrize("change", [0.5, 2, 1000])
def test_dirichlets_keep_their_digits_however_many_items(n, change):
    a = np.array([1, 2, 0.5]) + n * np.array([0.2, 0.5, 0.3])
    b = a + np.array([change, 0, 0.1])
    assert of_dirichlets(hf.Dirichlet(a), hf.Dirichlet(b)) == pytest.approx(digits(a, b), rel=1e-4, abs=1e-11)


def test_nothing_diverges_from_itself_and_everything_else_does():
    one, other = hf.Dirichlet([3, 1, 2]), hf.Dirichlet([3, 1, 2.1])
    assert of_dirichlets(one, one) == 0 == of_gammas(hf.Gamma(2, 3), hf.Gamma(2, 3))
    assert 0 < of_dirichlets(one, other) < 1e-2
    assert math.isclose(of_dirichlets(hf.Dirichlet([1, 1]), hf.Dirichlet([2, 1])), 1 - math.log(2))
