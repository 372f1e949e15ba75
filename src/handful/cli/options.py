"""The options that several commands share: what is typed, and the line of help for each."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

File = Annotated[
    str,
    typer.Argument(
        metavar="FILE",
        show_default=False,
        help="A table of counts, a row a bag; '-' for standard input, data:NAME for a shipped data set.",
    ),
]

# how the file is read
Id = Annotated[
    str | None,
    typer.Option("--id", metavar="COLUMN", help="The column that names the bags; several joined by a comma."),
]
Drop = Annotated[
    str | None, typer.Option("--drop", metavar="COLUMNS", help="Columns to leave out, joined by commas.")
]
Labels = Annotated[
    str | None,
    typer.Option(
        "--labels",
        metavar="COLUMN",
        help="The column of labels, if it looks like counts; for a mixture, of the known components (blank: unknown).",
    ),
]
BlankIsZero = Annotated[
    bool, typer.Option("--blank-is-zero", help="A blank cell means that none was counted.")
]
Encoding = Annotated[
    str | None, typer.Option("--encoding", metavar="NAME", help="The encoding, if neither UTF-8 nor UTF-16.")
]

# the model and its answer
Model = Annotated[
    str,
    typer.Option(
        "--model",
        metavar="SPEC",
        help="pooled, separate, hierarchical, poisson, mixture:K or mixture:K:overdispersed.",
    ),
]
Category = Annotated[
    str | None, typer.Option("--category", metavar="NAME", help="This category against all others.")
]
Prior = Annotated[
    str | None,
    typer.Option(
        "--prior",
        metavar="SPEC",
        help="beta(1,5), dirichlet(1), dirichlet(2,1,1), uniform(0.5,1), normal(0.2,0.05), fixed(0.25,0.75).",
    ),
]
RatePrior = Annotated[
    str | None,
    typer.Option(
        "--rate-prior", metavar="SPEC", help="gamma(shape,rate), for poisson; matches --prior if not given."
    ),
]
PrecisionPrior = Annotated[
    str | None,
    typer.Option(
        "--precision-prior",
        metavar="SPEC",
        help="How alike bags are (hierarchical, overdispersed): lognormal(4,2), gamma(2,0.05), "
        "halfnormal(0.2) of 1/sqrt(precision).",
    ),
]
AlphaPrior = Annotated[
    str | None,
    typer.Option(
        "--alpha-prior",
        metavar="SPEC",
        help="gamma(shape,rate) on each concentration by itself (hierarchical, overdispersed), in place of the others.",
    ),
]
WeightsPrior = Annotated[
    str | None,
    typer.Option(
        "--weights-prior",
        metavar="SPEC",
        help="The share of bags from each component (mixture): beta(1,1), dirichlet(1), fixed(0.5,0.5).",
    ),
]
Recipes = Annotated[
    str | None,
    typer.Option(
        "--recipes",
        metavar="FILE",
        help="Published proportions of the components (mixture): a file, or data:mms-recipes-2017.",
    ),
]
RecipeStrength = Annotated[
    str | None,
    typer.Option(
        "--recipe-strength",
        metavar="N|fixed",
        help="How many items each recipe is worth as a prior; fixed (the default): it is known exactly.",
    ),
]
Draws = Annotated[
    int | None,
    typer.Option(
        "--draws", min=100, max=10_000_000, help="Draws, where an engine draws.", show_default=False
    ),
]
Ci = Annotated[float, typer.Option("--ci", metavar="MASS", help="The probability of the intervals.")]
CiKind = Annotated[Literal["eti", "hdi"], typer.Option("--ci-kind", help="Equal-tailed or highest-density.")]
Engine = Annotated[str | None, typer.Option("--engine", metavar="NAME", help="The engine to use.")]
Seed = Annotated[int | None, typer.Option("--seed", min=0, help="The seed of all that is simulated.")]

# where it goes
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Strict = Annotated[bool, typer.Option("--strict", help="Exit with 4 where the verdict is not ok.")]
FitOutput = Annotated[
    Path | None,
    typer.Option(
        "-o",
        "--output",
        metavar="FILE",
        help="Write the JSON object there too (FILE.json), or the whole fit, for ArviZ and for handful (FILE.nc).",
    ),
]
Output = Annotated[
    Path | None, typer.Option("-o", "--output", metavar="FILE.json", help="Write the JSON object there too.")
]
