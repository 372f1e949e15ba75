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
    models = _models(document["models"])
    return " ".join([_data(document), *models, intervals, *_evidence(document), *_checks(document)])


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


def _evidence(document: Mapping[str, Any]) -> list[str]:
    if document["comparison"] is None:
        return []
    how = "by their marginal likelihoods of the counts, as equally probable before the data"
    return [f"Models were compared {how} (Kass & Raftery 1995)."]


def _checks(document: Mapping[str, Any]) -> list[str]:
    checked, moved = document["models"][0]["check"], document["models"][0]["sensitivity"]
    found = []
    if checked["statistics"]:
        how = "posterior predictive mid-p values (Gelman, Meng & Stern 1996)"
        found.append(f"Adequacy was checked by {how}.")
    if checked["left_out"] is not None:
        how = "log scores of each bag left out of the fit (Vehtari, Gelman & Gabry 2017)"
        found.append(f"Prediction was judged by {how}; the unit is the bag, not the item.")
    if moved is not None:
        refits = " and by fits under other priors" if moved["alternatives"] else ""
        how = f"power-scaling (Kallioinen et al. 2024){refits}"
        found.append(f"How much the answers depend on the prior was judged by {how}.")
    return found
