"""``handful calibrate``: whether a model and its engine are right on bags that are made up from the model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from handful.cli import options
from handful.cli.guard import guarded, stop_if_wrong
from handful.cli.reading import ReadingOptions, known_seed, one_category, tell
from handful.files import write_whole

if TYPE_CHECKING:
    from handful.results.calibrate import Calibration

Simulations = Annotated[
    int,
    typer.Option(
        "--simulations", metavar="N", min=50, max=100_000, help="How many data sets to make up and fit."
    ),
]
Given = Annotated[
    bool,
    typer.Option(
        "--given",
        help="Draw truths from the posterior of these very bags, and fit them with made-up ones beside them.",
    ),
]
Output = Annotated[
    Path | None,
    typer.Option(
        "-o",
        "--output",
        metavar="FILE",
        help="Write the JSON object there too (FILE.json), or a picture of the ranks (FILE.svg, FILE.png).",
    ),
]
KINDS = (".json", ".svg", ".png")


@guarded
def calibrate(
    file: options.File,
    *,
    model: options.Model = "pooled",
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
    simulations: Simulations = 500,
    given: Given = False,
    engine: options.Engine = None,
    draws: options.Draws = None,
    seed: options.Seed = None,
    strict: options.Strict = False,
    json: options.Json = False,
    output: Output = None,
) -> None:
    """Whether model and engine find again what bags like these were made from."""
    asked = locals()
    from handful.cli.model_options import ModelOptions
    from handful.cli.output import check_output
    from handful.results.calibrate import calibrate as calibrated
    from handful.results.calibrating.document import calibrate_json

    check_output(output, file, kinds=KINDS)
    (chosen,) = ModelOptions.among(asked).models([model])
    counts = one_category(ReadingOptions.among(asked).read(file).counts, category)
    start = known_seed(seed, needed=True)
    found = calibrated(
        chosen,
        like=counts,
        engine=engine,
        simulations=simulations,
        draws=draws,
        given=counts if given else None,
        rng=start,
    )
    document = calibrate_json(found, counts, seed=start)
    print(document if json else found)
    if output is not None:
        _write(found, document, output=output)
    stop_if_wrong(found.verdict.ok, strict=strict)


def _write(found: Calibration, document: str, *, output: Path) -> None:
    """Write the JSON object, or the picture."""
    if output.suffix == ".json":
        write_whole(output, f"{document}\n".encode())
    else:
        from handful.plots.calibration import plot_calibration
        from handful.plots.save import save_plot

        save_plot(plot_calibration(found), output)
    tell(f"Wrote {output}.")
