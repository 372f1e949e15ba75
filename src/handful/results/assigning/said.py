"""What a label says of the component of its bags: it names one, or a note on the recipes says which it stands for."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from handful.data.complaints import escaped
from handful.results.assigning.together import Together, odds_text

NOTICEABLE = 3.0
"""Odds below this contradict nobody."""


def contradictions(found: Sequence[Together], notes: Sequence[str]) -> tuple[str, ...]:
    """A sentence for each value of a label whose bags speak for another component than it says.

    Parameters
    ----------
    found : sequence of Together
        The odds of bags by label.
    notes : sequence of str
        What was said of the recipes.
    """
    sentences = []
    for one in found:
        if one.label is None or one.value is None or one.log_odds < math.log(NOTICEABLE):
            continue
        said, (best, _) = component_said(one.value, one.components, notes=notes), one.ranked
        if said is None or said == best:
            continue
        named = one.value if said.casefold() == one.value.casefold() else f"{one.value} (component {said})"
        against = max(one.log_likelihood) - one.log_likelihood[one.components.index(said)]
        bags = "1 bag is" if one.n_bags == 1 else f"{one.n_bags:,} bags are"
        sentences.append(
            escaped(
                f"The label contradicts the counts: {bags} labelled {one.label} {named}, but their counts speak for "
                f"{best}, {odds_text(against)} against {said}. A label may be wrong, and so may a recipe that has aged."
            )
        )
    return tuple(sentences)


def component_said(value: str, components: Sequence[str], *, notes: Sequence[str]) -> str | None:
    """The component that `value` is the name of, or stands for in a note; None where nobody says so.

    Examples
    --------
    >>> component_said("CLV", ["NJ", "TN"], notes=["NJ is Hackettstown (HKP), TN is Cleveland (CLV); recipes age."])
    'TN'
    """
    wanted = value.strip().casefold()
    for name in components:
        if name.casefold() == wanted:
            return name
    meant = {
        name
        for name in components
        for clause in re.split(r"[,;.\n]", "\n".join(notes))
        if (match := re.fullmatch(rf"\s*{re.escape(name)} is (.*)", clause))
        and wanted in {word.casefold() for word in re.findall(r"[\w'&-]+", match[1])}
    }
    return meant.pop() if len(meant) == 1 else None
