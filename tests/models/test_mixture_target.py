"""The posterior of a mixture as a density: prior, likelihood and their derivatives (row A4), and draws of the prior."""

from __future__ import annotations

import math
from dataclasses import dataclass

import mpmath
import numpy as np
import pytest
from scipy import special, stats
from tests.oracles import mixture_posterior as by_definition
from tests.testing_tools.gates import bonferroni, two_stage, z_gate

import handful as hf
from handful.data.labelled import UNKNOWN, LabelledRows
from handful.models import component_rows, mixture_likelihood
from handful.models.component_rows import MultinomialRows
from handful.models.mixture_hessian import hessian
from handful.models.mixture_target import MixtureTarget, points_of

RELATIVE = 1e-8  # row A4
NEAR = 1e-11  # of a density, beside the number of its terms
T = (1.7, 0.6, 3.0)
A = ((1.0, 0.4, 2.5, 6.0), (3.0, 1.0, 0.8, 1.2), (0.5, 5.0, 1.0, 2.0))
RECIPES = ((0.0, 0.3, 0.3, 0.4), (0.4, 0.1, 0.2, 0.3), (0.25, 0.25, 0.5, 0.0))
WEIGHTS = (0.2, 0.5, 0.3)
PRECISIONS = {
    "lognormal": hf.LogNormal(4, 2),
    "gamma": hf.Gamma(1.5, 0.03),
    "halfnormal": hf.HalfNormal(0.4),
}


def log_density_of_precision(prior, x):
    """Of x = log κ: that of κ times κ, or that of s = 1/√κ times s/2."""
    kappa = mpmath.exp(x)
    if isinstance(prior, hf.LogNormal):
        return mpmath.log(mpmath.npdf(x, prior.mu, prior.sigma))
    if isinstance(prior, hf.Gamma):
        c, d = mpmath.mpf(prior.shape), mpmath.mpf(prior.rate)
        return c * mpmath.log(d) - mpmath.loggamma(c) + c * x - d * kappa
    s, scale = 1 / mpmath.sqrt(kappa), mpmath.mpf(prior.scale)
    return mpmath.log(mpmath.sqrt(2 / mpmath.pi) / scale * s / 2) - s**2 / (2 * scale**2)


@dataclass(frozen=True)
class Kind:
    """What is unknown in a mixture of three components over four categories."""

    name: str
    model: hf.Mixture
    weights: tuple[float, ...] | None = None
    recipes: tuple[tuple[float, ...], ...] | None = None
    concentrations: tuple[tuple[float, ...], ...] | None = A

    def target(self, table, known=None) -> MixtureTarget:
        """The package's posterior, made by its own path from counts."""
        names = self.model.components
        known = np.full(len(table), UNKNOWN) if known is None else known
        bags = hf.Counts(table, categories=list("abcd"))
        rows = LabelledRows.of(bags, known, components=names)
        return MixtureTarget.of(self.model.prior_over(bags.categories), rows)

    def truth(self, table, known=None) -> by_definition.Posterior:
        prior = self.model.precision if self.model.overdispersed else None
        return by_definition.Posterior(
            np.asarray(table),
            np.full(len(table), UNKNOWN) if known is None else known,
            None if self.weights is not None else T,
            None if self.recipes is not None else np.array(self.concentrations),
            self.weights,
            None if self.recipes is None else np.array(self.recipes),
            None if prior is None else lambda x: log_density_of_precision(prior, x),
        )


def centred(**kwargs) -> hf.Mixture:
    """Components whose priors are all different: recipes with a strength, one of them with a zero."""
    return hf.Mixture(
        recipes=hf.Recipes(RECIPES, components=["x", "y", "z"]),
        strength=8.0,
        prior=hf.Dirichlet([0.5, 1.0, 2.0, 1.5]),
        weights=hf.Dirichlet(T),
        **kwargs,
    )


CENTRED = tuple(tuple(a + 8.0 * r for a, r in zip((0.5, 1.0, 2.0, 1.5), row, strict=True)) for row in RECIPES)
KNOWN = hf.Recipes(RECIPES, components=["x", "y", "z"])
KINDS = [
    Kind("centred on recipes", centred(), concentrations=CENTRED),
    Kind(
        "fixed weights",
        hf.Mixture(3, prior=hf.Dirichlet([0.5, 1.0, 2.0, 1.5]), weights=hf.Fixed(WEIGHTS)),
        weights=WEIGHTS,
        concentrations=((0.5, 1.0, 2.0, 1.5),) * 3,
    ),
    Kind("fixed recipes with zeros", hf.Mixture(recipes=KNOWN, weights=hf.Dirichlet(T)), recipes=RECIPES),
    *(
        Kind(
            f"overdispersed, {name}",
            centred(overdispersed=True, precision=prior),
            concentrations=CENTRED,
        )
        for name, prior in PRECISIONS.items()
    ),
    Kind(
        "overdispersed around fixed recipes",
        hf.Mixture(
            recipes=hf.Recipes(RECIPES[1:2] * 3, components=["x", "y", "z"]),
            weights=hf.Dirichlet(T),
            overdispersed=True,
        ),
        recipes=RECIPES[1:2] * 3,
    ),
]


def bags(rng, *, n_bags=7, most=40):
    """Bags of all sizes, an empty one and two equal ones among them; each is possible under a recipe with a zero."""
    table = rng.multinomial(rng.integers(1, most, size=n_bags), [0.4, 0.1, 0.2, 0.3])
    table[0], table[1] = 0, table[2]
    table[3, 0] = table[4, 3] = 0
    return table


def labels(rng, table):
    """A few bags of known component, never one that is impossible."""
    known = np.full(len(table), UNKNOWN)
    known[rng.choice(len(table), size=3, replace=False)] = 1
    return known


@pytest.fixture(params=KINDS, ids=lambda kind: kind.name)
def kind(request) -> Kind:
    return request.param


def points_at(target, rng, *, n=3):
    return target.draw_prior(n, rng=rng) if target.n_dims else np.zeros((n, 0))


def near(found, truth, *, items=1.0):
    """To a relative 1e-8; what is left where terms of the size of all items cancel may be off by rounding."""
    assert found == pytest.approx(truth, rel=RELATIVE, abs=1e-12 * items)


# ---- values and derivatives -------------------------------------------------------------------------------


@pytest.mark.parametrize("labelled", [False, True])
def test_prior_and_likelihood_are_those_of_the_definition(kind, labelled, rng):
    table = bags(rng)
    known = labels(rng, table) if labelled else None
    target, truth = kind.target(table, known), kind.truth(table, known)
    points = points_at(target, rng)
    of_prior, of_data = target.log_prior(points), target.log_likelihood(points)
    for i, point in enumerate(points):
        assert of_prior[i] == pytest.approx(by_definition.value(truth.log_prior, point), rel=NEAR, abs=NEAR)
        assert of_data[i] == pytest.approx(
            by_definition.value(truth.log_likelihood, point), rel=NEAR, abs=NEAR
        )


def test_A4_the_gradient_is_that_of_the_definition(kind, rng):
    table = bags(rng)
    known = labels(rng, table)
    target, truth = kind.target(table, known), kind.truth(table, known)
    points = points_at(target, rng)
    of_data = target.likelihood_gradient(points)
    for i, point in enumerate(points):
        near(of_data[i], by_definition.gradient(truth.log_likelihood, point), items=table.sum())
        near(target.prior_gradient(points)[i], by_definition.gradient(truth.log_prior, point))


def test_A4_the_hessian_is_that_of_the_definition(kind, rng):
    table = bags(rng, n_bags=5, most=9)
    known = labels(rng, table)
    target, truth = kind.target(table, known), kind.truth(table, known)
    point = points_at(target, rng, n=1)[0]
    found = hessian(target, point)
    near(found, by_definition.hessian(truth.log_posterior, point), items=table.sum())
    assert (found == found.T).all() or found == pytest.approx(found.T, rel=1e-12, abs=1e-12)


def test_A4_the_hessian_is_the_change_of_the_gradient_for_many_bags(kind, rng):
    """Several hundred rows, more than one chunk of them: central differences of the gradient, right to h²."""
    table = bags(rng, n_bags=400, most=120)
    target = kind.target(table, labels(rng, table))
    point, h = points_at(target, rng, n=1)[0], 1e-5
    ends = point + h * np.concatenate([np.eye(target.n_dims), -np.eye(target.n_dims)])
    slopes = target.prior_gradient(ends) + target.likelihood_gradient(ends)
    change = (slopes[: target.n_dims] - slopes[target.n_dims :]) / (2 * h)
    scale = np.abs(change).max()
    assert hessian(target, point) == pytest.approx(change, abs=3e-7 * scale)


# ---- by SciPy, at many points -----------------------------------------------------------------------------


def by_scipy(at, table, known):
    """The log likelihood (S,) row by row."""
    rows = table[None, None]
    if at.log_precision is None:
        logs = special.xlogy(rows, np.exp(at.log_mean)[:, :, None]).sum(axis=3)
    else:
        kappa = np.exp(at.log_precision)[:, :, None]
        alpha = kappa[..., None] * np.exp(at.log_mean)[:, :, None]
        logs = (special.gammaln(alpha + rows) - special.gammaln(alpha)).sum(axis=3)
        logs += special.gammaln(kappa) - special.gammaln(kappa + table.sum(axis=1))
    coefficient = special.gammaln(table.sum(axis=1) + 1) - special.gammaln(table + 1).sum(axis=1)
    of_bag = special.logsumexp(logs + at.log_weights[:, :, None], axis=1)
    for b in np.flatnonzero(known != UNKNOWN):
        of_bag[:, b] = logs[:, known[b], b]
    return (of_bag + coefficient).sum(axis=1)


@pytest.mark.parametrize(
    "model", [centred(), centred(overdispersed=True, precision=hf.LogNormal(3, 1))], ids=str
)
def test_many_points_and_bags_agree_with_scipy(model, rng):
    table = bags(rng, n_bags=300, most=60)
    known = labels(rng, table)
    target = Kind("", model).target(table, known)
    points = 0.3 * points_at(target, rng, n=200)  # where SciPy's log gamma has its digits
    expected = by_scipy(target.layout.split(points), table, known)
    assert target.log_likelihood(points) == pytest.approx(expected, rel=1e-10)


# ---- rows, chunks and multiplicities ----------------------------------------------------------------------


def found_at(target, points):
    """Everything that is summed over rows."""
    at = target.layout.split(points)
    weights = np.full(len(points), 1.0 / len(points))
    return {
        "value": target.log_likelihood(points),
        "gradient": target.likelihood_gradient(points),
        "hessian": hessian(target, points[0]),
        "assignments": target.likelihood.assignments(at, weights),
    }


def same(found, other, *, rel=1e-12):
    for name, one in found.items():
        scale = np.abs(one).max()
        assert other[name] == pytest.approx(one, rel=rel, abs=rel * scale), name


@pytest.mark.parametrize(
    ("rows", "cells", "factors"), [(1, 1 << 17, 64), (7, 1, 1), (10_000, 1 << 30, 3), (2048, 500, 64)]
)
def test_the_sizes_of_chunks_do_not_matter(kind, rows, cells, factors, rng, monkeypatch):
    table = bags(rng, n_bags=150, most=12)
    known = labels(rng, table)
    target = kind.target(table, known)
    points = points_at(target, rng, n=20)
    expected = found_at(target, points)
    monkeypatch.setattr(mixture_likelihood, "ROWS_AT_ONCE", rows)
    monkeypatch.setattr(mixture_likelihood, "CELLS_AT_ONCE", cells)
    monkeypatch.setattr(mixture_likelihood, "FACTORS", factors)
    same(expected, found_at(kind.target(table, known), points))


def test_multiplicities_are_bags_one_by_one(kind, rng):
    """Twelve copies of each bag are twelve times each bag's share."""
    table = bags(rng, n_bags=9, most=12)
    known = labels(rng, table)
    once, often = kind.target(table, known), kind.target(np.repeat(table, 12, axis=0), np.repeat(known, 12))
    assert len(often.statistic.known) == len(once.statistic.known)
    points = points_at(once, rng)
    at, repeated = once.layout.split(points), often.layout.split(points)
    assert often.likelihood.value(repeated) == pytest.approx(12 * once.likelihood.value(at), rel=1e-12)
    mine, theirs = once.likelihood.slopes(at), often.likelihood.slopes(repeated)
    assert theirs.bags == pytest.approx(12 * mine.bags, rel=1e-12)
    assert theirs.by_mean == pytest.approx(12 * mine.by_mean, rel=1e-12, abs=1e-9)


def test_bags_with_equal_counts_and_other_labels_are_kept_apart(rng):
    kind, table = KINDS[0], np.tile([3, 1, 4, 2], (4, 1))
    known = np.array([UNKNOWN, 1, 2, UNKNOWN])
    target, truth = kind.target(table, known), kind.truth(table, known)
    assert len(target.statistic.known) == 3
    point = points_at(target, rng, n=1)[0]
    near(target.log_likelihood(point[None])[0], by_definition.value(truth.log_likelihood, point))


def test_empty_bags_say_nothing(kind, rng):
    """Row N2: each is worth exactly nothing; only its label counts."""
    table = bags(rng, n_bags=8)[1:]
    plain = kind.target(table)
    points = points_at(plain, rng, n=5)
    some = kind.target(np.vstack([table, np.zeros((3, 4), dtype=int)]))
    assert some.log_likelihood(points) == pytest.approx(plain.log_likelihood(points), rel=1e-14)
    assert some.likelihood_gradient(points) == pytest.approx(
        plain.likelihood_gradient(points), rel=1e-12, abs=1e-10 * table.sum()
    )
    assert (some.log_prior(points) == plain.log_prior(points)).all()


def test_sparse_rows_are_dense_ones(rng, monkeypatch):
    """A table of more than 65,536 cells of which less than a tenth is not 0."""
    n_categories, n_bags = 130, 520
    shares = rng.dirichlet(np.full(n_categories, 0.02), size=(n_bags, 1))[:, 0]
    table = rng.multinomial(30, shares)
    names = [f"c{i}" for i in range(n_categories)]
    bags = hf.Counts(table, categories=names)
    model = hf.Mixture(2)
    sparse = MixtureTarget.of(model.prior_over(bags.categories), model.compress(bags))
    points = 0.2 * sparse.draw_prior(4, rng=rng)
    expected = found_at(sparse, points)
    assert not any(isinstance(chunk.rows.counts, np.ndarray) for chunk in sparse.likelihood.chunks)
    monkeypatch.setattr(component_rows, "SPARSE", 0.0)
    dense = MixtureTarget.of(model.prior_over(bags.categories), model.compress(bags))
    assert all(isinstance(chunk.rows.counts, np.ndarray) for chunk in dense.likelihood.chunks)
    same(expected, found_at(dense, points))
    known = np.full(n_bags, UNKNOWN)
    assert expected["value"] == pytest.approx(by_scipy(sparse.layout.split(points), table, known), rel=1e-11)


def test_a_small_or_full_table_is_dense(rng):
    assert isinstance(MultinomialRows.of(rng.integers(1, 5, size=(300, 300))).counts, np.ndarray)
    assert isinstance(MultinomialRows.of(np.eye(200, dtype=int)).counts, np.ndarray)


def test_a_bag_that_no_recipe_can_fill_has_no_chance():
    """−inf, without a NaN and without a warning; a bag that one recipe can fill has its chance alone."""
    target = Kind("", hf.Mixture(recipes=KNOWN), recipes=RECIPES).target([[3, 0, 1, 0], [2, 1, 0, 1]])
    assert np.isfinite(target.log_likelihood(np.zeros((1, 2)))).all()
    impossible = hf.Recipes([[0.5, 0.5, 0, 0], [0.5, 0, 0.5, 0]], components=["x", "y"])
    nowhere = Kind("", hf.Mixture(recipes=impossible)).target([[1, 1, 1, 0]])
    at = np.zeros((1, 1))
    value, slope = nowhere.log_likelihood(at), nowhere.likelihood_gradient(at)
    assert value.tolist() == [-math.inf]
    assert np.isfinite(slope).all()


# ---- draws of the prior -----------------------------------------------------------------------------------


def prior_p_value(kind, rng, n):
    """Of every margin: weights and proportions are Betas, log κ by the distribution function of its prior."""
    target = kind.target(np.zeros((1, 4), dtype=int))
    found = target.quantities(target.draw_prior(n, rng=rng))
    p_values = []
    if kind.weights is None:
        p_values += [
            stats.kstest(found["weights"][:, k], stats.beta(t, sum(T) - t).cdf).pvalue
            for k, t in enumerate(T)
        ]
    if kind.recipes is None:
        p_values += [
            stats.kstest(found["proportions"][:, k, c], stats.beta(a, sum(row) - a).cdf).pvalue
            for k, row in enumerate(kind.concentrations)
            for c, a in enumerate(row)
        ]
    if kind.model.overdispersed:
        prior = kind.model.precision
        cdf = {
            hf.LogNormal: lambda kappa: stats.lognorm(2, scale=math.exp(4)).cdf(kappa),
            hf.Gamma: lambda kappa: stats.gamma(1.5, scale=1 / 0.03).cdf(kappa),
            hf.HalfNormal: lambda kappa: stats.halfnorm(scale=0.4).sf(1 / np.sqrt(kappa)),
        }[type(prior)]
        p_values += [stats.kstest(found["precision"][:, k], cdf).pvalue for k in range(3)]
    return bonferroni(p_values)


def test_draws_of_the_prior_follow_it(kind, rng):
    two_stage(lambda rng, n: prior_p_value(kind, rng, n), rng, 4_000)


def test_the_prior_is_a_density(kind, rng):
    """Its mean inverse times a narrower density that is known is 1; with labels too, which add to the weights."""
    table = bags(rng)
    target = kind.target(table, labels(rng, table))
    points = points_at(target, rng, n=20_000)
    centre, spread = points.mean(axis=0), 0.5 * points.std(axis=0)
    inside = stats.norm.logpdf(points, centre, spread).sum(axis=1) - target.log_prior(points)
    ratio = np.exp(inside)
    z_gate(ratio.mean(), 1.0, ratio.std(ddof=1) / math.sqrt(len(ratio)))


def test_labels_add_to_the_weights_prior(rng):
    """The evidence is that of the counts given the labels: the prior on θ is Dirichlet(t + n_known)."""
    table = bags(rng)
    known = np.array([0, 2, 2, UNKNOWN, 1, 2, UNKNOWN])
    target = KINDS[0].target(table, known)
    assert target.n_known.tolist() == [1, 1, 3]
    assert target.weights_concentration == pytest.approx(np.array(T) + np.array([1, 1, 3]))
    found = target.quantities(target.draw_prior(40_000, rng=rng))["weights"]
    expected = (np.array(T) + np.array([1, 1, 3])) / (sum(T) + 5)
    z_gate(found.mean(axis=0), expected, found.std(axis=0) / 200)


def test_points_come_back_from_their_quantities(kind, rng):
    target = kind.target(bags(rng))
    points = points_at(target, rng)
    at = points_of(target.quantities(points))
    if kind.recipes is None and kind.weights is None:
        back = target.layout.join(at.log_weights, at.log_precision, by_mean=at.log_mean)
        assert back == pytest.approx(points, rel=1e-9, abs=1e-9)
    assert at.log_weights == pytest.approx(target.layout.split(points).log_weights, abs=1e-9)
