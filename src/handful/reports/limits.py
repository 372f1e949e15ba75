"""What the answers of a report rest on and cannot tell, each as a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from handful.inference.fits import Fit
from handful.inference.identified import SURE
from handful.results.assignments import Assignments
from handful.results.compare import Comparison, undecided

ALWAYS = (
    "All of this is given the models and the priors stated here.",
    "A check that finds nothing does not prove a model right: it only failed to prove it wrong.",
    "That the bags were taken at random from what is to be known is assumed, not tested.",
)


def limits_of(
    fits: Sequence[Fit], comparison: Comparison | None, *, assigned: Sequence[Assignments | None]
) -> list[str]:
    """The sentences: first what went wrong, then what these bags cannot tell, then what is assumed."""
    wrong = [f"{fit.model.spec}: {note}" for fit in fits if not fit.verdict.ok for note in fit.verdict.notes]
    told = [note for fit in fits if fit.verdict.ok for note in fit.verdict.notes]
    if comparison is not None and len(comparison.models) > 1:
        first, *others = sorted(comparison.models, key=lambda one: -one.log_evidence.value)
        if any(undecided(first, other) for other in others):
            told.append(f"These bags cannot tell: {comparison.words}")
    for fit, found in zip(fits, assigned, strict=True):
        told += _unsure(found, of=fit.model.spec)
    return [*dict.fromkeys([*wrong, *told]), *ALWAYS]


def _unsure(found: Assignments | None, *, of: str) -> list[str]:
    """A sentence where no bag, or hardly one, can be put with any certainty."""
    if found is None:
        return []
    unknown = [b for b, name in enumerate(found.known) if name is None]
    unsure = [b for b in unknown if found.probabilities[b].max() < SURE]
    if not unsure:
        return []
    if len(unsure) == len(unknown):
        what = f"which component of {of} they come from: not one of them is {SURE:.0%} sure"
        return [f"These bags cannot tell {what}."]
    bags = "bags" if len(unknown) == len(found.known) else "bags of unknown component"
    return [f"Of {len(unknown):,} {bags} {len(unsure):,} could be of more than one component of {of}."]
