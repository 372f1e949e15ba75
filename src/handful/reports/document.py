"""The report as one JSON object, after the published schema ``handful/report/1``: the page is made of it alone."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import numpy as np

from handful.data.counts import Counts
from handful.data.fingerprints import content_hash
from handful.inference.draws_fit import DrawsFit
from handful.inference.fits import Fit
from handful.inference.verdict import judged as judged_quantities
from handful.models.mixture import Mixture
from handful.reports.charts import Chart
from handful.reports.embedded import embedded_counts, embedded_model, fingerprint
from handful.reports.judgement import Judgement
from handful.reports.limits import limits_of
from handful.reports.methods import methods_text, parts_of
from handful.reports.models import claim_of, formulas_of
from handful.reports.references import cited
from handful.reports.sealed import Sealed, sealed_prior
from handful.reports.tables import shortened
from handful.results.assign import assign
from handful.results.assignments import Assignments
from handful.results.compare import Comparison
from handful.results.document import compare_document, fit_document, versions
from handful.results.parameters import Summary
from handful.results.summary import summary
from handful.results.words import model_words, noun, prior_words, sentence

SCHEMA = "handful/report/1"

MOST_PARAMETERS = 300
"""Of more parameters, as a recipe for each of very many bags has, the report keeps none: fit --json gives them."""

MOST_BAGS = 200
"""Of more bags, nothing is kept of each one by itself: assign --json and check --json give it."""

MOST_CHARACTERS = 8_000
"""Pictures of more numbers than that have them drawn, and in their table, but not in the JSON once more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked for.

    Parameters
    ----------
    question : str
        What the report is to answer.
    sealed : tuple of Sealed
        What was said before the data were seen.
    mass : float
        Of the intervals.
    kind : {'eti', 'hdi'}
        Of the intervals.
    command : str or None
        What was typed; None where it was not.
    seed : int or None
        Of the checks; None where a generator was given.
    at : datetime
        When the work on the report began.
    """

    question: str
    sealed: tuple[Sealed, ...]
    mass: float
    kind: Literal["eti", "hdi"]
    command: str | None
    seed: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """One of the models with all that was found of it.

    Parameters
    ----------
    fit : Fit
        Itself.
    table : Summary
        Its parameters.
    assigned : Assignments or None
        Where its bags come from; None where it has no components.
    """

    fit: Fit
    table: Summary
    assigned: Assignments | None

    @staticmethod
    def of(fit: Fit, asked: Asked) -> Found:
        """What a fit says."""
        assigned = assign(fit) if isinstance(fit.model, Mixture) else None
        return Found(fit, summary(fit, mass=asked.mass, kind=asked.kind), assigned)


def report_document(
    found: Sequence[Found],
    counts: Counts,
    *,
    asked: Asked,
    comparison: Comparison | None,
    charts: Sequence[Chart],
    judged: Sequence[Judgement],
    missing: Sequence[str],
) -> dict[str, Any]:
    """The report as JSON can hold it.

    Parameters
    ----------
    found : sequence of Found
        The models; the first leads.
    counts : Counts
        What they were fitted to.
    asked : Asked
        What was asked for.
    comparison : Comparison or None
        Of the models, where there are several.
    charts : sequence of Chart
        The pictures.
    judged : sequence of Judgement
        How far each model can be trusted.
    missing : sequence of str
        What could not be shown or told, as sentences.
    """
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "question": asked.question,
        "data": _data(counts),
        "sealed": [asdict(one) for one in asked.sealed],
        "sealed_prior": sealed_prior(asked.sealed, found[0].fit),
        "models": [
            _model(one, own.documents(), title=title)
            for one, own, title in zip(found, judged, _titles(found), strict=True)
        ],
        "comparison": None if comparison is None else compare_document(comparison),
        "limits": [
            *missing,
            *limits_of([one.fit for one in found], comparison, assigned=[one.assigned for one in found]),
        ],
        "charts": [_chart(one) for one in charts],
        "command": asked.command,
        "seed": asked.seed,
        "made": _made(asked.at),
        "machine": machine(),
        "versions": versions(),
    }
    engines, models = {one.fit.engine for one in found}, {one.fit.model.spec for one in found}
    references = cited(engines, models, parts=parts_of(document))
    document["methods"] = methods_text(document)
    document["references"] = [{"key": one.key, "text": one.text, "bibtex": one.bibtex} for one in references]
    return document


def _made(began: datetime) -> dict[str, Any]:
    """When the report was made, and how long that took beside the fits."""
    seconds = (datetime.now(tz=UTC) - began).total_seconds()
    return {"at": began.strftime("%Y-%m-%d %H:%M UTC"), "seconds": round(seconds, 1)}


def machine() -> dict[str, str]:
    """What kind of machine this is: others, and other instructions that NumPy finds, may round otherwise."""
    instructions = np.show_config(mode="dicts").get("SIMD Extensions", {}).get("found", [])
    return {
        "system": platform.system(),
        "machine": platform.machine(),
        "instructions": " ".join(instructions) or "no others",
    }


def _data(counts: Counts) -> dict[str, Any]:
    """What was read, and everything that was left out or warned of."""
    totals = counts.table.sum(axis=0)
    n = max(counts.n_items, 1)
    return {
        "source": counts.source,
        "bags": counts.n_bags,
        "empty": int(np.count_nonzero(counts.totals == 0)),
        "categories": list(counts.categories),
        "noun": noun(counts.categories),
        "items": counts.n_items,
        "smallest": min(counts.totals.tolist(), default=0),
        "largest": max(counts.totals.tolist(), default=0),
        "totals": [
            {"category": name, "counted": int(total), "share": int(total) / n}
            for name, total in zip(counts.categories, totals, strict=True)
        ],
        "sha256": content_hash(counts),
        "notes": [{"kind": note.kind, "code": note.code, "text": note.text} for note in counts.notes],
        "counts": embedded_counts(counts),
    }


def _titles(found: Sequence[Found]) -> list[str]:
    """What each model is called: its spec; with its prior where several have the same."""
    specs = [one.fit.model.spec for one in found]
    return [
        spec if specs.count(spec) == 1 else f"{spec} with {prior_words(one.fit)}"
        for spec, one in zip(specs, found, strict=True)
    ]


def _model(found: Found, judged: Mapping[str, Any], *, title: str) -> dict[str, Any]:
    fit = found.fit
    rows = [] if found.assigned is None else found.assigned.rows()
    document, left_out = fit_document(fit, found.table, assignments=rows), []
    if len(document["parameters"]) > MOST_PARAMETERS:
        document, left_out = document | {"parameters": []}, ["parameters"]
    checked = judged["check"]
    if fit.data.n_bags > MOST_BAGS:
        document, left_out = (
            document | {"assignments": []},
            [*left_out, "assignments", "left_out.bags", "unlikely"],
        )
        scores = checked["left_out"]
        checked = checked | {"unlikely": [], "left_out": None if scores is None else scores | {"bags": []}}
    return {
        "title": title,
        "words": model_words(fit),
        "claim": claim_of(fit),
        "formulas": formulas_of(fit),
        "prior_words": prior_words(fit),
        "headline": sentence(fit, found.table).removeprefix("In words: "),
        "tables": _tables(found),
        "assigned": None if found.assigned is None else found.assigned.words,
        "fit": document,
        "left_out": left_out,
        "check": checked,
        "sensitivity": judged["sensitivity"],
        "health": _health(found),
        "again": {"model": embedded_model(fit.model), "sha256": fingerprint(fit)},
    }


def _tables(found: Found) -> list[dict[str, Any]]:
    """The tables of results, header first, with the interval's kind and mass in their heads."""
    weights = found.table.weights_cells()
    shares = found.table.cells(noun(found.fit.data.categories))
    tables = [("How many bags come from each component", weights)] if weights else []
    tables.append(("Shares", shares))
    return [shortened(caption, rows) for caption, rows in tables] + [
        {"caption": line, "head": [], "rows": [], "more": 0} for line in found.table.further_lines
    ]


def _health(found: Found) -> dict[str, Any]:
    """How well the draws know what the verdict judges them by; None where nothing was drawn."""
    fit = found.fit
    if not isinstance(fit, DrawsFit) or not fit.posterior.sampled:
        return {"smallest_ess": None, "largest_rhat": None, "replicates": None}
    own = fit.posterior.health(judged_quantities(fit.model, fit.posterior, statistic=fit.statistic))
    return {
        "smallest_ess": float(own.ess.min()),
        "largest_rhat": None if own.rhat is None else float(np.max(own.rhat)),
        "replicates": int(fit.posterior.replicate.max()) + 1,
    }


def _chart(chart: Chart) -> dict[str, Any]:
    few = len(json.dumps(chart.numbers)) <= MOST_CHARACTERS
    return {
        "name": chart.name,
        "title": chart.title,
        "alt": chart.alt,
        "numbers": chart.numbers if few else None,
        **shortened(chart.title, chart.table),
    }
