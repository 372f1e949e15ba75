"""plan: how many bags of what size answer a question, before any is counted."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from handful.distributions.checks import whole
from handful.distributions.fixed import Fixed
from handful.errors import ParameterError, ParameterTypeError
from handful.inference.outcome import Model
from handful.models.mixture import Mixture
from handful.results.document import versions
from handful.results.made_up.names import categories_of
from handful.results.planning.answers import Plan
from handful.results.planning.apart import plan_apart
from handful.results.planning.candidates import Planned
from handful.results.planning.questions import Question, RecipesApart, ShareWithin
from handful.results.planning.right import plan_right, plan_right_by_fits
from handful.results.planning.share import OneShare, plan_share
from handful.rng import RNG, as_generator

SCHEMA = "handful/plan/1"
SEEDS = 2**62
FEWEST = 10
"""Of fewer made-up sets of bags no error can be told."""


def plan(
    question: Question,
    model: Model,
    *,
    size: int | Sequence[int] | None = None,
    bags: int | Sequence[int] | None = None,
    categories: Sequence[str] | None = None,
    simulations: int = 200,
    rng: RNG = None,
) -> Plan:
    """How many bags of what size answer `question`: candidates with their probability, and the least that will do.

    What can be summed over is exact: the interval of a share under one common recipe, and all outcomes of a bag from
    known recipes while they are few. Else bags are made up, and every probability has a standard error.

    Parameters
    ----------
    question : ShareWithin, RecipesApart or BagsRight
        What the bags shall tell.
    model : Pooled, Hierarchical or Mixture
        What they are thought to follow, with the prior: a pooled or a hierarchical model for a share, a mixture with
        known recipes to tell these apart, any mixture for where bags come from.
    size : int or sequence of int, optional
        How many items a bag holds, or several candidates. For ``BagsRight`` with known recipes the least that will
        do is looked for if it is not given.
    bags : int or sequence of int, optional
        How many bags, or several candidates. If not given, the least number that will do is looked for; where each
        candidate needs fits, 5, 10, 20, 40 and 80 are tried.
    categories : sequence of str, optional
        What is in the bags; if not given, what the model names (see ``simulate``).
    simulations : int, optional
        How many sets of bags are made up and fitted for each candidate, 10 or more; not needed where no fit is.
    rng : int, Generator or None, optional
        The source of randomness.

    Raises
    ------
    ParameterError
        If a number is out of range, something is missing, or the question has no answer: a share that is known,
        recipes that are the same.
    ParameterTypeError
        If the question is none, or the model is none that it could be asked of.

    Examples
    --------
    >>> import handful as hf
    >>> hf.plan(hf.ShareWithin(0.02), hf.Pooled(hf.Beta(1, 5)), size=55).enough.n_items
    1925
    """
    _check_question(question)
    named = question.category if isinstance(question, ShareWithin) else None
    names = categories_of(model, categories, category=named)
    sizes, numbers = _several(size, name="size"), _several(bags, name="bags")
    n_sets, generator = whole(simulations, name="simulations", least=FEWEST), as_generator(rng, use="plan")
    if isinstance(question, ShareWithin):
        one = OneShare.of(model, question, categories=names)
        return plan_share(
            question, one, sizes=_needed(sizes), bags=numbers, simulations=n_sets, rng=generator
        )
    if not isinstance(model, Mixture):
        message = f"{model.spec}: bags come from different components in a mixture only; give a Mixture"
        raise ParameterTypeError(message, name="model", found=model)
    seed = int(generator.integers(SEEDS))
    if isinstance(question, RecipesApart):
        return plan_apart(question, model, categories=names, sizes=_needed(sizes), bags=numbers, seed=seed)
    known = model.recipes_are_known and not model.overdispersed
    if known and isinstance(model.weights, Fixed):
        _refuse_bags(numbers)
    if known and numbers is None:
        return plan_right(question, model, categories=names, sizes=sizes, seed=seed)
    if numbers is None:
        message = (
            "the recipes are not known: how well they are told depends on the bags; give bags=30, or several"
        )
        raise ParameterError(message, name="bags", found=bags)
    return plan_right_by_fits(
        question,
        model,
        categories=names,
        sizes=_needed(sizes),
        bags=numbers,
        simulations=n_sets,
        rng=generator,
    )


def plan_json(found: Plan, *, seed: int | None) -> str:
    """The plan as JSON text, after the published schema ``handful/plan/1``."""
    document = {
        "schema": SCHEMA,
        "question": {"kind": found.question.kind, **asdict(found.question)},
        "model": {"spec": found.model, "prior": found.prior},
        "categories": list(found.categories),
        "aim": found.aim,
        "rows": [_row(row) for row in found.rows],
        "enough": None if found.enough is None else _row(found.enough),
        "words": found.words,
        "facts": [
            {"name": one.name, "value": one.value if math.isfinite(one.value) else None, "error": one.error}
            for one in found.facts
        ],
        "verdict": {"ok": found.verdict.ok, "notes": list(found.verdict.notes)},
        "seed": seed,
        "versions": versions(),
    }
    return json.dumps(document, indent=2)


def _row(row: Planned) -> dict[str, Any]:
    return {
        "bags": row.n_bags,
        "size": row.size,
        "items": row.n_items,
        "probability": row.probability,
        "error": row.error,
    }


def _check_question(question: object) -> None:
    if not isinstance(question, Question):
        message = f"question = {question!r}: give ShareWithin(0.02), RecipesApart() or BagsRight(0.9)"
        raise ParameterTypeError(message, name="question", found=question)


def _several(given: int | Sequence[int] | None, *, name: str) -> tuple[int, ...] | None:
    """The candidates in rising order, each once; None where none is given."""
    if given is None:
        return None
    values = [given] if np.ndim(given) == 0 else list(given)  # type: ignore[arg-type]
    found = sorted({whole(one, name=name, least=1) for one in values})
    if not found:
        raise ParameterError(f"{name} = {given!r}: give a number, or several", name=name, found=given)
    return tuple(found)


def _needed(sizes: tuple[int, ...] | None) -> tuple[int, ...]:
    if sizes is None:
        message = "how many items does a bag hold? give size=55, or several candidates (1 for single items)"
        raise ParameterError(message, name="size", found=None)
    return sizes


def _refuse_bags(numbers: tuple[int, ...] | None) -> None:
    """Nothing, if no number of bags is given where it makes no difference."""
    if numbers is not None:
        message = (
            "all is known: each bag is judged by itself, and their number makes no difference; leave it out"
        )
        raise ParameterError(message, name="bags", found=numbers)
