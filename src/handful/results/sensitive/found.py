"""What a sensitivity analysis finds: numbers of each parameter, and what other priors make of it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from html import escape

from handful.distributions.intervals import Interval
from handful.inference.evidence import Evidence, Verdict
from handful.results.table import aligned, html_table

HARDLY = 0.1
"""A shift of less than a tenth of a posterior sd changes nothing that anybody would report."""

CHANCE = 3.0
"""A shift of fewer of its Monte Carlo standard errors may be one of the draws, and not of the prior."""

SENSITIVE = 0.05
"""From this number on a parameter is sensitive (Kallioinen et al. 2024, section 3.2.2)."""

OUT = 0.005
"""Below this tail of its prior a posterior is at odds with it: in 1 of 100 worlds that the prior makes, at most."""

CONFLICT = "potential prior-data conflict"
STRONG_PRIOR = "strong prior / weak likelihood"
FINE = "fine"
UNKNOWN = "cannot be told"


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is known of one parameter under one prior.

    Parameters
    ----------
    mean, sd : float
        Of the posterior.
    interval : Interval
        Equal-tailed.
    mcse : float
        The Monte Carlo standard error of the mean; 0 where no draws are needed.
    shift : float
        How far the mean lies from that of the fit, in posterior sds of the fit; 0 for the fit itself.
    shift_error : float
        The Monte Carlo standard error of the shift, of the draws of both fits.
    """

    mean: float
    sd: float
    interval: Interval
    mcse: float = 0.0
    shift: float = 0.0
    shift_error: float = 0.0

    @property
    def moved(self) -> bool:
        """Whether the shift is worth telling, and more than chance."""
        return abs(self.shift) >= max(HARDLY, CHANCE * self.shift_error)

    def shifted_from(self, own: Estimate) -> Estimate:
        """The same estimate with how far it lies from `own`, that of the fit; the draws of the two are independent."""
        error = math.hypot(own.mcse, self.mcse) / own.sd
        return replace(self, shift=(self.mean - own.mean) / own.sd, shift_error=error)


@dataclass(frozen=True, slots=True, kw_only=True)
class SensitivityRow:
    """How one parameter moves when the prior or the likelihood is given a little more or less weight.

    Parameters
    ----------
    name : str
        'proportions', 'rate', 'weights' or 'log precision'.
    component, bag, category : str or None
        Which one it is; None where that means nothing.
    prior, likelihood : float
        The sensitivity to the prior and to the likelihood.
    tail : float
        How much of the prior, of all parameters of this name, is no likelier than where the posterior lies, times the
        number of such names: near 0 prior and bags are at odds.
    estimate : Estimate
        What the fit knows of it.

    Examples
    --------
    >>> one = Estimate(0.3, 0.1, Interval(((0.1, 0.5),), "eti", 0.95))
    >>> row = SensitivityRow(name="rate", prior=0.1, likelihood=0.2, tail=0.4, estimate=one)
    >>> row.diagnosis, row.flagged
    ('potential prior-data conflict', False)
    """

    name: str
    component: str | None = None
    bag: str | None = None
    category: str | None = None
    prior: float
    likelihood: float
    tail: float
    estimate: Estimate

    @property
    def diagnosis(self) -> str:
        """What the two numbers mean, in the words of the paper's table 1."""
        if not (math.isfinite(self.prior) and math.isfinite(self.likelihood)):
            return UNKNOWN
        if self.prior < SENSITIVE:
            return FINE
        return CONFLICT if self.likelihood >= SENSITIVE else STRONG_PRIOR

    @property
    def at_odds(self) -> bool:
        """Whether both numbers are large and the posterior lies where the prior gave it hardly a chance."""
        return self.diagnosis == CONFLICT and self.tail < OUT

    @property
    def outweighed(self) -> bool:
        """Whether both numbers are large, and that of the prior is the larger."""
        return self.diagnosis == CONFLICT and not self.at_odds and self.prior > self.likelihood

    @property
    def flagged(self) -> bool:
        """Whether somebody should look at it: not where prior and bags only both have a say, and agree."""
        return self.diagnosis in {STRONG_PRIOR, UNKNOWN} or self.at_odds or self.outweighed

    @property
    def label(self) -> str:
        """The parameter in words: 'blue', 'blue in bag A', 'blue in component 1', 'weight of component 1'."""
        whose = "" if self.component is None else f"component {self.component}"
        if self.name == "weights":
            return f"weight of {whose}"
        text = self.name if self.category is None else self.category
        text = text if not whose else f"{text} in {whose}"
        return text if self.bag is None else f"{text} in bag {self.bag}"


@dataclass(frozen=True, slots=True)
class AlternativePrior:
    """What another prior makes of the same bags: a sensitivity analysis, and no answer.

    Parameters
    ----------
    name : str
        What it is called: 'Jeffreys'.
    prior : str
        The prior, as the command line has it.
    log_evidence : Evidence
        Of the counts under it.
    kl : float or None
        The Kullback-Leibler divergence of the fit's posterior from this one, in nats, where both are closed forms.
    estimates : tuple of Estimate
        Of each parameter, in the order of the rows.
    verdict : Verdict
        Of the refit.
    """

    name: str
    prior: str
    log_evidence: Evidence
    kl: float | None
    estimates: tuple[Estimate, ...]
    verdict: Verdict

    @property
    def most_moved(self) -> int:
        """The number of the row that moves most; of draws, first of those that move by more than chance."""
        return max(
            range(len(self.estimates)),
            key=lambda place: (self.estimates[place].moved, abs(self.estimates[place].shift)),
        )

    @property
    def largest_shift(self) -> float:
        """The shift of the parameter that moves most, with its sign, in posterior sds of the fit."""
        return self.estimates[self.most_moved].shift


@dataclass(frozen=True, slots=True, repr=False)
class Sensitivity:
    """How much an answer rests on its prior.

    Parameters
    ----------
    spec, prior : str
        The model and its prior, as the command line has them.
    rows : tuple of SensitivityRow
        One for each parameter that is not known exactly.
    alternatives : tuple of AlternativePrior
        The same bags under other priors, marked as a sensitivity analysis.
    mass : float
        Of all intervals, which are equal-tailed.
    verdict : Verdict
        Not ok where a parameter is flagged or a refit cannot be trusted; the notes say what that means.

    Examples
    --------
    >>> Sensitivity("pooled", "fixed(0.5,0.5)", (), (), 0.95, Verdict()).flagged
    ()
    """

    spec: str
    prior: str
    rows: tuple[SensitivityRow, ...]
    alternatives: tuple[AlternativePrior, ...]
    mass: float
    verdict: Verdict

    @property
    def flagged(self) -> tuple[SensitivityRow, ...]:
        """The parameters that somebody should look at."""
        return tuple(row for row in self.rows if row.flagged)

    @property
    def words(self) -> str:
        """The finding in sentences."""
        return " ".join(self.verdict.notes)

    def cells(self) -> list[tuple[str, ...]]:
        """The table of parameters as texts, header first."""
        head = ("parameter", "prior", "likelihood", "diagnosis")
        return [
            head,
            *((row.label, f"{row.prior:.3f}", f"{row.likelihood:.3f}", row.diagnosis) for row in self.rows),
        ]

    def alternatives_cells(self) -> list[tuple[str, ...]]:
        """The table of other priors as texts, header first; empty where there are none."""
        if not self.alternatives:
            return []
        head = ("other prior", "which is", "log evidence", "KL (nats)", "largest shift (sd)", "of")
        return [head, *(self._of_alternative(one) for one in self.alternatives)]

    def _of_alternative(self, one: AlternativePrior) -> tuple[str, ...]:
        return (
            one.name,
            one.prior,
            f"{one.log_evidence.value:.3f}",
            "" if one.kl is None else f"{one.kl:.3g}",
            _shift_text(one.estimates[one.most_moved]),
            self.rows[one.most_moved].label,
        )

    def __str__(self) -> str:
        """The tables, and the finding in words."""
        others = self.alternatives_cells()
        return "\n".join(
            [*aligned(self.cells()), *(["", *aligned(others), ""] if others else []), *self.verdict.notes]
        )

    __repr__ = __str__

    def _repr_html_(self) -> str:
        others = self.alternatives_cells()
        notes = "".join(f"<p>{escape(note)}</p>" for note in self.verdict.notes)
        return html_table(self.cells()) + (html_table(others) if others else "") + notes


def _shift_text(one: Estimate) -> str:
    return f"{one.shift:+.2f}" + (f" +- {one.shift_error:.2f}" if one.shift_error else "")
