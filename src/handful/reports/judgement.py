"""How far a model can be trusted: its checks and its sensitivity, as a report shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from handful.data.counts import Counts
from handful.errors import MissingExtra, ParameterError, ParameterTypeError
from handful.inference.fits import Fit
from handful.plots.check import plot_check
from handful.plots.left_out import plot_left_out
from handful.plots.sensitivity import plot_sensitivity
from handful.progress import stage
from handful.reports.charts import Chart
from handful.reports.tables import shortened
from handful.results.check import check
from handful.results.checking.result import Check, check_document
from handful.results.sensitive.document import sensitivity_document
from handful.results.sensitive.found import Sensitivity
from handful.results.sensitivity import sensitivity

MOST_SHIFTS = 60
"""Of more parameters, what each of the other priors makes of every one of them is told by sensitivity --json only."""

UNKNOWN = "How much the answers rest on the prior was not looked into:"


@dataclass(frozen=True, slots=True)
class Judgement:
    """The check of a fit, and its sensitivity where that can be told.

    Parameters
    ----------
    check : Check
        Whether the bags look like bags that the model makes.
    sensitivity : Sensitivity or None
        How much the answer rests on the prior; None of a fit that leads nothing, or where it cannot be told.
    why_not : str or None
        Why that cannot be told, as a sentence.
    """

    check: Check
    sensitivity: Sensitivity | None = None
    why_not: str | None = None

    @staticmethod
    def of(fit: Fit, counts: Counts, *, leads: bool, rng: np.random.Generator) -> Judgement:
        """Both, of the fit that leads; of any other its check."""
        checking, scaling = rng.spawn(2)
        with stage(f"checking {fit.model.spec}"):
            checked = check(fit, counts, rng=checking)
        if not leads:
            return Judgement(checked)
        try:
            with stage(f"trying other priors of {fit.model.spec}"):
                return Judgement(checked, sensitivity(fit, rng=scaling))
        except (MissingExtra, ParameterError, ParameterTypeError) as refusal:
            return Judgement(checked, why_not=f"{UNKNOWN} {refusal}")

    def documents(self) -> dict[str, Any]:
        """Both as JSON has them, with the tables and the words that a page shows."""
        found: dict[str, Any] = {"check": _check(self.check), "sensitivity": None}
        if self.sensitivity is not None:
            others = self.sensitivity.alternatives_cells()
            tables = [shortened("Power-scaling: how far each answer moves", self.sensitivity.cells())]
            tables += [shortened("The same bags under other priors", others)] if others else []
            document = sensitivity_document(self.sensitivity)
            if len(self.sensitivity.rows) > MOST_SHIFTS:
                document["alternatives"] = [{**one, "parameters": []} for one in document["alternatives"]]
            found["sensitivity"] = {**document, "tables": tables}
        return found

    def charts(self) -> Iterator[Callable[[], Chart]]:
        """The pictures, each to be drawn."""
        checked, found = self.check, self.sensitivity
        if checked.statistics:
            yield lambda: Chart.of("check", plot_check(checked), table=checked.cells())
        if checked.left_out is not None and checked.left_out.bags:
            yield lambda: Chart.of("left-out", plot_left_out(checked), table=checked.bag_cells())
        if found is not None and found.rows:
            yield lambda: Chart.of("sensitivity", plot_sensitivity(found), table=found.cells())


def _check(found: Check) -> dict[str, Any]:
    said = found.verdict_words.removeprefix("Verdict: ").capitalize()
    tables = (
        [shortened("The bags beside bags that the model makes", found.cells())] if found.statistics else []
    )
    left_out = None if found.left_out is None else found.left_out.words
    return {**check_document(found), "words": said, "left_out_words": left_out, "tables": tables}
