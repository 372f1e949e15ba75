"""Lesson 09: the right answers and the classic mistakes. Students get digests of them only."""

from handful.course.exercise import Exercise


def shrunk(k, n, mean, precision):
    """A bag's share, given the population."""
    return (precision * mean + k) / (precision + n)


def variance(n, q, precision):
    """Of the number of blues in a bag of n, bags with recipes of their own."""
    return n * q * (1 - q) * (precision + n) / (precision + 1)


EXERCISES = {
    "09.1": Exercise(
        right=55 * 0.2 * 0.8,
        mistakes=(
            (55 * 0.2, "that is the mean; the variance has the factor 1 - q, too"),
            ((55 * 0.2 * 0.8) ** 0.5, "that is the standard deviation, the root of the variance"),
            (0.2 * 0.8 / 55, "that is the variance of the share; that of the number of blues is asked for"),
        ),
        width=1e-3,
    ),
    "09.2": Exercise(
        right=variance,
        mistakes=(
            (lambda n, q, precision: n * q * (1 - q), "that is the binomial's: the recipes vary, too"),
            (
                lambda n, q, precision: n * q * (1 - q) * (precision + 1) / (precision + n),
                "the factor is upside down: bags with recipes of their own vary more, not less",
            ),
            (
                lambda n, q, precision: n * q * (1 - q) * (1 + n / precision),
                "nearly: the exact factor is (precision + n)/(precision + 1)",
            ),
        ),
        width=1e-4,
        tried=((55, 0.2, 50.0), (55, 0.2, 1.0), (10, 0.5, 3.0), (1, 0.3, 5.0)),
    ),
    "09.3": Exercise(
        right=shrunk,
        mistakes=(
            (
                lambda k, n, mean, precision: k / n if n else 0.0,
                "that is the bag alone: it knows nothing of the others",
            ),
            (
                lambda k, n, mean, precision: mean,
                "that is the population alone: the bag's own pieces have to count",
            ),
            (
                lambda k, n, mean, precision: (mean + k / max(n, 1)) / 2,
                "the two are weighed by their pieces: precision and n, not half and half",
            ),
            (
                lambda k, n, mean, precision: (n * mean + k * precision / max(n, 1)) / (n + precision),
                "the weights are swapped: the larger the precision, the more the population counts",
            ),
        ),
        width=1e-5,
        tried=((12, 55, 0.2, 50.0), (0, 5, 0.2, 50.0), (3, 10, 0.5, 1.0), (0, 0, 0.3, 7.0)),
        rules=("a probability",),
    ),
    "09.4": Exercise(
        right=[10 / 60, 50 / 100],
        mistakes=(
            (
                [50 / 100, 10 / 60],
                "the small bag is pulled more strongly to the population, the large one keeps its own share",
            ),
            (
                [1.0, 1.0],
                "then the population would count for nothing; with a precision of 50 it counts like 50 pieces",
            ),
            (
                [50 / 60, 50 / 100],
                "that is the part of the population; the part of the bag's own share is asked for",
            ),
        ),
        width=1e-3,
    ),
}
