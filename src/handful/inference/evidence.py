"""The evidence of an answer and the verdict on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Evidence:
    """The logarithm of the probability of the data under a model, and how well it is known.

    Parameters
    ----------
    value : float
        In nats.
    error : float
        Its standard error or bound, in nats; 0 where it is exact, NaN where nobody can tell.
    measure : {'counts'}
        Of what: the counts, multinomial coefficients included, as SciPy's pmfs.
    sampled : bool
        Whether the error is a standard error of Monte Carlo; else it is a bound.
    approximate : bool
        Whether it is an approximation whose error nobody can tell.

    Examples
    --------
    >>> Evidence(-49.874515)
    Evidence(value=-49.874515, error=0.0, measure='counts', sampled=False, approximate=False)
    """

    value: float
    error: float = 0.0
    measure: Literal["counts"] = "counts"
    sampled: bool = False
    approximate: bool = False


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
