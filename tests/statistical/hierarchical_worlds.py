"""Made-up populations of bags, and where their truths lie among the draws of a fit.

Truths and bags are drawn here, and the likelihood of a bag is written here row by row with SciPy's log gamma
function: nothing but the fits themselves comes from the package.
"""

from __future__ import annotations

import contextlib
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from scipy import special
from tests.testing_tools import shapes
from tests.testing_tools.gates import GateClosed, bonferroni, rank_uniformity

import handful as hf
from handful.data.histograms import Histograms
from handful.inference import laplace
from handful.inference.draws import Draws
from handful.inference.evidence import Evidence
from handful.inference.outcome import Sampling
from handful.inference.targets import outcome_of, target_of

L = 63  # draws that a truth is ranked among: 64 ranks, 4 to each of the 16 bins
DRAWS = 1_000
NEXT_BAG = 20
MOST_TRIES = 3


@dataclass(frozen=True)
class Population:
    """What bags are drawn from: the log of the mean (C,), and the log precision."""

    log_mean: np.ndarray
    log_precision: float

    def draw_bags(self, totals, rng) -> np.ndarray:
        concentration = np.exp(self.log_precision + self.log_mean)
        return draw_bags(np.broadcast_to(concentration, (len(totals), len(concentration))), totals, rng=rng)

    @property
    def parameters(self) -> np.ndarray:
        return np.append(np.exp(self.log_mean), self.log_precision)


def draw_bags(concentrations, totals, *, rng) -> np.ndarray:
    """A bag for each row: gamma draws by their logs (Gamma(a) is Gamma(a + 1) times U^(1/a))."""
    logs = np.log(rng.standard_gamma(concentrations + 1.0)) + np.log(1 - rng.random(concentrations.shape)) / (
        concentrations
    )
    shares = np.exp(logs - logs.max(axis=1, keepdims=True))
    return rng.multinomial(totals, shares / shares.sum(axis=1, keepdims=True))


def log_likelihoods(means, log_precisions, table) -> np.ndarray:
    """The log probability of a table of bags, but for the multinomial coefficients, for S populations."""
    kappa = np.exp(log_precisions)[:, None]
    alpha = (kappa * means)[:, None, :]
    of_categories = special.gammaln(alpha + table) - special.gammaln(alpha)
    of_totals = special.gammaln(kappa) - special.gammaln(kappa + table.sum(axis=1))
    return of_categories.sum(axis=(1, 2)) + of_totals.sum(axis=1)


# ---- priors: as the package has them, and how a truth is drawn from each -----------------------------------


@dataclass(frozen=True)
class Prior:
    model: hf.Hierarchical
    draw: Callable[[int, np.random.Generator], Population]


def flat_mean(n_categories, rng) -> np.ndarray:
    return np.log(rng.dirichlet(np.ones(n_categories)))


def default(n_categories, rng) -> Population:
    return Population(flat_mean(n_categories, rng), rng.normal(4.0, 2.0))


def half_normal(n_categories, rng) -> Population:
    return Population(flat_mean(n_categories, rng), -2 * np.log(abs(rng.normal(0, 0.2))))


def gammas(n_categories, rng) -> Population:
    alpha = rng.gamma(0.5, 1 / 0.1, size=n_categories)
    return Population(np.log(alpha / alpha.sum()), np.log(alpha.sum()))


PRIORS = {
    "default": Prior(hf.Hierarchical(), default),
    "half-normal": Prior(hf.Hierarchical(precision=hf.HalfNormal(0.2)), half_normal),
    "gammas": Prior(hf.Hierarchical(alpha_prior=hf.Gamma(0.5, 0.1)), gammas),
}


@dataclass(frozen=True)
class World:
    """A prior, and how many bags of which sizes there are."""

    prior: Prior
    n_categories: int
    draw_totals: Callable[[np.random.Generator], np.ndarray]


def unequal(n_items, rng, *, most_bags=6) -> np.ndarray:
    """The totals of one bag or a few of about `n_items` items; the largest bag has three times the smallest."""
    n_bags = rng.integers(1, most_bags + 1)
    return rng.integers(n_items - n_items // 2, n_items + n_items // 2 + 1, size=n_bags)


# ---- fits ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fitted:
    posterior: Draws
    log_evidence: Evidence

    @property
    def parameters(self) -> np.ndarray:
        """The mean and the log precision, (S, C + 1)."""
        found = self.posterior.quantities
        return np.column_stack([found["proportions"], np.log(found["precision"])])


def counts_of(table) -> hf.Counts:
    return hf.Counts(table, categories=list(string.ascii_lowercase[: table.shape[1]]))


class Refused(Exception):
    """The laplace engine would rather have another engine answer."""


def without_another_engine(patch: pytest.MonkeyPatch) -> None:
    """From now on a fit whose weights are not trusted raises Refused, where another engine would take over."""
    true = laplace.trusted

    def trusted(*given, **named):
        if not true(*given, **named):
            raise Refused
        return True

    patch.setattr(laplace, "trusted", trusted)


def by_fit(model, table, rng, *, draws=DRAWS, engine="laplace") -> Fitted:
    """As a user gets it."""
    fit = hf.fit(model, counts_of(table), engine=engine, draws=draws, rng=rng)
    return Fitted(fit.posterior, fit.log_evidence)


def by_engine(model, table, rng, *, draws=DRAWS) -> Fitted:
    """The importance draws of the laplace engine, whether it trusts them or not; no verdict, no bound."""
    target = target_of(model, Histograms.of(counts_of(table)), engine="laplace")
    _, drawn = laplace.importance(target, Sampling(draws, rng))
    outcome = outcome_of(target, drawn)
    return Fitted(outcome.posterior, outcome.log_evidence)


@contextlib.contextmanager
def shapes_unchecked() -> Iterator[None]:
    """No check of shapes at every call: it doubles the time of thousands of fits, and others see to it."""
    checked = dict(shapes._CHECKED)
    shapes._CHECKED.update({key: function.__wrapped__ for key, function in checked.items()})
    try:
        yield
    finally:
        shapes._CHECKED.update(checked)


# ---- ranks -----------------------------------------------------------------------------------------------


def chosen_draws(fitted: Fitted, rng) -> np.ndarray:
    """L draws that know nothing of each other.

    Of importance draws, which are independent, `resampled` takes one of each stretch of them. The nodes of a
    quadrature lie in order, so that a stretch is a place: there each is chosen by itself.
    """
    posterior = fitted.posterior
    if posterior.sampled:
        return posterior.resampled(L, rng=rng)
    return rng.choice(posterior.n_draws, size=L, p=posterior.weights)


def rank(truth, draws, rng) -> np.ndarray:
    """Among how many draws (L, Q) each truth (Q,) is the largest; ties fall by chance."""
    ties = (draws == truth).sum(axis=0)
    return (draws < truth).sum(axis=0) + rng.integers(0, ties + 1)


def ranks_of(truth: Population, fitted: Fitted, *, table, rng) -> np.ndarray:
    """Of each share of the mean, of the log precision, of the log likelihood and of the next bag's first count.

    The log likelihood is what notices a posterior that has not looked at the data (Modrák et al. 2023,
    arXiv:2211.02383).
    """
    every = np.vstack([truth.parameters, fitted.parameters[chosen_draws(fitted, rng)]])
    means, log_precisions = every[:, :-1], every[:, -1]
    log_likelihood = log_likelihoods(means, log_precisions, table)
    concentration = np.maximum(np.exp(log_precisions)[:, None] * means, 1e-300)
    first_of_next = draw_bags(concentration, np.full(len(every), NEXT_BAG), rng=rng)[:, 0]
    quantities = np.column_stack([every, log_likelihood, first_of_next])
    return rank(quantities[0], quantities[1:], rng)


@dataclass(frozen=True)
class Simulated:
    """Truths, their fits' ranks, and which intervals held the truth."""

    ranks: np.ndarray  # (simulations, quantities)
    held: np.ndarray  # (simulations, intervals)

    def p_value(self, rng) -> float:
        return bonferroni([rank_uniformity(column, draws=L, rng=rng) for column in self.ranks.T])


def no_interval(truth, fitted) -> list[bool]:
    return []


def simulate(world: World, n, rng, *, fit=by_engine, held=no_interval, model=None) -> Simulated:
    """`n` truths from the prior, bags from each, and a fit of these; those that are refused are left out.

    Leaving some out is no bias: given the bags, whether a fit is refused does not depend on the truth.
    `model` is what is fitted, where it shall not be that of the world.
    """
    model = world.prior.model if model is None else model
    ranks, intervals = [], []
    with shapes_unchecked():
        for _ in range(MOST_TRIES * n):
            truth = world.prior.draw(world.n_categories, rng)
            table = truth.draw_bags(world.draw_totals(rng), rng)
            with contextlib.suppress(Refused):
                fitted = fit(model, table, rng)
                ranks.append(ranks_of(truth, fitted, table=table, rng=rng))
                intervals.append(held(truth, fitted))
            if len(ranks) == n:
                break
        else:
            raise GateClosed(f"of {MOST_TRIES * n} fits only {len(ranks)} were accepted")
    return Simulated(np.array(ranks), np.array(intervals))
