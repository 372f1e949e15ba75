"""The likelihood of one share: k of N items are of the category asked about.

It is kept relative to its peak at k/N, as the deviance N KL(k/N || q) in the log odds of q: exact for
totals of 10^9, where a log likelihood itself would have lost the digits that matter.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from handful.arrays import Floats
from handful.distributions.beta import Beta
from handful.distributions.density import Density
from handful.distributions.shapes import FARTHEST
from handful.stirling import deviance_of_counts, factorial_remainder

STEPS = tuple(step * sign for step in (0.5, 1, 2, 3, 4, 6, 8, 12, 16) for sign in (-1, 1))


@dataclass(frozen=True, slots=True)
class ShareLikelihood:
    """The binomial likelihood of a share.

    Parameters
    ----------
    successes, trials : int
        k of N.

    Examples
    --------
    >>> round(ShareLikelihood(3, 10).log_peak - math.log(120 * 0.3**3 * 0.7**7), 12)
    0.0
    """

    successes: int
    trials: int

    def __add__(self, other: ShareLikelihood) -> ShareLikelihood:
        """The likelihood of the items of both."""
        return ShareLikelihood(self.successes + other.successes, self.trials + other.trials)

    @property
    def log_peak(self) -> float:
        """The log probability of k of N at q = k/N, in nats."""
        counts = np.array([self.successes, self.trials - self.successes], dtype=np.float64)
        of_all = factorial_remainder(np.asarray(float(self.trials)))
        return float(of_all - factorial_remainder(counts).sum())

    def relative(self, t: Floats) -> Floats:
        """The log likelihood at log odds `t`, less that at the peak."""
        few = min(self.successes, self.trials - self.successes)
        q = expit(t)
        rest = expit(-t)
        # k − N q from the rarer side: there neither k nor N q has lost digits.
        excess = few - self.trials * (q if few == self.successes else rest)
        excess = excess if few == self.successes else -excess
        k, others = np.float64(self.successes), np.float64(self.trials - self.successes)
        first = deviance_of_counts(np.full(t.shape, k), self.trials * q, excess=excess)
        second = deviance_of_counts(np.full(t.shape, others), self.trials * rest, excess=-excess)
        return -(first + second)

    @property
    def log_odds(self) -> float:
        """The log odds of the peak, kept finite by half an item on either side."""
        return math.log((self.successes + 0.5) / (self.trials - self.successes + 0.5))

    @property
    def points(self) -> tuple[float, ...]:
        """Log odds around the peak, at steps of its width."""
        if not self.trials:
            return ()
        k, rest = self.successes + 0.5, self.trials - self.successes + 0.5
        width = math.sqrt(1.0 / k + 1.0 / rest)
        points = (self.log_odds, *(self.log_odds + step * width for step in STEPS))
        return tuple(t for t in points if -FARTHEST < t < FARTHEST)

    @property
    def shape(self) -> Beta:
        """The likelihood scaled to an area of 1: Beta(k + 1, N − k + 1)."""
        return Beta(self.successes + 1, self.trials - self.successes + 1)


@dataclass(frozen=True, slots=True)
class ShareTarget:
    """A prior on a share times the likelihood of all that was counted since, in the log odds.

    Counting more only adds to the likelihood, so that a posterior after a hundred bags is no
    longer in the making than one after the first.

    Parameters
    ----------
    prior : Density
        Before any data.
    likelihood : ShareLikelihood
        Of all items since.

    Examples
    --------
    >>> float(ShareTarget(Density.uniform(0, 1), ShareLikelihood(0, 0))(np.array(0.0)).round(6))
    -1.386294
    """

    prior: Density
    likelihood: ShareLikelihood

    def __call__(self, t: Floats) -> Floats:
        """The log of prior times likelihood at log odds `t`, relative to the likelihood's peak."""
        return np.asarray(self.prior.log_density(t) + self.likelihood.relative(t))

    @property
    def noise(self) -> float:
        """The rounding of the log of prior times likelihood where it is highest, in nats.

        Where a sharp prior and many items contradict each other, both are hugely negative there.
        """
        t = np.asarray(self.points)
        prior, likelihood = self.prior.log_density(t), self.likelihood.relative(t)
        best = int(np.argmax(prior + likelihood))
        return float(np.finfo(np.float64).eps * (abs(prior[best]) + abs(likelihood[best])))

    @property
    def points(self) -> tuple[float, ...]:
        """Log odds where prior or likelihood turn, from end to end of the prior's support."""
        low, high = self.prior.points[0], self.prior.points[-1]
        return (*self.prior.points, *(t for t in self.likelihood.points if low < t < high))
