"""A sensitivity analysis as one JSON object, after the published schema ``handful/sensitivity/1``."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from handful.results.document import evidence_object, finite_or_none, versions
from handful.results.sensitive.found import AlternativePrior, Estimate, Sensitivity, SensitivityRow

SCHEMA = "handful/sensitivity/1"


def sensitivity_document(found: Sensitivity, *, seed: int | None = None) -> dict[str, Any]:
    """The analysis as the object of its schema.

    Examples
    --------
    >>> from handful.inference.evidence import Verdict
    >>> sensitivity_document(Sensitivity("pooled", "beta(1,1)", (), (), 0.95, Verdict()))["schema"]
    'handful/sensitivity/1'
    """
    return {
        "schema": SCHEMA,
        "model": {"spec": found.spec, "prior": found.prior},
        "interval": {"kind": "eti", "mass": found.mass},
        "parameters": [_row(row) for row in found.rows],
        "alternatives": [_alternative(one, found.rows) for one in found.alternatives],
        "words": found.words,
        "verdict": {"ok": found.verdict.ok, "notes": list(found.verdict.notes)},
        "seed": seed,
        "versions": versions(),
    }


def _row(row: SensitivityRow) -> dict[str, Any]:
    of = _which(row) | {
        "prior": finite_or_none(row.prior),
        "likelihood": finite_or_none(row.likelihood),
        "tail": row.tail,
        "diagnosis": row.diagnosis,
        "flagged": row.flagged,
    }
    return of | _estimate(row.estimate)


def _which(row: SensitivityRow) -> dict[str, Any]:
    return {key: getattr(row, key) for key in ("name", "component", "bag", "category")}


def _estimate(one: Estimate) -> dict[str, Any]:
    return {"mean": one.mean, "sd": one.sd, "lower": one.interval.lower, "upper": one.interval.upper}


def _alternative(one: AlternativePrior, rows: tuple[SensitivityRow, ...]) -> dict[str, Any]:
    moved = zip(rows, one.estimates, strict=True)
    return {
        "name": one.name,
        "prior": one.prior,
        "log_evidence": evidence_object(one.log_evidence),
        "kl": one.kl,
        "parameters": [_which(row) | _estimate(est) | _shift(est) for row, est in moved],
        "verdict": asdict(one.verdict),
    }


def _shift(one: Estimate) -> dict[str, Any]:
    return {"shift": one.shift, "shift_error": finite_or_none(one.shift_error), "moved": one.moved}
