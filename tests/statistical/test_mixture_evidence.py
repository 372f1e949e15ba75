"""Rows A12, A19 to A22 for mixtures: evidence without bias and as good as it says, and what an order may not change."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from scipy import special, stats
from tests.oracles.mixture import enumerate_mixture
from tests.statistical.mixture_gates import (
    derivatives,
    exact,
    known_recipes,
    laplace_clear,
    prior_draws,
    problems,
    said,
    smc_errors,
    smc_exchangeable,
    smc_told_apart,
)
from tests.statistical.mixture_worlds import (
    SOURCE,
    counts_of,
    counts_of_case,
    is_one_source,
    model_of,
    pairs_of,
    same_source,
    shapes_unchecked,
)
from tests.testing_tools.gates import SUSPICIOUS, Z_LIMIT, bonferroni, two_stage, z_gate
from tests.testing_tools.mixture_cases import UNKNOWN, mixture_cases

import handful as hf

# ---- A19, A20 ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("gate", [exact, known_recipes, derivatives], ids=lambda gate: gate.__name__)
def test_what_is_exact_is_exact(gate, rng):
    assert gate(rng, 1) == 1.0


@pytest.mark.parametrize(
    "gate",
    [prior_draws, smc_exchangeable, smc_told_apart, smc_errors, laplace_clear],
    ids=lambda gate: gate.__name__,
)
def test_A19_no_bias_and_honest_errors(gate, rng):
    """With 512 particles in all, where a bias would be eight times that of a user's fit."""
    two_stage(gate, rng, 1)


RUNS = 12


def evidence_p_value(name, engine, rng, n) -> float:
    """Of `n` fits with the draws of a user: right to 0.05 nat in the median, to 0.2 in all, 95 % within two errors."""
    problem = problems()[name]
    with shapes_unchecked():
        found = [
            hf.fit(problem.model, counts_of(problem.table), engine=engine, rng=rng).log_evidence
            for _ in range(n)
        ]
    errors = np.array([one.value for one in found]) - problem.truth.log_evidence
    assert np.median(np.abs(errors)) <= 0.05
    assert np.abs(errors).max() <= 0.2
    covered = int((np.abs(errors) < 2 * np.array([one.error for one in found])).sum())
    print(f"{covered} of {n} within two errors, median {np.median(np.abs(errors)):.3f}")
    return said(stats.binom.cdf(covered, n, 1 - 2 * stats.norm.sf(2)))


@pytest.mark.parametrize(
    ("name", "engine"),
    [("exchangeable", "smc"), ("told apart", "smc"), ("clear", "laplace")],
)
def test_A20_the_evidence_is_as_good_as_it_says(name, engine, rng):
    two_stage(lambda rng, n: evidence_p_value(name, engine, rng, n), rng, RUNS)


# ---- overdispersed components: the mean likelihood under the prior -----------------------------------------

PRIOR_DRAWS = 200_000
FEW_BAGS = np.array([[7, 1, 0], [1, 2, 6], [8, 1, 1], [2, 5, 1]])
OVERDISPERSED_RECIPES = np.array([[0.6, 0.3, 0.1], [0.2, 0.3, 0.5]])


def named_recipes() -> hf.Recipes:
    return hf.Recipes(OVERDISPERSED_RECIPES, components=["x", "y"])


def flat_means(n, rng):
    return rng.dirichlet(np.ones(3), size=(n, 2))


def centred_means(n, rng):
    return np.stack([rng.dirichlet(1 + 10 * recipe, size=n) for recipe in OVERDISPERSED_RECIPES], axis=1)


# The model, and draws of the weights, the means and the precisions from its prior.
OVERDISPERSED = {
    "default": (
        hf.Mixture(2, overdispersed=True),
        lambda n, rng: (rng.dirichlet([1, 1], n), flat_means(n, rng), np.exp(rng.normal(4, 2, (n, 2)))),
    ),
    "centred": (
        hf.Mixture(
            recipes=named_recipes(),
            strength=10.0,
            overdispersed=True,
            precision=hf.HalfNormal(0.4),
            weights=hf.Beta(2, 1),
        ),
        lambda n, rng: (
            rng.dirichlet([2, 1], n),
            centred_means(n, rng),
            rng.normal(0, 0.4, (n, 2)) ** -2.0,
        ),
    ),
    "known recipes and weights": (
        hf.Mixture(
            recipes=named_recipes(),
            overdispersed=True,
            precision=hf.Gamma(2, 0.1),
            weights=hf.Fixed([0.3, 0.7]),
        ),
        lambda n, rng: (
            np.tile([0.3, 0.7], (n, 1)),
            np.tile(OVERDISPERSED_RECIPES, (n, 1, 1)),
            rng.gamma(2, 10, (n, 2)),
        ),
    ),
    "gammas": (hf.Mixture(2, overdispersed=True, alpha_prior=hf.Gamma(0.8, 0.1)), None),
}


def prior_of_gammas(n, rng):
    alpha = rng.gamma(0.8, 10, (n, 2, 3))
    return rng.dirichlet([1, 1], n), alpha / alpha.sum(axis=2, keepdims=True), alpha.sum(axis=2)


def mean_likelihood(draw, table, rng) -> tuple[float, float]:
    """The log evidence as a mean over the prior, with its standard error; counts of some ten items allow that."""
    theta, means, kappa = draw(PRIOR_DRAWS, rng)
    alpha = np.maximum(kappa[:, :, None] * means, 1e-300)
    log_value = np.zeros(PRIOR_DRAWS)
    for row in table:
        rise = np.where(row > 0, special.gammaln(alpha + row) - special.gammaln(alpha), 0.0).sum(axis=2)
        rise += special.gammaln(kappa) - special.gammaln(kappa + row.sum())
        log_value += special.logsumexp(rise + np.log(theta), axis=1)
        log_value += special.gammaln(row.sum() + 1) - special.gammaln(row + 1).sum()
    top = log_value.max()
    value = np.exp(log_value - top)
    return float(top + np.log(value.mean())), float(value.std() / value.mean() / np.sqrt(PRIOR_DRAWS))


@pytest.mark.parametrize("name", OVERDISPERSED)
def test_A20_overdispersed_components_agree_with_the_mean_over_the_prior(name, rng):
    model, draw = OVERDISPERSED[name]
    truth, its_error = mean_likelihood(draw or prior_of_gammas, FEW_BAGS, rng)
    assert its_error < 0.02
    fit = hf.fit(model, counts_of(FEW_BAGS), engine="smc", rng=rng)
    assert fit.verdict.ok
    print(f"{fit.log_evidence.value:.3f} +- {fit.log_evidence.error:.3f} for {truth:.3f} +- {its_error:.3f}")
    z_gate(fit.log_evidence.value, truth, np.hypot(fit.log_evidence.error, its_error))


# ---- A12 --------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("separated", [False, True])
def test_A12_sixteen_bags(separated, rng):
    """Every same-source probability from a fit as a user gets it, which for 16 different bags is enumeration or smc."""
    middle = rng.dirichlet(np.full(4, 5.0))
    for engine in (None, "smc"):
        sources = rng.dirichlet(np.full(4, 1.0) if separated else 80 * middle, size=2)
        table = rng.multinomial(30, sources[rng.integers(2, size=16)])
        truth = enumerate_mixture(table, [1, 1], np.ones((2, 4)))
        fit = hf.fit(hf.Mixture(2), counts_of(table), engine=engine, rng=rng)
        health = fit.posterior.health(same_source(fit.draws, table, np.full(16, UNKNOWN)))
        difference = np.abs(health.mean - truth.same_source[pairs_of(16)])
        # What 10^-6 says an independent draw need not have seen: see test_mixture_truth.
        assert (difference <= np.maximum(Z_LIMIT * health.mcse, np.log(1e6) / health.ess)).all()
        assert difference.max() < 0.06
        assert fit.verdict.ok


# ---- A21 --------------------------------------------------------------------------------------------------

SIMULATIONS = 1_000
MODELS = (hf.Mixture(1), hf.Mixture(2))


def made_up(size, rng) -> np.ndarray:
    """Three to six bags of about ten items from the prior predictive of K = `size`."""
    n_bags = int(rng.integers(3, 7))
    theta, recipes = rng.dirichlet(np.ones(size)), rng.dirichlet(np.ones(3), size=size)
    return rng.multinomial(rng.integers(4, 17, size=n_bags), recipes[rng.choice(size, size=n_bags, p=theta)])


def probabilities_of_two(n, rng) -> tuple[np.ndarray, np.ndarray]:
    """Of `n` data sets, half of them from two components: which those are, and P(K = 2 | data) by the evidences."""
    of_two = rng.random(n) < 0.5
    found = np.empty(n)
    with shapes_unchecked():
        for i, two in enumerate(of_two):
            counts = counts_of(made_up(2 if two else 1, rng))
            one, other = (hf.fit(model, counts, draws=100, rng=rng).log_evidence.value for model in MODELS)
            found[i] = special.expit(other - one)
    return of_two, found


def calibration_p_value(of_two, found, rng) -> float:
    """Of the truths being coins with these probabilities: their sum, its parts by probability, and the log score."""
    tossed = rng.random((4_000, len(found))) < found
    tenth = np.minimum((10 * found).astype(int), 9)
    members = np.eye(10)[tenth]
    spread = np.maximum((found * (1 - found)) @ members, 1e-12)

    def pull(outcomes):
        return (((outcomes - found) @ members) ** 2 / spread).sum(axis=-1)

    def score(outcomes):
        return np.where(outcomes, np.log(found), np.log1p(-found)).sum(axis=-1)

    of_parts = (1 + (pull(tossed) >= pull(of_two)).sum()) / (1 + len(tossed))
    below, above = (
        (1 + side.sum()) / (1 + len(tossed))
        for side in (score(tossed) <= score(of_two), score(tossed) >= score(of_two))
    )
    z = (of_two.sum() - found.sum()) / np.sqrt((found * (1 - found)).sum())
    return said(bonferroni([of_parts, min(1.0, 2 * min(below, above)), 2 * stats.norm.sf(abs(z))]))


def test_A21_the_probability_of_two_components_is_calibrated(rng):
    """The evidences of K = 1 and 2 are right together, K! included: a model's probability is a frequency."""

    def p_value(rng, n):
        of_two, found = probabilities_of_two(n, rng)
        print(f"mean P(K = 2 | data) {found.mean():.3f}, {of_two.mean():.3f} of the data sets")
        assert found.std() > 0.2  # the data have something to say
        return calibration_p_value(of_two, found, rng)

    two_stage(p_value, rng, SIMULATIONS)


def test_A21_a_missing_factor_of_two_is_seen(rng):
    """The tester: K! missing is log 2."""
    of_two, found = probabilities_of_two(600, rng)
    assert calibration_p_value(of_two, special.expit(special.logit(found) - np.log(2)), rng) < SUSPICIOUS
    assert calibration_p_value(of_two, found, rng) > SUSPICIOUS


# ---- A22: orders ------------------------------------------------------------------------------------------


def in_another_order(case, order) -> hf.Mixture:
    """The model of a case with recipes, its components and their weights in another order."""
    names = [f"source {k}" for k in order]
    return hf.Mixture(
        recipes=hf.Recipes(case.recipes[order], components=names),
        strength=case.strength,
        prior=hf.Dirichlet(case.base),
        weights=hf.Dirichlet(case.weights_concentration[order]),
        labels=SOURCE if (case.known != UNKNOWN).any() else None,
    )


def cases_with_recipes(rng, n):
    found = [case for case in mixture_cases(80, rng) if case.recipes is not None and not is_one_source(case)]
    return found[:n]


def test_A22_recipes_in_another_order_are_the_same_model(rng):
    """By enumeration: the evidence to the last digits, and everything else under its name."""
    for case in cases_with_recipes(rng, 8):
        size = len(case.recipes)
        whole = hf.fit(model_of(case), counts_of_case(case), engine="enumeration", rng=1)
        for order in map(list, permutations(range(size))):
            fit = hf.fit(in_another_order(case, order), counts_of_case(case), engine="enumeration", rng=1)
            assert fit.log_evidence.value == pytest.approx(whole.log_evidence.value, abs=1e-10)
            if whole.posterior.exact is None:
                continue
            for name, mean in whole.posterior.exact.mean.items():
                assert fit.posterior.exact.mean[name] == pytest.approx(mean[order], abs=1e-10)
            assert fit.posterior.exact.assignments[fit.statistic.row_of_bag] == pytest.approx(
                whole.posterior.exact.assignments[whole.statistic.row_of_bag][:, order], abs=1e-10
            )


def labelled(fit, order=None) -> tuple[np.ndarray, np.ndarray]:
    """Means and errors of weights, recipes and the next bag, the components back in the first order."""
    weights, proportions = fit.draws["weights"], fit.draws["proportions"]
    back = np.arange(weights.shape[1]) if order is None else np.argsort(order)
    next_bag = np.einsum("sk,skc->sc", weights, proportions)
    health = fit.posterior.health(
        np.column_stack([weights[:, back], proportions[:, back].reshape(len(weights), -1), next_bag])
    )
    return health.mean, health.mcse


def test_A22_draws_do_not_mind_the_order_of_components(rng):
    for case in cases_with_recipes(rng, 3):
        order = np.arange(len(case.recipes))[::-1]
        one = hf.fit(model_of(case), counts_of_case(case), engine="smc", rng=rng)
        other = hf.fit(in_another_order(case, order), counts_of_case(case), engine="smc", rng=rng)
        z_gate(
            one.log_evidence.value,
            other.log_evidence.value,
            np.hypot(one.log_evidence.error, other.log_evidence.error),
        )
        (mean, error), (again, its_error) = labelled(one), labelled(other, order)
        z_gate(mean, again, np.hypot(error, its_error))


@pytest.mark.parametrize("engine", ["enumeration", "smc", "laplace"])
def test_bags_in_another_order_give_the_same_bits(engine, rng):
    """The same seed on the same bags, however they lie: rows are sorted before anything is drawn."""
    table = np.vstack([rng.multinomial(30, q, size=4) for q in ([0.6, 0.3, 0.1], [0.1, 0.3, 0.6])])
    one = hf.fit(hf.Mixture(2), counts_of(table), engine=engine, draws=1_000, rng=7)
    other = hf.fit(hf.Mixture(2), counts_of(table[rng.permutation(8)]), engine=engine, draws=1_000, rng=7)
    assert one.log_evidence == other.log_evidence
    assert one.engine == other.engine
    for name, values in one.draws.items():
        assert (values == other.draws[name]).all()
    assert (one.weights == other.weights).all()


def test_the_same_seed_gives_the_same_draws_and_another_others():
    problem = problems()["exchangeable"]
    for engine in ("smc", "enumeration"):
        first, again, other = (
            hf.fit(problem.model, counts_of(problem.table), engine=engine, draws=500, rng=seed)
            for seed in (7, 7, 8)
        )
        assert first.seed == 7
        assert (first.draws["proportions"] == again.draws["proportions"]).all()
        assert (first.draws["proportions"] != other.draws["proportions"]).any()


def test_categories_in_another_order_are_the_same_model(rng):
    problem = problems()["exchangeable"]
    order = [2, 0, 1]
    turned = hf.Mixture(2, prior=hf.Dirichlet([1, 2, 1]), weights=hf.Dirichlet([1.5, 1.5]))
    for engine in ("enumeration", "smc"):
        fit = hf.fit(turned, counts_of(problem.table[:, order]), engine=engine, rng=rng)
        error = max(fit.log_evidence.error, 1e-11)
        z_gate(fit.log_evidence.value, problem.truth.log_evidence, error)
        next_bag = fit.posterior.health(
            np.einsum("sk,skc->sc", fit.draws["weights"], fit.draws["proportions"])
        )
        z_gate(next_bag.mean, problem.truth.predictive[order], next_bag.mcse)
