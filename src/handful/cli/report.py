"""``handful report``: one offline HTML page on the bags, and ``handful replay``: the same fits again."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from handful.cli import options
from handful.cli.guard import guarded, stop_if_wrong
from handful.cli.reading import ReadingOptions, known_seed, one_category, tell
from handful.files import write_whole

if TYPE_CHECKING:
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
    from json import dumps

    from handful.cli.model_options import ModelOptions
    from handful.cli.output import check_output
    from handful.errors import ParameterError
    from handful.inference import fit as inference
    from handful.progress import each
    from handful.reports.report import report as reported

    if output is None and not json:
        raise ParameterError("say where the page goes: -o report.html (or --json)", name="output")
    check_output(output, file, kinds=(".html",))
    check_output(bib, file, kinds=(".bib",))
    specs = [spec.strip() for spec in models.split(",") if spec.strip()]
    chosen = ModelOptions.among(asked).models(specs)
    sealed = _sealed(receipts)
    counts = one_category(ReadingOptions.among(asked).read(file).counts, category)
    needed = any(spec.startswith(("hierarchical", "mixture")) for spec in specs)
    start = known_seed(seed, needed=needed)
    fits = [inference.fit(model, counts, draws=draws, rng=start) for model in each(chosen, "model")]
    found = reported(
        fits,
        counts,
        question=question,
        sealed=sealed,
        interval=(ci, ci_kind),
        command=_command(start if needed else None),
        rng=start,
    )
    if json:
        print(dumps(found.document, indent=2, ensure_ascii=False))
    if bib is not None:
        write_whole(bib, found.bibtex.encode())
        tell(f"Wrote {bib}.")
    if output is not None:
        write_whole(output, found.html.encode())
        tell(f"Wrote {output} (1 file, works offline).")
    stop_if_wrong(all(one.verdict.ok for one in fits), strict=strict)


@guarded
def replay(
    page: Annotated[Path, typer.Argument(metavar="REPORT.html", help="What handful report wrote.")],
    file: Annotated[
        str | None,
        typer.Argument(
            metavar="[FILE]", help="The counts as they are now; those in the report if not given."
        ),
    ] = None,
    *,
    category: options.Category = None,
    id: options.Id = None,
    drop: options.Drop = None,
    labels: options.Labels = None,
    blank_is_zero: options.BlankIsZero = False,
    encoding: options.Encoding = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="Exit with 4 where anything is not the same.")
    ] = False,
    json: options.Json = False,
) -> None:
    """Make the fits of a report again, and say whether they are the same."""
    asked = locals()
    from dataclasses import asdict
    from json import dumps

    from handful.reports.replay import replay as replayed
    from handful.results.document import versions

    counts = None
    if file is not None:
        counts = one_category(ReadingOptions.among(asked).read(file).counts, category)
    found = replayed(page, counts)
    if json:
        document = {
            "schema": "handful/replay/1",
            "models": [{**asdict(one), "agrees": one.agrees, "words": one.words} for one in found.models],
            "verdict": asdict(found.verdict),
            "versions": versions(),
        }
        print(dumps(document, indent=2))
    else:
        print(found)
    stop_if_wrong(found.verdict.ok, strict=verify)


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
    if drawn_seed is not None and "--seed" not in typed:
        typed += ["--seed", str(drawn_seed)]
    return shlex.join(typed)
