"""``handful report``: one offline HTML page on the bags."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from handful.cli import options
from handful.cli.guard import guarded, stop_if_wrong
from handful.cli.reading import ReadingOptions, known_seed, one_category, tell
from handful.files import write_whole

if TYPE_CHECKING:
    from handful.data.counts import Counts
    from handful.inference.fits import Fit
    from handful.inference.outcome import Model
    from handful.reports.report import Report
    from handful.reports.sealed import Sealed

DEFAULT = "pooled,hierarchical"

Models = Annotated[
    str,
    typer.Option(
        "--models",
        metavar="A,B",
        help="Which models: pooled, separate, hierarchical, poisson, mixture:K, mixture:K:overdispersed.",
    ),
]
Page = Annotated[
    Path | None, typer.Option("-o", "--output", metavar="FILE.html", help="Where the page goes.")
]
Question = Annotated[str | None, typer.Option("--question", help="What it is to answer: its title.")]
Receipts = Annotated[
    Path | None,
    typer.Option("--receipts", metavar="PROGRESS.json", help="What was sealed before the data were seen."),
]
Bib = Annotated[
    Path | None, typer.Option("--bib", metavar="FILE.bib", help="Write what it cites there, too.")
]


@guarded
def report(
    file: options.File,
    *,
    models: Models = DEFAULT,
    question: Question = None,
    receipts: Receipts = None,
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
    draws: options.Draws = None,
    seed: options.Seed = None,
    strict: options.Strict = False,
    json: options.Json = False,
    bib: Bib = None,
    output: Page = None,
) -> None:
    """One offline HTML page: data, models, answers, checks, limits, methods."""
    asked = locals()
    from handful.cli.model_options import ModelOptions
    from handful.reports.report import report as reported

    _check_outputs(asked)
    specs = [spec.strip() for spec in models.split(",") if spec.strip()]
    chosen, sealed = ModelOptions.among(asked).models(specs), _sealed(receipts)
    counts = one_category(ReadingOptions.among(asked).read(file).counts, category)
    start = known_seed(seed, needed=any(spec.startswith(("hierarchical", "mixture")) for spec in specs))
    fits = _fits(chosen, counts, draws=draws, seed=start)
    command, interval = _command(start), (ci, ci_kind)
    found = reported(
        fits, counts, question=question, sealed=sealed, interval=interval, command=command, rng=start
    )
    _give(found, asked)
    stop_if_wrong(all(one.verdict.ok for one in fits), strict=strict)


def _check_outputs(asked: Mapping[str, Any]) -> None:
    """Nothing, if what is asked for can be written: known before the work begins."""
    from handful.cli.output import check_output
    from handful.errors import ParameterError

    if asked["output"] is None and not asked["json"]:
        raise ParameterError("say where the page goes: -o report.html (or --json)", name="output")
    check_output(asked["output"], asked["file"], kinds=(".html",))
    check_output(asked["bib"], asked["file"], kinds=(".bib",))


def _fits(models: Sequence[Model], counts: Counts, *, draws: int | None, seed: int | None) -> list[Fit]:
    """A fit of each model, all with the same seed, so that each can be made again alone."""
    from handful.inference.fit import fit
    from handful.progress import each

    return [fit(model, counts, draws=draws, rng=seed) for model in each(models, "model")]


def _give(found: Report, asked: Mapping[str, Any]) -> None:
    """The JSON to stdout, the page and what it cites to their files."""
    from json import dumps

    if asked["json"]:
        print(dumps(found.document, indent=2, ensure_ascii=False))
    if asked["bib"] is not None:
        write_whole(asked["bib"], found.bibtex.encode())
        tell(f"Wrote {asked['bib']}.")
    if asked["output"] is not None:
        write_whole(asked["output"], found.html.encode())
        tell(f"Wrote {asked['output']} (1 file, works offline).")


def _sealed(receipts: Path | None) -> tuple[Sealed, ...]:
    """What was sealed, as a report shows it; receipts that were changed are refused."""
    if receipts is None:
        return ()
    from handful.course.progress import read_progress, verify
    from handful.errors import SourceError
    from handful.reports.sealed import Sealed

    broken = verify(receipts)
    if broken:
        raise SourceError(f"{receipts}: {broken[0]}", source=str(receipts))
    return tuple(
        Sealed(
            entry["name"],
            str(entry["value"]),
            entry["version"],
            entry["time"],
            entry["receipt"],
            late=entry["late"],
        )
        for entry in read_progress(receipts)["entries"]
        if entry["kind"] == "seal"
    )


def _command(drawn_seed: int | None) -> str:
    """What was typed, with the seed that was drawn where none was given."""
    typed = ["handful", *sys.argv[1:]]
    if drawn_seed is not None and not any(one.partition("=")[0] == "--seed" for one in typed):
        typed += ["--seed", str(drawn_seed)]
    return shlex.join(typed)
