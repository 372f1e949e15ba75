"""``handful plot``: a table of counts to a picture, or to the numbers behind it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias, get_args

import typer

from handful.cli import options
from handful.cli.guard import guarded
from handful.cli.reading import ReadingOptions, known_seed, one_category, tell
from handful.errors import ParameterError

if TYPE_CHECKING:
    from handful.plots.of_counts import Drawn

PictureName: TypeAlias = Literal[
    "update", "likelihood", "proportions", "margins", "ternary", "bags", "shrinkage", "precision", "variation"
]

KindOption = Annotated[
    PictureName,
    typer.Option(
        "--kind",
        show_default=False,
        help="Which picture; update and likelihood are of one category, the last three of a hierarchical fit.",
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
    from json import dumps

    from handful.cli.specs import check_used, parse_model
    from handful.plots.of_counts import KINDS, Wishes, draw_counts, plot_document

    _check_output(output, file, json=json)
    of_population = KINDS[kind].hierarchical
    spec = "hierarchical" if of_population else model
    given = {
        "model": model not in ("pooled", "hierarchical") if of_population else model != "pooled",
        "prior": prior is not None,
        "precision-prior": precision_prior is not None,
        "alpha-prior": alpha_prior is not None,
        "ci": ci != 0.95 or ci_kind != "eti",
        "draws": bool(draws),
        "by": by is not None,
    }
    _check_taken(kind, tuple(name for name, is_given in given.items() if is_given))
    check_used([spec], precision_prior=precision_prior, alpha_prior=alpha_prior)
    chosen = known_seed(seed, needed=bool(draws) or spec == "hierarchical")
    fitted = parse_model(spec, prior=prior, precision_prior=precision_prior, alpha_prior=alpha_prior)
    wishes = Wishes(model=fitted, mass=ci, kind=ci_kind, draws=draws, by=by, rng=chosen)
    reading = ReadingOptions(id, drop, labels, blank_is_zero, encoding)
    counts = one_category(reading.read(file).counts, category)
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


def _check_taken(kind: str, given: tuple[str, ...]) -> None:
    """Nothing, if all options that are given make a difference to this picture."""
    from handful.plots.of_counts import untaken

    idle = untaken(kind, given)
    if idle:
        listed = " and ".join(f"--{name}" for name in idle)
        raise ParameterError(f"{listed}: no part of --kind {kind}; leave it out", name=idle[0])


NAMES: tuple[str, ...] = get_args(PictureName)
"""The kinds that the command line knows; a test holds them and the pictures together."""
