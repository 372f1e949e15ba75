"""Lesson 10: the right answers and the classic mistakes. Students get digests of them only."""

from math import exp, log, prod

from handful.course.exercise import Exercise

NJ = [0.25, 0.125, 0.125, 0.25, 0.125, 0.125]
TN = [0.207, 0.124, 0.198, 0.205, 0.131, 0.135]
BAG_A = [12, 7, 9, 11, 8, 8]


def log_odds(counts, first, second):
    """Of the first recipe against the second."""
    return sum(k * log(a / b) for k, a, b in zip(counts, first, second, strict=True))


def tennessee(counts, share):
    """P(TN | bag)."""
    odds = share / (1 - share) * exp(log_odds(counts, TN, NJ))
    return odds / (1 + odds)


def hard(probability):
    """A label, or none."""
    if probability > 0.9:
        return "TN"
    return "NJ" if probability < 0.1 else "cannot tell"


TRIED = (
    (BAG_A, 0.5),
    ([15, 6, 5, 14, 7, 8], 0.5),
    (BAG_A, 0.1),
    ([0, 0, 0, 0, 0, 0], 0.3),
    ([1, 0, 2, 0, 0, 0], 0.8),
)


def likelihood(counts, recipe):
    """Without the number of orders."""
    return prod(q**k for q, k in zip(recipe, counts, strict=True))


EXERCISES = {
    "10.1": Exercise(
        right=log_odds(BAG_A, TN, NJ),
        mistakes=(
            (-log_odds(BAG_A, TN, NJ), "that is New Jersey against Tennessee"),
            (exp(log_odds(BAG_A, TN, NJ)), "these are the odds; their logarithm is asked for"),
            (
                sum(log(a / b) for a, b in zip(TN, NJ, strict=True)),
                "each colour counts as often as it is in the bag",
            ),
        ),
        width=1e-3,
    ),
    "10.2": Exercise(
        right=tennessee,
        mistakes=(
            (
                lambda counts, share: tennessee(counts, 0.5),
                "the share of bags from Tennessee, the weight, has to be in it",
            ),
            (
                lambda counts, share: 1 - tennessee(counts, share),
                "that is New Jersey",
            ),
            (
                lambda counts, share: likelihood(counts, TN),
                "that is p(bag | Tennessee), and not p(Tennessee | bag): use Bayes' rule",
            ),
            (
                lambda counts, share: share,
                "that is the probability before the bag was seen",
            ),
        ),
        width=1e-5,
        tried=TRIED,
        rules=("a probability",),
    ),
    "10.3": Exercise(
        right=hard,
        mistakes=(
            (
                lambda probability: "TN" if probability > 0.5 else "NJ",
                "a bag at 0.65 is no bag from Tennessee: say that you cannot tell",
            ),
            (
                lambda probability: "TN" if probability > 0.9 else "cannot tell",
                "a bag at 0.05 is from New Jersey with probability 0.95",
            ),
            (
                lambda probability: "TN" if probability > 0.9 else "NJ",
                "not Tennessee beyond doubt is not New Jersey beyond doubt",
            ),
        ),
        tried=((0.95,), (0.65,), (0.5,), (0.05,), (0.2,)),
    ),
    "10.4": Exercise(
        right=2,
        mistakes=(
            (1, "naming the factories the other way round gives the same model: that is a second labelling"),
            (4, "each bag has two factories to come from, but labels are swapped for all bags at once"),
            (16, "that is the number of ways to assign four bags; swapping the names makes pairs of them"),
        ),
        width=0.5,
    ),
}
