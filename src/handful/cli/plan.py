"""``handful plan``: how many bags of what size will do, for a share, for two recipes, for where bags come from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from handful.cli import options
from handful.cli.guard import guarded
from handful.cli.made_up import (
    Categories,
    Numbers,
    Probability,
    Simulations,
    Sizes,
    names_in,
    numbers_in,
)
from handful.cli.reading import known_seed, tell
from handful.files import write_whole

if TYPE_CHECKING:
    from handful.results.planning.questions import Question

plan = typer.Typer(
    name="plan",
    help="How many bags of what size: share, recipes, assignments.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

KnownRecipes = Annotated[
    str,
    typer.Option("--recipes", metavar="FILE", help="Two recipes: a file, or data:NAME.", show_default=False),
]
Learning = Annotated[
    str | None,
    typer.Option(
        "--bags",
        metavar="N[,N]",
        help="How many bags, from which unknown recipes or weights are learnt; several candidates joined by commas.",
    ),
]


@plan.command()
@guarded
def share(
    within: Annotated[
        float,
        typer.Option(
            "--within", metavar="W", help="Half the interval: 0.02 for +-2 points.", show_default=False
        ),
    ],
    *,
    category: Annotated[
        str | None, typer.Option("--category", metavar="NAME", help="Whose share; the first if not given.")
    ] = None,
    ci: options.Ci = 0.95,
    probability: Probability = 0.8,
    model: options.Model = "pooled",
    categories: Categories = None,
    prior: options.Prior = None,
    precision_prior: options.PrecisionPrior = None,
    alpha_prior: options.AlphaPrior = None,
    size: Sizes = None,
    bags: Numbers = None,
    simulations: Simulations = 200,
    seed: options.Seed = None,
    json: options.Json = False,
    output: options.Output = None,
) -> None:
    """How many bags until the interval of a share is short enough (pooled, hierarchical)."""
    asked = locals()
    from handful.results.planning.questions import ShareWithin

    question = ShareWithin(within, category, ci, probability)
    _answer(question, asked)


@plan.command()
@guarded
def recipes(
    recipes: KnownRecipes,
    *,
    odds: Annotated[float, typer.Option("--odds", help="For the right recipe, against the other.")] = 20.0,
    probability: Probability = 0.9,
    size: Sizes = None,
    bags: Numbers = None,
    seed: options.Seed = None,
    json: options.Json = False,
    output: options.Output = None,
) -> None:
    """How many bags, all from one of two known recipes, tell which."""
    asked = locals()
    from handful.results.planning.questions import RecipesApart

    _answer(RecipesApart(odds, probability), {**asked, "model": "mixture"})


@plan.command()
@guarded
def assignments(
    *,
    share: Annotated[
        float, typer.Option("--share", metavar="P", help="What part of the bags shall be put right.")
    ] = 0.9,
    model: options.Model = "mixture",
    categories: Categories = None,
    prior: options.Prior = None,
    precision_prior: options.PrecisionPrior = None,
    alpha_prior: options.AlphaPrior = None,
    weights_prior: options.WeightsPrior = None,
    recipes: options.Recipes = None,
    recipe_strength: options.RecipeStrength = None,
    size: Sizes = None,
    bags: Learning = None,
    simulations: Simulations = 200,
    seed: options.Seed = None,
    json: options.Json = False,
    output: options.Output = None,
) -> None:
    """How large bags must be, or how many, so that they are put where they come from (mixture)."""
    asked = locals()
    from handful.results.planning.questions import BagsRight

    _answer(BagsRight(share), asked)


def _answer(question: Question, asked: Mapping[str, Any]) -> None:
    """Find and print the answer; where chance is needed, the seed is known."""
    from handful.cli.model_options import ModelOptions
    from handful.cli.output import check_output
    from handful.distributions.density import Density
    from handful.models.pooled import Pooled
    from handful.results.plan import plan as planned
    from handful.results.plan import plan_json

    output: Path | None = asked["output"]
    check_output(output, asked.get("recipes") or "")
    [model] = ModelOptions.among(asked).models([asked["model"]])
    closed = isinstance(model, Pooled) and not isinstance(model.prior, Density)
    start = known_seed(asked["seed"], needed=not closed)
    found = planned(
        question,
        model,
        size=numbers_in(asked["size"], option="size"),
        bags=numbers_in(asked["bags"], option="bags"),
        categories=names_in(asked.get("categories")),
        simulations=asked.get("simulations", 200),
        rng=start,
    )
    document = plan_json(found, seed=start)
    print(document if asked["json"] else found)
    if output is not None:
        write_whole(output, f"{document}\n".encode())
        tell(f"Wrote {output}.")
