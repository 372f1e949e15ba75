"""The verdict on a fit: whether the computation worked, and what the reader should know."""

from __future__ import annotations

import numpy as np

from handful.data.complaints import escaped
from handful.data.counts import Counts
from handful.distributions.beta import Beta
from handful.distributions.dirichlet import Dirichlet
from handful.distributions.positive import Gamma
from handful.inference.outcome import Model, Outcome, Verdict

LARGEST_ERROR = 1e-6
"""A log evidence known less well than this, in nats, is worth a word."""

OVERWHELMING = 1e12
"""A prior worth so many times the data: in floats the sum is hardly more than the prior (TESTS N16)."""


def judge(model: Model, counts: Counts, *, outcome: Outcome) -> Verdict:
    """The verdict on an outcome: whether its error bound is small, and what should be known."""
    error = outcome.log_evidence.error
    exact_enough = error <= LARGEST_ERROR
    notes = [note.text for note in counts.notes if note.kind == "warning"]
    if not exact_enough:
        notes.append(
            f"The log evidence is known to {error:.1g} nats only: the prior has peaks or jumps that the table "
            "cannot follow. Name them: Density.of(function, points=[...])."
        )
    notes += outcome.notes
    if not counts.n_items:
        notes.append("Nothing was counted: the answer is the prior.")
    else:
        unseen = [name for name, n in zip(counts.categories, counts.table.sum(axis=0), strict=True) if n == 0]
        if unseen:
            notes.append(f"Never seen: {', '.join(unseen)}. What is said of it comes from the prior.")
    worth = _worth(model, counts)
    if worth > OVERWHELMING * max(counts.n_items, 1):
        notes.append(
            f"The prior is worth {worth:.3g} items, the data {counts.n_items:,}: the data cannot be heard beside it."
        )
    empty = int(np.count_nonzero(counts.totals == 0))
    if empty and counts.n_items:
        notes.append(f"{empty} empty bag{'s tell' if empty > 1 else ' tells'} nothing.")
    if not counts.named and counts.n_bags:
        notes.append("The bags have no ids: if one is counted again later, that cannot be noticed.")
    return Verdict(exact_enough and outcome.ok, tuple(map(escaped, notes)))


def _worth(model: Model, counts: Counts) -> float:
    """How many items the prior is worth; a fixed recipe is meant to be deaf, and a shape has no such number."""
    prior = model.prior_over(counts.categories)
    if isinstance(prior, Beta):
        return prior.a + prior.b
    if isinstance(prior, Gamma):
        return prior.rate
    return prior.precision if isinstance(prior, Dirichlet) else 0.0
