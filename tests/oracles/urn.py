"""The evidence by Polya's urn in exact fractions: one item after another, each with its chance.

Shares no formula with the package: no gamma function, no logarithm until the very end.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import factorial, prod

import mpmath


def log_evidence(bags: Sequence[Sequence[int]], concentration: Sequence[Fraction | int | str]) -> float:
    """log p(counts of all bags) when one recipe, Dirichlet(concentration), is behind all bags."""
    alpha = [Fraction(a) for a in concentration]
    chance = Fraction(1)
    for bag in bags:
        chance *= Fraction(factorial(sum(bag)), prod(factorial(k) for k in bag))
        for category, count in enumerate(bag):
            for _ in range(count):
                chance *= alpha[category] / sum(alpha)
                alpha[category] += 1
    with mpmath.workdps(50):
        return float(mpmath.log(mpmath.mpf(chance.numerator) / mpmath.mpf(chance.denominator)))
