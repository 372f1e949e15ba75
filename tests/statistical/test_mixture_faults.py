"""Row A30 for mixtures: every planted fault closes a gate that the true package leaves open.

The gates are those of test_mixture_evidence.py, which asserts that they are open, and the ranks of test_mixture_sbc.py,
in one stage in place of two: closed is p < 1e-6, which two stages come to. Exact gates give 1 or 0.
"""

from __future__ import annotations

import copy
import dataclasses

import numpy as np
import pytest
from tests.statistical.mixture_gates import (
    changed,
    derivatives,
    exact,
    known_recipes,
    laplace_clear,
    prior_draws,
    said,
    smc_errors,
    smc_exchangeable,
    smc_told_apart,
)
from tests.statistical.test_mixture_sbc import WORLDS, p_value_of, simulate
from tests.testing_tools.gates import SUSPICIOUS, two_stage
from tests.testing_tools.seeds import seed_for

import handful as hf
from handful.data.labelled import LabelledRows
from handful.distributions.dirichlet import SymmetricDirichlet
from handful.inference import dealt, enumeration, mixture_laplace, smc
from handful.inference.dealings import Dealings
from handful.models import mixture_target
from handful.models.component_rows import KnownRows, MultinomialRows
from handful.models.mixture_likelihood import MixtureLikelihood
from handful.models.mixture_target import MixtureTarget

CLOSED = SUSPICIOUS**2
SEED = seed_for("faults planted in mixtures")


def ranks(rng, times, change=changed) -> float:
    """Of truths whose components are told apart, by enumeration."""
    world, _ = WORLDS["told apart"]
    return said(p_value_of(simulate(world, 300 * times, rng, model=change(world.model)), rng))


def ranks_of_smc(rng, times, change=changed) -> float:
    world, _ = WORLDS["smc"]
    return said(p_value_of(simulate(world, 100 * times, rng, model=change(world.model)), rng))


@pytest.mark.parametrize("gate", [ranks], ids=lambda gate: gate.__name__)
def test_the_gate_is_open_without_a_fault(gate):
    two_stage(gate, np.random.default_rng(SEED), 1)


def first_stage(gate, change=changed) -> float:
    first_rng, _ = np.random.default_rng(SEED).spawn(2)
    return gate(first_rng, 1, change)


# ---- a prior that is not the one that was asked for -------------------------------------------------------


def larger_weights(model) -> hf.Mixture:
    """The prior on the weights is worth ten percent more bags."""
    prior = model.weights
    if isinstance(prior, SymmetricDirichlet):
        return changed(model, weights=SymmetricDirichlet(1.1 * prior.value))
    values = [prior.a, prior.b] if isinstance(prior, hf.Beta) else prior.concentration
    return changed(model, weights=hf.Dirichlet(1.1 * np.array(values)))


def larger_proportions(model) -> hf.Mixture:
    """The prior on the proportions, recipes included, is worth ten percent more items."""
    prior = model.prior
    if isinstance(prior, SymmetricDirichlet):
        prior = SymmetricDirichlet(1.1 * prior.value)
    else:
        prior = hf.Dirichlet(1.1 * prior.concentration)
    strength = model.strength if model.recipes is None else 1.1 * model.strength
    return changed(model, prior=prior, strength=strength)


@pytest.mark.parametrize("gate", [exact, known_recipes, derivatives], ids=lambda gate: gate.__name__)
def test_a_weights_prior_off_by_ten_percent(gate):
    assert first_stage(gate, larger_weights) < CLOSED


@pytest.mark.parametrize(
    "gate", [exact, derivatives, smc_told_apart, laplace_clear], ids=lambda gate: gate.__name__
)
def test_a_proportions_prior_off_by_ten_percent(gate):
    assert first_stage(gate, larger_proportions) < CLOSED


# ---- faults in the code -----------------------------------------------------------------------------------


def own_bag_kept_in_its_count(patch):
    """A bag's assignment from weights that have learnt from the bag itself."""
    true = enumeration.summed

    def summed(log_f, t):
        found = true(log_f, t)
        weights = found.chances @ (t + found.filled) / (t.sum() + len(log_f))
        joint = weights * np.exp(log_f - log_f.max(axis=1, keepdims=True))
        return dataclasses.replace(found, assignments=joint / joint.sum(axis=1, keepdims=True))

    patch.setattr(enumeration, "summed", summed)


def factor_two_in_the_prior_on_the_weights(patch):
    patch.setattr(
        MixtureTarget,
        "weights_concentration",
        property(lambda self: 2.0 * self.prior.weights.concentration + self.n_known),
    )


def normaliser_of_the_proportions_forgotten(patch):
    """In the density that smc and laplace follow."""
    patch.setattr(mixture_target, "log_dirichlet", lambda a, log_q: log_q @ a)


def normaliser_of_the_dealings_forgotten(patch):
    """In the closed form of enumeration: B(a + items) without its 1/B(a)."""
    true = dealt._log_beta
    patch.setattr(
        dealt, "_log_beta", lambda a: true(a) if a.ndim > 1 and len(a) > 3 else 0.0 * a.sum(axis=-1)
    )


def coefficients_forgotten(patch):
    true = MixtureLikelihood.of

    def of(statistic, layout):
        return dataclasses.replace(true(statistic, layout), log_coefficient=0.0)

    patch.setattr(MixtureLikelihood, "of", staticmethod(of))


def last_category_dropped(patch):
    for rows in (MultinomialRows, KnownRows):
        true = rows.of

        def of(table, *recipes, true=true):
            return true(np.column_stack([table[:, :-1], 0 * table[:, -1]]), *recipes)

        patch.setattr(rows, "of", staticmethod(of))


def last_category_dropped_from_dealings(patch):
    true = Dealings.taken

    def taken(self, numbers, distinct):
        return true(self, numbers, np.column_stack([distinct[:, :-1], 0 * distinct[:, -1]]))

    patch.setattr(Dealings, "taken", taken)


def likelihood_ignored(patch):
    patch.setattr(MixtureTarget, "log_likelihood", lambda self, points: np.zeros(len(points)))
    patch.setattr(MixtureTarget, "likelihood_gradient", lambda self, points: np.zeros(points.shape))


def two_bags_never_moved(patch):
    """Two bags stay with the first component whatever they hold."""
    true = LabelledRows.of

    def of(counts, known, *, components=()):
        stuck = np.array(known)
        stuck[:2] = 0
        return true(counts, stuck, components=components)

    patch.setattr(LabelledRows, "of", staticmethod(of))


def copies_missing(patch):
    """K! missing."""
    patch.setattr(mixture_laplace, "log_copies", lambda pivot: 0.0)


def wrong_jacobian(patch):
    """The density of the proportions taken for that of the coordinates."""
    true = MixtureTarget.log_prior

    def log_prior(self, points):
        return true(self, points) - self.layout.split(points).log_mean.sum(axis=(1, 2))

    patch.setattr(MixtureTarget, "log_prior", log_prior)


def components_drawn_with_one_seed(patch):
    """The prior's draws of all components begin with the same state of the generator."""
    true = mixture_target.draw_log_dirichlet

    def drawn(concentration, n_draws, *, rng):
        if concentration.ndim == 1:
            return true(concentration, n_draws, rng=rng)
        each = [true(a, n_draws, rng=copy.deepcopy(rng)) for a in concentration]
        rng.random(n_draws)
        return np.stack(each, axis=1)

    patch.setattr(mixture_target, "draw_log_dirichlet", drawn)


def replicates_drawn_with_one_seed(patch):
    """All replicates are the same one: nothing tells its error."""
    true = smc._tempered

    def tempered(target, *, n_particles, n_replicates, **others):
        arrived = true(target, n_particles=n_particles, n_replicates=n_replicates, **others)
        first = np.tile(np.arange(n_particles), n_replicates)
        return dataclasses.replace(
            arrived,
            swarm=arrived.swarm.chosen(first),
            log_evidences=np.full(n_replicates, arrived.log_evidences[0]),
        )

    patch.setattr(smc, "_tempered", tempered)


def resampling_off_by_one(patch):
    true = smc.resampled
    patch.setattr(
        smc, "resampled", lambda log_weights, *, rng: (true(log_weights, rng=rng) + 1) % log_weights.size
    )


def labels_counted_twice(patch):
    """A bag of known component counts for its weight as well: the evidence is no longer given the labels."""
    true = MixtureTarget.of

    def of(prior, statistic):
        target = true(prior, statistic)
        theta = np.log(prior.weights.concentration / prior.weights.concentration.sum())
        more = dataclasses.replace(
            target.likelihood,
            log_coefficient=target.likelihood.log_coefficient + float(target.n_known @ theta),
        )
        return dataclasses.replace(target, likelihood=more)

    patch.setattr(MixtureTarget, "of", staticmethod(of))


FAULTS = [
    (own_bag_kept_in_its_count, known_recipes),
    (factor_two_in_the_prior_on_the_weights, exact),
    (factor_two_in_the_prior_on_the_weights, known_recipes),
    (factor_two_in_the_prior_on_the_weights, smc_exchangeable),
    (factor_two_in_the_prior_on_the_weights, derivatives),
    (normaliser_of_the_proportions_forgotten, derivatives),
    (normaliser_of_the_proportions_forgotten, laplace_clear),
    (normaliser_of_the_dealings_forgotten, exact),
    (coefficients_forgotten, exact),
    (coefficients_forgotten, known_recipes),
    (coefficients_forgotten, smc_exchangeable),
    (last_category_dropped, known_recipes),
    (last_category_dropped, derivatives),
    (last_category_dropped, smc_exchangeable),
    (last_category_dropped_from_dealings, exact),
    (last_category_dropped_from_dealings, ranks),
    (likelihood_ignored, smc_told_apart),
    (likelihood_ignored, ranks_of_smc),
    (two_bags_never_moved, exact),
    (two_bags_never_moved, ranks),
    (two_bags_never_moved, smc_told_apart),
    (copies_missing, laplace_clear),
    (wrong_jacobian, derivatives),
    (wrong_jacobian, smc_told_apart),
    (wrong_jacobian, laplace_clear),
    (components_drawn_with_one_seed, prior_draws),
    (replicates_drawn_with_one_seed, smc_errors),
    (resampling_off_by_one, smc_exchangeable),
    (labels_counted_twice, exact),
]


@pytest.mark.parametrize(("fault", "gate"), FAULTS, ids=lambda one: one.__name__)
def test_a_planted_fault_closes(fault, gate, monkeypatch):
    fault(monkeypatch)
    assert first_stage(gate) < CLOSED
