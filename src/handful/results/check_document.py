"""check_document: a check as one JSON object, after the published schema ``handful/check/1``."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from handful.results.document import versions

if TYPE_CHECKING:
    from handful.results.check import Check
    from handful.results.checking.left_out_scores import LeftOut

SCHEMA = "handful/check/1"


def check_document(check: Check) -> dict[str, Any]:
    """The check as the object that the schema describes."""
    data = check.data
    return {
        "schema": SCHEMA,
        "model": {"spec": check.model, "prior": check.prior},
        "data": {
            "source": data.source,
            "bags": data.n_bags,
            "categories": list(data.categories),
            "items": data.n_items,
            "sha256": data.sha256,
        },
        "statistics": [
            {
                "name": one.name,
                "title": one.title,
                "observed": one.observed,
                "mean": one.mean,
                "lower": one.lower,
                "upper": one.upper,
                "p": one.p,
                "sides": one.sides,
                "surprise": one.surprise,
                "alarm": one.alarm,
                "words": one.words,
            }
            for one in check.statistics
        ],
        "draws": len(check.statistics[0].replicated) if check.statistics else 0,
        "unlikely": [
            {"bag": bag, "sds": _finite(sds)}
            for bag, sds in zip(check.bags, check.unlikely.tolist(), strict=True)
        ],
        "left_out": None if check.left_out is None else _left_out(check.left_out),
        "verdict": {"ok": check.verdict.ok, "notes": list(check.verdict.notes)},
        "versions": versions(),
    }


def _left_out(scores: LeftOut) -> dict[str, Any]:
    refitted, rough = set(scores.refitted.tolist()), set(scores.rough.tolist())
    return {
        "unit": "bag",
        "total": _finite(scores.total),
        "se": _finite(scores.se),
        "method": scores.method,
        "refitted": len(refitted),
        "bags": [
            {
                "bag": bag,
                "log_score": _finite(score),
                "pareto_k": _finite(k),
                "refitted": b in refitted,
                "rough": b in rough,
            }
            for b, (bag, score, k) in enumerate(
                zip(scores.bags, scores.log_scores.tolist(), scores.pareto_k.tolist(), strict=True)
            )
        ],
    }


def _finite(number: float) -> float | None:
    """JSON knows no infinity, and no NaN."""
    return number if math.isfinite(number) else None
