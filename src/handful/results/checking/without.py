"""A fit without one of its bags, found anew."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from handful.arrays import Integers
from handful.data.counts import Counts
from handful.data.labelled import UNKNOWN, LabelledRows
from handful.distributions.special import log_sum_exp
from handful.inference.choose import choose
from handful.inference.draws import Draws
from handful.inference.fits import Fit
from handful.inference.known_recipes import n_cells
from handful.inference.outcome import Outcome, Sampling, Statistic
from handful.models.mixture import Mixture
from handful.results.checking.left_out_drawn import log_pmf, points_of

EXACT = ("quadrature", "enumeration")
"""Engines whose evidence is exact: a bag's score is what the evidence loses without it."""

MOST_CELLS = 4e6


@dataclass(frozen=True, slots=True, eq=False)
class Without:
    """Refits of the model of a fit, one bag left out.

    Parameters
    ----------
    fit : Fit
        With all bags.
    counts : Counts
        The bags.
    rng : Generator
    """

    fit: Fit
    counts: Counts
    rng: np.random.Generator

    def is_cheap(self, n_rows: int) -> bool:
        """Whether all assignments are summed over in no time, so often: then each score is exact by a refit."""
        n_bags, size = self.counts.n_bags, getattr(self.fit.model, "size", 1)
        return (
            self.fit.engine == "enumeration" and n_bags > 1 and n_rows * n_cells(n_bags, size) <= MOST_CELLS
        )

    def log_score(self, bag: int) -> float:
        """The log probability of a bag's counts given all the others', in nats."""
        outcome = self._outcome(bag)
        if self.fit.engine in EXACT:
            return self.fit.log_evidence.value - outcome.log_evidence.value
        if not isinstance(outcome.posterior, Draws):
            return float("nan")
        points = points_of(outcome.posterior)
        logs = log_pmf(points, self.counts.table[bag : bag + 1], known=self._known[bag : bag + 1])[:, 0]
        with np.errstate(divide="ignore"):
            return float(log_sum_exp(np.log(points.weights) + logs))

    def _outcome(self, bag: int) -> Outcome:
        statistic = self._statistic(bag)
        engine, _ = choose(self.fit.model, statistic, engine=self.fit.engine)
        return engine.run(self.fit.model, statistic, sampling=Sampling(None, self.rng))

    def _statistic(self, bag: int) -> Statistic:
        """What the model needs of the bags, this one emptied: its counts are unknown, its label is not.

        So a score is p(k_b | all other counts, all labels), as weighted draws have it.
        """
        table = np.array(self.counts.table)
        table[bag] = 0
        others = replace(self.counts, table=table, labels={})
        rows = self.fit.statistic
        if isinstance(rows, LabelledRows):
            return LabelledRows.of(others, self._known, components=rows.components)
        model = self.fit.model
        if isinstance(model, Mixture):
            return model.compress(others)
        return model.statistic.of(others)

    @property
    def _known(self) -> Integers:
        rows = self.fit.statistic
        if isinstance(rows, LabelledRows):
            return np.asarray(rows.known[rows.row_of_bag], dtype=np.int64)
        return np.full(self.counts.n_bags, UNKNOWN)
