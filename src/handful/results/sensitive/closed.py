"""Power-scaling where the posterior is a closed form or a table: the distance is an integral, and nothing is drawn.

A Dirichlet prior to the power α is a Dirichlet of 1 + α(a − 1), a Gamma prior one of 1 + α(c − 1) and αd, and a
likelihood to the power α counts every item α times. The number is the one of draws, in the limit of many of them: the
cumulative Jensen-Shannon distance between the posterior and the scaled one, per doubling of the power, at α = 1 ± 0.01.
Only where the distance is looked at depends on a number of draws: between the smallest and the largest of 4,000, as
they would be on the median.

References
----------
Kallioinen, Paananen, Bürkner & Vehtari (2024), Statistics and Computing 34:57 (arXiv:2107.14054), equations 4 to 7;
Nguyen & Vreeken (2015), Non-parametric Jensen-Shannon divergence, for the distance.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Annotated, Protocol, TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import xlog1py

from handful.arrays import Floats
from handful.distributions.density import Density
from handful.distributions.dirichlet import Dirichlet
from handful.distributions.positive import Gamma
from handful.distributions.shapes import log_jacobian
from handful.distributions.tabulated import Tabulated, tabulate

POWERS = (0.99, 1.01)
"""The powers of the prior or the likelihood that are looked at."""

N_DRAWS = 4_000
OUTSIDE = math.log(2.0) / N_DRAWS
"""The probability beyond the largest of so many draws, on the median."""

STEPS, LEVELS = 200, 12
"""So many places between the two, and so many more, by their probabilities, in either half: good to three digits."""

TINIEST = 1e-12
"""A concentration that is scaled to 0 or below puts all mass at the end: so does this one."""

Numbers: TypeAlias = tuple[float, float]
"""The sensitivity to the prior, and to the likelihood."""


class Known(Protocol):
    """A distribution of one quantity, as far as a distance needs it."""

    def cdf(self, value: ArrayLike, /) -> float | Annotated[Floats, "..."]:
        """The probability of at most `value`."""

    def sf(self, value: ArrayLike, /) -> float | Annotated[Floats, "..."]:
        """The probability of more than `value`."""

    def quantile(self, p: ArrayLike, /) -> float | Annotated[Floats, "..."]:
        """The point below which lies the probability `p`."""

    def upper_quantile(self, p: ArrayLike, /) -> float | Annotated[Floats, "..."]:
        """The point above which lies the probability `p`."""


def of_dirichlet(prior: Annotated[Floats, "C"], posterior: Annotated[Floats, "C"]) -> list[Numbers]:
    """The two numbers of each share, from the concentrations before and after the counts.

    Examples
    --------
    >>> of_dirichlet(np.array([1.0, 1.0]), np.array([13.0, 8.0]))[0][0]
    0.0
    >>> of_dirichlet(np.array([90.0, 10.0]), np.array([92.0, 18.0]))[0][0] > 0.05
    True
    """
    prior, posterior = np.asarray(prior, dtype=np.float64), np.asarray(posterior, dtype=np.float64)
    steps = (prior - 1.0, posterior - prior)

    def scaled(step: Floats, power: float) -> Dirichlet:
        return Dirichlet(np.maximum(posterior + (power - 1.0) * step, TINIEST))

    here = Dirichlet(posterior)
    moved = [[scaled(step, power) for power in POWERS] for step in steps]
    found = []
    # Of two shares the second is the mirror of the first, and so far from it as the first.
    pair_alone = len(posterior) == len(("it", "the rest"))
    for place in range(1 if pair_alone else len(posterior)):
        sides = [
            (0.0 if not step.any() else _number(here.margin(place), [one.margin(place) for one in pair]))
            for step, pair in zip(steps, moved, strict=True)
        ]
        found.append((sides[0], sides[1]))
    return found * 2 if pair_alone else found


def of_gamma(prior: Gamma, posterior: Gamma) -> Numbers:
    """The two numbers of a rate."""
    steps = (
        (prior.shape - 1.0, prior.rate),
        (posterior.shape - prior.shape, posterior.rate - prior.rate),
    )

    def scaled(step: tuple[float, float], power: float) -> Gamma:
        shape, rate = (posterior.shape + (power - 1.0) * step[0], posterior.rate + (power - 1.0) * step[1])
        return Gamma(max(shape, TINIEST), max(rate, TINIEST))

    sides = [_number(posterior, [scaled(step, power) for power in POWERS]) for step in steps]
    return sides[0], sides[1]


def of_table(prior: Density | Tabulated, posterior: Tabulated) -> Numbers:
    """The two numbers of a share whose prior has any shape."""
    of_share = _of_share(prior)

    def log_likelihood(t: Floats) -> Floats:
        inside = np.isfinite(posterior.log_density(t))
        return np.where(inside, posterior.log_density(t) - of_share(t) + log_jacobian(t), -np.inf)

    sides = [
        _number(posterior, [_tilted(posterior, by, power=power) for power in POWERS])
        for by in (of_share, log_likelihood)
    ]
    return sides[0], sides[1]


def _of_share(prior: Density | Tabulated) -> Callable[[Floats], Floats]:
    """The log density of the share itself, at log odds."""

    def found(t: Floats) -> Floats:
        of_log_odds = prior.log_density(t)
        return np.asarray(np.where(np.isfinite(of_log_odds), of_log_odds + log_jacobian(t), of_log_odds))

    return found


def _tilted(posterior: Tabulated, by: Callable[[Floats], Floats], *, power: float) -> Tabulated:
    """The posterior times `by` to the power − 1, by the logarithms of both."""

    def log_density(t: Floats) -> Floats:
        here = np.asarray(posterior.log_density(t))
        inside = np.isfinite(here)
        return np.asarray(np.where(inside, here + (power - 1.0) * np.where(inside, by(t), 0.0), here))

    return tabulate(log_density, list(map(float, posterior.panels.edges)), spec="scaled")


def _number(here: Known, scaled: list[Known]) -> float:
    """The distance for each doubling of the power, the mean of both sides (equation 7 of the paper)."""
    points = _points(here)
    below, above = distance(here, scaled[0], points=points), distance(here, scaled[1], points=points)
    return 0.5 * (-below / math.log2(POWERS[0]) + above / math.log2(POWERS[1]))


def distance(first: Known, second: Known, *, points: Annotated[Floats, "n"]) -> float:
    """The cumulative Jensen-Shannon distance, 0 to 1: the larger of that of x and that of −x (equations 4 to 6).

    Parameters
    ----------
    first, second : distributions
    points : array (n,)
        Where to look, rising.

    Examples
    --------
    >>> from handful.distributions.beta import Beta
    >>> distance(Beta(2, 3), Beta(2, 3), points=np.linspace(0, 1, 9))
    0.0
    """
    pairs = ((first.cdf(points), second.cdf(points)), (first.sf(points), second.sf(points)))
    return max(_one_way(np.asarray(p), np.asarray(q), points=points) for p, q in pairs)


def _one_way(
    p: Annotated[Floats, "n"], q: Annotated[Floats, "n"], *, points: Annotated[Floats, "n"]
) -> float:
    """√(∫ p log₂(p/m) + q log₂(q/m) dx / ∫ p + q dx) with m the mean of both."""
    both = p + q
    # With r = (p − q)/(p + q) it is (p + q)/2 times a function of r alone, and no digit cancels.
    r = np.divide(p - q, both, out=np.zeros_like(both), where=both > 0)
    terms = 0.5 * both * (xlog1py(1.0 + r, r) + xlog1py(1.0 - r, -r)) / math.log(2.0)
    whole = float(np.trapezoid(both, points))
    return math.sqrt(max(float(np.trapezoid(terms, points)), 0.0) / whole) if whole > 0 else 0.0


def _points(here: Known) -> Annotated[Floats, "n"]:
    """Between the smallest and the largest of 4,000 draws: evenly, and by even probabilities."""
    levels = np.geomspace(OUTSIDE, 0.5, LEVELS)
    low, high = np.asarray(here.quantile(levels)), np.asarray(here.upper_quantile(levels))
    return np.unique(np.concatenate([np.linspace(low[0], high[0], STEPS), low, high]))
