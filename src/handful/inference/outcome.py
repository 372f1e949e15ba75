"""What engines take and return, and what a fit remembers of the data it has seen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from handful.data.counts import Counts
from handful.data.fingerprints import Seen, content_hash
from handful.data.histograms import Histograms
from handful.data.labelled import LabelledRows
from handful.data.statistics import Exposure, Rows, Totals
from handful.distributions.components import Components
from handful.distributions.independent import IndependentDirichlets
from handful.distributions.positive import Gamma
from handful.distributions.tabulated import Tabulated
from handful.inference.draws import Draws
from handful.inference.evidence import Evidence
from handful.inference.highest_point import HighestPoint
from handful.models.hierarchical import Hierarchical
from handful.models.mixture import Mixture
from handful.models.poisson import Poisson
from handful.models.pooled import Pooled
from handful.models.priors import Known
from handful.models.separate import Separate

Model: TypeAlias = Pooled | Separate | Poisson | Hierarchical | Mixture
Statistic: TypeAlias = Totals | Rows | Exposure | Histograms | LabelledRows
ClosedForm: TypeAlias = Known | Gamma | IndependentDirichlets | Components
Posterior: TypeAlias = ClosedForm | Tabulated | Draws | HighestPoint


@dataclass(frozen=True, slots=True)
class Sampling:
    """How much an engine shall draw, and from which source of randomness; exact engines draw nothing.

    Parameters
    ----------
    n_draws : int or None
        How many draws are wanted; None: as many as the engine deems right.
    rng : Generator
    """

    n_draws: int | None
    rng: np.random.Generator

    def number(self, right: int) -> int:
        """How many draws to make: those that are wanted, or as many as are `right`."""
        return right if self.n_draws is None else self.n_draws


@dataclass(frozen=True, slots=True, eq=False)
class DataRecord:
    """What a fit remembers of the data, apart from the statistic that its model needs.

    Parameters
    ----------
    source : str
        Where the counts came from.
    bags, categories : tuple of str
        The names; those of the bags are empty where only their histograms are known.
    n_bags, n_items : int
        How many bags there are, and how many items they hold.
    sha256 : str
        The hash of ids, categories and counts, or of the histograms.
    seen : Seen
        The bags that the posterior has learnt from, those of the prior included.
    """

    source: str
    bags: tuple[str, ...]
    categories: tuple[str, ...]
    n_bags: int
    n_items: int
    sha256: str
    seen: Seen = field(repr=False)

    @staticmethod
    def of(data: Counts | Histograms, before: Seen) -> DataRecord:
        """The record of `data`, where the prior had seen `before`."""
        if isinstance(data, Histograms):
            after = Seen(before.fingerprints, before.nameless + data.n_bags)
            return DataRecord(
                "histograms", (), data.categories, data.n_bags, data.n_items, data.sha256, after
            )
        return DataRecord(
            data.source,
            data.bags,
            data.categories,
            data.n_bags,
            data.n_items,
            content_hash(data),
            before.after(data),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What an engine returns.

    Parameters
    ----------
    posterior : ClosedForm, Tabulated, Draws or HighestPoint
        The posterior; its type says how exact it is.
    log_evidence : Evidence
        Of all bags' counts.
    notes : tuple of str
        What the reader of the answer should know.
    ok : bool
        Whether nothing went wrong in the computation.
    instead : tuple of (str, str) or None
        The engine that answered where the one that was asked refused, and why it did; None where it did not.
    """

    posterior: Posterior
    log_evidence: Evidence
    notes: tuple[str, ...] = ()
    ok: bool = True
    instead: tuple[str, str] | None = None
