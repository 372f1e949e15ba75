"""Sums of log rising factorials over histograms, and Stirling's formula for their terms, against plain products.

The oracle multiplies and adds term by term at 60 digits and more; where a value is too long for that it takes log
gammas and polygammas with as many digits more as they lose to each other.
"""

from __future__ import annotations

from functools import lru_cache

import mpmath
import numpy as np
import pytest

from handful.distributions import rising_sums, special
from handful.distributions.rising_sums import FEW_TERMS, TERMS_PER_VALUE, RisingSum
from handful.distributions.slopes import curvature_by_stirling, deficit_by_stirling
from handful.distributions.special import rising_excess_by_stirling

UNIT = float(np.finfo(float).eps)
LONGEST_PRODUCT = 1500
BASES = (1e-300, 1e-290, 1e-100, 1e-8, 1e-3, 0.3, 1.0, 9.99, 10.0, 10.01, 58.0, 1e3, 1e6, 1e9, 1e14, 1e18)
ORDINARY = tuple(a for a in BASES if a >= 1e-8)
NUMBERS = (0, 1, 2, 3, 19, 20, 21, 58, 300, 301, 1499)
LONG = (10**4, 10**6, 10**9)

# name -> {value: bags}
HISTOGRAMS = {
    "no bags": {},
    "empty bags only": {0: 7},
    "one item each": {1: 9},
    "one bag of two": {2: 1},
    "a class": {0: 3, 4: 2, 7: 11, 8: 12, 9: 5, 15: 1},
    "dense": {value: 1 + value % 7 for value in range(0, 120, 2)},
    "one bag": {58: 1},
    "one long bag": {1200: 1},
    "sparse": {1: 4, 2: 1, 700: 3, 1400: 2},
    "very many bags": {3: 10**12, 5: 3 * 10**12, 58: 10**9},
}
LONG_HISTOGRAMS = {
    "a thousand million": {10**9: 1},
    "long and short": {0: 5, 1: 3, 12: 4, 10**4: 2, 10**6: 1, 10**9: 2},
}


@lru_cache(maxsize=100_000)
def one_bag(log_a: float, k: int):
    """log (a)_k − k log a, and its first and second derivative by log a, as mpmath numbers."""
    a_digits = int(abs(log_a) / 2.302) + 2
    with mpmath.workdps(60 + a_digits):
        a = mpmath.exp(mpmath.mpf(log_a))
        if k <= LONGEST_PRODUCT:
            product, first, second = mpmath.mpf(1), mpmath.mpf(0), mpmath.mpf(0)
            for j in range(1, k):
                lifted = a + j
                product *= lifted / a
                first -= j / lifted
                second += a * j / lifted**2
            return mpmath.log(product), first, second
    with mpmath.workdps(60 + 2 * a_digits):
        a = mpmath.exp(mpmath.mpf(log_a))
        value = mpmath.loggamma(a + k) - mpmath.loggamma(a) - k * mpmath.mpf(log_a)
        slope = a * (mpmath.digamma(a + k) - mpmath.digamma(a))
        bend = slope + a * a * (mpmath.psi(1, a + k) - mpmath.psi(1, a))
        return value, slope - k, bend


def truth_of(histogram: dict[int, int], log_a: float):
    """F, F′ and F″ over a histogram."""
    with mpmath.workdps(400):
        each = [[times * part for part in one_bag(log_a, k)] for k, times in histogram.items()]
        return [mpmath.fsum(parts) for parts in zip(*each, strict=True)] if each else [mpmath.mpf(0)] * 3


def arrays_of(histogram):
    values = np.array(sorted(histogram), dtype=np.int64)
    return values, np.array([histogram[int(value)] for value in values], dtype=np.int64)


def by_steps(histogram) -> RisingSum:
    longest = max(histogram, default=0)
    steps = np.arange(1.0, max(longest, 1))
    exceeding = [float(sum(bags for k, bags in histogram.items() if k > step)) for step in steps]
    return RisingSum(steps, np.array(exceeding), by_steps=True)


def by_values(histogram) -> RisingSum:
    values, bags = arrays_of(histogram)
    return RisingSum(values.astype(float), bags.astype(float), by_steps=False)


def size_of(histogram, log_a: float) -> tuple[float, float, float]:
    """What each number is a difference of by Stirling's formula, Σ bags of the value's own part in it.

    k log(1 + k/a) and log-gamma's own size; k, or k²/a where a is larger; and the same. Below a = 10 there are
    polygamma functions, of sizes a ψ and a² ψ′; above it their series are cut after seven terms, and the next
    would have been 0.44 a (1/a)^16 and 7.1 a² (1/a)^17: at a = 10 that is two units and thirty-two.
    """
    a = float(np.exp(log_a))
    value = slope = bend = 0.0
    for k, bags in histogram.items():
        value += bags * (
            k * np.logaddexp(0.0, np.log(max(k, 1)) - log_a) + (np.log1p(k) + 1 if a < 10 else 0)
        )
        share = min(1.0, (k + 1) / a) if a > 0 else 1.0
        beside = a * (2 + np.log1p(k + a)) if a < 10 else 0.0
        slope += bags * (k * share + (beside or 2 * (10 / a) ** 15))
        bend += bags * (k * share + (beside or 32 * (10 / a) ** 15))
    return value, slope, bend


def allowed(histogram, log_a: float, *, truth, summed_by_steps: bool) -> list[float]:
    """How far off each of the three may be.

    A sum of T positive terms is off by (T + 8) units at most; Stirling's formula by some units of what it is a
    difference of. Bases below 1e-290 are raised to that for the derivatives: a change of 1e-290 a step.
    """
    n_terms = (max(histogram, default=0) if summed_by_steps else len(histogram)) + 8
    floor = 1e-289 * sum(k * bags for k, bags in histogram.items())
    own = [n_terms * UNIT * abs(float(part)) + floor for part in truth]
    if summed_by_steps:
        return own
    return [mine + 24 * UNIT * size for mine, size in zip(own, size_of(histogram, log_a), strict=True)]


def worst(rising: RisingSum, histogram, bases=BASES) -> np.ndarray:
    """The largest error over what is allowed, of value, slope and curvature."""
    logs = np.log(np.array(bases))
    found = np.stack([rising.value(logs), rising.slope(logs), rising.curvature(logs)], axis=1)
    ratios = []
    for log_a, row in zip(logs.tolist(), found, strict=True):
        truth = truth_of(histogram, log_a)
        bounds = allowed(histogram, log_a, truth=truth, summed_by_steps=rising.by_steps)
        ratios.append(
            [
                float(abs(mpmath.mpf(float(one)) - exact)) / bound if bound else float(one != 0)
                for one, exact, bound in zip(row, truth, bounds, strict=True)
            ]
        )
    return np.max(ratios, axis=0)


@pytest.mark.parametrize("name", HISTOGRAMS)
def test_value_slope_and_curvature_agree_with_sixty_digits(name):
    rising = RisingSum.over(*arrays_of(HISTOGRAMS[name]))
    found = worst(rising, HISTOGRAMS[name])
    print(f"{name}: by steps {rising.by_steps}; errors over what is allowed {found.round(2)}")
    assert (found <= 1).all()


@pytest.mark.parametrize("name", LONG_HISTOGRAMS)
def test_values_of_up_to_a_thousand_million(name):
    histogram = LONG_HISTOGRAMS[name]
    rising = RisingSum.over(*arrays_of(histogram))
    assert not rising.by_steps
    assert (worst(rising, histogram, ORDINARY) <= 1).all()


@pytest.mark.parametrize("name", HISTOGRAMS)
def test_both_ways_of_adding_agree(name):
    histogram = HISTOGRAMS[name]
    assert (worst(by_steps(histogram), histogram) <= 1).all()
    assert (worst(by_values(histogram), histogram) <= 1).all()


def test_the_way_is_chosen_by_what_is_shorter():
    assert RisingSum.over(np.array([FEW_TERMS]), np.array([1])).by_steps
    assert not RisingSum.over(np.array([FEW_TERMS + 1]), np.array([1])).by_steps
    values = np.arange(100)
    assert RisingSum.over(np.append(values, TERMS_PER_VALUE * 101), np.ones(101, dtype=int)).by_steps
    assert not RisingSum.over(np.append(values, TERMS_PER_VALUE * 101 + 1), np.ones(101, dtype=int)).by_steps


def test_the_steps_are_survival_counts():
    rising = RisingSum.over(np.array([0, 3, 5]), np.array([4, 2, 1]))
    assert rising.steps.tolist() == [1, 2, 3, 4]
    assert rising.bags.tolist() == [3, 3, 1, 1]


def test_small_and_tiny_terms_keep_their_digits():
    """No rounding against 1: at a = 10^18 one bag of two is worth 10^-18, to the last digits."""
    for a in (1e14, 1e18, 1e25, 1e100):
        found = RisingSum.over(np.array([2]), np.array([1])).value(np.log([a]))
        assert found[0] == pytest.approx(1 / a, rel=1e-13)


def test_all_goes_on_below_the_smallest_base():
    logs = np.array([-690.0, -800.0, -1e4])
    for histogram in (HISTOGRAMS["a class"], HISTOGRAMS["one long bag"]):
        rising = RisingSum.over(*arrays_of(histogram))
        steps = sum(bags * max(k - 1, 0) for k, bags in histogram.items())
        constant = sum(bags * float(mpmath.loggamma(max(k, 1))) for k, bags in histogram.items())
        assert rising.value(logs).tolist() == pytest.approx((constant - steps * logs).tolist(), rel=1e-13)
        assert rising.slope(logs).tolist() == pytest.approx([-steps] * 3, rel=1e-13)
        assert (np.abs(rising.curvature(logs)) <= 1e-280).all()


def test_nothing_is_left_at_infinite_bases():
    for histogram in HISTOGRAMS.values():
        rising = RisingSum.over(*arrays_of(histogram))
        found = [rising.value, rising.slope, rising.curvature]
        # Σ k²/2a bags: 10^16 items at a = e^300.
        assert all(abs(float(part(np.array([300.0]))[0])) <= 1e-110 for part in found)


def test_in_blocks_it_is_the_same(monkeypatch, rng):
    logs = rng.uniform(-20, 40, 1000)
    for histogram in (HISTOGRAMS["dense"], HISTOGRAMS["sparse"]):
        rising = RisingSum.over(*arrays_of(histogram))
        whole = rising.value(logs)
        monkeypatch.setattr(rising_sums, "CELLS_AT_ONCE", 1000)
        assert (rising.value(logs) == whole).all()
        monkeypatch.undo()
        assert (rising.value(logs[:1]) == whole[:1]).all()
    assert rising.value(np.zeros(0)).shape == (0,)


class TestOneValueByStirling:
    """`rising_excess_by_stirling`, `deficit_by_stirling` and `curvature_by_stirling`, for every base and value."""

    FUNCTIONS = (rising_excess_by_stirling, deficit_by_stirling, curvature_by_stirling)

    @staticmethod
    def ratio(function, place, *, bases=BASES, numbers=NUMBERS):
        """The worst error over sixteen units of what the value is a difference of."""
        ratios = []
        for a in bases:
            for n in numbers:
                # The base as the function has it: no logarithm in between.
                exact = exact_at(a, n)[place]
                found = mpmath.mpf(float(function(np.array(a), np.array(float(n)))))
                bound = 16 * UNIT * size_of({n: 1}, float(np.log(a)))[place] + 4 * UNIT * float(abs(exact))
                ratios.append(float(abs(found - exact)) / (bound + 1e-300))
        return max(ratios)

    @pytest.mark.parametrize("place", range(3))
    def test_against_products(self, place):
        assert self.ratio(self.FUNCTIONS[place], place) <= 1

    @pytest.mark.parametrize("place", range(3))
    def test_against_gamma_functions(self, place):
        assert self.ratio(self.FUNCTIONS[place], place, bases=ORDINARY, numbers=LONG) <= 1

    @pytest.mark.parametrize("place", range(3))
    def test_no_step_where_the_formulas_change(self, place):
        near = (9.999999999, 10.0, 10.000000001, 2 * 58.0 - 1e-9, 2 * 58.0, 2 * 58.0 + 1e-9, 600.0, 600.1)
        assert self.ratio(self.FUNCTIONS[place], place, bases=near, numbers=(1, 2, 58, 300)) <= 1

    def test_no_items_are_worth_nothing(self):
        for function in self.FUNCTIONS:
            found = function(np.array(BASES), np.zeros(len(BASES)))
            assert (found == 0).all()

    def test_they_broadcast(self):
        a, n = np.array([[0.5], [20.0]]), np.array([0.0, 3.0, 400.0])
        for function in self.FUNCTIONS:
            found = function(a, n)
            assert found.shape == (2, 3)
            for i, j in np.ndindex(2, 3):
                assert found[i, j] == pytest.approx(float(function(a[i, 0], n[j])), rel=1e-15)

    def test_the_gates_see_a_sum_one_too_long(self):
        for place, function in enumerate(self.FUNCTIONS):
            assert self.ratio(lambda a, n, function=function: function(a, n + 1), place) > 1

    def test_the_gate_sees_a_remainder_left_out(self, monkeypatch):
        monkeypatch.setattr(special, "stirling_remainder", np.zeros_like)
        assert self.ratio(rising_excess_by_stirling, 0) > 1


@lru_cache(maxsize=100_000)
def exact_at(a: float, n: int):
    """g(a, n), e(a, n) = −∂g/∂log a and its curvature, the base given as it is."""
    digits = int(abs(np.log10(a))) + 2
    with mpmath.workdps(60 + 2 * digits):
        x = mpmath.mpf(a)
        if n <= LONGEST_PRODUCT:
            product, deficit, bend = mpmath.mpf(1), mpmath.mpf(0), mpmath.mpf(0)
            for j in range(1, n):
                product *= 1 + j / x
                deficit += j / (x + j)
                bend += x * j / (x + j) ** 2
            return mpmath.log(product), deficit, bend
        slope = x * (mpmath.digamma(x + n) - mpmath.digamma(x))
        return (
            mpmath.loggamma(x + n) - mpmath.loggamma(x) - n * mpmath.log(x),
            n - slope,
            slope + x * x * (mpmath.psi(1, x + n) - mpmath.psi(1, x)),
        )


def test_the_oracle_itself_counts_right():
    # (2)_3 = 2 · 3 · 4 over 2³; 1/3 + 2/4; 2 (1/9 + 2/16).
    value, deficit, bend = exact_at(2.0, 3)
    assert [float(value), float(deficit), float(bend)] == pytest.approx(
        [np.log(3.0), 1 / 3 + 2 / 4, 2 / 9 + 4 / 16], rel=1e-15
    )
    # Products and gamma functions are two ways to the same.
    for a in (1e-3, 0.7, 58.0, 1e9):
        short, log_a = one_bag(float(np.log(a)), LONGEST_PRODUCT), float(np.log(a))
        with mpmath.workdps(120):
            x, k = mpmath.exp(mpmath.mpf(log_a)), LONGEST_PRODUCT
            long = mpmath.loggamma(x + k) - mpmath.loggamma(x) - k * mpmath.mpf(log_a)
            slope = x * (mpmath.digamma(x + k) - mpmath.digamma(x)) - k
        assert float(abs(short[0] / long - 1)) <= 1e-40
        assert float(abs(short[1] / slope - 1)) <= 1e-40
