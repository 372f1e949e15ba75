"""What a report holds of each model, beside what the same fit gives now."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from handful.inference.evidence import Verdict
from handful.inference.fits import Fit
from handful.inference.outcome import Model
from handful.reports.embedded import fingerprint, model_of
from handful.results.parameters import Parameter
from handful.results.summary import summary
from handful.results.table import aligned, html_table

MOST_ERRORS = 4.0
"""How many of their Monte Carlo errors two means may lie apart: more happens by chance once in 16,000 times."""

ROUNDING = 1e-6
"""What other versions may change of an answer that is exact."""

Place: TypeAlias = tuple[str, str | None, str | None, str | None]
"""Which parameter: its name, component, bag and category."""


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """What a report holds of a model.

    Parameters
    ----------
    spec, engine, reason, sha256 : str
        The model, what computed it, why that was chosen, and the hash of its posterior.
    model : Model
        Itself, with its priors.
    draws, seed : int or None
        Of the fit.
    interval : (float, str)
        The mass and the kind of its intervals.
    means : mapping of tuple to (float or None, float)
        Of each parameter by name, component, bag and category: its mean and the standard error of that.
    log_evidence : (float, float)
        Its value and its error.
    """

    spec: str
    engine: str
    reason: str
    sha256: str
    model: Model
    draws: int | None
    seed: int | None
    interval: tuple[float, Any]
    means: Mapping[Place, tuple[float | None, float]]
    log_evidence: tuple[float, float]

    @staticmethod
    def of(entry: Mapping[str, Any]) -> Entry:
        """That of one of a report's models."""
        known = entry["fit"]
        return Entry(
            spec=str(entry["title"]),
            engine=str(known["engine"]["name"]),
            reason=str(known["engine"]["reason"]),
            sha256=str(entry["again"]["sha256"]),
            model=model_of(entry["again"]["model"]),
            draws=known["draws"],
            seed=known["seed"],
            interval=(float(known["interval"]["mass"]), known["interval"]["kind"]),
            means={
                (one["name"], one["component"], one["bag"], one["category"]): (
                    None if one["mean"] is None else _number(one["mean"]),
                    _number(one["mcse"] or 0.0),
                )
                for one in known["parameters"]
            },
            log_evidence=(
                _number(known["log_evidence"]["value"]),
                _number(known["log_evidence"]["error"] or 0.0),
            ),
        )


@dataclass(frozen=True, slots=True)
class Replayed:
    """One of the models of a report, fitted again.

    Parameters
    ----------
    spec : str
        The model.
    identical : bool
        Whether the posterior is the same bit by bit.
    farthest : float
        How far the mean that lies farthest from the report's is from it, in Monte Carlo errors of both; of an exact
        answer, in units of 1e-6.
    of : str
        Which parameter that is.
    """

    spec: str
    identical: bool
    farthest: float
    of: str

    @staticmethod
    def beside(entry: Entry, found: Fit) -> Replayed:
        """How far a fit is from what the report says of it."""
        mass, kind = entry.interval
        farthest = _gap(entry.log_evidence, (found.log_evidence.value, _error(found.log_evidence.error)))
        of = "the log evidence" if farthest else "nothing"
        now = {_place(one): one for one in summary(found, mass=mass, kind=kind).parameters}
        for place, then in entry.means.items():
            one = now.get(place)
            gap = math.inf if one is None else _gap(then, (one.mean, one.mcse or 0.0))
            if gap > farthest:
                farthest, of = gap, " ".join(str(part) for part in reversed(place) if part)
        return Replayed(entry.spec, fingerprint(found) == entry.sha256, farthest, of)

    @property
    def agrees(self) -> bool:
        """Whether the answer is the same, as far as chance and rounding allow."""
        return self.farthest <= MOST_ERRORS

    @property
    def words(self) -> str:
        """The finding in words."""
        if self.identical and self.agrees:
            return "identical, bit by bit"
        told = f"{self.of} lies {self.farthest:.2g} errors from the report's"
        return f"the same within error ({told})" if self.agrees else f"differs: {told}"


def _place(one: Parameter) -> Place:
    return one.name, one.component, one.bag, one.category


def _number(value: Any) -> float:
    """The number; of what is none, or is not finite, a ValueError or a TypeError."""
    if not math.isfinite(value):
        raise ValueError(f"{value} is no finite number")
    return float(value)


def _error(value: float) -> float:
    """An error that nobody knows is none."""
    return value if math.isfinite(value) else 0.0


def _gap(then: tuple[float | None, float], now: tuple[float | None, float]) -> float:
    """How far apart two numbers are, in their errors."""
    if then[0] is None or now[0] is None:
        return 0.0 if then[0] is now[0] else math.inf
    return abs(then[0] - now[0]) / max(math.hypot(then[1], now[1]), ROUNDING * max(1.0, abs(now[0])))


@dataclass(frozen=True, slots=True, repr=False)
class Replay:
    """The fits of a report, made again.

    Parameters
    ----------
    models : tuple of Replayed
        As the report has them.
    verdict : Verdict
        Whether all of it is the same; the notes say what is not, and which versions differ.

    Examples
    --------
    >>> print(Replay((Replayed("pooled", True, 0.0, "nothing"),), Verdict()))
    model   again
    pooled  identical, bit by bit
    """

    models: tuple[Replayed, ...]
    verdict: Verdict

    def cells(self) -> list[tuple[str, ...]]:
        """The table as texts, header first."""
        return [("model", "again"), *((one.spec, one.words) for one in self.models)]

    def __str__(self) -> str:
        """The table, and what is not the same."""
        return "\n".join([*aligned(self.cells()), *self.verdict.notes])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return html_table(self.cells())
