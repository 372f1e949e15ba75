"""The kinds of fit, by how exact the posterior is: closed form, a table with an error bound, or draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from handful.distributions.components import Components
from handful.distributions.independent import IndependentDirichlets
from handful.distributions.positive import Gamma
from handful.distributions.tabulated import Tabulated
from handful.errors import NoPrior
from handful.inference.draws_fit import DrawsFit
from handful.inference.evidence import Evidence, Verdict
from handful.inference.fit_lines import html_of, text_of
from handful.inference.mode_fit import ModeFit
from handful.inference.outcome import ClosedForm, DataRecord, Model, Statistic
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
            Poisson, whose posterior is of a rate, or a mixture.
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
        if isinstance(self.posterior, Components):
            raise NoPrior(
                "a mixture has a recipe for each of its components.",
                cure="Fit all bags at once: bags whose component is known say so by their label.",
            )
        return PriorFromData(self.posterior, self.data.seen, self.data.categories)

    def __repr__(self) -> str:
        """Model, data, posterior, evidence and verdict, a line each."""
        return text_of(self)

    def _repr_html_(self) -> str:
        return html_of(self)


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
        return text_of(self)

    def _repr_html_(self) -> str:
        return html_of(self)


Fit: TypeAlias = ExactFit | GridFit | DrawsFit | ModeFit
