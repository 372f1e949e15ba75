"""``handful fit``: a table of counts to a posterior."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from handful.cli import options
from handful.cli.guard import guarded, stop_if_wrong
from handful.cli.reading import ReadingOptions, one_category, tell, tell_seed
from handful.files import write_whole

if TYPE_CHECKING:
    from handful.data.counts import Counts
    from handful.inference.fits import Fit
    from handful.results.parameters import Summary


@guarded
def fit(
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
    ci_kind: options.CiKind = "eti",
    engine: options.Engine = None,
    draws: options.Draws = None,
    seed: options.Seed = None,
    strict: options.Strict = False,
    json: options.Json = False,
    output: options.FitOutput = None,
) -> None:
    """Posterior of the shares of each category."""
    asked = locals()
    from handful.cli.model_options import ModelOptions
    from handful.cli.output import check_output
    from handful.inference import fit as inference
    from handful.results.document import fit_json
    from handful.results.summary import summary

    check_output(output, file, kinds=(".json", ".nc"))
    (chosen,) = ModelOptions.among(asked).models([model])
    counts = one_category(ReadingOptions.among(asked).read(file).counts, category)
    found = inference.fit(chosen, counts, engine=engine, draws=draws, rng=seed)
    _tell_drawn_seed(found, seed)
    table = summary(found, mass=ci, kind=ci_kind)
    document = fit_json(found, table) if json or output is not None else ""
    if json:
        print(document)
    else:
        _print(found, table, counts=counts)
        _print_between_bags(found, counts, file=file, seed=seed)
        _print_end(found, file)
    if output is not None:
        _write(found, document, output=output)
    stop_if_wrong(found.verdict.ok, strict=strict)


def _tell_drawn_seed(found: Fit, seed: int | None) -> None:
    """Say which seed was drawn, if one was needed and none was given."""
    from handful.inference.draws_fit import DrawsFit

    if seed is None and isinstance(found, DrawsFit) and found.seed is not None:
        tell_seed(found.seed)


def _write(found: Fit, document: str, *, output: Path) -> None:
    """Write the JSON object, or the whole fit."""
    if output.suffix == ".nc":
        from handful.results.datatree import write_fit

        write_fit(found, output)
    else:
        write_whole(output, f"{document}\n".encode())
    tell(f"Wrote {output}.")


def _print(found: Fit, table: Summary, *, counts: Counts) -> None:
    """The answer for people: model and prior, the table, a sentence."""
    from handful.cli.components import print_components
    from handful.cli.output import print_with_bars
    from handful.cli.population import print_population
    from handful.inference.draws_fit import DrawsFit
    from handful.results.table import aligned
    from handful.results.words import model_words, noun, prior_words, sentence

    print(f"Model: {model_words(found)}. Prior: {prior_words(found)}.")
    what = noun(found.data.categories)
    weights = table.weights_cells()
    if weights:
        print("\n".join(aligned(weights)))
    shares = [parameter.mean or 0.0 for parameter in table.shares]
    print_with_bars(aligned(table.cells(what)), shares, categories=[str(p.category) for p in table.shares])
    print(sentence(found, table))
    if weights:
        print_components(found, table, counts=counts)
    elif isinstance(found, DrawsFit):
        print_population(found, table, noun=what)


def _print_end(found: Fit, file: str) -> None:
    """What should be known about the answer, and what to do next."""
    from shlex import quote

    from handful.inference.fit_lines import evidence_text
    from handful.results.words import noun

    for note in found.verdict.notes:
        print(f"Note: {note}")
    print(f"Log evidence: {evidence_text(found.log_evidence)}. Engine: {found.engine}, since {found.reason}.")
    first, *others = found.data.categories
    alone = f"one {noun(found.data.categories)} alone: handful fit {quote(file)} --category {quote(first)}"
    steps = [
        *([] if file == "-" else [f"handful report {quote(file)} -o report.html"]),
        *([alone] if len(others) > 1 else []),
        "other models: handful fit --help",
    ]
    print(f"Next: {'   |   '.join(steps)}")


def _print_between_bags(found: Fit, counts: Counts, *, file: str, seed: int | None) -> None:
    """Whether bags differ more than one recipe would make them, which a pooled fit does not ask."""
    if found.model.spec != "pooled":
        return
    from shlex import quote

    from handful.results.variation import between_bags
    from handful.rng import fresh_seed

    chosen = fresh_seed() if seed is None else seed
    variation = between_bags(counts, rng=chosen)
    if variation is None:
        few = int((counts.totals > 0).sum())
        reason = (
            "Only one category was seen" if few > 1 else "One bag cannot tell" if few else "No bag can tell"
        )
        print(f"Do bags differ more than chance? {reason}.")
        return
    if seed is None and variation.simulated:
        tell(f"Seed {chosen}, drawn for the simulated bags; --seed {chosen} gives the same again.")
    more = f"(see: handful check {quote(file)})"
    print(f"Do bags differ more than chance? predictive {variation.p_text} -> {variation.words} {more}.")
