"""What a mixture's prior is and what a fit says of its weights, in words."""

from __future__ import annotations

from handful.distributions.half_normal import HalfNormal
from handful.models.mixture import Mixture
from handful.results.parameters import INTERVAL_NAMES, Summary
from handful.results.pretty import percent_between, pretty


def mixture_prior_words(model: Mixture) -> str:
    """The prior as people write it: on the weights, on each component, on how alike bags are."""
    parts = [] if model.size == 1 else [f"{pretty(model.weights.spec)} on the weights"]
    if model.alpha_prior is not None:
        return ", ".join([*parts, f"{pretty(model.alpha_prior.spec)} on each concentration"])
    named = "" if model.recipes is None else ", ".join(model.recipes.components)
    if model.recipes_are_known:
        parts.append(f"the recipes {named} known")
    else:
        own = getattr(model.prior, "spec", "")
        about = (
            "" if model.recipes is None else f" plus {float(model.strength):g} items of its recipe ({named})"
        )
        parts.append(f"{pretty(own)}{about} on each component")
    if model.overdispersed:
        on = "1/sqrt(precision)" if isinstance(model.precision, HalfNormal) else "each precision"
        parts.append(f"{pretty(model.precision.spec)} on {on}")
    return ", ".join(parts)


def mixture_sentence(table: Summary) -> str | None:
    """What is known of the weight of the first component; None where all weights are known."""
    weights = [one for one in table.parameters if one.name == "weights" and one.sd]
    if not weights:
        return None
    first = weights[0]
    between = " or ".join(percent_between(low, high) for low, high in first.interval.parts)
    return (
        f"the share of bags that come from component {first.component} lies {between} with "
        f"{100 * table.mass:g}% probability ({INTERVAL_NAMES[table.kind]} interval)."
    )
