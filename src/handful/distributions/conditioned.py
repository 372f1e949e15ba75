"""What conditioning gives back: the posterior, and how well the prior foretold the data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

Posterior_co = TypeVar("Posterior_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Conditioned(Generic[Posterior_co]):
    """A posterior and the log evidence of the counts that led to it.

    Parameters
    ----------
    posterior : distribution
        What is believed after the counts.
    log_evidence : float
        Log probability of the counts under the prior, in nats, multinomial coefficients included.

    Examples
    --------
    >>> Conditioned(posterior="Beta(2, 1)", log_evidence=-0.6931471805599453)
    Conditioned(posterior='Beta(2, 1)', log_evidence=-0.6931471805599453)
    """

    posterior: Posterior_co
    log_evidence: float
