"""The likelihood of single rows under overdispersed components, against plain products at 60 digits and more."""

from __future__ import annotations

from functools import lru_cache

import mpmath
import numpy as np
import pytest
from tests.oracles import dirichlet_multinomial as oracle

from handful.distributions.dirichlet_multinomial import log_pmf, log_pmf_gradient
from handful.distributions.special import LONGEST_TABLE, log_multinomial_coefficient
from handful.models import overdispersed_rows
from handful.models.overdispersed_rows import OverdispersedRows

UNIT = float(np.finfo(float).eps)
PRECISIONS = (1e-300, 1e-291, 1e-8, 1e-2, 0.7, 9.0, 58.0, 1e3, 1e6, 1e14, 1e18, 1e300)

TABLES = {
    "a class": [[3, 0, 9, 1], [12, 7, 0, 2], [0, 0, 0, 0], [3, 7, 9, 1], [1, 0, 0, 0]],
    "one row": [[2, 5]],
    "never seen": [[0, 4, 0], [0, 0, 0], [0, 4, 1]],
    "around the table's end": [[299, 1, 0], [300, 301, 2], [302, 0, 5], [298, 2, 0]],
    "few and far apart": [[0, 290], [1200, 1], [3, 2500]],
    "only empty bags": [[0, 0]],
}


def table(name):
    return np.array(TABLES[name], dtype=np.int64)


def uneven(n):
    """Shares that fall by a factor of 5 each."""
    shares = 5.0 ** -np.arange(n)
    return np.log(shares / shares.sum())


@lru_cache(maxsize=100_000)
def one_count(log_a: float, k: int):
    """Σ log(1 + j/a), Σ j/(a + j) and Σ a j/(a + j)² over j < k, term by term."""
    with mpmath.workdps(60 + int(abs(log_a) / 2.302)):
        a = mpmath.exp(mpmath.mpf(log_a))
        lifted = [a + j for j in range(k)]
        value = mpmath.log(mpmath.fprod(one / a for one in lifted))
        deficit = mpmath.fsum(j / one for j, one in enumerate(lifted))
        curve = mpmath.fsum(a * j / one**2 for j, one in enumerate(lifted))
        return value, deficit, curve


def size_of(log_a: float, k: int) -> tuple[float, float, float]:
    """What each of the three is rounded in, at worst, in units.

    k + 8 units of itself as a sum; of Stirling's formula some units of what it is a difference of, which below
    a = 10 are log gammas of k (or polygammas of its size), and above it series that end (see
    tests/distributions/test_rising_sums.py); and log a, rounded, moves a by |log a| + 2 units.
    """
    a = float(np.exp(np.clip(log_a, -700, 700)))
    value, deficit, curve = (abs(float(one)) for one in one_count(log_a, k))
    moved = abs(log_a) + 2.0
    if k <= LONGEST_TABLE and k < 2:
        return moved * deficit, moved * curve, moved * curve
    long = (
        0.0 if k <= LONGEST_TABLE else 16.0 * ((k + a) * np.log1p(k + a) if a < 10 else k * np.log1p(k / a))
    )
    slope = 0.0
    if k <= LONGEST_TABLE:
        own = k + 8.0
    else:
        own = 16.0
        slope = 16.0 * a * (2 + np.log1p(k + a)) if a < 10 else 32 * (10 / a) ** 15
        slope += 16.0 * k * min(1.0, (k + 1) / a)
    return (
        own * value + long + moved * deficit + (abs(log_a) if a < 10 else 0.0),
        own * deficit + slope + moved * curve,
        own * curve + slope + moved * curve,
    )


def truth_and_size(row, log_precision, log_mean):
    """The row's log probability without its coefficient, and by how many units it may be off."""
    with mpmath.workdps(400):
        value, size = mpmath.mpf(0), 0.0
        for k, log_m in zip(row, log_mean, strict=True):
            if k:
                log_a = float(log_precision + log_m)
                value += int(k) * mpmath.mpf(float(log_m)) + one_count(log_a, int(k))[0]
                size += 4.0 * k * abs(log_m) + size_of(log_a, int(k))[0] + 4.0 * abs(float(value))
        n = int(sum(row))
        value -= one_count(float(log_precision), n)[0]
        return value, size + size_of(float(log_precision), n)[0]


def close(found, truth, size):
    assert np.isfinite(found)
    assert abs(mpmath.mpf(float(found)) - truth) <= 2.0 * UNIT * size + 1e-280


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("precision", PRECISIONS)
def test_log_pmf_is_the_product_of_its_terms(name, precision):
    rows = table(name)
    log_precision, log_mean = float(np.log(precision)), uneven(rows.shape[1])
    found = OverdispersedRows.of(rows).log_pmf(np.array([[log_precision]]), log_mean[None, None])[0, 0]
    for row, one in zip(rows, found, strict=True):
        close(one, *truth_and_size(row, log_precision, log_mean))


def test_log_pmf_by_log_gammas_and_by_the_other_road(rng):
    rows = rng.integers(0, 40, (12, 5)) * (rng.random((12, 5)) < 0.7)
    log_precision = np.log(np.array([[2.0, 300.0], [0.1, 1e5]]))
    log_mean = np.log(rng.dirichlet(np.full(5, 2.0), (2, 2)))
    found = OverdispersedRows.of(rows).log_pmf(log_precision, log_mean)
    concentration = np.exp(log_precision[..., None] + log_mean)
    ours = log_pmf(rows, concentration[:, :, None]) - log_multinomial_coefficient(rows)
    np.testing.assert_allclose(found, ours, rtol=1e-12, atol=1e-11)
    for draw, component, row in np.ndindex(2, 2, len(rows)):
        truth = oracle.dirichlet_multinomial_log_pmf(rows[row], concentration[draw, component])
        truth -= mpmath.mpf(float(log_multinomial_coefficient(rows[row])))
        assert abs(float(truth) - found[draw, component, row]) < 1e-11


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("precision", PRECISIONS)
def test_slopes_and_curvatures_are_the_sums_of_their_terms(name, precision):
    rows = table(name)
    n = rows.shape[1]
    log_precision, log_mean = float(np.log(precision)), uneven(n)
    weights = np.linspace(0.2, 2.0, len(rows))
    model = OverdispersedRows.of(rows)
    at = np.array([[log_precision]]), log_mean[None, None]
    slopes = model.slopes(*at, responsibilities=weights[None, None])
    bends = model.curvatures(*at, responsibilities=weights[None, None])
    np.testing.assert_allclose(slopes.counts[0, 0], weights @ rows, rtol=1e-14)
    np.testing.assert_array_equal(bends.counts, slopes.counts)
    columns = [(log_precision + log_mean[c], rows[:, c], slopes.categories[0, 0, c]) for c in range(n)]
    bent = [bends.categories[0, 0, c] for c in range(n)] + [bends.totals[0, 0]]
    columns.append((log_precision, rows.sum(axis=1), slopes.totals[0, 0]))
    for (log_a, counts, slope), bend in zip(columns, bent, strict=True):
        terms = [one_count(float(log_a), int(k)) for k in counts]
        sizes = [size_of(float(log_a), int(k)) for k in counts]
        allowed = [2.0 * UNIT * len(rows) * float(weights @ [one[i] for one in sizes]) for i in (1, 2)]
        # A base below 1e-290 is raised to that, one above 1e290 lowered: the sums change by k² / 2 · 1e-290.
        allowed = [one + 1e-290 * float(weights @ counts**2) for one in allowed]
        with mpmath.workdps(400):
            deficit, curve = (
                mpmath.fsum(mpmath.mpf(w) * one[i] for w, one in zip(weights, terms, strict=True))
                for i in (1, 2)
            )
        assert abs(mpmath.mpf(float(slope)) + deficit) <= allowed[0]
        assert abs(mpmath.mpf(float(bend)) - curve) <= allowed[1]


def test_scores_are_the_gradient_of_the_log_pmf(rng):
    rows = rng.integers(0, 400, (9, 4)) * (rng.random((9, 4)) < 0.6)
    log_precision = np.log(np.array([3.0, 500.0, 1e12]))
    log_mean = np.log(rng.dirichlet(np.ones(4), 3))
    found = OverdispersedRows.of(rows).scores(log_precision, log_mean)
    for component, row in np.ndindex(3, 9):
        concentration = np.exp(log_precision[component] + log_mean[component])
        # κ itself is rounded: Σ exp(log α) is not exp(log κ) to the last digit.
        limit = 1e-12 * rows[row].sum()
        want = log_pmf_gradient(rows[row], concentration)
        np.testing.assert_allclose(found[component, row], want, rtol=0, atol=limit)
        if component < 2:
            exact = [float(one) for one in oracle.gradient(rows[row], concentration)]
            np.testing.assert_allclose(found[component, row], exact, rtol=0, atol=limit)


def test_slopes_by_row_add_up_to_the_slopes(rng):
    rows = rng.integers(0, 900, (30, 6)) * (rng.random((30, 6)) < 0.4)
    log_precision, log_mean = np.log([4.0, 80.0]), np.log(rng.dirichlet(np.ones(6), 2))
    weights = rng.random((2, 30))
    model = OverdispersedRows.of(rows)
    categories, totals = model.slopes_by_row(log_precision, log_mean)
    whole = model.slopes(log_precision[None], log_mean[None], responsibilities=weights[None])
    np.testing.assert_allclose(np.einsum("kuc,ku->kc", categories, weights), whole.categories[0], rtol=1e-12)
    np.testing.assert_allclose(np.einsum("ku,ku->k", totals, weights), whole.totals[0], rtol=1e-12)


def test_many_draws_at_once_are_the_same_to_the_bit_as_one_by_one(rng, monkeypatch):
    rows = rng.integers(0, 30, (20, 3))
    log_precision, log_mean = rng.normal(3, 3, (7, 2)), np.log(rng.dirichlet(np.ones(3), (7, 2)))
    weights = rng.random((7, 2, 20))
    model = OverdispersedRows.of(rows)
    for cells in (1, 3000, overdispersed_rows.CELLS_AT_ONCE):
        monkeypatch.setattr(overdispersed_rows, "CELLS_AT_ONCE", cells)
        values = model.log_pmf(log_precision, log_mean)
        slopes = model.slopes(log_precision, log_mean, responsibilities=weights)
        for s in range(7):
            one = slice(s, s + 1)
            np.testing.assert_array_equal(values[one], model.log_pmf(log_precision[one], log_mean[one]))
            own = model.slopes(log_precision[one], log_mean[one], responsibilities=weights[one])
            np.testing.assert_array_equal(slopes.categories[one], own.categories)
            np.testing.assert_array_equal(slopes.totals[one], own.totals)
            np.testing.assert_array_equal(slopes.counts[one], own.counts)


def test_the_order_of_rows_and_of_categories_does_not_matter(rng):
    rows = rng.integers(0, 500, (15, 4)) * (rng.random((15, 4)) < 0.5)
    log_precision, log_mean = np.log([[30.0]]), np.log(rng.dirichlet(np.ones(4), (1, 1)))
    order, names = rng.permutation(15), rng.permutation(4)
    there = OverdispersedRows.of(rows[order][:, names]).log_pmf(log_precision, log_mean[..., names])
    here = OverdispersedRows.of(rows).log_pmf(log_precision, log_mean)
    np.testing.assert_allclose(there, here[..., order], rtol=1e-13)
