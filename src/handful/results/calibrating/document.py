"""A calibration as one JSON object, after the published schema ``handful/calibrate/1``."""

from __future__ import annotations

import json
from typing import Any

from handful.data.counts import Counts
from handful.data.fingerprints import content_hash
from handful.results.calibrate import Calibration
from handful.results.calibrating.bands import points
from handful.results.calibrating.quantity import MASSES, Quantity
from handful.results.calibrating.simulated import AMONG
from handful.results.document import versions


def calibrate_json(calibration: Calibration, like: Counts, *, seed: int | None) -> str:
    """The calibration as JSON text.

    Parameters
    ----------
    calibration : Calibration
        What ``calibrate`` returned.
    like : Counts
        The bags that were imitated.
    seed : int or None
        What its randomness began with.
    """
    lower, upper = calibration.band
    document = {
        "schema": "handful/calibrate/1",
        "model": {"spec": calibration.spec, "prior": calibration.prior},
        "data": {
            "source": like.source,
            "bags": like.n_bags,
            "categories": list(like.categories),
            "items": like.n_items,
            "sha256": content_hash(like),
            "given": calibration.given,
        },
        "engines": dict(calibration.engines),
        "simulations": calibration.simulations,
        "ranked_among": AMONG,
        "false_alarm": calibration.false_alarm,
        "p": calibration.p,
        "band": {"at": points().tolist(), "fewest": lower.tolist(), "most": upper.tolist()},
        "quantities": [_quantity(one) for one in calibration.quantities],
        "words": calibration.words,
        "verdict": {"ok": calibration.verdict.ok, "notes": list(calibration.verdict.notes)},
        "seed": seed,
        "versions": versions(),
    }
    return json.dumps(document, indent=2)


def _quantity(one: Quantity) -> dict[str, Any]:
    coverage = zip(MASSES, one.coverage, one.errors, strict=True)
    return {
        "name": one.name,
        "p": one.p,
        "ok": one.ok,
        "direction": one.direction,
        "coverage": [{"mass": mass, "held": held, "error": error} for mass, held, error in coverage],
        "below": one.below.tolist(),
    }
