"""How probably the interval of a share will be short enough, exactly: of one common recipe with a Beta prior."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from scipy.special import betaincinv

from handful.arrays import Floats, Integers
from handful.distributions.beta import Beta
from handful.results.remainder import BetaBinomial

EVERY = 20_000
"""Up to so many items each outcome's interval is found; beyond, those near where intervals become short enough."""
COARSE = 4_000


def assurance(prior: Beta, n_items: int, *, within: float, mass: float) -> float:
    """The probability, before any is counted, that of `n_items` the interval's half length is at most `within`.

    The sum of the Beta-binomial probabilities of all outcomes k after which the equal-tailed interval of
    Beta(a + k, b + n − k) is short enough.

    References
    ----------
    Joseph, du Berger & Bélisle (1997), Statistics in Medicine 16:769: their modified worst outcome criterion asks
    that this be large. Assurance: O'Hagan & Stevens (2001), Medical Decision Making 21:219.

    Examples
    --------
    >>> round(assurance(Beta(1, 1), 1540, within=0.02, mass=0.95), 3)
    0.402
    """
    short = _short_enough(prior, n_items, within=within, mass=mass)
    to_come = BetaBinomial(n_items, prior.a, prior.b)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], short.astype(np.int8), [0]])))
    runs = edges.reshape(-1, 2).tolist()
    found = sum(to_come.tails(end - 1)[0] - to_come.tails(start - 1)[0] for start, end in runs)
    return min(max(found, 0.0), 1.0)


def half_lengths(
    prior: Beta, k: Annotated[Integers, "n"], *, n_items: int, mass: float
) -> Annotated[Floats, "n"]:
    """Half the length of the equal-tailed interval of the share after k of n items."""
    a, b, tail = prior.a + k, prior.b + (n_items - k), 0.5 * (1.0 - mass)
    # The upper quantile is one less the lower quantile of the other share.
    return np.asarray(0.5 * (1.0 - betaincinv(b, a, tail) - betaincinv(a, b, tail)))


def _short_enough(
    prior: Beta, n_items: int, *, within: float, mass: float
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """For each outcome 0, 1, ..., n whether its interval is short enough."""
    if n_items <= EVERY:
        return half_lengths(prior, np.arange(n_items + 1), n_items=n_items, mass=mass) <= within
    marks = np.unique(np.linspace(0, n_items, COARSE).astype(np.int64))
    at_marks = half_lengths(prior, marks, n_items=n_items, mass=mass) <= within
    found = np.repeat(at_marks, np.diff(marks, append=n_items + 1))
    for cell in np.flatnonzero(at_marks[1:] != at_marks[:-1]):
        k = np.arange(marks[cell], marks[cell + 1])
        found[k] = half_lengths(prior, k, n_items=n_items, mass=mass) <= within
    return found
