"""Lesson 06: the right answers and the classic mistakes. Students get digests of them only."""

from handful.course.exercise import Exercise

EXERCISES = {
    "06.1": Exercise(
        right=[1 + 50, 5 + 170],
        mistakes=(
            ([51, 225], "b counts the others: 220 pieces less the 50 blues"),
            ([50, 170], "the prior's own candies are missing"),
            ([1 + 50 / 4, 5 + 170 / 4], "the bags are added up, not averaged: four bags say more than one"),
            ([1 + 62, 5 + 208], "your own bag, A, is in the class's sum already: it counts twice"),
        ),
        width=1e-3,
    ),
    "06.2": Exercise(
        right=50 / 220,
        mistakes=(
            (170 / 220, "that is the share of all others"),
            (12 / 55, "that is the share in bag A alone"),
            (50 / 4, "that is the number of blues in a bag, on the average"),
        ),
        width=5e-4,
        rules=("a probability",),
    ),
    "06.3": Exercise(
        right=lambda a, b, total, seen: (total - seen) * a / (a + b),
        mistakes=(
            (
                lambda a, b, total, seen: total * a / (a + b),
                "the pieces that were counted are known; only the rest is uncertain",
            ),
            (lambda a, b, total, seen: (total - seen) * b / (a + b), "that is what is not blue"),
            (
                lambda a, b, total, seen: (total - seen) * (a - 1) / (a + b - 2),
                "that uses the mode; the expected number uses the mean",
            ),
        ),
        width=1e-3,
        tried=((51, 175, 5000, 220), (2, 8, 100, 10), (3, 9, 55, 0)),
    ),
    "06.4": Exercise(
        right="they cannot be told apart",
        mistakes=(
            ("poisson", "look at the probabilities of the two models: neither is far ahead"),
            ("binomial", "look at the probabilities of the two models: neither is far ahead"),
            (
                "both are wrong",
                "the comparison says which of two foretold the counts better, not that either is wrong",
            ),
        ),
        styles=("They cannot be told apart ",),
    ),
}
