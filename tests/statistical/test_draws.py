"""Row A23: random draws against the distribution they claim to come from, at concentrations 1e-300 to 1e8.

Expected frequencies come from SciPy's incomplete beta function and from mpmath, not from the package.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special
from tests.oracles import dirichlet_multinomial as oracle
from tests.oracles.compositions import compositions
from tests.testing_tools.gates import GateClosed, bonferroni, frequencies, two_stage, uniformity, z_gate

from handful.distributions import draws as draws_module
from handful.distributions.beta import Beta
from handful.distributions.dirichlet import Dirichlet
from handful.distributions.dirichlet_multinomial import DirichletMultinomial
from handful.distributions.multinomial import Multinomial
from handful.distributions.positive import Gamma, LogNormal

SIZES = (1e-300, 1e-8, 1e-2, 1.0, 1e8)
LOPSIDED = np.array([1.0, 2.0, 3.0])
DRAWS = 100_000
NEVER = 1e-12  # no draw of 1e5 lands where less than this is expected


def log_beta_cdf_at(log_q, a, b):
    """P(Q <= exp(log_q)) for a Beta(a, b), also where exp(log_q) underflows."""
    near = np.exp(np.maximum(log_q, -40.0))
    first_term = (
        a * np.minimum(log_q, 0) + special.gammaln(a + b) - special.gammaln(1 + a) - special.gammaln(b)
    )
    with np.errstate(under="ignore", over="ignore"):  # where the first term is not asked for
        return np.where(log_q < -40, np.exp(first_term), special.betainc(a, b, near))


def beta_p_value(log_q, a, b) -> float:
    """Eight bins of equal probability below q = 1/e, and four above.

    Above, one only if a concentration is small: much of its mass then lies within a rounding of 1.
    """
    if not np.isfinite(log_q).all() or (log_q > 1e-12).any():
        return 0.0
    below = float(log_beta_cdf_at(np.array(-1.0), a, b))
    u = log_beta_cdf_at(log_q, a, b)
    upper = 4 if min(a, b) >= 0.5 else 1
    low = log_q < -1
    left = np.clip(8 * u / max(below, 1e-300), 0, 7).astype(int)
    right = np.clip(upper * (u - below) / max(1 - below, 1e-300), 0, upper - 1).astype(int)
    seen = np.bincount(np.where(low, left, 8 + right), minlength=8 + upper)
    return frequencies(seen, np.r_[np.full(8, below / 8), np.full(upper, (1 - below) / upper)])


def dirichlet_p_value(log_q, a) -> float:
    """Every margin, and the share of the first within the first two (independent of the third)."""
    with np.errstate(invalid="ignore"):
        within = log_q[:, 0] - np.logaddexp(log_q[:, 0], log_q[:, 1])
    margins = [beta_p_value(log_q[:, c], a[c], a.sum() - a[c]) for c in range(3)]
    return bonferroni([*margins, beta_p_value(within, a[0], a[1])])


def outcome_p_value(counts, log_pmf) -> float:
    """How often each possible bag was drawn; a bag that cannot be expected at all gives 0."""
    rows = compositions(int(counts[0].sum()), counts.shape[1])
    expected = np.array([float(np.exp(float(log_pmf(row)))) for row in rows])
    base = counts.max() + 1
    code = base ** np.arange(counts.shape[1])
    place = {int(row @ code): i for i, row in enumerate(rows)}
    found, times = np.unique(counts @ code, return_counts=True)
    seen = np.zeros(len(rows), dtype=int)
    seen[[place[int(key)] for key in found]] = times
    if seen[expected < NEVER].any():
        return 0.0
    return frequencies(seen, expected / expected.sum())


@pytest.mark.parametrize("size", SIZES)
def test_dirichlet_draws(size, rng):
    a = size * LOPSIDED
    two_stage(lambda rng, n: dirichlet_p_value(Dirichlet(a).draw_log(n, rng=rng), a), rng, DRAWS)


def test_dirichlet_draws_of_mixed_sizes(rng):
    a = np.array([1e-8, 0.5, 2.0])
    two_stage(lambda rng, n: dirichlet_p_value(Dirichlet(a).draw_log(n, rng=rng), a), rng, DRAWS)


@pytest.mark.parametrize("size", SIZES)
def test_dirichlet_multinomial_draws(size, rng):
    bag = DirichletMultinomial(5, size * LOPSIDED)

    def p_value(rng, n):
        return outcome_p_value(
            bag.draw(n, rng=rng), lambda row: oracle.dirichlet_multinomial_log_pmf(row, bag.concentration)
        )

    two_stage(p_value, rng, DRAWS)


@pytest.mark.parametrize("q", [[0.6, 0.1, 0.3], [0.2, 0.8, 0.0], [1e-3, 0.499, 0.5]])
def test_multinomial_draws(q, rng):
    def log_pmf(row):
        with np.errstate(divide="ignore"):
            logs = np.log(q)
        return -np.inf if (row[np.isneginf(logs)] > 0).any() else oracle.multinomial_log_pmf(row, logs)

    two_stage(lambda rng, n: outcome_p_value(Multinomial(6, q).draw(n, rng=rng), log_pmf), rng, DRAWS)


@pytest.mark.parametrize(("a", "b"), [(0.3, 5.0), (2.0, 2.0), (1e6, 3e6)])
def test_beta_draws(a, b, rng):
    two_stage(lambda rng, n: uniformity(special.betainc(a, b, Beta(a, b).draw(n, rng=rng))), rng, DRAWS)


def test_gamma_and_lognormal_draws(rng):
    two_stage(lambda rng, n: uniformity(special.gammainc(3, 6 * Gamma(3, 6).draw(n, rng=rng))), rng, DRAWS)
    two_stage(
        lambda rng, n: uniformity(special.ndtr((np.log(LogNormal(4, 2).draw(n, rng=rng)) - 4) / 2)),
        rng,
        DRAWS,
    )


def test_categories_are_drawn_together_as_they_should(rng):
    prior = Dirichlet([0.5, 1.0, 2.5])
    q = prior.draw(DRAWS, rng=rng)
    products = (q[:, 0] - prior.mean[0]) * (q[:, 2] - prior.mean[2])
    z_gate(products.mean(), prior.covariance[0, 2], products.std() / np.sqrt(DRAWS))


class TestTheTester:
    """The gates above are right about good draws, and close at bad ones."""

    @pytest.mark.parametrize("size", [1e-300, 1e-2, 1e8])
    def test_p_values_of_good_draws_are_small_as_often_as_they_say(self, size, rng):
        a, runs = size * LOPSIDED, 400
        p = [beta_p_value(Dirichlet(a).draw_log(2000, rng=rng)[:, 0], a[0], a[1] + a[2]) for _ in range(runs)]
        # A chi-square of 2,000 draws in 12 bins is within a few parts in a thousand of its limit at p = 0.1.
        z_gate(np.mean(np.array(p) < 0.1), 0.1, np.sqrt(0.09 / runs))

    @pytest.mark.parametrize("size", [1e-300, 1e-8, 1e-2])
    def test_numpys_dirichlet_in_place_of_log_space(self, size, rng):
        a = size * LOPSIDED

        def p_value(rng, n):
            with np.errstate(divide="ignore"):
                return dirichlet_p_value(np.log(rng.dirichlet(np.maximum(a, 1e-200), size=n)), a)

        with pytest.raises(GateClosed):
            two_stage(p_value, rng, DRAWS)

    @pytest.mark.parametrize("size", [1e-300, 1e-8, 1e-2, 1.0])
    def test_the_power_of_the_uniform_forgotten(self, size, rng, monkeypatch):
        def without(concentration, n_draws, *, rng):
            log_gamma = np.log(rng.standard_gamma(concentration + 1.0, size=(n_draws, concentration.size)))
            return log_gamma - np.logaddexp.reduce(log_gamma, axis=-1, keepdims=True)

        monkeypatch.setattr("handful.distributions.dirichlet.draw_log_dirichlet", without)
        a = size * LOPSIDED
        with pytest.raises(GateClosed):
            two_stage(lambda rng, n: dirichlet_p_value(Dirichlet(a).draw_log(n, rng=rng), a), rng, DRAWS)

    @pytest.mark.parametrize("size", SIZES)
    def test_a_concentration_off_by_a_tenth(self, size, rng):
        a = size * LOPSIDED
        wrong = a * np.array([1.1, 1, 1])
        with pytest.raises(GateClosed):
            two_stage(lambda rng, n: dirichlet_p_value(Dirichlet(wrong).draw_log(n, rng=rng), a), rng, DRAWS)

    def test_one_recipe_for_all_bags(self, rng, monkeypatch):
        def one_recipe(concentration, n_draws, *, rng):
            one = draws_module.draw_log_dirichlet(concentration, 1, rng=rng)
            return np.repeat(one, n_draws, axis=0)

        monkeypatch.setattr("handful.distributions.dirichlet_multinomial.draw_log_dirichlet", one_recipe)
        bag = DirichletMultinomial(5, LOPSIDED)
        with pytest.raises(GateClosed):
            two_stage(
                lambda rng, n: outcome_p_value(
                    bag.draw(n, rng=rng), lambda row: oracle.dirichlet_multinomial_log_pmf(row, LOPSIDED)
                ),
                rng,
                DRAWS,
            )
