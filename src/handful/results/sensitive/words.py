"""What a sensitivity analysis means, in sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from handful.data.complaints import escaped
from handful.inference.draws_fit import DrawsFit
from handful.inference.evidence import Verdict
from handful.inference.fits import Fit
from handful.results.sensitive.found import (
    CONFLICT,
    FINE,
    HARDLY,
    SENSITIVE,
    STRONG_PRIOR,
    UNKNOWN,
    AlternativePrior,
    SensitivityRow,
)

MOST_NAMED = 4

MEANINGS: dict[str, tuple[Callable[[SensitivityRow], bool], str]] = {
    CONFLICT: (
        lambda row: row.at_odds,
        "the posterior lies where the prior gave it hardly a chance. Was this prior meant?",
    ),
    "more prior than bags": (
        lambda row: row.outweighed,
        "both have a say, and the prior has the larger one.",
    ),
    STRONG_PRIOR: (
        lambda row: row.diagnosis == STRONG_PRIOR,
        "the answer rests on the prior, and the bags hardly change it.",
    ),
    UNKNOWN: (lambda row: row.diagnosis == UNKNOWN, "the draws cannot tell."),
    "no conflict seen": (
        lambda row: row.diagnosis == CONFLICT and not row.flagged,
        "both the prior and the bags have a say, and the posterior lies where the prior gave it a chance.",
    ),
}
"""What is said, of which rows, and what it means; the last is no alarm."""
FLAT = (
    "The prior is flat, and it is flat at any power: power-scaling finds nothing to scale. What another prior would "
    "change, refits show."
)
BOUNDED = "log precision"
MARKED = (
    "The refits are a sensitivity analysis and no answers: the prior that was stated, sealed or not, "
    "stays the fit's."
)


def verdict_on(
    fit: Fit, rows: Sequence[SensitivityRow], *, alternatives: Sequence[AlternativePrior]
) -> Verdict:
    """What was found, in sentences; ok where no parameter is flagged and all refits can be trusted."""
    if not rows:
        return Verdict(ok=True, notes=("Everything is known exactly: there is no prior to be sensitive to.",))
    bound = fit.bound if isinstance(fit, DrawsFit) else None
    # Of a precision that has a lower bound only, the bound says more than two numbers could.
    judged = [row for row in rows if bound is None or row.name != BOUNDED]
    flagged = any(row.flagged for row in judged)
    notes = list(_of_rows(judged))
    other = "" if bound is None else " but the precision"
    if all(row.diagnosis == FINE for row in judged):
        flat = not any(row.prior for row in judged)
        notes.append(
            FLAT if flat else f"No parameter{other} is sensitive to the prior (all below {SENSITIVE:g})."
        )
    if bound is not None:
        notes.append(bound.words)
    notes += [_of_alternative(one, rows) for one in alternatives]
    wrong = [one for one in alternatives if not one.verdict.ok]
    notes += [
        f"The refit under '{one.name}' cannot be trusted: {' '.join(one.verdict.notes)}" for one in wrong
    ]
    if not fit.verdict.ok:
        notes.append("The fit itself cannot be trusted: see its verdict.")
    if alternatives:
        notes.append(MARKED)
    ok = not flagged and not wrong and fit.verdict.ok
    return Verdict(ok=ok, notes=tuple(map(escaped, notes)))


def _of_rows(rows: Sequence[SensitivityRow]) -> Iterator[str]:
    for said, (holds, meaning) in MEANINGS.items():
        found = [row for row in rows if holds(row)]
        if found:
            worst = sorted(found, key=lambda row: -row.prior)
            named = ", ".join(
                f"{row.label} ({row.prior:.2f} and {row.likelihood:.2f})" for row in worst[:MOST_NAMED]
            )
            more = f" and {len(worst) - MOST_NAMED} more" if len(worst) > MOST_NAMED else ""
            what = f"{said[0].upper()}{said[1:]}"
            yield f"{what}: {named}{more} (sensitivity to prior and likelihood): {meaning}"


def _of_alternative(one: AlternativePrior, rows: Sequence[SensitivityRow]) -> str:
    most, label = one.estimates[one.most_moved], rows[one.most_moved].label
    error = f" (Monte Carlo standard error {most.shift_error:.2g})" if most.shift_error else ""
    if most.moved:
        return f"Under the prior '{one.name}' the mean of {label} moves most, by {most.shift:+.2f} posterior sd{error}."
    if abs(most.shift) < HARDLY:
        return f"Under the prior '{one.name}' no mean moves by more than {HARDLY:g} posterior sd."
    return (
        f"Under the prior '{one.name}' no mean moves by more than chance between two sets of draws: that of {label} "
        f"by {most.shift:+.2f} posterior sd{error}."
    )
