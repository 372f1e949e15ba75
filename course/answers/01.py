"""Lesson 01: the right answers and the classic mistakes. Students get digests of them only."""

from math import comb

from handful.course.exercise import Exercise


def binomial(n, k, q):
    """P(k of n), each with probability q."""
    return comb(n, k) * q**k * (1 - q) ** (n - k)


def by_scipy(n, k, q):
    """The same by SciPy."""
    from scipy import stats

    return stats.binom.pmf(k, n, q)


def by_logs(n, k, q):
    """The same as a product, factor by factor."""
    found = 1.0
    for place in range(1, k + 1):
        found *= (n - k + place) / place * q
    return found * (1 - q) ** (n - k)


def no_coefficient(n, k, q):
    """One order only."""
    return q**k * (1 - q) ** (n - k)


def swapped(n, k, q):
    """N and k for one another, where that can be computed at all."""
    return comb(k, n) * q**n * (1 - q) ** max(k - n, 0)


def no_failures(n, k, q):
    """The others may have any colour."""
    return comb(n, k) * q**k


def other_share(n, k, q):
    """K items that are not blue."""
    return comb(n, k) * (1 - q) ** k * q ** (n - k)


def all_outcomes(n, q):
    """0..n."""
    return [binomial(n, k, q) for k in range(n + 1)]


TRIED = ((10, 3, 0.2), (10, 0, 0.2), (10, 10, 0.3), (1, 1, 0.4), (5, 2, 0.5), (55, 12, 0.2), (0, 0, 0.7))

EXERCISES = {
    "01.1": Exercise(
        right=120,
        mistakes=(
            (720, "the three blues are alike: their 3! orders are one and the same draw"),
            (1000, "10 to the power of 3 counts draws that take the same place three times"),
            (
                30,
                "10 times 3 is not a number of choices: choose the first place, then the second, then the third",
            ),
        ),
        width=0.5,
    ),
    "01.2": Exercise(
        right=binomial,
        mistakes=(
            (no_coefficient, "that is the probability of one order of blues and others; count all orders"),
            (swapped, "k and n are swapped: n is how many you draw, k how many of them are blue"),
            (no_failures, "the other n - k pieces are missing: they must not be blue"),
            (other_share, "that is k pieces that are not blue: q belongs to the k blues, 1 - q to the rest"),
        ),
        width=1e-6,
        tried=TRIED,
        styles=(by_scipy, by_logs),
        rules=("a probability",),
    ),
    "01.3": Exercise(
        right=all_outcomes,
        mistakes=(
            (
                lambda n, q: all_outcomes(n, q)[:-1],
                "the last outcome is missing: all n pieces may be blue, and range(n) ends before n",
            ),
            (
                lambda n, q: all_outcomes(n, q)[1:],
                "the first outcome is missing: there may be no blue at all",
            ),
            (
                lambda n, q: list(range(n + 1)),
                "these are the outcomes themselves; the probability of each is asked for",
            ),
        ),
        width=1e-6,
        tried=((10, 0.2), (3, 0.5), (1, 0.9)),
        styles=(lambda n, q: __import__("numpy").array(all_outcomes(n, q)),),
        rules=("a probability",),
    ),
    "01.4": Exercise(
        right=1 - binomial(10, 0, 0.2),
        mistakes=(
            (
                binomial(10, 0, 0.2),
                "that is the probability of no blue at all; one or more is everything else",
            ),
            (binomial(10, 1, 0.2), "that is exactly one; two, three, ... are one or more, too"),
            (10 * 0.2, "10 times 0.2 is how many blues to expect; a probability cannot be 2"),
        ),
        width=1e-4,
        rules=("a probability",),
    ),
}
