"""``handful plot``: a table of counts to a picture, or to the numbers behind it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias, get_args

import typer

from handful.cli import options
from handful.cli.guard import guarded
from handful.cli.reading import ReadingOptions, known_seed, one_category, tell
from handful.errors import ParameterError

if TYPE_CHECKING:
    from handful.plots.of_counts import Drawn

PictureName: TypeAlias = Literal[
    "update", "likelihood", "proportions", "margins", "ternary", "bags", "shrinkage", "precision", "variation",
    "assignments", "components", "same-source", "evidence",
]  # fmt: skip

KindOption = Annotated[
    PictureName,
    typer.Option(
        "--kind",
        show_default=False,
        help="Which picture; update and likelihood are of one category, shrinkage, precision and variation of a "
        "hierarchical fit, the last four of a mixture, evidence over 1..K.",
    ),
]
Draws = Annotated[int, typer.Option("--draws", min=0, max=1_000_000, help="Draws to show too (margins).")]
By = Annotated[
    str | None,
    typer.Option("--by", metavar="NAME", help="Sort the bags by it (bags), show its shares (shrinkage)."),
]
Picture = Annotated[
    Path | None,
    typer.Option("-o", "--output", metavar="FILE.svg", help="Where the picture goes: a .svg or a .png."),
]


@guarded
def plot(
    file: options.File,
    kind: KindOption,
    *,
    category: options.Category = None,
    model: options.Model = "pooled",
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
    ci: options.Ci = 0.95,
    ci_kind: options.CiKind = "eti",
    draws: Draws = 0,
    by: By = None,
    seed: options.Seed = None,
    json: options.Json = False,
    output: Picture = None,
) -> None:
    """A picture of the counts, or of what they say of the shares; it is told in words too."""
    asked = locals()
    from json import dumps

    from handful.cli.model_options import ModelOptions
    from handful.plots.of_counts import Wishes, draw_counts, plot_document

    _check_output(output, file, json=json)
    specs = _specs(kind, model, recipes=recipes)
    _check_taken(kind, asked)
    *rivals, chosen = ModelOptions.among(asked).models(specs)
    rng = known_seed(seed, needed=bool(draws) or specs[-1].startswith(("hierarchical", "mixture")))
    wishes = Wishes(model=chosen, rivals=tuple(rivals), mass=ci, kind=ci_kind, draws=draws, by=by, rng=rng)
    counts = one_category(ReadingOptions.among(asked).read(file).counts, category)
    axes = draw_counts(counts, kind, wishes=wishes)
    document = plot_document(counts, kind, axes=axes, wishes=wishes)
    _write(axes, output)
    print(dumps(document) if json else document["alt"])


def _write(axes: Drawn, output: Path | None) -> None:
    """Write the picture, if there is a file for it; what matplotlib warns of, such as a missing letter, is told."""
    if output is None:
        return
    from warnings import catch_warnings, simplefilter

    from handful.plots.save import save_plot

    with catch_warnings(record=True) as warned:
        simplefilter("always")
        save_plot(axes, output)
    for message in dict.fromkeys(str(one.message) for one in warned):
        tell(f"Note: {message}")
    tell(f"Wrote {output}.")


def _check_output(output: Path | None, file: str, *, json: bool) -> None:
    """Nothing, if there is something to do, and where the picture goes is another file than what is read."""
    from handful.plots.save import checked_path

    if output is None:
        if not json:
            message = "give a file for the picture (-o FILE.svg or FILE.png), or --json for its numbers"
            raise ParameterError(message, name="output")
        return
    checked_path(output)
    if output.exists() and Path(file).exists() and output.samefile(file):
        raise ParameterError(
            f"-o {output} is the file that is read; name another", name="output", found=output
        )


def _specs(kind: str, model: str, *, recipes: str | None) -> list[str]:
    """The model that the picture is of, last; before it those that its evidence is compared with."""
    from handful.plots.of_counts import KINDS

    family = KINDS[kind].family
    if family == "hierarchical" and model == "pooled":
        return ["hierarchical"]
    if family == "mixture" and not model.startswith("mixture"):
        if model == "pooled" and recipes is not None:
            return ["mixture"]
        message = f"--kind {kind} is of a mixture: give its number of components (--model mixture:2)"
        raise ParameterError(message, name="model", found=model)
    numbered = re.fullmatch(r"mixture:(\d+)(.*)", model) if kind == "evidence" else None
    if numbered is None:
        return [model]
    return [f"mixture:{k}{numbered[2]}" for k in range(1, int(numbered[1]))] + [model]


def _check_taken(kind: str, asked: Mapping[str, Any]) -> None:
    """Nothing, if all options that are given make a difference to this picture."""
    from handful.plots.of_counts import KINDS, untaken

    given = [name for name, usual in USUAL.items() if asked[name] != usual]
    if asked["model"] == KINDS[kind].family:
        given.remove("model")
    idle = untaken(kind, [name.replace("_", "-") for name in given])
    if idle:
        listed = " and ".join(f"--{name}" for name in idle)
        raise ParameterError(f"{listed}: no part of --kind {kind}; leave it out", name=idle[0])


USUAL: dict[str, object] = {
    "model": "pooled",
    "prior": None,
    "precision_prior": None,
    "alpha_prior": None,
    "weights_prior": None,
    "recipes": None,
    "recipe_strength": None,
    "ci": 0.95,
    "ci_kind": "eti",
    "draws": 0,
    "by": None,
}
"""The options that make a difference to some pictures only, and what they are where nothing is said."""

NAMES: tuple[str, ...] = get_args(PictureName)
"""The kinds that the command line knows; a test holds them and the pictures together."""
