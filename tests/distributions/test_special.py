"""Logarithms that keep their digits, against mpmath."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from tests.oracles import dirichlet_multinomial as oracle

from handful.compensated import sum_compensated, times_exact, times_log_ratio
from handful.distributions import special
from handful.distributions.slopes import slope, slope_deficit
from handful.distributions.special import (
    log_factorial,
    log_multinomial_coefficient,
    log_rising_excess,
    log_sum_exp,
)
from handful.stirling import deviance, log1pmx, stirling_remainder

BASES = (1e-300, 1e-8, 0.3, 1.0, 9.99, 10.0, 58.0, 1e3, 1e6, 1e9, 1e14, 1e18)
NUMBERS = (0, 1, 2, 58, 299, 300, 301, 1000, 10**4)


def test_log1pmx():
    for x in [*(-np.geomspace(1e-300, 0.999, 60)), *np.geomspace(1e-300, 1e10, 80), 0.5, -0.5, 0.0]:
        with mpmath.workdps(700):
            truth = float(mpmath.log1p(mpmath.mpf(float(x))) - mpmath.mpf(float(x)))
        assert float(log1pmx(x)) == pytest.approx(truth, rel=2e-15, abs=1e-307)


def test_stirling_remainder():
    for x in np.geomspace(1e-300, 1e18, 200):
        with mpmath.workdps(60):
            y = mpmath.mpf(float(x))
            truth = mpmath.loggamma(y) - ((y - 0.5) * mpmath.log(y) - y + mpmath.log(2 * mpmath.pi) / 2)
        assert float(stirling_remainder(x)) == pytest.approx(
            float(truth), rel=3e-16 if x > 10 else 1e-13, abs=1e-14
        )


def rising_errors(rising) -> list[float]:
    """Error over what DESIGN.md, section 4, asks: 1e-11 + 1e-15 log N!."""
    return [
        float(abs(mpmath.mpf(float(rising(a, n))) - oracle.rising_excess(a, n)))
        / (1e-11 + 1e-15 * oracle.log_factorial(n) + float(np.spacing(abs(float(rising(a, n))))))
        for a in BASES
        for n in NUMBERS
    ]


def test_rising_excess_agrees_with_eighty_digits():
    assert max(rising_errors(log_rising_excess)) <= 1


def test_rising_excess_gate_sees_a_sum_one_too_long():
    assert max(rising_errors(lambda a, n: log_rising_excess(a, n + 1))) > 1


def test_rising_excess_broadcasts():
    a, n = np.array([[0.5], [20.0]]), np.array([0, 3, 400, 5])
    found = log_rising_excess(a, n)
    assert found.shape == (2, 4)
    for i, j in np.ndindex(2, 4):
        assert found[i, j] == pytest.approx(float(oracle.rising_excess(float(a[i, 0]), int(n[j]))), rel=1e-12)


def test_rising_excess_in_blocks(rng):
    a, n = rng.uniform(0.1, 50, 9000), rng.integers(0, 301, 9000)
    some = rng.integers(9000, size=20)
    assert np.all(log_rising_excess(a, n)[some] == log_rising_excess(a[some], n[some]))
    assert np.isfinite(log_rising_excess([1e-308, 5e-324], [300, 300])).all()


def test_log_factorial():
    assert log_factorial([0, 1, 5]).tolist() == pytest.approx([0, 0, np.log(120)], abs=1e-15)


@pytest.mark.parametrize("counts", [[0, 0], [1, 0], [5, 5], [10**4] * 3, [10**9, 3, 0], [2**52, 1]])
def test_log_multinomial_coefficient(counts):
    with mpmath.workdps(60):
        truth = mpmath.loggamma(sum(counts) + 1) - sum(mpmath.loggamma(k + 1) for k in counts)
    assert float(log_multinomial_coefficient(counts)) == pytest.approx(float(truth), rel=1e-13, abs=1e-13)


def test_log_sum_exp():
    assert log_sum_exp([[-1e4, -1e4], [700, 710], [-np.inf, 0]]).tolist() == pytest.approx(
        [-1e4 + np.log(2), 710 + np.log1p(np.exp(-10)), 0]
    )
    assert log_sum_exp([-np.inf, -np.inf]) == -np.inf
    assert log_sum_exp([[1.0, 2.0]], axis=0).tolist() == [1.0, 2.0]


class TestCompensated:
    def test_a_sum_that_cancels(self, rng):
        terms = rng.normal(size=(3, 51)) * 10.0 ** rng.integers(0, 14, (3, 51))
        with mpmath.workdps(60):
            truth = [float(mpmath.fsum(map(mpmath.mpf, row.tolist()))) for row in terms]
        assert sum_compensated(terms).tolist() == pytest.approx(truth, rel=1e-14)

    def test_a_product_and_its_rest(self, rng):
        x, y = rng.normal(size=50) * 1e9, rng.normal(size=50)
        high, low = times_exact(x, y)
        for i in range(50):
            with mpmath.workdps(60):
                assert mpmath.mpf(high[i]) + mpmath.mpf(low[i]) == mpmath.mpf(x[i]) * mpmath.mpf(y[i])

    def test_a_large_multiple_of_a_log(self):
        high, low = times_log_ratio(np.array(1e9), over=np.array(1e-300), under=np.array(1.0))
        with mpmath.workdps(60):
            truth = mpmath.mpf(1e9) * mpmath.log(mpmath.mpf(1e-300))
            error = mpmath.mpf(float(high)) + mpmath.mpf(float(low)) - truth
        # The log of the mantissas is below 0.7: 1e9 times its last digit.
        assert abs(float(error)) <= 1e9 * np.spacing(0.7)


def test_deviance():
    for x, mean in [(1e9, 1e9 + 3), (5.0, 1e-300), (1e-300, 5.0), (58.0, 30.0), (3.0, 2.0), (1e300, 1e299)]:
        high, low = deviance(np.array(x), np.array(mean), excess=np.array(x - mean))
        with mpmath.workdps(700):
            truth = (
                mpmath.mpf(x) * mpmath.log(mpmath.mpf(x) / mpmath.mpf(mean))
                - mpmath.mpf(x)
                + mpmath.mpf(mean)
            )
        assert float(high + low) == pytest.approx(float(truth), rel=1e-13)


def test_slopes():
    for a in (1e-8, 0.3, 9.0, 11.0, 1e4, 1e9, 1e15):
        for n in (0, 1, 2, 58, 300, 301, 10**4):
            with mpmath.workdps(60):
                s = mpmath.mpf(a) * (mpmath.digamma(mpmath.mpf(a) + n) - mpmath.digamma(mpmath.mpf(a)))
            assert float(slope(np.array(a), np.array(float(n)))) == pytest.approx(
                float(s), rel=1e-12, abs=1e-300
            )
            if n <= max(a, 300):
                found = float(slope_deficit(np.array(a), np.array(float(n))))
                assert found == pytest.approx(float(n - s), rel=1e-10, abs=1e-30)


def test_the_oracle_itself_counts_right():
    # (2)_3 = 2 · 3 · 4 over 2³; L(1, 1) (1)_1 (1)_1 / (2)_2 = 2/6.
    assert float(oracle.rising_excess(2.0, 3)) == pytest.approx(np.log(24 / 8), rel=1e-15)
    assert float(oracle.dirichlet_multinomial_log_pmf([1, 1], [1, 1])) == pytest.approx(
        np.log(1 / 3), rel=1e-15
    )
    assert special.LONGEST_TABLE == 300
