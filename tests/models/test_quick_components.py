"""Components for a search, held to the careful forms and to what their parts are meant to be."""

from __future__ import annotations

import numpy as np
import pytest

import handful as hf
from handful.models.overdispersed_rows import OverdispersedRows
from handful.models.quick_components import QuickOverdispersed
from handful.models.quick_multinomial import QuickMultinomial

PRECISIONS = (hf.Gamma(0.6, 0.1), hf.LogNormal(4, 2), hf.HalfNormal(0.2))


def table_of(rng, *, n_rows=40, n_categories=6, total=150):
    shares = rng.dirichlet(np.linspace(0.2, 3.0, n_categories), n_rows)
    return np.array([rng.multinomial(rng.integers(0, total), one) for one in shares])


def overdispersed(table, *, concentration=0.1, precision=PRECISIONS[0]):
    n = table.shape[1]
    return QuickOverdispersed.of(table, concentration=np.full((n, 1), concentration), precision=precision)


def logs_of(parameters):
    """log κ (1, X) and log m (1, X, C) of columns of log α."""
    log_precision = np.logaddexp.reduce(parameters, axis=0)
    return log_precision[None], (parameters - log_precision).T[None]


def objective(components, parameters, bags):
    return (bags * components.log_pmf(parameters)).sum(axis=0) + components.log_prior(parameters)


def test_overdispersed_rows_are_as_probable_as_by_the_careful_sums(rng):
    table = table_of(rng, total=3000)
    parameters = rng.normal(0.0, 2.0, (6, 5))
    careful = OverdispersedRows.of(table).log_pmf(*logs_of(parameters))[0].T
    np.testing.assert_allclose(overdispersed(table).log_pmf(parameters), careful, rtol=0, atol=1e-8)


def test_multinomial_rows_are_as_probable_as_their_definition_says(rng):
    table = table_of(rng)
    q = rng.dirichlet(np.ones(6), 3).T
    components = QuickMultinomial.of(table, concentration=np.ones((6, 1)))
    np.testing.assert_allclose(components.log_pmf(np.log(q)), table @ np.log(q), rtol=1e-13, atol=1e-12)


def test_the_prior_on_each_concentration_is_a_gamma(rng):
    """Gamma(0.1, 0.1) on each α by itself has the density α^0.1 exp(−0.1 α) by log α."""
    parameters = rng.normal(0.0, 2.0, (6, 20))
    found = overdispersed(table_of(rng)).log_prior(parameters)
    plain = (0.1 * parameters - 0.1 * np.exp(parameters)).sum(axis=0)
    np.testing.assert_allclose(found - found[0], plain - plain[0], atol=1e-10)


@pytest.mark.parametrize("precision", PRECISIONS, ids=lambda prior: prior.spec)
def test_steps_lead_to_where_the_gradient_is_nought(rng, precision):
    table = table_of(rng)
    components = overdispersed(table, concentration=0.7, precision=precision)
    bags = rng.random((40, 3)) * (rng.random((40, 3)) < 0.7)
    parameters = components.start(bags)
    for _ in range(60):
        parameters, _ = components.raised(parameters, bags)
    step = 1e-5
    for c in range(6):
        aside = np.zeros((6, 1))
        aside[c] = step
        up, down = (objective(components, parameters + sign * aside, bags) for sign in (1, -1))
        # The differences are rounded by some 1e-10 and miss a third derivative of up to some 100.
        np.testing.assert_allclose((up - down) / (2 * step), 0.0, atol=2e-4)
    here = objective(components, parameters, bags)
    for _ in range(20):
        there = objective(components, parameters + rng.normal(0, 0.05, parameters.shape), bags)
        assert (there < here).all()


def test_a_step_from_far_off_leads_up(rng):
    components = overdispersed(table_of(rng))
    bags = rng.random((40, 30))
    parameters = rng.normal(0.0, 1.5, (6, 30))
    before = objective(components, parameters, bags)
    after = objective(components, components.raised(parameters, bags)[0], bags)
    assert (after > before).mean() > 0.8  # the others are shortened by who climbs


def test_the_start_has_the_mean_and_about_the_precision_of_its_bags(rng):
    mean, precision = np.array([0.5, 0.3, 0.15, 0.05]), 20.0
    table = np.array([rng.multinomial(2000, one) for one in rng.dirichlet(precision * mean, 400)])
    found = np.exp(overdispersed(table).start(np.ones((400, 1))))[:, 0]
    np.testing.assert_allclose(found / found.sum(), mean, atol=0.03)
    assert 14.0 < found.sum() < 28.0


def test_leverages_are_what_a_bag_gains_when_the_component_follows_it(rng):
    """Twice the gain, to second order: the component is refitted with the bag counted once more."""
    table = table_of(rng, n_rows=200)
    for components in (overdispersed(table), QuickMultinomial.of(table, concentration=np.ones((6, 1)))):
        bags = np.ones((200, 1))
        peak, leverages = fitted(components, components.start(bags), bags)
        base = objective(components, peak, bags)[0]
        rows = rng.permutation(200)[:25]
        more = np.repeat(bags, 25, axis=1)
        more[rows, np.arange(25)] += 1.0
        refitted, _ = fitted(components, np.repeat(peak, 25, axis=1), more)
        gained = objective(components, refitted, more) - base - components.log_pmf(peak)[rows, 0]
        assert (gained >= -1e-8).all()
        # Third order: a bag among 200 bends its component little.
        np.testing.assert_allclose(gained, 0.5 * leverages[rows, 0], rtol=0.25, atol=1e-3)
        assert np.corrcoef(gained, leverages[rows, 0])[0, 1] > 0.99


def fitted(components, parameters, bags):
    for _ in range(40):
        parameters, leverages = components.raised(parameters, bags)
    return parameters, leverages


def test_priors_of_their_own_go_to_their_components(rng):
    table = table_of(rng)
    own = rng.uniform(0.5, 40.0, (6, 2))
    bags, parameters = rng.random((40, 4)), rng.normal(0.0, 1.0, (6, 4))
    for kind in (
        QuickMultinomial.of,
        lambda t, **prior: QuickOverdispersed.of(t, precision=PRECISIONS[1], **prior),
    ):
        both = kind(table, concentration=own)
        raised, leverages = both.raised(parameters, bags)
        for k in range(2):
            alone = kind(table, concentration=own[:, k : k + 1])
            mine = slice(k, None, 2)  # the columns go through the components
            one, lever = alone.raised(parameters[:, mine], bags[:, mine])
            np.testing.assert_allclose(raised[:, mine], one, rtol=1e-12)
            np.testing.assert_allclose(leverages[:, mine], lever, rtol=1e-9)
            np.testing.assert_allclose(
                both.log_prior(parameters)[mine], alone.log_prior(parameters[:, mine]), rtol=1e-12
            )


def test_some_of_the_rows_are_the_same_rows(rng):
    table = table_of(rng)
    chosen = np.flatnonzero(rng.random(40) < 0.4)
    parameters = rng.normal(0.0, 1.0, (6, 3))
    for components in (overdispersed(table), QuickMultinomial.of(table, concentration=np.ones((6, 1)))):
        part = components.of_rows(chosen).log_pmf(parameters)
        np.testing.assert_allclose(part, components.log_pmf(parameters)[chosen], rtol=1e-12, atol=1e-12)
