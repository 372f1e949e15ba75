"""``handful sensitivity``: how much an answer rests on its prior."""

from __future__ import annotations

from handful.cli import options
from handful.cli.guard import guarded, stop_if_wrong
from handful.cli.reading import ReadingOptions, known_seed, one_category, tell
from handful.files import write_whole


@guarded
def sensitivity(
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
    ci: options.Ci = 0.95,
    engine: options.Engine = None,
    draws: options.Draws = None,
    seed: options.Seed = None,
    strict: options.Strict = False,
    json: options.Json = False,
    output: options.Output = None,
) -> None:
    """How much the answer rests on its prior: power-scaling, and refits under other priors."""
    asked = locals()
    from json import dumps

    from handful.cli.model_options import ModelOptions
    from handful.cli.output import check_output
    from handful.inference import fit as inference
    from handful.results.sensitive.document import sensitivity_document
    from handful.results.sensitivity import sensitivity as analysed

    check_output(output, file)
    (chosen,) = ModelOptions.among(asked).models([model])
    counts = one_category(ReadingOptions.among(asked).read(file).counts, category)
    start = known_seed(seed, needed=model.startswith(("hierarchical", "mixture")))
    fitted = inference.fit(chosen, counts, engine=engine, draws=draws, rng=start)
    found = analysed(fitted, mass=ci)
    document = dumps(sensitivity_document(found, seed=start), indent=2)
    print(document if json else found)
    if output is not None:
        write_whole(output, f"{document}\n".encode())
        tell(f"Wrote {output}.")
    stop_if_wrong(found.verdict.ok, strict=strict)
