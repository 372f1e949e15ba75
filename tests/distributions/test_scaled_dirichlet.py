"""The scaled Dirichlet: its density integrates to one, peaks where it says, and is what the draws follow."""

from __future__ import annotations

import itertools

import mpmath
import numpy as np
import pytest
from scipy import integrate, special, stats
from tests.testing_tools.gates import GateClosed, bonferroni, two_stage, uniformity, z_gate

from handful.distributions import scaled_dirichlet as module
from handful.distributions.scaled_dirichlet import draw_log_scaled_dirichlet, log_scaled_dirichlet

PAIRS = tuple(itertools.product((1e-3, 0.3, 1.0, 7.0, 1e3, 1e6), (0.02, 1.0, 300.0), (0.5, 0.01, 0.999)))


def helmert(n):
    """Orthonormal rows that sum to zero."""
    rows = np.zeros((n - 1, n))
    for i in range(1, n):
        rows[i - 1, :i], rows[i - 1, i] = 1.0, -i
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def log_shares_of_pair(y):
    """Log proportions of two categories at the isometric coordinate y = log(m1/m2)/√2."""
    z = np.sqrt(2.0) * np.asarray(y)
    return np.stack([-np.logaddexp(0.0, -z), -np.logaddexp(0.0, z)], axis=-1)


def exact(log_m, log_peak, tau, *, digits=60):
    """The density by its definition: m_c ∝ s_c G_c with s = peak/τ, and the change to log ratios, at 60 digits.

    With x_c = m_c/s_c and T = Σ τ the density of m is Γ(T)/∏Γ(τ) ∏ x_c^τ_c/m_c / (Σ x)^T.
    """
    with mpmath.workdps(digits):
        log_m, log_peak, tau = ([mpmath.mpf(float(v)) for v in row] for row in (log_m, log_peak, tau))
        log_x = [m - p + mpmath.log(t) for m, p, t in zip(log_m, log_peak, tau, strict=True)]
        total = mpmath.fsum(tau)
        value = mpmath.loggamma(total) - mpmath.fsum(map(mpmath.loggamma, tau)) + mpmath.log(len(tau)) / 2
        value += mpmath.fsum(t * x for t, x in zip(tau, log_x, strict=True))
        return float(value - total * mpmath.log(mpmath.fsum(map(mpmath.exp, log_x))))


@pytest.mark.parametrize(("one", "other", "share"), PAIRS)
def test_the_density_of_a_pair_integrates_to_one(one, other, share):
    tau, log_peak = np.array([one, other]), np.log([share, 1 - share])
    at_peak = (log_peak[0] - log_peak[1]) / np.sqrt(2.0)
    # Both tails fall as exp(−√2 τ y); near the peak it is normal with this width.
    width = 1 / np.sqrt(2 * one * other / (one + other))

    def density(y):
        return float(np.exp(log_scaled_dirichlet(log_shares_of_pair(y), log_peak, concentration=tau)))

    reach = [60 / (np.sqrt(2.0) * tau[0]) + 12 * width, 60 / (np.sqrt(2.0) * tau[1]) + 12 * width]
    edges = [
        *(at_peak - np.geomspace(reach[0], width / 8, 25)),
        at_peak,
        *(at_peak + np.geomspace(width / 8, reach[1], 25)),
    ]
    whole = sum(
        integrate.fixed_quad(np.vectorize(density), low, high, n=30)[0]
        for low, high in itertools.pairwise(edges)
    )
    assert whole == pytest.approx(1.0, abs=1e-8)


def test_agrees_with_its_definition_at_sixty_digits(rng):
    for n in (2, 3, 6, 50):
        for size in (1e-3, 0.5, 20.0, 1e4, 1e9, 1e15):
            tau = size * rng.uniform(0.1, 3.0, n)
            log_peak = np.log(rng.dirichlet(np.ones(n)))
            spread = rng.normal(size=n) / np.sqrt(tau) * rng.choice([0.0, 0.3, 3.0])
            log_m = log_peak + spread
            log_m = log_m - special.logsumexp(log_m)
            found = float(log_scaled_dirichlet(log_m, log_peak, concentration=tau))
            truth = exact(log_m, log_peak, tau)
            # A distance in log ratios is known to a unit of the logs, and counts τ times.
            unit = float(np.spacing(np.abs(log_m).max() + np.abs(spread).max()))
            assert abs(found - truth) <= 1e-11 + 8 * unit * float(tau.sum())


@pytest.mark.parametrize("n", [2, 3, 6])
def test_with_the_peak_at_its_mean_it_is_a_dirichlet(n, rng):
    for size in (0.3, 5.0, 400.0):
        tau = size * rng.uniform(0.2, 2.0, n)
        for m in rng.dirichlet(np.ones(n), size=20):
            density = stats.dirichlet.logpdf(m, tau) + 0.5 * np.log(n) + np.log(m).sum()
            found = float(log_scaled_dirichlet(np.log(m), np.log(tau / tau.sum()), concentration=tau))
            assert found == pytest.approx(density, abs=1e-9 * (1 + abs(density)))


@pytest.mark.parametrize("n", [2, 3, 6])
def test_the_peak_is_where_it_is_said_to_be(n, rng):
    v = helmert(n)
    for _ in range(20):
        tau, log_peak = rng.gamma(2.0, 5.0, n) + 0.05, np.log(rng.dirichlet(np.ones(n)))

        def log_density(shift, log_peak=log_peak, tau=tau):
            scores = log_peak + shift @ v
            return float(
                log_scaled_dirichlet(scores - special.logsumexp(scores), log_peak, concentration=tau)
            )

        top = log_density(np.zeros(n - 1))
        for shift in rng.normal(size=(40, n - 1)) * 10.0 ** rng.uniform(-3, 1, (40, 1)):
            assert log_density(shift) < top
            # The log density is concave: halfway it has fallen by less than half.
            assert log_density(0.5 * shift) >= 0.5 * (top + log_density(shift)) - 1e-12


def test_the_curvature_at_the_peak_is_that_of_its_concentrations(rng):
    """−∂²/∂y² = V [diag τ − ττᵀ/T] Vᵀ, on which the proposals rest."""
    n, step = 4, 1e-4
    v, tau = helmert(n), rng.uniform(2.0, 60.0, n)
    log_peak = np.log(rng.dirichlet(np.ones(n)))

    def log_density(shift):
        scores = log_peak + shift @ v
        return float(log_scaled_dirichlet(scores - special.logsumexp(scores), log_peak, concentration=tau))

    expected = v @ (np.diag(tau) - np.outer(tau, tau) / tau.sum()) @ v.T
    found = np.zeros((n - 1, n - 1))
    for i, j in np.ndindex(n - 1, n - 1):
        e, f = step * np.eye(n - 1)[i], step * np.eye(n - 1)[j]
        found[i, j] = log_density(e + f) - log_density(e - f) - log_density(f - e) + log_density(-e - f)
    # Differences of numbers near 10 over 4e-8: 1e-7 of rounding; the fourth derivative is below 1e4.
    np.testing.assert_allclose(-found / (4 * step**2), expected, atol=1e-5 + 1e4 * step**2)


CASES = {
    "a pair": ([0.2, 0.8], [5.0, 9.0]),
    "a lopsided pair": ([0.9, 0.1], [0.4, 30.0]),
    "three": ([0.2, 0.5, 0.3], [3.0, 0.7, 12.0]),
    "tiny": ([0.3, 0.3, 0.4], [0.02, 0.5, 2.0]),
}


def ratios_p_value(log_m, log_peak, tau):
    """Whether the ratios x_c/Σx of x = m/s are Dirichlet(τ): Beta margins, and their products by correlation.

    Undoing the scale by hand must leave a plain Dirichlet, whose margins are known.
    """
    log_x = log_m - log_peak + np.log(tau)
    shares = np.exp(log_x - special.logsumexp(log_x, axis=1, keepdims=True))
    p_values = [uniformity(stats.beta.cdf(shares[:, c], tau[c], tau.sum() - tau[c])) for c in range(len(tau))]
    if len(tau) > 2:  # the first share says nothing of how the rest is split
        rest = shares[:, 1] / (1 - shares[:, 0])
        fine = np.isfinite(rest)
        p_values.append(uniformity(stats.beta.cdf(rest[fine], tau[1], tau[2:].sum())))
        p_values.append(stats.spearmanr(shares[fine, 0], rest[fine]).pvalue)
    return bonferroni(p_values)


@pytest.mark.parametrize("name", CASES)
def test_draws_follow_it(name, rng):
    peak, tau = map(np.array, CASES[name])
    log_peak = np.log(peak)

    def p_value(generator, n):
        log_m = draw_log_scaled_dirichlet(np.tile(log_peak, (n, 1)), np.tile(tau, (n, 1)), rng=generator)
        return ratios_p_value(log_m, log_peak, tau)

    two_stage(p_value, rng, 5000)


def test_the_gate_sees_a_dirichlet_in_its_place(rng):
    peak, tau = map(np.array, CASES["three"])

    def p_value(generator, n):
        return ratios_p_value(np.log(generator.dirichlet(tau, size=n)), np.log(peak), tau)

    with pytest.raises(GateClosed):
        two_stage(p_value, rng, 1000)


def test_draws_weighted_by_the_density_have_the_right_mean(rng):
    """Importance weights against another density average 1, so that density and draws belong together."""
    n, peak, tau = 40_000, np.array([0.2, 0.5, 0.3]), np.array([3.0, 4.0, 12.0])
    log_m = draw_log_scaled_dirichlet(np.tile(np.log(peak), (n, 1)), np.tile(tau, (n, 1)), rng=rng)
    a = np.array([6.0, 14.0, 20.0])  # lighter tails than the draws'
    other = special.gammaln(a.sum()) - special.gammaln(a).sum() + log_m @ a + 0.5 * np.log(3)
    ratio = np.exp(other - log_scaled_dirichlet(log_m, np.log(peak), concentration=tau))
    z_gate([ratio.mean()], [1.0], [ratio.std() / np.sqrt(n)])


@pytest.mark.parametrize("size", [1e-300, 1e-8, 1e-2, 1e8, 1e18])
def test_draws_are_finite_for_every_concentration(size, rng):
    log_m = draw_log_scaled_dirichlet(np.log(np.full((1000, 3), 1 / 3)), np.full((1000, 3), size), rng=rng)
    assert not np.isnan(log_m).any()
    assert np.isfinite(log_m).all()
    assert np.exp(special.logsumexp(log_m, axis=1)) == pytest.approx(1.0, abs=1e-12)


def test_where_all_is_known_draws_are_the_peak(rng):
    log_peak = np.log([0.2, 0.5, 0.3])
    log_m = draw_log_scaled_dirichlet(np.tile(log_peak, (100, 1)), np.full((100, 3), 1e18), rng=rng)
    assert np.abs(log_m - log_peak).max() <= 1e-7


def test_each_row_has_parameters_of_its_own(rng):
    log_peak, tau = np.log(rng.dirichlet(np.ones(3), size=7)), rng.gamma(2.0, 3.0, (7, 3))
    log_m = draw_log_scaled_dirichlet(log_peak, tau, rng=rng)
    together = log_scaled_dirichlet(log_m, log_peak, concentration=tau)
    alone = [
        log_scaled_dirichlet(*row[:2], concentration=row[2]) for row in zip(log_m, log_peak, tau, strict=True)
    ]
    assert together.tolist() == pytest.approx([float(one) for one in alone], rel=1e-13)


def test_the_gate_sees_a_remainder_left_out(monkeypatch):
    tau, log_peak = np.array([2.0, 3.0]), np.log([0.5, 0.5])
    monkeypatch.setattr(module, "stirling_remainder", np.zeros_like)
    found = float(log_scaled_dirichlet(log_peak, log_peak, concentration=tau))
    assert abs(found - exact(log_peak, log_peak, tau)) > 1e-3
