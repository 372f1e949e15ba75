"""sensitivity: the numbers of arviz-stats, an integral of our own, planted conflicts, and refits under other priors."""

import warnings

import arviz_stats
import numpy as np
import pytest
import xarray as xr
from arviz_stats.base import array_stats
from scipy import integrate, stats
from tests.testing_tools import four
from tests.testing_tools.blocked_imports import run_python
from tests.testing_tools.gates import GateClosed, z_gate

import handful as hf
from handful.distributions.shapes import log_jacobian
from handful.results.sensitive.closed import OUTSIDE, POWERS, of_dirichlet, of_gamma, of_table
from handful.results.sensitive.found import (
    CONFLICT,
    FINE,
    STRONG_PRIOR,
    UNKNOWN,
    AlternativePrior,
    Estimate,
    SensitivityRow,
)
from handful.results.sensitive.words import verdict_on

FOUR = hf.Counts(four.TABLE, categories=four.CATEGORIES, ids=four.BAGS)
UNLIKE = hf.Counts(
    [[30, 20, 1], [2, 30, 9], [28, 22, 3], [9, 1, 9], [5, 30, 2], [33, 19, 2]],
    categories=["a", "b", "c"],
    labels={"box": ["x", "y", "", "", "", ""]},
)


def numbers(found):
    return np.array([[row.prior, row.likelihood] for row in found.rows])


# ---- of draws: what ArviZ says of the same draws ---------------------------------------------------------

PEAKED = {"prior": hf.Dirichlet.symmetric(2), "weights": hf.Dirichlet.symmetric(3)}
DRAWN = {
    "laplace": lambda: hf.fit(hf.Hierarchical(), UNLIKE, rng=1),
    "a bound": lambda: hf.fit(hf.Hierarchical(), FOUR, rng=1),
    "smc": lambda: hf.fit(
        hf.Hierarchical(hf.Dirichlet.symmetric(3)), UNLIKE, engine="smc", draws=1000, rng=1
    ),
    "quadrature": lambda: hf.fit(hf.Hierarchical(), FOUR.collapse("blue"), rng=1),
    "gamma of each": lambda: hf.fit(hf.Hierarchical(alpha_prior=hf.Gamma(0.5, 0.1)), UNLIKE, rng=1),
    "mixture": lambda: hf.fit(hf.Mixture(2, **PEAKED), UNLIKE, draws=1000, rng=1),
    "mixture, labels": lambda: hf.fit(hf.Mixture(2, labels="box", **PEAKED), UNLIKE, draws=1000, rng=1),
    "mixture, overdispersed": lambda: hf.fit(
        hf.Mixture(2, overdispersed=True, **PEAKED), UNLIKE, draws=1000, rng=1
    ),
}


def by_arviz(fit):
    """psense_summary of the tree of `fit`, with a log_prior and with log precision in place of precision."""
    tree = hf.to_datatree(fit)
    posterior = tree["posterior"].to_dataset()
    log_prior, likelihood = tree["sample_stats"]["log_prior"], tree["log_likelihood"].to_dataset()
    wanted = {name: posterior[name] for name in ("weights", "proportions") if name in posterior}
    # psense_summary has a dimension "component" of its own, which nothing else may be called.
    if "precision" in posterior:
        wanted["log_precision"] = np.log(posterior["precision"])
    if "weights" in posterior and fit.model.labels is not None:
        # Which bags are known is data: in the tree it is part of the prior.
        known = np.log(posterior["weights"]).sum("component")  # a bag of each is known
        likelihood, log_prior = likelihood.assign(labels=known), log_prior - known
    parts = {
        "posterior": xr.Dataset(wanted).rename({"component": "k"} if "weights" in wanted else {}),
        "log_prior": log_prior.to_dataset(name="all"),
        "log_likelihood": likelihood,
    }
    return arviz_stats.psense_summary(xr.DataTree.from_dict(parts), round_to=15)


def name_in_arviz(row):
    where = [part for part in (row.component, row.category) if part is not None]
    name = row.name.replace(" ", "_")
    return f"{name}[{', '.join(where)}]" if where else name


@pytest.mark.parametrize("name", DRAWN)
def test_J5_6_the_numbers_of_draws_equal_psense_summary(name):
    fit = DRAWN[name]()
    found, table = hf.sensitivity(fit, priors={}), by_arviz(fit)
    assert len(found.rows) == len(table)
    for row in found.rows:
        theirs = table.loc[name_in_arviz(row)]
        assert (row.prior, row.likelihood) == pytest.approx((theirs["prior"], theirs["likelihood"]), abs=1e-9)
        assert theirs["diagnosis"].replace("potential strong", "strong").replace("✓", "fine") == row.diagnosis
    assert numbers(found).max() > 0.05


def test_a_flat_prior_has_nothing_to_scale():
    found = hf.sensitivity(hf.fit(hf.Mixture(2), UNLIKE, draws=1000, rng=1), priors={})
    assert (numbers(found)[:, 0] == 0).all()
    assert (numbers(found)[:, 1] > 0).all()
    assert "it is flat at any power" in found.words


def test_no_warning_of_arviz_reaches_the_user():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        hf.sensitivity(hf.fit(hf.Hierarchical(), UNLIKE, draws=100, rng=1), priors={})


# ---- of closed forms: an integral, and the numbers of draws ----------------------------------------------

CASES = [
    ((2, 8), (12, 43)),
    ((60, 40), (12, 43)),
    ((0.5, 0.5), (0, 30)),
    ((1, 5), (360, 1290)),
    ((3, 3), (1, 0)),
]


def distance_by_quad(p, q, low, high):
    """The cumulative Jensen-Shannon distance by its definition, with scipy's adaptive quadrature."""
    found = []
    for one, other in ((p.cdf, q.cdf), (p.sf, q.sf)):

        def terms(x, one=one, other=other):
            a, b = one(x), other(x)
            m = 0.5 * (a + b)
            return (a * np.log2(a / m) if a > 0 else 0.0) + (b * np.log2(b / m) if b > 0 else 0.0)

        top = integrate.quad(terms, low, high, limit=300, epsabs=1e-14, epsrel=1e-9)[0]
        whole = integrate.quad(lambda x, one=one, other=other: one(x) + other(x), low, high, limit=300)[0]
        found.append(np.sqrt(max(top, 0.0) / whole))
    return max(found)


def number_by_quad(posterior, scaled):
    here = stats.beta(*posterior)
    low, high = here.ppf(OUTSIDE), here.isf(OUTSIDE)
    below, above = (distance_by_quad(here, stats.beta(*one), low, high) for one in scaled)
    return 0.5 * (-below / np.log2(0.99) + above / np.log2(1.01))


@pytest.mark.parametrize(("prior", "counts"), CASES)
def test_a_beta_by_numerical_integration(prior, counts):
    a, n = np.array(prior, float), np.array(counts, float)
    powers = (0.99, 1.01)
    oracle = (
        number_by_quad(a + n, [1 + power * (a - 1) + n for power in powers]),
        number_by_quad(a + n, [a + power * n for power in powers]),
    )
    found = of_dirichlet(a, a + n)
    assert found[0] == found[1] == pytest.approx(oracle, rel=2e-3, abs=1e-6)


N_RUNS = 24


def runs_of(a, n, rng):
    """The two numbers that arviz-stats has for each of some runs of 4,000 draws, (R, 2)."""
    runs = []
    for _ in range(N_RUNS):
        q = rng.beta(*(a + n), size=(4, 1000))
        run = []
        for step in (a - 1, n):
            logs = step[0] * np.log(q) + step[1] * np.log1p(-q)
            scaled = [np.exp(array_stats.power_scale_lw(logs, alpha=power, axis=(0, 1))) for power in POWERS]
            run.append(float(array_stats.power_scale_sense(q, *scaled, *POWERS)))
        runs.append(run)
    return np.array(runs)


def agree(runs, found):
    """One run's number is a distance, a little too large by its own noise: its error is the spread of the runs."""
    student = stats.t.isf(5e-7, N_RUNS - 1) / stats.norm.isf(5e-7)
    z_gate(runs[0], found, runs.std(axis=0, ddof=1) * student)


@pytest.mark.parametrize(("prior", "counts"), CASES[:3])
def test_a_beta_agrees_with_draws_within_their_error(prior, counts, rng):
    a, n = np.array(prior, float), np.array(counts, float)
    agree(runs_of(a, n, rng), of_dirichlet(a, a + n)[0])


def test_the_gate_sees_a_logarithm_of_another_base(rng):
    a, n = np.array([60.0, 40.0]), np.array([12.0, 43.0])
    runs, found = runs_of(a, n, rng), np.array(of_dirichlet(a, a + n)[0])
    agree(runs, found)
    with pytest.raises(GateClosed):
        agree(runs, found * np.log(2))


def test_a_table_gives_what_the_closed_form_gives():
    blue = FOUR.collapse("blue")
    for a, b in ((2, 8), (60, 40), (0.5, 0.5)):
        closed, table = (
            hf.fit(hf.Pooled(prior), blue) for prior in (hf.Beta(a, b), hf.Density.of(stats.beta(a, b)))
        )
        assert table.engine == "quadrature"
        own = numbers(hf.sensitivity(closed, priors={}))
        assert numbers(hf.sensitivity(table, priors={})) == pytest.approx(own, rel=1e-3)


def test_a_uniform_prior_on_a_part_has_nothing_to_scale():
    prior = hf.Density.uniform(0.1, 0.5)
    posterior = hf.fit(hf.Pooled(prior), FOUR.collapse("blue")).posterior
    of_prior, of_likelihood = of_table(prior, posterior)
    assert of_prior == pytest.approx(0, abs=1e-5)
    assert of_likelihood > 0.05
    flat = prior.log_density(np.array([-1.0, -0.5])) + log_jacobian(np.array([-1.0, -0.5]))
    assert np.ptp(flat) == pytest.approx(0, abs=1e-12)


def test_a_gamma_is_the_limit_of_a_beta():
    rare = 1e-6
    beta = of_dirichlet(np.array([3.0, 6 / rare]), np.array([8.0, 26 / rare]))[0]
    assert of_gamma(hf.Gamma(3, 6), hf.Gamma(8, 26)) == pytest.approx(beta, rel=1e-3)


def test_the_order_of_categories_and_bags_does_not_matter():
    order = [2, 0, 1]
    turned = hf.Counts(UNLIKE.table[::-1, order], categories=["c", "a", "b"])
    prior = hf.Dirichlet([5, 2, 3], ("a", "b", "c"))
    first, second = (hf.sensitivity(hf.fit(hf.Pooled(prior), one), priors={}) for one in (UNLIKE, turned))
    assert numbers(first)[order] == pytest.approx(numbers(second), rel=1e-9)


def test_a_prior_that_a_power_makes_improper_has_a_number_all_the_same():
    (first, _), _ = of_dirichlet(np.array([0.005, 0.005]), np.array([0.005, 20.005]))
    assert 1 < first < 70


# ---- planted conflicts, and clean data -------------------------------------------------------------------


def worlds(rng, number, prior=None):
    """30 bags of 55 items each, of which a share drawn from the prior, or from Beta(4, 16), is blue."""
    for share in (prior or hf.Beta(4, 16)).draw(number, rng=rng):
        blue = rng.binomial(55, share, size=30)
        yield hf.Counts(np.column_stack([blue, 55 - blue]), categories=["blue", "not blue"])


def analysed(prior, bags):
    return hf.sensitivity(hf.fit(hf.Pooled(prior), bags), priors={})


@pytest.mark.parametrize("strength", [20, 400])
def test_J5_2_clean_data_are_silent_in_95_of_100(strength, rng):
    """Also where the prior is worth a fifth of all that is known, so that both numbers are large."""
    prior = hf.Beta(0.2 * strength, 0.8 * strength)
    found = [analysed(prior, bags) for bags in worlds(rng, 100, prior)]
    assert sum(not one.verdict.ok for one in found) <= 5
    agreed = [one for one in found if one.rows[0].diagnosis == CONFLICT and not one.flagged]
    assert (len(agreed) > 20) == (strength == 400)
    assert all(one.verdict.notes[0].startswith("No conflict seen: blue (") for one in agreed)


def test_J5_2_a_prior_50_times_too_tight_in_the_wrong_place_is_flagged(rng):
    found = [analysed(hf.Beta(50 * 10, 50 * 10), bags) for bags in worlds(rng, 40, hf.Beta(40, 160))]
    assert all(not one.verdict.ok and "gave it hardly a chance" in one.words for one in found)
    assert {row.diagnosis for one in found for row in one.rows} == {CONFLICT}


def test_a_prior_that_outweighs_the_bags_hides_no_conflict():
    """A posterior that the prior alone has made lies in the midst of the prior, and is an alarm all the same."""
    found = analysed(hf.Beta(500, 500), hf.Counts([[11, 44]], categories=["blue", "not blue"]))
    assert found.rows[0].tail > 0.1
    assert not found.verdict.ok
    assert found.verdict.notes[0].startswith("More prior than bags: blue (0.20 and 0.15)")


@pytest.mark.parametrize(("a", "n"), [((6, 4), (3, 9)), ((80, 320), (400, 1250)), ((0.5, 0.7), (2, 0))])
def test_the_tail_of_a_beta_is_an_integral(a, n):
    """The prior's part that is no likelier than q, and its mean over the posterior, on a fine grid of either."""
    prior, after = stats.beta(*a), stats.beta(*np.add(a, n))
    levels = (np.arange(20_000) + 0.5) / 20_000
    of_prior = np.sort(prior.logpdf(prior.ppf(levels)))
    tails = np.searchsorted(of_prior, prior.logpdf(after.ppf(levels))) / levels.size
    found = analysed(hf.Beta(*a), hf.Counts([n], categories=["blue", "not blue"])).rows[0].tail
    # The mean of 4,000 draws, each with its place among 4,000 draws of the prior.
    z_gate([found], tails.mean(), np.sqrt((tails.var() + 0.25) / 4000))


PARTS = {
    "separate": (lambda: hf.fit(hf.Separate(hf.Dirichlet([2, 3, 4])), UNLIKE), 6),
    "hierarchical": (DRAWN["laplace"], 2),
    "mixture": (DRAWN["mixture, overdispersed"], 3),
    "mixture, labels": (DRAWN["mixture, labels"], 2),
    "rate": (lambda: hf.fit(hf.Poisson(hf.Gamma(2, 9)), FOUR.collapse("blue")), 1),
    "a table": (lambda: hf.fit(hf.Pooled(hf.Density.normal(0.3, 0.1)), FOUR.collapse("blue")), 1),
}


@pytest.mark.parametrize("name", PARTS)
def test_each_part_of_a_prior_has_its_tail(name):
    make, number = PARTS[name]
    tails = {(row.name, row.bag): row.tail for row in hf.sensitivity(make(), priors={}).rows}
    assert len(tails) == number
    assert all(0 < one <= 1 for one in tails.values())


def test_one_bag_of_many_that_is_at_odds_with_its_prior_is_named():
    bags = hf.Counts([[12, 43]] * 9 + [[50, 5]], categories=["blue", "not blue"], ids=list("ABCDEFGHIJ"))
    found = hf.sensitivity(hf.fit(hf.Separate(hf.Beta(8, 32)), bags), priors={})
    assert {row.bag for row in found.rows if row.at_odds} == {"J"}
    assert found.verdict.notes[0].startswith("Potential prior-data conflict: blue in bag J (")


@pytest.mark.parametrize("n", [[0, 0], [0, 1]])
def test_bags_that_tell_nothing_leave_a_strong_prior(n):
    found = hf.sensitivity(hf.fit(hf.Pooled(hf.Beta(200, 200)), hf.Counts([n], categories=["a", "b"])))
    assert {row.diagnosis for row in found.rows} == {STRONG_PRIOR}
    assert not found.verdict.ok
    assert found.verdict.notes[0].startswith("Strong prior / weak likelihood: a (")
    assert "the bags hardly change it" in found.words


def test_the_diagnosis_follows_the_two_numbers():
    one = Estimate(0.3, 0.1, hf.Beta(2, 3).interval())

    def said(prior, likelihood):
        row = SensitivityRow(name="rate", prior=prior, likelihood=likelihood, tail=0.5, estimate=one)
        return row.diagnosis

    assert said(0.05, 0.05) == CONFLICT
    assert said(0.05, 0.0499) == STRONG_PRIOR
    assert said(0.0499, 0.9) == FINE
    assert said(np.nan, 0.9) == said(0.0, np.inf) == UNKNOWN


# ---- the same bags under other priors --------------------------------------------------------------------


def test_refits_say_what_the_other_fit_says():
    fit = hf.fit(hf.Pooled(hf.Dirichlet([6, 1, 1, 1, 1, 1])), FOUR)
    found = hf.sensitivity(fit, mass=0.8)
    assert [one.name for one in found.alternatives] == [
        "flat",
        "Jeffreys",
        "half as strong",
        "twice as strong",
    ]
    for one, concentration in zip(
        found.alternatives, ([1] * 6, [0.5] * 6, [3] + [0.5] * 5, [12] + [2] * 5), strict=True
    ):
        other = hf.fit(hf.Pooled(hf.Dirichlet(concentration, four.CATEGORIES)), FOUR)
        assert one.prior == hf.Dirichlet(concentration).spec
        assert one.log_evidence.value == pytest.approx(other.log_evidence.value, abs=1e-10)
        assert [e.mean for e in one.estimates] == pytest.approx(other.posterior.mean)
        assert [e.shift for e in one.estimates] == pytest.approx(
            (other.posterior.mean - fit.posterior.mean) / fit.posterior.sd
        )
        assert one.kl > 0
        assert [e.interval for e in one.estimates] == [
            p.interval for p in hf.summary(other, mass=0.8).parameters
        ]
    assert found.rows[0].estimate.interval == hf.summary(fit, mass=0.8).parameters[0].interval
    assert "sealed or not" in found.words


USUAL = [
    (hf.Pooled(), FOUR, ["Jeffreys", "twice as strong"]),
    (hf.Pooled(hf.Density.normal(0.3, 0.1)), FOUR.collapse("blue"), ["flat", "Jeffreys"]),
    (
        hf.Separate(hf.Beta(2, 3)),
        FOUR.collapse("blue"),
        ["flat", "Jeffreys", "half as strong", "twice as strong"],
    ),
    (hf.Poisson(), FOUR.collapse("blue"), ["half as strong", "twice as strong"]),
    (
        hf.Poisson(hf.Gamma(1, 1)),
        FOUR.collapse("blue"),
        ["like a flat share", "half as strong", "twice as strong"],
    ),
    (hf.Hierarchical(), UNLIKE, ["second precision", "Jeffreys mean"]),
    (hf.Hierarchical(alpha_prior=hf.Gamma(0.5, 0.1)), UNLIKE, ["usual precision", "second precision"]),
    (hf.Mixture(2), UNLIKE, ["half as strong", "twice as strong", "Jeffreys weights"]),
]


@pytest.mark.parametrize(("model", "counts", "names"), USUAL, ids=lambda one: getattr(one, "spec", None))
def test_the_usual_priors_of_each_model(model, counts, names):
    found = hf.sensitivity(hf.fit(model, counts, rng=1))
    assert [one.name for one in found.alternatives] == names
    closed = not isinstance(model, hf.Hierarchical | hf.Mixture) and "normal" not in found.prior
    assert all((one.kl is not None) == closed for one in found.alternatives)
    assert found.prior not in {one.prior for one in found.alternatives}
    assert np.isfinite([[e.shift, e.mean, e.sd] for one in found.alternatives for e in one.estimates]).all()
    assert all(name in str(found) for name in names)
    assert "<table>" in found._repr_html_()


def test_components_that_changed_places_are_put_back(rng):
    which = rng.integers(2, size=12)
    table = np.array([rng.multinomial(60, [[0.8, 0.1, 0.1], [0.1, 0.3, 0.6]][k]) for k in which])
    bags = hf.Counts(table, categories=["a", "b", "c"])
    # Six bags each, nearly: which component weighs more, and is the first, is nearly a coin's toss in each fit.
    found = hf.sensitivity(hf.fit(hf.Mixture(2), bags, rng=1))
    shares = [p for p, row in enumerate(found.rows) if row.name == "proportions"]
    assert max(abs(one.estimates[p].shift) for one in found.alternatives for p in shares) < 1


def test_a_shift_is_told_where_it_is_more_than_chance():
    interval = hf.Beta(2, 3).interval()
    own = Estimate(0.30, 0.10, interval, 0.003)
    one = Estimate(0.312, 0.10, interval, 0.004).shifted_from(own)
    assert (one.shift, one.shift_error) == (pytest.approx(0.12), pytest.approx(0.05))
    assert not one.moved
    assert Estimate(0.316, 0.10, interval, 0.004).shifted_from(own).moved
    assert Estimate(0.312, 0.10, interval).shifted_from(Estimate(0.30, 0.10, interval)).moved
    assert not Estimate(0.309, 0.10, interval).shifted_from(Estimate(0.30, 0.10, interval)).moved
    assert not Estimate(0.9, 0.10, interval, np.inf).shifted_from(own).moved


def test_the_same_prior_again_moves_means_as_far_as_chance_does():
    """With few draws two fits under one prior differ by more than a tenth of an sd, and that is no effect."""
    fits = [hf.fit(hf.Hierarchical(), UNLIKE, draws=100, rng=seed) for seed in range(10)]
    found = [hf.sensitivity(fit, priors={"the same": fit.model}) for fit in fits]
    each = [one for analysis in found for one in analysis.alternatives[0].estimates]
    z_gate([one.shift for one in each], 0.0, [one.shift_error for one in each])
    assert sum(abs(one.shift) >= 0.1 and not one.moved for one in each) > 3
    moved = hf.sensitivity(fits[1], priors={"tight": hf.LogNormal(8, 0.3)})
    assert "the mean of log precision moves most, by +" in moved.words
    assert "(Monte Carlo standard error 0." in moved.words


def test_shifts_of_chance_are_called_that():
    interval = hf.Beta(2, 3).interval()
    own = Estimate(0.30, 0.10, interval, 0.007)
    row = SensitivityRow(name="rate", category="blue", prior=0.0, likelihood=1.0, tail=1.0, estimate=own)
    moved = Estimate(0.312, 0.10, interval, 0.007).shifted_from(own)
    fit = hf.fit(hf.Pooled(), FOUR)
    other = AlternativePrior("other", "gamma(1,1)", fit.log_evidence, None, (moved,), fit.verdict)
    said = verdict_on(fit, [row], alternatives=[other]).notes
    assert any(
        "no mean moves by more than chance between two sets of draws: that of blue by +0.12" in n
        for n in said
    )


def test_known_components_are_closed_forms():
    labelled = hf.Counts(
        UNLIKE.table, categories=UNLIKE.categories, labels={"box": ["x", "y", "x", "y", "y", "x"]}
    )
    fit = hf.fit(hf.Mixture(2, labels="box", **PEAKED), labelled)
    assert fit.engine == "exact"
    found = hf.sensitivity(fit)
    assert [one.name for one in found.alternatives] == [
        "half as strong",
        "twice as strong",
        "Jeffreys weights",
    ]
    weights = of_dirichlet(np.array([3.0, 3.0]), np.array([6.0, 6.0]))
    assert [(row.prior, row.likelihood) for row in found.rows if row.name == "weights"] == weights
    assert all(one.kl > 0 for one in found.alternatives)


def test_priors_of_ones_own():
    pooled = hf.fit(hf.Pooled(), FOUR)
    found = hf.sensitivity(pooled, priors={"mine": hf.Dirichlet([9, 1, 1, 1, 1, 1])})
    assert [(one.name, one.prior) for one in found.alternatives] == [("mine", "dirichlet(9,1,1,1,1,1)")]
    population = hf.fit(hf.Hierarchical(), UNLIKE, rng=1)
    others = {
        "tight": hf.LogNormal(6, 0.5),
        "mean": hf.Dirichlet.symmetric(4),
        "both": hf.Hierarchical(hf.Dirichlet([1, 2, 3])),
    }
    specs = [one.prior for one in hf.sensitivity(population, priors=others).alternatives]
    assert specs == [
        "dirichlet(1,1,1), precision lognormal(6,0.5)",
        "dirichlet(4,4,4), precision lognormal(4,2)",
        "dirichlet(1,2,3), precision lognormal(4,2)",
    ]


@pytest.mark.parametrize(
    ("fit", "prior", "said"),
    [
        (lambda: hf.fit(hf.Pooled(), FOUR), hf.Separate(), "is another model"),
        (lambda: hf.fit(hf.Pooled(), FOUR), hf.LogNormal(4, 2), "give a prior of the proportions"),
        (lambda: hf.fit(hf.Poisson(), FOUR.collapse("blue")), hf.Beta(1, 1), "give a Gamma"),
        (lambda: hf.fit(hf.Mixture(2), UNLIKE, rng=1), hf.LogNormal(4, 2), "have no precision"),
        (lambda: hf.fit(hf.Mixture(2), UNLIKE, rng=1), hf.Mixture(3), "is another model"),
        (lambda: hf.fit(hf.Pooled(), FOUR), hf.Fixed([0.25, 0.15, 0.15, 0.15, 0.15, 0.15]), "exactly"),
    ],
)
def test_a_prior_that_does_not_suit_is_refused(fit, prior, said):
    with pytest.raises(hf.HandfulError, match=said):
        hf.sensitivity(fit(), priors={"other": prior})


def test_what_cannot_be_analysed_is_refused():
    with pytest.raises(hf.ParameterTypeError, match="give what fit"):
        hf.sensitivity("pooled")
    with pytest.raises(hf.ParameterTypeError, match="highest point only"):
        hf.sensitivity(hf.fit(hf.Mixture(2), UNLIKE, engine="optimum"))
    many = hf.Counts(np.ones((300, 2), int), categories=["a", "b"])
    with pytest.raises(hf.ParameterError, match="600 parameters"):
        hf.sensitivity(hf.fit(hf.Separate(), many))
    with pytest.raises(hf.ParameterError, match="mass"):
        hf.sensitivity(hf.fit(hf.Pooled(), FOUR), mass=2)


def test_a_bound_on_the_precision_is_said_and_not_called_a_conflict():
    fit = DRAWN["a bound"]()
    found = hf.sensitivity(fit, priors={})
    assert fit.bound.words in found.verdict.notes
    assert found.rows[-1].diagnosis == CONFLICT
    assert "onflict" not in found.words
    assert found.verdict.ok


def test_what_is_known_exactly_has_no_row():
    found = hf.sensitivity(hf.fit(hf.Pooled(hf.Fixed([0.3, 0.7])), FOUR.collapse("blue")))
    assert found.rows == found.alternatives == ()
    assert "known exactly" in found.words


def test_histograms_alone_are_enough_and_one_fit_gives_one_answer():
    fit = hf.fit(hf.Hierarchical(), hf.Histograms.of(UNLIKE), rng=1)
    first, second = hf.sensitivity(fit), hf.sensitivity(fit)
    assert str(first) == str(second)
    assert len(first.alternatives) == 2


def test_the_picture_shows_the_flagged_parameters_under_each_prior():
    found = hf.sensitivity(hf.fit(hf.Pooled(hf.Dirichlet([200, 1, 1, 1, 1, 1])), FOUR))
    drawn = hf.plot_numbers(hf.plot_sensitivity(found))
    assert drawn["parameters"] == [row.label for row in found.flagged]
    assert drawn["priors"] == ["the fit's", *(one.name for one in found.alternatives)]
    assert drawn["mean"][0] == [
        found.rows[0].estimate.mean,
        *(one.estimates[0].mean for one in found.alternatives),
    ]
    clean = hf.sensitivity(hf.fit(hf.Pooled(), FOUR))
    assert len(hf.plot_numbers(hf.plot_sensitivity(clean))["parameters"]) == 6
    with pytest.raises(hf.ParameterError, match="known exactly"):
        hf.plot_sensitivity(hf.sensitivity(hf.fit(hf.Pooled(hf.Fixed([0.3, 0.7])), FOUR.collapse("blue"))))


def test_without_arviz_stats_closed_forms_are_analysed_and_draws_say_what_is_missing():
    code = (
        "import handful as hf\n"
        "bags = hf.Counts([[3, 1, 2], [1, 4, 2]], categories=['a', 'b', 'c'])\n"
        "print(hf.sensitivity(hf.fit(hf.Pooled(), bags)).verdict.ok)\n"
        "try: hf.sensitivity(hf.fit(hf.Hierarchical(), bags, rng=1))\n"
        "except hf.MissingExtra as error: print(error)"
    )
    first, second = run_python(code, without=["arviz_stats", "arviz_base", "xarray"]).stdout.splitlines()
    assert first == "True"
    assert "handful[arviz]" in second
