"""Row A30 for populations of bags: every planted fault closes a gate that the true package leaves open.

The gates are those of the other files here, with fewer data sets or simulations, and in one stage in place of two:
closed is p < 1e-6, which two stages come to.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scipy import special
from tests.statistical.hierarchical_gates import DEFAULT, draws_p_value, evidence_p_value, mcse_p_value, said
from tests.statistical.hierarchical_worlds import World, simulate, unequal
from tests.testing_tools.gates import SUSPICIOUS, two_stage
from tests.testing_tools.seeds import seed_for

import handful as hf
from handful.arrays import read_only_floats
from handful.data.histograms import Histogram
from handful.distributions.dirichlet import SymmetricDirichlet
from handful.distributions.rising_sums import RisingSum
from handful.distributions.simplex import log_jacobian
from handful.inference import laplace, population, ridge
from handful.inference.draws import Draws
from handful.inference.outcome import Sampling
from handful.models import population as population_model
from handful.models import population_mean, precision
from handful.models.population import PopulationLikelihood

CLOSED = SUSPICIOUS**2
SEED = seed_for("faults planted in populations of bags")  # one for all: the oracles' answers are kept


def evidence_of_two(rng, times, model=DEFAULT.model) -> float:
    return evidence_p_value(20 * times, rng, n_categories=2, draws=2_000, model=model)


def evidence_of_six(rng, times, model=DEFAULT.model) -> float:
    return evidence_p_value(20 * times, rng, n_categories=6, draws=1_000, model=model)


def draws_of_two(rng, times, model=DEFAULT.model) -> float:
    return draws_p_value(20_000 * times, rng, model=model)


def ranks(rng, times, model=DEFAULT.model) -> float:
    world = World(DEFAULT, 3, lambda rng: unequal(12, rng))
    return said(simulate(world, 120 * times, rng, model=model).p_value(rng))


def errors(rng, times, model=DEFAULT.model) -> float:
    return mcse_p_value(320 * times, rng)


GATES = (evidence_of_two, evidence_of_six, draws_of_two, ranks, errors)


@pytest.mark.parametrize("gate", GATES)
def test_the_gate_is_open_without_a_fault(gate):
    two_stage(gate, np.random.default_rng(SEED), 1)


def first_stage(gate, model=DEFAULT.model) -> float:
    """The p-value of the gate's first stage, of the very data sets that it has let pass without a fault."""
    first_rng, _ = np.random.default_rng(SEED).spawn(2)
    return gate(first_rng, 1, model)


# ---- a prior that is not the one that was asked for ------------------------------------------------------


@pytest.mark.parametrize(
    "gate", [evidence_of_two, evidence_of_six, draws_of_two], ids=lambda gate: gate.__name__
)
@pytest.mark.parametrize(
    "model",
    [
        hf.Hierarchical(SymmetricDirichlet(1.1)),
        hf.Hierarchical(precision=hf.LogNormal(4.4, 2)),
        hf.Hierarchical(precision=hf.LogNormal(4, 2.2)),
    ],
    ids=["mean", "centre of the precision", "spread of the precision"],
)
def test_a_prior_off_by_ten_percent(gate, model):
    assert first_stage(gate, model) < CLOSED


# ---- faults in the code ----------------------------------------------------------------------------------


def factor_two_in_the_prior_on_the_precision(patch):
    """One half too little in the exponent of the normal."""
    patch.setattr(
        precision,
        "log_density",
        lambda prior, x: -(((x - prior.mu) / prior.sigma) ** 2) - np.log(prior.sigma * np.sqrt(2 * np.pi)),
    )


def normaliser_of_the_precision_forgotten(patch):
    true = precision.log_density
    patch.setattr(precision, "log_density", lambda prior, x: true(prior, x) + np.log(prior.sigma))


def normaliser_of_the_mean_forgotten(patch):
    true = population_mean.log_dirichlet_density_of_logs
    patch.setattr(
        population_mean,
        "log_dirichlet_density_of_logs",
        lambda a, q: true(a, q) - 0.5 * np.log(q.shape[-1]),
    )


def normaliser_of_the_proposal_forgotten(patch):
    true = ridge.log_scaled_dirichlet
    patch.setattr(
        ridge,
        "log_scaled_dirichlet",
        lambda q, peak, *, concentration: (
            true(q, peak, concentration=concentration)
            + 0.5 * (q.shape[-1] - 1) * np.log(2 * np.pi)
            - 0.5 * np.log(q.shape[-1])
        ),
    )


def of_another_likelihood(patch, change):
    true = PopulationLikelihood.of
    patch.setattr(
        PopulationLikelihood,
        "of",
        staticmethod(lambda histograms: dataclasses.replace(found := true(histograms), **change(found))),
    )


def coefficients_of_the_bags_forgotten(patch):
    of_another_likelihood(patch, lambda likelihood: {"log_coefficient": 0.0})


def last_category_dropped(patch):
    def change(likelihood):
        counts = np.append(likelihood.counts[:-1], 0.0)
        return {
            "by_category": (*likelihood.by_category[:-1], nothing()),
            "counts": read_only_floats(counts),
        }

    of_another_likelihood(patch, change)


def likelihood_ignored(patch):
    def change(likelihood):
        n = len(likelihood.by_category)
        none = tuple(nothing() for _ in range(n))
        return {"by_category": none, "of_totals": nothing(), "counts": read_only_floats(np.zeros(n))}

    of_another_likelihood(patch, change)


def nothing() -> RisingSum:
    return population_model._rising(Histogram.of(np.zeros(1, dtype=int)))


def last_value_of_a_histogram_lost(patch):
    patch.setattr(
        population_model,
        "_rising",
        lambda histogram: (
            RisingSum.over(histogram.values[:-1], histogram.bags[:-1])
            if len(histogram.values) > 1
            else RisingSum.over(histogram.values, histogram.bags)
        ),
    )


def jacobian_of_the_proposal_forgotten(patch):
    """The density of the shares, where that of their log ratios is meant."""
    true = ridge.log_scaled_dirichlet
    patch.setattr(
        ridge,
        "log_scaled_dirichlet",
        lambda q, peak, *, concentration: true(q, peak, concentration=concentration) - log_jacobian(q),
    )


def jacobian_of_the_precision_forgotten(patch):
    """The density of κ, where that of its log is meant."""
    true = precision.log_density
    patch.setattr(precision, "log_density", lambda prior, x: true(prior, x) - x)


def weights_ignored(patch):
    true = Draws.of

    def of(quantities, *, weights, **others):
        return true(quantities, weights=np.full(len(weights), 1.0 / len(weights)), **others)

    patch.setattr(population, "Draws", type("Draws", (), {"of": staticmethod(of)}))


def halves_drawn_with_one_seed(patch):
    true = laplace.importance

    def importance(target, sampling):
        found, drawn = true(target, Sampling(sampling.n_draws // 2, sampling.rng))
        twice = type(drawn).independent(
            np.tile(drawn.points, (2, 1)), np.tile(drawn.weights / 2, 2), log_evidence=drawn.log_evidence
        )
        return found, twice

    patch.setattr(laplace, "importance", importance)


def categories_drawn_with_one_seed(patch):
    true = ridge.draw_log_scaled_dirichlet

    class Repeating:
        """A generator that begins anew with every row of categories."""

        def __init__(self, rng):
            self.rng = rng

        def standard_gamma(self, shape):
            u = np.broadcast_to(self.rng.random((len(shape), 1)), shape.shape)
            return special.gammaincinv(shape, u)

        def standard_exponential(self, size):
            return self.rng.standard_exponential(size)

    patch.setattr(
        ridge,
        "draw_log_scaled_dirichlet",
        lambda peak, concentration, *, rng: true(peak, concentration, rng=Repeating(rng)),
    )


FAULTS = [
    (factor_two_in_the_prior_on_the_precision, evidence_of_two),
    (factor_two_in_the_prior_on_the_precision, draws_of_two),
    (normaliser_of_the_precision_forgotten, evidence_of_two),
    (normaliser_of_the_mean_forgotten, evidence_of_two),
    (normaliser_of_the_mean_forgotten, evidence_of_six),
    (normaliser_of_the_proposal_forgotten, evidence_of_two),
    (normaliser_of_the_proposal_forgotten, evidence_of_six),
    (coefficients_of_the_bags_forgotten, evidence_of_six),
    (last_category_dropped, evidence_of_six),
    (last_category_dropped, ranks),
    (likelihood_ignored, evidence_of_six),
    (likelihood_ignored, ranks),
    (last_value_of_a_histogram_lost, evidence_of_six),
    (jacobian_of_the_proposal_forgotten, draws_of_two),
    (jacobian_of_the_proposal_forgotten, evidence_of_six),
    (jacobian_of_the_precision_forgotten, evidence_of_two),
    (jacobian_of_the_precision_forgotten, ranks),
    (weights_ignored, draws_of_two),
    (halves_drawn_with_one_seed, errors),
    (categories_drawn_with_one_seed, draws_of_two),
    (categories_drawn_with_one_seed, ranks),
]


@pytest.mark.parametrize(("fault", "gate"), FAULTS, ids=lambda one: one.__name__)
def test_a_planted_fault_closes(fault, gate, monkeypatch):
    fault(monkeypatch)
    assert first_stage(gate) < CLOSED
