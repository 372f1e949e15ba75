"""Sums of log rising factorials over a histogram, and their slopes, for many bases at once.

With H(i) the number of bags whose value exceeds i, a histogram's sum of g(a, k) = log (a)_k − k log a is

    F(a) = Σ_{i≥1} H(i) log(1 + i/a):

sums of log1p that no size of a can spoil. Where the values are few and far apart the bags' values
are taken one by one, by Stirling's formula.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from handful.arrays import Floats, Integers, read_only_floats
from handful.distributions.slopes import curvature_by_stirling, deficit_by_stirling
from handful.distributions.special import rising_excess_by_stirling

TERMS_PER_VALUE = 5
FEW_TERMS = 64
"""So many terms of the sum cost no more than Stirling's formula for one value."""

TINIEST = 1e-290
"""Below this base log(1 + i/a) is log i − log a to the last digit, and above its inverse it is 0."""

CELLS_AT_ONCE = 1 << 17
"""So many terms at once stay in cache."""


@dataclass(frozen=True, slots=True, eq=False)
class RisingSum:
    """F(a) = Σ_bags log [(a)_k / a^k] over a histogram of values k.

    Parameters
    ----------
    steps : array (T,)
        The steps i of the sum, or the values k themselves.
    bags : array (T,)
        How many bags' values exceed each step, or have that value.
    by_steps : bool
        Which of the two.

    Examples
    --------
    >>> three = RisingSum.over(np.array([0, 3]), np.array([5, 2]))
    >>> three.value(np.log([1.0])).round(9) == (2 * np.log([2.0 * 3.0])).round(9)
    array([ True])
    """

    steps: Annotated[Floats, "T"]
    bags: Annotated[Floats, "T"]
    by_steps: bool

    @staticmethod
    def over(values: Annotated[Integers, "V"], bags: Annotated[Integers, "V"]) -> RisingSum:
        """The sum over a histogram: `bags` bags have each of the rising `values`."""
        longest = int(values[-1]) if values.size else 0
        if longest > max(FEW_TERMS, TERMS_PER_VALUE * values.size):
            return RisingSum(read_only_floats(values), read_only_floats(bags), by_steps=False)
        tally = np.zeros(longest + 1, dtype=np.int64)
        tally[values] = bags
        # H(i) for i = 1 .. longest − 1.
        exceeding = tally[::-1].cumsum()[::-1][2:]
        return RisingSum(
            read_only_floats(np.arange(1, max(longest, 1))), read_only_floats(exceeding), by_steps=True
        )

    def value(self, log_a: Annotated[Floats, "S"]) -> Annotated[Floats, "S"]:
        """F at bases whose logarithms are `log_a`, in nats."""
        function = _log_of_steps if self.by_steps else rising_excess_by_stirling
        beyond = np.maximum(np.log(TINIEST) - log_a, 0.0)
        return np.asarray(self._summed(function, log_a) + self._slope_at_zero * beyond)

    def slope(self, log_a: Annotated[Floats, "S"]) -> Annotated[Floats, "S"]:
        """The derivative of F by log a: −Σ_i H(i) i/(a + i)."""
        function = _ratio_of_steps if self.by_steps else deficit_by_stirling
        return -self._summed(function, log_a)

    def curvature(self, log_a: Annotated[Floats, "S"]) -> Annotated[Floats, "S"]:
        """The second derivative of F by log a: Σ_i H(i) r (1 − r), r = i/(a + i)."""
        function = _curve_of_steps if self.by_steps else curvature_by_stirling
        return self._summed(function, log_a)

    @property
    def _slope_at_zero(self) -> float:
        """How fast F falls with log a where a is next to nothing."""
        each = 1.0 if self.by_steps else np.maximum(self.steps - 1.0, 0.0)
        return float((self.bags * each).sum())

    def _summed(self, function: Callable[[Floats, Floats], Floats], log_a: Floats) -> Annotated[Floats, "S"]:
        """The sum over steps of their bags times `function` of base and step, some bases at a time."""
        a = np.exp(np.clip(log_a, np.log(TINIEST), -np.log(TINIEST)))
        if not self.steps.size:
            return np.zeros(a.shape)
        at_once = max(1, CELLS_AT_ONCE // self.steps.size)
        parts = [a[start : start + at_once, None] for start in range(0, len(a), at_once)]
        # einsum and not @: a BLAS may add in another order with other threads, and draws repeat to the bit.
        sums = [np.einsum("st,t->s", function(part, self.steps), self.bags) for part in parts]
        return np.concatenate(sums) if sums else np.zeros(0)


def _log_of_steps(a: Floats, steps: Floats) -> Floats:
    return np.asarray(np.log1p(steps / a))


def _ratio_of_steps(a: Floats, steps: Floats) -> Floats:
    return np.asarray(steps / (a + steps))


def _curve_of_steps(a: Floats, steps: Floats) -> Floats:
    lifted = a + steps
    return np.asarray(steps / lifted * (a / lifted))
