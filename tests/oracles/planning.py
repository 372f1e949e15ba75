"""Plans by the longest way there is: every outcome by itself, in SciPy's distributions, no search and no shortcut."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import numpy as np
from scipy import stats
from tests.oracles.compositions import compositions


def assurance(a: float, b: float, n: int, *, within: float, mass: float) -> float:
    """The probability that the equal-tailed interval after n items is at most 2 `within` long; Beta(a, b) prior."""
    total = 0.0
    for k in range(n + 1):
        low, high = stats.beta.ppf([0.5 - 0.5 * mass, 0.5 + 0.5 * mass], a + k, b + n - k)
        if 0.5 * (high - low) <= within:
            total += stats.betabinom.pmf(k, n, a, b)
    return float(total)


def put_right(recipes, weights, n: int) -> float:
    """The part of bags of n that is put right, added up bag by bag with a judge who says so aloud."""
    total = 0.0
    for counts in compositions(n, len(recipes[0])):
        joint = [w * stats.multinomial.pmf(counts, n, q) for w, q in zip(weights, recipes, strict=True)]
        total += joint[int(np.argmax(joint))]
    return float(total)


def decisive(recipes, n: int, *, odds: float) -> float:
    """The smaller probability of odds for the right one of two recipes, by the ratio of the pmfs themselves."""
    found = []
    for true in (0, 1):
        own, other = recipes[true], recipes[1 - true]
        chance = 0.0
        for counts in compositions(n, len(own)):
            right, wrong = stats.multinomial.pmf(counts, n, own), stats.multinomial.pmf(counts, n, other)
            chance += right if right > 0 and right >= odds * wrong else 0.0
        found.append(chance)
    return float(min(found))


def decisive_of_two_categories(first: Fraction, second: Fraction, n: int, *, odds: Fraction) -> float:
    """The same of two recipes over two categories, in fractions: odds that are just those asked for are among them."""
    found = []
    for own, other in ((first, second), (second, first)):
        chance = Fraction(0)
        for k in range(n + 1):
            right, wrong = own**k * (1 - own) ** (n - k), other**k * (1 - other) ** (n - k)
            chance += comb(n, k) * right if right >= odds * wrong else 0
        found.append(chance)
    return float(min(found))
