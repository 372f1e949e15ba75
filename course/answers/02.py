"""Lesson 02: the right answers and the classic mistakes. Students get digests of them only."""

from math import comb

from handful.course.exercise import Exercise


def likelihood(q, k=3, n=10):
    """P(k of n) as a function of q."""
    return comb(n, k) * q**k * (1 - q) ** (n - k)


def area(k, n):
    """By a sum of thin strips."""
    strips = 20_000
    return sum(likelihood((place + 0.5) / strips, k, n) for place in range(strips)) / strips


EXERCISES = {
    "02.1": Exercise(
        right=likelihood(0.2),
        mistakes=(
            (likelihood(0.3), "that is the likelihood at 0.3; it is asked for at the share 0.2"),
            (0.2**3 * 0.8**7, "the binomial coefficient is missing: all orders of three blues in ten count"),
            (likelihood(0.2, 7), "that is the likelihood of seven blues; three were seen"),
        ),
        width=1e-4,
        rules=("a probability",),
    ),
    "02.2": Exercise(
        right=1 / 11,
        mistakes=(
            (1.0, "a density over q has area 1; this is the likelihood, and it is none: add up its strips"),
            (1 / 10, "nearly: ten draws have eleven outcomes"),
            (
                sum(likelihood(place / 100) for place in range(101)),
                "each height is to be multiplied by the width of its strip",
            ),
        ),
        width=2e-4,
    ),
    "02.3": Exercise(
        right=lambda k, n: 1 / (n + 1),
        mistakes=(
            (lambda k, n: 1 / n, "count the outcomes: 0, 1, ..., n are one more than n"),
            (
                lambda k, n: 1 / comb(n, k),
                "the area does not depend on k at all: try k = 0, where it is easy",
            ),
            (lambda k, n: 1.0, "its area would be 1 if it were a density over q"),
        ),
        width=1e-4,
        tried=((3, 10), (0, 10), (10, 10), (12, 55), (0, 1)),
        styles=(area,),
    ),
    "02.4": Exercise(
        right=1.0,
        mistakes=(
            (1 / 11, "that is the area over q at a fixed k; here q is fixed, and k runs over its outcomes"),
            (1 - 0.8**10, "k = 0 belongs to the outcomes, too"),
            (
                0.2,
                "the sum of k times its probability, over n, is 0.2; the sum of the probabilities is asked for",
            ),
        ),
        width=1e-6,
    ),
}
