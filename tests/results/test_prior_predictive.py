"""prior_predictive: against the Beta-binomial, and against counts that a prior did or did not expect."""

import numpy as np
import pytest
from scipy import stats
from tests.testing_tools.gates import frequencies, two_stage, uniformity

import handful as hf
from handful.results import prior_predictive as module

COUNTS = hf.Counts([[50, 5], [48, 7], [0, 0]], categories=["blue", "not blue"])


def test_shares_are_those_of_the_beta_binomial(rng):
    def p_value(generator, _):
        draws = hf.prior_predictive(hf.Pooled(hf.Beta(2, 6)), bags=7, size=10, rng=generator).draws[:, 0]
        seen = np.bincount(np.rint(10 * draws).astype(int), minlength=11)
        return frequencies(seen, stats.betabinom.pmf(np.arange(11), 10, 2, 6))

    two_stage(p_value, rng, 1)


def test_the_interval_is_that_of_the_draws():
    found = hf.prior_predictive(hf.Pooled(hf.Beta(2, 6)), bags=3, size=1_000_000, rng=1)
    beta = stats.beta(2, 6)
    error = np.sqrt(0.025 * 0.975 / len(found.draws)) / beta.pdf(beta.ppf([0.025, 0.975]))
    share = found.shares[0]
    assert np.abs([share.lower, share.upper] - beta.ppf([0.025, 0.975])) == pytest.approx(
        0, abs=4.9 * error.max()
    )


def test_all_bags_together_have_an_interval_of_their_own():
    """Of a fixed recipe 48 bags of 25 are one of 1,200: what no set of bags does may be common in a single bag."""
    table = np.full((48, 2), (15, 10))
    counts = hf.Counts(table, categories=["x", "y"])
    found = hf.prior_predictive(hf.Pooled(hf.Fixed([0.5, 0.5], ["x", "y"])), like=counts, rng=1)
    one, all_bags = found.shares[0], found.together[0]
    # Where a quantile of so many draws lies by chance, and no share lies between those of whole items.
    tail, error = 0.025, 4.9 * np.sqrt(0.025 * 0.975 / len(found.draws))
    for share, n in ((one, 25), (all_bags, 1_200)):
        low, high = (stats.binom.ppf(q, n, 0.5) / n for q in (tail - error, tail + error))
        assert low <= share.lower <= high
        assert 1 - high <= share.upper <= 1 - low
    assert one.lower < 0.6 < one.upper
    assert (one.seen, one.inside) == (None, None)
    assert (all_bags.seen, all_bags.inside) == (pytest.approx(0.6), False)
    assert found.surprises[0].endswith("of its sets of 48 bags are so far out.")


def test_what_was_seen_stands_beside_the_interval_of_all_bags():
    found = hf.prior_predictive(hf.Pooled(hf.Beta(2, 20)), like=COUNTS, rng=1)
    head, first, _ = found.cells()
    place = head.index("seen")
    assert head[place - 2 : place] == ("all 2 bags together", "95% interval")
    own = found.together[0]
    assert first[place - 1] == f"{100 * own.lower:.1f}% .. {100 * own.upper:.1f}%"
    assert "seen" not in hf.prior_predictive(hf.Pooled(), bags=2, size=5, rng=1).cells()[0]


def test_a_fixed_recipe_differs_by_counting_alone():
    found = hf.prior_predictive(hf.Pooled(hf.Fixed([0.5, 0.5], ["x", "y"])), bags=400, size=100, rng=1)
    assert found.between[0].lower < 0.05 < found.between[0].upper
    assert found.between[0].upper - found.between[0].lower < 0.01


def test_counts_that_the_prior_never_makes_are_a_surprise():
    found = hf.prior_predictive(hf.Pooled(hf.Beta(2, 20)), like=COUNTS, rng=1)
    assert found.surprises[0].startswith(
        "The prior hardly ever makes a share of blue in all 2 bags together of 89.1%"
    )
    assert found.surprises[0].endswith("less than 0.1% of its sets of 2 bags are so far out.")
    assert (found.n_bags, found.together[0].inside) == (2, False)
    assert hf.prior_predictive(hf.Pooled(hf.Beta(20, 2)), like=COUNTS, rng=1).surprises == ()


def test_bags_that_differ_more_than_one_recipe_makes_them_are_a_surprise():
    table = [[40, 15], [15, 40], [38, 17], [12, 43]]
    counts = hf.Counts(table, categories=["blue", "not blue"])
    assert "an sd between bags" in hf.prior_predictive(hf.Pooled(), like=counts, rng=1).surprises[0]
    assert hf.prior_predictive(hf.Separate(), like=counts, rng=1).surprises == ()


def test_counts_from_the_prior_itself_are_seldom_a_surprise(rng):
    """The p of counts that the prior did make is uniform, but for ties."""
    model = hf.Pooled(hf.Beta(3, 5))

    def p_value(generator, simulations):
        scores = []
        for _ in range(simulations):
            made = hf.simulate(model, bags=2, size=5_000, rng=generator)
            scores.append(hf.prior_predictive(model, like=made.counts, rng=generator).together[0].p)
        return uniformity(scores)

    two_stage(p_value, rng, 100)


@pytest.mark.parametrize("model", [hf.Pooled(), hf.Separate()], ids=["pooled", "separate"])
def test_of_many_categories_no_more_are_a_surprise_by_chance(model, rng):
    """Of sixty categories some share is beyond 1 in 100 by itself in every other set; 95 of 100 are silent."""
    names = [f"g{c}" for c in range(60)]

    def p_value(generator, n_sets):
        made = (hf.simulate(model, bags=2, size=80, categories=names, rng=generator) for _ in range(n_sets))
        raised = [bool(hf.prior_predictive(model, like=one.counts, rng=generator).surprises) for one in made]
        return float(stats.binomtest(sum(raised), n_sets, 0.05, alternative="greater").pvalue)

    two_stage(p_value, rng, 40)


def test_of_many_categories_one_that_the_prior_hardly_makes_is_a_surprise():
    table = np.full((5, 20), 2)
    table[:, 7] = 300
    counts = hf.Counts(table, categories=[f"g{c}" for c in range(20)])
    prior = hf.Pooled(hf.Dirichlet.symmetric(5.0))
    said = " ".join(hf.prior_predictive(prior, like=counts, rng=1).surprises)
    assert "a share of g7 in all 5 bags together of 88.8%" in said


def test_what_is_too_much_alike_is_a_surprise():
    """Shares cannot be far below a median near 0: it is their rank that tells."""
    counts = hf.Counts(np.full((30, 3), 20), categories=["x", "y", "z"])
    said = hf.prior_predictive(hf.Pooled(), like=counts, rng=1).surprises
    assert said[0].startswith("The prior hardly ever makes an sd between bags of the share of x of 0.0%")


def test_very_many_bags_are_made_up_part_by_part(monkeypatch):
    """As many sets, of the same law, whether they stand in memory together or not."""
    model, given = hf.Pooled(hf.Beta(2, 6)), {"bags": 3, "size": 50, "rng": 1}
    whole = hf.prior_predictive(model, **given)
    monkeypatch.setattr(module, "AT_ONCE", 700)
    parts = hf.prior_predictive(model, **given)
    assert parts.draws.shape == whole.draws.shape
    for one, other in zip(parts.together + parts.between, whole.together + whole.between, strict=True):
        assert (one.lower, one.median, one.upper) == pytest.approx(
            (other.lower, other.median, other.upper), rel=0.2
        )


def test_a_rate_beyond_all_items_is_told():
    found = hf.prior_predictive(hf.Poisson(), bags=5, size=55, rng=1)
    assert found.categories == ("blue",)
    assert "hold more of blue than items" in found.surprises[0]


def test_a_single_bag_has_no_sd():
    found = hf.prior_predictive(hf.Mixture(2), bags=1, size=55, rng=1)
    assert found.between == ()
    assert "sd" not in found.words


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "give like=counts, or both"),
        ({"bags": 3}, "give like=counts, or both"),
        ({"bags": 3, "size": 0}, "size = 0"),
        ({"like": COUNTS, "bags": 3}, "leave the others out"),
        ({"like": COUNTS.select(["3"])}, "all bags of `like` are empty"),
        ({"like": [[1, 2]]}, "give Counts"),
    ],
)
def test_what_is_no_bag_is_told(given, said):
    with pytest.raises(hf.ParameterError, match=said):
        hf.prior_predictive(hf.Pooled(), **given)
