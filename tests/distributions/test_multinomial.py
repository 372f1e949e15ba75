"""Known recipes: multinomial counts and fixed proportions (rows N1, N2, N3, N17)."""

from __future__ import annotations

import math

import numpy as np
import pytest
from tests.oracles.compositions import compositions

from handful.distributions.fixed import Fixed
from handful.distributions.multinomial import Multinomial, draw_counts, log_pmf
from handful.errors import CountsError, ParameterError


def logs(q):
    with np.errstate(divide="ignore"):
        return np.log(q)


class TestLogPmf:
    def test_zeros_add_nothing(self):
        assert log_pmf([0, 5], logs([0.0, 1.0])) == 0
        assert log_pmf([0, 0], logs([0.5, 0.5])) == 0
        assert log_pmf([0, 0], logs([0.0, 1.0])) == 0

    def test_row_n17(self):
        assert log_pmf([[1, 5], [0, 5]], logs([0.0, 1.0])).tolist() == [-math.inf, 0]

    @pytest.mark.parametrize(("total", "n"), [(1, 2), (5, 3), (12, 4)])
    def test_it_sums_to_one(self, total, n, rng):
        q = rng.dirichlet(np.ones(n))
        q[0], q[1] = 0.0, q[0] + q[1]
        assert abs(np.exp(log_pmf(compositions(total, n), logs(q))).sum() - 1) <= 1e-12

    def test_proportions_too_small_for_a_double(self):
        assert float(log_pmf([2, 0], [-1e300, 0.0])) == -2e300


class TestMultinomial:
    BAG = Multinomial(6, [0.5, 0.3, 0.2])

    def test_moments(self):
        k = compositions(6, 3)
        p = np.exp(self.BAG.log_prob(k))
        np.testing.assert_allclose(self.BAG.mean, p @ k, rtol=1e-12)
        centred = k - self.BAG.mean
        np.testing.assert_allclose(self.BAG.covariance, centred.T @ (centred * p[:, None]), atol=1e-12)

    @pytest.mark.parametrize("total", [5.7, -1, math.nan, "5"])
    def test_total(self, total):
        with pytest.raises(ParameterError, match="total"):
            Multinomial(total, [0.5, 0.5])

    @pytest.mark.parametrize("q", [[0.3, 0.3, 0.3], [0.6, 0.6], [1.5, -0.5], [math.nan, 1]])
    def test_proportions(self, q):
        with pytest.raises(ParameterError, match="proportions"):
            Multinomial(5, q)

    def test_one_category(self):
        with pytest.raises(ParameterError, match="single category"):
            Multinomial(5, [1.0])

    def test_wrong_total(self):
        with pytest.raises(ParameterError, match="sum to 5, but the total"):
            self.BAG.log_prob([1, 2, 2])

    def test_text_and_equality(self):
        assert repr(self.BAG) == "Multinomial(6, [0.5, 0.3, 0.2])"
        assert Multinomial(6.0, np.array([0.5, 0.3, 0.2])) == self.BAG
        assert hash(self.BAG) == hash(Multinomial(6, [0.5, 0.3, 0.2]))


class TestDraws:
    def test_totals_are_kept(self, rng):
        totals = np.array([[0, 1, 58], [10**9, 2**53 - 1, 7]])
        counts = draw_counts(totals, rng.dirichlet(np.ones(4)), rng=rng)
        assert counts.shape == (2, 3, 4)
        assert (counts.sum(axis=-1) == totals).all()

    def test_nothing_strays_onto_a_category_that_does_not_exist(self, rng):
        """NumPy alone puts the remainder of rounding on the last category."""
        q = np.array([0.1] * 9 + [0.1 - 1e-10 + 1e-10, 0.0])
        counts = draw_counts(np.full(2000, 2**50), q, rng=rng)
        assert (counts[:, -1] == 0).all()

    def test_the_same_row_with_numpy_alone_strays(self, rng):
        # The proportions sum to 1 − 9e-10, within what is accepted: 2^50 items leave a million over.
        q = np.array([0.5, 0.5 - 9e-10, 0.0])
        assert (rng.multinomial(2**50, q, size=20)[:, -1] > 0).any()
        assert (draw_counts(np.full(20, 2**50), q, rng=rng)[:, -1] == 0).all()

    def test_recipe_and_total_by_row(self, rng):
        counts = draw_counts([3, 5], np.eye(2)[::-1], rng=rng)
        assert counts.tolist() == [[0, 3], [5, 0]]

    def test_same_seed_same_draws(self):
        bag = Multinomial(50, [0.2, 0.3, 0.5])
        assert (bag.draw(10, rng=3) == bag.draw(10, rng=3)).all()
        assert bag.draw(0, rng=3).shape == (0, 3)
        assert bag.draw(4).shape == (4, 3)


class TestFixed:
    def test_it_does_not_learn(self):
        half = Fixed([0.5, 0.5], ("heads", "tails"))
        found = half.condition([[1, 1], [2, 0]])
        assert found.posterior is half
        assert found.log_evidence == pytest.approx(math.log(0.5 * 0.25))

    def test_row_n17(self):
        assert Fixed([0.0, 1.0]).condition([2, 3]).log_evidence == -math.inf
        assert Fixed([0.0, 1.0]).condition([0, 3]).log_evidence == 0

    def test_moments(self):
        fixed = Fixed([0.2, 0.8])
        assert fixed.mean.tolist() == [0.2, 0.8]
        assert fixed.sd.tolist() == fixed.variance.tolist() == [0, 0]
        assert fixed.draw(3, rng=1).shape == (3, 2)

    @pytest.mark.parametrize("q", [[0.3, 0.3], [0.5, 0.5 + 2e-9], [2, -1]])
    def test_it_is_refused_not_repaired(self, q):
        with pytest.raises(ParameterError, match="proportions"):
            Fixed(q)

    def test_counts(self):
        with pytest.raises(CountsError):
            Fixed([0.5, 0.5]).condition([1, 2, 3])

    def test_text_and_equality(self):
        assert Fixed([0.5, 0.5]).spec == "fixed(0.5,0.5)"
        assert repr(Fixed([0.5, 0.5], ("a", "b"))) == "Fixed([0.5, 0.5], categories=('a', 'b'))"
        assert Fixed([0.5, 0.5]) == Fixed((0.5, 0.5))
        assert hash(Fixed([0.5, 0.5])) == hash(Fixed((0.5, 0.5)))
