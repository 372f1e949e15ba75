"""The Poisson model against mpmath, and the worked comparison with the binomial."""

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import handful as hf

PAIR = ("blue", "not blue")


def by_mpmath(rows, shape, rate):
    """log p(k_1..k_B | N_1..N_B) by the formula of the design, with 50 digits."""
    with mpmath.workdps(50):
        k, totals = [row[0] for row in rows], [sum(row) for row in rows]
        n, whole, c, d = sum(k), sum(totals), mpmath.mpf(shape), mpmath.mpf(rate)
        value = (
            c * mpmath.log(d) - mpmath.loggamma(c) + mpmath.loggamma(c + n) - (c + n) * mpmath.log(d + whole)
        )
        for count, total in zip(k, totals, strict=True):
            value += (count * mpmath.log(total) if count else 0) - mpmath.loggamma(count + 1)
        return float(value)


@given(
    st.lists(st.tuples(st.integers(0, 80), st.integers(0, 80)), min_size=1, max_size=8),
    st.floats(0.01, 500),
    st.floats(0.01, 500),
)
def test_the_evidence_is_that_of_the_formula(rows, shape, rate):
    fit = hf.fit(hf.Poisson(hf.Gamma(shape, rate)), hf.Counts(rows, categories=PAIR))
    assert fit.log_evidence.value == pytest.approx(by_mpmath(rows, shape, rate), abs=1e-9)


@pytest.mark.parametrize("row", [(200_000_123, 799_999_877), (0, 10**9), (1, 0)])
def test_huge_bags_keep_their_digits(row):
    fit = hf.fit(hf.Poisson(), hf.Counts([row], categories=PAIR))
    assert fit.log_evidence.value == pytest.approx(by_mpmath([row], 3, 6), abs=1e-8)


def test_the_posterior_is_the_gamma_of_events_and_exposure():
    fit = hf.fit(hf.Poisson(hf.Gamma(3, 6)), hf.Counts([[12, 43], [9, 46]], categories=PAIR))
    assert fit.posterior == hf.Gamma(24, 116)
    (row,) = hf.summary(fit).parameters
    assert (row.name, row.category, row.counted) == ("rate", "blue", 21)
    assert row.mean == pytest.approx(24 / 116)


def test_the_matched_gamma_has_the_betas_mean_and_variance():
    assert hf.Poisson.like(hf.Beta(1, 1)).prior == hf.Gamma(3, 6)
    beta, gamma = hf.Beta(2, 8), hf.Poisson.like(hf.Beta(2, 8)).prior
    assert (gamma.mean, gamma.variance) == pytest.approx((beta.mean, beta.variance))


def test_six_colours_are_refused():
    with pytest.raises(
        hf.ParameterError, match="a Poisson model is of one category's count, but there are 3"
    ):
        hf.fit(hf.Poisson(), hf.Counts([[1, 2, 3]], categories=["a", "b", "c"]))


def test_a_rate_is_no_prior_on_a_share():
    with pytest.raises(hf.NoPrior, match="of a rate"):
        hf.fit(hf.Poisson(), hf.Counts([[1, 2]], categories=PAIR)).as_prior()


def bags(rng, n_bags):
    totals = rng.integers(50, 61, size=n_bags)
    blue = rng.binomial(totals, 0.2)
    return hf.Counts(np.column_stack([blue, totals - blue]), categories=PAIR)


def test_thirty_bags_cannot_tell_binomial_from_poisson_and_three_thousand_can(rng):
    """A bag tells (−log(1−q) − q)/2 = 0.0116 nats: 0.35 in thirty bags, 35 in three thousand."""
    models = [hf.Pooled(hf.Beta(1, 1)), hf.Poisson()]
    undecided = sum("cannot be told apart" in hf.compare(models, bags(rng, 30)).words for _ in range(40))
    # The factor of thirty bags is e^(0.35 ± 0.2) or so, and undecided below 3.
    assert undecided >= 36
    many = hf.compare(models, bags(rng, 3_000))
    assert many.best == "pooled"
    assert "very strong" in many.words


def test_scipy_agrees_on_one_bag():
    """One bag of Poisson counts under a Gamma is a negative binomial."""
    fit = hf.fit(hf.Poisson(hf.Gamma(3, 6)), hf.Counts([[4, 6]], categories=PAIR))
    assert fit.log_evidence.value == pytest.approx(stats.nbinom(3, 6 / 16).logpmf(4), abs=1e-12)
