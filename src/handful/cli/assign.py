"""``handful assign``: which component each bag came from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from handful.cli import options
from handful.cli.guard import guarded, stop_if_wrong
from handful.cli.reading import ReadingOptions, one_category, tell, tell_seed
from handful.files import write_whole

if TYPE_CHECKING:
    from handful.data.counts import Counts
    from handful.inference.fits import Fit
    from handful.results.assignments import Assignments
    from handful.results.self_assignment import SelfAssignment

Model = Annotated[
    str | None,
    typer.Option(
        "--model",
        metavar="SPEC",
        show_default=False,
        help="mixture:K or mixture:K:overdispersed; as many components as recipes, or as labels, if not given.",
    ),
]
AssignOutput = Annotated[
    Path | None,
    typer.Option(
        "-o",
        "--output",
        metavar="FILE",
        help="Write the JSON object there too (FILE.json), or the table (FILE.csv).",
    ),
]


@guarded
def assign(
    file: options.File,
    model: Model = None,
    *,
    category: options.Category = None,
    prior: options.Prior = None,
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
    output: AssignOutput = None,
) -> None:
    """Which component each bag came from, as probabilities, and whether it may be from none of them."""
    asked = locals()
    from handful.cli.model_options import ModelOptions
    from handful.cli.output import check_output
    from handful.inference import fit as inference
    from handful.results import assign as results
    from handful.results.assign_document import assign_csv, assign_json

    check_output(output, file, kinds=(".json", ".csv"))
    counts = one_category(ReadingOptions.among(asked).read(file).counts, category)
    spec = _spec(model, counts, recipes=recipes, labels=labels)
    (chosen,) = ModelOptions.among(asked).models([spec])
    found = inference.fit(chosen, counts, engine=engine, draws=draws, rng=seed)
    drawn = _seed(found, seed)
    assigned = results.assign(found, counts, rng=drawn)
    tested = _tested(found, counts, labels=labels, seed=drawn)
    document = assign_json(assigned, found, tested=tested, seed=drawn)
    if json:
        print(document)
    else:
        _print(found, assigned)
        _print_tested(found, counts, tested)
        _print_notes(assigned)
    if output is not None:
        text = assign_csv(assigned) if output.suffix == ".csv" else f"{document}\n"
        write_whole(output, text.encode())
        tell(f"Wrote {output}.")
    stop_if_wrong(assigned.verdict.ok, strict=strict)


def _seed(found: Fit, given: int | None) -> int | None:
    """The seed that was given, or the one that the fit has drawn, which is told."""
    from handful.inference.draws_fit import DrawsFit

    if given is not None or not isinstance(found, DrawsFit) or found.seed is None:
        return given
    tell_seed(found.seed)
    return found.seed


def _spec(model: str | None, counts: Counts, *, recipes: str | None, labels: str | None) -> str:
    """The model as typed; else the mixture that recipes or labels ask for."""
    from handful.errors import ParameterError
    from handful.models.known_components import known_components

    if model is not None:
        if model.split(":")[0] != "mixture":
            message = f"--model {model}: its bags come from no components; give mixture:K or mixture:K:overdispersed"
            raise ParameterError(message, name="model", found=model)
        return model
    if recipes is not None:
        return "mixture"
    if labels is None:
        message = (
            "give --model mixture:K, or --recipes FILE, or --labels COLUMN: how many components are there?"
        )
        raise ParameterError(message, name="model", found=model)
    known, _ = known_components(counts, labels, named=None, size=max(counts.n_bags, 1))
    return f"mixture:{int(known.max()) + 1}"


def _tested(found: Fit, counts: Counts, *, labels: str | None, seed: int | None) -> SelfAssignment | None:
    """The self-assignment of labelled bags, if there are bags of two labels or more."""
    from handful.data.labelled import LabelledRows
    from handful.models.mixture import Mixture
    from handful.results.self_assignment import self_assignment

    if (
        labels is None
        or not isinstance(found.model, Mixture)
        or not isinstance(found.statistic, LabelledRows)
    ):
        return None
    if (found.statistic.n_known_of(found.model.size) > 0).sum() < len(("one", "another")):
        return None
    return self_assignment(counts, labels, model=found.model, rng=seed)


def _print(found: Fit, assigned: Assignments) -> None:
    """The assignments for people: model and prior, the table, what it says, the odds of bags together."""
    from handful.results.table import aligned
    from handful.results.words import model_words, prior_words

    print(f"Model: {model_words(found)}. Prior: {prior_words(found)}.")
    print("\n".join(aligned(assigned.cells())))
    print(assigned.words)
    if assigned.together:
        print("\n".join(["If several bags are all from one component:", *aligned(assigned.odds_cells())]))


def _print_notes(assigned: Assignments) -> None:
    for note in assigned.verdict.notes:
        print(f"Note: {note}")


def _print_tested(found: Fit, counts: Counts, tested: SelfAssignment | None) -> None:
    """Where labelled bags are put without their label, and whether the labels differ at all."""
    from handful.models.mixture import Mixture
    from handful.models.pooled import Pooled
    from handful.results.compare import compare

    if tested is None:
        return
    print(f"Do bags find back to their {tested.labels}?")
    print(tested)
    model = found.model
    if len(tested.bags) < counts.n_bags or not isinstance(model, Mixture):
        return
    if model.recipes is None and not model.overdispersed:
        found_together = compare([Pooled(model.prior), model], counts)
        print(f"Does the {tested.labels} matter at all? {found_together.words}")
