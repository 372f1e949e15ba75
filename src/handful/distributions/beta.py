"""The Beta distribution: what is believed about one share."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from handful.arrays import Floats
from handful.distributions.beta_hdi import beta_parts
from handful.distributions.beta_integral import lower_tail, quantile, upper_tail
from handful.distributions.checks import (
    as_counts,
    finite,
    numbers,
    plain,
    positive,
    probabilities,
    probability,
    whole,
)
from handful.distributions.conditioned import Conditioned
from handful.distributions.draws import draw_log_dirichlet
from handful.distributions.evidence import log_evidence
from handful.distributions.intervals import Interval, Kind, Parts, interval
from handful.distributions.saddlepoint import log_dirichlet_density
from handful.errors import CountsError, ParameterError
from handful.rng import RNG, as_generator

FIT_TOLERANCE = 1e-9
"""How far, in standard normal quantiles, a fitted interval may be off."""


@dataclass(frozen=True, slots=True, repr=False)
class Beta:
    """The Beta distribution of a share between 0 and 1.

    Parameters
    ----------
    a, b : float
        Positive and finite. Beta(1, 1) is uniform.

    Raises
    ------
    ParameterError
        If a parameter is not positive and finite.

    Examples
    --------
    >>> prior = Beta(1, 5)
    >>> prior.condition(successes=360, trials=1650).posterior
    Beta(361, 1295)
    """

    a: float
    b: float

    def __post_init__(self) -> None:
        """Check both parameters."""
        object.__setattr__(self, "a", positive(self.a, name="a"))
        object.__setattr__(self, "b", positive(self.b, name="b"))
        positive(self.a + self.b, name="a + b")

    @classmethod
    def from_mode(cls, mode: float, *, worth: float) -> Beta:
        """The Beta with this mode that weighs as much as `worth` counted items.

        Parameters
        ----------
        mode : float
            The likeliest share, in [0, 1].
        worth : float
            A number of items >= 0; 0 gives the uniform Beta(1, 1).

        Raises
        ------
        ParameterError
            If the mode is not in [0, 1] or the worth is negative.

        Examples
        --------
        >>> Beta.from_mode(0.25, worth=20)
        Beta(6, 16)
        """
        mode, worth = finite(mode, name="mode"), finite(worth, name="worth")
        if not 0 <= mode <= 1:
            raise ParameterError(f"mode = {mode:g}: must lie in [0, 1]", name="mode", found=mode)
        if worth < 0:
            raise ParameterError(f"worth = {worth:g}: must be >= 0 items", name="worth", found=worth)
        return cls(1.0 + worth * mode, 1.0 + worth * (1.0 - mode))

    @classmethod
    def from_interval(cls, low: float, high: float, *, mass: float) -> Beta:
        """The Beta whose equal-tailed interval of this mass is [low, high].

        Raises
        ------
        ParameterError
            If not 0 < low < high < 1, the mass is not between 0 and 1, or no such Beta is found.

        Examples
        --------
        >>> found = Beta.from_interval(0.25, 0.75, mass=0.5)
        >>> round(found.a, 6), round(found.b, 6)
        (1.0, 1.0)
        """
        low, high = probability(low, name="low"), probability(high, name="high")
        mass = probability(mass, name="mass")
        if low >= high:
            raise ParameterError(f"low = {low:g}: must be below high = {high:g}", name="low", found=low)
        return cls(*_fitted(low, high, z=-float(special.ndtri(0.5 * (1.0 - mass)))))

    @property
    def mean(self) -> float:
        """The expected share."""
        return self.a / (self.a + self.b)

    @property
    def variance(self) -> float:
        """The expected squared distance of the share from its mean."""
        return self.mean * (self.b / (self.a + self.b)) / (self.a + self.b + 1.0)

    @property
    def sd(self) -> float:
        """The standard deviation of the share."""
        # Each factor by itself: their product could underflow.
        precision = self.a + self.b
        return math.sqrt(self.mean) * math.sqrt(self.b / precision) / math.sqrt(precision + 1.0)

    @property
    def mode(self) -> float | None:
        """The likeliest share; None where there is not just one (flat, or highest at both ends)."""
        a, b = self.a, self.b
        if a > 1 and b > 1:
            return (a - 1.0) / ((a - 1.0) + (b - 1.0))
        if (a < 1 and b < 1) or a == b == 1:
            return None
        return 0.0 if a <= 1 and b >= 1 else 1.0

    @property
    def spec(self) -> str:
        """The distribution as the command line has it: 'beta(1,5)'."""
        return f"beta({plain(self.a)},{plain(self.b)})"

    def log_prob(self, q: ArrayLike) -> float | Annotated[Floats, "..."]:
        """The log density at shares q (...), in nats; −inf outside [0, 1].

        Examples
        --------
        >>> Beta(1, 1).log_prob([0.5, 2.0]).round(12)
        array([  0., -inf])
        """
        share = numbers(q, name="q")
        inside = (share >= 0) & (share <= 1)
        point = np.where(inside, share, 0.5)
        ab = np.array([self.a, self.b])
        value = log_dirichlet_density(ab, np.stack((point, 1.0 - point), axis=-1))
        return _plain(np.where(inside, value, np.where(np.isnan(share), np.nan, -np.inf)))

    def cdf(self, q: ArrayLike) -> float | Annotated[Floats, "..."]:
        """The probability of a share of at most q (...)."""
        return _plain(lower_tail(np.clip(numbers(q, name="q"), 0.0, 1.0), a=self.a, b=self.b))

    def sf(self, q: ArrayLike) -> float | Annotated[Floats, "..."]:
        """The probability of a share above q (...), accurate also when tiny."""
        return _plain(upper_tail(np.clip(numbers(q, name="q"), 0.0, 1.0), a=self.a, b=self.b))

    def quantile(self, p: ArrayLike) -> float | Annotated[Floats, "..."]:
        """The share below which lies the probability p (...).

        Raises
        ------
        ParameterError
            If a probability is not in [0, 1].
        """
        level = probabilities(p, name="p")
        return _plain(quantile(self.a, self.b, lower=level, upper=1.0 - level))

    def upper_quantile(self, p: ArrayLike) -> float | Annotated[Floats, "..."]:
        """The share above which lies the probability p (...), for p too small for 1 − p.

        Raises
        ------
        ParameterError
            If a probability is not in [0, 1].
        """
        level = probabilities(p, name="p")
        return _plain(quantile(self.a, self.b, lower=1.0 - level, upper=level))

    def highest_density_parts(self, mass: float) -> Parts:
        """The stretches where the density is highest and that hold `mass`."""
        return beta_parts(self.a, self.b, mass=probability(mass, name="mass"))

    def interval(self, *, mass: float = 0.95, kind: Kind = "eti") -> Interval:
        """The equal-tailed or highest-density interval of this mass.

        Examples
        --------
        >>> Beta(1, 1).interval(mass=0.5).parts
        ((0.25, 0.75),)
        """
        return interval(self, mass=mass, kind=kind)

    def draw(self, n_draws: int, *, rng: RNG = None) -> Annotated[Floats, "S"]:
        """Shares drawn at random (S,).

        Examples
        --------
        >>> Beta(1, 1).draw(3, rng=1).shape
        (3,)
        """
        number, generator = whole(n_draws, name="n_draws"), as_generator(rng)
        return np.exp(draw_log_dirichlet(np.array([self.a, self.b]), number, rng=generator)[:, 0])

    def condition(self, *, successes: ArrayLike, trials: ArrayLike) -> Conditioned[Beta]:
        """The posterior after counting, and the log evidence of the counts.

        Parameters
        ----------
        successes, trials : int or array (B,)
            Items of the category, and all items, of one bag or of several with the same share.

        Raises
        ------
        CountsError
            If they are no counts, or there are more successes than trials.

        Examples
        --------
        >>> round(math.exp(-Beta(1, 1).condition(successes=7, trials=10).log_evidence), 12)
        11.0
        """
        hits, total = np.broadcast_arrays(
            as_counts(np.atleast_1d(successes)), as_counts(np.atleast_1d(trials))
        )
        if np.any(hits > total):
            raise CountsError(f"successes = {successes!r}: more than trials = {trials!r}", found=successes)
        counts = np.stack((hits, total - hits), axis=-1)
        evidence, totals = log_evidence(counts, np.array([self.a, self.b]))
        return Conditioned(Beta(self.a + totals[0], self.b + totals[1]), evidence)

    def __repr__(self) -> str:
        return f"Beta({plain(self.a)}, {plain(self.b)})"


def _plain(value: Annotated[Floats, "..."]) -> float | Annotated[Floats, "..."]:
    return float(value) if value.ndim == 0 else value


def _fitted(low: float, high: float, *, z: float) -> tuple[float, float]:
    """Parameters a, b whose cdf has the normal score −z at `low` and z at `high`."""
    # Imported here: scipy.optimize takes 0.2 s to import.
    from scipy.optimize import root

    def scores(log_ab: Floats) -> list[float]:
        a, b = np.exp(np.clip(log_ab, -500.0, 500.0)).tolist()
        return [_score(low, a=a, b=b) + z, _score(high, a=a, b=b) - z]

    best, off = (1.0, 1.0), math.inf
    for start in _starts(low, high, z=z):
        with np.errstate(all="ignore"):
            found = root(scores, start, tol=1e-14)
        miss = max(map(abs, scores(found.x)))
        if miss < off:
            a, b = np.exp(np.clip(found.x, -500.0, 500.0)).tolist()
            best, off = (a, b), miss
        if off <= FIT_TOLERANCE:
            return best
    message = f"low, high = {low:g}, {high:g}: no Beta with this interval was found"
    raise ParameterError(message, name="low", found=(low, high))


def _score(q: float, *, a: float, b: float) -> float:
    """The standard normal quantile of the cdf at q, finite in both tails."""
    below = max(float(lower_tail(np.asarray(q), a=a, b=b)), 1e-300)
    above = max(float(upper_tail(np.asarray(q), a=a, b=b)), 1e-300)
    return float(special.ndtri(below)) if below < above else -float(special.ndtri(above))


def _starts(low: float, high: float, *, z: float) -> list[Floats]:
    """Guesses at (log a, log b): from the moments of the share, then of its log odds."""
    centre, sd = 0.5 * (low + high), (high - low) / (2.0 * z)
    precision = max(centre * (1.0 - centre) / sd**2 - 1.0, 0.1)
    odds_low, odds_high = special.logit(low), special.logit(high)
    share = float(special.expit(0.5 * (odds_low + odds_high)))
    # The variance of the log odds is about 1/a + 1/b.
    weight = 1.0 / (share * (1.0 - share) * ((odds_high - odds_low) / (2.0 * z)) ** 2)
    moments = np.log([precision * centre, precision * (1.0 - centre)])
    logits = np.log([weight * share, weight * (1.0 - share)])
    return [moments, logits, 0.5 * (moments + logits), np.zeros(2)]
