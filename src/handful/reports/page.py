"""The page of a report: a function of its document and its pictures, and of nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

from jinja2 import BaseLoader, Environment, StrictUndefined
from markupsafe import Markup

from handful.reports.numbers import capital, formula, whole

ID_OF_JSON = "handful-report"
GENERATOR = '<meta name="generator" content="handful'
RESULT_CHARTS = ("shares", "variation", "components", "assignments")


def page_of(document: Mapping[str, Any], pictures: Mapping[str, str]) -> str:
    """The report as one HTML file that needs nothing else.

    Parameters
    ----------
    document : mapping
        The report, as the schema ``handful/report/1`` has it.
    pictures : mapping of str to str
        Each of its charts as HTML, by name.
    """
    shown = {name: Markup(one) for name, one in pictures.items()}  # noqa: S704  # drawn by our own plots
    page = _environment().from_string(_text("page.html.j2"))
    return page.render(
        report=document,
        lead=document["models"][0],
        charts={chart["name"]: chart for chart in document["charts"]},
        pictures=shown,
        style=Markup(_text("page.css")),  # noqa: S704  # our own file
        embedded=Markup(embeddable(document)),  # noqa: S704  # made safe there
        id_of_json=ID_OF_JSON,
        sections=_sections(document),
        counted=[
            [one["category"], whole(one["counted"]), f"{one['share']:.3f}"]
            for one in document["data"]["totals"]
        ],
        computed=[_computed(model) for model in document["models"]],
        result_charts=RESULT_CHARTS,
    )


def _sections(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The parts of the page: the ids and names of its headings."""
    lead = document["models"][0]
    there = {
        "data": "Data",
        "models": "Models and priors",
        "results": "Results",
        "checks": "Checks",
        "comparison": "Comparison" if document["comparison"] else "",
        "sensitivity": "Sensitivity" if lead["sensitivity"] else "",
        "limits": "Limits",
        "computation": "Computation",
        "again": "How to get this again",
        "methods": "Methods",
    }
    return [(place, name) for place, name in there.items() if name]


def _computed(model: Mapping[str, Any]) -> list[str]:
    """A row of the table of computations."""
    fit, health = model["fit"], model["health"]
    evidence = fit["log_evidence"]
    error = (
        "not known"
        if evidence["error"] is None
        else f"{evidence['error']:.1g}"
        if evidence["error"]
        else "exact"
    )
    return [
        fit["model"]["spec"],
        fit["engine"]["name"],
        fit["engine"]["reason"],
        "none" if fit["draws"] is None else whole(fit["draws"]),
        "none" if fit["seed"] is None else str(fit["seed"]),
        "none" if health["smallest_ess"] is None else f"{health['smallest_ess']:,.0f}",
        "none" if health["largest_rhat"] is None else f"{health['largest_rhat']:.3f}",
        "none" if fit["pareto_k"] is None else f"{fit['pareto_k']:.2f}",
        f"{evidence['value']:.4f}",
        error,
    ]


def embeddable(document: Mapping[str, Any]) -> str:
    r"""The document as JSON that may stand in a script element: nothing in it can end that.

    Examples
    --------
    >>> embeddable({"name": "</script>"})
    '{"name":"\\u003c/script>"}'
    """
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


@lru_cache(maxsize=1)
def _environment() -> Environment:
    made = Environment(
        loader=BaseLoader(), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters |= {"formula": formula, "whole": whole, "capital": capital}
    return made


def _text(name: str) -> str:
    return files("handful.reports").joinpath(name).read_text(encoding="utf-8")
