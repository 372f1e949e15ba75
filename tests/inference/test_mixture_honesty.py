"""Rows A13, A26 and section M: draws of a mixture that cannot be trusted are never called ok, and good ones are.

The verdict looks at what labels do not touch. Replicates in different labellings agree on all that can be said, though
R-hat of a labelled weight calls it a failure; one in a wrong mode does not, and NaN passes nowhere.
"""

from __future__ import annotations

import numpy as np
import pytest
from tests.oracles.mixture import enumerate_mixture
from tests.statistical.mixture_worlds import counts_of, responsibilities, shapes_unchecked
from tests.testing_tools.gates import z_gate
from tests.testing_tools.mixture_cases import UNKNOWN

import handful as hf
from handful.inference.draws import Draws
from handful.inference.evidence import Evidence
from handful.inference.outcome import Outcome
from handful.inference.verdict import judge

N_REPLICATES, IN_EACH = 8, 500
SOURCES = np.array([[0.6, 0.3, 0.1], [0.15, 0.35, 0.5]])
CONCENTRATION = 200.0  # of the made-up posterior of a recipe
OTHER_MODE = np.array([[0.45, 0.35, 0.2], [0.3, 0.3, 0.4]])
MODEL = hf.Mixture(2)
BAGS = counts_of(np.random.default_rng(1).multinomial(55, SOURCES[np.arange(40) % 2]))


# ---- made-up draws ----------------------------------------------------------------------------------------


def good(rng, *, recipes=SOURCES, share=0.6, n=N_REPLICATES * IN_EACH) -> dict[str, np.ndarray]:
    """Independent draws around one mode."""
    first = rng.beta(100 * share, 100 * (1 - share), size=n)
    proportions = np.stack([rng.dirichlet(CONCENTRATION * q, size=n) for q in recipes], axis=1)
    return {"weights": np.column_stack([first, 1 - first]), "proportions": proportions}


def placed(draws, where, others) -> dict[str, np.ndarray]:
    """The draws with others at some places."""
    found = {name: np.array(values) for name, values in draws.items()}
    for name, values in found.items():
        values[where] = others[name][where]
    return found


def exchanged(draws, where) -> dict[str, np.ndarray]:
    """The draws with their components exchanged at some places."""
    return placed(draws, where, {name: values[:, ::-1] for name, values in draws.items()})


def replicate() -> np.ndarray:
    return np.repeat(np.arange(N_REPLICATES), IN_EACH)


def verdict_of(quantities, *, model=MODEL, bags=BAGS, evidence_error=0.02, ancestor=None, replicates=None):
    n = len(quantities["weights"])
    draws = Draws.of(
        quantities,
        weights=np.full(n, 1.0 / n),
        replicate=replicate() if replicates is None else replicates,
        ancestor=ancestor,
    )
    outcome = Outcome(draws, Evidence(-900.0, evidence_error, sampled=True))
    return judge(model, bags, statistic=model.compress(bags), outcome=outcome)


def rhat(quantities) -> float:
    """R-hat of the first weight, with its label."""
    n = len(quantities["weights"])
    draws = Draws.of(quantities, weights=np.full(n, 1.0 / n), replicate=replicate())
    return float(draws.health(quantities["weights"][:, 0]).rhat)


def test_good_draws_are_ok(rng):
    verdict = verdict_of(good(rng))
    assert verdict.ok
    assert not any("disagree" in note or "draw more" in note for note in verdict.notes)


def test_section_M_replicates_in_other_labellings_are_ok(rng):
    """Half of the replicates have their labels exchanged: a false alarm for R-hat of a labelled weight."""
    quantities = exchanged(good(rng, share=0.8), replicate() % 2 == 1)
    assert rhat(quantities) > 1.7
    assert verdict_of(quantities).ok


def test_labels_exchanged_from_draw_to_draw_are_ok(rng):
    draws = good(rng)
    assert verdict_of(exchanged(draws, rng.random(len(draws["weights"])) < 0.5)).ok


def test_a_replicate_in_a_wrong_mode_is_not_ok(rng):
    """In one replicate of eight, whatever its labels: the others have not been there."""
    wrong = good(rng, recipes=OTHER_MODE, share=0.6)
    for labels in (slice(None), slice(None, None, -1)):
        there = {name: values[:, labels] for name, values in wrong.items()}
        verdict = verdict_of(placed(good(rng), replicate() == 3, there))
        assert not verdict.ok
        assert any("The 8 replicates disagree" in note for note in verdict.notes)


def test_two_and_two_in_different_modes_are_not_ok(rng):
    wrong = good(rng, recipes=OTHER_MODE)
    verdict = verdict_of(placed(good(rng), replicate() % 2 == 1, wrong))
    assert not verdict.ok
    assert any("The 8 replicates disagree" in note for note in verdict.notes)


def test_a_wrong_weight_alone_is_not_ok(rng):
    """The recipes agree; how many bags are from each does not."""
    wrong = good(rng, share=0.8)
    assert not verdict_of(placed(good(rng), replicate() == 0, wrong)).ok


def test_labels_that_are_exchanged_matter_where_priors_tell_components_apart(rng):
    recipes = hf.Recipes(SOURCES, components=["x", "y"])
    model = hf.Mixture(recipes=recipes, strength=20.0)
    quantities = good(rng, share=0.8)
    assert verdict_of(quantities, model=model).ok
    verdict = verdict_of(exchanged(quantities, replicate() % 2 == 1), model=model)
    assert not verdict.ok
    everywhere = exchanged(quantities, rng.random(len(quantities["weights"])) < 0.3)
    assert verdict_of(everywhere, model=model).ok  # each replicate has been in both


# ---- A26: draws that tell nothing -------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["weights", "proportions"])
@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("n_wrong", [1, 4_000])
def test_what_is_no_number_is_never_ok(name, value, n_wrong, rng):
    quantities = good(rng)
    quantities[name] = np.array(quantities[name])
    quantities[name][:n_wrong] = value
    assert not verdict_of(quantities).ok


def test_stuck_draws_are_never_ok(rng):
    """Every replicate stays where it began: nothing within, and all that differs is between."""
    quantities = good(rng)
    first = replicate() * IN_EACH
    assert not verdict_of({name: values[first] for name, values in quantities.items()}).ok


def test_relatives_are_not_counted_twice(rng):
    """Draws of a few ancestors: as many as these."""
    quantities = good(rng)
    few = np.arange(len(quantities["weights"])) // 20 * 20
    verdict = verdict_of({name: values[few] for name, values in quantities.items()}, ancestor=few)
    assert not verdict.ok
    assert any("The draws are worth only" in note and "draw more" in note for note in verdict.notes)


def test_all_draws_of_one_ancestor_are_never_ok(rng):
    quantities = good(rng)
    nobody = np.zeros(len(quantities["weights"]), dtype=int)
    assert not verdict_of(quantities, ancestor=nobody, replicates=nobody).ok


@pytest.mark.parametrize("n", [1, 3])
def test_three_draws_are_never_ok(n, rng):
    """Or a single one, which is as constant as can be."""
    for replicates in (np.zeros(n, dtype=int), np.arange(n) // 2):
        assert not verdict_of(good(rng, n=n), replicates=replicates).ok


def test_an_evidence_that_is_hardly_known_is_not_ok(rng):
    for error in (0.5, np.inf, np.nan):
        assert not verdict_of(good(rng), evidence_error=error).ok


def test_one_replicate_of_independent_draws_is_enough(rng):
    """Importance draws come in one replicate: there is no R-hat, and nothing is wrong with that."""
    quantities = good(rng)
    assert verdict_of(quantities, replicates=np.zeros(len(quantities["weights"]), dtype=int)).ok


def test_overdispersed_components_are_judged_by_their_precision_too(rng):
    model = hf.Mixture(2, overdispersed=True)
    quantities = good(rng)
    logs = rng.normal([4.0, 5.0], 0.3, size=quantities["weights"].shape)
    quantities["precision"] = np.exp(logs)
    assert verdict_of(quantities, model=model).ok
    wrong = dict(quantities, precision=np.exp(logs + 1.0))
    assert not verdict_of(placed(quantities, replicate() == 2, wrong), model=model).ok
    assert verdict_of(exchanged(quantities, replicate() % 2 == 1), model=model).ok


# ---- A13: two real modes ----------------------------------------------------------------------------------


def two_labellings() -> tuple[np.ndarray, hf.Mixture, float]:
    """Clear sources, recipes that hardly say which is which: a posterior of two far modes, about 70 and 30 percent.

    Which mode a draw is in is told by where a bag of one source is from; how probable that is, by enumeration.
    """
    table = np.array([[30, 8, 2], [4, 9, 27], [28, 10, 1], [5, 8, 25], [31, 7, 3], [27, 9, 4], [6, 10, 24]])
    recipes = np.array([[0.345, 0.33, 0.325], [0.325, 0.33, 0.345]])
    strength = 8.0
    truth = enumerate_mixture(table, [1.45, 1], 1 + strength * recipes)
    named = hf.Recipes(recipes, components=["x", "y"])
    model = hf.Mixture(recipes=named, strength=strength, weights=hf.Beta(1.45, 1))
    return table, model, float(truth.assignments[0, 0])


FITS = 12


def test_A13_the_masses_of_two_real_modes_are_right_or_the_fit_says_so(rng):
    table, model, mass = two_labellings()
    assert 0.65 < mass < 0.75
    known, counts = np.full(len(table), UNKNOWN), counts_of(table)
    means, errors, silent = [], [], 0
    with shapes_unchecked():
        for _ in range(FITS):
            fit = hf.fit(model, counts, engine="smc", rng=rng)
            from_x = fit.posterior.health(responsibilities(fit.draws, table, known)[:, 0, 0])
            if fit.verdict.ok:
                means.append(from_x.mean)
                errors.append(from_x.mcse)
            else:
                silent += not any("disagree" in note or "worth only" in note for note in fit.verdict.notes)
    print(
        f"{len(means)} of {FITS} ok; mass {np.mean(means):.3f} for {mass:.3f}, mean error {np.mean(errors):.3f}"
    )
    assert silent == 0
    assert len(means) >= FITS // 2
    z_gate(means, mass, errors)


def test_A13_laplace_finds_both_modes(rng):
    table, model, mass = two_labellings()
    fit = hf.fit(model, counts_of(table), engine="laplace", rng=rng)
    from_x = fit.posterior.health(responsibilities(fit.draws, table, np.full(len(table), UNKNOWN))[:, 0, 0])
    z_gate(from_x.mean, mass, from_x.mcse)


def test_A13_replicates_that_each_fell_into_one_mode_disagree(rng):
    """As chains would: eight starts, each of which stays in the mode where it began."""
    table, model, _ = two_labellings()
    here, there = good(rng), good(rng)
    there = {name: values[:, ::-1] for name, values in there.items()}
    verdict = verdict_of(
        placed(here, np.isin(replicate(), [2, 5]), there), model=model, bags=counts_of(table)
    )
    assert not verdict.ok
    assert any("The 8 replicates disagree" in note for note in verdict.notes)
