"""Row A14 for mixtures: the truth is a draw like any other. Row A15 is in test_calibrate.py.

A truth from the prior, bags from the truth, a fit of the bags: the rank of the truth among the fit's draws is uniform
(Talts et al. 2018, arXiv:1804.06788). What is ranked does not depend on labels, or, where priors tell components
apart, does. Fits are by enumeration, whose draws are independent; by smc where nothing else can answer; and by laplace
where it accepts, which is no matter of the truth. Truths, bags and likelihoods are made here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest
from scipy import special
from tests.statistical.mixture_gates import changed, said
from tests.statistical.mixture_worlds import (
    Refused,
    counts_of,
    names_of,
    shapes_unchecked,
    without_another_engine,
)
from tests.testing_tools.gates import SUSPICIOUS, bonferroni, rank_uniformity, two_stage
from tests.testing_tools.mixture_cases import UNKNOWN

import handful as hf

L = 63  # draws that a truth is ranked among: 64 ranks, 4 to each of the 16 bins
NEXT_BAG = 20
MOST_TRIES = 4


@dataclass(frozen=True)
class World:
    """Priors, and how many bags of which sizes there are."""

    weights: tuple[float, ...]
    concentrations: np.ndarray | None  # (K, C)
    model: hf.Mixture
    draw_totals: Callable[[np.random.Generator], np.ndarray]
    engine: str = "enumeration"
    draws: int = 100
    labelled: float = 0.0  # how many of the bags have a label
    recipes: np.ndarray | None = None

    @property
    def told_apart(self) -> bool:
        return len(self.weights) > 1 and (
            self.recipes is not None
            or bool((self.concentrations != self.concentrations[0]).any())
            or len(set(self.weights)) > 1
        )


def few(n_items, rng, *, most_bags=6) -> np.ndarray:
    """The totals of one bag or a few of about `n_items` items, all different."""
    n_bags = rng.integers(1, most_bags + 1)
    return rng.integers(n_items - n_items // 2, n_items + n_items // 2 + 1, size=n_bags)


# ---- truths and bags --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Truth:
    """One draw of everything, as if there were S = 1."""

    draws: dict[str, np.ndarray]
    origins: np.ndarray
    table: np.ndarray


def drawn(world, rng) -> Truth:
    theta = rng.dirichlet(world.weights) if len(world.weights) > 1 else np.ones(1)
    q = world.recipes
    if q is None:
        q = np.array([rng.dirichlet(a) for a in world.concentrations])
    totals = world.draw_totals(rng)
    origins = rng.choice(len(theta), size=len(totals), p=theta)
    draws = {"weights": theta[None], "proportions": q[None]}
    of_bags = q[origins]
    if world.model.overdispersed:
        kappa = np.exp(rng.normal(world.model.precision.mu, world.model.precision.sigma, size=len(theta)))
        draws["precision"] = kappa[None]
        of_bags = np.array([around(kappa[k] * q[k], rng) for k in origins]).reshape(len(origins), -1)
    return Truth(draws, origins, rng.multinomial(totals, of_bags))


def around(concentration, rng) -> np.ndarray:
    """A Dirichlet draw by the logs of its gammas, which do not underflow."""
    logs = (
        np.log(rng.standard_gamma(concentration + 1))
        + np.log(1 - rng.random(len(concentration))) / concentration
    )
    shares = np.exp(logs - logs.max())
    return shares / shares.sum()


def log_likelihoods(draws, table) -> np.ndarray:
    """The log probability (S, K, B) of each bag from each component, but for the coefficients."""
    rows, q = table[None, None], draws["proportions"][:, :, None]
    if "precision" not in draws:
        return special.xlogy(rows, q).sum(axis=3)
    kappa = draws["precision"][:, :, None]
    alpha = np.maximum(kappa[..., None] * q, 1e-300)
    of_categories = np.where(rows > 0, special.gammaln(alpha + rows) - special.gammaln(alpha), 0.0).sum(
        axis=3
    )
    return of_categories + special.gammaln(kappa) - special.gammaln(kappa + table.sum(axis=1))


# ---- ranks ------------------------------------------------------------------------------------------------


def quantities(world, draws, truth, *, known, origins, rng) -> np.ndarray:
    """What is ranked (S, Q); `origins` are given for the truth and drawn for the draws of a fit."""
    theta, q = draws["weights"], draws["proportions"]
    with np.errstate(divide="ignore"):
        joint = log_likelihoods(draws, truth.table) + np.log(theta)[:, :, None]
    whole = special.logsumexp(joint, axis=1)
    of_label = log_likelihoods(draws, truth.table)
    named = np.flatnonzero(known != UNKNOWN)
    whole[:, named] = of_label[:, known[named], named]
    if origins is None:
        chances = np.cumsum(np.exp(joint - special.logsumexp(joint, axis=1)[:, None]), axis=1)
        origins = (rng.random((len(theta), 1, len(known))) > chances).sum(axis=1).clip(max=theta.shape[1] - 1)
        origins[:, named] = known[named]
    found = [theta.max(axis=1), theta.min(axis=1), (theta**2).sum(axis=1)]
    found += [np.einsum("sk,sk->s", theta, q[:, :, 0]), np.einsum("sk,sk->s", theta, q[:, :, -1] ** 2)]
    # A single bag is from the source that it is from: all draws tie with the truth.
    found += [whole.sum(axis=1), (origins[:, 0] == origins[:, -1]).astype(float), next_bag(draws, rng)]
    if "precision" in draws:
        found.append((theta * np.log(draws["precision"])).sum(axis=1))
    if world.told_apart:
        found += [theta[:, 0], q[:, 0, 0], q[:, -1, -1], (origins[:, 0] == 0).astype(float)]
    return np.column_stack(found)


def next_bag(draws, rng) -> np.ndarray:
    """The count of the first category in a further bag."""
    theta, q = draws["weights"], draws["proportions"]
    origin = (rng.random((len(theta), 1)) > np.cumsum(theta, axis=1)).sum(axis=1).clip(max=theta.shape[1] - 1)
    share = np.clip(q[np.arange(len(q)), origin, 0], 0.0, 1.0)
    if "precision" in draws:
        kappa = draws["precision"][np.arange(len(q)), origin]
        share = np.array(
            [
                around(np.maximum(k * np.array([s, 1 - s]), 1e-300), rng)[0]
                for k, s in zip(kappa, share, strict=True)
            ]
        )
    return rng.binomial(NEXT_BAG, share).astype(float)


def rank(truth, draws, rng) -> np.ndarray:
    """Among how many draws (L, Q) each truth (Q,) is the largest; ties fall by chance."""
    # Of known or equal quantities only rounding could say which is larger.
    ties = np.isclose(draws, truth, rtol=1e-9, atol=1e-12)
    return ((draws < truth) & ~ties).sum(axis=0) + rng.integers(0, ties.sum(axis=0) + 1)


def ranks_of(world, truth, rng, *, model) -> np.ndarray:
    known = np.where(rng.random(len(truth.origins)) < world.labelled, truth.origins, UNKNOWN)
    if (known == known[0]).all():
        known[:] = UNKNOWN  # one label for all bags would be refused, and is no less fair to leave out
    labels = "source" if (known != UNKNOWN).any() else None
    counts = counts_of(truth.table, known, n_components=len(world.weights))
    if labels:
        model = changed(model, labels=labels)
    fit = hf.fit(model, counts, engine=world.engine, draws=world.draws, rng=rng)
    chosen = fit.posterior.resampled(L, rng=rng)
    draws = {name: values[chosen] for name, values in fit.draws.items()}
    of_truth = quantities(world, truth.draws, truth, known=known, origins=truth.origins[None], rng=rng)
    return rank(of_truth[0], quantities(world, draws, truth, known=known, origins=None, rng=rng), rng)


def simulate(world, n, rng, *, model=None) -> np.ndarray:
    """The ranks (n, Q) of n truths; `model` is what is fitted, where it shall not be that of the world."""
    model, ranks = world.model if model is None else model, []
    with shapes_unchecked(), pytest.MonkeyPatch.context() as patch:
        if world.engine == "laplace":
            without_another_engine(patch)
        for _ in range(MOST_TRIES * n):
            try:
                ranks.append(ranks_of(world, drawn(world, rng), rng, model=model))
            except Refused:
                continue
            if len(ranks) == n:
                break
    assert len(ranks) == n
    return np.array(ranks)


def p_value_of(ranks, rng) -> float:
    return bonferroni([rank_uniformity(column, draws=L, rng=rng) for column in ranks.T])


# ---- A14 --------------------------------------------------------------------------------------------------

FLAT = np.ones((2, 3))
CENTRED = 1 + 6.0 * np.array([[0.6, 0.3, 0.1], [0.2, 0.3, 0.5]])
RECIPES = np.array([[0.6, 0.3, 0.1], [0.2, 0.3, 0.5], [0.0, 0.6, 0.4]])


def centred_model(**kwargs) -> hf.Mixture:
    recipes = hf.Recipes(RECIPES[:2], components=names_of(2))
    return hf.Mixture(recipes=recipes, strength=6.0, weights=hf.Beta(2, 1), **kwargs)


def some_bags(rng):
    return few(12, rng)


def two_bags_or_more(rng):
    return few(12, rng)[:1].repeat(rng.integers(2, 6))


WORLDS = {
    "exchangeable": (World((1.0, 1.0), FLAT, hf.Mixture(2), some_bags), 500),
    "told apart": (World((2.0, 1.0), CENTRED, centred_model(), some_bags), 500),
    "labelled": (World((2.0, 1.0), CENTRED, centred_model(), some_bags, labelled=0.5), 500),
    "known recipes": (
        World(
            (1.0, 2.0, 0.5),
            None,
            hf.Mixture(
                recipes=hf.Recipes(RECIPES, components=names_of(3)), weights=hf.Dirichlet([1, 2, 0.5])
            ),
            some_bags,
            recipes=RECIPES,
        ),
        500,
    ),
    "smc": (World((1.0, 1.0), FLAT, hf.Mixture(2), some_bags, engine="smc", draws=512), 80),
    "laplace": (
        World(
            (1.0, 1.0),
            np.full((2, 4), 2.0),
            hf.Mixture(2, prior=hf.Dirichlet([2, 2, 2, 2])),
            lambda rng: rng.integers(20, 40, size=40),
            engine="laplace",
            draws=1_000,
        ),
        100,
    ),
    "overdispersed": (
        World(
            (1.0, 1.0),
            np.ones((2, 2)),
            hf.Mixture(2, overdispersed=True, precision=hf.LogNormal(2, 1)),
            lambda rng: few(12, rng, most_bags=4),
            engine="smc",
            draws=512,
        ),
        80,
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", WORLDS)
def test_A14_ranks_are_uniform(name, rng):
    world, n = WORLDS[name]
    two_stage(lambda rng, n: said(p_value_of(simulate(world, n, rng), rng)), rng, n)


# ---- the tester -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "priors", [{"weights": hf.Beta(4, 1)}, {"prior": hf.Dirichlet([1, 1, 3])}], ids=["weights", "proportions"]
)
def test_another_prior_is_seen(priors, rng):
    world, _ = WORLDS["told apart"]
    assert p_value_of(simulate(world, 400, rng, model=changed(world.model, **priors)), rng) < SUSPICIOUS**2


def test_draws_of_the_prior_are_seen(rng):
    """A posterior that has not looked at the data: the log likelihood of the truth is larger than theirs."""
    world = replace(WORLDS["exchangeable"][0], draw_totals=two_bags_or_more)
    ranks = []
    for _ in range(200):
        truth, other = drawn(world, rng), [drawn(world, rng).draws for _ in range(L)]
        draws = {name: np.concatenate([one[name] for one in other]) for name in truth.draws}
        known = np.full(len(truth.origins), UNKNOWN)
        of_truth = quantities(world, truth.draws, truth, known=known, origins=truth.origins[None], rng=rng)
        ranks.append(
            rank(of_truth[0], quantities(world, draws, truth, known=known, origins=None, rng=rng), rng)
        )
    assert p_value_of(np.array(ranks), rng) < SUSPICIOUS**2
