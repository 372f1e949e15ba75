"""Lesson 07: the right answers and the classic mistakes. Students get digests of them only."""

from math import exp, inf, log

from handful.course.exercise import Exercise


def log_posterior(q):
    """Beta(2, 8) after 12 of 55, up to a constant that is not there: log of q^13 (1 - q)^50."""
    return 13 * log(q) + 50 * log(1 - q) if 0 < q < 1 else -inf


def chance(log_here, log_there):
    """Of going there."""
    return min(1.0, exp(min(log_there - log_here, 0.0)))


def next_place(here, there, log_here, log_there, luck):
    """There or here."""
    return there if luck < chance(log_here, log_there) else here


STEPS = (
    (0.2, 0.3, -1.0, -2.0, 0.2),
    (0.2, 0.3, -1.0, -2.0, 0.5),
    (0.2, 0.3, -2.0, -1.0, 0.99),
    (0.2, 1.3, -2.0, -inf, 0.001),
    (0.5, 0.4, 0.0, -0.1, 0.95),
    (0.5, 0.4, 0.0, -0.1, 0.85),
)

EXERCISES = {
    "07.1": Exercise(
        right=13 / 63,
        mistakes=(
            (14 / 65, "that is the mean; the peak of a lopsided curve lies elsewhere"),
            (12 / 55, "that is the peak of the likelihood; the prior is missing"),
            (14 / 63, "the exponent of q is a - 1, not a"),
        ),
        width=2e-3,
    ),
    "07.2": Exercise(
        right=1e100 * 1e-6 / (365.25 * 24 * 3600),
        mistakes=(
            (
                100**2 * 1e-6 / (365.25 * 24 * 3600),
                "100 points along each of 50 axes are 100 to the power of 50: 100.0**50 (^ is no power in Python)",
            ),
            (
                50**100 * 1e-6 / (365.25 * 24 * 3600),
                "base and exponent are swapped: 100 points along each of 50 axes",
            ),
            (1e100 * 1e-6, "these are seconds; years are asked for"),
        ),
        width=1e84,
    ),
    "07.3": Exercise(
        right=chance,
        mistakes=(
            (
                lambda log_here, log_there: min(1.0, exp(min(log_here - log_there, 0.0))),
                "the ratio is upside down: p(there) over p(here)",
            ),
            (
                lambda log_here, log_there: 1.0 if log_there > log_here else 0.0,
                "that only climbs: a chain that never goes downhill ends on a peak and stays there",
            ),
            (
                lambda log_here, log_there: exp(min(log_there - log_here, 700.0)),
                "a probability is never above 1: uphill is always accepted, with 1",
            ),
            (
                lambda log_here, log_there: exp(log_there - log_here) if log_there < log_here + 700 else inf,
                "a probability is never above 1: uphill is always accepted, with 1",
            ),
            (
                lambda log_here, log_there: min(1.0, log_there - log_here),
                "these are logarithms: take exp of their difference",
            ),
        ),
        width=1e-5,
        tried=((-1.0, -2.0), (-2.0, -1.0), (0.0, 0.0), (0.0, -inf), (-3.0, -3.1), (-900.0, -100.0)),
    ),
    "07.4": Exercise(
        right=next_place,
        mistakes=(
            (
                lambda here, there, log_here, log_there, luck: (
                    there if luck > chance(log_here, log_there) else here
                ),
                "it goes there when it should stay: luck below the chance accepts",
            ),
            (
                lambda here, there, log_here, log_there, luck: there,
                "that accepts everything: a random walk that knows nothing of the density",
            ),
            (
                lambda here, there, log_here, log_there, luck: (
                    there if luck < chance(log_here, log_there) else None
                ),
                "a rejected proposal is no gap: the chain stays, and where it is counts once more",
            ),
        ),
        width=1e-6,
        tried=STEPS,
    ),
}
