"""The methods paragraph of a report: sentences whose every number is one of its document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from handful.results.parameters import INTERVAL_NAMES

HOW = {
    "exact": "exactly, in closed form",
    "quadrature": "by numerical integration with an error bound",
    "enumeration": "exactly, by summing over all ways to deal the bags to the components",
    "laplace": "by importance draws around every mode, with Pareto-smoothed weights (Vehtari et al. 2024)",
    "smc": "by sequential Monte Carlo that tempers the likelihood (Del Moral et al. 2006)",
    "optimum": "as its highest point with the curvature there",
}


def methods_text(document: Mapping[str, Any]) -> str:
    """The paragraph.

    Parameters
    ----------
    document : mapping
        The report, without this paragraph.
    """
    interval = document["models"][0]["fit"]["interval"]
    kind = INTERVAL_NAMES[interval["kind"]]
    intervals = f"Intervals are {kind} and hold {100 * interval['mass']:g}% of the posterior probability."
    parts = [_said_of(part, document) for part in parts_of(document)]
    return " ".join([_data(document), *_models(document["models"]), intervals, *parts])


def _data(document: Mapping[str, Any]) -> str:
    data, version = document["data"], document["versions"]["handful"]
    bags = "1 bag" if data["bags"] == 1 else f"{data['bags']:,} bags"
    counted = f"{data['items']:,} items of {len(data['categories']):,} categories in {bags}"
    return f"We analysed {counted} with handful {version}."


def _models(models: Sequence[Mapping[str, Any]]) -> list[str]:
    found = []
    for place, model in enumerate(models):
        verb = "The" if place == 0 else "Another"
        fit = model["fit"]
        drawn = "" if fit["draws"] is None else f" ({fit['draws']:,} draws, {_seeded(fit['seed'])})"
        engine = HOW.get(fit["engine"]["name"], f"by the engine {fit['engine']['name']}")
        found.append(
            f"{verb} model ({fit['model']['spec']}: {model['words']}) had the prior {model['prior_words']}; its "
            f"posterior was computed {engine}{drawn}."
        )
    return found


def _seeded(seed: int | None) -> str:
    return "from a generator of the caller's" if seed is None else f"seed {seed}"


def parts_of(document: Mapping[str, Any]) -> list[str]:
    """What was done beside the fits, in the order it is told: what is said and what is cited go by this alone."""
    lead = document["models"][0]
    done = {
        "comparison": document["comparison"] is not None,
        "statistics": bool(lead["check"]["statistics"]),
        "left_out": lead["check"]["left_out"] is not None,
        "sensitivity": lead["sensitivity"] is not None,
    }
    return [part for part, was in done.items() if was]


def _said_of(part: str, document: Mapping[str, Any]) -> str:
    if part == "comparison":
        how = "by their marginal likelihoods of the counts, as equally probable before the data"
        return f"Models were compared {how} (Kass & Raftery 1995)."
    if part == "statistics":
        return "Adequacy was checked by posterior predictive mid-p values (Gelman, Meng & Stern 1996)."
    if part == "left_out":
        how = "log scores of each bag left out of the fit (Vehtari, Gelman & Gabry 2017)"
        return f"Prediction was judged by {how}; the unit is the bag, not the item."
    refits = " and by fits under other priors" if document["models"][0]["sensitivity"]["alternatives"] else ""
    how = f"power-scaling (Kallioinen et al. 2024){refits}"
    return f"How much the answers depend on the prior was judged by {how}."
