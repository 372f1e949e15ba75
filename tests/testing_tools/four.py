"""four.csv and its closed-form truths: the table of JOURNEYS section 0, figures from SciPy to six digits."""

from __future__ import annotations

CATEGORIES = ("blue", "brown", "green", "orange", "red", "yellow")
BAGS = ("A", "B", "C", "D")
TABLE = ((12, 7, 9, 11, 8, 8), (15, 6, 5, 14, 7, 8), (9, 8, 12, 10, 7, 9), (14, 6, 7, 15, 6, 7))
TEXT = (
    "bag,"
    + ",".join(CATEGORIES)
    + "\n"
    + "".join(",".join([bag, *map(str, row)]) + "\n" for bag, row in zip(BAGS, TABLE, strict=True))
)
TOTALS = (50, 27, 33, 50, 28, 32)
POSTERIOR = (51, 28, 34, 51, 29, 33)
MEANS = (0.225664, 0.123894, 0.150442, 0.225664, 0.128319, 0.146018)
ETI_BLUE = (0.173671, 0.282254)
ETI_BROWN = (0.084309, 0.169774)
LOG_EVIDENCE = -49.874515
