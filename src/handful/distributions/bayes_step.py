"""Bayes' rule once, step by step: prior, likelihood, evidence, posterior, a line each."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True, repr=False)
class BayesStep:
    """One use of Bayes' rule, with everything that goes into it; it prints line by line.

    Parameters
    ----------
    event, given : str
        What is asked about, and what was seen.
    rivals : tuple of str
        All labels of the variable of `event`, in their order.
    priors : tuple of float
        For each rival its probability before anything was seen.
    likelihoods : tuple of float or None
        For each rival the probability of `given` under it; None where the rival has probability 0.

    Examples
    --------
    >>> BayesStep("rain", "cloudy", rivals=("rain", "dry"), priors=(0.2, 0.8), likelihoods=(0.5, 0.5))
    p(rain) = 0.2, the prior
    p(cloudy | rain) = 0.5, the likelihood
    p(cloudy) = p(cloudy | rain) p(rain) + p(cloudy | dry) p(dry) = 0.1 + 0.4 = 0.5, the evidence
    p(rain | cloudy) = p(cloudy | rain) p(rain) / p(cloudy) = 0.1 / (0.1 + 0.4) = 0.2, the posterior
    """

    event: str
    given: str
    rivals: tuple[str, ...]
    priors: tuple[float, ...]
    likelihoods: tuple[float | None, ...]

    @property
    def products(self) -> tuple[float, ...]:
        """For each rival likelihood times prior: the joint probability of it and `given`."""
        pairs = zip(self.priors, self.likelihoods, strict=True)
        return tuple(0.0 if likelihood is None else prior * likelihood for prior, likelihood in pairs)

    @property
    def prior(self) -> float:
        """The probability of the event before anything was seen."""
        return self.priors[self._place]

    @property
    def likelihood(self) -> float | None:
        """The probability of what was seen if the event holds; None where it never holds."""
        return self.likelihoods[self._place]

    @property
    def evidence(self) -> float:
        """The probability of what was seen."""
        return math.fsum(self.products)

    @property
    def posterior(self) -> float:
        """The probability of the event after what was seen."""
        return self.products[self._place] / self.evidence

    @property
    def lines(self) -> tuple[str, ...]:
        """Prior, likelihood, evidence and posterior, a line each."""
        event, given = self.event, self.given
        terms = " + ".join(f"p({given} | {rival}) p({rival})" for rival in self.rivals)
        total = " + ".join(map(short, self.products))
        product = short(self.products[self._place])
        likelihood = (
            f"is not defined, since p({event}) = 0; the product below is 0"
            if self.likelihood is None
            else f"= {short(self.likelihood)}, the likelihood"
        )
        rule = f"p({event} | {given}) = p({given} | {event}) p({event}) / p({given})"
        return (
            f"p({event}) = {short(self.prior)}, the prior",
            f"p({given} | {event}) {likelihood}",
            f"p({given}) = {terms} = {total} = {short(self.evidence)}, the evidence",
            f"{rule} = {product} / ({total}) = {short(self.posterior)}, the posterior",
        )

    @property
    def _place(self) -> int:
        return self.rivals.index(self.event)

    def __repr__(self) -> str:
        return "\n".join(self.lines)

    def _repr_html_(self) -> str:
        return "<table>" + "".join(f"<tr><td>{escape(line)}</td></tr>" for line in self.lines) + "</table>"


def short(number: float) -> str:
    """The number with six digits at most, as it is shown.

    Examples
    --------
    >>> short(0.1 + 0.2)
    '0.3'
    """
    return f"{number:.6g}"
