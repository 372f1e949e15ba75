"""What an engine returns and what a fit remembers: evidence, verdict, and the data it has seen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal, TypeAlias

from handful.arrays import Integers
from handful.data.counts import Counts
from handful.data.fingerprints import Seen, content_hash
from handful.data.statistics import Exposure, Rows, Totals
from handful.distributions.independent import IndependentDirichlets
from handful.distributions.positive import Gamma
from handful.distributions.tabulated import Tabulated
from handful.models.poisson import Poisson
from handful.models.pooled import Pooled
from handful.models.priors import Known
from handful.models.separate import Separate

Model: TypeAlias = Pooled | Separate | Poisson
Statistic: TypeAlias = Totals | Rows | Exposure
ClosedForm: TypeAlias = Known | Gamma | IndependentDirichlets


@dataclass(frozen=True, slots=True)
class Evidence:
    """The logarithm of the probability of the data under a model, and how well it is known.

    Parameters
    ----------
    value : float
        In nats.
    error : float
        Its standard error or bound, in nats; 0 where it is exact.
    measure : {'counts'}
        Of what: the counts, multinomial coefficients included, as SciPy's pmfs.

    Examples
    --------
    >>> Evidence(-49.874515)
    Evidence(value=-49.874515, error=0.0, measure='counts')
    """

    value: float
    error: float = 0.0
    measure: Literal["counts"] = "counts"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the computation can be trusted, and what should be known about the answer.

    Parameters
    ----------
    ok : bool
        Whether nothing went wrong in the computation.
    notes : tuple of str
        Sentences: what went wrong and what to change, or what the data cannot tell.

    Examples
    --------
    >>> Verdict()
    ok
    """

    ok: bool = True
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """'ok' or 'not ok', and the sentences."""
        return "\n".join(["ok" if self.ok else "not ok", *self.notes])


@dataclass(frozen=True, slots=True, eq=False)
class DataRecord:
    """What a fit remembers of the data, apart from the statistic that its model needs.

    Parameters
    ----------
    source : str
        Where the counts came from.
    bags, categories : tuple of str
        The names.
    totals : array of int, shape (B,)
        How many items each bag holds.
    sha256 : str
        The hash of ids, categories and counts.
    seen : Seen
        The bags that the posterior has learnt from, those of the prior included.
    """

    source: str
    bags: tuple[str, ...]
    categories: tuple[str, ...]
    totals: Annotated[Integers, "B"]
    sha256: str
    seen: Seen = field(repr=False)

    @staticmethod
    def of(counts: Counts, before: Seen) -> DataRecord:
        """The record of `counts`, where the prior had seen `before`."""
        return DataRecord(
            source=counts.source,
            bags=counts.bags,
            categories=counts.categories,
            totals=counts.totals,
            sha256=content_hash(counts),
            seen=before.after(counts),
        )

    @property
    def n_items(self) -> int:
        """How many items were counted."""
        return int(self.totals.sum())


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What an engine returns.

    Parameters
    ----------
    posterior : ClosedForm or Tabulated
        The posterior; its type says how exact it is.
    log_evidence : Evidence
        Of all bags' counts.
    notes : tuple of str
        What the reader of the answer should know.
    ok : bool
        Whether nothing went wrong in the computation.
    """

    posterior: ClosedForm | Tabulated
    log_evidence: Evidence
    notes: tuple[str, ...] = ()
    ok: bool = True
