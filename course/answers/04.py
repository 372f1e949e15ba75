"""Lesson 04: the right answers and the classic mistakes. Students get digests of them only."""

from math import erf, exp, pi, sqrt

from handful.course.exercise import Exercise


def normal(q, mu, sigma):
    """The density of a normal distribution."""
    return exp(-0.5 * ((q - mu) / sigma) ** 2) / (sigma * sqrt(2 * pi))


def below(q, mu, sigma):
    """Its distribution function."""
    return 0.5 * (1 + erf((q - mu) / (sigma * sqrt(2))))


def truncated(q, mu, sigma):
    """Cut off at 0 and 1, and scaled up."""
    if not 0 <= q <= 1:
        return 0.0
    return normal(q, mu, sigma) / (below(1, mu, sigma) - below(0, mu, sigma))


TRIED = (
    (0.2, 0.2, 0.1),
    (0.0, 0.2, 0.1),
    (0.9, 0.8, 0.3),
    (0.5, 0.1, 0.2),
    (-0.1, 0.2, 0.1),
    (1.2, 0.9, 0.3),
)

EXERCISES = {
    "04.1": Exercise(
        right=2.0,
        mistakes=(
            (
                1.0,
                "over half of the line the density must be higher than over all of it, so that the area stays 1",
            ),
            (0.5, "the area is width times height: 0.5 times 0.5 is not 1"),
            (0.75, "0.75 is the middle of the interval; the height is asked for"),
        ),
        width=1e-4,
    ),
    "04.2": Exercise(
        right=truncated,
        mistakes=(
            (
                lambda q, mu, sigma: normal(q, mu, sigma) if 0 <= q <= 1 else 0.0,
                "what was cut off at the ends is missing from the area: divide by what lies between 0 and 1",
            ),
            (
                lambda q, mu, sigma: normal(q, mu, sigma) / (below(1, mu, sigma) - below(0, mu, sigma)),
                "outside of 0 to 1 a share has no density at all",
            ),
            (
                lambda q, mu, sigma: truncated(q, mu, sigma) * sigma,
                "the factor 1/sigma of the normal density is missing",
            ),
        ),
        width=1e-5,
        tried=TRIED,
    ),
    "04.3": Exercise(
        right=[2, 8],
        mistakes=(
            ([8, 2], "a belongs to the blues, b to the others; your prior believes in a share of 0.8"),
            ([0.2, 0.8], "that is the mean in parts; how many candies is it worth?"),
            ([3, 9], "a + b is 12; with a mean of 0.2 and worth 10 candies, a + b is 10"),
            ([2, 10], "10 candies in all, of which 2 are blue: b are the others"),
        ),
        width=1e-3,
    ),
    "04.4": Exercise(
        right=1 / 8,
        mistakes=(
            (0.2, "that is the mean, a/(a + b); the mode is where the density is highest"),
            (0.1, "subtract 1 from a, and 2 from a + b"),
            (2 / 8, "that is the ratio of a to b"),
        ),
        width=1e-4,
    ),
}
