"""The verdict on a model's adequacy, in sentences."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from handful.arrays import Floats
from handful.data.complaints import escaped
from handful.inference.evidence import Verdict
from handful.inference.fits import Fit
from handful.inference.mode_fit import ModeFit
from handful.results.checking.judged import ODD, CheckedStatistic, Judged
from handful.results.checking.left_out_scores import LeftOut
from handful.results.checking.result import who_cannot
from handful.results.p_values import p_words

MOST_NAMED = 5
HALF = 0.5

POINT = (
    "The fit is known by its highest point only: bags are made up with that point as if it were certain (a plug-in "
    "check, a little too quick to call bags odd), and no bag can be left out."
)

ONE_RECIPE = "Give every bag a recipe of its own (hierarchical), or several components (mixture)."
TOO_WELL = "Counts that follow a recipe too well were perhaps not counted, but made up or rounded."
SHARED = "Bags share more than the model lets them: try a pooled or a hierarchical model."

CURES = {
    ("chi2", True): "Look at the prior, at recipes taken as known and at labels: one of them may be wrong.",
    ("chi2", False): TOO_WELL,
    ("identical_pairs", True): "Look for a bag that was entered twice.",
    (
        "correlations",
        True,
    ): "No Dirichlet-multinomial lets categories rise together: look for several components "
    "(mixture), or merge the categories that go together.",
}

OF_MODELS = {
    "pooled": {("var_between_bags", True): ONE_RECIPE, ("var_between_bags", False): TOO_WELL},
    "poisson": {("var_between_bags", True): ONE_RECIPE, ("var_between_bags", False): TOO_WELL},
    "separate": {
        ("var_between_bags", True): "Look at the prior: it lets recipes differ less than these do.",
        ("var_between_bags", False): SHARED,
        ("chi2", False): SHARED,
    },
    "hierarchical": {
        (
            "var_between_bags",
            True,
        ): "Look at the prior on the precision, or for several components (mixture).",
        ("var_between_bags", False): "Look at the prior on the precision, or try a pooled model.",
    },
    "mixture": {
        ("var_between_bags", True): "Take more components, or let the bags of each vary (overdispersed).",
        ("var_between_bags", False): SHARED,
    },
}
"""What to do about a statistic that is large, or small, where it depends on what the model lets bags do."""


def verdict_of(fit: Fit, found: Judged, *, names: tuple[str, ...], scores: LeftOut | None) -> Verdict:
    """Whether the model is adequate as far as the statistics see, and what should be known."""
    statistics, n_bags = found.statistics, fit.data.n_bags
    alarms = [one for one in statistics if one.alarm]
    notes = [
        _farthest(one, names, unlikely=found.unlikely)
        if one.name == "farthest_bag"
        else _alarm(one, fit.model.spec)
        for one in alarms
    ]
    if not fit.verdict.ok:
        why = fit.verdict.notes[0] if fit.verdict.notes else ""
        notes.insert(0, f"The fit itself is not to be trusted, and so neither is this check. {why}".rstrip())
    if not statistics:
        notes.append(f"{who_cannot(fit.data)} tell whether the model is right.")
    elif not alarms:
        notes.append(f"{_quiet(statistics)}; no check can prove a model right.")
    if isinstance(fit, ModeFit):
        notes.append(POINT)
    elif scores is None:
        notes.append("The bags are too many to leave each of them out.")
    if statistics and len(names) < n_bags:
        notes.append(
            f"The statistics are of {len(names):,} of {n_bags:,} bags: no empty ones, and not all of very many."
        )
    if scores is not None and scores.rough.size:
        some = ", ".join(scores.bags[b] for b in scores.rough[:MOST_NAMED])
        notes.append(f"Without bag {some} the fit would be quite another: their log scores are rough.")
    return Verdict(fit.verdict.ok and not alarms, tuple(map(escaped, notes)))


def _quiet(statistics: tuple[CheckedStatistic, ...]) -> str:
    """That there is no alarm, and how many are odd all the same."""
    odd = sum(one.surprise < ODD for one in statistics)
    if len(statistics) == 1:
        return f"1 statistic raises no alarm{' (it is odd)' if odd else ''}"
    each = "1 is odd, as one" if odd == 1 else f"{odd} are odd, as some"
    return f"None of {len(statistics)} statistics raises an alarm{f' ({each} of several looks may be)' if odd else ''}"


def _said(one: CheckedStatistic) -> str:
    return f"{one.words[0].upper()}{one.words[1:]}"


def _farthest(one: CheckedStatistic, names: tuple[str, ...], *, unlikely: Annotated[Floats, "b"]) -> str:
    """Which bags are too unlikely."""
    far = np.argsort(-unlikely, kind="stable")[:MOST_NAMED].tolist()
    which = ", ".join(names[b] for b in far if unlikely[b] > one.upper or b == far[0])
    cure = "Look whether it was counted right, and where it comes from."
    return f"{_said(one)}: bag {which} ({p_words(one.p)}). {cure}"


def _alarm(one: CheckedStatistic, spec: str) -> str:
    """What is wrong, how improbable it is, and what to do."""
    made_up = f"95% of made-up tables {one.lower:.4g} .. {one.upper:.4g}"
    seen = f"({one.name} {one.observed_text}, {made_up}, {p_words(one.p)})"
    cures = CURES | OF_MODELS[spec.partition(":")[0]]
    return f"{_said(one)} {seen}. {cures.get((one.name, one.p < HALF), '')}".rstrip()
