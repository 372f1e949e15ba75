"""``handful check``: whether the bags look like bags that the model makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handful.cli import options
from handful.cli.guard import guarded, stop_if_wrong
from handful.cli.reading import ReadingOptions, known_seed, one_category, tell
from handful.files import write_whole

if TYPE_CHECKING:
    from handful.inference.fits import Fit
    from handful.results.checking.result import Check


@guarded
def check(
    file: options.File,
    model: options.Model = "pooled",
    *,
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
    engine: options.Engine = None,
    draws: options.Draws = None,
    seed: options.Seed = None,
    strict: options.Strict = False,
    json: options.Json = False,
    output: options.Output = None,
) -> None:
    """Whether the bags look like bags that the model makes, and how well each is foretold by the others."""
    asked = locals()
    from handful.cli.model_options import ModelOptions
    from handful.cli.output import check_output
    from handful.inference import fit as inference
    from handful.results.check import check as checked

    check_output(output, file)
    (chosen,) = ModelOptions.among(asked).models([model])
    counts = one_category(ReadingOptions.among(asked).read(file).counts, category)
    start = known_seed(seed, needed=True)
    fit = inference.fit(chosen, counts, engine=engine, draws=draws, rng=start)
    found = checked(fit, counts, rng=start)
    document = found.to_json()
    if json:
        print(document)
    else:
        _print(fit, found)
    if output is not None:
        write_whole(output, f"{document}\n".encode())
        tell(f"Wrote {output}.")
    stop_if_wrong(found.verdict.ok, strict=strict)


def _print(fit: Fit, found: Check) -> None:
    """The answer for people: how to read it, the table, the bags that are hardest to foretell, the verdict."""
    from handful.results.table import aligned
    from handful.results.words import model_words, prior_words

    print(f"Model: {model_words(fit)}. Prior: {prior_words(fit)}.")
    if found.statistics:
        tables = len(found.statistics[0].replicated)
        print(f"The bags seen, beside {tables:,} tables of bags that the model makes, with the same totals:")
        print("\n".join(aligned(found.cells())))
        print(found.reading)
    if found.left_out is not None:
        print(found.left_out.words)
        head, *bags = found.bag_cells()
        shown = bags[:MOST_SHOWN]
        print(f"The least likely for their size, {len(shown)} of {len(bags):,} bags:")
        print("\n".join(aligned([head, *shown])))
    print(found.verdict_words)
    for note in found.verdict.notes:
        print(note)


MOST_SHOWN = 3
