"""The kinds of fit, by how exact the posterior is: closed form, or a table with an error bound."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TypeAlias

from handful.distributions.independent import IndependentDirichlets
from handful.distributions.positive import Gamma
from handful.distributions.tabulated import Tabulated
from handful.errors import NoPrior
from handful.inference.outcome import ClosedForm, DataRecord, Evidence, Model, Statistic, Verdict
from handful.models.priors import PriorFromData


@dataclass(frozen=True, slots=True, eq=False)
class ExactFit:
    """A fit whose posterior is known in closed form.

    Parameters
    ----------
    model : Pooled, Separate or Poisson
        Likelihood and prior.
    data : DataRecord
        What it was fitted to.
    statistic : Totals, Rows or Exposure
        What the model needed of the data.
    posterior : Beta, Dirichlet, Fixed, Gamma or IndependentDirichlets
        The posterior of the proportions, of the rate (Poisson), or one a bag (separate).
    log_evidence : Evidence
        Of all bags' counts.
    engine, reason : str
        What computed it, and why that was chosen.
    verdict : Verdict
        What should be known about the answer.

    Examples
    --------
    >>> import handful as hf
    >>> found = hf.fit(hf.Pooled(), hf.Counts([[12, 43]], categories=["blue", "not blue"], ids=["A"]))
    >>> found.posterior.concentration
    array([13., 44.])
    >>> found.verdict
    ok
    """

    model: Model
    data: DataRecord
    statistic: Statistic
    posterior: ClosedForm
    log_evidence: Evidence
    engine: str
    reason: str
    verdict: Verdict

    def as_prior(self) -> PriorFromData:
        """The posterior as a prior for further bags; it refuses the bags it has seen.

        Raises
        ------
        NoPrior
            If the model is separate, with a posterior for each bag and none for a further one, or
            Poisson, whose posterior is of a rate.
        """
        if isinstance(self.posterior, IndependentDirichlets):
            raise NoPrior(
                "bags that share nothing say nothing about the next one.",
                cure="Fit a pooled model, or take one bag's posterior: fit.posterior[0].",
            )
        if isinstance(self.posterior, Gamma):
            raise NoPrior(
                "its posterior is of a rate, not of a share.",
                cure="Give Poisson(fit.posterior) as the next model, and mind that it remembers no bags.",
            )
        return PriorFromData(self.posterior, self.data.seen, self.data.categories)

    def __repr__(self) -> str:
        """Model, data, posterior, evidence and verdict, a line each."""
        return _text(self)

    def _repr_html_(self) -> str:
        return _html(self)


@dataclass(frozen=True, slots=True, eq=False)
class GridFit:
    """A fit of one share whose posterior is a table that follows it, with an error bound.

    Parameters
    ----------
    model : Pooled
        Likelihood and prior.
    data : DataRecord
        What it was fitted to.
    statistic : Totals
        What the model needed of the data.
    posterior : Tabulated
        The posterior of the share of the first of the two categories.
    log_evidence : Evidence
        Of all bags' counts, with a bound on its error.
    engine, reason : str
        What computed it, and why that was chosen.
    verdict : Verdict
        What should be known about the answer: several peaks, a prior that was cut.

    Examples
    --------
    >>> import handful as hf
    >>> counts = hf.Counts([[12, 43]], categories=["blue", "not blue"], ids=["A"])
    >>> found = hf.fit(hf.Pooled(hf.Density.uniform(0, 0.5)), counts)
    >>> round(found.posterior.mean, 6), found.engine
    (0.22806, 'quadrature')
    """

    model: Model
    data: DataRecord
    statistic: Statistic
    posterior: Tabulated
    log_evidence: Evidence
    engine: str
    reason: str
    verdict: Verdict

    def as_prior(self) -> PriorFromData:
        """The posterior as a prior for further bags; it refuses the bags it has seen."""
        return PriorFromData(self.posterior, self.data.seen, self.data.categories)

    def __repr__(self) -> str:
        """Model, data, posterior, evidence and verdict, a line each."""
        return _text(self)

    def _repr_html_(self) -> str:
        return _html(self)


Fit: TypeAlias = ExactFit | GridFit


def evidence_text(evidence: Evidence) -> str:
    """The evidence with its error in words.

    Examples
    --------
    >>> evidence_text(Evidence(-49.874515, 1e-12))
    '-49.874515 nats (error below 1e-12)'
    """
    how = f"error below {evidence.error:.0e}" if evidence.error else "exact"
    return f"{evidence.value:.6f} nats ({how})"


def _text(fit: Fit) -> str:
    return "\n".join(f"{name:<13}{text}" for name, text in _lines(fit))


def _html(fit: Fit) -> str:
    rows = (f"<tr><th>{escape(name)}</th><td>{escape(text)}</td></tr>" for name, text in _lines(fit))
    return f"<table>{''.join(rows)}</table>"


def _lines(fit: Fit) -> list[tuple[str, str]]:
    data = fit.data
    many = isinstance(fit.posterior, IndependentDirichlets)
    posterior = f"a Dirichlet for each of {len(data.bags):,} bags" if many else repr(fit.posterior)
    size = f"{len(data.bags):,} bags, {len(data.categories)} categories, {data.n_items:,} items"
    return [
        ("model", f"{fit.model.spec}, prior {fit.model.prior_over(data.categories).spec}"),
        ("data", size),
        ("posterior", posterior),
        ("log evidence", evidence_text(fit.log_evidence)),
        ("engine", f"{fit.engine}: {fit.reason}"),
        ("verdict", repr(fit.verdict).replace("\n", "; ")),
    ]
