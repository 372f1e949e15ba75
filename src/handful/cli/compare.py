"""``handful compare``: the evidences of several models on the same bags."""

from __future__ import annotations

from typing import Annotated

import typer

from handful.cli import options
from handful.cli.guard import guarded
from handful.cli.reading import ReadingOptions, known_seed, one_category, tell
from handful.files import write_whole

Models = Annotated[
    list[str],
    typer.Argument(
        metavar="MODEL...",
        show_default=False,
        help="Two or more: pooled, separate, hierarchical, poisson, mixture:K, mixture:K:overdispersed.",
    ),
]


@guarded
def compare(
    file: options.File,
    models: Models,
    category: options.Category = None,
    prior: options.Prior = None,
    rate_prior: options.RatePrior = None,
    precision_prior: options.PrecisionPrior = None,
    alpha_prior: options.AlphaPrior = None,
    weights_prior: options.WeightsPrior = None,
    recipes: options.Recipes = None,
    recipe_strength: options.RecipeStrength = None,
    id: options.Id = None,
    drop: options.Drop = None,
    labels: options.Labels = None,
    blank_is_zero: options.BlankIsZero = False,
    encoding: options.Encoding = None,
    draws: options.Draws = None,
    seed: options.Seed = None,
    json: options.Json = False,
    output: options.Output = None,
) -> None:
    """Log evidences and probabilities of several models of the same bags."""
    asked = locals()
    from handful.cli.model_options import ModelOptions
    from handful.cli.output import check_output
    from handful.results.compare import compare as compared
    from handful.results.document import compare_json

    check_output(output, file)
    chosen = ModelOptions.among(asked).models(models)
    reading = ReadingOptions.among(asked).read(file)
    start = known_seed(seed, needed=any(spec.startswith(("hierarchical", "mixture")) for spec in models))
    found = compared(chosen, one_category(reading.counts, category), draws=draws, rng=start)
    document = compare_json(found)
    print(document if json else found)
    if output is not None:
        write_whole(output, f"{document}\n".encode())
        tell(f"Wrote {output}.")
