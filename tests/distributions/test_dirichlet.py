"""Row A5 for recipes; rows N1, N6, N7 and N8 at the door."""

from __future__ import annotations

import itertools
import math

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate
from tests.oracles import dirichlet_multinomial as oracle

from handful.distributions.beta import Beta
from handful.distributions.dirichlet import Dirichlet, SymmetricDirichlet
from handful.errors import CountsError, ParameterError, ParameterTypeError

COLOURS = ("blue", "brown", "green", "red")
PARTS = st.floats(-8, 12).map(lambda x: float(10**x))


def evidence(counts, concentration):
    """Σ L(k_b) + log B(a + n) − log B(a), B(a) = ∏Γ(a_c)/Γ(Σa), as DESIGN.md writes it."""
    with mpmath.workdps(120):
        a = [mpmath.mpf(value) for value in concentration]
        after = [x + sum(int(row[c]) for row in counts) for c, x in enumerate(a)]

        def log_b(values):
            return sum(map(mpmath.loggamma, values)) - mpmath.loggamma(mpmath.fsum(values))

        ways = sum(
            mpmath.loggamma(sum(map(int, row)) + 1) - sum(mpmath.loggamma(int(k) + 1) for k in row)
            for row in counts
        )
        return ways + log_b(after) - log_b(a)


@settings(max_examples=300)
@given(data=st.data(), n=st.integers(2, 6), bags=st.integers(1, 4))
def test_posterior_and_evidence(data, n, bags):
    a = data.draw(st.lists(PARTS, min_size=n, max_size=n))
    counts = np.array(
        data.draw(
            st.lists(st.lists(st.integers(0, 10**4), min_size=n, max_size=n), min_size=bags, max_size=bags)
        )
    )
    found = Dirichlet(a).condition(counts)
    truth = evidence(counts, a)
    assert abs(found.log_evidence - truth) <= 1e-10 * max(1, abs(truth))
    with mpmath.workdps(60):
        after = [mpmath.mpf(x) + int(k) for x, k in zip(a, counts.sum(axis=0), strict=True)]
        total = mpmath.fsum(after)
        for c, x in enumerate(after):
            mean, sd = x / total, mpmath.sqrt(x * (total - x) / (total**2 * (total + 1)))
            assert abs(found.posterior.mean[c] / mean - 1) <= 1e-10
            assert abs(found.posterior.sd[c] / sd - 1) <= 1e-10
            assert abs(found.posterior.variance[c] / sd**2 - 1) <= 1e-10


def test_the_gate_sees_a_forgotten_coefficient():
    counts = [[3, 2], [1, 4]]
    wrong = Dirichlet([1, 2]).condition([4, 6]).log_evidence  # the bags thrown together
    assert abs(wrong - evidence(counts, [1, 2])) > 1e-10


def test_evidence_of_one_bag_is_the_pmf():
    found = Dirichlet([1, 2, 3]).condition([5, 0, 7]).log_evidence
    assert found == pytest.approx(
        float(oracle.dirichlet_multinomial_log_pmf([5, 0, 7], [1, 2, 3])), rel=1e-13
    )


def test_evidence_of_a_certain_recipe_is_the_multinomials():
    """Row N4: the limit is reached smoothly."""
    counts = np.array([[10, 20, 30], [20, 10, 5]])
    shares = np.array([0.2, 0.3, 0.5])
    limit = sum(float(oracle.multinomial_log_pmf(row, np.log(shares))) for row in counts)
    gaps = [abs(Dirichlet(10.0**e * shares).condition(counts).log_evidence - limit) for e in range(2, 19)]
    assert all(later <= earlier + 1e-12 for earlier, later in itertools.pairwise(gaps))
    assert gaps[-1] <= 1e-12


def test_no_bags_and_empty_bags_tell_nothing():
    prior = Dirichlet([1, 2, 3])
    for counts in ([0, 0, 0], np.zeros((4, 3), dtype=int), np.zeros((0, 3), dtype=int)):
        found = prior.condition(counts)
        assert found.posterior == prior
        assert found.log_evidence == 0


class TestMoments:
    PRIOR = Dirichlet([0.5, 1.0, 2.5, 6.0], COLOURS)

    def test_margins_are_betas(self):
        for c, colour in enumerate(COLOURS):
            margin = self.PRIOR.margin(colour)
            assert margin == self.PRIOR.margin(c)
            assert margin.mean == pytest.approx(self.PRIOR.mean[c], rel=1e-15)
            assert margin.variance == pytest.approx(self.PRIOR.variance[c], rel=1e-14)
            assert margin.sd == pytest.approx(self.PRIOR.sd[c], rel=1e-14)

    def test_covariance(self):
        cov = self.PRIOR.covariance
        np.testing.assert_allclose(np.diag(cov), self.PRIOR.variance, rtol=1e-14)
        np.testing.assert_allclose(cov.sum(axis=0), 0, atol=1e-16)
        assert cov[0, 3] == pytest.approx(-0.05 * 0.6 / 11)

    def test_sds_of_lopsided_ones_keep_their_digits(self):
        lopsided = Dirichlet([1e300, 1e-300])
        assert lopsided.sd == pytest.approx([math.sqrt(1e-300) * 1e-150 * 1e-150] * 2, rel=1e-12, abs=1e-320)
        assert Dirichlet([1e18, 1.0]).sd[0] == pytest.approx(1e-18, rel=1e-12)

    def test_mode(self):
        assert Dirichlet([3, 2, 1]).mode == pytest.approx([2 / 3, 1 / 3, 0])
        assert Dirichlet([1, 1, 1]).mode is None
        assert Dirichlet([0.5, 3, 3]).mode is None

    def test_from_mode(self):
        found = Dirichlet.from_mode([0.5, 0.25, 0.25, 0.0], worth=40, categories=COLOURS)
        assert found == Dirichlet([21, 11, 11, 1], COLOURS)
        assert found.mode == pytest.approx([0.5, 0.25, 0.25, 0])

    def test_from_mode_refuses_and_does_not_repair(self):
        with pytest.raises(ParameterError, match=r"mode: their sum is 0.9;"):
            Dirichlet.from_mode([0.3, 0.3, 0.3], worth=1)
        with pytest.raises(ParameterError, match=r"mode\[1\] = -0.1"):
            Dirichlet.from_mode([0.6, -0.1, 0.5], worth=1)
        with pytest.raises(ParameterError, match="worth = -1"):
            Dirichlet.from_mode([0.5, 0.5], worth=-1)
        Dirichlet.from_mode([0.5, 0.5 + 9e-10], worth=1)


class TestDensity:
    def test_two_categories_are_a_beta(self):
        q = np.array([1e-9, 0.2, 0.7])
        found = Dirichlet([2.5, 0.7]).log_prob(np.stack((q, 1 - q), axis=-1))
        assert found == pytest.approx(Beta(2.5, 0.7).log_prob(q), rel=1e-12)

    def test_it_integrates_to_one(self):
        prior = Dirichlet([1.5, 2.0, 3.0])
        total, _ = integrate.dblquad(
            lambda y, x: math.exp(prior.log_prob([x, y, 1 - x - y])), 0, 1, 0, lambda x: 1 - x, epsabs=1e-8
        )
        assert total == pytest.approx(1, abs=1e-7)

    @pytest.mark.parametrize("a", [[1e-300, 1e-8, 1.0], [1e18, 2e18, 3e18], [0.3, 50.0, 1e6]])
    def test_agrees_with_eighty_digits(self, a):
        q = [0.1, 0.3, 0.6]
        with mpmath.workdps(100):
            b = [mpmath.mpf(x) for x in a]
            truth = mpmath.loggamma(mpmath.fsum(b)) - sum(map(mpmath.loggamma, b))
            truth += sum((x - 1) * mpmath.log(mpmath.mpf(p)) for x, p in zip(b, q, strict=True))
        assert Dirichlet(a).log_prob(q) == pytest.approx(float(truth), rel=1e-12)

    def test_limits_on_the_boundary(self):
        assert Dirichlet([1, 1, 1]).log_prob([0, 0.5, 0.5]) == pytest.approx(math.log(2))
        assert Dirichlet([2, 1, 1]).log_prob([0, 0.5, 0.5]) == -math.inf
        assert Dirichlet([0.5, 1, 1]).log_prob([0, 0.5, 0.5]) == math.inf

    def test_only_recipes_are_taken(self):
        with pytest.raises(ParameterError, match="sum"):
            Dirichlet([1, 1]).log_prob([0.5, 0.6])
        with pytest.raises(ParameterError, match="must hold 2 proportions"):
            Dirichlet([1, 1]).log_prob([0.5, 0.3, 0.2])


class TestDoor:
    @pytest.mark.parametrize(
        ("value", "shown"), [(0, "0"), (-1.5, "-1.5"), (math.nan, "nan"), (math.inf, "inf")]
    )
    def test_row_n6(self, value, shown):
        with pytest.raises(ParameterError) as caught:
            Dirichlet([1, 1, 1, value], COLOURS)
        assert str(caught.value) == f"concentration[3] ('red') = {shown}: must be > 0 and finite"
        with pytest.raises(ParameterError, match=r"^concentration\[1\] = "):
            Dirichlet([1, value])

    def test_row_n8(self):
        with pytest.raises(ParameterError, match="share of a single category is always 1"):
            Dirichlet([1.0])
        found = Dirichlet([1, 1]).condition([7, 0])
        assert found.posterior == Dirichlet([8, 1])

    @pytest.mark.parametrize("size", [1e-300, 1e300])
    def test_the_ends_of_the_doubles_are_taken(self, size):
        prior = Dirichlet([size] * 3)
        assert prior.mean == pytest.approx([1 / 3] * 3)
        assert np.isfinite(prior.sd).all()
        assert np.isfinite(prior.condition([3, 1, 0]).log_evidence)

    @pytest.mark.parametrize("values", ["abc", [[1, 2], [3]], [None, 1], ["1", "2"], [True, False]])
    def test_not_numbers(self, values):
        with pytest.raises(ParameterTypeError, match="must be numbers"):
            Dirichlet(values)

    def test_a_table_is_no_vector(self):
        with pytest.raises(ParameterError, match="2 axes"):
            Dirichlet([[1, 2], [3, 4]])

    def test_names_fit(self):
        with pytest.raises(ParameterError, match="3 names for 2 categories"):
            Dirichlet([1, 1], ("a", "b", "c"))
        with pytest.raises(ParameterError, match="'a' stands there twice"):
            Dirichlet([1, 1], ("a", "a"))
        with pytest.raises(ParameterTypeError):
            Dirichlet([1, 1], "ab")
        with pytest.raises(ParameterError, match="there are blue, brown, green, red"):
            Dirichlet([1, 1, 1, 1], COLOURS).margin("pink")
        with pytest.raises(ParameterError, match="they have no names"):
            Dirichlet([1, 1]).margin("pink")
        with pytest.raises(ParameterError, match="there are 2, numbered from 0"):
            Dirichlet([1, 1]).margin(2)

    def test_counts_fit(self):
        with pytest.raises(CountsError, match="3 categories where the distribution has 2"):
            Dirichlet([1, 1]).condition([1, 2, 3])
        with pytest.raises(CountsError, match=r"counts\[1, 0\] is -2"):
            Dirichlet([1, 1]).condition([[1, 2], [-2, 1]])

    def test_sums_never_wrap_around(self):
        with pytest.raises(CountsError, match="more than 2\\^62 - 1 in all"):
            Dirichlet([1, 1]).condition(np.full((1100, 2), 2**53 - 1))

    def test_specs_and_texts(self):
        assert Dirichlet([2, 1, 1.5]).spec == "dirichlet(2,1,1.5)"
        assert repr(Dirichlet([2, 1.5], ("a", "b"))) == "Dirichlet([2, 1.5], categories=('a', 'b'))"

    def test_values_are_equal_by_content(self):
        assert Dirichlet([1, 2]) == Dirichlet(np.array([1.0, 2.0]))
        assert hash(Dirichlet([1, 2])) == hash(Dirichlet([1, 2]))
        assert Dirichlet([1, 2]) != Dirichlet([1, 2], ("a", "b"))
        assert Dirichlet([1, 2]) != (1, 2)


class TestSymmetric:
    def test_it_waits_for_its_categories(self):
        prior = Dirichlet.symmetric(0.5)
        assert isinstance(prior, SymmetricDirichlet)
        assert prior.spec == "dirichlet(0.5)"
        assert prior.over(COLOURS) == Dirichlet.symmetric(0.5, categories=COLOURS)
        assert prior.over(COLOURS).categories == COLOURS

    def test_it_is_checked_at_once(self):
        with pytest.raises(ParameterError, match="concentration = 0: must be > 0"):
            Dirichlet.symmetric(0)
        with pytest.raises(ParameterError, match="share of a single category"):
            SymmetricDirichlet(1).over(["blue"])
