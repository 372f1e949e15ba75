"""Lesson 08: the right answers and the classic mistakes. Students get digests of them only."""

from math import factorial, prod

from handful.course.exercise import Exercise


def coefficient(counts):
    """In how many orders."""
    return factorial(sum(counts)) / prod(factorial(k) for k in counts)


def multinomial(counts, shares):
    """P(these counts)."""
    return coefficient(counts) * prod(q**k for q, k in zip(shares, counts, strict=True))


TRIED = (
    ([1, 2, 3], [0.2, 0.3, 0.5]),
    ([0, 0, 4], [0.2, 0.3, 0.5]),
    ([3, 7], [0.2, 0.8]),
    ([2, 1, 1, 2, 1, 1], [0.25, 0.125, 0.125, 0.25, 0.125, 0.125]),
    ([1, 1], [0.0, 1.0]),
)

EXERCISES = {
    "08.1": Exercise(
        right=5,
        mistakes=(
            (6, "the six shares sum to 1: whoever knows five knows the sixth"),
            (1, "one colour against the rest has one; here are six colours"),
            (36, "six colours do not come in pairs"),
        ),
        width=0.5,
    ),
    "08.2": Exercise(
        right=multinomial,
        mistakes=(
            (
                lambda counts, shares: prod(q**k for q, k in zip(shares, counts, strict=True)),
                "that is the probability of one order of the pieces; count all orders",
            ),
            (
                lambda counts, shares: (
                    factorial(sum(counts)) * prod(q**k for q, k in zip(shares, counts, strict=True))
                ),
                "pieces of one colour are alike: divide by the factorial of each count",
            ),
            (
                lambda counts, shares: (
                    coefficient(counts) * sum(q * k for q, k in zip(shares, counts, strict=True))
                ),
                "independent pieces multiply: a product of powers, not a sum",
            ),
        ),
        width=1e-6,
        tried=TRIED,
        rules=("a probability",),
    ),
    "08.3": Exercise(
        right=[51, 28, 34, 51, 29, 33],
        mistakes=(
            ([50, 27, 33, 50, 28, 32], "the prior's own piece of each colour is missing"),
            ([12.5 + 1, 6.75 + 1, 8.25 + 1, 12.5 + 1, 7 + 1, 8 + 1], "add up the bags, do not average them"),
            ([56, 33, 39, 56, 34, 38], "Dirichlet(1, ..., 1) holds one piece of each colour, not six"),
        ),
        width=1e-3,
    ),
    "08.4": Exercise(
        right=[51, 175],
        mistakes=(
            ([51, 226], "b is the sum of all other concentrations, without blue's own"),
            ([51, 5], "b is not the number of other colours; it is the sum of their concentrations"),
            ([50, 170], "these are the counts; take the posterior's concentrations"),
        ),
        width=1e-3,
    ),
}
