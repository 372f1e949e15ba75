"""What a fit makes of new bags: what shares it expects, how likely their counts are, and made-up tables of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from scipy.special import gammaln, xlogy

from handful.arrays import Floats, Integers
from handful.data.counts import Counts
from handful.data.labelled import UNKNOWN, LabelledRows
from handful.distributions.special import log_sum_exp
from handful.inference.fits import Fit
from handful.models.mixture_layout import MixturePoints
from handful.models.poisson import Poisson
from handful.models.pooled import Pooled
from handful.models.separate import Separate
from handful.progress import stage
from handful.results.assigning.components import KnownComponents, logs_of
from handful.results.checking.dealt import dealt_rows
from handful.results.made_up.bags import make_bags
from handful.results.made_up.quantities import Quantities, posterior_quantities
from handful.results.variation import MOST_ITEMS

CELLS_AT_ONCE = 1 << 20


@dataclass(frozen=True, slots=True, eq=False)
class NewBags:
    """New bags in the places of those that were counted, each with as many items.

    Parameters
    ----------
    table : array of int, shape (B, C)
        The counts seen, none of the bags empty; of a rate the one category, (B, 1).
    totals : array of int, shape (B,)
        The items of each bag.
    known : array of int, shape (B,), or None
        The component of each bag, -1 where it is unknown; None where there are no components.
    quantities : mapping of str to array
        S draws of what the fit knows, of equal weight.
    sufficient : bool
        Whether the totals of the categories say all that the bags say of the one recipe, or rate, behind them.
    """

    table: Annotated[Integers, "B C"]
    totals: Annotated[Integers, "B"]
    known: Annotated[Integers, "B"] | None
    quantities: Quantities
    sufficient: bool

    @staticmethod
    def of(
        fit: Fit, counts: Counts, *, places: Annotated[Integers, "b"], n_draws: int, rng: np.random.Generator
    ) -> NewBags:
        """New bags in some places of `counts`."""
        table, totals = counts.table[places], counts.totals[places]
        rate, rows = isinstance(fit.model, Poisson), fit.statistic
        return NewBags(
            table=table[:, :1] if rate else table,
            totals=totals,
            known=rows.known[rows.row_of_bag][places] if isinstance(rows, LabelledRows) else None,
            quantities=_quantities(fit, n_draws, rng=rng),
            sufficient=rate or (isinstance(fit.model, Pooled) and int(totals.sum()) <= MOST_ITEMS),
        )

    @property
    def n_draws(self) -> int:
        """S."""
        return len(next(iter(self.quantities.values())))

    def predicted(
        self, *, rng: np.random.Generator
    ) -> Iterator[tuple[Annotated[Integers, "s B C"], Annotated[Floats, "s B C"]]]:
        """Tables that the fit predicts, some at a time, each from a draw of what it knows; what that draw expects."""
        for some in self._parts():
            quantities = {name: values[some] for name, values in self.quantities.items()}
            tables = make_bags(quantities, self.totals, known=self.known, rng=rng).counts
            yield tables, _expected(quantities, self.known)

    def dealt(self, *, rng: np.random.Generator) -> Iterator[Annotated[Integers, "s B C"]]:
        """Tables with the same totals of the categories, some at a time: the items seen, dealt to the bags anew."""
        columns = self.table.sum(axis=0)
        for some in self._parts():
            number = some.stop - some.start
            if "rate" in self.quantities:
                shares = self.totals / self.totals.sum()
                yield rng.multinomial(columns[0], shares, size=number)[:, :, None]
            else:
                rows = dealt_rows(self.totals, columns, n_tables=number, rng=rng)
                yield np.stack(list(rows), axis=1)

    def _parts(self) -> Iterator[slice]:
        """Some of the draws at a time."""
        at_once = max(1, CELLS_AT_ONCE // self.table.size)
        with stage("making bags up") as doing:
            for start in range(0, self.n_draws, at_once):
                doing.at(start, self.n_draws)
                yield slice(start, min(start + at_once, self.n_draws))

    def log_pmf(self, tables: Annotated[Integers, "s B C"]) -> Annotated[Floats, "s B"]:
        """The log probability, in nats, of each bag where all that the fit knows is as it is expected to be.

        It is known up to what is the same for every bag of that total, and to the ten digits that a comparison of
        bags needs.
        """
        factorials = gammaln(tables + 1.0).sum(axis=2)
        if "rate" in self.quantities:
            mean = self.quantities["rate"].mean() * self.totals
            return np.asarray(xlogy(tables[:, :, 0], mean) - mean - factorials)
        flat = tables.reshape(-1, tables.shape[2])
        point = self._point()
        logs = point.log_pmf(flat)[0].reshape(-1, *tables.shape[:2]) - factorials
        if self.known is None:
            return np.asarray(logs[0])
        mixed = log_sum_exp(logs + point.at.log_weights[0][:, None, None], axis=0)
        own = logs[np.maximum(self.known, 0), :, np.arange(len(self.known))].T
        return np.where(self.known == UNKNOWN, mixed, own)

    def _point(self) -> KnownComponents:
        """All that the fit knows as it is expected to be; the one recipe of all bags as a single component."""
        proportions, precision = self.quantities["proportions"], self.quantities.get("precision")
        several = self.known is not None
        weights = self.quantities["weights"].mean(axis=0) if several else np.ones(1)
        mean = proportions.mean(axis=0) if several else proportions.mean(axis=0)[None]
        log_precision = None
        if precision is not None:
            log_precision = np.atleast_1d(np.log(precision).mean(axis=0))[None]
        return KnownComponents.one(MixturePoints(logs_of(weights)[None], log_precision, logs_of(mean)[None]))


def _expected(quantities: Quantities, known: Annotated[Integers, "B"] | None) -> Annotated[Floats, "s b C"]:
    """The shares that each draw expects of a bag in each place, before its own component is drawn; b = 1 for any."""
    if "rate" in quantities:
        return np.asarray(quantities["rate"][:, None, None])
    proportions = quantities["proportions"]
    if known is None:
        return np.asarray(proportions[:, None, :])
    mixed = np.einsum("sk,skc->sc", quantities["weights"], proportions)[:, None, :]
    return np.where(known[:, None] == UNKNOWN, mixed, proportions[:, np.maximum(known, 0)])


def _quantities(fit: Fit, n_draws: int, *, rng: np.random.Generator) -> Quantities:
    """Draws of what the fit knows of a new bag; a separate model knows only what its prior says."""
    if not isinstance(fit.model, Separate):
        return posterior_quantities(fit, n_draws, rng=rng)
    prior = fit.model.prior_over(fit.data.categories)
    return {
        "proportions": np.broadcast_to(prior.mean, (n_draws, prior.mean.size)),
        "precision": np.full(n_draws, prior.precision),
    }
