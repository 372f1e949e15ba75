"""Lesson 03: the right answers and the classic mistakes. Students get digests of them only."""

from handful.course.exercise import Exercise

EXERCISES = {
    "03.1": Exercise(
        right=[0.2, 0.8],
        mistakes=(
            (
                [0.5, 0.5],
                "these are the probabilities of the sky; those of rain and of a dry day are asked for",
            ),
            ([0.1, 0.4], "these are single cells; a margin is the sum of a row"),
            ([0.8, 0.2], "the order is rain, then dry"),
        ),
        width=1e-4,
        rules=("sums to 1", "a probability"),
    ),
    "03.2": Exercise(
        right=0.2,
        mistakes=(
            (0.1, "that is p(rain and cloudy), the cell itself; of all cloudy days a share is asked for"),
            (0.5, "that is p(cloudy | rain): given and asked are swapped"),
            (0.25, "0.1 : 0.4 are the odds; divide by all cloudy days, 0.1 + 0.4"),
        ),
        width=1e-4,
        rules=("a probability",),
    ),
    "03.3": Exercise(
        right=lambda prior, hit, false_alarm: prior * hit / (prior * hit + (1 - prior) * false_alarm),
        mistakes=(
            (
                lambda prior, hit, false_alarm: hit,
                "that is p(sign | yes), the likelihood; the prior has to have its say",
            ),
            (
                lambda prior, hit, false_alarm: prior * hit,
                "that is the joint probability; divide by that of the sign",
            ),
            (
                lambda prior, hit, false_alarm: prior * hit / (prior * hit + false_alarm),
                "the false alarms come from those that are not, a share 1 - prior of all",
            ),
        ),
        width=1e-5,
        tried=((0.2, 0.5, 0.5), (0.01, 0.9, 0.05), (0.5, 0.9, 0.1), (0.3, 0.7, 0.2)),
        rules=("a probability",),
    ),
    "03.4": Exercise(
        right=0.5 * 0.25 / (0.5 * 0.25 + 0.5 * 0.207),
        mistakes=(
            (0.25, "that is p(blue | New Jersey); p(New Jersey | blue) is asked for"),
            (0.125, "that is p(New Jersey and blue); divide by p(blue)"),
            (0.5 * 0.207 / (0.5 * 0.25 + 0.5 * 0.207), "that is the other factory"),
        ),
        width=1e-4,
        rules=("a probability",),
    ),
}
