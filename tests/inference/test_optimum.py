"""The search for the highest point of a mixture's posterior, held to other searches and to all shares of the bags."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

import handful as hf
from handful.inference import optimum as glue
from handful.inference import optimum_splits, optimum_starts
from handful.inference import thinned as thinning
from handful.inference.mixture_modes import modes
from handful.inference.newton import Climbable, climb
from handful.inference.optimum import optimum
from handful.inference.optimum_climb import Mixtures, Problem, loosen
from handful.inference.optimum_climb import climb as em
from handful.inference.optimum_starts import far_apart
from handful.models.mixture_hessian import hessian
from handful.models.mixture_target import MixtureTarget
from handful.models.quick_components import QuickOverdispersed

HOLMES = hf.Gamma(0.1, 0.1)


@pytest.fixture(autouse=True)
def _nothing_remembered():
    glue._ladder.cache_clear()


def counts_of(table, labels=None):
    names = [f"c{i}" for i in range(table.shape[1])]
    return hf.Counts(table, categories=names, labels={} if labels is None else {"source": labels})


def target_of(table, model, labels=None):
    counts = counts_of(table, labels)
    return MixtureTarget.of(model.prior_over(counts.categories), model.compress(counts))


def holmes(n_components, **more):
    return hf.Mixture(n_components, overdispersed=True, alpha_prior=HOLMES, **more)


def bags_from(rng, means, precisions, *, n_bags, total):
    """Bags of overdispersed components, and which of them each comes from."""
    source = rng.integers(0, len(means), n_bags)
    shares = [rng.dirichlet(np.maximum(precisions[k] * means[k], 1e-3)) for k in source]
    return np.array([rng.multinomial(total, share) for share in shares]), source


def few_bags(rng, *, n_bags=8, n_categories=4, total=60):
    means = rng.dirichlet(np.ones(n_categories), 2)
    return bags_from(rng, means, (20.0, 20.0), n_bags=n_bags, total=total)[0]


def wide(rng, *, n_sources=3, n_bags=60, n_categories=40):
    """Many categories, most of them rare."""
    logs = rng.normal(0.0, 1.8, n_categories) + rng.normal(0.0, 1.2, (n_sources, n_categories))
    means = np.exp(logs) / np.exp(logs).sum(axis=1, keepdims=True)
    return bags_from(rng, means, rng.uniform(20, 60, n_sources), n_bags=n_bags, total=800)


def climbable(target):
    return Climbable(
        lambda some: target.log_prior(some) + target.log_likelihood(some),
        lambda some: target.prior_gradient(some) + target.likelihood_gradient(some),
        lambda point: hessian(target, point),
    )


def climbed(target, taken):
    """The target's coordinates after EM from M tables of who takes what (U, M, K), the highest first."""
    table = target.statistic.distinct
    components = QuickOverdispersed.of(
        table, concentration=target.prior.per_component[:1].T, precision=target.prior.precision
    )
    bags = np.repeat(target.statistic.multiplicities.astype(float)[:, None], taken.shape[1], axis=1)
    flat = components.start((taken * bags[:, :, None]).reshape(len(table), -1))
    start = Mixtures(flat.reshape(-1, *taken.shape[1:]), np.log(taken.mean(axis=0) + 0.1))
    found = em(Problem(components, np.ones(1)), start, bags=bags, n_steps=300, tolerance=1e-8)
    log_precision = np.logaddexp.reduce(found.mixtures.parameters, axis=0)
    by_mean = (found.mixtures.parameters - log_precision).transpose(1, 2, 0)
    points = target.layout.join(found.mixtures.log_weights, log_precision, by_mean=by_mean)
    return points[np.argsort(-found.heights, kind="stable")]


# ---- nobody finds a higher place ---------------------------------------------------------------------------


@pytest.mark.parametrize("case", range(6))
def test_all_ways_to_share_out_bags_lead_no_higher(rng, case):
    """EM and Newton from every one of the 2^(B−1) ways to share out 8 bags among two components."""
    target = target_of(few_bags(rng), holmes(2))
    found = optimum(target)
    n_rows = len(target.statistic.distinct)
    second = np.array([(0, *sides) for sides in itertools.product((0, 1), repeat=n_rows - 1)]).T
    points = climbed(target, np.stack([1.0 - second, second], axis=2))
    assert len(points) == 2 ** (n_rows - 1)
    peaks = [peak for point in points[:8] if (peak := climb(climbable(target), point)) is not None]
    best = max(peak.height for peak in peaks)
    assert found.peak.height == pytest.approx(best, abs=1e-6), case


@pytest.mark.parametrize("size", [1, 2, 3])
@pytest.mark.parametrize("overdispersed", [True, False])
def test_newton_from_random_places_leads_no_higher(rng, size, overdispersed):
    table = few_bags(rng, n_bags=40, n_categories=5, total=100)
    target = target_of(table, hf.Mixture(size, overdispersed=overdispersed))
    peaks, _ = modes(target, rng=rng)
    found = optimum(target).peak
    assert found.height >= max(one.height for one in peaks) - 1e-6


def test_random_starts_of_em_lead_no_higher_in_many_categories(rng):
    table, _ = wide(rng)
    for size in (2, 3, 4):
        target = target_of(table, holmes(size))
        taken = np.eye(size)[rng.integers(0, size, (len(target.statistic.distinct), 20))]
        best = climbable(target).height(climbed(target, taken)).max()
        assert optimum(target).peak.height >= best - 1e-6, size


# ---- what an optimum is ------------------------------------------------------------------------------------


def test_the_gradient_is_nought_and_the_evidence_is_laplace_s(rng):
    table, _ = wide(rng)
    target = target_of(table, holmes(3))
    found = optimum(target)
    point = found.peak.point
    assert np.abs(climbable(target).gradient(point[None])).max() < 1e-3
    eigenvalues = np.linalg.eigvalsh(found.peak.precision)
    assert eigenvalues.min() > 0
    laplace = found.peak.height + 0.5 * (len(point) * math.log(2 * math.pi) - np.log(eigenvalues).sum())
    assert found.log_evidence == pytest.approx(laplace + math.log(6), abs=1e-8)
    assert found.peak.height == pytest.approx(float(climbable(target).height(point[None])[0]), abs=1e-9)
    assert all(gap >= 0 for gap in found.others)


def test_the_curvature_is_that_of_the_height(rng):
    """Along random directions, by differences of the gradient."""
    table, _ = wide(rng, n_bags=25, n_categories=12)
    target = target_of(table, holmes(2))
    peak = optimum(target).peak
    for direction in rng.standard_normal((5, len(peak.point))):
        there, back = (
            climbable(target).gradient((peak.point + h * direction)[None])[0] for h in (1e-5, -1e-5)
        )
        by_differences = (there - back) / 2e-5
        np.testing.assert_allclose(-peak.precision @ direction, by_differences, rtol=1e-5, atol=1e-5)


def test_sources_that_differ_are_found_and_three_of_them_have_the_most_evidence(rng):
    table, source = wide(rng)
    evidence = []
    for size in (1, 2, 3, 4):
        target = target_of(table, holmes(size))
        found = optimum(target)
        evidence.append(found.log_evidence)
        if size == 3:
            at = target.layout.split(found.peak.point[None])
            taken = target.likelihood.assignments(at, np.ones(1))[:, target.statistic.row_of_bag]
            pairs = {(int(a), int(b)) for a, b in zip(taken.argmax(axis=0), source, strict=True)}
            assert len(pairs) == 3  # one name each
    assert int(np.argmax(evidence)) == 2


# ---- the same for everybody --------------------------------------------------------------------------------


def test_the_order_of_bags_does_not_matter(rng):
    table, _ = wide(rng, n_bags=40, n_categories=20)
    first = optimum(target_of(table, holmes(4)))
    glue._ladder.cache_clear()
    again = optimum(target_of(table[rng.permutation(40)], holmes(4)))
    np.testing.assert_array_equal(again.peak.point, first.peak.point)
    assert again.log_evidence == first.log_evidence


@pytest.mark.slow
def test_278_bags_of_130_categories_in_any_order(rng):
    """The size of the table of Holmes, Harris & Quince (2012), with four sources that are there."""
    table, source = wide(rng, n_sources=4, n_bags=278, n_categories=130)
    found = []
    for order in (np.arange(278), rng.permutation(278)):
        glue._ladder.cache_clear()
        target = target_of(table[order], holmes(4))
        found.append(optimum(target))
        at = target.layout.split(found[-1].peak.point[None])
        taken = target.likelihood.assignments(at, np.ones(1))[:, target.statistic.row_of_bag].argmax(axis=0)
        right = [np.bincount(source[order][taken == k], minlength=4).max(initial=0) for k in range(4)]
        assert sum(right) > 0.95 * 278
    assert abs(found[0].peak.height - found[1].peak.height) < 1e-3
    assert found[0].log_evidence == pytest.approx(found[1].log_evidence, abs=1e-3)


def test_many_rows_are_thinned_out_and_then_all_are_climbed(rng, monkeypatch):
    table, _ = wide(rng, n_bags=120, n_categories=12)
    whole = optimum(target_of(table, holmes(2)))
    monkeypatch.setattr(thinning, "ROWS_ENOUGH", 40)
    glue._ladder.cache_clear()
    assert len(thinning.thinned(target_of(table, holmes(2))).statistic.known) <= 40
    assert optimum(target_of(table, holmes(2))).peak.height == pytest.approx(whole.peak.height, abs=1e-6)


def test_who_asks_for_more_components_first_finds_the_same(rng):
    table, _ = wide(rng, n_bags=40, n_categories=20)
    alone = optimum(target_of(table, holmes(3))).peak.point
    glue._ladder.cache_clear()
    optimum(target_of(table, holmes(5)))
    np.testing.assert_array_equal(optimum(target_of(table, holmes(3))).peak.point, alone)


def test_other_beginnings_lead_to_the_same_place(rng, monkeypatch):
    """Up to the number of components that there are: the search does not hang by its first guesses."""
    table, _ = wide(rng)
    heights = []
    for shift in (0, 1_000, 1_000_000):

        def shifted(roots, bags, *, size, numbers, shift=shift):
            return far_apart(roots, bags, size=size, numbers=numbers + shift)

        monkeypatch.setattr(optimum_splits, "far_apart", shifted)
        glue._ladder.cache_clear()
        heights.append([optimum(target_of(table, holmes(size))).peak.height for size in (2, 3)])
    assert np.ptp(heights, axis=0).max() < 1e-3


def test_bags_that_repeat_count_as_often(rng):
    table = few_bags(rng, n_bags=12)
    doubled = optimum(target_of(np.repeat(table, 2, axis=0), holmes(2))).peak
    target = target_of(np.repeat(table, 2, axis=0), holmes(2))
    assert (target.statistic.multiplicities >= 2).all()
    second = np.arange(len(target.statistic.distinct)) % 2.0
    points = climbed(target, np.stack([1.0 - second, second], axis=1)[:, None])
    assert doubled.height >= climbable(target).height(points)[0] - 1e-6
    both = target_of(table, holmes(2))
    assert doubled.height < 2.0 * optimum(both).peak.height + 60.0  # twice the likelihood, the prior once


# ---- few bags, empty bags, and components that are told apart ------------------------------------------------


@pytest.mark.parametrize("n_bags", [1, 2, 5])
@pytest.mark.parametrize("size", [1, 2, 7])
def test_more_components_than_bags_is_no_trouble(rng, n_bags, size):
    found = optimum(target_of(few_bags(rng, n_bags=n_bags), holmes(size)))
    assert np.isfinite(found.log_evidence)
    assert np.linalg.eigvalsh(found.peak.precision).min() > 0


def test_empty_bags_are_no_trouble():
    for table in (np.zeros((3, 4), dtype=int), np.array([[0, 0, 0], [5, 1, 0], [0, 2, 9], [0, 0, 0]])):
        found = optimum(target_of(table, holmes(2)))
        assert np.isfinite(found.log_evidence)


def test_known_bags_keep_their_components(rng):
    means = np.array([[0.7, 0.2, 0.1, 0.0], [0.1, 0.2, 0.7, 0.0]])
    table, source = bags_from(rng, means, (40.0, 40.0), n_bags=40, total=80)
    labels = ["second" if one else "first" for one in source[:10]] + [""] * 30
    for order in (labels, [{"first": "second", "second": "first"}.get(one, "") for one in labels]):
        target = target_of(table, holmes(2, labels="source"), order)
        found = optimum(target)
        at = target.layout.split(found.peak.point[None])
        taken = target.likelihood.assignments(at, np.ones(1))[:, target.statistic.row_of_bag].argmax(axis=0)
        names = np.array(target.statistic.components)[taken]
        assert [name for name, told in zip(names, order, strict=True) if told] == [
            one for one in order if one
        ]
        assert len({(int(a), int(b)) for a, b in zip(taken, source, strict=True)}) == 2


def test_a_known_bag_stays_where_it_does_not_fit(rng):
    means = np.array([[0.8, 0.1, 0.1], [0.1, 0.1, 0.8]])
    table, source = bags_from(rng, means, (60.0, 60.0), n_bags=30, total=80)
    labels = ["first" if one else "second" for one in source[:6]] + [""] * 24
    wrong = 7
    labels[wrong] = "second" if source[wrong] else "first"
    target = target_of(table, holmes(2, labels="source"), labels)
    searched = glue._searched(target)
    known = target.statistic.known
    told = known >= 0
    assert (searched.taken[told][np.arange(told.sum()), :, known[told]] == 1.0).all()
    peaks, _ = modes(target, rng=rng)
    assert optimum(target).peak.height >= max(one.height for one in peaks) - 1e-6


@pytest.mark.parametrize("overdispersed", [True, False])
def test_components_follow_their_recipes(rng, overdispersed):
    means = np.array([[0.7, 0.2, 0.1], [0.1, 0.2, 0.7]])
    table, _ = bags_from(rng, means, (60.0, 60.0), n_bags=40, total=80)
    for order in ((0, 1), (1, 0)):
        shares = [dict(zip(("c0", "c1", "c2"), means[k].tolist(), strict=True)) for k in order]
        recipes = hf.Recipes({"here": shares[0], "there": shares[1]})
        target = target_of(table, hf.Mixture(recipes=recipes, strength=50.0, overdispersed=overdispersed))
        found = optimum(target)
        at = target.layout.split(found.peak.point[None])
        assert np.abs(np.exp(at.log_mean[0]) - means[list(order)]).max() < 0.15
        peaks, _ = modes(target, rng=rng)
        assert found.peak.height >= max(one.height for one in peaks) - 1e-6


def test_weights_may_be_known_or_uneven(rng):
    table = few_bags(rng, n_bags=40)
    for weights in (hf.Fixed([0.5, 0.5]), hf.Dirichlet([1.0, 6.0])):
        target = target_of(table, hf.Mixture(2, weights=weights, overdispersed=True))
        peaks, _ = modes(target, rng=rng)
        assert optimum(target).peak.height >= max(one.height for one in peaks) - 1e-6


# ---- the parts ---------------------------------------------------------------------------------------------


def test_a_step_of_em_never_leads_down(rng):
    table, _ = wide(rng, n_bags=40, n_categories=15)
    components = QuickOverdispersed.of(
        table, concentration=np.full((15, 1), 0.1), precision=hf.Gamma(1.5, 0.1)
    )
    bags = np.ones((40, 6))
    problem = Problem(components, np.ones(1))
    now = Mixtures(rng.normal(-1.0, 2.5, (15, 6, 3)), np.full((6, 3), -math.log(3)))
    heights = []
    for _ in range(25):
        found = em(problem, now, bags=bags, n_steps=1, tolerance=0.0)
        heights.append(found.heights)
        now = found.mixtures
        np.testing.assert_allclose(found.taken.sum(axis=2), 1.0, rtol=1e-12)
    assert (np.diff(heights, axis=0) > -1e-6).all()
    assert (
        heights[1] > heights[0] + 1.0
    ).all()  # from so far off a step that leads down is shortened, not given up
    settled = em(problem, now, bags=bags, n_steps=500, tolerance=1e-10)
    counted = settled.taken.sum(axis=0) + 1.0
    shares = counted / counted.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(np.exp(settled.mixtures.log_weights), shares, atol=1e-4)


class Overshooting:
    """Components whose steps are ten times too long."""

    def __init__(self, components):
        self.log_pmf, self.log_prior, self._raised = (
            components.log_pmf,
            components.log_prior,
            components.raised,
        )

    def raised(self, parameters, bags):
        there, leverages = self._raised(parameters, bags)
        return parameters + 10.0 * (there - parameters), leverages


def test_a_step_that_leads_down_is_shortened(rng):
    table, _ = wide(rng, n_bags=40, n_categories=15)
    components = QuickOverdispersed.of(
        table, concentration=np.full((15, 1), 0.1), precision=hf.Gamma(1.5, 0.1)
    )
    start = Mixtures(components.start(np.ones((40, 4)))[:, :, None], np.zeros((4, 1)))
    start = Mixtures(start.parameters + rng.normal(0.0, 1.0, start.parameters.shape), start.log_weights)
    settings = {"bags": np.ones((40, 4)), "n_steps": 400, "tolerance": 1e-9}
    right = em(Problem(components, np.ones(1)), start, **settings)
    found = em(Problem(Overshooting(components), np.ones(1)), start, **settings)
    assert np.ptp(right.heights) < 1e-6  # one component has one peak
    np.testing.assert_allclose(found.heights, right.heights, atol=0.05)


def test_without_votes_for_themselves_bags_leave_a_component_that_bends_to_them(rng):
    """Bags of one source in many categories, dealt at random to two components: EM leaves nearly all where they are."""
    table, _ = wide(rng, n_sources=1, n_bags=40, n_categories=60)
    components = QuickOverdispersed.of(
        table, concentration=np.full((60, 1), 0.1), precision=hf.Gamma(6.0, 0.1)
    )
    problem, bags = Problem(components, np.ones(1)), np.ones((40, 1))
    gains = []
    for _ in range(5):
        taken = np.eye(2)[rng.permutation(np.arange(40) % 2)]
        start = Mixtures(components.start(taken)[:, None], np.full((1, 2), -math.log(2)))
        stuck = em(problem, start, bags=bags, n_steps=60, tolerance=1e-6)
        loose = loosen(problem, start, bags=bags, n_steps=20, strength=0.7)
        free = em(problem, loose, bags=bags, n_steps=60, tolerance=1e-6)
        gains.append(float(free.heights[0] - stuck.heights[0]))
    assert min(gains) > -1.0
    assert np.median(gains) > 1.0


def test_founders_are_far_apart_and_every_row_joins_the_nearest(rng):
    corners = np.array([[9, 1, 0], [0, 1, 9], [1, 9, 1]])
    source = rng.integers(0, 3, 50)
    table = corners[source] * rng.integers(1, 5, 50)[:, None]  # the same proportions, other totals
    roots = np.sqrt(table / table.sum(axis=1, keepdims=True))
    found = far_apart(roots, np.ones(50), size=3, numbers=np.arange(40))
    assert all(len({*zip(source.tolist(), one.tolist(), strict=True)}) == 3 for one in found.T)
    assert len(np.unique(found, axis=1).T) == 6  # all orders of the founders
    same = far_apart(np.ones((4, 2)), np.ones(4), size=3, numbers=np.arange(2))
    assert (same == 0).all()  # rows with the same proportions


def test_the_recurrence_covers_the_square_evenly():
    """Its star discrepancy is that of a good lattice, far below what chance would give."""
    points = (0.5 + np.arange(256)[:, None] * optimum_starts._ratios(2)) % 1.0
    corners = np.arange(1, 17) / 16
    inside = (points[:, None, None, :] < np.stack(np.meshgrid(corners, corners), axis=-1)).all(axis=-1)
    gap = np.abs(inside.mean(axis=0) - np.outer(corners, corners).T)
    assert gap.max() < 0.03  # of random points it is 0.06 or more in nine of ten cases
