"""The log score of each bag given all the others: in closed form where there is one, else by weighted draws.

Where no weights of draws can stand for the fit without a bag, the model is fitted anew without it.

References
----------
Gelfand, Dey & Chang (1992), Bayesian Statistics 4:147, for p(k_b | others) = 1/E[1/p(k_b | draw)]; Vehtari, Gelman &
Gabry (2017), Statistics and Computing 27:1413, for smoothing the weights and for when to trust them.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np

from handful.arrays import Floats, Integers, read_only_floats, read_only_integers
from handful.data.counts import Counts
from handful.data.labelled import LabelledRows
from handful.data.statistics import Rows
from handful.inference.draws_fit import DrawsFit
from handful.inference.fits import Fit
from handful.inference.mode_fit import ModeFit
from handful.progress import each
from handful.results.checking.left_out_closed import closed_scores
from handful.results.checking.left_out_drawn import drawn_scores
from handful.results.checking.left_out_scores import LeftOut
from handful.results.checking.without import Without

MOST_ROWS = 50_000
"""Of more different bags no one would look at each."""

MOST_REFITS = 40
"""So many refits take some seconds; the bags that need them most come first."""

CLOSED = "Exact, in closed form."
REFITTED = "Exact: the model was fitted anew without each bag."


def left_out(fit: Fit, counts: Counts, *, rng: np.random.Generator) -> LeftOut | None:
    """The log score of each bag of the fit, left out; None where the bags are too many or the posterior is a point."""
    rows = fit.statistic if isinstance(fit.statistic, LabelledRows) else Rows.of(counts)
    n_rows = len(rows.distinct)
    if isinstance(fit, ModeFit) or not 0 < n_rows <= MOST_ROWS:
        return None
    bag_of_row = np.unique(rows.row_of_bag, return_index=True)[1]
    k, refitted, rough = np.full(n_rows, np.nan), np.zeros(n_rows, dtype=bool), np.zeros(n_rows, dtype=bool)
    scores, method = closed_scores(fit, rows), CLOSED
    if scores is None:
        without = Without(fit, counts, rng)
        if without.is_cheap(n_rows):
            scores, method = _refitted(without, bag_of_row), REFITTED
        else:
            drawn = drawn_scores(fit, rows)
            scores, k = drawn.log_scores.copy(), drawn.pareto_k
            worst = np.argsort(-drawn.doubt, kind="stable")[: np.count_nonzero(drawn.doubt > 0)]
            able = worst[: MOST_REFITS if counts.n_bags > 1 else 0]
            scores[able] = _refitted(without, bag_of_row[able])
            refitted[able], rough[worst] = True, True
            rough[able] = False
            method = _of_draws(fit, int(refitted[rows.row_of_bag].sum()))
    own = rows.row_of_bag
    return LeftOut(
        bags=counts.bags,
        log_scores=read_only_floats(scores[own]),
        pareto_k=read_only_floats(k[own]),
        refitted=read_only_integers(np.flatnonzero(refitted[own])),
        rough=read_only_integers(np.flatnonzero(rough[own])),
        method=method,
    )


def _refitted(without: Without, bags: Annotated[Integers, "r"]) -> Annotated[Floats, "r"]:
    """The log score of some bags, each by a fit without it."""
    found = [without.log_score(bag) for bag in each(bags.tolist(), "fit without a bag")]
    return np.array(found, dtype=np.float64)


def _of_draws(fit: Fit, n_refitted: int) -> str:
    """How scores were found that took draws, or nodes."""
    drawn = isinstance(fit, DrawsFit) and fit.posterior.sampled
    how = "By weighted draws (PSIS)" if drawn else "Exact, on the nodes of the quadrature"
    if not n_refitted:
        return f"{how}; no bag needed a refit."
    bags, each = ("1 bag", "it") if n_refitted == 1 else (f"{n_refitted:,} bags", "each")
    return f"{how}; for {bags} that would not do, and the model was fitted anew without {each}."
