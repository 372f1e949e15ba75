"""``handful simulate``: bags that nobody has counted, as a table that ``handful fit -`` reads."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from handful.cli import options
from handful.cli.guard import guarded
from handful.cli.made_up import Categories, names_in, numbers_in
from handful.cli.reading import known_seed, tell
from handful.files import write_whole
from handful.progress import stage

Bags = Annotated[int, typer.Option("--bags", min=1, help="How many bags.", show_default=False)]
Size = Annotated[
    str,
    typer.Option(
        "--size",
        metavar="N[,N]",
        help="Items in a bag: a number for all, or one for each, joined by commas.",
        show_default=False,
    ),
]
Truth = Annotated[
    Path | None,
    typer.Option(
        "--truth", metavar="FILE.json", help="Write what the bags were made from there: the JSON object."
    ),
]
TableOutput = Annotated[
    Path | None,
    typer.Option("-o", "--output", metavar="FILE.csv", help="Write the table there, and not on the screen."),
]


@guarded
def simulate(
    bags: Bags,
    size: Size,
    *,
    model: options.Model = "pooled",
    categories: Categories = None,
    prior: options.Prior = None,
    rate_prior: options.RatePrior = None,
    precision_prior: options.PrecisionPrior = None,
    alpha_prior: options.AlphaPrior = None,
    weights_prior: options.WeightsPrior = None,
    recipes: options.Recipes = None,
    recipe_strength: options.RecipeStrength = None,
    seed: options.Seed = None,
    json: options.Json = False,
    truth: Truth = None,
    output: TableOutput = None,
) -> None:
    """Bags made up by a model and its prior: a table of counts, and the truth behind it."""
    asked = locals()
    from handful.cli.model_options import ModelOptions
    from handful.cli.output import check_output
    from handful.results.simulate import simulate as made_up
    from handful.results.simulate import simulate_json

    check_output(output, recipes or "", kinds=(".csv",))
    check_output(truth, recipes or "", option="--truth")
    [chosen] = ModelOptions.among(asked).models([model])
    totals = numbers_in(size, option="size") or ()
    start = known_seed(seed, needed=True)
    with stage("making bags up"):
        found = made_up(
            chosen,
            bags=bags,
            size=totals if len(totals) > 1 else totals[0],
            categories=names_in(categories),
            rng=start,
        )
        table, document = found.to_csv(), simulate_json(found, seed=start)
    if json:
        print(document)
    elif output is None:
        sys.stdout.write(table)
    for path, text in ((output, table), (truth, f"{document}\n")):
        if path is not None:
            write_whole(path, text.encode())
            tell(f"Wrote {path}.")
