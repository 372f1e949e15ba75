"""How a fit of any kind shows itself: model, data, posterior, evidence, engine and verdict, a line each."""

from __future__ import annotations

from html import escape
from typing import Protocol

from handful.distributions.independent import IndependentDirichlets
from handful.inference.evidence import Evidence, Verdict
from handful.inference.outcome import DataRecord, Model, Posterior


class AnyFit(Protocol):
    """What all kinds of fit have in common."""

    @property
    def model(self) -> Model:
        """Likelihood and prior."""

    @property
    def data(self) -> DataRecord:
        """What it was fitted to."""

    @property
    def posterior(self) -> Posterior:
        """The posterior."""

    @property
    def log_evidence(self) -> Evidence:
        """Of all bags' counts."""

    @property
    def engine(self) -> str:
        """What computed it."""

    @property
    def reason(self) -> str:
        """Why that was chosen."""

    @property
    def verdict(self) -> Verdict:
        """What should be known about the answer."""


def evidence_text(evidence: Evidence) -> str:
    """The evidence with its error in words.

    Examples
    --------
    >>> evidence_text(Evidence(-49.874515, 1e-12))
    '-49.874515 nats (error below 1e-12)'
    >>> evidence_text(Evidence(-49.874515, 0.002, sampled=True))
    '-49.8745 nats (standard error 0.002)'
    """
    if evidence.approximate:
        return f"{evidence.value:.2f} nats (Laplace's approximation; its error is not known)"
    if evidence.sampled:
        return f"{evidence.value:.4f} nats (standard error {evidence.error:.1g})"
    how = f"error below {evidence.error:.0e}" if evidence.error else "exact"
    return f"{evidence.value:.6f} nats ({how})"


def text_of(fit: AnyFit) -> str:
    """The fit as lines of text."""
    return "\n".join(f"{name:<13}{text}" for name, text in _lines(fit))


def html_of(fit: AnyFit) -> str:
    """The fit as an HTML table."""
    rows = (f"<tr><th>{escape(name)}</th><td>{escape(text)}</td></tr>" for name, text in _lines(fit))
    return f"<table>{''.join(rows)}</table>"


def _lines(fit: AnyFit) -> list[tuple[str, str]]:
    data = fit.data
    many = isinstance(fit.posterior, IndependentDirichlets)
    posterior = f"a Dirichlet for each of {data.n_bags:,} bags" if many else repr(fit.posterior)
    size = f"{data.n_bags:,} bags, {len(data.categories)} categories, {data.n_items:,} items"
    return [
        ("model", f"{fit.model.spec}, prior {fit.model.prior_over(data.categories).spec}"),
        ("data", size),
        ("posterior", posterior),
        ("log evidence", evidence_text(fit.log_evidence)),
        ("engine", f"{fit.engine}: {fit.reason}"),
        ("verdict", repr(fit.verdict).replace("\n", "; ")),
    ]
