"""Assignments as one JSON object, after the published schema ``handful/assign/1``, and as lines of CSV."""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import asdict
from typing import Any

from handful.inference.fits import Fit
from handful.results.assigning.together import Together
from handful.results.assignments import Assignments
from handful.results.document import versions
from handful.results.self_assignment import SelfAssignment

SCHEMA = "handful/assign/1"


def assign_json(
    found: Assignments, fit: Fit, *, tested: SelfAssignment | None = None, seed: int | None = None
) -> str:
    """The assignments as JSON text; with them, where labelled bags were `tested`, their self-assignment."""
    names = fit.data.categories
    document = {
        "schema": SCHEMA,
        "model": {"spec": fit.model.spec, "prior": fit.model.prior_over(names).spec},
        "data": {
            "source": fit.data.source,
            "bags": fit.data.n_bags,
            "categories": list(names),
            "items": fit.data.n_items,
            "sha256": fit.data.sha256,
        },
        "engine": {"name": fit.engine, "reason": fit.reason},
        "components": list(found.components),
        "assignments": found.rows(),
        "together": [_together(one) for one in found.together],
        "self_assignment": None if tested is None else _tested(tested),
        "accuracy": found.accuracy,
        "words": found.words,
        "verdict": {"ok": found.verdict.ok, "notes": list(found.verdict.notes)},
        "seed": seed,
        "versions": versions(),
    }
    return json.dumps(document, indent=2)


def assign_csv(found: Assignments) -> str:
    r"""The assignments as CSV text: a row a bag.

    Examples
    --------
    >>> import handful as hf
    >>> from handful.results.assign import assign
    >>> counts = hf.Counts([[3, 7]], categories=["blue", "red"], labels={"from": ["NJ"]})
    >>> print(assign_csv(assign(hf.fit(hf.Mixture(1), counts))).splitlines()[0])
    bag,P(1),comes from,none,known
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("bag", *(f"P({name})" for name in found.components), "comes from", "none", "known"))
    rows = zip(found.bags, found.probabilities.tolist(), found.comes_from, found.none.tolist(), strict=True)
    for (bag, shares, words, none), known in zip(rows, found.known, strict=True):
        writer.writerow((bag, *shares, words, none, known or ""))
    return text.getvalue()


def _together(one: Together) -> dict[str, Any]:
    """The odds of several bags; JSON knows no infinity."""
    first, second = one.ranked
    logs = (value if math.isfinite(value) else None for value in one.log_likelihood)
    return {
        "label": one.label,
        "value": one.value,
        "bags": one.n_bags,
        "log_likelihood": dict(zip(one.components, logs, strict=True)),
        "for": first,
        "against": second,
        "log_odds": one.log_odds if math.isfinite(one.log_odds) else None,
    }


def _tested(tested: SelfAssignment) -> dict[str, Any]:
    interval = tested.interval
    return {
        "labels": tested.labels,
        "components": list(tested.components),
        "confusion": tested.confusion.tolist(),
        "accuracy": tested.accuracy,
        "interval": {
            "kind": interval.kind,
            "mass": interval.mass,
            "lower": interval.lower,
            "upper": interval.upper,
        },
        "chance": tested.chance,
        "bags": [
            {
                "bag": bag,
                "label": tested.components[k],
                "probabilities": dict(zip(tested.components, row, strict=True)),
            }
            for bag, k, row in zip(tested.bags, tested.truth, tested.probabilities.tolist(), strict=True)
        ],
        "verdict": asdict(tested.verdict) | {"notes": list(tested.verdict.notes)},
    }
