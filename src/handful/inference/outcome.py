"""What a fit is: the posterior, the evidence, the engine and why, and the verdict."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import Annotated, Literal, TypeAlias

from handful.arrays import Integers
from handful.data.counts import Counts
from handful.data.fingerprints import Seen, content_hash
from handful.data.statistics import Rows, Totals
from handful.distributions.independent import IndependentDirichlets
from handful.errors import NoPrior
from handful.models.pooled import Pooled
from handful.models.priors import Known, PriorFromData
from handful.models.separate import Separate

Model: TypeAlias = Pooled | Separate
Statistic: TypeAlias = Totals | Rows


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
class ExactFit:
    """A fit whose posterior is known in closed form.

    Parameters
    ----------
    model : Pooled or Separate
        Likelihood and prior.
    data : DataRecord
        What it was fitted to.
    statistic : Totals or Rows
        What the model needed of the data.
    posterior : Beta, Dirichlet, Fixed or IndependentDirichlets
        The posterior of the proportions; for a separate model one a bag.
    log_evidence : Evidence
        Of all bags' counts.
    engine, reason : str
        What computed it, and why that was chosen.
    verdict : Verdict
        What should be known about the answer.

    Examples
    --------
    >>> from handful.inference.fit import fit
    >>> found = fit(Pooled(), Counts([[12, 43]], categories=["blue", "not blue"], ids=["A"]))
    >>> found.posterior.concentration
    array([13., 44.])
    >>> found.verdict
    ok
    """

    model: Model
    data: DataRecord
    statistic: Statistic
    posterior: Known | IndependentDirichlets
    log_evidence: Evidence
    engine: str
    reason: str
    verdict: Verdict

    def as_prior(self) -> PriorFromData:
        """The posterior as a prior for further bags; it refuses the bags it has seen.

        Raises
        ------
        NoPrior
            If the model is separate: it has a posterior for each bag and none for a further one.
        """
        if isinstance(self.posterior, IndependentDirichlets):
            raise NoPrior(
                "bags that share nothing say nothing about the next one.",
                cure="Fit a pooled model, or take one bag's posterior: fit.posterior[0].",
            )
        return PriorFromData(self.posterior, self.data.seen)

    def __repr__(self) -> str:
        """Model, data, posterior, evidence and verdict, a line each."""
        return "\n".join(f"{name:<13}{text}" for name, text in self._lines())

    def _repr_html_(self) -> str:
        rows = (f"<tr><th>{escape(name)}</th><td>{escape(text)}</td></tr>" for name, text in self._lines())
        return f"<table>{''.join(rows)}</table>"

    def _lines(self) -> list[tuple[str, str]]:
        many = isinstance(self.posterior, IndependentDirichlets)
        posterior = f"a Dirichlet for each of {len(self.data.bags):,} bags" if many else repr(self.posterior)
        return [
            ("model", f"{self.model.spec}, prior {self.model.prior_over(self.data.categories).spec}"),
            (
                "data",
                f"{len(self.data.bags):,} bags, {len(self.data.categories)} categories, {self.data.n_items:,} items",
            ),
            ("posterior", posterior),
            ("log evidence", f"{self.log_evidence.value:.6f} nats, exact"),
            ("engine", f"{self.engine}: {self.reason}"),
            ("verdict", repr(self.verdict).replace("\n", "; ")),
        ]


Fit: TypeAlias = ExactFit
