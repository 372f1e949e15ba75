"""compare_left_out: which of several models foretells a bag best that it has not seen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from handful.data.complaints import escaped
from handful.errors import ParameterError
from handful.inference.evidence import Verdict
from handful.results.checking.left_out_scores import LeftOut, standard_error
from handful.results.checking.result import Check
from handful.results.table import aligned, html_table

TOLD_APART = 2.0
"""So many standard errors a difference must be."""

FEW_BAGS = 10
"""From fewer bags no standard error can be told."""


@dataclass(frozen=True, slots=True)
class Foretold:
    """How well one model foretells bags that are left out.

    Parameters
    ----------
    spec, prior : str
        The model and its prior, as the command line has them.
    total, se : float
        The sum of the bags' log scores, in nats, and its standard error.
    below_best : float
        How much more the best model has.
    se_below : float
        The standard error of that, from the differences bag by bag; 0 for the best.
    """

    spec: str
    prior: str
    total: float
    se: float
    below_best: float
    se_below: float


@dataclass(frozen=True, slots=True, repr=False)
class LeftOutComparison:
    """Models by how well they foretell bags that are left out.

    Parameters
    ----------
    models : tuple of Foretold
        The best first.
    verdict : Verdict
        Whether all scores can be trusted, and what should be known.

    Examples
    --------
    >>> import handful as hf
    >>> counts = hf.Counts([[12, 43], [9, 46]], categories=["blue", "not blue"])
    >>> checks = [hf.check(hf.fit(model, counts), counts, rng=1) for model in (hf.Pooled(), hf.Separate())]
    >>> compare_left_out(checks).models[0].spec
    'pooled'
    """

    models: tuple[Foretold, ...]
    verdict: Verdict

    @property
    def words(self) -> str:
        """Whether the best is better than the next, in a sentence."""
        first, *others = self.models
        if not others:
            return f"There is only {first.spec}: nothing to compare it with."
        far = [one for one in others if one.below_best > TOLD_APART * one.se_below]
        close = [one.spec for one in others if one not in far]
        if close:
            return f"Bags that are left out cannot tell {first.spec} from {' and '.join(close)}."
        second = others[0]
        return (
            f"{first.spec} foretells bags that are left out better than {second.spec}: by {second.below_best:.1f} nats "
            f"(standard error {second.se_below:.1f}, over bags)."
        )

    def cells(self) -> list[tuple[str, ...]]:
        """The table as texts, header first."""
        rows = [
            (m.spec, m.prior, f"{m.total:.1f}", f"{m.se:.1f}", f"{m.below_best:.1f}", f"{m.se_below:.1f}")
            for m in self.models
        ]
        return [("model", "prior", "log score", "se", "below best", "se of that"), *rows]

    def __str__(self) -> str:
        """The table, and the finding in words."""
        notes = (f"Note: {one}" for one in self.verdict.notes)
        return "\n".join([*aligned(self.cells()), escaped(self.words), *notes])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return html_table(self.cells())


def compare_left_out(checks: Sequence[Check]) -> LeftOutComparison:
    """The log scores of bags left out under several models, with the differences bag by bag.

    Other than the evidence, which asks how well each model foretold all the bags from its prior, it asks how well
    each foretells one more bag after all the others. The standard error pairs the bags: a bag that is hard for one
    model is mostly hard for the other too.

    Parameters
    ----------
    checks : sequence of Check
        Of fits to the same bags.

    Raises
    ------
    ParameterError
        If there are none, they are of other bags, or one of them left no bag out.

    References
    ----------
    Vehtari, Gelman & Gabry (2017), Statistics and Computing 27:1413, equation 24.

    Examples
    --------
    >>> import handful as hf
    >>> counts = hf.Counts([[12, 43], [9, 46]], categories=["blue", "not blue"])
    >>> checks = [hf.check(hf.fit(model, counts), counts, rng=1) for model in (hf.Pooled(), hf.Separate())]
    >>> round(compare_left_out(checks).models[1].below_best, 2)
    2.86
    """
    scored = _scored(checks)
    best, own = max(scored, key=lambda pair: pair[1].total)
    ranked = sorted(scored, key=lambda pair: (-pair[1].total, pair[0].model, pair[0].prior))
    models = [
        Foretold(
            spec=one.model,
            prior=one.prior,
            total=scores.total,
            se=scores.se,
            below_best=0.0 if one is best else math.fsum(own.log_scores - scores.log_scores),
            se_below=0.0 if one is best else standard_error(own.log_scores - scores.log_scores),
        )
        for one, scores in ranked
    ]
    notes = []
    if best.data.n_bags < FEW_BAGS:
        notes.append(f"{best.data.n_bags} bags are few: the standard errors may be too small by far.")
    rough = [one.model for one, scores in ranked if scores.rough.size]
    if rough:
        notes.append(f"Some log scores of {' and '.join(rough)} are rough.")
    return LeftOutComparison(tuple(models), Verdict(not rough, tuple(notes)))


def _scored(checks: Sequence[Check]) -> list[tuple[Check, LeftOut]]:
    """The checks with their scores."""
    if not checks:
        raise ParameterError("give at least one check to compare", name="checks", found=checks)
    if len({one.data.sha256 for one in checks}) > 1:
        raise ParameterError(
            "the checks are of different bags: fit all models to the same ones", name="checks", found=checks
        )
    scored = []
    for one in checks:
        if one.left_out is None:
            raise ParameterError(
                f"the check of {one.model} left no bag out: {' '.join(one.verdict.notes)}",
                name="checks",
                found=one,
            )
        scored.append((one, one.left_out))
    return scored
