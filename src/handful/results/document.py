"""to_json: a fit as one JSON object, after the published schema ``handful/fit/1``."""

from __future__ import annotations

import json
import math
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Literal

import numpy as np
import scipy

from handful.data.datasets.catalogue import datasets
from handful.data.fingerprints import content_hash
from handful.data.histograms import Histograms
from handful.data.read import Reading
from handful.inference.draws_fit import DrawsFit
from handful.inference.evidence import Evidence
from handful.inference.extra_variation import is_identified
from handful.inference.fits import Fit
from handful.models.hierarchical import PopulationPrior
from handful.models.precision import precision_words
from handful.results.assign import assignment_rows
from handful.results.bag_variation import bag_variation
from handful.results.compare import Comparison
from handful.results.parameters import Summary, flat
from handful.results.summary import summary
from handful.version import VERSION

SCHEMA = "handful/fit/1"


def to_json(fit: Fit, *, mass: float = 0.95, kind: Literal["eti", "hdi"] = "eti") -> str:
    """The fit as JSON text: model, data, engine, evidence, parameters, verdict, versions.

    Parameters
    ----------
    fit : Fit
        What ``fit`` returned.
    mass : float, optional
        The posterior probability of the intervals.
    kind : {'eti', 'hdi'}, optional
        Equal-tailed or highest-density.

    Raises
    ------
    ParameterError
        If `mass` or `kind` is out of range.

    Examples
    --------
    >>> import handful as hf, json
    >>> counts = hf.Counts([[12, 43]], categories=["blue", "not blue"])
    >>> json.loads(hf.to_json(hf.fit(hf.Pooled(), counts)))["schema"]
    'handful/fit/1'
    """
    return fit_json(fit, summary(fit, mass=mass, kind=kind))


def fit_json(fit: Fit, table: Summary) -> str:
    """The fit and its summary as JSON text."""
    return json.dumps(fit_document(fit, table, assignments=assignment_rows(fit)), indent=2)


def fit_document(fit: Fit, table: Summary, *, assignments: Sequence[Mapping[str, object]]) -> dict[str, Any]:
    """The fit, its summary and where its bags come from as the object of the schema ``handful/fit/1``."""
    drawn = fit if isinstance(fit, DrawsFit) else None
    return {
        "schema": SCHEMA,
        "model": _model(fit),
        "data": {
            "source": fit.data.source,
            "bags": fit.data.n_bags,
            "categories": list(fit.data.categories),
            "items": fit.data.n_items,
            "sha256": fit.data.sha256,
        },
        "engine": {"name": fit.engine, "reason": fit.reason},
        "log_evidence": evidence_object(fit.log_evidence),
        "interval": {"kind": table.kind, "mass": table.mass},
        "parameters": [flat(parameter) for parameter in table.parameters],
        "assignments": list(assignments),
        "verdict": {"ok": fit.verdict.ok, "notes": list(fit.verdict.notes)},
        "seed": drawn.seed if drawn is not None else None,
        "draws": drawn.posterior.n_draws if drawn is not None and drawn.posterior.sampled else None,
        "pareto_k": finite_or_none(drawn.posterior.pareto_k) if drawn is not None else None,
        "variation": None if drawn is None else _variation(drawn, table.mass),
        "precision_bound": None if drawn is None or drawn.bound is None else asdict(drawn.bound),
        "versions": versions(),
    }


def _model(fit: Fit) -> dict[str, str]:
    """The model with its priors spelled out."""
    prior = fit.model.prior_over(fit.data.categories)
    spelled = {"spec": fit.model.spec, "prior": prior.spec}
    if isinstance(prior, PopulationPrior):
        # What independent gammas on the concentrations amount to is spelled out too.
        spelled |= {"mean_prior": prior.mean.spec, "precision_prior": precision_words(prior.precision)}
    return spelled


def _variation(fit: DrawsFit, mass: float) -> dict[str, Any] | None:
    """How much the shares differ between bags, as standard deviations; None where the bags cannot tell."""
    if not (isinstance(fit.statistic, Histograms) and is_identified(fit.statistic)):
        return None
    found = bag_variation(fit, mass=mass)
    columns = {
        "recipes": found.between_recipes.mean if found.extra else None,
        "recipes_lower": found.between_recipes.lower if found.extra else None,
        "recipes_upper": found.between_recipes.upper if found.extra else found.recipes_at_most,
        "counting": found.expected_by_counting.mean,
        "expected": found.expected.mean,
        "seen": found.seen,
    }
    rows = [
        {"category": name, **{key: None if one is None else float(one[c]) for key, one in columns.items()}}
        for c, name in enumerate(found.categories)
    ]
    return {"typical_total": found.typical_total, "categories": rows}


def evidence_object(evidence: Evidence) -> dict[str, Any]:
    """The evidence; an error that nobody can tell is null."""
    return asdict(evidence) | {"error": finite_or_none(evidence.error)}


def finite_or_none(number: float | None) -> float | None:
    """JSON knows no infinity."""
    return number if number is not None and math.isfinite(number) else None


def compare_json(comparison: Comparison) -> str:
    """The comparison as JSON text, after the schema ``handful/compare/1``."""
    return json.dumps(compare_document(comparison), indent=2)


def compare_document(comparison: Comparison) -> dict[str, Any]:
    """The comparison as the object of the schema ``handful/compare/1``."""
    return {
        "schema": "handful/compare/1",
        "models": [
            {
                "spec": model.spec,
                "prior": model.prior,
                "log_evidence": evidence_object(model.log_evidence),
                "probability": model.probability,
            }
            for model in comparison.models
        ],
        "best": comparison.best,
        "words": comparison.words,
        "verdict": {"ok": comparison.verdict.ok, "notes": list(comparison.verdict.notes)},
        "versions": versions(),
    }


def versions() -> dict[str, str]:
    """The versions that an answer depends on."""
    return {
        "handful": VERSION,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
    }


def inspect_document(reading: Reading) -> dict[str, Any]:
    """What was read and how, as the object of the schema ``handful/inspect/1``."""
    counts = reading.counts
    return {
        "schema": "handful/inspect/1",
        "data": {
            "source": counts.source,
            "bags": counts.n_bags,
            "categories": list(counts.categories),
            "items": counts.n_items,
            "sha256": content_hash(counts),
        },
        "columns": [{"name": name, "role": role} for name, role in reading.roles],
        "totals": dict(zip(counts.categories, counts.table.sum(axis=0).tolist(), strict=True)),
        "notes": [{"kind": note.kind, "code": note.code, "text": note.text} for note in counts.notes],
    }


def datasets_document() -> dict[str, Any]:
    """The shipped data sets, as the object of the schema ``handful/datasets/1``."""
    return {
        "schema": "handful/datasets/1",
        "datasets": [
            {
                "name": dataset.name,
                "kind": dataset.kind,
                "title": dataset.title,
                "source": dataset.source,
                "licence": dataset.licence,
                "left_out": dict(dataset.drop),
                "notes": list(dataset.notes),
            }
            for dataset in datasets()
        ],
    }
