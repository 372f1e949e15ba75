"""The verdict on a fit: whether the computation worked, and what the reader should know."""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np

from handful.arrays import Floats
from handful.data.complaints import escaped
from handful.data.counts import Counts
from handful.data.histograms import Histograms
from handful.data.labelled import LabelledRows
from handful.distributions.beta import Beta
from handful.distributions.dirichlet import Dirichlet
from handful.distributions.positive import Gamma
from handful.inference import invariants
from handful.inference.diagnostics import Health, rhat_limit
from handful.inference.draws import Draws
from handful.inference.evidence import Evidence, Verdict
from handful.inference.extra_variation import is_identified
from handful.inference.outcome import Model, Outcome, Statistic
from handful.models.hierarchical import PopulationPrior
from handful.models.mixture import Mixture
from handful.models.mixture_prior import MixturePrior
from handful.models.population import PopulationLikelihood

LARGEST_ERROR = 1e-6
"""A log evidence whose bound is wider than this, in nats, is worth a word."""

LARGEST_BOUND = 1e-3
"""A population's evidence by quadrature should be known this well: 10^9 items leave no more than 1e-5."""

LARGEST_STANDARD_ERROR = 0.2
"""A sampled log evidence that is known less well than this is off by a factor of 1.5 in one case of twenty, and models
are told apart by a factor of 3."""

FEWEST_DRAWS = 400
"""So many effective draws an answer needs; then a mean is known to 5 % of its sd."""

OVERWHELMING = 1e12
"""A prior worth so many times the data: in floats the sum is hardly more than the prior (TESTS N16)."""


def judge(model: Model, counts: Counts | Histograms, *, statistic: Statistic, outcome: Outcome) -> Verdict:
    """The verdict on an outcome: whether its error is small, and what should be known."""
    wrong = _about_evidence(outcome.log_evidence, drawn=isinstance(outcome.posterior, Draws))
    if isinstance(outcome.posterior, Draws) and outcome.posterior.sampled:
        wrong += _about_draws(outcome.posterior, judged(model, outcome.posterior, statistic=statistic))
    if isinstance(statistic, Histograms):
        wrong += _too_many_items(statistic)
    notes = [*_from_reader(counts), *wrong, *outcome.notes, *_about_data(model, counts, statistic=statistic)]
    return Verdict(not wrong and outcome.ok, tuple(map(escaped, notes)))


def _from_reader(counts: Counts | Histograms) -> list[str]:
    notes = counts.notes if isinstance(counts, Counts) else ()
    return [note.text for note in notes if note.kind == "warning"]


def _about_evidence(evidence: Evidence, *, drawn: bool) -> list[str]:
    """What is wrong with the evidence, if anything; of an approximation its engine says what it is worth."""
    if evidence.approximate:
        return []
    if drawn:
        if evidence.error <= (LARGEST_STANDARD_ERROR if evidence.sampled else LARGEST_BOUND):
            return []
        cure = ": draw more (--draws)" if evidence.sampled else ""
        return [f"The log evidence is known to {evidence.error:.1g} nats only{cure}."]
    if evidence.error <= LARGEST_ERROR:
        return []
    note = (
        f"The log evidence is known to {evidence.error:.1g} nats only: the prior has peaks or jumps that the table "
        "cannot follow. Name them: Density.of(function, points=[...])."
    )
    return [note]


def judged(model: Model, draws: Draws, *, statistic: Statistic) -> Annotated[Floats, "S Q"]:
    """The quantities that the health of the draws is judged by."""
    if isinstance(model, Mixture) and isinstance(statistic, LabelledRows):
        classes = model.prior_over(statistic.categories).classes(statistic.n_known_of(model.size))
        return invariants.of_mixture(draws.quantities, classes)
    return invariants.of_population(draws.quantities)


def _about_draws(draws: Draws, judged: Annotated[Floats, "S Q"]) -> list[str]:
    """What is wrong with the draws, if anything: too few of them, or replicates that disagree."""
    found = draws.health(judged)
    fewest = float(found.ess.min())
    wrong = []
    if not fewest >= FEWEST_DRAWS:
        wrong.append(
            f"The draws are worth only {fewest:,.0f} independent ones, and {FEWEST_DRAWS} are needed: "
            "draw more (--draws)."
        )
    return wrong + _about_replicates(draws, found)


def _about_replicates(draws: Draws, found: Health) -> list[str]:
    if found.rhat is None:
        return []
    n_replicates = int(draws.replicate.max()) + 1
    worst, limit = float(np.max(found.rhat)), rhat_limit(n_replicates, FEWEST_DRAWS)
    if worst <= limit and not math.isnan(worst):
        return []
    note = (
        f"The {n_replicates} replicates disagree (R-hat {worst:.3f}, at most {limit:.3f} is chance): "
        "some of them have not found all of the posterior. Draw more (--draws)."
    )
    return [note]


def _about_data(model: Model, counts: Counts | Histograms, *, statistic: Statistic) -> list[str]:
    """What the data cannot tell."""
    totals = counts.table.sum(axis=0) if isinstance(counts, Counts) else counts.counts
    notes = []
    if not counts.n_items:
        notes.append("Nothing was counted: the answer is the prior.")
    else:
        unseen = [name for name, n in zip(counts.categories, totals, strict=True) if n == 0]
        if unseen:
            notes.append(f"Never seen: {', '.join(unseen)}. What is said of it comes from the prior.")
        if isinstance(statistic, Histograms) and not is_identified(statistic):
            notes.append(_why_not_identified(statistic))
    worth = _worth(model, counts)
    if worth > OVERWHELMING * max(counts.n_items, 1):
        notes.append(
            f"The prior is worth {worth:.3g} items, the data {counts.n_items:,}: the data cannot be heard beside it."
        )
    empty = counts.n_empty if isinstance(counts, Histograms) else int(np.count_nonzero(counts.totals == 0))
    if empty and counts.n_items:
        notes.append(f"{empty:,} empty bag{'s tell' if empty > 1 else ' tells'} nothing.")
    if isinstance(counts, Counts) and not counts.named and counts.n_bags:
        notes.append("The bags have no ids: if one is counted again later, that cannot be noticed.")
    return notes


def _too_many_items(histograms: Histograms) -> list[str]:
    """What is wrong where a double has no digits left for the likelihood of so many items."""
    rounding = PopulationLikelihood.of(histograms).rounding
    if rounding <= LARGEST_STANDARD_ERROR:
        return []
    note = (
        f"With {histograms.n_items:,} items the log likelihood itself is rounded by {rounding:.1g} nats: no answer "
        "can be trusted. Count fewer of them."
    )
    return [note]


def _why_not_identified(histograms: Histograms) -> str:
    some = histograms.n_bags - histograms.n_empty
    what = "One bag cannot" if some == 1 else "Bags of one item each cannot"
    return f"{what} tell how much bags differ: what is said of the precision comes from the priors."


def _worth(model: Model, counts: Counts | Histograms) -> float:
    """How many items the prior is worth; a fixed recipe is meant to be deaf, and a shape has no such number."""
    prior = model.prior_over(counts.categories)
    if isinstance(prior, PopulationPrior):
        prior = prior.mean
    if isinstance(prior, MixturePrior):
        return 0.0 if prior.concentration is None else float(prior.concentration.sum(axis=1).max())
    if isinstance(prior, Beta):
        return prior.a + prior.b
    if isinstance(prior, Gamma):
        return prior.rate
    return prior.precision if isinstance(prior, Dirichlet) else 0.0
