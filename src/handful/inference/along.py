"""Where along log κ a posterior lives: looks that go as far and as close as it takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import numpy as np

from handful.arrays import Floats
from handful.models import precision as precisions
from handful.models.precision import PrecisionPrior

TAIL = 1e-6
"""The first look leaves out so much of the prior at either end."""

LOOKS = 97
"""At so many places along log κ the posterior is looked at, each time."""

FAR_ENOUGH = 45.0
"""An end of the range is far enough where the posterior is lower by so many nats than at its highest."""

WIDENINGS = 40
"""Every widening doubles the range: the last is far beyond what any prior reaches."""

FEWEST_ROUNDS, MOST_ROUNDS = 2, 20
"""The first look spans the range, each of the others what the one before has found."""

STEEPEST = 2.0
"""The posterior is followed when its log changes by no more between two places, where it matters."""

WORTH_FOLLOWING = 0.02
"""A panel matters that holds more than this part of the mass."""

FAINTEST = 1e-12
"""Places where the posterior is fainter than this, relative to its peak, are left out."""

LogMarginal = Callable[[Floats], Floats]


def along(
    log_marginal: LogMarginal, prior: PrecisionPrior
) -> tuple[Annotated[Floats, "J"], Annotated[Floats, "J"]]:
    """Places along log κ, close together where the posterior is high, and its log there.

    The range begins as that of the prior, and is widened for as long as the posterior is not faint at its
    ends: a prior may lie far from what the data want.

    Parameters
    ----------
    log_marginal : callable
        The log of the posterior of log κ, not normalised, at rising places (J,).
    prior : LogNormal, Gamma or HalfNormal
        The prior on the precision.
    """
    low, high = (precisions.quantile(prior, p) for p in (TAIL, 1.0 - TAIL))
    x, found = _widened(log_marginal, low, high=high)
    for done in range(MOST_ROUNDS):
        if done >= FEWEST_ROUNDS and _is_followed(x, found):
            break
        x = _places(x, found)
        found = log_marginal(x)
    return x, found


def masses(edges: Annotated[Floats, "J"], log_heights: Annotated[Floats, "J"]) -> Annotated[Floats, "J-1"]:
    """The integral of a density whose log is linear between the edges, panel by panel.

    Examples
    --------
    >>> masses(np.array([0.0, 1.0, 3.0]), np.log([2.0, 2.0, 2.0]))
    array([2., 4.])
    """
    rise = np.abs(np.diff(log_heights))
    flat = rise < 1e-9
    # From the higher of the two ends, so that nothing overflows.
    mean = np.where(flat, 1.0, -np.expm1(-rise) / np.where(flat, 1.0, rise))
    return np.asarray(np.exp(np.maximum(log_heights[1:], log_heights[:-1])) * mean * np.diff(edges))


def _widened(
    log_marginal: LogMarginal, low: float, *, high: float
) -> tuple[Annotated[Floats, "J"], Annotated[Floats, "J"]]:
    """Looks at a range whose ends are faint."""
    x = np.linspace(low, high, LOOKS)
    found = log_marginal(x)
    for _ in range(WIDENINGS):
        bright = found[[0, -1]] > found.max() - FAR_ENOUGH
        if not bright.any():
            break
        width = x[-1] - x[0]
        x = np.linspace(x[0] - width * bright[0], x[-1] + width * bright[1], LOOKS)
        found = log_marginal(x)
    return x, found


def _is_followed(x: Annotated[Floats, "J"], log_marginal: Annotated[Floats, "J"]) -> bool:
    """Whether the places are close enough together wherever there is mass."""
    log_heights = log_marginal - log_marginal.max()
    held = masses(x, log_heights)
    return bool((np.abs(np.diff(log_heights))[held > WORTH_FOLLOWING * held.sum()] < STEEPEST).all())


def _places(x: Annotated[Floats, "J"], log_marginal: Annotated[Floats, "J"]) -> Annotated[Floats, "J"]:
    """Places for the next look: half of them where the mass is, half evenly over where there is any."""
    log_heights = log_marginal - log_marginal.max()
    some = np.flatnonzero(log_heights > np.log(FAINTEST))
    first, last = max(some[0] - 1, 0), min(some[-1] + 1, len(x) - 1)
    within, log_heights = x[first : last + 1], log_heights[first : last + 1]
    held = masses(within, log_heights)
    held = held / held.sum() + np.diff(within) / (within[-1] - within[0])
    passed = np.concatenate([[0.0], np.cumsum(held)])
    return np.interp(np.linspace(0.0, passed[-1], LOOKS), passed, within)
