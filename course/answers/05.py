"""Lesson 05: the right answers and the classic mistakes. Students get digests of them only."""

from math import comb, exp, lgamma

from handful.course.exercise import Exercise


def log_beta(a, b):
    """The logarithm of the Beta function."""
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def updated(a, b, k, n):
    """A Beta prior after k of n."""
    return [a + k, b + n - k]


def evidence(a, b, k, n):
    """p(k | n), averaged over the prior."""
    return comb(n, k) * exp(log_beta(a + k, b + n - k) - log_beta(a, b))


TRIED = ((2, 8, 12, 55), (1, 1, 3, 10), (0.5, 0.5, 0, 4), (10, 10, 7, 7))

EXERCISES = {
    "05.1": Exercise(
        right=updated,
        mistakes=(
            (lambda a, b, k, n: [a + k, b + n], "b counts the others: n - k of the n pieces were not blue"),
            (lambda a, b, k, n: [a + n - k, b + k], "blue and the others are swapped: a counts the blues"),
            (
                lambda a, b, k, n: [k + 1, n - k + 1],
                "that is the posterior of a flat prior; yours has to stay in",
            ),
            (lambda a, b, k, n: [a, b], "that is the prior: nothing has been learnt"),
            (lambda a, b, k, n: [a + 2 * k, b + 2 * (n - k)], "the bag is counted twice"),
        ),
        width=1e-3,
        tried=TRIED,
    ),
    "05.2": Exercise(
        right=14 / 65,
        mistakes=(
            (
                12 / 55,
                "that is the share in the bag; the posterior mean has the prior's 10 candies in it, too",
            ),
            (2 / 10, "that is the prior's mean"),
            (13 / 63, "that is the mode of the posterior, its peak"),
        ),
        width=1e-4,
        rules=("a probability",),
    ),
    "05.3": Exercise(
        right=evidence,
        mistakes=(
            (
                lambda a, b, k, n: exp(log_beta(a + k, b + n - k) - log_beta(a, b)),
                "the binomial coefficient is missing: it is the probability of the counts, not of one order",
            ),
            (
                lambda a, b, k, n: comb(n, k) * exp(log_beta(a, b) - log_beta(a + k, b + n - k)),
                "the ratio is upside down: posterior over prior",
            ),
            (
                lambda a, b, k, n: comb(n, k) * (a / (a + b)) ** k * (b / (a + b)) ** (n - k),
                "that is the likelihood at the prior's mean; the evidence is the mean of the likelihood over the prior",
            ),
            (lambda a, b, k, n: 1 / (n + 1), "that is the evidence under a flat prior only"),
        ),
        width=1e-6,
        tried=TRIED,
        rules=("a probability",),
    ),
    "05.4": Exercise(
        right=[26, 94],
        mistakes=(
            (
                [38, 137],
                "the first bag is counted twice: the posterior of bag one is the prior of bag two, no more",
            ),
            ([14, 51], "that is the posterior after the first bag"),
            (
                [14, 53],
                "the first bag has been forgotten: begin with its posterior, not with the first prior",
            ),
        ),
        width=1e-3,
    ),
}
